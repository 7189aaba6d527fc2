"""The parts of the Sources page."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from ereput import settings
from ereput.facts import french
from ereput.facts.sources import Doubt, Export, Feed, Platform, Waiting
from ereput.ingest.fetch import FetchPolicy
from ereput.jobs import doubts as doubt_jobs
from ereput.jobs import feeds as feed_jobs
from ereput.jobs.places import assign
from ereput.jobs.runs import alone
from ereput.jobs.survey import survey
from ereput.ui import parts
from ereput.ui.room import Room


def platform_list(shown: Sequence[Platform]) -> None:
    """List the chosen practitioner's platforms: how much each brought, and until when it was seen."""
    if not shown:
        st.text("Choisissez un praticien pour voir jusqu’à quel jour chaque plateforme a été vue.")
    for rank, platform in enumerate(shown):
        with (
            st.container(border=True, key=f"platform-{rank}"),
            st.container(horizontal=True, gap="small", vertical_alignment="center"),
        ):
            with st.container(key=f"strong-platform-{rank}", width="content"):
                st.text(platform.name)
            st.badge(french.plural(platform.count, "publication"), color="gray")
            st.badge(platform.seen, color="gray" if platform.tone.value == "calme" else "orange")


def exports(shown: Sequence[Export]) -> None:
    """Say for each platform what can lawfully be exported and how, or that nothing can."""
    parts.section(
        "Récupérer ses avis, plateforme par plateforme",
        "Ce que chaque plateforme permet au professionnel, dans le respect de ses conditions.",
    )
    with st.container(key="grid-exports"):
        for export in shown:
            with st.expander(export.name):
                st.text(export.how)
                if export.report_url:
                    st.caption("Pour y signaler un contenu :")
                    st.text(export.report_url)


def feed_list(here: Room, shown: Sequence[Feed]) -> None:
    """List the feeds with their health; each may be left."""
    for feed in shown:
        with st.container(border=True, key=f"feed-{feed.id}"):
            left, right = st.columns([5, 1], vertical_alignment="center")
            with left:
                with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                    parts.tone(feed.tone)
                    st.text(feed.name)
                parts.muted(f"{feed.whose} · {feed.health}", key=f"feed-{feed.id}")
                if feed.error:
                    st.text(feed.error)
            with right:
                if st.button("Ne plus suivre", key=f"sources_flux_{feed.id}"):
                    parts.attempt(partial(feed_jobs.remove, here.job, feed.id))
    if shown and st.button("Relever les flux maintenant", key="sources_relever", icon=":material/refresh:"):
        with st.status("Relève des flux…"):
            parts.attempt(partial(_refresh, here))


def _refresh(here: Room) -> None:
    policy = FetchPolicy(private_hosts=settings.load().private_hosts)
    with alone(here.job, "refresh") as run:
        run.outcome = feed_jobs.told(feed_jobs.refresh(here.job, policy=policy, everything=True))
    survey(here.job)


def add_feed(here: Room, targets: Mapping[str, tuple[str, str]]) -> None:
    """Follow a new feed."""
    with st.form("sources_flux"):
        url = st.text_input(
            "Adresse du flux (RSS, Atom, Google Alertes)",
            type="url",
            key="sources_flux_adresse",
            placeholder="https://…",
        )
        whose = st.selectbox("Pour qui", list(targets), key="sources_flux_pour")
        if st.form_submit_button("Suivre ce flux"):
            slug, portfolio = targets[whose]
            parts.attempt(lambda: feed_jobs.add(here.job, url or "", practitioner=slug, portfolio=portfolio))


def doubts(here: Room, shown: Sequence[Doubt]) -> None:
    """Show the pairs that may be one publication, side by side, and ask which it is."""
    for doubt in shown:
        newer, older = doubt.pair
        name = f"{newer.practitioner_id}_{newer.id}_{older.id}"
        with st.container(border=True, key=f"doubt-{name}"):
            parts.muted(f"{doubt.practitioner} · {doubt.reason}", key=f"doubt-{name}")
            for side, (column, review) in enumerate(zip(st.columns(2), doubt.pair, strict=True)):
                with column:
                    st.caption(("Arrivé en second", "Déjà connu")[side])
                    parts.review(review, key=f"doubt-{name}-{side}")
            with st.container(horizontal=True, gap="small"):
                pair = (newer.practitioner_id, newer.id, older.id)
                if st.button("C’est le même", key=f"sources_meme_{name}"):
                    parts.attempt(partial(_merge, here, *pair))
                if st.button("Ce sont deux avis", key=f"sources_deux_{name}"):
                    parts.attempt(partial(doubt_jobs.keep_both, here.job, *pair))


def _merge(here: Room, practitioner_id: int, newer: int, older: int) -> None:
    doubt_jobs.merge(here.job, practitioner_id, newer, older)
    survey(here.job)


def waiting(here: Room, shown: Sequence[Waiting]) -> None:
    """Ask whose the rows are that no practitioner's listing, number or name settles."""
    labels = {label: slug for slug, label in here.scope.offer().labels.items()}
    for rank, place in enumerate(shown):
        with st.form(f"sources_lieu_{rank}"):
            st.text(place.place)
            parts.muted(f"{french.plural(place.rows, 'ligne')} · {place.reason}", key=f"place-{rank}")
            whose = st.selectbox("C’est", list(labels), index=None, placeholder="Choisir un praticien")
            if st.form_submit_button("Affecter", disabled=not labels) and whose:
                parts.attempt(partial(_assign, here, place, labels[whose]))


def _assign(here: Room, place: Waiting, slug: str) -> None:
    assign(here.job, portfolio_id=place.portfolio_id, place_key=place.place_key, practitioner=slug)
    survey(here.job)
