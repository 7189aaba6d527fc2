"""The parts of the Praticien page."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from ereput.facts import comparison, french, reviews, words
from ereput.facts import week as weeks
from ereput.facts.period import Period
from ereput.facts.practitioner import PractitionerFacts
from ereput.facts.reviews import Filters
from ereput.facts.scope import Scope
from ereput.facts.shapes import Target
from ereput.facts.themes import Theme
from ereput.ui import alerts, cases, charts, parts
from ereput.ui.room import Room, page

KINDS: dict[str, dict[str, bool]] = {
    "Tous": {},
    "Négatifs": {"is_negative": True},
    "Négatifs sans réponse": {"is_negative": True, "is_unanswered": True},
    "Retirés": {"is_removed": True},
}


def choose(scope: Scope) -> None:
    """Offer the practitioners in view, when none is chosen."""
    if scope.is_empty:
        parts.empty(
            "Aucun praticien pour l’instant.", "Ouvrir les sources", key="praticien", page=page("sources")
        )
    offered = scope.offer()
    for slug, label in offered.labels.items():
        parts.go(label, Target.to("praticien", praticien=slug), key=f"praticien_aller_{slug}")
    if offered.is_cut:
        st.caption("Les premiers par nom ; cherchez les autres dans la barre latérale.")


def curves(shown: PractitionerFacts) -> None:
    """Draw the rating with its band and the spikes: the picture that proves the answer."""
    parts.section("Note estimée et sa marge")
    figure = charts.rating_band(shown.rating.frame, shown.weekly.spikes)
    charts.show(figure, key="praticien_note", takeaway=shown.rating.takeaway)


def spikes(here: Room, shown: PractitionerFacts) -> None:
    """Draw expected against observed, then the reviews of the week that was clicked, then the calendar."""
    figure = charts.expected_vs_observed(shown.weekly.frame)
    clicked = charts.pick(figure, key="praticien_pics", takeaway=shown.weekly.takeaway)
    if shown.weekly.aside:
        st.caption(shown.weekly.aside)
    st.caption("Touchez une semaine pour lire ses avis négatifs.")
    if clicked:
        _week(here, date.fromisoformat(clicked))
    days = charts.calendar(shown.calendar.frame)
    charts.show(days, key="praticien_jours", takeaway=shown.calendar.takeaway)


def _week(here: Room, monday: date) -> None:
    """Show the reviews of a week, then what to do, and where its alert or its cases are."""
    shown = here.ask(weeks.read, first=monday)
    who = here.scope.chosen
    if shown is None or who is None:
        return
    parts.section(f"Avis négatifs de la {french.week(shown.monday)}")
    for review in shown.reviews:
        opening = partial(cases.open_button, here, who.slug, review.id, key="praticien_semaine")
        parts.review(review, key="praticien-week", action=opening)
    if not shown.reviews:
        st.text("Aucun avis négatif cette semaine-là.")
        return
    parts.section("Et maintenant")
    parts.muted(shown.group.rule, key="praticien-week-rule")
    alerts.steps(shown.group.steps, key="praticien-week")
    if shown.alert is not None:
        target = Target.to(
            "alertes", praticien=who.slug, alertes_etat=alerts.EVERY, alertes_choix=shown.alert.label
        )
        parts.go("Voir l’alerte", target, key="praticien_alerte")


def volume(shown: PractitionerFacts) -> None:
    """Draw how much was published, by stars then by tone."""
    stars = charts.volume_by_stars(shown.volume.frame)
    charts.show(stars, key="praticien_volume", takeaway=shown.volume.takeaway)
    tones = charts.sentiment_over_time(shown.tones.frame)
    charts.show(tones, key="praticien_ton", takeaway=shown.tones.takeaway)


def sources(shown: PractitionerFacts) -> None:
    """Draw what each source brought, over the period then month by month."""
    charts.show(
        charts.source_mix(shown.sources.frame), key="praticien_sources", takeaway=shown.sources.takeaway
    )
    charts.show(charts.mix_over_time(shown.mix.frame), key="praticien_mois", takeaway=shown.mix.takeaway)


def compare(here: Room) -> None:
    """Compare with the period before and with the portfolio, of which nobody is named."""
    found = here.read(comparison.read)
    if found is None:
        return
    if not found.chart.frame.empty:
        figure = charts.compared_ratings(found.chart.frame)
        charts.show(figure, key="praticien_comparaison", takeaway=found.chart.takeaway)
    st.dataframe(found.table, hide_index=True, alt=found.chart.takeaway)
    st.caption(found.note)


def themes(shown: Sequence[Theme]) -> None:
    """Say what complaints speak of, with the beginning of a few, without their authors."""
    if not shown:
        st.text("Aucun thème reconnu dans les textes de la période.")
    for theme in shown:
        with st.container(border=True, key=f"theme-{theme.slug}"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                with st.container(key=f"strong-theme-{theme.slug}", width="content"):
                    st.text(french.sentence_case(theme.name))
                negative = theme.negatives >= 1
                st.badge(french.plural(theme.negatives, "négatif"), color="orange" if negative else "gray")
                st.badge(french.plural(theme.n, "publication"), color="gray")
                if theme.negatives_before is not None:
                    st.badge(f"{french.plural(theme.negatives_before, 'négatif')} avant", color="gray")
            for rank, quote in enumerate(theme.quotes):
                with st.container(key=f"quote-theme-{theme.slug}-{rank}"):
                    st.text(quote)


def publications(here: Room, shown: PractitionerFacts) -> None:
    """Search and page through the publications of the period."""
    who = here.scope.chosen
    if who is None:
        return
    asked = _asked(here.period, shown)
    number = st.session_state.get("praticien_page", 1)
    found = reviews.read_page(here.store, here.viewer, who.id, asked, number)
    parts.muted(french.plural(found.total, "publication"), key="praticien-total")
    for review in found.reviews:
        opening = partial(cases.open_button, here, who.slug, review.id, key="praticien")
        parts.review(review, key="praticien", action=opening)
    if not found.total:
        parts.empty("Aucune publication ne répond à ces choix.", key="praticien-none")
    if found.pages > 1:
        st.pagination(found.pages, key="praticien_page")


def _asked(period: Period, shown: PractitionerFacts) -> Filters:
    themes = {words.theme(theme.slug): theme.slug for theme in shown.themes}
    platforms = {name: slug for slug, name in shown.platforms.items()}
    with st.container(key="grid-filters"):
        text = st.text_input(
            "Chercher",
            key="praticien_mots",
            type="search",
            placeholder="mots de l’avis, auteur…",
            bind="query-params",
        )
        kind = st.selectbox("Lesquels", list(KINDS), key="praticien_tri", bind="query-params")
        platform = st.selectbox(
            "Source",
            ["Toutes", *platforms],
            key="praticien_source",
            bind="query-params",
            disabled=not platforms,
        )
        theme = st.selectbox(
            "Thème", ["Tous", *themes], key="praticien_theme", bind="query-params", disabled=not themes
        )
    bounds = reviews.asked(period.first, period.last, is_open=period.is_open)
    return Filters(
        first=bounds.first,
        last=bounds.last,
        words=text or "",
        platform=platforms.get(platform, ""),
        theme=themes.get(theme, ""),
        **KINDS[kind],  # type: ignore[arg-type]  # booleans, by field
    )
