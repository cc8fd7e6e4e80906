"""Groups of a course: who teaches it puts learners in, and what opens for a group opens and locks at once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.accounts.services import erase_person
from lms.core.actor import SYSTEM, Actor
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses.queries import find_course
from lms.courses.rules.outline import Outline
from lms.learning import privacy
from lms.learning.queries import groups_of, state_of_activity, view_enrolment
from lms.learning.queries.learners import Wanted, find_followed, list_groups
from lms.learning.services import move_learner, put_into_group, record_event, take_out_of_group
from lms.learning.teaching import follow_learner, list_learners
from tests.courses.documents import activity, course
from tests.learning.building import AT, a_person, actor, draft, enrolled, publish, published, scope_on, signed_in

pytestmark = pytest.mark.usefixtures("session")
NIGHT, DAY = {"key": "night", "title": "Night shift"}, {"key": "day", "title": "Day shift"}
ONLY_NIGHT = {"group": "night"}


def a_course(*more, **facts):
    parts = (activity("all"), activity("night", release=ONLY_NIGHT, **facts), *more)
    return published(*parts, groups=[NIGHT, DAY])


def change(act, *enrolments, by=SYSTEM, key="night"):
    return act("safety", key, Wanted(ids=tuple(str(one.id) for one in enrolments)), by=by, at=AT)


def state(enrolment, key="night"):
    return state_of_activity(enrolment, key, AT)


def test_a_step_opens_when_its_learner_joins_the_group_and_locks_when_they_leave_it():
    a_course()
    inside, outside = enrolled(a_person(), "safety"), enrolled(a_person(), "safety")
    assert state(inside).state == "locked"
    assert change(put_into_group, inside) == 1
    assert (state(inside).state, state(outside).state) == ("open", "locked")
    assert state(outside).why.sentence() == "Only for the group “Night shift”."
    assert change(take_out_of_group, inside) == 1
    assert state(inside).state == "locked"


def test_what_was_completed_stays_so_and_readable_for_who_leaves_the_group():
    a_course()
    enrolment = enrolled(a_person(), "safety")
    change(put_into_group, enrolment)
    for key in ("all", "night"):
        record_event(enrolment.id, key, "viewed", by=Actor(enrolment.person_id), at=AT)
    change(take_out_of_group, enrolment)
    assert (state(enrolment).state, enrolment.percent, enrolment.status) == ("completed", 100, "completed")


def test_percent_counts_what_is_required_for_everybody_and_optional_steps_for_nobody():
    a_course()
    enrolment = enrolled(a_person(), "safety")
    record_event(enrolment.id, "all", "viewed", by=Actor(enrolment.person_id), at=AT)
    assert (enrolment.percent, view_enrolment(enrolment, AT).next_step) == (50, None)
    publish(draft(activity("all"), activity("night", release=ONLY_NIGHT, requires="none"), groups=[NIGHT]))
    move_learner(enrolment.id, by=SYSTEM, at=AT)
    assert (enrolment.percent, enrolment.status) == (100, "completed")


def test_a_group_that_a_later_revision_does_not_have_opens_nothing_there():
    a_course()
    enrolment = enrolled(a_person(), "safety")
    change(put_into_group, enrolment)
    publish(draft(activity("all"), activity("night", release={"any": [{"from": "2199-01-01"}]}), groups=[DAY]))
    assert state(enrolment).state == "open"  # pinned to the revision in which it is there
    move_learner(enrolment.id, by=SYSTEM, at=AT)
    assert state(enrolment).state == "locked"


def test_all_that_fit_are_put_in_at_once_in_a_number_of_statements_that_does_not_grow(queries):
    a_course()
    few = [enrolled(a_person(name="Ana"), "safety") for _ in range(2)]
    with queries() as small:
        assert put_into_group("safety", "night", Wanted(q="Ana"), by=SYSTEM, at=AT) == len(few)
    many = [enrolled(a_person(name="Bo"), "safety") for _ in range(8)]
    with queries() as large:
        assert put_into_group("safety", "night", Wanted(q="Bo"), by=SYSTEM, at=AT) == len(many)
    assert len(large) == len(small)
    assert put_into_group("safety", "night", Wanted(), by=SYSTEM, at=AT) == 0
    groups = {one.key: one.learners for one in list_groups(find_followed("safety", SYSTEM))}
    assert groups == {"night": 10, "day": 0}


def test_it_is_audited_by_ids_alone():
    a_course()
    enrolment = enrolled(a_person(), "safety")
    change(put_into_group, enrolment)
    db.session.flush()
    (entry,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "learners.put_into_group"))
    assert entry.data == {"group": "night", "enrolments": [str(enrolment.id)]}


def test_a_copy_of_ones_data_names_the_groups_and_an_erasure_takes_one_out_of_them():
    a_course()
    enrolment = enrolled(a_person(), "safety")
    change(put_into_group, enrolment)
    (section,) = privacy.collect(enrolment.person_id, AT)
    assert section.data[0]["groups"] == ["Night shift"]
    erase_person(enrolment.person_id, by=SYSTEM, at=AT)
    assert groups_of([enrolment.id]) == {}


def test_nobody_puts_themselves_into_a_group():
    a_course()
    person = a_person()
    enrolment, teacher = enrolled(person, "safety"), actor(person, scope_on("safety", "teacher"))
    assert change(put_into_group, enrolment, by=teacher) == 0
    assert state(enrolment).state == "locked"


def test_a_group_that_the_course_does_not_have_takes_nobody():
    a_course()
    with pytest.raises(Refused) as refused:
        change(put_into_group, enrolled(a_person(), "safety"), key="gone")
    assert refused.value.reason.code == "learning.group_unknown"


def test_who_is_in_a_group_is_listed_by_it_and_a_locked_step_says_why_to_who_teaches():
    a_course()
    inside, outside = enrolled(a_person(name="Ana"), "safety"), enrolled(a_person(name="Bo"), "safety")
    change(put_into_group, inside)
    found = list_learners("safety", Wanted(group="night"), sort="name", cursor=None, by=SYSTEM, at=AT)
    assert [(row.learner.name, row.groups) for row in found.rows] == [("Ana", ["night"])]
    record_event(outside.id, "all", "viewed", by=Actor(outside.person_id), at=AT)
    way = follow_learner("safety", outside.id, by=SYSTEM, at=AT)
    assert way.row.stuck.reason.code == "learning.stuck_nothing_open"
    assert "Night shift" in way.row.stuck.sentence()


def test_a_course_without_groups_is_the_same_document_as_before_there_were_any():
    without, _bodies = course(activity("one"))
    assert "groups" not in without["facts"]
    assert Outline.of(without).groups == {}


@pytest.fixture
def page(app, session):
    a_course()
    return signed_in(app, a_person("teacher", scope=find_course("safety").id))


def test_an_instructor_puts_chosen_learners_into_a_group_and_takes_one_out_on_their_page(page):
    ana, bo = (enrolled(a_person(name=name), "safety") for name in ("Ana", "Bo"))
    shown = page.get(f"/teach/safety/learners/groups?ids={ana.id}&ids={bo.id}").text
    assert "2 learners are chosen" in shown
    assert "Night shift" in shown
    put = page.post("/teach/safety/learners/groups/night", data={"do": "put", "ids": [str(ana.id), str(bo.id)]})
    assert put.location == "/teach/safety/learners?group=night"
    assert state(ana).state == "open"
    assert "is in it" in page.get(f"/teach/safety/learners/{ana.id}").text
    take = {"do": "take", "ids": [str(ana.id)], "learner": str(ana.id)}
    assert page.post("/teach/safety/learners/groups/night", data=take).location.endswith(f"{ana.id}#groups")
    assert (state(ana).state, state(bo).state) == ("locked", "open")


def test_a_program_puts_learners_into_a_group_and_counts_them(page):
    enrolment = enrolled(a_person(), "safety")
    asked = {"do": "put", "enrolments": [str(enrolment.id)]}
    assert page.post("/api/v1/courses/safety/groups/night/learners", json=asked).json == {"changed": 1}
    items = page.get("/api/v1/courses/safety/groups").json["items"]
    assert items == [NIGHT | {"learners": 1}, DAY | {"learners": 0}]
    assert page.get("/api/v1/courses/safety/learners").json["items"][0]["groups"] == ["night"]


def test_a_learner_reads_which_group_a_step_is_for(app, session):
    a_course()
    person = a_person()
    enrolment = enrolled(person, "safety")
    client = signed_in(app, person)
    locked = client.get(f"/api/v1/enrolments/{enrolment.id}/activities/night")
    assert (locked.status_code, locked.json["reason"]) == (409, "learning.opens_for_group")
    assert "Only for the group “Night shift”." in client.get(f"/learn/{enrolment.id}/night").text
