from datetime import UTC, date, datetime

from icalendar import Calendar

from ereput.facts.cases import CaseDue
from ereput.report.ics import calendar

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PRESS = CaseDue(
    case_id=12,
    practitioner_id=1,
    name="Dr Élise Noël",
    step="S02_DATER",
    deadline="D_PRESSE",
    label="Prescription diffamation ; injure, publiques (droit commun) : une ligne longue que le format plie",
    day=date(2027, 2, 10),
    prudent=date(2027, 2, 9),
    act=date(2027, 2, 9),
    days_left=79,
    bound=True,
    is_uncertain=False,
    sentence="",
)
WATCH = CaseDue(
    12, 1, "Dr Élise Noël", "S61_VEILLE", "", "Poursuivre la veille", date(2026, 12, 23), None, None, 30,
    bound=False, is_uncertain=False, sentence="tous les mois",
)  # fmt: skip


def test_each_deadline_is_a_day_with_its_cautious_eve() -> None:
    read = Calendar.from_ical(calendar([PRESS, WATCH], now=NOW))
    events = {str(event["uid"]): event for event in read.walk("VEVENT")}
    assert set(events) == {
        "dossier-12-D_PRESSE@ereput",
        "dossier-12-D_PRESSE-prudente@ereput",
        "dossier-12-S61_VEILLE@ereput",
    }
    press = events["dossier-12-D_PRESSE@ereput"]
    assert press.decoded("dtstart") == date(2027, 2, 10)
    assert str(press["summary"]) == f"Dossier n° 12 : {PRESS.label}"
    assert events["dossier-12-D_PRESSE-prudente@ereput"].decoded("dtstart") == date(2027, 2, 9)
    assert [len(list(event.walk("VALARM"))) for event in events.values()] == [2, 0, 0]
    assert "ne vous oblige pas" in str(events["dossier-12-S61_VEILLE@ereput"]["description"])


def test_a_calendar_names_nobody_and_follows_the_format() -> None:
    body = calendar([PRESS, WATCH], now=NOW)
    assert "Noël" not in body.decode()
    assert body.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert calendar([PRESS], now=NOW) == calendar([PRESS], now=NOW)


def test_an_empty_calendar_is_one() -> None:
    assert Calendar.from_ical(calendar([], now=NOW)).walk("VEVENT") == []
