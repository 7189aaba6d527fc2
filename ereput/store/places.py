"""Which practitioner a place is, and the rows that wait for somebody to say it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ereput.domain.practitioner import Role, Viewer
from ereput.store.schema import listing, place_alias, practitioner, waiting
from ereput.store.scope import Rows


def read_listings(connection: sa.Connection, portfolio_id: int) -> dict[int, list[str]]:
    """Return the identifiers and addresses of each practitioner's listings (write side: no viewer)."""
    query = (
        sa.select(listing.c.practitioner_id, listing.c.external_id, listing.c.url)
        .join(practitioner)
        .where(practitioner.c.portfolio_id == portfolio_id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.practitioner_id] += filter(None, (row.external_id, row.url))
    return found


def read_aliases(connection: sa.Connection, portfolio_id: int) -> dict[int, int]:
    """Return the practitioner of each place that was assigned by hand (write side: no viewer)."""
    query = sa.select(place_alias.c.place_key, place_alias.c.practitioner_id).where(
        place_alias.c.portfolio_id == portfolio_id
    )
    return {row.place_key: row.practitioner_id for row in connection.execute(query)}


def remember(connection: sa.Connection, *, portfolio_id: int, place_key: int, practitioner_id: int) -> None:
    """Remember whose place it is, in place of what was thought before."""
    here = (place_alias.c.portfolio_id == portfolio_id, place_alias.c.place_key == place_key)
    connection.execute(sa.delete(place_alias).where(*here))
    connection.execute(
        sa.insert(place_alias).values(
            portfolio_id=portfolio_id, place_key=place_key, practitioner_id=practitioner_id
        )
    )


def insert_waiting(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep rows until somebody says whose they are; the same row of another import replaces them."""
    if rows:
        connection.execute(sa.insert(waiting), list(rows))


def read_waiting(connection: sa.Connection, viewer: Viewer) -> Rows:
    """Return the places that wait: portfolio_id, place_key, place, reason, rows, newest batch."""
    query = sa.select(
        waiting.c.portfolio_id,
        waiting.c.place_key,
        sa.func.min(waiting.c.place).label("place"),
        sa.func.min(waiting.c.reason).label("reason"),
        sa.func.count().label("rows"),
        sa.func.max(waiting.c.batch_id).label("batch_id"),
    ).group_by(waiting.c.portfolio_id, waiting.c.place_key)
    if viewer.role is not Role.ADMINISTRATOR:
        query = query.where(waiting.c.portfolio_id.in_(sorted(viewer.portfolios)))
    return connection.execute(query.order_by(sa.func.count().desc())).all()


def take_waiting(
    connection: sa.Connection, viewer: Viewer, *, portfolio_id: int, place_key: int
) -> list[str]:
    """Return the packed rows of a place, oldest import first."""
    query = sa.select(waiting.c.draft).where(
        waiting.c.portfolio_id == portfolio_id, waiting.c.place_key == place_key
    )
    if viewer.role is not Role.ADMINISTRATOR:
        query = query.where(waiting.c.portfolio_id.in_(sorted(viewer.portfolios)))
    return list(connection.execute(query.order_by(waiting.c.batch_id, waiting.c.row)).scalars())


def clear_waiting(connection: sa.Connection, *, portfolio_id: int, place_key: int) -> None:
    """Forget the rows of a place once they are imported."""
    connection.execute(
        sa.delete(waiting).where(waiting.c.portfolio_id == portfolio_id, waiting.c.place_key == place_key)
    )
