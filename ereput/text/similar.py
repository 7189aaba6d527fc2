"""Texts that say nearly the same words: coordinated reviews, one story seen by three feeds.

Broder, "On the resemblance and containment of documents", 1997: the Jaccard index of the sets of
word pairs, estimated by minimal hashes, then computed for the few pairs that look alike.
"""

import zlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ereput.text.normalise import clean, tokens

_HASHES = 64
_ROWS = 4
_SHINGLE = 2
_SHORT = 5
_SEED = 20_261_123

_chance = np.random.default_rng(_SEED)
_FACTORS = _chance.integers(0, 1 << 32, _HASHES, dtype=np.uint32) | np.uint32(1)  # odd: no two hashes meet
_SHIFTS = _chance.integers(0, 1 << 32, _HASHES, dtype=np.uint32)


def near_identical(texts: Iterable[str | None], *, threshold: float = 0.5) -> list[int]:
    """Return a cluster number a text, in the same order; numbers follow first appearances.

    Two texts are together when the Jaccard index of their word pairs reaches `threshold`, whatever
    their case, accents and punctuation, or through a third text. Below five words only equal texts
    are together ("Très bon médecin" is no copy of "Très bon accueil"); a text without words is alone.
    The same texts always give the same clusters.

    Raises:
        ValueError: `threshold` is not within 0 (excluded) and 1.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"a Jaccard threshold is within ]0, 1]: {threshold}")
    shingles = [_shingles(text) for text in texts]
    parents = list(range(len(shingles)))
    first_of: dict[frozenset[int], int] = {}
    for i, shingle in enumerate(shingles):
        if shingle:
            parents[i] = first_of.setdefault(shingle, i)
    buckets: dict[tuple[int, bytes], list[int]] = {}
    for i in first_of.values():
        signature = _signature(shingles[i])
        for band in range(_HASHES // _ROWS):
            key = (band, signature[band * _ROWS : (band + 1) * _ROWS].tobytes())
            _join_alike(i, buckets.setdefault(key, []), shingles, parents, threshold)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(_root(parents, i), len(numbers)) for i in range(len(shingles))]


def _join_alike(
    i: int,
    bucket: list[int],
    shingles: Sequence[frozenset[int]],
    parents: list[int],
    threshold: float,
) -> None:
    """Join `i` to the members of a bucket that it resembles; a bucket keeps one member a cluster."""
    for other in bucket:
        if _root(parents, other) != _root(parents, i):
            common = len(shingles[i] & shingles[other])
            if common >= threshold * (len(shingles[i]) + len(shingles[other]) - common):
                a, b = sorted((_root(parents, i), _root(parents, other)))
                parents[b] = a
    if all(_root(parents, other) != _root(parents, i) for other in bucket):
        bucket.append(i)


def _root(parents: list[int], i: int) -> int:
    while parents[i] != i:
        parents[i] = parents[parents[i]]
        i = parents[i]
    return i


def _shingles(text: str | None) -> frozenset[int]:
    words = [word.key for word in tokens(clean(text)) if not word.is_stop]
    size = _SHINGLE if len(words) >= _SHORT else max(1, len(words))
    return frozenset(zlib.crc32(" ".join(words[i : i + size]).encode()) for i in range(len(words) - size + 1))


def _signature(shingle: frozenset[int]) -> NDArray[np.uint32]:
    hashes = np.fromiter(shingle, dtype=np.uint32, count=len(shingle))
    mixed: NDArray[np.uint32] = hashes[:, None] * _FACTORS + _SHIFTS  # modulo 2**32
    smallest: NDArray[np.uint32] = mixed.min(axis=0)
    return smallest
