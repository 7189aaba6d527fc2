"""Listings, snapshots that are never rewritten, offices, cases on a finding, figures out of exports."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.domain.presence import ListingStatus, Office, Origin, Snapshot
from ereput.evidence import casefile
from ereput.facts import presence as facts
from ereput.facts import scope as scopes
from ereput.facts.cases import clock
from ereput.facts.period import Stretch, until
from ereput.facts.shapes import Tone
from ereput.guidance.base import load
from ereput.jobs import practitioners, presence, viewers
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import import_file
from ereput.jobs.undo import undo_batch
from ereput.store import Store, cases, listings, open_store, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
EXPORT = (
    "name,full_address,phone,place_id,rating,reviews,author_title,review_text,review_rating,"
    "review_datetime_utc,review_id\n"
    'Dr Anne Alba,"12 Bd Saint-Michel, 75006 Paris",+33 1 99 00 12 34,ChIJx1,4.2,57,Camille R.,'
    "Très bien,5,11/02/2026 10:00:00,r1\n"
    'Dr Anne Alba,"12 Bd Saint-Michel, 75006 Paris",+33 1 99 00 12 34,ChIJx1,4.2,57,Louis D.,'
    "Trop d'attente,2,11/20/2026 10:00:00,r2\n"
)


@pytest.fixture
def context(store: Store) -> Context:
    made = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(made, name="Dr Anne Alba", slug="anne", portfolio="Est", city="Paris", guarantee="oui")
    return made


def taken(context: Context) -> list[Snapshot]:
    with context.store.reading() as connection:
        return listings.read_snapshots(connection, context.viewer, 1)


def test_a_listing_is_added_then_changed_and_a_second_one_at_its_address_refused(context: Context) -> None:
    url = "https://www.doctolib.fr/x/anne-alba?utm_source=x"
    number = presence.save(context, "anne", platform="Doctolib", texts={"url": url, "phone": "199001234"})
    presence.save(context, "anne", listing_id=number, status="revendiquee")
    with context.store.reading() as connection:
        one = listings.read_one(connection, context.viewer, 1, number)
    assert (one.platform, one.status, one.phone) == ("doctolib", ListingStatus.CLAIMED, "01 99 00 12 34")
    with pytest.raises(RefusedError, match="porte déjà ce lien"):
        presence.save(context, "anne", platform="doctolib", texts={"url": "http://doctolib.fr/x/anne-alba/"})


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"platform": "zorglub"}, "Plateforme inconnue"),
        ({}, "quelle plateforme"),
        ({"platform": "google", "status": "perdue"}, "État inconnu"),
        ({"platform": "google", "texts": {"url": "javascript:alert(1)"}}, "https://"),
        ({"platform": "google", "texts": {"name": "x" * 501}}, "500 caractères"),
        ({"platform": "google", "texts": {"rating": "5"}}, "Champ inconnu"),
    ],
)
def test_what_no_listing_is_gets_refused(values: dict[str, object], why: str, context: Context) -> None:
    with pytest.raises(RefusedError, match=why):
        presence.save(context, "anne", **values)  # type: ignore[arg-type]


def test_a_correction_is_a_second_snapshot_of_the_day(context: Context) -> None:
    number = presence.save(context, "anne", platform="google")
    assert presence.snapshot(context, "anne", number, rating=4.2, count=57)
    assert not presence.snapshot(context, "anne", number, rating=4.2, count=57)
    assert presence.snapshot(context, "anne", number, rating=4.3, count=57)
    assert [one.rating for one in taken(context)] == [4.2, 4.3]
    with context.store.reading() as connection:
        last = listings.latest_snapshots(connection, context.viewer, [1])
    assert last[1, number].rating == 4.3


def test_the_database_itself_refuses_to_rewrite_a_snapshot(context: Context) -> None:
    number = presence.save(context, "anne", platform="google")
    presence.snapshot(context, "anne", number, rating=4.2, count=57)
    with pytest.raises(sa.exc.DBAPIError, match="never rewritten"), context.store.writing() as connection:
        connection.execute(sa.update(schema.listing_snapshot).values(rating=5.0))
    assert [one.rating for one in taken(context)] == [4.2]


figures = st.tuples(
    st.one_of(st.none(), st.integers(10, 50).map(lambda tenths: tenths / 10)), st.integers(0, 900)
)


@settings(max_examples=10, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 3), figures), min_size=1, max_size=12))
def test_whatever_is_noted_what_was_noted_before_stays(
    moves: list[tuple[int, tuple[float | None, int]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'kept.db'}")
    store.migrate()
    made = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(made, name="Dr Anne Alba", slug="anne")
    number = presence.save(made, "anne", platform="google")
    before: list[Snapshot] = []
    for back, (rating, count) in moves:
        presence.snapshot(made, "anne", number, rating=rating, count=count, day=date(2026, 11, 23 - back))
        now = taken(made)
        assert not Counter(before) - Counter(now)
        assert len(now) - len(before) in {0, 1}
        before = now
    store.close()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"rating": None, "count": None}, "au moins"),
        ({"rating": 6.0, "count": 1}, "1 à 5"),
        ({"rating": 4.0, "count": -1}, "positif"),
        ({"rating": 4.0, "count": 1, "day": date(2026, 12, 1)}, "avenir"),
    ],
)
def test_a_snapshot_that_cannot_be_is_refused(values: dict[str, object], why: str, context: Context) -> None:
    number = presence.save(context, "anne", platform="google")
    with pytest.raises(RefusedError, match=why):
        presence.snapshot(context, "anne", number, **values)  # type: ignore[arg-type]
    assert not taken(context)


def test_an_export_says_what_its_listing_displays(context: Context, tmp_path: Path) -> None:
    file = tmp_path / "outscraper.csv"
    file.write_text(EXPORT, "utf-8")
    done = import_file(context, file, practitioner="anne", platform="google")
    (one,) = taken(context)
    assert (one.rating, one.count, one.origin, one.day) == (4.2, 57, Origin.EXPORT, date(2026, 11, 23))
    with context.store.reading() as connection:
        (listing,) = listings.read_all(connection, context.viewer, [1])
    assert (listing.status, listing.external_id) == (ListingStatus.UNKNOWN, "ChIJx1")
    assert (listing.name, listing.phone) == ("Dr Anne Alba", "01 99 00 12 34")
    scope = scopes.read(context.store, context.viewer).on("anne")
    shown = facts.read(context.store, context.viewer, scope, until(Stretch.YEAR, NOW.date()), NOW)
    assert shown is not None
    assert shown.gaps[0].unseen == "+55"
    undo_batch(context, done.batch)
    assert not taken(context)
    import_file(context, file, practitioner="anne", platform="google")
    assert len(taken(context)) == 1
    with context.store.reading() as connection:
        assert len(listings.read_all(connection, context.viewer, [1])) == 1


def test_a_finding_becomes_one_case_and_no_more_once_it_no_longer_holds(
    context: Context, tmp_path: Path
) -> None:
    presence.set_offices(context, "anne", [Office("12 bd Saint-Michel, 75006 Paris", "01 99 00 12 34", "")])
    number = presence.save(
        context, "anne", platform="google", status="revendiquee", texts={"phone": "01 99 00 12 43"}
    )
    first = presence.open_case(context, "anne", "a_corriger", number, home=tmp_path)
    again = presence.open_case(context, "anne", "a_corriger", number, home=tmp_path)
    assert (first.is_new, again.is_new, again.case_id) == (True, False, first.case_id)
    with context.store.reading() as connection:
        (row,) = cases.read_all(connection, context.viewer)
        known = casefile.read(connection, context.viewer, load(), row.id)
    assert row.origin == "presence"
    assert clock(load(), known, NOW.date()).tone is Tone.CALM
    other = presence.save(context, "anne", platform="pagesjaunes", status="revendiquee")
    with pytest.raises(RefusedError, match="ne tient plus"):
        presence.open_case(context, "anne", "a_corriger", other, home=tmp_path)


def test_blank_offices_are_left_out_and_the_others_put_in_form(context: Context) -> None:
    presence.set_offices(context, "anne", [Office("12  bd\nSaint-Michel", "+33199001234", ""), Office()])
    with context.store.reading() as connection:
        assert listings.read_offices(connection, context.viewer, [1]) == {
            1: (Office("12 bd Saint-Michel", "01 99 00 12 34", ""),)
        }


def test_readiness_is_confirmed_for_a_year(context: Context) -> None:
    presence.confirm(context, "anne", "modeles")
    with context.store.reading() as connection:
        assert listings.read_ready(connection, context.viewer, 1) == {"modeles": NOW.date()}
    with pytest.raises(RefusedError, match="ne se confirme pas"):
        presence.confirm(context, "anne", "garantie")
    presence.confirm(context, "anne", "modeles", holds=False)
    with context.store.reading() as connection:
        assert listings.read_ready(connection, context.viewer, 1) == {}


def test_nobody_writes_out_of_view_and_a_reader_writes_nothing(context: Context) -> None:
    number = presence.save(context, "anne", platform="google")
    viewers.add(context, name="Lecteur", role=Role.READER, portfolios=["Est"])
    reader = viewers.enter(context.store, "Lecteur", NOW)
    stranger = Context(
        context.store, Viewer("Un autre", Role.PRACTITIONER, practitioners=frozenset({9})), NOW
    )
    for other, why in ((reader, "pas de les modifier"), (stranger, "Aucun praticien")):
        for job in (
            lambda who: presence.save(who, "anne", platform="facebook"),
            lambda who: presence.snapshot(who, "anne", number, rating=1.0, count=1),
            lambda who: presence.set_offices(who, "anne", [Office("ici", "", "")]),
            lambda who: presence.confirm(who, "anne", "modeles"),
        ):
            with pytest.raises(RefusedError, match=why):
                job(other)
    assert not taken(context)
