"""Guide: what does the leaflet say?"""

import streamlit as st

from ereput.facts import guide as facts
from ereput.ui import guide, parts, room

here = room.here()
found = here.read(facts.read)
parts.head("Guide", found.sentence)
words = st.text_input(
    "Chercher dans le guide",
    key="guide_recherche",
    type="search",
    placeholder="droit de réponse, assureur, secret…",
    bind="query-params",
)
shown = found.matching(words or "")
if not shown.size:
    show_all = room.put(guide_recherche="")
    parts.empty("Rien dans le guide ne contient ces mots.", "Tout afficher", key="guide", on_click=show_all)
    st.stop()

leaflet, illicit, licit, secrecy, letters = st.tabs(
    ["La plaquette", "Avis illicite présumé", "Avis licite", "Secret professionnel", "Modèles"],
    key="guide_partie",
    bind="query-params",
    on_change="rerun",
)
if leaflet.open:
    with leaflet:
        guide.leaflet(shown)
for tab, route in zip((illicit, licit), shown.routes, strict=True):
    if tab.open:
        with tab:
            guide.route(route, key="route")
if secrecy.open:
    with secrecy:
        guide.secrecy(shown)
if letters.open:
    with letters:
        guide.letters(shown.letters)
parts.notice(found.notice)
