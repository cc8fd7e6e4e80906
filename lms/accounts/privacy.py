"""What accounts holds of a person, for the copy that the person may have."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lms.accounts import queries
from lms.accounts.ports import MOMENT, Column, Section
from lms.core.texts import N_

CREATED, EXPIRES, USED = (
    Column("created_at", N_("since"), MOMENT),
    Column("expires_at", N_("until"), MOMENT),
    Column("used_at", N_("last used"), MOMENT),
)
NAME = Column("name", N_("Name"))


def collect(person_id: uuid.UUID, _at: datetime) -> Iterator[Section]:
    """Account, roles, browsers, programs, factors, what the person did, messages. No secret is in it, nor its hash."""
    person = queries.living_person(person_id)
    if person is None:
        return
    facts = _row(person, "id", "email", "name", "locale", "timezone", "created_at")
    columns = (NAME, Column("email", N_("E-mail")), Column("locale", N_("Language")), CREATED)
    yield Section("account.json", N_("Your account"), facts, columns)
    roles = [_row(one, "role", "scope_kind", "scope_id", "granted_at") for one in queries.grants_of(person_id)]
    yield Section("roles.json", N_("Your roles"), roles, (Column("role", N_("Role")), _moment("granted_at")))
    browsers = [_row(one, "device", "created_at", "expires_at", "revoked_at") for one in queries.sign_ins(person_id)]
    yield Section(
        "sign-ins.json", N_("Where you signed in"), browsers, (Column("device", N_("Device")), CREATED, EXPIRES)
    )
    tokens = [_row(one, "id", "created_at", "expires_at", "revoked_at") for one in queries.tokens(person_id)]
    yield Section("tokens.json", N_("Access for programs"), tokens, (CREATED, EXPIRES))
    factors = [*queries.totp_factors(person_id), *queries.passkeys(person_id)]
    named = [_row(one, "name", "created_at", "used_at") | {"kind": one.__tablename__} for one in factors]
    yield Section("second-factors.json", N_("Second steps of signing in"), named, (NAME, CREATED, USED))
    acts = [_row(one, "at", "action", "subject_kind", "subject_id", "data") for one in queries.acts_of(person_id)]
    yield Section("acts.json", N_("What you did"), acts, (_moment("at"), Column("action", N_("what"))))
    mails = [_row(one, "template", "state", "created_at", "ended_at") for one in queries.mails_to(person_id)]
    yield Section(
        "messages.json", N_("Messages that we sent you"), mails, (Column("template", N_("what")), _moment("created_at"))
    )


def _moment(key: str) -> Column:
    return Column(key, N_("when"), MOMENT)


def _row(one: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}
