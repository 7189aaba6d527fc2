"""One case as its page shows it: the clock, the questions, the route, the proof, the letters, the journal.

Who looks at a whole portfolio sees the route and its days, never the words: no publication in clear, no
sealed file, no draft, no note, no answer on who wrote the review.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Practitioner, Viewer
from ereput.domain.publication import PartialDate
from ereput.evidence import casefile
from ereput.evidence.casefile import CaseFile, Exhibit
from ereput.facts import advice, case_words, french, masking, reviews, words
from ereput.facts.cases import CaseCard, CaseDue, card, due_of
from ereput.facts.next_steps import Question
from ereput.facts.scope import Scope
from ereput.facts.shapes import Notice, Review, Step
from ereput.guidance import board, letters
from ereput.guidance.base import Base, flat, french_day, load
from ereput.guidance.board import CaseStep
from ereput.guidance.model import (
    Attested,
    Criterion,
    Flag,
    MomentKind,
    StartDay,
    StartKind,
    StepsDone,
    YesNo,
)
from ereput.guidance.qualification import load_questions, reminders
from ereput.guidance.workflow import Case, StepStatus
from ereput.store import Store, signals
from ereput.store import reads_practitioner as reads
from ereput.store.reads_practitioner import Filters
from ereput.store.scope import Row, Rows
from ereput.text import find_hints

PROOF, DATING, CLASSING = "S01_PREUVE", "S02_DATER", "S03_QUALIFIER"
INSURER = "S05_ASSUREUR"
_REPORTS = ("S10_SIGNALER", "S11_AUTHENTICITE", "S51_SIGNALEMENT_REGLES")
_SHORT_DIGEST = 16
MOST_REVIEWS = 20


class Action(StrEnum):
    """What can be done with a step; the words of the command line."""

    DONE = "faite"
    SENT = "envoyee"
    RECEIVED = "recue"
    SKIPPED = "ecartee"
    RESET = "reprise"
    EARLIER = "anterieure"


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A step of the route. `held_by` blocks it, `advised` only recommends; `actions` are those allowed.

    `to_attest` are (key, sentence, whether attested); `to_date` the events that start a deadline of this
    step, (id, label); `earlier` the steps outside the route that it waits for, (id, title).
    """

    step: Step
    state: StepStatus
    state_text: str
    days: str
    is_current: bool
    held_by: tuple[str, ...]
    advised: tuple[str, ...]
    actions: tuple[Action, ...]
    to_attest: tuple[tuple[str, str, bool], ...] = ()
    to_date: tuple[tuple[str, str], ...] = ()
    earlier: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A sealed file as a list shows it. `name` and `who` are untrusted."""

    number: int
    name: str
    what: str
    size: str
    digest: str
    moment: str
    who: str
    media: str


@dataclass(frozen=True, slots=True)
class Dates:
    """The two dates that deadlines count from, as far as they are known."""

    published: PartialDate | None
    learned: date | None
    is_uncertain: bool
    shown: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions with the answers given; `reminders` is what is worth reading again."""

    principle: str
    questions: tuple[Question, ...]
    given: Mapping[str, Sequence[str]]
    reminders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """The page of one case. `removed` and `changed` are sentences about the publication, or "".

    `hints` quote the publication: untrusted.
    """

    card: CaseCard
    events: int
    pause: str
    reviews: tuple[Review, ...]
    hints: tuple[str, ...]
    removed: str
    changed: str
    dates: Dates | None
    asked: Asked | None
    route: tuple[RouteLine, ...]
    due: tuple[CaseDue, ...]
    pieces: tuple[Piece, ...]
    drafts: tuple[casefile.Draft, ...]
    journal: tuple[case_words.Line, ...]
    models: tuple[tuple[str, str], ...]
    is_answered: bool
    hides_words: bool
    notice: Notice

    @property
    def current(self) -> RouteLine | None:
        """The step to attend to."""
        return next((line for line in self.route if line.is_current), None)


@dataclass(frozen=True, slots=True)
class Blank:
    """A field of a letter: its name, its label and what to write there; `value` is untrusted."""

    name: str
    label: str
    hint: str
    value: str


@dataclass(frozen=True, slots=True)
class Model:
    """A letter ready to be filled: its fields with what is already known."""

    id: str
    title: str
    public: bool
    when: str
    variants: tuple[str, ...]
    variant: str
    fields: tuple[Blank, ...]


def read(store: Store, viewer: Viewer, scope: Scope, now: datetime, *, case_id: int) -> CaseDetail:
    """Return one case of the scope. Raises RefusedError when it is not in view or does not read."""
    base, today = load(), now.date()
    with store.reading() as connection:
        known = casefile.read(connection, viewer, base, case_id)
        scope.member(known.practitioner_id)
        row = _publication(connection, viewer, known)
        rows = [row] if row else _of_alert(connection, viewer, known)
        shown = reviews.shown(connection, viewer, known.practitioner_id, rows)
    hidden = masking.hides_words(viewer, known.practitioner_id)
    route = _route(base, known, today)
    return CaseDetail(
        card=card(base, viewer, known, now),
        events=known.end.length,
        pause=base.steps["S00_PAUSE"].leaflet or "",
        reviews=shown,
        hints=() if hidden else _hints(shown),
        removed=_removed(known, row),
        changed=_changed(known, row),
        dates=_dates(known.case),
        asked=None if hidden or known.case is None else _asked(base, known),
        route=route,
        due=due_of(base, known, today),
        pieces=tuple(_piece(one, hidden=hidden) for one in known.exhibits),
        drafts=() if hidden else known.drafts,
        journal=case_words.lines(known, hidden=hidden),
        models=_models(base, route),
        is_answered=known.answers is not None,
        hides_words=hidden,
        notice=advice.notice(base, today),
    )


def model(
    store: Store,
    viewer: Viewer,
    scope: Scope,
    now: datetime,
    *,
    case_id: int,
    template: str,
    variant: str = "",
) -> Model:
    """Return a letter of a case with what is already known; nothing is chosen for the user."""
    base = load()
    entry = letters.find(base, template)
    chosen = next((one for one in entry.variants if one.name == variant), entry.variants[0])
    with store.reading() as connection:
        known = casefile.read(connection, viewer, base, case_id)
        who = scope.member(known.practitioner_id)
        # A pseudonym has no place in a letter: who may not read the names types them.
        row = None if masking.hides_authors(viewer) else _publication(connection, viewer, known)
    values = known_values(base, known, who, row, now)
    return Model(
        id=entry.id,
        title=entry.title,
        public=entry.public,
        when=advice.worded(base, entry.when),
        variants=tuple(one.name for one in entry.variants),
        variant=chosen.name,
        fields=tuple(
            Blank(
                field.name,
                case_words.field(field.name),
                advice.worded(base, field.hint),
                values.get(field.name, ""),
            )
            for field in chosen.fields
        ),
    )


def known_values(
    base: Base, known: CaseFile, who: Practitioner, row: Row | None, now: datetime
) -> dict[str, str]:
    """Return the fields that the case already answers, by field name; `row` is its publication."""
    if known.case is None:
        return {}
    values = letters.known_values(base, known.case.situation, who, today=now.date())
    if known.url:
        values |= {"url_exacte": known.url, "url": known.url}
    if row is not None:
        stars = "" if row.rating is None else french.stars(row.rating)
        values |= {
            "url_exacte": row.url,
            "pseudonyme": row.author,
            "plateforme": words.platform(row.platform),
            "site": words.platform(row.platform),
            "note": stars,
            "date_affichee": french.partial(reviews.published(row)),
            "modifie": "oui" if row.version > 1 else "inconnu",
        }
    captures = [one for one in known.exhibits if one.nature == "fichier"]
    if captures:
        values["date_capture"] = french_day(captures[0].at.astimezone(case_words.PARIS).date())
    if known.exhibits:
        values["fichiers"] = ", ".join(one.name for one in known.exhibits)
        values["empreintes"] = ", ".join(one.sha256 for one in known.exhibits)
    learned = known.case.situation.learned
    values |= {
        "date_decouverte": french_day(learned) if learned else "",
        "date_signalement": _sent(known.case, *_REPORTS),
        "date_assureur": _sent(known.case, INSURER),
    }
    return {name: value for name, value in values.items() if value}


def fill(
    store: Store,
    viewer: Viewer,
    scope: Scope,
    _now: datetime,
    *,
    case_id: int,
    template: str,
    variant: str,
    values: Mapping[str, str],
) -> letters.Letter:
    """Return a letter of a case of the scope, filled with what the user typed."""
    with store.reading() as connection:
        scope.member(casefile.read(connection, viewer, load(), case_id).practitioner_id)
    base = load()
    letter = letters.fill(base, template, variant, values)
    return replace(
        letter,
        missing=tuple(replace(field, hint=advice.worded(base, field.hint)) for field in letter.missing),
        checks=tuple(advice.worded(base, line) for line in letter.checks),
        never=tuple(advice.worded(base, line) for line in letter.never),
    )


def _publication(connection: sa.Connection, viewer: Viewer, known: CaseFile) -> Row | None:
    if known.publication_id is None or known.case is None:
        return None
    return reads.one(connection, viewer, known.practitioner_id, known.publication_id)


def _of_alert(connection: sa.Connection, viewer: Viewer, known: CaseFile) -> Rows:
    """Return the negatives inside the alert of a case, as far as the alert is still known."""
    if known.alert_id is None or known.case is None:
        return []
    try:
        alert = signals.read_alert(connection, viewer, known.alert_id)
    except RefusedError:
        return []
    inside = Filters(weeks=(alert.week, alert.last_week), is_negative=True)
    return reads.page(connection, viewer, known.practitioner_id, inside, limit=MOST_REVIEWS)


def _hints(shown: Sequence[Review]) -> tuple[str, ...]:
    """Return what a person should check in the text, with the words that raised it; never a verdict."""
    return tuple(hint.sentence for one in shown for hint in find_hints(f"{one.title}\n{one.text}"))


def _removed(known: CaseFile, row: Row | None) -> str:
    if known.is_closed or known.publication_id is None:
        return ""
    if row is None:
        return "Cet avis n’est plus dans la base (import annulé) ; sa copie scellée reste au dossier."
    if row.removed_at is None:
        return ""
    day = row.removed_at.astimezone(case_words.PARIS).date()
    return f"L’avis a été retiré, constaté le {french.day(day)}. Le dossier peut être clos : « avis retiré »."


def _changed(known: CaseFile, row: Row | None) -> str:
    """Say that the publication is no longer what was sealed."""
    sealed = [link.body for link in known.links if link.kind == casefile.EXHIBIT and "version" in link.body]
    if row is None or not sealed or known.is_closed:
        return ""
    if sealed[-1]["version"] != row.version:
        return "L’avis a été modifié depuis qu’il a été scellé."
    return ""


def _dates(case: Case | None) -> Dates | None:
    if case is None:
        return None
    situation = case.situation
    return Dates(
        published=situation.published,
        learned=situation.learned,
        is_uncertain=Flag.UNCERTAIN_DATE in situation.flags
        or (situation.published is not None and not situation.published.is_certain),
        shown=french.partial(situation.published),
    )


def _asked(base: Base, known: CaseFile) -> Asked:
    asked, given = load_questions(base), known.answers
    situation = known.case.situation if known.case else None
    facts = (
        {Criterion.GUARANTEE: situation.guarantee.value, Criterion.DIRECT_REPLY: situation.direct_reply.value}
        if situation
        else {}
    )
    if situation and situation.direct_reply is YesNo.NO:
        del facts[Criterion.DIRECT_REPLY]  # an unknown site may well let one reply
    return Asked(
        principle=asked.principle,
        questions=tuple(
            Question(
                id=question.id,
                text=question.text,
                help=question.help,
                several=question.several,
                required=question.required,
                leaflet=question.leaflet or "",
                answers={answer.value: (answer.label, answer.meaning) for answer in question.answers},
                proposed=facts.get(question.criterion, "") if question.criterion else "",
            )
            for question in asked.questions
        ),
        given=given or {},
        reminders=reminders(asked, given) if given else (),
    )


# -- the route -----------------------------------------------------------------------------------------


def _route(base: Base, known: CaseFile, today: date) -> tuple[RouteLine, ...]:
    """Return the steps of a case that runs; before the questions are answered, the first ones only.

    Until then nobody classed anything: the steps are those of every case, those that cannot wait and
    those led beside, and no reason is given that would speak of a class.
    """
    case = known.case
    if case is None or known.is_closed:
        return ()
    shown = board.board(base, case, today=today)
    inside = {entry.step.id for entry in shown}
    if known.answers is None:
        last = base.steps[CLASSING].rank
        shown = tuple(
            entry
            for entry in shown
            if base.steps[entry.step.id].rank <= last
            or entry.step.raised
            or (entry.step.parallel and not entry.step.optional)
            or entry.record.status is not StepStatus.TODO
        )
    steps = advice.routed(base, [entry.step for entry in shown], today)
    # What comes before is said with its state, in `held_by` and `advised`.
    steps = tuple(replace(step, before=(), why=step.why if known.answers else "") for step in steps)
    who = _last_hands(known)
    return tuple(
        _line(base, case, entry, step, inside=inside, who=who.get(step.id, ""))
        for entry, step in zip(shown, steps, strict=True)
    )


def _last_hands(known: CaseFile) -> dict[str, str]:
    """Return who last wrote of each step."""
    return {
        link.body["step"]: str(link.content.get("qui", ""))
        for link in known.links
        if "step" in link.body and link.content
    }


def _line(base: Base, case: Case, entry: CaseStep, step: Step, *, inside: set[str], who: str) -> RouteLine:
    record = entry.record
    missing = (*entry.held_by, *entry.advised)
    return RouteLine(
        step=step,
        state=record.status,
        state_text=case_words.STEP_STATES[record.status],
        days=_days(entry, who),
        is_current=entry.is_current,
        held_by=tuple(advice.worded(base, condition.sentence) for condition in entry.held_by),
        advised=tuple(advice.worded(base, condition.sentence) for condition in entry.advised),
        actions=_actions(base, entry),
        to_attest=tuple(
            (one.test.key, advice.worded(base, one.sentence), one.test.key in case.attested)
            for one in flat(entry.step.prerequisites)
            if isinstance(one.test, Attested)
        ),
        to_date=tuple(
            (due.id, base.deadlines[due.id].start.label)
            for due in entry.step.deadlines
            if due.date is None and _is_apart(base, due.id)
        ),
        earlier=tuple(
            dict.fromkeys(
                (name, base.steps[name].title)
                for condition in flat(missing)
                if isinstance(condition.test, StepsDone)
                for name in condition.test.steps
                if name not in inside and case.record(name).status is StepStatus.TODO
            )
        ),
    )


def _days(entry: CaseStep, who: str) -> str:
    """Say when a step was sent, received, done or set aside, and by whom it was last written."""
    record = entry.record
    by = f", par {who}" if who else ""
    said = {"envoyée": record.started, "reçue": record.received, "faite": record.ended}
    if record.status is StepStatus.SKIPPED:
        return f"écartée le {french.day(record.ended)}{by}" if record.ended else ""
    if record.started == record.ended:
        del said["envoyée"]
    told = ", ".join(f"{word} le {french.day(day)}" for word, day in said.items() if day)
    return f"{told}{by}" if told else ""


def _actions(base: Base, entry: CaseStep) -> tuple[Action, ...]:
    """Return what the transition table allows, and what makes sense of this step."""
    match entry.record.status:
        case StepStatus.TODO if entry.held_by:
            return (Action.SKIPPED,)
        case StepStatus.TODO:
            sent = (Action.SENT,) if _is_sent(base, entry.step.id) else ()
            return (*sent, Action.DONE, Action.SKIPPED)
        case StepStatus.WAITING:
            return (Action.DONE, Action.RECEIVED, Action.SKIPPED, Action.RESET)
        case StepStatus.DONE:
            recurs = any(moment.kind is MomentKind.PERIODIC for moment in entry.step.moments)
            return (Action.DONE, Action.RESET) if recurs else (Action.RESET,)
        case StepStatus.SKIPPED:
            return (Action.RESET,)


def _is_sent(base: Base, step: str) -> bool:
    """Whether a step is something sent, whose answer is awaited."""
    entry = base.steps[step]
    starts = {base.deadlines[one.deadline].start.day for one in entry.deadlines}
    private = any(not base.templates[name].public for name in entry.templates)
    return bool(starts & {StartDay.SENDING, StartDay.RECEIPT}) or (private and step != PROOF)


def _is_apart(base: Base, deadline: str) -> bool:
    start = base.deadlines[deadline].start
    return start.kind is StartKind.ACT and start.day is StartDay.OTHER


def _sent(case: Case, *steps: str) -> str:
    days = [day for step in steps if (day := case.record(step).started) is not None]
    return french_day(min(days)) if days else ""


def _models(base: Base, route: Sequence[RouteLine]) -> tuple[tuple[str, str], ...]:
    """Return the models that the route may use, those of the current step first."""
    ordered = sorted(route, key=lambda line: not line.is_current)
    names = dict.fromkeys(name for line in ordered for name, _ in line.step.templates)
    return tuple((name, base.templates[name].title) for name in names)


def _piece(shown: Exhibit, *, hidden: bool) -> Piece:
    return Piece(
        number=shown.number,
        name="Fichier non communiqué" if hidden else shown.name,
        what="Publication telle qu’importée" if shown.nature == "publication" else "Pièce versée",
        size=french.size(shown.size),
        digest=shown.sha256[:_SHORT_DIGEST],
        moment=french.moment(shown.at.astimezone(case_words.PARIS)),
        who=shown.who,
        media=shown.media,
    )
