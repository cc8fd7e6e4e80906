"""Drafts over the API: whatever the pages of authors can do."""

from __future__ import annotations

import pytest

from lms.courses.queries import find_course
from lms.courses.reasons import CourseReason
from lms.organisations.services import find_organisation
from tests.courses.documents import activity, link, module, page, text
from tests.learning.building import a_person, draft, signed_in

pytestmark = pytest.mark.usefixtures("session")
DRAFT = "/api/v1/courses/safety/draft"


@pytest.fixture
def ana(app):
    slug = draft(module("m1", activity("one"), activity("two"), activity("link", link())))
    return signed_in(app, a_person("author", scope=find_course(slug).organisation_id))


def change(client, **operation):
    return client.patch(DRAFT, json={"operation": operation})


def test_a_draft_is_read_changed_undone_and_done_again(ana):
    before = ana.get(DRAFT).json
    assert (before["revision"], before["may_undo"]) == (None, False)
    added = change(ana, op="add_activity", kind="page", title="Last words", module="m1")
    assert (added.json["key"], added.json["version"]) == ("last-words", before["version"] + 1)
    assert ana.post(f"{DRAFT}/undo", json={}).status_code == 200
    assert ana.get(DRAFT).json["outline"] == before["outline"]
    assert ana.post(f"{DRAFT}/redo").status_code == 200
    assert ana.get(DRAFT).json["may_undo"]
    assert ana.post(f"{DRAFT}/redo").json["reason"] == CourseReason.NOTHING_TO_REDO.code


def test_a_clash_carries_both_values(ana):
    wish = {"op": "set", "on": "activity", "key": "one", "field": "title"}
    change(ana, **wish, value="First", was="About one")
    refused = change(ana, **wish, value="Second", was="About one")
    assert (refused.status_code, refused.json["reason"]) == (409, CourseReason.EDITED_MEANWHILE.code)
    assert (refused.json["values"]["now"], refused.json["values"]["yours"]) == ("First", "Second")


@pytest.mark.parametrize(
    "operation",
    [
        {},
        {"op": "remove", "on": "activity", "key": "one", "was": {}},
        {"op": "set", "on": "activity", "key": "one", "field": "body", "value": "x", "was": "y"},
        {"op": "set", "on": "module", "key": "m1", "field": "title", "value": ["x"], "was": None},
        {"op": "several", "operations": [{"op": "archive", "on": "activity", "key": "one"}]},
        {"op": "add_module", "title": "x\0y"},
        {"op": "move", "on": "activity", "key": "one", "module": 7},
    ],
)
def test_nonsense_is_422(ana, operation):
    assert change(ana, **operation).status_code == 422


def test_a_body_is_saved_on_the_digest_that_it_began_from(ana):
    address = f"{DRAFT}/activities/one/body"
    read = ana.get(address)
    mine = page(text("Mine."))
    assert ana.put(address, json=mine).status_code == 428
    saved = ana.put(address, json=mine, headers={"If-Match": read.headers["ETag"]})
    assert saved.status_code == 200
    clash = ana.put(address, json=page(text("Other.")), headers={"If-Match": read.headers["ETag"]})
    assert (clash.status_code, clash.json["values"]["now"]) == (409, saved.json["digest"])
    assert ana.get(address).json == mine
    for nonsense in ({}, {"kind": "page", "blocks": [{"type": "text"}]}, ["page"], {"kind": "link", "url": "x"}):
        assert ana.put(address, json=nonsense, headers={"If-Match": read.headers["ETag"]}).status_code == 422


def test_the_history_is_told_in_words(ana):
    change(ana, op="archive", on="activity", key="one")
    items = ana.get(f"{DRAFT}/history?limit=1").json
    assert items["items"][0]["sentence"] == "Took “About one” out of the course."
    assert items["items"][0]["may_undo"]
    older = ana.get(f"{DRAFT}/history?cursor={items['next']}").json["items"]
    assert [one["kind"] for one in older] == ["import"]


def test_courses_are_begun_and_copied(ana):
    given = {"title": "Brakes", "language": "en"}
    made = ana.post("/api/v1/courses", json={"organisation": "academy", **given})
    assert (made.status_code, made.json) == (201, {"course": "brakes"})
    by_id = ana.post("/api/v1/courses", json={"organisation": str(find_organisation("academy").id), **given})
    assert (by_id.status_code, by_id.json) == (201, {"course": "brakes-2"})
    copied = ana.post("/api/v1/courses/safety/copies", json={"title": "Brakes"})
    assert copied.json == {"course": "brakes-3"}
    assert ana.post("/api/v1/courses/safety/copies", json={"title": " "}).status_code == 422
    assert ana.get("/api/v1/courses/safety/teachers").json == {"items": []}
