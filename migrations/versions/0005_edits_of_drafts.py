"""Edits of drafts: what was taken out of a draft, and every change with what undoes it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Drafts of earlier releases have taken nothing out; the default is only for those rows.
    with op.batch_alter_table("course_draft") as batch_op:
        batch_op.add_column(sa.Column("archived", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("course_draft") as batch_op:
        batch_op.alter_column("archived", server_default=None)

    op.create_table(
        "draft_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("adds", sa.Text(), nullable=True),
        sa.Column("operation", sa.JSON(), nullable=False),
        sa.Column("inverse", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_draft_edit_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_edit")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_draft_edit_course_id_number")),
    )
    with op.batch_alter_table("draft_edit") as batch_op:
        batch_op.create_index("ix_draft_edit_author", ["course_id", "person_id", "number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("draft_edit") as batch_op:
        batch_op.drop_index("ix_draft_edit_author")
    op.drop_table("draft_edit")
    with op.batch_alter_table("course_draft") as batch_op:
        batch_op.drop_column("archived")
