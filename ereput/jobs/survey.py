"""The survey: recompute each practitioner's standing and alerts from the weekly counts.

Incremental: the detector's state after the last complete week is kept with a digest of all that was fed
to it. A practitioner whose past did not change goes on from there; any other is replayed from the start.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from ereput.detect import series as weekly_series
from ereput.detect.calibrate import ALERT_A_YEAR, WATCH_A_YEAR, threshold_for
from ereput.detect.prior import DEFAULT_PRIOR, Prior
from ereput.detect.rating import DEFAULT_RATING_PRIOR
from ereput.detect.series import Series, monday
from ereput.detect.spikes import State, estimate_prior, step
from ereput.jobs.context import Context
from ereput.jobs.standings import Standings
from ereput.store import journal, rollups, signals

BLOCK = 2_000  # practitioners at once: memory stays flat whatever the portfolio
ENOUGH_SERIES = 20  # fewer teach nothing that the default prior does not know
ENOUGH_WEEKS = 26
GROWTH = 2.0  # the prior is learnt anew when the weeks behind it have so multiplied
LAST = 4
FORGOTTEN = timedelta(weeks=8)  # an alert that nobody took up is over by then
WORSE = 1.0  # log odds

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class SurveyOutcome:
    """What a survey did: practitioners judged, alerts open after it."""

    practitioners: int
    alerts: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores from which a week is watched or alerted on."""

    watch: float
    alert: float

    def level(self, score: float) -> str:
        """Return "alert", "watch" or ""."""
        return "alert" if score >= self.alert else "watch" if score >= self.watch else ""


def survey(context: Context, *, last: int = LAST, progress: Progress | None = None) -> SurveyOutcome:
    """Judge everybody's last weeks; a second run on the same data changes nothing."""
    started = time.perf_counter()
    with context.store.reading() as connection:
        people = signals.everybody(connection)
        thresholds = read_thresholds(connection)
    prior = _prior(context, [row.id for row in people if not row.is_demo])
    done = 0
    for start in range(0, len(people), BLOCK):
        block = people[start : start + BLOCK]
        for is_demo in (False, True):
            members = {row.id: row.data_version for row in block if row.is_demo is is_demo}
            if members:
                _Block(context, members, DEFAULT_PRIOR if is_demo else prior, thresholds, last).run()
        done += len(block)
        if progress is not None:
            progress(done)
    with context.store.reading() as connection:
        alerts = len(signals.read_alerts(connection, context.viewer, states=("open",)))
    return SurveyOutcome(len(people), alerts, round(time.perf_counter() - started, 3))


def read_thresholds(connection: sa.Connection) -> Thresholds:
    """Return the thresholds that the user chose, as false alarms a year of one practitioner."""
    alert = float(journal.read_preference(connection, "alerts_a_year", str(ALERT_A_YEAR)))
    watch = float(journal.read_preference(connection, "watches_a_year", str(WATCH_A_YEAR)))
    return Thresholds(threshold_for(max(watch, alert)), threshold_for(alert))


def _prior(context: Context, ids: Sequence[int]) -> Prior:
    """Return the portfolio's prior, learnt anew when the portfolio has much grown."""
    with context.store.reading() as connection:
        kept = signals.latest_prior(connection)
        blocks = [
            _read_series(connection, ids[at : at + BLOCK], context.today) for at in range(0, len(ids), BLOCK)
        ]
    usable = [block.counts[(~np.isnan(block.counts)).sum(1) >= ENOUGH_WEEKS] for block in blocks]
    count = sum(len(block) for block in usable)
    weeks = int(sum((~np.isnan(block)).sum() for block in usable))
    payload = json.loads(kept.payload) if kept is not None else None
    if payload is not None and weeks < GROWTH * payload["weeks"]:
        return Prior(payload["log_level"], payload["level_sd"], tuple(payload["dispersion"]))
    if count < ENOUGH_SERIES:
        return DEFAULT_PRIOR
    width = max(block.shape[1] for block in usable)
    padded = [np.pad(b, ((0, 0), (width - b.shape[1], 0)), constant_values=np.nan) for b in usable]
    prior = estimate_prior(np.concatenate(padded))
    with context.store.writing() as connection:
        text = json.dumps(asdict(prior) | {"weeks": weeks})
        signals.insert_prior(connection, version=prior.version, payload=text, now=context.now)
    return prior


def _read_series(connection: sa.Connection, ids: Sequence[int], today: date) -> Series:
    if not ids:
        return weekly_series.build([], [], {}, {}, today=today)
    low, high = min(ids), max(ids)
    spans: defaultdict[int, defaultdict[str, list[tuple[date, date]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in rollups.coverage_between(connection, low, high):
        spans[row.practitioner_id][row.platform].append((row.start, row.end))
    counted = [
        (row.practitioner_id, row.week, row.negatives)
        for row in rollups.weekly_between(connection, low, high)
    ]
    return weekly_series.build(
        ids, counted, spans, platform_weights(connection, low, high, spans), today=today
    )


def platform_weights(
    connection: sa.Connection, low: int, high: int, covered: Any
) -> dict[int, dict[str, float]]:
    """Return each covered platform's share of a practitioner's reviews."""
    counts: defaultdict[int, dict[str, float]] = defaultdict(dict)
    for row in rollups.totals_between(connection, low, high):
        reviews = sum(getattr(row, f"stars_{n}") for n in range(1, 6)) + row.unrated
        if row.platform in covered.get(row.practitioner_id, {}):
            counts[row.practitioner_id][row.platform] = float(reviews) or 1.0
    return {who: {p: n / sum(mine.values()) for p, n in mine.items()} for who, mine in counts.items()}


@dataclass(frozen=True, slots=True)
class _Judged:
    """One week of one practitioner."""

    week: date
    score: float
    odds: float
    observed: float
    expected: float
    upper: float
    tail: float
    is_provisional: bool


class _Block:
    """Some practitioners, surveyed together."""

    def __init__(
        self, context: Context, versions: dict[int, int], prior: Prior, thresholds: Thresholds, last: int
    ) -> None:
        self.context, self.versions, self.prior = context, versions, prior
        self.thresholds, self.last = thresholds, last
        self.ids = sorted(versions)
        self.judged: defaultdict[int, list[_Judged]] = defaultdict(list)
        self.states: list[dict[str, Any]] = []
        self.open: Counter[int] = Counter()

    def run(self) -> None:
        """Read, judge, write."""
        low, high = self.ids[0], self.ids[-1]
        with self.context.store.reading() as connection:
            series = _read_series(connection, self.ids, self.context.today)
            kept = signals.states_between(connection, low, high)
            standings = Standings(connection, self.context, low, high)
        for known, rows in self._by_known_weeks(series, kept):
            self._judge(series, known, rows, kept)
        with self.context.store.writing() as connection:
            signals.replace_states(connection, self.states)
            self._write_alerts(connection)
            signals.replace_standings(connection, [self._standing(standings, who) for who in self.ids])

    def _by_known_weeks(self, series: Series, kept: dict[int, Any]) -> Iterator[tuple[int, list[int]]]:
        """Yield (weeks already known to the state, rows): 0 for those that must be replayed."""
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for row, who in enumerate(series.ids):
            state = kept.get(who)
            known = 0
            if state is not None and state.prior_version == self.prior.version:
                columns = (state.week - series.first).days // weekly_series.WEEK + 1
                if 0 < columns < series.counts.shape[1] and series.digest(row, columns) == state.inputs:
                    known = columns
            groups[known].append(row)
        yield from sorted(groups.items())

    def _judge(self, series: Series, known: int, rows: list[int], kept: dict[int, Any]) -> None:
        blobs = [kept[series.ids[row]].state for row in rows] if known else []
        state = State.unpack(blobs, self.prior) if known else State.start(len(rows), self.prior)
        complete = series.counts.shape[1] - 1
        for column in range(known, complete + 1):
            is_running = column == complete
            counts, covered = series.counts[rows, column], series.covered[rows, column]
            weeks = step(state.copy() if is_running else state, counts, covered=covered)
            if column <= complete - self.last - 1:
                continue
            for at, row in enumerate(rows):
                if np.isnan(weeks.score[at]):
                    continue
                self.judged[series.ids[row]].append(
                    _Judged(
                        week=series.week(column),
                        score=float(weeks.score[at]),
                        odds=float(weeks.odds[at]),
                        observed=float(counts[at]),
                        expected=float(weeks.expected[at]),
                        upper=float(weeks.upper[at]),
                        tail=float(weeks.tail[at]),
                        is_provisional=bool(is_running or covered[at] < 1),
                    )
                )
        if complete > known:
            self.states += [
                {
                    "practitioner_id": series.ids[row],
                    "prior_version": self.prior.version,
                    "week": series.week(complete - 1),
                    "inputs": series.digest(row, complete),
                    "state": state.pack(at),
                }
                for at, row in enumerate(rows)
            ]

    def _standing(self, standings: Standings, who: int) -> dict[str, Any]:
        latest = self.judged[who][-1] if self.judged[who] else None
        return standings.of(who, data_version=self.versions[who], prior=DEFAULT_RATING_PRIOR) | {
            "level": self.thresholds.level(latest.score) if latest and latest.observed else "",
            "log_odds": latest and latest.odds,
            "observed": latest and latest.observed,
            "expected": latest and latest.expected,
            "open_alerts": self.open[who],
        }

    # -- alerts

    def _write_alerts(self, connection: sa.Connection) -> None:
        running: defaultdict[int, list[Any]] = defaultdict(list)
        since = monday(self.context.today) - FORGOTTEN
        for row in signals.alerts_between(connection, self.ids[0], self.ids[-1], since=since):
            running[row.practitioner_id].append(row)
        for who in self.ids:
            spikes = [row for row in running[who] if row.kind == "spike"]
            for week in self.judged[who]:
                self._raise(connection, who, week, spikes)
            self._close(connection, who, spikes)
        self.open = signals.count_open(connection, self.ids[0], self.ids[-1])

    def _raise(self, connection: sa.Connection, who: int, week: _Judged, alerts: list[Any]) -> None:
        level = self.thresholds.level(week.score)
        if not level or week.observed <= 0:
            return
        facts = {
            "peak_week": week.week,
            "level": level,
            "observed": week.observed,
            "expected": week.expected,
            "upper": week.upper,
            "odds": week.odds,
            "why": json.dumps({"tail": week.tail}),
            "is_provisional": week.is_provisional,
        }
        same = next((a for a in alerts if a.week <= week.week <= a.last_week + timedelta(days=14)), None)
        now = self.context.now
        if same is None:
            values = {"practitioner_id": who, "kind": "spike", "platform": "", "state": "open"}
            values |= {"week": week.week, "last_week": week.week}
            number = signals.insert_alert(connection, raised_at=now, changed_at=now, **values, **facts)
            alerts.append(signals.one_alert(connection, number))
            return
        # The figures shown are those of the strongest week; a lasting burst stays one alert.
        is_peak = week.week == same.peak_week or week.odds > same.odds
        changes: dict[str, Any] = facts if is_peak else {}
        if same.level == "alert" and week.week != same.peak_week:
            changes = changes | {"level": "alert"}
        changes = changes | {"last_week": max(week.week, same.last_week)}
        worse = (same.level == "watch" and level == "alert") or week.odds > same.odds + WORSE
        if worse or same.state == "over":
            changes |= {"state": "open"}
        if any(getattr(same, name) != value for name, value in changes.items()):
            signals.change_alert(connection, same.id, changed_at=now, **changes)
            alerts[alerts.index(same)] = signals.one_alert(connection, same.id)

    def _close(self, connection: sa.Connection, who: int, alerts: list[Any]) -> None:
        """End the alerts that time or new data took the ground from, and those that woke up."""
        judged = {week.week: week for week in self.judged[who]}
        today, now = self.context.today, self.context.now
        for alert in (alert for alert in alerts if alert.state != "over"):
            week = judged.get(alert.peak_week)
            if week is not None and not self.thresholds.level(week.score):
                signals.change_alert(
                    connection, alert.id, state="over", reason="Les données ont changé.", changed_at=now
                )
            elif alert.last_week < monday(today) - FORGOTTEN:
                signals.change_alert(connection, alert.id, state="over", changed_at=now)
            elif alert.state == "snoozed" and alert.until is not None and alert.until <= today:
                signals.change_alert(connection, alert.id, state="open", until=None, changed_at=now)
