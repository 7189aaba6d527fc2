"""Learn from the user's own starred reviews, on this machine, and keep it only if it reads better.

A correction of the shipped model: the odds that it gives, and the words of these reviews, weighed anew by the
trainer of `model`. It is judged by cross-validation on the same reviews, against the shipped model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from ereput.domain.publication import Label
from ereput.text.model import LinearModel, checksum, train
from ereput.text.normalise import clean, tokens
from ereput.text.opinion_features import items
from ereput.text.reading import NEGATIVE_STARS, POSITIVE_STARS, Signals, signals_many

ENOUGH = 200
"""Reviews that take a side, below which nothing is learnt."""

FEWEST_OF_A_SIDE = 20
_FOLDS = 5
_CLASSES = (Label.NEGATIVE.value, Label.POSITIVE.value)
_SIDED = frozenset((Label.NEGATIVE, Label.POSITIVE, Label.UNSURE))
_PENALTY = 1.0
_WORDS = 0.5
_SHIPPED = 1.0
_LEAST = 0.005
_MARGIN = 0.005


@dataclass(frozen=True, slots=True)
class Recalibration:
    """What learning from `n` starred reviews would give: macro-F1 (for or against) of both readings.

    `shipped` and `local` are None when there are too few reviews. `model` is None unless the local reading is
    better by half a point at least.
    """

    n: int
    shipped: float | None = None
    local: float | None = None
    model: LinearModel | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the local reading beats the shipped one."""
        return self.model is not None


def recalibrate(texts: Sequence[str], ratings: Sequence[float]) -> Recalibration:
    """Learn from reviews and their stars (on 5); those of neither side are left out.

    Equal texts stay in the same fold, so that no review is judged by what was learnt from its copy.
    """
    pairs = [
        (cleaned, _CLASSES[int(stars >= POSITIVE_STARS)])
        for text, stars in zip(texts, ratings, strict=True)
        if (stars <= NEGATIVE_STARS or stars >= POSITIVE_STARS) and (cleaned := clean(text)).strip()
    ]
    labels = [label for _, label in pairs]
    if len(pairs) < ENOUGH or min(map(labels.count, _CLASSES)) < FEWEST_OF_A_SIDE:
        return Recalibration(len(pairs))
    scores = [read.score for read in signals_many([text for text, _ in pairs])]
    rows = [corrected(text, score) for (text, _), score in zip(pairs, scores, strict=True)]
    folds = [checksum(text) % _FOLDS for text, _ in pairs]
    local = [""] * len(rows)
    for fold in range(_FOLDS):
        learnt = _learnt(
            [r for r, f in zip(rows, folds, strict=True) if f != fold],
            [label for label, f in zip(labels, folds, strict=True) if f != fold],
        )
        for place in (i for i, f in enumerate(folds) if f == fold):
            local[place] = _side(2 * learnt.chances(rows[place])[_CLASSES[1]] - 1)
    before, after = _macro_f1(labels, list(map(_side, scores))), _macro_f1(labels, local)
    is_better = after >= before + _MARGIN
    return Recalibration(len(rows), before, after, _learnt(rows, labels) if is_better else None)


def corrected(text: str, score: float) -> dict[str, float]:
    """Return the features of a cleaned text that the shipped model scores so."""
    found, weight = items(tokens(text))
    share = min(max((score + 1) / 2, _LEAST), 1 - _LEAST)
    return {"shipped": _SHIPPED * log(share / (1 - share))} | {f"w:{item}": _WORDS * weight for item in found}


def apply(model: LinearModel, texts: Sequence[str], reads: Sequence[Signals]) -> list[Signals]:
    """Return what texts without stars say once corrected; a text that takes no side keeps its reading."""
    return [
        read if read.label not in _SIDED else _moved(model, clean(text), read)
        for text, read in zip(texts, reads, strict=True)
    ]


def _moved(model: LinearModel, text: str, read: Signals) -> Signals:
    score = round(2 * model.chances(corrected(text, read.score))[_CLASSES[1]] - 1, 4)
    return replace(read, label=Label(_side(score)), score=score)


def _learnt(rows: Sequence[Mapping[str, float]], labels: Sequence[str]) -> LinearModel:
    return train(rows, labels, classes=_CLASSES, l2=_PENALTY)


def _side(score: float) -> str:
    return _CLASSES[int(score > 0)]


def _macro_f1(labels: Sequence[str], found: Sequence[str]) -> float:
    both = [
        2
        * sum(a == b == side for a, b in zip(labels, found, strict=True))
        / max(1, labels.count(side) + found.count(side))
        for side in _CLASSES
    ]
    return round(sum(both) / len(both), 4)
