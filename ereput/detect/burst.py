"""Is a burst running? The evidence of one week, and the hidden chain that adds weeks up.

The chain is quiet, or in a burst of one of a few sizes (in its first, second or later week), or
has just left one; it is followed exactly by the forward recursion (Rabiner 1989). The rival "just
ended" keeps the weeks after a burst from being taken for another.
"""

from dataclasses import dataclass

import numpy as np

from ereput.detect.quiet import Flags, Floats, Forecast, add

_SIZES = (1.0, 1.5, 2.25, 3.5, 5.5)  # weekly excess, in sd of a usual week
_FLOORS = (1.25, 1.25, 1.25, 1.75, 2.5)  # and in publications: a burst is never less
_ONSET = 0.03  # chance that a burst starts, any week
_GOES_ON = (0.8, 0.5, 0.3)  # chance that a burst in its 1st, 2nd, later week goes on
_DOWN, _UP = 0.3, 0.1  # and then loses or gains a size
_FORGOTTEN = 0.3  # chance a week that a burst that ended no longer counts
_BELIEVED, _EDGE = 2.0, 2.0  # log odds about which a week stops teaching the baseline; how sharply
_CLIP = 4.0  # winsorising of what the dispersion learns from, in sd
_UPPER = 0.99
_FARTHEST = 40.0  # sd beyond which a count says no more
_LARGEST = 400.0  # expectations beyond are thinned: products of probabilities would underflow

_G = len(_SIZES)
_QUIET, _ENDED, _RUNNING, _RECENT = 0, 1, 2, slice(2 + 3 * _G, 4 + 3 * _G)
WIDTH = 4 + 3 * _G
"""Rows of this part of a state: the chain's probabilities, the odds of the last two weeks."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one week's count says.

    Attributes:
        ratio: (G, N) likelihood ratio of each burst size against quiet, non-decreasing in the count.
        fit: (K, N) probability of the winsorised count under each dispersion.
        predicted: (N,) the same, averaged over the dispersions.
        tail: (N,) chance that a quiet week reaches the count.
        upper: (N,) count that a quiet week exceeds less than once in 100.
    """

    ratio: Floats
    fit: Floats
    predicted: Floats
    tail: Floats
    upper: Floats


def start(series: int) -> Floats:
    """Return the rows of series without history."""
    v = np.zeros((WIDTH, series))
    v[_QUIET] = 1.0
    v[_RECENT] = -np.inf
    return v


def evidence(x: Floats, week: Forecast) -> Evidence:
    """Weigh the counts of N series against their forecasts.

    The counts 0, 1, 2… are walked up to the observed one: negative binomial probabilities follow
    from one another, their sum gives the tail, and the running maximum of the ratios is what
    makes a higher count never weigh less.
    """
    thin = np.minimum(1.0, _LARGEST / week.mean)
    seen = np.floor(np.minimum(x, week.mean + _FARTHEST * (week.sd + 1.0)) * thin)
    order = np.argsort(-seen, kind="stable")  # those still walking are always the first ones
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    seen = seen[order]
    means, weights = (week.means * thin)[:, order], week.weights[:, order]
    phi = ((week.dispersion - 1.0) * thin + 1.0)[:, order]
    excess = (
        np.stack([np.maximum(s * week.usual_sd, f) for s, f in zip(_SIZES, _FLOORS, strict=True)]) * thin
    )[:, order]
    cap = np.ceil((week.mean + _CLIP * week.sd) * thin)[order]
    burst_means = means[:, None] + excess  # (K, G, N)
    burst_phi = ((phi * means)[:, None] + excess) / burst_means
    p, q, r = _at_zero(means, phi)
    bp, bq, br = _at_zero(burst_means, burst_phi)
    bp *= weights[:, None]
    upper = _upper(p, q, r, weights)
    total = add(p * weights)
    ratio, fit, below = add(bp) / total, p.copy(), np.zeros_like(total)
    j, n = 0.0, len(seen)
    while n := int(np.searchsorted(-seen[:n], -j, side="left")):
        below[:n] += total[:n]
        p[:, :n] *= q[:, :n] * ((r[:, :n] + j) / (j + 1.0))
        bp[:, :, :n] *= bq[:, :, :n] * ((br[:, :, :n] + j) / (j + 1.0))
        j += 1.0
        total[:n] = add(p[:, :n] * weights[:, :n])
        ratio[:, :n] = np.maximum(ratio[:, :n], add(bp[:, :, :n]) / np.maximum(total[:n], 1e-300))
        fit[:, :n] = np.where(j <= cap[:n], p[:, :n], fit[:, :n])
    tail = np.maximum(1.0 - below, 0.0)
    return Evidence(ratio[:, back], fit[:, back], add(fit * weights)[back], tail[back], upper[back] / thin)


def _at_zero(mean: Floats, phi: Floats) -> tuple[Floats, Floats, Floats]:
    """Return P(0), the chance parameter and the size of negative binomials of this mean and dispersion."""
    r = mean / (phi - 1.0)
    return np.exp(-r * np.log(phi)), 1.0 - 1.0 / phi, r


def _upper(p: Floats, q: Floats, r: Floats, weights: Floats) -> Floats:
    """Return the 99 % point of the mixtures."""
    upper = np.zeros(p.shape[1])
    reached = add(p * weights)
    left = np.flatnonzero(reached < _UPPER)
    p, q, r, weights, reached = p[:, left], q[:, left], r[:, left], weights[:, left], reached[left]
    j = 0.0
    while len(left):
        p = p * (q * ((r + j) / (j + 1.0)))
        j += 1.0
        reached = reached + add(p * weights)
        upper[left] = j
        on = reached < _UPPER
        if not on.all():
            left, reached = left[on], reached[on]
            p, q, r, weights = p[:, on], q[:, on], r[:, on], weights[:, on]
    return upper


def chain(v: Floats, ratio: Floats, started: Flags) -> Floats:
    """Move the chain of started series over a week; returns the log odds that a burst is running in it."""
    quiet, ended = v[_QUIET], v[_ENDED]
    first, second, later = (v[_RUNNING + i * _G : _RUNNING + (i + 1) * _G] for i in range(3))
    go = _GOES_ON
    stopped = add((1 - go[0]) * first) + add((1 - go[1]) * second) + add((1 - go[2]) * later)
    running = np.concatenate(
        [
            quiet * (_ONSET / _G) * ratio,
            _resized(go[0] * first) * ratio,
            _resized(go[1] * second + go[2] * later) * ratio,
        ]
    )
    quiet, ended = quiet * (1 - _ONSET) + ended * _FORGOTTEN, ended * (1 - _FORGOTTEN) + stopped
    burst = add(running)
    total = burst + quiet + ended
    new = np.concatenate([quiet[None], ended[None], running]) / total
    v[: _RUNNING + 3 * _G] = np.where(started, new, v[: _RUNNING + 3 * _G])
    return np.asarray(np.log(np.maximum(burst, 1e-300)) - np.log(np.maximum(quiet + ended, 1e-300)))


def innocence(odds: Floats) -> Floats:
    """Return by how much, in [0, 1], weeks of these odds should teach what a quiet week brings."""
    return np.asarray(1.0 / (1.0 + np.exp(np.clip(_EDGE * (odds - _BELIEVED), -50.0, 50.0))))


def _resized(sizes: Floats) -> Floats:
    """Let a burst that goes on keep its size, or lose or gain one."""
    out = sizes * (1 - _DOWN - _UP)
    out[:-1] += _DOWN * sizes[1:]
    out[0] += _DOWN * sizes[0]
    out[1:] += _UP * sizes[:-1]
    out[-1] += _UP * sizes[-1]
    return out


def news(v: Floats, odds: Floats, x: Floats, started: Flags) -> Flags:
    """Tell whether a week holds negatives and odds above those of the two weeks before; remember it."""
    before = v[_RECENT]
    fresh = (x > 0) & (odds > before[0]) & (odds > before[1])
    v[_RECENT] = np.where(started, np.stack([before[1], np.where(x > 0, odds, -np.inf)]), before)
    return np.asarray(fresh)
