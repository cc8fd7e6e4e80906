"""Assignments with whom they ask, and packs of certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STANDS = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("audience_kind", sa.Text(), nullable=False),
        sa.Column("audience_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_days", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_assignment_course_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_assignment_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_assignment_course_id"), ["course_id"], unique=False)
        batch_op.create_index(op.f("ix_assignment_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_assignment_audience", ["audience_kind", "audience_id"], unique=False)
        batch_op.create_index(
            "uq_assignment_standing",
            ["organisation_id", "fingerprint"],
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        )

    op.create_table(
        "assignee",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_assignee_assignment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignee_person_id")),
        sa.PrimaryKeyConstraint("assignment_id", "person_id", name=op.f("pk_assignee")),
    )
    with op.batch_alter_table("assignee", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_assignee_person_id"), ["person_id"], unique=False)

    op.create_table(
        "evidence_pack",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_evidence_pack_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_pack")),
        sa.UniqueConstraint("key", name=op.f("uq_evidence_pack_key")),
    )
    with op.batch_alter_table("evidence_pack", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_evidence_pack_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "evidence_pack_person",
        sa.Column("pack_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["pack_id"], ["evidence_pack.id"], name=op.f("fk_evidence_pack_person_pack_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_pack_person_person_id")),
        sa.PrimaryKeyConstraint("pack_id", "person_id", name=op.f("pk_evidence_pack_person")),
    )
    with op.batch_alter_table("evidence_pack_person", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_evidence_pack_person_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    for table in ("evidence_pack_person", "evidence_pack", "assignee", "assignment"):
        op.drop_table(table)
