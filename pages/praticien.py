"""Praticien: how is it moving, and why?"""

import streamlit as st

from ereput.facts import practitioner as facts
from ereput.ui import charts, parts, practitioner, room

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

spikes, volume, themes, sources, texts = st.tabs(
    ["Pics", "Volume", "Thèmes", "Sources", "Avis"], key="praticien_partie", bind="query-params"
)
with spikes:
    monday = practitioner.spikes(shown)
    if monday:
        practitioner.week(here, monday)
    charts.show(
        charts.calendar(shown.calendar.frame), key="praticien_jours", takeaway=shown.calendar.takeaway
    )
with volume:
    charts.show(
        charts.volume_by_stars(shown.volume.frame), key="praticien_volume", takeaway=shown.volume.takeaway
    )
    charts.show(
        charts.sentiment_over_time(shown.tones.frame), key="praticien_ton", takeaway=shown.tones.takeaway
    )
with themes:
    practitioner.themes(shown.themes)
with sources:
    charts.show(
        charts.source_mix(shown.sources.frame), key="praticien_sources", takeaway=shown.sources.takeaway
    )
with texts:
    practitioner.publications(here, here.period, shown)
