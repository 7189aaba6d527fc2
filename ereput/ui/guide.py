"""The parts of the Guide page."""

from collections.abc import Sequence

import streamlit as st

from ereput.facts import french
from ereput.facts.guide import Guide, Letter, Route, Rules
from ereput.ui import parts


def leaflet(guide: Guide) -> None:
    """Show the leaflet's advice and means of action, in its own words."""
    if guide.advice:
        parts.section("Quatre conseils pour protéger votre e-réputation")
        with st.container(key="grid-advice"):
            for rank, line in enumerate(guide.advice, 1):
                with st.container(border=True, height="stretch", key=f"advice-{rank}"):
                    st.badge(str(rank), color="primary")
                    st.text(line)
    if guide.means:
        parts.section("Quatre moyens d’action")
        with st.container(key="grid-means"):
            for rank, line in enumerate(guide.means, 1):
                with st.container(border=True, height="stretch", key=f"means-{rank}"):
                    st.text(french.sentence_case(line))
    for rank, line in enumerate(filter(None, (guide.first, guide.reminder))):
        with st.container(key=f"quote-leaflet-{rank}"):
            st.text(line)


def route(shown: Route, *, key: str) -> None:
    """Show one of the two routes: the leaflet's lines, then every step in order."""
    for rank, line in enumerate(shown.lines):
        with st.container(key=f"quote-{key}-{rank}"):
            st.text(line)
    parts.section("Les étapes, dans l’ordre", "La plaquette, et ce que le droit ou la déontologie y ajoute.")
    for number, step in enumerate(shown.steps, 1):
        with st.expander(f"{number}. {step.title}"):
            with st.container(horizontal=True, gap="small"):
                parts.origin(step)
                for tag in step.tags:
                    st.badge(tag, color="gray")
            parts.step_body(step, key=f"{key}-{step.id}")


def secrecy(guide: Guide) -> None:
    """Show the one rule above all, and each profession's articles."""
    with st.container(key="quote-secrecy"):
        st.text(guide.secrecy)
    for ground in guide.secrecy_grounds:
        parts.basis(ground)
    for rank, rules in enumerate(guide.professions):
        _profession(rules, expanded=rank == 0)


def _profession(rules: Rules, *, expanded: bool) -> None:
    with st.expander(rules.profession, expanded=expanded):
        for topic, ground in rules.grounds:
            st.caption(topic)
            parts.basis(ground)


def letters(shown: Sequence[Letter]) -> None:
    """Choose a model and copy one of its wordings."""
    if not shown:
        st.text("Aucun modèle ne contient ces mots.")
        return
    titles = {letter.title: letter for letter in shown}
    chosen = st.selectbox("Modèle", list(titles), key="guide_modele", bind="query-params")
    letter = titles[chosen]
    _use(letter)
    for tab, (_, text) in zip(st.tabs([name for name, _ in letter.variants]), letter.variants, strict=True):
        with tab:
            st.code(text, language=None, wrap_lines=True)
    left, right = st.columns(2)
    with left:
        _list("À compléter", [f"{name} : {hint}" for name, hint in letter.fields])
        _list("À vérifier avant l’envoi", letter.checks)
    with right:
        _list("À ne jamais écrire", letter.never)


def _use(letter: Letter) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
        st.badge(
            "Texte public" if letter.is_public else "Courrier", color="blue" if letter.is_public else "gray"
        )
        st.text(letter.when, width="stretch")
    parts.muted(letter.basis, key=f"letter-{letter.id}")


def _list(title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    st.caption(title)
    for line in lines:
        st.text(f"– {line}")
