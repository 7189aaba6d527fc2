"""What the opinion model sees of a text: its words, their neighbours, their senses, and what the rules read.

A text is a set of items (distinct words, those under a negation marked, and pairs of neighbours), each worth
a fixed set of named features, all divided by the square root of the number of words, so that a word or a pair
met again costs one look-up; and of a few extra features of the text as a whole.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from math import log1p, sqrt
from pathlib import Path

from ereput.domain.publication import Label
from ereput.text.normalise import DATA, Token, key_of, keys_of
from ereput.text.sentiment import Sentiment

FEATURES_VERSION = "1"
"""Raise it whenever the same text may give other features: the model is then to be trained anew."""

NEGATED = "~"
_NEGATORS = keys_of("pas jamais rien aucun aucune ni sans plus guère nullement")
_SCOPE = 4
_WORD, _PAIR, _LETTERS, _SENSE, _RULES = 2.0, 2.0, 1.5, 1.0, 2.0
_SIZES = (3, 4, 5)
_SHORTEST_STEM = 2
_VERY_SHORT = 5
_MANY = 3
_HEAVY, _PIECE = 4.0, 3.0
_CAPITAL = re.compile("[A-ZÀ-ÖØ-Þ]")
_FIGURES = re.compile(r"\d+")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


@cache
def senses(path: Path = DATA / "lexicon" / "senses.tsv") -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the senses of each whole word, and of each beginning of words, by key.

    Raises:
        OSError: the file cannot be read.
        ValueError: a row is not "sense, words".
    """
    whole: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        sense, words = line.split("\t")
        for word in words.split():
            known = stems if word.endswith("*") else whole
            named = known.setdefault(key_of(word.removesuffix("*")), [])
            if sense not in named:
                named.append(sense)
    return whole, stems


def senses_of(key: str) -> tuple[str, ...]:
    """Return the senses of a word known by its key, sorted."""
    whole, stems = senses()
    found = set(whole.get(key, ()))
    for size in range(_SHORTEST_STEM, len(key) + 1):
        found.update(stems.get(key[:size], ()))
    return tuple(sorted(found))


def items(words: Sequence[Token]) -> tuple[list[str], float]:
    """Return the distinct items of a text, in order, and what each weighs.

    An item is a word ("attente"), a word that a negation precedes in its clause ("~attente"), or two
    neighbours ("deux heures").
    """
    found: dict[str, None] = {}
    pairs: dict[str, None] = {}
    before, left = "", 0
    for word in words:
        key = word[0]
        if key == ".":
            before, left = "", 0
            continue
        found[NEGATED + key if left else key] = None
        if before:
            pairs[f"{before} {key}"] = None
        before = key
        if key in _NEGATORS:
            left = _SCOPE
        elif left:
            left -= 1
    return [*found, *pairs], 1 / sqrt(len(found) or 1)


def features_of(item: str) -> dict[str, float]:
    """Return the named features of an item, before they are divided by the length of the text."""
    if " " in item:
        return {f"b:{item}": _PAIR}
    key = item.removeprefix(NEGATED)
    is_negated = key != item
    if key.isdigit():
        key = "#" * len(key)
    found = {f"w:{key}": _WORD}
    if is_negated:
        found[f"n:{key}"] = _WORD
    if key.isalpha():
        letters = f"<{key}>"
        parts = [letters[i : i + size] for size in _SIZES for i in range(len(letters) - size + 1)]
        for part in parts:
            found[f"c:{part}"] = found.get(f"c:{part}", 0.0) + _LETTERS / sqrt(len(parts))
    mark = "ns" if is_negated else "s"
    return found | {f"{mark}:{sense}": _SENSE for sense in senses_of(key)}


def shape(text: str, size: int) -> dict[str, float]:
    """Return how a text is written: length (`size` words), punctuation, figures, capitals, emoji."""
    found = {
        "d:length": log1p(size) / 4,
        "d:short": float(size <= _VERY_SHORT),
        "d:exclamation": min(_MANY, text.count("!")) / _MANY,
        "d:question": min(2, text.count("?")) / 2,
        "d:ellipsis": float("…" in text or "..." in text),
        "d:quotes": float("«" in text or '"' in text),
        "d:colon": float(":" in text),
        "d:bracket": float("(" in text),
        "d:money": float("€" in text),
        "d:capitals": len(_CAPITAL.findall(text)) / max(1, len(text)),
        "d:figures": min(_MANY, len(_FIGURES.findall(text))) / _MANY,
    }
    if not text.isascii():
        found |= {f"e:{sign}": 0.7 for sign in _EMOJI.findall(text)}
    return found


def readings(
    said: Sentiment, themes: Sequence[tuple[str, Label]], hints: Sequence[str]
) -> Mapping[str, float]:
    """Return what the rules and lexica read in a text, which the model weighs like any other feature."""
    found: dict[str, float] = {f"l:{said.label.value}": 0.5, "l:score": said.score}
    weights = [piece.weight for piece in said.pieces if piece.weight]
    if weights:
        found["l:good"] = min(2.0, sum(weight for weight in weights if weight > 0) / _HEAVY)
        found["l:bad"] = min(2.0, -sum(weight for weight in weights if weight < 0) / _HEAVY)
        found["l:first"] = max(-1.0, min(1.0, weights[0] / _PIECE))
        found["l:last"] = max(-1.0, min(1.0, weights[-1] / _PIECE))
        found["l:worst"], found["l:best"] = min(weights) / _PIECE, max(weights) / _PIECE
    for theme, label in themes:
        found[f"l:{theme}"] = found[f"l:{theme} {label.value}"] = 0.5
    for hint in hints:
        found[f"l:{hint}"] = 1.0
    return {name: _RULES * value for name, value in found.items()}
