"""Three invented companies, what they ask of their people, and what each of them makes of it: pure, the same each time.

Days count back from the day on which the demo is loaded, so that some work is always due and some late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from random import Random

from lms.home.demo.names import full_names

TeamPath = tuple[str, ...]
JOINED, SPREAD = 340, 60
"""So many days ago most people joined; the last of them so many days later."""


class Turn(Enum):
    """What becomes of a course that somebody is asked to take."""

    DONE = "done"
    FAILED_FIRST = "failed_first"
    STUCK = "stuck"
    FAILED = "failed"
    NOT_BEGUN = "not_begun"


PAST = {Turn.DONE: 68, Turn.FAILED_FIRST: 12, Turn.STUCK: 9, Turn.FAILED: 4, Turn.NOT_BEGUN: 7}
AHEAD = {Turn.DONE: 30, Turn.FAILED_FIRST: 6, Turn.STUCK: 36, Turn.FAILED: 3, Turn.NOT_BEGUN: 25}
LATE_OF_DONE = 0.15
"""The share of those done that came after the last day."""


@dataclass(frozen=True)
class Asked:
    """An assignment: a course for a team (None: everybody), so many days ago, due so many days after that."""

    course: str
    days_ago: int
    days: int
    team: TeamPath | None = None

    @property
    def is_past(self) -> bool:
        return self.days < self.days_ago


@dataclass(frozen=True)
class Company:
    """`staff` is HR and the manager of the team `managed`; `teams` come with their number of people."""

    slug: str
    name: str
    country: str
    timezone: str
    hue: int
    staff: tuple[str, str]
    teams: dict[TeamPath, int]
    managed: TeamPath
    asked: tuple[Asked, ...]


@dataclass(frozen=True)
class Taking:
    """How somebody takes a course: begun so many days ago, `days` from the first step to the last."""

    course: str
    turn: Turn
    begun: int
    days: int
    share: float = 1.0


@dataclass(frozen=True)
class Employee:
    """Somebody of a company: in a team, joined so many days ago, with what becomes of each course."""

    email: str
    name: str
    language: str
    number: str
    team: TeamPath
    joined: int
    takings: tuple[Taking, ...] = field(default=())


COMPANIES = (
    Company(
        "nordzellen",
        "Nordzellen GmbH",
        "DE",
        "Europe/Berlin",
        250,
        ("Sabine Hartmann", "Tomasz Zieliński"),
        {
            ("Electrode", "Mixing"): 22,
            ("Electrode", "Coating"): 26,
            ("Cell assembly",): 34,
            ("Formation and testing",): 28,
            ("Maintenance",): 22,
            ("Quality",): 16,
        },
        ("Electrode",),
        (
            Asked("high-voltage-safety", 300, 60),
            Asked("hochvolt-grundlagen-de", 90, 60, ("Maintenance",)),
            Asked("battery-cell-production", 60, 53, ("Electrode",)),
            Asked("battery-cell-production", 30, 42, ("Cell assembly",)),
            Asked("lean-in-an-electrified-plant", 20, 60, ("Quality",)),
        ),
    ),
    Company(
        "ateliers-volta",
        "Ateliers Volta SAS",
        "FR",
        "Europe/Paris",
        150,
        ("Claire Dubois", "Mehdi Benali"),
        {("Lyon", "Atelier"): 28, ("Lyon", "Accueil"): 12, ("Lille", "Atelier"): 24, ("Formation",): 10},
        ("Lyon",),
        (
            Asked("high-voltage-safety", 200, 50),
            Asked("adas-calibration", 45, 50, ("Lyon", "Atelier")),
            Asked("adas-calibration", 40, 30, ("Lille", "Atelier")),
        ),
    ),
    Company(
        "hidromotor",
        "Hidromotor, S.A.",
        "PT",
        "Europe/Lisbon",
        310,
        ("Teresa Magalhães", "Rui Sequeira"),
        {("Células de combustível",): 30, ("Bancada de ensaios",): 20, ("Segurança",): 10},
        ("Bancada de ensaios",),
        (
            Asked("hydrogen-basics", 150, 50),
            Asked("high-voltage-safety", 25, 45, ("Bancada de ensaios",)),
        ),
    ),
)


def employees_of(company: Company) -> Iterator[Employee]:
    """Everybody of a company, with a name that nobody else of the three has."""
    first = sum(sum(other.teams.values()) for other in COMPANIES[: COMPANIES.index(company)])
    places = [team for team, size in company.teams.items() for _ in range(size)]
    for number, team in enumerate(places, 1):
        language, name = full_names()[first + number - 1]
        email = f"{company.slug}.{number}@example.org"
        chance = Random(email)  # noqa: S311 - the same demo each time
        joined = JOINED - chance.randrange(SPREAD)
        takings = tuple(_taking(asked, chance) for asked in company.asked if _asks(asked, team))
        yield Employee(email, name, language, f"{company.hue}{number:04}", team, joined, takings)


def _asks(asked: Asked, team: TeamPath) -> bool:
    return asked.team is None or team[: len(asked.team)] == asked.team


def _taking(asked: Asked, chance: Random) -> Taking:
    weights = PAST if asked.is_past else AHEAD
    (turn,) = chance.choices(list(weights), list(weights.values()))
    first, last = asked.days_ago, max(0, asked.days_ago - asked.days)
    begun = chance.randint(first - (first - last) * 2 // 3, first)
    end = chance.randint(last, begun)
    if turn is Turn.DONE and asked.is_past and chance.random() < LATE_OF_DONE:
        end = chance.randrange(last)
    return Taking(asked.course, turn, begun, begun - end, chance.uniform(0.1, 0.9))
