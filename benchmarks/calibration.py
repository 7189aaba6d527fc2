"""Make ereput/detect/calibration.py: how high the log odds of quiet weeks go, by expectation.

    .venv/bin/python benchmarks/calibration.py

About 9 million simulated quiet weeks of three portfolios (other publications unknown, loosely and
closely coupled), each under its own learnt prior; two or three minutes of one core. Limits are first
set at the same rate about every *estimated* expectation, then shifted half of the way to where the rate
is the same about every *true* one: estimates of rare negatives are drawn towards the portfolio's, and
how much depends on the portfolio, hence only half.
"""

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import burst_shapes  # noqa: E402 - the path above is what lets this script find the project

from ereput.detect import spikes  # noqa: E402 - same

Floats = NDArray[np.float64]

COUPLINGS = (0.0, 0.3, 0.6)
USUAL = (0.03, 0.1, 0.25, 0.6, 1.5, 4.0, 12.0)
DISPERSIONS = (1.05, 1.6, 2.5, 3.5)
RATES = (0.1, 0.05, 0.025, 0.01, 0.004, 0.001, 0.0003, 0.0001)
SEED, SERIES, WEEKS, FROM = 20261123, 20_000, 182, 26
BURSTS_A_YEAR = 0.4
ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet weeks with news, and how many weeks in all lie about each true mean."""

    mean: Floats
    usual: Floats
    dispersion: Floats
    odds: Floats
    weeks: Floats


def simulate(seed: int, coupling: float) -> tuple[Quiet, Floats, int]:
    """Return the weeks that may alarm, the weight of all weeks on each knot, and their number."""
    mean, phi = burst_shapes.portfolio(seed, SERIES)
    made = burst_shapes.make(
        seed, mean=mean, phi=phi, weeks=WEEKS, judged=False, shapes=burst_shapes.SHAPES,
        past_a_year=BURSTS_A_YEAR, coupling=coupling,
    )  # fmt: skip
    if not coupling:
        made = made.without_others()
    prior = replace(spikes.estimate_prior(made.negatives, made.others), coupling=coupling)
    kept: list[tuple[Floats, ...]] = []
    knots, about, weeks = np.zeros((len(USUAL), len(DISPERSIONS))), np.zeros(len(USUAL)), 0
    state, before = spikes.State.start(SERIES, prior), np.full((2, SERIES), -np.inf)
    for t in range(WEEKS):
        week = spikes.step(state, made.negatives[:, t], made.others[:, t])
        told = np.where(made.negatives[:, t] > 0, week.odds, -np.inf)
        news, before = told > before.max(axis=0), np.stack([before[1], told])
        if t < FROM:
            continue
        quiet = made.quiet[:, t]
        knots += _tent(week.usual[quiet], USUAL).T @ _tent(week.dispersion[quiet], DISPERSIONS)
        about += _tent(mean[quiet], USUAL).sum(axis=0)
        weeks += int(quiet.sum())
        rows = quiet & news
        kept.append((mean[rows], week.usual[rows], week.dispersion[rows], week.odds[rows]))
    columns = [np.concatenate(arrays) for arrays in zip(*kept, strict=True)]
    order = np.argsort(-columns[3], kind="stable")
    return Quiet(*(column[order] for column in columns), about), knots, weeks


def _tent(value: Floats, knots: tuple[float, ...]) -> Floats:
    """Return (N, knots): how much each value, on a log scale, belongs to each knot."""
    at = np.interp(np.log(value), np.log(knots), np.arange(len(knots)))
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(len(knots))))


def limits(quiet: Quiet, knots: Floats) -> Floats:
    """Return (USUAL, DISPERSIONS, RATES): odds that quiet weeks exceed at each rate."""
    usual, dispersion, truth = (
        _tent(v, k) for v, k in ((quiet.usual, USUAL), (quiet.dispersion, DISPERSIONS), (quiet.mean, USUAL))
    )
    out = np.full((len(USUAL), len(DISPERSIONS), len(RATES)), np.nan)
    shares = {
        (i, j): np.cumsum(usual[:, i] * dispersion[:, j]) / knots[i, j] for i, j in np.ndindex(out.shape[:2])
    }
    for r, rate in enumerate(RATES):
        factor = np.ones(len(USUAL))
        for turn in range(ROUNDS + 1):
            used = np.sqrt(factor) if turn == ROUNDS else factor
            for (i, j), share in shares.items():
                at = np.searchsorted(share, rate * used[i])
                out[i, j, r] = quiet.odds[at] if at < len(share) else -np.inf
            reached = quiet.odds >= np.einsum(
                "ni,nj,ij->n", usual, dispersion, np.maximum(out[:, :, r], -50.0)
            )
            realised = (truth * reached[:, None]).sum(axis=0) / quiet.weeks
            factor = np.clip(factor * (rate / realised) ** 0.7, 0.2, 5.0)
    # Rates that even "any negative at all" does not reach: one nat for each factor e.
    for r in range(len(RATES) - 2, -1, -1):
        fallback = out[:, :, r + 1] - np.log(RATES[r] / RATES[r + 1])
        out[:, :, r] = np.where(
            np.isfinite(out[:, :, r]), np.minimum(out[:, :, r], out[:, :, r + 1]), fallback
        )
    return out


def main() -> None:
    """Simulate, and write the tables."""
    tables, weeks = [], 0
    for i, coupling in enumerate(COUPLINGS):
        quiet, knots, simulated = simulate(SEED + i, coupling)
        tables.append(limits(quiet, knots))
        weeks += simulated
    rows = "\n".join(
        "    (\n"
        + "\n".join("        (" + ", ".join(_row(row) for row in page) + ")," for page in table)
        + "\n    ),"
        for table in tables
    )
    text = f'''"""Log odds that quiet weeks exceed. Made by benchmarks/calibration.py, not by hand."""

COUPLINGS = {COUPLINGS}
"""How far the other publications tell: one table of `ODDS` each."""

USUAL = {USUAL}
"""Negatives that the week usually brings: one page each."""

DISPERSIONS = {DISPERSIONS}
"""Variance-to-mean ratio of the quiet week: one row each."""

RATES = {RATES}
"""Share of quiet weeks: one column each."""

ODDS = (
{rows}
)
'''
    path = ROOT / "ereput" / "detect" / "calibration.py"
    path.write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(path)], check=True)
    print(f"{weeks:,} quiet weeks", file=sys.stderr)


def _row(values: np.ndarray) -> str:
    return "(" + ", ".join(f"{v:.2f}" for v in values) + ")"


if __name__ == "__main__":
    main()
