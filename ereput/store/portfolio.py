"""The portfolio in bulk: its members written at once, and the page's reads, filtered and paged in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.store.practitioners import bump_versions
from ereput.store.schema import audit, practitioner

CHUNK = 500


# -- writing many at once


def read_slugs(connection: sa.Connection) -> set[str]:
    """Return every slug that is taken (write side: no viewer)."""
    return set(connection.execute(sa.select(practitioner.c.slug)).scalars())


def insert_many(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert practitioners; each row holds the same columns."""
    if rows:
        connection.execute(sa.insert(practitioner), [dict(row) for row in rows])


def change_many(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change practitioners; each row holds `id` and the same columns."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    statement = (
        sa.update(practitioner)
        .where(practitioner.c.id == sa.bindparam("b_id"))
        .values({name: sa.bindparam(f"b_{name}") for name in names})
    )
    connection.execute(statement, [{f"b_{name}": value for name, value in row.items()} for row in rows])
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), CHUNK):
        bump_versions(connection, ids[start : start + CHUNK])


def note_many(
    connection: sa.Connection, viewer: Viewer, lines: Sequence[tuple[str, str, str]], *, now: datetime
) -> None:
    """Write lines of audit, (action, subject, detail), at once."""
    if lines:
        connection.execute(
            sa.insert(audit),
            [
                {"at": now, "viewer": viewer.name, "action": action, "subject": subject, "detail": detail}
                for action, subject, detail in lines
            ],
        )
