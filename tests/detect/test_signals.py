"""Each signal against its null: what means nothing must seldom speak."""

import numpy as np
import pytest

from ereput.detect import signals
from ereput.detect.signals import Contradictions, contradictions, coordinated, silence, surge
from ereput.domain.publication import Label

TODAY = 739_000


def published(rng: np.random.Generator, n: int, *, clustered: bool) -> tuple[np.ndarray, int]:
    """Return n + 2 days and the length of the last interval."""
    rate = rng.gamma(2.0, 1 / 2.0, n + 1) if clustered else np.ones(n + 1)
    gaps = np.ceil(rng.exponential(20.0 / rate)).astype(int)
    return TODAY + np.concatenate([[0], np.cumsum(gaps[:-1])]), int(gaps[-1])


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("n", [6, 40])
def test_a_silence_seldom_seems_odd_by_chance(n: int, clustered: bool) -> None:  # noqa: FBT001
    rng = np.random.default_rng(10)
    chances = []
    for _ in range(1_500):
        days, gap = published(rng, n, clustered=clustered)
        found = silence(days, int(days[-1]) + gap)
        assert found is not None
        chances.append(found.chance)
    assert np.mean(np.array(chances) < 0.02) <= 0.03
    assert np.mean(np.array(chances) < 0.2) == pytest.approx(0.2, abs=0.07)


def test_the_longer_the_silence_the_less_it_is_chance() -> None:
    days = np.arange(TODAY, TODAY + 300, 10)
    chances = [silence(days, int(days[-1]) + gap).chance for gap in (0, 10, 40, 120)]  # type: ignore[union-attr]
    assert chances[0] == 1.0
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] < 0.001
    found = silence(days, int(days[-1]) + 40)
    assert found is not None
    assert (found.days, found.usual_days, found.n) == (40.0, 10.0, 29)
    assert found.false_a_year == pytest.approx(found.chance * 36.52425)


def test_order_repeats_and_the_future_do_not_matter() -> None:
    days = np.arange(TODAY, TODAY + 200, 14)
    mixed = np.concatenate([days[::-1], days[:3], [TODAY + 5_000]])
    assert silence(mixed, TODAY + 260) == silence(days, TODAY + 260)


def test_a_source_without_habit_is_not_judged() -> None:
    assert silence([], TODAY) is None
    assert silence([TODAY] * 50, TODAY + 400) is None
    assert silence(list(range(TODAY, TODAY + 5)), TODAY + 400) is None


def crowd() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    days = np.concatenate([np.arange(0, 600, 4), [400, 401, 401, 403]])
    authors = np.array([f"a{i}" for i in range(len(days))])
    clusters = np.full(len(days), -1)
    clusters[-4:] = 7
    return days, authors, clusters


def test_several_authors_with_the_same_words_at_once_are_found() -> None:
    days, authors, clusters = crowd()
    (found,) = coordinated(days, authors, clusters)
    assert (found.cluster, found.first, found.last, found.authors) == (7, 400, 403, 4)
    assert found.rows == (150, 151, 152, 153)
    assert found.chance < 1e-4


def test_one_author_repeating_is_not_coordination() -> None:
    days, authors, clusters = crowd()
    authors[-4:] = "same"
    assert coordinated(days, authors, clusters) == []


def test_the_same_words_over_a_long_time_are_not_coordination() -> None:
    days, authors, clusters = crowd()
    days[-4:] = [10, 150, 300, 450]
    assert coordinated(days, authors, clusters) == []


def test_common_wording_is_not_coordination() -> None:
    days, authors, clusters = crowd()
    clusters[::2] = 7
    assert coordinated(days, authors, clusters) == []
    assert coordinated(days, authors, clusters, chance=1.0)[0].cluster == 7


def test_nothing_is_found_in_nothing() -> None:
    assert coordinated([], [], []) == []


def test_findings_come_least_likely_first_whatever_the_order_of_rows() -> None:
    days, authors, clusters = crowd()
    clusters[10:13] = 3
    days[10:13] = 90
    found = coordinated(days, authors, clusters)
    assert [one.cluster for one in found] == [7, 3]
    order = np.random.default_rng(1).permutation(len(days))
    again = coordinated(days[order], authors[order], clusters[order])
    assert [(one.cluster, one.first, one.authors, one.chance) for one in again] == [
        (one.cluster, one.first, one.authors, one.chance) for one in found
    ]


def test_a_surge_of_mentions_scores_above_all_quiet_weeks() -> None:
    mentions = np.random.default_rng(11).poisson(1.0, (5, 60)).astype(float)
    mentions[2, -1] = 12
    judged = surge(mentions, last=10)
    assert judged.score.shape == (5, 10)
    assert np.unravel_index(judged.score.argmax(), judged.score.shape) == (2, 9)
    assert judged.score[2, 9] > 4


def test_contradictions_are_counted_on_clear_reviews_only() -> None:
    ratings = [5, 5, 4, 1, 1.5, 3, np.nan, 5, 2]
    labels = [Label.NEGATIVE, Label.POSITIVE, Label.NEUTRAL, Label.POSITIVE, Label.NEGATIVE, Label.NEGATIVE,
              Label.NEGATIVE, Label.UNSURE, Label.NEGATIVE]  # fmt: skip
    found = contradictions(ratings, labels)
    assert (found.n, found.harsh_text, found.kind_text) == (5, 1, 1)
    assert found.share == pytest.approx(0.4)
    assert (found.low, found.high) == pytest.approx((0.1176, 0.7693), abs=1e-4)


def test_no_review_to_compare_says_nothing() -> None:
    assert contradictions([3.0], [Label.POSITIVE]) == Contradictions(0, 0, 0, 0.0, 1.0)
    assert contradictions([], []).share == 0.0


def test_binomial_tails_are_exact() -> None:
    assert signals._binomial_tail(3, 10, 0.1) == pytest.approx(0.0701908264)
    assert signals._binomial_tail(0, 5, 0.2) == 1.0
    assert signals._binomial_tail(2, 5, 1.0) == 1.0
