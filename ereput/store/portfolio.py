"""The portfolio in bulk: its members written at once, and the page's reads, filtered and paged in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ereput.detect.funnel import ENOUGH, Funnel
from ereput.domain.practitioner import Viewer
from ereput.store.practitioners import SEARCHED, bump_versions
from ereput.store.schema import alert, audit, portfolio, practitioner, standing, total
from ereput.store.scope import Row, Rows, holds, visible

CHUNK = 500
FEWEST = 5
"""Negatives of two quarters together below which their change is not compared."""
N_EDGES = tuple(round(ENOUGH * 1.4**step) for step in range(1, 22))
"""The numbers of ratings between which the funnel's crowd is counted, a step of 40 %."""


# -- writing many at once


def read_slugs(connection: sa.Connection) -> set[str]:
    """Return every slug that is taken (write side: no viewer)."""
    return set(connection.execute(sa.select(practitioner.c.slug)).scalars())


def insert_many(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert practitioners; each row holds the same columns."""
    if rows:
        connection.execute(sa.insert(practitioner), [dict(row) for row in rows])


def change_many(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change practitioners; each row holds `id` and the same columns."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    statement = (
        sa.update(practitioner)
        .where(practitioner.c.id == sa.bindparam("b_id"))
        .values({name: sa.bindparam(f"b_{name}") for name in names})
    )
    connection.execute(statement, [{f"b_{name}": value for name, value in row.items()} for row in rows])
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), CHUNK):
        bump_versions(connection, ids[start : start + CHUNK])


def note_many(
    connection: sa.Connection, viewer: Viewer, lines: Sequence[tuple[str, str, str]], *, now: datetime
) -> None:
    """Write lines of audit, (action, subject, detail), at once."""
    if lines:
        connection.execute(
            sa.insert(audit),
            [
                {"at": now, "viewer": viewer.name, "action": action, "subject": subject, "detail": detail}
                for action, subject, detail in lines
            ],
        )


# -- the page


class Level(StrEnum):
    """What an insured is worth this week: a call, an open alert, a watch, nothing, or nothing known."""

    CALL = "appeler"
    ALERT = "alerte"
    WATCH = "surveiller"
    CALM = "calme"
    UNKNOWN = "inconnu"


class Sort(StrEnum):
    """The orders of the list; ratings place nobody below `ENOUGH` of them."""

    ODDS = "pic"
    NEGATIVES = "negatifs"
    RATING = "note"
    UNANSWERED = "reponses"
    NAME = "nom"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which insured; an empty field asks for nothing. `words` are looked for in name, city and slug."""

    portfolio: str = ""
    profession: str = ""
    department: str = ""
    guarantee: str = ""
    level: str = ""
    words: str = ""


_OPEN = (
    sa.select(
        alert.c.practitioner_id,
        sa.func.min(alert.c.level).label("level"),  # "alert" comes before "watch"
        sa.func.min(alert.c.raised_at, type_=alert.c.raised_at.type).label("raised_at"),
    )
    .where(alert.c.state == "open")
    .group_by(alert.c.practitioner_id)
    .subquery("open_alert")
)
_ALL = (
    practitioner.join(portfolio, portfolio.c.id == practitioner.c.portfolio_id)
    .outerjoin(standing, standing.c.practitioner_id == practitioner.c.id)
    .outerjoin(_OPEN, _OPEN.c.practitioner_id == practitioner.c.id)
)
# Nobody took the alert up, and in the last judged week a burst still is likelier than not.
_IS_CALL = sa.and_(_OPEN.c.level == "alert", standing.c.log_odds > 0)
_LEVEL = sa.case(
    (_OPEN.c.level == "alert", Level.ALERT.value),
    (_OPEN.c.level == "watch", Level.WATCH.value),
    (standing.c.log_odds.is_(None), Level.UNKNOWN.value),
    else_=Level.CALM.value,
)
_BOTH = standing.c.negatives_90 + standing.c.negatives_previous
_CHANGE = standing.c.negatives_90 - standing.c.negatives_previous
_IS_COMPARED = _BOTH >= FEWEST
_IS_PLACED = standing.c.rated >= ENOUGH
_SHOWN = (
    practitioner.c.id,
    practitioner.c.slug,
    practitioner.c.name,
    practitioner.c.city,
    practitioner.c.department,
    practitioner.c.profession,
    practitioner.c.guarantee,
    practitioner.c.insurer,
    practitioner.c.contract,
    practitioner.c.declaration_days,
    portfolio.c.name.label("portfolio"),
    _LEVEL.label("level"),
    sa.case((_IS_CALL, 1), else_=0).label("is_call"),
    standing.c.log_odds,
    standing.c.observed,
    standing.c.expected,
    standing.c.reviews,
    standing.c.rated,
    standing.c.raw_rating,
    standing.c.reviews_90,
    standing.c.negatives_90,
    standing.c.negatives_previous,
    standing.c.unanswered,
    standing.c.last_published,
    standing.c.computed_at,
)
_ORDERS: dict[Sort, tuple[sa.ColumnElement[Any], ...]] = {
    Sort.ODDS: (standing.c.log_odds.desc().nulls_last(),),
    Sort.NEGATIVES: (standing.c.negatives_90.desc().nulls_last(),),
    Sort.RATING: (sa.case((_IS_PLACED, 0), else_=1), standing.c.raw_rating),
    Sort.UNANSWERED: (standing.c.unanswered.desc().nulls_last(),),
    Sort.NAME: (),
}


def read_counts(connection: sa.Connection, viewer: Viewer, asked: Asked) -> Rows:
    """Return (guarantee, level, is_call, people, compared, computed_at), whatever level was asked for.

    `compared` counts those whose negatives of two quarters are enough to be compared.
    """
    levels = (practitioner.c.guarantee, _LEVEL, sa.case((_IS_CALL, 1), else_=0))
    query = (
        sa.select(
            levels[0],
            levels[1].label("level"),
            levels[2].label("is_call"),
            sa.func.count().label("people"),
            sa.func.coalesce(sa.func.sum(sa.case((_IS_COMPARED, 1), else_=0)), 0).label("compared"),
            sa.func.max(standing.c.computed_at, type_=standing.c.computed_at.type).label("computed_at"),
        )
        .select_from(_ALL)
        .where(*_where(viewer, replace(asked, level="")))
        .group_by(*levels)
    )
    return connection.execute(query).all()


def read_rows(
    connection: sa.Connection, viewer: Viewer, asked: Asked, *, sort: Sort, limit: int | None, offset: int = 0
) -> Rows:
    """Return one page of the list; a limit of None gives all, for an export."""
    query = (
        sa.select(*_SHOWN)
        .select_from(_ALL)
        .where(*_where(viewer, asked))
        .order_by(*_ORDERS[sort], practitioner.c.name, practitioner.c.id)
        .limit(limit)
        .offset(offset)
    )
    return connection.execute(query).all()


def count_rows(connection: sa.Connection, viewer: Viewer, asked: Asked) -> int:
    """Return how many insured are asked for."""
    query = sa.select(sa.func.count()).select_from(_ALL).where(*_where(viewer, asked))
    return int(connection.execute(query).scalar_one())


def read_choices(connection: sa.Connection, viewer: Viewer) -> Rows:
    """Return each (portfolio, profession, department) in view."""
    query = (
        sa.select(portfolio.c.name.label("portfolio"), practitioner.c.profession, practitioner.c.department)
        .select_from(practitioner.join(portfolio))
        .where(visible(viewer))
        .group_by(portfolio.c.name, practitioner.c.profession, practitioner.c.department)
    )
    return connection.execute(query).all()


def read_movers(
    connection: sa.Connection, viewer: Viewer, asked: Asked, *, z: float, worse: bool, limit: int
) -> Rows:
    """Return whose negatives changed by more than z standard errors between two quarters, the most first.

    Two Poisson counts over equal times: their difference has their sum as variance.
    """
    strength = sa.cast(_CHANGE * _CHANGE, sa.Float) / _BOTH
    query = (
        sa.select(*_SHOWN)
        .select_from(_ALL)
        .where(
            *_where(viewer, asked),
            _IS_COMPARED,
            _CHANGE > 0 if worse else _CHANGE < 0,
            strength > z * z,
        )
        .order_by(strength.desc(), practitioner.c.id)
        .limit(limit)
    )
    return connection.execute(query).all()


def read_moments(connection: sa.Connection, viewer: Viewer, asked: Asked) -> Row:
    """Return the sums that a funnel is fitted on, over those with `ENOUGH` ratings.

    Columns: people, n, n_n, n_y, n_y_y, squares (see `ereput.detect.funnel.Moments`).
    """
    n = sa.cast(standing.c.rated, sa.Float)
    stars = (
        sa.select(
            total.c.practitioner_id,
            sum(
                (sa.func.sum(total.c[f"stars_{s}"]) * (s * s) for s in range(2, 6)),
                sa.func.sum(total.c.stars_1),
            ).label("squares"),
        )
        .group_by(total.c.practitioner_id)
        .subquery("stars")
    )
    query = (
        sa.select(
            sa.func.count().label("people"),
            sa.func.sum(n).label("n"),
            sa.func.sum(n * n).label("n_n"),
            sa.func.sum(n * standing.c.raw_rating).label("n_y"),
            sa.func.sum(n * standing.c.raw_rating * standing.c.raw_rating).label("n_y_y"),
            sa.func.sum(stars.c.squares).label("squares"),
        )
        .select_from(_ALL.join(stars, stars.c.practitioner_id == practitioner.c.id))
        .where(*_where(viewer, asked), _IS_PLACED)
    )
    return connection.execute(query).one()


def read_cells(connection: sa.Connection, viewer: Viewer, asked: Asked) -> Rows:
    """Return the funnel's crowd, (n_step, rating_step, people), by `N_EDGES` and tenths of a star."""
    steps = sa.case(*((standing.c.rated < edge, at) for at, edge in enumerate(N_EDGES)), else_=len(N_EDGES))
    tenths = standing.c.raw_rating * 10
    whole = sa.cast(tenths, sa.Integer)
    # Down to the whole number below, as neither database's cast alone does.
    below = whole - sa.case((whole > tenths, 1), else_=0)
    query = (
        sa.select(steps.label("n_step"), below.label("rating_step"), sa.func.count().label("people"))
        .select_from(_ALL)
        .where(*_where(viewer, asked), _IS_PLACED)
        .group_by(steps, below)
    )
    return connection.execute(query).all()


def read_outside(
    connection: sa.Connection, viewer: Viewer, asked: Asked, funnel: Funnel, *, z: float, limit: int
) -> Rows:
    """Return those beyond z of the funnel, the farthest first."""
    gap = standing.c.raw_rating - funnel.centre
    strength = gap * gap / (funnel.spread**2 / sa.cast(standing.c.rated, sa.Float) + funnel.between**2)
    query = (
        sa.select(*_SHOWN)
        .select_from(_ALL)
        .where(*_where(viewer, asked), _IS_PLACED, strength > z * z)
        .order_by(strength.desc(), practitioner.c.id)
        .limit(limit)
    )
    return connection.execute(query).all()


def read_declarations(connection: sa.Connection, viewer: Viewer, asked: Asked, *, limit: int) -> Rows:
    """Return the guaranteed insured with an open alert, `raised_at` being its first; the oldest first."""
    query = (
        sa.select(*_SHOWN, _OPEN.c.raised_at)
        .select_from(_ALL)
        .where(*_where(viewer, asked), practitioner.c.guarantee == "oui", _OPEN.c.level == "alert")
        .order_by(_OPEN.c.raised_at, practitioner.c.id)
        .limit(limit)
    )
    return connection.execute(query).all()


def _where(viewer: Viewer, asked: Asked) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that are asked for, the viewer's first."""
    found: list[sa.ColumnElement[bool]] = [visible(viewer)]
    for column, value in (
        (portfolio.c.name, asked.portfolio),
        (practitioner.c.profession, asked.profession),
        (practitioner.c.department, asked.department),
        (practitioner.c.guarantee, asked.guarantee),
    ):
        if value:
            found.append(column == value)
    if asked.level:
        found.append(_IS_CALL if asked.level == Level.CALL else sa.literal(asked.level) == _LEVEL)
    return [*found, *(holds(word, *SEARCHED) for word in asked.words.split())]
