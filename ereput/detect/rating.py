"""A rating that is honest with small numbers: shrunk mean and interval, and slides that are real.

Stars 1 to 5 are a draw from a distribution that a Dirichlet prior describes: `strength` imaginary
reviews spread as the portfolio's are (Gelman et al., Bayesian Data Analysis, 3.4). The mean of a
practitioner with four reviews is then mostly the portfolio's, with four hundred its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

STARS = (1, 2, 3, 4, 5)
NORMAL_95 = 1.96
ENOUGH = 5  # below, a rating is said to rest on too few reviews
ENOUGH_TO_RANK = 30


@dataclass(frozen=True, slots=True)
class RatingPrior:
    """What is expected of a practitioner before any review: shares of 1 to 5 stars, and their weight."""

    shares: tuple[float, float, float, float, float] = (0.10, 0.04, 0.06, 0.15, 0.65)
    strength: float = 8.0

    @property
    def mean(self) -> float:
        """The expected mean, on 5."""
        return sum(star * share for star, share in zip(STARS, self.shares, strict=True))


DEFAULT_RATING_PRIOR = RatingPrior()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean on 5 with its 95 % interval, from n reviews."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def is_thin(self) -> bool:
        """Whether there are too few reviews to say much."""
        return self.n < ENOUGH


def shrunk_mean(counts: Sequence[int], prior: RatingPrior = DEFAULT_RATING_PRIOR) -> Estimate:
    """Return the posterior mean of the stars and its 95 % interval.

    Args:
        counts: numbers of 1, 2, 3, 4 and 5 stars.
        prior: the portfolio's, or the specialty's.
    """
    weights = [n + prior.strength * share for n, share in zip(counts, prior.shares, strict=True)]
    total = sum(weights)
    mean = sum(star * weight for star, weight in zip(STARS, weights, strict=True)) / total
    square = sum(star * star * weight for star, weight in zip(STARS, weights, strict=True)) / total
    margin = NORMAL_95 * sqrt(max(square - mean * mean, 0.0) / (total + 1))
    return Estimate(mean, max(mean - margin, 1.0), min(mean + margin, 5.0), sum(counts))


def estimate_rating_prior(counts: ArrayLike, towards: RatingPrior = DEFAULT_RATING_PRIOR) -> RatingPrior:
    """Learn from a group (a portfolio, a specialty) what to expect of one of its practitioners.

    The strength is what the spread of means leaves once the chance of each mean is taken out
    (DerSimonian and Laird 1986): practitioners who differ little share much.

    Args:
        counts: (N, 5) numbers of stars of each practitioner.
        towards: the wider group's prior; a small group is drawn to it, as if 10 average
            practitioners of it were there.

    Returns:
        The group's prior; `towards` itself when fewer than two practitioners have two ratings.
    """
    table = np.asarray(counts, dtype=np.float64).reshape(-1, len(STARS))
    table = table[table.sum(axis=1) >= 2]  # noqa: PLR2004 - a spread needs two ratings
    people, pseudo = len(table), 10.0
    if people < 2:  # noqa: PLR2004 - one differs from nobody
        return towards
    n = table.sum(axis=1)
    means = table @ np.array(STARS) / n
    squares = float((table @ np.square(STARS)).sum())
    within = max(squares - float((n * means**2).sum()), 1e-9) / float((n - 1).sum())
    excess = float((n * (means - (n * means).sum() / n.sum()) ** 2).sum()) - (people - 1) * within
    between = max(excess, 0.0) / float(n.sum() - (n**2).sum() / n.sum())
    wide = within / towards.strength  # the variance between practitioners of the wider group
    between = (people * between + pseudo * wide) / (people + pseudo)
    strength = float(np.clip(within / between, 2.0, 200.0))
    own = table / (n + strength)[:, None]  # each counts for what its ratings weigh against the prior
    shares = own.sum(axis=0) + pseudo * np.array(towards.shares)
    first, second, third, fourth, fifth = (float(share) for share in shares / shares.sum())
    return RatingPrior((first, second, third, fourth, fifth), strength)


def rolling(
    counts: ArrayLike, prior: RatingPrior = DEFAULT_RATING_PRIOR, *, window: int = 6
) -> list[Estimate]:
    """Return the rating of each month, each from its last `window` months.

    Args:
        counts: (T, 5) numbers of stars a month, oldest first.
        prior: what is expected of the practitioner.
        window: months behind each point.
    """
    total = np.cumsum(np.asarray(counts, dtype=np.int64).reshape(-1, len(STARS)), axis=0)
    total[window:] -= total[:-window].copy()
    return [shrunk_mean([int(n) for n in month], prior) for month in total]


RECENT, BEFORE = 6, 24
"""Months compared by a slide: the last six with the two years before them."""
RECENT_ENOUGH, BEFORE_ENOUGH = 5, 15
"""Ratings without which nothing is compared."""
SLIDE_Z = 2.33
"""Standard errors of a slide. A steady practitioner seems to slide less than once in ten years, see
docs/detection.md for the measure; the naive "0.3 star less" errs one time in three."""


@dataclass(frozen=True, slots=True)
class Slide:
    """A recent mean against the one before; `z` is the gap in standard errors, negative when worse."""

    recent: float
    before: float
    n_recent: int
    n_before: int
    z: float

    @property
    def is_alarming(self) -> bool:
        """Whether the rating slides by more than chance explains."""
        return self.z <= -SLIDE_Z

    @property
    def chance(self) -> float:
        """Return the probability that a steady practitioner shows such a gap, or a worse one."""
        return NormalDist().cdf(self.z)


def slide(months: ArrayLike) -> Slide | None:
    """Compare the last six months with the two years before; None where there are too few ratings.

    Under "nothing changed" the recent stars are drawn without replacement from all of them
    (Pitman 1937): that gives the variance and the skewness of their mean, exactly, whatever the
    stars' distribution; the tail then follows from the Cornish–Fisher expansion.

    Args:
        months: (T, 5) numbers of stars a month, oldest first.
    """
    counts = np.asarray(months, dtype=np.float64).reshape(-1, len(STARS))[-(RECENT + BEFORE) :]
    recent, before = counts[-RECENT:].sum(axis=0), counts[:-RECENT].sum(axis=0)
    n, m = float(recent.sum()), float(before.sum())
    if n < RECENT_ENOUGH or m < BEFORE_ENOUGH:
        return None
    stars = np.array(STARS, dtype=np.float64)
    means = float(recent @ stars / n), float(before @ stars / m)
    return Slide(*means, int(n), int(m), _permutation_z(recent, before, stars))


def _permutation_z(
    recent: NDArray[np.float64], before: NDArray[np.float64], stars: NDArray[np.float64]
) -> float:
    """Return the normal score of the sum of the recent stars among all draws of as many."""
    n, total = float(recent.sum()), float((recent + before).sum())
    shares = (recent + before) / total
    centred = stars - shares @ stars
    second, third = float(shares @ centred**2), float(shares @ centred**3)
    if second <= 0:
        return 0.0
    left = (total - n) / (total - 1)
    variance = n * second * left
    skewness = third / second**1.5 / sqrt(n) * (total - 2 * n) / (total - 2) / sqrt(left)
    # Half a star of continuity: sums of stars are whole numbers.
    z = (float(recent @ centred) + 0.5) / sqrt(variance)
    return _normal_score(z, skewness)


def _normal_score(z: float, skewness: float) -> float:
    """Return the w with P(W < w) = P(Z < z) by inverting z = w + skewness (w² - 1) / 6 about z."""
    if abs(skewness) < 1e-9:  # noqa: PLR2004 - no skewness at all
        return z
    inside = 1.0 + 2.0 * skewness / 3.0 * (z + skewness / 6.0)
    return (sqrt(inside) - 1.0) * 3.0 / skewness if inside > 0 else -3.0 / skewness
