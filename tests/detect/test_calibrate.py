"""A score is a rate of false alarms, read off a measured table."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.detect import calibrate, calibration
from ereput.detect.calibrate import Level, false_alarms_per_year, level, score, threshold_for

around = st.tuples(st.floats(0.001, 200.0), st.floats(1.0, 9.0), st.floats(0.0, 1.0))


def of(odds: np.ndarray, usual: float, dispersion: float, coupling: float) -> np.ndarray:
    ones = np.ones_like(odds)
    return score(odds, usual * ones, dispersion * ones, coupling * ones)


@settings(max_examples=50, deadline=None)
@given(around)
def test_scores_never_fall_with_the_odds(where: tuple[float, float, float]) -> None:
    odds = np.linspace(-12.0, 300.0, 600)
    found = of(odds, *where)
    assert (np.diff(found) >= -1e-12).all()
    assert found[0] == 0.0
    assert np.isfinite(found).all()
    assert found[-1] > 100


def test_knots_give_back_the_table() -> None:
    for c, coupling in enumerate(calibration.COUPLINGS):
        for u, usual in enumerate(calibration.USUAL):
            for d, dispersion in enumerate(calibration.DISPERSIONS):
                odds = np.array(calibration.ODDS[c][u][d])
                rates = 10.0 ** -of(odds, usual, dispersion, coupling)
                distinct = np.append(True, np.diff(odds) > 0)
                assert rates[distinct] == pytest.approx(np.array(calibration.RATES)[distinct], rel=1e-6)


def test_rates_of_the_table_fall_and_their_odds_rise() -> None:
    assert list(calibration.RATES) == sorted(calibration.RATES, reverse=True)
    odds = np.array(calibration.ODDS)
    assert odds.shape == tuple(
        len(axis)
        for axis in (calibration.COUPLINGS, calibration.USUAL, calibration.DISPERSIONS, calibration.RATES)
    )
    assert (np.diff(odds, axis=-1) >= 0).all()


def test_beyond_the_table_odds_e_times_higher_are_e_times_rarer() -> None:
    top = np.array([10.0, 11.0, -12.0])
    found = of(top, 1.0, 1.5, 0.0)
    assert found[1] - found[0] == pytest.approx(1 / math.log(10))
    assert found[2] == 0.0


@pytest.mark.parametrize("a_year", [0.01, 0.5, 1.3, 5.0, 40.0])
def test_a_threshold_says_its_false_alarms(a_year: float) -> None:
    assert false_alarms_per_year(threshold_for(a_year)) == pytest.approx(a_year)


def test_the_two_levels_are_one_and_two_and_a_half_in_a_hundred() -> None:
    rates = [10 ** -threshold_for(n) for n in (calibrate.ALERT_A_YEAR, calibrate.WATCH_A_YEAR)]
    assert rates == pytest.approx([0.01, 0.025], rel=0.05)
    assert threshold_for(1_000.0) == 0.0
    for wrong in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="positive"):
            threshold_for(wrong)


def test_levels_rank_and_an_unknown_week_has_none() -> None:
    assert [level(value) for value in (0.0, 1.59, 1.61, 2.01, 2.02, 9.0)] == [
        Level.NONE, Level.NONE, Level.WATCH, Level.WATCH, Level.ALERT, Level.ALERT,
    ]  # fmt: skip
    assert level(math.nan) is Level.NONE
    assert level(1.0, watches_a_year=10.0) is Level.WATCH
