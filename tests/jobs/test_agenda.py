from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.domain.publication import PartialDate
from ereput.jobs import agenda, cases, practitioners, viewers
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.store import open_store, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def context(database_url: str, tmp_path: Path) -> Iterator[Context]:
    with closing(open_store(database_url)) as store:
        made, day = Context(store, ADMINISTRATOR, NOW), PartialDate.exact(date(2026, 10, 12))
        for slug, name, portfolio in (("anne", "Dr Anne Alba", "Ouest"), ("bruno", "Bruno Bex", "Est")):
            practitioners.add(made, name=name, slug=slug, portfolio=portfolio)
            cases.open_by_hand(made, slug, f"Avis cruel sur {name}", published=day, home=tmp_path)
        viewers.add(made, name="Dr Alba", role=Role.PRACTITIONER, people=["anne"])
        viewers.add(made, name="Lise", role=Role.READER, portfolios=["Ouest"])
        yield made


def entered(context: Context, name: str) -> Context:
    return viewers.enter(context.store, name, context.now)


def name_of(path: str) -> str:
    return path.removeprefix(agenda.PREFIX)


def test_the_calendar_holds_what_its_viewer_sees_and_no_word_of_it(context: Context) -> None:
    alba = entered(context, "Dr Alba")
    body = agenda.feed(context.store, name_of(agenda.subscribe(alba)), NOW)
    assert body is not None
    events = Calendar.from_ical(body).walk("VEVENT")
    assert {str(event["uid"]).split("-")[1] for event in events} == {"1"}
    assert date(2027, 1, 12) in {event.decoded("dtstart") for event in events}
    assert all(word not in body.decode() for word in ("cruel", "Alba", "Bex"))


def test_the_administrator_of_the_machine_subscribes_to_everybody(context: Context) -> None:
    body = agenda.feed(context.store, name_of(agenda.subscribe(context)), NOW) or b""
    uids = {str(event["uid"]).split("-")[1] for event in Calendar.from_ical(body).walk("VEVENT")}
    assert uids == {"1", "2"}
    assert agenda.subscribed_since(context) == NOW
    assert agenda.subscribed_since(entered(context, "Dr Alba")) is None


def test_an_address_ends_when_it_is_changed_or_taken_back(context: Context) -> None:
    alba = entered(context, "Dr Alba")
    assert agenda.subscribed_since(alba) is None
    first = name_of(agenda.subscribe(alba))
    second = name_of(agenda.subscribe(alba))
    assert first != second
    assert agenda.feed(context.store, first, NOW) is None
    assert agenda.feed(context.store, second, NOW)
    assert agenda.unsubscribe(alba) == 1
    assert agenda.unsubscribe(alba) == 0
    assert agenda.feed(context.store, second, NOW) is None
    assert agenda.subscribed_since(alba) is None


def test_only_its_digest_is_kept(context: Context) -> None:
    secret = name_of(agenda.subscribe(context)).removesuffix(".ics")
    with context.store.reading() as connection:
        (row,) = connection.execute(sa.select(schema.token)).all()
        notes = connection.execute(sa.select(schema.audit.c.detail)).scalars().all()
    assert len(secret) >= 43
    assert secret not in row.digest
    assert all(secret not in (note or "") for note in notes)


def test_any_other_address_opens_nothing(context: Context) -> None:
    made = name_of(agenda.subscribe(context))
    wrong = made.swapcase()
    for name in ("", ".ics", made.removesuffix(".ics"), wrong, "a" * 5000 + ".ics", "%00.ics", "../x.ics"):
        assert agenda.feed(context.store, name, NOW) is None


def test_who_may_only_read_makes_no_address_and_who_leaves_loses_it(context: Context) -> None:
    with pytest.raises(RefusedError):
        agenda.subscribe(entered(context, "Lise"))
    made = name_of(agenda.subscribe(entered(context, "Dr Alba")))
    viewers.change(context, "Dr Alba", is_active=False)
    assert agenda.feed(context.store, made, NOW) is None


def test_what_is_long_past_leaves_the_calendar(context: Context) -> None:
    made = name_of(agenda.subscribe(context))
    later = NOW + timedelta(days=200)
    body = agenda.feed(context.store, made, later) or b""
    days = [event.decoded("dtstart") for event in Calendar.from_ical(body).walk("VEVENT")]
    assert all(day >= later.date() - timedelta(days=32) for day in days)
