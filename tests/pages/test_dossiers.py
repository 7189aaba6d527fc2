"""The Dossiers page without a browser: what each state of a case shows, and what pressing a button writes."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from ereput.facts import case_detail
from ereput.facts.case_detail import CLASSING, DATING, PROOF, Action
from ereput.facts.scope import Scope
from ereput.facts.scope import read as read_scope
from ereput.guidance.events import Outcome
from ereput.jobs import cases, evidence
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.manual import Typed, add
from ereput.jobs.practitioners import add as add_practitioner
from ereput.settings import parse_now
from ereput.store import open_store, publications, schema
from ereput.ui.cases import PARTS

Open = Callable[..., AppTest]
NOW = parse_now("2026-11-23T09:00:00+01:00")
ANSWERS = {
    "qualification": ["illicite_presume"],
    "auteur": ["inconnu"],
    "reponse_directe": ["oui"],
    "garantie": ["oui"],
    "signale_sans_effet": ["non"],
}


def words(screen: AppTest) -> str:
    return "\n".join(element.value for element in screen.text)


def button(screen: AppTest, label: str) -> AppTest:
    found = next(one for one in screen.button if one.label == label)
    return found.click().run()


@pytest.fixture
def context(home: Path) -> Context:
    store = open_store(f"sqlite:///{home / 'ereput.db'}")
    store.migrate()
    made = Context(store, ADMINISTRATOR, NOW)
    add_practitioner(made, name="Dr Anne Alba", slug="alba", guarantee="oui")
    typed = Typed(
        platform="google",
        date="10/11/2026",
        rating="1/5",
        author="Camille R.",
        text="Quelle connasse, une voleuse",
    )
    add(made, "alba", typed)
    return made


@pytest.fixture
def number(context: Context, home: Path) -> int:
    with context.store.reading() as connection:
        review = publications.read_all(connection, context.viewer, 1)[0].id
    return cases.open_from_publication(context, "alba", review, home=home).case_id


def everybody(context: Context) -> Scope:
    return read_scope(context.store, context.viewer)


def prove(context: Context, number: int) -> None:
    for step in ("S00_PAUSE", PROOF, DATING):
        cases.take(context, number, step, Action.DONE)
    cases.answer(context, number, ANSWERS)


@pytest.mark.usefixtures("home")
def test_without_a_case_the_page_says_how_to_open_one(open_page: Open) -> None:
    screen = open_page("dossiers")
    assert not screen.exception
    assert (screen.title[0].value, words(screen).splitlines()[0]) == ("Dossiers", "Aucun dossier en cours.")


def test_the_list_leads_to_a_case(number: int, open_page: Open) -> None:
    screen = open_page("dossiers")
    assert "Il reste 79\u00a0jours pour agir" in words(screen)
    screen = button(screen, "Ouvrir")
    assert screen.title[0].value == f"Dossier n° {number}"


def test_the_first_screen_is_the_clock_the_pause_and_the_proof(number: int, open_page: Open) -> None:
    screen = open_page("dossiers", dossiers_choix=str(number))
    shown = words(screen)
    clock = "Il reste 79\u00a0jours pour agir en diffamation ou injure (date prudente : 9 février 2027)."
    assert shown.splitlines()[0] == clock
    assert "prenez le temps d'examiner la situation" in shown
    assert "Quelle connasse, une voleuse" in shown
    assert "à vérifier par un humain" in shown
    assert "Conserver la preuve" in "".join(one.label for one in screen.expander)
    assert "Sans attendre : la preuve" in [one.value for one in screen.subheader]
    assert "sans conseil individualisé" in shown


@pytest.mark.parametrize(
    ("state", "part"),
    [
        *(("new", part) for part in PARTS),
        *(("classed", part) for part in PARTS),
        ("closed", "Journal"),
        ("closed", "Issue"),
        ("erased", "Preuves"),
        ("erased", "Issue"),
    ],
)
def test_each_part_draws_in_each_state(
    state: str, part: str, number: int, context: Context, open_page: Open
) -> None:
    if state != "new":
        evidence.add(context, number, BytesIO(b"%PDF-1.7"), "capture.pdf")
        prove(context, number)
    if state == "closed":
        cases.close(context, number, Outcome.REMOVED)
    if state == "erased":
        cases.erase(context, number, cases.ErasureReason.REQUEST)
    screen = open_page("dossiers", dossiers_choix=str(number), dossiers_partie=part)
    assert not screen.exception
    keys = {
        element.key
        for kind in ("button", "selectbox", "text_input", "text_area", "radio", "checkbox", "date_input")
        for element in getattr(screen.main, kind)
        if element.key
    }
    assert {key for key in keys if not key.startswith(("dossiers_", "FormSubmitter:dossiers_"))} == set()


def test_a_step_is_done_at_a_click(number: int, open_page: Open) -> None:
    screen = button(open_page("dossiers", dossiers_choix=str(number)), "C’est fait")
    assert "« Prendre le temps d'examiner » : c’est fait." in words(screen)
    assert "Conserver la preuve" in [one.value for one in screen.subheader]


def test_two_people_on_the_same_step_the_second_is_told(
    number: int, context: Context, open_page: Open
) -> None:
    screen = open_page("dossiers", dossiers_choix=str(number))
    cases.take(context, number, "S00_PAUSE", Action.DONE)
    screen = button(screen, "C’est fait")
    assert "vient d’être modifié par quelqu’un d’autre" in words(screen)
    assert not screen.exception
    assert "Conserver la preuve" in [one.value for one in screen.subheader]


def test_the_dates_of_the_user_move_the_clock(number: int, context: Context, open_page: Open) -> None:
    for step in ("S00_PAUSE", PROOF):
        cases.take(context, number, step, Action.DONE)
    screen = open_page("dossiers", dossiers_choix=str(number))
    screen.date_input("dossiers_dates_maintenant_publie").set_value(date(2026, 11, 5))
    screen = button(screen, "Noter ces dates")
    assert "date prudente : 4 février 2027" in words(screen)
    shown = case_detail.read(context.store, context.viewer, everybody(context), NOW, case_id=number)
    assert shown.current is not None
    assert shown.current.step.id == CLASSING


def test_the_questions_are_answered_and_kept(number: int, context: Context, open_page: Open) -> None:
    for step in ("S00_PAUSE", PROOF, DATING):
        cases.take(context, number, step, Action.DONE)
    screen = open_page("dossiers", dossiers_choix=str(number), dossiers_partie="Questions")
    assert next(one for one in screen.button if one.label == "Enregistrer mes réponses").disabled
    for name, (value,) in ANSWERS.items():
        screen.radio(f"dossiers_question_{number}_{name}").set_value(value)
    screen = button(screen.run(), "Enregistrer mes réponses")
    assert "Réponses notées" in words(screen)
    screen = open_page("dossiers", dossiers_choix=str(number), dossiers_partie="Questions")
    assert screen.radio(f"dossiers_question_{number}_qualification").value == "illicite_presume"


def test_a_letter_is_filled_edited_and_kept(number: int, context: Context, open_page: Open) -> None:
    prove(context, number)
    screen = open_page(
        "dossiers",
        dossiers_choix=str(number),
        dossiers_partie="Courriers",
        dossiers_modele="10_signalement_plateforme",
    )
    text = next(one for one in screen.text_area if one.label.startswith("Le texte"))
    assert "auteur affiché « Camille R. »" in text.value
    text.set_value("Mon texte à moi").run()
    screen = button(screen, "Garder au dossier")
    assert "Rien n’est envoyé" in words(screen)
    assert "Mon texte à moi" in "".join(one.value for one in screen.code)


def test_a_case_is_closed_and_opened_again(number: int, open_page: Open) -> None:
    screen = open_page("dossiers", dossiers_choix=str(number), dossiers_partie="Issue")
    screen = button(screen, "Clore le dossier")
    assert "Choisissez d’abord l’issue" in words(screen)
    screen.radio("dossiers_issue").set_value(Outcome.KEPT)
    screen = button(screen, "Clore le dossier")
    assert words(screen).splitlines()[0] == "Dossier clos le 23 novembre 2026 : avis maintenu."
    screen = button(screen, "Rouvrir le dossier")
    assert "Il reste 79" in words(screen)


def test_a_removed_review_can_be_sealed_again(number: int, context: Context, open_page: Open) -> None:
    with context.store.writing() as connection:
        connection.execute(sa.update(schema.publication).values(removed_at=NOW))
    screen = open_page("dossiers", dossiers_choix=str(number))
    assert "L’avis a été retiré, constaté le 23 nov. 2026" in words(screen)
    screen = button(screen, "Sceller l’avis tel qu’il est")
    assert "L’avis est scellé" in words(screen)


def test_a_case_is_opened_by_hand(context: Context, open_page: Open) -> None:
    screen = open_page("dossiers")
    screen = button(screen, "Ouvrir ce dossier")
    assert "Donnez un titre au dossier" in words(screen)
    screen.text_input("dossiers_main_titre").set_value("Message sur un forum")
    screen = button(screen, "Ouvrir ce dossier")
    assert screen.title[0].value == "Dossier n° 1"
    assert "Notez la date de première mise en ligne" in words(screen)
    assert context.today == date(2026, 11, 23)


def test_a_choice_that_is_not_in_view_shows_the_list(number: int, open_page: Open) -> None:
    screen = open_page("dossiers", dossiers_choix=str(number + 40))
    assert screen.title[0].value == "Dossiers"


@pytest.mark.usefixtures("demo_home")
def test_a_review_of_an_alert_leads_to_its_case(open_page: Open) -> None:
    screen = open_page("alertes", praticien="estrebois-tours")
    screen = button(screen, "Ouvrir un dossier")
    assert not screen.exception
    assert screen.title[0].value == "Dossier n° 1"
    assert "Dossier ouvert" in words(screen)


@pytest.mark.usefixtures("demo_home")
def test_a_whole_alert_can_be_a_case(open_page: Open) -> None:
    screen = open_page("alertes", praticien="estrebois-tours")
    screen = button(screen, "Ouvrir un dossier sur cette alerte")
    assert screen.title[0].value == "Dossier n° 1"
    assert "Alerte n°" in words(screen)


def test_a_public_reply_is_checked_as_it_is_written(number: int, context: Context, open_page: Open) -> None:
    prove(context, number)
    cases.answer(context, number, ANSWERS | {"qualification": ["licite"]})
    screen = open_page(
        "dossiers",
        dossiers_choix=str(number),
        dossiers_partie="Courriers",
        dossiers_modele="01_reponse_negative_generale",
    )
    text = next(one for one in screen.text_area if one.label.startswith("Le texte"))
    screen = text.set_value("Bonjour Camille, votre extraction s’est bien passée.").run()
    assert "Contrôle du secret : à ne pas publier tel quel." in words(screen)
    assert "Plutôt : " in words(screen)
    screen = button(screen, "Garder au dossier")
    cases.take(context, number, "S30_OPPORTUNITE", Action.DONE)
    shown = case_detail.read(context.store, context.viewer, everybody(context), NOW, case_id=number)
    reply = next(line for line in shown.route if line.step.id == "S31_REPONDRE")
    assert any("contrôle" in sentence for sentence in reply.held_by)
    text = next(one for one in screen.text_area if one.label.startswith("Le texte"))
    screen = text.set_value("Bonjour, nous vous remercions de votre message.").run()
    assert "rien à signaler" in words(screen)
    button(button(screen, "Garder au dossier"), "Garder au dossier")
    shown = case_detail.read(context.store, context.viewer, everybody(context), NOW, case_id=number)
    reply = next(line for line in shown.route if line.step.id == "S31_REPONDRE")
    assert reply.held_by == ()
