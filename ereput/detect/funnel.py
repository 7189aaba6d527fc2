"""A funnel instead of a league table: which ratings differ from the rest by more than their n explains.

Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005):
limits around the common mean that narrow as 1/sqrt(n), widened by the real spread between practitioners
(DerSimonian and Laird, 1986), else with many reviews nearly everybody would stand outside.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

ENOUGH = 30
"""Ratings fewer than this place nobody: the margin is wider than what separates two practitioners."""
Z_95, Z_998 = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(0.999)


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over practitioners with `ENOUGH` ratings: n ratings each, of plain mean y.

    `squares` is the sum of the squared stars of all these ratings.
    """

    people: int
    n: float
    n_n: float
    n_y: float
    n_y_y: float
    squares: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """The common mean; the spread of one rating and that between practitioners, as standard deviations."""

    centre: float
    spread: float
    between: float
    people: int

    def limits(self, n: float, z: float) -> tuple[float, float]:
        """Return the limits for n ratings, kept on the scale of 1 to 5."""
        margin = z * sqrt(self.variance(n))
        return max(self.centre - margin, 1.0), min(self.centre + margin, 5.0)

    def variance(self, n: float) -> float:
        """Return the variance of the mean of n ratings of a practitioner like the others."""
        return self.spread**2 / n + self.between**2


def fit(sums: Moments) -> Funnel | None:
    """Return the funnel of a portfolio, None when fewer than two practitioners have enough ratings."""
    if sums.people < 2 or sums.n <= sums.people:  # noqa: PLR2004 (one differs from nobody)
        return None
    centre = sums.n_y / sums.n
    within = max(sums.squares - sums.n_y_y, 0.0) / (sums.n - sums.people)
    excess = max(sums.n_y_y - sums.n * centre**2, 0.0) - (sums.people - 1) * within
    weight = sums.n - sums.n_n / sums.n
    between = max(excess, 0.0) / weight if weight > 0 else 0.0
    return Funnel(centre, sqrt(within), sqrt(between), sums.people)


def beyond_chance(compared: int, *, false: float = 1.0) -> float:
    """Return how many standard errors a change must exceed for `false` of many to do so by chance.

    Two-sided; never below the usual 1.96.
    """
    if compared <= 0:
        return Z_95
    return max(Z_95, NormalDist().inv_cdf(1 - min(false / compared, 1.0) / 2))
