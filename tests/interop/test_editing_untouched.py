"""Whoever opens a page of a course in the editor and saves it untouched saves the same: our courses and others'."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lms.core.archives import opened
from lms.core.canonical import digest
from lms.courses.filling import grown_tree, open_form, take_form
from lms.courses.rules import documents
from lms.courses.rules.formtrees import fields_of_tree
from lms.interop.own.reading import read_course
from tests.interop.olx.conftest import read_archive
from tests.interop.olx.test_real_courses import NAMES
from tests.interop.own.test_round_trip import EVERYTHING, SAMPLES

Document = dict[str, Any]


def saved_untouched(app: Any, body: Document) -> tuple[Document | None, dict[str, str]]:
    """(the document that the untouched form says, what is said to be wrong with it)."""
    sent = [(name, value.replace("\n", "\r\n")) for name, value in fields_of_tree(open_form(body).tree)]
    with app.test_request_context():
        form = take_form(body["kind"], grown_tree(sent), base=body, known={})
        return form.document, dict(form.errors)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("folder", [*SAMPLES, EVERYTHING], ids=lambda folder: folder.name)
def test_a_course_of_ours_is_not_changed_by_looking_at_it(app: Any, folder: Path) -> None:
    with opened(folder) as tree:
        bodies = read_course(tree).bodies
    assert bodies
    for address, body in bodies.items():
        document, errors = saved_untouched(app, documents.body(body))
        assert (document and digest(document), errors) == (address, {})


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("name", NAMES)
def test_an_imported_course_is_not_changed_by_looking_at_it(app: Any, shared_data: Path, name: str) -> None:
    bodies = read_archive(shared_data / "olx" / f"{name}.tar.gz").bodies
    assert len(bodies) > 10
    for body in map(documents.body, bodies.values()):
        document, errors = saved_untouched(app, body)
        assert (document and digest(document), errors) == (digest(body), {})
