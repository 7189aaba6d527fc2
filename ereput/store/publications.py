"""Publications, their keys and versions: the write side of an import, and the reads of a practitioner."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ereput.domain.practitioner import Viewer
from ereput.domain.publication import Known
from ereput.store.schema import (
    batch_seen,
    doubtful_pair,
    publication,
    publication_key,
    publication_version,
    sighting,
)
from ereput.store.scope import Rows, sees

CHUNK = 5_000
SIGNALS = "signals_version"
"""The setting that says since which version of the signals nothing is left to read again."""
# In the order of `Known`; the words stand last, so that they can be left out.
_IDENTITY = (
    publication.c.id,
    publication.c.author_key,
    publication.c.id_namespace,
    publication.c.earliest,
    publication.c.latest,
    publication.c.content,
    publication.c.removed_at.is_not(None),
)
_WORDS = (publication.c.rating, publication.c.title, publication.c.body, publication.c.reply)


def holds_any(connection: sa.Connection, practitioner_id: int) -> bool:
    """Whether anything is stored of the practitioner: an empty store needs no look-up."""
    query = sa.select(publication.c.id).where(publication.c.practitioner_id == practitioner_id).limit(1)
    return connection.execute(query).first() is not None


def find_keys(connection: sa.Connection, practitioner_id: int, keys: Sequence[int]) -> dict[int, Known]:
    """Return, without its words, the stored publication behind each known key (write side: no viewer)."""
    query = (
        sa.select(publication_key.c.key, *_IDENTITY)
        .join(
            publication,
            (publication.c.practitioner_id == publication_key.c.practitioner_id)
            & (publication.c.id == publication_key.c.publication_id),
        )
        .where(
            publication_key.c.practitioner_id == practitioner_id,
            publication_key.c.key.in_(sa.bindparam("keys", expanding=True)),
        )
    )
    return {row[0]: Known(*row[1:]) for row in _chunked(connection, query, keys)}


def find_words(connection: sa.Connection, practitioner_id: int, ids: Sequence[int]) -> dict[int, Known]:
    """Return stored publications with their words, by id (write side: no viewer)."""
    query = sa.select(*_IDENTITY, *_WORDS).where(
        publication.c.practitioner_id == practitioner_id,
        publication.c.id.in_(sa.bindparam("keys", expanding=True)),
    )
    return {row[0]: Known._make(row) for row in _chunked(connection, query, ids)}


def find_authors(
    connection: sa.Connection, practitioner_id: int, platform: str, author_keys: Sequence[int]
) -> dict[int, list[Known]]:
    """Return the stored publications of each author of a platform (write side: no viewer)."""
    query = sa.select(*_IDENTITY, *_WORDS).where(
        publication.c.practitioner_id == practitioner_id,
        publication.c.platform == platform,
        publication.c.author_key.in_(sa.bindparam("keys", expanding=True)),
    )
    found: dict[int, list[Known]] = {}
    for row in _chunked(connection, query, author_keys):
        known = Known._make(row)
        found.setdefault(known.author_key, []).append(known)
    return found


def _chunked(connection: sa.Connection, query: sa.Select[Any], keys: Sequence[int]) -> Iterator[Any]:
    """Yield the rows of a query on a list of keys, a bearable number of keys at a time."""
    for start in range(0, len(keys), CHUNK):
        yield from connection.execute(query, {"keys": list(keys[start : start + CHUNK])})


def read_all(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> Rows:
    """Return every publication of a practitioner, latest first."""
    query = (
        sa.select(publication)
        .where(
            publication.c.practitioner_id == practitioner_id,
            sees(viewer, publication.c.practitioner_id),
        )
        .order_by(publication.c.published_on.desc(), publication.c.id)
    )
    return connection.execute(query).all()


def read_versions(
    connection: sa.Connection, viewer: Viewer, practitioner_id: int, publication_id: int
) -> Rows:
    """Return the former words of a publication, oldest first."""
    query = (
        sa.select(publication_version)
        .where(
            publication_version.c.practitioner_id == practitioner_id,
            publication_version.c.publication_id == publication_id,
            sees(viewer, publication_version.c.practitioner_id),
        )
        .order_by(publication_version.c.version)
    )
    return connection.execute(query).all()


def insert(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert whole publications."""
    if rows:
        connection.execute(sa.insert(publication), list(rows))


def insert_keys(connection: sa.Connection, rows: Sequence[dict[str, int]]) -> None:
    """Insert keys; one that is taken keeps its first owner."""
    _insert_new(connection, publication_key, rows)


def _insert_new(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows whose primary key is free."""
    if not rows:
        return
    statement: Any
    if connection.dialect.name == "sqlite":
        statement = sa.insert(table).prefix_with("OR IGNORE")
    else:
        from sqlalchemy.dialects.postgresql import insert

        statement = insert(table).on_conflict_do_nothing()
    connection.execute(statement, list(rows))


def edit(connection: sa.Connection, row: dict[str, Any], *, batch_id: int, now: datetime) -> None:
    """Replace the words and stars of a publication, and keep what they were as a version."""
    where = (
        publication.c.practitioner_id == row["practitioner_id"],
        publication.c.id == row["id"],
    )
    kept = ("rating", "scale", "title", "body", "reply", "content")
    old = connection.execute(sa.select(publication).where(*where)).one()
    connection.execute(
        sa.insert(publication_version).values(
            practitioner_id=row["practitioner_id"],
            publication_id=row["id"],
            version=old.version,
            replaced_at=now,
            replaced_by_batch_id=batch_id,
            **{name: getattr(old, name) for name in kept},
        )
    )
    fresh = (
        *kept,
        "label",
        "score",
        "is_negative",
        "is_contradictory",
        "themes",
        "hints",
        "evidence",
        "signals_version",
    )
    changes = {name: row[name] for name in fresh}
    if not row["reply"]:  # an export without replies erases none
        changes["reply"] = old.reply
    elif row["replied_on"]:
        changes["replied_on"] = row["replied_on"]
    connection.execute(
        sa.update(publication).where(*where).values(version=old.version + 1, edited_at=now, **changes)
    )


def read_outdated(connection: sa.Connection, version: int, *, after: tuple[int, int], limit: int) -> Rows:
    """Return the next publications with signals older than a version, by practitioner and id (no viewer).

    Rows: practitioner_id, id, title, body, rating, content. What was erased has no words left to read.
    """
    here = publication.c
    query = (
        sa.select(here.practitioner_id, here.id, here.title, here.body, here.rating, here.content)
        .where(
            sa.tuple_(here.practitioner_id, here.id) > sa.tuple_(*map(sa.literal, after)),
            here.signals_version < version,
            here.erased_at.is_(None),
        )
        .order_by(here.practitioner_id, here.id)
        .limit(limit)
    )
    return connection.execute(query).all()


def write_signals(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write the signals of publications whose content is still what was read.

    A row holds the columns of the signals, and `who`, `which` and `seen`: practitioner, id, content.
    """
    statement = sa.update(publication).where(
        publication.c.practitioner_id == sa.bindparam("who"),
        publication.c.id == sa.bindparam("which"),
        publication.c.content == sa.bindparam("seen"),
    )
    names = [name for name in rows[0] if name not in {"who", "which", "seen"}]
    connection.execute(statement.values({name: sa.bindparam(name) for name in names}), list(rows))


def insert_sightings(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Remember where a mention was seen; a sighting seen again changes nothing."""
    _insert_new(connection, sighting, rows)


def insert_pairs(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Remember the pairs that may be one publication."""
    if rows:
        connection.execute(sa.insert(doubtful_pair), list(rows))


def insert_seen(connection: sa.Connection, practitioner_id: int, batch_id: int, ids: Iterable[int]) -> None:
    """Remember which publications a batch held."""
    packed = b"".join(identifier.to_bytes(8, "little") for identifier in sorted(set(ids)))
    connection.execute(
        sa.insert(batch_seen).values(practitioner_id=practitioner_id, batch_id=batch_id, publications=packed)
    )


def unpack_seen(packed: bytes) -> set[int]:
    """Return the publication ids of a `batch_seen` row."""
    return {int.from_bytes(packed[at : at + 8], "little") for at in range(0, len(packed), 8)}


def mark_removed(
    connection: sa.Connection,
    practitioner_id: int,
    platform: str,
    *,
    kept: set[int],
    batch_id: int,
    now: datetime,
) -> int:
    """Mark the reviews of a platform that a complete export no longer holds; return how many."""
    query = sa.select(publication.c.id).where(
        publication.c.practitioner_id == practitioner_id,
        publication.c.platform == platform,
        publication.c.kind == "review",
        publication.c.removed_at.is_(None),
    )
    gone = [row.id for row in connection.execute(query) if row.id not in kept]
    for start in range(0, len(gone), CHUNK):
        connection.execute(
            sa.update(publication)
            .where(
                publication.c.practitioner_id == practitioner_id,
                publication.c.id.in_(gone[start : start + CHUNK]),
            )
            .values(removed_at=now, removed_batch_id=batch_id)
        )
    return len(gone)


def mark_back(connection: sa.Connection, practitioner_id: int, ids: Sequence[int]) -> None:
    """Say that removed publications are there again."""
    for start in range(0, len(ids), CHUNK):
        connection.execute(
            sa.update(publication)
            .where(
                publication.c.practitioner_id == practitioner_id,
                publication.c.id.in_(ids[start : start + CHUNK]),
            )
            .values(removed_at=None, removed_batch_id=None)
        )
