"""Say whose the rows are that wait."""

from ereput.domain.errors import RefusedError
from ereput.ingest.packing import unpack
from ereput.ingest.reading import Reading
from ereput.jobs.context import Context
from ereput.jobs.importing import Outcome, Request, store_publications
from ereput.store import journal, places, practitioners


def assign(context: Context, *, portfolio_id: int, place_key: int, practitioner: str) -> Outcome:
    """Give a place's waiting rows to a practitioner, and remember the place for the next imports."""
    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, practitioner)
        packed = places.take_waiting(
            connection, context.viewer, portfolio_id=portfolio_id, place_key=place_key
        )
    if not packed:
        raise RefusedError("Rien n’attend plus pour ce lieu : quelqu’un l’a peut-être déjà affecté.")
    drafts = [unpack(text) for text in packed]
    request = Request("file", f"Lignes affectées à {who.name}", practitioner_id=who.id)
    outcome = store_publications(context, request, lambda: Reading("reviews", "attente", items=iter(drafts)))
    with context.store.writing() as connection:
        places.remember(connection, portfolio_id=portfolio_id, place_key=place_key, practitioner_id=who.id)
        places.clear_waiting(connection, portfolio_id=portfolio_id, place_key=place_key)
        journal.note(connection, context.viewer, "lieu affecté", subject=who.slug, now=context.now)
    return outcome
