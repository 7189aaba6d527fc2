"""Days as French procedure counts them: months from date to date, working days, national holidays.

Pure and without dependency: the `holidays` package takes about 0.1 s to import and is the tests' oracle.
"""

import calendar
from datetime import date, timedelta
from functools import lru_cache

_MONTHS_A_YEAR = 12
_SATURDAY = 5


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or that month's last day where it has no such day.

    This is the count "de quantième à quantième" (CPC 641 alinéa 2, and press law after it).
    """
    index = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(index, _MONTHS_A_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """Return the eleven national holidays of a year (Code du travail, L3133-1).

    Those of Alsace and Moselle are in `local_holidays`.
    """
    easter = _easter(year)
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    movable = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
    return frozenset(date(year, month, day) for month, day in fixed) | frozenset(
        easter + timedelta(days=days) for days in movable
    )


@lru_cache(maxsize=64)
def local_holidays(year: int) -> frozenset[date]:
    """Return Good Friday and 26 December, holidays in Alsace and Moselle only (Code du travail, L3134-13)."""
    return frozenset((_easter(year) - timedelta(days=2), date(year, 12, 26)))


def is_working(day: date) -> bool:
    """Whether the day is a Monday to Friday that is no national holiday."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def last_working(day: date) -> date:
    """Return `day`, or the last day before it that works everywhere in France.

    A day to act by is found for everybody as in Alsace and Moselle: one day too early harms nobody.
    """
    while not is_working(day) or day in local_holidays(day.year):
        day -= timedelta(days=1)
    return day


def add_working(day: date, count: int) -> date:
    """Return the `count`-th working day after `day`, which itself does not count."""
    while count:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def _easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Butcher's computus)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    leap_centuries, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leaps, odd = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * leaps - epact - odd) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
