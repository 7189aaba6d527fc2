"""The feeds that the user listed, and how each one answers."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.store.schema import feed, practitioner
from ereput.store.scope import Rows, sees


def _visible(viewer: Viewer) -> sa.ColumnElement[bool]:
    if viewer.role is Role.ADMINISTRATOR:
        return sa.true()
    return sa.or_(sees(viewer, feed.c.practitioner_id), feed.c.portfolio_id.in_(sorted(viewer.portfolios)))


def add(
    connection: sa.Connection,
    url: str,
    *,
    now: datetime,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> tuple[int, bool]:
    """Return the feed's id and whether it is new: the same address for the same scope is one feed."""
    same = (
        feed.c.url == url,
        feed.c.practitioner_id.is_not_distinct_from(practitioner_id),
        feed.c.portfolio_id.is_not_distinct_from(portfolio_id),
    )
    found = connection.execute(sa.select(feed.c.id).where(*same)).scalar()
    if found is not None:
        return int(found), False
    made = connection.execute(
        sa.insert(feed)
        .values(
            url=url, practitioner_id=practitioner_id, portfolio_id=portfolio_id, added_at=now, next_due=now
        )
        .returning(feed.c.id)
    )
    return int(made.scalar_one()), True


def read_all(connection: sa.Connection, viewer: Viewer, *, practitioner_id: int | None = None) -> Rows:
    """Return the feeds that the viewer may see, or those of one practitioner, with its slug and name."""
    query = (
        sa.select(feed, practitioner.c.slug, practitioner.c.name.label("practitioner_name"))
        .outerjoin(practitioner, practitioner.c.id == feed.c.practitioner_id)
        .where(_visible(viewer))
        .order_by(feed.c.id)
    )
    if practitioner_id is not None:
        query = query.where(feed.c.practitioner_id == practitioner_id)
    return connection.execute(query).all()


def read_due(connection: sa.Connection, viewer: Viewer, *, now: datetime, everything: bool) -> Rows:
    """Return the feeds to fetch now, the most overdue first."""
    query = sa.select(feed).where(_visible(viewer)).order_by(feed.c.next_due, feed.c.id)
    if not everything:
        query = query.where(feed.c.next_due <= now)
    return connection.execute(query).all()


def record(connection: sa.Connection, feed_id: int, **values: Any) -> None:
    """Write what the last fetch of a feed gave."""
    connection.execute(sa.update(feed).where(feed.c.id == feed_id).values(**values))


def remove(connection: sa.Connection, viewer: Viewer, feed_id: int) -> None:
    """Stop following a feed; what it brought stays."""
    done = connection.execute(sa.delete(feed).where(feed.c.id == feed_id, _visible(viewer)))
    if not done.rowcount:
        raise RefusedError(f"Aucun flux n° {feed_id} dans votre périmètre.")
