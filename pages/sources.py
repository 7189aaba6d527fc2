"""Sources: is everything coming in?"""

import streamlit as st

from ereput.facts import sources as facts
from ereput.ui import entry, parts, room, sources

here = room.here()
found = here.read(facts.read)
parts.head("Sources", found.sentence)
if not found.targets:
    parts.section("Ajouter un praticien")
    sources.add_practitioner(here)
    st.stop()

sources.drop_zone(here, found.targets)
sources.outcomes()
if found.waiting:
    parts.section("Lignes à affecter", "Le fichier ne dit pas assez de qui elles parlent.")
    sources.waiting(here, found.waiting)
if found.doubts:
    parts.section("Peut-être deux fois le même avis", "Ni fusionnés, ni comptés deux fois sans vous.")
    sources.doubts(found.doubts)

platforms, feeds, typed, imports, people = st.tabs(
    ["Plateformes", "Flux", "Saisie", "Journal des imports", "Praticiens"],
    key="sources_partie",
    bind="query-params",
    on_change="rerun",
)
if platforms.open:
    with platforms:
        sources.platform_list(found.platforms)
if feeds.open:
    with feeds:
        sources.feed_list(here, found.feeds)
        sources.add_feed(here, found.targets)
        entry.feed_list(here, found.targets)
if typed.open:
    with typed:
        entry.one(here, found.targets)
if imports.open:
    with imports:
        sources.journal(here, found.imports)
if people.open:
    with people:
        sources.add_practitioner(here)
