"""What falls due as a calendar (RFC 5545): days and the base's own words, no name and no review."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event
from icalendar.enums import TRANSP

from ereput.facts.cases import CaseDue

REMINDERS = (timedelta(days=7), timedelta(days=1))
_PRODUCT = "-//ereput//echeances//FR"
_DAY = timedelta(days=1)


def calendar(items: Iterable[CaseDue], *, now: datetime) -> bytes:
    """Return a calendar of whole days: each deadline, and its cautious day where it binds the user.

    An event keeps its identifier as long as it is the same deadline of the same case, so that a calendar
    imported again moves it instead of doubling it.
    """
    events = [event for item in items for event in _events(item, now)]
    made = Calendar.new(
        uid="echeances@ereput",
        prodid=_PRODUCT,
        name="Échéances des dossiers",
        language="fr",
        subcomponents=events,
    )
    return bytes(made.to_ical())


def _events(item: CaseDue, now: datetime) -> Iterator[Event]:
    name = f"dossier-{item.case_id}-{item.deadline or item.step}"
    what = f"Dossier n° {item.case_id} : {item.label}"
    said = [item.sentence, "" if item.bound else "Repère : ce jour ne vous oblige pas."]
    words = "\n".join(filter(None, said)) or "Échéance calculée par le guide ; elle ne remplace pas un avis."
    yield _event(name, what, words, item.day, now, is_reminded=item.bound)
    if item.prudent and not item.is_uncertain:
        yield _event(
            f"{name}-prudente", f"{what} (date prudente)", words, item.prudent, now, is_reminded=False
        )


def _event(name: str, what: str, words: str, day: date, now: datetime, *, is_reminded: bool) -> Event:
    alarms = [_alarm(name, before, what) for before in REMINDERS] if is_reminded else []
    return Event.new(
        uid=f"{name}@ereput",
        stamp=now,
        start=day,
        end=day + _DAY,
        summary=what,
        description=words,
        transparency=TRANSP.TRANSPARENT,
        subcomponents=alarms,
    )


def _alarm(name: str, before: timedelta, what: str) -> Alarm:
    made = Alarm.new(uid=f"{name}-rappel-{before.days}@ereput", description=what)
    made.add("action", "DISPLAY")
    made.add("trigger", -before)
    return made
