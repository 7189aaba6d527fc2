"""What a text speaks of, and how it speaks of it, from `data/themes.yaml`."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ereput.domain.publication import Label
from ereput.text.lexicon import Match, Matcher
from ereput.text.normalise import DATA, Token, keys_of
from ereput.text.sentiment import Piece, Sentiment

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TURN = keys_of("mais cependant pourtant toutefois malgré hormis sauf contre revanche")
_CROSSING_A_COMMA = 3
_CROSSING_A_TURN = 8
_REACH = 9
_NEAR = 5
_WINDOW = 25
_CLEAR = 0.4


@dataclass(frozen=True, slots=True)
class Theme:
    """A subject of `data/themes.yaml`: `id` is stored, `label` is French and shown."""

    id: str
    label: str


class _Sign(NamedTuple):
    theme: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Lexicon:
    themes: tuple[Theme, ...]
    matcher: Matcher[_Sign]
    unless: Mapping[str, frozenset[str]]


@cache
def _lexicon(path: Path = DATA / "themes.yaml") -> _Lexicon:
    read: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    entries = []
    for theme in read["themes"]:
        rows = {
            "word": theme["words"],
            "except": theme.get("except", []),
            "weak": theme.get("weak", {}).get("words", []),
        }
        entries += [
            (pattern, _Sign(theme["id"], kind))
            for kind, lines in rows.items()
            for line in lines
            for pattern in line.split(" | ")
        ]
    return _Lexicon(
        themes=tuple(Theme(theme["id"], theme["label"]) for theme in read["themes"]),
        matcher=Matcher(entries, read["lists"]),
        unless={
            theme["id"]: frozenset(theme["weak"]["unless"]) for theme in read["themes"] if "weak" in theme
        },
    )


def themes() -> tuple[Theme, ...]:
    """Return the themes in the order of the file.

    Raises:
        OSError: the file cannot be read.
    """
    return _lexicon().themes


def themes_in(
    words: Sequence[Token], sentences: Sequence[int], said: Sentiment
) -> tuple[tuple[str, Label], ...]:
    """Return each theme of a text with its polarity, in the order of `themes`.

    A mention takes the polarity of the opinion it holds, else of the nearest one in its sentence,
    else of the whole text.
    """
    mentions = _mentions(words, sentences)
    heavy = [piece for piece in said.pieces if piece.weight]
    weights: dict[str, list[float]] = {}
    for mention in mentions:
        weight = _weight_near(mention, words, sentences, heavy)
        weights.setdefault(mention.value.theme, []).append(weight)
    return tuple(
        (theme.id, _polarity(weights[theme.id], said.label)) for theme in themes() if theme.id in weights
    )


def _mentions(words: Sequence[Token], sentences: Sequence[int]) -> list[Match[_Sign]]:
    """Return what counts: no match inside an exception, no weak word beside what it speaks of."""
    found = sorted(_lexicon().matcher.scan(words), key=lambda m: (m.start, m.value.kind != "except"))
    spared: dict[str, int] = {}
    kept: list[Match[_Sign]] = []
    for match in found:
        theme, kind = match.value
        if kind == "except":
            spared[theme] = max(spared.get(theme, 0), match.end)
        elif match.end > spared.get(theme, 0):
            kept.append(match)
    if all(match.value.kind == "word" for match in kept):
        return kept
    owners: dict[str, list[int]] = {}
    for match in kept:
        if match.value.kind == "word":
            owners.setdefault(match.value.theme, []).append(match.start)
    return [m for m in kept if m.value.kind == "word" or not _beside(m, owners, sentences)]


def _beside(match: Match[_Sign], owners: Mapping[str, Sequence[int]], sentences: Sequence[int]) -> bool:
    """Tell whether a mention of another theme, in the same sentence, owns a weak word."""
    for theme in _lexicon().unless[match.value.theme]:
        starts = owners.get(theme, ())
        first = bisect_left(starts, match.start - _NEAR)
        if any(
            start <= match.end + _NEAR and sentences[start] == sentences[match.start]
            for start in starts[first : first + 2 * _NEAR]
        ):
            return True
    return False


def _weight_near(
    mention: Match[_Sign], words: Sequence[Token], sentences: Sequence[int], pieces: Sequence[Piece]
) -> float:
    """`pieces` is sorted; only those of the neighbourhood are looked at."""
    first = bisect_left(pieces, mention.start - _WINDOW, key=lambda piece: piece.start)
    last = bisect_left(pieces, mention.end + _WINDOW, key=lambda piece: piece.start)
    around = pieces[first:last]
    held = [p.weight for p in around if p.start < mention.end and mention.start < p.end]
    if held:
        return sum(held)
    here = [p for p in around if sentences[p.start] == sentences[mention.start]]
    near = min(here, key=lambda p: _distance(mention, p, words), default=None)
    return near.weight if near is not None and _distance(mention, near, words) <= _REACH else 0.0


def _distance(mention: Match[_Sign], piece: Piece, words: Sequence[Token]) -> float:
    """Count the words between, commas and turns counting more; what follows is a little nearer."""
    after = piece.start >= mention.end
    between = words[mention.end : piece.start] if after else words[piece.end : mention.start]
    cost = sum(
        _CROSSING_A_COMMA if word.is_stop else _CROSSING_A_TURN if word.key in _TURN else 1
        for word in between
    )
    return cost if after else cost + 0.5


def _polarity(weights: Sequence[float], otherwise: Label) -> Label:
    if not any(weights):
        return Label.NEUTRAL if otherwise is Label.UNSURE else otherwise
    total = sum(weights)
    if total >= _CLEAR:
        return Label.POSITIVE
    return Label.NEGATIVE if total <= -_CLEAR else Label.NEUTRAL
