"""What a French text says, without any network, clock or model to download.

Public, and stable:

- `SIGNALS_VERSION: int`: raised whenever the same text may give other signals.
- `Signals(label, score, themes, hints, evidence, contradiction)`: what one publication says.
- `signals(text, *, rating=None) -> Signals`: stars win when there are any (at most 2 of 5 is
  negative, at least 4 positive, between is neutral); words speak where there are none.
- `signals_many(texts, ratings=None) -> list[Signals]`: the same for many.
- `is_negative(rating, signals) -> bool`: what counts in the weekly negatives.

Hints are never a verdict: they ask a person to check ("à vérifier par un humain").
"""

from ereput.text.signals import SIGNALS_VERSION, Signals, is_negative, signals, signals_many

__all__ = ["SIGNALS_VERSION", "Signals", "is_negative", "signals", "signals_many"]
