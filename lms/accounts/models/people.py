"""People, how they prove who they are, and what they may do."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import IN_ORDER, Base, KeyMixin
from lms.core.folding import fold_name


def _folded(context: Any) -> str:
    return fold_name(context.get_current_parameters()["name"])


class Person(KeyMixin, Base):
    """One human being. Names and addresses of people stand here, in `award_holder`, and in `membership` as far as an
    organisation wrote them or sorts by them; nowhere else.

    The id tells no time: who invites an address would read from it whether the account was there before.

    `email` is folded to lower case; `password_hash` is None for somebody who has not chosen one yet. Of a person who
    was erased the row stays as an id: `name` is empty, `email` no address. `sort_name` is the name, folded: people are
    found and sorted by it.
    """

    __tablename__ = "person"

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(IN_ORDER, default=_folded, server_default="")
    locale: Mapped[str | None]
    timezone: Mapped[str | None]
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class RoleGrant(KeyMixin, Base):
    """A role on a scope; `scope_id` is None for the whole installation (scope_kind `system`) and the hub."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "role", "scope_kind", "scope_id"),
        sa.Index("ix_role_grant_scope", "scope_kind", "scope_id"),
        # Of a constraint's columns NULL equals nothing, not even NULL: roles on no scope have an index of their own.
        sa.Index(
            "uq_role_grant_whole",
            "person_id",
            "role",
            "scope_kind",
            unique=True,
            sqlite_where=sa.text("scope_id IS NULL"),
            postgresql_where=sa.text("scope_id IS NULL"),
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str]
    scope_kind: Mapped[str]
    scope_id: Mapped[uuid.UUID | None]
    granted_at: Mapped[datetime]


class SignIn(KeyMixin, Base):
    """A browser that is signed in. The cookie holds a random secret, this row only its SHA-256.

    `used_at` is brought up to date once an hour, not with each request.

    `proved_at` is when the person last proved there who they are, by password, code or passkey. `second_step`: with a
    factor besides the password, or a passkey that stands for both.
    """

    __tablename__ = "sign_in"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    device: Mapped[str]
    created_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    second_step: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class ApiToken(KeyMixin, Base):
    """A bearer token of 90 days; only its SHA-256 is stored.

    `proved_at` is when it was got for a password (and a code); None where a sign-in or another token made it, which is
    no proof of its own: else each could make the next one, and stay fresh for ever.
    """

    __tablename__ = "api_token"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    second_step: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class SignInFailure(KeyMixin, Base):
    """A wrong password, for the limits. Account and network address stand as hashes, and old ones go."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        sa.Index("ix_sign_in_failure_account", "account", "at"),
        sa.Index("ix_sign_in_failure_address", "address", "at"),
    )

    account: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
