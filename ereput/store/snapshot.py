"""The whole database as one SQLite file, and back: what a backup holds, whatever the database is.

From SQLite the file is its own copy (the backup API: writers go on meanwhile). From PostgreSQL it is made
table by table within one REPEATABLE READ transaction, so no other program is needed. The same in reverse
fills either database, all or nothing (no viewer: only administrators back up and restore).
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext

from ereput.store.engine import Store
from ereput.store.schema import metadata

CHUNK = 2_000
# Where something stands as soon as anybody has used the tool; the other tables hang on these.
_TELLING = ("practitioner", "portfolio", "publication", "import_batch", "case", "viewer", "meeting", "feed")


def take(store: Store, target: Path) -> None:
    """Write the database, as it is at one moment, to a new SQLite file.

    Raises sqlite3.Error or sqlalchemy.exc.SQLAlchemyError, what was written then being worthless.
    """
    if store.is_sqlite:
        with closing(sqlite3.connect(str(store.url.database))) as source, closing(_plain(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        return
    with closing(Store(f"sqlite:///{target}")) as goal:
        goal.migrate()
        with store.reading() as source_, goal.writing() as connection:
            _pour(source_, connection)
        _settle(goal)


def fill(source: Store, goal: Store, *, check: Callable[[sa.Connection], None]) -> None:
    """Put all that a migrated database holds into another, empty and migrated, in one transaction.

    `check` runs first, inside that transaction: what it raises leaves everything as it was.
    """
    with source.reading() as connection, goal.writing() as target:
        check(target)
        _pour(connection, target)


def is_empty(connection: sa.Connection) -> bool:
    """Whether nobody has put anything into the database yet; it may have no table at all."""
    there = set(sa.inspect(connection).get_table_names())
    tables = [metadata.tables[name] for name in _TELLING if name in there]
    return all(
        connection.execute(sa.select(sa.literal(1)).select_from(t).limit(1)).first() is None for t in tables
    )


def revision(store: Store) -> str:
    """Return the migration that the database is at, "" when it has none."""
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def damage(path: Path) -> str:
    """Return what SQLite finds wrong with a file, "" when it is sound."""
    try:
        with closing(_plain(path)) as connection:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        return str(error)
    if found != "ok":
        return str(found)
    return f"foreign key of {dangling[0]}" if dangling else ""


def counts(store: Store) -> dict[str, int]:
    """Return how many rows each table holds."""
    with store.reading() as connection:
        return {
            table.name: int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
            for table in metadata.sorted_tables
        }


def _pour(source: sa.Connection, target: sa.Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        target.execute(sa.delete(table))  # what migrations put there
    for table in metadata.sorted_tables:
        rows = source.execution_options(yield_per=CHUNK).execute(sa.select(table))
        for part in rows.mappings().partitions():
            target.execute(sa.insert(table), [dict(row) for row in part])
    _write_sequences(target, _read_sequences(source))


def _read_sequences(connection: sa.Connection) -> dict[str, int]:
    """Return the highest number ever given in each table whose numbers are never given twice."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {name: int(last) for name, last in rows}
    found = {}
    for table in _numbered():
        query = sa.text(
            "SELECT last_value FROM pg_sequences WHERE schemaname = current_schema() AND sequencename = :name"
        )
        last = connection.execute(query, {"name": f"{table.name}_id_seq"}).scalar()
        if last is not None:
            found[table.name] = int(last)
    return found


def _write_sequences(connection: sa.Connection, last: dict[str, int]) -> None:
    for table in _numbered():
        highest = connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0
        number = max(int(highest), last.get(table.name, 0))
        if not number:
            continue
        if connection.dialect.name == "sqlite":
            if table.dialect_options["sqlite"]["autoincrement"]:
                connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
                connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (table.name, number))
        else:
            sequence = sa.text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)")
            connection.execute(sequence, {"name": f'"{table.name}"', "number": number})


def _numbered() -> list[sa.Table]:
    """Return the tables that number their rows themselves."""
    return [
        table
        for table in metadata.sorted_tables
        if table.autoincrement_column is not None and table.autoincrement_column.name == "id"
    ]


def _plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path)


def _settle(store: Store) -> None:
    """Leave one file: nothing beside it in a write-ahead log."""
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is not None:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            driver.execute("PRAGMA journal_mode = DELETE")


def settle(store: Store) -> None:
    """Put all that a SQLite store holds into its one file; nothing else may have it open."""
    _settle(store)
    store.close()
