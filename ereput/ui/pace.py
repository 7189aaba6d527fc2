"""How far an import is: rows read, rows a second, time left."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath

from ereput.facts import french

A_LINE_A_ROW = {".csv", ".tsv", ".txt", ".jsonl", ".ndjson"}
FAIR = 0.5
"""Seconds before a rate means anything."""
_MINUTE, _LONG = 60, 90


def rows_in(name: str, data: bytes | memoryview) -> int | None:
    """Return about how many rows a file holds, from its line ends; None where lines tell nothing.

    A text of several lines counts for several rows: the estimate is then too high, never too low.
    """
    if PurePath(name).suffix.lower() not in A_LINE_A_ROW:
        return None
    return max(bytes(data).count(b"\n") - 1, 1)


@dataclass(slots=True)
class Pace:
    """The progress of one import; `total` is an estimate of its rows, None when unknown."""

    total: int | None
    clock: Callable[[], float] = time.perf_counter
    started: float = field(init=False)

    def __post_init__(self) -> None:
        """Start counting."""
        self.started = self.clock()

    def share(self, rows: int) -> float:
        """Return how much is read, between 0 and 1; 0 when the total is unknown."""
        return min(rows / self.total, 1.0) if self.total else 0.0

    def text(self, rows: int) -> str:
        """Return « 12 000 lignes lues · 8 400 lignes/s · encore 3 s environ »."""
        told = [f"{french.number(rows)}\u00a0{french.noun(rows, 'ligne lue', 'lignes lues')}"]
        elapsed = self.clock() - self.started
        if elapsed >= FAIR and rows:
            rate = rows / elapsed
            told.append(f"{french.number(rate)}\u00a0lignes/s")
            if self.total:
                told.append(_left((self.total - rows) / rate))
        return " · ".join(told)


def _left(seconds: float) -> str:
    if seconds < 1:
        return "enregistrement"
    if seconds < _LONG:
        return f"encore {french.number(seconds)}\u00a0s environ"
    return f"encore {french.number(seconds / _MINUTE)}\u00a0min environ"
