import pytest

from ereput.facts import thresholds
from ereput.facts.thresholds import Thresholds
from ereput.jobs.context import Context
from ereput.store import journal


def test_two_levels_and_none_for_an_unknown_week() -> None:
    limits = Thresholds(alerts_a_year=0.5, watches_a_year=1.3)
    assert limits.watch < limits.alert
    assert limits.level(float("nan")) == ""
    assert limits.level(-50.0) == ""
    assert limits.level((limits.watch + limits.alert) / 2) == "watch"
    assert limits.level(50.0) == "alert"


def test_a_watch_is_never_rarer_than_an_alert() -> None:
    limits = Thresholds(alerts_a_year=2.0, watches_a_year=0.1)
    assert limits.watch == limits.alert


def test_the_preferences_are_read(context: Context) -> None:
    with context.store.writing() as connection:
        assert thresholds.read(connection) == Thresholds()
        journal.write_preference(connection, thresholds.ALERTS, "0.25")
        assert thresholds.read(connection).alerts_a_year == pytest.approx(0.25)
