"""From what somebody asks to the operation that is applied and kept (`edits`): keys made, values read, places found.

What may be asked for from outside: `add_module` {title, module, after}, `add_activity` {kind, title, module, after},
`copy` {key, title}, `set` {on, key, field, value, was} (not of a body), `move` {on, key, module, after} or
{on, key, way} (also of an outcome, which stands in no module), `archive`, `put_back`, and `several` of `set`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from lms.core.canonical import digest
from lms.core.folding import fold
from lms.core.reasons import Refused
from lms.courses.reasons import CourseReason
from lms.courses.rules import documents
from lms.courses.rules.bodies import KINDS, empty_body
from lms.courses.rules.edits import (
    FIELDS,
    LEFT_OUT_WHERE_EMPTY,
    Draft,
    Operation,
    check_facts,
    find_item,
    place_of,
    wrong_value,
)
from lms.courses.rules.fields import KEY, Document, Fields, Flaw, Where, Wrong, line, one_of, whole
from lms.courses.rules.moves import WAYS, step_from

MOST_MINUTES = 100_000
LONGEST_KEY = 60
MOST_AT_ONCE = 500
IsTaken = Callable[[str], bool]
"""Whether a key was ever used in the course."""


def settle(draft: Draft, wish: Document, is_taken: IsTaken) -> Operation:
    """The operation that a wish means on this draft.

    Refused: course.edit_wrong with the field and what is wrong with it, course.item_unknown, course.place_gone.
    """
    try:
        with Fields(wish) as fields:
            name = fields.read("op", one_of(*_SETTLERS))
            return _SETTLERS[name](fields, draft, is_taken)
    except Wrong as wrong:
        raise wrong_value(str(next(iter(wrong.where), "op")), wrong) from wrong


def fresh_key(title: str, fallback: str, is_taken: IsTaken) -> str:
    """A key made of a title ("Öl wechseln!" gives "ol-wechseln"), with a number where it was used before."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(title).lower()).strip("-")[:LONGEST_KEY].rstrip("-") or fallback
    number, key = 1, plain
    while is_taken(key):
        number += 1
        key = f"{plain}-{number}"
    return key


def _add_module(fields: Fields, _draft: Draft, is_taken: IsTaken) -> Operation:
    title = fields.read("title", line)
    module = fields.maybe("module", _key_or_nothing) or ""
    item = {"key": fresh_key(title, "module", is_taken), "title": title, "activities": [], "modules": []}
    return {"op": "add", "on": "module", "item": item, "module": module, "after": _after(fields)}


def _add_activity(fields: Fields, _draft: Draft, is_taken: IsTaken) -> Operation:
    kind, title, module = fields.read("kind", one_of(*KINDS)), fields.read("title", line), fields.read("module", _key)
    item = {
        "key": fresh_key(title, kind, is_taken),
        "title": title,
        "kind": kind,
        "minutes": None,
        "requirement": documents.requirement(None, (), kind),
        "release": None,
        "body": digest(empty_body(kind)),
    }
    return {"op": "add", "on": "activity", "item": item, "module": module, "after": _after(fields)}


def _copy(fields: Fields, draft: Draft, is_taken: IsTaken) -> Operation:
    """The same activity once more, right behind it, with a key of its own."""
    key, title = fields.read("key", _key), fields.maybe("title", line)
    place = place_of(draft, "activity", key)
    name = title or place.item["title"]
    item = deepcopy(place.item) | {"title": name, "key": fresh_key(name, place.item["kind"], is_taken)}
    return {"op": "add", "on": "activity", "item": item, "module": place.module, "after": key}


def _set(fields: Fields, draft: Draft, _is_taken: IsTaken) -> Operation:
    on = fields.read("on", one_of(*FIELDS))
    key = "" if on == "course" else fields.read("key", _key)
    name = fields.read("field", one_of(*(name for name in FIELDS[on] if name != "body")))
    value, was = fields.get("value"), fields.get("was")
    read = _reader(draft, on, key, name)
    try:
        settled = read(value)
    except Wrong as wrong:
        raise wrong_value(name, wrong) from wrong
    return {"op": "set", "on": on, "key": key, "field": name, "value": settled, "was": _as_seen(read, was)}


def _as_seen(read: Callable[[Any], Any], was: Any) -> Any:
    """What the author saw, written as it is stored; what can't be read was not there, and will clash."""
    try:
        return read(was)
    except (Wrong, Refused):
        return was


def _reader(draft: Draft, on: str, key: str, name: str) -> Callable[[Any], Any]:
    if on == "course":
        # Skills may name outcomes that the same form takes away; whether both fit is checked where they are applied.
        facts = draft.outline["facts"] | ({"skills": []} if name == "outcomes" else {})
        return lambda raw: check_facts(facts | {name: raw}, name).get(name, LEFT_OUT_WHERE_EMPTY.get(name))
    item = find_item(draft, on, key)
    readers: dict[str, Callable[[Any], Any]] = {
        "title": lambda raw: line(_there(raw), (name,)),
        "minutes": lambda raw: None if raw in (None, "") else whole(0, MOST_MINUTES)(raw, (name,)),
        "requirement": lambda raw: documents.requirement(raw, (name,), item["kind"]),
        "release": lambda raw: None if raw is None else documents.release(raw, (name,)),
    }
    return readers[name]


def _there(raw: Any) -> Any:
    if raw in (None, ""):
        raise Wrong(Flaw.MISSING, ("title",))
    return raw


def _move(fields: Fields, draft: Draft, _is_taken: IsTaken) -> Operation:
    """To a place, or one step: `way` is up, down, in or out."""
    on, key = _which(fields, "outcome")
    was, way = fields.maybe("was", _place), fields.maybe("way", one_of(*WAYS))
    if way:
        return {"op": "move", "on": on, "key": key, **_one_step(draft, on, key, way), "was": was}
    module = fields.read("module", _key) if on == "activity" else fields.maybe("module", _key_or_nothing) or ""
    after = _after(fields)
    if after == key:
        raise Wrong(Flaw.NOT_ALLOWED, ("after",), value=key, allowed="")
    return {"op": "move", "on": on, "key": key, "module": module, "after": after, "was": was}


def _one_step(draft: Draft, on: str, key: str, way: str) -> Document:
    place = step_from(draft, on, key, way)
    if place is None:
        item = place_of(draft, on, key).item
        raise Refused(CourseReason.NO_FURTHER, title=item["text"] if on == "outcome" else item["title"])
    return {"module": place[0], "after": place[1]}


NOTHING: Operation = {"op": "several", "operations": []}
"""What is so already need not be made so."""


def _archive(fields: Fields, draft: Draft, _is_taken: IsTaken) -> Operation:
    on, key = _which(fields)
    if f"{on} {key}" in draft.archived:
        return NOTHING
    return {"op": "archive", "on": on, "key": key, "left": None}


def _put_back(fields: Fields, draft: Draft, _is_taken: IsTaken) -> Operation:
    """Without a place: to where it stood."""
    on, key = _which(fields)
    module, after = fields.maybe("module", _key_or_nothing), _after(fields)
    entry = draft.archived.get(f"{on} {key}")
    if entry is None:
        place_of(draft, on, key)  # refused where it is nowhere
        return NOTHING
    place = (
        {"module": entry["module"], "after": entry["after"]} if module is None else {"module": module, "after": after}
    )
    return {"op": "put_back", "on": on, "key": key, **place}


def _several(fields: Fields, draft: Draft, is_taken: IsTaken) -> Operation:
    """Only fields: what is added or moved goes one by one."""

    def one(raw: Any, where: Where) -> Operation:
        with Fields(raw, where) as inner:
            inner.fixed("op", "set")
            return _set(inner, draft, is_taken)

    found = fields.each("operations", one, least=1)
    if len(found) > MOST_AT_ONCE:
        raise Wrong(Flaw.OUT_OF_RANGE, ("operations",), low=1, high=MOST_AT_ONCE)
    return {"op": "several", "operations": found}


_SETTLERS: dict[str, Callable[[Fields, Draft, IsTaken], Operation]] = {
    "add_module": _add_module,
    "add_activity": _add_activity,
    "copy": _copy,
    "set": _set,
    "move": _move,
    "archive": _archive,
    "put_back": _put_back,
    "several": _several,
}


def _which(fields: Fields, *more: str) -> tuple[str, str]:
    return fields.read("on", one_of("activity", "module", *more)), fields.read("key", _key)


def _after(fields: Fields) -> str | None:
    return fields.maybe("after", _key_or_nothing)


def _key(raw: object, where: Where) -> str:
    if not isinstance(raw, str) or not KEY.fullmatch(raw):
        raise Wrong(Flaw.NOT_A_KEY, where, value=str(raw))
    return raw


def _key_or_nothing(raw: object, where: Where) -> str:
    return "" if raw == "" else _key(raw, where)


def _place(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        return {"module": fields.maybe("module", _key_or_nothing) or "", "after": _after(fields)}


def operations_in(operation: Operation) -> list[Operation]:
    """The operation, or those that it is made of."""
    found: list[Operation] = operation["operations"] if operation["op"] == "several" else [operation]
    return found
