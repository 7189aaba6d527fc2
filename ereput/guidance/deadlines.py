"""Dates of the base's deadlines: last useful day, prudent day, day to act.

Rules, each with its source in the base (`delais`):
- months and years run from date to date, never extended by a week-end or a holiday (D_PRESSE);
- the prudent day is the eve of the last useful day; the day to act is the last working day up to it,
  since nothing is served on a Sunday or a holiday without leave (CPC 664);
- five working days for the insurer; the contract's delay replaces them and is never shorter
  (C. assur., L113-2, 4°);
- a deadline that follows another starts from that one's last day.
"""

import datetime as dt
from dataclasses import dataclass

from ereput.domain.errors import RefusedError
from ereput.guidance.base import Base
from ereput.guidance.days import add_months, add_working, last_working
from ereput.guidance.model import Deadline, Duration, Nature, StartKind, Status, Unit

_MONTHS_A_YEAR = 12
_EVE = dt.timedelta(days=1)
# The user has to meet these; the others bind a third party, open a right or are already a prudent mark.
_BINDS_THE_USER = {Nature.HARD, Nature.LEGAL, Nature.CONTRACT}


@dataclass(frozen=True, slots=True)
class DeadlineResult:
    """One deadline, dated. `date` is its last useful day (for a threshold, the first possible one).

    `prudent` and `act` are None for a deadline that does not bind the user; `send_by` is the day to
    post what must be received before `date`, where the base advises one. `starts` names, in French,
    the event that `start` is the day of.
    """

    id: str
    label: str
    start: dt.date
    starts: str
    date: dt.date
    prudent: dt.date | None
    act: dt.date | None
    send_by: dt.date | None
    nature: Nature
    status: Status


def deadline(base: Base, id: str, start: dt.date, *, days: int | None = None) -> DeadlineResult:  # noqa: A002 (the base's own word)
    """Return the deadline `id` counted from `start`, the day of the event that its « départ » names.

    `days` replaces the number of days where the base allows it (the contract's, in working days, for
    D_ASSUREUR; the letter's for D_MED); under the base's minimum, the minimum holds.
    Raises RefusedError for an unknown id, a replacement that the law forbids, or a date out of range.
    """
    entry = find(base, id)
    duration = _replaced(entry, days)
    try:
        last = _end(start, duration)
        binds = entry.nature in _BINDS_THE_USER
        prudent = last - _EVE if binds else None
        return DeadlineResult(
            id=entry.id,
            label=entry.label,
            start=start,
            starts=entry.start.label,
            date=last,
            prudent=prudent,
            act=last_working(prudent) if prudent else None,
            send_by=start + dt.timedelta(days=entry.send_by_days) if entry.send_by_days else None,
            nature=entry.nature,
            status=entry.status,
        )
    except (OverflowError, ValueError):
        raise RefusedError(
            f"La date {start.isoformat()} est hors du calendrier pour l'échéance {id}."
        ) from None


def chained(base: Base, id: str, event: dt.date, *, days: int | None = None) -> DeadlineResult:  # noqa: A002
    """Return the deadline counted from the first event of its chain.

    D_CNIL from the receipt of the request: the day after D_RGPD ends; D_REFUS_INSERTION from the receipt
    of the demand: three months after D_INSERTION ends. Same as `deadline` for one that follows no other.
    """
    entry = find(base, id)
    if entry.start.kind is StartKind.CHAIN:
        event = deadline(base, entry.start.deadline, event).date
    return deadline(base, id, event, days=days)


def reminders(base: Base, id: str, start: dt.date) -> tuple[dt.date, ...]:  # noqa: A002
    """Return the days on which the base wants the user reminded of a deadline."""
    return tuple(start + dt.timedelta(days=days) for days in find(base, id).reminder_days)


def find(base: Base, id: str) -> Deadline:  # noqa: A002
    """Return the base's deadline, or raise RefusedError naming those that exist."""
    try:
        return base.deadlines[id]
    except KeyError:
        known = ", ".join(base.deadlines)
        raise RefusedError(f"L'échéance « {id} » n'existe pas. Échéances connues : {known}.") from None


def _replaced(entry: Deadline, days: int | None) -> Duration:
    if days is None:
        return entry.duration
    if entry.replacement is None:
        raise RefusedError(f"La durée de l'échéance {entry.id} ne se remplace pas.")
    if days < 1:
        raise RefusedError("Le nombre de jours doit être d'au moins 1.")
    return Duration(entry.duration.unit, max(days, entry.replacement.minimum))


def _end(start: dt.date, duration: Duration) -> dt.date:
    match duration.unit:
        case Unit.YEARS:
            return add_months(start, _MONTHS_A_YEAR * duration.amount)
        case Unit.MONTHS:
            return add_months(start, duration.amount)
        case Unit.DAYS:
            return start + dt.timedelta(days=duration.amount)
        case Unit.WORKING_DAYS:
            return add_working(start, duration.amount)
