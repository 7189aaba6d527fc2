"""Weekly series of many practitioners as one matrix: what was counted, and what could be seen."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WEEK = 7


@dataclass(frozen=True, slots=True)
class Series:
    """N series over T weeks.

    `counts` (N, T) negatives, NaN where no import could see anything; `covered` (N, T) the share of each
    week that could be seen, in [0, 1]; `first` the Monday of column 0. The last column is the running week.
    """

    ids: tuple[int, ...]
    first: date
    counts: Floats
    covered: Floats

    def week(self, column: int) -> date:
        """Return the Monday of a column."""
        return self.first + timedelta(weeks=column)

    def digest(self, row: int, columns: int) -> int:
        """Return 63 bits for all that the first columns say of a series; padding does not count."""
        known = np.flatnonzero(~np.isnan(self.counts[row, :columns]))
        start = int(known[0]) if len(known) else columns
        data = np.stack([self.counts[row, start:columns], self.covered[row, start:columns]]).tobytes()
        stamp = self.week(start).isoformat().encode()
        return int.from_bytes(hashlib.blake2b(stamp + data, digest_size=8).digest(), "big") >> 1


def monday(day: date) -> date:
    """Return the Monday of the ISO week of a day."""
    return day - timedelta(days=day.weekday())


def build(
    ids: Sequence[int],
    negatives: Iterable[tuple[int, date, int]],
    spans: Mapping[int, Mapping[str, Sequence[tuple[date, date]]]],
    weights: Mapping[int, Mapping[str, float]],
    *,
    today: date,
) -> Series:
    """Lay out the series of some practitioners up to the running week.

    Args:
        ids: the practitioners, one row each.
        negatives: (practitioner, Monday, count) where there are any.
        spans: the days that imports could see, by practitioner and platform, both ends included.
        weights: each platform's share of a practitioner's publications: a week that only one of two
            platforms could see is half covered.
        today: its week is the last column; days after it are not covered.
    """
    row_of = {identifier: row for row, identifier in enumerate(ids)}
    counted = [(row_of[who], week, count) for who, week, count in negatives if who in row_of]
    starts = [week for _, week, _ in counted]
    starts += [
        monday(start) for who in ids for platform in spans.get(who, {}).values() for start, _ in platform
    ]
    running = monday(today)
    first = min([*starts, running])
    weeks = (running - first).days // WEEK + 1
    covered = np.zeros((len(ids), weeks))
    for who, row in row_of.items():
        for platform, days in spans.get(who, {}).items():
            seen = _seen(days, first=first, today=today, weeks=weeks)
            covered[row] += weights.get(who, {}).get(platform, 0.0) * seen
    covered = np.minimum(covered, 1.0)
    counts = np.where(covered > 0, 0.0, np.nan)
    for row, week, count in counted:
        column = (week - first).days // WEEK
        if 0 <= column < weeks:
            counts[row, column] = count
            # What was read was seen, whatever the imports declare.
            covered[row, column] = covered[row, column] or 1.0
    return Series(tuple(ids), first, counts, covered)


def _seen(days: Sequence[tuple[date, date]], *, first: date, today: date, weeks: int) -> Floats:
    """Return the share of each week that the spans cover together."""
    mask = np.zeros(weeks * WEEK, dtype=bool)
    for start, end in days:
        mask[max((start - first).days, 0) : (min(end, today) - first).days + 1] = True
    return np.asarray(mask.reshape(weeks, WEEK).mean(axis=1))
