"""Who looks at the screens. `enter` is the only place that says it: sign-in comes here, nowhere else.

It gives the viewer and the store that goes with the role: a reader's refuses to be written to.
"""

from dataclasses import replace
from datetime import date, datetime

import streamlit as st

from ereput.facts import french
from ereput.jobs import viewers
from ereput.jobs.context import Context
from ereput.store import Store
from ereput.ui.room import Room

NOTED = "_looks"


def enter(store: Store, now: datetime) -> Context:
    """Return who looks: on a machine of one's own, without sign-in, its administrator."""
    return viewers.enter(store, "", now)


def words(room: Room, page: str) -> Room:
    """Offer a broker to read the chosen practitioner's words, where it granted them.

    Each look goes into the audit, once a day and a page; the grant is checked at every run.
    """
    who = room.scope.chosen
    found = viewers.grant_of(room.job, who.slug) if who else None
    if who is None or found is None:
        return room
    st.caption(f"Accord du praticien pour lire ses avis, jusqu’au {french.day(found.until)}.")
    if not st.toggle(
        "Lire les avis en clair",
        key=f"clair_{who.slug}",
        help="Chaque lecture est notée, et le praticien peut voir qui a lu.",
    ):
        return room
    noted: set[tuple[str, str, date]] = st.session_state.setdefault(NOTED, set())
    look = (who.slug, page, room.today)
    job = viewers.look(room.job, who.slug, where=page, is_noted=look in noted)
    noted.add(look)
    return replace(room, viewer=job.viewer)
