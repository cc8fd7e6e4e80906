"""How far somebody is: facts in, state out (rules.md §3).

Progress is a document {activity key: {...}}, derived from the enrolment's events alone, each applied in turn:

    viewed_at, done_at    instants, ISO 8601
    position              seconds into a video
    fraction, passed      the graded outcome of a quiz: share of 1 as "7/10", and whether it passed
    is_final              no further attempt can change the outcome
    granted_at            when the course's staff marked it as completed, whatever the requirement asks
    more_tries            attempts at a quiz that the course's staff gave beyond what it allows
    practised             {question key: share of 1} of practice questions
    completed_at          when the activity's requirement was first met; never taken away
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from lms.courses.rules.outline import Activity, Outline

Progress = dict[str, dict[str, Any]]

VIEWED, DONE, POSITION, OUTCOME, PRACTISED, MOVED = "viewed", "done", "position", "outcome", "practised", "moved"
WITHDRAWN, RESUMED = "withdrawn", "resumed"
GRANTED, REOPENED, TRIES_GIVEN = "granted", "reopened", "tries_given"
COMPLETED, ACTIVE = "completed", "active"


@dataclass(frozen=True)
class Fact:
    """One learning event as the rules see it."""

    kind: str
    key: str | None
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Standing:
    """The projection of an enrolment's events."""

    progress: Progress = field(default_factory=dict)
    percent: int = 0
    completed_at: datetime | None = None
    is_withdrawn: bool = False

    @property
    def status(self) -> str:
        """What is completed stays completed, whoever withdraws."""
        return COMPLETED if self.completed_at else WITHDRAWN if self.is_withdrawn else ACTIVE


def apply(standing: Standing, fact: Fact, outline: Outline) -> Standing:
    """The standing after one more fact. `outline` is that of the revision in force after it."""
    if fact.kind in (WITHDRAWN, RESUMED):
        return replace(standing, is_withdrawn=fact.kind == WITHDRAWN)
    progress = dict(standing.progress)
    if fact.key is not None:
        entry = _noted(progress.get(fact.key, {}), fact)
        activity = outline.by_key.get(fact.key)
        if activity and "completed_at" not in entry and is_met(activity, entry):
            entry["completed_at"] = fact.at.isoformat()
        progress[fact.key] = entry
    else:
        progress = _met_now(progress, outline, fact.at)
    percent = max(standing.percent, percent_of(progress, outline))
    completed_at = standing.completed_at or (fact.at if is_complete(progress, outline) else None)
    return Standing(progress, percent, completed_at, standing.is_withdrawn)


def replay(facts: Iterable[Fact], revision: str, outline_of: Callable[[str], Outline]) -> tuple[Standing, str]:
    """(the standing after all facts of an enrolment, the revision it ends on), from the revision it began on.

    A fact MOVED carries the revision it leads `to`; `outline_of` gives a revision's outline by its id.
    """
    standing = Standing()
    for fact in facts:
        if fact.kind == MOVED:
            revision = fact.data["to"]
        standing = apply(standing, fact, outline_of(revision))
    return standing, revision


def _noted(entry: dict[str, Any], fact: Fact) -> dict[str, Any]:
    at = fact.at.isoformat()
    match fact.kind:
        case "viewed":
            return {"viewed_at": at, **entry}
        case "done":
            return {"viewed_at": at, "done_at": at, **entry}
        case "position":
            return {**entry, "position": fact.data["seconds"]}
        case "granted":
            return {**entry, "granted_at": at}
        case "reopened":
            return {name: entry[name] for name in ("position", "practised", "more_tries") if name in entry}
        case "tries_given":
            more = entry.get("more_tries", 0) + fact.data["more"]
            return {name: value for name, value in entry.items() if name != "is_final"} | {"more_tries": more}
        case "practised":
            practised = {**entry.get("practised", {}), fact.data["question"]: fact.data["fraction"]}
            return {**entry, "practised": practised}
        case "outcome":
            return {"viewed_at": at, **entry, **{name: fact.data[name] for name in ("fraction", "passed", "is_final")}}
    raise ValueError(f"no learning event is called {fact.kind}")


def _met_now(progress: Progress, outline: Outline, at: datetime) -> Progress:
    """After a move to another revision: what its requirements find met already counts from now."""
    met = {
        activity.key: {**progress[activity.key], "completed_at": at.isoformat()}
        for activity in outline.activities
        if activity.key in progress
        and "completed_at" not in progress[activity.key]
        and is_met(activity, progress[activity.key])
    }
    return {**progress, **met}


def is_met(activity: Activity, entry: dict[str, Any]) -> bool:
    """Whether what is known of an activity meets its requirement; `none` is met by having been there."""
    if "granted_at" in entry:
        return True
    match activity.requirement["kind"]:
        case "view":
            return "viewed_at" in entry
        case "done":
            return "done_at" in entry
        case "submit":
            return "fraction" in entry or "done_at" in entry
        case "pass":
            return bool(entry.get("passed"))
        case "score":
            least = activity.least_score
            return "fraction" in entry and least is not None and Fraction(entry["fraction"]) >= least
    return "viewed_at" in entry or "done_at" in entry


def is_complete(progress: Progress, outline: Outline) -> bool:
    """Every required activity is completed; a course that requires nothing is never complete."""
    return bool(outline.required) and all("completed_at" in progress.get(a.key, {}) for a in outline.required)


def percent_of(progress: Progress, outline: Outline) -> int:
    """Completed required activities of all required ones, rounded down."""
    if not outline.required:
        return 0
    completed = sum("completed_at" in progress.get(a.key, {}) for a in outline.required)
    return 100 * completed // len(outline.required)
