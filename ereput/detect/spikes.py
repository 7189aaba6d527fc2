"""Spikes: unusual bursts of negative publications, week by week, for all practitioners at once.

Three pieces run side by side for N series held as arrays (docs/detection.md has the equations):

* the **baseline**: a dynamic generalised linear model (West and Harrison 1997, ch. 14) of the
  log weekly expectation, a random walk plus an annual harmonic shrunk towards none, with a
  posterior of the over-dispersion on a small grid. Counts are winsorised before they teach it,
  so that a burst hardly moves the baseline it is judged against;
* the **volume**: where the portfolio shows that busy weeks bring more of everything, the other
  publications of the week say how busy it was, and the expectation follows (linear Bayes);
* the **burst filter**: a hidden Markov chain "quiet; burst of a few sizes, in its first, second
  or later week; just ended". It gives the log odds that a burst runs this week.

A week's evidence is a likelihood ratio made non-decreasing in the count, hence one more negative
never lowers a score. All that a series needs to go on is one column of `State`: adding a week
gives, bit for bit, what a run over the whole history gives.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import ArrayLike

from ereput.detect import burst, calibrate, quiet
from ereput.detect.prior import DEFAULT_PRIOR, FORMAT, Prior
from ereput.detect.quiet import Flags, Floats

WIDTH = quiet.WIDTH + burst.WIDTH
"""Numbers kept a series."""

__all__ = ["DEFAULT_PRIOR", "WIDTH", "Prior", "State", "Weeks", "estimate_prior", "run", "step"]

_HEADER = struct.Struct("<HH")
_BLOCK = 4096  # series a block: the working arrays stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Weeks:
    """Judgement of one week (N,) or of several (N, T). NaN where the week is unknown.

    `score` is -log10 of the share of quiet weeks that would score as high: 2 is one quiet week
    in 100, see `calibrate`. It is 0 when the week holds no negative, or when its odds do not
    exceed those of the two weeks before: a burst is told once, and again only if it grows.
    `odds` is the natural log odds that a burst is running, `usual` what a quiet week brings,
    `expected` and `dispersion` its mean and variance-to-mean ratio once the week's other
    publications are known, `upper` the count that a quiet week exceeds less than once in 100,
    `tail` the chance that a quiet week reaches the observed count.
    """

    score: Floats
    odds: Floats
    expected: Floats
    upper: Floats
    tail: Floats
    usual: Floats
    dispersion: Floats


@dataclass(slots=True)
class State:
    """What is known of N series after their last week, one column each."""

    prior: Prior
    values: Floats = field(repr=False)

    @classmethod
    def start(cls, series: int, prior: Prior = DEFAULT_PRIOR) -> "State":
        """Return N series without history."""
        return cls(prior, np.concatenate([quiet.start(series, prior), burst.start(series)]))

    def __len__(self) -> int:
        """Return the number of series."""
        return int(self.values.shape[1])

    def pack(self, series: int) -> bytes:
        """Return one series as bytes of fixed length, to be kept beside the prior's version."""
        column = np.ascontiguousarray(self.values[:, series], dtype="<f8")
        return _HEADER.pack(FORMAT, WIDTH) + column.tobytes()

    @classmethod
    def unpack(cls, blobs: Sequence[bytes], prior: Prior) -> "State":
        """Return the state of series packed under this prior.

        Raises:
            ValueError: a blob is of another format; replay the series instead.
        """
        values = np.empty((WIDTH, len(blobs)))
        for i, blob in enumerate(blobs):
            if len(blob) != _HEADER.size + 8 * WIDTH or _HEADER.unpack_from(blob) != (FORMAT, WIDTH):
                raise ValueError("a packed state of another format")
            values[:, i] = np.frombuffer(blob, "<f8", WIDTH, _HEADER.size)
        return cls(prior, values)

    def copy(self) -> "State":
        """Return an independent copy, for a running week that is only provisional."""
        return State(self.prior, self.values.copy())


def step(
    state: State,
    counts: ArrayLike,
    others: ArrayLike | None = None,
    *,
    covered: ArrayLike | None = None,
) -> Weeks:
    """Judge one more week and move the state over it.

    Args:
        state: N series; changed in place.
        counts: N negatives; NaN where the week is unknown (never judged, never zero).
        others: N other publications of the same week; NaN or None where not known.
        covered: share in (0, 1] of the week that could be seen; all of it by default.

    Returns:
        The week's judgement, arrays of N.

    Raises:
        ValueError: a count is negative, or a share outside [0, 1].
    """
    x = np.atleast_1d(np.asarray(counts, dtype=np.float64))
    z = np.broadcast_to(np.asarray(np.nan if others is None else others, dtype=np.float64), x.shape)
    share = np.broadcast_to(np.asarray(1.0 if covered is None else covered, dtype=np.float64), x.shape)
    if (x < 0).any() or (z < 0).any() or np.isinf(x).any() or np.isinf(z).any():
        raise ValueError("counts are finite and not negative")
    if not ((share >= 0) & (share <= 1)).all():
        raise ValueError("a covered share is within [0, 1]")
    return Weeks(*_step(state, x, z, share)[:-1])


def run(
    counts: ArrayLike,
    prior: Prior = DEFAULT_PRIOR,
    others: ArrayLike | None = None,
    *,
    last: int | None = None,
) -> tuple[State, Weeks]:
    """Judge whole histories.

    Args:
        counts: (N, T) negatives, NaN unknown; histories end together, shorter ones are padded
            with NaN on the left.
        prior: the portfolio's.
        others: (N, T) other publications, NaN unknown.
        last: keep the judgements of this many last weeks only.

    Returns:
        The state after the last week, and the judgements, arrays of (N, last).
    """
    x = np.asarray(counts, dtype=np.float64)
    z = np.full_like(x, np.nan) if others is None else np.asarray(others, dtype=np.float64)
    series, weeks = x.shape
    state = State.start(series, prior)
    first = 0 if last is None else max(0, weeks - last)
    out = np.empty((len(fields(Weeks)), series, weeks - first))
    for t in range(weeks):
        week = step(state, x[:, t], z[:, t])
        if t >= first:
            out[:, :, t - first] = [getattr(week, f.name) for f in fields(Weeks)]
    return state, Weeks(*out)


_SAMPLE, _SAMPLE_WEEKS = 300, 104  # what a prior is learnt from
_CANDIDATES = ((0.15, 1.0), (0.3, 1.0), (0.5, 1.0), (0.8, 1.0), (0.3, 3.0), (0.8, 3.0))
_WORTH = 5.0  # nats that a coupling must gain before it is believed


def estimate_prior(counts: ArrayLike, others: ArrayLike | None = None) -> Prior:
    """Learn a prior from a portfolio; one without history gives the default.

    Level and dispersion are posterior means over the portfolio, two rounds, drawn a little
    towards the default; the coupling is the one that best predicts each week from the weeks
    before (prequential log score, Dawid 1984), zero unless the gain is worth it. The order of
    the series does not matter.

    Args:
        counts: (N, T) negatives, NaN unknown.
        others: (N, T) other publications, NaN unknown.
    """
    x = np.asarray(counts, dtype=np.float64)
    x, z = _sample(x, np.full_like(x, np.nan) if others is None else np.asarray(others, dtype=np.float64))
    prior = DEFAULT_PRIOR
    if not len(x):
        return prior
    for _ in range(2):
        prior = _shrunk(_fit(x, z, prior)[0], prior)
    if not np.isnan(z).all():
        tried = [(_fit(x, z, prior)[1] + _WORTH, prior)]
        for coupling, dispersion in _CANDIDATES:
            candidate = replace(prior, coupling=coupling, others_dispersion=dispersion)
            tried.append((_fit(x, z, candidate)[1], candidate))
        prior = max(tried, key=lambda pair: pair[0])[1]
        if prior.coupling:
            prior = _shrunk(_fit(x, z, prior)[0], prior)
    return prior


def _sample(x: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Choose at most `_SAMPLE` series, spread over the range of totals whatever their order."""
    x, z = x[:, -_SAMPLE_WEEKS:], z[:, -_SAMPLE_WEEKS:]
    kept = (~np.isnan(x)).any(1)
    x, z = x[kept], z[kept]
    keys = np.nan_to_num(np.concatenate([z, x], axis=1), nan=-1.0)
    order = np.lexsort((*keys.T[::-1], np.nansum(x, axis=1)))
    order = order[:: -(-len(order) // _SAMPLE) or 1]
    return x[order], z[order]


def _fit(x: Floats, z: Floats, prior: Prior) -> tuple[State, float]:
    """Run over a sample; returns the last state and the log score of all weeks."""
    state, total = State.start(len(x), prior), 0.0
    share = np.ones(len(x))
    for t in range(x.shape[1]):
        total += float(np.nansum(_step(state, x[:, t], z[:, t], share)[-1]))
    return state, total


def _shrunk(state: State, prior: Prior) -> Prior:
    """Return the portfolio's level and dispersion, as if 20 default practitioners were in it."""
    v, pseudo = state.values[: quiet.WIDTH], 20.0
    n = len(state) + pseudo
    weights = quiet.weights(v, prior).sum(axis=1) + pseudo * np.array(DEFAULT_PRIOR.dispersion)
    mean, variance = quiet.level(v)
    level = (mean.sum() + pseudo * DEFAULT_PRIOR.log_level) / n
    spread = (variance + (mean - level) ** 2).sum() + pseudo * DEFAULT_PRIOR.level_sd**2
    return replace(
        prior,
        log_level=float(level),
        level_sd=float(np.sqrt(spread / n)),
        dispersion=tuple(float(w) for w in weights / n),
    )


def _step(state: State, x: Floats, z: Floats, share: Floats) -> Floats:
    """Return the fields of `Weeks` and the log score, (8, N); moves the state."""
    out = np.full((len(fields(Weeks)) + 1, len(x)), np.nan)
    for at in range(0, len(x), _BLOCK):
        block = slice(at, at + _BLOCK)
        values = np.ascontiguousarray(state.values[:, block])
        known = ~np.isnan(x[block]) & (share[block] > 0)
        seen = np.where(known, x[block], 0.0)
        rest = np.where(known, z[block], np.nan)
        out[:, block] = _week(values, seen, rest, known=known, share=share[block], prior=state.prior)
        state.values[:, block] = values
    return out


def _week(v: Floats, x: Floats, z: Floats, *, known: Flags, share: Floats, prior: Prior) -> Floats:
    """Judge one block of series and move it; see `_step`."""
    rows, chain = v[: quiet.WIDTH], v[quiet.WIDTH :]
    started = quiet.started(rows) | known
    week = quiet.forecast(rows, z, np.where(known, share, 1.0), prior)
    evidence = burst.evidence(x, week)
    odds = burst.chain(chain, np.where(known, evidence.ratio, 1.0), started)
    quiet.learn(rows, week, x, z, known=known, fit=evidence.fit, innocence=burst.innocence(odds))
    fresh = burst.news(chain, odds, x, started)
    score = np.where(fresh, calibrate.score(odds, week.usual, week.phi, week.coupling), 0.0)
    predicted = np.log(np.maximum(evidence.predicted, 1e-300))
    out = np.stack([score, odds, week.mean, evidence.upper, evidence.tail, week.usual, week.phi, predicted])
    out[:, ~known] = np.nan
    return out
