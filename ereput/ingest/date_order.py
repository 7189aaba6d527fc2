"""Whether 03/04/2025 is the third of April or the fourth of March, told from the whole column."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ereput.domain.publication import PartialDate
from ereput.ingest.dates import MONTHS, DateReader
from ereput.ingest.reading import DateOrder

_PROBE: Final = 60
_DAY_DIGITS: Final = 2
_A_DAY: Final = timedelta(days=1)

_Pair = tuple[PartialDate, PartialDate, Sequence[object]]


def date_order(index: int, sample: Sequence[Sequence[object]], now: datetime) -> DateOrder:
    """Return how the ambiguous dates of a column are read.

    The day comes first unless the column proves otherwise: a number above 12 in second place and none in
    first; another column of the same rows that dates them without ambiguity; days still to come.
    """
    day_first, month_first = DateReader(now), DateReader(now, DateOrder.MONTH_FIRST)
    pairs: list[_Pair] = []
    for row in sample:
        value = row[index] if index < len(row) else None
        left, right = (
            (day_first.read(value), month_first.read(value)) if isinstance(value, str) else (None, None)
        )
        if left is not None and right is not None:
            pairs.append((left, right, row))
    numbers = [_leading(row[index]) for _, _, row in pairs]
    if any(first > MONTHS for first, _ in numbers):
        return DateOrder.DAY_FIRST
    if any(second > MONTHS for _, second in numbers):
        return DateOrder.MONTH_FIRST
    ambiguous = [pair for pair in pairs if pair[0].day != pair[1].day]
    votes = sum(_vote(index, pair, day_first, now) for pair in ambiguous[:_PROBE])
    return DateOrder.MONTH_FIRST if votes > 0 else DateOrder.DAY_FIRST


def _vote(index: int, pair: _Pair, reader: DateReader, now: datetime) -> int:
    """Return how many signs on a row speak for the month first, less those that speak for the day first."""
    left, right, row = pair
    votes = int(left.day > now.date() + _A_DAY >= right.day)
    for position, value in enumerate(row):
        other = reader.read(value) if position != index else None
        if other is not None and other.is_certain and _leading(value) == (0, 0):
            votes += (abs(other.day - right.day) <= _A_DAY) - (abs(other.day - left.day) <= _A_DAY)
    return votes


def _leading(value: object) -> tuple[int, int]:
    """Return the first two numbers of a numeric date, zeros when it begins with a year or a word."""
    parts = str(value).strip().replace("/", " ").replace("-", " ").replace(".", " ").split()
    if len(parts) <= 1 or not (parts[0].isdecimal() and parts[1].isdecimal()) or len(parts[0]) > _DAY_DIGITS:
        return 0, 0
    return int(parts[0]), int(parts[1])
