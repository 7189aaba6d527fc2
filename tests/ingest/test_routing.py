"""Routing: by listing, RPPS, slug, name and city; never by name alone."""

from dataclasses import replace
from datetime import date

import pytest

from ereput.domain.publication import Draft, Kind, PartialDate, Place
from ereput.ingest.packing import pack, unpack
from ereput.ingest.routing import Candidate, Router, place_key, shown_place

NOEL = Candidate(1, "noel", "Dr Élise Noël", "Niort", "10001", ("ChIJ-noel", "https://avis.example/noel"))
TWIN = Candidate(2, "noel-tours", "Élise NOEL", "Tours")
MARIN = Candidate(3, "marin", "Cabinet dentaire Paul Marin", "Saint-Étienne")
ROUTER = Router([NOEL, TWIN, MARIN])


@pytest.mark.parametrize(
    ("place", "owner"),
    [
        (Place(listing_id="ChIJ-noel"), 1),
        (Place(listing_id="chij-noel"), None),
        (Place(url="https://avis.example/noel?utm_source=mail"), 1),
        (Place(rpps="10001"), 1),
        (Place(slug="marin"), 3),
        (Place(name="Dr Elise NOEL", city="NIORT"), 1),
        (Place(name="Noël Élise", address="3 rue du Port, 37000 Tours"), 2),
        (Place(name="Dr Paul Marin - Chirurgien-dentiste", city="Saint Etienne"), 3),
        (Place(name="Dr Élise Noël"), None),
        (Place(name="Dr Élise Noël", city="Lyon"), None),
        (Place(), None),
    ],
)
def test_a_row_finds_its_practitioner(place: Place, owner: int | None) -> None:
    route = ROUTER.of_place(place)
    assert route.practitioner == owner
    assert route.reason


def test_namesakes_in_one_city_wait_for_a_person() -> None:
    router = Router([NOEL, replace(TWIN, city="Niort")])
    assert router.of_place(Place(name="Élise Noël", city="Niort")).practitioner is None


def test_what_was_assigned_is_remembered() -> None:
    place = Place(name="Cabinet du Marais", city="Niort")
    assert ROUTER.of_place(place).practitioner is None
    assert Router([NOEL], {place_key(place): 1}).of_place(place).practitioner == 1
    assert place_key(place) == place_key(Place(name="cabinet du MARAIS", city="niort"))
    assert shown_place(place) == "Cabinet du Marais · Niort"


@pytest.mark.parametrize(
    ("title", "owner"),
    [
        ("Le docteur Paul Marin reçoit les soignants", 3),
        ("Marin Paul, dentiste, prend sa retraite", 3),
        ("À Saint-Étienne, le Dr Marin ouvre le samedi", 3),
        ("Le Dr Marin ouvre le samedi", None),
        ("Un marin sauve un chien", None),
        ("Élise Noël et Paul Marin parlent de leur métier", None),
    ],
)
def test_an_article_is_routed_by_full_name(title: str, owner: int | None) -> None:
    assert Router([NOEL, MARIN]).of_words(Draft(1, "presse", Kind.MENTION, title=title)).practitioner == owner


def test_a_draft_is_packed_whole() -> None:
    draft = Draft(
        3,
        "google",
        author="N/A",
        published=PartialDate.exact(date(2026, 1, 2)),
        rating=4.0,
        place=Place(city="Niort"),
    )
    assert unpack(pack(draft)) == draft
