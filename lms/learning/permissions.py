"""Who may learn in an enrolment, and who may put others on a course by invitation."""

from __future__ import annotations

import uuid

from lms.core.actor import Actor

STAFF = (("teacher", "course"), ("author", "organisation"), ("hr", "organisation"))


def may_learn(actor: Actor, person_id: uuid.UUID) -> bool:
    """Only the learner answers, reads and completes."""
    return actor.person_id == person_id


def may_enrol_invited(actor: Actor, *, course_id: uuid.UUID, organisation_id: uuid.UUID) -> bool:
    """A course by invitation takes people whom its own staff enrols."""
    return _is_staff(actor, course_id=course_id, organisation_id=organisation_id)


def may_move(actor: Actor, *, course_id: uuid.UUID, organisation_id: uuid.UUID) -> bool:
    """Its own staff moves learners on to another revision, not they themselves."""
    return _is_staff(actor, course_id=course_id, organisation_id=organisation_id)


def _is_staff(actor: Actor, *, course_id: uuid.UUID, organisation_id: uuid.UUID) -> bool:
    scopes = {"course": course_id, "organisation": organisation_id}
    return actor.is_administrator or any(actor.has(role, kind, scopes[kind]) for role, kind in STAFF)
