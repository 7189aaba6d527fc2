"""Read stored texts again when the rules that read them have changed, or when an edit was taken back."""

from collections.abc import Sequence
from typing import Any

from ereput.jobs.context import Context
from ereput.jobs.scoring import Scoring, columns, words
from ereput.store import journal, practitioners, publications, rollups
from ereput.text import SIGNALS_VERSION, Signals

CHUNK = 2_000


def rescore(context: Context) -> int:
    """Give every publication the signals of the rules in force; return how many were read again.

    A chunk is a transaction: interrupted, it goes on from there. A publication that somebody edits meanwhile
    keeps the signals of its edit.
    """
    with context.store.reading() as connection:
        if journal.read_preference(connection, publications.SIGNALS) == str(SIGNALS_VERSION):
            return 0
    done, after = 0, (0, 0)
    with Scoring() as scoring:
        while True:
            with context.store.reading() as connection:
                rows = publications.read_outdated(connection, SIGNALS_VERSION, after=after, limit=CHUNK)
            if not rows:
                break
            after = (rows[-1].practitioner_id, rows[-1].id)
            scoring.submit(
                list(rows), [words(row.title, row.body) for row in rows], [row.rating for row in rows]
            )
            for ready, signals in scoring.ready():
                done += _write(context, ready, signals)
        for ready, signals in scoring.rest():
            done += _write(context, ready, signals)
    with context.store.writing() as connection:
        if not publications.read_outdated(connection, SIGNALS_VERSION, after=(0, 0), limit=1):
            journal.write_preference(connection, publications.SIGNALS, str(SIGNALS_VERSION))
    return done


def _write(context: Context, rows: Sequence[Any], signals: Sequence[Signals]) -> int:
    """Write the signals of a chunk, and count its practitioners anew."""
    owners = sorted({row.practitioner_id for row in rows})
    with context.store.writing() as connection:
        practitioners.lock_versions(connection, owners)
        publications.write_signals(
            connection,
            [
                {
                    "who": row.practitioner_id,
                    "which": row.id,
                    "seen": row.content,
                    **columns(row.rating, read),
                }
                for row, read in zip(rows, signals, strict=True)
            ],
        )
        rollups.rebuild(connection, owners)
        practitioners.bump_versions(connection, owners)
    return len(rows)
