"""All that is read in one text, at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from ereput.domain.publication import Label
from ereput.text.hints import Hint, hint_labels, hints_in
from ereput.text.normalise import clean, sentences, tokens
from ereput.text.opinion import Read, Verdict, opinion_model
from ereput.text.sentiment import NOTHING, sentiment
from ereput.text.themes import themes_in
from ereput.text.verdict import evidence_of, hints_of, opinion_of, quoted, themes_of

SIGNALS_VERSION = 3
"""Raise it whenever the same text may give other signals: stored signals are then computed again."""

NEGATIVE_STARS = 2.0
POSITIVE_STARS = 4.0
_MIDDLE = 3.0
_HALF_SCALE = 2.0
_CLEARLY = 0.5
_ACCUSING = frozenset(("injure", "haine", "menace", "fait_precis"))
_BATCH = 256


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
    return _starred(_read([clean(text)])[0], _on_five(rating))


def signals_many(texts: Iterable[str | None], ratings: Iterable[float | None] | None = None) -> list[Signals]:
    """Read many publications; equal texts are read once.

    Raises:
        ValueError: there are not as many ratings as texts.
    """
    wanted = [clean(text) for text in texts]
    stars: list[float | None] = [None] * len(wanted) if ratings is None else list(ratings)
    if len(stars) != len(wanted):
        raise ValueError(f"{len(stars)} ratings for {len(wanted)} texts")
    distinct = list(dict.fromkeys(wanted))
    read = [said for i in range(0, len(distinct), _BATCH) for said in _read(distinct[i : i + _BATCH])]
    known = dict(zip(distinct, read, strict=True))
    return [_starred(known[text], _on_five(rating)) for text, rating in zip(wanted, stars, strict=True)]


def _read(texts: Sequence[str]) -> list[Signals]:
    """Read cleaned texts, one kind of signal after the other: each lexicon stays in the processor's cache."""
    read = _by_rules(texts)
    verdicts = iter(opinion_model().judge([one for one in read if one.said is not NOTHING]))
    return [_together(one, next(verdicts) if one.said is not NOTHING else None) for one in read]


def _by_rules(texts: Sequence[str]) -> list[Read]:
    cut = [tokens(text) for text in texts]
    parts = [sentences(words) for words in cut]
    said = [sentiment(*one) for one in zip(texts, cut, parts, strict=True)]
    spoken = [
        themes_in(words, part, one) if one is not NOTHING else ()
        for words, part, one in zip(cut, parts, said, strict=True)
    ]
    hints = [
        tuple(hint.kind for hint in hints_in(text, words)) for text, words in zip(texts, cut, strict=True)
    ]
    return [Read(*one) for one in zip(texts, cut, said, spoken, hints, strict=True)]


def _together(read: Read, verdict: Verdict | None) -> Signals:
    """Return what the rules and the model say; whoever insults, threatens or accuses is no satisfied patient.

    A text that is not French has no verdict: only the hints of the lists are kept.
    """
    if verdict is None:
        is_accusing = not _ACCUSING.isdisjoint(read.hints)
        label, score = (Label.NEGATIVE, -_CLEARLY) if is_accusing else (read.said.label, read.said.score)
        return Signals(label, score, (), read.hints, read.said.evidence)
    hints = hints_of(read, verdict)
    label, score = opinion_of(read, verdict)
    if label in (Label.NEUTRAL, Label.UNSURE) and not _ACCUSING.isdisjoint(hints):
        label, score = Label.NEGATIVE, min(score, -_CLEARLY)
    return Signals(label, score, themes_of(read, verdict), hints, evidence_of(read, verdict, label))


def find_hints(text: str | None) -> tuple[Hint, ...]:
    """Return what a person should check in any text, with the words that raised it. Never raises."""
    (read,) = _by_rules([clean(text)])
    listed = {hint.kind: hint.words for hint in hints_in(read.text, read.words)}
    if read.said is NOTHING:
        return tuple(Hint(kind, hint_labels()[kind], words) for kind, words in listed.items())
    (verdict,) = opinion_model().judge([read])
    return tuple(
        Hint(kind, hint_labels()[kind], listed.get(kind) or quoted(read, verdict.why(kind, 1.0)))
        for kind in hints_of(read, verdict)
    )


def _starred(read: Signals, stars: float | None) -> Signals:
    """Let the stars win over the words, and say when they clearly disagree."""
    if stars is None:
        return read
    score = round(max(-1.0, min(1.0, (stars - _MIDDLE) / _HALF_SCALE)), 4)
    if stars <= NEGATIVE_STARS:
        label = Label.NEGATIVE
    else:
        label = Label.POSITIVE if stars >= POSITIVE_STARS else Label.NEUTRAL
    opposite = {label, read.label} == {Label.NEGATIVE, Label.POSITIVE}
    return replace(read, label=label, score=score, contradiction=opposite and abs(read.score) >= _CLEARLY)


def score_table(reads: Iterable[Signals]) -> list[dict[str, str | float]]:
    """Return a row a reading, in the same order, as `ereput score` writes them.

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
        for read in reads
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
