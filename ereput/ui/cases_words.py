"""The words of a case: the questions that class it, the letters that it may need."""

from dataclasses import replace
from functools import partial

import streamlit as st

from ereput.facts import case_detail, french, replies
from ereput.facts.case_detail import Asked, CaseDetail, Model
from ereput.facts.next_steps import Question
from ereput.guidance.letters import Letter
from ereput.jobs import cases
from ereput.jobs import letters as jobs
from ereput.jobs.context import Context
from ereput.report.letters import Sheet, docx, pdf
from ereput.ui import parts
from ereput.ui.cases import act
from ereput.ui.room import Room

LONG_HINTS = ("phrases", "faits", "explication", "mots exacts", "texte", "démarches", "éléments")


def questions(here: Room, shown: CaseDetail) -> None:
    """Ask what a person can answer, say what each answer means, and keep the answers."""
    asked = shown.asked
    if asked is None:
        st.text("Les réponses aux questions ne sont montrées qu’au praticien et à l’administrateur.")
        return
    parts.muted(asked.principle, key="dossiers-principle")
    answers = {question.id: _answer(shown, asked, question) for question in asked.questions}
    for sentence in asked.reminders:
        with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
            st.badge("À relire", color="orange")
            st.text(sentence, width="stretch")
    missing = [one for one in asked.questions if one.required and not answers[one.id]]
    st.button(
        "Enregistrer mes réponses",
        type="primary",
        key="dossiers_repondre",
        disabled=bool(missing) or shown.card.is_closed,
        help="Il reste une question sans réponse." if missing else None,
        on_click=act(
            here,
            partial(cases.answer, case_id=shown.card.id, answers=answers, expected=shown.events),
            "Réponses notées ; le parcours les suit.",
        ),
    )


def _answer(shown: CaseDetail, asked: Asked, question: Question) -> list[str]:
    values = list(question.answers)
    key = f"dossiers_question_{shown.card.id}_{question.id}"
    given = [value for value in asked.given.get(question.id, ()) if value in values]

    def label(value: str) -> str:
        return question.answers[value][0]

    if question.several:
        chosen = st.multiselect(
            question.text,
            values,
            default=given,
            format_func=label,
            key=key,
            help=question.help,
            placeholder="Rien de coché",
        )
    else:
        proposed = given[0] if given else "" if shown.is_answered else question.proposed
        index = values.index(proposed) if proposed in values else None
        one = st.radio(question.text, values, index=index, format_func=label, key=key, help=question.help)
        chosen = [one] if one else []
    for value in chosen:
        parts.muted(question.answers[value][1], key=f"{key}-{value}")
    return chosen


def letters(here: Room, shown: CaseDetail) -> None:
    """Choose a model, fill it, and take it away; nothing is sent."""
    drafts(shown)
    titles = dict(shown.models)
    if not titles:
        st.text("Aucun courrier pour ce parcours.")
        return
    if st.session_state.get("dossiers_modele") not in titles:
        st.session_state.pop("dossiers_modele", None)
    name = st.selectbox(
        "Modèle, que vous choisissez",
        list(titles),
        format_func=lambda one: titles[one],
        key="dossiers_modele",
    )
    model = here.ask(case_detail.model, case_id=shown.card.id, template=name)
    variant = st.selectbox("Version", model.variants, key=f"dossiers_version_{name}")
    if variant != model.variant:
        model = here.ask(case_detail.model, case_id=shown.card.id, template=name, variant=variant)
    parts.muted(model.when, key="dossiers-model")
    sheet, letter = jobs.sheet(here.job, shown.card.id, name, model.variant, _fields(shown, model))
    text = st.text_area(
        "Le texte, à relire et à modifier",
        value=letter.text,
        height=360,
        # A field that changes writes the text anew.
        key=f"dossiers_texte_{shown.card.id}_{name}_{abs(hash(letter.text))}",
    )
    if letter.public and text:
        author = next((one.author for one in shown.reviews), "") if not shown.hides_words else ""
        _checked(replies.check(text, author=author, names=(shown.card.name,)))
    _lists(letter)
    _take_away(here, shown, letter, replace(sheet, text=text or ""))


def _checked(found: replies.Checked) -> None:
    """Show what the reply check finds, live: the passage, why, what is safe instead."""
    with st.container(border=True, key="dossiers-controle"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            parts.tone(found.tone)
            st.text(f"Contrôle du secret : {found.sentence}", width="stretch")
        for remark in found.remarks:
            with st.container(horizontal=True, gap="small", vertical_alignment="top", wrap=False):
                if remark.is_blocking:
                    st.badge("Bloquant", color="red")
                else:
                    st.badge("À relire", color="orange")
                said = f"{french.quoted(remark.match)} : {remark.why}"
                st.text(f"{said}\nPlutôt : {remark.instead}" if remark.instead else said, width="stretch")
        for line in found.advice:
            parts.muted(line, key=f"dossiers-conseil-{abs(hash(line))}")


def _fields(shown: CaseDetail, model: Model) -> dict[str, str]:
    values = {}
    with st.container(key="grid-dossiers-champs"):
        for blank in model.fields:
            widget = st.text_area if any(word in blank.hint for word in LONG_HINTS) else st.text_input
            values[blank.name] = (
                widget(
                    blank.label,
                    value=blank.value,
                    key=f"dossiers_champ_{shown.card.id}_{model.id}_{blank.name}",
                    placeholder=blank.hint,
                    help=parts.plain(blank.hint),
                )
                or ""
            )
    return values


def _lists(letter: Letter) -> None:
    left, right = st.columns(2)
    with left:
        _list("Encore à compléter", [field.hint for field in letter.missing])
        _list("À vérifier avant l’envoi", list(letter.checks))
    with right:
        _list("À ne jamais écrire", list(letter.never))


def _list(title: str, lines: list[str]) -> None:
    if lines:
        st.caption(title)
        st.text("\n".join(f"– {line}" for line in lines))


def _take_away(here: Room, shown: CaseDetail, letter: Letter, sheet: Sheet) -> None:
    name = f"dossier-{shown.card.id}-{letter.template}"
    with st.container(horizontal=True, gap="small"):

        def keep(context: Context) -> None:
            cases.keep_letter(
                context, shown.card.id, letter.template, letter.variant, sheet.text, expected=shown.events
            )

        st.button(
            "Garder au dossier",
            key="dossiers_garder",
            type="primary",
            disabled=shown.card.is_closed,
            on_click=act(here, keep, "Texte gardé au dossier. Rien n’est envoyé : à vous d’agir."),
        )
        st.download_button(
            "Word",
            partial(docx, sheet, now=here.now),
            f"{name}.docx",
            key="dossiers_docx",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "PDF",
            partial(pdf, sheet, now=here.now),
            f"{name}.pdf",
            key="dossiers_pdf",
            on_click="ignore",
            icon=":material/download:",
        )
    with st.expander("Copier le texte", type="compact"):
        st.code(sheet.text, language=None, wrap_lines=True)


def drafts(shown: CaseDetail) -> None:
    """List the texts that were kept."""
    for draft in reversed(shown.drafts):
        title = dict(shown.models).get(draft.template, draft.template)
        with st.expander(f"Gardé : {parts.plain(title)}, {parts.plain(draft.variant)}", type="compact"):
            st.code(draft.text, language=None, wrap_lines=True)
