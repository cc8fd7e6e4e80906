"""Exports through the use case, on both databases: stored, published, imported again, refused without a trace."""

import io
import json
import tarfile

import pytest
import sqlalchemy as sa

from lms.core.actor import SYSTEM
from lms.core.archives import opened
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.reasons import Refused
from lms.core.storage import storage
from lms.courses.models import Course, CourseBody, CourseDraft
from lms.courses.queries import find_course, find_published, load_bodies, load_draft, load_outline
from lms.interop.services import import_course
from tests.interop.olx.conftest import POINTER, pack
from tests.learning.building import AT, an_organisation

pytestmark = pytest.mark.usefixtures("session")

NAMES = ("math-percent-fi", "mitx-grading-library-demo", "oxa-kitchen-sink")
NUMBER = '<problem url_name="{}"><p>Q</p><numericalresponse answer="{}"><textline/></numericalresponse></problem>'


@pytest.fixture(autouse=True)
def organisation(session):
    an_organisation("academy")
    db.session.flush()  # the use case looks for the first organisation


def bring_in(path, *, publish=True, slug=None):
    return import_course(path, publish=publish, slug=slug, organisation=None, by=SYSTEM, at=AT)


def course_of(*units):
    inner = "".join(
        f'<vertical url_name="{key}" display_name="{title}">{leaves}</vertical>' for key, title, leaves in units
    )
    outline = (
        f'<course><chapter url_name="c"><sequential url_name="s" graded="true">{inner}</sequential></chapter></course>'
    )
    return {"course.xml": POINTER, "course/run.xml": outline}


@pytest.mark.parametrize("name", NAMES)
def test_each_real_export_imports_and_publishes(shared_data, name):
    done = bring_in(shared_data / "olx" / f"{name}.tar.gz")
    assert done.refused is None
    assert done.revision == 1
    published = find_published(done.course)
    outline = load_outline(published.revision_id)
    bodies = load_bodies([activity.body for activity in outline.activities])
    for body in bodies.values():
        assert all(storage().has(entry["digest"]) for entry in body.get("files", {}).values())


def test_the_report_is_json_with_counts_and_a_row_an_element(shared_data):
    done = bring_in(shared_data / "olx" / "oxa-kitchen-sink.tar.gz")
    report = json.loads(json.dumps(done.as_document()))
    assert report["course"] == "microsoft-ks101-course"
    assert set(report["counts"]) == {
        "modules", "sections", "activities", "texts", "videos", "files", "links", "quizzes", "questions", "parts",
    }  # fmt: skip
    assert all(row["reason"] for row in report["items"] if row["outcome"] != "imported")


def test_importing_the_same_again_changes_nothing(shared_data):
    path = shared_data / "olx" / "oxa-kitchen-sink.tar.gz"
    bring_in(path, publish=False)
    before = load_draft(find_course("microsoft-ks101-course").id).outline
    bring_in(path, publish=False)
    assert load_draft(find_course("microsoft-ks101-course").id).outline == before
    assert len(db.session.scalars(sa.select(Course)).all()) == 1


def test_a_changed_export_updates_the_draft_by_the_sources_own_ids(tmp_path):
    first = course_of(
        ("a", "One", "<html>old</html>"), ("b", "Two", NUMBER.format("p", 1)), ("c", "Three", "<html>x</html>")
    )
    bring_in(pack(tmp_path / "1.tar.gz", first))
    second = course_of(
        ("b", "Second", NUMBER.format("p", 2)), ("a", "One", "<html>new</html>"), ("d", "Four", "<html>y</html>")
    )
    done = bring_in(pack(tmp_path / "2.tar.gz", second), publish=False)

    course = find_course(done.course)
    (section,) = load_draft(course.id).outline["modules"][0]["modules"]
    assert [(a["key"], a["title"]) for a in section["activities"]] == [("b", "Second"), ("a", "One"), ("d", "Four")]
    body = load_bodies([section["activities"][0]["body"]])[section["activities"][0]["body"]]
    assert body["slots"][0]["question"]["key"] == "p"
    assert body["slots"][0]["question"]["accept"][0]["answer"] == "2"
    published = load_outline(find_published(done.course).revision_id)
    assert [activity.key for activity in published.activities] == ["a", "b", "c"]


def test_the_slug_asked_for_wins(tmp_path):
    done = bring_in(pack(tmp_path / "c.tar.gz", course_of(("a", "One", "<html>x</html>"))), slug="my-own")
    assert done.course == "my-own"
    assert find_published("my-own").facts["key"] == "my-own"


def _link(name, kind, target):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def _hostile(tmp_path, name):
    """A course with one bad entry."""
    path = tmp_path / "hostile.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for file, content in course_of(("a", "One", "<html>x</html>")).items():
            entry = tarfile.TarInfo(file)
            entry.size = len(content.encode())
            archive.addfile(entry, io.BytesIO(content.encode()))
        bad = {
            "climbs": tarfile.TarInfo("../../etc/cron.d/evil"),
            "absolute": tarfile.TarInfo("/etc/evil"),
            "symlink": _link("static/passwd", tarfile.SYMTYPE, "/etc/passwd"),
            "hardlink": _link("static/passwd", tarfile.LNKTYPE, "/etc/passwd"),
            "device": _link("static/null", tarfile.CHRTYPE, ""),
            "pipe": _link("static/pipe", tarfile.FIFOTYPE, ""),
        }[name]
        archive.addfile(bad)
    return path


@pytest.mark.parametrize("name", ["climbs", "absolute", "symlink", "hardlink", "device", "pipe"])
def test_a_hostile_archive_is_refused_and_nothing_is_written(tmp_path, name):
    refuse_without_a_trace(_hostile(tmp_path, name), "archive.")


@pytest.mark.parametrize(
    ("leaves", "files", "code"),
    [
        ('<vertical url_name="a"/>', {}, "olx.cycle"),
        ('<html url_name="h"/>', {"html/h.xml": ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
'<html>&e;</html>')},
         "olx.entities"),
    ],
)  # fmt: skip
def test_a_hostile_course_is_refused_and_nothing_is_written(tmp_path, leaves, files, code):
    refuse_without_a_trace(pack(tmp_path / "c.tar.gz", course_of(("a", "One", leaves)) | files), code)


def refuse_without_a_trace(path, code):
    entries = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    with pytest.raises(Refused) as refused:
        bring_in(path)
    assert refused.value.reason.code.startswith(code)
    for model in (Course, CourseDraft, CourseBody):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == entries


def test_a_million_entries_are_refused_early(tmp_path):
    path = tmp_path / "many.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for number in range(25_000):
            archive.addfile(tarfile.TarInfo(f"html/{number}.xml"))
    with pytest.raises(Refused) as refused, opened(path):
        pass
    assert refused.value.reason.code == "archive.entries"
