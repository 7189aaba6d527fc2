"""What people say of two publications that may be one: the same, or two."""

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.jobs.context import Context
from ereput.store import coverage, doubts, journal, practitioners, reads_sources, rollups

MOST = 10_000
"""Pairs of one practitioner that are looked through; nobody decides on as many by hand."""


def merge(context: Context, practitioner_id: int, newer: int, older: int) -> None:
    """Say that both are one: the newer goes, unless a case was opened on it alone.

    Raises:
        RefusedError: the pair is not in view or decided already, or a case stands on each.

    """
    with context.store.writing() as connection:
        _undecided(connection, context, practitioner_id, (newer, older))
        practitioners.lock_versions(connection, [practitioner_id])
        kept, gone = older, newer
        if doubts.has_case(connection, practitioner_id, gone):
            kept, gone = gone, kept
            if doubts.has_case(connection, practitioner_id, gone):
                raise RefusedError("Un dossier est ouvert sur chacun de ces deux avis : ils restent séparés.")
        doubts.decide(connection, practitioner_id, (newer, older), doubts.SAME)
        doubts.merge(connection, practitioner_id, kept=kept, gone=gone, now=context.now)
        rollups.rebuild(connection, [practitioner_id])
        coverage.settle(connection, [practitioner_id])
        practitioners.bump_versions(connection, [practitioner_id])
        journal.note(
            connection,
            context.viewer,
            "avis fusionnés",
            subject=f"publication {kept}",
            detail=f"publication {gone} retirée",
            now=context.now,
        )


def keep_both(context: Context, practitioner_id: int, newer: int, older: int) -> None:
    """Say that they are two; they are never shown as a pair again.

    Raises:
        RefusedError: the pair is not in view or decided already.

    """
    with context.store.writing() as connection:
        _undecided(connection, context, practitioner_id, (newer, older))
        doubts.decide(connection, practitioner_id, (newer, older), doubts.TWO)
        journal.note(
            connection,
            context.viewer,
            "avis distincts",
            subject=f"publication {newer}",
            detail=f"publication {older}",
            now=context.now,
        )


def _undecided(
    connection: sa.Connection, context: Context, practitioner_id: int, pair: tuple[int, int]
) -> None:
    pairs = reads_sources.undecided_pairs(
        connection, context.viewer, practitioner_id=practitioner_id, limit=MOST
    )
    if all((row.publication_id, row.other_id) != pair for row in pairs):
        raise RefusedError("Cette paire d’avis n’est plus à décider.")
