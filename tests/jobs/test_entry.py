"""Typing a review by hand, remembering columns, following an OPML."""

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ereput.domain.errors import RefusedError
from ereput.ingest import Mapping, Role, preview
from ereput.jobs import feeds, manual, mapping, places, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import import_file
from ereput.jobs.manual import Typed
from ereput.store import feeds as feed_store
from ereput.store import open_store, publications
from ereput.store import places as place_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def context(database_url: str) -> Iterable[Context]:
    with closing(open_store(database_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Élise Noël", slug="noel", city="Niort")
        practitioners.add(made, name="Dr Paul Marin", slug="marin", city="Tours")
        yield made


def bodies(context: Context, who: int) -> list[str]:
    with context.store.reading() as connection:
        return sorted(row.body for row in publications.read_all(connection, context.viewer, who))


def test_a_typed_review_follows_the_same_identity_rule(context: Context) -> None:
    typed = Typed(
        "Google", date="il y a 2 semaines", rating="2/5", author="Camille R.", text="Trop d’attente."
    )
    assert manual.add(context, "noel", typed).new == 1
    assert manual.add(context, "noel", typed).unchanged == 1
    assert bodies(context, 1) == ["Trop d’attente."]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (Typed("Google"), "une note ou un texte"),
        (Typed("Google", rating="huit"), "n’est pas une note"),
        (Typed("Google", rating="4", date="naguère"), "n’est pas une date"),
        (Typed("Google", rating="4", date="03/12/2027"), "avenir"),
        (Typed("Gougueule", rating="4"), "Plateforme inconnue"),
        (Typed("Google", rating="4", url="javascript:alert(1)"), "lien"),
    ],
)
def test_what_cannot_be_is_refused(context: Context, typed: Typed, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        manual.add(context, "noel", typed)


def test_corrected_columns_serve_the_next_file(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "releve.csv"
    path.write_text(
        "Colonne A;Colonne B;Colonne C;Colonne D\nx;12/10/2026;Trop d’attente, deux heures debout;2\n",
        "utf-8",
    )
    shown = preview(path, now=NOW)
    chosen = Mapping({Role.DATE: (1,), Role.TEXT: (2,), Role.RATING: (3,)}, scale=5.0)
    mapping.save(context, shown.signature, chosen)
    assert mapping.saved_for(context, path) == chosen
    assert import_file(context, path, practitioner="noel", platform="google").new == 1
    assert bodies(context, 1) == ["Trop d’attente, deux heures debout"]


def test_a_mapping_needs_words_or_stars(context: Context) -> None:
    with pytest.raises(RefusedError, match="colonne"):
        mapping.save(context, "s", Mapping({Role.DATE: (0,)}))


def test_an_opml_is_followed_once(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "flux.opml"
    outlines = "".join(
        f'<outline type="rss" text="F{n}" xmlUrl="https://flux.example/{n}"/>' for n in range(3)
    )
    path.write_text(f'<?xml version="1.0"?><opml version="2.0"><body>{outlines}</body></opml>', "utf-8")
    assert feeds.add_opml(context, path, practitioner="noel") == (3, 0)
    assert feeds.add_opml(context, path, practitioner="noel") == (0, 3)
    with context.store.reading() as connection:
        assert len(feed_store.read_all(connection, context.viewer)) == 3


def test_a_portfolio_file_is_routed_and_the_rest_waits_to_be_assigned(
    context: Context, tmp_path: Path
) -> None:
    path = tmp_path / "avis.csv"
    header = "Praticien;Ville;Date;Note;Avis"
    rows = [
        "Dr Élise Noël;Niort;02/11/2026;5;Très bien",
        "Paul Marin;Tours;03/11/2026;1;Jamais reçu à l’heure",
        "Cabinet du Port;Niort;04/11/2026;2;Accueil froid",
    ]
    path.write_text("\n".join([header, *rows]), "utf-8")
    outcome = import_file(context, path, portfolio="Mon cabinet", platform="google")
    assert (outcome.new, outcome.waiting, outcome.practitioners) == (2, 1, 2)
    assert (bodies(context, 1), bodies(context, 2)) == (["Très bien"], ["Jamais reçu à l’heure"])
    with context.store.reading() as connection:
        (place,) = place_store.read_waiting(connection, context.viewer)
    keys = {"portfolio_id": place.portfolio_id, "place_key": place.place_key}
    assert places.assign(context, **keys, practitioner="noel").new == 1
    assert bodies(context, 1) == ["Accueil froid", "Très bien"]
    again = import_file(context, path, portfolio="Mon cabinet", platform="google")
    assert (again.unchanged, again.waiting) == (3, 0)
    with pytest.raises(RefusedError, match="Rien n’attend"):
        places.assign(context, **keys, practitioner="marin")
