import datetime as dt

import holidays as oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.guidance.days import add_months, add_working, holidays, is_working, last_working, local_holidays

DAYS = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 12, 14), 3, dt.date(2027, 3, 14)),
        (dt.date(2026, 11, 30), 3, dt.date(2027, 2, 28)),
        (dt.date(2027, 11, 30), 3, dt.date(2028, 2, 29)),
        (dt.date(2028, 2, 29), 12, dt.date(2029, 2, 28)),
        (dt.date(2028, 2, 29), 48, dt.date(2032, 2, 29)),
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 12, 31), 1, dt.date(2027, 1, 31)),
    ],
)
def test_months_run_from_date_to_date(day: dt.date, months: int, expected: dt.date) -> None:
    assert add_months(day, months) == expected


@given(DAYS, st.integers(0, 120))
@settings(max_examples=60, deadline=None)
def test_months_keep_the_day_or_take_the_last_of_the_month(day: dt.date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + dt.timedelta(days=1)).day == 1)


@pytest.mark.parametrize("year", range(2008, 2061))
def test_holidays_are_those_of_the_reference_package(year: int) -> None:
    # From 2008: before, the package takes Whit Monday's day of solidarity for the end of the holiday.
    assert holidays(year) == frozenset(oracle.country_holidays("FR", years=[year]))


@given(DAYS)
@settings(max_examples=60, deadline=None)
def test_last_working_is_the_nearest_before(day: dt.date) -> None:
    found = last_working(day)
    after = [found + dt.timedelta(days=n) for n in range(1, (day - found).days + 1)]
    assert is_working(found)
    assert found <= day
    assert not any(is_working(one) and one not in local_holidays(one.year) for one in after)


@pytest.mark.parametrize("year", range(2008, 2061))
def test_local_holidays_are_those_of_the_reference_package(year: int) -> None:
    there = frozenset(oracle.country_holidays("FR", subdiv="57", years=[year]))
    assert holidays(year) | local_holidays(year) == there


def test_the_day_to_act_works_in_alsace_and_moselle_too() -> None:
    assert last_working(dt.date(2027, 3, 26)) == dt.date(2027, 3, 25)  # Good Friday
    assert last_working(dt.date(2028, 12, 26)) == dt.date(2028, 12, 22)  # after Christmas and a week-end
    assert add_working(dt.date(2028, 12, 22), 1) == dt.date(2028, 12, 26)  # a term is never made longer


@given(DAYS, st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_working_days_count_what_is_between(day: dt.date, count: int) -> None:
    end = add_working(day, count)
    between = [day + dt.timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert is_working(end)
    assert sum(map(is_working, between)) == count


def test_a_bridge_of_holidays_is_skipped() -> None:
    # Friday 24 December 2027: Christmas is a Saturday, so three working days end on Wednesday.
    assert add_working(dt.date(2027, 12, 24), 3) == dt.date(2027, 12, 29)
    assert last_working(dt.date(2026, 5, 3)) == dt.date(2026, 4, 30)
