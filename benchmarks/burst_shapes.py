"""Made-up weekly counts with known bursts: the generators behind docs/detection.md.

Negatives are negative binomial (gamma–Poisson) with a trend and a season; the other publications
of a week share a part `coupling` of its gamma factor. A burst of strength k brings Poisson(k sd)
negatives, at least 3, spread over weeks by its shape (after Noufaily et al. 2013, and shapes that
no constant was chosen on). Everything follows from the seed.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHAPES = ("lognormal", "one week", "flat 4", "flat 8", "ramp")
MEANS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
PHIS = (1.0, 1.5, 3.0)
JUDGED = 49


@dataclass(frozen=True, slots=True)
class Series:
    """N series over T weeks: negatives, others (NaN before the history), and what is true of them.

    `quiet` (N, T) marks weeks outside any burst. `start` and `end` are the columns of the judged
    burst, -1 where there is none; `shape` indexes `SHAPES`.
    """

    negatives: Floats
    others: Floats
    mean: Floats
    phi: Floats
    quiet: NDArray[np.bool_]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    shape: NDArray[np.int64]

    def without_others(self) -> "Series":
        """Return the same negatives, with nothing known of the rest."""
        return replace(self, others=np.full_like(self.others, np.nan))


def _burst_weeks(rng: np.random.Generator, shape: str, size: int) -> NDArray[np.int64]:
    """Return the week, from 0, of each of the publications of a burst."""
    weeks = {
        "lognormal": lambda: np.floor(rng.lognormal(0.0, 0.5, size)).astype(np.int64),
        "one week": lambda: np.zeros(size, np.int64),
        "flat 4": lambda: rng.integers(0, 4, size),
        "flat 8": lambda: rng.integers(0, 8, size),
        "ramp": lambda: rng.choice(5, size, p=np.arange(1, 6) / 15),
    }[shape]()
    return np.asarray(weeks - weeks.min())


def _base(
    rng: np.random.Generator, mean: Floats, phi: Floats, weeks: int, *, coupling: float
) -> tuple[Floats, Floats]:
    n = len(mean)
    t = np.arange(weeks) - (weeks - JUDGED / 2)
    trend = rng.integers(0, 2, n) * rng.choice([-1.0, 1.0], n) * rng.uniform(0.002, 0.005, n)
    season = rng.integers(0, 2, n) * rng.uniform(0.2, 0.5, n)
    phase = rng.uniform(0, 2 * np.pi, n)
    expected = mean[:, None] * np.exp(
        trend[:, None] * t + season[:, None] * np.cos(2 * np.pi * t / 52.18 + phase[:, None])
    )
    spread = np.maximum(phi[:, None] - 1.0, 1e-9) / expected
    factor = np.where(phi[:, None] > 1.0, rng.gamma(1.0 / spread, spread), 1.0)
    ratio = np.exp(rng.normal(np.log(5.0), 0.55, n))[:, None]
    others = rng.poisson(expected * ratio * (1.0 - coupling + coupling * factor)).astype(float)
    return rng.poisson(expected * factor).astype(float), others


def make(
    seed: int,
    *,
    mean: Floats,
    phi: Floats,
    weeks: int = 320,
    short: bool = False,
    shapes: tuple[str, ...] = ("lognormal",),
    past_a_year: float = 0.4,
    judged: bool = True,
    coupling: float = 0.3,
) -> Series:
    """Make one series for each mean and variance-to-mean ratio.

    Args:
        seed: of all draws.
        mean: weekly negatives about the middle of the judged weeks, (N,).
        phi: their variance-to-mean ratio, (N,).
        weeks: length of the longest history, the 49 judged weeks included.
        short: histories of 26 to 60 weeks before the judged ones.
        shapes: of the bursts, drawn in turn for the judged one.
        past_a_year: bursts a year before the judged weeks (or everywhere, where none is judged).
        judged: put one burst in the last 49 weeks.
        coupling: of the other publications with the negatives' swings.
    """
    rng = np.random.default_rng(seed)
    n = len(mean)
    negatives, others = _base(rng, mean, phi, weeks, coupling=coupling)
    quiet = np.ones_like(negatives, bool)
    begin = weeks - JUDGED - rng.integers(26, 61, n) if short else np.zeros(n, np.int64)
    start, end = np.full(n, -1), np.full(n, -1)
    shape = np.arange(n) % len(shapes)
    sd = np.sqrt(mean * phi)

    def put(i: int, name: str, first: int, room: int) -> tuple[int, int]:
        at = _burst_weeks(rng, name, max(3, int(rng.poisson(rng.integers(2, 11) * sd[i]))))
        first += int(rng.integers(0, max(1, room - int(at.max()))))
        np.add.at(negatives[i], first + at, 1.0)
        quiet[i, first : first + int(at.max()) + 1] = False
        return first, first + int(at.max())

    until = weeks - JUDGED - 8 if judged else weeks - 10
    for i in range(n):
        for _ in range(rng.poisson(past_a_year * (until - begin[i]) / 52.18)):
            put(i, shapes[int(rng.integers(len(shapes)))], int(begin[i]), until - int(begin[i]))
        if judged:
            start[i], end[i] = put(i, shapes[shape[i]], weeks - JUDGED + 1, JUDGED - 1)
        negatives[i, : begin[i]] = others[i, : begin[i]] = np.nan
    named = np.array([SHAPES.index(name) for name in shapes])
    return Series(negatives, others, mean, phi, quiet, start, end, named[shape])


def strata(per: int) -> tuple[Floats, Floats]:
    """Return means and dispersions of `per` series for each of the 24 scenarios."""
    pairs = [(mean, phi) for mean in MEANS for phi in PHIS]
    return np.repeat([m for m, _ in pairs], per), np.repeat([p for _, p in pairs], per)


def portfolio(seed: int, n: int) -> tuple[Floats, Floats]:
    """Return n means spread evenly on a log scale from 0.03 to 15, and dispersions of 1 to 4."""
    rng = np.random.default_rng(seed)
    phi = np.where(rng.random(n) < 0.3, 1.0, rng.uniform(1.0, 4.0, n))
    return np.exp(rng.uniform(np.log(0.03), np.log(15.0), n)), phi
