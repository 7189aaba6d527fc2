"""Praticien: how is it moving, and why?"""

import streamlit as st

from ereput.facts import practitioner as facts
from ereput.ui import parts, practitioner, room

here = room.here()
shown = here.read(facts.read)
if shown is None:
    parts.head("Praticien", "De qui voulez-vous voir les avis ?")
    practitioner.choose(here.scope)
    st.stop()

parts.head(shown.name, shown.sentence)
parts.muted(f"Période : {shown.period}.", key="praticien-period")
parts.tiles(shown.tiles, key="praticien")
if not shown.n and not shown.platforms:
    parts.empty(
        "Aucune publication sur cette période.",
        "Importer des avis",
        key="praticien",
        page=room.page("sources"),
    )
    st.stop()
practitioner.curves(shown)

spikes, volume, themes, sources, compared, texts = st.tabs(
    ["Pics", "Volume", "Thèmes", "Sources", "Comparer", "Avis"],
    key="praticien_partie",
    bind="query-params",
    on_change="rerun",  # only the open part is computed and drawn
)
if spikes.open:
    with spikes:
        practitioner.spikes(here, shown)
if volume.open:
    with volume:
        practitioner.volume(shown)
if themes.open:
    with themes:
        practitioner.themes(shown.themes)
if sources.open:
    with sources:
        practitioner.sources(shown)
if compared.open:
    with compared:
        practitioner.compare(here)
if texts.open:
    with texts:
        practitioner.publications(here, shown)
