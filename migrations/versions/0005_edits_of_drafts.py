"""Edits of drafts: what was taken out of a draft, every change with what undoes it, and what lists show of a draft."""

import hashlib
import unicodedata

import rfc8785
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW = (
    ("archived", sa.JSON(), "{}"),
    ("title", sa.Text(), ""),
    ("language", sa.Text(), ""),
    ("words", sa.Text(), ""),
    ("digest", sa.String(64), ""),
)


def upgrade() -> None:
    # The defaults are only for the drafts of earlier releases, which are filled below.
    with op.batch_alter_table("course_draft") as batch_op:
        for name, kind, default in NEW:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
    _fill()
    with op.batch_alter_table("course_draft") as batch_op:
        for name, _kind, _default in NEW:
            batch_op.alter_column(name, server_default=None)

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


def _fill() -> None:
    drafts = sa.table(
        "course_draft",
        sa.column("course_id", sa.Uuid()),
        sa.column("outline", sa.JSON()),
        *(sa.column(name, kind) for name, kind, _default in NEW),
    )
    connection = op.get_bind()
    for course_id, outline in connection.execute(sa.select(drafts.c.course_id, drafts.c.outline)).all():
        facts = outline["facts"]
        values = {"title": facts["title"], "language": facts["language"], "words": _fold(facts["title"])}
        values["digest"] = hashlib.sha256(rfc8785.dumps(outline)).hexdigest()
        connection.execute(sa.update(drafts).where(drafts.c.course_id == course_id).values(**values))


def _fold(text: str) -> str:
    """As lms.courses.rules.words.fold was when this was written."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != "\0")


def downgrade() -> None:
    with op.batch_alter_table("draft_edit") as batch_op:
        batch_op.drop_index("ix_draft_edit_author")
    op.drop_table("draft_edit")
    with op.batch_alter_table("course_draft") as batch_op:
        for name, _kind, _default in NEW:
            batch_op.drop_column(name)
