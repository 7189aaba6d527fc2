from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.publication import PartialDate, Precision
from ereput.facts import french

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (4.25, 1, "4,2"),
        (1234, 0, "1\u202f234"),
        (1234567.5, 1, "1\u202f234\u202f567,5"),
        (-0.04, 1, "0,0"),
        (-3.5, 1, "\u22123,5"),
        (None, 0, "–"),
    ],
)
def test_number(value: float | None, decimals: int, expected: str) -> None:
    assert french.number(value, decimals) == expected


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
@settings(max_examples=60)
def test_number_reads_back(value: float, decimals: int) -> None:
    text = french.number(value, decimals)
    back = float(text.replace("\u202f", "").replace("\u2212", "-").replace(",", "."))
    assert back == pytest.approx(round(value, decimals), abs=1e-9, rel=1e-12)


def test_marks_and_shares() -> None:
    assert french.rating(4.333) == "4,3"
    assert french.stars(2.0) == "2 sur 5"
    assert french.stars(3.5) == "3,5 sur 5"
    assert french.stars(None) == "sans note"
    assert french.percent(0.124) == "12\u202f%"
    assert french.signed(0.1, 1) == "+0,1"
    assert french.signed(-2) == "\u22122"
    assert french.signed(0.04, 1) == "0,0"


@pytest.mark.parametrize(
    ("count", "noun", "expected"),
    [
        (0, "praticien", "0\u00a0praticien"),
        (1.5, "jour", "1,5\u00a0jour"),
        (2, "praticien", "2\u00a0praticiens"),
        (3, "avis", "3\u00a0avis"),
        (2, "mois", "2\u00a0mois"),
    ],
)
def test_plural(count: float, noun: str, expected: str) -> None:
    assert french.plural(count, noun) == expected


def test_an_irregular_plural_is_given() -> None:
    assert french.plural(2, "signal", "signaux") == "2\u00a0signaux"


def test_words() -> None:
    assert french.joined([]) == ""
    assert french.joined(["a"]) == "a"
    assert french.joined(["a", "b", "c"]) == "a, b et c"
    assert french.joined(["a", "b"], "ou") == "a ou b"
    assert french.quoted("déçu") == "«\u202fdéçu\u202f»"
    assert french.sentence_case("rien à signaler sur IRM") == "Rien à signaler sur IRM"


def test_dates() -> None:
    assert french.day(TODAY) == "23 nov. 2026"
    assert french.day(date(2026, 12, 1)) == "1er déc. 2026"
    assert french.day(None) == "–"
    assert french.long_day(TODAY) == "lundi 23 novembre 2026"
    assert french.month(TODAY) == "nov. 2026"
    assert french.month_name(TODAY) == "novembre 2026"
    assert french.week(date(2026, 11, 16)) == "semaine du 16 nov. 2026"
    assert french.span(date(2026, 9, 1), TODAY) == "du 1er sept. au 23 nov. 2026"
    assert french.span(date(2025, 9, 1), TODAY) == "du 1er sept. 2025 au 23 nov. 2026"
    assert french.moment(datetime(2026, 11, 23, 17, 5)) == "23 nov. 2026 à 17\u202fh\u202f05"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 11, 20), "il y a 3\u00a0jours"),
        (date(2026, 11, 22), "hier"),
        (TODAY, "aujourd’hui"),
        (date(2026, 11, 24), "demain"),
        (date(2027, 1, 9), "dans 47\u00a0jours"),
    ],
)
def test_ago(value: date, expected: str) -> None:
    assert french.ago(value, TODAY) == expected
    assert french.day_ago(value, TODAY) == f"{french.day(value)} ({expected})"


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        (Precision.YEAR, "2026"),
        (Precision.MONTH, "nov. 2026"),
        (Precision.WEEK, "vers le 23 nov. 2026"),
        (Precision.DAY, "23 nov. 2026"),
    ],
)
def test_a_date_shows_no_more_than_is_known(precision: Precision, expected: str) -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert french.partial(PartialDate(TODAY, first, last, precision)) == expected
    assert french.partial(None) == "date inconnue"


def test_sizes_and_durations() -> None:
    assert french.size(812) == "812\u00a0octets"
    assert french.size(12_400) == "12\u00a0ko"
    assert french.size(3_440_000) == "3,4\u00a0Mo"
    assert french.duration(0.42) == "0,4\u00a0s"
    assert french.duration(12.2) == "12\u00a0s"
