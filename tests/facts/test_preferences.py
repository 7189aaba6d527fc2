from datetime import datetime

import pytest

from ereput.domain.practitioner import Viewer
from ereput.facts import preferences
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.thresholds import Thresholds
from ereput.jobs.context import Context


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.5, "au plus une fausse alerte tous les 2 ans"),
        (0.1, "au plus une fausse alerte tous les 10 ans"),
        (1.0, "au plus une fausse alerte par an"),
        (1.3, "au plus 1,3 fausse alerte par an"),
        (6.0, "au plus 6 fausses alertes par an"),
    ],
)
def test_a_rate_is_said_as_people_say_it(rate: float, words: str) -> None:
    assert plain(preferences.often(rate, "fausse alerte", "fausses alertes")) == words


def test_the_page_says_what_the_rates_mean_here(
    context: Context, everybody: Scope, year: Period, now: datetime
) -> None:
    shown = preferences.read(context.store, context.viewer, everybody, year, now)
    assert (
        plain(shown.sentence)
        == "Au réglage actuel, au plus une fausse alerte tous les 2 ans et par praticien."
    )
    assert shown.can_change
    meaning = plain(shown.meaning(Thresholds(6.0, 60.0)))
    assert "Pour 2 praticiens" in meaning
    assert "environ 1 fausse alerte et environ 10 mises sous surveillance à tort" in meaning
    assert "presque aucune fausse alerte" in shown.meaning(Thresholds(0.01, 0.2))
    about = dict(shown.about)
    assert about["ereput"].startswith("version ")
    assert "2026" in about["Base de conseils"]


def test_whoever_is_no_administrator_reads_only(
    context: Context, everybody: Scope, bruno_only: Viewer, year: Period, now: datetime
) -> None:
    assert not preferences.read(context.store, bruno_only, everybody, year, now).can_change
