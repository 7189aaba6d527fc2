"""The Agenda part of Réglages: a private address that a calendar program subscribes to."""

from functools import partial

import streamlit as st

from ereput import settings
from ereput.domain.practitioner import Role
from ereput.facts import french
from ereput.jobs import agenda
from ereput.ui import parts
from ereput.ui.room import Room

_MADE = "_agenda_address"


def subscription(here: Room) -> None:
    """Say what the calendar holds, and let the viewer make its address, change it or end it."""
    parts.section("Recevoir les échéances dans son agenda")
    st.text(
        "Une adresse privée donne à votre logiciel d’agenda les échéances des dossiers que vous voyez : "
        "des jours et les mots du guide, sans nom ni texte d’avis."
    )
    if here.viewer.role is Role.READER:
        st.caption("Votre rôle permet de lire : demandez à un administrateur.")
        return
    since = agenda.subscribed_since(here.job)
    made = st.session_state.get(_MADE) if since else None
    if made:
        st.text("Copiez cette adresse maintenant : elle n’est montrée qu’une fois.")
        st.code(made, language=None, wrap_lines=True)
    elif since:
        st.caption(f"Une adresse est active depuis le {french.moment(since)}. Elle ne peut pas être relue.")
    label = "Changer d’adresse" if since else "Créer mon adresse"
    with st.container(horizontal=True):
        if st.button(label, key="reglages_agenda_creer", type="secondary" if since else "primary"):
            parts.attempt(partial(_make, here))
        if since and st.button("Retirer l’adresse", key="reglages_agenda_retirer"):
            parts.attempt(partial(_end, here))
    st.caption(
        "Qui connaît l’adresse lit ces échéances sans se connecter. Changer d’adresse arrête l’ancienne."
    )


def _make(here: Room) -> None:
    st.session_state[_MADE] = settings.load().address + agenda.subscribe(here.job)
    parts.later("Adresse créée.")


def _end(here: Room) -> None:
    st.session_state.pop(_MADE, None)
    agenda.unsubscribe(here.job)
    parts.later("Adresse retirée : elle ne répond plus.")
