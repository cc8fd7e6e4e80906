"""What a table says otherwise of members is taken over, for many at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.folding import fold_name
from lms.organisations.models import Membership
from lms.organisations.permissions import check_manages_people
from lms.organisations.rules.changes import MemberChange, Path
from lms.organisations.services.teams import place_in_teams, take_out_of_team


def apply_changes(
    organisation_id: uuid.UUID,
    changes: Sequence[MemberChange],
    team_ids: Mapping[Path, uuid.UUID],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Numbers, names that were given, places in teams; `team_ids` by their paths. A second time changes nothing.

    Into the new team before out of the old one: who is asked for a course by both is not asked anew.
    Refused: core.forbidden.
    """
    check_manages_people(by, organisation_id)
    _write(organisation_id, {one.person_id: {"number": one.number} for one in changes if one.number})
    names = {one.person_id: one.name for one in changes if one.name}
    named = {person: {"name_given": name, "sort_name": fold_name(name)} for person, name in names.items()}
    _write(organisation_id, named)
    place_in_teams(organisation_id, _places(changes, team_ids), by=by, at=at)
    for team_id, people in _leavers(changes, team_ids).items():
        take_out_of_team(organisation_id, team_id, people, by=by, at=at)
    changed = [str(one.person_id) for one in changes]
    record("members.changed", by=by, subject=("organisation", organisation_id), at=at, people=changed)


def _write(organisation_id: uuid.UUID, values: Mapping[uuid.UUID, dict[str, str]]) -> None:
    rows = [{"organisation_id": organisation_id, "person_id": person} | new for person, new in values.items()]
    if rows:
        db.session.execute(sa.update(Membership), rows)


def _places(changes: Sequence[MemberChange], team_ids: Mapping[Path, uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    return [(team_ids[one.team], one.person_id) for one in changes if one.team]


def _leavers(changes: Sequence[MemberChange], team_ids: Mapping[Path, uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for one in changes:
        if one.out_of:
            found.setdefault(team_ids[one.out_of], []).append(one.person_id)
    return found
