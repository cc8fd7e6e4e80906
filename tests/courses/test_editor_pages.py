"""The outline of a draft as pages and forms, without script."""

from __future__ import annotations

import json
import re

import pytest

from lms.courses.queries import find_course, load_draft
from lms.courses.rules.edits import Draft, find_item
from lms.courses.services import change_draft
from tests.courses.documents import activity, module, page
from tests.courses.forms import fields_of
from tests.learning.building import AT, a_person, actor, an_organisation, draft, published, scope_on, signed_in
from tests.quizzes.documents import quiz

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def course():
    return draft(
        module("m1", activity("one"), activity("two")),
        module("m2", activity("quiz", quiz(), release={"completed": "one"})),
    )


@pytest.fixture
def ana(app, course):
    return signed_in(app, a_person("author", scope=find_course(course).organisation_id))


def outline():
    row = load_draft(find_course("safety").id)
    return Draft(row.outline, row.archived)


def keys():
    return [[one["key"] for one in found["activities"]] for found in outline().outline["modules"]]


def item(key, on="activity"):
    return find_item(outline(), on, key)


def test_the_outline_says_in_words_how_far_the_draft_is_from_what_learners_see(ana):
    assert "Draft, not published yet." in ana.get("/teach/safety").text
    published(activity("one"), activity("two"))
    assert "Nothing has changed since revision 1." in ana.get("/teach/safety").text
    draft(activity("one", page()), activity("three"), title="Another")
    assert "Draft, 3 changes since revision 1." in ana.get("/teach/safety").text


def test_an_activity_says_what_it_requires_and_when_it_opens(ana):
    found = ana.get("/teach/safety?activity=quiz").text
    assert "Opens when 1.1 “About one” is completed." in found
    assert "To finish, the learner must" in found


def test_settings_are_saved_as_far_as_they_were_changed(ana, course):
    form = fields_of(ana.get("/teach/safety?activity=one"), "/teach/safety/settings")
    change_draft(
        course,
        {"op": "set", "on": "activity", "key": "one", "field": "title", "value": "By Ben", "was": "About one"},
        by=actor(a_person(), scope_on(course, "teacher")),
        at=AT,
    )
    answer = ana.post("/teach/safety/settings", data=form | {"minutes": "12", "requirement": "done"})
    assert answer.status_code == 303
    assert (item("one")["title"], item("one")["minutes"]) == ("By Ben", 12)
    assert item("one")["requirement"] == {"kind": "done"}


def test_a_quiz_can_ask_for_a_part_of_the_points(ana):
    form = fields_of(ana.get("/teach/safety?activity=quiz"), "/teach/safety/settings")
    wrong = ana.post("/teach/safety/settings", data=form | {"requirement": "score", "percent": "160"})
    assert wrong.status_code == 422
    assert "from 0 to 100" in wrong.text
    assert ana.post("/teach/safety/settings", data=form | {"requirement": "score", "percent": "60"}).status_code == 303
    assert item("quiz")["requirement"] == {"kind": "score", "percent": "60"}


def test_a_clash_shows_both_and_keeps_what_was_typed(ana, course):
    form = fields_of(ana.get("/teach/safety?activity=one"), "/teach/safety/settings")
    change_draft(
        course,
        {"op": "set", "on": "activity", "key": "one", "field": "title", "value": "By Ben", "was": "About one"},
        by=actor(a_person(), scope_on(course, "teacher")),
        at=AT,
    )
    answer = ana.post("/teach/safety/settings", data=form | {"title": "By Ana"})
    assert answer.status_code == 409
    assert "It says now: “By Ben”." in answer.text
    again = fields_of(answer, "/teach/safety/settings")
    assert again["title"] == "By Ana"
    assert ana.post("/teach/safety/settings", data=again).status_code == 303
    assert item("one")["title"] == "By Ana"


def test_what_is_added_is_what_is_worked_on_next(ana):
    answer = ana.post("/teach/safety/add", data={"kind": "module", "title": "At the end", "module": ""})
    assert answer.location == "/teach/safety?module=at-the-end"
    answer = ana.post("/teach/safety/add", data={"kind": "page", "title": "Last", "module": "at-the-end"})
    assert answer.location == "/teach/safety?activity=last"
    assert keys() == [["one", "two"], ["quiz"], ["last"]]


def test_an_activity_without_a_title_is_not_added(ana):
    answer = ana.post("/teach/safety/add", data={"kind": "page", "title": " ", "module": "m1"})
    assert answer.status_code == 422
    assert "Write a title." in answer.text


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"key": "two", "way": "up"}, [["two", "one"], ["quiz"]]),
        ({"key": "two", "way": "down"}, [["one"], ["two", "quiz"]]),
        ({"key": "quiz", "way": "up"}, [["one", "two", "quiz"], []]),
        ({"key": "one", "place": "m2/quiz"}, [["two"], ["quiz", "one"]]),
        ({"key": "one", "place": "m2/"}, [["two"], ["one", "quiz"]]),
    ],
)
def test_an_activity_moves_by_buttons_and_to_a_place(ana, form, expected):
    assert ana.post("/teach/safety/move", data={"on": "activity", **form}).status_code == 303
    assert keys() == expected


def test_a_module_moves_into_the_one_above_and_out_again(ana):
    ana.post("/teach/safety/move", data={"on": "module", "key": "m2", "way": "in"})
    assert [one["key"] for one in item("m1", "module")["modules"]] == ["m2"]
    ana.post("/teach/safety/move", data={"on": "module", "key": "m2", "way": "out"})
    assert keys() == [["one", "two"], ["quiz"]]


def test_what_is_taken_out_stands_on_the_page_and_is_put_back_where_it_was(ana):
    ana.post("/teach/safety/archive", data={"on": "activity", "key": "one"})
    assert keys() == [["two"], ["quiz"]]
    assert "Put back “About one”" in ana.get("/teach/safety").text
    ana.post("/teach/safety/put-back", data={"on": "activity", "key": "one"})
    assert keys() == [["one", "two"], ["quiz"]]


def test_many_requirements_are_set_at_once_as_far_as_they_fit(ana):
    ana.post("/teach/safety/requirements", data={"key": ["one", "quiz"], "requirement": "done"})
    assert (item("one")["requirement"]["kind"], item("quiz")["requirement"]["kind"]) == ("done", "pass")
    ana.post("/teach/safety/undo")
    assert item("one")["requirement"]["kind"] == "view"


def test_undo_and_redo_are_buttons(ana):
    ana.post("/teach/safety/move", data={"on": "activity", "key": "two", "way": "up"})
    ana.post("/teach/safety/undo")
    assert keys()[0] == ["one", "two"]
    ana.post("/teach/safety/redo")
    assert keys()[0] == ["two", "one"]


def test_a_copy_stands_behind_the_original(ana):
    ana.post("/teach/safety/copy", data={"key": "one", "title": "Once more"})
    assert keys()[0] == ["one", "once-more", "two"]


def test_saving_while_typing_is_answered_in_json(ana):
    form = fields_of(ana.get("/teach/safety?activity=one"), "/teach/safety/settings")
    accepts = {"Accept": "application/json"}
    answer = ana.post("/teach/safety/settings", data=form | {"title": "New"}, headers=accepts)
    assert answer.json["state"].startswith("Draft, not published yet. Saved ")
    assert answer.json["was"] == {"title": "New"}
    wrong = ana.post("/teach/safety/settings", data=form | {"minutes": "many"}, headers=accepts)
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["minutes"])
    clash = ana.post("/teach/safety/settings", data=form | {"title": "Newer"}, headers=accepts)
    assert (clash.status_code, clash.json["clash"]["now"]) == (409, "New")


def test_a_course_begins_on_a_page(app, session):
    publisher = an_organisation()
    session.flush()
    author = signed_in(app, a_person("author", scope=publisher.id))
    assert "New course" in author.get("/teach").text
    wrong = author.post("/teach/new", data={"title": "", "language": "en"})
    assert wrong.status_code == 422
    assert "Write a title." in wrong.text
    answer = author.post("/teach/new", data={"title": "Brakes", "language": "en"})
    assert answer.location == "/teach/brakes"
    pages = author.get("/teach/brakes").text, author.get("/teach/brakes/publish").text
    assert "Nothing in this course yet" in pages[0]
    assert [text for text in pages if "/teach/brakes/learners" in text or "Only modules change" in text] == []


def test_the_list_is_searched_and_turned_page_by_page_without_loading_outlines(ana, queries):
    for number in range(60):
        draft(slug=f"course-{number:02}", title=f"Öl und Bremsen {number:02}")
    with queries() as run:
        first = ana.get("/teach?q=bremsen").text
    assert not any("course_draft.outline" in statement for statement in run)
    assert "Öl und Bremsen 49" in first
    assert "Öl und Bremsen 50" not in first
    following = re.search(r'href="(/teach\?[^"]*cursor=[^"]+)"', first)
    assert "Öl und Bremsen 50" in ana.get(following[1].replace("&amp;", "&")).text
    assert "No course of yours" in ana.get("/teach?q=hydrogen").text


def test_hidden_values_survive_quotes(ana):
    change = {"title": '“It’s” <b>&"q"'}
    form = fields_of(ana.get("/teach/safety?activity=one"), "/teach/safety/settings")
    ana.post("/teach/safety/settings", data=form | change)
    again = fields_of(ana.get("/teach/safety?activity=one"), "/teach/safety/settings")
    assert json.loads(again["was.title"]) == again["title"] == change["title"]
