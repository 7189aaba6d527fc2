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


def sees(viewer: Viewer, column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return the condition that a row's practitioner is in view.

    Asked row by row, of what other conditions keep: a list of all that a viewer may see would be made
    for each question, and there may be twenty thousand.
    """
    if viewer.role is Role.ADMINISTRATOR:
        return sa.true()
    if viewer.role is Role.PRACTITIONER:
        return column.in_(sorted(viewer.practitioners))
    whose = practitioner.alias("seen")
    mine = whose.c.portfolio_id.in_(sorted(viewer.portfolios))
    return sa.exists().where(whose.c.id == column, mine)


def holds(word: str, *columns: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a word stands in one of the columns, whatever its case and accents.

    SQLite lowers ASCII letters only, so any other letter of the word matches any one letter.
    """
    escaped = "".join(
        "/" + letter if letter in "%_/" else letter if letter.isascii() else "_" for letter in word.lower()
    )
    return sa.or_(*(sa.func.lower(column).like(f"%{escaped}%", escape="/") for column in columns))
