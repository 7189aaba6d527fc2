"""The Réunion page without a browser, and the notifications of Réglages."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ereput.domain.period import parse
from ereput.facts import scope as scopes
from ereput.jobs import meeting
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.settings import parse_now
from ereput.store import Store

Open = Callable[..., AppTest]
NOW = parse_now("2026-11-23T09:00:00+01:00")
ONE = "estrebois-tours"


def words(screen: AppTest) -> str:
    return "\n".join(str(element.value) for element in (*screen.text, *screen.caption))


def press(screen: AppTest, label: str) -> AppTest:
    return next(one for one in screen.button if one.label == label).click().run()


@pytest.mark.usefixtures("home")
def test_without_anybody_the_page_leads_to_the_sources(open_page: Open) -> None:
    screen = open_page("reunion")
    assert screen.title[0].value == "Réunion"
    assert "Ajoutez d’abord un praticien" in words(screen)


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("kind", ["Trimestre", "Mois", "Semestre", "Jours choisis"])
@pytest.mark.parametrize("choices", [{}, {"praticien": ONE}], ids=["portfolio", "practitioner"])
def test_each_kind_of_period_draws(kind: str, choices: dict[str, str], open_page: Open) -> None:
    screen = open_page("reunion", reunion_type=kind, **choices)
    assert not screen.exception
    assert len(screen.metric) == 5


@pytest.mark.usefixtures("demo_home")
def test_days_in_disorder_are_refused_without_losing_the_choice(open_page: Open) -> None:
    screen = open_page("reunion", reunion_type="Jours choisis", praticien=ONE)
    screen.date_input("reunion_du").set_value(NOW.date()).run()
    assert not screen.exception
    assert "Le premier jour d’une période vient avant le dernier." in words(screen)
    assert screen.date_input("reunion_au").value is not None


@pytest.mark.usefixtures("demo_home")
def test_a_meeting_is_opened_decided_and_closed(open_page: Open) -> None:
    screen = press(open_page("reunion", praticien=ONE), "Ouvrir la réunion")
    screen.text_input("reunion_quoi_nouvelle").set_value("Former l’accueil")
    screen.text_input("reunion_qui_nouvelle").set_value("Léa")
    screen = press(screen, "Ajouter la décision")
    assert "Former l’accueil" in words(screen)
    assert next(one for one in screen.button if one.label == "Clore la réunion").disabled
    screen = screen.checkbox("reunion_relu").check().run()
    screen = press(screen, "Clore la réunion")
    assert not screen.exception
    assert "Rien n’est venu depuis" in words(screen)
    labels = {one.label for one in screen.button}
    assert {"Ajouter la décision", "Clore la réunion", "Enregistrer", "Retirer"} & labels == set()


@pytest.mark.usefixtures("demo_home")
def test_a_decision_is_changed_and_taken_back(open_page: Open) -> None:
    screen = press(open_page("reunion", praticien=ONE), "Ouvrir la réunion")
    screen.text_input("reunion_quoi_nouvelle").set_value("Une idée")
    screen = press(screen, "Ajouter la décision")
    field = next(one for one in screen.text_input if one.value == "Une idée")
    field.set_value("Une autre idée")
    screen = press(screen, "Enregistrer")
    assert "Une autre idée" in words(screen)
    assert "Une autre idée" not in words(press(screen, "Retirer"))


def test_the_next_meeting_opens_on_what_was_decided(demo_store: Store, open_page: Open) -> None:
    context = Context(demo_store, ADMINISTRATOR, NOW)
    scope = scopes.read(demo_store, ADMINISTRATOR).on(ONE)
    number = meeting.start(context, scope, parse("2026-Q2"))
    meeting.decide(context, number, text="Former l’accueil", owner="Léa")
    meeting.close(context, scope, parse("2026-Q2"))
    screen = open_page("reunion", praticien=ONE)
    assert "1\u00a0décision de la dernière fois à faire" in words(screen)
    screen = press(screen, "C’est fait")
    assert "fait le 23 nov. 2026" in words(screen)


@pytest.mark.usefixtures("demo_home")
def test_the_projector_turns_its_pages(open_page: Open) -> None:
    screen = press(open_page("reunion", praticien=ONE), "Projecteur")
    seen = [screen.caption[0].value]
    for _ in range(6):
        screen = press(screen, "Suivant")
        assert not screen.exception
        seen.append(next(one.value for one in screen.caption if "/ 7" in one.value))
    assert [line.split(" ·")[0] for line in seen[1:]] == [f"{number} / 7" for number in range(2, 8)]
    screen = press(screen, "Quitter le projecteur")
    assert "Sur papier" in [one.value for one in screen.subheader]


@pytest.mark.usefixtures("demo_home")
def test_a_subscription_is_made_tried_and_ended(open_page: Open) -> None:
    screen = open_page("reglages", reglages_partie="Notifications")
    assert "Personne n’est encore notifié." in words(screen)
    assert "EREPUT_SMTP" in words(screen)
    screen.text_input("reglages_adresse").set_value("lea@cabinet.example")
    screen = press(screen, "Notifier")
    assert "Administrateur · lea@cabinet.example" in words(screen)
    screen = press(screen, "Envoyer un essai")
    assert not screen.exception
    assert "aucun serveur d’envoi" in words(screen)
    assert "Personne n’est encore notifié." in words(press(screen, "Retirer"))


@pytest.mark.usefixtures("demo_home")
def test_the_sources_say_when_feeds_were_last_fetched(open_page: Open) -> None:
    assert "Aucune relève programmée" in words(open_page("sources", sources_partie="Flux"))
