"""Reads about organisations, their people and teams."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.accounts.models import Person, RoleGrant
from lms.core.actor import Actor
from lms.core.db import db, in_portions, is_one_of
from lms.core.folding import fold_name
from lms.core.jobs.models import Job
from lms.core.reasons import CoreReason, Refused
from lms.core.web.cursors import PAGE, decode_cursor, key_of, page_of
from lms.organisations.models import Membership, Organisation, PeopleImport, Team, TeamMember
from lms.organisations.permissions import managed_teams, manages_people, sees_all_people
from lms.organisations.rules import teams as rules
from lms.organisations.rules.changes import Known, Path
from lms.organisations.rules.people import Standing

HAS_ACCEPTED: sa.ColumnElement[bool] = Membership.accepted_at.is_not(None)
SHOWN_NAME: sa.ColumnElement[str] = sa.case((HAS_ACCEPTED, Person.name), else_=Membership.name_given)
SHOWN_EMAIL: sa.ColumnElement[str] = sa.case((HAS_ACCEPTED, Person.email), else_=Membership.email_given)
"""What the organisation may know of a member, in a select that joins Membership and Person (decision 0017)."""
MOST_WORDS, MOST_LETTERS = 10, 200
FEW_TEAMS = 60
"""To choose one of in one list."""


def page_of_organisations(*, cursor: str | None = None, limit: int = PAGE) -> tuple[list[Organisation], str | None]:
    """All organisations by name: (page, next cursor)."""
    rows = sa.select(Organisation).order_by(Organisation.name, Organisation.id).limit(limit + 1)
    if after := decode_cursor(cursor, 2):
        place = sa.tuple_(Organisation.name, Organisation.id)
        rows = rows.where(place > sa.tuple_(sa.literal(after[0]), sa.literal(key_of(after[1]), sa.Uuid())))
    return page_of(db.session.scalars(rows).all(), limit, lambda one: [one.name, one.id])


def find_organisation_for(ref: str, by: Actor) -> Organisation:
    """By slug or id, for who may see people of it; for all others it is not there: Refused(core.not_found)."""
    organisation = db.session.scalar(sa.select(Organisation).where(is_called(ref)))
    if organisation is None or not _knows(by, organisation.id):
        raise Refused(CoreReason.NOT_FOUND)
    return organisation


def is_called(ref: str) -> sa.ColumnElement[bool]:
    """The organisation with this id or slug."""
    try:
        return Organisation.id == uuid.UUID(ref)
    except ValueError:
        return Organisation.slug == ref


def _knows(by: Actor, organisation_id: uuid.UUID) -> bool:
    if sees_all_people(by, organisation_id):
        return True
    mine = managed_teams(by)
    here = sa.select(Team.id).where(Team.organisation_id == organisation_id, Team.id.in_(mine)).limit(1)
    return bool(mine) and db.session.scalar(here) is not None


def find_managed_organisation(ref: str, by: Actor) -> Organisation:
    """By slug or id, for hr. Refused: core.not_found for who sees none of its people, core.forbidden for managers."""
    organisation = find_organisation_for(ref, by)
    if not manages_people(by, organisation.id):
        raise Refused(CoreReason.FORBIDDEN)
    return organisation


def organisations_seen(by: Actor) -> list[Organisation]:
    """Those of which the actor may see people, by name: all of them for administrators."""
    rows = sa.select(Organisation).order_by(Organisation.name, Organisation.id)
    if not by.is_administrator:
        whole = by.scopes("hr", "organisation") | by.scopes("manager", "organisation")
        of_teams = sa.select(Team.organisation_id).where(Team.id.in_(managed_teams(by)))
        rows = rows.where(sa.or_(Organisation.id.in_(whole), Organisation.id.in_(of_teams)))
    return list(db.session.scalars(rows))


def teams_of(organisation_id: uuid.UUID) -> Sequence[Team]:
    """All teams of an organisation, by name."""
    rows = sa.select(Team).where(Team.organisation_id == organisation_id).order_by(Team.name, Team.id)
    return db.session.scalars(rows).all()


def parents_of(organisation_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID | None]:
    """The tree as the rules take it."""
    rows = sa.select(Team.id, Team.parent_id).where(Team.organisation_id == organisation_id)
    return {row.id: row.parent_id for row in db.session.execute(rows)}


def with_those_below(organisation_id: uuid.UUID, team_ids: Iterable[uuid.UUID]) -> sa.Select[uuid.UUID]:
    """A select of the ids of the teams and of all below them, for `in_()`; teams of other organisations are left out.

    What it costs grows with these teams, not with the tree.
    """
    tops = sa.select(Team.id).where(Team.organisation_id == organisation_id, Team.id.in_(list(team_ids)))
    tree = tops.cte(recursive=True)  # without a name: one statement may ask for two such trees
    tree = tree.union(sa.select(Team.id).join(tree, Team.parent_id == tree.c.id))
    return sa.select(tree.c.id)


def _seen(by: Actor, organisation_id: uuid.UUID) -> sa.Select[Team]:
    """The teams that the actor may see: all of them, or those that a manager of teams manages."""
    rows = sa.select(Team).where(Team.organisation_id == organisation_id)
    if sees_all_people(by, organisation_id):
        return rows
    return rows.where(Team.id.in_(with_those_below(organisation_id, managed_teams(by))))


def seen_teams(by: Actor, organisation_id: uuid.UUID) -> list[Team]:
    """The teams that the actor may see, by name."""
    return list(db.session.scalars(_seen(by, organisation_id).order_by(Team.name, Team.id)))


def teams_near(by: Actor, organisation_id: uuid.UUID, team_id: uuid.UUID | None) -> list[Team]:
    """To choose from, by name: the teams that the actor may see, as long as these are few.

    Of many, the top of the tree, and below `team_id` and the teams above it one level each: a tree of hundreds is
    walked down, and nobody reads all of it to find one.
    """
    rows = _seen(by, organisation_id).order_by(Team.name, Team.id)
    found = list(db.session.scalars(rows.limit(FEW_TEAMS + 1)))
    if len(found) <= FEW_TEAMS:
        return found
    seen = rows.with_only_columns(Team.id).order_by(None)
    line = seen.add_columns(Team.parent_id).where(Team.id == team_id).cte("line", recursive=True)
    line = line.union(sa.select(Team.id, Team.parent_id).join(line, Team.id == line.c.parent_id))
    at_top = sa.or_(Team.parent_id.is_(None), Team.parent_id.not_in(seen))
    return list(db.session.scalars(rows.where(sa.or_(at_top, Team.parent_id.in_(sa.select(line.c.id))))))


def paths_of(teams: Sequence[Team]) -> list[tuple[uuid.UUID, str]]:
    """(id, "Plant 2 / Paint shop") in the order of the tree; of a team whose upper ones are not seen, what is seen."""
    names = {team.id: team.name for team in teams}
    parents = {team.id: team.parent_id if team.parent_id in names else None for team in teams}
    lines = {key: [names[each] for each in rules.line_of(parents, key)] for key in names}
    return [(key, rules.write_path(line)) for key, line in sorted(lines.items(), key=lambda one: _folded(one[1]))]


def _folded(line: list[str]) -> list[str]:
    return [name.casefold() for name in line]


def find_team(organisation_id: uuid.UUID, team_id: uuid.UUID, by: Actor) -> Team:
    """Refused(core.not_found) where it is another organisation's or not for the actor to see."""
    team = db.session.scalar(_seen(by, organisation_id).where(Team.id == team_id))
    if team is None:
        raise Refused(CoreReason.NOT_FOUND)
    return team


def team_ids_with_subteams(organisation_id: uuid.UUID, team_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """The teams and all below them; teams of other organisations are left out."""
    return set(db.session.scalars(with_those_below(organisation_id, team_ids)))


def people_within(by: Actor, organisation_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    """A select of the members' ids whom the actor may see: hr all, a manager those of their teams. For `in_()`."""
    people = sa.select(Membership.person_id).where(Membership.organisation_id == organisation_id)
    if sees_all_people(by, organisation_id):
        return people
    return people.where(Membership.person_id.in_(people_below(organisation_id, managed_teams(by))))


def people_below(organisation_id: uuid.UUID, team_ids: Iterable[uuid.UUID]) -> sa.Select[uuid.UUID]:
    """A select of the ids of those who are in one of these teams of the organisation, or in one below it."""
    below = with_those_below(organisation_id, team_ids)
    return sa.select(TeamMember.person_id).where(TeamMember.team_id.in_(below))


def people_in_teams(team_ids: Iterable[uuid.UUID]) -> sa.Select[uuid.UUID]:
    """A select of the ids of those who are in one of exactly these teams (see `team_ids_with_subteams`)."""
    return sa.select(TeamMember.person_id).where(TeamMember.team_id.in_(list(team_ids)))


def teams_by_person(organisation_id: uuid.UUID, person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Team]]:
    """The teams of each of these people in the organisation, by name; who is in none is not in it."""
    rows = sa.select(TeamMember.person_id, Team).join(Team, Team.id == TeamMember.team_id)
    rows = rows.where(Team.organisation_id == organisation_id, is_one_of(TeamMember.person_id, person_ids))
    found: dict[uuid.UUID, list[Team]] = {}
    for person_id, team in db.session.execute(rows.order_by(Team.name, Team.id)):
        found.setdefault(person_id, []).append(team)
    return found


@dataclass(frozen=True)
class Member:
    """A member as the organisation may know them: what it wrote itself until the invitation is accepted."""

    person_id: uuid.UUID
    name: str
    email: str
    number: str | None
    has_accepted: bool


def members(
    organisation_id: uuid.UUID, by: Actor, *conditions: sa.ColumnElement[bool], most: int | None = None
) -> list[Member]:
    """The members whom the actor may see, by name; `conditions` narrow on Membership and Person."""
    columns = (Membership.person_id, SHOWN_NAME, SHOWN_EMAIL, Membership.number, HAS_ACCEPTED)
    rows = sa.select(*columns).join(Person, Person.id == Membership.person_id)
    seen = Membership.person_id.in_(people_within(by, organisation_id))
    rows = rows.where(Membership.organisation_id == organisation_id, seen, *conditions)
    in_order = rows.order_by(Membership.sort_name, Membership.person_id)
    return [Member(*row) for row in db.session.execute(in_order.limit(most))]


def find_member(organisation_id: uuid.UUID, person_id: uuid.UUID, by: Actor) -> Member:
    """Refused(core.not_found) for who is no member, or not for the actor to see."""
    found = members(organisation_id, by, Membership.person_id == person_id)
    if not found:
        raise Refused(CoreReason.NOT_FOUND)
    return found[0]


def memberships_of(person_id: uuid.UUID) -> Sequence[tuple[Membership, Organisation]]:
    """The organisations to which a person belongs or is invited, by name."""
    rows = sa.select(Membership, Organisation).join(Organisation, Organisation.id == Membership.organisation_id)
    rows = rows.where(Membership.person_id == person_id).order_by(Organisation.name, Organisation.id)
    return [(membership, organisation) for membership, organisation in db.session.execute(rows)]


def sort_name_of(person_id: uuid.UUID) -> str:
    """Of the name that the person gave: for the organisation once they have accepted."""
    return db.session.scalars(sa.select(Person.sort_name).where(Person.id == person_id)).one()


def email_of(person_id: uuid.UUID) -> str:
    """Of the account, whatever the organisation wrote."""
    return db.session.scalars(sa.select(Person.email).where(Person.id == person_id)).one()


def is_member(organisation_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    return db.session.get(Membership, (organisation_id, person_id)) is not None


def members_among(organisation_id: uuid.UUID, person_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people who belong to the organisation or are invited."""
    rows = sa.select(Membership.person_id).where(Membership.organisation_id == organisation_id)
    return {
        one
        for some in in_portions(person_ids)
        for one in db.session.scalars(rows.where(Membership.person_id.in_(some)))
    }


def holders_of(role: str, organisation_id: uuid.UUID) -> set[uuid.UUID]:
    """The members who hold a role on the organisation itself and may sign in."""
    rows = sa.select(RoleGrant.person_id).join(Person, Person.id == RoleGrant.person_id)
    rows = rows.join(Membership, Membership.person_id == RoleGrant.person_id)
    scope = (RoleGrant.scope_kind == "organisation", RoleGrant.scope_id == organisation_id, RoleGrant.role == role)
    here = (Membership.organisation_id == organisation_id, Person.disabled_at.is_(None))
    return set(db.session.scalars(rows.where(*scope, *here)))


def managers_of(team_id: uuid.UUID) -> set[uuid.UUID]:
    """Who manages the team itself, not through a team above it."""
    rows = sa.select(RoleGrant.person_id).where(RoleGrant.role == "manager", RoleGrant.scope_kind == "team")
    return set(db.session.scalars(rows.where(RoleGrant.scope_id == team_id)))


def team_paths(organisation_id: uuid.UUID) -> dict[tuple[str, ...], uuid.UUID]:
    """Every team by the names from the top of the tree down to it."""
    teams = {team.id: team for team in teams_of(organisation_id)}
    parents = {team.id: team.parent_id for team in teams.values()}
    return {tuple(teams[each].name for each in rules.line_of(parents, key)): key for key in teams}


def standing_of(organisation_id: uuid.UUID, shipped: Iterable[str]) -> Standing:
    """What rows of a table are checked against: the organisation's own people and teams, and nobody else's."""
    paths = team_paths(organisation_id)
    teams = _paths_by_person(organisation_id, {team_id: path for path, team_id in paths.items()})
    columns = (Membership.person_id, Membership.number, Membership.name_given, Membership.email_given)
    rows = sa.select(*columns, HAS_ACCEPTED.label("has_accepted"), Person.email.label("own"))
    rows = rows.join(Person, Person.id == Membership.person_id).where(Membership.organisation_id == organisation_id)
    members: dict[str, Known] = {}
    numbers: dict[str, uuid.UUID] = {}
    for row in db.session.execute(rows):
        name = None if row.has_accepted else row.name_given
        known = Known(row.person_id, row.number, name, frozenset(teams.get(row.person_id, ())))
        emails = {row.email_given, row.own if row.has_accepted else None} - {None}
        members |= dict.fromkeys(emails, known)
        if row.number:
            numbers[row.number] = row.person_id
    return Standing(members, numbers, paths, frozenset(shipped))


def _paths_by_person(organisation_id: uuid.UUID, paths: dict[uuid.UUID, Path]) -> dict[uuid.UUID, list[Path]]:
    rows = sa.select(TeamMember.person_id, TeamMember.team_id).join(Team, Team.id == TeamMember.team_id)
    found: dict[uuid.UUID, list[Path]] = {}
    for row in db.session.execute(rows.where(Team.organisation_id == organisation_id)):
        found.setdefault(row.person_id, []).append(paths[row.team_id])
    return found


ADD_JOB, CHECK_JOB = "organisations.add_people", "organisations.check_people"
"""Kinds of the rows of work of an import of people."""


def find_people_import(organisation_id: uuid.UUID, import_id: uuid.UUID) -> PeopleImport:
    """Refused(core.not_found) for another organisation's too."""
    found = db.session.get(PeopleImport, import_id)
    if found is None or found.organisation_id != organisation_id:
        raise Refused(CoreReason.NOT_FOUND)
    return found


def has_broken_off(found: PeopleImport) -> bool:
    """Whether the work on a table failed or was cancelled before its end."""
    job = db.session.get(Job, found.job_id, populate_existing=True) if found.job_id else None
    return job is not None and job.state in ("failed", "cancelled")


def columns_matched_before(organisation_id: uuid.UUID, headers: list[str]) -> dict[str, int] | None:
    """Which column was what in the organisation's last table with the same headers, or None."""
    rows = sa.select(PeopleImport.headers, PeopleImport.choices).where(
        PeopleImport.organisation_id == organisation_id, PeopleImport.state != "new"
    )
    for stored, choices in db.session.execute(rows.order_by(PeopleImport.id.desc()).limit(20)):
        if stored["headers"] == headers:
            return dict(choices["columns"])
    return None


def counts_of_teams(organisation_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many people are in each team itself, without its sub-teams."""
    rows = sa.select(TeamMember.team_id, sa.func.count().label("people")).join(Team, Team.id == TeamMember.team_id)
    rows = rows.where(Team.organisation_id == organisation_id).group_by(TeamMember.team_id)
    return {row.team_id: row.people for row in db.session.execute(rows)}


def counts_with_subteams(organisation_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many people are in each team or below it, each person once."""
    rows = sa.select(TeamMember.team_id, TeamMember.person_id).join(Team, Team.id == TeamMember.team_id)
    people: dict[uuid.UUID, set[uuid.UUID]] = {}
    for team_id, person_id in db.session.execute(rows.where(Team.organisation_id == organisation_id)):
        people.setdefault(team_id, set()).add(person_id)
    parents = parents_of(organisation_id)
    return {
        team_id: len({one for below in rules.with_subteams(parents, [team_id]) for one in people.get(below, ())})
        for team_id in parents
    }


def about(words: str) -> list[sa.ColumnElement[bool]]:
    """Every word stands in what the organisation may know of a member: name, address or number.

    For a select that joins Membership and Person. In names accents count no more than case (`fold_name`).
    """
    return [_has(word) for word in words[:MOST_LETTERS].split()[:MOST_WORDS]]


def _has(word: str) -> sa.ColumnElement[bool]:
    columns = (SHOWN_EMAIL, sa.func.lower(Membership.number))  # addresses are folded when they are written
    name = Membership.sort_name.contains(fold_name(word) or word, autoescape=True)
    return sa.or_(name, *(column.contains(word.lower(), autoescape=True) for column in columns))


def search_members(
    organisation_id: uuid.UUID, by: Actor, words: str, *conditions: sa.ColumnElement[bool], most: int
) -> list[Member]:
    """At most so many of the members whom the actor may see, by name."""
    return members(organisation_id, by, *about(words), *conditions, most=most)


def roles_of(organisation_id: uuid.UUID, person_id: uuid.UUID) -> list[tuple[str, Team | None]]:
    """What a member may do in the organisation: (role, the team it counts for, or None for all of it)."""
    rows = sa.select(RoleGrant.role, RoleGrant.scope_kind, Team).outerjoin(Team, Team.id == RoleGrant.scope_id)
    whole = sa.and_(RoleGrant.scope_kind == "organisation", RoleGrant.scope_id == organisation_id)
    part = sa.and_(RoleGrant.scope_kind == "team", Team.organisation_id == organisation_id)
    rows = rows.where(RoleGrant.person_id == person_id, sa.or_(whole, part))
    return [(role, team) for role, _kind, team in db.session.execute(rows.order_by(RoleGrant.role, Team.name))]


def invitations_of(person_id: uuid.UUID) -> list[Organisation]:
    """Organisations that say the person is theirs, which the person has not answered."""
    return [organisation for membership, organisation in memberships_of(person_id) if not membership.accepted_at]


def import_of_job(import_id: str) -> tuple[PeopleImport, str] | None:
    """(a table, the slug of its organisation), for the page of its job."""
    rows = sa.select(PeopleImport, Organisation.slug).join(
        Organisation, Organisation.id == PeopleImport.organisation_id
    )
    row = db.session.execute(rows.where(PeopleImport.id == uuid.UUID(import_id))).first()
    return (row[0], row[1]) if row else None
