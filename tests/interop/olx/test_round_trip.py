"""What came in from Open edX goes out in our own format, and is the same when it comes in again."""

import pytest

from lms.core.actor import SYSTEM
from lms.courses.queries import find_course, load_draft
from lms.interop.services import export_course, import_course
from tests.learning.building import AT, an_organisation


@pytest.mark.parametrize("name", ["math-percent-fi", "mitx-grading-library-demo", "oxa-kitchen-sink"])
def test_an_imported_course_keeps_its_digests_through_our_own_format(session, shared_data, tmp_path, name):
    an_organisation("academy")
    session.flush()  # the use case looks for the first organisation
    path = shared_data / "olx" / f"{name}.tar.gz"
    done = import_course(path, publish=False, slug=None, organisation=None, by=SYSTEM, at=AT)
    before = load_draft(find_course(done.course).id).outline
    export_course(done.course, tmp_path / "out.zip", by=SYSTEM)
    import_course(tmp_path / "out.zip", publish=False, slug=None, organisation=None, by=SYSTEM, at=AT)
    assert load_draft(find_course(done.course).id).outline == before
