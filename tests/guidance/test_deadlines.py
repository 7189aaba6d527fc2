import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.errors import RefusedError
from ereput.guidance.base import load
from ereput.guidance.days import is_working
from ereput.guidance.deadlines import chained, deadline, reminders
from ereput.guidance.model import Nature, Status

BASE = load()
EXAMPLES = [(entry.id, example) for entry in BASE.deadlines.values() for example in entry.examples]


def test_the_base_gives_worked_examples() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_worked_examples_of_the_base(name: str, example: object) -> None:
    result = deadline(BASE, name, example.start)
    assert result.date == example.day
    if example.prudent:
        assert (result.prudent, result.act) == (example.prudent, example.act)


def test_press_deadline_says_what_it_is() -> None:
    result = deadline(BASE, "D_PRESSE", dt.date(2026, 12, 14))
    assert result.date == dt.date(2027, 3, 14)
    assert result.prudent == dt.date(2027, 3, 13)
    assert result.act == dt.date(2027, 3, 12)
    assert (result.nature, result.status) == (Nature.HARD, Status.SECONDARY)
    assert result.starts == "la première mise en ligne"


@pytest.mark.parametrize(
    ("name", "start", "expected"),
    [
        ("D_PRESSE_DISCRIM", dt.date(2028, 2, 29), dt.date(2029, 2, 28)),
        ("D_DENIGREMENT", dt.date(2026, 11, 23), dt.date(2031, 11, 23)),
        ("D_REPONSE", dt.date(2026, 11, 30), dt.date(2027, 2, 28)),
        ("D_INSERTION", dt.date(2026, 12, 30), dt.date(2027, 1, 2)),
        ("D_ASSURANCE_PRESCR", dt.date(2026, 11, 23), dt.date(2028, 11, 23)),
        ("D_RGPD", dt.date(2027, 1, 31), dt.date(2027, 2, 28)),
        ("D_CNIL", dt.date(2027, 2, 28), dt.date(2027, 3, 1)),
        ("D_DSA", dt.date(2026, 8, 31), dt.date(2027, 2, 28)),
        ("D_MED", dt.date(2026, 11, 23), dt.date(2026, 12, 1)),
        ("D_RELANCE_SIGNALEMENT", dt.date(2026, 11, 23), dt.date(2026, 11, 30)),
        ("D_AVOCAT", dt.date(2026, 11, 23), dt.date(2027, 1, 22)),
        ("D_AVOCAT_INCONNU", dt.date(2026, 11, 23), dt.date(2026, 12, 8)),
        ("D_REFERE_10J", dt.date(2026, 11, 23), dt.date(2026, 12, 3)),
        ("D_APPEL_PAF", dt.date(2026, 11, 23), dt.date(2026, 12, 8)),
    ],
)
def test_each_deadline_counts_from_its_own_start(name: str, start: dt.date, expected: dt.date) -> None:
    assert deadline(BASE, name, start).date == expected


def test_a_chain_counts_from_its_first_event() -> None:
    received = dt.date(2026, 11, 28)
    assert chained(BASE, "D_REFUS_INSERTION", received).date == dt.date(2027, 3, 1)
    assert chained(BASE, "D_CNIL", received).date == dt.date(2026, 12, 29)
    assert chained(BASE, "D_PRESSE", received) == deadline(BASE, "D_PRESSE", received)


def test_the_contract_replaces_five_working_days_and_is_never_shorter() -> None:
    known = dt.date(2026, 11, 23)
    assert deadline(BASE, "D_ASSUREUR", known, days=10).date == dt.date(2026, 12, 7)
    assert deadline(BASE, "D_ASSUREUR", known, days=2) == deadline(BASE, "D_ASSUREUR", known)
    assert deadline(BASE, "D_MED", known, days=3).date == dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("name", "start", "days", "word"),
    [
        ("D_RIEN", dt.date(2026, 11, 23), None, "n'existe pas"),
        ("D_PRESSE", dt.date(2026, 11, 23), 120, "ne se remplace pas"),
        ("D_ASSUREUR", dt.date(2026, 11, 23), 0, "au moins 1"),
        ("D_DENIGREMENT", dt.date(9998, 1, 1), None, "hors du calendrier"),
        ("D_ASSUREUR", dt.date(9999, 12, 30), None, "hors du calendrier"),
    ],
)
def test_refusals_are_said_in_french(name: str, start: dt.date, days: int | None, word: str) -> None:
    with pytest.raises(RefusedError, match=word):
        deadline(BASE, name, start, days=days)


def test_what_binds_a_third_party_has_no_prudent_day() -> None:
    for name in ("D_RGPD", "D_INSERTION", "D_CNIL", "D_MED", "D_AVOCAT"):
        result = deadline(BASE, name, dt.date(2026, 11, 23))
        assert (result.prudent, result.act) == (None, None)


def test_the_right_of_reply_is_posted_before_it_must_be_received() -> None:
    result = deadline(BASE, "D_REPONSE", dt.date(2026, 11, 23))
    assert result.send_by == dt.date(2027, 2, 6)
    assert result.send_by < result.date


def test_reminders_are_the_days_of_the_base() -> None:
    days = [(day - dt.date(2026, 12, 14)).days for day in reminders(BASE, "D_PRESSE", dt.date(2026, 12, 14))]
    assert days == [0, 15, 30, 60, 75, 85]
    assert reminders(BASE, "D_RGPD", dt.date(2026, 12, 14)) == ()


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
@settings(max_examples=60, deadline=None)
def test_the_day_to_act_is_a_working_day_before_the_last(start: dt.date) -> None:
    result = deadline(BASE, "D_PRESSE", start)
    assert result.act <= result.prudent == result.date - dt.timedelta(days=1)
    assert is_working(result.act)
