"""A case as it is shown: the route with the state of each step, and what is due when."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ereput.guidance.base import Base
from ereput.guidance.days import add_months
from ereput.guidance.model import (
    Condition,
    Deadline,
    MomentKind,
    Nature,
    StartDay,
    StartKind,
    Status,
)
from ereput.guidance.route import RouteDeadline, RouteStep
from ereput.guidance.workflow import (
    OVER,
    Case,
    CaseStatus,
    StepRecord,
    StepStatus,
    current,
    dated,
    holds_back,
    steps_of,
    unmet,
)


@dataclass(frozen=True, slots=True)
class CaseStep:
    """A step of the route with its state. `held_by` blocks it; `advised` only recommends.

    The step's deadlines count from its own act, where it was done.
    """

    step: RouteStep
    record: StepRecord
    held_by: tuple[Condition, ...]
    advised: tuple[Condition, ...]
    is_current: bool


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something with a day. `deadline` is "" for a step that a moment dates, not a deadline.

    `days_left` counts to `date`, negative when past. When `is_uncertain`, it only alerts: `sentence`
    says so, and nobody may conclude that the deadline is past. `bound` says whether the user is the
    one who has to act by that day; otherwise it is a third party's day, a threshold or a reminder.
    """

    step: str
    title: str
    deadline: str
    label: str
    date: dt.date
    prudent: dt.date | None
    act: dt.date | None
    send_by: dt.date | None
    days_left: int
    nature: Nature
    status: Status
    bound: bool
    is_uncertain: bool
    sentence: str


_BINDS_THE_USER = {Nature.HARD, Nature.LEGAL, Nature.CONTRACT}
_AT_ONCE = {MomentKind.SAME_DAY, MomentKind.AT_ONCE}


def board(base: Base, case: Case, *, today: dt.date) -> tuple[CaseStep, ...]:
    """Return the steps of the case in order, each with its state."""
    steps, dates = steps_of(base, case, today=today), dated(base, case, today=today)
    first = current(case, steps)
    return tuple(
        CaseStep(
            step=_own_dates(base, case, step, today),
            record=case.record(step.id),
            held_by=tuple(entry for entry in missing if holds_back(step, entry)),
            advised=tuple(entry for entry in missing if not holds_back(step, entry)),
            is_current=first is not None and step.id == first.id,
        )
        for step in steps
        for missing in [unmet(case, step, dates, today=today)]
    )


def due_items(base: Base, case: Case, today: dt.date) -> tuple[DueItem, ...]:
    """Return what is due in the case, the nearest first; nothing when it is closed.

    A deadline leaves the list when a step that meets it is done, set aside, or, where sending is the
    user's whole part, sent. A hard one that certainly passed leaves it too: a step says what is left.
    """
    if case.status is CaseStatus.CLOSED:
        return ()
    shown = board(base, case, today=today)
    route = {entry.step.id for entry in shown}
    found: dict[tuple[str, dt.date], DueItem] = {}
    for entry in shown:
        for item in (*_deadline_items(base, case, entry, route, today), *_moment_items(case, entry, today)):
            found.setdefault((item.deadline or item.step, item.date), item)
    return tuple(sorted(found.values(), key=lambda item: (item.date, not item.bound)))


def _own_dates(base: Base, case: Case, step: RouteStep, today: dt.date) -> RouteStep:
    if case.record(step.id).started is None:
        return step
    dates = dated(base, case, today=today, step=step.id)
    return replace(step, deadlines=tuple(dates[entry.id] for entry in step.deadlines))


def _deadline_items(
    base: Base, case: Case, entry: CaseStep, route: set[str], today: dt.date
) -> Iterator[DueItem]:
    for shown in entry.step.deadlines:
        deadline = base.deadlines[shown.id]
        applies = not deadline.met_by or bool(route & set(deadline.met_by))
        if shown.date is None or not applies or _met(case, deadline, entry.step.id):
            continue
        if _is_over(deadline, shown, today):
            continue
        yield DueItem(
            step=entry.step.id,
            title=entry.step.title,
            deadline=shown.id,
            label=shown.label,
            date=shown.date,
            prudent=shown.prudent,
            act=shown.act,
            send_by=shown.send_by,
            days_left=(shown.date - today).days,
            nature=shown.nature,
            status=shown.status,
            bound=shown.nature in _BINDS_THE_USER,
            is_uncertain=shown.is_uncertain,
            sentence=shown.sentence,
        )


def _moment_items(case: Case, entry: CaseStep, today: dt.date) -> Iterator[DueItem]:
    for moment in entry.step.moments:
        if moment.kind in _AT_ONCE and entry.record.status is StepStatus.TODO:
            day = case.opened
        elif moment.kind is MomentKind.PERIODIC and entry.record.status is not StepStatus.SKIPPED:
            day = add_months(entry.record.ended or case.opened, moment.months)
        else:
            continue
        yield DueItem(
            step=entry.step.id,
            title=entry.step.title,
            deadline="",
            label=entry.step.title,
            date=day,
            prudent=None,
            act=None,
            send_by=None,
            days_left=(day - today).days,
            nature=Nature.CUSTOM,
            status=Status.TOOL_CHOICE,
            bound=False,
            is_uncertain=False,
            sentence=moment.sentence,
        )


def _met(case: Case, deadline: Deadline, step: str) -> bool:
    """Whether the deadline is discharged: by this step if it can be, else by any that meets it."""
    by = (step,) if step in deadline.met_by else deadline.met_by
    return any(_discharges(case.record(name), deadline) for name in by)


def _discharges(record: StepRecord, deadline: Deadline) -> bool:
    if record.status in OVER:
        return True
    if record.status is not StepStatus.WAITING:
        return False
    if deadline.nature is Nature.THRESHOLD:
        return True
    runs_from_the_act = deadline.start.kind is StartKind.CHAIN or (
        deadline.start.kind is StartKind.ACT and deadline.start.day is not StartDay.OTHER
    )
    # What must be received in time is met by the receipt, not by the posting.
    return not runs_from_the_act and (deadline.send_by_days is None or record.received is not None)


def _is_over(deadline: Deadline, shown: RouteDeadline, today: dt.date) -> bool:
    hard = deadline.nature is Nature.HARD and deadline.start.kind is StartKind.PUBLICATION
    return hard and not shown.is_uncertain and shown.date is not None and shown.date < today
