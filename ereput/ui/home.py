"""The parts of the Accueil page."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ereput.domain.practitioner import Role
from ereput.facts import french
from ereput.facts import readiness as ready
from ereput.facts.readiness import Check
from ereput.facts.shapes import Todo, Tone
from ereput.jobs import presence, watch
from ereput.ui import parts
from ereput.ui.room import Room

FEW = 2
"""Things without urgency that are shown unfolded."""


def todos(here: Room, shown: Sequence[Todo]) -> None:
    """List what is to be done, the most pressing first, each with the way to do it; the rest on demand."""
    pressing = [todo for todo in shown if todo.tone is not Tone.CALM]
    calm = [todo for todo in shown if todo.tone is Tone.CALM]
    for rank, todo in enumerate(pressing):
        _todo(here, todo, rank)
    if len(calm) <= FEW:
        for rank, todo in enumerate(calm, len(pressing)):
            _todo(here, todo, rank)
        return
    with st.expander(f"{french.plural(len(calm), 'chose')} à suivre, sans urgence", expanded=not pressing):
        for rank, todo in enumerate(calm, len(pressing)):
            _todo(here, todo, rank)


def _todo(here: Room, todo: Todo, rank: int) -> None:
    with st.container(border=True, key=f"todo-{rank}"):
        words, action = st.columns([4, 1], vertical_alignment="center")
        with words, st.container(gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                parts.tone(todo.tone, todo.word)
                if todo.due:
                    st.badge(todo.due, color="gray")
                with st.container(key=f"strong-todo-{rank}", width="content"):
                    st.text(todo.what)
            if todo.why:
                parts.muted(todo.why, key=f"todo-{rank}")
        with action:
            if todo.watched:
                _watched(here, todo.watched)
            parts.go(todo.action, todo.target, key=f"accueil_aller_{rank}")


def _watched(here: Room, slug: str) -> None:
    if st.button("Veille faite", key=f"accueil_veille_{slug}", icon=":material/check:"):
        parts.attempt(partial(watch.done, here.job, slug), said="Veille notée.")


def readiness(here: Room) -> None:
    """Show what should be ready before any crisis, the leaflet's sentence first; folded once it all is."""
    found = here.ask(ready.read)
    if found is None:
        return
    with st.expander(found.sentence, expanded=not found.is_whole, key="accueil_prets"):
        with st.container(key="quote-prets"):
            st.text(french.quoted(found.quote))
            st.caption("La plaquette E-Réputation")
        for check in found.checks:
            _check(here, check)


def _check(here: Room, check: Check) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"pret-{check.id}"):
        st.badge("prêt" if check.is_done else "à préparer", color="green" if check.is_done else "orange")
        st.text(f"{check.label}{french.THIN}: {check.why}")
        if check.is_done:
            return
        if check.confirm and here.viewer.role is not Role.READER:
            job = partial(presence.confirm, here.job, check.confirm, check.id)
            if st.button(
                "C’est prêt", key=f"accueil_pret_{check.id}", type="tertiary", icon=":material/check:"
            ):
                parts.attempt(job, said="Préparation confirmée.")
        parts.go(check.action, check.target, key=f"accueil_preparer_{check.id}")
