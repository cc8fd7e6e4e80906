"""Enrolments in whose name. What stood before was begun by the learner."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    began = sa.Column("by_learner", sa.Boolean(), server_default=sa.true(), nullable=False)
    op.add_column("enrolment", began)
    op.create_table(
        "enrolment_sponsor",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_enrolment_sponsor_enrolment_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_enrolment_sponsor_organisation_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "organisation_id", name=op.f("pk_enrolment_sponsor")),
    )
    op.create_index(op.f("ix_enrolment_sponsor_organisation_id"), "enrolment_sponsor", ["organisation_id"])


def downgrade() -> None:
    op.drop_table("enrolment_sponsor")
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.drop_column("by_learner")
