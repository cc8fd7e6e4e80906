"""The tree of an organisation's teams, and who is in them. All of it is hr's."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.services import revoke_roles
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db, in_portions, insert_ignore
from lms.core.events import publish
from lms.core.ids import new_id
from lms.core.reasons import CoreReason, Refused
from lms.organisations import queries
from lms.organisations.events import TeamsChanged
from lms.organisations.models import Organisation, Team, TeamMember
from lms.organisations.permissions import check_manages_people
from lms.organisations.reasons import OrganisationReason
from lms.organisations.rules import teams as rules

SUBJECT = "team"


def add_team(organisation_id: uuid.UUID, name: str, parent_id: uuid.UUID | None, *, by: Actor, at: datetime) -> Team:
    """A new team at the top of the tree or below another.

    Refused: core.forbidden, core.not_found for the other; organisation.team_name_invalid, .team_name_taken,
    .team_too_deep.
    """
    tree = _tree(organisation_id, by)
    clean = _clean(name)
    if parent_id is not None:
        _of(tree, parent_id)
    _check_place(tree, clean, parent_id, levels=1)
    team = Team(id=new_id(), organisation_id=organisation_id, parent_id=parent_id, name=clean, created_at=at)
    db.session.add(team)
    db.session.flush()
    record("team.added", by=by, subject=(SUBJECT, team.id), at=at, parent=parent_id and str(parent_id))
    return team


def rename_team(organisation_id: uuid.UUID, team_id: uuid.UUID, name: str, *, by: Actor, at: datetime) -> Team:
    """Refused: core.forbidden, core.not_found; organisation.team_name_invalid, .team_name_taken."""
    tree = _tree(organisation_id, by)
    team, clean = _of(tree, team_id), _clean(name)
    if clean != team.name:
        _check_free(tree, clean, team.parent_id, team.id)
        team.name = clean
        record("team.renamed", by=by, subject=(SUBJECT, team.id), at=at)
    return team


def move_team(
    organisation_id: uuid.UUID, team_id: uuid.UUID, parent_id: uuid.UUID | None, *, by: Actor, at: datetime
) -> Team:
    """Puts the team, with all below it, under another or at the top.

    Refused: core.forbidden, core.not_found; organisation.team_in_itself, .team_name_taken, .team_too_deep.
    """
    tree = _tree(organisation_id, by)
    team = _of(tree, team_id)
    if parent_id == team.parent_id:
        return team
    if parent_id is not None:
        _of(tree, parent_id)
    parents = _parents(tree)
    if not rules.may_stand_in(parents, team_id, parent_id):
        raise Refused(OrganisationReason.TEAM_IN_ITSELF)
    _check_place(tree, team.name, parent_id, levels=rules.levels_below(parents, team_id))
    team.parent_id = parent_id
    db.session.flush()
    record("team.moved", by=by, subject=(SUBJECT, team.id), at=at, parent=parent_id and str(parent_id))
    _tell(organisation_id, _people_in(rules.with_subteams(parents, [team_id])), at)
    return team


def remove_team(
    organisation_id: uuid.UUID,
    team_id: uuid.UUID,
    *,
    by: Actor,
    at: datetime,
    people_to: uuid.UUID | None = None,
    drop_people: bool = False,
) -> None:
    """Takes a team away; sub-teams move up into its place. Its people go to another team, or to none.

    Refused: core.forbidden, core.not_found; organisation.team_not_empty where it has people and neither is said;
    .team_name_taken where a sub-team meets one of its name.
    """
    tree = _tree(organisation_id, by)
    team = _of(tree, team_id)
    if people_to is not None and _of(tree, people_to).id == team_id:
        raise Refused(CoreReason.NOT_FOUND)
    people = _people_in([team_id])
    if people and people_to is None and not drop_people:
        raise Refused(OrganisationReason.TEAM_NOT_EMPTY, team=team.name)
    below = _people_in(rules.with_subteams(_parents(tree), [team_id]))
    for child in [each for each in tree.values() if each.parent_id == team_id]:
        _check_free(tree, child.name, team.parent_id, team_id)
        child.parent_id = team.parent_id
    if people_to is not None:
        _insert([(people_to, person_id) for person_id in people], at)
    db.session.execute(sa.delete(TeamMember).where(TeamMember.team_id == team_id))
    db.session.flush()
    db.session.delete(team)
    revoke_roles(queries.managers_of(team_id), {SUBJECT: [team_id]}, by=by, at=at)
    record("team.removed", by=by, subject=(SUBJECT, team_id), at=at, people_to=people_to and str(people_to))
    db.session.flush()
    _tell(organisation_id, below | set(people), at)


def put_into_team(
    organisation_id: uuid.UUID, team_id: uuid.UUID, person_ids: Collection[uuid.UUID], *, by: Actor, at: datetime
) -> list[uuid.UUID]:
    """Members come into a team; gives those who were not in it. Who is no member is passed over.

    Refused: core.forbidden, core.not_found.
    """
    check_manages_people(by, organisation_id)
    queries.find_team(organisation_id, team_id, by)
    new = sorted(queries.members_among(organisation_id, person_ids) - _people_in([team_id]))
    place_in_teams(organisation_id, [(team_id, person_id) for person_id in new], by=by, at=at)
    return new


def place_in_teams(
    organisation_id: uuid.UUID, places: Collection[tuple[uuid.UUID, uuid.UUID]], *, by: Actor, at: datetime
) -> None:
    """(team, person) each, all known to be the organisation's; one that stands already changes nothing."""
    if not places:
        return
    _insert(places, at)
    pairs = [[str(team), str(person)] for team, person in places]
    record("team.people_put", by=by, subject=("organisation", organisation_id), at=at, places=pairs)
    _tell(organisation_id, {person for _team, person in places}, at)


def take_out_of_team(
    organisation_id: uuid.UUID, team_id: uuid.UUID, person_ids: Collection[uuid.UUID], *, by: Actor, at: datetime
) -> list[uuid.UUID]:
    """Gives who was in it. Refused: core.forbidden, core.not_found."""
    check_manages_people(by, organisation_id)
    queries.find_team(organisation_id, team_id, by)
    gone = sorted(_people_in([team_id]) & set(person_ids))
    if gone:
        for some in in_portions(gone):
            mine = (TeamMember.team_id == team_id, TeamMember.person_id.in_(some))
            db.session.execute(sa.delete(TeamMember).where(*mine))
        people = [str(person_id) for person_id in gone]
        record("team.people_taken_out", by=by, subject=(SUBJECT, team_id), at=at, people=people)
        _tell(organisation_id, gone, at)
    return gone


def find_or_add_path(organisation_id: uuid.UUID, names: list[str], *, by: Actor, at: datetime) -> Team:
    """The team at the end of a path of names from the top, made as far as it is not there."""
    parent: Team | None = None
    for name in names:
        found = next(
            (
                team
                for team in _tree(organisation_id, by).values()
                if team.parent_id == (parent.id if parent else None) and _same(team.name, name)
            ),
            None,
        )
        parent = found or add_team(organisation_id, name, parent.id if parent else None, by=by, at=at)
    if parent is None:
        raise Refused(OrganisationReason.TEAM_NAME_INVALID)
    return parent


def _tree(organisation_id: uuid.UUID, by: Actor) -> dict[uuid.UUID, Team]:
    """The organisation's teams, its row held so that two changes of the tree come one after the other."""
    check_manages_people(by, organisation_id)
    db.session.execute(sa.select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    return {team.id: team for team in queries.teams_of(organisation_id)}


def _of(tree: dict[uuid.UUID, Team], team_id: uuid.UUID) -> Team:
    if team_id not in tree:
        raise Refused(CoreReason.NOT_FOUND)
    return tree[team_id]


def _parents(tree: dict[uuid.UUID, Team]) -> dict[uuid.UUID, uuid.UUID | None]:
    return {team.id: team.parent_id for team in tree.values()}


def _clean(name: str) -> str:
    clean = " ".join(name.split())
    if not rules.is_name(clean):
        raise Refused(OrganisationReason.TEAM_NAME_INVALID)
    return clean


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _check_place(tree: dict[uuid.UUID, Team], name: str, parent_id: uuid.UUID | None, *, levels: int) -> None:
    _check_free(tree, name, parent_id, None)
    if len(rules.line_of(_parents(tree), parent_id)) + levels > rules.MOST_DEEP:
        raise Refused(OrganisationReason.TEAM_TOO_DEEP, most=rules.MOST_DEEP)


def _check_free(tree: dict[uuid.UUID, Team], name: str, parent_id: uuid.UUID | None, but: uuid.UUID | None) -> None:
    beside = [team for team in tree.values() if team.parent_id == parent_id and team.id != but]
    if any(_same(team.name, name) for team in beside):
        raise Refused(OrganisationReason.TEAM_NAME_TAKEN, team=name)


def _insert(places: Iterable[tuple[uuid.UUID, uuid.UUID]], at: datetime) -> None:
    insert_ignore(TeamMember, [{"team_id": team, "person_id": person, "joined_at": at} for team, person in places])


def _people_in(team_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    return set(db.session.scalars(queries.people_in_teams(team_ids)))


def _tell(organisation_id: uuid.UUID, person_ids: Iterable[uuid.UUID], at: datetime) -> None:
    people = tuple(sorted(person_ids))
    if people:
        publish(TeamsChanged(organisation_id, people, at))
