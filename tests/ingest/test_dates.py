from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ereput.domain.publication import PartialDate, Precision
from ereput.ingest.date_order import date_order
from ereput.ingest.dates import DateReader
from ereput.ingest.reading import DateOrder

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))


def read(value: object) -> PartialDate | None:
    return DateReader(NOW).read(value)


def day_of(value: object) -> date | None:
    found = read(value)
    return found.day if found else None


@pytest.mark.parametrize(
    "shown",
    [
        "14/03/2025",
        "14-03-2025",
        "14.03.2025",
        "14/3/25",
        "2025-03-14",
        "2025/03/14",
        "2025.3.14",
        "20250314",
        "14 mars 2025",
        "14 mars 2025 à 10:26",
        "le 14 mars 2025",
        "vendredi 14 mars 2025",
        "14-mars-2025",
        "14-Mar-25",
        "ven., 14 mars 2025 10:26:53 +0100",
        "Fri, 14 Mar 2025 10:26:53 GMT",
        "Mar 14, 2025",
        "March 14th, 2025",
        "14 de marzo de 2025",
        "14. März 2025",
        "14 marzo 2025",
        "14 março 2025",
        "14 maart 2025",
        "2025年3月14日",
        "Fri Mar 14 10:26:53 2025",
        "Fri Mar 14 2025 10:26:53 GMT+0100 (CET)",
        "14/03/2025 à 10h26",
        "14/03/2025 10:26",
        "14-03-2025 08:56 AM IST",
        "2025-03-14T09:26:53.589Z",
        "2025-03-14 10:12:00 UTC",
        "2025-03-14T11:00:00+0000",
        "2025-03-14T09:26:53.123456789Z",
        "1741944413",
        "1741944413000",
        "1741944413000000",
        "1741944413.0",
        "45730",
        "/Date(1741944413000)/",
        "3/14/2025",
        "Avis publié le 14 mars 2025",
        "Date of experience: March 14, 2025",
        "Mar 14, 2025, 3:45:12 PM",
    ],
)
def test_one_day_in_many_writings(shown: str) -> None:
    assert day_of(shown) == date(2025, 3, 14)


@pytest.mark.parametrize(
    "shown",
    [
        "",
        " ",
        "5",
        "4,5",
        "Camille T.",
        "null",
        "31/02/2025",
        "2025-13-01",
        "0000-00-00",
        "10:26",
        "x" * 500,
        "il y a 10000 ans",
        "99999999999999999999",
        "pas de date",
        True,
        None,
        [],
        float("nan"),
        float("inf"),
    ],
)
def test_what_is_no_date_gives_none(shown: object) -> None:
    assert read(shown) is None


@pytest.mark.parametrize(
    ("shown", "day", "earliest", "precision"),
    [
        ("aujourd’hui", "2026-11-23", "2026-11-23", Precision.DAY),
        ("hier à 14:30", "2026-11-22", "2026-11-22", Precision.DAY),
        ("avant-hier", "2026-11-21", "2026-11-21", Precision.DAY),
        ("il y a 3 h", "2026-11-23", "2026-11-23", Precision.DAY),
        ("il y a 5 jours", "2026-11-18", "2026-11-17", Precision.DAY),
        ("il y a 2 semaines", "2026-11-09", "2026-11-03", Precision.WEEK),
        ("2 weeks ago", "2026-11-09", "2026-11-03", Precision.WEEK),
        ("hace 2 semanas", "2026-11-09", "2026-11-03", Precision.WEEK),
        ("2w", "2026-11-09", "2026-11-03", Precision.WEEK),
        ("il y a un mois", "2026-10-23", "2026-09-24", Precision.MONTH),
        ("a month ago", "2026-10-23", "2026-09-24", Precision.MONTH),
        ("vor einem Monat", "2026-10-23", "2026-09-24", Precision.MONTH),
        ("un mese fa", "2026-10-23", "2026-09-24", Precision.MONTH),
        ("il y a 3 ans", "2023-11-23", "2022-11-24", Precision.YEAR),
        ("há 3 anos", "2023-11-23", "2022-11-24", Precision.YEAR),
        ("la semaine dernière", "2026-11-16", "2026-11-16", Precision.WEEK),
        ("in the last week", "2026-11-23", "2026-11-17", Precision.WEEK),
        ("le mois dernier", "2026-10-23", "2026-10-01", Precision.MONTH),
        ("last year", "2025-11-23", "2025-01-01", Precision.YEAR),
        ("mars 2024", "2024-03-01", "2024-03-01", Precision.MONTH),
        ("03/2024", "2024-03-01", "2024-03-01", Precision.MONTH),
        ("2024", "2024-01-01", "2024-01-01", Precision.YEAR),
    ],
)
def test_rough_dates_keep_their_range(shown: str, day: str, earliest: str, precision: Precision) -> None:
    found = read(shown)
    assert found is not None
    assert (found.day.isoformat(), found.earliest.isoformat(), found.precision) == (day, earliest, precision)


def test_iso_dates_are_never_swapped() -> None:
    assert day_of("2025-04-03") == date(2025, 4, 3)
    assert DateReader(NOW, DateOrder.MONTH_FIRST).read("2025-04-03") == PartialDate.exact(date(2025, 4, 3))


def test_an_instant_is_dated_in_paris() -> None:
    found = read("2025-02-28T23:30:00Z")
    assert found is not None
    assert found.day == date(2025, 3, 1)
    assert found.precision is Precision.INSTANT
    assert day_of("2025-02-28 23:30:00") == date(2025, 2, 28)


def test_summer_time_by_name_is_not_read_as_utc() -> None:
    found = read("Fri, 14 Jun 2024 00:30:00 CEST")
    assert found is not None
    assert found.instant is not None
    assert found.instant.utcoffset() == timedelta(hours=2)


def test_a_day_without_year_is_the_latest_one_past() -> None:
    assert day_of("14 mars") == date(2026, 3, 14)
    assert day_of("Dec 5") == date(2025, 12, 5)


def test_a_date_of_modification_says_so() -> None:
    assert DateReader(NOW).read_edited("Modifié il y a 2 jours")[1]
    assert not DateReader(NOW).read_edited("il y a 2 jours")[1]


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        ([["03/04/2025"], ["05/06/2025"]], DateOrder.DAY_FIRST),
        ([["03/04/2025"], ["03/24/2025"]], DateOrder.MONTH_FIRST),
        ([["24/03/2025"], ["03/24/2025"]], DateOrder.DAY_FIRST),
        ([["03/04/2025", "1741046400"]], DateOrder.MONTH_FIRST),
        ([["03/04/2025", "2025-04-03"]], DateOrder.DAY_FIRST),
        ([["11/12/2026", ""]], DateOrder.MONTH_FIRST),
        ([["2025-04-03"], ["03/04/2025"]], DateOrder.DAY_FIRST),
    ],
)
def test_the_month_comes_first_only_when_proven(rows: list[list[str]], order: DateOrder) -> None:
    assert date_order(0, rows, NOW) is order


@given(st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    found = read(text)
    assert found is None or found.earliest <= found.day <= found.latest


@given(st.dates(date(1991, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    assert day_of(day.isoformat()) == day
    assert day_of(f"{day:%d/%m/%Y}") == day
