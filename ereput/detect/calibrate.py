"""From the odds of a burst to a rate of false alarms, and back.

The odds that a quiet week reaches depend on how many negatives are usual. The table of
`calibration` holds them, measured on simulated quiet weeks; through it the odds become a score
that means the same for every practitioner: -log10 of the share of quiet weeks that score as high.
"""

import itertools
import math
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ereput.detect.calibration import COUPLINGS, DISPERSIONS, ODDS, RATES, USUAL
from ereput.detect.quiet import WEEKS_A_YEAR, add

Floats = NDArray[np.float64]

ALERT_A_YEAR = 0.5
"""False alarms a year of one practitioner at the alert level: one in two years."""
WATCH_A_YEAR = 1.3
"""And at the watch level."""

_ODDS = np.moveaxis(np.array(ODDS), 3, 0)  # (rates, couplings, usual, dispersions)
_SCORES = -np.log10(RATES)
_PER_NAT = 1 / math.log(10)  # outside the table, odds e times higher are e times rarer


class Level(StrEnum):
    """How much a week's score calls for attention."""

    NONE = ""
    WATCH = "watch"
    ALERT = "alert"


def score(odds: Floats, usual: Floats, dispersion: Floats, coupling: Floats) -> Floats:
    """Turn log odds into scores.

    Args:
        odds: (N,) log odds that a burst is running.
        usual: (N,) negatives that the week usually brings.
        dispersion: (N,) variance-to-mean ratio of the quiet week.
        coupling: (N,) how far the other publications of the week told how busy it was.

    Returns:
        (N,) scores, 0 or more, non-decreasing in the odds.
    """
    limits = _limits(usual, dispersion, coupling)  # (rates, N), non-decreasing along the rates
    share = (odds - limits[:-1]) / np.maximum(np.diff(limits, axis=0), 1e-9)
    inside = np.clip(share, 0.0, 1.0) * np.diff(_SCORES)[:, None]
    outside = np.minimum(odds - limits[0], 0.0) + np.maximum(odds - limits[-1], 0.0)
    return np.asarray(np.maximum(_SCORES[0] + add(inside) + outside * _PER_NAT, 0.0))


def _limits(usual: Floats, dispersion: Floats, coupling: Floats) -> Floats:
    """Interpolate the table for each series: (rates, N)."""
    axes = (
        _between(coupling, np.array(COUPLINGS)),
        _between(np.log(usual), np.log(USUAL)),
        _between(np.log(dispersion), np.log(DISPERSIONS)),
    )
    out = np.zeros((len(RATES), len(usual)))
    (c, of_c), (u, of_u), (d, of_d) = axes
    for at_c, at_u, at_d in itertools.product((0, 1), repeat=3):
        weight = (of_c if at_c else 1.0 - of_c) * (of_u if at_u else 1.0 - of_u)
        out += weight * (of_d if at_d else 1.0 - of_d) * _ODDS[:, c + at_c, u + at_u, d + at_d]
    return out


def _between(value: Floats, knots: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the knot below each value and how far, in [0, 1], it lies towards the next."""
    at = np.interp(value, knots, np.arange(len(knots)))
    below = np.minimum(at.astype(np.int64), len(knots) - 2)
    return below, at - below


def threshold_for(false_alarms_per_year: float) -> float:
    """Return the score that the quiet weeks of one practitioner reach this often a year.

    Raises:
        ValueError: the number is not positive.
    """
    if not false_alarms_per_year > 0:
        raise ValueError("a number of false alarms a year is positive")
    return max(0.0, -math.log10(false_alarms_per_year / WEEKS_A_YEAR))


def false_alarms_per_year(threshold: float) -> float:
    """Return how often a year the quiet weeks of one practitioner reach a score."""
    return float(WEEKS_A_YEAR * 10.0**-threshold)


def level(
    value: float, *, alerts_a_year: float = ALERT_A_YEAR, watches_a_year: float = WATCH_A_YEAR
) -> Level:
    """Return the level of a score; an unknown week (NaN) has none."""
    if value >= threshold_for(alerts_a_year):
        return Level.ALERT
    return Level.WATCH if value >= threshold_for(watches_a_year) else Level.NONE
