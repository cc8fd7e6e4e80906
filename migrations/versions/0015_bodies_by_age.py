"""When a body was last kept, so that what nothing names any more can go after a while."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("course_body", sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True))
    # What stands is as young as today: its true age is not known.
    bodies = sa.table("course_body", sa.column("kept_at", sa.DateTime(timezone=True)))
    op.execute(sa.update(bodies).values(kept_at=datetime.now(UTC)))
    op.create_index(op.f("ix_course_body_kept_at"), "course_body", ["kept_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_course_body_kept_at"), "course_body")
    op.drop_column("course_body", "kept_at")
