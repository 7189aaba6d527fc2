"""Score texts on every core: in this process for a small import, in others or on a cluster for a large one.

The functions are the same, so are the results, and chunks come back in the order they went.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from functools import partial
from typing import Any, Self

from ereput import settings
from ereput.jobs import engine
from ereput.text import SIGNALS_VERSION, Signals, is_negative, signals_many

SMALL = 10_000  # texts: below, starting processes costs more than it saves
AHEAD = 3  # chunks in flight a process: what bounds memory

Chunk = tuple[list[Any], list[Signals]]
Work = Callable[[], list[Signals]]


class Scoring:
    """Chunks of rows in, the same rows with the signals of their texts out."""

    def __init__(self, processes: int | None = None) -> None:
        self.processes = processes or os.cpu_count() or 1
        self.has_cluster = bool(settings.load().dask)
        self.pool: Executor | None = None
        self.opened = ExitStack()
        self.waiting: deque[tuple[list[Any], Work, Future[list[Signals]] | None]] = deque()
        self.texts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.opened.close()

    def submit(self, rows: list[Any], texts: Sequence[str], ratings: Sequence[float | None]) -> None:
        """Take a chunk; `texts` and `ratings` are those of its rows that need signals."""
        self.texts += len(texts)
        if self.texts > SMALL and self.pool is None and (self.processes > 1 or self.has_cluster):
            self.pool = self.opened.enter_context(engine.executor(self.processes))
        future = self.pool.submit(signals_many, texts, ratings) if self.pool is not None and texts else None
        self.waiting.append((rows, partial(signals_many, texts, ratings), future))

    def ready(self) -> Iterator[Chunk]:
        """Yield the chunks that are done, and wait for one where too many are under way."""
        while self.waiting:
            future = self.waiting[0][2]
            full = len(self.waiting) >= AHEAD * self.processes
            if future is not None and not future.done() and not full:
                return
            yield self._next()

    def rest(self) -> Iterator[Chunk]:
        """Yield all that is left, in order."""
        while self.waiting:
            yield self._next()

    def _next(self) -> Chunk:
        rows, here, future = self.waiting.popleft()
        if future is None:
            return rows, here()
        try:
            return rows, future.result()
        except BrokenProcessPool:
            # A process was killed: the same function gives the same signals in this one.
            return rows, here()


def words(title: str, text: str) -> str:
    """Return all that a publication says, as it is read."""
    return f"{title}. {text}" if title and text else title or text


def columns(rating: float | None, signal: Signals) -> dict[str, Any]:
    """Return what is stored of the signals of a publication, by column."""
    return {
        "label": signal.label.value,
        "score": signal.score,
        "is_negative": is_negative(rating, signal),
        "is_contradictory": signal.contradiction,
        "themes": "|".join(f"{theme}:{label}" for theme, label in signal.themes),
        "hints": "|".join(signal.hints),
        "evidence": "|".join(signal.evidence),
        "signals_version": SIGNALS_VERSION,
    }
