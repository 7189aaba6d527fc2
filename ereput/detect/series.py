"""Weekly series of many practitioners as one matrix: what was counted, and what could be seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WEEK = 7
NOTHING: Ints = np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Series:
    """N series over T weeks.

    `counts` (N, T) negatives and `others` (N, T) the other publications of the week, NaN where no import
    could see anything; `covered` (N, T) the share of each week that could be seen, in [0, 1]; `first` the
    Monday of column 0. The last column is the running week.
    """

    ids: tuple[int, ...]
    first: date
    counts: Floats
    others: Floats
    covered: Floats

    def week(self, column: int) -> date:
        """Return the Monday of a column."""
        return self.first + timedelta(weeks=column)

    def first_known(self) -> Ints:
        """Return the column of each series' first known week; the number of columns where there is none."""
        known = ~np.isnan(self.counts)
        first: Ints = np.where(known.any(axis=1), known.argmax(axis=1), self.counts.shape[1])
        return first


def monday(day: date) -> date:
    """Return the Monday of the ISO week of a day."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts as columns: row of the practitioner, ordinal of the Monday, negatives, other publications."""

    row: Ints
    week: Ints
    negatives: Ints
    others: Ints


@dataclass(frozen=True, slots=True)
class Spans:
    """Days that imports could see, as columns: row of the practitioner, first and last day, weight.

    The spans of one practitioner on one platform do not overlap. The weight is the platform's share of the
    practitioner's publications: a week that only one of two platforms could see is half covered.
    """

    row: Ints
    start: Ints
    end: Ints
    weight: Floats


def lay_out(
    ids: Sequence[int], counts: Counts, spans: Spans, *, today: date, first: date | None = None
) -> Series:
    """Lay out the series of some practitioners up to the running week; days after `today` are not covered.

    They begin with the Monday `first`, by default with the first week of which anything is known.
    """
    running = monday(today).toordinal()
    if first is None:
        starts = spans.start - (spans.start - 1) % WEEK  # ordinal 1 was a Monday
        first_day = min([running, *(int(column.min()) for column in (counts.week, starts) if len(column))])
    else:
        first_day = first.toordinal()
    weeks = (running - first_day) // WEEK + 1
    shape = (len(ids), weeks)
    covered = _covered(spans, shape, first_day, today.toordinal())
    values = np.where(covered > 0, 0.0, np.nan)
    others = values.copy()
    column = (counts.week - first_day) // WEEK
    inside = (column >= 0) & (column < weeks)
    at = counts.row[inside], column[inside]
    values[at] = counts.negatives[inside]
    others[at] = counts.others[inside]
    # What was read was seen, whatever the imports declare.
    covered[at] = np.where(covered[at] > 0, covered[at], 1.0)
    return Series(tuple(ids), date.fromordinal(first_day), values, others, covered)


def _covered(spans: Spans, shape: tuple[int, int], first: int, today: int) -> Floats:
    """Return the share of each week that the spans cover."""
    end = np.minimum(spans.end, today)
    known = end >= spans.start
    row, weight = spans.row[known], spans.weight[known]
    start, end = spans.start[known] - first, end[known] - first
    opening, closing = start // WEEK, end // WEEK
    edges = np.zeros(shape)
    one_week = opening == closing
    np.add.at(edges, (row, opening), weight * np.where(one_week, end - start + 1, WEEK - start % WEEK) / WEEK)
    last = np.where(one_week, 0.0, weight * (end % WEEK + 1) / WEEK)
    np.add.at(edges, (row, closing), last)
    whole = np.zeros((shape[0], shape[1] + 1))
    np.add.at(whole, (row, np.minimum(opening + 1, closing)), np.where(one_week, 0.0, weight))
    np.add.at(whole, (row, closing), np.where(one_week, 0.0, -weight))
    # Rounded: a sum of weights is then the same whichever practitioners are laid out together.
    shares: Floats = np.clip(edges + whole[:, :-1].cumsum(axis=1), 0.0, 1.0)
    return shares.round(6)


def build(
    ids: Sequence[int],
    counted: Iterable[tuple[int, date, int, int]],
    spans: Mapping[int, Mapping[str, Sequence[tuple[date, date]]]],
    weights: Mapping[int, Mapping[str, float]],
    *,
    today: date,
) -> Series:
    """Lay out a few series from plain values.

    Args:
        ids: the practitioners, one row each.
        counted: (practitioner, Monday, negatives, other publications) where there are any.
        spans: the days that imports could see, by practitioner and platform, both ends included.
        weights: each platform's share of a practitioner's publications.
        today: its week is the last column.

    """
    row_of = {identifier: row for row, identifier in enumerate(ids)}
    known = [(row_of[who], week.toordinal(), n, m) for who, week, n, m in counted if who in row_of]
    seen = [
        (row, start.toordinal(), end.toordinal(), weights.get(who, {}).get(platform, 0.0))
        for who, row in row_of.items()
        for platform, days in spans.get(who, {}).items()
        for start, end in days
    ]
    columns = [np.array(column, dtype=np.int64) for column in zip(*known, strict=True)] or [NOTHING] * 4
    row, start, end, weight = zip(*seen, strict=True) if seen else ((), (), (), ())
    return lay_out(
        ids,
        Counts(*columns),
        Spans(
            np.array(row, dtype=np.int64),
            np.array(start, dtype=np.int64),
            np.array(end, dtype=np.int64),
            np.array(weight, dtype=np.float64),
        ),
        today=today,
    )


def merged(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return the same days as the fewest spans: overlapping and adjacent ones become one."""
    out: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1] + timedelta(days=1):
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out
