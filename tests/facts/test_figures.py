from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.detect.rating import DEFAULT_RATING_PRIOR
from ereput.domain.period import Span, SpanKind, parse
from ereput.facts import figures


class Row(NamedTuple):
    day: date
    reviews: int
    stars_1: int
    stars_2: int
    stars_3: int
    stars_4: int
    stars_5: int
    negatives: int
    answerable: int
    answered: int


class Delay(NamedTuple):
    day: date
    replied_on: date
    n: int


TODAY = date(2026, 11, 23)


def days(rows: Sequence[Row], delays: Sequence[Delay], known_from: date) -> figures.Days:
    return figures.Days(rows, delays, known_from, DEFAULT_RATING_PRIOR)


def day(at: date, *stars: int, answered: int = 0, mute: int = 0) -> Row:
    counts = [stars.count(n) for n in range(1, 6)]
    return Row(at, len(stars), *counts, counts[0] + counts[1], len(stars) - mute, answered)


def year(stars: tuple[int, ...] = (1, 5, 5, 5, 5)) -> list[Row]:
    """The same reviews on the 10th of each of thirty months."""
    months = [(2024 + (4 + at) // 12, (4 + at) % 12 + 1) for at in range(30)]
    return [day(date(year_, month, 10), *stars, answered=2) for year_, month in months]


def by_key(days: figures.Days, span: Span, today: date = TODAY) -> dict[str, figures.Measure]:
    return {one.key: one for one in figures.measures(days, span, today)}


def test_five_figures_each_with_its_base_and_the_period_before() -> None:
    found = by_key(days(year(), [], date(2024, 5, 10)), parse("2026-Q3"))
    assert list(found) == ["rating", "reviews", "negatives", "answered", "delay"]
    assert (found["reviews"].tile.value, found["reviews"].tile.previous) == (15, 15)
    assert (found["negatives"].tile.text, found["negatives"].tile.n) == ("20\u202f%", 15)
    assert (found["answered"].tile.text, found["answered"].previous_text) == (
        "40\u202f%",
        "40\u202f% (n\u00a0=\u00a015\u00a0avis)",
    )
    assert found["delay"].tile.value is None
    assert found["rating"].low is not None
    assert 1 < found["rating"].low < found["rating"].tile.value < found["rating"].high < 5  # type: ignore[operator]
    assert not any(one.tile.matters for one in found.values())


def test_the_usual_range_is_of_equal_stretches_over_twelve_months() -> None:
    rows = [*year(), day(date(2026, 1, 20), 5, 5, 5)]
    found = by_key(days(sorted(rows), [], date(2024, 5, 10)), parse("2026-Q3"))["reviews"]
    assert (found.usual_low, found.usual_high, found.usual_n) == (15, 18, 12)
    assert found.usual_text == "de 15 à 18"


def test_before_the_first_review_nothing_is_known() -> None:
    found = by_key(days([day(date(2026, 8, 1), 5)], [], date(2026, 8, 1)), parse("2026-Q3"))
    assert found["reviews"].tile.previous is None
    assert found["reviews"].usual_text == "pas encore connu"
    assert found["reviews"].previous_text == "–"


def test_a_running_period_is_compared_with_as_many_days() -> None:
    running = parse("2026-Q4")
    assert figures.cut(running, running, TODAY).last == TODAY
    assert figures.cut(running.before, running, TODAY) == Span(
        SpanKind.CUSTOM, date(2026, 7, 1), date(2026, 7, 1) + (TODAY - date(2026, 10, 1))
    )
    assert figures.cut(running.before, running.before, TODAY) == running.before


def test_what_moves_more_than_chance_is_said() -> None:
    rows = [day(date(2026, 5, 10), *[5] * 40), day(date(2026, 8, 10), *[1] * 30, *[5] * 10)]
    found = by_key(days(rows, [], date(2026, 1, 1)), parse("2026-Q3"))
    assert found["negatives"].tile.matters
    assert found["rating"].tile.matters
    assert found["rating"].tile.is_worse
    assert not found["reviews"].tile.matters


def test_delays_count_each_reply() -> None:
    at = date(2026, 8, 10)
    delays = [Delay(at, at + timedelta(days=2), 3), Delay(at, at + timedelta(days=9), 1)]
    found = by_key(days([day(at, 5, 5, 5, 5)], delays, at), parse("2026-Q3"))["delay"]
    assert (found.tile.text, found.tile.n) == ("2\u00a0jours", 4)


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=40))
def test_the_median_is_the_usual_one(values: list[int]) -> None:
    from statistics import median

    assert figures.median(Counter(values)) == median(values)


@settings(deadline=None)
@given(st.integers(0, 200), st.integers(1, 200))
def test_a_share_lies_in_its_interval(part: int, whole: int) -> None:
    part = min(part, whole)
    low, high = figures.wilson(part, whole)
    assert low is not None
    assert high is not None
    assert 0 <= low <= 100 * part / whole + 1e-9
    assert 100 * part / whole - 1e-9 <= high <= 100


def test_wilson_is_the_published_interval() -> None:
    assert figures.wilson(0, 0) == (None, None)
    low, high = figures.wilson(10, 100)
    assert (low, high) == (pytest.approx(5.52, abs=0.01), pytest.approx(17.44, abs=0.01))
