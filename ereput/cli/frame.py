"""What every command is made of: its surroundings, its answer, its progress."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ereput.jobs.context import Context
from ereput.jobs.viewers import enter
from ereput.settings import Settings, load, parse_now
from ereput.store import open_store

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command gives back: an object for programs, a text for people, an exit status."""

    payload: Json
    text: str = ""
    code: int = 0


class AddCommand(Protocol):
    """Add a command to the grammar and return its parser."""

    def __call__(
        self, name: str, run: Callable[[argparse.Namespace], Answer], help_text: str
    ) -> argparse.ArgumentParser:
        """Add one command."""
        ...


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the environment, as the options of the command amend it."""
    settings = load()
    if options.database:
        settings = replace(settings, database_url=options.database)
    if options.now:
        settings = replace(settings, frozen_now=parse_now(options.now))
    return settings


def context_of(options: argparse.Namespace) -> Context:
    """Return the surroundings of a job: the migrated store, who asks, what time it is."""
    settings = settings_of(options)
    store = open_store(settings.database_url)
    store.migrate()
    return enter(store, options.viewer, settings.now())


class Progress:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, title: str) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bar
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        self.bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed:,.0f} lignes"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self.task = self.bar.add_task(title, total=None)

    def __enter__(self) -> Callable[[int], None]:
        self.bar.start()
        return lambda done: self.bar.update(self.task, completed=done)

    def __exit__(self, *_: object) -> None:
        self.bar.stop()
