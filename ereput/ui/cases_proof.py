"""The proof of a case, its deadlines, its journal and its end."""

from functools import partial

import streamlit as st

from ereput.domain.errors import RefusedError
from ereput.facts import case_words, french
from ereput.facts.case_detail import CaseDetail, Piece
from ereput.guidance.events import Outcome
from ereput.jobs import cases, evidence
from ereput.jobs.cases import ErasureReason
from ereput.jobs.context import Context
from ereput.report import ics
from ereput.ui import parts
from ereput.ui.cases import act, fresh
from ereput.ui.cases_steps import drop
from ereput.ui.room import Room

CONSTAT = (
    "Ces pièces sont scellées : un octet changé se verrait. Elles ne remplacent pas un constat par un "
    "commissaire de justice."
)


def pieces(here: Room, shown: CaseDetail) -> None:
    """List the sealed files, take new ones, check and export the whole."""
    parts.muted(CONSTAT, key="dossiers-constat")
    for piece in shown.pieces:
        _piece(here, shown, piece)
    if not shown.pieces:
        st.text("Aucune pièce pour l’instant.")
    drop(here, shown, place="preuves")
    with st.container(horizontal=True, gap="small"):
        if st.button("Vérifier le dossier", key="dossiers_verifier", icon=":material/verified:"):
            _verify(here, shown)
        if not shown.hides_words:
            st.download_button(
                "Exporter le dossier (ZIP)",
                lambda: evidence.archive(fresh(here), shown.card.id),
                f"dossier-{shown.card.id}.zip",
                "application/zip",
                key="dossiers_exporter",
                icon=":material/folder_zip:",
            )


def _piece(here: Room, shown: CaseDetail, piece: Piece) -> None:
    with st.container(border=True, key=f"piece-{piece.number}"):
        words, action = st.columns([5, 1], vertical_alignment="center")
        with words, st.container(gap="xsmall"):
            with st.container(key=f"strong-piece-{piece.number}"):
                st.text(f"Pièce n° {piece.number} · {piece.name}")
            line = [piece.what, piece.size, piece.moment, piece.who, f"SHA-256 {piece.digest}…"]
            parts.muted(" · ".join(filter(None, line)), key=f"piece-{piece.number}")
        if shown.hides_words:
            return
        with action:
            st.download_button(
                "Ouvrir",
                partial(evidence.open_exhibit, here.job, shown.card.id, piece.number),
                piece.name,
                "application/octet-stream",  # saved, never shown by the browser as a page of ours
                key=f"dossiers_piece_{piece.number}",
                type="tertiary",
                on_click="ignore",
                help=f"Télécharger la pièce {piece.number}",
            )


def _verify(here: Room, shown: CaseDetail) -> None:
    verdict = evidence.verify(here.job, shown.card.id)
    if verdict.broken is None:
        erased = f", {french.plural(verdict.erased, 'contenu effacé', 'contenus effacés')}"
        st.text(f"Intact : {verdict.checked} éléments vérifiés{erased if verdict.erased else ''}.")
    else:
        parts.error(
            verdict.broken.why, "Rien n’a été changé par la vérification.", "Gardez une copie de l’ensemble."
        )


def due(here: Room, shown: CaseDetail) -> None:
    """List what falls due, and give it as a calendar."""
    for rank, item in enumerate(shown.due):
        with st.container(border=True, key=f"echeance-{rank}"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                parts.tone(item.tone)
                with st.container(key=f"strong-echeance-{rank}", width="content"):
                    st.text(item.label)
                st.badge(parts.plain(item.remaining), color="gray")
            days = [french.long_day(item.day)]
            if item.prudent:
                days.append(f"date prudente : {french.day(item.prudent)}")
            if item.act:
                days.append(f"dernier jour ouvré : {french.day(item.act)}")
            st.text(" · ".join(days))
            said = [item.nature, "" if item.is_settled else "terme à vérifier", item.sentence]
            if any(said):
                parts.muted(" · ".join(filter(None, said)), key=f"echeance-{rank}")
    if not shown.due:
        st.text("Rien n’est attendu.")
        return
    st.download_button(
        "Calendrier (ICS)",
        ics.calendar(shown.due, now=here.now),
        f"dossier-{shown.card.id}.ics",
        "text/calendar",
        key="dossiers_ics",
        icon=":material/calendar_month:",
        on_click="ignore",
        help="Des dates et des étapes seulement : aucun mot de l’avis, aucun nom.",
    )


def journal(here: Room, shown: CaseDetail) -> None:
    """Show what happened, the latest first, and take a note."""
    if not shown.card.is_closed:
        with st.form("dossiers_note", clear_on_submit=True, border=False):
            st.text_input("Ajouter une note", key="dossiers_note_mots", max_chars=2000)

            def note(context: Context) -> None:
                words = st.session_state["dossiers_note_mots"] or ""
                cases.write_note(context, shown.card.id, words, expected=shown.events)

            st.form_submit_button("Noter", key="dossiers_noter", on_click=act(here, note, "Note ajoutée."))
    for line in reversed(shown.journal):
        with st.container(gap="xsmall", key=f"ligne-{line.number}"):
            st.text(f"{line.number}. {line.what}")
            parts.muted(f"{line.moment}{f' · {line.who}' if line.who else ''}", key=f"ligne-{line.number}")
            if line.words:
                with st.container(key=f"quote-ligne-{line.number}"):
                    start, rest = parts.clamp(line.words)
                    st.text(start)
                    if rest:
                        with st.expander("Lire la suite", type="compact"):
                            st.text(rest)


def end(here: Room, shown: CaseDetail) -> None:
    """Close a case with its outcome, open it again, or erase what it holds."""
    number = shown.card.id
    if not shown.card.is_closed:
        with st.form("dossiers_clore", border=False):
            st.radio(
                "Comment ce dossier se termine-t-il ?",
                list(Outcome),
                index=None,
                format_func=lambda outcome: french.sentence_case(case_words.OUTCOMES[outcome]),
                key="dossiers_issue",
            )
            st.text_input("Note", key="dossiers_issue_note", max_chars=500)

            def close(context: Context) -> None:
                outcome = st.session_state["dossiers_issue"]
                note = st.session_state["dossiers_issue_note"] or ""
                cases.close(context, number, chosen(outcome), note=note, expected=shown.events)

            st.form_submit_button(
                "Clore le dossier", key="dossiers_clore_ok", on_click=act(here, close, "Dossier clos.")
            )
    elif shown.dates is not None:
        st.button(
            "Rouvrir le dossier",
            key="dossiers_rouvrir",
            on_click=act(
                here, partial(cases.reopen, case_id=number, expected=shown.events), "Dossier rouvert."
            ),
        )
    if shown.dates is not None:
        _erase(here, shown)


def chosen(outcome: Outcome | None) -> Outcome:
    """Return the outcome that was chosen. Raises RefusedError when none was."""
    if outcome is None:
        raise RefusedError("Choisissez d’abord l’issue du dossier.")
    return outcome


def _erase(here: Room, shown: CaseDetail) -> None:
    with st.expander("Effacer le contenu du dossier"), st.form("dossiers_effacer", border=False):
        st.text(
            "Les textes, les noms et les fichiers sont détruits, sans retour. Restent les dates, l’issue et "
            "un événement qui dit l’effacement et son motif ; le journal se vérifie toujours."
        )
        st.selectbox(
            "Motif",
            list(ErasureReason),
            format_func=lambda reason: french.sentence_case(case_words.REASONS[reason.value]),
            key="dossiers_effacer_motif",
        )
        st.checkbox("Je comprends que c’est définitif", key="dossiers_effacer_sur")

        def erase(context: Context) -> None:
            if not st.session_state["dossiers_effacer_sur"]:
                raise RefusedError("Cochez d’abord la case : l’effacement est définitif.")
            cases.erase(
                context,
                shown.card.id,
                st.session_state["dossiers_effacer_motif"],
                expected=shown.events,
            )

        st.form_submit_button(
            "Effacer", key="dossiers_effacer_ok", on_click=act(here, erase, "Contenu effacé.")
        )
