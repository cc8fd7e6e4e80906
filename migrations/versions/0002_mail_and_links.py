"""Mail, links, requests for mail, when a device was last used, and roles on no scope once each."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.text("scope_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
    )
    op.create_index("ix_mail_batch", "mail", ["batch", "state"])
    op.create_index("ix_mail_state", "mail", ["state", "due_at"])
    op.create_index("ix_mail_person_id", "mail", ["person_id"])

    op.create_table(
        "link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_name", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_link_secret_hash")),
    )
    op.create_index("ix_link_person_id", "link", ["person_id", "kind"])
    op.create_index("ix_link_expires_at", "link", ["expires_at"])

    op.create_table(
        "mail_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_request")),
    )
    op.create_index("ix_mail_request_account", "mail_request", ["account", "at"])
    op.create_index("ix_mail_request_address", "mail_request", ["address", "at"])

    for table in ("sign_in", "api_token"):
        op.add_column(table, sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))

    _drop_second_grants()
    op.create_index(
        "uq_role_grant_whole",
        "role_grant",
        ["person_id", "role", "scope_kind"],
        unique=True,
        sqlite_where=WHOLE,
        postgresql_where=WHOLE,
    )
    # Counted under a key that everybody knows: under the new one they would not be found, and they last minutes.
    op.execute(sa.delete(sa.table("sign_in_failure")))


def _drop_second_grants() -> None:
    """Two requests of the same moment could store the same role on the whole installation twice."""
    grants = sa.table("role_grant", *map(sa.column, ("id", "person_id", "role", "scope_kind", "scope_id")))
    first = sa.select(
        sa.func.row_number()
        .over(partition_by=(grants.c.person_id, grants.c.role, grants.c.scope_kind), order_by=grants.c.id)
        .label("place"),
        grants.c.id,
    )
    first = first.where(grants.c.scope_id.is_(None)).subquery()
    op.execute(sa.delete(grants).where(grants.c.id.in_(sa.select(first.c.id).where(first.c.place > 1))))


def downgrade() -> None:
    op.drop_index("uq_role_grant_whole", "role_grant")
    for table in ("api_token", "sign_in"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("used_at")
    for table in ("mail_request", "link", "mail"):
        op.drop_table(table)
