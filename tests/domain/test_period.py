from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ereput.domain.errors import RefusedError
from ereput.domain.period import MONTHS, Span, SpanKind, containing, custom, latest, parse, shift

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
NAMED = st.sampled_from(list(MONTHS))


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2026-09", SpanKind.MONTH, date(2026, 9, 1), date(2026, 9, 30)),
        ("2026-Q3", SpanKind.QUARTER, date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-t4", SpanKind.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-S1", SpanKind.HALF, date(2026, 1, 1), date(2026, 6, 30)),
        (" 2026-H2 ", SpanKind.HALF, date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-07-03..2026-09-10", SpanKind.CUSTOM, date(2026, 7, 3), date(2026, 9, 10)),
        ("2026-07-01..2026-09-30", SpanKind.QUARTER, date(2026, 7, 1), date(2026, 9, 30)),
    ],
)
def test_a_period_is_read_as_commands_write_it(text: str, kind: SpanKind, first: date, last: date) -> None:
    assert parse(text) == Span(kind, first, last)
    assert parse(parse(text).key) == parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-Q5",
        "2026-13",
        "2026-00",
        "1200-Q1",
        "9999-Q4",
        "2026-02-30..2026-03-01",
        "2026-03-02..2026-03-01",
        "2020-01-01..2026-01-01",
        "9999-12-30..9999-12-31",
        "=2026-Q3",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        parse(text)


@given(NAMED, DAYS)
def test_named_periods_tile_the_calendar(kind: SpanKind, day: date) -> None:
    span = containing(kind, day)
    assert span.holds(day)
    assert span.before.last == span.first - timedelta(days=1)
    assert span.before.after == span
    assert span.back(MONTHS[kind]) == span.before
    assert span.back(12).last == shift(
        span.first.replace(year=span.first.year - 1), MONTHS[kind]
    ) - timedelta(1)
    assert latest(kind, day).last < day


@given(DAYS, st.integers(0, 400), st.integers(0, 24))
def test_any_days_are_compared_with_as_many(first: date, days: int, months: int) -> None:
    span = custom(first, first + timedelta(days=days))
    if span.kind is SpanKind.CUSTOM:
        assert span.before.days == span.days == span.after.days == span.back(months).days
    assert span.before.last == span.first - timedelta(days=1)
    assert not span.holds(None)
