"""Réglages: how loud are the alerts, for whom, and what is this tool?"""

import streamlit as st

from ereput.facts import access as access_facts
from ereput.facts import preferences as facts
from ereput.ui import access, agenda, keeping, notices, parts, people, preferences, room

here = room.here()
shown = here.read(facts.read)
parts.head("Réglages", shown.sentence)
loud, whom, doors, told, days, kept, about = st.tabs(
    ["Sensibilité", "Praticiens", "Accès", "Notifications", "Agenda", "Données", "À propos"],
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
if doors.open:
    with doors:
        found = here.read(access_facts.read)
        access.people(here, found)
        access.grants(here, found)
        access.audit(found)
if told.open:
    with told:
        notices.settings_tab(here)
if days.open:
    with days:
        agenda.subscription(here)
if kept.open:
    with kept:
        keeping.data(here)
if about.open:
    with about:
        preferences.about(shown)
