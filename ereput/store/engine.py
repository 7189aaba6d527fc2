"""One store, SQLite or PostgreSQL: connections, transactions, migrations."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import InsufficientPrivilege

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Viewer
from ereput.store import locks

MIGRATIONS = Path(__file__).parent / "migrations"
# A second writer waits this long for the first, in seconds: an import's write is far shorter.
PATIENCE = 60


class Store:
    """The database behind the dashboard; every unit of work takes one connection and gives it back."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.viewer: Viewer | None = None

    def seen_by(self, viewer: Viewer) -> Self:
        """Return the same database as somebody may see it: PostgreSQL holds every transaction to that."""
        self.engine  # noqa: B018 (made once, and shared)
        bound = copy(self)
        bound.viewer = viewer
        return bound

    @cached_property
    def engine(self) -> sa.Engine:
        """The pool of connections, made at the first use."""
        if not self.is_sqlite:
            return sa.create_engine(self.url, pool_pre_ping=True)
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(self.url, connect_args={"timeout": PATIENCE})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one consistent state."""
        connection = self.engine.connect()
        if not self.is_sqlite:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection, connection.begin():
            self._declare(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Yield a connection whose changes are kept together or not at all; writers wait for each other."""
        with self.engine.connect().execution_options(ereput_write=True) as connection, connection.begin():
            self._declare(connection)
            yield connection

    def _declare(self, connection: sa.Connection) -> None:
        if not self.is_sqlite:
            locks.declare(connection, self.viewer)

    def migrate(self) -> None:
        """Bring the tables up to date; a database that is newer than the program is refused."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        script = ScriptDirectory.from_config(config)
        with self.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        if current == script.get_current_head():
            return
        if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
            raise RefusedError(
                "Cette base a été créée par une version plus récente d’ereput : mettez le programme à jour."
            )
        config.attributes["store"] = self
        try:
            command.upgrade(config, "head")
        except sa.exc.ProgrammingError as error:
            if not isinstance(error.orig, InsufficientPrivilege):
                raise
            raise RefusedError(
                "Les tables sont à mettre à jour par leur propriétaire : « ereput migrate » avec son adresse."
            ) from error

    def close(self) -> None:
        """Give the connections back."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def open_store(url: str) -> Store:
    """Return the store at a SQLAlchemy URL (sqlite:///… or postgresql+psycopg://…)."""
    return Store(url)


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # The driver must open no transaction on its own: a CREATE TABLE survived a rollback that way.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -65536")


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("ereput_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
