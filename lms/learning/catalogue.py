"""Courses as cards and as a page of their own, with where the reader stands in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from lms.core.i18n import _
from lms.courses.queries import PublishedCourse
from lms.courses.rules.outline import Activity, Module
from lms.learning.models import Enrolment
from lms.learning.ports import credentials_held
from lms.learning.presenting import language_name
from lms.learning.queries import EnrolmentView
from lms.learning.rules.states import COMPLETED, LOCKED, ActivityState

Document = dict[str, Any]

PLATES = {
    "tank": ("hydrogen", "wasserstoff", "fuel cell", "brennstoffzelle"),
    "hv": ("high-voltage", "high voltage", "hochvolt"),
    "cell": ("cell", "battery", "batterie", "zelle", "electrode"),
    "adas": ("adas", "calibrat", "kalibrier", "driver-assistance", "radar", "camera"),
    "flow": ("lean", "production", "process", "value stream"),
    "robot": ("robot", "automation"),
    "brake": ("brake", "bremse"),
    "bus": ("network", "ethernet", "can bus", "diagnos"),
    "aid": ("first aid", "erste hilfe"),
    "cycle": ("recycl",),
    "car": ("vehicle", "fahrzeug", "mobilit", "electric", "elektro"),
}


def plate_of(title: str) -> str:
    """The drawing that goes with a course, by the words of its title; a book where none fits."""
    words = title.casefold()
    return next((plate for plate, hints in PLATES.items() if any(hint in words for hint in hints)), "book")


def card(course: PublishedCourse, mine: Enrolment | None) -> Document:
    """A course as templates/courses/card.html wants it."""
    facts = course.facts
    return {
        "slug": course.slug,
        "title": course.title,
        "summary": course.summary,
        "provider": facts["provider"] or course.organisation,
        "language": course.language,
        "language_name": language_name(course.language),
        "workload_hours": facts["workload_hours"],
        "eqf": facts["level"]["eqf"],
        "certificate": bool(facts["certificate"]),
        "plate": plate_of(course.title),
        "mine": {"status": mine.status, "percent": mine.percent} if mine else None,
    }


def cards(courses: Iterable[PublishedCourse], mine: Iterable[Enrolment]) -> list[Document]:
    by_course = {enrolment.course_id: enrolment for enrolment in mine}
    return [card(course, by_course.get(course.id)) for course in courses]


def course_facts(course: PublishedCourse, published_at: Any) -> Document:
    """A course as templates/courses/course.html wants it."""
    facts = course.facts
    more = {
        "audience": facts["audience"],
        "reach": facts["level"]["reach"],
        "outcomes": [outcome["text"] for outcome in facts["outcomes"]],
        "skills": [skill["label"] for skill in facts["skills"]],
        "certificate": facts["certificate"],
        "revision": course.number,
        "published_at": published_at,
    }
    return card(course, None) | more


def module_lines(modules: Iterable[Module], view: EnrolmentView | None, current: str | None = None) -> list[Document]:
    """The outline as nested lines, with the learner's states where there is an enrolment."""
    states = {state.activity.key: state for state in view.states} if view else {}
    step = current or (view.next_step.activity.key if view and view.next_step else None)
    enrolment_id = view.enrolment.id if view else None
    return [_module(module, states, step, enrolment_id) for module in modules]


def _module(
    module: Module, states: dict[str, ActivityState], step: str | None, enrolment_id: uuid.UUID | None
) -> Document:
    inside = [activity for inner in module.walk() for activity in inner.activities]
    done = sum(states[a.key].state == "completed" for a in inside) if states else 0
    return {
        "number": module.number,
        "title": module.title,
        "note": _("%(done)s of %(total)s done", done=done, total=len(inside)) if states else "",
        "open": any(activity.key == step for activity in inside),
        "activities": [activity_line(a, states.get(a.key), step, enrolment_id) for a in module.activities],
        "modules": [_module(inner, states, step, enrolment_id) for inner in module.modules],
    }


def activity_line(
    activity: Activity, state: ActivityState | None, step: str | None, enrolment_id: uuid.UUID | None
) -> Document:
    """{number, key, title, kind, minutes, href, state, reason, current}"""
    return {
        "number": activity.number,
        "key": activity.key,
        "title": activity.title,
        "kind": activity.kind,
        "minutes": activity.minutes,
        "href": f"/learn/{enrolment_id}/{activity.key}" if enrolment_id else None,
        "state": state.state if state else "",
        "reason": state.why.sentence() if state and state.why else "",
        "current": activity.key == step,
    }


def place(view: EnrolmentView, credential_url: str | None) -> Document:
    """Where the learner stands, with the next step, as course page and player want it."""
    step = view.next_step or next((s for s in view.states if s.state != LOCKED), None)
    enrolment = view.enrolment
    following = None
    if step:
        activity = step.activity
        href = f"/learn/{enrolment.id}/{activity.key}"
        following = {"number": activity.number, "title": activity.title, "href": href, "minutes": activity.minutes}
    return {
        "id": enrolment.id,
        "status": enrolment.status,
        "percent": enrolment.percent,
        "done": view.completed,
        "total": len(view.revision.outline.required),
        "next": following,
        "credential_url": credential_url,
    }


def credential_url(view: EnrolmentView) -> str | None:
    """The page of the certificate that the completed course led to; None where there is none (yet)."""
    if view.enrolment.status != COMPLETED or not view.revision.outline.facts["certificate"]:
        return None
    return credentials_held.call.url_for(view.enrolment.id)
