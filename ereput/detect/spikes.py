"""Spikes: unusual bursts of negative publications, week by week, for all practitioners at once.

Two filters run side by side for N series held as arrays (docs/detection.md has the equations):

* the **baseline**: a dynamic generalised linear model (West and Harrison 1997, ch. 14) of the
  log weekly expectation, a random walk plus an annual harmonic shrunk towards none, with a
  posterior of the over-dispersion on a small grid. Observations are winsorised, so that a burst
  hardly moves the baseline it is judged against;
* the **burst filter**: a hidden Markov chain "quiet, burst of a few sizes in its first, second
  or later week, just ended". Its output is the log odds that a burst runs this week.

A week's evidence is a likelihood ratio made non-decreasing in the count, hence one more negative
never lowers a score. Everything a series needs to go on is one column of `State`: adding a week
gives, bit for bit, what a run over the whole history gives.
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

DISPERSIONS = (1.02, 1.25, 1.6, 2.2, 3.2, 5.0)
"""Grid of the variance-to-mean ratio of a quiet week."""

_YEAR = 365.2425 / 7
_LEVEL_STEP = 0.03  # sd a week of the log level's random walk
_HARMONIC_SD = 0.2
_CLIP_LEVEL, _CLIP_DISPERSION = 3.0, 4.0  # winsorising, in sd
_DISPERSION_MEMORY = 0.998
_SIZES = (1.0, 1.5, 2.25, 3.5, 5.5)  # weekly excess of a burst, in sd of a quiet week
_FLOORS = (1.0, 1.25, 1.25, 1.75, 2.5)  # and in publications: a burst is never less
_ONSET = 0.03
_LAST = (0.8, 0.5, 0.3)  # chance that a burst in its 1st, 2nd, later week goes on
_DOWN, _UP = 0.3, 0.1  # and then loses or gains a size
_REST = 0.05  # chance a week that a "just ended" burst is forgotten
_LARGEST_MEAN = 400.0  # beyond, counts are thinned: products of probabilities would underflow
_BLOCK = 4096  # series a block: the working arrays stay in cache

_K, _G = len(DISPERSIONS), len(_SIZES)
_GRID = np.array(DISPERSIONS)[:, None]
_WEEKS, _M, _C, _LL = 0, slice(1, 4), slice(4, 10), slice(10, 10 + _K)
_QUIET, _ENDED = 10 + _K, 11 + _K
_BURST = slice(12 + _K, 12 + _K + 3 * _G)
_RECENT = slice(12 + _K + 3 * _G, 14 + _K + 3 * _G)
WIDTH = 14 + _K + 3 * _G
"""Numbers kept a series."""

_FORMAT = 1
_HEADER = struct.Struct("<HH")


@dataclass(frozen=True, slots=True)
class Prior:
    """What the portfolio teaches about a practitioner of whom nothing is known yet.

    `log_level` and `level_sd` describe the log of the weekly expectation, `dispersion` the
    weights of `DISPERSIONS`. A state belongs to one prior: `version` names it.
    """

    log_level: float = -0.7
    level_sd: float = 1.5
    dispersion: tuple[float, ...] = (0.30, 0.25, 0.20, 0.12, 0.08, 0.05)

    @property
    def version(self) -> str:
        """A short name of these values and of the model's format."""
        values = struct.pack(f"<{2 + _K}d", self.log_level, self.level_sd, *self.dispersion)
        return f"{_FORMAT}-{hashlib.sha256(values).hexdigest()[:12]}"


DEFAULT_PRIOR = Prior()


@dataclass(frozen=True, slots=True)
class Weeks:
    """Judgement of one week (N,) or of several (N, T). NaN where the week is unknown.

    `score` is what alarms compare to a threshold (higher is more abnormal, comparable between
    series); `odds` the natural log odds that a burst is running; `expected` the quiet
    expectation; `upper` the count that a quiet week exceeds less than once in 100; `tail` the
    chance that a quiet week reaches the observed count.
    """

    score: Floats
    odds: Floats
    expected: Floats
    upper: Floats
    tail: Floats


@dataclass(slots=True)
class State:
    """What is known of N series after their last week, one column each."""

    prior: Prior
    values: Floats = field(repr=False)

    @classmethod
    def start(cls, series: int, prior: Prior = DEFAULT_PRIOR) -> "State":
        """Return N series without history."""
        values = np.zeros((WIDTH, series))
        values[1] = prior.log_level
        values[4] = prior.level_sd**2
        values[7] = values[9] = _HARMONIC_SD**2
        values[_QUIET] = 1.0
        values[_RECENT] = -np.inf
        return cls(prior, values)

    def __len__(self) -> int:
        """Return the number of series."""
        return int(self.values.shape[1])

    def pack(self, series: int) -> bytes:
        """Return one series as bytes of fixed length, to be kept beside the prior's version."""
        column = np.ascontiguousarray(self.values[:, series], dtype="<f8")
        return _HEADER.pack(_FORMAT, WIDTH) + column.tobytes()

    @classmethod
    def unpack(cls, blobs: Sequence[bytes], prior: Prior) -> "State":
        """Return the state of series packed under this prior.

        Raises:
            ValueError: a blob is of another format; replay the series instead.
        """
        values = np.empty((WIDTH, len(blobs)))
        for i, blob in enumerate(blobs):
            if len(blob) != _HEADER.size + 8 * WIDTH or _HEADER.unpack_from(blob) != (_FORMAT, WIDTH):
                raise ValueError("a packed state of another format")
            values[:, i] = np.frombuffer(blob, "<f8", WIDTH, _HEADER.size)
        return cls(prior, values)

    def copy(self) -> "State":
        """Return an independent copy, for a running week that is only provisional."""
        return State(self.prior, self.values.copy())


def step(state: State, counts: ArrayLike, *, covered: ArrayLike | None = None) -> Weeks:
    """Judge one more week and move the state over it.

    Args:
        state: N series; changed in place.
        counts: N negatives; NaN where the week is unknown (never judged, never zero).
        covered: share in (0, 1] of the week that could be seen; all of it by default.

    Returns:
        The week's judgement, arrays of N.
    """
    x = np.asarray(counts, dtype=np.float64)
    share = np.ones_like(x) if covered is None else np.broadcast_to(np.asarray(covered, float), x.shape)
    out = np.full((5, len(x)), np.nan)
    weights = np.array(state.prior.dispersion)[:, None]
    for at in range(0, len(x), _BLOCK):
        block = slice(at, at + _BLOCK)
        values = np.ascontiguousarray(state.values[:, block])
        known = ~np.isnan(x[block]) & (share[block] > 0)
        out[:, block] = _week(values, np.where(known, x[block], 0.0), known, share[block], weights)
        state.values[:, block] = values
    return Weeks(*out)


def run(counts: ArrayLike, prior: Prior = DEFAULT_PRIOR, *, last: int | None = None) -> tuple[State, Weeks]:
    """Judge whole histories.

    Args:
        counts: (N, T) negatives, NaN unknown; histories end together, shorter ones are padded
            with NaN on the left.
        prior: the portfolio's.
        last: keep the judgements of this many last weeks only.

    Returns:
        The state after the last week, and the judgements, arrays of (N, last).
    """
    x = np.asarray(counts, dtype=np.float64)
    kept = x.shape[1] if last is None else min(last, x.shape[1])
    state = State.start(len(x), prior)
    weeks = [step(state, column) for column in x.T]
    names = ("score", "odds", "expected", "upper", "tail")
    empty = np.empty((0, len(x)))
    stacked = (np.array([getattr(w, n) for w in weeks[len(weeks) - kept :]] or empty).T for n in names)
    return state, Weeks(*stacked)


def estimate_prior(counts: ArrayLike) -> Prior:
    """Learn a prior from a portfolio.

    Args:
        counts: (N, T) negatives, NaN unknown.
    """
    x = np.asarray(counts, dtype=np.float64)
    known = ~np.isnan(x)
    n, y = known.sum(1), np.nansum(x, 1)
    if not n.any():
        return DEFAULT_PRIOR
    level = float(np.log((y.sum() + 1) / (n.sum() + 1))) - 1.0
    return Prior(log_level=level, level_sd=1.5)


def _add(rows: Iterable[Floats]) -> Floats:
    """Sum rows in a fixed order: numpy's own order depends on the number of series."""
    total: Floats | None = None
    for row in rows:
        total = row.copy() if total is None else total + row
    if total is None:
        raise ValueError("nothing to add")
    return total


def _week(v: Floats, x: Floats, known: NDArray[np.bool_], share: Floats, prior_weights: Floats) -> Floats:
    """Judge a block and move it in place; returns score, odds, expected, upper, tail."""
    started = (v[_WEEKS] > 0) | known
    angle = v[_WEEKS] * (2 * np.pi / _YEAR)
    cos, sin = np.cos(angle), np.sin(angle)
    c00 = v[4] + np.where(v[_WEEKS] > 0, _LEVEL_STEP**2, 0.0)
    a0 = c00 + v[5] * cos + v[6] * sin
    a1 = v[5] + v[7] * cos + v[8] * sin
    a2 = v[6] + v[8] * cos + v[9] * sin
    q = np.maximum(a0 + a1 * cos + a2 * sin, 1e-9)
    eta = v[1] + v[2] * cos + v[3] * sin
    mean = np.exp(np.minimum(eta + q / 2, 30.0)) * share
    cv2 = np.expm1(np.minimum(q, 3.0))
    weights = _normalised(v[_LL], prior_weights)
    phi = _add(weights * _GRID)
    sd = np.sqrt(phi * mean + cv2 * mean * mean)
    # evidence
    thin = np.minimum(1.0, _LARGEST_MEAN / mean)
    evidence = _evidence(np.floor(x * thin), mean * thin, _GRID + cv2 * mean * thin, weights, sd * thin)
    # baseline
    clipped = np.minimum(x, mean + _CLIP_LEVEL * sd + 0.3)
    shape = 1.0 / q
    shape2 = shape + clipped / phi
    eta2 = np.log(shape2 / (shape * np.exp(-eta) + share / phi))
    gain, shrink = (eta2 - eta) / q, (1.0 - 1.0 / (shape2 * q)) / q
    moved = (
        *(v[1 + i] + a * gain for i, a in enumerate((a0, a1, a2))),
        *(
            c - a * b * shrink
            for c, a, b in zip(
                (c00, *v[5:10]), (a0, a0, a0, a1, a1, a2), (a0, a1, a2, a1, a2, a2), strict=True
            )
        ),
    )
    for row, new in enumerate(moved, 1):
        v[row] = np.where(known, new, v[row])
    v[4] = np.where(known, v[4], c00)
    fit = np.log(np.maximum(evidence.pmf, 1e-300))
    v[_LL] = np.where(known, _DISPERSION_MEMORY * v[_LL] + fit - fit.max(0), v[_LL])
    # burst
    odds = _burst(v, np.where(known, evidence.ratio, 1.0))
    odds = np.where(started, odds, -np.inf)
    news = (odds > v[_RECENT][0]) & (odds > v[_RECENT][1]) & (x > 0)
    v[_RECENT] = np.where(started, np.stack([v[_RECENT][1], np.where(x > 0, odds, -np.inf)]), v[_RECENT])
    v[_WEEKS] += started
    score = np.where(news, odds, np.minimum(odds, -20.0))
    out = np.stack([score, odds, mean, mean + 2.326 * sd, evidence.tail])
    out[:, ~known] = np.nan
    return out


def _normalised(log_fit: Floats, prior_weights: Floats) -> Floats:
    weights = prior_weights * np.exp(log_fit - log_fit.max(0))
    return np.asarray(weights / _add(weights))


@dataclass(slots=True)
class _Evidence:
    ratio: Floats  # (_G, N): likelihood ratio of each burst size, non-decreasing in the count
    pmf: Floats  # (_K, N): probability of the winsorised count under each dispersion
    tail: Floats  # (N,): P(X >= count) in a quiet week


def _evidence(x: Floats, mean: Floats, phi: Floats, weights: Floats, sd: Floats) -> _Evidence:
    """Walk the counts 0, 1, 2… up to x: probabilities by their recurrence, ratios by a running maximum."""
    order = np.argsort(-x, kind="stable")
    x, mean, phi, weights, sd = x[order], mean[order], phi[:, order], weights[:, order], sd[order]
    excess = np.stack([np.maximum(s * sd, f) for s, f in zip(_SIZES, _FLOORS, strict=True)])
    burst_mean = mean + excess  # (G, N)
    burst_phi = (phi[:, None] * mean + excess) / burst_mean  # (K, G, N)
    r0, r1 = mean / (phi - 1.0), burst_mean / (burst_phi - 1.0)
    p0 = np.exp(-r0 * np.log(phi)) * weights
    p1 = np.exp(-r1 * np.log(burst_phi)) * weights[:, None]
    q0, q1 = 1.0 - 1.0 / phi, 1.0 - 1.0 / burst_phi
    cap = np.ceil(mean + _CLIP_DISPERSION * sd)
    pmf = p0.copy()
    total = _add(p0)
    ratio = _add(p1) / total
    below = np.zeros_like(total)
    active = len(x)
    j = 0.0
    while active := int(np.searchsorted(-x[:active], -j, side="left")):
        a = slice(0, active)
        below[a] += total[a]
        p0[:, a] *= q0[:, a] * ((r0[:, a] + j) / (j + 1.0))
        p1[:, :, a] *= q1[:, :, a] * ((r1[:, :, a] + j) / (j + 1.0))
        j += 1.0
        total[a] = _add(p0[:, a])
        ratio[:, a] = np.maximum(ratio[:, a], _add(p1[:, :, a]) / np.maximum(total[a], 1e-300))
        pmf[:, a] = np.where(j <= cap[a], p0[:, a], pmf[:, a])
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    tail = np.maximum(1.0 - below, 0.0)
    return _Evidence(ratio[:, back], (pmf / weights)[:, back], tail[back])


def _burst(v: Floats, ratio: Floats) -> Floats:
    """Move the hidden chain over a week; returns the log odds that a burst is running."""
    quiet, ended = v[_QUIET], v[_ENDED]
    first, second, later = (v[_BURST][i * _G : (i + 1) * _G] for i in range(3))
    stop = _add([(1.0 - g) * _add(rows) for g, rows in zip(_LAST, (first, second, later), strict=True)])
    new = (
        quiet * (_ONSET / _G) * ratio,
        _moved(_LAST[0] * first) * ratio,
        _moved(_LAST[1] * second + _LAST[2] * later) * ratio,
    )
    quiet, ended = quiet * (1.0 - _ONSET) + ended * _REST, ended * (1.0 - _REST) + stop
    running = _add(np.concatenate(new))
    total = running + quiet + ended
    v[_BURST] = np.concatenate(new) / total
    v[_QUIET], v[_ENDED] = quiet / total, ended / total
    return np.asarray(np.log(np.maximum(running, 1e-300)) - np.log(quiet + ended))


def _moved(sizes: Floats) -> Floats:
    """Let a burst that goes on keep its size, or lose or gain one."""
    out = sizes * (1.0 - _DOWN - _UP)
    out[:-1] += _DOWN * sizes[1:]
    out[0] += _DOWN * sizes[0]
    out[1:] += _UP * sizes[:-1]
    out[-1] += _UP * sizes[-1]
    return out
