"""Changing a draft by operations: what each does, what undoes it, and when it is refused.

An operation names what it changes by stable keys and carries what its author saw there (`was`), so that operations of
two authors on different things give the same draft in either order, and one on the same thing is told, not lost.
What somebody typed becomes an operation in `operations.settle`; here it is applied. The shapes:

* `{"op": "add", "on", "item", "module", "after"}`: a whole activity or module, with its key
* `{"op": "remove", "on", "key", "was"}`: only ever the inverse of `add`
* `{"op": "set", "on", "key", "field", "value", "was"}`: a field of an activity, a module or the course (key ""); of
  a body that was put together with somebody else's also `sent`, the digest of what its author had sent
* `{"op": "move", "on", "key", "module", "after", "was": {"module", "after"} or None}`
* `{"op": "archive", "on", "key", "left": {"module", "after"} or None}` and `{"op": "put_back", "on", "key", "module",
  "after"}`
* `{"op": "several", "operations"}`: all of them, or none

`on` is "activity", "module" or "course", for a move also "outcome". A place is a module's key ("" for the course
itself) and the key of what stands before ("" for nothing, None for whatever is last).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from lms.core.reasons import Refused
from lms.courses.reasons import CourseReason
from lms.courses.rules import documents
from lms.courses.rules.documents import ALLOWED_REQUIREMENTS, DEEPEST_MODULE
from lms.courses.rules.fields import Document, Fields, Wrong
from lms.courses.rules.lines import merge_lines

Operation = dict[str, Any]
LISTS = {"activity": "activities", "module": "modules"}
LINES = ("outcomes", "groups")
"""Facts that are lists of lines with keys: who changes one line does not disturb who changes another."""
FIELDS = {
    "activity": ("title", "minutes", "requirement", "release", "body"),
    "module": ("title",),
    "course": (
        "title",
        "language",
        "summary",
        "provider",
        "audience",
        "level",
        "workload_hours",
        "outcomes",
        "skills",
        "certificate",
        "enrolment",
        "groups",
    ),
}
LEFT_OUT_WHERE_EMPTY: Document = {"groups": []}
"""Facts that came later: a course without them looks as it always did."""


def bodies_in(document: Any) -> set[str]:
    """Digests of all bodies that an outline, what was taken out of it, or an operation names."""
    if isinstance(document, list):
        return set().union(*map(bodies_in, document))
    if not isinstance(document, dict):
        return set()
    sets_body = document.get("op") == "set" and document.get("field") == "body"
    named = ("value", "was", "sent") if sets_body else ("body",)
    here = {document[name] for name in named if isinstance(document.get(name), str)}
    return here.union(*map(bodies_in, document.values()))


@dataclass(frozen=True)
class Draft:
    """A course in the making: `outline` as course-format.md says; `archived` is what was taken out of it.

    `archived`: {"activity KEY" or "module KEY": {"on", "item", "module", "after"}}, with the place that it left.
    """

    outline: Document
    archived: Document = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where an item stands: in `siblings` of the module `module` ("" for the course), at `index`."""

    siblings: list[Document]
    index: int
    module: str

    @property
    def item(self) -> Document:
        return self.siblings[self.index]

    @property
    def after(self) -> str:
        """The key of what stands before it, "" for nothing."""
        return str(self.siblings[self.index - 1]["key"]) if self.index else ""

    def as_dict(self) -> Document:
        return {"module": self.module, "after": self.after}


def apply(draft: Draft, operation: Operation) -> tuple[Draft, Operation]:
    """(the draft after it, the operation that gives back the draft before it); `draft` itself stays as it is.

    Refused: course.edited_meanwhile, course.item_unknown, course.place_gone, course.into_itself, course.too_deep,
    course.key_taken, course.edit_wrong.
    """
    changed = Draft(deepcopy(draft.outline), deepcopy(draft.archived))
    return changed, _apply(changed, operation)


def _apply(draft: Draft, operation: Operation) -> Operation:
    """Changes `draft` in place."""
    return _BY_NAME[operation["op"]](draft, operation)


def _several(draft: Draft, operation: Operation) -> Operation:
    inverses = [_apply(draft, one) for one in operation["operations"]]
    return {"op": "several", "operations": inverses[::-1]}


def _add(draft: Draft, operation: Operation) -> Operation:
    on, item = operation["on"], operation["item"]
    if taken := keys_in(on, item) & keys_of(draft):
        raise Refused(CourseReason.KEY_TAKEN, key=min(taken))
    _insert(draft, on, item, operation["module"], operation["after"])
    return {"op": "remove", "on": on, "key": item["key"], "was": deepcopy(item)}


def _remove(draft: Draft, operation: Operation) -> Operation:
    on, key = operation["on"], operation["key"]
    place = _standing(draft, on, key)
    item, was = place.item, place.as_dict()
    if item != operation["was"]:
        raise _clash(operation, "item", item["title"], operation["was"]["title"])
    del place.siblings[place.index]
    return {"op": "add", "on": on, "item": item, **was}


def _set(draft: Draft, operation: Operation) -> Operation:
    target = _target(draft, operation["on"], operation["key"])
    name, value = operation["field"], operation["value"]
    standing = target.get(name, LEFT_OUT_WHERE_EMPTY.get(name))
    if standing not in (operation["was"], value):
        value = merge_lines(operation["was"], standing or [], value) if name in LINES else None
        if value is None:
            raise _clash(operation, name, standing, operation["value"])
    target[name] = value
    _check_set(draft, operation, target)
    if name in LEFT_OUT_WHERE_EMPTY and not value:
        del target[name]
    return {**operation, "value": standing, "was": value}


def _check_set(draft: Draft, operation: Operation, target: Document) -> None:
    """The value was checked when it was typed; here, whether it fits to what stands beside it now."""
    if operation["on"] == "course":
        check_facts(draft.outline["facts"], operation["field"])
    if operation["field"] == "requirement" and operation["value"]["kind"] not in ALLOWED_REQUIREMENTS[target["kind"]]:
        raise Refused(CourseReason.EDIT_WRONG, field="requirement", flaw="not_allowed", where="requirement", details={})


def check_facts(facts: Document, name: str) -> Document:
    """The facts, normalised; Refused(course.edit_wrong) about the field `name`, which has just been set."""
    try:
        with Fields(facts) as fields:
            return documents.facts(fields)
    except Wrong as wrong:
        raise wrong_value(name, wrong) from wrong


def wrong_value(name: str, wrong: Wrong) -> Refused:
    where = "/".join(str(step) for step in wrong.where)
    return Refused(CourseReason.EDIT_WRONG, field=name, flaw=wrong.flaw.value, where=where, details=wrong.values)


def _move(draft: Draft, operation: Operation) -> Operation:
    on, key, module = operation["on"], operation["key"], operation["module"]
    place = _standing(draft, on, key)
    item, was, seen = place.item, place.as_dict(), operation["was"]
    if seen and place.module not in (seen["module"], module):
        raise _clash(operation, "module", place.module, module)
    if on == "module" and module in keys_in("module", item):
        raise Refused(CourseReason.INTO_ITSELF, title=item["title"])
    del place.siblings[place.index]
    now = _insert(draft, on, item, module, operation["after"])
    return {"op": "move", "on": on, "key": key, **was, "was": now.as_dict()}


def _archive(draft: Draft, operation: Operation) -> Operation:
    on, key = operation["on"], operation["key"]
    place = _standing(draft, on, key)
    item, was = place.item, place.as_dict()
    del place.siblings[place.index]
    left = operation["left"] or was
    draft.archived[_name(on, key)] = {"on": on, "item": item, **left}
    return {"op": "put_back", "on": on, "key": key, **was}


def _put_back(draft: Draft, operation: Operation) -> Operation:
    on, key = operation["on"], operation["key"]
    entry = draft.archived.pop(_name(on, key), None)
    if entry is None:
        raise Refused(CourseReason.ITEM_UNKNOWN, key=key)
    _insert(draft, on, entry["item"], operation["module"], operation["after"])
    return {"op": "archive", "on": on, "key": key, "left": {"module": entry["module"], "after": entry["after"]}}


_BY_NAME: dict[str, Callable[[Draft, Operation], Operation]] = {
    "several": _several,
    "add": _add,
    "remove": _remove,
    "set": _set,
    "move": _move,
    "archive": _archive,
    "put_back": _put_back,
}


def _insert(draft: Draft, on: str, item: Document, module: str, after: str | None) -> Place:
    """Puts an item behind the sibling `after`; where that stands elsewhere by now, at the end of its list."""
    depth, siblings = _list_of(draft, on, module)
    if on == "module" and depth + _height(item) > DEEPEST_MODULE:
        raise Refused(CourseReason.TOO_DEEP, title=item["title"], limit=DEEPEST_MODULE)
    keys = [sibling["key"] for sibling in siblings]
    index = 0 if after == "" else keys.index(after) + 1 if after in keys else len(keys)
    siblings.insert(index, item)
    return Place(siblings, index, module)


def _list_of(draft: Draft, on: str, module: str) -> tuple[int, list[Document]]:
    """(how deep the module lies, its activities or modules); the course itself holds modules only."""
    if on == "outcome":
        return 0, draft.outline["facts"]["outcomes"]
    if not module and on == "module":
        return 0, draft.outline["modules"]
    found = next((one for one in walk_modules(draft.outline["modules"]) if one[1]["key"] == module), None)
    if found is None:
        raise Refused(CourseReason.PLACE_GONE, key=module)
    return found[0], found[1][LISTS[on]]


def walk_modules(modules: list[Document], depth: int = 1) -> Iterator[tuple[int, Document]]:
    """Every module in order, with how deep it lies."""
    for module in modules:
        yield depth, module
        yield from walk_modules(module["modules"], depth + 1)


def _height(module: Document) -> int:
    return 1 + max((_height(inner) for inner in module["modules"]), default=0)


def _places(modules: list[Document], parent: str, on: str) -> Iterator[Place]:
    """Every activity, or every module, with its place."""
    for index, module in enumerate(modules):
        if on == "module":
            yield Place(modules, index, parent)
        else:
            yield from (Place(module["activities"], n, module["key"]) for n in range(len(module["activities"])))
        yield from _places(module["modules"], module["key"], on)


def _standing(draft: Draft, on: str, key: str) -> Place:
    """Where an item stands in the outline; Refused(course.item_unknown) also for what is archived."""
    outcomes = draft.outline["facts"]["outcomes"]
    places = (
        (Place(outcomes, index, "") for index in range(len(outcomes)))
        if on == "outcome"
        else _places(draft.outline["modules"], "", on)
    )
    found = next((place for place in places if place.item["key"] == key), None)
    if found is None:
        raise Refused(CourseReason.ITEM_UNKNOWN, key=key)
    return found


def _target(draft: Draft, on: str, key: str) -> Document:
    """What a field is set on. Archived items can be written too: taking out and writing do not disturb each other."""
    if on == "course":
        facts: Document = draft.outline["facts"]
        return facts
    found = next((item for item in items_of(draft, on) if item["key"] == key), None)
    if found is None:
        raise Refused(CourseReason.ITEM_UNKNOWN, key=key)
    return found


def find_item(draft: Draft, on: str, key: str) -> Document:
    """An activity or module, archived or not; Refused(course.item_unknown)."""
    return _target(draft, on, key)


def place_of(draft: Draft, on: str, key: str) -> Place:
    """Where an item of the outline stands; Refused(course.item_unknown)."""
    return _standing(draft, on, key)


def items_of(draft: Draft, on: str) -> Iterator[Document]:
    """All activities, or all modules: of the outline first, then the archived ones and what they hold."""
    yield from (place.item for place in _places(draft.outline["modules"], "", on))
    for entry in draft.archived.values():
        if entry["on"] == "module":
            yield from (place.item for place in _places([entry["item"]], "", on))
        elif on == "activity":
            yield entry["item"]


def keys_of(draft: Draft) -> set[str]:
    """Every key in use, of activities and modules, archived ones too."""
    return {item["key"] for on in LISTS for item in items_of(draft, on)}


def still_archived(outline: Document, archived: Document) -> Document:
    """What stays archived where a whole new outline comes in: not what stands in it again, in full or in part."""
    there = keys_of(Draft(outline))
    return {name: entry for name, entry in archived.items() if not keys_in(entry["on"], entry["item"]) & there}


def keys_in(on: str, item: Document) -> set[str]:
    """The keys of an item and of all that it holds."""
    if on == "activity":
        return {item["key"]}
    return {place.item["key"] for kind in LISTS for place in _places([item], "", kind)}


def _name(on: str, key: str) -> str:
    return f"{on} {key}"


def _clash(operation: Operation, name: str, now: Any, yours: Any) -> Refused:
    """Somebody changed the same meanwhile: with both values, so that one can choose."""
    about = {"on": operation["on"], "key": operation["key"]}
    return Refused(CourseReason.EDITED_MEANWHILE, **about, field=name, now=now, yours=yours)
