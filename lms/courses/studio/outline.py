"""The outline of a draft as its authors see it: what changed since the last revision, what opens when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lms.core.actor import Actor
from lms.core.db import db
from lms.courses import permissions, queries
from lms.courses.models import Course, CourseDraft, CourseRevision
from lms.courses.rules.differences import Difference, compare
from lms.courses.rules.edits import Draft, place_of
from lms.courses.rules.moves import WAYS, step_from
from lms.courses.rules.outline import Activity, Module, Outline
from lms.courses.services.undoing import own_steps
from lms.courses.wording import release_sentence, requirement_sentence

Document = dict[str, Any]
RECENTLY = timedelta(hours=12)
"""So long a time of day alone says when a draft was saved."""


@dataclass(frozen=True)
class Head:
    """What stands above every page of a draft: which course, and how far the draft is from the last revision.

    `number` is None before the first publication; `changes` counts activities and facts that differ from it;
    `saved_today`: a time of day is enough to say when.
    """

    course: Course
    title: str
    language: str
    version: int
    changed_at: datetime
    saved_today: bool
    number: int | None
    changes: int
    can_undo: bool
    can_redo: bool
    may_publish: bool


@dataclass(frozen=True)
class Node:
    """A line of the outline. `mark`: added, changed, moved or "". `module` and `after` say where it stands."""

    on: str
    key: str
    number: str
    title: str
    kind: str
    mark: str
    module: str
    after: str
    requirement: str
    release: str
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Selected:
    """The activity or module that is being worked on: `item` as stored, `ways` in which one step is possible.

    `places`: (module and key of what stands before, as "MODULE/KEY", where that is in words).
    """

    on: str
    item: Document
    node: Node
    ways: tuple[str, ...]
    here: str
    places: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Editor:
    head: Head
    outline: Outline
    nodes: tuple[Node, ...]
    archived: list[Document]
    selected: Selected | None = None


def head_of(course: Course, row: CourseDraft, by: Actor, at: datetime) -> tuple[Head, Difference, bool]:
    """(the head, what differs from the last revision, whether there is one)"""
    standing = db.session.get(CourseRevision, course.revision_id) if course.revision_id else None
    difference = compare(standing.outline if standing else None, row.outline)
    steps, facts = own_steps(row, by), row.outline["facts"]
    head = Head(
        course=course,
        title=facts["title"],
        language=facts["language"],
        version=row.version,
        changed_at=row.changed_at,
        saved_today=at - row.changed_at < RECENTLY,
        number=standing.number if standing else None,
        changes=_count(difference) if standing else 0,
        can_undo=bool(steps.done),
        can_redo=bool(steps.undone),
        may_publish=permissions.may(by, "publish", organisation_id=course.organisation_id, course_id=course.id),
    )
    return head, difference, standing is not None


def _count(difference: Difference) -> int:
    """Each activity once, however it changed, and each fact."""
    keys = {*difference.added, *difference.removed, *difference.changed, *difference.moved}
    return len(keys) + len(difference.facts)


def load_head(slug: str, by: Actor, at: datetime) -> Head:
    """Refused(course.unknown) where there is none that the person may write."""
    course = queries.find_written(slug, by)
    return head_of(course, queries.load_draft(course.id), by, at)[0]


def load_draft_state(slug: str, by: Actor, at: datetime) -> Document:
    """The draft for programs: outline and archive as stored. Refused(course.unknown)."""
    course = queries.find_written(slug, by)
    row = queries.load_draft(course.id)
    head, _difference, _is_published = head_of(course, row, by, at)
    known = {"course": slug, "version": row.version, "changed_at": row.changed_at, "revision": head.number}
    steps = {"changes": head.changes, "may_undo": head.can_undo, "may_redo": head.can_redo}
    return {**known, **steps, "outline": row.outline, "archived": row.archived}


def load_editor(slug: str, by: Actor, at: datetime, *, on: str = "", key: str = "") -> Editor:
    """The outline with what is worked on. Refused: course.unknown, course.item_unknown."""
    course = queries.find_written(slug, by)
    row = queries.load_draft(course.id)
    head, difference, is_published = head_of(course, row, by, at)
    outline = Outline.of(row.outline)
    marks = _marks(difference) if is_published else {}
    nodes = tuple(_module(module, "", before, outline, marks) for module, before in _behind(outline.modules))
    selected = _select(Draft(row.outline, row.archived), nodes, on, key) if key else None
    archived = sorted(row.archived.values(), key=lambda entry: str(entry["item"]["title"]))
    return Editor(head, outline, nodes, archived, selected)


def _marks(difference: Difference) -> dict[str, str]:
    kinds = ("moved", "changed", "added")  # the last that fits counts
    return {key: kind for kind in kinds for key in getattr(difference, kind)}


def _behind(items: tuple[Any, ...]) -> list[tuple[Any, str]]:
    """Each with the key of what stands before it."""
    return list(zip(items, ["", *(item.key for item in items)], strict=False))


def _module(module: Module, parent: str, after: str, outline: Outline, marks: dict[str, str]) -> Node:
    activities = [_activity(one, module.key, before, outline, marks) for one, before in _behind(module.activities)]
    inner = [_module(one, module.key, before, outline, marks) for one, before in _behind(module.modules)]
    nodes = (*activities, *inner)
    return Node("module", module.key, module.number, module.title, "module", "", parent, after, "", "", nodes)


def _activity(activity: Activity, module: str, after: str, outline: Outline, marks: dict[str, str]) -> Node:
    return Node(
        on="activity",
        key=activity.key,
        number=activity.number,
        title=activity.title,
        kind=activity.kind,
        mark=marks.get(activity.key, ""),
        module=module,
        after=after,
        requirement=requirement_sentence(activity.requirement),
        release=release_sentence(activity.release, outline) if activity.release else "",
    )


def walk(nodes: tuple[Node, ...]) -> list[Node]:
    """Every line in the order in which one reads them."""
    return [line for node in nodes for line in (node, *walk(node.nodes))]


def _select(draft: Draft, nodes: tuple[Node, ...], on: str, key: str) -> Selected:
    place = place_of(draft, on, key)
    node = next(one for one in walk(nodes) if (one.on, one.key) == (on, key))
    ways = tuple(way for way in WAYS if step_from(draft, on, key, way))
    return Selected(on, place.item, node, ways, f"{place.module}/{place.after}", _places(nodes, node))


def _places(nodes: tuple[Node, ...], moved: Node) -> list[tuple[str, str, str]]:
    """(value, the other line, "first" in it or "behind" it) of every place but those inside the line itself."""
    inside = {(one.on, one.key) for one in walk(moved.nodes)} | {(moved.on, moved.key)}
    found = [("/", "", "first")] if moved.on == "module" else []
    for one in walk(nodes):
        if (one.on, one.key) in inside:
            continue
        name = f"{one.number} {one.title}"
        if one.on == moved.on:
            found.append((f"{one.module}/{one.key}", name, "behind"))
        if one.on == "module":
            found.append((f"{one.key}/", name, "first"))
    return found
