"""Take an import back."""

from ereput.domain.errors import RefusedError
from ereput.jobs.context import Context
from ereput.store import batches, coverage, journal, practitioners, rollups


def undo_batch(context: Context, batch_id: int) -> int:
    """Take back what an import did and return how many publications went; a second time is refused."""
    with context.store.writing() as connection:
        batch = batches.read_one(connection, context.viewer, batch_id)
        if batch.undone_at is not None:
            raise RefusedError(f"L’import n° {batch_id} est déjà annulé.")
        owners = batches.touched(connection, batch_id)
        practitioners.lock_versions(connection, owners)
        gone = batches.undo(connection, batch_id, now=context.now)
        rollups.rebuild(connection, owners)
        coverage.settle(connection, owners)
        practitioners.bump_versions(connection, owners)
        journal.note(
            connection, context.viewer, "import annulé", subject=f"import {batch_id}", now=context.now
        )
    return gone
