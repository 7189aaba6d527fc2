"""The parts of the Présence page: the balance, what to do, the inventory, the figures, the watch."""

from functools import partial
from typing import Literal

import pandas as pd
import streamlit as st

from ereput.detect.presence import Zone
from ereput.domain.practitioner import Role
from ereput.domain.presence import Agreement, Compared
from ereput.facts import french
from ereput.facts import presence as facts
from ereput.facts.presence import ListingLine, Overview, Presence
from ereput.facts.presence_findings import Found, is_worth_a_case
from ereput.facts.shapes import Tone
from ereput.jobs import presence as jobs
from ereput.jobs import watch
from ereput.ui import cases, charts, parts, presence_charts, presence_forms, room
from ereput.ui.room import Room

PART = "presence_partie"
PARTS = ("Fiches", "Exactitude", "Notes affichées", "Mentions", "Veille", "Importer une feuille")
_COLOURS: dict[Zone, Literal["green", "orange", "gray"]] = {
    Zone.WITHIN: "green",
    Zone.LITTLE: "orange",
    Zone.MUCH: "orange",
    Zone.UNKNOWN: "gray",
}
_AGREED: dict[Agreement, Literal["green", "blue", "red", "gray"]] = {
    Agreement.SAME: "green",
    Agreement.TOLERATED: "blue",
    Agreement.DIFFERENT: "red",
    Agreement.ABSENT: "gray",
    Agreement.NOTHING: "gray",
}
_FEW = 3


# -- a portfolio


def overview(here: Room) -> None:
    """List the presences in view, those with most to do first; a row opens its practitioner."""
    number = st.session_state.get("presence_page", 1)
    found = here.ask(facts.overview, number=number)
    parts.head("Présence", found.sentence)
    if not found.lines:
        parts.empty(
            "Les fiches se notent praticien par praticien.",
            "Ouvrir les sources",
            key="presence",
            page=room.page("sources"),
        )
        return
    _lines(found)
    if found.pages > 1:
        st.pagination(found.pages, key="presence_page")
    if presence_forms.may_write(here):
        with st.expander(
            "Importer une feuille de fiches", key="presence_importer", on_change="rerun"
        ) as part:
            if part.open:
                presence_forms.sheet(here)


def _lines(found: Overview) -> None:
    for line in found.lines:
        with st.container(border=True, key=f"presence-{line.slug}"):
            words, action = st.columns([5, 1], vertical_alignment="center")
            with words, st.container(gap="xsmall"):
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    with st.container(key=f"strong-presence-{line.slug}", width="content"):
                        st.text(line.name)
                    st.badge(facts.ZONES[line.zone], color=_COLOURS[line.zone])
                    if line.wrong:
                        st.badge(f"{french.number(line.wrong)} à corriger", color="red")
                st.text(line.situation)
                about = [
                    f"{french.number(line.claimed)} sur {french.plural(line.listings, 'fiche')} en main",
                    f"dernière veille{french.THIN}: {line.watched}",
                ]
                parts.muted(" · ".join(about), key=f"presence-{line.slug}")
            with action:
                st.button(
                    "Ouvrir",
                    key=f"presence_ouvrir_{line.slug}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    icon_position="right",
                    on_click=room.put(praticien=line.slug),
                )


# -- the balance and what to do


def balance(shown: Presence) -> None:
    """Draw the band with its components, then what should be in hand."""
    charts.show(
        presence_charts.balance(shown.picture.frame),
        key="presence-balance",
        takeaway=f"{shown.picture.takeaway} Une fourchette, pas une note à faire monter.",
    )
    with st.expander("Chaque élément, sa raison et son conseil"):
        for one in shown.components:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.badge(facts.ZONES[one.zone], color=_COLOURS[one.zone])
                st.text(f"{one.label}{french.THIN}: {one.value}. {one.advice}")
            parts.muted(" ".join(filter(None, (one.reason, one.peers))), key=f"presence-{one.label}")
        for hold in shown.holds:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.badge(
                    "tenu" if hold.is_held else "à reprendre", color="green" if hold.is_held else "orange"
                )
                st.text(f"{hold.label}{french.THIN}: {hold.value}. {'' if hold.is_held else hold.advice}")
            parts.muted(hold.reason, key=f"presence-{hold.label}")


def findings(here: Room, shown: Presence) -> None:
    """List what is worth doing, the most pressing first, each with the leaflet's steps and its case."""
    if not shown.findings:
        st.text("Rien à reprendre. Prochaine veille le " + french.day(shown.watch.due) + ".")
        return
    pressing = [one for one in shown.findings if one.tone is Tone.WATCH]
    calm = [one for one in shown.findings if one.tone is not Tone.WATCH]
    for one in pressing:
        _finding(here, shown, one)
    if not calm:
        return
    if len(calm) + len(pressing) <= _FEW:
        for one in calm:
            _finding(here, shown, one)
        return
    with st.expander(f"{french.plural(len(calm), 'chose')} à suivre, sans urgence", expanded=not pressing):
        for one in calm:
            _finding(here, shown, one)


def _finding(here: Room, shown: Presence, one: Found) -> None:
    with st.container(border=True, key=f"presence-{one.key}"):
        words, action = st.columns([4, 1], vertical_alignment="center")
        with words, st.container(gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                parts.tone(one.tone)
                with st.container(key=f"strong-{one.key}", width="content"):
                    st.text(one.title)
            parts.muted(one.why, key=one.key)
        with action:
            _case(here, shown, one)
        part = st.expander("Que faire", type="compact", key=f"presence_faire_{one.key}", on_change="rerun")
        if part.open:
            with part:
                _advice(one)


def _case(here: Room, shown: Presence, one: Found) -> None:
    if one.case_id is not None:
        st.button(
            f"Dossier n° {one.case_id}",
            key=f"presence_dossier_{one.key}",
            type="tertiary",
            icon=":material/folder_open:",
            on_click=room.head_for("dossiers", **{cases.CHOICE: str(one.case_id)}, praticien=shown.who.slug),
        )
    elif is_worth_a_case(one.finding) and here.viewer.role is not Role.READER:
        job = partial(
            jobs.open_case, slug=shown.who.slug, finding=one.finding.value, listing_id=one.listing_id
        )
        st.button(
            "Ouvrir un dossier",
            key=f"presence_dossier_{one.key}",
            type="tertiary",
            icon=":material/create_new_folder:",
            on_click=cases.opening(here, shown.who.slug, job, "Dossier ouvert sur ce constat."),
        )


def _advice(one: Found) -> None:
    st.text(one.rule)
    if one.control:
        parts.muted(f"Ce que vous pouvez y corriger{french.THIN}: {one.control}", key=f"control-{one.key}")
    for number, step in enumerate(one.steps, 1):
        parts.step(step, number=number, key=one.key)


# -- the inventory


def inventory(here: Room, shown: Presence) -> None:
    """Show each listing: status, link, what it displays, what can be done; then the form for another."""
    for line in shown.listings:
        _listing(here, shown, line)
    if not shown.listings:
        st.text(
            "Aucune fiche n’est notée. Cherchez votre nom dans un moteur, puis notez chaque page trouvée."
        )
    if presence_forms.may_write(here):
        presence_forms.add(here, shown.who.slug)


def _listing(here: Room, shown: Presence, line: ListingLine) -> None:
    one = line.listing
    with st.container(border=True, key=f"fiche-{one.id}"):
        words, action = st.columns([4, 1], vertical_alignment="center")
        with words, st.container(gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                with st.container(key=f"strong-fiche-{one.id}", width="content"):
                    st.text(line.platform)
                st.badge(line.status, color="gray")
                st.badge(line.kind, color="gray")
                if line.wrong:
                    st.badge(
                        french.plural(line.wrong, "information fausse", "informations fausses"), color="red"
                    )
            st.text(" · ".join(filter(None, (line.displayed, line.taken))))
            told = [one.name, one.address, one.phone, one.hours, one.note]
            parts.muted(
                " · ".join(filter(None, told)) or "Rien n’est noté de ce qu’elle affiche.",
                key=f"fiche-{one.id}",
            )
            parts.muted(one.url or "Lien non noté.", key=f"lien-{one.id}")
        with action:
            if presence_forms.may_write(here):
                presence_forms.snapshot(here, shown.who.slug, line)
                presence_forms.change(here, shown.who.slug, line)
        with st.expander("Ce que vous y maîtrisez", type="compact"):
            st.text(line.control)
            rules = [
                "On peut y répondre soi-même." if line.can_reply else "On ne peut pas y répondre soi-même.",
                "Un seul avis par auteur." if line.one_review else "Un auteur peut y publier plusieurs fois.",
                f"Signaler{french.THIN}: {line.report_url}" if line.report_url else "",
            ]
            st.text("\n".join(filter(None, rules)))


def consistency(here: Room, shown: Presence) -> None:
    """Compare the details of every listing with the practitioner's own, what differs first."""
    st.text(shown.reference)
    online = [line for line in shown.listings if line.compared]
    for line in sorted(online, key=lambda line: -line.wrong):
        with st.container(border=True, key=f"exact-{line.listing.id}"):
            with st.container(key=f"strong-exact-{line.listing.id}"):
                st.text(f"{line.platform} · {line.status}")
            for one in line.compared:
                if one.agreement is Agreement.NOTHING and not one.shown:
                    continue
                with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
                    st.badge(facts.AGREEMENTS[one.agreement], color=_AGREED[one.agreement])
                    st.text(_compared(one), width="stretch")
    if presence_forms.may_write(here):
        presence_forms.offices(here, shown)


def _compared(one: Compared) -> str:
    told = f"{facts.detail_name(one)}{french.THIN}: {one.shown or '–'}"
    if one.agreement in (Agreement.DIFFERENT, Agreement.TOLERATED):
        told += f" ; chez vous{french.THIN}: {one.expected} ({one.why})"
    elif one.agreement is Agreement.ABSENT:
        told += f" ; chez vous{french.THIN}: {one.expected}"
    return told


# -- figures


def displayed(shown: Presence) -> None:
    """Draw the ratings displayed over time, then the gap with the reviews held."""
    if shown.history.frame.empty:
        parts.empty(
            "Aucune note affichée n’a été relevée. Relevez une fiche : deux clics suffisent.",
            key="presence-history",
        )
    else:
        charts.show(
            presence_charts.displayed_ratings(shown.history.frame),
            key="presence-history",
            takeaway=shown.history.takeaway,
        )
    if shown.gaps:
        parts.section("Ce que l’on ne voit pas", "Affiché au dernier relevé, contre connu ici le même jour.")
        rows = [(one.platform, one.displayed, one.held, one.unseen, one.reading) for one in shown.gaps]
        st.dataframe(
            pd.DataFrame(rows, columns=["Plateforme", "Affiché", "Connu ici", "Écart", "Lecture"]),
            hide_index=True,
            alt="Écart entre les chiffres affichés et les avis connus, par plateforme",
        )


def mentions(shown: Presence) -> None:
    """Draw who speaks of the practitioner, how much, in what tone, and who is new."""
    told = shown.mentions
    if told.n:
        charts.show(
            charts.mix_over_time(told.chart.frame), key="presence-mentions", takeaway=told.chart.takeaway
        )
        st.text(f"Ton{french.THIN}: {told.tones}.")
    else:
        parts.empty(told.chart.takeaway, key="presence-mentions")
    if told.share is not None:
        published = french.plural(told.published, "publication")
        st.text(f"{french.percent(told.share)} des {published} sont parues là où une fiche est revendiquée.")
    if told.sources:
        rows = [
            (one.name, one.kind, one.n, one.negatives, one.first, one.last, "nouvelle" if one.is_new else "")
            for one in told.sources
        ]
        names = ["Source", "Genre", "Mentions", "Négatives", "Première", "Dernière", "Sur 12 mois"]
        st.dataframe(
            pd.DataFrame(rows, columns=names), hide_index=True, alt="Les sources qui parlent du praticien"
        )


# -- the watch


def calendar(here: Room, shown: Presence) -> None:
    """Say when the watch was made, when it is due, what it left out; mark it as done with what was seen."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        parts.tone(shown.watch.tone, "À faire" if shown.watch.tone is Tone.WATCH else "À jour")
        st.text(shown.watch.sentence)
    if shown.watch.missed:
        st.text(f"Non couvert par la dernière{french.THIN}: {french.joined(shown.watch.missed)}.")
    labels = dict(shown.watch.expected)
    with st.form("presence_veille", clear_on_submit=True):
        covered = st.pills(
            "Qu’avez-vous regardé ?",
            list(labels),
            format_func=lambda slug: parts.plain(labels[slug]),
            selection_mode="multi",
            key="presence_veille_vu",
        )
        note = st.text_input("Ce que vous avez trouvé", key="presence_veille_note", max_chars=watch.LONGEST)
        if st.form_submit_button("Veille faite", icon=":material/check:", key="presence_veille_faite"):
            job = partial(watch.done, here.job, shown.who.slug, note or "", covered=covered or ())
            parts.attempt(job, said="Veille notée.")
    rows = [(day.when, day.who, day.covered, day.note) for day in shown.watch.history]
    if rows:
        st.dataframe(
            pd.DataFrame(rows, columns=["Le", "Par", "Regardé", "Trouvé"]),
            hide_index=True,
            alt="Les veilles notées",
        )
