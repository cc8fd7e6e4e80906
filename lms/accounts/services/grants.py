"""Roles given and taken."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.accounts import rules
from lms.accounts.models import RoleGrant
from lms.accounts.reasons import AccountReason
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.reasons import Refused


def grant_role(
    person_id: uuid.UUID, role: str, *, scope_kind: str, scope_id: uuid.UUID | None, by: Actor, at: datetime
) -> RoleGrant:
    """Gives a role on a scope; a second time changes nothing. Refused: account.role_unknown, .scope_missing."""
    needed = rules.scope_of(role)
    if scope_kind != needed or (scope_id is None and needed in ("organisation", "course")):
        raise Refused(AccountReason.SCOPE_MISSING, role=role, scope=needed)
    same = (
        RoleGrant.person_id == person_id,
        RoleGrant.role == role,
        RoleGrant.scope_kind == scope_kind,
        RoleGrant.scope_id == scope_id,
    )
    standing = db.session.scalar(sa.select(RoleGrant).where(*same))
    if standing:
        return standing
    grant = RoleGrant(person_id=person_id, role=role, scope_kind=scope_kind, scope_id=scope_id, granted_at=at)
    db.session.add(grant)
    record("role.granted", by=by, subject=("person", person_id), at=at, role=role, scope=[scope_kind, str(scope_id)])
    return grant
