from datetime import timedelta

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.jobs import practitioners, watch
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.settings import parse_now
from ereput.store import Store, journal, schema

NOW = parse_now("2026-11-23T09:00:00+01:00")


@pytest.fixture
def context(store: Store) -> Context:
    made = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(made, name="Dr Anne Alba", slug="anne")
    return made


def test_a_watch_is_noted_once_a_day_with_who_did_it(context: Context) -> None:
    assert watch.done(context, "anne", "  Rien \n de neuf ")
    later = Context(context.store, context.viewer, NOW + timedelta(hours=3))
    assert not watch.done(later, "anne")
    tomorrow = Context(context.store, context.viewer, NOW + timedelta(days=1))
    assert watch.done(tomorrow, "anne")
    with context.store.reading() as connection:
        last = journal.last_watch(connection, context.viewer)
        notes = connection.execute(sa.select(schema.watch.c.note, schema.watch.c.viewer)).all()
    assert last == tomorrow.now
    assert sorted(notes) == [("", "administrateur"), ("Rien de neuf", "administrateur")]


def test_nobody_notes_the_watch_of_somebody_out_of_view(context: Context) -> None:
    stranger = Context(context.store, Viewer("b", Role.BROKER), NOW)
    with pytest.raises(RefusedError):
        watch.done(stranger, "anne")
