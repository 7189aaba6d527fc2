"""A practitioner's standing: the handful of figures that a portfolio reads instead of reviews."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ereput.detect.rating import RatingPrior, shrunk_mean
from ereput.detect.series import monday
from ereput.jobs.context import Context
from ereput.store import rollups

QUARTER = 13  # weeks
STARS = range(1, 6)


@dataclass(slots=True)
class _Sums:
    """Counts over some weeks."""

    reviews: int = 0
    rated: int = 0
    rating_sum: float = 0.0
    negatives: int = 0
    mentions: int = 0
    unanswered: int = 0

    def add(self, row: Any) -> None:
        """Add the counts of a week."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(row, field.name))

    @property
    def rating(self) -> float | None:
        """The plain mean."""
        return self.rating_sum / self.rated if self.rated else None


class Standings:
    """The standings of the practitioners first..last, from their counts."""

    def __init__(self, connection: sa.Connection, context: Context, first: int, last: int) -> None:
        self.context = context
        running = monday(context.today)
        self.recent: defaultdict[int, _Sums] = defaultdict(_Sums)
        self.before: defaultdict[int, _Sums] = defaultdict(_Sums)
        middle, start = (running - timedelta(weeks=n * QUARTER) for n in (1, 2))
        for row in rollups.weekly_between(connection, first, last, since=start):
            (self.recent if row.week >= middle else self.before)[row.practitioner_id].add(row)
        self.totals: defaultdict[int, list[Any]] = defaultdict(list)
        for row in rollups.totals_between(connection, first, last):
            self.totals[row.practitioner_id].append(row)

    def of(self, who: int, *, data_version: int, prior: RatingPrior) -> dict[str, Any]:
        """Return the standing of one practitioner, without what detection says."""
        totals, recent, before = self.totals[who], self.recent[who], self.before[who]
        stars = star_counts(totals)
        rated, rating_sum = sum(stars), sum(row.rating_sum for row in totals)
        estimate = shrunk_mean(stars, prior)
        days = [row.last_day for row in totals if row.last_day is not None]
        return {
            "practitioner_id": who,
            "computed_at": self.context.now,
            "data_version": data_version,
            "reviews": rated + sum(row.unrated for row in totals),
            "rated": rated,
            "rating": estimate.mean if rated else None,
            "low": estimate.low if rated else None,
            "high": estimate.high if rated else None,
            "raw_rating": rating_sum / rated if rated else None,
            "reviews_90": recent.reviews,
            "negatives_90": recent.negatives,
            "rating_90": recent.rating,
            "rating_previous": before.rating,
            "reviews_previous": before.reviews,
            "negatives_previous": before.negatives,
            "unanswered": recent.unanswered,
            "mentions_90": recent.mentions,
            "undated": sum(row.undated for row in totals),
            "last_published": max(days, default=None),
        }


def star_counts(rows: Iterable[Any]) -> tuple[int, ...]:
    """Return the numbers of 1, 2, 3, 4 and 5 stars of some counts."""
    found = list(rows)
    return tuple(sum(getattr(row, f"stars_{star}") for row in found) for star in STARS)
