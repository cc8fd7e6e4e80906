"""Files that authors send for a course before any page names them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_upload",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_upload_course_id")),
        sa.ForeignKeyConstraint(["digest"], ["course_file.digest"], name=op.f("fk_course_upload_digest")),
        sa.PrimaryKeyConstraint("course_id", "path", name=op.f("pk_course_upload")),
    )


def downgrade() -> None:
    op.drop_table("course_upload")
