"""The second lock: PostgreSQL itself shows a connection nothing but what its viewer may see."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.store import Store, locks, open_store, practitioners, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANNE = Viewer("Anne", Role.PRACTITIONER, practitioners=frozenset({1}))
EAST = Viewer("Est", Role.BROKER, portfolios=frozenset({2}))
NOBODY = Viewer("Personne", Role.READER)
KEYED = sorted(
    table.name
    for table in schema.metadata.tables.values()
    if locks.statements(table.name, [column.name for column in table.c])
)


@pytest.fixture(scope="module")
def worker(postgresql_shared: Any) -> str:
    """The address of the shared database for a role that is neither owner nor superuser."""
    url = sa.make_url(postgresql_shared[0])
    with closing(open_store(postgresql_shared[0])) as store, store.writing() as connection:
        for statement in (
            "DROP ROLE IF EXISTS ereput_app",
            "CREATE ROLE ereput_app LOGIN PASSWORD 'app'",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ereput_app",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ereput_app",
        ):
            connection.execute(sa.text(statement))
    return url.set(username="ereput_app", password="app").render_as_string(hide_password=False)  # noqa: S106 (of a test)


@pytest.fixture
def app(worker: str, postgresql_url: str) -> Iterator[Store]:
    """Two practitioners of two portfolios with something in each large table, seen by the program's role."""
    with closing(open_store(postgresql_url)) as owner, owner.writing() as connection:
        for who, name in ((1, "Ouest"), (2, "Est")):
            home = practitioners.ensure_portfolio(connection, name)
            practitioners.add(connection, slug=f"p{who}", name=f"P{who}", portfolio_id=home, now=NOW)
            mine: dict[str, Any] = {"practitioner_id": who}
            batch = connection.execute(
                sa.insert(schema.import_batch)
                .values(**mine, origin="file", name="f", is_complete=False, viewer="a", imported_at=NOW)
                .returning(schema.import_batch.c.id)
            ).scalar_one()
            number = connection.execute(
                sa.insert(schema.case)
                .values(**mine, origin="hand", opened_at=NOW, status="")
                .returning(schema.case.c.id)
            ).scalar_one()
            for table, values in {
                schema.import_reject: {"batch_id": batch, "row": 1, "reason": "r"},
                schema.case_content: {"case_id": number, "number": 1, "content": "mots"},
                schema.watch: mine | {"watched_at": NOW, "viewer": "a"},
                schema.total: mine | {"platform": "google"},
            }.items():
                connection.execute(sa.insert(table).values(values))
    with closing(open_store(worker)) as store:
        yield store


def seen(connection: sa.Connection, table: str) -> int:
    return int(connection.execute(sa.text(f'SELECT count(*) FROM "{table}"')).scalar_one())  # noqa: S608 (our own names)


def test_every_table_of_somebody_s_is_locked(app: Store) -> None:
    with app.reading() as connection:
        query = "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid WHERE relrowsecurity"
        locked = sorted(connection.execute(sa.text(query)).scalars())
    assert locked == KEYED
    assert {"publication", "case_event", "import_batch", "grant", "standing"} <= set(KEYED)


def test_a_connection_that_says_nothing_sees_nothing(app: Store) -> None:
    with app.engine.connect() as connection:
        assert {table: seen(connection, table) for table in KEYED} == dict.fromkeys(KEYED, 0)


FILLED = ("practitioner", "import_batch", "import_reject", "case", "case_content", "watch", "total")


@pytest.mark.parametrize(("viewer", "expected"), [(None, 2), (ANNE, 1), (EAST, 1), (NOBODY, 0)])
def test_a_raw_query_shows_what_is_in_view(app: Store, viewer: Viewer | None, expected: int) -> None:
    store = app.seen_by(viewer) if viewer else app
    for opened in (store.reading, store.writing):
        with opened() as connection:
            assert {table: seen(connection, table) for table in FILLED} == dict.fromkeys(FILLED, expected)
    with store.reading() as connection:
        slugs = connection.execute(sa.text("SELECT slug FROM practitioner ORDER BY slug")).scalars().all()
    assert slugs == {None: ["p1", "p2"], ANNE: ["p1"], EAST: ["p2"], NOBODY: []}[viewer]


def test_nobody_writes_out_of_view(app: Store) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        app.seen_by(ANNE).writing() as connection,
    ):
        connection.execute(sa.insert(schema.total).values(practitioner_id=2, platform="facebook"))
    with app.seen_by(EAST).writing() as connection:
        changed = connection.execute(sa.text("UPDATE practitioner SET name = 'x'"))
        gone = connection.execute(sa.text("DELETE FROM watch WHERE practitioner_id = 1"))
        assert (changed.rowcount, gone.rowcount) == (1, 0)


def test_a_connection_given_back_forgets_whose_it_was(app: Store) -> None:
    with app.seen_by(ANNE).reading():
        pass
    with app.engine.connect() as connection:
        assert seen(connection, "practitioner") == 0
    with app.seen_by(ANNE).reading() as connection:
        with locks.beyond(connection, ANNE):
            assert seen(connection, "practitioner") == 2
        assert seen(connection, "practitioner") == 1


def test_only_the_owner_changes_the_tables(postgresql_server: Any, postgresql_admin: Any) -> None:
    postgresql_admin.execute("DROP ROLE IF EXISTS ereput_guest")
    postgresql_admin.execute("CREATE ROLE ereput_guest LOGIN PASSWORD 'app'")
    postgresql_admin.execute("CREATE DATABASE of_another")
    url = sa.make_url(postgresql_server("of_another")).set(username="ereput_guest", password="app")  # noqa: S106 (of a test)
    address = url.render_as_string(hide_password=False)
    with closing(open_store(address)) as store, pytest.raises(RefusedError, match="propriétaire"):
        store.migrate()
    postgresql_admin.execute("DROP DATABASE of_another WITH (FORCE)")
    postgresql_admin.execute("DROP ROLE ereput_guest")
