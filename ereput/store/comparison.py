"""What a practitioner's figures are compared with: those of the same portfolio, without a name."""

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.store import locks
from ereput.store.reads_practitioner import Filters
from ereput.store.schema import monthly, practitioner
from ereput.store.scope import Rows, sees

MOST = 2_000
"""Practitioners that are read: a median needs no more, and a page stays quick."""


def portfolio(connection: sa.Connection, viewer: Viewer, practitioner_id: int, filters: Filters) -> Rows:
    """Return one row a practitioner of the same portfolio, over the months from `first` to `last`.

    Columns: is_asked (whose figures are compared), stars_1 to stars_5, reviews, negatives, unanswered.
    Nothing says who the others are. Nothing at all comes out when the practitioner is not in view.
    """
    home = sa.select(practitioner.c.portfolio_id).where(
        practitioner.c.id == practitioner_id, sees(viewer, practitioner.c.id)
    )
    members = (
        sa.select(practitioner.c.id)
        .where(practitioner.c.portfolio_id.in_(home))
        .order_by(practitioner.c.id != practitioner_id, practitioner.c.id)
        .limit(MOST)
        .subquery()
    )
    stars = {f"stars_{n}": monthly.c[f"stars_{n}"] for n in range(1, 6)}
    rated = sum(list(stars.values())[1:], stars["stars_1"])
    counted = stars | {
        "reviews": rated + monthly.c.unrated,
        "negatives": monthly.c.negatives,
        "unanswered": monthly.c.unanswered,
    }
    query = (
        sa.select(
            (monthly.c.practitioner_id == practitioner_id).label("is_asked"),
            *(sa.func.sum(column).label(name) for name, column in counted.items()),
        )
        .join(members, members.c.id == monthly.c.practitioner_id)
        .group_by(monthly.c.practitioner_id)
    )
    if filters.first is not None:
        query = query.where(monthly.c.month >= filters.first)
    if filters.last is not None:
        query = query.where(monthly.c.month <= filters.last)
    with locks.beyond(connection, viewer):
        return connection.execute(query).all()
