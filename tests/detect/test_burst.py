"""One week's evidence against scipy, and the hidden chain against brute force."""

import numpy as np
import pytest
from scipy import stats

from ereput.detect import burst, quiet
from ereput.detect.prior import DISPERSIONS, Prior

PRIOR = Prior()


def forecast(means: list[float]) -> quiet.Forecast:
    rows = quiet.start(len(means), PRIOR)
    rows[0] = 30
    rows[1], rows[4] = np.log(means), 0.01
    rows[10 : 10 + len(DISPERSIONS)] = np.linspace(-1, 0, len(DISPERSIONS))[:, None]
    nothing = np.full(len(means), np.nan)
    return quiet.forecast(rows, nothing, np.ones(len(means)), PRIOR)


def mixture(week: quiet.Forecast, i: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    phi = week.dispersion[:, i]
    return week.weights[:, i], week.means[:, i] / (phi - 1), 1 / phi


MEANS = [0.05, 0.4, 1.0, 3.0, 12.0, 90.0]


@pytest.mark.parametrize("x", [0, 1, 2, 5, 20, 130])
def test_tail_fit_and_prediction_are_those_of_the_negative_binomial(x: int) -> None:
    week = forecast(MEANS)
    found = burst.evidence(np.full(len(MEANS), float(x)), week)
    for i in range(len(MEANS)):
        weights, r, p = mixture(week, i)
        if x > week.mean[i] + 40 * (week.sd[i] + 1):  # farther than any walk goes
            assert weights @ stats.nbinom.sf(x - 1, r, p) <= found.tail[i] < 1e-4
            continue
        assert found.tail[i] == pytest.approx(weights @ stats.nbinom.sf(x - 1, r, p), rel=1e-9, abs=1e-12)
        winsorised = min(x, int(np.ceil(week.mean[i] + 4 * week.sd[i])))
        pmf = stats.nbinom.pmf(winsorised, r, p)
        assert found.fit[:, i] == pytest.approx(pmf, rel=1e-9)
        assert found.predicted[i] == pytest.approx(weights @ pmf, rel=1e-9)


def test_the_upper_bound_is_the_99_percent_point() -> None:
    week = forecast(MEANS)
    found = burst.evidence(np.zeros(len(MEANS)), week)
    for i, upper in enumerate(found.upper):
        weights, r, p = mixture(week, i)
        assert weights @ stats.nbinom.cdf(upper, r, p) >= 0.99
        assert upper == 0 or weights @ stats.nbinom.cdf(upper - 1, r, p) < 0.99


def test_the_ratio_is_the_likelihood_ratio_where_that_rises() -> None:
    week = forecast([0.4])
    weights, _, _ = mixture(week, 0)
    means, phi = week.means[:, 0], week.dispersion[:, 0]
    largest = max(5.5 * week.usual_sd[0], 2.5)
    burst_phi = (phi * means + largest) / (means + largest)
    for x in range(5):
        against = weights @ stats.nbinom.pmf(x, means / (phi - 1), 1 / phi)
        burst_pmf = stats.nbinom.pmf(x, (means + largest) / (burst_phi - 1), 1 / burst_phi)
        found = burst.evidence(np.array([float(x)]), week)
        assert found.ratio[-1, 0] == pytest.approx(weights @ burst_pmf / against, rel=1e-9)


def test_ratios_never_fall_and_absurd_counts_cost_nothing() -> None:
    x = np.array([*range(80), 1e4, 1e9])
    week = forecast([0.7] * len(x))
    found = burst.evidence(x, week)
    assert (np.diff(found.ratio, axis=1) >= 0).all()
    assert (np.diff(found.tail) <= 0).all()


def test_huge_expectations_are_thinned_not_lost() -> None:
    x = np.array([5_000.0, 5_400.0, 9_000.0])
    found = burst.evidence(x, forecast([5_000.0] * 3))
    assert np.isfinite(found.ratio).all()
    assert 0.3 < found.tail[0] < 0.7
    assert found.tail[0] > found.tail[1] > found.tail[2]
    assert 5_000 < found.upper[0] < 9_000
    assert found.ratio[-1, 2] > 100 * found.ratio[-1, 0]


def test_the_chain_is_the_sum_over_all_its_paths() -> None:
    """Enumerate every path of four weeks over (quiet, 3 ages x 5 sizes, ended)."""
    ratios = np.random.default_rng(4).lognormal(0.0, 1.5, (4, 5))
    rows = burst.start(1)
    for ratio in ratios:
        odds = burst.chain(rows, ratio[:, None], np.array([True]))
    quiet_state, ended, sizes = "quiet", "ended", 5

    def follow(state: object) -> list[tuple[object, float]]:
        if state == quiet_state:
            return [(quiet_state, 1 - 0.03), *(((0, g), 0.03 / sizes) for g in range(sizes))]
        if state == ended:
            return [(quiet_state, 0.3), (ended, 0.7)]
        age, size = state  # type: ignore[misc]
        on = (0.8, 0.5, 0.3)[age]
        moves = ((max(size - 1, 0), 0.3), (size, 0.6), (min(size + 1, sizes - 1), 0.1))
        return [(ended, 1 - on), *(((min(age + 1, 2), to), on * share) for to, share in moves)]

    paths: dict[object, float] = {quiet_state: 1.0}
    for ratio in ratios:
        after: dict[object, float] = {}
        for state, weight in paths.items():
            for to, chance in follow(state):
                gain = ratio[to[1]] if isinstance(to, tuple) else 1.0
                after[to] = after.get(to, 0.0) + weight * chance * gain
        paths = after
    running = sum(weight for state, weight in paths.items() if isinstance(state, tuple))
    calm = sum(weight for state, weight in paths.items() if not isinstance(state, tuple))
    assert odds[0] == pytest.approx(np.log(running / calm), rel=1e-12)
    assert rows[:17].sum() == pytest.approx(1.0)


def test_innocence_falls_from_one_to_nothing() -> None:
    found = burst.innocence(np.array([-50.0, -3.0, 2.0, 4.0, 50.0]))
    assert (np.diff(found) < 0).all()
    assert found[2] == pytest.approx(0.5)
    assert found[1] > 0.999
