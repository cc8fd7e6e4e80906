"""Work by its kind and by when it ended; the audit by who acted and by what it was about."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_job_kind", "job", ["kind", "state"])
    op.create_index("ix_job_finished_at", "job", ["finished_at"])
    op.create_index("ix_audit_entry_person", "audit_entry", ["person_id", "id"])
    op.create_index("ix_audit_entry_subject_id", "audit_entry", ["subject_id"])


def downgrade() -> None:
    op.drop_index("ix_audit_entry_subject_id", "audit_entry")
    op.drop_index("ix_audit_entry_person", "audit_entry")
    op.drop_index("ix_job_finished_at", "job")
    op.drop_index("ix_job_kind", "job")
