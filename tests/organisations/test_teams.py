"""Teams through their use cases: a tree that stays one, people in and out, managers."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.accounts.queries import actor_of
from lms.core.actor import SYSTEM, Actor, Grant
from lms.core.db import db
from lms.core.events import _handlers, subscribe
from lms.core.ids import new_id
from lms.core.reasons import Refused
from lms.organisations import queries
from lms.organisations.events import TeamsChanged
from lms.organisations.models import Team, TeamMember
from lms.organisations.rules.teams import MOST_DEEP
from lms.organisations.services import (
    add_team,
    find_or_add_path,
    give_role,
    move_team,
    put_into_team,
    remove_members,
    remove_team,
    rename_team,
    take_out_of_team,
    take_role,
)
from lms.organisations.services.members import end_memberships
from tests.learning.building import a_person
from tests.organisations.building import AT, a_member, a_team, hr_of, invited


@pytest.fixture
def changes():
    """Every TeamsChanged that is published."""
    heard: list[TeamsChanged] = []
    subscribe(TeamsChanged, heard.append)
    yield heard
    _handlers[TeamsChanged].remove(heard.append)


def refused(act) -> str:
    with pytest.raises(Refused) as why:
        act()
    assert why.value.sentence()
    return why.value.reason.code


def test_teams_stand_in_a_tree_and_know_their_paths(session):
    north, hr = hr_of()
    plant = a_team(north, hr, "Plant")
    paint = a_team(north, hr, "Paint  shop", plant)
    assert queries.team_paths(north.id) == {("Plant",): plant.id, ("Plant", "Paint shop"): paint.id}
    assert queries.team_ids_with_subteams(north.id, [plant.id]) == {plant.id, paint.id}


def test_more_people_than_a_statement_takes_come_into_a_team_and_go(session):
    """66,000: PostgreSQL takes 65,535 values, SQLite as it comes 32,766. One of them belongs to the organisation."""
    north, hr = hr_of()
    team, ida = a_team(north, hr), a_member(north)
    everybody = [*(uuid.uuid4() for _ in range(66_000)), ida.id]
    assert put_into_team(north.id, team.id, everybody, by=hr, at=AT) == [ida.id]
    assert take_out_of_team(north.id, team.id, everybody, by=hr, at=AT) == [ida.id]
    assert put_into_team(north.id, team.id, everybody, by=hr, at=AT) == [ida.id]
    end_memberships(north.id, everybody, by=hr, at=AT)
    assert session.scalars(sa.select(TeamMember.person_id)).all() == []
    assert not queries.is_member(north.id, ida.id)


def test_a_name_is_one_teams_alone_in_its_place_whatever_the_case(session):
    north, hr = hr_of()
    plant = a_team(north, hr, "Plant")
    assert refused(lambda: a_team(north, hr, "PLANT")) == "organisation.team_name_taken"
    other = a_team(north, hr, "Plant", plant)
    assert refused(lambda: move_team(north.id, other.id, None, by=hr, at=AT)) == "organisation.team_name_taken"
    assert rename_team(north.id, plant.id, "plant", by=hr, at=AT).name == "plant"


def test_a_team_goes_neither_into_itself_nor_too_deep_nor_to_strangers(session):
    north, hr = hr_of()
    plant = a_team(north, hr, "Plant")
    paint = a_team(north, hr, "Paint", plant)
    for parent in (plant, paint):
        assert (
            refused(lambda p=parent: move_team(north.id, plant.id, p.id, by=hr, at=AT)) == "organisation.team_in_itself"
        )
    deep = find_or_add_path(north.id, [f"level {n}" for n in range(MOST_DEEP)], by=hr, at=AT)
    assert refused(lambda: a_team(north, hr, "more", deep)) == "organisation.team_too_deep"
    assert refused(lambda: move_team(north.id, plant.id, deep.parent_id, by=hr, at=AT)) == "organisation.team_too_deep"
    south, other_hr = hr_of("south")
    theirs = a_team(south, other_hr)
    assert refused(lambda: move_team(north.id, plant.id, theirs.id, by=hr, at=AT)) == "core.not_found"
    assert refused(lambda: rename_team(north.id, theirs.id, "Mine", by=hr, at=AT)) == "core.not_found"
    assert refused(lambda: add_team(south.id, "Mine", None, by=hr, at=AT)) == "core.forbidden"


def test_only_members_come_into_a_team_and_the_news_names_who_is_new(session, changes):
    north, hr = hr_of()
    team, mia, stranger = a_team(north, hr), a_member(north), a_person()
    (pending,) = invited(north, hr, "new@example.org")
    assert set(put_into_team(north.id, team.id, [mia.id, stranger.id, pending], by=hr, at=AT)) == {mia.id, pending}
    assert put_into_team(north.id, team.id, [mia.id], by=hr, at=AT) == []
    assert take_out_of_team(north.id, team.id, [mia.id, stranger.id], by=hr, at=AT) == [mia.id]
    assert [set(one.person_ids) for one in changes] == [{mia.id, pending}, {mia.id}]


def test_moving_a_team_tells_of_all_who_are_below_it(session, changes):
    north, hr = hr_of()
    plant = a_team(north, hr, "Plant")
    paint, other = a_team(north, hr, "Paint", plant), a_team(north, hr, "Other")
    mia = a_member(north)
    put_into_team(north.id, paint.id, [mia.id], by=hr, at=AT)
    move_team(north.id, plant.id, other.id, by=hr, at=AT)
    assert changes[-1].person_ids == (mia.id,)
    assert queries.team_ids_with_subteams(north.id, [other.id]) == {other.id, plant.id, paint.id}


def test_a_team_with_people_goes_only_when_it_is_said_where_they_go(session, changes):
    north, hr = hr_of()
    plant, other = a_team(north, hr, "Plant"), a_team(north, hr, "Other")
    inner = a_team(north, hr, "Inner", plant)
    mia = a_member(north)
    put_into_team(north.id, plant.id, [mia.id], by=hr, at=AT)
    give_role(north.id, mia.id, "manager", by=hr, at=AT, team_id=plant.id)
    assert refused(lambda: remove_team(north.id, plant.id, by=hr, at=AT)) == "organisation.team_not_empty"
    assert refused(lambda: remove_team(north.id, plant.id, by=hr, at=AT, people_to=plant.id)) == "core.not_found"
    remove_team(north.id, plant.id, by=hr, at=AT, people_to=other.id)
    assert queries.teams_by_person(north.id, [mia.id])[mia.id] == [other]
    assert session.get_one(Team, inner.id).parent_id is None
    assert queries.roles_of(north.id, mia.id) == []
    assert changes[-1].person_ids == (mia.id,)
    remove_team(north.id, other.id, by=hr, at=AT, drop_people=True)
    assert session.scalars(sa.select(TeamMember)).all() == []


def test_a_manager_of_a_team_sees_its_people_and_those_of_its_sub_teams_and_may_not_change_them(session):
    north, hr = hr_of()
    plant, other = a_team(north, hr, "Plant"), a_team(north, hr, "Other")
    paint = a_team(north, hr, "Paint", plant)
    boss, inside, below, outside = (a_member(north, name=name) for name in ("Boss", "Inside", "Below", "Outside"))
    for team, person in ((plant, inside), (paint, below), (other, outside)):
        put_into_team(north.id, team.id, [person.id], by=hr, at=AT)
    give_role(north.id, boss.id, "manager", by=hr, at=AT, team_id=plant.id)
    session.flush()
    by = actor_of(boss.id)
    assert queries.find_organisation_for("north", by).id == north.id
    assert set(session.scalars(queries.people_within(by, north.id))) == {inside.id, below.id}
    assert {team.name for team in queries.seen_teams(by, north.id)} == {"Plant", "Paint"}
    assert refused(lambda: queries.find_team(north.id, other.id, by)) == "core.not_found"
    assert refused(lambda: queries.find_member(north.id, outside.id, by)) == "core.not_found"
    assert refused(lambda: put_into_team(north.id, plant.id, [outside.id], by=by, at=AT)) == "core.forbidden"
    assert refused(lambda: queries.find_managed_organisation("north", by)) == "core.forbidden"
    take_role(north.id, boss.id, "manager", by=hr, at=AT, team_id=plant.id)
    session.flush()
    assert refused(lambda: queries.find_organisation_for("north", actor_of(boss.id))) == "core.not_found"


def test_roles_are_given_to_members_who_accepted_and_administrator_is_not_hrs_to_give(session):
    north, hr = hr_of()
    mia = a_member(north)
    (pending,) = invited(north, hr, "new@example.org")
    for role in ("administrator", "teacher", "learner", "editor", ""):
        assert refused(lambda r=role: give_role(north.id, mia.id, r, by=hr, at=AT)) == "core.forbidden"
    assert refused(lambda: give_role(north.id, pending, "manager", by=hr, at=AT)) == "organisation.not_accepted"
    assert refused(lambda: give_role(north.id, a_person().id, "hr", by=hr, at=AT)) == "core.not_found"
    assert refused(lambda: give_role(north.id, mia.id, "hr", by=Actor(mia.id), at=AT)) == "core.forbidden"
    for role in ("hr", "manager", "author"):
        give_role(north.id, mia.id, role, by=hr, at=AT)
    assert [role for role, _team in queries.roles_of(north.id, mia.id)] == ["author", "hr", "manager"]


def test_the_last_hr_stays_until_there_is_another(session):
    north, hr = hr_of()
    mia = a_member(north)
    me = hr.person_id
    assert me
    assert refused(lambda: take_role(north.id, me, "hr", by=hr, at=AT)) == "organisation.last_hr"
    assert refused(lambda: remove_members(north.id, [me, mia.id], by=hr, at=AT)) == "organisation.last_hr"
    give_role(north.id, mia.id, "hr", by=hr, at=AT)
    session.flush()
    take_role(north.id, me, "hr", by=hr, at=AT)
    session.flush()
    assert queries.holders_of("hr", north.id) == {mia.id}


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "move", "rename", "remove"]), st.integers(0, 9), st.integers(-1, 9)), max_size=14
)


@given(steps=STEPS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_is_done_to_the_tree_it_stays_a_tree_with_names_alone_in_their_places(session, steps):
    north, hr = hr_of(f"n-{uuid.uuid4().hex}")
    try:
        for do, one, other in steps:
            teams = sorted(queries.teams_of(north.id), key=lambda team: team.id)
            team = teams[one % len(teams)].id if teams else None
            parent = teams[other % len(teams)].id if teams and other >= 0 else None
            try:
                with db.session.begin_nested():
                    _do(do, north.id, team, parent, f"T{one % 4}", hr)
            except Refused as why:
                assert why.reason.code.startswith(("organisation.team_", "core.not_found"))  # noqa: PT017 - all others go on
        session.expire_all()
        paths = queries.team_paths(north.id)
        assert len(paths) == len(queries.teams_of(north.id))
        assert all(len(path) <= MOST_DEEP for path in paths)
        assert len({tuple(name.casefold() for name in path) for path in paths}) == len(paths)
    finally:
        session.rollback()


def _do(do: str, organisation_id, team, parent, name: str, hr) -> None:
    if do == "add" or team is None:
        add_team(organisation_id, name, parent, by=hr, at=AT)
    elif do == "move":
        move_team(organisation_id, team, parent, by=hr, at=AT)
    elif do == "rename":
        rename_team(organisation_id, team, name, by=hr, at=AT)
    else:
        remove_team(organisation_id, team, by=hr, at=AT)


def test_the_system_may_all_of_it(session):
    north, _hr = hr_of()
    assert add_team(north.id, "Plant", None, by=SYSTEM, at=AT).name == "Plant"


def test_of_many_teams_those_near_are_offered_and_of_few_all(session, monkeypatch):
    north, hr = hr_of()
    plant, other = a_team(north, hr, "Plant"), a_team(north, hr, "Other")
    paint, shift, hall = a_team(north, hr, "Paint", plant), a_team(north, hr, "Shift"), a_team(north, hr, "Hall", other)
    move_team(north.id, shift.id, paint.id, by=hr, at=AT)

    def offered(near=None, by=hr):
        return [team.name for team in queries.teams_near(by, north.id, near and near.id)]

    assert offered() == ["Hall", "Other", "Paint", "Plant", "Shift"]
    monkeypatch.setattr(queries, "FEW_TEAMS", 2)
    assert offered() == ["Other", "Plant"]
    assert offered(plant) == ["Other", "Paint", "Plant"]
    assert offered(shift) == offered(paint) == ["Other", "Paint", "Plant", "Shift"]
    manager = Actor(new_id(), frozenset({Grant("manager", "team", plant.id), Grant("manager", "team", hall.id)}))
    assert offered(by=manager) == ["Hall", "Plant"]
    assert offered(shift, by=manager) == ["Hall", "Paint", "Plant", "Shift"]
