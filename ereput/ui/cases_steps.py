"""The steps of a case: the current one large, the others in a vertical list with their states."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ereput.domain.errors import RefusedError
from ereput.domain.publication import PartialDate
from ereput.evidence.kinds import ACCEPTED
from ereput.facts import french
from ereput.facts.case_detail import CLASSING, DATING, PROOF, Action, CaseDetail, RouteLine
from ereput.guidance.workflow import StepStatus
from ereput.jobs import cases, evidence
from ereput.jobs.context import Context
from ereput.ui import parts, room
from ereput.ui.cases import PART, act, fresh, say
from ereput.ui.room import Room

LABELS = {
    Action.DONE: "C’est fait",
    Action.SENT: "Envoyé, j’attends la réponse",
    Action.RECEIVED: "Accusé de réception",
    Action.SKIPPED: "Écarter",
    Action.RESET: "Reprendre",
}
ICONS = {
    StepStatus.TODO: ":material/radio_button_unchecked:",
    StepStatus.WAITING: ":material/hourglass_empty:",
    StepStatus.DONE: ":material/check_circle:",
    StepStatus.SKIPPED: ":material/do_not_disturb_on:",
}
CURRENT, ROUTE = "maintenant", "parcours"


def steps(here: Room, shown: CaseDetail) -> None:
    """Show the current step large, then the whole route with its states."""
    _current(here, shown)
    if shown.route:
        parts.section("Le parcours")
    _route(here, shown)
    if shown.route and not shown.is_answered:
        parts.muted("La suite dépend de vos réponses aux questions.", key="dossiers-after")


def _current(here: Room, shown: CaseDetail) -> None:
    """Show the step to attend to, large, with what it asks for."""
    line = shown.current
    if line is None:
        if shown.route:
            st.text("Plus rien ne presse : restent les étapes facultatives ou en parallèle du parcours.")
        return
    with st.container(border=True, key="dossiers-current"):
        rank = shown.route.index(line) + 1
        of_all = f" sur {len(shown.route)}" if shown.is_answered else ""
        parts.muted(f"Étape {rank}{of_all}", key="dossiers-rank")
        parts.section(parts.plain(line.step.title))
        _badges(line)
        parts.step_body(line.step, key="current")
        _asks(here, shown, line, place=CURRENT)
    proof = next((one for one in shown.route if one.step.id == PROOF), None)
    if proof and not proof.is_current and proof.state is StepStatus.TODO and not proof.held_by:
        with st.container(border=True, key="dossiers-proof"):
            parts.section("Sans attendre : la preuve")
            st.text(proof.step.text)
            drop(here, shown, place="preuve")


def _route(here: Room, shown: CaseDetail) -> None:
    """List every step of the route with its state."""
    for rank, line in enumerate(shown.route, 1):
        state = line.days or line.state_text
        part = st.expander(
            f"{rank}. {parts.plain(line.step.title)} · {parts.plain(state)}",
            icon=":material/arrow_forward:" if line.is_current else ICONS[line.state],
            key=f"dossiers_parcours_{line.step.id}",
            on_change="rerun",  # what stays folded is not drawn
        )
        if part.open:
            with part:
                _badges(line)
                parts.step_body(line.step, key=f"route-{line.step.id}")
                if line.is_current:
                    st.caption("C’est l’étape en cours, ci-dessus.")
                else:
                    _asks(here, shown, line, place=ROUTE)


def _badges(line: RouteLine) -> None:
    with st.container(horizontal=True, gap="small"):
        parts.origin(line.step)
        st.badge(parts.plain(line.state_text), color="green" if line.state is StepStatus.DONE else "gray")
        for tag in line.step.tags:
            st.badge(tag, color="gray")


def _asks(here: Room, shown: CaseDetail, line: RouteLine, *, place: str) -> None:
    """Draw what a step waits for, then what can be done with it."""
    _sentences("Attend", "orange", line.held_by)
    _sentences("Conseillé d’abord", "blue", line.advised)
    _conditions(here, shown, line, place=place)
    match line.step.id:
        case step if step == PROOF:
            drop(here, shown, place=place)
        case step if step == DATING and not line.held_by:
            dates(here, shown, place=place)
        case step if step == CLASSING:
            st.button(
                "Répondre aux questions",
                key=f"dossiers_{place}_questions",
                icon=":material/rule:",
                on_click=room.put(**{PART: "Questions"}),
            )
    if line.step.templates:
        name, _ = line.step.templates[0]
        st.button(
            "Préparer le texte",
            key=f"dossiers_{place}_modele_{line.step.id}",
            icon=":material/edit_document:",
            on_click=room.put(**{PART: "Courriers", "dossiers_modele": name}),
        )
    _actions(here, shown, line, place=place)


def _sentences(word: str, colour: str, texts: Sequence[str]) -> None:
    for text in texts:
        with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
            st.badge(word, color="orange" if colour == "orange" else "blue")
            st.text(text, width="stretch")


def _conditions(here: Room, shown: CaseDetail, line: RouteLine, *, place: str) -> None:
    """Draw what only a person can attest, the days that only a person knows, what was done elsewhere."""
    number = shown.card.id
    for key, sentence, attested in line.to_attest:
        st.checkbox(
            f"J’atteste : {parts.plain(sentence)}",
            value=attested,
            key=f"dossiers_{place}_atteste_{line.step.id}_{key}_{shown.events}",
            on_change=act(
                here,
                partial(cases.attest, case_id=number, key=key, holds=not attested, expected=shown.events),
                "Attestation retirée." if attested else "Attestation notée.",
            ),
        )
    for deadline, label in line.to_date:
        name = f"dossiers_{place}_depart_{line.step.id}_{deadline}"
        with st.form(name, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            st.date_input(
                f"Date connue : {parts.plain(label)}",
                max_value=here.today,
                format="DD/MM/YYYY",
                key=f"{name}_jour",
                value=here.today,
            )

            def start(context: Context, deadline: str = deadline, name: str = name) -> None:
                day = st.session_state[f"{name}_jour"]
                cases.start_deadline(context, number, deadline, day, expected=shown.events)

            st.form_submit_button(
                "Ouvrir l’échéance", key=f"{name}_ouvrir", on_click=act(here, start, "Échéance ouverte.")
            )
    for step, title in line.earlier:
        st.button(
            f"Déjà fait auparavant : {parts.plain(title)}",
            key=f"dossiers_{place}_deja_{line.step.id}_{step}",
            on_click=act(
                here,
                partial(cases.take, case_id=number, step=step, action=Action.EARLIER, expected=shown.events),
                "Démarche antérieure notée.",
            ),
        )


def _allowed(shown: CaseDetail, line: RouteLine) -> list[Action]:
    """Return the buttons of a step: one that a form ends has no button of its own to end it."""
    formed = line.step.id == DATING or (line.step.id == CLASSING and not shown.is_answered)
    return [action for action in line.actions if not (formed and action is Action.DONE)]


def _actions(here: Room, shown: CaseDetail, line: RouteLine, *, place: str) -> None:
    allowed = _allowed(shown, line)
    if not allowed:
        return
    name = f"dossiers_{place}_{line.step.id}"
    with st.form(name, border=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.date_input(
                "Le",
                value=here.today,
                max_value=here.today,
                format="DD/MM/YYYY",
                key=f"{name}_jour",
                width=150,
            )
            st.text_input("Note (référence, raison)", key=f"{name}_note", max_chars=500)
        with st.container(horizontal=True, gap="small"):
            for action in allowed:

                def take(context: Context, action: Action = action) -> None:
                    cases.take(
                        context,
                        shown.card.id,
                        line.step.id,
                        action,
                        day=st.session_state[f"{name}_jour"],
                        note=st.session_state[f"{name}_note"] or "",
                        expected=shown.events,
                    )

                st.form_submit_button(
                    LABELS[action],
                    key=f"{name}_{action}",
                    type="primary" if action is allowed[0] and place == CURRENT else "secondary",
                    on_click=act(here, take, f"« {line.step.title} » : {LABELS[action].lower()}."),
                )


def drop(here: Room, shown: CaseDetail, *, place: str) -> None:
    """Take files and seal them, byte for byte."""
    if shown.card.is_closed:
        return
    rank = st.session_state.setdefault(f"dossiers_depot_{place}", 0)
    files = st.file_uploader(
        "Déposez vos captures : image, PDF, page enregistrée (HTML, MHTML) ou texte, 50\u00a0Mo au plus",
        type=[ending.removeprefix(".") for ending in ACCEPTED],
        accept_multiple_files=True,
        key=f"dossiers_fichiers_{place}_{rank}",
    )

    def seal() -> None:
        refused = []
        for file in files:
            file.seek(0)
            try:
                evidence.add(fresh(here), shown.card.id, file, file.name)
            except RefusedError as refusal:
                refused.append(str(refusal))
        count = french.plural(len(files) - len(refused), "fichier scellé", "fichiers scellés")
        done = f"{count} : l’empreinte est au journal." if len(files) > len(refused) else ""
        kept = "Les autres fichiers sont scellés." if done else "Le dossier est inchangé."
        say(done, refused="\n".join(refused), kept=kept)
        st.session_state[f"dossiers_depot_{place}"] = rank + 1  # a fresh, empty drop zone

    st.button(
        "Sceller ces fichiers",
        key=f"dossiers_verser_{place}",
        icon=":material/lock:",
        disabled=not files,
        on_click=seal,
    )


def dates(here: Room, shown: CaseDetail, *, place: str) -> None:
    """Ask when the publication was first put online, and when it was known of."""
    known = shown.dates
    if known is None:
        return
    name = f"dossiers_dates_{place}"
    if known.published and not known.published.is_certain:
        parts.muted(
            f"Date affichée : {known.shown}. La plus ancienne compatible est retenue pour alerter.", key=name
        )
    with st.form(name, border=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.date_input(
                "Première mise en ligne",
                value=known.published.earliest if known.published else None,
                max_value=here.today,
                format="DD/MM/YYYY",
                key=f"{name}_publie",
                width=200,
            )
            st.date_input(
                "Vous en avez eu connaissance le",
                value=known.learned,
                max_value=here.today,
                format="DD/MM/YYYY",
                key=f"{name}_connu",
                width=240,
            )
        st.checkbox(
            "La date n’est pas sûre : approximative, ou l’avis porte « modifié »",
            value=known.is_uncertain,
            key=f"{name}_doute",
            help="Une date incertaine alerte ; elle ne permet jamais de conclure qu’il est trop tard.",
        )

        def note(context: Context) -> None:
            day = st.session_state[f"{name}_publie"]
            cases.set_dates(
                context,
                shown.card.id,
                published=PartialDate.exact(day) if day else None,
                learned=st.session_state[f"{name}_connu"],
                is_uncertain=st.session_state[f"{name}_doute"],
                expected=shown.events,
            )

        st.form_submit_button(
            "Noter ces dates",
            key=f"{name}_noter",
            type="primary" if place == CURRENT else "secondary",
            on_click=act(here, note, "Dates notées : les échéances en découlent."),
        )
