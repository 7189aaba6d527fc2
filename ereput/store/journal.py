"""Small records: the audit of who did what, the watches, the preferences."""

from datetime import datetime

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.store.schema import audit, setting, watch
from ereput.store.scope import visible_ids


def note(
    connection: sa.Connection,
    viewer: Viewer,
    action: str,
    *,
    subject: str = "",
    detail: str = "",
    now: datetime,
) -> None:
    """Write who did what; never the words of a publication."""
    connection.execute(
        sa.insert(audit).values(at=now, viewer=viewer.name, action=action, subject=subject, detail=detail)
    )


def read_preference(connection: sa.Connection, name: str, default: str = "") -> str:
    """Return a preference of this installation."""
    value = connection.execute(sa.select(setting.c.value).where(setting.c.name == name)).scalar()
    return default if value is None else str(value)


def write_preference(connection: sa.Connection, name: str, value: str) -> None:
    """Write a preference of this installation."""
    connection.execute(sa.delete(setting).where(setting.c.name == name))
    connection.execute(sa.insert(setting).values(name=name, value=value))


def insert_watch(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int, *, now: datetime, note: str = ""
) -> None:
    """Remember that somebody searched the web for the practitioner."""
    connection.execute(
        sa.insert(watch).values(
            practitioner_id=practitioner_id, watched_at=now, viewer=viewer.name, note=note
        )
    )


def last_watches(connection: sa.Connection, viewer: Viewer) -> dict[int, datetime]:
    """Return the last watch of each practitioner in view."""
    query = (
        sa.select(
            watch.c.practitioner_id,
            sa.func.max(watch.c.watched_at, type_=watch.c.watched_at.type).label("at"),
        )
        .where(watch.c.practitioner_id.in_(visible_ids(viewer)))
        .group_by(watch.c.practitioner_id)
    )
    return {row.practitioner_id: row.at for row in connection.execute(query)}
