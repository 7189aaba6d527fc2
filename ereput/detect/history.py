"""The judgements of past weeks as bytes, so that a page draws five years without judging them again."""

import zlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FIELDS = ("score", "expected", "upper", "tail")
_WEEK = 8 + 3 * 4  # the score decides of a level and is kept whole; figures that are shown need seven digits


def pack(weeks: Floats) -> bytes:
    """Return judged weeks, (4, T) in the order of `FIELDS`, as bytes."""
    return zlib.compress(weeks[0].astype("<f8").tobytes() + weeks[1:].astype("<f4").tobytes(), 1)


def unpack(blob: bytes) -> Floats:
    """Return the weeks of `pack`, (4, T)."""
    raw = zlib.decompress(blob)
    weeks = len(raw) // _WEEK
    shown = np.frombuffer(raw, "<f4", 3 * weeks, 8 * weeks).reshape(3, weeks)
    return np.concatenate([np.frombuffer(raw, "<f8", weeks)[np.newaxis], shown.astype(np.float64)])


def extend(blob: bytes, weeks: Floats) -> bytes:
    """Return what was packed with some more weeks after it."""
    return pack(np.concatenate([unpack(blob), weeks], axis=1))
