"""Score texts on every core: in this process for a small import, in others for a large one.

The functions are the same, so are the results, and chunks come back in the order they went.
"""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Self

from ereput.text import Signals, signals_many

SMALL = 10_000  # texts: below, starting processes costs more than it saves
AHEAD = 3  # chunks in flight a process: what bounds memory

Chunk = tuple[list[Any], list[Signals]]


class Scoring:
    """Chunks of rows in, the same rows with the signals of their texts out."""

    def __init__(self, processes: int | None = None) -> None:
        self.processes = processes or os.cpu_count() or 1
        self.pool: ProcessPoolExecutor | None = None
        self.waiting: deque[tuple[list[Any], Future[list[Signals]] | list[Signals]]] = deque()
        self.texts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def submit(self, rows: list[Any], texts: Sequence[str], ratings: Sequence[float | None]) -> None:
        """Take a chunk; `texts` and `ratings` are those of its rows that need signals."""
        self.texts += len(texts)
        if self.texts > SMALL and self.processes > 1 and self.pool is None:
            # Spawned, not forked: the dashboard's process has threads.
            self.pool = ProcessPoolExecutor(self.processes, mp_context=get_context("spawn"))
        if self.pool is not None and texts:
            self.waiting.append((rows, self.pool.submit(signals_many, texts, ratings)))
        else:
            self.waiting.append((rows, signals_many(texts, ratings)))

    def ready(self) -> Iterator[Chunk]:
        """Yield the chunks that are done, and wait for one where too many are under way."""
        while self.waiting:
            future = self.waiting[0][1]
            if (
                isinstance(future, Future)
                and not future.done()
                and len(self.waiting) < AHEAD * self.processes
            ):
                return
            yield self._next()

    def rest(self) -> Iterator[Chunk]:
        """Yield all that is left, in order."""
        while self.waiting:
            yield self._next()

    def _next(self) -> Chunk:
        rows, scored = self.waiting.popleft()
        return rows, scored.result() if isinstance(scored, Future) else scored
