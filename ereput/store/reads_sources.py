"""What the Sources page reads beside the journal and the feeds: pairs that may be one publication."""

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.store.schema import doubtful_pair, practitioner, publication
from ereput.store.scope import Rows, sees


def undecided_pairs(
    connection: sa.Connection, viewer: Viewer, *, practitioner_id: int | None = None, limit: int = 50
) -> Rows:
    """Return the pairs that nobody has decided on, the latest first.

    Rows: the columns of `doubtful_pair`, and the practitioner's name.
    """
    query = (
        sa.select(doubtful_pair, practitioner.c.name)
        .join(practitioner, practitioner.c.id == doubtful_pair.c.practitioner_id)
        .where(*_open(viewer))
        .order_by(doubtful_pair.c.batch_id.desc(), doubtful_pair.c.publication_id)
        .limit(limit)
    )
    if practitioner_id is not None:
        query = query.where(doubtful_pair.c.practitioner_id == practitioner_id)
    return connection.execute(query).all()


def count_undecided(connection: sa.Connection, viewer: Viewer, practitioner_id: int | None = None) -> int:
    """Return how many pairs nobody has decided on, in all or of one practitioner."""
    query = sa.select(sa.func.count()).select_from(doubtful_pair).where(*_open(viewer))
    if practitioner_id is not None:
        query = query.where(doubtful_pair.c.practitioner_id == practitioner_id)
    return int(connection.execute(query).scalar_one())


def _open(viewer: Viewer) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on pairs: in view, undecided, and both publications still there."""

    def stored(column: sa.Column[int]) -> sa.ColumnElement[bool]:
        return sa.exists().where(
            publication.c.practitioner_id == doubtful_pair.c.practitioner_id, publication.c.id == column
        )

    return [
        sees(viewer, doubtful_pair.c.practitioner_id),
        doubtful_pair.c.decision == "",
        stored(doubtful_pair.c.publication_id),
        stored(doubtful_pair.c.other_id),
    ]
