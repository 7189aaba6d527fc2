"""The first minute on the Accueil page: what to do first, and the way to do it."""

from functools import partial

import streamlit as st

from ereput.facts.start import Stage, Start
from ereput.jobs.demo_portfolio import load_demo
from ereput.ui import parts, people
from ereput.ui.room import Room


def guided(here: Room, found: Start) -> None:
    """Show the steps of the beginning; the first practitioner is added on the spot."""
    for number, stage in enumerate(found.stages, 1):
        with st.container(border=True, key=f"start-{number}"):
            _stage(here, stage, number, can_change=found.can_change)
    if not found.can_change:
        parts.muted("Ces premiers pas reviennent à la personne qui tient votre installation.", key="start")
    elif found.can_show:
        with st.container(horizontal=True, vertical_alignment="center", key="muted-start"):
            st.text("Vous préférez regarder d’abord ?")
            if st.button("Essayer avec des praticiens inventés", key="accueil_demo", type="tertiary"):
                with st.spinner("Douze praticiens inventés arrivent…"):
                    parts.attempt(partial(load_demo, here.job), said="Démonstration chargée.")


def _stage(here: Room, stage: Stage, number: int, *, can_change: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key=f"strong-start-{number}", width="content"):
            st.text(f"{number}. {stage.title}")
        if stage.is_done:
            st.badge("Fait", icon=":material/check:", color="green")
        elif stage.is_next:
            st.badge("Maintenant", color="primary")
    if stage.is_done:
        return
    st.text(stage.text)
    if not can_change:
        return
    if stage.target is None:
        people.add(here, page="accueil")
    else:
        parts.go(stage.action, stage.target, key=f"accueil_debut_{number}")
