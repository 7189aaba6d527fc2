"""The parts of the Alertes page."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st

from ereput.domain.errors import RefusedError
from ereput.facts import alerts as facts
from ereput.facts import french, next_steps
from ereput.facts.alerts import LEVELS, AlertCard, Alerts, Detail, Drawing
from ereput.facts.shapes import Review, Step
from ereput.jobs.alerts import acknowledge, snooze
from ereput.ui import cases, charts, parts
from ereput.ui.room import Room

FIRST_STEPS = 3
FIRST_REVIEWS = 4
_FIGURES: dict[Drawing, Callable[..., Any]] = {
    Drawing.WEEKS: charts.expected_vs_observed,
    Drawing.RATING: charts.rating_band,
    Drawing.MONTHS: charts.mix_over_time,
}
OPEN, EVERY = "Ouvertes", "Toutes"


def choose(here: Room) -> AlertCard | None:
    """Choose one alert, a page at a time; the choice stands in the address."""
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    with left:
        which = st.segmented_control(
            "Lesquelles", [OPEN, EVERY], default=OPEN, required=True, key="alertes_etat", bind="query-params"
        )
    shown = here.ask(
        facts.page,
        state=facts.OPEN if which == OPEN else "",
        number=st.session_state.get("alertes_page", 1),
        label=st.session_state.get("alertes_choix") or st.query_params.get("alertes_choix", ""),
    )
    if not shown.cards:
        show_all = None if which == EVERY else _show_all
        parts.empty("Aucune alerte à montrer.", "Voir toutes les alertes", key="alertes", on_click=show_all)
        return None
    by_label = {card.label: card for card in shown.cards}
    with right:
        label = st.selectbox("Alerte", list(by_label), key="alertes_choix", bind="query-params")
    if shown.pages > 1:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            parts.muted(french.plural(shown.total, "alerte"), key="alertes-total")
            st.pagination(shown.pages, key="alertes_page", on_change=_first_of_page)
    return by_label.get(label, shown.cards[0])


def _first_of_page() -> None:
    """Let the alert that was read go: another page begins with its own."""
    st.session_state.pop("alertes_choix", None)


def _show_all() -> None:
    st.session_state["alertes_etat"] = EVERY


def answer(card: AlertCard) -> None:
    """Say what is unusual, and how unusual."""
    with st.container(border=True, key="alert-answer"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            parts.tone(card.tone, LEVELS.get(card.level, ""))
            st.badge(parts.plain(card.state_text), color="gray")
            if card.is_provisional:
                st.badge(
                    "provisoire", color="gray", help="La semaine n’est pas finie ou pas entièrement observée."
                )
        with st.container(key="lead-alert"):
            st.text(french.sentence_case(card.title))
        rarity = f" {french.sentence_case(card.rarity)}." if card.rarity else ""
        parts.muted(f"{card.name}.{rarity}", key="alert-rarity")


def picture(detail: Detail) -> None:
    """Draw what the alert is about, and say what the reviews inside share."""
    if not detail.picture.frame.empty:
        figure = _FIGURES[detail.drawing](detail.picture.frame)
        charts.show(figure, key="alertes_image", takeaway=detail.picture.takeaway)
    if detail.aside:
        st.caption(detail.aside)
    if detail.drivers:
        with st.container(horizontal=True, gap="small"):
            for driver in detail.drivers:
                st.badge(parts.plain(driver), color="gray")


def inside(here: Room, detail: Detail) -> None:
    """Show the reviews inside, each to be qualified apart."""
    parts.section(
        detail.inside,
        "Chaque avis se lit, se date et se classe à part : un pic n’est pas un fait juridique.",
    )
    for review in detail.reviews[:FIRST_REVIEWS]:
        parts.review(review, key="alertes", action=partial(_apart, here, review))
    rest = detail.reviews[FIRST_REVIEWS:]
    if rest:
        with st.expander(f"Voir les {french.plural(len(rest), 'autre avis', 'autres avis')}"):
            for review in rest:
                parts.review(review, key="alertes", action=partial(_apart, here, review))
    if not detail.reviews:
        st.text("Aucune publication de cette alerte n’est dans la base.")


def _apart(here: Room, review: Review) -> None:
    """Offer what can be done of one review apart: class it to see, or open its case."""
    _qualify(here, review)
    slug = here.scope.member(review.practitioner_id).slug
    cases.open_button(here, slug, review.id, key="alertes")


@st.fragment
def _qualify(here: Room, review: Review) -> None:
    """Ask what a person can answer of one review, and show what follows; nothing is stored."""
    part = st.expander(
        "Classer cet avis et voir ses étapes",
        icon=":material/rule:",
        type="compact",
        key=f"alertes_classer_{review.practitioner_id}_{review.id}",
        on_change="rerun",  # nothing is asked of the base for the reviews that stay folded
    )
    if part.open:
        with part:
            _questions(here, review)


def _questions(here: Room, review: Review) -> None:
    asked = here.ask(next_steps.questions, publication=review)
    parts.muted(asked.principle, key=f"principle-{review.id}")
    answers = {question.id: _answer(question, review) for question in asked.questions}
    missing = [question for question in asked.questions if question.required and not answers[question.id]]
    if missing:
        left = french.plural(len(missing), "réponse obligatoire", "réponses obligatoires")
        st.caption(f"Encore {left} avant de voir les étapes.")
        return
    try:
        found = here.ask(next_steps.of_publication, publication=review, answers=answers)
    except RefusedError as refusal:
        parts.error(str(refusal), "Rien n’est enregistré.", "Changez vos réponses.")
        return
    for reminder in found.reminders:
        with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
            st.badge("À relire", color="orange")
            st.text(reminder, width="stretch")
    steps(found.steps, key=f"review-{review.id}")


def _answer(question: next_steps.Question, review: Review) -> list[str]:
    values = list(question.answers)
    key = f"alertes_{review.practitioner_id}_{review.id}_{question.id}"

    def label(value: str) -> str:
        return question.answers[value][0]

    if question.several:
        chosen = st.multiselect(
            question.text, values, format_func=label, key=key, help=question.help, placeholder="Rien de coché"
        )
    else:
        index = values.index(question.proposed) if question.proposed in values else None
        one = st.radio(question.text, values, index=index, format_func=label, key=key, help=question.help)
        chosen = [one] if one else []
    for value in chosen:
        parts.muted(question.answers[value][1], key=f"meaning-{key}-{value}")
    return chosen


def steps(shown: Sequence[Step], *, key: str) -> None:
    """List the steps in order: the first ones open, the others on demand."""
    for number, step in enumerate(shown[:FIRST_STEPS], 1):
        parts.step(step, number=number, key=key)
    rest = shown[FIRST_STEPS:]
    if rest:
        with st.expander(f"Les {len(rest)} étapes suivantes" if len(rest) > 1 else "L’étape suivante"):
            for number, step in enumerate(rest, FIRST_STEPS + 1):
                parts.step(step, number=number, key=key)


def group(detail: Detail) -> None:
    """Show what to do of the alert as a whole."""
    parts.section("Et maintenant")
    parts.muted(detail.group.rule, key="alert-rule")
    steps(detail.group.steps, key="group")


def act(here: Room, card: AlertCard) -> None:
    """Take note of an alert with a reason, put it off, or open a case on the whole of it."""
    parts.section("Classer l’alerte")
    cases.open_alert_button(here, card.slug, card.id, key="alertes")
    left, right = st.columns(2)
    with left, st.form(f"alertes_note_{card.id}"):
        reason = st.text_input("Raison, en quelques mots", key=f"alertes_raison_{card.id}", max_chars=200)
        if st.form_submit_button("Prendre note"):
            _do(lambda: acknowledge(here.job, card.id, reason or ""))
    with right, st.form(f"alertes_pause_{card.id}"):
        until = st.date_input(
            "Me la rappeler le",
            value=here.today + timedelta(days=7),
            min_value=here.today + timedelta(days=1),
            format="DD/MM/YYYY",
            key=f"alertes_rappel_{card.id}",
        )
        if st.form_submit_button("Mettre en pause"):
            _do(lambda: snooze(here.job, card.id, until))


def _do(job: Callable[[], None]) -> None:
    try:
        job()
    except RefusedError as refusal:
        parts.error(str(refusal), "L’alerte est inchangée.", "Corrigez et recommencez.")
    else:
        st.rerun()


def assumptions(shown: Alerts, detail: Detail) -> None:
    """Say on what the judgement rests, and how many false alarms to expect."""
    with st.expander("Hypothèses et fausses alertes"):
        st.text(shown.false_alarms)
        st.text("\n".join(f"– {line}" for line in detail.assumptions))
