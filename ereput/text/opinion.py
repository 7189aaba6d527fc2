"""The opinion model: what the words of a text say together, with the words that weighed.

One linear model of many heads, trained on the project's corpus (`benchmarks/train_text.py`), each a logistic
regression on the features of `opinion_features`: the side taken, whether one is taken, each theme and its
side, each hint. It stands behind the rules, whose readings are features like the others.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ereput.domain.publication import Label
from ereput.text.model import LinearModel, checksum, load
from ereput.text.normalise import DATA, Token
from ereput.text.opinion_features import features_of, items, readings, shape
from ereput.text.sentiment import Sentiment

MODEL = DATA / "models" / "opinion.npz"
SIDE, SETTLED = "side", "settled"
"""The heads of the opinion as a whole: for or against; whether the writer takes a side at all."""

_MEMO_LIMIT = 60_000
_NOTHING, _BIAS = 0, 1
_MOST_WORDS = 4
_WEIGHS = 0.08


class Read(NamedTuple):
    """A cleaned text with what the rules read in it."""

    text: str
    words: Sequence[Token]
    said: Sentiment
    themes: Sequence[tuple[str, Label]]
    hints: tuple[str, ...]


def side_of(theme: str) -> str:
    """Return the head that tells the side of a theme."""
    return f"{theme}±"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The chances of the heads for one text, 0 to 1, and how much each item weighed in each."""

    chances: Mapping[str, float]
    heads: Sequence[str]
    items: Sequence[str]
    weights: NDArray[np.float32]

    def why(self, head: str, sign: float) -> list[str]:
        """Return the items that weighed most in a head, in the direction of `sign`, heaviest first."""
        column = self.weights[: len(self.items), self.heads.index(head)] * sign
        best = np.argsort(-column, kind="stable")[: 2 * _MOST_WORDS]
        return [self.items[place] for place in best.tolist() if column[place] > _WEIGHS]


class OpinionModel:
    """A trained model made ready to read texts by the batch.

    `thresholds` gives the chance from which each head is believed; `slope` stretches the chance of the side
    so that it is one (Platt). Words and pairs met are kept as one row of weights each.
    """

    def __init__(self, model: LinearModel) -> None:
        self.heads = model.classes
        self.about = model.about
        self.thresholds: Mapping[str, float] = json.loads(model.about["thresholds"])
        stretch = json.loads(model.about["stretch"])
        self._known = model.places
        self._weights = (model.weights * np.array([stretch[head] for head in self.heads])).astype(np.float32)
        self._bias = model.bias
        self._forget()

    def _forget(self) -> None:
        self._rows = np.zeros((4096, len(self.heads)), dtype=np.float32)
        self._rows[_BIAS] = self._bias
        self._used = 2
        self._places: dict[str, int] = {}

    def judge(self, texts: Sequence[Read]) -> list[Verdict]:
        """Read many texts at once; each gives what it would give alone."""
        if len(self._places) > _MEMO_LIMIT:
            self._forget()
        places: list[int] = []
        values: list[float] = []
        starts: list[int] = []
        named: list[list[str]] = []
        for read in texts:
            found, weight = items(read.words)
            extra = shape(read.text, round(weight**-2)) | dict(readings(read.said, read.themes, read.hints))
            starts.append(len(places))
            places += self._of(found, features_of)
            places += self._of(extra, _itself)
            places.append(_BIAS)
            values += [weight] * len(found)
            values += extra.values()
            values.append(1.0)
            named.append(found)
        if not texts:
            return []
        weighed = self._rows[places] * np.array(values, dtype=np.float32)[:, None]
        scores = np.add.reduceat(weighed, starts, axis=0).astype(np.float64)
        chances = np.round(1 / (1 + np.exp(-scores)), 4).tolist()
        ends = [*starts[1:], len(places)]
        return [
            Verdict(dict(zip(self.heads, row, strict=True)), self.heads, found, weighed[start:end])
            for row, found, start, end in zip(chances, named, starts, ends, strict=True)
        ]

    def _of(self, names: Iterable[str], features: Callable[[str], Mapping[str, float]]) -> list[int]:
        """Return the row of each name, learning those that were never met."""
        known = self._places
        return [known[name] if name in known else self._learn(name, features) for name in names]

    def _learn(self, name: str, features: Callable[[str], Mapping[str, float]]) -> int:
        lines = [(self._known.get(checksum(part), -1), value) for part, value in features(name).items()]
        told = [(line, value) for line, value in lines if line >= 0]
        if not told:
            if " " not in name:  # most pairs are met once: only those that weigh are worth remembering
                self._places[name] = _NOTHING
            return _NOTHING
        if self._used == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        place = self._used
        lines_of, values = zip(*told, strict=True)
        shares = np.array(values, dtype=np.float32)[:, None]
        self._rows[place] = (self._weights[list(lines_of)] * shares).sum(axis=0)
        self._used += 1
        self._places[name] = place
        return place


def _itself(name: str) -> Mapping[str, float]:
    return {name: 1.0}


@cache
def opinion_model() -> OpinionModel:
    """Return the shipped model.

    Raises:
        OSError: the file cannot be read.
        ModelError: the file is no model.
    """
    return OpinionModel(load(MODEL))
