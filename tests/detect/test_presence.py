from datetime import date
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ereput.detect.presence import (
    LISTINGS,
    REVIEWS,
    Band,
    Measures,
    Zone,
    balance,
    gap,
    is_hidden,
    next_watch,
    peers,
)

CALM = Measures(
    online=4, claimed=4, wrong=0, twice=0, reviews=40, mentions=2, unseen=0, displayed=50, overdue=False
)


def changed(**values: object) -> Measures:
    return Measures(**{name: getattr(CALM, name) for name in CALM.__slots__} | values)  # type: ignore[arg-type]


def test_inside_its_band_no_value_is_better_than_another() -> None:
    found = {
        (balance(changed(online=online, claimed=online, reviews=reviews)).exposure)
        for online in range(3, 9)
        for reviews in (4, 50, 156)
    }
    assert found == {Zone.WITHIN}


@pytest.mark.parametrize(
    ("values", "exposure"),
    [
        ({"online": 2, "claimed": 2}, Zone.LITTLE),
        ({"online": 2, "claimed": 2, "reviews": 0}, Zone.LITTLE),
        ({"reviews": 0}, Zone.WITHIN),  # few reviews are nothing to repair
        ({"online": 9, "claimed": 9}, Zone.MUCH),
        ({"reviews": 157}, Zone.MUCH),
        ({"mentions": 7}, Zone.MUCH),
        ({"online": 0, "claimed": 0, "is_inventoried": False}, Zone.UNKNOWN),
    ],
)
def test_exposure(values: dict[str, object], exposure: Zone) -> None:
    assert balance(changed(**values)).exposure is exposure


@pytest.mark.parametrize(
    "values",
    [{"claimed": 2}, {"wrong": 1}, {"twice": 1}, {"unseen": 20}, {"overdue": True}],
)
def test_one_thing_out_of_hand_is_enough(values: dict[str, object]) -> None:
    assert balance(CALM).is_held
    assert not balance(changed(**values)).is_held


@given(st.floats(0, 1000), st.sampled_from([LISTINGS, REVIEWS, Band(0, 6)]))
def test_a_picture_puts_the_band_in_its_middle_third(value: float, band: Band) -> None:
    place = band.place(value)
    thirds = {Zone.LITTLE: (0, 1), Zone.WITHIN: (1, 2), Zone.MUCH: (2, 3)}
    low, high = thirds[band.zone(value)]
    assert low <= place <= high


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=60),
    st.lists(st.integers(1, 5), min_size=1, max_size=30),
)
def test_the_mean_of_the_unseen_is_between_the_bounds(held: list[int], hidden: list[int]) -> None:
    displayed = round(mean([*held, *hidden]), 1)
    found = gap([(displayed, len(held) + len(hidden))], len(held), len(held), sum(held))
    assert found.unseen == len(hidden)
    assert found.low is not None
    assert found.high is not None
    assert found.low - 1e-9 <= mean(hidden) <= found.high + 1e-9


def test_a_gap_that_nothing_explains_gives_no_bound() -> None:
    found = gap([(5.0, 12)], 10, 10, 20.0)
    assert (found.unseen, found.low) == (2, None)
    assert found.difference == pytest.approx(3.0)


def test_two_listings_of_a_platform_are_weighed_together() -> None:
    found = gap([(5.0, 10), (3.0, 30), (None, 5)], 45, 45, 160.0)
    assert (found.rating, found.count, found.unseen) == (3.5, 45, 0)


def test_nothing_displayed_is_no_gap() -> None:
    found = gap([(None, None)], 3, 3, 12.0)
    assert (found.rating, found.count, found.unseen, found.difference) == (None, None, None, None)


def test_a_few_unseen_reviews_are_not_worth_a_word() -> None:
    assert not is_hidden(4, 10)
    assert not is_hidden(9, 100)
    assert is_hidden(5, 20)
    assert not is_hidden(-30, 20)


def test_a_watch_is_due_each_month_and_each_week_in_an_alert() -> None:
    last, today = date(2026, 11, 2), date(2026, 11, 23)
    assert next_watch(last, today, is_alerted=False) == date(2026, 12, 2)
    assert next_watch(last, today, is_alerted=True) == date(2026, 11, 9)
    assert next_watch(None, today, is_alerted=False) == today


def test_peers_are_told_from_five_on() -> None:
    assert peers([1.0, 2.0, 3.0, 4.0]) is None
    found = peers([1.0, 2.0, 3.0, 4.0, 5.0])
    assert found is not None
    assert (found.n, found.low, found.median, found.high) == (5, 2.0, 3.0, 4.0)
