"""The parts of the Dossiers page: the list, the head of a case, how one is opened, how one is changed."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from ereput import settings
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.domain.publication import PartialDate
from ereput.facts import case_detail, french
from ereput.facts.case_detail import CaseDetail
from ereput.facts.cases import CaseCard, Cases, Clock
from ereput.jobs import cases
from ereput.jobs.cases import Opened
from ereput.jobs.context import Context
from ereput.ui import parts, room
from ereput.ui.room import Room

ALL = "Tous les dossiers"
CHOICE, PART, SAID = "dossiers_choix", "dossiers_partie", "dossiers_dit"
SEALED = "Dossier ouvert ; la publication est scellée telle qu’importée."
PARTS = ("Étapes", "Preuves", "Questions", "Courriers", "Échéances", "Journal", "Issue")


# -- changing something --------------------------------------------------------------------------------


def fresh(here: Room) -> Context:
    """Return what a job needs at the hour of the press: a page may stay open overnight."""
    return replace(here.job, now=settings.load().now())


def act(here: Room, job: Callable[[Context], object], done: str) -> Callable[[], None]:
    """Return what does a job when a button is pressed, and says at the next run how it went."""

    def run() -> None:
        try:
            job(fresh(here))
        except RefusedError as refusal:
            say(refused=str(refusal))
        else:
            say(done)

    return run


def say(done: str = "", *, refused: str = "", kept: str = "Le dossier est inchangé.") -> None:
    """Leave for the next run what was done, or what was refused and what was kept all the same."""
    st.session_state[SAID] = (done, refused, kept)


def said() -> None:
    """Say how the last change went."""
    words, refused, kept = st.session_state.pop(SAID, ("", "", ""))
    if refused:
        parts.error(refused, kept, "Relisez le dossier, puis recommencez.")
    if not words:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="dossiers-said"):
        st.badge("Noté", icon=":material/check:", color="green")
        st.text(words)


# -- the list ------------------------------------------------------------------------------------------


def choose(found: Cases) -> int | None:
    """Choose a case; the choice stands in the address."""
    options = [ALL, *(str(card.id) for card in found.cards)]
    if st.session_state.get(CHOICE, ALL) not in options:
        st.session_state[CHOICE] = ALL
    if len(options) == 1:
        return None
    chosen = st.selectbox("Dossier", options, key=CHOICE, bind="query-params", format_func=_label, width=260)
    return int(chosen) if chosen and chosen != ALL else None


def _label(option: str) -> str:
    return option if option == ALL else f"Dossier {option}"


def listing(found: Cases) -> None:
    """List the cases, the nearest deadline first."""
    for number in found.unreadable:
        parts.error(
            f"Le journal du dossier n° {number} ne se lit plus.",
            "Rien n’y a été changé.",
            f"Vérifiez-le : « ereput evidence verify {number} ».",
        )
    for card in found.cards:
        _card(card)
    if not found.cards:
        parts.empty(
            "Un dossier s’ouvre depuis un avis, une alerte, ou à la main ci-dessous.",
            "Voir les alertes",
            key="dossiers",
            page=room.page("alertes"),
        )


def _card(card: CaseCard) -> None:
    with st.container(border=True, key=f"dossier-{card.id}"):
        words, action = st.columns([4, 1], vertical_alignment="center")
        with words, st.container(gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                if not card.is_closed:
                    parts.tone(card.clock.tone)
                with st.container(key=f"strong-dossier-{card.id}", width="content"):
                    st.text(f"Dossier n° {card.id} · {card.name}")
                st.badge(parts.plain(card.status), color="gray")
            st.text(card.clock.sentence)
            following = [card.title, f"étape : {card.current}" if card.current else ""]
            if card.next:
                following.append(f"{card.next.label} : {french.day(card.next.day)} ({card.next.remaining})")
            parts.muted(" · ".join(filter(None, following)), key=f"dossier-{card.id}")
        with action:
            st.button(
                "Ouvrir",
                key=f"dossiers_ouvrir_{card.id}",
                icon=":material/arrow_forward:",
                icon_position="right",
                type="tertiary",
                help=f"Ouvrir le dossier {card.id}",
                on_click=room.put(**{CHOICE: str(card.id)}),
            )


# -- opening -------------------------------------------------------------------------------------------


def open_button(here: Room, slug: str, publication_id: int, *, key: str) -> None:
    """Draw the button that opens a case on a publication, for a card of another page.

    `key` begins with that page's name. A case still open on the publication is shown instead; who may
    only read is offered nothing.
    """
    if here.viewer.role is Role.READER:
        return
    st.button(
        "Ouvrir un dossier",
        key=f"{key}_dossier_{slug}_{publication_id}",
        icon=":material/create_new_folder:",
        type="tertiary",
        on_click=opening(
            here, slug, lambda context: cases.open_from_publication(context, slug, publication_id)
        ),
    )


def open_alert_button(here: Room, slug: str, alert_id: int, *, key: str) -> None:
    """Draw the button that opens a case on an alert; `key` begins with the page's name."""
    if here.viewer.role is Role.READER:
        return
    st.button(
        "Ouvrir un dossier sur cette alerte",
        key=f"{key}_dossier_alerte_{alert_id}",
        icon=":material/create_new_folder:",
        on_click=opening(here, slug, lambda context: cases.open_from_alert(context, alert_id)),
    )


def opening(
    here: Room, slug: str, job: Callable[[Context], Opened], done: str = SEALED
) -> Callable[[], None]:
    """Return what opens a case when a button is pressed, then its page, where `done` is said."""

    def opened(context: Context) -> None:
        made = job(context)
        room.head_for("dossiers", **{CHOICE: str(made.case_id)}, praticien=slug)()

    def run() -> None:
        act(here, opened, done)()
        if st.session_state[SAID][1]:  # refused: the page of cases says so
            room.head_for("dossiers")()

    return run


def by_hand(here: Room) -> None:
    """Open a case on something that was never imported."""
    names = here.scope.offer().labels
    with st.expander("Ouvrir un dossier à la main"), st.form("dossiers_main", border=False):
        with st.container(key="grid-dossiers-main"):
            slug = st.selectbox(
                "Pour qui", list(names), format_func=lambda one: names[one], key="dossiers_main_pour"
            )
            title = st.text_input("Titre", key="dossiers_main_titre", max_chars=120)
            url = st.text_input("Lien", key="dossiers_main_lien", type="url")
            day = st.date_input(
                "Première mise en ligne",
                value=None,
                max_value=here.today,
                format="DD/MM/YYYY",
                key="dossiers_main_date",
            )
        text = st.text_area("Texte, tel qu’affiché", key="dossiers_main_texte")
        if not st.form_submit_button("Ouvrir ce dossier", disabled=not names, key="dossiers_main_ouvrir"):
            return
    try:
        made = cases.open_by_hand(
            here.job,
            slug,
            title or "",
            url=url or "",
            text=text or "",
            published=PartialDate.exact(day) if day else None,
        )
    except RefusedError as refusal:
        parts.error(str(refusal), "Aucun dossier n’a été ouvert.", "Corrigez et recommencez.")
        return
    say("Dossier ouvert.")
    room.head_for("dossiers", **{CHOICE: str(made.case_id)})()
    st.rerun()


# -- the head of one case ------------------------------------------------------------------------------


def read(here: Room, number: int) -> CaseDetail:
    """Return the case of the page; one that does not read is said, and stops the page."""
    try:
        return here.ask(case_detail.read, case_id=number)
    except RefusedError as refusal:
        parts.head(f"Dossier n° {number}", str(refusal))
        st.stop()


def head(here: Room, shown: CaseDetail) -> None:
    """Open a case: the clock first, then what it is about."""
    parts.head(f"Dossier n° {shown.card.id}", shown.card.clock.sentence)
    said()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if not shown.card.is_closed:
            parts.tone(shown.card.clock.tone)
        st.badge(parts.plain(shown.card.status), color="gray")
        parts.muted(f"{shown.card.name} · {shown.card.title}", key="dossiers-about")
    _clock(shown.card.clock)
    first = shown.route[0].is_current if shown.route else False
    # The first step says it itself.
    if shown.pause and not shown.card.is_closed and not shown.is_answered and not first:
        with st.container(key="quote-pause"):
            st.text(french.sentence_case(shown.pause))
            st.caption("La plaquette E-Réputation")
    _meanwhile(here, shown)
    _publication(shown)


def _clock(clock: Clock) -> None:
    if clock.last is None:
        return
    days = {
        "Dernier jour utile": clock.last,
        "Date prudente": clock.prudent,
        "Dernier jour ouvré pour agir": clock.act,
    }
    with st.expander(
        "Ce délai : ses dates, ce qui l’interrompt et ce qui ne l’interrompt pas", type="compact"
    ):
        if not clock.is_uncertain:
            st.text("\n".join(f"{label} : {french.long_day(day)}" for label, day in days.items() if day))
        st.caption("Interrompt le délai")
        st.text("\n".join(f"– {line}" for line in clock.interrupts))
        st.caption("Ne l’interrompt pas")
        st.text("\n".join(f"– {line}" for line in clock.does_not))


def _meanwhile(here: Room, shown: CaseDetail) -> None:
    """Say what became of the publication since the case was opened."""
    number = shown.card.id
    for sentence in filter(None, (shown.removed, shown.changed)):
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            st.badge("Du nouveau", color="blue")
            st.text(sentence, width="stretch")
            if shown.reviews:
                st.button(
                    "Sceller l’avis tel qu’il est",
                    key="dossiers_sceller",
                    on_click=act(
                        here,
                        partial(cases.seal_again, case_id=number, expected=shown.events),
                        "L’avis est scellé tel qu’il est aujourd’hui.",
                    ),
                )


def _publication(shown: CaseDetail) -> None:
    if not shown.reviews:
        return
    label = "L’avis en question" if len(shown.reviews) == 1 else "Les avis de l’alerte"
    with st.expander(label, expanded=not shown.is_answered):
        for review in shown.reviews:
            parts.review(review, key="dossiers")
        for hint in shown.hints:
            with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
                st.badge("Indice", color="gray")
                st.text(hint, width="stretch")
