"""All that is read in one text, at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from ereput.domain.publication import Label
from ereput.text.hints import hints_in
from ereput.text.normalise import clean, sentences, tokens
from ereput.text.sentiment import NOTHING, sentiment
from ereput.text.themes import themes_in

SIGNALS_VERSION = 1
"""Raise it whenever the same text may give other signals: stored signals are then computed again."""

NEGATIVE_STARS = 2.0
POSITIVE_STARS = 4.0
_MIDDLE = 3.0
_HALF_SCALE = 2.0
_CLEARLY = 0.5
_ACCUSING = frozenset(("injure", "haine", "menace", "fait_precis"))
"""Whoever insults, threatens or accuses is no satisfied patient, whatever the other words."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What a publication says.

    `label` and `score` (-1 to 1) come from the stars when there are any, else from the text.
    `themes` are (theme, polarity) pairs of `data/themes.yaml`; `hints` name what a person should
    check; `evidence` quotes the words that weighed; `contradiction` is true when stars and words
    clearly disagree.
    """

    label: Label
    score: float
    themes: tuple[tuple[str, Label], ...] = ()
    hints: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    contradiction: bool = False


def signals(text: str | None, *, rating: float | None = None) -> Signals:
    """Read one publication; `rating` is on 5. Never raises: anything that is no text is read as empty."""
    readable = clean(text)
    words = tokens(readable)
    parts = sentences(words)
    hints = tuple(hint.kind for hint in hints_in(readable, words))
    said = sentiment(readable, words, parts)
    spoken = themes_in(words, parts, said) if said is not NOTHING else ()
    if not _ACCUSING.isdisjoint(hints) and said.label in (Label.NEUTRAL, Label.UNSURE):
        said = replace(said, label=Label.NEGATIVE, score=min(said.score, -_CLEARLY))
    label, score, contradiction = said.label, said.score, False
    stars = _on_five(rating)
    if stars is not None:
        label, score = _starred(stars)
        contradiction = _disagree(label, said.label, said.score)
    return Signals(label, score, spoken, hints, said.evidence, contradiction)


def signals_many(texts: Iterable[str | None], ratings: Iterable[float | None] | None = None) -> list[Signals]:
    """Read many publications; equal pairs of text and rating are read once.

    Raises:
        ValueError: there are not as many ratings as texts.
    """
    wanted: Sequence[str | None] = list(texts)
    stars: Sequence[float | None] = [None] * len(wanted) if ratings is None else list(ratings)
    known: dict[tuple[str, float | None], Signals] = {}
    found = []
    for text, rating in zip(wanted, stars, strict=True):
        key = (text if isinstance(text, str) else clean(text), _on_five(rating))
        if key not in known:
            known[key] = signals(key[0], rating=key[1])
        found.append(known[key])
    return found


def score_table(texts: Iterable[str | None]) -> list[dict[str, str | float]]:
    """Return a row a text, in the same order, as `ereput score` writes them.

    `label` (neg, neu, pos, incertain), `score` (-1 to 1), `themes` ("attente:neg|accueil:pos"),
    `hints` ("injure|menace"), `evidence` (quotations separated by " | ").
    """
    return [
        {
            "label": read.label.value,
            "score": read.score,
            "themes": "|".join(f"{theme}:{polarity.value}" for theme, polarity in read.themes),
            "hints": "|".join(read.hints),
            "evidence": " | ".join(read.evidence),
        }
        for read in signals_many(texts)
    ]


def is_negative(rating: float | None, read: Signals) -> bool:
    """Tell whether the weekly negatives count it: <= 2 of 5, or no rating and a clearly negative text."""
    stars = _on_five(rating)
    if stars is not None:
        return stars <= NEGATIVE_STARS
    return read.label is Label.NEGATIVE and read.score <= -_CLEARLY


def _on_five(rating: object) -> float | None:
    """Return a usable rating, or None (absent, NaN, no number)."""
    if isinstance(rating, bool) or not isinstance(rating, (int, float)):
        return None
    return float(rating) if isfinite(rating) else None


def _starred(stars: float) -> tuple[Label, float]:
    score = round(max(-1.0, min(1.0, (stars - _MIDDLE) / _HALF_SCALE)), 4)
    if stars <= NEGATIVE_STARS:
        return Label.NEGATIVE, score
    return (Label.POSITIVE if stars >= POSITIVE_STARS else Label.NEUTRAL), score


def _disagree(stars: Label, words: Label, score: float) -> bool:
    opposite = {stars, words} == {Label.NEGATIVE, Label.POSITIVE}
    return opposite and abs(score) >= _CLEARLY
