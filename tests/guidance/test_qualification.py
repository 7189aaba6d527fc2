import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Guarantee
from ereput.guidance.base import ROOT, load
from ereput.guidance.model import Author, Criterion, Flag, Qualification, Status, YesNo
from ereput.guidance.qualification import Question, load_questions, reminders, situation
from ereput.guidance.route import Situation, route
from ereput.guidance.strict import GuidanceError

BASE = load()
QUESTIONS = load_questions(BASE)
ANSWERS = {
    "qualification": ["a_qualifier"],
    "auteur": ["inconnu"],
    "reponse_directe": ["oui"],
    "garantie": ["inconnue"],
    "signale_sans_effet": ["non"],
}


def by_id() -> dict[str, Question]:
    return {question.id: question for question in QUESTIONS.questions}


def test_every_answer_says_what_it_means() -> None:
    assert load_questions(BASE) is QUESTIONS
    for question in QUESTIONS.questions:
        assert question.text.endswith("?")
        for answer in question.answers:
            assert answer.label
            assert answer.meaning.endswith(".")


def test_legal_statuses_are_those_of_the_base() -> None:
    of_base = {ref.ref: ref.status for step in BASE.steps.values() for ref in step.legal}
    shared = [
        (ref, of_base[ref.ref])
        for question in QUESTIONS.questions
        for answer in question.answers
        for ref in answer.legal
        if ref.ref in of_base
    ]
    assert len(shared) > 10
    assert all(ref.status is status for ref, status in shared)
    hate = next(answer for answer in by_id()["contenu"].answers if answer.value == "haine_violence")
    assert hate.legal[0].status is Status.TO_VERIFY


def test_answers_make_the_situation() -> None:
    answers = ANSWERS | {"contenu": ["menace", "injure"], "circonstances": ["date_incertaine"]}
    assert situation(QUESTIONS, answers) == Situation(
        Qualification.TO_QUALIFY,
        Author.UNKNOWN,
        YesNo.YES,
        Guarantee.UNKNOWN,
        YesNo.NO,
        flags=frozenset({Flag.THREAT, Flag.UNCERTAIN_DATE}),
    )


CONTENT = [answer.value for answer in by_id()["contenu"].answers]


@given(st.lists(st.sampled_from(CONTENT)), st.sampled_from(Qualification))
@settings(max_examples=60, deadline=None)
def test_the_content_never_decides_the_class(content: list[str], chosen: Qualification) -> None:
    answers = ANSWERS | {"contenu": content, "qualification": [chosen.value]}
    assert situation(QUESTIONS, answers).qualification is chosen


@pytest.mark.parametrize("missing", list(ANSWERS))
def test_nothing_is_guessed(missing: str) -> None:
    with pytest.raises(RefusedError, match="Il reste à répondre") as refused:
        situation(QUESTIONS, {name: value for name, value in ANSWERS.items() if name != missing})
    assert by_id()[missing].text in str(refused.value)


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ({"couleur": ["rouge"]}, "Question inconnue : couleur"),
        ({"auteur": ["voisin"]}, "Réponse inconnue"),
        ({"auteur": ["inconnu", "concurrent"]}, "Une seule réponse"),
    ],
)
def test_answers_outside_the_questions_are_refused(answers: dict[str, list[str]], word: str) -> None:
    with pytest.raises(RefusedError, match=word):
        situation(QUESTIONS, ANSWERS | answers)


def test_reminders_inform_without_changing_anything() -> None:
    threatened = {"contenu": ["menace", "adresse_privee"], "qualification": ["licite"]}
    (said,) = reminders(QUESTIONS, threatened)
    assert "appelez le 17" in said
    assert situation(QUESTIONS, ANSWERS | threatened).qualification is Qualification.LICIT
    assert reminders(QUESTIONS, {"contenu": ["menace"]}) == ()
    assert reminders(QUESTIONS, {"contenu": ["fait_precis"], "qualification": ["licite"]})[0].startswith(
        "Vous avez relevé un fait précis"
    )


def test_every_flag_asked_changes_some_route() -> None:
    today = dt.date(2026, 12, 1)
    # The two that only warn: the lawyer is told (S03, S15) whatever the answer.
    only_said = {Flag.PUBLIC_PRACTICE}
    for flag in set(Flag) - only_said - {Flag.PRESS_EXPIRED, Flag.REPLY_EXPIRED}:
        changed = False
        for qualification in Qualification:
            for author in Author:
                plain = Situation(qualification, author, YesNo.NO, Guarantee.NO, YesNo.NO)
                flagged = Situation(
                    qualification, author, YesNo.NO, Guarantee.NO, YesNo.NO, flags=frozenset({flag})
                )
                changed |= route(BASE, plain, today=today) != route(BASE, flagged, today=today)
        assert changed, flag


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("    critere: garantie\n", "", "le critère garantie demande une question"),
        ("valeur: inconnue\n", "valeur: peut_etre\n", r"questions\[garantie\] : les réponses"),
        ("drapeaux: [menace]", "drapeaux: [haine_violence]", "un drapeau sans question.* : menace"),
        ("drapeaux: [menace]", "drapeaux: [danger]", r"reponses\[menace\].drapeaux\[0\]"),
        ("source: JURIS_AVIS", "source: JURIS", "la source « JURIS » n'existe pas"),
        ("aide: Regardez", "aides: Regardez", r"questions\[reponse_directe\]"),
    ],
)
def test_an_error_in_the_questions_names_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    shutil.copy(ROOT / "questions.yaml", tmp_path)
    text = (tmp_path / "questions.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "questions.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(GuidanceError, match=place):
        load_questions(BASE, tmp_path)


def test_criteria_are_asked_in_an_order_that_helps() -> None:
    asked = [question.criterion for question in QUESTIONS.questions]
    assert asked.index(Criterion.QUALIFICATION) == 1
    assert QUESTIONS.questions[0].id == "contenu"
    assert "Vous classez et vous choisissez" in QUESTIONS.principle
