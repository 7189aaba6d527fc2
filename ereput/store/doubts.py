"""Decide on two publications that may be one: keep both, or merge them so that every later import agrees.

Merged, the keys of the one that goes lead to the one that stays, and what each import saw names the one
that stays: taking back any of the imports then leaves what the others saw (write side: no viewer).
"""

from datetime import datetime

import sqlalchemy as sa

from ereput.store import publications
from ereput.store.schema import (
    batch_seen,
    case,
    doubtful_pair,
    publication,
    publication_key,
    publication_version,
    sighting,
)
from ereput.store.scope import Row

SAME, TWO = "same", "two"


def decide(connection: sa.Connection, practitioner_id: int, pair: tuple[int, int], decision: str) -> None:
    """Write what a person decided of a pair (publication, other)."""
    first, second = pair
    connection.execute(
        sa.update(doubtful_pair)
        .where(
            doubtful_pair.c.practitioner_id == practitioner_id,
            doubtful_pair.c.publication_id == first,
            doubtful_pair.c.other_id == second,
        )
        .values(decision=decision)
    )


def has_case(connection: sa.Connection, practitioner_id: int, publication_id: int) -> bool:
    """Whether a case was opened on a publication: its sealed journal names it for ever."""
    query = sa.select(case.c.id).where(
        case.c.practitioner_id == practitioner_id, case.c.publication_id == publication_id
    )
    return connection.execute(query.limit(1)).first() is not None


def merge(connection: sa.Connection, practitioner_id: int, *, kept: int, gone: int, now: datetime) -> None:
    """Make one publication of two. A reply that only the one that goes had is added as an edit."""
    stays, goes = (_one(connection, practitioner_id, identifier) for identifier in (kept, gone))
    if goes.reply and not stays.reply:
        row = {**goes._mapping, "id": kept}  # noqa: SLF001 (the public name of a row's mapping)
        publications.edit(connection, row, batch_id=goes.batch_id, now=now)
    is_removed = stays.removed_at is not None and goes.removed_at is not None
    connection.execute(
        sa.update(publication)
        .where(*_here(practitioner_id, kept))
        .values(
            batch_id=min(stays.batch_id, goes.batch_id),
            first_seen=min(stays.first_seen, goes.first_seen),
            removed_at=stays.removed_at if is_removed else None,
            removed_batch_id=stays.removed_batch_id if is_removed else None,
        )
    )
    connection.execute(
        sa.update(publication_key)
        .where(publication_key.c.practitioner_id == practitioner_id, publication_key.c.publication_id == gone)
        .values(publication_id=kept)
    )
    _move_sightings(connection, practitioner_id, kept, gone)
    _rename_seen(connection, practitioner_id, kept, gone)
    _rename_pairs(connection, practitioner_id, kept, gone)
    connection.execute(
        sa.delete(publication_version).where(
            publication_version.c.practitioner_id == practitioner_id,
            publication_version.c.publication_id == gone,
        )
    )
    connection.execute(sa.delete(publication).where(*_here(practitioner_id, gone)))


def _here(practitioner_id: int, publication_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return publication.c.practitioner_id == practitioner_id, publication.c.id == publication_id


def _one(connection: sa.Connection, practitioner_id: int, publication_id: int) -> Row:
    return connection.execute(sa.select(publication).where(*_here(practitioner_id, publication_id))).one()


def _move_sightings(connection: sa.Connection, practitioner_id: int, kept: int, gone: int) -> None:
    mine = (sighting.c.practitioner_id == practitioner_id, sighting.c.publication_id == gone)
    rows = connection.execute(sa.select(sighting).where(*mine)).mappings().all()
    publications.insert_sightings(connection, [{**row, "publication_id": kept} for row in rows])
    connection.execute(sa.delete(sighting).where(*mine))


def _rename_seen(connection: sa.Connection, practitioner_id: int, kept: int, gone: int) -> None:
    mine = batch_seen.c.practitioner_id == practitioner_id
    for row in connection.execute(sa.select(batch_seen).where(mine)).all():
        seen = publications.unpack_seen(row.publications)
        if gone in seen:
            connection.execute(sa.delete(batch_seen).where(mine, batch_seen.c.batch_id == row.batch_id))
            publications.insert_seen(connection, practitioner_id, row.batch_id, (seen - {gone}) | {kept})


def _rename_pairs(connection: sa.Connection, practitioner_id: int, kept: int, gone: int) -> None:
    """Let the other undecided pairs of the one that goes be pairs of the one that stays, each once."""
    mine = (
        doubtful_pair.c.practitioner_id == practitioner_id,
        doubtful_pair.c.decision == "",
        (doubtful_pair.c.publication_id == gone) | (doubtful_pair.c.other_id == gone),
    )
    rows = connection.execute(sa.select(doubtful_pair).where(*mine)).mappings().all()
    connection.execute(sa.delete(doubtful_pair).where(*mine))
    for row in rows:
        first, second = (kept if row[end] == gone else row[end] for end in ("publication_id", "other_id"))
        taken = sa.select(doubtful_pair.c.batch_id).where(
            doubtful_pair.c.practitioner_id == practitioner_id,
            doubtful_pair.c.publication_id.in_((first, second)),
            doubtful_pair.c.other_id.in_((first, second)),
        )
        if first != second and connection.execute(taken).first() is None:
            renamed = {**row, "publication_id": first, "other_id": second}
            connection.execute(sa.insert(doubtful_pair).values(**renamed))
