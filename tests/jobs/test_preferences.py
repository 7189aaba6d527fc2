"""The sensitivity: kept, applied to the weeks already judged, changed by administrators only."""

from datetime import timedelta

import pytest

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.facts import thresholds
from ereput.facts.thresholds import Thresholds
from ereput.jobs import practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.manual import Typed, add
from ereput.jobs.preferences import set_thresholds
from ereput.jobs.survey import survey
from ereput.settings import parse_now
from ereput.store import Store, signals

NOW = parse_now("2026-11-23T09:00:00+01:00")


@pytest.fixture
def context(store: Store) -> Context:
    made = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(made, name="Dr Anne Alba", slug="anne")
    return made


def limits(context: Context) -> Thresholds:
    with context.store.reading() as connection:
        return thresholds.read(connection)


def levels(context: Context) -> list[tuple[str, str]]:
    with context.store.reading() as connection:
        rows = signals.read_alerts(connection, context.viewer)
    return [(row.level, row.state) for row in rows if row.kind == "spike"]


def write(context: Context, rating: str, day: str, author: str) -> None:
    add(context, "anne", Typed(platform="google", rating=rating, date=day, author=author, text=author))


def test_the_rates_are_kept_and_the_survey_run(context: Context) -> None:
    assert set_thresholds(context, alerts_a_year=0.2, watches_a_year=2.0).practitioners == 1
    assert limits(context) == Thresholds(0.2, 2.0)


def test_weeks_already_judged_follow_the_new_thresholds(context: Context) -> None:
    for rank in range(40):
        write(context, "5/5", f"{NOW.date() - timedelta(days=7 * rank + 10):%d/%m/%Y}", f"P{rank}")
    for rank in range(3):
        write(context, "1/5", "10/11/2026", f"N{rank}")
    survey(context)
    before = levels(context)
    set_thresholds(context, alerts_a_year=26.0, watches_a_year=26.0)
    assert levels(context) == [("alert", "open")]
    set_thresholds(context, alerts_a_year=0.01, watches_a_year=0.01)
    assert all(state == "over" for _, state in levels(context)) or levels(context) == before


@pytest.mark.parametrize(
    ("alerts", "watches", "words"),
    [
        (0.0, 1.0, "0,01 à 26"),
        (1.0, 60.0, "0,01 à 26"),
        (float("nan"), 1.0, "0,01"),
        (2.0, 1.0, "plus sévère"),
    ],
)
def test_rates_that_make_no_sense_are_refused(
    context: Context, alerts: float, watches: float, words: str
) -> None:
    with pytest.raises(RefusedError, match=words):
        set_thresholds(context, alerts_a_year=alerts, watches_a_year=watches)
    assert limits(context) == Thresholds()


def test_only_an_administrator_sets_them(context: Context) -> None:
    broker = Context(context.store, Viewer("b", Role.BROKER), NOW)
    with pytest.raises(RefusedError, match="Seul un administrateur"):
        set_thresholds(broker, alerts_a_year=0.5, watches_a_year=1.3)
