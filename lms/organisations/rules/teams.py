"""The tree of an organisation's teams, as pure functions of {team: the team it stands in, or None at the top}."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key")
Parents = Mapping[Key, Key | None]

MOST_DEEP = 8
"""Levels: a department in a plant in a country in a division is four."""
MOST_NAME = 80
SEPARATOR = "/"
"""Stands between the names of a path ("Plant 2 / Paint shop"), and so in no name."""


def is_name(text: str) -> bool:
    """1 to 80 printable characters that show something, without the separator of paths."""
    return text == text.strip() != "" and len(text) <= MOST_NAME and text.isprintable() and SEPARATOR not in text


def with_subteams(parents: Parents[Key], teams: Iterable[Key]) -> set[Key]:
    """The teams and all that stand below them; those that the tree does not have are left out."""
    below: dict[Key | None, list[Key]] = {}
    for team, parent in parents.items():
        below.setdefault(parent, []).append(team)
    found: set[Key] = set()
    waiting = [team for team in teams if team in parents]
    while waiting:
        team = waiting.pop()
        if team not in found:
            found.add(team)
            waiting += below.get(team, [])
    return found


def line_of(parents: Parents[Key], team: Key | None) -> list[Key]:
    """From the top of the tree down to the team; empty for None."""
    line: list[Key] = []
    while team is not None:
        line.append(team)
        team = parents[team]
    return line[::-1]


def may_stand_in(parents: Parents[Key], team: Key, parent: Key | None) -> bool:
    """Whether the team may be moved there: not into itself or below itself."""
    return parent is None or parent not in with_subteams(parents, [team])


def levels_below(parents: Parents[Key], team: Key) -> int:
    """How many levels the team and what stands below it take: 1 for a team alone."""
    return max(len(line_of(parents, each)) for each in with_subteams(parents, [team])) - len(line_of(parents, team)) + 1


def read_path(text: str) -> list[str]:
    """The names of a path as somebody typed it: "Plant 2/ Paint shop" gives ["Plant 2", "Paint shop"]."""
    return [" ".join(name.split()) for name in text.split(SEPARATOR) if name.strip()]


def write_path(names: Iterable[str]) -> str:
    return f" {SEPARATOR} ".join(names)
