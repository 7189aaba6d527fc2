"""The Présence page and the readiness on Accueil: its answer, its parts, two clicks, a case, a sheet."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ereput.facts.presence import STATUSES
from ereput.jobs.context import ADMINISTRATOR
from ereput.store import Store, cases, listings, practitioners
from ereput.ui.presence import PARTS

Open = Callable[..., AppTest]
SITUATIONS = {
    "orvanches-colmar": ("Ni trop, ni trop peu", "rien à reprendre", {"Rien à reprendre"}),
    "lissandrou-rodez": ("Trop peu visible", "à reprendre", {"PagesJaunes", "Trop peu visible", "Veille"}),
    "tournebelle-valence": ("Trop exposé", "à reprendre", {"Trop exposé", "Veille"}),
    "estrebois-tours": ("Ni trop, ni trop peu", "1\u00a0information fausse", {"Annuaire santé"}),
}


def texts(screen: AppTest) -> str:
    return "\n".join(str(element.value) for element in (*screen.text, *screen.caption, *screen.title))


def number(store: Store, slug: str) -> int:
    with store.reading() as connection:
        return practitioners.read_one(connection, ADMINISTRATOR, slug).id


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("part", PARTS)
def test_each_part_draws(part: str, open_page: Open) -> None:
    screen = open_page("presence", praticien="bremoncelle-nimes", presence_partie=part)
    assert not screen.exception
    assert screen.title[0].value == "Présence"


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("slug", SITUATIONS)
def test_four_situations_each_with_its_advice(slug: str, open_page: Open) -> None:
    said = texts(open_page("presence", praticien=slug)).replace("\u202f", "")
    answer, held, advised = SITUATIONS[slug]
    assert answer in said
    assert held in said
    assert all(words in said for words in advised)


@pytest.mark.usefixtures("demo_home")
def test_a_portfolio_puts_those_with_most_to_do_first(open_page: Open) -> None:
    screen = open_page("presence")
    assert "présences à reprendre en main" in texts(screen)
    screen.button("presence_ouvrir_orvanches-colmar").click().run()
    assert "rien à reprendre" in texts(screen)


@pytest.mark.usefixtures("demo_home")
def test_a_listing_is_added_and_its_figures_noted_in_two_clicks(open_page: Open, demo_store: Store) -> None:
    slug = "lissandrou-rodez"
    who = number(demo_store, slug)
    screen = open_page("presence", praticien=slug, presence_partie="Fiches")
    screen.selectbox("presence_ajout_plateforme").select("Doctolib")
    screen.selectbox("presence_ajout_etat").select(next(iter(STATUSES)))
    screen.text_input("presence_ajout_phone").input("0536497102")
    screen.button("presence_ajouter").click().run()
    assert not screen.exception
    with demo_store.reading() as connection:
        added = next(
            one for one in listings.read_all(connection, ADMINISTRATOR, [who]) if one.platform == "doctolib"
        )
        before = len(listings.read_snapshots(connection, ADMINISTRATOR, who))
    assert added.phone == "05 36 49 71 02"
    screen.number_input(f"presence_relever_{added.id}_note").set_value(4.5)
    screen.number_input(f"presence_relever_{added.id}_nombre").set_value(12)
    screen.button(f"presence_relever_{added.id}_oui").click().run()
    assert "4,5 sur 5, 12\u00a0avis" in texts(screen)
    with demo_store.reading() as connection:
        assert len(listings.read_snapshots(connection, ADMINISTRATOR, who)) == before + 1


@pytest.mark.usefixtures("demo_home")
def test_a_finding_opens_a_case_once(open_page: Open, demo_store: Store) -> None:
    slug = "bremoncelle-nimes"
    screen = open_page("presence", praticien=slug)
    screen.button("presence_dossier_subie-1").click().run()
    assert not screen.exception
    assert screen.title[0].value.startswith("Dossier n°")
    with demo_store.reading() as connection:
        opened = cases.read_all(connection, ADMINISTRATOR, practitioner_id=number(demo_store, slug))
    assert len(opened) == 1
    again = open_page("presence", praticien=slug)
    assert f"Dossier n° {opened[0].id}" in {button.label for button in again.button}


@pytest.mark.usefixtures("demo_home")
def test_a_watch_says_what_it_left_out(open_page: Open) -> None:
    screen = open_page("presence", praticien="lissandrou-rodez", presence_partie="Veille")
    assert "Non couvert par la dernière" in texts(screen)
    screen.button("presence_veille_faite").click().run()
    assert not screen.exception
    assert "prochaine le" in texts(screen)


@pytest.mark.usefixtures("demo_home")
def test_a_sheet_that_is_dropped_is_read_and_explained(open_page: Open) -> None:
    screen = open_page("presence", praticien="lissandrou-rodez", presence_partie="Importer une feuille")
    content = b"Plateforme;Note;Avis\nGogle;4,4;58\nZorglub;3;1\n"
    screen.file_uploader[0].upload("fiches.csv", content, "text/csv").run()
    screen.button("presence_feuille_importer").click().run()
    assert not screen.exception
    assert [metric.value for metric in screen.metric][-5:] == ["2", "0", "0", "1", "1"]
    assert "plateforme inconnue : « Zorglub »" in screen.dataframe[0].value["Raison"].tolist()


@pytest.mark.usefixtures("demo_home")
def test_accueil_asks_to_be_ready_and_takes_a_confirmation(open_page: Open) -> None:
    screen = open_page("accueil", praticien="orvanches-colmar")
    assert "Relisez-en un, à froid" in texts(screen)
    screen.button("accueil_pret_modeles").click().run()
    assert not screen.exception
    assert "Confirmé le 23 nov. 2026" in texts(screen)
    everybody = open_page("accueil")
    assert "sur 12." in texts(everybody)
