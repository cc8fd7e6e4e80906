"""Roles given and taken."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from lms.accounts import rules
from lms.accounts.models import RoleGrant
from lms.accounts.reasons import AccountReason
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db, in_portions, insert_ignore
from lms.core.ids import new_id
from lms.core.reasons import Refused


def grant_role(
    person_id: uuid.UUID, role: str, *, scope_kind: str, scope_id: uuid.UUID | None, by: Actor, at: datetime
) -> RoleGrant:
    """Gives a role on a scope; a second time changes nothing. Refused: account.role_unknown, .scope_missing."""
    needed = rules.scope_of(role)
    if not rules.fits(role, scope_kind) or (scope_id is None and needed in ("organisation", "course")):
        raise Refused(AccountReason.SCOPE_MISSING, role=role, scope=needed)
    same = (
        RoleGrant.person_id == person_id,
        RoleGrant.role == role,
        RoleGrant.scope_kind == scope_kind,
        RoleGrant.scope_id == scope_id,
    )
    db.session.flush()  # the person may be new
    made = {"id": new_id(), "person_id": person_id, "role": role, "scope_kind": scope_kind, "scope_id": scope_id}
    insert_ignore(RoleGrant, [made | {"granted_at": at}])  # two at once: the second waits, and finds it
    grant = db.session.scalars(sa.select(RoleGrant).where(*same)).one()
    if grant.id == made["id"]:
        scope = [scope_kind, str(scope_id)]
        record("role.granted", by=by, subject=("person", person_id), at=at, role=role, scope=scope)
    return grant


def revoke_role(
    person_id: uuid.UUID, role: str, *, scope_kind: str, scope_id: uuid.UUID | None, by: Actor, at: datetime
) -> bool:
    """Takes a role on a scope; False where it was not held."""
    held = (RoleGrant.person_id == person_id, RoleGrant.role == role, RoleGrant.scope_kind == scope_kind)
    grant = db.session.scalar(sa.select(RoleGrant).where(*held, RoleGrant.scope_id == scope_id))
    if grant is None:
        return False
    db.session.delete(grant)
    record("role.revoked", by=by, subject=("person", person_id), at=at, role=role, scope=[scope_kind, str(scope_id)])
    return True


def revoke_roles(
    person_ids: Collection[uuid.UUID], scopes: Mapping[str, Collection[uuid.UUID]], *, by: Actor, at: datetime
) -> int:
    """Takes every role that these people hold on these scopes {kind: ids}; gives how many."""
    within = [sa.and_(RoleGrant.scope_kind == kind, RoleGrant.scope_id.in_(ids)) for kind, ids in scopes.items()]
    rows = sa.select(RoleGrant).where(sa.or_(*within))
    grants = [
        grant
        for some in in_portions(person_ids)
        for grant in db.session.scalars(rows.where(RoleGrant.person_id.in_(some)))
    ]
    for grant in grants:
        db.session.delete(grant)
        scope = [grant.scope_kind, str(grant.scope_id)]
        record("role.revoked", by=by, subject=("person", grant.person_id), at=at, role=grant.role, scope=scope)
    return len(grants)
