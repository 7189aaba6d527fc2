"""Score texts on every core: in this process for a small import, in others for a large one.

The functions are the same, so are the results, and chunks come back in the order they went.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from typing import Any, Self

from ereput.text import Signals, signals_many

SMALL = 10_000  # texts: below, starting processes costs more than it saves
AHEAD = 3  # chunks in flight a process: what bounds memory

Chunk = tuple[list[Any], list[Signals]]
Work = Callable[[], list[Signals]]


class Scoring:
    """Chunks of rows in, the same rows with the signals of their texts out."""

    def __init__(self, processes: int | None = None) -> None:
        self.processes = processes or os.cpu_count() or 1
        self.pool: ProcessPoolExecutor | None = None
        self.waiting: deque[tuple[list[Any], Work, Future[list[Signals]] | None]] = deque()
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
