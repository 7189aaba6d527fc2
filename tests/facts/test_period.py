from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.facts.period import Period, Stretch, until

TODAY = date(2026, 11, 23)


def test_a_quarter_ends_today_and_starts_with_a_month() -> None:
    period = until(Stretch.QUARTER, TODAY)
    assert (period.first, period.last) == (date(2026, 9, 1), TODAY)
    assert period.text == "du 1er sept. au 23 nov. 2026"


def test_a_year_crosses_the_new_year() -> None:
    assert until(Stretch.YEAR, TODAY).first == date(2025, 12, 1)
    assert until(Stretch.HALF, date(2026, 3, 31)).first == date(2025, 10, 1)


@given(st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.sampled_from(list(Stretch)[:-1]))
@settings(max_examples=50)
def test_the_period_before_is_as_long_and_just_before(today: date, stretch: Stretch) -> None:
    period = until(stretch, today)
    before = period.before
    assert before is not None
    assert before.days == period.days
    assert before.last + timedelta(days=1) == period.first
    assert not before.holds(period.first)
    assert period.holds(today)


def test_from_the_beginning_there_is_nothing_before() -> None:
    period = until(Stretch.ALL, TODAY)
    assert period.before is None
    assert period.text == "depuis le début"


def test_months_are_those_that_the_period_touches() -> None:
    period = Period(date(2025, 12, 31), date(2026, 2, 1), "")
    assert period.months == (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
    assert not period.holds(None)
