"""Who may learn in an enrolment, who may put others on a course by invitation, who follows a course's learners."""

from __future__ import annotations

import uuid

from lms.core.actor import Actor

TEACHING = (("teacher", "course"), ("author", "organisation"))
STAFF = (*TEACHING, ("hr", "organisation"))


def may_learn(actor: Actor, person_id: uuid.UUID) -> bool:
    """Only the learner answers, reads and completes."""
    return actor.person_id == person_id


def may_enrol_invited(actor: Actor, *, course_id: uuid.UUID, organisation_id: uuid.UUID) -> bool:
    """A course by invitation takes people whom its own staff enrols."""
    return _has_one_of(STAFF, actor, course_id=course_id, organisation_id=organisation_id)


def may_follow(actor: Actor, *, course_id: uuid.UUID, organisation_id: uuid.UUID) -> bool:
    """Who teaches a course sees all its learners, moves them on and overrides; they themselves do not.

    The publisher's HR is not among them: it sees people of its own (decision 0017).
    """
    return _has_one_of(TEACHING, actor, course_id=course_id, organisation_id=organisation_id)


def _has_one_of(
    roles: tuple[tuple[str, str], ...], actor: Actor, *, course_id: uuid.UUID, organisation_id: uuid.UUID
) -> bool:
    scopes = {"course": course_id, "organisation": organisation_id}
    return actor.is_administrator or any(actor.has(role, kind, scopes[kind]) for role, kind in roles)
