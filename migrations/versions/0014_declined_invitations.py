"""Invitations of which somebody said "this is not me"; when a token's owner proved who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declined_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name_given", sa.Text(), nullable=True),
        sa.Column("email_given", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_declined_invitation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declined_invitation")),
    )
    op.create_index(op.f("ix_declined_invitation_organisation_id"), "declined_invitation", ["organisation_id"])
    op.add_column("api_token", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("api_token", "proved_at")
    op.drop_table("declined_invitation")
