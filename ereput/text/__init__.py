"""What a French text says, without any network, clock or model to download.

Public, and stable:

- `SIGNALS_VERSION: int`: raised whenever the same text may give other signals.
- `Signals(label, score, themes, hints, evidence, contradiction)`: what one publication says.
- `signals(text, *, rating=None) -> Signals`: stars win when there are any (at most 2 of 5 is
  negative, at least 4 positive, between is neutral); words speak where there are none.
- `signals_many(texts, ratings=None) -> list[Signals]`: the same for many.
- `score_table(reads) -> list[dict]`: the rows that the command `score` writes.
- `recalibration.recalibrate(texts, ratings)`, `recalibration.apply(model, texts, reads)`: learn from
  one's own starred reviews, kept only when it reads better.
- `hint_labels() -> Mapping[str, str]`, `ereput.text.themes.themes() -> tuple[Theme, ...]`: French labels.
- `find_hints(text) -> tuple[Hint, ...]`: the hints of a text with the words that raised them.
- `near_identical(texts) -> list[int]`: clusters of texts that say nearly the same words.
- `mask(text) -> str`: a quotation without names, dates, contacts and health words.
- `is_negative(rating, signals) -> bool`: what counts in the weekly negatives.

Hints are never a verdict: they ask a person to check ("à vérifier par un humain").
"""

from ereput.text.hints import Hint, hint_labels
from ereput.text.masking import mask
from ereput.text.reading import (
    SIGNALS_VERSION,
    Signals,
    find_hints,
    is_negative,
    score_table,
    signals,
    signals_many,
)
from ereput.text.similar import near_identical
from ereput.text.themes import Theme

__all__ = [
    "SIGNALS_VERSION",
    "Hint",
    "Signals",
    "Theme",
    "find_hints",
    "hint_labels",
    "is_negative",
    "mask",
    "near_identical",
    "score_table",
    "signals",
    "signals_many",
]
