"""Who may see what, as SQL: every read of the store goes through here."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ereput.domain.practitioner import Role, Viewer
from ereput.store.schema import practitioner

# Rows of several columns, read by name.
Row = sa.Row[*tuple[Any, ...]]
Rows = Sequence[Row]


def visible(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition on `practitioner` rows that the viewer may see."""
    if viewer.role is Role.ADMINISTRATOR:
        return sa.true()
    if viewer.role is Role.PRACTITIONER:
        return practitioner.c.id.in_(sorted(viewer.practitioners))
    return practitioner.c.portfolio_id.in_(sorted(viewer.portfolios))


def visible_ids(viewer: Viewer) -> sa.Select[tuple[int]]:
    """Return the ids of the practitioners that the viewer may see, as a sub-query."""
    return sa.select(practitioner.c.id).where(visible(viewer))
