"""From the chances that the opinion model gives to what is shown: a label, themes, hints, quoted words."""

from collections.abc import Iterable
from math import exp, log

from ereput.domain.publication import Label
from ereput.text.hints import PRIVATE, gives_public_contact, hint_labels
from ereput.text.opinion import SETTLED, SIDE, Read, Verdict, opinion_model, side_of
from ereput.text.opinion_features import NEGATED
from ereput.text.themes import themes

_UNSURE = 0.05
"""Nearer to even than this, nothing can be told."""

_RULES, _WHOLE = 1.0, 0.25
_BESIDE = {Label.POSITIVE: 2.0, Label.NEGATIVE: -2.0, Label.NEUTRAL: 0.0, Label.UNSURE: 0.0, None: 0.0}
"""How many log-odds the rules, and the text as a whole, add: without effect when authors are left out of the
training, they make plain texts, rarer in the corpus than in life, read as a person reads them."""

_LEAST = 1e-4
_CLEAR = 0.8
_MODERATE = 0.49
_EVEN = 0.1
_LISTED = 0.3
"""How much of its usual chance a hint needs when a list points at words."""

_MAX_EVIDENCE = 6
_SHORT = 3


def opinion_of(read: Read, verdict: Verdict) -> tuple[Label, float]:
    """Return the label of a text, and its score: the chance that it is for, from -1 to 1.

    What the model alone reads is never clear enough for the weekly negatives, nor for a contradiction.
    """
    score = round(2 * _chance(_odds(verdict.chances[SIDE]) + _RULES * read.said.score) - 1, 4)
    is_clear = abs(score) > _CLEAR
    if not read.said.evidence:
        # No word of opinion that the rules know: plain facts look like implicit complaints to the model.
        score = max(-_MODERATE, min(_MODERATE, score))
    if verdict.chances[SETTLED] < opinion_model().thresholds[SETTLED] and not is_clear:
        return Label.NEUTRAL, max(-_MODERATE, min(_MODERATE, score))
    if abs(score) < _UNSURE:
        return Label.UNSURE, score
    return (Label.POSITIVE if score > 0 else Label.NEGATIVE), score


def themes_of(read: Read, verdict: Verdict) -> tuple[tuple[str, Label], ...]:
    """Return each theme that is likely enough, with its side, in the order of `themes`.

    The side is the model's, moved by that of the text and by what the rules read beside the theme.
    """
    limits, chances = opinion_model().thresholds, verdict.chances
    read_beside = dict(read.themes)
    whole = _WHOLE * _odds(chances[SIDE])
    return tuple(
        (
            theme.id,
            _side(_chance(_odds(chances[side_of(theme.id)]) + whole + _BESIDE[read_beside.get(theme.id)])),
        )
        for theme in themes()
        if chances[theme.id] > limits[theme.id]
    )


def _odds(chance: float) -> float:
    within = min(max(chance, _LEAST), 1 - _LEAST)
    return log(within / (1 - within))


def _chance(odds: float) -> float:
    return 1 / (1 + exp(-odds))


def _side(chance: float) -> Label:
    if abs(2 * chance - 1) < _EVEN:
        return Label.NEUTRAL
    return Label.POSITIVE if 2 * chance > 1 else Label.NEGATIVE


def hints_of(read: Read, verdict: Verdict) -> tuple[str, ...]:
    """Return what a person should check: what the model finds likely, sooner when a list points at it."""
    limits = opinion_model().thresholds
    found = tuple(
        hint
        for hint in hint_labels()
        if verdict.chances[hint] > limits[hint] * (_LISTED if hint in read.hints else 1)
    )
    if PRIVATE in found and PRIVATE not in read.hints and gives_public_contact(read.text):
        return tuple(hint for hint in found if hint != PRIVATE)
    return found


def evidence_of(read: Read, verdict: Verdict, label: Label) -> tuple[str, ...]:
    """Return the words that weighed, as written: those of the rules when they agree, then the model's."""
    known = read.said.evidence if label is read.said.label or label is Label.NEUTRAL else ()
    sign = 1.0 if verdict.chances[SIDE] > 1 / 2 else -1.0
    told = " ".join(known).casefold()
    more = (words for words in quoted(read, verdict.why(SIDE, sign)) if words.casefold() not in told)
    return tuple(dict.fromkeys((*known, *more)))[:_MAX_EVIDENCE]


def quoted(read: Read, items: Iterable[str]) -> tuple[str, ...]:
    """Return items of the model as the text writes them; words of three letters say too little alone."""
    keys = [word.key for word in read.words]
    found = []
    for item in items:
        first, _, second = item.removeprefix(NEGATED).partition(" ")
        if not second and len(first) <= _SHORT:
            continue
        place = _place(keys, first, second)
        last = read.words[place + bool(second)]
        found.append(read.text[read.words[place].start : last.end])
    return tuple(found)


def _place(keys: list[str], first: str, second: str) -> int:
    place = keys.index(first)
    while second and (place + 1 == len(keys) or keys[place + 1] != second):
        place = keys.index(first, place + 1)
    return place
