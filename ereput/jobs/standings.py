"""A practitioner's standing: the handful of figures that a portfolio reads instead of reviews."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from ereput.detect.rating import RatingPrior, shrunk_mean
from ereput.detect.series import monday
from ereput.jobs.context import Context
from ereput.store import rollups

QUARTER = 13  # weeks
_STARS = attrgetter(*(f"stars_{star}" for star in range(1, 6)))
WORTH_TESTING = 0.1  # stars
NOTHING = SimpleNamespace(reviews=0, rated=0, rating_sum=0.0, negatives=0, mentions=0, unanswered=0)


class Standings:
    """The standings of the practitioners first..last, from their counts."""

    def __init__(self, connection: sa.Connection, context: Context, first: int, last: int) -> None:
        self.context = context
        end = monday(context.today) + timedelta(weeks=1)
        middle, start = (end - timedelta(weeks=n * QUARTER) for n in (1, 2))
        recent = rollups.sums_between(connection, first, last, middle, end)
        before = rollups.sums_between(connection, first, last, start, middle)
        self.recent = {row.practitioner_id: row for row in recent}
        self.before = {row.practitioner_id: row for row in before}
        self.totals: defaultdict[int, list[Any]] = defaultdict(list)
        for row in rollups.totals_between(connection, first, last):
            self.totals[row.practitioner_id].append(row)

    def sources(self) -> Iterator[Any]:
        """Yield the totals of every practitioner and platform."""
        for rows in self.totals.values():
            yield from rows

    def may_slide(self, who: int) -> bool:
        """Whether the last six months' mean is below the whole one by enough to be worth a real test."""
        recent, before = self.recent.get(who, NOTHING), self.before.get(who, NOTHING)
        rated = recent.rated + before.rated
        everything = sum(star_counts(self.totals[who]))
        if not rated or not everything:
            return False
        whole = sum(row.rating_sum for row in self.totals[who]) / everything
        return bool((recent.rating_sum + before.rating_sum) / rated < whole - WORTH_TESTING)

    def of(self, who: int, *, data_version: int, prior: RatingPrior) -> dict[str, Any]:
        """Return the standing of one practitioner, without what detection says."""
        totals = self.totals[who]
        recent, before = self.recent.get(who, NOTHING), self.before.get(who, NOTHING)
        stars = star_counts(totals)
        rated, rating_sum = sum(stars), sum(row.rating_sum for row in totals)
        estimate = shrunk_mean(stars, prior)
        days = [row.last_day for row in totals if row.last_day is not None]
        return {
            "practitioner_id": who,
            "computed_at": self.context.now,
            "data_version": data_version,
            "reviews": sum(reviews_of(row) for row in totals),
            "rated": rated,
            "rating": estimate.mean if rated else None,
            "low": estimate.low if rated else None,
            "high": estimate.high if rated else None,
            "raw_rating": rating_sum / rated if rated else None,
            "reviews_90": recent.reviews,
            "negatives_90": recent.negatives,
            "rating_90": recent.rating_sum / recent.rated if recent.rated else None,
            "rating_previous": before.rating_sum / before.rated if before.rated else None,
            "reviews_previous": before.reviews,
            "negatives_previous": before.negatives,
            "unanswered": recent.unanswered,
            "mentions_90": recent.mentions,
            "undated": sum(row.undated for row in totals),
            "last_published": max(days, default=None),
        }


def reviews_of(row: Any) -> int:
    """Return the number of reviews of some counts."""
    return int(sum(_STARS(row)) + row.unrated)


def star_counts(rows: Iterable[Any]) -> tuple[int, ...]:
    """Return the numbers of 1, 2, 3, 4 and 5 stars of some counts."""
    return tuple(map(sum, zip(*map(_STARS, rows), strict=True))) or (0,) * 5
