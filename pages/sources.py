"""Sources: is everything coming in?"""

import streamlit as st

from ereput.facts import sources as facts
from ereput.ui import entry, imports, notices, parts, people, room, sources

here = room.here()
found = here.read(facts.read)
parts.head("Sources", found.sentence)
if not found.targets:
    parts.section("Ajouter un praticien")
    people.add(here, page="sources")
    st.stop()

imports.drop_zone(here, found.targets)
imports.outcomes(here)
if found.waiting:
    parts.section("Lignes à affecter", "Le fichier ne dit pas assez de qui elles parlent.")
    sources.waiting(here, found.waiting)
if found.doubts:
    parts.section("Peut-être deux fois le même avis", "Ni fusionnés, ni comptés deux fois sans vous.")
    sources.doubts(here, found.doubts)

platforms, feeds, typed, journal = st.tabs(
    ["Plateformes", "Flux", "Saisie", "Journal des imports"],
    key="sources_partie",
    bind="query-params",
    on_change="rerun",
)
if platforms.open:
    with platforms:
        sources.platform_list(found.platforms)
        sources.exports(found.exports)
if feeds.open:
    with feeds:
        notices.runs(here)
        sources.feed_list(here, found.feeds)
        sources.add_feed(here, found.targets)
        entry.feed_list(here, found.targets)
if typed.open:
    with typed:
        entry.one(here, found.targets)
if journal.open:
    with journal:
        imports.journal(here, found.imports)
