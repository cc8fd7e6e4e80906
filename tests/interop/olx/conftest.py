"""Small courses, packed as the source packs them, written down in the test that needs them."""

import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lms.core.archives import opened
from lms.interop.imported import ImportedCourse
from lms.interop.olx.reading import read_course

Files = Mapping[str, str | bytes]
POINTER = '<course url_name="run" org="Org" course="C1"/>'


def pack(path: Path, files: Files) -> Path:
    """A .tar.gz of files by their path."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def read_archive(path: Path, slug: str | None = None) -> ImportedCourse:
    with opened(path) as tree:
        return read_course(tree, slug=slug)


Read = Callable[..., "Course"]


class Course:
    """An imported course with the questions that tests ask it."""

    def __init__(self, imported: ImportedCourse) -> None:
        self.imported = imported
        self.facts: dict[str, Any] = imported.outline["facts"]
        self.modules: list[dict[str, Any]] = imported.outline["modules"]
        self.counts = imported.ledger.counts()

    @property
    def activities(self) -> list[dict[str, Any]]:
        return list(_activities(self.modules))

    def body(self, number: int = 0) -> dict[str, Any]:
        """The body of an activity by its place in the course."""
        return dict(self.imported.bodies[self.activities[number]["body"]])

    def text(self, number: int = 0) -> str:
        """All Markdown of a page."""
        return "\n\n".join(block["markdown"] for block in self.body(number)["blocks"] if "markdown" in block)

    def question(self, number: int = 0) -> dict[str, Any]:
        """The first question of an activity."""
        body = self.body(number)
        found = [part["question"] for part in body.get("blocks", body.get("slots", [])) if "question" in part]
        return dict(found[0])

    def rows(self, kind: str) -> list[tuple[str, str, str | None]]:
        """(source, outcome, code of the note) of the ledger's rows of a kind."""
        return [
            (row.source, str(row.outcome), row.note.code if row.note else None)
            for row in self.imported.ledger
            if row.kind == kind
        ]

    def codes(self) -> set[str]:
        return {row.note.code for row in self.imported.ledger if row.note}


def _activities(modules: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for module in modules:
        yield from module["activities"]
        yield from _activities(module["modules"])


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read(files, slug=None)`: packs and reads a course."""

    def read(files: Files, slug: str | None = None) -> Course:
        return Course(read_archive(pack(tmp_path / "course.tar.gz", files), slug))

    return read


@pytest.fixture
def read_unit(read: Read) -> Read:
    """`read_unit("<problem…/>", graded=True, files={…})`: a course of one unit with these leaves."""

    def read_unit(leaves: str, *, graded: bool = False, files: Files | None = None) -> Course:
        marked = ' graded="true"' if graded else ""
        course = f"""<course display_name="A course"><chapter url_name="c" display_name="Chapter">
            <sequential url_name="s" display_name="Section"{marked}><vertical url_name="v" display_name="Unit">{leaves}
            </vertical></sequential></chapter></course>"""
        return read({"course/course.xml": POINTER, "course/course/run.xml": course, **_in_course(files or {})})

    return read_unit


def _in_course(files: Files) -> Files:
    return {f"course/{name}": content for name, content in files.items()}
