"""Erase what a publication says, remember that it was erased, and find what is still to be erased.

What stays of an erased publication: its practitioner, platform, kind, day, stars and signals, whether it
bore a reply; past figures do not move. Its keys and its id, which are digests of its words, become keyed
ones (write side: no viewer).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ereput.store.engine import PATIENCE, Store
from ereput.store.publications import CHUNK, insert_seen, unpack_seen
from ereput.store.schema import (
    audit,
    batch_seen,
    case,
    case_content,
    decision,
    doubtful_pair,
    import_batch,
    import_reject,
    listing,
    meeting_quote,
    place_alias,
    practitioner,
    publication,
    publication_key,
    publication_version,
    sighting,
    tombstone,
    viewer,
    viewer_practitioner,
    waiting,
    watch,
)
from ereput.store.scope import Row, Rows

ERASED_REPLY = "(réponse effacée)"
"""Stands where a reply stood: how often one replies is a figure that stays."""
NO_AUTHOR = 0
SCRUB_MILLISECONDS = 2_000
_EMPTY = dict.fromkeys(("author", "title", "body", "url", "source", "evidence", "id_namespace"), "")


# -- tombstones


def read_tombstones(connection: sa.Connection) -> Rows:
    """Return every tombstone: digest, key, kind, at, reason."""
    return connection.execute(sa.select(tombstone).order_by(tombstone.c.at, tombstone.c.digest)).all()


def insert_tombstones(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember erasures; one that is known already stays as it is."""
    fresh = {row["digest"]: dict(row) for row in rows}
    for digests in _parts(list(fresh)):
        known = sa.select(tombstone.c.digest).where(tombstone.c.digest.in_(digests))
        for digest in connection.execute(known).scalars():
            del fresh[digest]
    if fresh:
        connection.execute(sa.insert(tombstone), list(fresh.values()))


# -- what is there


def slugs(connection: sa.Connection) -> dict[int, str]:
    """Return the slug of each practitioner, by its id."""
    return {row.id: row.slug for row in connection.execute(sa.select(practitioner.c.id, practitioner.c.slug))}


def of_author(
    connection: sa.Connection, author_key: int, *, practitioner_id: int | None = None, platform: str = ""
) -> Rows:
    """Return (practitioner_id, id) of the publications under a displayed name."""
    query = sa.select(publication.c.practitioner_id, publication.c.id).where(
        publication.c.author_key == author_key
    )
    if practitioner_id is not None:
        query = query.where(publication.c.practitioner_id == practitioner_id)
    if platform:
        query = query.where(publication.c.platform == platform)
    return connection.execute(query).all()


def authors(connection: sa.Connection) -> Rows:
    """Return every (practitioner_id, platform, author, author_key) that still has a name."""
    columns = (
        publication.c.practitioner_id,
        publication.c.platform,
        publication.c.author,
        publication.c.author_key,
    )
    return connection.execute(sa.select(*columns).where(publication.c.author != "").distinct()).all()


def keys(connection: sa.Connection) -> Iterator[Row]:
    """Yield (practitioner_id, key, publication_id) of every publication that can be recognised."""
    yield from connection.execute(
        sa.select(
            publication_key.c.practitioner_id, publication_key.c.key, publication_key.c.publication_id
        ).execution_options(yield_per=CHUNK)
    )


def ripe(connection: sa.Connection, before: datetime) -> Rows:
    """Return (practitioner_id, id) of what was first read before a moment and still has words.

    What a case is about stays as long as the opening of the case is not erased.
    """
    has_case = sa.exists().where(
        case.c.practitioner_id == publication.c.practitioner_id,
        case.c.publication_id == publication.c.id,
        case_content.c.case_id == case.c.id,
        case_content.c.number == 1,
        case_content.c.content.is_not(None),
    )
    query = sa.select(publication.c.practitioner_id, publication.c.id).where(
        publication.c.first_seen < before, publication.c.erased_at.is_(None), ~has_case
    )
    return connection.execute(query).all()


def open_on(connection: sa.Connection) -> dict[tuple[int, int], int]:
    """Return the open case of each publication that has one, by (practitioner, publication)."""
    query = sa.select(case.c.practitioner_id, case.c.publication_id, case.c.id).where(
        case.c.closed_on.is_(None), case.c.publication_id.is_not(None)
    )
    return {(row.practitioner_id, row.publication_id): row.id for row in connection.execute(query)}


# -- publications


def forget(
    connection: sa.Connection,
    practitioner_id: int,
    ids: Sequence[int],
    *,
    rename: Callable[[int], int],
    now: datetime,
) -> list[int]:
    """Empty publications of their words and return the keys under which they were known.

    `rename` gives the id that takes the place of one made of words.
    """
    found: list[int] = []
    for part in _parts(ids):
        mine = (publication_key.c.practitioner_id == practitioner_id,)
        query = sa.select(publication_key.c.key).where(*mine, publication_key.c.publication_id.in_(part))
        found += connection.execute(query).scalars()
        for table in (publication_key, publication_version, sighting, meeting_quote):
            connection.execute(
                sa.delete(table).where(
                    table.c.practitioner_id == practitioner_id, table.c.publication_id.in_(part)
                )
            )
        either = doubtful_pair.c.publication_id.in_(part) | doubtful_pair.c.other_id.in_(part)
        connection.execute(
            sa.delete(doubtful_pair).where(doubtful_pair.c.practitioner_id == practitioner_id, either)
        )
    names = {old: rename(old) for old in ids}
    _empty(connection, practitioner_id, names, now)
    _rename_seen(connection, practitioner_id, names)
    return [*found, *ids]


def _empty(connection: sa.Connection, practitioner_id: int, names: dict[int, int], now: datetime) -> None:
    if not names:
        return
    kept = sa.case((publication.c.reply == "", ""), else_=ERASED_REPLY)
    connection.execute(
        sa.update(publication)
        .where(
            publication.c.practitioner_id == practitioner_id,
            publication.c.id == sa.bindparam("old"),
        )
        .values(
            id=sa.bindparam("new"),
            author_key=NO_AUTHOR,
            content=0,
            published_at=None,
            erased_at=now,
            reply=kept,
            **_EMPTY,
        ),
        [{"old": old, "new": new} for old, new in names.items()],
    )


def _rename_seen(connection: sa.Connection, practitioner_id: int, names: dict[int, int]) -> None:
    mine = batch_seen.c.practitioner_id == practitioner_id
    for row in connection.execute(sa.select(batch_seen).where(mine)).all():
        seen = unpack_seen(row.publications)
        if not names.keys().isdisjoint(seen):
            connection.execute(sa.delete(batch_seen).where(mine, batch_seen.c.batch_id == row.batch_id))
            renamed = {names.get(identifier, identifier) for identifier in seen}
            insert_seen(connection, practitioner_id, row.batch_id, renamed)


def wipe(connection: sa.Connection) -> None:
    """Have what this transaction deletes overwritten, where the database leaves it on disk otherwise."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def scrub(store: Store) -> None:
    """Let go of the former contents: empty SQLite's log, give PostgreSQL's dead rows back."""
    with store.engine.connect() as connection:
        if store.is_sqlite:
            driver = connection.connection.driver_connection
            if driver is not None:
                # A reader in the middle of its work holds the log: the next checkpoint empties it then.
                driver.execute(f"PRAGMA busy_timeout = {SCRUB_MILLISECONDS}")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                driver.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
            return
        plain = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in (publication, publication_version, case_content, waiting, import_reject, meeting_quote):
            plain.execute(sa.text(f'VACUUM "{table.name}"'))


# -- what lies around


def waiting_rows(connection: sa.Connection) -> Iterator[Row]:
    """Yield the rows that wait to be assigned: batch_id, row, draft, place_key."""
    yield from connection.execute(
        sa.select(waiting.c.batch_id, waiting.c.row, waiting.c.draft, waiting.c.place_key)
    ).all()


def drop_waiting(connection: sa.Connection, rows: Collection[tuple[int, int]]) -> None:
    """Delete rows that wait, by (batch, row)."""
    for batch, row in rows:
        connection.execute(sa.delete(waiting).where(waiting.c.batch_id == batch, waiting.c.row == row))


def blank_rejects(
    connection: sa.Connection,
    *,
    holds: Callable[[str], bool] | None = None,
    before: datetime | None = None,
    practitioner_id: int | None = None,
) -> int:
    """Empty the rows that no reader understood, of imports before a moment, of one practitioner, by words."""
    query = (
        sa.select(import_reject.c.batch_id, import_reject.c.row, import_reject.c.raw)
        .join(import_batch)
        .where(import_reject.c.raw != "")
    )
    if before is not None:
        query = query.where(import_batch.c.imported_at < before)
    if practitioner_id is not None:
        query = query.where(import_batch.c.practitioner_id == practitioner_id)
    rows = [row for row in connection.execute(query).all() if holds is None or holds(row.raw)]
    if rows:
        connection.execute(
            sa.update(import_reject)
            .where(import_reject.c.batch_id == sa.bindparam("b"), import_reject.c.row == sa.bindparam("r"))
            .values(raw=""),
            [{"b": row.batch_id, "r": row.row} for row in rows],
        )
    return len(rows)


def replace_words(
    connection: sa.Connection, change: Callable[[str], str], *, practitioner_id: int | None = None
) -> int:
    """Rewrite the free texts that people typed (decisions, watches, listings); return how many changed."""
    changed = 0
    for column in (decision.c.text, watch.c.note, listing.c.note):
        table: Any = column.table
        query = sa.select(table).where(column != "")
        if practitioner_id is not None:
            query = query.where(table.c.practitioner_id == practitioner_id)
        for row in connection.execute(query).all():
            former = getattr(row, column.name)
            if (new := change(former)) != former:
                here = [item == getattr(row, item.name) for item in table.primary_key]
                connection.execute(sa.update(table).where(*here).values({column.name: new}))
                changed += 1
    return changed


def waiting_before(connection: sa.Connection, before: datetime) -> int:
    """Return how many rows of imports before a moment still wait to be assigned."""
    query = sa.select(sa.func.count()).select_from(waiting.join(import_batch))
    return int(connection.execute(query.where(import_batch.c.imported_at < before)).scalar_one())


def drop_waiting_before(connection: sa.Connection, before: datetime) -> int:
    """Delete the rows that wait since before a moment."""
    old = sa.select(import_batch.c.id).where(import_batch.c.imported_at < before)
    return int(connection.execute(sa.delete(waiting).where(waiting.c.batch_id.in_(old))).rowcount)


def rejects_before(connection: sa.Connection, before: datetime) -> int:
    """Return how many rows that were not understood, of imports before a moment, are still kept."""
    query = sa.select(sa.func.count()).select_from(import_reject.join(import_batch))
    return int(
        connection.execute(
            query.where(import_batch.c.imported_at < before, import_reject.c.raw != "")
        ).scalar_one()
    )


def audit_before(connection: sa.Connection, before: datetime) -> int:
    """Return how many lines of the audit are older than a moment."""
    query = sa.select(sa.func.count()).select_from(audit).where(audit.c.at < before)
    return int(connection.execute(query).scalar_one())


def drop_audit_before(connection: sa.Connection, before: datetime) -> int:
    """Delete the lines of the audit that are older than a moment."""
    return int(connection.execute(sa.delete(audit).where(audit.c.at < before)).rowcount)


# -- a practitioner


def identities(connection: sa.Connection, practitioner_id: int) -> tuple[list[str], list[int]]:
    """Return what a file may name a practitioner's place by: identifiers and addresses, and place keys."""
    rows = connection.execute(
        sa.select(listing.c.external_id, listing.c.url).where(listing.c.practitioner_id == practitioner_id)
    )
    words = [word for row in rows for word in row if word]
    query = sa.select(place_alias.c.place_key).where(place_alias.c.practitioner_id == practitioner_id)
    return words, list(connection.execute(query).scalars())


def count_publications(connection: sa.Connection, practitioner_id: int) -> int:
    """Return how many publications of a practitioner are stored."""
    query = sa.select(sa.func.count()).where(publication.c.practitioner_id == practitioner_id)
    return int(connection.execute(query).scalar_one())


def created_at(connection: sa.Connection) -> Rows:
    """Return (id, slug, created_at) of every practitioner."""
    columns = (practitioner.c.id, practitioner.c.slug, practitioner.c.created_at)
    return connection.execute(sa.select(*columns)).all()


def remove_practitioner(connection: sa.Connection, practitioner_id: int, slug: str) -> None:
    """Delete a practitioner with all that hangs on it, its own account, and its name where it is written."""
    mine = sa.select(viewer_practitioner.c.viewer_id).where(
        viewer_practitioner.c.practitioner_id == practitioner_id
    )
    others = sa.select(viewer_practitioner.c.viewer_id).where(
        viewer_practitioner.c.practitioner_id != practitioner_id
    )
    alone = (viewer.c.role == "praticien", viewer.c.id.in_(mine), viewer.c.id.not_in(others))
    connection.execute(sa.delete(viewer).where(*alone))
    batches = sa.select(import_batch.c.id).where(import_batch.c.practitioner_id == practitioner_id)
    connection.execute(sa.delete(import_reject).where(import_reject.c.batch_id.in_(batches)))
    connection.execute(
        sa.update(import_batch)
        .where(import_batch.c.practitioner_id == practitioner_id)
        .values(name="(praticien effacé)", sha256="", asked="")
    )
    connection.execute(
        sa.update(audit).where(audit.c.subject == slug).values(subject="(praticien effacé)", detail="")
    )
    connection.execute(sa.delete(practitioner).where(practitioner.c.id == practitioner_id))


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
