"""The questions that a non-lawyer can answer, what each answer means, and the situation they make.

The user classes the review: no answer is preset, none is deduced from another. « Ce que contient
l'avis » sets flags and gives explanations, never the class (loi n° 71-1130, art. 54: qualifying
someone's situation is a lawyer's work). Reminders inform when two answers sit badly together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Guarantee
from ereput.guidance import reading
from ereput.guidance.base import ROOT, Base, context
from ereput.guidance.model import (
    Author,
    Criteria,
    Criterion,
    Flag,
    LegalRef,
    Qualification,
    YesNo,
)
from ereput.guidance.route import Situation
from ereput.guidance.strict import GuidanceError, Node, read_yaml, unique

Answers = Mapping[str, Sequence[str]]
# Dates settle these two; nobody is asked.
_SETTLED = {Flag.PRESS_EXPIRED, Flag.REPLY_EXPIRED}


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is said when the other answers are `when`."""

    when: Criteria
    sentence: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its words, what it means, the flags that it sets, its basis, its reminders."""

    value: str
    label: str
    meaning: str
    flags: frozenset[Flag]
    legal: tuple[LegalRef, ...]
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `criterion` is the criterion of the route that it answers, if any."""

    id: str
    text: str
    help: str
    criterion: Criterion | None
    several: bool
    required: bool
    leaflet: str | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All of the questions in order, with the principle that heads them."""

    principle: str
    legal: tuple[LegalRef, ...]
    questions: tuple[Question, ...]


@cache
def load_questions(base: Base, root: Path | None = None) -> Questionnaire:
    """Return the questions under `root`, validated against the base; loaded once per base and root.

    Raises GuidanceError naming the place: an unknown key or source, a criterion without question, a
    flag that no answer sets, answers that are not exactly the criterion's values.
    """
    ctx = context(base)
    node = read_yaml((root or ROOT) / "questions.yaml")
    fields = node.fields(("principe", "base_legale", "questions"))
    unique(fields["questions"].items())
    questions = tuple(_question(item, ctx) for item in fields["questions"].items())
    _check(node, questions)
    return Questionnaire(fields["principe"].text(), reading.legal_refs(fields["base_legale"], ctx), questions)


def situation(questionnaire: Questionnaire, answers: Answers) -> Situation:
    """Return the situation that the answers make; dates and profession are the caller's to add.

    `answers` gives, by question id, the values chosen. Raises RefusedError, naming the questions, when
    one is unknown, has too many answers, or a required one has none: nothing is guessed.
    """
    chosen = _chosen(questionnaire, answers)
    missing = [q.text for q in questionnaire.questions if q.required and not chosen[q.id]]
    if missing:
        raise RefusedError(f"Il reste à répondre : {' '.join(missing)}")
    values = _by_criterion(questionnaire, chosen)
    one = {
        criterion: next(iter(given))
        for criterion, given in values.items()
        if criterion is not Criterion.FLAGS
    }
    return Situation(
        qualification=Qualification(one[Criterion.QUALIFICATION]),
        author=Author(one[Criterion.AUTHOR]),
        direct_reply=YesNo(one[Criterion.DIRECT_REPLY]),
        guarantee=Guarantee(one[Criterion.GUARANTEE]),
        reported_without_effect=YesNo(one[Criterion.REPORTED]),
        flags=frozenset(Flag(value) for value in values[Criterion.FLAGS]),
    )


def reminders(questionnaire: Questionnaire, answers: Answers) -> tuple[str, ...]:
    """Return what is worth reading again when these answers, complete or not, stand together."""
    chosen = _chosen(questionnaire, answers)
    values = _by_criterion(questionnaire, chosen)
    said = [
        reminder.sentence
        for question in questionnaire.questions
        for answer in question.answers
        if answer.value in chosen[question.id]
        for reminder in answer.reminders
        if all(allowed & values.get(criterion, frozenset()) for criterion, allowed in reminder.when.tests)
    ]
    return tuple(dict.fromkeys(said))


def _chosen(questionnaire: Questionnaire, answers: Answers) -> dict[str, frozenset[str]]:
    known = {question.id: question for question in questionnaire.questions}
    if unknown := sorted(answers.keys() - known.keys()):
        raise RefusedError(f"Question inconnue : {', '.join(unknown)}.")
    chosen = {}
    for name, question in known.items():
        given = frozenset(answers.get(name, ()))
        if foreign := sorted(given - {answer.value for answer in question.answers}):
            raise RefusedError(f"Réponse inconnue à « {question.text} » : {', '.join(foreign)}.")
        if len(given) > 1 and not question.several:
            raise RefusedError(f"Une seule réponse est attendue à « {question.text} »")
        chosen[name] = given
    return chosen


def _by_criterion(
    questionnaire: Questionnaire, chosen: Mapping[str, frozenset[str]]
) -> dict[Criterion, frozenset[str]]:
    flags: frozenset[str] = frozenset()
    values: dict[Criterion, frozenset[str]] = {}
    for question in questionnaire.questions:
        given = chosen[question.id]
        if question.criterion and given:
            values[question.criterion] = given
        flags = flags.union(*(answer.flags for answer in question.answers if answer.value in given))
    return values | {Criterion.FLAGS: flags}


def _question(node: Node, ctx: reading.Context) -> Question:
    fields = node.fields(
        ("id", "texte", "aide", "reponses"), ("critere", "plusieurs", "obligatoire", "citation_plaquette")
    )
    unique(fields["reponses"].items(), "valeur")
    quoted = fields.get("citation_plaquette")
    return Question(
        id=fields["id"].text(),
        text=fields["texte"].text(),
        help=fields["aide"].text(),
        criterion=fields["critere"].choice(Criterion) if "critere" in fields else None,
        several=fields["plusieurs"].flag() if "plusieurs" in fields else False,
        required=fields["obligatoire"].flag() if "obligatoire" in fields else True,
        leaflet=reading.quotation(quoted, ctx) if quoted else None,
        answers=tuple(_answer(item, ctx) for item in fields["reponses"].items()),
    )


def _answer(node: Node, ctx: reading.Context) -> Answer:
    fields = node.fields(("valeur", "libelle", "sens", "base_legale"), ("drapeaux", "rappels"))
    return Answer(
        value=fields["valeur"].text(),
        label=fields["libelle"].text(),
        meaning=fields["sens"].text(),
        flags=frozenset(item.choice(Flag) for item in fields["drapeaux"].items())
        if "drapeaux" in fields
        else frozenset(),
        legal=reading.legal_refs(fields["base_legale"], ctx),
        reminders=tuple(_reminder(item) for item in fields["rappels"].items()) if "rappels" in fields else (),
    )


def _reminder(node: Node) -> Reminder:
    fields = node.fields(("si", "phrase"))
    return Reminder(reading.criteria(fields["si"]), fields["phrase"].text())


def _check(node: Node, questions: tuple[Question, ...]) -> None:
    """Refuse a questionnaire that leaves a criterion or a flag without question."""
    for criterion in Criterion:
        if criterion is Criterion.FLAGS:
            continue
        asked = [question for question in questions if question.criterion is criterion]
        if len(asked) != 1 or asked[0].several or not asked[0].required:
            raise node.fail(
                f"le critère {criterion.value} demande une question, obligatoire, à réponse unique"
            )
        if {answer.value for answer in asked[0].answers} != {
            item.value for item in reading.VALUES[criterion]
        }:
            raise GuidanceError(
                f"{node.place}.questions[{asked[0].id}] : les réponses sont celles du critère"
            )
    flags = frozenset[Flag]().union(*(answer.flags for question in questions for answer in question.answers))
    if flags != set(Flag) - _SETTLED:
        missing = ", ".join(sorted(set(Flag) - _SETTLED - flags)) or ", ".join(sorted(flags & _SETTLED))
        raise node.fail(f"un drapeau sans question, ou que les dates fixent : {missing}")
