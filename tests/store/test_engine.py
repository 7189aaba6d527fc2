"""The store: migrations that can be run again, transactions that hold, writers that wait."""

import threading
from contextlib import closing
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ereput.domain.errors import RefusedError
from ereput.store import Store, open_store, practitioners, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_migrations_make_the_declared_tables_and_can_run_again(empty_database_url: str) -> None:
    with closing(open_store(empty_database_url)) as store:
        store.migrate()
        store.migrate()
        with store.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_a_database_of_a_newer_program_is_refused(database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        with store.writing() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(RefusedError, match="plus récente"):
            store.migrate()


def test_a_broken_transaction_leaves_nothing(store: Store) -> None:
    def interrupted() -> None:
        with store.writing() as connection:
            practitioners.ensure_portfolio(connection, "P")
            raise OSError("power cut")

    with pytest.raises(OSError, match="power cut"):
        interrupted()
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.portfolio)).scalar() == 0


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.writing() as writer, store.reading() as reader:
        practitioners.ensure_portfolio(writer, "P")
        assert reader.execute(sa.select(schema.portfolio)).all() == []


def test_two_writers_take_turns(store: Store) -> None:
    with store.writing() as connection:
        home = practitioners.ensure_portfolio(connection, "P")
        who = practitioners.add(connection, slug="a", name="A", portfolio_id=home, now=NOW)
    failures: list[BaseException] = []

    def bump() -> None:
        try:
            for _ in range(5):
                with store.writing() as connection:
                    practitioners.bump_versions(connection, [who])
        except BaseException as error:  # noqa: BLE001 (shown by the assertion below)
            failures.append(error)

    threads = [threading.Thread(target=bump) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with store.reading() as connection:
        assert practitioners.read_versions(connection, [who]) == {who: 20}


def test_moments_come_back_in_utc_and_naive_ones_are_refused(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(sa.insert(schema.audit).values(at=NOW, viewer="a", action="b"))
    with store.reading() as connection:
        assert connection.execute(sa.select(schema.audit.c.at)).scalar() == NOW
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(sa.exc.StatementError, match="time zone"), store.writing() as connection:
        connection.execute(sa.insert(schema.audit).values(at=naive, viewer="a", action="b"))
