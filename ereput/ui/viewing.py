"""Who looks at the screens. `enter` is the only place that says it: sign-in comes here, nowhere else.

It gives the viewer and the store that goes with the role: a reader's refuses to be written to. It asks
the tables at every run: whoever is taken off the list is out at the next click.
"""

from dataclasses import replace
from datetime import date, datetime

import streamlit as st

from ereput import settings
from ereput.domain.practitioner import Role, Viewer
from ereput.facts import french
from ereput.jobs import viewers
from ereput.jobs.context import Context
from ereput.store import Store
from ereput.ui import parts, signin
from ereput.ui.room import Room

NOTED, ENTERED = "_looks", "_entered"
ROLES = {
    Role.ADMINISTRATOR: "administrateur",
    Role.BROKER: "courtier",
    Role.PRACTITIONER: "praticien",
    Role.READER: "lecteur",
}


def enter(store: Store, now: datetime) -> Context:
    """Return who looks: whoever signed in, or without sign-in the administrator of this machine.

    Somebody who has not signed in, or whom nobody listed, sees a door and nothing else: the run ends here.
    """
    if not signin.is_on():
        return viewers.enter(store, "", now)
    found = signin.identity(signin.claims(), now, settings.load().trusted_issuers)
    if found is None:
        signin.ask()
        raise AssertionError("the door ends the run")
    entered = viewers.recognise(store, found, now)
    if entered is None:
        signin.turn_away(found)
        raise AssertionError("the door ends the run")
    if st.session_state.get(ENTERED) != entered.viewer.name:
        viewers.signed_in(store, entered)
        st.session_state[ENTERED] = entered.viewer.name
    return entered


def who(viewer: Viewer) -> None:
    """Say at the foot of the sidebar who looks, and offer to leave."""
    st.divider()
    if not signin.is_on():
        st.caption("Sans connexion : ce tableau de bord ne s’ouvre que sur cette machine.")
        return
    parts.muted(f"{viewer.name} · {ROLES[viewer.role]}", key="viewer")
    st.button("Se déconnecter", key="quitter", on_click=st.logout, type="tertiary")


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
