import ast
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dev import ROOT
from ereput.domain.publication import Draft, PartialDate
from ereput.ingest.reading import Reading
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import Request, store_publications
from ereput.jobs.manual import Typed, add
from ereput.jobs.practitioners import add as add_practitioner
from ereput.settings import parse_now
from ereput.store import Store, practitioners, reads_sources

Open = Callable[..., AppTest]
PAGES = sorted((ROOT / "pages").glob("*.py"))
NAMES = tuple(path.stem for path in PAGES)
SHARED_KEYS = {"praticien", "periode", "demo_retirer"}
ACCENTED = {"reglages": "Réglages", "reunion": "Réunion", "presence": "Présence"}
SPIKED = "estrebois-tours"


def words(screen: AppTest) -> str:
    return "\n".join(element.value for element in screen.text)


def keys(screen: AppTest) -> set[str]:
    kinds = (
        "button",
        "selectbox",
        "text_input",
        "text_area",
        "multiselect",
        "radio",
        "checkbox",
        "date_input",
    )
    return {element.key for kind in kinds for element in getattr(screen, kind) if element.key}


# --- every page, in every state -------------------------------------------------------------------------


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", NAMES)
def test_a_page_without_data_says_what_to_do(name: str, open_page: Open) -> None:
    screen = open_page(name)
    assert not screen.exception
    assert screen.title[0].value == ACCENTED.get(name, name.capitalize())
    assert screen.text


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("choices", [{}, {"praticien": SPIKED}], ids=["everybody", "one"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_the_demonstration_draws(name: str, choices: dict[str, str], open_page: Open) -> None:
    screen = open_page(name, **choices)
    assert not screen.exception
    assert screen.title[0].value
    assert any("démonstration" in badge.value for badge in screen.sidebar.markdown)


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("part", ["Pics", "Volume", "Thèmes", "Sources", "Comparer", "Avis"])
def test_each_part_of_a_practitioner_draws(part: str, open_page: Open) -> None:
    assert not open_page("praticien", praticien=SPIKED, praticien_partie=part).exception


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("part", ["Plateformes", "Flux", "Saisie", "Journal des imports"])
def test_each_part_of_the_sources_draws(part: str, open_page: Open) -> None:
    assert not open_page("sources", praticien=SPIKED, sources_partie=part).exception


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "part", ["La plaquette", "Avis illicite présumé", "Avis licite", "Secret professionnel", "Modèles"]
)
def test_each_part_of_the_guide_draws(part: str, open_page: Open) -> None:
    assert not open_page("guide", guide_partie=part).exception


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("name", NAMES)
def test_keys_bear_the_name_of_their_page(name: str, open_page: Open) -> None:
    found = keys(open_page(name, praticien=SPIKED)) - SHARED_KEYS
    own = (f"{name}_", f"{name}-", f"FormSubmitter:{name}_")
    assert {key for key in found if not key.startswith(own)} == set()


# --- the answers ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("demo_home")
def test_the_home_page_counts_what_presses(open_page: Open) -> None:
    screen = open_page("accueil")
    assert "à faire aujourd’hui" in words(screen)
    assert len(screen.metric) == 5


@pytest.mark.usefixtures("demo_home")
def test_a_watch_is_marked_as_done_on_the_spot(open_page: Open) -> None:
    screen = open_page("accueil", praticien=SPIKED)
    assert "Faire une veille sur Internet" in words(screen)
    screen.button(f"accueil_veille_{SPIKED}").click().run()
    assert not screen.exception
    assert "Faire une veille sur Internet" not in words(screen)


@pytest.mark.usefixtures("home")
def test_the_first_minute_goes_from_a_name_to_a_file(open_page: Open) -> None:
    screen = open_page("accueil")
    assert "Bienvenue" in words(screen)
    assert not screen.metric
    screen.text_input("accueil_praticien_nom").set_value("Dr Anne Alba")
    next(button for button in screen.button if button.label == "Ajouter").click().run()
    assert not screen.exception
    assert [badge.value for badge in screen.main.markdown if "Fait" in badge.value]
    assert "accueil_praticien_nom" not in keys(screen)
    screen.button("accueil_debut_2").click().run()
    assert "déposez un export" in words(screen)


@pytest.mark.usefixtures("home")
def test_without_anybody_the_first_thing_is_to_add_a_practitioner(open_page: Open) -> None:
    screen = open_page("sources")
    assert "Commencez par ajouter un praticien." in words(screen)
    screen.text_input("sources_praticien_nom").set_value("Dr Anne Alba")
    next(button for button in screen.button if button.label == "Ajouter").click().run()
    assert not screen.exception
    assert "déposez un export" in words(screen)


@pytest.mark.usefixtures("demo_home")
def test_nobody_chosen_offers_everybody_in_view(open_page: Open) -> None:
    screen = open_page("praticien")
    offered = [button.label for button in screen.button if str(button.key).startswith("praticien_aller_")]
    assert len(offered) == 12


@pytest.mark.usefixtures("demo_home")
def test_a_button_of_the_home_page_leads_to_the_practitioner(open_page: Open) -> None:
    screen = open_page("praticien")
    screen.button("praticien_aller_" + SPIKED).click().run()
    assert screen.title[0].value == "Dr Claire Estrebois"


@pytest.mark.usefixtures("demo_home")
def test_searching_the_guide_keeps_what_holds_the_words(open_page: Open) -> None:
    screen = open_page("guide")
    screen.text_input("guide_recherche").set_value("conciliation").run()
    assert not screen.exception
    screen.text_input("guide_recherche").set_value("zzzz").run()
    assert "Rien dans le guide" in words(screen)
    screen.button("guide-action").click().run()
    assert "Rien dans le guide" not in words(screen)


@pytest.mark.usefixtures("demo_home")
def test_taking_note_of_an_alert_closes_it(open_page: Open) -> None:
    screen = open_page("alertes", praticien=SPIKED)
    first = screen.selectbox("alertes_choix").value
    next(button for button in screen.button if button.label == "Prendre note").click().run()
    assert "Donnez la raison" in words(screen)
    reason = next(box for box in screen.text_input if box.label.startswith("Raison"))
    reason.set_value("Vu avec le cabinet")
    next(button for button in screen.button if button.label == "Prendre note").click().run()
    assert not screen.exception
    assert first not in screen.selectbox("alertes_choix").options


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("slug", [SPIKED, "morquenne-niort", "aubrechain-chambery"])
def test_every_alert_of_the_demonstration_opens(slug: str, open_page: Open) -> None:
    screen = open_page("alertes", praticien=slug)
    for label in screen.selectbox("alertes_choix").options:
        screen.selectbox("alertes_choix").set_value(label).run()
        assert not screen.exception, label
        assert "Et maintenant" in [part.value for part in screen.subheader]


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("part", ["Sensibilité", "Praticiens", "Accès", "À propos"])
def test_each_part_of_the_settings_draws(part: str, open_page: Open) -> None:
    assert not open_page("reglages", praticien=SPIKED, reglages_partie=part).exception


@pytest.mark.usefixtures("demo_home")
def test_the_sensitivity_is_tried_then_applied(open_page: Open) -> None:
    screen = open_page("reglages", praticien=SPIKED)
    assert screen.button("reglages_appliquer").disabled
    screen.selectbox("reglages_alerte").set_value(0.1).run()
    assert "fausse alerte tous les 2" in words(screen)  # in force
    screen.button("reglages_appliquer").click().run()
    assert not screen.exception
    assert "fausse alerte tous les 10" in words(screen)
    assert screen.button("reglages_appliquer").disabled


@pytest.mark.usefixtures("demo_home")
def test_a_practitioner_is_changed_in_the_settings(open_page: Open) -> None:
    screen = open_page("reglages", praticien=SPIKED, reglages_partie="Praticiens")
    assert screen.selectbox("reglages_qui").value == SPIKED
    box = next(box for box in screen.text_input if box.label == "Ville")
    box.set_value("Amboise")
    next(button for button in screen.button if button.label == "Enregistrer").click().run()
    assert not screen.exception
    assert "Amboise" in list(screen.dataframe[0].value["Ville"])


@pytest.mark.usefixtures("demo_home")
def test_removing_the_demonstration_leaves_nothing(open_page: Open) -> None:
    screen = open_page("accueil")
    screen.button("demo_retirer").click().run()
    assert not screen.exception
    assert "quatre premiers pas" in words(screen)


def _pair(store: Store) -> tuple[str, str]:
    """Import what may be one review twice; return the two answers' keys."""
    context = Context(store, ADMINISTRATOR, parse_now("2026-11-23T09:00:00+01:00"))
    with store.reading() as connection:
        who = practitioners.read_one(connection, ADMINISTRATOR, SPIKED).id
    one = Draft(1, "google", author="Utilisateur Google", rating=1.0, text="À fuir", external_id="a")
    for name, day in (("takeout", 3), ("apify", 4)):
        draft = replace(one, id_namespace=name, published=PartialDate.exact(date(2026, 11, day)))
        request = Request("file", "avis.csv", practitioner_id=who)
        store_publications(context, request, lambda d=draft: Reading("reviews", "test", items=iter([d])))  # type: ignore[misc]
    with store.reading() as connection:
        (pair,) = reads_sources.undecided_pairs(connection, ADMINISTRATOR)
    name = f"{pair.practitioner_id}_{pair.publication_id}_{pair.other_id}"
    return f"sources_meme_{name}", f"sources_deux_{name}"


@pytest.mark.parametrize("choice", [0, 1], ids=["same", "two"])
def test_a_doubtful_pair_is_decided_in_one_click(choice: int, demo_store: Store, open_page: Open) -> None:
    button = _pair(demo_store)[choice]
    screen = open_page("sources", praticien=SPIKED)
    screen.button(button).click().run()
    assert not screen.exception
    assert not [one for one in screen.button if one.key == button]
    with demo_store.reading() as connection:
        assert not reads_sources.undecided_pairs(connection, ADMINISTRATOR)


# --- texts from outside ---------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script> **gras** [lien](https://mal.example) :material/bolt: $x^2$"


def test_a_review_is_shown_as_it_was_written(demo_store: Store, open_page: Open) -> None:
    context = Context(demo_store, ADMINISTRATOR, parse_now("2026-11-23T09:00:00+01:00"))
    typed = Typed(platform="google", date="23/11/2026", rating="1/5", author=f"A {HOSTILE}", text=HOSTILE)
    add(context, SPIKED, typed)
    screen = open_page("praticien", praticien=SPIKED, praticien_partie="Avis")
    shown = [element.value for element in screen.text]
    assert HOSTILE in shown
    assert f"A {HOSTILE}" in shown
    assert not [element.value for element in screen.markdown if "script" in element.value]


def test_a_name_is_never_markup(demo_store: Store, open_page: Open) -> None:
    context = Context(demo_store, ADMINISTRATOR, parse_now("2026-11-23T09:00:00+01:00"))
    slug = add_practitioner(context, name="Dr **Zoé** [x](https://mal.example)").slug
    screen = open_page("praticien", praticien=slug)
    assert not screen.exception
    assert screen.title[0].value == r"Dr \*\*Zoé\*\* \[x\]\(https\:\/\/mal\.example\)"


def _calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]


SCREENS = [*PAGES, *sorted((ROOT / "ereput" / "ui").glob("*.py"))]


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.stem)
def test_no_html_and_no_markdown_but_our_own(path: Path) -> None:
    for call in _calls(path):
        name = ast.unparse(call.func)
        assert not any(keyword.arg and keyword.arg.startswith("unsafe_") for keyword in call.keywords), name
        assert name not in {"st.markdown", "st.write", "st.latex"}, f"{path.name}:{call.lineno}"
        if name == "st.html":
            assert ast.unparse(call.args[0]) == "STYLE"


# --- the rule of the pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_says_what_is_shown_and_no_more(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= 60
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert {
        name for name in imported if name not in {"streamlit", "ereput.ui", "ereput.facts", "ereput.jobs"}
    } == set()


def test_every_page_is_in_the_navigation() -> None:
    main = (ROOT / "ereput" / "ui" / "main.py").read_text("utf-8")
    assert set(NAMES) == set(re.findall(r'room\.page\("(\w+)"\)', main))
