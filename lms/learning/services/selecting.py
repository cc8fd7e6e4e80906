"""A selection of an organisation's people is put on a course: a few now, thousands by a job, each told once by mail."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue
from lms.core.mail.services import send_many
from lms.learning import queries
from lms.learning.services.enrolling import Enrolled, effect_of_enrolling, enrol_people
from lms.organisations.services import organisation_of

JOB = queries.ENROL_JOB
AT_ONCE = 500
"""People who are enrolled while the person waits; also those in one transaction of a job."""
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Selected:
    """What enrolling a selection does; `job` does it where they are many."""

    effect: Enrolled
    job: Job | None = None


def enrol_selection(
    person_ids: Sequence[uuid.UUID], slug: str, *, organisation_id: uuid.UUID, by: Actor, at: datetime
) -> Selected:
    """Puts these people on the course in the organisation's name, and tells those who are new on it.

    Refused: course.unknown, learning.invited_only.
    """
    effect = effect_of_enrolling(person_ids, slug, organisation_id=organisation_id, by=by)
    if len(effect.new) <= AT_ONCE:
        enrol_and_tell(person_ids, slug, organisation_id=organisation_id, by=by, at=at)
        return Selected(effect)
    people = [str(one) for one in effect.new]
    asked = {"organisation": str(organisation_id), "course": slug, "people": people, "asked_at": at.isoformat()}
    job = enqueue(JOB, f"{JOB}:{new_id()}", asked, at=at, person_id=by.person_id)
    record("enrolment.requested", by=by, subject=("job", job.id), at=at, course=str(effect.course.id))
    return Selected(effect, job)


def enrol_and_tell(
    person_ids: Sequence[uuid.UUID], slug: str, *, organisation_id: uuid.UUID, by: Actor, at: datetime
) -> Enrolled:
    """As `enrol_people`, with a message to each who is new and belongs to the organisation.

    Who has not accepted the invitation gets no further mail: nobody knows yet whose address that is.
    """
    effect = enrol_people(person_ids, slug, organisation_id=organisation_id, by=by, at=at)
    values: dict[str, Any] = {
        "organisation": organisation_of(organisation_id).name,
        "course": effect.course.title,
        "path": f"/courses/{effect.course.slug}",
    }
    told = queries.accepted_among(effect.new, organisation_id)
    key = f"{effect.course.id}:{organisation_id}:{at.isoformat()}"
    send_many("enrolled", ((one, values, f"enrolled:{one}:{key}") for one in told), at=at)
    return effect


def enrol_by_job(asked: dict[str, Any], *, by: Actor, report: Report) -> dict[str, Any]:
    """The work of a job, some hundred people a transaction. Taken up again, it goes on with those not enrolled yet."""
    organisation_id, slug = uuid.UUID(asked["organisation"]), asked["course"]
    people, at = [uuid.UUID(one) for one in asked["people"]], datetime.fromisoformat(asked["asked_at"])
    for start in range(0, len(people), AT_ONCE):
        report(start, len(people))
        some = people[start : start + AT_ONCE]
        enrol_and_tell(some, slug, organisation_id=organisation_id, by=by, at=at)
    return {"course": slug, "new": queries.count_put_on(organisation_id, slug, at)}
