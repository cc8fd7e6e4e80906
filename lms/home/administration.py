"""What an administrator may do with the whole installation: each use case asks for the role, and leaves an entry."""

from __future__ import annotations

import uuid
from datetime import datetime

from lms.accounts.queries import grants_of, is_last_administrator, living_person
from lms.accounts.reasons import SecurityReason
from lms.accounts.services import Invitee, invite_people, revoke_role, sign_out_everywhere
from lms.core.actor import ADMINISTRATOR, Actor
from lms.core.audit import record
from lms.core.jobs import services as jobs
from lms.core.jobs.models import Job
from lms.core.reasons import CoreReason, Refused
from lms.home.people import grant_in_words
from lms.organisations.services import add_organisation, find_organisation


def check_administrator(actor: Actor) -> None:
    """Refused: core.not_signed_in for guests, core.forbidden for everybody else."""
    if not actor.is_administrator:
        raise Refused(CoreReason.NOT_SIGNED_IN if actor.is_guest else CoreReason.FORBIDDEN)


def retry_job(job_id: uuid.UUID, *, by: Actor, at: datetime) -> Job:
    """Queues a failed or cancelled job once more. Refused: core.forbidden, core.not_found, job.not_failed."""
    check_administrator(by)
    job = jobs.restart(job_id, at=at)
    record("job.restarted", by=by, subject=("job", job_id), at=at)
    return job


def cancel_job(job_id: uuid.UUID, *, by: Actor, at: datetime) -> Job:
    """Refused: core.forbidden, core.not_found, job.over."""
    check_administrator(by)
    return jobs.cancel(job_id, by=by, at=at)


def sign_out_person(person_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Ends every session and token of somebody. Refused: core.forbidden, core.not_found."""
    check_administrator(by)
    _check_is_here(person_id)
    sign_out_everywhere(person_id, by=by, at=at)


def give_role(
    person_id: uuid.UUID, role: str, *, organisation: str | None, course: str | None, by: Actor, at: datetime
) -> None:
    """A role on the organisation or course named by its slug.

    Refused: core.forbidden, core.not_found, and as home.people.grant_in_words.
    """
    check_administrator(by)
    _check_is_here(person_id)
    grant_in_words(person_id, role, organisation=organisation, course=course, by=by, at=at)


def take_role(person_id: uuid.UUID, grant_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Refused: core.forbidden, core.not_found, account.last_administrator."""
    check_administrator(by)
    grant = next((one for one in grants_of(person_id) if one.id == grant_id), None)
    if grant is None:
        raise Refused(CoreReason.NOT_FOUND)
    if grant.role == ADMINISTRATOR and is_last_administrator(person_id):
        raise Refused(SecurityReason.LAST_ADMINISTRATOR)
    revoke_role(person_id, grant.role, scope_kind=grant.scope_kind, scope_id=grant.scope_id, by=by, at=at)


def invite_again(person_id: uuid.UUID, organisation: str, *, by: Actor, at: datetime) -> None:
    """Sends a new link to somebody who was invited and has not answered; the old one ends.

    Refused: core.forbidden, core.not_found, organisation.unknown, mail.not_set_up.
    """
    check_administrator(by)
    person = living_person(person_id)
    if person is None:
        raise Refused(CoreReason.NOT_FOUND)
    found = find_organisation(organisation)
    invitee = Invitee(person.email, person.name, person.locale)
    invite_people([invitee], organisation_id=found.id, organisation_name=found.name, by=by, at=at)


def make_organisation(slug: str, *, name: str, by: Actor, at: datetime) -> uuid.UUID:
    """Its id. Refused: core.forbidden, organisation.slug_invalid, .slug_taken, .name_invalid."""
    check_administrator(by)
    return add_organisation(slug, name=name, by=by, at=at).id


def _check_is_here(person_id: uuid.UUID) -> None:
    if living_person(person_id) is None:
        raise Refused(CoreReason.NOT_FOUND)
