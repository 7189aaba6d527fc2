"""One small linear model for short texts: a trainer and a loader, in numpy alone.

Multinomial logistic regression on named features. The file keeps a checksum of each name instead of the
name, and weights of eight bits, so that a model is one small file; since a text's own features are named
again when it is read, the model still says which of them weighed. Training minimises the L2-penalised
log-loss by L-BFGS (Liu and Nocedal, "On the limited memory BFGS method for large scale optimization",
Mathematical Programming 45, 1989) from zero and without chance: the same rows give the same model.
"""

import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Loss = Callable[[Floats], tuple[float, Floats]]
Row = Mapping[str, float]
"""A text as the trainer sees it: the value of each of its named features."""

_FORMAT = 1
_MEMORY = 10
_STEEP = 1e-4
_SHORTEST = 1e-12
_FLAT = 1e-6
_LARGEST = 127
_TINY = 1e-300


class ModelError(ValueError):
    """A file that is no model, or a model of another make."""


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A trained model.

    `places` gives the row of `weights` (features, classes) of each known name, by checksum; `bias` is
    (classes,); `about` says what the model was made from.
    """

    classes: tuple[str, ...]
    places: Mapping[int, int]
    weights: Floats
    bias: Floats
    about: Mapping[str, str] = field(default_factory=dict)

    def chances(self, row: Row) -> dict[str, float]:
        """Return the probability of each class; they add up to 1. Unknown features weigh nothing."""
        return dict(zip(self.classes, self.chances_many([row])[0].tolist(), strict=True))

    def chances_many(self, rows: Sequence[Row]) -> Floats:
        """Return the probabilities of many rows: (rows, classes)."""
        scores = np.tile(self.bias, (len(rows), 1))
        for place, row in enumerate(rows):
            known = [(self.places.get(checksum(name), -1), value) for name, value in row.items()]
            lines = [line for line, _ in known if line >= 0]
            if lines:
                scores[place] += np.array([value for line, value in known if line >= 0]) @ self.weights[lines]
        return _softmax(scores)

    def pulls(self, row: Row, of: Sequence[str], against: Sequence[str]) -> dict[str, float]:
        """Return what each known feature adds to the mean score of some classes against that of others."""
        gap = self._mean(of) - self._mean(against)
        lines = {name: self.places.get(checksum(name), -1) for name in row}
        return {name: row[name] * float(gap[line]) for name, line in lines.items() if line >= 0}

    def _mean(self, names: Sequence[str]) -> Floats:
        return np.asarray(self.weights[:, [self.classes.index(name) for name in names]].mean(axis=1))


def checksum(name: str) -> int:
    """Return the number under which a file knows a feature: the same on every machine."""
    return zlib.crc32(name.encode())


def train(
    rows: Sequence[Row],
    labels: Sequence[str],
    *,
    classes: Sequence[str],
    l2: float = 0.1,
    rare: int = 2,
    steps: int = 100,
    about: Mapping[str, str] | None = None,
) -> LinearModel:
    """Return the model that best tells the labels of these rows apart.

    Args:
        rows: the features of each text.
        labels: the class of each text, one of `classes`.
        classes: the classes, in the order of the probabilities.
        l2: strength of the penalty on the weights (not on the bias); larger is smoother.
        rare: a feature met in fewer rows is left out.
        steps: at most how many steps of L-BFGS.
        about: what the model was made from, kept in its file.

    Raises:
        ValueError: there is nothing to learn from, or a label is not a class.
    """
    if not rows or len(rows) != len(labels) or set(labels) - set(classes):
        raise ValueError("each row needs a label among the classes, and there must be rows")
    counts = Counter(name for row in rows for name in row)
    kept = sorted({checksum(name) for name, count in counts.items() if count >= rare})
    places = {number: line for line, number in enumerate(kept)}
    loss = _log_loss(_Sparse.of(rows, places), labels, classes, l2)
    best = _minimum(loss, np.zeros((len(kept) + 1) * len(classes)), steps)
    weights = best[: -len(classes)].reshape(len(classes), len(kept)).T
    return _rounded(LinearModel(tuple(classes), places, weights, best[-len(classes) :], dict(about or {})))


def _rounded(model: LinearModel) -> LinearModel:
    """Return the model with the weights that its file will hold: what is measured is what is shipped."""
    scale = max(float(np.abs(model.weights).max(initial=0.0)), _TINY) / _LARGEST
    weights = np.rint(model.weights / scale) * scale
    return LinearModel(model.classes, model.places, weights, np.round(model.bias, 6), model.about)


def save(model: LinearModel, path: Path) -> None:
    """Write a trained model; the same model gives the same bytes."""
    scale = max(float(np.abs(model.weights).max(initial=0.0)), _TINY) / _LARGEST
    head = {
        "format": _FORMAT,
        "classes": list(model.classes),
        "bias": model.bias.tolist(),
        "scale": scale,
        "about": dict(sorted(model.about.items())),
    }
    np.savez_compressed(
        path,
        head=np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8),
        names=np.array(list(model.places), dtype=np.uint32),
        weights=np.rint(model.weights / scale).astype(np.int8),
    )


def load(path: Path) -> LinearModel:
    """Read a model. Raises OSError for a file that cannot be read, ModelError for one that is no model."""
    content = path.read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as parts:
            head = json.loads(parts["head"].tobytes())
            names, weights = parts["names"].tolist(), parts["weights"].astype(np.float64)
        if head["format"] != _FORMAT or weights.shape != (len(names), len(head["classes"])):
            raise ModelError(f"{path.name} is a model of another make")
        return LinearModel(
            tuple(head["classes"]),
            {name: line for line, name in enumerate(names)},
            weights * head["scale"],
            np.array(head["bias"]),
            head["about"],
        )
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path.name} is no model") from error


@dataclass(frozen=True, slots=True)
class _Sparse:
    """A matrix of few values (rows, columns), value by value."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Floats
    shape: tuple[int, int]

    @classmethod
    def of(cls, rows: Sequence[Row], places: Mapping[int, int]) -> "_Sparse":
        cells = [
            (line, places.get(checksum(name), -1), value)
            for line, row in enumerate(rows)
            for name, value in row.items()
        ]
        known = [cell for cell in cells if cell[1] >= 0]
        return cls(
            np.array([cell[0] for cell in known], dtype=np.int64),
            np.array([cell[1] for cell in known], dtype=np.int64),
            np.array([cell[2] for cell in known], dtype=np.float64),
            (len(rows), len(places)),
        )

    def times(self, weights: Floats) -> Floats:
        """Return the product with weights (classes, columns): (rows, classes)."""
        lines = [
            np.bincount(self.rows, self.values * line[self.columns], minlength=self.shape[0])
            for line in weights
        ]
        return np.stack(lines, axis=1)

    def transposed_times(self, errors: Floats) -> Floats:
        """Return the product of errors (rows, classes) with the matrix: (classes, columns)."""
        lines = [
            np.bincount(self.columns, self.values * line[self.rows], minlength=self.shape[1])
            for line in errors.T
        ]
        return np.stack(lines)


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _log_loss(matrix: _Sparse, labels: Sequence[str], classes: Sequence[str], l2: float) -> Loss:
    """Return the penalised loss and its slope, as functions of all weights then all biases in one line."""
    targets = np.array([[float(label == name) for name in classes] for label in labels])

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights, bias = flat[: -len(classes)].reshape(len(classes), matrix.shape[1]), flat[-len(classes) :]
        chances = _softmax(matrix.times(weights) + bias)
        errors = chances - targets
        missed = -float(np.sum(np.log(np.maximum((chances * targets).sum(axis=1), _TINY))))
        slope = np.concatenate([(matrix.transposed_times(errors) + l2 * weights).ravel(), errors.sum(axis=0)])
        return missed + 0.5 * l2 * float(np.sum(weights * weights)), slope

    return loss


def _minimum(loss: Loss, start: Floats, steps: int) -> Floats:
    """Return the place of the least loss, by L-BFGS with backtracking (Armijo's rule)."""
    here, (value, slope) = start, loss(start)
    pairs: list[tuple[Floats, Floats]] = []
    for _ in range(steps):
        if float(np.abs(slope).max(initial=0.0)) < _FLAT * max(1.0, abs(value)):
            break
        heading = -_towards(slope, pairs)
        length = 1.0 if pairs else 1.0 / max(1.0, float(np.abs(slope).sum()))
        there, (new_value, new_slope) = here + length * heading, loss(here + length * heading)
        while new_value > value + _STEEP * length * float(slope @ heading) and length > _SHORTEST:
            length /= 2
            there, (new_value, new_slope) = here + length * heading, loss(here + length * heading)
        step, bend = there - here, new_slope - slope
        if float(step @ bend) > 0:
            pairs = [*pairs[1 - _MEMORY :], (step, bend)]
        here, value, slope = there, new_value, new_slope
    return here


def _towards(slope: Floats, pairs: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Return the slope corrected by what the last steps say of the curvature (two-loop recursion)."""
    heading = slope.copy()
    shares = []
    for step, bend in reversed(pairs):
        share = float(step @ heading) / float(step @ bend)
        heading -= share * bend
        shares.append(share)
    if pairs:
        step, bend = pairs[-1]
        heading *= float(step @ bend) / float(bend @ bend)
    for (step, bend), share in zip(pairs, reversed(shares), strict=True):
        heading += (share - float(bend @ heading) / float(step @ bend)) * step
    return heading
