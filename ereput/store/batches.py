"""The journal of imports: what each file or feed brought, what it rejected, and how to take it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.domain.publication import Reject
from ereput.store.journal import write_preference
from ereput.store.publications import SIGNALS, unpack_seen
from ereput.store.schema import (
    batch_coverage,
    batch_seen,
    doubtful_pair,
    import_batch,
    import_reject,
    practitioner,
    publication,
    publication_key,
    publication_version,
    sighting,
)
from ereput.store.scope import Row, Rows, sees

RAW_LENGTH = 2_000
VERSIONED = ("rating", "scale", "title", "body", "reply", "content")


def insert(connection: sa.Connection, **values: Any) -> int:
    """Insert a batch and return its id."""
    made = connection.execute(sa.insert(import_batch).values(**values).returning(import_batch.c.id))
    return int(made.scalar_one())


def complete(connection: sa.Connection, batch_id: int, **counts: int) -> None:
    """Write what the batch did, once it is known."""
    connection.execute(sa.update(import_batch).where(import_batch.c.id == batch_id).values(**counts))


def insert_rejects(connection: sa.Connection, batch_id: int, rejects: Sequence[Reject]) -> None:
    """Keep the rows that were not understood, with the reason; the first of each row number."""
    rows = {reject.row: reject for reject in reversed(rejects)}
    if rows:
        connection.execute(
            sa.insert(import_reject),
            [
                {"batch_id": batch_id, "row": row, "reason": reject.reason, "raw": reject.raw[:RAW_LENGTH]}
                for row, reject in sorted(rows.items())
            ],
        )


def _visible(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition on batches: those that hold only what the viewer may see."""
    if viewer.role is Role.ADMINISTRATOR:
        return sa.true()
    return sa.or_(
        sees(viewer, import_batch.c.practitioner_id),
        import_batch.c.portfolio_id.in_(sorted(viewer.portfolios)),
    )


def read_all(
    connection: sa.Connection, viewer: Viewer, *, practitioner_id: int | None = None, limit: int = 200
) -> Rows:
    """Return the journal, latest first: the columns of `import_batch` and the practitioner's slug.

    Of one practitioner, with the files that spoke of many.
    """
    query = (
        sa.select(import_batch, practitioner.c.slug, practitioner.c.name.label("practitioner_name"))
        .outerjoin(practitioner, practitioner.c.id == import_batch.c.practitioner_id)
        .where(_visible(viewer))
        .order_by(import_batch.c.id.desc())
        .limit(limit)
    )
    if practitioner_id is not None:
        mine = import_batch.c.practitioner_id == practitioner_id
        query = query.where(mine | import_batch.c.practitioner_id.is_(None))
    return connection.execute(query).all()


def read_one(connection: sa.Connection, viewer: Viewer, batch_id: int) -> Row:
    """Return one batch of the journal."""
    query = sa.select(import_batch).where(_visible(viewer), import_batch.c.id == batch_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise RefusedError(f"Aucun import n° {batch_id} dans votre périmètre.")
    return row


def read_rejects(connection: sa.Connection, viewer: Viewer, batch_id: int) -> Rows:
    """Return the rejected rows of a batch: (row, reason, raw)."""
    read_one(connection, viewer, batch_id)
    query = (
        sa.select(import_reject.c.row, import_reject.c.reason, import_reject.c.raw)
        .where(import_reject.c.batch_id == batch_id)
        .order_by(import_reject.c.row)
    )
    return connection.execute(query).all()


def repeated(connection: sa.Connection, **asked: Any) -> Row | None:
    """Return the latest import of the same bytes, asked for alike, if nothing changed since (write side).

    With its number of practitioners. Rows that wait to be assigned may find their practitioner later: such
    an import is read again.
    """
    same = [
        import_batch.c[name].is_not_distinct_from(value) for name, value in asked.items() if name != "name"
    ]
    query = (
        sa.select(import_batch)
        .where(*same, import_batch.c.undone_at.is_(None), import_batch.c.settled.is_not(None))
        .order_by(import_batch.c.id.desc())
        .limit(1)
    )
    batch = connection.execute(query).one_or_none()
    if batch is None or batch.waiting or not batch.sha256:
        return None
    members = sa.select(batch_seen.c.practitioner_id).where(
        batch_seen.c.batch_id == (batch.repeats or batch.id)
    )
    now = connection.execute(
        sa.select(sa.func.sum(practitioner.c.data_version), sa.func.count()).where(
            practitioner.c.id.in_(members)
        )
    ).one()
    if now[0] != batch.settled:
        return None
    return connection.execute(
        sa.select(import_batch, sa.literal(now[1]).label("practitioners")).where(
            import_batch.c.id == batch.id
        )
    ).one()


def touched(connection: sa.Connection, batch_id: int) -> list[int]:
    """Return the practitioners that a batch concerned."""
    query = sa.select(batch_seen.c.practitioner_id).where(batch_seen.c.batch_id == batch_id)
    return list(connection.execute(query).scalars())


def undo(connection: sa.Connection, batch_id: int, *, now: datetime) -> int:
    """Take a batch back and return how many publications went with it.

    What it brought goes, unless a later batch saw it too; what it edited gets its former words back,
    unless edited again since; what it marked as removed is there again.
    """
    gone = 0
    for practitioner_id in touched(connection, batch_id):
        gone += _undo_publications(connection, practitioner_id, batch_id)
        _undo_edits(connection, practitioner_id, batch_id)
    connection.execute(
        sa.update(publication)
        .where(publication.c.removed_batch_id == batch_id)
        .values(removed_at=None, removed_batch_id=None)
    )
    for table in (sighting, doubtful_pair, batch_coverage, batch_seen):
        connection.execute(sa.delete(table).where(table.c.batch_id == batch_id))
    connection.execute(sa.update(import_batch).where(import_batch.c.id == batch_id).values(undone_at=now))
    return gone


def _undo_publications(connection: sa.Connection, practitioner_id: int, batch_id: int) -> int:
    seen_later: dict[int, int] = {}
    later = sa.select(batch_seen.c.batch_id, batch_seen.c.publications).where(
        batch_seen.c.practitioner_id == practitioner_id, batch_seen.c.batch_id > batch_id
    )
    for row in connection.execute(later.order_by(batch_seen.c.batch_id)):
        for identifier in unpack_seen(row.publications):
            seen_later.setdefault(identifier, row.batch_id)
    mine = (publication.c.practitioner_id == practitioner_id, publication.c.batch_id == batch_id)
    gone = []
    for identifier in connection.execute(sa.select(publication.c.id).where(*mine)).scalars().all():
        if identifier in seen_later:
            owner = seen_later[identifier]
            here = (publication.c.practitioner_id == practitioner_id, publication.c.id == identifier)
            connection.execute(sa.update(publication).where(*here).values(batch_id=owner))
            connection.execute(
                sa.update(publication_key)
                .where(
                    publication_key.c.practitioner_id == practitioner_id,
                    publication_key.c.publication_id == identifier,
                    publication_key.c.batch_id == batch_id,
                )
                .values(batch_id=owner)
            )
        else:
            gone.append({"p": practitioner_id, "i": identifier})
    if gone:
        for table, column in (
            (publication, publication.c.id),
            (publication_key, publication_key.c.publication_id),
            (publication_version, publication_version.c.publication_id),
        ):
            connection.execute(
                sa.delete(table).where(
                    table.c.practitioner_id == sa.bindparam("p"), column == sa.bindparam("i")
                ),
                gone,
            )
    # The aliases that this batch gave to publications of earlier ones.
    connection.execute(
        sa.delete(publication_key).where(
            publication_key.c.practitioner_id == practitioner_id, publication_key.c.batch_id == batch_id
        )
    )
    return len(gone)


def _undo_edits(connection: sa.Connection, practitioner_id: int, batch_id: int) -> None:
    query = sa.select(publication_version).where(
        publication_version.c.practitioner_id == practitioner_id,
        publication_version.c.replaced_by_batch_id == batch_id,
    )
    olds = connection.execute(query).all()
    if olds:
        write_preference(connection, SIGNALS, "")
    for old in olds:
        here = (publication.c.practitioner_id == practitioner_id, publication.c.id == old.publication_id)
        if connection.execute(sa.select(publication.c.version).where(*here)).scalar() != old.version + 1:
            continue  # edited again since: the latest words stand
        connection.execute(
            sa.update(publication)
            .where(*here)
            .values(
                version=old.version,
                edited_at=None if old.version == 1 else publication.c.edited_at,
                signals_version=0,  # the signals are those of the words that go: the survey reads them again
                **{name: getattr(old, name) for name in VERSIONED},
            )
        )
        connection.execute(
            sa.delete(publication_version).where(
                publication_version.c.practitioner_id == practitioner_id,
                publication_version.c.publication_id == old.publication_id,
                publication_version.c.version == old.version,
            )
        )
