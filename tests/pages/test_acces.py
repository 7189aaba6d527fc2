"""The access part of Réglages: people let in, agreements given and taken back, the audit."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ereput.jobs import viewers
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.settings import parse_now
from ereput.store import Store
from ereput.ui import viewing

SPIKED = "estrebois-tours"
NOW = parse_now("2026-11-23T09:00:00+01:00")


def click(screen: AppTest, label: str) -> AppTest:
    next(button for button in screen.button if button.label == label).click().run()
    assert not screen.exception
    return screen


def opened(open_page: Any, **choices: str) -> AppTest:
    screen: AppTest = open_page("reglages", reglages_partie="Accès", **choices)
    assert not screen.exception
    return screen


def test_somebody_is_let_in_then_out(demo_store: Store, open_page: Any) -> None:
    screen = opened(open_page)
    screen.text_input("reglages_acces_nom").set_value("Camille Courtage")
    screen.text_input("reglages_acces_courriel").set_value("camille@courtage.example")
    folder = screen.multiselect("reglages_acces_portefeuilles").options[0]
    screen.multiselect("reglages_acces_portefeuilles").set_value([folder])
    click(screen, "Donner accès")
    assert viewers.enter(demo_store, "camille@courtage.example", NOW).viewer.name == "Camille Courtage"
    assert list(screen.dataframe[0].value["Voit"]) == [folder]
    click(screen, "Fermer l’accès")
    assert list(screen.dataframe[0].value["Accès"]) == ["fermé"]
    assert any("utilisateur ajouté" in list(frame.value.get("Quoi", [])) for frame in screen.dataframe)


def test_a_practitioner_gives_and_takes_back_the_right_to_read(
    demo_store: Store, open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context(demo_store, ADMINISTRATOR, NOW)
    with demo_store.reading() as connection:
        folder = viewers.practitioners.read_one(connection, ADMINISTRATOR, SPIKED).portfolio
    viewers.add(context, name="Camille", role=viewers.Role.BROKER, portfolios=[folder])
    viewers.add(context, name="Dr E", role=viewers.Role.PRACTITIONER, people=[SPIKED])
    monkeypatch.setattr(viewing, "enter", lambda store, now: viewers.enter(store, "Dr E", now))
    screen = opened(open_page)
    assert not [box for box in screen.text_input if box.key == "reglages_acces_nom"]
    assert list(screen.dataframe[0].value["Nom"]) == ["Dr E"]
    next(button for button in screen.button if button.label.startswith("Laisser lire")).click().run()
    assert not screen.exception
    camille = viewers.enter(demo_store, "Camille", NOW)
    assert viewers.look(camille, SPIKED, where="Praticien") != camille
    screen = opened(open_page)
    looks = [frame.value for frame in screen.dataframe if "Quoi" in frame.value]
    assert ("Camille", "avis lus en clair") in list(zip(looks[0]["Qui"], looks[0]["Quoi"], strict=True))
    click(screen, "Retirer")
    assert viewers.look(camille, SPIKED, where="Praticien") == camille
