"""The funnel against what it claims: its coverage, its estimates, its edges."""

from math import isclose

import numpy as np
import pytest
from scipy import stats

from ereput.detect.funnel import Z_95, Z_998, Moments, beyond_chance, fit


def moments(n: np.ndarray, stars: list[np.ndarray]) -> Moments:
    means = np.array([mine.mean() for mine in stars])
    return Moments(
        people=len(n),
        n=float(n.sum()),
        n_n=float((n * n).sum()),
        n_y=float((n * means).sum()),
        n_y_y=float((n * means * means).sum()),
        squares=float(sum((mine * mine).sum() for mine in stars)),
    )


def drawn(*, between: float, people: int = 400) -> tuple[np.ndarray, np.ndarray, Moments]:
    random = np.random.default_rng(7)
    n = random.integers(30, 400, people).astype(float)
    stars = [random.normal(4.2 + between * random.normal(), 1.1, int(size)) for size in n]
    return n, np.array([mine.mean() for mine in stars]), moments(n, stars)


@pytest.mark.parametrize("between", [0.0, 0.25])
def test_limits_hold_the_share_they_say(between: float) -> None:
    n, means, sums = drawn(between=between)
    found = fit(sums)
    assert found is not None
    assert isclose(found.spread, 1.1, rel_tol=0.03)
    assert isclose(found.between, between, abs_tol=0.05)
    deviations = (means - found.centre) / np.sqrt([found.variance(size) for size in n])
    outside = int((np.abs(deviations) > Z_95).sum())
    assert stats.binom.cdf(outside, len(n), 0.05) > 0.01
    assert stats.binom.sf(outside, len(n), 0.05) > 0.01


def test_identical_means_leave_nothing_between() -> None:
    n = np.array([40.0, 90.0, 400.0])
    stars = [np.tile([3.0, 5.0], int(size) // 2) for size in n]
    found = fit(moments(n, stars))
    assert found is not None
    assert found.between == 0
    assert isclose(found.centre, 4.0)


def test_limits_narrow_with_n_and_stay_on_the_scale() -> None:
    found = fit(drawn(between=0.1)[2])
    assert found is not None
    widths = [high - low for low, high in (found.limits(n, Z_998) for n in (30, 100, 1000))]
    assert widths == sorted(widths, reverse=True)
    assert found.limits(1, 9.0) == (1.0, 5.0)


@pytest.mark.parametrize("sums", [Moments(0, 0, 0, 0, 0, 0), Moments(1, 40, 1600, 160, 640, 680)])
def test_nobody_is_compared_alone(sums: Moments) -> None:
    assert fit(sums) is None


@pytest.mark.parametrize("compared", [10, 500, 20_000])
def test_one_in_all_those_compared_exceeds_by_chance(compared: int) -> None:
    z = beyond_chance(compared)
    assert z >= Z_95
    assert compared * 2 * stats.norm.sf(z) <= 1 + 1e-9


def test_nobody_compared_keeps_the_usual_bound() -> None:
    assert beyond_chance(0) == beyond_chance(3) == Z_95
