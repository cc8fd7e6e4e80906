"""One step of an activity or a module in the outline, as a key or a button means it."""

from __future__ import annotations

from lms.courses.rules.edits import LISTS, Draft, Place, place_of, walk_modules
from lms.courses.rules.fields import Document

WAYS = ("up", "down", "in", "out")


def step_from(draft: Draft, on: str, key: str, way: str) -> tuple[str, str] | None:
    """(module, key of what stands before) after one step; None where there is no further in this direction.

    Up and down lead an activity from one module into the next. "in" makes a module the last one inside the module
    above it, "out" puts it behind the module that holds it.
    """
    place = place_of(draft, on, key)
    if way == "up":
        return _up(draft, on, place)
    if way == "down":
        return _down(draft, on, place)
    if on != "module":
        return None
    return _in(place) if way == "in" else _out(draft, place)


def _up(draft: Draft, on: str, place: Place) -> tuple[str, str] | None:
    if place.index:
        return place.module, _key_at(place.siblings, place.index - 2)
    return _neighbour(draft, place, -1) if on == "activity" else None


def _down(draft: Draft, on: str, place: Place) -> tuple[str, str] | None:
    if place.index + 1 < len(place.siblings):
        return place.module, _key_at(place.siblings, place.index + 1)
    return _neighbour(draft, place, 1) if on == "activity" else None


def _neighbour(draft: Draft, place: Place, step: int) -> tuple[str, str] | None:
    """The end of the module before, or the beginning of the module after, as one reads them."""
    modules = [module for _depth, module in walk_modules(draft.outline["modules"])]
    index = next(n for n, module in enumerate(modules) if module["key"] == place.module) + step
    if not 0 <= index < len(modules):
        return None
    activities = modules[index][LISTS["activity"]]
    return modules[index]["key"], _key_at(activities, len(activities) - 1) if step < 0 else ""


def _in(place: Place) -> tuple[str, str] | None:
    if not place.index:
        return None
    above = place.siblings[place.index - 1]
    return above["key"], _key_at(above["modules"], len(above["modules"]) - 1)


def _out(draft: Draft, place: Place) -> tuple[str, str] | None:
    if not place.module:
        return None
    return place_of(draft, "module", place.module).module, place.module


def _key_at(siblings: list[Document], index: int) -> str:
    return str(siblings[index]["key"]) if index >= 0 else ""
