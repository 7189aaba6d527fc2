"""Expressions read from data files, and the one pass that finds them all in a text.

A pattern is a sequence of words as a French reader writes them; punctuation is never crossed:

- `accueil` this word, whatever its accents, case, doubled letters and usual misspellings;
- `recommand*` any word that begins so;
- `long/longue` one of these;  `@name` one of a list that the file defines;
- `?tres` this word or nothing (also `?long/longue`, `?@name`);
- `#` a number;  `~3` at most three words of any kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from ereput.text.normalise import Token, key_of, tokens

_ANY = "~"
_NUMBER = "#"
_STOP = "."
_MEMO_LIMIT = 400_000

T = TypeVar("T")


class Match(NamedTuple, Generic[T]):
    """An expression found from token `start` to token `end` (excluded)."""

    start: int
    end: int
    value: T


class _State(Generic[T]):
    """Where a reading stands: a set of places in the patterns, and what ends there."""

    __slots__ = ("ends", "moves", "places")

    def __init__(self, places: frozenset[int], ends: tuple[T, ...]) -> None:
        self.places = places
        self.ends = ends
        self.moves: dict[str, _State[T] | None] = {}


class Matcher(Generic[T]):
    """All the patterns of a lexicon as one automaton, made deterministic as texts are met.

    `scan` is linear in the text; the automaton forgets what it has learnt when it grows too large.
    """

    def __init__(self, entries: Iterable[tuple[str, T]], lists: Mapping[str, str] | None = None) -> None:
        self._arcs: list[dict[str, list[int]]] = [{}]
        self._ends: dict[int, list[T]] = {}
        self._stems: dict[str, set[str]] = {}
        for pattern, value in entries:
            for place in self._written(pattern, lists or {}):
                self._ends.setdefault(place, []).append(value)
        self._forget()

    def _forget(self) -> None:
        self._root: _State[T] = _State(frozenset((0,)), ())
        self._states: dict[frozenset[int], _State[T]] = {}
        self._size = 0

    def _written(self, pattern: str, lists: Mapping[str, str]) -> set[int]:
        """Add a pattern to the automaton; return the places where it ends."""
        here = {0}
        for part in pattern.split():
            if part[0] == _ANY:
                for _ in range(int(part[1:])):
                    here = here | {self._arc(here, _ANY)}
                continue
            words = part.removeprefix("?")
            for name in sorted(lists, key=len, reverse=True):
                words = words.replace(f"@{name}", lists[name])
            if "@" in words:
                raise ValueError(f"unknown list in a pattern: {part!r}")
            there = {self._path(here, _steps(word)) for word in words.split("/")}
            here = here | there if part[0] == "?" else there
        if 0 in here:
            raise ValueError(f"this pattern may match nothing: {pattern!r}")
        return here

    def _path(self, sources: set[int], steps: Sequence[str]) -> int:
        for step in steps:
            sources = {self._arc(sources, step)}
        return next(iter(sources))

    def _arc(self, sources: Iterable[int], step: str) -> int:
        self._arcs.append({})
        target = len(self._arcs) - 1
        for source in sources:
            self._arcs[source].setdefault(step, []).append(target)
        if step.endswith("*"):
            self._stems.setdefault(step[:2], set()).add(step)
        return target

    def _move(self, state: _State[T], key: str) -> _State[T] | None:
        """Learn, and return, where `key` leads from `state`."""
        self._size += 1
        steps = [key, *(stem for stem in self._stems.get(key[:2], ()) if key.startswith(stem[:-1]))]
        if key != _STOP:
            steps.append(_ANY)
        if key.isdigit():
            steps.append(_NUMBER)
        places = frozenset(t for place in state.places for s in steps for t in self._arcs[place].get(s, ()))
        if not places:
            state.moves[key] = None
            return None
        found = self._states.get(places)
        if found is None:
            ends = tuple(
                dict.fromkeys(value for place in sorted(places) for value in self._ends.get(place, ()))
            )
            found = self._states[places] = _State(places, ends)
        state.moves[key] = found
        return found

    def scan(self, words: Sequence[Token]) -> list[Match[T]]:
        """Return every match, overlapping ones too, in the order of their first word."""
        if self._size > _MEMO_LIMIT:
            self._forget()
        keys = [word.key for word in words]
        root, last = self._root, len(keys)
        moves = root.moves
        for key in set(keys).difference(moves):
            self._move(root, key)
        found: list[Match[T]] = []
        for start in [i for i, key in enumerate(keys) if moves[key] is not None]:
            state = moves[keys[start]]
            position = start + 1
            while state is not None:
                if state.ends:
                    found.extend([Match(start, position, value) for value in state.ends])
                if position == last:
                    break
                key = keys[position]
                state = state.moves[key] if key in state.moves else self._move(state, key)
                position += 1
        return found


def _steps(word: str) -> list[str]:
    """Return the steps of one written word: "n'est" is two, "recommand*" is one."""
    if word == _NUMBER:
        return [_NUMBER]
    keys = [token.key for token in tokens(word.removesuffix("*"))]
    if not keys:
        raise ValueError(f"no word in a pattern: {word!r}")
    if word.endswith("*"):
        keys[-1] = key_of(word.removesuffix("*")) + "*"
    return keys


def longest(matches: Iterable[Match[T]]) -> list[Match[T]]:
    """Keep, from left to right, the longest match of each place, without overlap.

    Of two entries that match the same words, the one written first in the lexicon stays.
    """
    kept: list[Match[T]] = []
    for match in sorted(matches, key=lambda m: (m.start, -m.end)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept


def read_lexicon(path: Path) -> tuple[list[list[str]], dict[str, str]]:
    """Return the rows of a tab-separated lexicon, and its lists by name.

    Rows whose first cell begins with "@" define lists; lines that begin with "#" are comments.

    Raises:
        OSError: the file cannot be read.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    lists = {row[0].removeprefix("@"): row[1] for row in rows if row[0].startswith("@")}
    return [row for row in rows if not row[0].startswith("@")], lists
