"""Which days a page speaks of, and the equal stretch before them that figures are compared with."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ereput.facts import french

LONG_AGO = date(1990, 1, 1)


class Stretch(StrEnum):
    """The periods on offer; the value is what the address bar and the selector show."""

    QUARTER = "3 derniers mois"
    HALF = "6 derniers mois"
    YEAR = "12 derniers mois"
    TWO_YEARS = "24 derniers mois"
    ALL = "Depuis le début"


_MONTHS = {Stretch.QUARTER: 3, Stretch.HALF: 6, Stretch.YEAR: 12, Stretch.TWO_YEARS: 24}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; `label` names them in French."""

    first: date
    last: date
    label: str
    is_open: bool = False

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period | None":
        """The same number of days just before, or None when the period has no beginning."""
        if self.is_open:
            return None
        last = self.first - timedelta(days=1)
        first = last - timedelta(days=self.days - 1)
        return Period(first, last, french.span(first, last))

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each month that the period touches, oldest first."""
        found, month = [], self.first.replace(day=1)
        while month <= self.last:
            found.append(month)
            month = (month + timedelta(days=31)).replace(day=1)
        return tuple(found)

    @property
    def text(self) -> str:
        """The days in words: « du 24 nov. 2025 au 23 nov. 2026 »."""
        return self.label if self.is_open else french.span(self.first, self.last)

    def holds(self, day: date | None) -> bool:
        """Whether a known day falls inside."""
        return day is not None and self.first <= day <= self.last


def until(stretch: Stretch, today: date) -> Period:
    """Return the period that ends today: « 3 derniers mois » on 23 November starts on 1 September.

    It starts with a month, so that the figures of a page and the months of its charts are the same.
    """
    if stretch is Stretch.ALL:
        return Period(LONG_AGO, today, "depuis le début", is_open=True)
    rank = today.year * 12 + today.month - _MONTHS[stretch]
    return Period(date(rank // 12, rank % 12 + 1, 1), today, stretch.value)
