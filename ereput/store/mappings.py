"""How the user read unknown spreadsheets, by the signature of their header."""

from datetime import datetime

import sqlalchemy as sa

from ereput.store.schema import column_mapping


def read(connection: sa.Connection, signature: str) -> str | None:
    """Return the mapping kept for a header, as JSON; headers hold no publication, so no viewer."""
    query = sa.select(column_mapping.c.mapping).where(column_mapping.c.signature == signature)
    return connection.execute(query).scalar()


def write(connection: sa.Connection, signature: str, mapping: str, *, now: datetime) -> None:
    """Keep a mapping, in place of the former one."""
    connection.execute(sa.delete(column_mapping).where(column_mapping.c.signature == signature))
    connection.execute(sa.insert(column_mapping).values(signature=signature, mapping=mapping, saved_at=now))
