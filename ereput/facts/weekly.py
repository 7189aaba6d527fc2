"""Each week's negatives against what the past lets one expect, for one practitioner."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
import sqlalchemy as sa

from ereput.detect import history as history_of
from ereput.detect import series, spikes
from ereput.detect.history import Floats
from ereput.detect.prior import Prior
from ereput.domain.practitioner import Practitioner, Viewer
from ereput.facts import french, priors, thresholds
from ereput.facts.thresholds import Thresholds
from ereput.store import Store, coverage, rollups, signals
from ereput.store import reads_practitioner as reads
from ereput.store.reads_practitioner import Filters
from ereput.store.scope import Row

COLUMNS = ("week", "negatives", "expected", "upper", "level", "covered", "is_running")


@dataclass(frozen=True, slots=True)
class Weekly:
    """The weeks of a chart. `frame` has one row a week: `COLUMNS`, see `ereput.ui.charts`.

    `spikes` are the weeks at a level; `unseen` counts those that no source could see; `aside` says how
    many negatives have no place in the chart, their week being unknown.
    """

    frame: pd.DataFrame
    spikes: tuple[date, ...]
    unseen: int
    takeaway: str
    aside: str = ""


def read(
    store: Store, viewer: Viewer, who: Practitioner, now: datetime, *, first: date, last: date
) -> Weekly:
    """Return the weeks between two days, judged with all that came before them."""
    with store.reading() as connection:
        frame = history(connection, viewer, who, now)
        limits = thresholds.read(connection)
        counted = reads.tally(connection, viewer, who.id, Filters(first=first, last=last))
    kept = levelled(frame, limits)
    kept = kept[(kept["week"] > first - timedelta(days=7)) & (kept["week"] <= last)][list(COLUMNS)]
    return replace(_told(_whole(kept, first, last)), aside=aside(counted.unweekly))


def history(connection: sa.Connection, viewer: Viewer, who: Practitioner, now: datetime) -> pd.DataFrame:
    """Return every known week of a practitioner as the detector judges it: `COLUMNS`, `score`, `tail`.

    No week has a level yet: it depends on the thresholds, see `levelled`.
    """
    built = _series(connection, viewer, who, now.date())
    prior = priors.read(connection, is_demo=who.is_demo).weeks
    judged = _remembered(signals.read_memory(connection, viewer, who.id), built, prior)
    if judged is None:
        judged = _judged(*(part[0].tobytes() for part in (built.counts, built.others, built.covered)), prior)
    weeks = [built.week(column) for column in range(len(judged))]
    running = series.monday(now.date())
    return pd.DataFrame(
        {
            "week": weeks,
            "negatives": built.counts[0],
            "expected": [week.expected for week in judged],
            "upper": [week.upper for week in judged],
            "level": "",
            "covered": built.covered[0],
            "is_running": [week == running for week in weeks],
            "score": [week.score for week in judged],
            "tail": [week.tail for week in judged],
        }
    )


def levelled(frame: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """Return a history with the level of each week; one without any negative is never a spike."""
    levels = [
        limits.level(score) if count > 0 else ""
        for score, count in zip(frame["score"], frame["negatives"], strict=True)
    ]
    return frame.assign(level=levels)


def aside(unweekly: int) -> str:
    """Return what a chart by weeks leaves out."""
    if not unweekly:
        return ""
    count = french.plural(unweekly, "avis négatif", "avis négatifs")
    return f"{count} de la période, sans date à la semaine près : hors de ce graphique."


def _whole(frame: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """Add the weeks before the first known one: they too are unknown, and a chart says so."""
    start = series.monday(first)
    end = min(frame["week"], default=series.monday(last) + timedelta(weeks=1))
    weeks = [start + timedelta(weeks=rank) for rank in range((end - start).days // 7)]
    unknown = {"level": "", "covered": 0.0, "is_running": False}
    unknown |= dict.fromkeys(("negatives", "expected", "upper"), np.nan)
    before = pd.DataFrame({"week": weeks} | unknown, columns=list(COLUMNS))
    return pd.concat([before, frame], ignore_index=True) if weeks else frame.reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class _Week:
    score: float
    expected: float
    upper: float
    tail: float


def _remembered(memory: Row | None, built: series.Series, prior: Prior) -> tuple[_Week, ...] | None:
    """Return the weeks that the last survey judged and those since; None when it did not see all of them.

    The survey goes on from its memory under the same conditions: same prior, no change before its end.
    """
    if memory is None or memory.prior_version != prior.version:
        return None
    known = (memory.week - built.first).days // series.WEEK + 1
    if memory.changed_from is not None and memory.changed_from < memory.week + timedelta(weeks=1):
        return None
    past = history_of.unpack(memory.history)
    if not past.shape[1] <= known < built.counts.shape[1]:
        return None
    try:
        state = spikes.State.unpack([memory.state], prior)
    except ValueError:  # kept by an earlier version of the detector
        return None
    weeks = [_Week(*(math.nan,) * 4)] * (known - past.shape[1])  # before the first known one
    weeks += [_Week(*map(float, week)) for week in past.T]
    columns = (part[0, known:] for part in (built.counts, built.others, built.covered))
    return (*weeks, *_stepped(state, *columns))


def _stepped(state: spikes.State, *columns: Floats) -> Iterator[_Week]:
    for n, m, share in zip(*columns, strict=True):
        week = spikes.step(state, [n], [m], covered=[share])
        yield _Week(float(week.score[0]), float(week.expected[0]), float(week.upper[0]), float(week.tail[0]))


@lru_cache(maxsize=256)
def _judged(counts: bytes, others: bytes, covered: bytes, prior: Prior) -> tuple[_Week, ...]:
    """Judge a whole history, a week after the other, from its raw float64 counts and shares seen.

    Kept by what goes in, so that a page drawn again costs nothing and no answer can be out of date.
    """
    columns = (np.frombuffer(part) for part in (counts, others, covered))
    return tuple(_stepped(spikes.State.start(1, prior), *columns))


def _told(frame: pd.DataFrame) -> Weekly:
    found = tuple(frame.loc[frame["level"] != "", "week"])
    unseen = int((frame["covered"] <= 0).sum())
    seen = len(frame) - unseen
    weeks = french.plural(seen, "semaine observée", "semaines observées")
    if not seen:
        takeaway = "Aucune semaine de cette période n’a pu être observée."
    elif not found:
        takeaway = f"Aucun pic d’avis négatifs sur {weeks}."
    elif len(found) == 1:
        takeaway = f"Un pic d’avis négatifs sur {weeks} : la {french.week(found[0])}."
    else:
        takeaway = f"{len(found)} semaines de pic sur {weeks} ; la dernière, la {french.week(found[-1])}."
    if unseen:
        takeaway += f" {french.plural(unseen, 'semaine')} sans source : ce n’est pas zéro."
    if (frame["is_running"] & (frame["covered"] > 0)).any():
        takeaway += " La semaine en cours est provisoire."
    return Weekly(frame, found, unseen, takeaway)


def _series(connection: sa.Connection, viewer: Viewer, who: Practitioner, today: date) -> series.Series:
    spans: dict[str, list[tuple[date, date]]] = {}
    weights: dict[str, float] = {}
    for row in coverage.read(connection, viewer, who.id):
        spans.setdefault(row.platform, []).append((row.start, row.end))
        weights[row.platform] = row.weight
    counted: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0])
    for row in rollups.read_weekly(connection, viewer, who.id):
        everything = sum(getattr(row, f"stars_{n}") for n in range(1, 6)) + row.unrated + row.mentions
        counted[row.week][0] += row.negatives
        counted[row.week][1] += everything - row.negatives
    weeks = [(who.id, week, negatives, others) for week, (negatives, others) in counted.items()]
    return series.build([who.id], weeks, {who.id: spans}, {who.id: weights}, today=today)
