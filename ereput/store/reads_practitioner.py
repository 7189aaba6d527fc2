"""What the Praticien and Alertes pages read of one practitioner's publications: counts, a page of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.store.schema import publication, publication_version
from ereput.store.scope import Row, Rows, holds, sees

_SEARCHED = (publication.c.author, publication.c.title, publication.c.body, publication.c.reply)
_IS_REVIEW = publication.c.kind == "review"
_SHOWN = (
    publication.c.id,
    publication.c.practitioner_id,
    publication.c.platform,
    publication.c.kind,
    publication.c.source,
    publication.c.url,
    publication.c.author,
    publication.c.published_on,
    publication.c.earliest,
    publication.c.latest,
    publication.c.precision,
    publication.c.published_at,
    publication.c.rating,
    publication.c.scale,
    publication.c.title,
    publication.c.body,
    publication.c.reply,
    publication.c.replied_on,
    publication.c.version,
    publication.c.first_seen,
    publication.c.removed_at,
    publication.c.label,
    publication.c.is_negative,
    publication.c.is_contradictory,
    publication.c.themes,
    publication.c.hints,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which publications of a practitioner; an empty field asks for nothing.

    `first` and `last` bound the likeliest day, both included; with neither, undated ones are in too.
    `weeks` (two Mondays, both included) keeps those whose week is known to be among these, `theme` those
    that speak of it, `words` those that hold the words in author, title, text or reply.
    """

    first: date | None = None
    last: date | None = None
    weeks: tuple[date, date] | None = None
    platform: str = ""
    label: str = ""
    theme: str = ""
    words: str = ""
    is_negative: bool | None = None
    is_unanswered: bool = False
    is_removed: bool = False


def tally(connection: sa.Connection, viewer: Viewer, practitioner_id: int, filters: Filters) -> Row:
    """Return one row of counts: reviews, stars_1 to stars_5, negatives, answered, mentions, unweekly.

    `answered` counts the negatives that bear a reply; `unweekly` the negatives whose week is unknown.
    """
    negative = _IS_REVIEW & publication.c.is_negative

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    # Written as bounds: the two databases do not round halves alike.
    star = sa.case(*((publication.c.rating < n + 0.5, n) for n in range(1, 5)), else_=5)
    rated = _IS_REVIEW & publication.c.rating.is_not(None)
    query = sa.select(
        count(_IS_REVIEW).label("reviews"),
        *(count(rated & (star == n)).label(f"stars_{n}") for n in range(1, 6)),
        count(negative).label("negatives"),
        count(negative & (publication.c.reply != "")).label("answered"),
        count(publication.c.kind == "mention").label("mentions"),
        count(publication.c.is_negative & publication.c.week.is_(None)).label("unweekly"),
    ).where(*_where(viewer, practitioner_id, filters))
    return connection.execute(query).one()


def by_platform(connection: sa.Connection, viewer: Viewer, practitioner_id: int, filters: Filters) -> Rows:
    """Return (platform, n, negatives, rated, rating_sum), the largest first."""
    rated = publication.c.rating.is_not(None)
    query = (
        sa.select(
            publication.c.platform,
            sa.func.count().label("n"),
            sa.func.sum(sa.case((publication.c.is_negative, 1), else_=0)).label("negatives"),
            sa.func.sum(sa.case((rated, 1), else_=0)).label("rated"),
            sa.func.sum(sa.case((rated, publication.c.rating), else_=0.0)).label("rating_sum"),
        )
        .where(*_where(viewer, practitioner_id, filters))
        .group_by(publication.c.platform)
        .order_by(sa.func.count().desc(), publication.c.platform)
    )
    return connection.execute(query).all()


def by_month_and_label(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int, filters: Filters
) -> Rows:
    """Return (month, label, n) for the publications whose month is known."""
    query = (
        sa.select(publication.c.month, publication.c.label, sa.func.count().label("n"))
        .where(*_where(viewer, practitioner_id, filters), publication.c.month.is_not(None))
        .group_by(publication.c.month, publication.c.label)
        .order_by(publication.c.month, publication.c.label)
    )
    return connection.execute(query).all()


def by_themes(connection: sa.Connection, viewer: Viewer, practitioner_id: int, filters: Filters) -> Rows:
    """Return (themes, n) for each distinct value of the `themes` column that is not empty."""
    query = (
        sa.select(publication.c.themes, sa.func.count().label("n"))
        .where(*_where(viewer, practitioner_id, filters), publication.c.themes != "")
        .group_by(publication.c.themes)
    )
    return connection.execute(query).all()


def by_day(connection: sa.Connection, viewer: Viewer, practitioner_id: int, filters: Filters) -> Rows:
    """Return (day, n) for the negatives whose day is known."""
    query = (
        sa.select(publication.c.published_on.label("day"), sa.func.count().label("n"))
        .where(
            *_where(viewer, practitioner_id, filters),
            publication.c.is_negative,
            publication.c.earliest == publication.c.latest,
        )
        .group_by(publication.c.published_on)
        .order_by(publication.c.published_on)
    )
    return connection.execute(query).all()


def count(connection: sa.Connection, viewer: Viewer, practitioner_id: int, filters: Filters) -> int:
    """Return how many publications the filters keep."""
    query = sa.select(sa.func.count()).where(*_where(viewer, practitioner_id, filters))
    return int(connection.execute(query).scalar_one())


def page(
    connection: sa.Connection,
    viewer: Viewer,
    practitioner_id: int,
    filters: Filters,
    *,
    limit: int,
    offset: int = 0,
) -> Rows:
    """Return one page of publications, the latest first, the undated last."""
    query = (
        sa.select(*_SHOWN)
        .where(*_where(viewer, practitioner_id, filters))
        .order_by(publication.c.published_on.desc().nulls_last(), publication.c.id)
        .limit(limit)
        .offset(offset)
    )
    return connection.execute(query).all()


def one(connection: sa.Connection, viewer: Viewer, practitioner_id: int, publication_id: int) -> Row | None:
    """Return one publication, or None when it is not in view."""
    query = sa.select(*_SHOWN).where(
        *_where(viewer, practitioner_id, Filters()), publication.c.id == publication_id
    )
    return connection.execute(query).one_or_none()


def versions(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int, ids: Sequence[int]
) -> dict[int, list[Row]]:
    """Return the former words of some publications, oldest first, by publication."""
    query = (
        sa.select(publication_version)
        .where(
            publication_version.c.practitioner_id == practitioner_id,
            publication_version.c.publication_id.in_(ids),
            sees(viewer, publication_version.c.practitioner_id),
        )
        .order_by(publication_version.c.publication_id, publication_version.c.version)
    )
    found: dict[int, list[Row]] = {}
    for row in connection.execute(query):
        found.setdefault(row.publication_id, []).append(row)
    return found


def _where(viewer: Viewer, practitioner_id: int, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that the filters ask for, the viewer's first."""
    asked: list[sa.ColumnElement[bool]] = [
        publication.c.practitioner_id == practitioner_id,
        sees(viewer, publication.c.practitioner_id),
    ]
    if filters.first is not None:
        asked.append(publication.c.published_on >= filters.first)
    if filters.last is not None:
        asked.append(publication.c.published_on <= filters.last)
    if filters.weeks is not None:
        asked.append(publication.c.week.between(*filters.weeks))
    if filters.platform:
        asked.append(publication.c.platform == filters.platform)
    if filters.label:
        asked.append(publication.c.label == filters.label)
    if filters.theme:
        # Stored as "attente:neg|accueil:pos": a bar in front makes each theme start the same way.
        asked.append(("|" + publication.c.themes).contains(f"|{filters.theme}:", autoescape=True))
    if filters.is_negative is not None:
        asked.append(publication.c.is_negative.is_(filters.is_negative))
    if filters.is_unanswered:
        asked.append(_IS_REVIEW & (publication.c.reply == ""))
    if filters.is_removed:
        asked.append(publication.c.removed_at.is_not(None))
    return [*asked, *(holds(word, *_SEARCHED) for word in filters.words.split())]
