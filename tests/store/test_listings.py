"""Snapshots survive the migration that numbers them, and are added, never rewritten, ever after."""

from contextlib import closing
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from ereput.domain.presence import Origin, Snapshot
from ereput.jobs.context import ADMINISTRATOR
from ereput.store import listings, open_store, practitioners
from ereput.store.engine import MIGRATIONS

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_snapshots_of_before_are_kept_and_numbered(empty_database_url: str) -> None:
    with closing(open_store(empty_database_url)) as store:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["store"] = store
        command.upgrade(config, "0004")
        with store.writing() as connection:
            connection.execute(sa.text("INSERT INTO portfolio (id, name, is_demo) VALUES (1, 'P', false)"))
            connection.execute(
                sa.text(
                    "INSERT INTO practitioner "
                    "(id, slug, portfolio_id, name, profession, guarantee, created_at) "
                    "VALUES (1, 'a', 1, 'A', 'medecin', 'oui', '2026-01-01 00:00:00')"
                )
            )
            connection.execute(
                sa.text(
                    "INSERT INTO listing_snapshot (practitioner_id, listing_id, day, rating, count) "
                    "VALUES (1, 7, '2026-10-02', 4.1, 12), (1, 7, '2026-09-01', 4.0, 12)"
                )
            )
        store.migrate()
        with store.reading() as connection:
            found = listings.read_snapshots(connection, ADMINISTRATOR, 1)
    assert [(one.day, one.rating, one.count) for one in found] == [
        (date(2026, 9, 1), 4.0, 12),
        (date(2026, 10, 2), 4.1, 12),
    ]


def test_two_listings_number_their_snapshots_apart(database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        with store.writing() as connection:
            home = practitioners.ensure_portfolio(connection, "P")
            who = practitioners.add(connection, slug="a", name="A", portfolio_id=home, now=NOW)
            first, second = (listings.insert(connection, who, {"platform": "google"}) for _ in range(2))
            for one in (first, second, first):
                taken = Snapshot(one, date(2026, 11, 20), 4.0, one, Origin.HAND)
                listings.add_snapshot(connection, who, taken, now=NOW)
        with store.reading() as connection:
            assert len(listings.read_snapshots(connection, ADMINISTRATOR, who)) == 2
            assert listings.latest_snapshots(connection, ADMINISTRATOR, [who]).keys() == {
                (who, first),
                (who, second),
            }


def test_what_a_listing_does_not_have_is_a_fault_of_the_program(database_url: str) -> None:
    with (
        closing(open_store(database_url)) as store,
        store.writing() as connection,
        pytest.raises(ValueError, match="no rating"),
    ):
        listings.insert(connection, 1, {"rating": 4.0})
