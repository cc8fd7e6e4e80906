"""lms courses import|export|list, as scripts rely on it: JSON on standard output, the reason on standard error."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.database import environment
from tests.services.commands import run_lms

EVERYTHING = Path(__file__).parents[1] / "courses" / "everything"
KINDS = ["modules", "sections", "activities", "texts", "videos", "files", "links", "quizzes", "questions", "parts"]
Lms = Callable[..., subprocess.CompletedProcess[str]]


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    settings = environment(f"sqlite:///{folder}/lms.db", folder)
    return run_lms([*map(str, arguments)], env={**os.environ, **settings}, within=60)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty installation on SQLite; what the command calls is tested on both databases elsewhere."""
    folder = tmp_path_factory.mktemp("installation")
    assert run(folder, "db", "upgrade").returncode == 0
    return folder


@pytest.fixture
def lms(installation: Path, tmp_path: Path) -> Lms:
    """`lms("courses", "list")` on a copy of it."""
    folder = Path(shutil.copytree(installation, tmp_path / "installation"))
    return lambda *arguments: run(folder, *arguments)


def test_an_import_prints_what_came_in(lms: Lms) -> None:
    result = lms("courses", "import", EVERYTHING, "--publish", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert (document["course"], document["revision"]) == ("everything", 1)
    assert list(document["counts"]) == KINDS
    assert all(set(row) >= {"source", "kind", "outcome", "reason"} for row in document["items"])


def test_what_is_there_is_listed(lms: Lms) -> None:
    lms("courses", "import", EVERYTHING, "--slug", "draft-only")
    lms("courses", "import", EVERYTHING, "--publish")
    listed = json.loads(lms("courses", "list", "--json").stdout)["items"]
    title = "Everything that the format can hold"
    assert listed == [{"slug": "everything", "title": title, "language": "en", "revision": 1}]
    drafts = json.loads(lms("courses", "list", "--drafts", "--json").stdout)["items"]
    assert [(item["slug"], item["revision"]) for item in drafts] == [("draft-only", None), ("everything", 1)]
    assert "everything" in lms("courses", "list").stdout


def test_an_export_is_the_same_each_time(lms: Lms, tmp_path: Path) -> None:
    lms("courses", "import", EVERYTHING)
    for name in ("first.zip", "second.zip"):
        assert lms("courses", "export", "everything", tmp_path / name).returncode == 0
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_a_refusal_is_one_line_on_standard_error(lms: Lms, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EVERYTHING, tmp_path / "course"))
    (folder / "course.yaml").write_text("format: 1\nkey: x\ntitel: X\n")
    for arguments in (
        ("courses", "import", folder, "--json"),
        ("courses", "import", tmp_path / "nothing.zip", "--json"),
        ("courses", "export", "nothing", tmp_path / "x.zip", "--json"),
    ):
        result = lms(*arguments)
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr.count("\n") == 1
        assert "Traceback" not in result.stderr
    assert json.loads(lms("courses", "list", "--drafts", "--json").stdout)["items"] == []


def test_a_refusal_to_publish_keeps_the_draft_and_prints_the_ledger(lms: Lms, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EVERYTHING, tmp_path / "course"))
    course = folder / "course.yaml"
    course.write_text(course.read_text().replace("  country: BE\n", ""))
    result = lms("courses", "import", folder, "--publish", "--json")
    assert result.returncode == 1
    assert json.loads(result.stdout)["revision"] is None
    assert "course.mistakes_block_publishing" in result.stderr
    drafts = json.loads(lms("courses", "list", "--drafts", "--json").stdout)["items"]
    assert [item["slug"] for item in drafts] == ["everything"]


def test_wrong_usage_is_2(lms: Lms) -> None:
    assert lms("courses", "publish").returncode == 2
