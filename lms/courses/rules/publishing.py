"""What stands in the way of publishing, what an author should know first, and what a new revision changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.courses.rules.bodies import questions_of, videos_of
from lms.courses.rules.fields import Document
from lms.courses.rules.outline import Activity, Outline

CanBeMarked = Callable[[Document], bool]
"""Whether a quiz body holds anything that can be marked; quizzes know."""

MICRO_CREDENTIAL: Mapping[str, Callable[[Document], Any]] = {
    "title": lambda facts: facts["title"],
    "country": lambda facts: facts["certificate"].get("country"),
    "awarding_body": lambda facts: facts["certificate"].get("awarding_body"),
    "outcomes": lambda facts: facts["outcomes"],
    "workload_hours": lambda facts: facts["workload_hours"],
    "level": lambda facts: facts["level"]["eqf"],
    "assessment": lambda facts: facts["certificate"].get("assessment"),
    "participation": lambda facts: facts["certificate"].get("participation"),
    "quality_assurance": lambda facts: facts["certificate"].get("quality_assurance"),
}
"""Of the eleven elements of 2022/C 243/02 those that the course must hold; learner and date come with the award."""


@dataclass(frozen=True)
class Finding:
    """Something to mend or to know. `code` is that of lms.courses.reasons, `where` an activity's key or "" (the course)."""

    code: str
    where: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def find_mistakes(document: Document, bodies: Mapping[str, Document], *, can_be_marked: CanBeMarked) -> list[Finding]:
    """What blocks publishing, in the order of the outline; [] where nothing does. `bodies` by digest."""
    outline = Outline.of(document)
    found = [*_missing_prerequisites(outline), *_cycles(outline), *_unmarkable(outline, bodies, can_be_marked)]
    if not outline.required:
        found.append(Finding("publishing.nothing_required"))
    return found + list(_missing_elements(outline))


def find_warnings(document: Document, bodies: Mapping[str, Document]) -> list[Finding]:
    """What does not block, but an author would want to know."""
    outline = Outline.of(document)
    warnings = [*_silent_videos(outline, bodies), *_unknown_outcomes(outline, bodies), *_modules_without(outline)]
    certificate = outline.facts["certificate"]
    if certificate and certificate["kind"] == "achievement" and not _has_assessment(outline):
        warnings.append(Finding("publishing.achievement_by_attendance"))
    return warnings


# --- conditions


def _conditions(tree: Document | None) -> Iterator[tuple[str, str]]:
    """("completed" | "score", key of an activity) for each condition in a release tree that names one."""
    if tree is None:
        return
    for name, value in tree.items():
        if name == "completed":
            yield name, value
        if name == "score":
            yield name, value["activity"]
        for inner in value if name in ("all", "any") else [value] if name == "not" else []:
            yield from _conditions(inner)


def _missing_prerequisites(outline: Outline) -> Iterator[Finding]:
    for activity in outline.activities:
        for name, key in _conditions(activity.release):
            other = outline.by_key.get(key)
            if other is None:
                yield _about("publishing.unknown_prerequisite", activity, missing=key)
            elif name == "score" and other.kind != "quiz":
                yield _about("publishing.score_without_quiz", activity, other=other.title)


def _cycles(outline: Outline) -> Iterator[Finding]:
    """Activities that no order of doing opens, since they wait for each other or for themselves."""
    reachable: set[str] = set()
    while True:
        opened = {
            a.key for a in outline.activities if a.key not in reachable and _can_open(a.release, reachable, outline)
        }
        if not opened:
            break
        reachable |= opened
    for activity in outline.activities:
        if activity.key not in reachable:
            yield _about("publishing.prerequisite_cycle", activity)


def _can_open(tree: Document | None, reachable: set[str], outline: Outline) -> bool:
    """Whether a release can become true when `reachable` were done; dates and credentials are taken as met."""
    for name, value in (tree or {}).items():
        if name == "all":
            return all(_can_open(inner, reachable, outline) for inner in value)
        if name == "any":
            return any(_can_open(inner, reachable, outline) for inner in value)
        if name in ("completed", "score"):
            key = value if name == "completed" else value["activity"]
            return key in reachable or key not in outline.by_key  # what is missing is named on its own
    return True


# --- bodies


def _unmarkable(outline: Outline, bodies: Mapping[str, Document], can_be_marked: CanBeMarked) -> Iterator[Finding]:
    for activity in outline.required:
        if activity.kind != "quiz" or activity.requirement["kind"] not in ("score", "pass"):
            continue
        if not can_be_marked(bodies[activity.body]):
            yield _about("publishing.nothing_to_mark", activity)


def _silent_videos(outline: Outline, bodies: Mapping[str, Document]) -> Iterator[Finding]:
    for activity in outline.activities:
        for video in videos_of(bodies[activity.body]):
            if not video["captions"] and not video["transcript"]:
                yield _about("publishing.video_without_words", activity, file=video["file"])


def _unknown_outcomes(outline: Outline, bodies: Mapping[str, Document]) -> Iterator[Finding]:
    known = {outcome["key"] for outcome in outline.facts["outcomes"]}
    for activity in outline.activities:
        for question in questions_of(bodies[activity.body]):
            if question["outcome"] and question["outcome"] not in known:
                yield _about(
                    "publishing.unknown_outcome", activity, question=question["key"], outcome=question["outcome"]
                )


def _modules_without(outline: Outline) -> Iterator[Finding]:
    for module in outline.modules:
        if not any(activity.is_required for inner in module.walk() for activity in inner.activities):
            yield Finding("publishing.module_without_requirement", "", {"title": module.title})


def _has_assessment(outline: Outline) -> bool:
    return any(activity.requirement["kind"] in ("score", "pass") for activity in outline.required)


def _missing_elements(outline: Outline) -> Iterator[Finding]:
    certificate = outline.facts["certificate"]
    if not certificate or certificate["kind"] != "micro_credential":
        return
    for name, read in MICRO_CREDENTIAL.items():
        if not read(outline.facts):
            yield Finding("publishing.micro_credential_lacks", "", {"element": name})
    if not _has_assessment(outline):
        yield Finding("publishing.micro_credential_without_assessment")


def _about(code: str, activity: Activity, **values: Any) -> Finding:
    return Finding(code, activity.key, {"title": activity.title, "number": activity.number, **values})


# --- differences


@dataclass(frozen=True)
class Difference:
    """What the second of two outlines changes, by keys of activities, and the names of facts that changed."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[str, ...]
    facts: tuple[str, ...]

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.changed, self.moved, self.facts))


def compare(before: Document | None, after: Document) -> Difference:
    """From `before` (None: nothing was published yet) to `after`. An activity is known by its key."""
    old = _places(Outline.of(before)) if before else {}
    new = _places(Outline.of(after))
    both = [key for key in new if key in old]
    stay = _longest_in_order([key for key in old if key in new], both)
    return Difference(
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        changed=tuple(key for key in both if old[key][1] != new[key][1]),
        moved=tuple(key for key in both if key not in stay or old[key][0] != new[key][0]),
        facts=tuple(name for name, value in after["facts"].items() if not before or before["facts"].get(name) != value),
    )


def _places(outline: Outline) -> dict[str, tuple[str, tuple[object, ...]]]:
    """{key of an activity: (key of its module, what it is)} in order."""
    return {
        activity.key: (module.key, _content(activity))
        for module in outline.all_modules
        for activity in module.activities
    }


def _content(activity: Activity) -> tuple[object, ...]:
    return activity.title, activity.kind, activity.minutes, activity.requirement, activity.release, activity.body


def _longest_in_order(old: list[str], new: list[str]) -> set[str]:
    """The most keys that stand in `new` in the same order as in `old`: the others are what moved."""
    position = {key: at for at, key in enumerate(old)}
    ends: list[int] = []
    lengths: dict[str, int] = {}
    for key in new:
        at = bisect_left(ends, position[key])
        ends[at : at + 1] = [position[key]]
        lengths[key] = at + 1
    stay: set[str] = set()
    wanted, before = len(ends), len(old)
    for key in reversed(new):
        if lengths[key] == wanted and position[key] < before:
            stay.add(key)
            wanted, before = wanted - 1, position[key]
    return stay
