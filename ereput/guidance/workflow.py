"""The life of a case: a transition table, and the conditions of the base that guard it.

The rules:

1.  A case is OPEN, WAITING or CLOSED; each step of it TODO, WAITING, DONE or SKIPPED.
2.  A step moves by the table `STEP` below and no other way. A closed case accepts only CaseReopened.
3.  Nothing is started or done before its prerequisites hold (`unmet`); an advised one never blocks. A
    step that the route raised to the head is urgent: its prerequisites are done the same day, beside it.
4.  Any step may be set aside: the user chooses. What depends on it then stays shut.
5.  The route follows the situation: when that changes, records stay, so that what was done still counts.
6.  A step outside the present route takes part only by StepRecorded (it was done before, or elsewhere).
7.  A step done is done again only when it recurs (a periodic moment): its last day moves.
8.  A case is WAITING exactly when its current step is WAITING; otherwise OPEN. The current step is the
    first of the route neither done nor set aside, optional steps and those led in parallel apart.
9.  Nothing ends by itself: a case closes by CaseClosed with an outcome, in any state of its steps.

`apply` is pure: it returns the next case or raises RefusedError, with one French sentence, and the case
given is unchanged. Replaying the same events from the same opening gives the same case.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from ereput.domain.errors import RefusedError
from ereput.guidance.base import Base, flat, french_day
from ereput.guidance.deadlines import find
from ereput.guidance.events import (
    AttestationWithdrawn,
    CaseClosed,
    CaseReopened,
    DeadlineStarted,
    Event,
    FactEvent,
    Outcome,
    ReplyVerified,
    SentenceAttested,
    SituationChanged,
    StepDone,
    StepEvent,
    StepReceived,
    StepRecorded,
    StepReset,
    StepSkipped,
    StepStarted,
)
from ereput.guidance.model import (
    AnyOf,
    Attested,
    Condition,
    DaysBefore,
    DeadlinePassed,
    MomentKind,
    ReplyChecked,
    StartDay,
    StartKind,
    StepsDone,
)
from ereput.guidance.route import RouteDeadline, RouteStep, Situation, deadlines, route


class StepStatus(StrEnum):
    """Where a step stands."""

    TODO = "a_faire"
    WAITING = "en_attente"
    DONE = "faite"
    SKIPPED = "ecartee"


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "ouvert"
    WAITING = "en_attente"
    CLOSED = "clos"


STEP: Mapping[StepStatus, Mapping[type[StepEvent], StepStatus]] = MappingProxyType(
    {
        StepStatus.TODO: {
            StepStarted: StepStatus.WAITING,
            StepDone: StepStatus.DONE,
            StepSkipped: StepStatus.SKIPPED,
            StepRecorded: StepStatus.DONE,
        },
        StepStatus.WAITING: {
            StepReceived: StepStatus.WAITING,
            StepDone: StepStatus.DONE,
            StepSkipped: StepStatus.SKIPPED,
            StepReset: StepStatus.TODO,
        },
        StepStatus.DONE: {StepReset: StepStatus.TODO, StepDone: StepStatus.DONE},
        StepStatus.SKIPPED: {StepReset: StepStatus.TODO},
    }
)
OVER = frozenset({StepStatus.DONE, StepStatus.SKIPPED})
_IN_WORDS = {
    StepStatus.TODO: "à faire",
    StepStatus.WAITING: "en attente",
    StepStatus.DONE: "déjà faite",
    StepStatus.SKIPPED: "écartée",
}
_REFUSED = {
    StepStarted: "ne peut pas commencer",
    StepReceived: "n'attend aucune réception",
    StepDone: "ne peut pas être terminée",
    StepSkipped: "ne peut pas être écartée",
    StepReset: "n'a rien à reprendre",
    StepRecorded: "ne peut pas être notée comme antérieure",
}


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What happened to one step: its status and its days, each None until it happens."""

    status: StepStatus = StepStatus.TODO
    started: dt.date | None = None
    received: dt.date | None = None
    ended: dt.date | None = None


UNTOUCHED = StepRecord()


@dataclass(frozen=True, slots=True)
class Case:
    """A case at one moment. `starts` are the days of the events that start a deadline, by deadline id."""

    situation: Situation
    opened: dt.date
    status: CaseStatus = CaseStatus.OPEN
    steps: Mapping[str, StepRecord] = field(default_factory=dict)
    attested: frozenset[str] = frozenset()
    reply_checked: bool = False
    starts: Mapping[str, dt.date] = field(default_factory=dict)
    outcome: Outcome | None = None
    closed: dt.date | None = None

    def record(self, step: str) -> StepRecord:
        """Return what happened to a step."""
        return self.steps.get(step, UNTOUCHED)


def apply(base: Base, case: Case, event: Event) -> Case:
    """Return the case after the event, or raise RefusedError: nothing is changed then."""
    if isinstance(event, CaseReopened):
        if case.status is not CaseStatus.CLOSED:
            raise RefusedError("Ce dossier n'est pas clos : il n'y a rien à rouvrir.")
        return _settled(base, replace(case, status=CaseStatus.OPEN, outcome=None, closed=None), event.day)
    if case.status is CaseStatus.CLOSED:
        raise RefusedError("Ce dossier est clos. Rouvrez-le avant d'y noter une démarche.")
    if isinstance(event, CaseClosed):
        return replace(case, status=CaseStatus.CLOSED, outcome=event.outcome, closed=event.day)
    if isinstance(event, StepEvent):
        return _settled(base, _step(base, case, event), event.day)
    return _settled(base, _fact(base, case, event), event.day)


def replay(base: Base, case: Case, events: Iterable[Event]) -> Case:
    """Return the case after all of the events, in their order."""
    for event in events:
        case = apply(base, case, event)
    return case


def unmet(
    case: Case, step: RouteStep, dates: Mapping[str, RouteDeadline], *, today: dt.date
) -> tuple[Condition, ...]:
    """Return the prerequisites of a step that do not hold that day, advised ones included.

    `dates` are the case's deadlines, as `dated` returns them.
    """
    return tuple(entry for entry in step.prerequisites if not _met(case, entry, dates, today))


def holds_back(step: RouteStep, entry: Condition) -> bool:
    """Whether a prerequisite that does not hold blocks its step: never one advised, nor a raised step."""
    return not entry.advised and not step.raised


def current(case: Case, steps: Iterable[RouteStep]) -> RouteStep | None:
    """Return the first step to attend to, or None when only optional or parallel ones are left."""
    for step in steps:
        if not step.optional and not step.parallel and case.record(step.id).status not in OVER:
            return step
    return None


def steps_of(base: Base, case: Case, *, today: dt.date) -> tuple[RouteStep, ...]:
    """Return the route of the case as it stands, its deadlines counted from what was done."""
    return route(base, situation_of(base, case), today=today)


def dated(base: Base, case: Case, *, today: dt.date, step: str = "") -> dict[str, RouteDeadline]:
    """Return the base's deadlines for the case; with `step`, those of its own act come first."""
    return deadlines(base, situation_of(base, case, step=step), today=today)


def situation_of(base: Base, case: Case, *, step: str = "") -> Situation:
    """Return the case's situation with the days that start deadlines.

    A step's sending or receipt starts the deadlines that it carries; where two steps start one, the
    earliest counts, unless `step` names whose act is meant.
    """
    found: dict[str, dt.date] = {}
    for name, entry in case.steps.items():
        for deadline, day in _own_starts(base, name, entry).items():
            found[deadline] = min(day, found.get(deadline, day))
    own = _own_starts(base, step, case.record(step)) if step else {}
    return replace(case.situation, starts={**found, **case.situation.starts, **case.starts, **own})


def _own_starts(base: Base, step: str, record: StepRecord) -> dict[str, dt.date]:
    days = {StartDay.SENDING: record.started, StartDay.RECEIPT: record.received, StartDay.OTHER: None}
    found = {}
    for entry in base.steps[step].deadlines:
        start = base.deadlines[entry.deadline].start
        day = days[start.day] if start.kind is StartKind.ACT else None
        if day is not None:
            found[entry.deadline] = day
    return found


def _step(base: Base, case: Case, event: StepEvent) -> Case:
    if event.step not in base.steps:
        raise RefusedError(f"L'étape « {event.step} » n'existe pas.")
    title, record = base.steps[event.step].title, case.record(event.step)
    target = STEP[record.status].get(type(event))
    again = record.status is StepStatus.DONE and isinstance(event, StepDone)
    if target is None or (again and not _recurs(base, event.step)):
        state = _IN_WORDS[record.status]
        raise RefusedError(f"L'étape « {title} » {_REFUSED[type(event)]} : elle est {state}.")
    if record.status is StepStatus.TODO:
        _enter(base, case, event)
    return replace(case, steps={**case.steps, event.step: _recorded(record, target, event)})


def _enter(base: Base, case: Case, event: StepEvent) -> None:
    """Refuse the first event of a step that is not for this route, or whose prerequisites do not hold."""
    title = base.steps[event.step].title
    routed = next((step for step in steps_of(base, case, today=event.day) if step.id == event.step), None)
    if isinstance(event, StepRecorded):
        if routed is not None:
            raise RefusedError(f"L'étape « {title} » est dans le parcours : notez-la comme faite.")
    elif routed is None:
        raise RefusedError(f"L'étape « {title} » n'est pas dans le parcours de ce dossier.")
    elif isinstance(event, StepStarted | StepDone):
        _guard(base, case, routed, event.day)


def _recurs(base: Base, step: str) -> bool:
    return any(moment.kind is MomentKind.PERIODIC for moment in base.steps[step].moments)


def _guard(base: Base, case: Case, step: RouteStep, day: dt.date) -> None:
    missing = unmet(case, step, dated(base, case, today=day), today=day)
    if wanted := " ".join(entry.sentence for entry in missing if holds_back(step, entry)):
        raise RefusedError(f"L'étape « {step.title} » attend d'abord : {wanted}")


def _recorded(record: StepRecord, target: StepStatus, event: StepEvent) -> StepRecord:
    if isinstance(event, StepReset):
        return UNTOUCHED
    began = record.started
    if began is not None and event.day < began:
        raise RefusedError(f"Cette date précède l'envoi, daté du {french_day(began)}.")
    if isinstance(event, StepStarted):
        return replace(record, status=target, started=event.day)
    if isinstance(event, StepReceived):
        return replace(record, status=target, received=event.day)
    # What was done at once was also sent that day: deadlines that run from the sending need it.
    return replace(record, status=target, started=_began(record, event), ended=event.day)


def _began(record: StepRecord, event: StepEvent) -> dt.date | None:
    return record.started if isinstance(event, StepSkipped) else record.started or event.day


def _fact(base: Base, case: Case, event: FactEvent) -> Case:
    match event:
        case SentenceAttested() | AttestationWithdrawn():
            if event.key not in attestations(base):
                raise RefusedError(f"L'attestation « {event.key} » n'existe pas.")
            given = isinstance(event, SentenceAttested)
            return replace(
                case, attested=case.attested | {event.key} if given else case.attested - {event.key}
            )
        case ReplyVerified():
            return replace(case, reply_checked=event.passed)
        case DeadlineStarted():
            return replace(case, starts={**case.starts, find(base, event.deadline).id: event.day})
        case SituationChanged():
            return replace(case, situation=event.situation)


def attestations(base: Base) -> dict[str, str]:
    """Return the sentences that a person may attest, by key."""
    return {
        entry.test.key: entry.sentence
        for step in base.steps.values()
        for entry in flat(step.prerequisites)
        if isinstance(entry.test, Attested)
    }


def _settled(base: Base, case: Case, day: dt.date) -> Case:
    step = current(case, steps_of(base, case, today=day))
    waits = step is not None and case.record(step.id).status is StepStatus.WAITING
    return replace(case, status=CaseStatus.WAITING if waits else CaseStatus.OPEN)


def _met(case: Case, entry: Condition, dates: Mapping[str, RouteDeadline], today: dt.date) -> bool:
    match entry.test:
        case StepsDone(steps, sent):
            enough = {StepStatus.DONE, StepStatus.WAITING} if sent else {StepStatus.DONE}
            return any(case.record(step).status in enough for step in steps)
        case Attested(key):
            return key in case.attested
        case ReplyChecked():
            return case.reply_checked
        case DaysBefore(deadline, days, otherwise):
            last = dates[deadline].date
            far = last is not None and (last - today).days >= days
            return far or (bool(otherwise) and case.record(otherwise).status is StepStatus.DONE)
        case DeadlinePassed(deadline):
            last = dates[deadline].date
            return last is not None and last < today
        case AnyOf(conditions):
            return any(_met(case, one, dates, today) for one in conditions)
