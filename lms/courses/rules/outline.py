"""A course's outline as an object: modules in modules, activities in the order in which people take them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Activity:
    """One step of a course. `number` is its place as people read it ("3.2"), `module` the title of its module."""

    key: str
    title: str
    kind: str
    minutes: int | None
    requirement: Document
    release: Document | None
    body: str
    number: str
    module: str

    @property
    def is_required(self) -> bool:
        return bool(self.requirement["kind"] != "none")

    @property
    def least_score(self) -> Fraction | None:
        """The share of 1 asked for by a requirement `score`, else None."""
        return Fraction(self.requirement["percent"]) / 100 if self.requirement["kind"] == "score" else None


@dataclass(frozen=True)
class Module:
    """A named part of the course; `depth` is 1 for the outermost."""

    key: str
    title: str
    number: str
    depth: int
    activities: tuple[Activity, ...]
    modules: tuple[Module, ...]

    def walk(self) -> Iterator[Module]:
        yield self
        for inner in self.modules:
            yield from inner.walk()


@dataclass(frozen=True)
class Outline:
    """A whole course as published or drafted; made from its document, never changed."""

    facts: Document
    modules: tuple[Module, ...]

    @classmethod
    def of(cls, document: Document) -> Outline:
        """From an outline document (docs/course-format.md); its shape was checked when it came in."""
        modules = (_module(m, str(n), 1) for n, m in enumerate(document["modules"], 1))
        return cls(document["facts"], tuple(modules))

    @cached_property
    def all_modules(self) -> tuple[Module, ...]:
        return tuple(inner for module in self.modules for inner in module.walk())

    @cached_property
    def activities(self) -> tuple[Activity, ...]:
        """In order: a module's own activities first, then those of its inner modules."""
        return tuple(activity for module in self.all_modules for activity in module.activities)

    @cached_property
    def by_key(self) -> dict[str, Activity]:
        return {activity.key: activity for activity in self.activities}

    @cached_property
    def required(self) -> tuple[Activity, ...]:
        return tuple(activity for activity in self.activities if activity.is_required)

    @cached_property
    def groups(self) -> dict[str, str]:
        """What the groups of its learners are called, by key."""
        return {group["key"]: group["title"] for group in self.facts.get("groups", [])}

    def neighbours(self, key: str) -> tuple[Activity | None, Activity | None]:
        """The activities before and after `key`."""
        at = next(n for n, activity in enumerate(self.activities) if activity.key == key)
        before = self.activities[at - 1] if at else None
        after = self.activities[at + 1] if at + 1 < len(self.activities) else None
        return before, after

    @property
    def title(self) -> str:
        return str(self.facts["title"])


def _module(document: Document, number: str, depth: int) -> Module:
    activities = tuple(
        _activity(activity, f"{number}.{n}", document["title"]) for n, activity in enumerate(document["activities"], 1)
    )
    first = len(activities) + 1
    inner = tuple(_module(m, f"{number}.{n}", depth + 1) for n, m in enumerate(document["modules"], first))
    return Module(document["key"], document["title"], number, depth, activities, inner)


def _activity(document: Document, number: str, module: str) -> Activity:
    plain = {name: document[name] for name in ("key", "title", "kind", "minutes", "requirement", "release", "body")}
    return Activity(**plain, number=number, module=module)
