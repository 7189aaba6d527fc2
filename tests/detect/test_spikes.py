"""The properties that make a spike trustworthy, whatever the counts."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ereput.detect import quiet, spikes
from ereput.detect.calibrate import ALERT_A_YEAR, threshold_for
from ereput.detect.prior import Prior
from ereput.detect.spikes import State, Weeks, estimate_prior, run, step

COUPLED = Prior(coupling=0.4, others_dispersion=1.5)
ALERT = threshold_for(ALERT_A_YEAR)
few = settings(max_examples=10, deadline=None)

counts = st.one_of(st.just(np.nan), st.integers(0, 3), st.integers(0, 40)).map(float)


def histories(least: int = 1, most: int = 16) -> st.SearchStrategy[np.ndarray]:
    shape = st.tuples(st.integers(1, 6), st.integers(least, most))
    return shape.flatmap(lambda s: hnp.arrays(np.float64, s, elements=counts))


def drawn(mean: float, series: int = 40, weeks: int = 120, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    busy = rng.gamma(3.0, 1 / 3.0, (series, weeks))
    return rng.poisson(mean * busy).astype(float), rng.poisson(6 * mean * busy).astype(float)


def same(one: Weeks, other: Weeks) -> bool:
    return all(
        np.array_equal(getattr(one, f.name), getattr(other, f.name), equal_nan=True) for f in fields(Weeks)
    )


def column(weeks: Weeks, t: int) -> Weeks:
    return Weeks(*(getattr(weeks, f.name)[:, t] for f in fields(Weeks)))


@few
@given(histories(), histories())
def test_going_on_from_packed_states_is_bit_for_bit_a_run_from_scratch(x: np.ndarray, z: np.ndarray) -> None:
    z = np.resize(z, x.shape)
    whole, judged = run(x, COUPLED, z)
    cut = x.shape[1] // 2
    before, _ = run(x[:, :cut], COUPLED, z[:, :cut])
    state = State.unpack([before.pack(i) for i in range(len(x))], COUPLED)
    for t in range(cut, x.shape[1]):
        assert same(step(state, x[:, t], z[:, t]), column(judged, t))
    assert np.array_equal(state.values, whole.values)


@few
@given(histories(least=2), st.randoms(use_true_random=False))
def test_neither_order_nor_company_changes_a_series(x: np.ndarray, random: object) -> None:
    order = list(range(len(x)))
    random.shuffle(order)  # type: ignore[attr-defined]
    state, judged = run(x, COUPLED, x * 2)
    shuffled, again = run(x[order], COUPLED, x[order] * 2)
    assert np.array_equal(shuffled.values, state.values[:, order])
    assert np.array_equal(again.score, judged.score[order], equal_nan=True)
    alone, once = run(x[:1], COUPLED, x[:1] * 2)
    assert np.array_equal(alone.values[:, 0], state.values[:, 0])
    assert np.array_equal(once.score[0], judged.score[0], equal_nan=True)


def test_company_changes_nothing_across_blocks() -> None:
    x, z = drawn(0.8, series=5_000, weeks=6)
    state, judged = run(x, COUPLED, z)
    alone, once = run(x[4_990:], COUPLED, z[4_990:])
    assert np.array_equal(alone.values, state.values[:, 4_990:])
    assert np.array_equal(once.score, judged.score[4_990:])


@few
@given(histories(least=3), st.integers(1, 60), st.booleans())
def test_more_negatives_never_lower_the_last_week(x: np.ndarray, more: int, coupled: bool) -> None:  # noqa: FBT001
    x[:, -1] = np.nan_to_num(x[:, -1])
    higher = x.copy()
    higher[:, -1] += more
    prior = COUPLED if coupled else Prior()
    (_, low), (_, high) = run(x, prior, x * 3, last=1), run(higher, prior, x * 3, last=1)
    assert (high.score >= low.score).all()
    assert (high.odds >= low.odds).all()
    assert (high.tail <= low.tail).all()
    assert np.array_equal(high.expected, low.expected)


@pytest.mark.parametrize("mean", [0.05, 0.5, 5.0])
def test_scores_climb_with_the_count_up_to_absurd_ones(mean: float) -> None:
    state, _ = run(drawn(mean, series=1)[0])
    ladder = np.array([*range(60), 100.0, 1e3, 1e6, 1e12])
    states = State.unpack([state.pack(0)] * len(ladder), state.prior)
    judged = step(states, ladder)
    assert (np.diff(judged.score) >= 0).all()
    assert judged.score[0] == 0
    assert judged.score[-1] > ALERT
    assert np.isfinite(states.values[:-2]).all()


def test_an_all_zero_series_never_alarms() -> None:
    for others in (None, np.full((3, 120), 5.0)):
        _, judged = run(np.zeros((3, 120)), COUPLED, others)
        assert (judged.score == 0).all()


def test_unknown_is_neither_zero_nor_judged() -> None:
    x, z = drawn(1.0)
    gap = x.copy()
    gap[:, 60:80] = np.nan
    zero = np.nan_to_num(gap)
    _, unknown = run(gap, COUPLED, z)
    _, known = run(zero, COUPLED, z)
    for f in fields(Weeks):
        assert np.isnan(getattr(unknown, f.name)[:, 60:80]).all()
    assert unknown.expected[:, 80].mean() > 1.2 * known.expected[:, 80].mean()


def test_an_unknown_week_adds_doubt() -> None:
    x, _ = drawn(1.0)
    state, _ = run(x)
    later = state.copy()
    for _ in range(30):
        step(later, np.full(len(x), np.nan))
    (level, doubt), (same_level, more_doubt) = (quiet.level(s.values) for s in (state, later))
    assert np.array_equal(level, same_level)
    assert (more_doubt > doubt).all()


def test_padding_before_the_history_says_nothing() -> None:
    x, z = drawn(0.5, weeks=50)
    pad = np.full((len(x), 17), np.nan)
    _, short = run(x, COUPLED, z)
    _, long = run(np.hstack([pad, x]), COUPLED, np.hstack([pad, z]), last=50)
    assert same(short, long)


def test_a_late_arrival_is_a_replay_under_the_same_prior() -> None:
    x, z = drawn(0.7)
    prior = Prior(log_level=-0.3, coupling=0.5)
    late = x.copy()
    late[3, 100] += 4
    replayed, _ = run(late, prior, z)
    head, _ = run(x[:, :100], prior, z[:, :100])
    for t in range(100, x.shape[1]):
        step(head, late[:, t], z[:, t])
    assert np.array_equal(head.values, replayed.values)
    unchanged = np.arange(len(x)) != 3
    assert np.array_equal(replayed.values[:, unchanged], run(x, prior, z)[0].values[:, unchanged])


def test_a_half_seen_week_is_judged_on_what_was_seen() -> None:
    x, z = drawn(4.0)
    state, _ = run(x, COUPLED, z)
    half = step(state.copy(), np.full(len(x), 6.0), np.full(len(x), 12.0), covered=0.5)
    full = step(state.copy(), np.full(len(x), 6.0), np.full(len(x), 24.0))
    assert np.allclose(half.usual, full.usual / 2)
    assert (half.score >= full.score).all()
    assert (half.upper < full.upper).all()
    unseen = step(state.copy(), np.full(len(x), 6.0), covered=0.0)
    assert np.isnan(unseen.score).all()


def test_a_burst_is_told_once_and_again_only_if_it_grows() -> None:
    x = np.zeros((3, 120))
    x[:, ::10] = 1
    x[:, 110:113] = [[6, 1, 1], [5, 9, 2], [1, 6, 1]]
    _, judged = run(x, last=10)
    alarms = judged.score >= ALERT
    assert alarms[:, :3].tolist() == [[True, False, False], [True, True, False], [False, True, False]]
    assert not alarms[:, 3:].any()
    assert (judged.odds[0, 0] > judged.odds[0, 1:]).all()


def test_a_burst_hardly_moves_the_expectation_and_a_new_level_does() -> None:
    x, _ = drawn(1.0, weeks=200)
    burst, level = x.copy(), x.copy()
    burst[:, 100:102] += 8
    level[:, 100:] += 7
    _, calm = run(x)
    _, after = run(burst)
    _, moved = run(level)
    assert after.expected[:, 104].mean() < 1.15 * calm.expected[:, 104].mean()
    assert moved.expected[:, 108].mean() < 3.0
    assert moved.expected[:, 130].mean() > 6.0


def test_volume_excuses_a_busy_week_but_never_without_end() -> None:
    x, z = drawn(2.0, weeks=150)
    prior = Prior(coupling=0.8)
    state, _ = run(x, prior, z)
    seven = np.full(len(x), 7.0)
    calm = step(state.copy(), seven, np.full(len(x), 12.0))
    busy = step(state.copy(), seven, np.full(len(x), 36.0))
    flood = step(state.copy(), seven, np.full(len(x), 12_000.0))
    untold = step(state.copy(), seven)
    assert (busy.expected > calm.expected).all()
    assert busy.score.mean() < calm.score.mean()
    assert (flood.expected <= 4 * flood.usual + 1e-9).all()
    assert np.allclose(untold.expected, untold.usual, rtol=1e-12)


def test_the_prior_learns_level_dispersion_and_coupling() -> None:
    x, z = drawn(3.0, series=60, weeks=45)
    prior = estimate_prior(x, z)
    assert prior.coupling >= 0.5
    assert abs(prior.log_level - np.log(3.0)) < 0.6
    assert prior.level_sd < 1.4
    rng = np.random.default_rng(2)
    plain = rng.poisson(3.0, x.shape).astype(float)
    alone = estimate_prior(plain, rng.poisson(18.0, x.shape).astype(float))
    assert alone.coupling == 0
    assert alone.dispersion[0] > 0.5 > prior.dispersion[0]


def test_the_prior_depends_on_the_series_not_on_their_order() -> None:
    x, z = drawn(0.6, series=20, weeks=15)
    order = np.random.default_rng(3).permutation(len(x))
    prior = estimate_prior(x, z)
    assert estimate_prior(x[order], z[order]) == prior
    assert estimate_prior(x[order], z[order]).version == prior.version


def test_a_portfolio_without_history_has_the_default_prior() -> None:
    assert estimate_prior(np.full((4, 10), np.nan)) == spikes.DEFAULT_PRIOR
    assert estimate_prior(np.empty((0, 10))) == spikes.DEFAULT_PRIOR
    assert estimate_prior(np.empty((3, 0))) == spikes.DEFAULT_PRIOR


def test_nothing_to_judge_is_no_error() -> None:
    state, judged = run(np.empty((0, 12)))
    assert len(state) == 0
    assert judged.score.shape == (0, 12)
    assert run(np.zeros((2, 0)))[1].score.shape == (2, 0)


def test_a_state_of_another_format_is_refused() -> None:
    state = State.start(1)
    blob = state.pack(0)
    assert len(blob) == 4 + 8 * spikes.WIDTH
    for bad in (blob[:-1], b"\x63\x00" + blob[2:], b""):
        with pytest.raises(ValueError, match="format"):
            State.unpack([bad], state.prior)


def test_impossible_weeks_are_refused() -> None:
    state = State.start(2)
    for counts, kwargs in (
        ([-1.0, 0.0], {}),
        ([np.inf, 0.0], {}),
        ([1.0, 1.0], {"others": [0.0, -2.0]}),
        ([1.0, 1.0], {"covered": 1.2}),
        ([1.0, 1.0], {"covered": np.nan}),
    ):
        with pytest.raises(ValueError, match=r"counts|share"):
            step(state, counts, **kwargs)
    assert np.array_equal(state.values, State.start(2).values, equal_nan=True)


def test_quiet_weeks_alarm_at_the_stated_rate_and_bursts_are_seen() -> None:
    rng = np.random.default_rng(12)
    mean = np.repeat([0.1, 0.5, 2.0, 8.0], 150)[:, None]
    swing = rng.gamma(mean / 0.6, 0.6 / mean, (len(mean), 140))
    x = rng.poisson(mean * swing).astype(float)
    z = rng.poisson(6 * mean * (0.7 + 0.3 * swing)).astype(float)
    prior = Prior(log_level=0.0, coupling=0.3)
    _, quiet_weeks = run(x, prior, z, last=100)
    assert (quiet_weeks.score >= 2).mean() == pytest.approx(0.01, rel=0.35)
    assert (quiet_weeks.score >= 1.6).mean() == pytest.approx(0.025, rel=0.3)
    x[:, -1] += np.ceil(4 * np.sqrt(1.6 * mean[:, 0]) + 1)
    _, burst_weeks = run(x, prior, z, last=1)
    assert (burst_weeks.score >= ALERT).mean() > 0.85
