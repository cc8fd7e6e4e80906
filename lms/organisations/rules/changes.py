"""What a row of a table says otherwise of somebody who is a member already: team, number, the name that was given.

Never the person's own name, address or language: those are theirs. An empty cell says nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """A member as the organisation has them; `name` is what it wrote, None once the invitation is accepted."""

    person_id: uuid.UUID
    number: str | None = None
    name: str | None = None
    teams: frozenset[Path] = frozenset()


@dataclass(frozen=True)
class MemberChange:
    """What changes for one member; None stays. `out_of` is the team that `team` replaces."""

    person_id: uuid.UUID
    number: str | None = None
    name: str | None = None
    team: Path | None = None
    out_of: Path | None = None


def change_of(known: Known, *, number: str | None, name: str, team: Path) -> MemberChange | None:
    """What the row says otherwise; None where it says nothing new.

    Who is in a team below the one that is named is in it already. Who was in one team moves, who was in several comes
    into one more: which of them the new one stands for, a table cannot say.
    """
    into = team if team and not any(each[: len(team)] == team for each in known.teams) else None
    change = MemberChange(
        known.person_id,
        number=number if number and number != known.number else None,
        name=name if known.name not in (None, name) else None,
        team=into,
        out_of=next(iter(known.teams)) if into and len(known.teams) == 1 else None,
    )
    return None if change == MemberChange(known.person_id) else change


def count_changes(changes: Iterable[MemberChange]) -> dict[str, int]:
    """{people, moved, teams (one more), numbers, names}: how many people each of it is true of."""
    found = list(changes)
    return {
        "people": len(found),
        "moved": sum(one.out_of is not None for one in found),
        "teams": sum(one.team is not None and one.out_of is None for one in found),
        "numbers": sum(one.number is not None for one in found),
        "names": sum(one.name is not None for one in found),
    }
