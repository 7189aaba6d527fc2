"""Counts a practitioner, platform and week or month: what pages and detection read instead of reviews."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.store.practitioners import touch
from ereput.store.schema import coverage, monthly, publication, total, weekly
from ereput.store.scope import Rows, sees

CHUNK = 500
FEW = 500  # new publications: beyond, counting all anew costs no more
_THOSE = (
    publication.c.practitioner_id == sa.bindparam("who"),
    publication.c.id.in_(sa.bindparam("ids", expanding=True)),
)


def rebuild(
    connection: sa.Connection,
    practitioner_ids: Sequence[int],
    added: Mapping[int, Sequence[int]] | None = None,
) -> None:
    """Count the publications of some practitioners anew, in the transaction that changed them.

    Notes the first week whose counts changed: the next survey goes back no further. When all that changed
    is that some publications were inserted, `added` names them a practitioner, and a few are simply added.
    """
    if added is not None and sum(map(len, added.values())) <= FEW:
        for who, new in sorted(added.items()):
            _add(connection, who, new)
        return
    for start in range(0, len(practitioner_ids), CHUNK):
        ids = list(practitioner_ids[start : start + CHUNK])
        before = _counted(connection, ids)
        for table in (weekly, monthly, total):
            connection.execute(sa.delete(table).where(table.c.practitioner_id.in_(ids)))
            names, query = _query(table, publication.c.practitioner_id.in_(ids))
            connection.execute(sa.insert(table).from_select(names, query))
        changed: dict[int, date] = {}
        for who, week in sorted(key for key, _ in before ^ _counted(connection, ids)):
            changed.setdefault(who, week)
        touch(connection, changed)


def _add(connection: sa.Connection, practitioner_id: int, ids: Sequence[int]) -> None:
    """Add some new publications of a practitioner to its counts, without reading the others."""
    those = {"who": practitioner_id, "ids": list(ids)}
    for table in (weekly, monthly, total):
        connection.execute(_addition(table, connection.dialect.name), those)
    first = connection.execute(sa.select(sa.func.min(publication.c.week)).where(*_THOSE), those).scalar()
    if first is not None:
        touch(connection, {practitioner_id: first})


@cache
def _addition(table: sa.Table, dialect: str) -> Any:
    """Return the statement that adds some publications to a table of counts; made once: it is a long one."""
    insert: Any
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert
    names, query = _query(table, *_THOSE)
    statement = insert(table).from_select(names, query)
    sums = _sums(table, statement.excluded, is_sqlite=dialect == "sqlite")
    keys = table.primary_key.columns.keys()
    return statement.on_conflict_do_update(index_elements=keys, set_=sums)


def _sums(table: sa.Table, more: Any, *, is_sqlite: bool) -> dict[str, sa.ColumnElement[Any]]:
    """Return what each count becomes when more publications of its period come."""
    sums: dict[str, sa.ColumnElement[Any]] = {}
    for column in table.c:
        if column.name in ("first_day", "last_day"):
            # An undated publication has no day: the known one stays.
            ours, theirs = (
                sa.func.coalesce(column, more[column.name]),
                sa.func.coalesce(more[column.name], column),
            )
            least, most = ("min", "max") if is_sqlite else ("least", "greatest")
            sums[column.name] = getattr(sa.func, least if column.name == "first_day" else most)(ours, theirs)
        elif not column.primary_key:
            sums[column.name] = column + more[column.name]
    return sums


def _counted(connection: sa.Connection, ids: list[int]) -> set[tuple[tuple[int, date], tuple[int, int]]]:
    """Return what detection reads of the weekly counts."""
    query = (
        sa.select(
            weekly.c.practitioner_id,
            weekly.c.week,
            sa.func.sum(weekly.c.negatives),
            sa.func.sum(_everything()),
        )
        .where(weekly.c.practitioner_id.in_(ids))
        .group_by(weekly.c.practitioner_id, weekly.c.week)
    )
    return {
        ((who, week), (negatives, all_of_them))
        for who, week, negatives, all_of_them in connection.execute(query)
    }


def _everything() -> sa.ColumnElement[int]:
    """Return the number of publications of a weekly row."""
    return sum((weekly.c[f"stars_{n}"] for n in range(1, 6)), weekly.c.unrated + weekly.c.mentions)


def _query(table: sa.Table, *which: sa.ColumnElement[bool]) -> tuple[list[str], sa.Select[Any]]:
    """Return the columns of a table of counts, and the query that counts some publications."""
    periods = [publication.c[name] for name in ("week", "month") if name in table.c]
    is_review = publication.c.kind == "review"
    # Written as bounds: the two databases do not round halves alike.
    star = sa.case(*((publication.c.rating < n + 0.5, n) for n in range(1, 5)), else_=5)

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((condition, 1), else_=0))

    columns: dict[str, sa.ColumnElement[Any]] = {
        "practitioner_id": publication.c.practitioner_id,
        **{period.name: period for period in periods},
        "platform": publication.c.platform,
        **{
            f"stars_{n}": count(is_review & publication.c.rating.is_not(None) & (star == n))
            for n in range(1, 6)
        },
        "unrated": count(is_review & publication.c.rating.is_(None)),
        "rating_sum": sa.func.sum(
            sa.case((is_review, sa.func.coalesce(publication.c.rating, 0.0)), else_=0.0)
        ),
        "negatives": count(publication.c.is_negative),
        "positives": count(publication.c.label == "pos"),
        "mentions": count(publication.c.kind == "mention"),
        "replied": count(is_review & (publication.c.reply != "")),
        "unanswered": count(is_review & publication.c.is_negative & (publication.c.reply == "")),
        "contradictions": count(publication.c.is_contradictory),
        "removed": count(publication.c.removed_at.is_not(None)),
        "undated": count(publication.c.week.is_(None)),
        "first_day": sa.func.min(publication.c.published_on),
        "last_day": sa.func.max(publication.c.published_on),
    }
    query = (
        sa.select(*(column.label(name) for name, column in columns.items()))
        .where(*which, *(period.is_not(None) for period in periods))
        .group_by(publication.c.practitioner_id, *periods, publication.c.platform)
    )
    return list(columns), query


def read_weekly(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> Rows:
    """Return the weekly counts of one practitioner, oldest first."""
    return _read(connection, viewer, practitioner_id, weekly, weekly.c.week)


def read_monthly(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> Rows:
    """Return the monthly counts of one practitioner, oldest first."""
    return _read(connection, viewer, practitioner_id, monthly, monthly.c.month)


def read_totals(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> Rows:
    """Return the counts of one practitioner, a row a platform."""
    return _read(connection, viewer, practitioner_id, total, total.c.platform)


def _read(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int, table: sa.Table, order: sa.Column[Any]
) -> Rows:
    query = (
        sa.select(table)
        .where(table.c.practitioner_id == practitioner_id, sees(viewer, table.c.practitioner_id))
        .order_by(order, table.c.platform)
    )
    return connection.execute(query).all()


def day_number(column: sa.ColumnElement[Any], connection: sa.Connection) -> sa.ColumnElement[int]:
    """Return a day as its proleptic ordinal (date.toordinal), computed by the database."""
    if connection.dialect.name == "sqlite":
        return sa.cast(sa.func.julianday(column) - 1721424.5, sa.Integer)
    return sa.type_coerce(column - sa.cast("0001-01-01", sa.Date), sa.Integer) + 1


def negatives_between(connection: sa.Connection, first: int, last: int, *, since: date | None = None) -> Rows:
    """Return (practitioner_id, ordinal of the Monday, negatives, publications) where there are any.

    Of the practitioners first..last, platforms summed, in order (survey: no viewer).
    """
    query = (
        sa.select(
            weekly.c.practitioner_id,
            day_number(weekly.c.week, connection),
            sa.func.sum(weekly.c.negatives),
            sa.func.sum(_everything()),
        )
        .where(weekly.c.practitioner_id.between(first, last))
        .group_by(weekly.c.practitioner_id, weekly.c.week)
        .order_by(weekly.c.practitioner_id, weekly.c.week)
    )
    if since is not None:
        query = query.where(weekly.c.week >= since)
    return connection.execute(query).all()


def sums_between(connection: sa.Connection, first: int, last: int, start: date, end: date) -> Rows:
    """Return the sums of the weeks start ≤ week < end, a row a practitioner of first..last (no viewer).

    Rows: practitioner_id, reviews, rated, rating_sum, negatives, mentions, unanswered.
    """
    rated = sum((weekly.c[f"stars_{n}"] for n in range(2, 6)), weekly.c.stars_1)
    summed = {
        "reviews": rated + weekly.c.unrated,
        "rated": rated,
        "rating_sum": weekly.c.rating_sum,
        "negatives": weekly.c.negatives,
        "mentions": weekly.c.mentions,
        "unanswered": weekly.c.unanswered,
    }
    query = (
        sa.select(
            weekly.c.practitioner_id, *(sa.func.sum(column).label(name) for name, column in summed.items())
        )
        .where(weekly.c.practitioner_id.between(first, last), weekly.c.week >= start, weekly.c.week < end)
        .group_by(weekly.c.practitioner_id)
    )
    return connection.execute(query).all()


def totals_between(connection: sa.Connection, first: int, last: int) -> Rows:
    """Return the totals of the practitioners first..last, a row a platform (survey: no viewer)."""
    query = sa.select(total).where(total.c.practitioner_id.between(first, last))
    return connection.execute(query.order_by(total.c.practitioner_id, total.c.platform)).all()


def coverage_between(connection: sa.Connection, first: int, last: int, *, since: date | None = None) -> Rows:
    """Return (practitioner_id, first day, last day, weight) of first..last, days as ordinals (no viewer)."""
    query = (
        sa.select(
            coverage.c.practitioner_id,
            day_number(coverage.c.start, connection),
            day_number(coverage.c.end, connection),
            coverage.c.weight,
        )
        .where(coverage.c.practitioner_id.between(first, last))
        .order_by(coverage.c.practitioner_id, coverage.c.platform, coverage.c.start)
    )
    if since is not None:
        query = query.where(coverage.c.end >= since)
    return connection.execute(query).all()


def stars_of(connection: sa.Connection, ids: Sequence[int], *, since: date) -> Rows:
    """Return (practitioner_id, month, 1 star, … 5 stars) of some practitioners (survey: no viewer)."""
    query = (
        sa.select(
            monthly.c.practitioner_id,
            monthly.c.month,
            *(sa.func.sum(monthly.c[f"stars_{n}"]) for n in range(1, 6)),
        )
        .where(monthly.c.practitioner_id.in_(ids), monthly.c.month >= since)
        .group_by(monthly.c.practitioner_id, monthly.c.month)
        .order_by(monthly.c.practitioner_id, monthly.c.month)
    )
    return connection.execute(query).all()


def mentions_of(connection: sa.Connection, ids: Sequence[int]) -> Rows:
    """Return (practitioner_id, week, mentions) of some practitioners (survey: no viewer)."""
    query = (
        sa.select(weekly.c.practitioner_id, weekly.c.week, sa.func.sum(weekly.c.mentions))
        .where(weekly.c.practitioner_id.in_(ids), weekly.c.mentions > 0)
        .group_by(weekly.c.practitioner_id, weekly.c.week)
    )
    return connection.execute(query).all()


def busy_between(connection: sa.Connection, first: int, last: int, *, since: date) -> Rows:
    """Return (practitioner_id, reviews, mentions) since a Monday, of those with any (survey: no viewer)."""
    reviews = sum((weekly.c[f"stars_{n}"] for n in range(1, 6)), weekly.c.unrated)
    query = (
        sa.select(
            weekly.c.practitioner_id,
            sa.func.sum(reviews).label("reviews"),
            sa.func.sum(weekly.c.mentions).label("mentions"),
        )
        .where(weekly.c.practitioner_id.between(first, last), weekly.c.week >= since)
        .group_by(weekly.c.practitioner_id)
    )
    return connection.execute(query).all()
