"""Scheduled commands: one run at a time, and the last one remembered."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from ereput.domain.errors import RefusedError
from ereput.facts import french
from ereput.jobs.context import Context
from ereput.store import notices

LEASE = timedelta(hours=1)
"""After which a run that never ended is thought dead, and another may begin."""
NAMES = {"refresh": "La relève des flux", "digest": "L’envoi des notifications"}


@dataclass(slots=True)
class Run:
    """A run under way; `outcome` is the sentence that will be remembered of it."""

    outcome: str = ""


@contextmanager
def alone(context: Context, name: str) -> Iterator[Run]:
    """Run a scheduled command unless the same one is under way, on this machine or another.

    Raises:
        RefusedError: it is under way.

    """
    holder = f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"
    with context.store.writing() as connection:
        until = context.now + LEASE
        if not notices.take(connection, name, holder=holder, now=context.now, until=until):
            since = notices.read_runs(connection)[name].started_at.astimezone(context.now.tzinfo)
            raise RefusedError(
                f"{NAMES.get(name, name)} est déjà en cours, depuis le {french.moment(since)}."
            )
    made, started = Run(), time.monotonic()
    try:
        yield made
    except BaseException as error:
        made.outcome = f"interrompue ({type(error).__name__})"
        raise
    finally:
        ended = context.now + timedelta(seconds=time.monotonic() - started)
        with context.store.writing() as connection:
            notices.give_back(connection, name, holder=holder, now=ended, outcome=made.outcome)
