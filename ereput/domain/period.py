"""The periods that a review meeting speaks of: a month, a quarter, a half-year, or any days.

A period of whole months is compared with the one of the same name just before; any other one with as many
days just before.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ereput.domain.errors import RefusedError

_MONTHS_A_YEAR = 12
_KEY = re.compile(r"(\d{4})-(?:([qt])([1-4])|([sh])([12])|(\d{2}))", re.IGNORECASE)
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.|/|:)(\d{4}-\d{2}-\d{2})")
EARLIEST, LATEST = date(1990, 1, 1), date(2200, 1, 1)
LONGEST_DAYS = 3 * 366


class SpanKind(StrEnum):
    """What a period is called after."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    CUSTOM = "custom"


MONTHS = {SpanKind.MONTH: 1, SpanKind.QUARTER: 3, SpanKind.HALF: 6}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included."""

    kind: SpanKind
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Span":
        """The period of the same name just before, or as many days."""
        if self.kind is SpanKind.CUSTOM:
            last = self.first - timedelta(days=1)
            return Span(self.kind, last - timedelta(days=self.days - 1), last)
        return containing(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> "Span":
        """The period that follows."""
        first = self.last + timedelta(days=1)
        if self.kind is SpanKind.CUSTOM:
            return Span(self.kind, first, first + timedelta(days=self.days - 1))
        return containing(self.kind, first)

    @property
    def key(self) -> str:
        """How a command writes it: « 2026-09 », « 2026-Q3 », « 2026-S2 », « 2026-07-03..2026-09-10 »."""
        match self.kind:
            case SpanKind.MONTH:
                return f"{self.first:%Y-%m}"
            case SpanKind.QUARTER:
                return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
            case SpanKind.HALF:
                return f"{self.first.year}-S{(self.first.month + 5) // 6}"
            case _:
                return f"{self.first}..{self.last}"

    def back(self, months: int) -> "Span":
        """Return a stretch of equal length that ends `months` months earlier."""
        if self.kind is SpanKind.CUSTOM:
            last = shift(self.last, -months)
            return Span(self.kind, last - timedelta(days=self.days - 1), last)
        first = shift(self.first, -months)
        return Span(self.kind, first, shift(first, MONTHS[self.kind]) - timedelta(days=1))

    def holds(self, day: date | None) -> bool:
        """Whether a known day falls inside."""
        return day is not None and self.first <= day <= self.last


def shift(day: date, months: int) -> date:
    """Return the same day some months later or earlier, or that month's last day."""
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def containing(kind: SpanKind, day: date) -> Span:
    """Return the month, quarter or half-year that holds a day; a custom one is that day alone."""
    if kind is SpanKind.CUSTOM:
        return Span(kind, day, day)
    size = MONTHS[kind]
    first = date(day.year, (day.month - 1) // size * size + 1, 1)
    return Span(kind, first, shift(first, size) - timedelta(days=1))


def latest(kind: SpanKind, today: date) -> Span:
    """Return the last period of a kind that is over."""
    return containing(kind, today).before


def custom(first: date, last: date) -> Span:
    """Return any days; those of a whole month, quarter or half-year are that one.

    Raises:
        RefusedError: the days are in disorder, out of range, or too many.

    """
    if first > last:
        raise RefusedError("Le premier jour d’une période vient avant le dernier.")
    if first < EARLIEST or last > LATEST or (last - first).days >= LONGEST_DAYS:
        raise RefusedError("Une période dure trois ans au plus, et se place entre 1990 et 2200.")
    for kind in MONTHS:
        named = containing(kind, first)
        if (named.first, named.last) == (first, last):
            return named
    return Span(SpanKind.CUSTOM, first, last)


def parse(text: str) -> Span:
    """Return the period of « 2026-09 », « 2026-Q3 » (or T3), « 2026-S2 » or « 2026-07-03..2026-09-10 ».

    Raises:
        RefusedError: the text is none of these.

    """
    text = text.strip()
    if found := _DAYS.fullmatch(text):
        try:
            days = [date.fromisoformat(part) for part in found.groups()]
        except ValueError:
            raise _unknown(text) from None
        return custom(days[0], days[1])
    found = _KEY.fullmatch(text)
    if found is None:
        raise _unknown(text)
    year = int(found[1])
    kind, month = (
        (SpanKind.QUARTER, int(found[3]) * 3)
        if found[2]
        else (SpanKind.HALF, int(found[5]) * 6)
        if found[4]
        else (SpanKind.MONTH, int(found[6]))
    )
    if not (1 <= month <= _MONTHS_A_YEAR and EARLIEST.year <= year <= LATEST.year):
        raise _unknown(text)
    return containing(kind, date(year, month, 1))


def _unknown(text: str) -> RefusedError:
    return RefusedError(
        f"« {text} » n’est pas une période : écrivez 2026-09, 2026-Q3, 2026-S2 ou 2026-07-03..2026-09-10."
    )
