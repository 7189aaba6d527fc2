"""Dossiers: where does this case stand, and what is due?"""

import streamlit as st

from ereput.facts import cases as facts
from ereput.ui import cases, cases_proof, cases_steps, cases_words, parts, room

here = room.here()
found = here.read(facts.read)
number = cases.choose(found)
if number is None:
    parts.head("Dossiers", found.sentence)
    cases.said()
    cases.listing(found)
    cases.by_hand(here)
    parts.notice(found.notice)
    st.stop()

shown = cases.read(here, number)
cases.head(here, shown)
tabs = st.tabs(list(cases.PARTS), key=cases.PART, bind="query-params", on_change="rerun")
parts_drawn = (
    cases_steps.steps,
    cases_proof.pieces,
    cases_words.questions,
    cases_words.letters,
    cases_proof.due,
    cases_proof.journal,
    cases_proof.end,
)
for tab, draw in zip(tabs, parts_drawn, strict=True):
    if tab.open:
        with tab:
            draw(here, shown)
parts.notice(shown.notice)
