"""What the survey concludes: standings, alerts, the detector's memory."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Viewer
from ereput.store.practitioners import COLUMNS
from ereput.store.schema import alert, detector_state, portfolio, practitioner, prior, publication, standing
from ereput.store.scope import Row, Rows, sees, visible

FETCHED = 1_000
"""Rows with words in memory at once."""


def replace_standings(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the standing of practitioners, in place of the former one."""
    _replace(connection, standing, rows)


def replace_states(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the detector's memory of practitioners, in place of the former one."""
    _replace(connection, detector_state, rows)


def _replace(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows in place of those with the same practitioner."""
    if not rows:
        return
    statement: Any
    if connection.dialect.name == "sqlite":
        statement = sa.insert(table).prefix_with("OR REPLACE")
    else:
        from sqlalchemy.dialects.postgresql import insert

        fresh = insert(table)
        others = {c.name: fresh.excluded[c.name] for c in table.c if c.name != "practitioner_id"}
        statement = fresh.on_conflict_do_update(index_elements=["practitioner_id"], set_=others)
    connection.execute(statement, [dict(row) for row in rows])


def states_between(connection: sa.Connection, first: int, last: int) -> dict[int, Row]:
    """Return the detector's memory of the practitioners first..last (survey: no viewer)."""
    query = sa.select(detector_state).where(detector_state.c.practitioner_id.between(first, last))
    return {row.practitioner_id: row for row in connection.execute(query)}


def read_memory(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> Row | None:
    """Return the detector's memory of a practitioner in view, with `changed_from`, or None."""
    query = (
        sa.select(detector_state, practitioner.c.changed_from)
        .join(practitioner, practitioner.c.id == detector_state.c.practitioner_id)
        .where(detector_state.c.practitioner_id == practitioner_id, visible(viewer))
    )
    return connection.execute(query).one_or_none()


def latest_prior(connection: sa.Connection) -> Row | None:
    """Return the portfolio prior in force: (version, payload, made_at), or None."""
    return connection.execute(sa.select(prior).order_by(prior.c.made_at.desc()).limit(1)).one_or_none()


def insert_prior(connection: sa.Connection, *, version: str, payload: str, now: datetime) -> None:
    """Keep a portfolio prior under its version."""
    connection.execute(sa.insert(prior).values(version=version, payload=payload, made_at=now))


def alerts_between(connection: sa.Connection, first: int, last: int, *, since: date) -> Rows:
    """Return the alerts of the practitioners first..last that ran since a week (survey: no viewer)."""
    query = sa.select(alert).where(
        alert.c.practitioner_id.between(first, last), (alert.c.last_week >= since) | (alert.c.state != "over")
    )
    return connection.execute(query.order_by(alert.c.id)).all()


def one_alert(connection: sa.Connection, alert_id: int) -> Row:
    """Return an alert as it now is (survey: no viewer)."""
    return connection.execute(sa.select(alert).where(alert.c.id == alert_id)).one()


def count_open(connection: sa.Connection, first: int, last: int) -> Counter[int]:
    """Return how many alerts are open, by practitioner (survey: no viewer)."""
    query = (
        sa.select(alert.c.practitioner_id, sa.func.count().label("n"))
        .where(alert.c.practitioner_id.between(first, last), alert.c.state == "open")
        .group_by(alert.c.practitioner_id)
    )
    return Counter({row.practitioner_id: row.n for row in connection.execute(query)})


def insert_alert(connection: sa.Connection, **values: Any) -> int:
    """Insert an alert and return its id."""
    return int(connection.execute(sa.insert(alert).values(**values).returning(alert.c.id)).scalar_one())


def change_alert(connection: sa.Connection, alert_id: int, **values: Any) -> None:
    """Change an alert."""
    connection.execute(sa.update(alert).where(alert.c.id == alert_id).values(**values))


def recount_open(connection: sa.Connection, practitioner_id: int) -> None:
    """Write anew, in its standing, how many alerts of a practitioner are open."""
    opened = (
        sa.select(sa.func.count())
        .select_from(alert)
        .where(alert.c.practitioner_id == practitioner_id, alert.c.state == "open")
        .scalar_subquery()
    )
    mine = standing.c.practitioner_id == practitioner_id
    connection.execute(sa.update(standing).where(mine).values(open_alerts=opened))


def read_alerts(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    practitioner_id: int | None = None,
    states: Sequence[str] = (),
    alert_id: int | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Rows:
    """Return alerts with their practitioner: open ones first, then the grave, the likely, the latest."""
    query = (
        sa.select(alert, practitioner.c.slug, practitioner.c.name, practitioner.c.guarantee)
        .join(practitioner)
        .where(*_asked(viewer, practitioner_id, states))
        .order_by(
            *(() if states else (alert.c.state != "open",)),
            alert.c.level,  # "alert" comes before "watch"
            alert.c.odds.desc(),
            alert.c.week.desc(),
            alert.c.id,
        )
        .limit(limit)
        .offset(offset)
    )
    if alert_id is not None:
        query = query.where(alert.c.id == alert_id)
    return connection.execute(query).all()


def count_alerts(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    practitioner_id: int | None = None,
    states: Sequence[str] = (),
) -> int:
    """Return how many alerts `read_alerts` would give."""
    query = sa.select(sa.func.count()).select_from(alert).where(*_asked(viewer, practitioner_id, states))
    return int(connection.execute(query).scalar_one())


def _asked(
    viewer: Viewer, practitioner_id: int | None, states: Sequence[str]
) -> list[sa.ColumnElement[bool]]:
    found = [sees(viewer, alert.c.practitioner_id)]
    if practitioner_id is not None:
        found.append(alert.c.practitioner_id == practitioner_id)
    if states:
        found.append(alert.c.state.in_(states))
    return found


def read_alert(connection: sa.Connection, viewer: Viewer, alert_id: int) -> Row:
    """Return one alert with its practitioner's slug, name and guarantee."""
    query = (
        sa.select(alert, practitioner.c.slug, practitioner.c.name, practitioner.c.guarantee)
        .join(practitioner)
        .where(alert.c.id == alert_id, sees(viewer, alert.c.practitioner_id))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise RefusedError(f"Aucune alerte n° {alert_id} dans votre périmètre.")
    return row


def read_standings(connection: sa.Connection, viewer: Viewer, *, practitioner_id: int | None = None) -> Rows:
    """Return the standings of the practitioners in view, with who they are, the likeliest burst first."""
    query = (
        sa.select(*COLUMNS, *(column for column in standing.c if column.name != "practitioner_id"))
        .select_from(practitioner.join(portfolio).outerjoin(standing))
        .where(visible(viewer))
        .order_by(sa.func.coalesce(standing.c.log_odds, -99).desc(), practitioner.c.name)
    )
    if practitioner_id is not None:
        query = query.where(practitioner.c.id == practitioner_id)
    return connection.execute(query).all()


def everybody(connection: sa.Connection) -> Rows:
    """Return (id, data_version, changed_from, is_demo) of every practitioner, by id (no viewer)."""
    query = (
        sa.select(
            practitioner.c.id, practitioner.c.data_version, practitioner.c.changed_from, portfolio.c.is_demo
        )
        .join(portfolio)
        .order_by(practitioner.c.id)
    )
    return connection.execute(query).all()


def publication_days(connection: sa.Connection, practitioner_id: int, platform: str) -> list[date]:
    """Return the days of a practitioner's reviews on a platform (survey: no viewer)."""
    query = sa.select(publication.c.published_on).where(
        publication.c.practitioner_id == practitioner_id,
        publication.c.platform == platform,
        publication.c.kind == "review",
        publication.c.week.is_not(None),
    )
    return list(connection.execute(query).scalars())


def recent_words(connection: sa.Connection, ids: Collection[int], *, since: date) -> Iterator[Row]:
    """Yield (practitioner_id, published_on, author_key, body) of dated reviews with words (no viewer).

    One practitioner after the other, the oldest review first.
    """
    query = (
        sa.select(
            publication.c.practitioner_id,
            publication.c.published_on,
            publication.c.author_key,
            publication.c.body,
        )
        .where(
            publication.c.practitioner_id.in_(ids),
            publication.c.published_on >= since,
            publication.c.kind == "review",
            publication.c.week.is_not(None),
            publication.c.body != "",
        )
        .order_by(publication.c.practitioner_id, publication.c.published_on, publication.c.id)
    )
    yield from connection.execute(query, execution_options={"yield_per": FETCHED})
