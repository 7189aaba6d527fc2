"""The survey: recompute each practitioner's standing and alerts from the weekly counts.

Incremental: the detector's state after the last complete week is kept, and every write notes the first day
that it changed. A practitioner whose past did not change goes on from its state; any other is replayed.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import sqlalchemy as sa

from ereput.detect import history
from ereput.detect import series as weekly_series
from ereput.detect.rating import estimate_rating_prior
from ereput.detect.series import Counts, Floats, Series, Spans, monday
from ereput.detect.spikes import State, Weeks, estimate_prior, step
from ereput.domain.practitioner import Role
from ereput.facts import priors, thresholds
from ereput.facts.priors import Learnt
from ereput.facts.thresholds import Thresholds
from ereput.jobs.context import Context
from ereput.jobs.engine import Engine, Here, Place, chosen
from ereput.jobs.other_signals import Others, Signal, reconcile
from ereput.jobs.rescoring import rescore
from ereput.jobs.standings import Standings, star_counts
from ereput.store import practitioners, rollups, signals

BLOCK = 5_000  # practitioners at once: memory stays flat whatever the portfolio
ENOUGH_SERIES = 20  # fewer teach nothing that the default prior does not know
ENOUGH_WEEKS = 26
LEARNT_FROM = 20_000  # practitioners: more would not change the prior
GROWTH = 2.0  # the prior is learnt anew when the weeks behind it have so multiplied
LAST = 4
YEAR = timedelta(days=365)
FORGOTTEN = timedelta(weeks=8)  # an alert that nobody took up is over by then
WORSE = 1.0  # log odds

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class SurveyOutcome:
    """What a survey did, of those in view: practitioners judged, alerts open after it."""

    practitioners: int
    alerts: int
    seconds: float


def survey(
    context: Context,
    *,
    last: int = LAST,
    progress: Progress | None = None,
    engine: Engine | None = None,
    size: int = BLOCK,
) -> SurveyOutcome:
    """Judge everybody's last weeks; a second run on the same data changes nothing.

    Blocks of `size` practitioners are judged apart, wherever the engine runs them.
    """
    started = time.perf_counter()
    rescore(context)
    with context.store.reading() as connection:
        people = signals.everybody(connection)
        limits = thresholds.read(connection)
    learnt = _learnt(context, [row.id for row in people if not row.is_demo])
    tasks = []
    for start in range(0, len(people), size):
        block = people[start : start + size]
        for is_demo in (False, True):
            members = {
                row.id: Member(row.data_version, row.changed_from) for row in block if row.is_demo is is_demo
            }
            if members:
                used = Learnt() if is_demo else learnt
                tasks.append(Task(Place.of(context), members, used, limits, last))
    done = 0
    # One block is sooner done than sent: the process that asks does it.
    running = Here() if len(tasks) <= 1 else engine or chosen(context.store)
    for judged in running.run(judge if not isinstance(running, Here) else partial(_judge_in, context), tasks):
        done += judged
        if progress is not None and context.viewer.role is Role.ADMINISTRATOR:
            progress(done)
    with context.store.reading() as connection:
        # Everybody is judged, whoever asks; nobody learns how many are out of view.
        seen = practitioners.count(connection, context.viewer)
        alerts = signals.count_alerts(connection, context.viewer, states=("open",))
    return SurveyOutcome(seen, alerts, round(time.perf_counter() - started, 3))


@dataclass(frozen=True, slots=True)
class Member:
    """What a survey starts from: the version of the data that it reads, the first day that changed."""

    data_version: int
    changed_from: date | None


@dataclass(frozen=True, slots=True)
class Task:
    """A block of practitioners to judge, by number, and all that it takes; it can be sent elsewhere."""

    place: Place
    people: dict[int, Member]
    learnt: Learnt
    limits: Thresholds
    last: int


def judge(task: Task) -> int:
    """Judge a block in one transaction, and return how many practitioners it holds.

    Done twice, it writes the same again: the second time finds the state that the first one left.
    """
    return _judge_in(task.place.entered(), task)


def _judge_in(context: Context, task: Task) -> int:
    _Block(context, task.people, task.learnt, task.limits, task.last).run()
    return len(task.people)


def _learnt(context: Context, ids: Sequence[int]) -> Learnt:
    """Return the portfolio's priors, learnt anew when the portfolio has doubled or a year has passed."""
    with context.store.reading() as connection:
        kept = priors.read(connection)
        if (
            kept.made_at is not None
            and context.now - kept.made_at < YEAR
            and len(ids) < GROWTH * kept.practitioners
        ):
            return kept
        if len(ids) < ENOUGH_SERIES:
            return Learnt()
        blocks, stars = [], []
        for at in range(0, min(len(ids), LEARNT_FROM), BLOCK):
            block = sorted(ids)[at : at + BLOCK]
            blocks.append(_read_series(connection, block, context.today))
            stars += _stars(connection, block)
    usable = [(~np.isnan(block.counts)).sum(1) >= ENOUGH_WEEKS for block in blocks]
    if sum(int(rows.sum()) for rows in usable) < ENOUGH_SERIES:
        return Learnt()
    counts = _stacked([block.counts[rows] for block, rows in zip(blocks, usable, strict=True)])
    others = _stacked([block.others[rows] for block, rows in zip(blocks, usable, strict=True)])
    learnt = Learnt(estimate_prior(counts, others), estimate_rating_prior(stars), len(ids), context.now)
    if kept.made_at is None or kept.weeks.version != learnt.weeks.version:
        with context.store.writing() as connection:
            priors.write(connection, learnt, context.now)
    return learnt


def _stars(connection: sa.Connection, ids: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the numbers of 1 to 5 stars of some practitioners, on all platforms."""
    wanted, found = set(ids), defaultdict(list)
    for row in rollups.totals_between(connection, min(ids), max(ids)):
        if row.practitioner_id in wanted:
            found[row.practitioner_id].append(row)
    return [star_counts(rows) for rows in found.values()]


def _stacked(parts: Sequence[Floats]) -> Floats:
    """Return series that end together as one matrix, the shorter ones unknown at first."""
    width = max(part.shape[1] for part in parts)
    padded = [np.pad(p, ((0, 0), (width - p.shape[1], 0)), constant_values=np.nan) for p in parts]
    return np.concatenate(padded)


def _read_series(
    connection: sa.Connection, ids: Sequence[int], today: date, *, since: date | None = None
) -> Series:
    """Return the weekly series of some practitioners, from a Monday on or whole."""
    row_of = {who: row for row, who in enumerate(ids)}
    low, high = min(ids), max(ids)
    counted = [c for c in rollups.negatives_between(connection, low, high, since=since) if c[0] in row_of]
    seen = [c for c in rollups.coverage_between(connection, low, high, since=since) if c[0] in row_of]

    def column(rows: Sequence[Any], at: int) -> Any:
        return np.array([row[at] for row in rows], dtype=np.int64)

    start = column(seen, 1) if since is None else np.maximum(column(seen, 1), since.toordinal())
    return weekly_series.lay_out(
        ids,
        Counts(
            np.array([row_of[c[0]] for c in counted], dtype=np.int64),
            column(counted, 1),
            column(counted, 2),
            column(counted, 3) - column(counted, 2),
        ),
        Spans(
            np.array([row_of[c[0]] for c in seen], dtype=np.int64),
            start,
            column(seen, 2),
            np.array([c[3] for c in seen], dtype=np.float64),
        ),
        today=today,
        first=since,
    )


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
        self, context: Context, people: dict[int, Member], learnt: Learnt, limits: Thresholds, last: int
    ) -> None:
        self.context, self.people, self.learnt = context, people, learnt
        self.prior = learnt.weeks
        self.thresholds, self.last = limits, last
        self.ids = sorted(people)
        self.latest: dict[int, _Judged] = {}
        self.flagged: defaultdict[int, list[_Judged]] = defaultdict(list)
        self.replayed: set[int] = set()  # whose last weeks were all judged anew
        self.states: list[dict[str, Any]] = []
        self.open: Counter[int] = Counter()

    def run(self) -> None:
        """Read, judge, write."""
        low, high = self.ids[0], self.ids[-1]
        today = self.context.today
        with self.context.store.reading() as connection:
            standings = Standings(connection, self.context, low, high)
            kept = signals.states_between(connection, low, high)
            groups = self._by_start(kept)
            changed = {
                who for who in self.ids if who not in kept or self.people[who].changed_from is not None
            }
            others = Others(connection, low, high, today).find(standings, changed)
            laid = {since: _read_series(connection, ids, today, since=since) for since, ids in groups.items()}
        for since, series in laid.items():
            self._judge(series, [kept[who] for who in series.ids] if since else [])
        with self.context.store.writing() as connection:
            # The same block elsewhere waits here until this one is written, then finds its alerts.
            practitioners.lock_versions(connection, self.ids)
            signals.replace_states(connection, self.states)
            self._write_alerts(connection)
            self._write_others(connection, others, changed)
            self.open = signals.count_open(connection, self.ids[0], self.ids[-1])
            signals.replace_standings(connection, [self._standing(standings, who) for who in self.ids])
            versions = {who: row.data_version for who, row in self.people.items()}
            practitioners.forget_changes(connection, versions)

    def _by_start(self, kept: dict[int, Any]) -> dict[date | None, list[int]]:
        """Return the practitioners by the week from which they are to be judged: None is from the start."""
        groups: defaultdict[date | None, list[int]] = defaultdict(list)
        running = monday(self.context.today)
        for who, row in self.people.items():
            state, since = kept.get(who), None
            if state is not None and state.prior_version == self.prior.version and state.week < running:
                since = state.week + timedelta(weeks=1)
                if row.changed_from is not None and row.changed_from < since:
                    since = None
            groups[since].append(who)
        return dict(groups)

    def _judge(self, series: Series, known: list[Any]) -> None:
        """Judge the weeks of a layout, from the memories given or from none."""
        ids = series.ids
        blobs = [row.state for row in known]
        state = State.unpack(blobs, self.prior) if known else State.start(len(ids), self.prior)
        complete = series.counts.shape[1] - 1
        if not known:
            self.replayed.update(ids)
        fresh = State.start(1, self.prior).values
        first = np.full(len(ids), -1) if known else series.first_known()
        judged = np.empty((len(history.FIELDS), len(ids), complete))
        for column in range(complete + 1):
            is_running = column == complete
            counts, covered = series.counts[:, column], series.covered[:, column]
            weeks = step(
                state.copy() if is_running else state, counts, series.others[:, column], covered=covered
            )
            # A series begins with its first known week, whoever is laid out beside it.
            state.values[:, first > column] = fresh
            if not is_running:
                judged[:, :, column] = [getattr(weeks, name) for name in history.FIELDS]
            if column <= complete - self.last - 1:
                continue
            self._keep(series, column, weeks, is_running=is_running)
        if complete:
            self.states += [
                {
                    "practitioner_id": who,
                    "prior_version": self.prior.version,
                    "week": series.week(complete - 1),
                    "state": state.pack(row),
                    "history": history.extend(known[row].history, judged[:, row])
                    if known
                    else history.pack(judged[:, row, first[row] :]),
                }
                for row, who in enumerate(ids)
                if first[row] < complete
            ]

    def _keep(self, series: Series, column: int, weeks: Weeks, *, is_running: bool) -> None:
        """Keep what a week says: of everybody for the standing, of the flagged for the alerts."""
        counts, covered = series.counts[:, column], series.covered[:, column]
        known = ~np.isnan(weeks.score)
        flagged = known & (counts > 0) & (weeks.score >= self.thresholds.watch)
        for at in np.flatnonzero(known):
            self.latest[series.ids[at]] = _Judged(
                week=series.week(column),
                score=float(weeks.score[at]),
                odds=float(weeks.odds[at]),
                observed=float(counts[at]),
                expected=float(weeks.expected[at]),
                upper=float(weeks.upper[at]),
                tail=float(weeks.tail[at]),
                is_provisional=bool(is_running or covered[at] < 1),
            )
        for at in np.flatnonzero(flagged):
            who = series.ids[at]
            self.flagged[who].append(self.latest[who])

    def _standing(self, standings: Standings, who: int) -> dict[str, Any]:
        latest = self.latest.get(who)
        return standings.of(who, data_version=self.people[who].data_version, prior=self.learnt.stars) | {
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
        for who in sorted({*running, *self.flagged} & self.people.keys()):
            spikes = [row for row in running[who] if row.kind == "spike"]
            for week in self.flagged.get(who, ()):
                self._raise(connection, who, week, spikes)
            self._close(connection, who, spikes)

    def _raise(self, connection: sa.Connection, who: int, week: _Judged, alerts: list[Any]) -> None:
        level = self.thresholds.level(week.score)
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

    def _write_others(self, connection: sa.Connection, found: list[Signal], changed: set[int]) -> None:
        """Raise, go on with or end the alerts that are no spikes; what was not judged anew stays."""
        today, now = self.context.today, self.context.now
        rows = signals.alerts_between(connection, self.ids[0], self.ids[-1], since=today)
        judged = [
            row
            for row in rows
            if row.kind != "spike" and (row.practitioner_id in changed or row.kind == "silence")
        ]
        mine = [signal for signal in found if signal.practitioner in self.people]
        for alert, values in reconcile(
            mine, [row for row in judged if row.practitioner_id in self.people], today=today
        ):
            if alert is None and values is not None:
                signals.insert_alert(connection, state="open", raised_at=now, changed_at=now, **values)
            elif alert is not None and values is None:
                signals.change_alert(connection, alert.id, state="over", changed_at=now)
            elif alert is not None and values is not None and values["last_week"] != alert.last_week:
                signals.change_alert(connection, alert.id, changed_at=now, **values)

    def _close(self, connection: sa.Connection, who: int, alerts: list[Any]) -> None:
        """End the alerts that time or new data took the ground from, and those that woke up."""
        judged_from = monday(self.context.today) - timedelta(weeks=self.last)
        flagged = {week.week for week in self.flagged.get(who, ())}
        today, now = self.context.today, self.context.now
        for alert in (alert for alert in alerts if alert.state != "over"):
            if who in self.replayed and alert.peak_week >= judged_from and alert.peak_week not in flagged:
                signals.change_alert(
                    connection, alert.id, state="over", reason="Les données ont changé.", changed_at=now
                )
            elif alert.last_week < monday(today) - FORGOTTEN:
                signals.change_alert(connection, alert.id, state="over", changed_at=now)
            elif alert.state == "snoozed" and alert.until is not None and alert.until <= today:
                signals.change_alert(connection, alert.id, state="open", until=None, changed_at=now)
