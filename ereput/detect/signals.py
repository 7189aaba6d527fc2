"""Other things worth a look, each with the chance that it means nothing.

A source that has gone silent, many authors who write the same words at the same time, mentions that
surge, stars that contradict their text. Every function takes plain arrays: what is a source, an author
or "the same words" is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ereput.detect.spikes import Weeks, estimate_prior, run
from ereput.domain.publication import Label

DAYS_A_YEAR = 365.2425

_HABIT = 5  # intervals without which a source has no habit
_BURSTINESS = 2.0  # usual squared coefficient of variation of the intervals between publications
_BURSTINESS_WEIGHT = 10.0  # intervals that this usual value is worth


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a source has been silent, and whether that is like it.

    `chance` is the probability that an interval of this source lasts as long; `false_a_year` how
    many such silences chance alone brings a year; `usual_days` its mean interval, from `n` of them.
    """

    days: float
    usual_days: float
    n: int
    chance: float

    @property
    def false_a_year(self) -> float:
        """Return how often a year chance alone makes this source so silent."""
        return self.chance * DAYS_A_YEAR / self.usual_days


def silence(published: Sequence[int] | NDArray[np.int64], today: int) -> Silence | None:
    """Judge the silence of a source by its own habit; None where it has none yet.

    Intervals are exponential about a rate that itself varies (publications come in clusters) and is
    known from n intervals only: their law is a Lomax, with the variation that the intervals show,
    drawn towards the usual one, and the doubt of n intervals.

    Args:
        published: days (ordinals) of its publications, in any order; several on one day count once.
        today: the day of the question.
    """
    days = np.unique(np.asarray(published, dtype=np.int64))
    gaps = np.diff(days[days <= today]).astype(np.float64)
    n = len(gaps)
    if n < _HABIT:
        return None
    mean = float(gaps.mean())
    seen = float(gaps.var(ddof=1)) / mean**2
    burstiness = (n * seen + _BURSTINESS_WEIGHT * _BURSTINESS) / (n + _BURSTINESS_WEIGHT)
    # A Lomax of shape a has squared coefficient of variation a / (a - 2); the doubt on its mean adds to it.
    own = (burstiness - 1.0) / (2.0 * burstiness) if burstiness > 1.0 else 0.0
    shape = 1.0 / (own + max(burstiness, 1.0) / n)
    quiet = float(today - days[days <= today][-1])
    chance = (1.0 + quiet / (mean * shape * (1.0 - own))) ** -shape
    return Silence(quiet, mean, n, chance)


@dataclass(frozen=True, slots=True)
class Coordinated:
    """Near-identical publications by several authors within a few days.

    `rows` index the arrays given; `chance` is the probability that as many of the publications of
    those days fall in this cluster, were it as common as in the rest of the practitioner's history.
    """

    cluster: int
    first: int
    last: int
    authors: int
    rows: tuple[int, ...]
    chance: float


def coordinated(
    days: ArrayLike,
    authors: ArrayLike,
    clusters: ArrayLike,
    *,
    window: int = 7,
    enough: int = 3,
    chance: float = 0.001,
) -> list[Coordinated]:
    """Find clusters of near-identical texts that several authors posted within `window` days.

    Args:
        days: (N,) ordinals.
        authors: (N,) anything that tells authors apart; a nameless one is its own.
        clusters: (N,) number of the cluster of near-identical texts; negative: like no other.
        window: days.
        enough: distinct authors needed.
        chance: findings likelier than this are common wording ("très bien"), not coordination.

    Returns:
        At most one finding a cluster, its densest window, the least likely first.
    """
    when, what = np.asarray(days, dtype=np.int64), np.asarray(clusters, dtype=np.int64)
    who = np.unique(np.asarray(authors), return_inverse=True)[1]
    found = []
    for cluster in np.unique(what[what >= 0]):
        rows = np.flatnonzero(what == cluster)
        rows = rows[np.argsort(when[rows], kind="stable")]
        ends = np.searchsorted(when[rows], when[rows] + window, side="left")
        counts = [len(np.unique(who[rows[i:end]])) for i, end in enumerate(ends)]
        best = int(np.argmax(counts))
        if counts[best] < enough:
            continue
        inside = rows[best : ends[best]]
        then = int(((when >= when[inside[0]]) & (when < when[inside[0]] + window)).sum())
        elsewhere = (len(rows) - len(inside) + 0.5) / (len(when) - then + 1.0)
        likely = _binomial_tail(counts[best], then, min(elsewhere, 1.0))
        if likely <= chance:
            span = int(when[inside[0]]), int(when[inside[-1]])
            found.append(Coordinated(int(cluster), *span, counts[best], tuple(map(int, inside)), likely))
    return sorted(found, key=lambda one: (one.chance, one.cluster))


def _binomial_tail(k: int, n: int, p: float) -> float:
    """Return P(X >= k) for X binomial(n, p)."""
    return 1.0 - sum(comb(n, i) * p**i * (1.0 - p) ** (n - i) for i in range(k)) if p < 1.0 else 1.0


def surge(mentions: ArrayLike, *, last: int = 1) -> Weeks:
    """Judge the last weeks' numbers of mentions, as spikes are: a surge is good or bad, but news.

    Args:
        mentions: (N, T) mentions a week, NaN where no feed could be read.
        last: weeks to judge.
    """
    counts = np.asarray(mentions, dtype=np.float64)
    return run(counts, estimate_prior(counts[:, : counts.shape[1] - last]), last=last)[1]


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Reviews whose text says the opposite of their stars.

    `n` reviews have both stars and a clear text; `harsh_text` of them four or five stars and a
    negative text, `kind_text` one or two stars and a positive one. `low` and `high` bound the share.
    """

    n: int
    harsh_text: int
    kind_text: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Return the share of the compared reviews that contradict themselves."""
        return (self.harsh_text + self.kind_text) / self.n if self.n else 0.0


def contradictions(ratings: ArrayLike, labels: Sequence[str]) -> Contradictions:
    """Count the reviews whose stars and text disagree; texts that are unsure or neutral say nothing.

    Args:
        ratings: (N,) on 5, NaN where there is none.
        labels: (N,) values of `Label`, of the text alone.

    Returns:
        The counts and Wilson's 95 % interval (1927) of the share.
    """
    stars, said = np.asarray(ratings, dtype=np.float64), np.asarray(labels, dtype=object)
    negative, positive = said == Label.NEGATIVE.value, said == Label.POSITIVE.value
    good, bad = stars >= 4, stars <= 2  # noqa: PLR2004 - the house's definition of good and bad stars
    n = int(((good | bad) & (negative | positive)).sum())
    harsh, kind = int((good & negative).sum()), int((bad & positive).sum())
    if not n:
        return Contradictions(0, 0, 0, 0.0, 1.0)
    z = 1.96
    share, wide = (harsh + kind) / n, 1.0 + z * z / n
    middle = (share + z * z / (2 * n)) / wide
    margin = z / wide * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Contradictions(n, harsh, kind, max(middle - margin, 0.0), min(middle + margin, 1.0))
