"""The name of a person, folded, by which teachers and administrators find and sort people."""

import sqlalchemy as sa
from alembic import op

from lms.core.folding import fold_name

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

IN_ORDER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
PERSON = sa.table("person", sa.column("id", sa.Uuid()), sa.column("name", sa.Text()), sa.column("sort_name", sa.Text()))


def upgrade() -> None:
    op.add_column("person", sa.Column("sort_name", IN_ORDER, nullable=False, server_default=""))
    connection = op.get_bind()
    people = connection.execute(sa.select(PERSON.c.id, PERSON.c.name)).all()
    folded = [{"who": one, "folded": fold_name(name)} for one, name in people if name]
    if folded:
        one = PERSON.c.id == sa.bindparam("who")
        connection.execute(sa.update(PERSON).where(one).values(sort_name=sa.bindparam("folded")), folded)


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("sort_name")
