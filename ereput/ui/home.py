"""The parts of the Accueil page."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ereput.facts.shapes import Todo
from ereput.jobs import watch
from ereput.ui import parts
from ereput.ui.room import Room


def todos(here: Room, shown: Sequence[Todo]) -> None:
    """List what is to be done, the most pressing first, each with the way to do it."""
    for rank, todo in enumerate(shown):
        with st.container(border=True, key=f"todo-{rank}"):
            words, action = st.columns([4, 1], vertical_alignment="center")
            with words, st.container(gap="xsmall"):
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    parts.tone(todo.tone)
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
