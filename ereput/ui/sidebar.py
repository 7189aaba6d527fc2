"""The sidebar: about whom, over which days, and the way out of the demonstration."""

import streamlit as st

from ereput.facts.period import Stretch
from ereput.facts.scope import EVERYBODY, MOST_OFFERED, Scope
from ereput.jobs.demo_portfolio import remove_demo
from ereput.ui.room import Room

EVERYONE = "tous"


def practitioner(scope: Scope) -> str:
    """Choose about whom; the choice stands in the address, so that a view can be shared.

    A long list is searched in the store, and the browser gets the first ones only.
    """
    asked = (st.session_state.get("praticien", ""), st.query_params.get("praticien", ""))
    words = st.session_state.get("praticien_cherche") or ""
    offered = scope.offer(words, besides=asked)
    if words or offered.is_cut:
        st.text_input(
            "Chercher un praticien", key="praticien_cherche", type="search", placeholder="nom, ville…"
        )
    names = offered.labels
    slug = EVERYONE
    if len(names) > 1 or words:
        slug = st.selectbox(
            "Praticien",
            [EVERYONE, *names],
            format_func=lambda value: names.get(value, EVERYBODY),
            key="praticien",
            bind="query-params",
        )
        if offered.is_cut:
            st.caption(f"Les {MOST_OFFERED} premiers par nom ; cherchez pour trouver les autres.")
        elif words and not offered.labels:
            st.caption("Aucun praticien ne répond à ces mots.")
    elif names:
        st.caption("Praticien")
        st.text(next(iter(names.values())))
    return slug


def stretch() -> Stretch:
    """Choose over which days."""
    chosen = st.selectbox("Période", list(Stretch), index=2, key="periode", bind="query-params")
    return chosen or Stretch.YEAR


def demonstration(room: Room) -> None:
    """Say that made-up practitioners are on show, and take them away at one click."""
    if not room.scope.has_demo:
        return
    st.divider()
    st.badge("Données de démonstration", color="orange")
    st.caption("Praticiens, auteurs et avis sont inventés.")
    st.button("Retirer la démonstration", key="demo_retirer", on_click=remove_demo, args=(room.job,))
