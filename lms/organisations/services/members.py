"""Who belongs to an organisation."""

from __future__ import annotations

import uuid
from datetime import datetime

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db, insert_ignore
from lms.organisations.models import Membership


def add_member(organisation_id: uuid.UUID, person_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Makes the person belong to the organisation; a second time changes nothing."""
    db.session.flush()  # the person or the organisation may be new in this transaction
    if db.session.get(Membership, (organisation_id, person_id)):
        return
    insert_ignore(Membership, [{"organisation_id": organisation_id, "person_id": person_id, "joined_at": at}])
    record("member.added", by=by, subject=("organisation", organisation_id), at=at, person=str(person_id))
