"""Spike detection on a table of weekly counts: what the command `detect` does."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ereput.detect.calibrate import ALERT_A_YEAR, threshold_for
from ereput.detect.prior import Prior
from ereput.detect.quiet import Floats
from ereput.detect.spikes import estimate_prior, run
from ereput.domain.errors import RefusedError

_LONGEST = 5_300  # weeks, a century
_FARTHEST = 10**9  # week numbers beyond are mistakes


def detect_table(counts: pd.DataFrame, *, last: int = 49, prior: Prior | None = None) -> pd.DataFrame:
    """Judge the last weeks of every series of a table.

    Args:
        counts: columns `series_id`, `week` (consecutive integers a series), `neg` and, if known,
            `total` (all publications of the week, the negatives included); a missing row or an
            empty `neg` is an unknown week, 0 is zero; other columns are ignored.
        last: how many last weeks of each series to judge.
        prior: the portfolio's; by default learnt from the weeks before the judged ones.

    Returns:
        `series_id, week, alarm, score, expected, upper`, ordered by series and week. `alarm` is 1
        at the alert level; an unknown week has alarm 0 and no figures.

    Raises:
        RefusedError: a column is missing, a week is no integer or is given twice, a count is
            negative or no number, a total is smaller than its negatives.
    """
    if last < 1:
        raise RefusedError("Il faut juger au moins une semaine.")
    for column in ("series_id", "week", "neg"):
        if column not in counts:
            raise RefusedError(f"La colonne « {column} » manque.")
    if counts["series_id"].isna().any():
        raise RefusedError("La colonne « series_id » a des cases vides.")
    week, neg, others = _week(counts), _count(counts, "neg"), _others(counts)
    codes, ids = pd.factorize(counts["series_id"], sort=True)
    if pd.DataFrame({"series": codes, "week": week}).duplicated().any():
        raise RefusedError("Une même semaine figure deux fois dans une série.")
    ends = pd.Series(week).groupby(codes).max().to_numpy(np.int64)
    begins = pd.Series(week).groupby(codes).min().to_numpy(np.int64)
    width = int((ends - begins).max(initial=-1)) + 1
    if width > _LONGEST:
        raise RefusedError("Une série s’étend sur plus d’un siècle.")
    column_of = width - 1 - (ends[codes] - week)
    negatives, rest = np.full((2, len(ids), width), np.nan)
    negatives[codes, column_of], rest[codes, column_of] = neg, others
    last = min(last, width)
    if prior is None:
        prior = estimate_prior(negatives[:, : width - last], rest[:, : width - last])
    _, judged = run(negatives, prior, rest, last=last)
    weeks = ends[:, None] - np.arange(last)[::-1]
    inside = weeks >= begins[:, None]
    alarm = np.nan_to_num(judged.score, nan=-np.inf) >= threshold_for(ALERT_A_YEAR)
    return pd.DataFrame(
        {
            "series_id": np.asarray(ids)[np.nonzero(inside)[0]],
            "week": weeks[inside],
            "alarm": alarm[inside].astype(np.int64),
            "score": judged.score[inside],
            "expected": judged.expected[inside],
            "upper": judged.upper[inside],
        }
    )


def _week(counts: pd.DataFrame) -> NDArray[np.int64]:
    week = pd.to_numeric(counts["week"], errors="coerce")
    if not (np.isfinite(week) & (week % 1 == 0) & (week.abs() < _FARTHEST)).all():
        raise RefusedError("La colonne « week » doit contenir des entiers.")
    return week.to_numpy(np.int64)


def _count(counts: pd.DataFrame, column: str) -> Floats:
    given = counts[column]
    value = pd.to_numeric(given, errors="coerce")
    if (value.isna() & given.notna() & (given != "")).any() or (value < 0).any() or np.isinf(value).any():
        raise RefusedError(f"La colonne « {column} » doit être vide ou contenir des nombres positifs.")
    return value.to_numpy(np.float64)


def _others(counts: pd.DataFrame) -> Floats:
    """Return the publications that are not negative, NaN where not known."""
    if "total" not in counts:
        return np.full(len(counts), np.nan)
    others = _count(counts, "total") - _count(counts, "neg")
    if (others < 0).any():
        raise RefusedError("Un total est plus petit que ses avis négatifs.")
    return others
