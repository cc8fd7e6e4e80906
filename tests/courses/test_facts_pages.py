"""Facts, release conditions and history of a draft as pages and forms, without script."""

from __future__ import annotations

import pytest

from lms.courses.queries import find_course
from lms.courses.services import change_draft, publish_course
from tests.courses.documents import activity
from tests.courses.forms import fields_of
from tests.courses.test_editor_pages import item, outline
from tests.learning.building import AT, a_person, actor, draft, scope_on, signed_in

pytestmark = pytest.mark.usefixtures("session")
FACTS, RELEASE = "/teach/safety/facts", "/teach/safety/release/two"


@pytest.fixture
def course():
    outcomes = [{"key": "o1", "text": "Can brake."}, {"key": "o2", "text": "Can steer."}]
    skills = [{"uri": "urn:x", "label": "Braking", "level": None, "outcomes": ["o1"]}]
    return draft(activity("one"), activity("two"), outcomes=outcomes, skills=skills)


@pytest.fixture
def ana(app, course):
    return signed_in(app, a_person("author", scope=find_course(course).organisation_id))


def facts():
    return outline().outline["facts"]


def by_ben(course, field, value, was):
    by = actor(a_person(), scope_on(course, "teacher"))
    return change_draft(course, {"op": "set", "on": "course", "field": field, "value": value, "was": was}, by=by, at=AT)


def test_the_facts_are_saved_as_one_step(ana):
    form = fields_of(ana.get(FACTS), FACTS)
    more = {"title": "New", "eqf": "4", "workload_hours": "2.5", "outcomes.2.text": "Can park.", "enrolment": "invited"}
    assert ana.post(FACTS, data=form | more).status_code == 303
    found = facts()
    assert (found["title"], found["level"]["eqf"], found["workload_hours"]) == ("New", 4, "2.5")
    assert found["outcomes"][2]["text"] == "Can park."
    assert found["enrolment"] == "invited"
    ana.post("/teach/safety/undo", data={"from": "facts"})
    assert (facts()["title"] != "New", len(facts()["outcomes"])) == (True, 2)


def test_a_form_that_was_not_touched_changes_nothing(ana):
    before = outline().outline
    ana.post(FACTS, data=fields_of(ana.get(FACTS), FACTS))
    assert outline().outline == before


def test_an_outcome_that_is_emptied_is_taken_out_and_its_skill_lets_go_of_it(ana):
    form = fields_of(ana.get(FACTS), FACTS) | {"outcomes.0.text": ""}
    assert ana.post(FACTS, data=form).status_code == 303
    assert [one["key"] for one in facts()["outcomes"]] == ["o2"]
    assert facts()["skills"][0]["outcomes"] == []
    form = fields_of(ana.get(FACTS), FACTS) | {"outcomes.1.text": "Can stop."}
    ana.post(FACTS, data=form)
    assert facts()["outcomes"][1]["key"] not in ("o1", "o2"), "a key is given once, whatever was taken out"


def test_an_outcome_goes_up_and_down_by_buttons_with_what_was_typed(ana):
    form = fields_of(ana.get(FACTS), FACTS) | {"outcomes.1.text": "Can steer well."}
    moved = ana.post(FACTS, data=form | {"move": "o2 up"})
    assert moved.location == "/teach/safety/facts#outcome-o2"
    assert [one["text"] for one in facts()["outcomes"]] == ["Can steer well.", "Can brake."]
    assert "Moved “Can steer well.”." in ana.get("/teach/safety/history").text
    ana.post(FACTS, data=fields_of(ana.get(FACTS), FACTS) | {"move": "o2 after o1"})
    assert [one["key"] for one in facts()["outcomes"]] == ["o1", "o2"]
    assert facts()["skills"][0]["outcomes"] == ["o1"]


def test_a_group_keeps_its_key_whatever_it_is_called_and_leaves_nothing_when_it_goes(ana):
    before = outline().outline
    ana.post(FACTS, data=fields_of(ana.get(FACTS), FACTS) | {"groups.0.title": "Night shift"})
    (made,) = facts()["groups"]
    ana.post(FACTS, data=fields_of(ana.get(FACTS), FACTS) | {"groups.0.title": "Nights"})
    assert facts()["groups"] == [{"key": made["key"], "title": "Nights"}]
    assert "Changed the groups of learners." in ana.get("/teach/safety/history").text
    ana.post(FACTS, data=fields_of(ana.get(FACTS), FACTS) | {"groups.0.title": ""})
    assert outline().outline == before
    ana.post("/teach/safety/undo", data={"from": "facts"})
    assert facts()["groups"] == [{"key": made["key"], "title": "Nights"}]


def test_an_activity_opens_for_a_group_and_says_so_before_it_is_published(ana, course):
    publish_course(course, by=actor(a_person(), scope_on(course, "author")), at=AT)
    ana.post(FACTS, data=fields_of(ana.get(FACTS), FACTS) | {"groups.0.title": "Night shift"})
    (group,) = facts()["groups"]
    shown = ana.post(RELEASE, data=fields_of(ana.get(RELEASE), RELEASE) | {"c.kind": "group", "do": "update"})
    form = fields_of(shown, RELEASE)
    unfinished = ana.post(RELEASE, data=form | {"do": "save"})
    assert (unfinished.status_code, "Choose a group." in unfinished.text) == (422, True)
    assert ana.post(RELEASE, data=form | {"c.group": group["key"], "do": "save"}).status_code == 303
    assert item("two")["release"] == {"group": group["key"]}
    sentence = "Opens when the learner is in the group “Night shift”."
    assert sentence in ana.get(RELEASE).text
    preview = ana.get("/teach/safety/publish").text
    assert f"Before: Open from the start. Now: {sentence}" in preview
    assert "The groups of learners have changed." in preview
    assert "nobody else can finish" in preview


def test_what_is_wrong_stands_beside_its_field(ana):
    form = fields_of(ana.get(FACTS), FACTS)
    answer = ana.post(FACTS, data=form | {"workload_hours": "a lot", "title": "New"})
    assert answer.status_code == 422
    assert 'id="workload_hours-error"' in answer.text
    assert 'value="a lot"' in answer.text
    assert 'value="New"' in answer.text


def test_a_micro_credential_says_what_it_still_needs(ana):
    form = fields_of(ana.get(FACTS), FACTS) | {"certificate": "micro_credential", "country": "be"}
    assert ana.post(FACTS, data=form).status_code == 303
    assert facts()["certificate"]["country"] == "BE"
    assert "A micro-credential still needs" in ana.get(FACTS).text


def test_fields_that_somebody_else_changed_are_left_alone(ana, course):
    form = fields_of(ana.get(FACTS), FACTS)
    by_ben(course, "title", "By Ben", facts()["title"])
    assert ana.post(FACTS, data=form | {"audience": "Mechanics"}).status_code == 303
    assert (facts()["title"], facts()["audience"]) == ("By Ben", "Mechanics")


def test_the_same_field_is_told_and_can_be_saved_again(ana, course):
    form = fields_of(ana.get(FACTS), FACTS)
    by_ben(course, "title", "By Ben", facts()["title"])
    answer = ana.post(FACTS, data=form | {"title": "By Ana"})
    assert answer.status_code == 409
    assert "It says now: “By Ben”." in answer.text
    ana.post(FACTS, data=fields_of(answer, FACTS))
    assert facts()["title"] == "By Ana"


def test_a_condition_is_built_line_by_line_without_script(ana):
    form = fields_of(ana.get(RELEASE), RELEASE)
    form = fields_of(ana.post(RELEASE, data=form | {"c.kind": "completed", "do": "update"}), RELEASE)
    form = fields_of(ana.post(RELEASE, data=form | {"c.activity": "one", "do": "add c"}), RELEASE)
    form = fields_of(ana.post(RELEASE, data=form | {"c.1.kind": "from", "do": "update"}), RELEASE)
    form |= {"c.1.day": "2026-05-04", "c.1.time": "08:00"}
    assert ana.post(RELEASE, data=form | {"do": "save"}).status_code == 303
    condition = {"all": [{"completed": "one"}, {"from": "2026-05-04T08:00"}]}
    assert item("two")["release"] == condition
    assert (
        "Opens when all of these are true: (1.1 “About one” is completed; "
        in ana.get("/teach/safety?activity=two").text
    )


def test_a_condition_is_changed_and_taken_away(ana, course):
    form = fields_of(ana.get(RELEASE), RELEASE)
    tree = {"any": [{"not": {"completed": "one"}}, {"score": {"activity": "one", "at_least": "60"}}]}
    by = actor(a_person(), scope_on(course, "teacher"))
    wish = {"op": "set", "on": "activity", "key": "two", "field": "release", "value": tree, "was": None}
    change_draft(course, wish, by=by, at=AT)
    clash = ana.post(RELEASE, data=form | {"c.kind": "from", "c.day": "2026-05-04", "do": "save"})
    assert clash.status_code == 409
    form = fields_of(ana.get(RELEASE), RELEASE)
    assert form["c.0.0.activity"] == form["c.1.activity"] == "one"
    form = fields_of(ana.post(RELEASE, data=form | {"do": "remove c.0"}), RELEASE)
    assert ana.post(RELEASE, data=form | {"do": "save"}).status_code == 303
    assert item("two")["release"] == {"any": [{"score": {"activity": "one", "at_least": "60"}}]}
    form = fields_of(ana.get(RELEASE), RELEASE)
    ana.post(RELEASE, data=form | {"c.kind": "", "do": "save"})
    assert item("two")["release"] is None


def test_an_unfinished_condition_says_what_is_missing(ana):
    answer = ana.post(RELEASE, data={"c.kind": "score", "c.activity": "", "c.percent": "", "do": "save"})
    assert answer.status_code == 422
    assert answer.text.count("Choose an activity.") >= 1
    answer = ana.post(RELEASE, data={"c.kind": "score", "c.activity": "one", "c.percent": "200", "do": "save"})
    assert answer.status_code == 422
    assert item("two")["release"] is None


def test_the_history_says_who_did_what_and_undoes_one_s_own(ana, course):
    by_ben(course, "title", "By Ben", facts()["title"])
    ana.post("/teach/safety/archive", data={"on": "activity", "key": "one"})
    found = ana.get("/teach/safety/history").text
    assert "Took “About one” out of the course." in found
    assert "Changed the title of the course." in found
    assert found.count("<span>Undo</span>") == 1, "only what is one's own"
    form = fields_of(ana.get("/teach/safety/history"), "/teach/safety/undo")
    number = found.split('name="number" value="')[1].split('"')[0]
    assert ana.post("/teach/safety/undo", data=form | {"number": number, "from": "history"}).status_code == 303
    assert "Undone: Took “About one” out of the course." in ana.get("/teach/safety/history").text


def test_publications_stand_in_the_history(ana, course):
    publish_course(course, by=actor(a_person(), scope_on(course, "author")), at=AT)
    assert "Published as revision 1." in ana.get("/teach/safety/history").text


def test_a_long_history_goes_on_page_by_page(ana, course):
    was = facts()["title"]
    for number in range(60):
        by_ben(course, "title", f"T{number}", was)
        was = f"T{number}"
    first = ana.get("/teach/safety/history").text
    assert first.count("Changed the title of the course.") == 50
    following = first.split('href="/teach/safety/history?cursor=')[1].split('"')[0]
    assert ana.get(f"/teach/safety/history?cursor={following}").text.count("Changed the title of the course.") == 10
