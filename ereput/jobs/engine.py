"""Where the work on practitioners runs: in this process, on this machine's cores, or on a cluster.

The work is a function of one task: it opens its own store, does a block of practitioners in one
transaction, and may be done again without changing anything. So a process that is killed loses nothing:
its block is done anew elsewhere, and what it had already written is the same. The functions are the same
wherever they run, and so are their results.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from typing import Any, Protocol, TypeVar

from ereput import settings
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.jobs.context import Context
from ereput.store import Store, open_store

T = TypeVar("T")
R = TypeVar("R")
MOST_DEATHS = 5
"""Processes that may die under the same tasks before the tasks are thought to kill them."""


class Engine(Protocol):
    """Does tasks somewhere; the results come in the order in which they are ready."""

    def run(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
        """Yield the result of each task. A task may be done twice, its result is given once."""
        ...


@dataclass(frozen=True, slots=True)
class Here:
    """This process."""

    def run(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
        """Do the tasks one after the other."""
        yield from map(work, tasks)


@dataclass(frozen=True, slots=True)
class Processes:
    """Several processes of this machine."""

    count: int

    def run(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
        """Do the tasks side by side; those of a process that dies are done by others."""
        waiting = dict(enumerate(tasks))
        for _ in range(MOST_DEATHS):
            # Spawned, not forked: the dashboard's process has threads and open connections.
            with ProcessPoolExecutor(self.count, mp_context=get_context("spawn")) as pool:
                ranks = {pool.submit(work, task): rank for rank, task in waiting.items()}
                try:
                    for future in as_completed(ranks):
                        result = future.result()
                        del waiting[ranks[future]]
                        yield result
                except BrokenProcessPool:
                    continue
            return
        raise RefusedError(
            "Le calcul a été interrompu plusieurs fois de suite (mémoire insuffisante ?). "
            "Ce qui est fini est gardé ; relancez, au besoin avec moins de processus (EREPUT_PROCESSES)."
        )


@dataclass(frozen=True, slots=True)
class Dask:
    """A cluster, by the address of its scheduler: `tcp://host:8786`."""

    address: str

    def run(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
        """Do the tasks on the workers; those of a worker that dies are done by others."""
        from distributed import as_completed

        with self.client() as client:
            # Not pure: the same task twice is twice the work, even with the same arguments.
            futures = client.map(work, tasks, pure=False)
            for future in as_completed(futures, loop=client.loop):  # type: ignore[no-untyped-call]  # ships no types
                yield future.result()

    @contextmanager
    def client(self) -> Iterator[Any]:
        """Yield a client of the cluster, or refuse when it does not answer."""
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise RefusedError(
                "EREPUT_DASK demande le paquet « distributed » : pip install 'ereput[dask]'."
            ) from error
        try:
            client = Client(self.address, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]  # same
        except (OSError, TimeoutError, ValueError) as error:
            raise RefusedError(f"La grappe de calcul {self.address} ne répond pas.") from error
        with client:
            yield client


def chosen(store: Store) -> Engine:
    """Return the engine that the environment names: EREPUT_DASK, else EREPUT_PROCESSES, else this process."""
    loaded = settings.load()
    if loaded.dask:
        if store.is_sqlite:
            raise RefusedError(
                "Une grappe de calcul (EREPUT_DASK) demande PostgreSQL : un fichier SQLite ne se partage pas."
            )
        return Dask(loaded.dask)
    return Processes(loaded.processes) if loaded.processes > 1 else Here()


@contextmanager
def executor(processes: int) -> Iterator[Executor]:
    """Yield what scores texts: the cluster when there is one, else processes of this machine."""
    address = settings.load().dask
    if address:
        with Dask(address).client() as client:
            yield client.get_executor(pure=False)
        return
    # Spawned, not forked: the dashboard's process has threads.
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Place:
    """A context that can be sent to another process: the store by its address."""

    url: str
    viewer: Viewer
    now: datetime

    @classmethod
    def of(cls, context: Context) -> "Place":
        """Return the place of a context; whoever may only read sends no work."""
        if context.viewer.role is Role.READER:
            raise RefusedError("Votre rôle permet de lire, pas de modifier.")
        url = context.store.url.render_as_string(hide_password=False)
        return cls(url, context.viewer, context.now)

    def entered(self) -> Context:
        """Return the context in this process: one store a process, whatever the number of tasks."""
        return Context(_store(self.url), self.viewer, self.now)


@cache
def _store(url: str) -> Store:
    return open_store(url)
