"""Train the opinion model on the project's corpus: `python benchmarks/train_text.py [--try]`.

Writes `data/models/opinion.npz`, always the same for the same corpus, lexica and features. Thresholds come
from leaving author batches out, never from a random split. `--try` only prints the figures of that
cross-validation, for several penalties. Needs scipy; what reads the model does not.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.optimize
import scipy.sparse
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ereput.text.hints import hint_labels, hints_in
from ereput.text.model import LinearModel, checksum, save
from ereput.text.normalise import DATA, clean, sentences, tokens
from ereput.text.opinion import MODEL, SETTLED, SIDE, side_of
from ereput.text.opinion_features import FEATURES_VERSION, features_of, items, readings, shape
from ereput.text.sentiment import sentiment
from ereput.text.themes import themes, themes_in

CORPUS = DATA / "corpus" / "opinions"
LEXICA = tuple(
    DATA / name for name in ("lexicon/opinion.tsv", "lexicon/hints.tsv", "lexicon/senses.tsv", "themes.yaml")
)
HELD_OUT = frozenset(("a09", "a10", "a25"))
READ = frozenset(f"a{number:02}" for number in range(1, 9))
"""Batches that were read while the lexica were written: the rules do better there than elsewhere, so what
they read in these texts is hidden from the model, and its thresholds are not chosen on them."""
FOLDS = 4
PENALTIES = (0.35, 0.7, 1.4)
PENALTY = 0.7
RARE = 3
STEPS = 40
MIXED_WEIGHT = 0.5
HARSH_SHARE = 0.028
PRECISION = 0.5
LOST = 0.05
STEP = 0.01
TRIED = np.arange(0.02, 0.9, STEP)

Matrix = Any
Chances = NDArray[np.float64]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """What one head learns: a target (0 to 1) and a weight for each text."""

    name: str
    target: Chances
    weight: Chances


def corpus(*, held_out: bool) -> list[Row]:
    """Return the labelled opinions to train on, or those put aside from the start."""
    rows = []
    for path in sorted(CORPUS.glob("part_*.jsonl")):
        if (path.stem.removeprefix("part_") in HELD_OUT) == held_out:
            rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return rows


def features(row: Row) -> dict[str, float]:
    """Return the named features of an opinion, as the model will meet them."""
    text = clean(row["text"])
    words = tokens(text)
    found, weight = items(words)
    total: Counter[str] = Counter()
    for item in found:
        for name, value in features_of(item).items():
            total[name] += value * weight  # type: ignore[assignment] # a counter of shares
    total.update(shape(text, round(weight**-2)))  # type: ignore[arg-type] # same
    if row["batch"] not in READ:
        where = sentences(words)
        said = sentiment(text, words, where)
        hints = [hint.kind for hint in hints_in(text, words)]
        total.update(readings(said, themes_in(words, where, said), hints))  # type: ignore[arg-type] # same
    return dict(total)


def heads(rows: Sequence[Row]) -> list[Head]:
    """Return what each head learns from these opinions."""
    labels = [row["label"] for row in rows]
    one = np.ones(len(rows))
    sides = np.array([{"neg": 0.0, "pos": 1.0}.get(label, 0.5) for label in labels])
    settled = np.array([float(label in {"neg", "pos"}) for label in labels])
    found = [Head(SIDE, sides, np.where(settled > 0, 1.0, MIXED_WEIGHT)), Head(SETTLED, settled, one)]
    for theme in themes():
        said = [row["themes"].get(theme.id) for row in rows]
        here = np.array([float(label is not None) for label in said])
        side = np.array([{"neg": 0.0, "pos": 1.0}.get(label, 0.5) for label in said])
        found += [Head(theme.id, here, one), Head(side_of(theme.id), side, here)]
    for hint in hint_labels():
        found.append(Head(hint, np.array([float(hint in row["hints"]) for row in rows]), one))
    return found


def matrix(rows: Sequence[Mapping[str, float]]) -> tuple[Matrix, dict[int, int]]:
    """Return the texts as a sparse matrix, and the column of each feature that is not too rare."""
    counts = Counter(checksum(name) for row in rows for name in row)
    places = {name: place for place, name in enumerate(sorted(n for n, c in counts.items() if c >= RARE))}
    cells = [
        (line, places[checksum(name)], value)
        for line, row in enumerate(rows)
        for name, value in row.items()
        if value and checksum(name) in places
    ]
    lines, columns, values = zip(*cells, strict=True)
    shape_ = (len(rows), len(places))
    whole = scipy.sparse.csr_matrix((values, (lines, columns)), shape=shape_, dtype=np.float32)
    return whole, places


def fitted(texts: Matrix, turned: Matrix, head: Head, kept: Any, penalty: float) -> Chances:
    """Return a head's weights, then its bias; `turned` is the transpose, `kept` the lines of the corpus."""
    target, weight = head.target[kept], head.weight[kept]

    def loss(flat: Chances) -> tuple[float, Chances]:
        scores = (texts @ flat[:-1].astype(np.float32)).astype(np.float64) + flat[-1]
        errors = weight * (1 / (1 + np.exp(-scores)) - target)
        value = weight @ (np.logaddexp(0, scores) - target * scores) + 0.5 * penalty * flat[:-1] @ flat[:-1]
        return float(value), np.append(turned @ errors.astype(np.float32) + penalty * flat[:-1], errors.sum())

    start = np.zeros(texts.shape[1] + 1)
    options = {"maxiter": STEPS}
    return np.asarray(scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x)


def cross_validated(
    texts: Matrix, batches: Sequence[str], learnt: Sequence[Head], penalty: float
) -> dict[str, Chances]:
    """Return the scores of each head by models that never met the author; NaN where the rules were tuned."""
    fresh = sorted(set(batches) - READ)
    fold = np.array([fresh.index(batch) % FOLDS if batch in fresh else -1 for batch in batches])
    scores = {head.name: np.full(len(batches), np.nan) for head in learnt}
    for number in range(FOLDS):
        train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        met, turned, unmet = texts[train], texts[train].T.tocsr(), texts[test]
        for head in learnt:
            found = fitted(met, turned, head, train, penalty)
            scores[head.name][test] = unmet @ found[:-1] + found[-1]
    return scores


def slope(scores: Chances, target: Chances) -> float:
    """Return by how much to multiply scores so that they are log-odds (Platt's scaling, through zero)."""
    tried = np.arange(0.5, 4, 0.05)
    losses = [np.sum(np.logaddexp(0, k * scores) - target * k * scores) for k in tried]
    return round(float(tried[int(np.argmin(losses))]), 2)


def chance(scores: Chances) -> Chances:
    """Return the chances that scores stand for."""
    return np.asarray(1 / (1 + np.exp(-scores)))


def f1(found: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    """Return F1 of a yes-or-no answer."""
    return 2 * float((found & wanted).sum()) / max(1.0, float(found.sum() + wanted.sum()))


def thresholds(rows: Sequence[Row], scores: Mapping[str, Chances]) -> dict[str, float]:
    """Return from what chance each head is believed, from scores that cross-validation gave."""
    seen = ~np.isnan(scores[SIDE])
    harsh = np.array([bool(row["harsh"]) for row in rows])[seen]
    sided = np.array([row["label"] in {"neg", "pos"} for row in rows])[seen]
    found = {SIDE: 0.5, SETTLED: round(float(np.quantile(chance(scores[SETTLED][seen])[sided], LOST)), 3)}
    for theme in themes():
        wanted = np.array([theme.id in row["themes"] for row in rows])[seen]
        chances = chance(scores[theme.id][seen])
        found[theme.id] = round(float(max(TRIED, key=lambda t: f1(chances > t, wanted))), 3)
    wanted_hints = {hint: np.array([hint in row["hints"] for row in rows])[seen] for hint in hint_labels()}
    return found | _sober(wanted_hints, {hint: chance(scores[hint][seen]) for hint in wanted_hints}, harsh)


def _sober(
    wanted: Mapping[str, NDArray[np.bool_]], chances: Mapping[str, Chances], harsh: NDArray[np.bool_]
) -> dict[str, float]:
    """Return the limits at which hints are right often enough and leave harsh opinions alone.

    Each starts where its precision is enough; then the one whose rise costs the fewest right hints rises,
    until few enough harsh opinions are flagged.
    """
    limits = {
        hint: next(
            t
            for t in TRIED
            if (wanted[hint] & (chances[hint] > t)).sum() >= PRECISION * (chances[hint] > t).sum()
        )
        for hint in wanted
    }
    while True:
        flagged = {
            hint: chances[hint][harsh] for hint in wanted if (chances[hint][harsh] > limits[hint]).any()
        }
        alarms = np.any(
            [values > limits[hint] for hint, values in flagged.items()] or [[False]], axis=0
        ).sum()
        if alarms <= HARSH_SHARE * harsh.sum():
            return {hint: round(float(limit), 3) for hint, limit in limits.items()}
        raised = {hint: values[values > limits[hint]].min() + STEP / 10 for hint, values in flagged.items()}
        costs = {
            hint: (wanted[hint] & (chances[hint] > limits[hint]) & (chances[hint] <= limit)).sum()
            / wanted[hint].sum()
            for hint, limit in raised.items()
        }
        cheapest = min(costs, key=lambda hint: (costs[hint], hint))
        limits[cheapest] = raised[cheapest]


def made_from() -> str:
    """Return a digest of all that the model follows from."""
    digest = hashlib.sha256(FEATURES_VERSION.encode())
    for path in (*sorted(CORPUS.glob("part_*.jsonl")), *LEXICA, Path(__file__)):
        if path.stem.removeprefix("part_") not in HELD_OUT:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def report(rows: Sequence[Row], scores: Mapping[str, Chances], chosen: Mapping[str, float]) -> None:
    """Print what cross-validation says, at these thresholds."""
    seen = ~np.isnan(scores[SIDE])
    kept = [row for row, is_seen in zip(rows, seen, strict=True) if is_seen]
    sided = np.array([row["label"] in {"neg", "pos"} for row in kept])
    positive, settled = scores[SIDE][seen] > 0, chance(scores[SETTLED][seen]) >= chosen[SETTLED]
    labels = np.array([row["label"] for row in kept])[sided]
    both = [f1((positive if side == "pos" else ~positive)[sided], labels == side) for side in ("neg", "pos")]
    strict = [
        f1(((positive if side == "pos" else ~positive) & settled)[sided], labels == side)
        for side in ("neg", "pos")
    ]
    print(f"  for or against: macro-F1 {np.mean(both):.3f}; neutral an error {np.mean(strict):.3f}")
    print(f"  both or none, told: {(~settled[~sided]).mean():.2f}")
    hit = extra = missed = turned = 0
    for theme in themes():
        wanted = np.array([theme.id in row["themes"] for row in kept])
        found = chance(scores[theme.id][seen]) > chosen[theme.id]
        hit, extra, missed = (
            hit + (found & wanted).sum(),
            extra + (found & ~wanted).sum(),
            missed + (~found & wanted).sum(),
        )
        side = np.array([row["themes"].get(theme.id) for row in kept])
        pos = scores[side_of(theme.id)][seen] > 0
        turned += (found & (side == np.where(pos, "pos", "neg"))).sum()
    print(f"  themes: micro-F1 {2 * hit / (2 * hit + extra + missed):.3f}, well sided {turned / hit:.2f}")
    harsh = np.array([bool(row["harsh"]) for row in kept])
    flagged = np.zeros(len(kept), dtype=bool)
    for hint in hint_labels():
        wanted = np.array([hint in row["hints"] for row in kept])
        found = chance(scores[hint][seen]) > chosen[hint]
        flagged |= found
        right = (found & wanted).sum()
        shares = f"recall {right / wanted.sum():.2f}, precision {right / found.sum():.2f}"
        print(f"  {hint}: {shares}, of {wanted.sum()}")
    print(f"  harsh opinions flagged: {(flagged & harsh).sum()} of {harsh.sum()}")


def main() -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--try", action="store_true", dest="is_trial", help="print figures for several penalties"
    )
    is_trial = parser.parse_args().is_trial
    rows = corpus(held_out=False)
    texts, places = matrix([features(row) for row in rows])
    learnt, batches = heads(rows), [row["batch"] for row in rows]
    for penalty in PENALTIES if is_trial else (PENALTY,):
        scores = cross_validated(texts, batches, learnt, penalty)
        chosen = thresholds(rows, scores)
        print(f"{len(rows)} opinions, {texts.shape[1]} features, penalty {penalty}")
        report(rows, scores, chosen)
    if is_trial:
        return 0
    turned, every = texts.T.tocsr(), np.arange(len(rows))
    found = np.stack([fitted(texts, turned, head, every, PENALTY) for head in learnt], axis=1)
    seen = ~np.isnan(scores[SIDE]) & (learnt[0].weight == 1)
    found[:, 0] *= slope(scores[SIDE][seen], learnt[0].target[seen])
    sizes = np.abs(found[:-1]).max(axis=0)
    about = {
        "thresholds": json.dumps(chosen),
        "stretch": json.dumps(
            {head.name: round(float(size), 6) for head, size in zip(learnt, sizes, strict=True)}
        ),
        "made_from": made_from(),
    }
    names = tuple(head.name for head in learnt)
    save(LinearModel(names, places, found[:-1] / sizes, np.round(found[-1], 6), about), MODEL)
    print(f"{MODEL.name}: {len(places)} features, {len(names)} heads, {MODEL.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
