"""Lock rows by who looks, on PostgreSQL: a second lock behind the conditions of every read.

A connection says at the start of each transaction what it may see (`ereput.store.engine`); one that says
nothing sees nothing. The owner of the tables and superusers pass: the program's role is neither
(docs/operations.md).
"""

import sqlalchemy as sa
from alembic import op

from ereput.store import locks

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    found = sa.inspect(connection)
    columns = {table: {column["name"] for column in found.get_columns(table)} for table in found.get_table_names()}
    for table, names in sorted(columns.items()):
        for statement in locks.statements(table, names):
            op.execute(statement)
