"""What a review meeting reads of a practitioner or of a portfolio: sums a day, a month, a practitioner.

`practitioner_id` and `portfolio_id` say of whom; the viewer's own limits come on top.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.store.schema import coverage, feed, monthly, portfolio, practitioner, publication
from ereput.store.scope import Row, Rows, sees, visible

_IS_REVIEW = publication.c.kind == "review"
# Written as bounds: the two databases do not round halves alike.
_STAR = sa.case(*((publication.c.rating < n + 0.5, n) for n in range(1, 5)), else_=5)


def _of(
    viewer: Viewer, column: sa.Column[Any], practitioner_id: int | None, portfolio_id: int | None
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on a table's practitioner: in view, and the one or those asked for."""
    found: list[sa.ColumnElement[bool]] = [sees(viewer, column)]
    if practitioner_id is not None:
        found.append(column == practitioner_id)
    if portfolio_id is not None:
        home = sa.select(practitioner.c.id).where(practitioner.c.portfolio_id == portfolio_id)
        found.append(column.in_(home))
    return found


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _counts(mute: Sequence[str]) -> list[sa.ColumnElement[Any]]:
    """Return reviews, stars_1 to stars_5, negatives, and those that could be and were answered."""
    rated = _IS_REVIEW & publication.c.rating.is_not(None)
    may_answer = _IS_REVIEW & publication.c.platform.not_in(mute)
    return [
        _count(_IS_REVIEW).label("reviews"),
        *(_count(rated & (n == _STAR)).label(f"stars_{n}") for n in range(1, 6)),
        _count(_IS_REVIEW & publication.c.is_negative).label("negatives"),
        _count(may_answer).label("answerable"),
        _count(may_answer & (publication.c.reply != "")).label("answered"),
    ]


def by_day(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    first: date,
    last: date,
    mute: Sequence[str] = (),
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> Rows:
    """Return the counts of each day: day, reviews, stars_1 to stars_5, negatives, answerable, answered.

    `mute` are the platforms where nobody can reply in public: their reviews are not answerable.
    """
    query = (
        sa.select(publication.c.published_on.label("day"), *_counts(mute))
        .where(
            *_of(viewer, publication.c.practitioner_id, practitioner_id, portfolio_id),
            publication.c.published_on.between(first, last),
        )
        .group_by(publication.c.published_on)
        .order_by(publication.c.published_on)
    )
    return connection.execute(query).all()


def delays(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    first: date,
    last: date,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> Rows:
    """Return (practitioner_id, day, replied_on, n) of the reviews whose day and reply's day are known."""
    columns = (publication.c.practitioner_id, publication.c.published_on, publication.c.replied_on)
    query = (
        sa.select(columns[0], columns[1].label("day"), columns[2], sa.func.count().label("n"))
        .where(
            *_of(viewer, publication.c.practitioner_id, practitioner_id, portfolio_id),
            _IS_REVIEW,
            publication.c.published_on.between(first, last),
            publication.c.earliest == publication.c.latest,
            publication.c.replied_on >= publication.c.published_on,
        )
        .group_by(*columns)
        .order_by(*columns)
    )
    return connection.execute(query).all()


def by_month(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    first: date,
    last: date,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> Rows:
    """Return the reviews of each month from the month of `first` on: month, stars_1 to stars_5, unrated."""
    sums = (*(f"stars_{n}" for n in range(1, 6)), "unrated")
    query = (
        sa.select(monthly.c.month, *(sa.func.sum(monthly.c[name]).label(name) for name in sums))
        .where(
            *_of(viewer, monthly.c.practitioner_id, practitioner_id, portfolio_id),
            monthly.c.month.between(first.replace(day=1), last),
        )
        .group_by(monthly.c.month)
        .order_by(monthly.c.month)
    )
    return connection.execute(query).all()


def complaints(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    first: date,
    last: date,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> Rows:
    """Return (platform, themes, n, negatives) of the reviews, by the value of their `themes` column."""
    query = (
        sa.select(
            publication.c.platform,
            publication.c.themes,
            sa.func.count().label("n"),
            _count(publication.c.is_negative).label("negatives"),
        )
        .where(
            *_of(viewer, publication.c.practitioner_id, practitioner_id, portfolio_id),
            _IS_REVIEW,
            publication.c.published_on.between(first, last),
        )
        .group_by(publication.c.platform, publication.c.themes)
        .order_by(publication.c.platform, publication.c.themes)
    )
    return connection.execute(query).all()


def quotable(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    first: date,
    last: date,
    theme: str = "",
    limit: int = 20,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> Rows:
    """Return negative reviews with words, the latest first, those that speak of a theme alone if asked."""
    query = (
        sa.select(
            publication.c.practitioner_id,
            publication.c.id,
            publication.c.platform,
            publication.c.published_on,
            publication.c.title,
            publication.c.body,
        )
        .where(
            *_of(viewer, publication.c.practitioner_id, practitioner_id, portfolio_id),
            _IS_REVIEW,
            publication.c.is_negative,
            publication.c.removed_at.is_(None),
            publication.c.body != "",
            publication.c.published_on.between(first, last),
        )
        .order_by(publication.c.published_on.desc(), publication.c.id)
        .limit(limit)
    )
    if theme:
        query = query.where(("|" + publication.c.themes).contains(f"|{theme}:", autoescape=True))
    return connection.execute(query).all()


def seen_until(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    since: date,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> Rows:
    """Return how recently each platform was seen: platform, people, latest, earliest, late.

    `people` are those who have it; `latest` and `earliest` the last days seen of the best and of the worst
    followed; `late` counts those seen last before `since`.
    """
    one = (
        sa.select(
            coverage.c.practitioner_id,
            coverage.c.platform,
            sa.func.max(coverage.c.end, type_=coverage.c.end.type).label("end"),
        )
        .where(*_of(viewer, coverage.c.practitioner_id, practitioner_id, portfolio_id))
        .group_by(coverage.c.practitioner_id, coverage.c.platform)
        .subquery("one")
    )
    query = (
        sa.select(
            one.c.platform,
            sa.func.count().label("people"),
            sa.func.max(one.c.end, type_=coverage.c.end.type).label("latest"),
            sa.func.min(one.c.end, type_=coverage.c.end.type).label("earliest"),
            sa.func.sum(sa.case((one.c.end < since, 1), else_=0)).label("late"),
        )
        .group_by(one.c.platform)
        .order_by(sa.func.count().desc(), one.c.platform)
    )
    return connection.execute(query).all()


def followed_feeds(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> Rows:
    """Return how the feeds of practitioners in view answer: errors, ok_at, newest_on, habit_hours."""
    query = (
        sa.select(feed.c.id, feed.c.errors, feed.c.ok_at, feed.c.newest_on, feed.c.habit_hours)
        .where(*_of(viewer, feed.c.practitioner_id, practitioner_id, portfolio_id))
        .order_by(feed.c.id)
    )
    return connection.execute(query).all()


def members(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> Rows:
    """Return (id, slug, name, data_version) of whom a meeting speaks, by number."""
    query = (
        sa.select(practitioner.c.id, practitioner.c.slug, practitioner.c.name, practitioner.c.data_version)
        .where(*_of(viewer, practitioner.c.id, practitioner_id, portfolio_id))
        .order_by(practitioner.c.id)
    )
    return connection.execute(query).all()


def names(connection: sa.Connection, viewer: Viewer, ids: Sequence[int]) -> Rows:
    """Return (id, slug, name) of those of these practitioners who are in view."""
    query = sa.select(practitioner.c.id, practitioner.c.slug, practitioner.c.name)
    return connection.execute(query.where(visible(viewer), practitioner.c.id.in_(ids))).all()


def by_practitioner(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    ids: Sequence[int],
    first: date,
    last: date,
    mute: Sequence[str] = (),
) -> Rows:
    """Return the counts of each of these practitioners over some days (columns: see `by_day`)."""
    query = (
        sa.select(publication.c.practitioner_id, *_counts(mute))
        .where(
            sees(viewer, publication.c.practitioner_id),
            publication.c.practitioner_id.in_(ids),
            publication.c.published_on.between(first, last),
        )
        .group_by(publication.c.practitioner_id)
        .order_by(publication.c.practitioner_id)
    )
    return connection.execute(query).all()


def delays_of(
    connection: sa.Connection, viewer: Viewer, *, ids: Sequence[int], first: date, last: date
) -> Rows:
    """Return (practitioner_id, day, replied_on) of the answered reviews of some, days known."""
    query = (
        sa.select(
            publication.c.practitioner_id, publication.c.published_on.label("day"), publication.c.replied_on
        )
        .where(
            sees(viewer, publication.c.practitioner_id),
            publication.c.practitioner_id.in_(ids),
            _IS_REVIEW,
            publication.c.published_on.between(first, last),
            publication.c.earliest == publication.c.latest,
            publication.c.replied_on >= publication.c.published_on,
        )
        .order_by(publication.c.practitioner_id, publication.c.id)
    )
    return connection.execute(query).all()


def since(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    first: date,
    last: date,
    moment: datetime,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> Row:
    """Return what came after a moment of the reviews of some days: reviews (all), new, edited, removed."""
    query = sa.select(
        _count(_IS_REVIEW).label("reviews"),
        _count(_IS_REVIEW & (publication.c.first_seen > moment)).label("new"),
        _count(_IS_REVIEW & (publication.c.first_seen <= moment) & (publication.c.edited_at > moment)).label(
            "edited"
        ),
        _count(_IS_REVIEW & (publication.c.removed_at > moment)).label("removed"),
    ).where(
        *_of(viewer, publication.c.practitioner_id, practitioner_id, portfolio_id),
        publication.c.published_on.between(first, last),
    )
    return connection.execute(query).one()


def first_day(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    practitioner_id: int | None = None,
    portfolio_id: int | None = None,
) -> date | None:
    """Return the day of the oldest dated review."""
    query = sa.select(sa.func.min(publication.c.published_on, type_=publication.c.published_on.type)).where(
        *_of(viewer, publication.c.practitioner_id, practitioner_id, portfolio_id), _IS_REVIEW
    )
    return connection.execute(query).scalar()


def portfolio_name(connection: sa.Connection, viewer: Viewer, portfolio_id: int) -> str:
    """Return the name of a portfolio that holds somebody in view; none, or out of view, is an empty name."""
    query = (
        sa.select(portfolio.c.name)
        .join(practitioner, practitioner.c.portfolio_id == portfolio.c.id)
        .where(visible(viewer), portfolio.c.id == portfolio_id)
        .limit(1)
    )
    return str(connection.execute(query).scalar() or "")
