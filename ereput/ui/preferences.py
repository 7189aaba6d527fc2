"""The parts of the Réglages page: how loud, replayed on one's own past, and what this tool is."""

from functools import partial

import streamlit as st

from ereput.facts import preferences as facts
from ereput.facts import replay
from ereput.facts.preferences import ALERT_RATES, WATCH_RATES, Preferences
from ereput.facts.thresholds import Thresholds
from ereput.jobs.preferences import set_thresholds
from ereput.ui import charts, parts
from ereput.ui.room import Room


def sensitivity(here: Room, shown: Preferences) -> Thresholds:
    """Choose how many false alarms are bearable, say what that means, and return what is chosen."""
    parts.section("Combien de fausses alertes acceptez-vous ?")
    now = shown.limits
    with st.container(key="grid-sensitivity"):
        alert = st.selectbox(
            "Alerte",
            sorted({*ALERT_RATES, now.alerts_a_year}),
            index=sorted({*ALERT_RATES, now.alerts_a_year}).index(now.alerts_a_year),
            format_func=lambda rate: facts.often(rate, "fausse alerte", "fausses alertes"),
            key="reglages_alerte",
            help="Ce qui demande une action : pics d’avis négatifs très inhabituels.",
        )
        rates = [rate for rate in sorted({*WATCH_RATES, now.watches_a_year, alert}) if rate >= alert]
        watch = st.selectbox(
            "Surveillance",
            rates,
            index=rates.index(now.watches_a_year) if now.watches_a_year in rates else 0,
            format_func=lambda rate: facts.often(rate, "mise sous surveillance", "mises sous surveillance"),
            key=f"reglages_surveillance_{alert}",
            help="Ce qui mérite un œil : plus fréquent, moins sûr. Les alertes y sont comprises.",
        )
    chosen = Thresholds(alert, watch)
    st.text(shown.meaning(chosen))
    st.caption("Taux par praticien, sur des semaines ordinaires. Les vrais pics s’y ajoutent.")
    if not shown.can_change:
        st.caption("Seul un administrateur change ce réglage ; vous pouvez l’essayer ci-dessous.")
    elif st.button("Appliquer à tous", type="primary", key="reglages_appliquer", disabled=chosen == now):
        parts.attempt(partial(_apply, here, chosen))
    return chosen


def _apply(here: Room, chosen: Thresholds) -> None:
    with st.spinner("Les dernières semaines sont jugées de nouveau…"):
        done = set_thresholds(
            here.job, alerts_a_year=chosen.alerts_a_year, watches_a_year=chosen.watches_a_year
        )
    parts.later(f"Réglage appliqué. Alertes ouvertes : {done.alerts}.")


def history(here: Room, chosen: Thresholds) -> None:
    """Show what would have been flagged over the chosen practitioner's history."""
    parts.section("Ce qui aurait été signalé sur votre histoire")
    found = here.ask(replay.read)
    if found is None:
        st.text("Choisissez un praticien, à gauche, pour rejouer son histoire avec ce réglage.")
        return
    flagged = found.at(chosen)
    charts.show(
        charts.expected_vs_observed(flagged.chart.frame),
        key="reglages_histoire",
        takeaway=flagged.chart.takeaway,
    )
    if len(flagged.table):
        st.dataframe(flagged.table, hide_index=True, alt="Les semaines signalées, la dernière en tête")


def about(shown: Preferences) -> None:
    """Say what this tool is, under which licence, and what its advice rests on."""
    for rank, (name, text) in enumerate(shown.about):
        with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
            with st.container(key=f"strong-about-{rank}", width=150):
                st.text(name)
            st.text(text, width="stretch")
    parts.notice(shown.notice)
