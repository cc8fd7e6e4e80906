"""The name by which an organisation sorts and finds a member, folded; and an index in that order."""

import sqlalchemy as sa
from alembic import op

from lms.core.folding import fold_name

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

IN_ORDER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MEMBERSHIP = sa.table(
    "membership",
    sa.column("organisation_id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("accepted_at", sa.DateTime(timezone=True)),
    sa.column("name_given", sa.Text()),
    sa.column("sort_name", sa.Text()),
)
PERSON = sa.table("person", sa.column("id", sa.Uuid()), sa.column("name", sa.Text()))


def upgrade() -> None:
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sort_name", IN_ORDER, nullable=True))
    _fill()
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.alter_column("sort_name", existing_type=IN_ORDER, nullable=False)
        batch_op.create_index("ix_membership_sorted", ["organisation_id", "sort_name", "person_id"], unique=False)


def _fill() -> None:
    """With the rule that the application sorts by: another one there would need a migration that fills anew."""
    connection = op.get_bind()
    shown = sa.case((MEMBERSHIP.c.accepted_at.is_not(None), PERSON.c.name), else_=MEMBERSHIP.c.name_given)
    rows = sa.select(MEMBERSHIP.c.organisation_id, MEMBERSHIP.c.person_id, shown)
    rows = rows.join(PERSON, PERSON.c.id == MEMBERSHIP.c.person_id)
    found = [
        {"of": organisation_id, "who": person_id, "name": fold_name(name or "")}
        for organisation_id, person_id, name in connection.execute(rows)
    ]
    one = (MEMBERSHIP.c.organisation_id == sa.bindparam("of"), MEMBERSHIP.c.person_id == sa.bindparam("who"))
    if found:
        connection.execute(sa.update(MEMBERSHIP).where(*one).values(sort_name=sa.bindparam("name")), found)


def downgrade() -> None:
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_sorted")
        batch_op.drop_column("sort_name")
