"""Every row of a table of people looked at: who comes new, who is a member already, what is wrong where."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from babel import Locale, UnknownLocaleError

from lms.accounts.rules import clean_email, clean_name
from lms.core.reasons import Refused
from lms.core.spreadsheets import Row
from lms.organisations.reasons import RowReason
from lms.organisations.rules import teams
from lms.organisations.rules.changes import Known, MemberChange, change_of
from lms.organisations.rules.columns import EMAIL, FIRST, LANGUAGE, LAST, NAME, NUMBER, TEAM, Columns

Value = TypeVar("Value")
MOST_NUMBER = 40
LANGUAGES = "ar bg cs da de el en es et fi fr ga hr hu it lt lv mt nb nl pl pt ro sk sl sq sr sv tr uk"


@dataclass(frozen=True)
class NewMember:
    """A person to be invited: as typed, checked. `locale` is a shipped language or None; `team` a path of names."""

    email: str
    name: str
    locale: str | None = None
    number: str | None = None
    team: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Fault:
    """A row and everything that is wrong with it."""

    line: int
    why: list[Refused]


@dataclass(frozen=True)
class Standing:
    """What the organisation has: its members by the addresses that it knows, who has a number, its teams as paths."""

    members: Mapping[str, Known]
    numbers: Mapping[str, uuid.UUID]
    teams: Mapping[tuple[str, ...], uuid.UUID]
    shipped: frozenset[str]


@dataclass
class Checked:
    """`members` are the lines of who is one already, `changes` what those say otherwise, by person.

    `faults` are one a row; `new_teams` paths that would be made.
    """

    new: list[NewMember] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    changes: dict[uuid.UUID, MemberChange] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    new_teams: list[tuple[str, ...]] = field(default_factory=list)


def check_rows(
    rows: Sequence[Row], columns: Columns, standing: Standing, *, make_teams: bool, change_members: bool = False
) -> Checked:
    """Looks at each row; with `make_teams` a team that is not there is no fault, it is made.

    What rows say otherwise of members is found in any case; with `change_members` their new teams are made too.
    """
    found, seen = Checked(), _Seen()
    finder = _Teams(standing.teams, make_teams)
    for row in rows:
        wrong = _Wrong()
        person = _read(row, columns, standing, finder, wrong)
        known = standing.members.get(person.email)
        wrong.tried(None, _check_number, person.number, known, standing)
        wrong.tried(None, seen.check_email, person)
        wrong.tried(None, seen.check_number, person)
        if wrong:
            found.faults.append(Fault(row.line, list(wrong)))
            continue
        seen.add(person)
        _sort_in(found, person, known)
    wanted = {person.team for person in found.new}
    if change_members:
        wanted |= {change.team for change in found.changes.values() if change.team}
    found.new_teams = sorted(wanted - standing.teams.keys() - {()})
    return found


class _Wrong(list[Refused]):
    """What is wrong with one row so far."""

    def tried(self, otherwise: Value, read: Callable[..., Value], *given: Any) -> Value:
        """What `read` gives; `otherwise` where it refuses, which is noted."""
        try:
            return read(*given)
        except Refused as refused:
            self.append(refused)
            return otherwise


def _check_number(number: str | None, known: Known | None, standing: Standing) -> None:
    holder = standing.numbers.get(number) if number else None
    is_own = known is not None and (holder == known.person_id or number == known.number)
    if holder and not is_own:
        raise Refused(RowReason.NUMBER_TAKEN, number=number)


def _sort_in(found: Checked, person: NewMember, known: Known | None) -> None:
    if known is None:
        found.new.append(person)
        return
    found.members.append(person.line)
    change = change_of(known, number=person.number, name=person.name, team=person.team)
    if change:
        found.changes.setdefault(change.person_id, change)


class _Seen:
    """Addresses and numbers of the good rows so far."""

    def __init__(self) -> None:
        self._emails: dict[str, int] = {}
        self._numbers: dict[str, int] = {}

    def check_email(self, person: NewMember) -> None:
        if person.email in self._emails:
            raise Refused(RowReason.EMAIL_TWICE, line=self._emails[person.email])

    def check_number(self, person: NewMember) -> None:
        if person.number and person.number in self._numbers:
            raise Refused(RowReason.NUMBER_TWICE, number=person.number, line=self._numbers[person.number])

    def add(self, person: NewMember) -> None:
        self._emails[person.email] = person.line
        if person.number:
            self._numbers[person.number] = person.line


def _read(row: Row, columns: Columns, standing: Standing, finder: _Teams, wrong: _Wrong) -> NewMember:
    """What cannot be read is empty, and noted in `wrong`."""
    cells = {name: row.cells[place] for name, place in columns.items() if place < len(row.cells)}
    name = cells.get(NAME) or f"{cells.get(FIRST, '')} {cells.get(LAST, '')}"
    return NewMember(
        email=wrong.tried("", _email, cells.get(EMAIL, "")),
        name=wrong.tried("", _name, name),
        locale=wrong.tried(None, _locale, cells.get(LANGUAGE, ""), standing.shipped),
        number=wrong.tried(None, _number, cells.get(NUMBER, "")),
        team=wrong.tried((), finder.find, cells.get(TEAM, "")),
        line=row.line,
    )


def _number(text: str) -> str | None:
    if len(text) > MOST_NUMBER or not text.isprintable():
        raise Refused(RowReason.NUMBER_INVALID)
    return text or None


def _email(text: str) -> str:
    if not text:
        raise Refused(RowReason.EMAIL_MISSING)
    try:
        return clean_email(text)
    except Refused:
        raise Refused(RowReason.EMAIL_INVALID, email=text[:100]) from None


def _name(text: str) -> str:
    if not text.strip():
        raise Refused(RowReason.NAME_MISSING)
    try:
        return clean_name(text)
    except Refused:
        raise Refused(RowReason.NAME_INVALID) from None


def _locale(text: str, shipped: frozenset[str]) -> str | None:
    """A language by code or by name; None where we do not speak it (the person's browser decides then)."""
    if not text:
        return None
    code = _languages().get(text.casefold()) or _code(text)
    if code is None:
        raise Refused(RowReason.LANGUAGE_UNKNOWN, language=text[:40])
    return code if code in shipped else None


def _code(text: str) -> str | None:
    try:
        return str(Locale.parse(text.replace("-", "_")).language)
    except (ValueError, UnknownLocaleError):
        return None


@cache
def _languages() -> dict[str, str]:
    """Names of Europe's languages, in English, in German, in French and in themselves, to their codes."""
    found: dict[str, str] = {}
    for code in LANGUAGES.split():
        for speaker in ("en", "de", "fr", code):
            name = Locale.parse(speaker).languages.get(code)
            if name:
                found[name.casefold()] = code
    return found


class _Teams:
    """Teams by path or, where only one is called so, by its own name; whatever the case of the letters."""

    def __init__(self, paths: Mapping[tuple[str, ...], uuid.UUID], make: bool) -> None:
        self._make = make
        self._paths = {_folded(path): path for path in paths}
        self._ends: dict[str, list[tuple[str, ...]]] = {}
        for path in paths:
            self._ends.setdefault(path[-1].casefold(), []).append(path)

    def find(self, text: str) -> tuple[str, ...]:
        path = tuple(teams.read_path(text))
        if not path:
            return ()
        known = self._paths.get(_folded(path))
        if known:
            return known
        called_so = self._ends.get(path[0].casefold(), []) if len(path) == 1 else []
        if len(called_so) == 1:
            return called_so[0]
        if len(called_so) > 1:
            raise Refused(RowReason.TEAM_AMBIGUOUS, team=path[0][:80], paths=len(called_so))
        if not self._make:
            raise Refused(RowReason.TEAM_UNKNOWN, team=text[:80])
        if len(path) > teams.MOST_DEEP or not all(teams.is_name(name) for name in path):
            raise Refused(RowReason.TEAM_INVALID, most=teams.MOST_DEEP)
        return self._to_be_made(path)

    def _to_be_made(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Below what is there already, spelt as it is there."""
        for length in range(len(path) - 1, 0, -1):
            known = self._paths.get(_folded(path[:length]))
            if known:
                path = known + path[length:]
                break
        return self._paths.setdefault(_folded(path), path)


def _folded(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.casefold() for name in path)
