"""Spike detection on a table of weekly counts: what the command `detect` does."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ereput.detect.calibrate import ALERT_A_YEAR, threshold_for
from ereput.detect.spikes import Prior, estimate_prior, run
from ereput.domain.errors import RefusedError

_LONGEST = 5_300  # weeks, a century


def detect_table(counts: pd.DataFrame, *, last: int = 49, prior: Prior | None = None) -> pd.DataFrame:
    """Judge the last weeks of every series of a table.

    Args:
        counts: columns `series_id`, `week` (consecutive integers a series) and `neg`; a missing
            row or an empty `neg` is an unknown week, 0 is zero; other columns are ignored.
        last: how many last weeks of each series to judge.
        prior: the portfolio's; by default learnt from the weeks before the judged ones.

    Returns:
        `series_id, week, alarm, score, expected, upper`, ordered by series and week. An unknown
        week has alarm 0 and no score.

    Raises:
        RefusedError: a column is missing, a week is no integer or is given twice, a count is
            negative or no number.
    """
    ids, ends, matrix = _matrix(counts)
    weeks = matrix.shape[1]
    last = max(1, min(last, weeks)) if weeks else 0
    if prior is None:
        prior = estimate_prior(matrix[:, : weeks - last])
    _, judged = run(matrix, prior, last=last)
    week = ends[:, None] - np.arange(last - 1, -1, -1)
    inside = week >= (ends - _spans(counts, ids) + 1)[:, None]
    alarm = np.nan_to_num(judged.score, nan=-np.inf) >= threshold_for(ALERT_A_YEAR)
    return pd.DataFrame(
        {
            "series_id": np.broadcast_to(np.asarray(ids)[:, None], week.shape)[inside],
            "week": week[inside],
            "alarm": alarm[inside].astype(np.int64),
            "score": judged.score[inside],
            "expected": judged.expected[inside],
            "upper": judged.upper[inside],
        }
    )


def _matrix(counts: pd.DataFrame) -> tuple[pd.Index, NDArray[np.int64], NDArray[np.float64]]:
    """Return the series, their last weeks and the counts, right-aligned, NaN where unknown."""
    for column in ("series_id", "week", "neg"):
        if column not in counts:
            raise RefusedError(f"La colonne « {column} » manque.")
    week = pd.to_numeric(counts["week"], errors="coerce")
    if week.isna().any() or (week % 1 != 0).any():
        raise RefusedError("La colonne « week » doit contenir des entiers.")
    neg = pd.to_numeric(counts["neg"], errors="coerce")
    if (neg.isna() & counts["neg"].notna()).any() or (neg < 0).any() or np.isinf(neg).any():
        raise RefusedError("La colonne « neg » doit contenir des nombres positifs ou être vide.")
    if counts["series_id"].isna().any():
        raise RefusedError("La colonne « series_id » a des cases vides.")
    codes, ids = pd.factorize(counts["series_id"], sort=True)
    at = week.to_numpy(np.int64)
    if pd.Series(at).groupby(codes).transform(lambda w: w.duplicated()).any():
        raise RefusedError("Une même semaine figure deux fois dans une série.")
    ends = np.full(len(ids), np.iinfo(np.int64).min)
    np.maximum.at(ends, codes, at)
    back = ends[codes] - at
    width = int(back.max()) + 1 if len(back) else 0
    if width > _LONGEST:
        raise RefusedError("Une série s’étend sur plus d’un siècle.")
    matrix = np.full((len(ids), width), np.nan)
    matrix[codes, width - 1 - back] = neg.to_numpy(np.float64)
    return pd.Index(ids), ends, matrix


def _spans(counts: pd.DataFrame, ids: pd.Index) -> NDArray[np.int64]:
    week = pd.to_numeric(counts["week"])
    span = week.groupby(counts["series_id"].to_numpy()).agg(lambda w: w.max() - w.min() + 1)
    return span.reindex(ids).to_numpy(np.int64)
