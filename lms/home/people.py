"""Adding people with a role in words: joins accounts, organisations and courses for the command and the demo."""

from __future__ import annotations

import uuid
from datetime import datetime

from lms.accounts.reasons import AccountReason
from lms.accounts.rules import scope_of
from lms.accounts.services import grant_role
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses.queries import find_course
from lms.organisations.services import add_member, find_organisation, first_organisation


def grant_in_words(
    person_id: uuid.UUID, role: str, *, organisation: str | None, course: str | None, by: Actor, at: datetime
) -> None:
    """Grants `role` on the organisation or course named by slug and makes a member.

    Of the organisation named, else of the one whose course it is, else of the first.

    Refused: account.role_unknown, account.scope_missing, organisation.unknown, course.unknown; account.scope_unfit
    where a course is named for a role that counts beyond it.
    """
    kind = scope_of(role)
    if kind == "course" and not course:
        raise Refused(AccountReason.SCOPE_MISSING, role=role, scope="course")
    named = find_course(course) if course else None
    if named and kind != "course":
        raise Refused(AccountReason.SCOPE_UNFIT, role=role)
    db.session.flush()  # the person may be new in this transaction
    employer_id = _employer(organisation, named.organisation_id if named else None)
    scope_id = named.id if named else (employer_id if kind == "organisation" else None)
    grant_role(person_id, role, scope_kind=kind, scope_id=scope_id, by=by, at=at)
    add_member(employer_id, person_id, by=by, at=at)


def _employer(organisation: str | None, publisher_id: uuid.UUID | None) -> uuid.UUID:
    return find_organisation(organisation).id if organisation else publisher_id or first_organisation().id
