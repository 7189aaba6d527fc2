"""Patterns of the reply check: sequences of words, found in linear time.

A pattern is a sequence of words separated by spaces; punctuation is never crossed:

- `accueil` this word; `regret*` any word that begins so; `#` a number;
- `long/longue` one of these; `@name` one of a list of the lexicon;
- `?tres` this word or nothing (also `?long/longue`, `?@name`);
- `~3` at most three words of any kind.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

_WORD = r"[^ .]+"
_STOP = "."


def word_set(line: str) -> frozenset[str]:
    """Return the words of a line: a list of words is read more easily than a column of them."""
    return frozenset(line.split())


class Match(NamedTuple, Generic[T]):
    """A pattern found from word `start` to word `end` (excluded)."""

    start: int
    end: int
    value: T


class Patterns(Generic[T]):
    """Many patterns, filed by the words that may begin them: most words of a text cost one look-up."""

    def __init__(self, entries: Iterable[tuple[str, T]], lists: Mapping[str, str] | None = None) -> None:
        """File the patterns. Raises ValueError for one that may match nothing or begins with a gap."""
        filed: dict[str, dict[T, list[str]]] = {}
        for pattern, value in entries:
            for first, rest in _openings(_expanded(pattern, lists or {}).split(), pattern):
                filed.setdefault(first, {}).setdefault(value, []).append(rest)
        self._first: dict[str, list[tuple[re.Pattern[str], T]]] = {
            first: [
                # Longest first: an alternative that stops early must not hide one that says more.
                (re.compile("(?:" + "|".join(sorted(set(rests), key=lambda r: (-len(r), r))) + ")"), value)
                for value, rests in values.items()
            ]
            for first, values in filed.items()
        }
        self._stems = sorted(first[:-1] for first in self._first if first.endswith("*"))
        self._memo: dict[str, list[tuple[re.Pattern[str], T]]] = {}

    def scan(self, keys: Sequence[str]) -> list[Match[T]]:
        """Return the longest match of each value at each place, in the order of their first word."""
        places, here = [], 1
        for key in keys:
            places.append(here)
            here += len(key) + 1
        line = " " + " ".join(keys) + " "
        found = []
        for start, key in enumerate(keys):
            for rest, value in self._opening(key):
                match = rest.match(line, places[start] + len(key))
                if match:
                    found.append(Match(start, bisect_left(places, match.end() + 1), value))
        return found

    def _opening(self, key: str) -> list[tuple[re.Pattern[str], T]]:
        known = self._memo.get(key)
        if known is None:
            names = [key, *(stem + "*" for stem in self._stems if key.startswith(stem))]
            names += ["#"] if key.isdigit() else []
            known = [entry for name in names for entry in self._first.get(name, ())]
            if len(self._memo) < 100_000:  # noqa: PLR2004 - a hostile text must not fill the memory
                self._memo[key] = known
        return known


def _expanded(pattern: str, lists: Mapping[str, str]) -> str:
    return re.sub(r"@(\w+)", lambda found: lists[found[1]], pattern)


def _openings(parts: Sequence[str], pattern: str) -> list[tuple[str, str]]:
    """Return each word that may begin the pattern, with the expression of what follows it."""
    found = []
    for place, part in enumerate(parts):
        if part[0] == "~":
            raise ValueError(f"a pattern begins with words, not with a gap: {pattern!r}")
        rest = "".join(_step(after) for after in parts[place + 1 :]) + "(?= )"
        for word in part.removeprefix("?").split("/"):
            first, *others = word.split("_")
            found.append((first, "".join(_step(other) for other in others) + rest))
        if part[0] != "?":
            return found
    raise ValueError(f"this pattern may match nothing: {pattern!r}")


def _step(part: str) -> str:
    if part[0] == "~":
        return f"(?: {_WORD}){{0,{part[1:]}}}"
    words = "|".join(_written(word) for word in part.removeprefix("?").split("/"))
    return f"(?: (?:{words}){_END})" + ("?" if part[0] == "?" else "")


_END = "(?= )"


def _written(word: str) -> str:
    """Return the expression of one word; "_" joins the words of an alternative."""
    steps = [
        r"\d+"
        if part == "#"
        else re.escape(part.removesuffix("*")) + (r"[^ .]*" if part.endswith("*") else "")
        for part in word.split("_")
    ]
    return " ".join(steps)
