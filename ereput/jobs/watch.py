"""The leaflet's regular watch: somebody searched the web for a practitioner, and says so."""

from ereput.jobs.context import Context
from ereput.store import journal, practitioners

LONGEST = 500


def done(context: Context, slug: str, note: str = "") -> bool:
    """Remember a watch, with what was found; return False when one is noted today already.

    Raises:
        RefusedError: the practitioner is not in view.

    """
    with context.store.writing() as connection:
        who = practitioners.read_one(connection, context.viewer, slug)
        last = journal.last_watch(connection, context.viewer, who.id)
        if last is not None and last.astimezone(context.now.tzinfo).date() == context.today:
            return False
        kept = " ".join(note.split())[:LONGEST]
        journal.insert_watch(connection, context.viewer, who.id, now=context.now, note=kept)
        journal.note(connection, context.viewer, "veille faite", subject=slug, now=context.now)
        return True
