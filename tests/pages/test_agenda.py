"""The Agenda part of Réglages."""

from typing import Any

import pytest

from ereput.jobs import agenda, viewers
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.settings import parse_now
from ereput.store import Store, practitioners
from ereput.ui import viewing

NOW = parse_now("2026-11-23T09:00:00+01:00")


def keys(screen: Any) -> set[str]:
    return {button.key for button in screen.button if (button.key or "").startswith("reglages_agenda")}


def test_an_address_is_made_shown_once_and_taken_back(demo_store: Store, open_page: Any) -> None:
    screen = open_page("reglages", reglages_partie="Agenda")
    assert not screen.exception
    assert keys(screen) == {"reglages_agenda_creer"}
    screen.button("reglages_agenda_creer").click().run()
    assert not screen.exception
    (shown,) = [code.value for code in screen.code]
    assert agenda.feed(demo_store, shown.rpartition("/")[2], NOW)
    again = open_page("reglages", reglages_partie="Agenda")
    assert not again.code
    assert keys(again) == {"reglages_agenda_creer", "reglages_agenda_retirer"}
    again.button("reglages_agenda_retirer").click().run()
    assert not again.exception
    assert agenda.feed(demo_store, shown.rpartition("/")[2], NOW) is None
    assert agenda.subscribed_since(Context(demo_store, ADMINISTRATOR, NOW)) is None


def test_who_may_only_read_asks_an_administrator(
    demo_store: Store, open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context(demo_store, ADMINISTRATOR, NOW)
    with demo_store.reading() as connection:
        (folder, *_) = (name for name, _ in practitioners.read_portfolios(connection, ADMINISTRATOR))
    viewers.add(context, name="Lise", role=viewers.Role.READER, portfolios=[folder])
    monkeypatch.setattr(viewing, "enter", lambda store, now: viewers.enter(store, "Lise", now))
    screen = open_page("reglages", reglages_partie="Agenda")
    assert not screen.exception
    assert not keys(screen)
