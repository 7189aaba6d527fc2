"""What the Sources page reads beside the journal and the feeds: pairs that may be one publication."""

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.store.schema import doubtful_pair
from ereput.store.scope import Rows, visible_ids


def undecided_pairs(connection: sa.Connection, viewer: Viewer, *, limit: int = 50) -> Rows:
    """Return the pairs that nobody has decided on, the latest first: the columns of `doubtful_pair`."""
    query = (
        sa.select(doubtful_pair)
        .where(doubtful_pair.c.practitioner_id.in_(visible_ids(viewer)), doubtful_pair.c.decision == "")
        .order_by(doubtful_pair.c.batch_id.desc(), doubtful_pair.c.publication_id)
        .limit(limit)
    )
    return connection.execute(query).all()


def count_undecided(connection: sa.Connection, viewer: Viewer) -> dict[int, int]:
    """Return how many pairs nobody has decided on, by practitioner."""
    query = (
        sa.select(doubtful_pair.c.practitioner_id, sa.func.count().label("n"))
        .where(doubtful_pair.c.practitioner_id.in_(visible_ids(viewer)), doubtful_pair.c.decision == "")
        .group_by(doubtful_pair.c.practitioner_id)
    )
    return {row.practitioner_id: row.n for row in connection.execute(query)}
