"""From an alert, then from what the user answers of each publication apart, to the ordered next steps.

An alert gets the steps of its group, never a legal route; a publication gets its own once the user has
classed it. Nothing is stored, nothing is decided for the user: the only answers proposed are facts on
record, the practitioner's guarantee and whether the site lets professionals reply.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ereput.domain.practitioner import Guarantee, Viewer
from ereput.domain.publication import PartialDate
from ereput.facts import advice, reviews, words
from ereput.facts.scope import Scope
from ereput.facts.shapes import Review, Step
from ereput.guidance import base as bases
from ereput.guidance.group import AlertKind, group_route
from ereput.guidance.model import Criterion, YesNo
from ereput.guidance.qualification import Answers, load_questions, reminders, situation
from ereput.guidance.route import route
from ereput.store import Store
from ereput.store import reads_practitioner as reads


@dataclass(frozen=True, slots=True)
class Group:
    """What to do of an alert: the rule that heads it, the steps, what is assumed."""

    title: str
    rule: str
    steps: tuple[Step, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `answers` are {value: (label, what it means)}; `proposed` a fact on record, or ""."""

    id: str
    text: str
    help: str
    several: bool
    required: bool
    leaflet: str
    answers: Mapping[str, tuple[str, str]]
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions in order, headed by the principle that the user classes and chooses."""

    principle: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What follows from the answers: the steps in order, and what is worth reading again."""

    steps: tuple[Step, ...]
    reminders: tuple[str, ...]


def of_alert(
    kind: str,
    *,
    platform: str,
    guarantee: Guarantee,
    today: date,
    oldest: PartialDate | None = None,
    contract_days: int | None = None,
) -> Group:
    """Return the steps for an alert on a group. Deadlines count from the oldest publication, if any."""
    base = bases.load()
    found = group_route(
        base,
        AlertKind(kind),
        direct_reply=YesNo.YES if words.can_reply(platform) else YesNo.NO,
        guarantee=guarantee,
        today=today,
        oldest=oldest,
        learned=today if oldest else None,
        contract_days=contract_days,
    )
    steps = tuple(advice.grouped(base, step, today) for step in found.steps)
    # The alert itself says what it is: a step only adds why it is there beside the others.
    steps = tuple(replace(step, why=step.why.removeprefix(f"{found.title}.").strip()) for step in steps)
    return Group(found.title, found.rule, steps, found.assumptions)


def questions(
    store: Store, viewer: Viewer, scope: Scope, _now: datetime, *, publication: Review
) -> Questions:
    """Return what to ask of one publication of the scope."""
    asked = load_questions(bases.load())
    with store.reading() as connection:
        row = reads.one(connection, viewer, publication.practitioner_id, publication.id)
    known = {
        Criterion.GUARANTEE: scope.member(publication.practitioner_id).guarantee.value,
        Criterion.DIRECT_REPLY: YesNo.YES.value if row and words.can_reply(row.platform) else "",
    }
    return Questions(
        asked.principle,
        tuple(
            Question(
                id=question.id,
                text=question.text,
                help=question.help,
                several=question.several,
                required=question.required,
                leaflet=question.leaflet or "",
                answers={answer.value: (answer.label, answer.meaning) for answer in question.answers},
                proposed=known.get(question.criterion, "") if question.criterion else "",
            )
            for question in asked.questions
        ),
    )


def of_publication(
    store: Store,
    viewer: Viewer,
    scope: Scope,
    now: datetime,
    *,
    publication: Review,
    answers: Mapping[str, Sequence[str]],
) -> Advice:
    """Return the next steps for one publication of the scope, given the user's answers.

    Raises:
        RefusedError: a question that needs an answer has none.

    """
    base, today = bases.load(), now.date()
    asked = load_questions(base)
    given: Answers = dict(answers)
    who = scope.member(publication.practitioner_id)
    with store.reading() as connection:
        row = reads.one(connection, viewer, who.id, publication.id)
    found = replace(
        situation(asked, given),
        published=reviews.published(row) if row else None,
        profession=who.profession,
        # The day it was read here is the earliest that the tool can vouch for, hence the cautious one.
        learned=row.first_seen.date() if row else None,
        contract_days=who.declaration_days,
    )
    steps = advice.routed(base, route(base, found, today=today), today)
    return Advice(steps, reminders(asked, given))
