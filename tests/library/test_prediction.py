"""Patients to come: known answers, R's values, what must always hold, odd input."""

from math import nan, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from reanalysis.endpoints import predict_scenarios
from reanalysis.posterior import (
    Posterior,
    Prediction,
    compare_allocations,
    posterior_difference,
    predict_events,
    rate_posterior,
)

FLAT = Posterior(1.0, 1.0)
ARMS = [rate_posterior(events, 20) for events in (8, 11, 14)]


def reference(name):
    folder = Path(__file__).parents[1] / "reference"
    return pd.read_csv(folder / f"prediction_{name}.csv", comment="#")


# --- known answers --------------------------------------------------------------------


def test_of_an_unknown_rate_every_number_is_equally_probable():
    found = predict_events([FLAT], [39])
    assert found.mass == pytest.approx(np.full(40, 1 / 40), rel=1e-12)
    assert found.mean == pytest.approx(39 / 2)
    # one number is 1/40, just as much as each tail may have
    assert (found.interval().low, found.interval().high) == (1, 38)
    assert (found.interval(level=0.94).low, found.interval(level=0.94).high) == (1, 38)
    assert (found.interval(level=0.96).low, found.interval(level=0.96).high) == (0, 39)
    assert [found.probability_above(x) for x in (0, 9, 39)] == pytest.approx(
        [39 / 40, 30 / 40, 0]
    )


def test_laplace_and_the_next_patient():
    # the rule of succession: after s of n, the next has the event with (s + 1)/(n + 2)
    found = predict_events([rate_posterior(3, 5, prior=(1, 1))], [1])
    assert found.mass == pytest.approx([3 / 7, 4 / 7], abs=1e-14)


def test_two_unknown_rates_are_two_dice():
    assert predict_events([FLAT, FLAT], [5, 5]).mass * 36 == pytest.approx(
        [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1]
    )


def test_nobody_to_come():
    found = predict_events(ARMS, [0, 0, 0])
    assert found.mass.tolist() == [1]
    assert found.mean == 0
    assert (found.interval().low, found.interval().high) == (0, 0)
    only = predict_events(ARMS, [0, 7, 0]).mass
    assert only == pytest.approx(predict_events(ARMS[1:2], [7]).mass, abs=1e-15)


def test_a_rate_that_is_known_leaves_the_binomial():
    sure = Posterior(4e9, 6e9)
    k = np.arange(11)
    expected = special.binom(10, k) * 0.4**k * 0.6 ** (10 - k)
    assert predict_events([sure], [10]).mass == pytest.approx(expected, abs=1e-5)


def test_a_mean_and_a_variance_in_closed_form():
    n, arm = [60, 40], [Posterior(8.5, 12.5), Posterior(14.5, 6.5)]
    found = predict_events(arm, n)
    x = np.arange(101)
    variance = found.mass @ x**2 - found.mean**2
    expected = 0
    for size, (a, b) in zip(n, [(8.5, 12.5), (14.5, 6.5)], strict=True):
        s = a + b
        expected += size * a * b * (s + size) / (s**2 * (s + 1))
    assert found.mean == pytest.approx(60 * 8.5 / 21 + 40 * 14.5 / 21, rel=1e-12)
    assert variance == pytest.approx(expected, rel=1e-11)


def test_limits_are_the_narrowest_that_hold_the_tails():
    mass = np.array([0.01, 0.015, 0.1, 0.85, 0.0, 0.025])
    found = Prediction(mass).interval()
    assert (found.low, found.high) == (2, 3)
    assert found.estimate == pytest.approx(0.015 + 0.2 + 3 * 0.85 + 5 * 0.025)
    assert type(found.low) is type(found.high) is int
    wider = Prediction(np.array([0.026, 0.948, 0.026])).interval()
    assert (wider.low, wider.high) == (0, 2)


def test_two_allocations_of_two_arms_are_one_difference():
    expected = posterior_difference(ARMS[2], ARMS[0], margin=0.1, level=0.9)
    found = compare_allocations(ARMS, [0, 30, 70], [70, 30, 0], margin=7, level=0.9)
    assert found.estimate == pytest.approx(70 * expected.estimate, rel=1e-12)
    assert found.low == pytest.approx(70 * expected.low, abs=1e-8)
    assert found.high == pytest.approx(70 * expected.high, abs=1e-8)
    assert found.probability == pytest.approx(expected.probability, rel=1e-9)


def test_one_arm_that_grows_is_its_posterior():
    found = compare_allocations(ARMS, [60, 5, 5], [20, 5, 5], margin=10)
    limits = ARMS[0].interval()
    assert found.low == pytest.approx(40 * limits.low, rel=1e-9)
    assert found.high == pytest.approx(40 * limits.high, rel=1e-9)
    assert found.probability == pytest.approx(ARMS[0].probability_above(0.25), 1e-12)
    shrunk = compare_allocations(ARMS, [20, 5, 5], [60, 5, 5], margin=-10)
    assert shrunk.low == pytest.approx(-found.high, rel=1e-9)
    assert shrunk.probability == pytest.approx(1 - found.probability, abs=1e-12)


def test_a_sum_of_unknown_rates():
    # Irwin and Hall: the sum of three uniform numbers
    for margin, expected in ((0.5, 1 - 1 / 48), (1, 5 / 6), (1.5, 1 / 2), (2, 1 / 6)):
        found = compare_allocations([FLAT] * 3, [1, 1, 1], [0, 0, 0], margin=margin)
        assert found.probability == pytest.approx(expected, abs=1e-9)
    found = compare_allocations([FLAT] * 2, [1, 1], [0, 0], level=0.9)
    assert found.low == pytest.approx(sqrt(0.1), abs=1e-7)
    assert found.high == pytest.approx(2 - sqrt(0.1), abs=1e-7)
    assert found.estimate == 1


def test_the_same_allocation_gives_no_more():
    same = compare_allocations(ARMS, [20, 30, 50], [20, 30, 50])
    assert (same.estimate, same.low, same.high, same.probability) == (0, 0, 0, 0)
    below = compare_allocations(ARMS, [9, 9, 9], [9, 9, 9], margin=-0.1)
    assert below.probability == 1


def test_margins_at_and_past_the_ends():
    def probability(margin):
        more, fewer = [0, 60, 40], [100, 0, 0]
        return compare_allocations(ARMS, more, fewer, margin=margin).probability

    assert probability(100) == pytest.approx(0, abs=1e-15)
    assert probability(1e6) == pytest.approx(0, abs=1e-15)
    assert probability(-100) == pytest.approx(1, abs=1e-15)
    assert probability(-1e6) == pytest.approx(1, abs=1e-15)


def test_scenarios_are_predicted_and_compared_with_the_first():
    scenarios = pd.DataFrame(
        {
            "scenario": ["z", "z", "a", "a", "a", "m"],
            "arm": ["A", "B", "C", "A", "B", "C"],
            "n": [90, 10, 50, 20, 30, 100],
        }
    )
    arms = dict(zip("ABC", ARMS, strict=True))
    found = predict_scenarios(scenarios, arms, level=0.9)
    assert found["scenario"].tolist() == ["z", "a", "m"]
    sizes = [[90, 10, 0], [20, 30, 50], [0, 0, 100]]
    for row, n in zip(found.itertuples(), sizes, strict=True):
        events = predict_events(ARMS, n).interval(level=0.9)
        assert (row.estimate, row.low, row.high) == (
            events.estimate,
            events.low,
            events.high,
        )
        more = compare_allocations(ARMS, n, sizes[0], level=0.9)
        assert (row.more, row.more_low, row.more_high, row.probability) == (
            more.estimate,
            more.low,
            more.high,
            more.probability,
        )
    assert found["probability"].iloc[0] == 0
    usual = predict_scenarios(scenarios, arms)
    assert (usual["low"] < found["low"]).all()


def test_an_arm_that_no_scenario_names_treats_none():
    scenarios = pd.DataFrame({"scenario": ["s"], "arm": ["B"], "n": [10]})
    arms = dict(zip("ABC", ARMS, strict=True))
    found = predict_scenarios(scenarios, arms)
    assert found["estimate"].iloc[0] == pytest.approx(10 * ARMS[1].mean)


# --- R --------------------------------------------------------------------------------


@pytest.mark.parametrize("group", reference("arms")["group"].unique())
def test_events_to_come_in_r(group):
    arms = reference("arms").query("group == @group")
    expected = reference("mass").query("group == @group")["mass"].to_numpy()
    posteriors = [Posterior(row.a, row.b) for row in arms.itertuples()]
    found = predict_events(posteriors, arms["n"].tolist())
    np.testing.assert_allclose(found.mass, expected, atol=1e-12)
    inside = found.interval()
    for low, high, tail in ((0, inside.low, 0.025), (inside.high + 1, None, 0.025)):
        assert expected[low:high].sum() <= tail
    assert expected[: inside.low + 1].sum() > 0.025
    assert expected[inside.high :].sum() > 0.025


@pytest.mark.parametrize("row", list(reference("difference").itertuples()))
def test_weighted_sums_of_three_rates_in_r(row):
    arms = [
        Posterior(row.a_1, row.b_1),
        Posterior(row.a_2, row.b_2),
        Posterior(row.a_3, row.b_3),
    ]
    weights = [int(row.w_1), int(row.w_2), int(row.w_3)]
    one, other = ([max(sign * w, 0) for w in weights] for sign in (1, -1))
    found = compare_allocations(arms, one, other, margin=row.margin)
    assert found.probability == pytest.approx(row.probability, abs=1e-8)


# --- what always holds ----------------------------------------------------------------

ordinary = settings(deadline=None, max_examples=25, derandomize=True)
rates = st.builds(Posterior, st.floats(0.2, 200), st.floats(0.2, 200))
groups = st.lists(st.tuples(rates, st.integers(0, 40)), min_size=1, max_size=4)
pairs = st.lists(
    st.tuples(rates, st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=3
)


@ordinary
@given(groups, st.floats(0.5, 0.99), st.randoms())
def test_a_prediction_is_a_distribution(group, level, random):
    arms, n = zip(*group, strict=True)
    found = predict_events(arms, n)
    assert found.mass.shape == (sum(n) + 1,)
    assert np.all(found.mass >= 0)
    assert found.mass.sum() == pytest.approx(1, abs=1e-12)
    expected = sum(size * arm.mean for arm, size in group)
    assert found.mean == pytest.approx(expected, rel=1e-9, abs=1e-9)
    limits = found.interval(level=level)
    assert found.mass[limits.low : limits.high + 1].sum() >= level - 1e-8
    assert found.interval(level=(1 + level) / 2).low <= limits.low
    # in another order, and without the event instead of with it
    shuffled = random.sample(group, len(group))
    mirrored = [(Posterior(arm.b, arm.a), size) for arm, size in shuffled]
    for other, mass in ((shuffled, found.mass), (mirrored, found.mass[::-1])):
        again = predict_events(*zip(*other, strict=True)).mass
        np.testing.assert_allclose(again, mass, atol=1e-11)


@ordinary
@given(groups, st.integers(1, 5))
def test_what_is_not_known_of_a_rate_makes_the_interval_wider(group, more):
    arms, n = zip(*group, strict=True)
    x = np.arange(sum(n) + 1)
    surer = [Posterior(arm.a * (1 + more), arm.b * (1 + more)) for arm in arms]
    spread = []
    for posteriors in (arms, surer):
        found = predict_events(posteriors, n)
        spread.append(found.mass @ (x - found.mean) ** 2)
    assert spread[1] <= spread[0] + 1e-9


@settings(ordinary, max_examples=10)
@given(pairs, st.floats(-50, 50), st.floats(0.5, 0.99))
def test_swapped_allocations_negate_the_difference(group, margin, level):
    arms, one, other = zip(*group, strict=True)
    found = compare_allocations(arms, one, other, margin=margin, level=level)
    swapped = compare_allocations(arms, other, one, margin=-margin, level=level)
    assert 0 <= found.probability <= 1
    assert swapped.estimate == pytest.approx(-found.estimate)
    reach = sum(abs(x - y) for x, y in zip(one, other, strict=True))
    assert swapped.low == pytest.approx(-found.high, abs=1e-6 * reach + 1e-9)
    assert -reach <= found.low <= found.high <= reach
    if reach:
        assert found.probability == pytest.approx(1 - swapped.probability, abs=1e-6)


@settings(ordinary, max_examples=10)
@given(pairs)
def test_a_difference_has_the_mean_that_two_predictions_have(group):
    arms, one, other = zip(*group, strict=True)
    found = compare_allocations(arms, one, other)
    means = [predict_events(arms, n).mean for n in (one, other)]
    assert found.estimate == pytest.approx(means[0] - means[1], abs=1e-9)


@settings(ordinary, max_examples=10)
@given(pairs, st.integers(0, 60))
def test_patients_who_are_treated_alike_do_not_count(group, both):
    arms, one, other = zip(*group, strict=True)
    found = compare_allocations(arms, one, other, margin=1)
    again = compare_allocations([*arms, FLAT], [*one, both], [*other, both], margin=1)
    assert again == found


@settings(ordinary, max_examples=8)
@given(st.integers(0, 19), st.integers(1, 100), st.integers(0, 100))
def test_one_more_event_in_the_arm_that_grows_makes_more_probable(events, n, other):
    def probability(events):
        arms = [rate_posterior(events, 20), ARMS[1], ARMS[2]]
        return compare_allocations(arms, [n, other, 0], [0, 0, n + other]).probability

    assert probability(events + 1) >= probability(events) - 1e-12


def test_simulation_agrees():
    random = np.random.default_rng(0)
    drawn = np.array([random.beta(arm.a, arm.b, size=200_000) for arm in ARMS])
    events = random.binomial(np.array([50, 40, 10])[:, None], drawn).sum(axis=0)
    found = predict_events(ARMS, [50, 40, 10])
    shares = np.bincount(events, minlength=101) / 200_000
    assert found.mass == pytest.approx(shares, abs=0.002)
    assert found.probability_above(60) == pytest.approx((events > 60).mean(), abs=0.005)
    difference = np.array([-60, -40, 100]) @ drawn
    found = compare_allocations(ARMS, [0, 0, 100], [60, 40, 0], margin=10)
    assert found.probability == pytest.approx((difference > 10).mean(), abs=0.005)
    limits = np.quantile(difference, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx(limits, abs=0.5)


# --- odd input ------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0, 1, 95, nan])
def test_a_level_that_is_none_is_refused(level):
    message = f"^level must be between 0 and 1, not {level}$"
    with pytest.raises(ValueError, match=message):
        predict_events([FLAT], [1]).interval(level=level)
    with pytest.raises(ValueError, match=message):
        compare_allocations([FLAT], [1], [1], level=level)


def test_more_events_than_patients_are_refused():
    found = predict_events([FLAT], [10])
    with pytest.raises(ValueError, match=r"^events must be from 0 to 10, not 11$"):
        found.probability_above(11)
    with pytest.raises(ValueError, match=r"^events must be at least 0, not -1$"):
        found.probability_above(-1)
    for wrong in (nan, 2.5, True):
        with pytest.raises(TypeError, match=r"^events must be a whole number, not"):
            found.probability_above(wrong)


def test_more_products_than_allowed_are_refused_in_advance():
    message = (
        r"^40,000, 40,000 patients to come need 1,604,120,002 products, more than "
        r"most_products=1,000,000,000$"
    )
    with pytest.raises(ValueError, match=message):
        predict_events([FLAT] * 2, [40_000] * 2)
    assert len(predict_events([FLAT] * 2, [3, 4], most_products=374).mass) == 8
    with pytest.raises(ValueError, match="need 374 products"):
        predict_events([FLAT] * 2, [3, 4], most_products=373)


def test_many_patients_to_come_keep_their_digits():
    found = predict_events([FLAT], [10**6])
    np.testing.assert_allclose(found.mass * (10**6 + 1), 1, rtol=1e-9)
    # by its definition, of one event more than another: a quotient of whole numbers
    arm = rate_posterior(3, 10)
    mass = predict_events([arm], [10**6]).mass
    x = np.array([0, 5, 10**5, 999_990])
    steps = (10**6 - x) * (3.5 + x) / ((x + 1) * (7.5 + 10**6 - x - 1))
    assert mass[x + 1] / mass[x] == pytest.approx(steps, rel=1e-9)


def test_whole_numbers_of_numpy_are_welcome():
    n = np.array([100, 100], dtype=np.int8)
    found = predict_events([FLAT, FLAT], n)
    assert len(found.mass) == 201
    far = compare_allocations([FLAT, FLAT], n, -n + n)
    assert far.estimate == 100
    assert {type(x) for x in (far.estimate, far.low, far.high, far.probability)} == {
        float
    }
    assert {type(found.mean), type(found.probability_above(np.int8(3)))} == {float}
