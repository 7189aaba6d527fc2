"""Measure detection: the figures of docs/detection.md, one command.

    .venv/bin/python benchmarks/detection.py [--shared FOLDER]

FOLDER holds the reference counts and their evaluate.py; without it only the series made here are
judged. Every figure at a matched rate uses a threshold that gives this rate on the same set; every
interval is a bootstrap over series. About five minutes of one core.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from burst_shapes import JUDGED, MEANS, PHIS, SHAPES, Series, make, strata  # noqa: E402 - path set above

from ereput.detect import rating, signals, spikes  # noqa: E402 - same
from ereput.detect.table import detect_table  # noqa: E402 - same

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

RATES = (0.001, 0.01, 0.025)
TARGETS = {
    ("long", 0.01): (0.74, 0.73), ("long", 0.025): (0.835, 0.82), ("long", 0.001): (0.42, None),
    ("short", 0.01): (0.74, None), ("short", 0.025): (0.84, None),
    ("unseen", 0.01): (0.64, None), ("unseen", 0.025): (0.80, None),
}  # fmt: skip


def judged_sets() -> Iterator[tuple[str, Series]]:
    """Make the three families of series, from seeds that no constant was chosen on."""
    mean, phi = strata(100)
    yield "long", make(901, mean=mean, phi=phi)
    yield "short", make(902, mean=mean, phi=phi, weeks=110, short=True, past_a_year=0.3)
    yield "unseen", make(903, mean=mean, phi=phi, shapes=SHAPES[1:])


def judge(made: Series) -> spikes.Weeks:
    """Judge the last weeks under the prior of the weeks before them."""
    before = slice(None, -JUDGED)
    prior = spikes.estimate_prior(made.negatives[:, before], made.others[:, before])
    return spikes.run(made.negatives, prior, made.others, last=JUDGED)[1]


def ears_c2(made: Series) -> Floats:
    """Score by EARS C2, baseline of 20 weeks, two weeks apart, standard deviation at least 0.5."""
    x = made.negatives
    first = x.shape[1] - JUDGED
    out = np.empty((len(x), JUDGED))
    for j in range(JUDGED):
        past = x[:, first + j - 22 : first + j - 2]
        out[:, j] = (x[:, first + j] - past.mean(axis=1)) / np.maximum(past.std(axis=1, ddof=1), 0.5)
    return out


def windows(made: Series) -> tuple[Flags, Flags]:
    """Return the weeks of the judged bursts, and of their first two weeks, over the last 49."""
    week = np.arange(JUDGED) + made.negatives.shape[1] - JUDGED
    during = (week >= made.start[:, None]) & (week <= made.end[:, None])
    return during, during & (week <= made.start[:, None] + 1)


def matched(score: Floats, free: Flags, rate: float) -> Flags:
    """Flag the weeks above the threshold that flags this share of the free ones, ties at random."""
    jitter = score + 1e-9 * np.random.default_rng(0).random(score.shape)
    return np.asarray(jitter > np.quantile(jitter[free], 1 - rate))


def interval(hit: Flags) -> str:
    """Return a share and its bootstrap 95 % interval over series, in per cent."""
    rng = np.random.default_rng(1)
    shares = [hit[rng.integers(0, len(hit), len(hit))].mean() for _ in range(1_000)]
    low, high = np.quantile(shares, [0.025, 0.975])
    return f"{100 * hit.mean():5.1f} [{100 * low:.1f}–{100 * high:.1f}]"


def detection() -> None:
    """Print POD and POD2 at matched rates, and what the shipped thresholds give."""
    for name, full in judged_sets():
        for label, made in (("with volume", full), ("negatives only", full.without_others())):
            weeks = judge(made)
            _print_detection(f"{name}, {label}", name, made, np.nan_to_num(weeks.score))
            if label == "negatives only":
                _print_detection(f"{name}, weekly tail alone", "", made, -np.nan_to_num(weeks.tail, nan=1.0))
                _print_detection(f"{name}, EARS C2", "", made, ears_c2(made))


def _print_detection(title: str, name: str, made: Series, score: Floats) -> None:
    during, early = windows(made)
    free = ~during & ~np.isnan(made.negatives[:, -JUDGED:])
    print(f"\n{title} ({len(score)} series)")
    for rate in RATES:
        alarm = matched(score, free, rate)
        hit, soon = (alarm & during).any(axis=1), (alarm & early).any(axis=1)
        line = f"  matched {100 * rate:4.1f} %: POD {interval(hit)}  POD2 {interval(soon)}"
        if (name, rate) in TARGETS:
            least, least2 = TARGETS[name, rate]
            met = hit.mean() >= least and (least2 is None or soon.mean() >= least2)
            line += f"  target {100 * least:g}" + (f"/{100 * least2:g}" if least2 else "")
            line += " met" if met else " MISSED"
        if name:
            shipped = score >= -np.log10(rate)
            own = (shipped & during).any(axis=1).mean()
            line += f"  | shipped: POD {100 * own:.1f}, rate/target {shipped[free].mean() / rate:.2f}"
        print(line)
        if len(np.unique(made.shape)) > 1:
            by = {SHAPES[s]: f"{100 * hit[made.shape == s].mean():.1f}" for s in np.unique(made.shape)}
            print(f"      POD by shape: {by}")


def calm() -> None:
    """Print the realised rate of false alarms over the target, by mean and by dispersion."""
    mean, phi = strata(250)
    for title, past in (("a burst every 2.5 years", 0.4), ("no burst ever", 0.0)):
        made = make(904, mean=mean, phi=phi, judged=False, past_a_year=past)
        for label, series in (("with volume", made), ("negatives only", made.without_others())):
            prior = spikes.estimate_prior(series.negatives[:, :120], series.others[:, :120])
            score = spikes.run(series.negatives, prior, series.others, last=200)[1].score
            free = series.quiet[:, -200:]
            print(f"\nquiet weeks, {title}, {label}: {free.sum():,}")
            for rate in RATES:
                alarm = score >= -np.log10(rate)
                by_mean = [f"{alarm[mean == m][free[mean == m]].mean() / rate:.2f}" for m in MEANS]
                by_phi = [f"{alarm[phi == p][free[phi == p]].mean() / rate:.2f}" for p in PHIS]
                print(
                    f"  {100 * rate:4.1f} %: rate/target {alarm[free].mean() / rate:.2f}"
                    f"  by mean {' '.join(by_mean)}  by dispersion {' '.join(by_phi)}"
                )


def speed(series: int = 50_000) -> None:
    """Print the time of one more week for a large portfolio, and of a replay of one practitioner."""
    rng = np.random.default_rng(5)
    mean = rng.choice(MEANS, series)
    state = spikes.State.start(series, spikes.Prior(coupling=0.3))
    seconds = []
    for _ in range(16):
        x, z = rng.poisson(mean).astype(float), rng.poisson(6 * mean).astype(float)
        start = time.process_time()
        spikes.step(state, x, z)
        seconds.append(time.process_time() - start)
    print(f"\none more week, {series:,} series: {np.median(seconds[10:]):.3f} s of one core (target 0.3)")
    print(f"state of a series: {len(state.pack(0))} bytes")
    start = time.process_time()
    spikes.run(rng.poisson(1.0, (1, 320)).astype(float))
    print(f"320 weeks of one series: {time.process_time() - start:.2f} s")


def others() -> None:
    """Print the false-alarm rates of the slide and of the silence."""
    rng = np.random.default_rng(6)
    print("\nslides of steady practitioners (12 years of months): false alarms begun a year")
    for a_month in (1, 3, 10, 40):
        begun, years = 0, 0.0
        for _ in range(60):
            months = np.array(
                [rng.multinomial(n, rating.DEFAULT_RATING_PRIOR.shares) for n in rng.poisson(a_month, 144)]
            )
            alarms = [
                found is not None and found.is_alarming
                for found in (rating.slide(months[: t + 1]) for t in range(29, 144))
            ]
            begun += sum(now and not before for before, now in zip([False, *alarms], alarms, strict=False))
            years += len(alarms) / 12
        print(f"  {a_month:3d} ratings a month: {begun / years:.3f}")
    print("silences: share of intervals whose chance is below 1 %")
    for n in (6, 15, 40, 150):
        seen = []
        for _ in range(2_000):
            days = np.cumsum(np.ceil(rng.exponential(20.0, n + 2))).astype(np.int64)
            found = signals.silence(days[:-1], int(days[-1]))
            seen.append(found is not None and found.chance < 0.01)
        print(f"  after {n:3d} intervals: {100 * np.mean(seen):.2f} %")


def reference(folder: Path) -> None:
    """Run the reference evaluation on the reference counts."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "data").mkdir()
        (work / "out").mkdir()
        for path in folder.glob("*.csv.gz"):
            (work / "data" / path.name).symlink_to(path)
        sets = sorted(path.name.removesuffix("_counts.csv.gz") for path in folder.glob("*_counts.csv.gz"))
        for which in sets:
            counts = pd.read_csv(folder / f"{which}_counts.csv.gz")
            for method, frame in (("volume", counts), ("negatives", counts.drop(columns="total"))):
                detect_table(frame).to_csv(work / "out" / f"{which}__{method}.csv.gz", index=False)
        script = [sys.executable, str(folder / "evaluate.py")]
        rates = [str(rate) for rate in RATES]
        for which in sets:
            print(f"\n{which}: thresholds matched on the first set, then the alarms as shipped", flush=True)
            tuned = [*script, "--set", which, "--tune-on", sets[0], "--fpr", *rates, "--"]
            subprocess.run([*tuned, "volume", "negatives"], cwd=work, check=True)
            alarms = [f"out/{which}__{method}.csv.gz" for method in ("volume", "negatives")]
            subprocess.run([*script, "--set", which, *alarms], cwd=work, check=True)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "spikes")
    folder = parser.parse_args().shared
    if folder.is_dir():
        reference(folder.resolve())
    detection()
    calm()
    speed()
    others()


if __name__ == "__main__":
    main()
