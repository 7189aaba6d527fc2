"""The rating against exact answers, and the slide against its stated false-alarm rate."""

import itertools
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ereput.detect import rating
from ereput.detect.rating import (
    DEFAULT_RATING_PRIOR,
    RatingPrior,
    Slide,
    estimate_rating_prior,
    shrunk_mean,
    slide,
)

stars = st.tuples(*(st.integers(0, 40) for _ in range(5)))


@given(stars)
def test_the_estimate_lies_between_the_prior_and_the_plain_mean(counts: tuple[int, ...]) -> None:
    found, n = shrunk_mean(counts), sum(counts)
    plain = sum(star * k for star, k in zip(range(1, 6), counts, strict=True)) / n if n else found.mean
    low, high = sorted((plain, DEFAULT_RATING_PRIOR.mean))
    assert low - 1e-9 <= found.mean <= high + 1e-9
    assert 1 <= found.low <= found.mean <= found.high <= 5
    assert found.n == n
    assert found.is_thin == (n < rating.ENOUGH)


def test_the_interval_narrows_with_n_and_holds_the_truth() -> None:
    rng = np.random.default_rng(6)
    widths, held = [], []
    for n in (5, 50, 500):
        truths = rng.dirichlet(DEFAULT_RATING_PRIOR.strength * np.array(DEFAULT_RATING_PRIOR.shares), 400)
        found = [shrunk_mean([int(k) for k in rng.multinomial(n, shares)]) for shares in truths]
        widths.append(np.mean([one.high - one.low for one in found]))
        means = truths @ np.arange(1, 6)
        held.append(np.mean([one.low <= mean <= one.high for one, mean in zip(found, means, strict=True)]))
    assert widths == sorted(widths, reverse=True)
    assert min(held) > 0.9


def drawn(strength: float, people: int = 400) -> np.ndarray:
    rng = np.random.default_rng(8)
    shares = np.array([0.2, 0.1, 0.1, 0.2, 0.4])
    sizes = rng.integers(5, 120, people)
    return np.array([rng.multinomial(n, rng.dirichlet(strength * shares)) for n in sizes])


@pytest.mark.parametrize("strength", [5.0, 20.0])
def test_the_prior_learns_shares_and_strength(strength: float) -> None:
    prior = estimate_rating_prior(drawn(strength))
    assert prior.strength == pytest.approx(strength, rel=0.25)
    assert prior.shares == pytest.approx((0.2, 0.1, 0.1, 0.2, 0.4), abs=0.03)
    assert sum(prior.shares) == pytest.approx(1.0)


def test_practitioners_all_alike_share_all_they_know() -> None:
    same = np.tile([10, 5, 5, 10, 70], (200, 1))
    assert estimate_rating_prior(same).strength > 50


def test_a_small_group_stays_near_the_wider_one() -> None:
    wide = RatingPrior((0.3, 0.1, 0.1, 0.1, 0.4), 12.0)
    assert estimate_rating_prior(np.empty((0, 5)), wide) == wide
    assert estimate_rating_prior([[0, 0, 0, 0, 1], [3, 0, 0, 0, 0]], wide) == wide
    few = estimate_rating_prior([[0, 0, 0, 0, 9], [1, 0, 0, 0, 9]], wide)
    assert few.strength == pytest.approx(wide.strength, rel=0.35)
    assert wide.mean < few.mean < 4.0


def test_rolling_months_hold_their_window() -> None:
    months = np.array([[1, 0, 0, 0, 4], [0, 0, 0, 0, 0], [0, 2, 0, 0, 1], [5, 0, 0, 0, 0]])
    found = rating.rolling(months, window=3)
    assert [one.n for one in found] == [5, 5, 8, 8]
    assert found[3] == shrunk_mean([5, 2, 0, 0, 1])
    assert rating.rolling(months[:1]) == [shrunk_mean([1, 0, 0, 0, 4])]
    assert rating.rolling(np.empty((0, 5))) == []


def history(before: list[int], recent: list[int]) -> np.ndarray:
    months = np.zeros((30, 5), dtype=int)
    months[10], months[27] = before, recent
    return months


def exact_chance(before: list[int], recent: list[int]) -> float:
    """Chance, over all draws of as many stars, of a sum as low: by enumeration."""
    pool = [a + b for a, b in zip(before, recent, strict=True)]
    n, seen = sum(recent), sum(s * k for s, k in zip(range(1, 6), recent, strict=True))
    total = 0
    for draw in itertools.product(*(range(min(k, n) + 1) for k in pool)):
        if sum(draw) == n and sum(s * k for s, k in zip(range(1, 6), draw, strict=True)) <= seen:
            total += int(np.prod([comb(k, d) for k, d in zip(pool, draw, strict=True)], dtype=object))
    return total / comb(sum(pool), n)


@pytest.mark.parametrize(
    ("before", "recent"),
    [
        ([6, 2, 3, 9, 40], [4, 1, 1, 1, 5]),
        ([2, 1, 1, 5, 31], [2, 1, 0, 1, 4]),
        ([20, 5, 5, 5, 20], [9, 2, 0, 1, 3]),
        ([3, 3, 3, 3, 8], [1, 1, 1, 2, 3]),
    ],
)
def test_the_chance_of_a_slide_is_that_of_all_possible_draws(before: list[int], recent: list[int]) -> None:
    found = slide(history(before, recent))
    assert found is not None
    assert found.chance == pytest.approx(exact_chance(before, recent), rel=0.3, abs=0.004)


def test_a_steady_practitioner_seldom_slides() -> None:
    rng = np.random.default_rng(9)
    scores = []
    for _ in range(600):
        months = rng.multinomial(rng.integers(2, 12), DEFAULT_RATING_PRIOR.shares, size=30)
        found = slide(months)
        assert found is not None
        scores.append(found.z)
    assert np.mean(np.array(scores) <= -rating.SLIDE_Z) <= 0.015
    assert np.mean(np.array(scores) <= -1.28) == pytest.approx(0.10, abs=0.035)


def test_a_real_slide_alarms_and_a_third_of_a_star_on_ten_reviews_does_not() -> None:
    good, worse = [4, 2, 4, 20, 90], [9, 2, 2, 4, 8]
    found = slide(history(good, worse))
    assert found is not None
    assert found.is_alarming
    assert (found.n_recent, found.n_before) == (25, 120)
    assert found.before - found.recent == pytest.approx(4.583 - 3.0, abs=0.1)
    little = slide(history(good, [1, 0, 0, 3, 6]))
    assert little is not None
    assert little.before - little.recent > 0.2
    assert not little.is_alarming
    better = slide(history(worse, good))
    assert better is not None
    assert better.z > 0


@pytest.mark.parametrize(
    ("before", "recent"), [([0, 0, 0, 0, 14], [3, 0, 0, 0, 2]), ([5, 0, 0, 0, 60], [3, 0, 0, 0, 1])]
)
def test_too_few_ratings_say_nothing(before: list[int], recent: list[int]) -> None:
    assert slide(history(before, recent)) is None


def test_stars_all_alike_do_not_slide() -> None:
    found = slide(history([0, 0, 0, 0, 30], [0, 0, 0, 0, 10]))
    assert found == Slide(5.0, 5.0, 10, 30, 0.0)
    assert not found.is_alarming


def test_normal_scores_follow_the_tail_of_a_skewed_law() -> None:
    gamma = stats.gamma(30.0)
    skewness = 2 / np.sqrt(30.0)
    for chance in (0.001, 0.01, 0.1, 0.5):
        z = (gamma.ppf(chance) - 30.0) / np.sqrt(30.0)
        assert stats.norm.cdf(rating._normal_score(z, skewness)) == pytest.approx(chance, rel=0.25)
    assert rating._normal_score(-1.0, 0.0) == -1.0
    assert np.isfinite(rating._normal_score(-9.0, 0.8))
