"""What `doctor` asks of the database: counts that hold, days that make sense, locks and feeds (no viewer)."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from ereput.store.rollups import _query
from ereput.store.schema import (
    audit,
    coverage,
    feed,
    import_batch,
    metadata,
    monthly,
    practitioner,
    publication,
    run,
    total,
    weekly,
)
from ereput.store.scope import Rows

_ROUND = 4


def damage(connection: sa.Connection) -> str:
    """Return what SQLite finds wrong with its file, "" when it is sound or another database's own concern."""
    if connection.dialect.name != "sqlite":
        return ""
    found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    return "" if found == "ok" else str(found)


def missing_tables(connection: sa.Connection) -> list[str]:
    """Return the tables that the program expects and the database lacks."""
    return sorted(metadata.tables.keys() - set(sa.inspect(connection).get_table_names()))


def dangling(connection: sa.Connection) -> list[str]:
    """Return the tables that hold rows whose parent is gone; PostgreSQL never lets that happen."""
    if connection.dialect.name != "sqlite":
        return []
    return sorted({str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})


def sample(connection: sa.Connection, most: int) -> list[int]:
    """Return some practitioners, spread over all of them."""
    ids = list(connection.execute(sa.select(practitioner.c.id).order_by(practitioner.c.id)).scalars())
    return ids[:: max(1, len(ids) // most)][:most]


def miscounted(connection: sa.Connection, ids: Sequence[int]) -> list[int]:
    """Return those of some practitioners whose stored counts are not what their publications add up to."""
    wrong: set[int] = set()
    for table in (weekly, monthly, total):
        names, query = _query(table, publication.c.practitioner_id.in_(ids))
        stored = sa.select(*(table.c[name] for name in names)).where(table.c.practitioner_id.in_(ids))
        fresh, known = (
            {tuple(_same(value) for value in row) for row in connection.execute(asked)}
            for asked in (query, stored)
        )
        wrong |= {int(str(row[0])) for row in fresh ^ known}
    return sorted(wrong)


def _same(value: object) -> object:
    """Return a value as compared: sums of stars in another order differ by a hair."""
    return round(value, _ROUND) if isinstance(value, float) else value


def senseless_coverage(connection: sa.Connection, today: date) -> int:
    """Return how many spans of covered days end before they begin, or in the future."""
    wrong = sa.or_(coverage.c.end < coverage.c.start, coverage.c.end > today)
    return int(connection.execute(sa.select(sa.func.count()).select_from(coverage).where(wrong)).scalar_one())


def last_written(connection: sa.Connection) -> datetime | None:
    """Return the moment of the latest line of the audit."""
    return connection.execute(sa.select(sa.func.max(audit.c.at, type_=audit.c.at.type))).scalar()


def failing_feeds(connection: sa.Connection, errors: int) -> Rows:
    """Return (id, url, errors) of the feeds that failed so many times in a row."""
    query = sa.select(feed.c.id, feed.c.url, feed.c.errors).where(feed.c.errors >= errors)
    return connection.execute(query.order_by(feed.c.id)).all()


def unfinished_imports(connection: sa.Connection) -> list[int]:
    """Return the imports whose last line was never written: one transaction writes all, so there are none."""
    query = sa.select(import_batch.c.id).where(
        import_batch.c.settled.is_(None), import_batch.c.undone_at.is_(None)
    )
    return list(connection.execute(query.order_by(import_batch.c.id)).scalars())


def stale_runs(connection: sa.Connection, now: datetime) -> list[str]:
    """Return the scheduled commands that hold a lock which ran out without an end."""
    query = sa.select(run.c.name).where(run.c.ended_at.is_(None), run.c.held_until < now)
    return list(connection.execute(query.order_by(run.c.name)).scalars())


def last_of(connection: sa.Connection, action: str) -> datetime | None:
    """Return when the audit last notes an action."""
    query = sa.select(sa.func.max(audit.c.at, type_=audit.c.at.type)).where(audit.c.action == action)
    return connection.execute(query).scalar()
