"""The Portefeuille page: its answer, its filters, its parts, its list dropped in."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ereput.jobs.context import ADMINISTRATOR
from ereput.store import Store, practitioners

Open = Callable[..., AppTest]
PARTS = ("Liste", "Entonnoir", "Garanties", "Évolutions", "Échéances", "Importer la liste")


def texts(screen: AppTest) -> str:
    return "\n".join(str(element.value) for element in (*screen.text, *screen.caption, *screen.title))


@pytest.mark.usefixtures("home")
def test_an_empty_portfolio_asks_for_its_list(open_page: Open) -> None:
    screen = open_page("portefeuille")
    assert not screen.exception
    assert "importez la liste" in texts(screen)


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("part", PARTS)
def test_each_part_draws(part: str, open_page: Open) -> None:
    screen = open_page("portefeuille", portefeuille_partie=part)
    assert not screen.exception
    assert screen.title[0].value == "Portefeuille"
    assert "fausse" in texts(screen)


@pytest.mark.usefixtures("demo_home")
def test_filters_narrow_the_list_and_its_answer(open_page: Open) -> None:
    everybody = open_page("portefeuille", portefeuille_partie="Liste")
    dentists = open_page(
        "portefeuille", portefeuille_partie="Liste", portefeuille_profession="Chirurgien-dentiste"
    )
    nobody = open_page("portefeuille", portefeuille_partie="Liste", portefeuille_mots="zzz")
    sizes = [
        len(screen.dataframe[0].value) if screen.dataframe else 0 for screen in (everybody, dentists, nobody)
    ]
    assert sizes[0] > sizes[1] > sizes[2] == 0
    assert set(dentists.dataframe[0].value["Profession"]) == {"Chirurgien-dentiste"}
    assert "Aucun assuré ici" in texts(nobody)


@pytest.mark.usefixtures("demo_home")
def test_a_list_that_is_dropped_is_read_explained_and_imported(open_page: Open, demo_store: Store) -> None:
    screen = open_page("portefeuille", portefeuille_partie="Importer la liste")
    screen.selectbox(key="portefeuille_liste_pour").select("Nouveau portefeuille").run()
    screen.text_input(key="portefeuille_liste_nom").input("Ouest").run()
    content = b"Nom;Commune;Garantie\nDr Anne Alba;Niort;oui\n;Lyon;non\n"
    screen.file_uploader[0].upload("liste.csv", content, "text/csv").run()
    assert "Lue comme la ville" in texts(screen)
    screen.button(key="portefeuille_importer").click().run()
    assert not screen.exception
    assert "Ouest" in texts(screen)
    assert [metric.value for metric in screen.metric][:2] == ["2", "1"]
    with demo_store.reading() as connection:
        (anne,) = practitioners.read_all(connection, ADMINISTRATOR, portfolio_name="Ouest")
    assert (anne.city, anne.guarantee) == ("Niort", "oui")
