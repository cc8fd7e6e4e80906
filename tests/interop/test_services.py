"""A course comes in, goes out, comes in again; and whatever is refused leaves nothing behind. On each database."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.reasons import Refused

EVERYTHING = Path(__file__).parents[1] / "courses" / "everything"


@pytest.fixture
def academy(session: Any) -> str:
    from tests.learning.building import an_organisation

    an_organisation("academy")
    session.commit()
    return "academy"


@pytest.fixture
def bring_in(academy: str, clock: Any) -> Callable[..., Any]:
    """`bring_in(path)`: imports and publishes it for the academy, as the system."""
    from lms.core.actor import SYSTEM
    from lms.interop.services import import_course

    def of(path: Path, **asked: Any) -> Any:
        wanted = {"publish": True, "slug": None, "organisation": academy, "by": SYSTEM, "at": clock}
        return import_course(path, **{**wanted, **asked})

    return of


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    """A copy of the course that uses everything, to be changed."""
    return Path(shutil.copytree(EVERYTHING, tmp_path / "everything"))


def rows(session: Any) -> dict[str, int]:
    """How many rows each table of courses, the audit and the jobs holds."""
    from lms.core.db import Base

    names = ("course", "course_draft", "course_revision", "course_body", "course_file", "audit_entry", "job")
    return {name: session.scalar(sa.select(sa.func.count()).select_from(Base.metadata.tables[name])) for name in names}


def test_a_course_is_imported_and_published(session: Any, bring_in: Callable[..., Any]) -> None:
    from lms.core.storage import storage
    from lms.courses.queries import find_published, load_outline

    done = bring_in(EVERYTHING)
    assert (done.course, done.revision, done.refused) == ("everything", 1, None)
    published = find_published("everything")
    outline = load_outline(published.revision_id)
    assert [activity.key for activity in outline.activities][:3] == ["page", "optional", "clip"]
    files = session.execute(sa.text("select digest, size from course_file")).all()
    assert len(files) == 7
    assert all(len(storage().get(row.digest)) == row.size for row in files)
    assert list(done.as_document()) == ["course", "revision", "counts", "items"]


def test_the_same_course_again_changes_nothing_that_is_published(bring_in: Callable[..., Any]) -> None:
    assert [bring_in(EVERYTHING).revision for _ in range(2)] == [1, 1]


def test_a_changed_course_becomes_the_next_revision_of_the_same(
    session: Any, bring_in: Callable[..., Any], everything: Path
) -> None:
    bring_in(everything)
    page = everything / "01-start" / "02-optional.md"
    page.write_text(page.read_text().replace("Nobody has to", "You do not have to"))
    assert bring_in(everything).revision == 2
    assert rows(session)["course"] == 1


def test_what_is_exported_is_imported_as_the_same(bring_in: Callable[..., Any], tmp_path: Path) -> None:
    from lms.core.actor import SYSTEM
    from lms.interop.services import export_course

    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    bring_in(EVERYTHING)
    export_course("everything", first, by=SYSTEM)
    assert bring_in(first).revision == 1
    export_course("everything", second, by=SYSTEM)
    assert first.read_bytes() == second.read_bytes()


def test_real_exports_survive_our_own_format(bring_in: Callable[..., Any], shared_data: Path, tmp_path: Path) -> None:
    from lms.core.actor import SYSTEM
    from lms.interop.services import export_course

    archive = tmp_path / "course.zip"
    done = bring_in(shared_data / "olx" / "oxa-kitchen-sink.tar.gz")
    assert (done.revision, done.refused) == (1, None)
    export_course(done.course, archive, by=SYSTEM)
    again = bring_in(archive)
    assert (again.course, again.revision) == (done.course, 1)


def test_a_slug_that_is_asked_for_wins(bring_in: Callable[..., Any]) -> None:
    assert bring_in(EVERYTHING, slug="all-of-it").course == "all-of-it"
    with pytest.raises(Refused) as refused:
        bring_in(EVERYTHING, slug="All of it!")
    assert refused.value.reason.code == "course.slug_invalid"


def test_the_slug_of_another_organisation_is_refused(session: Any, bring_in: Callable[..., Any]) -> None:
    from tests.learning.building import an_organisation

    an_organisation("other")
    bring_in(EVERYTHING)
    session.commit()
    before = rows(session)
    with pytest.raises(Refused) as refused:
        bring_in(EVERYTHING, organisation="other")
    assert refused.value.reason.code == "course.slug_of_another_organisation"
    assert rows(session) == before


def test_only_an_author_of_the_organisation_may_import(session: Any, bring_in: Callable[..., Any]) -> None:
    from lms.core.actor import Grant
    from lms.organisations.services import find_organisation
    from tests.learning.building import a_person, actor

    academy = find_organisation("academy").id
    with pytest.raises(Refused) as refused:
        bring_in(EVERYTHING, by=actor(a_person()))
    assert refused.value.reason.code == "core.forbidden"
    author = actor(a_person("author", scope=academy), Grant("author", "organisation", academy))
    assert bring_in(EVERYTHING, by=author).revision == 1


def test_a_refusal_to_publish_leaves_the_draft(session: Any, bring_in: Callable[..., Any], everything: Path) -> None:
    course = everything / "course.yaml"
    course.write_text(course.read_text().replace("  country: BE\n", ""))
    done = bring_in(everything)
    session.commit()
    assert done.revision is None
    assert done.refused.reason.code == "course.mistakes_block_publishing"
    assert done.as_document()["publishing"]["code"] == "course.mistakes_block_publishing"
    assert (rows(session)["course_draft"], rows(session)["course_revision"]) == (1, 0)


HOSTILE = [
    ("flat-bomb-100mb.scorm.zip", "archive.ratio"),
    ("truncated.imscc", "archive.broken"),
    ("zip-traversal.imscc", "archive.path"),
    ("billion-laughs.qti.xml", "import.format_not_read_yet"),
    ("xxe-file.moodle.xml", "import.format_not_read_yet"),
    ("broken-utf8.gift", "import.format_not_read_yet"),
    ("script-payloads.gift", "import.format_not_read_yet"),
    ("script.svg", "archive.type"),
    ("blns.json", "archive.type"),
]


@pytest.mark.parametrize(("name", "code"), HOSTILE)
def test_hostile_files_are_refused_and_leave_nothing(
    session: Any, bring_in: Callable[..., Any], shared_data: Path, name: str, code: str
) -> None:
    before = rows(session)
    with pytest.raises(Refused) as refused:
        bring_in(shared_data / "evil" / name)
    assert refused.value.reason.code == code
    assert 400 <= refused.value.status < 500
    assert "%(" not in refused.value.sentence() + refused.value.next_step()
    session.rollback()
    assert rows(session) == before
    assert not Path("/tmp/evil-traversal.txt").exists()


NOT_YET = [
    ("imscc/canvas-course-1.imscc", "Common Cartridge"),
    ("qti/qti21-package.zip", "QTI package"),
    ("qti/qti30-kennisnet-valid.zip", "QTI package"),
    ("qti/qti12-all-canvas.xml", "QTI 1.2"),
    ("qti/qti21-choice.xml", "QTI 2 or 3"),
    ("moodle-xml/statistics-en.xml", "Moodle XML"),
    ("gift/gift-options.gift", "GIFT"),
]


@pytest.mark.parametrize(("name", "said"), NOT_YET)
def test_a_format_that_is_not_read_yet_is_named(
    bring_in: Callable[..., Any], shared_data: Path, name: str, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        bring_in(shared_data / name)
    assert refused.value.reason.code == "import.format_not_read_yet"
    assert said in refused.value.values["format"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("moodle_backup.xml", "Moodle backup"),
        ("h5p.json", "H5P"),
        ("cmi5.xml", "cmi5"),
        ("imsmanifest.xml", "IMS manifest"),
    ],
)
def test_packages_of_others_are_named(bring_in: Callable[..., Any], tmp_path: Path, entry: str, said: str) -> None:
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "{}")
    with pytest.raises(Refused) as refused:
        bring_in(path)
    assert said in refused.value.values["format"]


def test_a_zip_of_something_else_is_not_a_course(bring_in: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "holiday.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("beach.txt", "sand")
    with pytest.raises(Refused) as refused:
        bring_in(path)
    assert refused.value.reason.code == "import.format_unknown"


def test_a_mistake_deep_in_a_course_leaves_nothing(
    session: Any, bring_in: Callable[..., Any], everything: Path
) -> None:
    last = everything / "03-conditions" / "03-credential.md"
    last.write_text(last.read_text().replace("requirement: none", "requirement: perhaps"))
    before = rows(session)
    with pytest.raises(Refused) as refused:
        bring_in(everything)
    assert refused.value.values["file"] == "03-conditions/03-credential.md"
    session.rollback()
    assert rows(session) == before


def test_an_upload_is_kept_for_a_week_and_then_dropped(session: Any, academy: str, clock: Any, tmp_path: Path) -> None:
    from datetime import timedelta
    from io import BytesIO

    from lms.core.actor import SYSTEM
    from lms.core.storage import storage
    from lms.interop.services import drop_upload, request_import
    from lms.organisations.services import find_organisation

    asked = {"name": "a.zip", "publish": False, "slug": None, "by": SYSTEM, "at": clock}
    job = request_import(BytesIO(b"an archive"), organisation_id=find_organisation(academy).id, **asked)
    address, later = job.payload["upload"], clock + timedelta(days=8)
    assert not drop_upload(address, at=clock + timedelta(days=6))
    assert not drop_upload(address, at=later), "it still waits to be imported"
    job.state = "done"
    session.flush()
    assert storage().has(address)
    assert drop_upload(address, at=later)
    assert not storage().has(address)
    assert not drop_upload(address, at=later)


def test_an_upload_that_a_course_shows_is_never_dropped(
    session: Any, bring_in: Callable[..., Any], everything: Path, clock: Any
) -> None:
    from datetime import timedelta

    from lms.core.storage import storage
    from lms.interop.services import drop_upload

    bring_in(everything)
    address = session.scalar(sa.text("select digest from course_file where media_type = 'text/plain'"))
    assert not drop_upload(address, at=clock + timedelta(days=365))
    assert storage().has(address)
