"""The leaflet's regular watch: somebody searched the web for a practitioner, and says so."""

import re
from collections.abc import Sequence

from ereput.jobs.context import Context
from ereput.store import journal, practitioners

LONGEST = 500
_SLUG = re.compile(r"[a-z0-9_]{1,40}")


def done(context: Context, slug: str, note: str = "", *, covered: Sequence[str] = ()) -> bool:
    """Remember a watch, with what was found; return False when one is noted today already.

    `covered` are slugs of what was looked at: platforms, and `moteur`, `reseaux`, `forums`, `presse`.

    Raises:
        RefusedError: the practitioner is not in view.

    """
    with context.store.writing() as connection:
        who = practitioners.read_one(connection, context.viewer, slug)
        last = journal.last_watch(connection, context.viewer, who.id)
        if last is not None and last.astimezone(context.now.tzinfo).date() == context.today:
            return False
        kept = " ".join(note.split())[:LONGEST]
        seen = "|".join(dict.fromkeys(slug for slug in covered if _SLUG.fullmatch(slug)))
        journal.insert_watch(connection, context.viewer, who.id, now=context.now, note=kept, covered=seen)
        journal.note(connection, context.viewer, "veille faite", subject=slug, now=context.now)
        return True
