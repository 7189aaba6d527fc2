"""A rating that is honest with small numbers: shrunk mean and interval.

Stars 1 to 5 are a draw from a distribution that a Dirichlet prior describes: `strength` imaginary
reviews spread as the portfolio's are (Gelman et al., Bayesian Data Analysis, 3.4). The mean of a
practitioner with four reviews is then mostly the portfolio's, with four hundred its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

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
