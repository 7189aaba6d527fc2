"""Présence: am I findable, correct, not overexposed?"""

import streamlit as st

from ereput.facts import presence as facts
from ereput.ui import parts, presence, presence_forms, room

here = room.here()
shown = here.read(facts.read)
if shown is None:
    presence.overview(here)
    st.stop()

parts.head("Présence", shown.sentence)
parts.tiles(shown.tiles, key="presence")
presence.balance(shown)
parts.section("À faire", "Chaque constat mène aux gestes de la plaquette ; rien ne part sans vous.")
presence.findings(here, shown)

tabs = st.tabs(list(presence.PARTS), key=presence.PART, bind="query-params", on_change="rerun")
listed, exact, figures, told, watched, sheet = tabs
if listed.open:
    with listed:
        presence.inventory(here, shown)
if exact.open:
    with exact:
        presence.consistency(here, shown)
if figures.open:
    with figures:
        presence.displayed(shown)
if told.open:
    with told:
        presence.mentions(shown)
if watched.open:
    with watched:
        presence.calendar(here, shown)
if sheet.open:
    with sheet:
        presence_forms.sheet(here)
parts.notice(shown.notice)
