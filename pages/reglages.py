"""Réglages: how loud are the alerts, for whom, and what is this tool?"""

import streamlit as st

from ereput.facts import preferences as facts
from ereput.ui import parts, people, preferences, room

here = room.here()
shown = here.read(facts.read)
parts.head("Réglages", shown.sentence)
loud, whom, about = st.tabs(
    ["Sensibilité", "Praticiens", "À propos"],
    key="reglages_partie",
    bind="query-params",
    on_change="rerun",
)
if loud.open:
    with loud:
        preferences.history(here, preferences.sensitivity(here, shown))
if whom.open:
    with whom:
        people.table(here)
if about.open:
    with about:
        preferences.about(shown)
