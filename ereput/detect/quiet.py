"""What a quiet week brings: the expectation of each series, its spread, and how they learn.

The log expectation is a random walk plus an annual harmonic, followed by a dynamic generalised
linear model (West and Harrison 1997, ch. 14: conjugate gamma step, linear Bayes update). The
variance-to-mean ratio has a posterior on a small grid. The other publications of the same week
say how busy it was. Arrays are (rows, N): every operation is elementwise along N, so that a
series' figures do not depend on which others are computed with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ereput.detect.prior import DISPERSIONS, Prior

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

WEEKS_A_YEAR = 365.2425 / 7

_LEVEL_STEP = 0.03  # sd a week of the log level's random walk
_HARMONIC_SD = 0.2
_CLIP = 3.0  # winsorising of what the level learns from, in sd
_DISPERSION_MEMORY = 0.998
_VOLUME_MEMORY = 0.96
_VOLUME_HABIT = 8.0  # weeks of other publications needed before they speak
_VOLUME_LARGEST = 4.0  # a wave of good reviews never excuses more than this factor

_K = len(DISPERSIONS)
_GRID = np.array(DISPERSIONS)[:, None]
_DRIFT_MEMORY, _DRIFT, _DRIFT_STEP = 0.9, 1.5, 0.3  # see `_drifts`
# Rows: weeks lived; mean of (level, cosine, sine); their covariance, upper triangle; log fit of
# each dispersion; discounted sum of the other publications and of their weeks; drift.
_WEEKS, _MEAN, _COVARIANCE, _FIT = 0, 1, 4, slice(10, 10 + _K)
_OTHERS, _OTHERS_WEEKS, _DRIFTED = 10 + _K, 11 + _K, 12 + _K
WIDTH = 13 + _K
"""Rows of this part of a state."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A week to come, if it is quiet; arrays of N unless said otherwise.

    `usual` is the expectation before, `mean` after the week's volume is known; `sd` goes with
    `mean` and `usual_sd` with `usual`; `phi` is the variance-to-mean ratio without the doubt on the
    mean. `means` and `dispersion` are (K, N), one row for each
    hypothesis on the dispersion, `weights` their probabilities. The rest serves `learn`.
    """

    mean: Floats
    phi: Floats
    sd: Floats
    usual: Floats
    usual_sd: Floats
    means: Floats
    dispersion: Floats
    weights: Floats
    coupling: Floats
    exposure: Floats
    covered: Floats
    eta: Floats
    q: Floats
    gains: tuple[Floats, Floats, Floats]
    level_variance: Floats


def add(rows: Iterable[Floats]) -> Floats:
    """Sum rows in a fixed order; numpy's own order depends on the shape."""
    first, *rest = rows
    total = first.copy()
    for row in rest:
        total += row
    return total


def start(series: int, prior: Prior) -> Floats:
    """Return the rows of series without history."""
    v = np.zeros((WIDTH, series))
    v[_MEAN] = prior.log_level
    v[_COVARIANCE] = prior.level_sd**2
    v[_COVARIANCE + 3] = v[_COVARIANCE + 5] = _HARMONIC_SD**2
    return v


def started(v: Floats) -> Flags:
    """Tell which series have lived a known week."""
    return np.asarray(v[_WEEKS] > 0)


def weights(v: Floats, prior: Prior) -> Floats:
    """Return the posterior of the dispersions, (K, N)."""
    w = np.array(prior.dispersion)[:, None] * np.exp(v[_FIT] - v[_FIT].max(axis=0))
    return np.asarray(w / add(w))


def level(v: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of the log level."""
    return v[_MEAN], v[_COVARIANCE]


def _drifts(v: Floats) -> Flags:
    """Tell which series have moved for good: two months of surprises on one side.

    No burst lasts so long. The level is then let loose (West and Harrison 1997, ch. 11: automatic
    intervention) until it has caught up.
    """
    return np.asarray(np.abs(v[_DRIFTED]) > _DRIFT)


def forecast(v: Floats, others: Floats, covered: Floats, prior: Prior) -> Forecast:
    """Say what the next week brings if it is quiet.

    Args:
        v: rows of N series.
        others: other publications of that week, NaN where not known.
        covered: share of the week that is seen, in (0, 1].
        prior: the prior of these rows.
    """
    angle = v[_WEEKS] * (2 * np.pi / WEEKS_A_YEAR)
    cos, sin = np.cos(angle), np.sin(angle)
    c = v[_COVARIANCE : _COVARIANCE + 6]
    step = np.where(_drifts(v), _DRIFT_STEP, _LEVEL_STEP)
    level_variance = c[0] + np.where(started(v), np.square(step), 0.0)
    gains = (
        level_variance + c[1] * cos + c[2] * sin,
        c[1] + c[3] * cos + c[4] * sin,
        c[2] + c[4] * cos + c[5] * sin,
    )
    q = np.maximum(gains[0] + gains[1] * cos + gains[2] * sin, 1e-9)
    eta = v[_MEAN] + v[_MEAN + 1] * cos + v[_MEAN + 2] * sin
    usual = np.exp(np.minimum(eta + q / 2, 30.0)) * covered
    doubt = np.expm1(np.minimum(q, 3.0))  # squared coefficient of variation of the expectation
    w = weights(v, prior)
    factor, dispersion, coupling = _volume(v, usual, others, covered, prior)
    means = usual * factor
    mean = add(w * means)
    phi = add(w * dispersion * means) / mean
    return Forecast(
        mean=mean,
        phi=phi,
        sd=np.sqrt(phi * mean + doubt * mean * mean),
        usual=usual,
        usual_sd=np.sqrt(add(w * _GRID) * usual + doubt * usual * usual),
        means=means,
        dispersion=dispersion + doubt * means,
        weights=w,
        covered=covered,
        coupling=coupling,
        exposure=covered * add(w * factor),
        eta=eta,
        q=q,
        gains=gains,
        level_variance=level_variance,
    )


def _volume(
    v: Floats, usual: Floats, others: Floats, covered: Floats, prior: Prior
) -> tuple[Floats, Floats, Floats]:
    """Return by what the week's other publications multiply the expectation, and what dispersion is left.

    Negatives swing with a gamma factor g of variance (dispersion - 1) / expectation; the others
    with 1 + coupling * (g - 1), and their own noise. The factor is the best linear guess of g
    (exact when the coupling is 1), never below its exact value in a week without others.
    """
    ones = np.broadcast_to(1.0, (_K, len(usual)))
    grid = np.broadcast_to(_GRID, ones.shape)
    if prior.coupling == 0 or np.isnan(others).all():
        return ones, grid, np.zeros_like(usual)
    habit = (v[_OTHERS] + 0.25) / (v[_OTHERS_WEEKS] + 0.25) * covered
    noise = prior.others_dispersion * (1.0 + 1.0 / np.maximum(v[_OTHERS_WEEKS], 1.0))
    swing = prior.coupling * (grid - 1.0) / usual * habit
    slope = swing / (prior.coupling * swing + noise)
    guess = 1.0 + slope * (others / habit - 1.0)
    guess = np.minimum(np.maximum(guess, 1.0 / (1.0 + swing / noise)), _VOLUME_LARGEST)
    told = ~np.isnan(others) & (v[_OTHERS_WEEKS] >= _VOLUME_HABIT)
    left = 1.0 + (grid - 1.0) * (1.0 - prior.coupling * slope)
    coupling = np.where(told, prior.coupling, 0.0)
    return np.where(told, guess, 1.0), np.where(told, left, grid), coupling


def learn(
    v: Floats, week: Forecast, x: Floats, others: Floats, *, known: Flags, fit: Floats, innocence: Floats
) -> None:
    """Move the rows over a week.

    Args:
        v: rows of N series, changed in place.
        week: what was forecast.
        x: negatives, 0 where not known.
        others: other publications, NaN where not known.
        known: whether the week is known.
        fit: (K, N) probability of the (winsorised) count under each dispersion.
        innocence: how far, in [0, 1], the week's excess may be taken for a quiet week's.
    """
    innocence = np.where(_drifts(v), 1.0, innocence)
    surprise = np.clip((x - week.mean) / week.sd, -_CLIP, _CLIP)
    v[_DRIFTED] = np.where(known, _DRIFT_MEMORY * v[_DRIFTED] + (1.0 - _DRIFT_MEMORY) * surprise, v[_DRIFTED])
    excess = np.clip(x - week.mean, 0.0, _CLIP * week.sd + 0.3)
    clipped = np.minimum(x, week.mean) + innocence * excess
    shape = 1.0 / week.q
    shape2 = shape + clipped / week.phi
    rate2 = shape * np.exp(-week.eta) + week.exposure / week.phi
    push = (np.log(shape2 / rate2) - week.eta) / week.q
    shrink = (1.0 - 1.0 / (shape2 * week.q)) / week.q
    a = week.gains
    for i in range(3):
        v[_MEAN + i] = np.where(known, v[_MEAN + i] + a[i] * push, v[_MEAN + i])
    v[_COVARIANCE] = week.level_variance
    for row, (i, j) in enumerate(((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)), _COVARIANCE):
        v[row] = np.where(known, v[row] - a[i] * a[j] * shrink, v[row])
    habit = (v[_OTHERS] + 0.25) / (v[_OTHERS_WEEKS] + 0.25) * week.covered
    clipped_others = np.minimum(others, _VOLUME_LARGEST * habit + 3.0)
    log_fit = innocence * np.log(np.maximum(fit, 1e-300))
    v[_FIT] = np.where(known, _DISPERSION_MEMORY * v[_FIT] + log_fit - log_fit.max(axis=0), v[_FIT])
    seen = known & ~np.isnan(others)
    v[_OTHERS] = np.where(seen, _VOLUME_MEMORY * v[_OTHERS] + clipped_others, v[_OTHERS])
    v[_OTHERS_WEEKS] = np.where(seen, _VOLUME_MEMORY * v[_OTHERS_WEEKS] + week.covered, v[_OTHERS_WEEKS])
    v[_WEEKS] += started(v) | known
