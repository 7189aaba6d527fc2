"""The sidebar: about whom, over which days, and the way out of the demonstration."""

import streamlit as st

from ereput.facts.period import Stretch
from ereput.facts.scope import EVERYBODY, Scope
from ereput.ui.room import Room

EVERYONE = "tous"


def choices(scope: Scope) -> tuple[str, Stretch]:
    """Draw the two selectors that every page obeys; they stand in the address, so a view can be shared."""
    names = scope.labels
    slug = EVERYONE
    if len(names) > 1:
        slug = st.selectbox(
            "Praticien",
            [EVERYONE, *names],
            format_func=lambda value: names.get(value, EVERYBODY),
            key="praticien",
            bind="query-params",
        )
    elif names:
        st.caption("Praticien")
        st.text(next(iter(names.values())))
    stretch = st.selectbox("Période", list(Stretch), index=2, key="periode", bind="query-params")
    return slug, stretch or Stretch.YEAR


def demonstration(room: Room) -> None:
    """Say that made-up practitioners are on show, and take them away at one click."""
    if not room.scope.has_demo:
        return
    st.divider()
    st.badge("Données de démonstration", color="orange")
    st.caption("Praticiens, auteurs et avis sont inventés.")
    if st.button("Retirer la démonstration", key="demo_retirer"):
        st.rerun()
