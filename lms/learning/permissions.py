"""Who may see and move an enrolment: the learner, and who teaches or publishes the course (to see)."""

from __future__ import annotations

import uuid

from lms.core.actor import Actor

MAY_SEE = (("teacher", "course"), ("author", "organisation"), ("hr", "organisation"))
MAY_ENROL_OTHERS = (("teacher", "course"), ("author", "organisation"), ("hr", "organisation"))


def may_learn(actor: Actor, person_id: uuid.UUID) -> bool:
    """Only the learner answers, reads and completes."""
    return actor.person_id == person_id


def may_enrol_invited(actor: Actor, *, course_id: uuid.UUID, organisation_id: uuid.UUID) -> bool:
    """A course by invitation takes people whom its own staff enrols."""
    scopes = {"course": course_id, "organisation": organisation_id}
    return actor.is_administrator or any(actor.has(role, kind, scopes[kind]) for role, kind in MAY_ENROL_OTHERS)
