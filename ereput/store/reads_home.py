"""What the Accueil page reads: sums of standings, and who needs an answer."""

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.store.schema import practitioner, publication, standing
from ereput.store.scope import Row, Rows, visible


def sums(connection: sa.Connection, viewer: Viewer, practitioner_id: int | None = None) -> Row:
    """Return the standings in view added up, or one practitioner's.

    Columns: people, surveyed, reviews (90 days), reviews_previous, negatives, negatives_previous,
    unanswered, mentions, rating and rating_previous (means weighted by reviews), computed_at.
    """

    def mean(rating: sa.Column[float], weight: sa.Column[int]) -> sa.ColumnElement[float]:
        known = sa.case((rating.is_not(None), weight), else_=0)
        return sa.func.sum(rating * weight) / sa.func.nullif(sa.func.sum(known), 0)

    def added(column: sa.Column[int]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(column), 0)

    query = (
        sa.select(
            sa.func.count(practitioner.c.id).label("people"),
            sa.func.count(standing.c.practitioner_id).label("surveyed"),
            added(standing.c.reviews_90).label("reviews"),
            added(standing.c.reviews_previous).label("reviews_previous"),
            added(standing.c.negatives_90).label("negatives"),
            added(standing.c.negatives_previous).label("negatives_previous"),
            added(standing.c.unanswered).label("unanswered"),
            added(standing.c.mentions_90).label("mentions"),
            mean(standing.c.rating_90, standing.c.reviews_90).label("rating"),
            mean(standing.c.rating_previous, standing.c.reviews_previous).label("rating_previous"),
            sa.func.max(standing.c.computed_at, type_=standing.c.computed_at.type).label("computed_at"),
        )
        .select_from(practitioner.outerjoin(standing))
        .where(visible(viewer))
    )
    if practitioner_id is not None:
        query = query.where(practitioner.c.id == practitioner_id)
    return connection.execute(query).one()


def unanswered(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int | None = None, *, limit: int = 5
) -> Rows:
    """Return (id, slug, name, unanswered) of those with unanswered negatives, the most first."""
    query = (
        sa.select(practitioner.c.id, practitioner.c.slug, practitioner.c.name, standing.c.unanswered)
        .join(standing, standing.c.practitioner_id == practitioner.c.id)
        .where(visible(viewer), standing.c.unanswered > 0)
        .order_by(standing.c.unanswered.desc(), practitioner.c.name)
        .limit(limit)
    )
    if practitioner_id is not None:
        query = query.where(practitioner.c.id == practitioner_id)
    return connection.execute(query).all()


def holds_publications(connection: sa.Connection, viewer: Viewer) -> bool:
    """Whether anything is stored of anybody in view."""
    query = (
        sa.select(publication.c.id)
        .join(practitioner, practitioner.c.id == publication.c.practitioner_id)
        .where(visible(viewer))
        .limit(1)
    )
    return connection.execute(query).first() is not None
