"""Signals that are no spike: slides of the rating, silences, surges of mentions, coordinated bursts.

Each has its own test in `ereput.detect`; here they are fed from the store.
Only those who can be concerned are read in full: whose data changed, whose source is late, who was much
written about these last days.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
import sqlalchemy as sa

from ereput.detect.prior import DEFAULT_PRIOR
from ereput.detect.rating import slide
from ereput.detect.series import monday
from ereput.detect.signals import coordinated, silence
from ereput.detect.spikes import run
from ereput.jobs.standings import Standings, reviews_of
from ereput.store import rollups, signals
from ereput.text import near_identical

LATE = 4.0  # usual intervals: a source below is not worth reading in full
RARE_SILENCE = 0.01
SURGE_SCORE = 2.0  # -log10 of the share of calm weeks that score as high
SLIDE_MONTHS = 30
RECENT = timedelta(days=14)
HISTORY = timedelta(days=365)
ENOUGH_RECENT = 3
CHUNK = 5_000
SOME = 500
"""Practitioners whose words are read at once."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Something to raise about a practitioner, on a platform or on all."""

    practitioner: int
    kind: str
    platform: str
    level: str
    observed: float
    expected: float
    chance: float


@dataclass(frozen=True, slots=True)
class Others:
    """Judge the signals that are no spike, of the practitioners first..last on a day."""

    connection: sa.Connection
    first: int
    last: int
    today: date

    def find(self, standings: Standings, changed: Collection[int]) -> list[Signal]:
        """Return what is to be raised; of those whose data did not change, silences only."""
        since = monday(self.today) - RECENT
        busy = rollups.busy_between(self.connection, self.first, self.last, since=since)
        reviewed = [row.practitioner_id for row in busy if row.reviews >= ENOUGH_RECENT]
        mentioned = [row.practitioner_id for row in busy if row.mentions > 1]
        sliding = [who for who in changed if standings.may_slide(who)]
        return [
            *self._slides(sliding),
            *self._silences(standings),
            *self._surges([who for who in mentioned if who in changed]),
            *self._coordinated([who for who in reviewed if who in changed]),
        ]

    def _slides(self, ids: Sequence[int]) -> Iterator[Signal]:
        months = [_months_before(self.today, n) for n in range(SLIDE_MONTHS - 1, -1, -1)]
        column = {month: at for at, month in enumerate(months)}
        stars: defaultdict[int, Any] = defaultdict(lambda: np.zeros((len(months), 5)))
        for start in range(0, len(ids), CHUNK):
            for who, month, *counts in rollups.stars_of(
                self.connection, ids[start : start + CHUNK], since=months[0]
            ):
                if month in column:
                    stars[who][column[month]] += counts
        for who, counts in stars.items():
            found = slide(counts)
            if found is not None and found.is_alarming:
                yield Signal(who, "slide", "", "watch", found.recent, found.before, found.chance)

    def _silences(self, standings: Standings) -> Iterator[Signal]:
        for row in standings.sources():
            reviews = reviews_of(row)
            if row.first_day is None or row.last_day is None or reviews < ENOUGH_RECENT:
                continue
            usual = max((row.last_day - row.first_day).days, 1) / reviews
            if (self.today - row.last_day).days < LATE * usual:
                continue
            days = signals.publication_days(self.connection, row.practitioner_id, row.platform)
            found = silence(np.array([day.toordinal() for day in days]), self.today.toordinal())
            if found is not None and found.chance < RARE_SILENCE:
                figures = (found.days, found.usual_days, found.chance)
                yield Signal(row.practitioner_id, "silence", row.platform, "watch", *figures)

    def _surges(self, ids: Sequence[int]) -> Iterator[Signal]:
        running = monday(self.today)
        counts: defaultdict[int, dict[date, int]] = defaultdict(dict)
        for start in range(0, len(ids), CHUNK):
            for who, week, mentions in rollups.mentions_of(self.connection, ids[start : start + CHUNK]):
                counts[who][week] = int(mentions)
        for who, weeks in counts.items():
            first = min(weeks)
            length = (running - first).days // 7
            series = [float(weeks.get(first + timedelta(weeks=n), 0)) for n in range(length)]
            if length < 2 or series[-1] < 2:  # noqa: PLR2004 (one week, or one mention, compares with nothing)
                continue
            judged = run(np.array([series]), DEFAULT_PRIOR, last=1)[1]
            if judged.score[0, -1] >= SURGE_SCORE:
                figures = (series[-1], float(judged.expected[0, -1]), float(judged.tail[0, -1]))
                yield Signal(who, "mentions", "", "watch", *figures)

    def _coordinated(self, ids: Sequence[int]) -> Iterator[Signal]:
        for start in range(0, len(ids), SOME):
            some = ids[start : start + SOME]
            words = signals.recent_words(self.connection, some, since=self.today - HISTORY)
            for who, rows in groupby(words, attrgetter("practitioner_id")):
                yield from self._coordinated_of(who, list(rows))

    def _coordinated_of(self, who: int, rows: Sequence[Any]) -> Iterator[Signal]:
        found = coordinated(
            [row.published_on.toordinal() for row in rows],
            [row.author_key for row in rows],
            near_identical([row.body for row in rows]),
        )
        fresh = [one for one in found if one.last >= (self.today - RECENT).toordinal()]
        if fresh:
            worst = min(fresh, key=lambda one: one.chance)
            yield Signal(who, "coordinated", "", "alert", float(len(worst.rows)), 1.0, worst.chance)


def _months_before(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def reconcile(
    found: Sequence[Signal], running: Sequence[Any], *, today: date
) -> Iterator[tuple[Any | None, dict[str, Any] | None]]:
    """Pair what is found with the alerts that run: (alert or None, its new values or None to end it)."""
    known = {(a.practitioner_id, a.kind, a.platform): a for a in running if a.state != "over"}
    for signal in found:
        alert = known.pop((signal.practitioner, signal.kind, signal.platform), None)
        yield alert, _values(signal, alert, today)
    yield from ((alert, None) for alert in known.values())


def _values(signal: Signal, alert: Any | None, today: date) -> dict[str, Any]:
    week = monday(today)
    return {
        "practitioner_id": signal.practitioner,
        "kind": signal.kind,
        "platform": signal.platform,
        "week": alert.week if alert is not None else week,
        "last_week": week,
        "peak_week": week,
        "level": signal.level,
        "observed": signal.observed,
        "expected": signal.expected,
        "upper": signal.expected,
        "odds": -float(np.log(max(signal.chance, 1e-12))),
        "why": json.dumps({"chance": signal.chance}),
        "is_provisional": False,
    }
