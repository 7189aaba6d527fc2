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
PARTS = {
    "Étapes": cases_steps.steps,
    "Preuves": cases_proof.pieces,
    "Questions": cases_words.questions,
    "Courriers": cases_words.letters,
    "Échéances": cases_proof.due,
    "Journal": cases_proof.journal,
    "Issue": cases_proof.end,
}
for tab, draw in zip(
    st.tabs(list(PARTS), key=cases.PART, bind="query-params", on_change="rerun"), PARTS.values(), strict=True
):
    if tab.open:
        with tab:
            draw(here, shown)
parts.notice(shown.notice)
