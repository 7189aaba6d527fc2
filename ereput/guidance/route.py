"""From a situation to its ordered next steps.

A step belongs to the route when one of its « quand » holds (all criteria of it, each by one value of
its list) and no flag excludes it. Steps are sorted by rank, equal ranks as in the file; a step whose
reason to rise holds comes first. The user classed the review: nothing here decides that for them.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from ereput.domain.practitioner import Guarantee, Profession
from ereput.domain.publication import PartialDate
from ereput.guidance.base import Base
from ereput.guidance.deadlines import DeadlineResult, deadline
from ereput.guidance.model import (
    Author,
    Condition,
    Criteria,
    Criterion,
    Deadline,
    Deviation,
    Flag,
    LegalRef,
    Moment,
    Nature,
    Origin,
    Qualification,
    Rise,
    StartKind,
    Status,
    Step,
    YesNo,
)

# The two flags that a certain date of publication settles, and the deadline that settles each.
_EXPIRY = {Flag.PRESS_EXPIRED: "D_PRESSE", Flag.REPLY_EXPIRED: "D_REPONSE"}


@dataclass(frozen=True, slots=True)
class Situation:
    """What the user answered, and the dates known.

    `published` is the first putting online; `learned` the day the practitioner knew of it;
    `contract_days` the insurer's delay in working days; `starts` the day of the event that starts a
    deadline, by deadline id (the receipt of a demand for D_RGPD, say).
    """

    qualification: Qualification
    author: Author
    direct_reply: YesNo
    guarantee: Guarantee
    reported_without_effect: YesNo
    flags: frozenset[Flag] = frozenset()
    published: PartialDate | None = None
    profession: Profession | None = None
    learned: dt.date | None = None
    contract_days: int | None = None
    starts: Mapping[str, dt.date] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class RouteDeadline:
    """A deadline of a step. `date` is None while the event that starts it is not dated.

    When `is_uncertain`, the dates count from the oldest compatible day and only alert; `sentence` says
    so, or what the deadline counts from, and is "" where the date says it all.
    """

    id: str
    label: str
    date: dt.date | None
    prudent: dt.date | None
    act: dt.date | None
    send_by: dt.date | None
    nature: Nature
    status: Status
    is_uncertain: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class RouteStep:
    """A step for this situation, ready to be shown with its origin, its basis and its warnings.

    `raised` says that it came first because a deadline is near or may be past; what its prerequisites
    ask is then to be done the same day and no longer holds it back.
    """

    id: str
    title: str
    text: str
    why: str
    deadlines: tuple[RouteDeadline, ...]
    moments: tuple[Moment, ...]
    warnings: tuple[str, ...]
    legal: tuple[LegalRef, ...]
    leaflet: str | None
    origin: Origin
    status: Status
    deviations: tuple[Deviation, ...]
    prerequisites: tuple[Condition, ...]
    templates: tuple[str, ...]
    optional: bool
    parallel: bool
    raised: bool


@dataclass(frozen=True, slots=True)
class _View:
    """A situation seen on one day: its flags settled, the base's deadlines dated."""

    base: Base
    situation: Situation
    flags: frozenset[Flag]
    dates: Mapping[str, RouteDeadline]
    today: dt.date

    def holds(self, rule: Criteria) -> bool:
        return holds(rule, self.situation, self.flags)


def route(base: Base, situation: Situation, *, today: dt.date) -> tuple[RouteStep, ...]:
    """Return the steps of this situation, in order. Raises RefusedError for a date out of the calendar."""
    flags = effective_flags(base, situation, today=today)
    view = _View(base, situation, flags, deadlines(base, situation, today=today), today)
    found = []
    for step in base.steps.values():
        matched = next((rule for rule in step.when if view.holds(rule)), None)
        if matched is None or step.excluded_by & flags:
            continue
        rises = [rise for rise in step.rises if _rises(rise, view)]
        found.append((not rises, step.rank, _step(step, matched, rises, view)))
    return tuple(step for _, _, step in sorted(found, key=lambda entry: entry[:2]))


def effective_flags(base: Base, situation: Situation, *, today: dt.date) -> frozenset[Flag]:
    """Return the flags given, with those that the date of publication settles.

    A certain date sets or clears the two « expiré » flags. An uncertain one only sets `date_incertaine`:
    it never lets anybody conclude that a deadline is past.
    """
    published = situation.published
    if published is None:
        return situation.flags
    flags = situation.flags - _EXPIRY.keys()
    if not published.is_certain or Flag.UNCERTAIN_DATE in flags:
        return flags | {Flag.UNCERTAIN_DATE}
    return flags | {
        flag for flag, name in _EXPIRY.items() if deadline(base, name, published.day).date < today
    }


def holds(rule: Criteria, situation: Situation, flags: frozenset[Flag]) -> bool:
    """Whether every criterion of the rule holds, by at least one of its values."""
    return all(allowed & _values(criterion, situation, flags) for criterion, allowed in rule.tests)


def deadlines(base: Base, situation: Situation, *, today: dt.date) -> dict[str, RouteDeadline]:
    """Return every deadline of the base, dated as far as the situation allows, by id."""
    uncertain = Flag.UNCERTAIN_DATE in effective_flags(base, situation, today=today)
    return {
        entry.id: _today(entry, today)
        if uncertain and entry.uncertain and entry.uncertain.same_day
        else _dated(base, entry, situation, uncertain=uncertain)
        for entry in base.deadlines.values()
    }


def _values(criterion: Criterion, situation: Situation, flags: frozenset[Flag]) -> frozenset[str]:
    match criterion:
        case Criterion.QUALIFICATION:
            return frozenset({situation.qualification})
        case Criterion.AUTHOR:
            return frozenset({situation.author})
        case Criterion.DIRECT_REPLY:
            return frozenset({situation.direct_reply})
        case Criterion.GUARANTEE:
            return frozenset({situation.guarantee})
        case Criterion.REPORTED:
            return frozenset({situation.reported_without_effect})
        case Criterion.FLAGS:
            return flags


def _rises(rise: Rise, view: _View) -> bool:
    if not view.holds(rise.when):
        return False
    if rise.on_uncertain_date:
        return Flag.UNCERTAIN_DATE in view.flags
    last = view.dates[rise.deadline].date
    # Once certainly past, urgency is over: S80 says what is left.
    return last is not None and 0 <= (last - view.today).days <= rise.at_most


def _today(entry: Deadline, today: dt.date) -> RouteDeadline:
    sentence = entry.uncertain.sentence if entry.uncertain else ""
    return RouteDeadline(
        id=entry.id,
        label=entry.label,
        date=today,
        prudent=None,
        act=None,
        send_by=None,
        nature=entry.nature,
        status=entry.status,
        is_uncertain=True,
        sentence=sentence,
    )


def _dated(base: Base, entry: Deadline, situation: Situation, *, uncertain: bool) -> RouteDeadline:
    doubtful = uncertain and entry.start.kind is StartKind.PUBLICATION
    result = _result(base, entry, situation)
    if doubtful and entry.uncertain:
        sentence = entry.uncertain.sentence
    else:
        sentence = "" if result else f"À compter de l'événement suivant : {entry.start.label}."
    return RouteDeadline(
        id=entry.id,
        label=entry.label,
        date=result.date if result else None,
        prudent=result.prudent if result else None,
        act=result.act if result else None,
        send_by=result.send_by if result else None,
        nature=entry.nature,
        status=entry.status,
        is_uncertain=doubtful,
        sentence=sentence,
    )


def _result(base: Base, entry: Deadline, situation: Situation) -> DeadlineResult | None:
    start = _start(base, entry, situation)
    if start is None:
        return None
    # The contract's delay is the only one that the situation replaces.
    days = situation.contract_days if entry.nature is Nature.CONTRACT else None
    return deadline(base, entry.id, start, days=days)


def _start(base: Base, entry: Deadline, situation: Situation) -> dt.date | None:
    if entry.id in situation.starts:
        return situation.starts[entry.id]
    match entry.start.kind:
        case StartKind.PUBLICATION:
            return situation.published.earliest if situation.published else None
        case StartKind.KNOWLEDGE:
            return situation.learned
        case StartKind.CHAIN:
            followed = _result(base, base.deadlines[entry.start.deadline], situation)
            return followed.date if followed else None
        case StartKind.ACT:
            return None


def _step(step: Step, matched: Criteria, rises: list[Rise], view: _View) -> RouteStep:
    due = tuple(view.dates[entry.deadline] for entry in step.deadlines if view.holds(entry.when))
    doubts = dict.fromkeys(entry.sentence for entry in due if entry.is_uncertain and entry.sentence)
    deviations = view.base.deviations.values()
    return RouteStep(
        id=step.id,
        title=step.title,
        text=step.text,
        why=_why(matched, rises, view),
        deadlines=due,
        moments=step.moments,
        warnings=(*doubts, *step.warnings),
        legal=step.legal + _profession_rules(step, view),
        leaflet=step.leaflet,
        origin=step.origin,
        status=step.status,
        deviations=tuple(entry for entry in deviations if step.id in entry.steps),
        prerequisites=tuple(entry for entry in step.prerequisites if view.holds(entry.when)),
        templates=step.templates,
        optional=step.optional,
        parallel=step.parallel,
        raised=bool(rises),
    )


def _why(matched: Criteria, rises: list[Rise], view: _View) -> str:
    reasons = [
        view.base.reasons[criterion][value]
        for criterion, allowed in matched.tests
        for value in sorted(allowed & _values(criterion, view.situation, view.flags))
    ]
    text = f"Parce que {' ; '.join(reasons)}."
    if rises:
        text = f"{text} En tête, parce que {' ; '.join(rise.sentence for rise in rises)}."
    return text


def _profession_rules(step: Step, view: _View) -> tuple[LegalRef, ...]:
    if view.situation.profession is None:
        return ()
    rules = view.base.professions[view.situation.profession].rules
    return tuple(rules[topic] for topic in step.topics)
