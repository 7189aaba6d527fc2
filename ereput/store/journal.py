"""Small records: the audit of who did what, the watches, the preferences."""

from datetime import datetime

import sqlalchemy as sa

from ereput.domain.practitioner import Role, Viewer
from ereput.store.practitioners import read_by_id
from ereput.store.schema import audit, practitioner, setting, watch
from ereput.store.scope import Row, Rows, sees, visible


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


def read_audit(connection: sa.Connection, viewer: Viewer, *, limit: int) -> Rows:
    """Return who did what, the latest first: everybody to an administrator, oneself to anybody else."""
    query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
    if viewer.role is not Role.ADMINISTRATOR:
        query = query.where(audit.c.viewer == viewer.name)
    return connection.execute(query).all()


def read_preference(connection: sa.Connection, name: str, default: str = "") -> str:
    """Return a preference of this installation."""
    value = connection.execute(sa.select(setting.c.value).where(setting.c.name == name)).scalar()
    return default if value is None else str(value)


def write_preference(connection: sa.Connection, name: str, value: str) -> None:
    """Write a preference of this installation."""
    connection.execute(sa.delete(setting).where(setting.c.name == name))
    connection.execute(sa.insert(setting).values(name=name, value=value))


def insert_watch(
    connection: sa.Connection,
    viewer: Viewer,
    practitioner_id: int,
    *,
    now: datetime,
    note: str = "",
    covered: str = "",
) -> None:
    """Remember that somebody searched the web for the practitioner, who must be in view.

    `covered` says what was looked at, parted by bars; empty, it is not said.
    """
    read_by_id(connection, viewer, practitioner_id)
    connection.execute(
        sa.insert(watch).values(
            practitioner_id=practitioner_id, watched_at=now, viewer=viewer.name, note=note, covered=covered
        )
    )


def last_watch(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int | None = None
) -> datetime | None:
    """Return when somebody in view, or one practitioner, was last watched."""
    query = sa.select(sa.func.max(watch.c.watched_at, type_=watch.c.watched_at.type))
    if practitioner_id is not None:
        query = query.where(watch.c.practitioner_id == practitioner_id)
    return connection.execute(query.where(sees(viewer, watch.c.practitioner_id))).scalar()


def late_watches(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int | None = None, *, before: datetime
) -> tuple[int, Row | None]:
    """Return how many practitioners in view had no watch since a moment, and the one longest without.

    That one is a row (slug, name, at); those never watched come first, by name.
    """
    last = (
        sa.select(
            watch.c.practitioner_id,
            sa.func.max(watch.c.watched_at, type_=watch.c.watched_at.type).label("at"),
        )
        .group_by(watch.c.practitioner_id)
        .subquery("last_watch")
    )
    people = practitioner.outerjoin(last, last.c.practitioner_id == practitioner.c.id)
    late = [visible(viewer), sa.or_(last.c.at.is_(None), last.c.at < before)]
    if practitioner_id is not None:
        late.append(practitioner.c.id == practitioner_id)
    count = connection.execute(sa.select(sa.func.count()).select_from(people).where(*late)).scalar_one()
    query = (
        sa.select(practitioner.c.slug, practitioner.c.name, last.c.at)
        .select_from(people)
        .where(*late)
        .order_by(last.c.at.is_not(None), last.c.at, practitioner.c.name, practitioner.c.id)
        .limit(1)
    )
    return int(count), connection.execute(query).one_or_none()
