"""Posteriors: known answers, R's values, what must always hold, odd input."""

from math import inf, nan, pi, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from reanalysis.evidence import predictive_tails
from reanalysis.posterior import (
    Posterior,
    comparator_prior,
    compare_allocations,
    posterior_difference,
    probability_best,
    rate_posterior,
)
from reanalysis.rates import _settled

FLAT = Posterior(1.0, 1.0)


def reference(name):
    folder = Path(__file__).parents[1] / "reference"
    return pd.read_csv(folder / f"posterior_{name}.csv", comment="#")


# --- known answers --------------------------------------------------------------------


def test_the_shapes_of_a_posterior():
    assert rate_posterior(16, 20) == Posterior(16.5, 4.5)
    assert rate_posterior(0, 20, prior=(1, 2)) == Posterior(1, 22)
    assert FLAT.interval() == FLAT.interval(level=0.95)
    assert posterior_difference(FLAT, FLAT) == posterior_difference(
        FLAT, FLAT, margin=0, level=0.95
    )
    assert rate_posterior(16, 20).mean == 16.5 / 21


def test_a_comparator_is_worth_its_weight():
    assert comparator_prior(52, 80) == (52.5, 28.5)
    assert comparator_prior(52, 80, weight=0) == (0.5, 0.5)
    assert comparator_prior(52, 80, weight=0.25, start=(1, 2)) == (14, 9)
    # in full it is the same as having counted the patients of both studies
    assert rate_posterior(16, 20, prior=comparator_prior(52, 80)) == rate_posterior(
        68, 100
    )


def test_two_rates_of_which_nothing_is_known():
    # the difference of two uniform rates has a triangular density
    for margin in (0.0, 0.25, 0.999):
        found = posterior_difference(FLAT, FLAT, margin=margin).probability
        assert found == pytest.approx((1 - margin) ** 2 / 2, abs=1e-13)
        found = posterior_difference(FLAT, FLAT, margin=-margin).probability
        assert found == pytest.approx(1 - (1 - margin) ** 2 / 2, abs=1e-13)
    found = posterior_difference(FLAT, FLAT, level=0.9)
    assert found.estimate == 0
    assert found.high == pytest.approx(1 - sqrt(0.1), abs=1e-10)
    assert found.low == pytest.approx(-found.high, abs=1e-10)


def test_the_margins_at_the_ends():
    arms = rate_posterior(16, 20), rate_posterior(0, 20)
    assert posterior_difference(*arms, margin=1).probability == 0
    assert posterior_difference(*arms, margin=-1).probability == 1


def test_densities_without_bound():
    # both arcsine: the sine and cosine of an angle, squared
    arcsine = Posterior(0.5, 0.5)
    assert posterior_difference(arcsine, arcsine).probability == pytest.approx(
        0.5, abs=1e-12
    )
    uniform = posterior_difference(arcsine, FLAT, margin=0.5).probability
    # the integral of (x - 1/2) over x from 1/2 to 1
    assert uniform == pytest.approx(1 / (2 * pi), abs=1e-12)
    steep = Posterior(0.05, 0.05)
    assert probability_best([steep, steep]) == pytest.approx([0.5, 0.5], abs=1e-12)


def in_closed_form(one, other):
    """Probability that one is above other; the first shape of one is whole.

    E. Miller, "Formulas for Bayesian A/B testing" (2014); also J. D. Cook, "Exact
    calculation of beta inequalities" (2005).
    """
    i = np.arange(int(one.a))
    logs = special.betaln(other.a + i, one.b + other.b) - special.betaln(1 + i, one.b)
    return (np.exp(logs - special.betaln(other.a, other.b)) / (one.b + i)).sum()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Posterior(17.0, 5.0), Posterior(13.0, 9.0)),
        (Posterior(1.0, 21.0), Posterior(2.5, 0.5)),
        (Posterior(201.0, 301.0), Posterior(220.0, 280.0)),
        (Posterior(2001.0, 3001.0), Posterior(2020.0, 2980.0)),
    ],
)
def test_the_better_of_two_in_closed_form(one, other):
    expected = in_closed_form(one, other)
    found = posterior_difference(one, other).probability
    assert found == pytest.approx(expected, abs=1e-10)
    assert probability_best([one, other])[0] == pytest.approx(expected, abs=1e-10)


def test_a_narrow_peak_is_not_stepped_over():
    # so narrow that the coarser rules have no point on it and agree on nothing
    n = 1_000_000
    arms = [rate_posterior(events, n) for events in (300_000, 301_000)]
    deviation = sqrt(2 * 0.3 * 0.7 / n)
    found = posterior_difference(arms[1], arms[0])
    expected = stats.norm.cdf(0.001 / deviation)
    assert found.probability == pytest.approx(expected, abs=1e-3)
    assert found.low == pytest.approx(0.001 - 1.96 * deviation, rel=1e-2)
    assert probability_best(arms)[1] == pytest.approx(found.probability, abs=1e-8)


# --- R --------------------------------------------------------------------------------


@pytest.mark.parametrize("row", list(reference("one").itertuples()))
def test_one_arm_in_r(row):
    found = Posterior(row.a, row.b).interval(level=row.level)
    assert found.estimate == row.a / (row.a + row.b)
    assert (found.low, found.high) == pytest.approx((row.low, row.high), rel=1e-11)
    above = Posterior(row.a, row.b).probability_above(0.5)
    assert above == pytest.approx(row.above_half, rel=1e-10)


@pytest.mark.parametrize("row", list(reference("difference").itertuples()))
def test_differences_in_r(row):
    arms = Posterior(row.a_1, row.b_1), Posterior(row.a_0, row.b_0)
    found = posterior_difference(*arms, margin=row.margin)
    assert found.probability == pytest.approx(row.probability, abs=1e-10)
    assert (found.low, found.high) == pytest.approx((row.low, row.high), abs=1e-9)


@pytest.mark.parametrize("group", reference("best")["group"].unique())
def test_the_best_arm_in_r(group):
    rows = reference("best").query("group == @group")
    arms = [Posterior(row.a, row.b) for row in rows.itertuples()]
    np.testing.assert_allclose(probability_best(arms), rows["best"], atol=1e-10)


# --- what always holds ----------------------------------------------------------------

ordinary = settings(deadline=None, max_examples=12, derandomize=True)
rates = st.builds(Posterior, st.floats(0.2, 200), st.floats(0.2, 200))
margins = st.floats(-1, 1)


@ordinary
@given(rates, st.floats(0.01, 0.99), st.floats(0, 1))
def test_an_interval_has_its_level(rate, level, p):
    found = rate.interval(level=level)
    assert 0 <= found.low <= found.high <= 1
    inside = rate.probability_above(found.low) - rate.probability_above(found.high)
    # a limit next to 1 has too few digits left to be tested so
    if found.high < 1 - 1e-9:
        assert inside == pytest.approx(level, abs=1e-6)
    assert 0 <= rate.probability_above(p) <= 1
    mirrored = Posterior(rate.b, rate.a).interval(level=level)
    assert mirrored.low == pytest.approx(1 - found.high, abs=1e-12)


def test_what_is_next_to_certain_has_an_opposite_with_digits():
    one, other = Posterior(13.0, 1.0), Posterior(1.0, 67.0)
    # of a whole shape: the integral of p**12 * (1 - p)**67, times 13
    expected = 13 * special.beta(13, 68)
    found = posterior_difference(other, one).probability
    assert found == pytest.approx(expected, rel=1e-9)
    found = posterior_difference(one, other).probability
    assert found == pytest.approx(1 - expected, abs=1e-15)
    best = probability_best([one, other, Posterior(1.0, 1e9)])
    assert best[1] == pytest.approx(expected, rel=1e-6)


EXTREME = pd.read_csv(
    Path(__file__).parents[1] / "reference" / "extreme_posteriors.csv"
)


@pytest.mark.parametrize("row", list(EXTREME.query("kind == 'sum'").itertuples()))
def test_unbounded_densities_and_far_tails_in_thirty_digits(row):
    arms = [Posterior(row.a_1, row.b_1), Posterior(row.a_2, row.b_2)]
    weights = [int(row.w_1), int(row.w_2)]
    one, other = ([max(sign * w, 0) for w in weights] for sign in (1, -1))
    found = compare_allocations(arms, one, other, margin=row.value)
    assert found.probability == pytest.approx(row.above, rel=1e-9)
    less = compare_allocations(arms, other, one, margin=-row.value)
    assert less.probability == pytest.approx(row.below, rel=1e-9)
    if weights == [1, -1]:
        found = posterior_difference(*arms, margin=row.value)
        assert found.probability == pytest.approx(row.above, rel=1e-9)
        found = posterior_difference(*arms[::-1], margin=-row.value)
        assert found.probability == pytest.approx(row.below, rel=1e-9)
    if weights == [1, -1] and row.value == 0:
        best = probability_best(arms)
        assert best == pytest.approx([row.above, row.below], rel=1e-9)


@pytest.mark.parametrize("row", list(EXTREME.query("kind == 'count'").itertuples()))
def test_far_tails_of_a_count_to_come_in_forty_digits(row):
    events, n = int(row.value), int(row.w_1)
    found = predictive_tails(Posterior(row.a_1, row.b_1), events, n)
    assert found == pytest.approx((row.below, row.above), rel=1e-11)


@pytest.mark.parametrize("n", [20, 100_000])
def test_arms_without_events_are_as_good_as_each_other(n):
    empty, middle = rate_posterior(0, n), Posterior(5.5, 5.5)
    full = rate_posterior(n, n)
    for arms, one, other, margin in (
        ([empty] * 2, [50, 0], [0, 50], 0),
        ([empty, full], [50, 50], [0, 0], 50),
        ([empty, empty, middle], [50, 0, 10], [0, 50, 0], 5),
        ([empty, full, empty, full], [9, 9, 0, 0], [0, 0, 9, 9], 0),
    ):
        found = compare_allocations(arms, one, other, margin=margin)
        assert found.probability == pytest.approx(0.5, abs=1e-8)
        assert found.low - margin == pytest.approx(margin - found.high, abs=1e-6)
    assert probability_best([empty] * 3) == pytest.approx([1 / 3] * 3, rel=1e-9)


def test_sure_rates_are_compared_in_their_narrow_range():
    # two posteriors of a million patients are normal, to four digits or so
    one, other = rate_posterior(501_000, 10**6), rate_posterior(500_000, 10**6)
    found = compare_allocations([one, other, FLAT], [1, 0, 1], [0, 1, 1])
    expected = stats.norm.cdf(0.001 / sqrt(0.5 / 10**6))
    assert found.probability == pytest.approx(expected, abs=1e-5)
    third = compare_allocations([one, other, one], [1, 0, 0], [0, 1, 0])
    assert third == found


def test_a_thousand_million_patients_are_compared():
    one, other = Posterior(5.0005e8, 5e8), Posterior(5e8, 5e8)
    deviation = sqrt(2 * 0.25 / 1e9)
    found = posterior_difference(one, other)
    assert found.low == pytest.approx(2.5e-5 - 1.96 * deviation, rel=1e-3)
    expected = stats.norm.cdf(found.estimate / deviation)
    assert found.probability == pytest.approx(expected, abs=1e-4)
    assert probability_best([one, other])[0] == pytest.approx(expected, abs=1e-4)


def test_shapes_that_are_none_are_refused():
    for shapes in ((0, 1), (1, 0), (nan, 1), (1, inf), (-1, 1)):
        with pytest.raises(ValueError, match=r"^the shapes of a posterior must be"):
            Posterior(*shapes)


@ordinary
@given(rates, rates, margins)
def test_swapped_arms_negate_the_difference(one, other, margin):
    found = posterior_difference(one, other, margin=margin)
    swapped = posterior_difference(other, one, margin=-margin)
    assert 0 <= found.probability <= 1
    assert found.probability + swapped.probability == pytest.approx(1, abs=1e-9)
    assert swapped.estimate == -found.estimate
    assert (swapped.low, swapped.high) == pytest.approx(
        (-found.high, -found.low), abs=1e-7
    )
    # without the event instead of with it
    mirrored = posterior_difference(
        Posterior(other.b, other.a), Posterior(one.b, one.a), margin=margin
    )
    assert mirrored.probability == pytest.approx(found.probability, abs=1e-9)


@ordinary
@given(rates, rates, st.tuples(margins, margins), st.floats(0.5, 0.99))
def test_a_larger_margin_is_less_probable(one, other, margins, level):
    low, high = sorted(margins)
    found = [
        posterior_difference(one, other, margin=m, level=level) for m in (low, high)
    ]
    assert found[0].probability >= found[1].probability - 1e-9
    assert (found[0].low, found[0].high) == (found[1].low, found[1].high)
    assert -1 <= found[0].low < found[0].high <= 1
    wider = posterior_difference(one, other, level=(1 + level) / 2)
    assert wider.low < found[0].low
    assert wider.high > found[0].high


@ordinary
@given(rates, rates, st.floats(0.5, 0.99))
def test_limits_have_their_tails(one, other, level):
    found = posterior_difference(one, other, level=level)
    for limit, above in ((found.low, (1 + level) / 2), (found.high, (1 - level) / 2)):
        got = posterior_difference(one, other, margin=limit).probability
        # where the density is steep a limit's last digit moves the probability
        assert got == pytest.approx(above, abs=1e-6)


@ordinary
@given(st.lists(rates, min_size=2, max_size=5), st.randoms())
def test_one_arm_is_best(arms, random):
    found = probability_best(arms)
    assert found.shape == (len(arms),)
    assert np.all((found >= 0) & (found <= 1))
    assert found.sum() == pytest.approx(1, abs=1e-14)
    order = random.sample(range(len(arms)), len(arms))
    shuffled = probability_best([arms[i] for i in order])
    assert shuffled == pytest.approx(found[order], abs=1e-9)
    if len(arms) == 2:
        better = posterior_difference(*arms).probability
        assert found[0] == pytest.approx(better, abs=1e-9)


@ordinary
@given(rates, st.integers(2, 6))
def test_equal_arms_are_equally_often_best(rate, k):
    assert probability_best([rate] * k) == pytest.approx([1 / k] * k, abs=1e-9)


@ordinary
@given(st.integers(0, 19), st.integers(0, 20))
def test_one_more_event_is_better(events, other):
    arms = (
        rate_posterior(events, 20),
        rate_posterior(events + 1, 20),
        rate_posterior(other, 20),
    )
    fewer, more = (posterior_difference(arm, arms[2]) for arm in arms[:2])
    assert more.probability > fewer.probability
    assert more.estimate > fewer.estimate


def test_simulation_agrees():
    random = np.random.default_rng(0)
    arms = [rate_posterior(events, 20) for events in (6, 12, 13)]
    drawn = np.array([random.beta(arm.a, arm.b, size=200_000) for arm in arms])
    shares = np.bincount(drawn.argmax(axis=0), minlength=3) / 200_000
    assert probability_best(arms) == pytest.approx(shares, abs=0.005)
    found = posterior_difference(arms[2], arms[0], margin=0.2)
    difference = drawn[2] - drawn[0]
    assert found.probability == pytest.approx((difference > 0.2).mean(), abs=0.005)
    assert found.estimate == pytest.approx(difference.mean(), abs=0.005)
    limits = np.quantile(difference, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx(limits, abs=0.01)


# --- odd input ------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0, 1, 95, nan])
def test_a_level_that_is_none_is_refused(level):
    message = f"^level must be between 0 and 1, not {level}$"
    with pytest.raises(ValueError, match=message):
        FLAT.interval(level=level)
    with pytest.raises(ValueError, match=message):
        posterior_difference(FLAT, FLAT, level=level)


def test_values_off_their_scale_are_refused():
    for wrong in (-1.1, 1.1, nan):
        message = f"^margin must be from -1 to 1, not {wrong}$"
        with pytest.raises(ValueError, match=message):
            posterior_difference(FLAT, FLAT, margin=wrong)
    for wrong in (-0.1, 1.1, nan):
        with pytest.raises(ValueError, match=f"^rate must be from 0 to 1, not {wrong}"):
            FLAT.probability_above(wrong)
    assert [FLAT.probability_above(rate) for rate in (0, 1)] == [1, 0]


def test_the_rule_is_doubled_up_to_sixteen_thousand_points_a_piece():
    seen = []

    def never_the_same(points):
        seen.append(points)
        return np.full(2, len(seen))

    with pytest.raises(ValueError, match=r"a shape is too near 0$"):
        _settled(never_the_same, 2.0)
    assert seen == [2**k for k in range(4, 15)]


def test_results_cannot_be_changed():
    with pytest.raises(AttributeError):
        rate_posterior(16, 20).a = 1.0
    with pytest.raises(AttributeError):
        posterior_difference(FLAT, FLAT).low = 0.0


def test_whole_numbers_of_numpy_are_welcome():
    events, n = np.array([16, 20], dtype=np.int8)
    assert rate_posterior(events, n) == rate_posterior(16, 20)
    assert {type(x) for x in comparator_prior(events, n)} == {float}
    assert type(rate_posterior(events, n).a) is float
    found = posterior_difference(rate_posterior(events, n), FLAT)
    shown = (found.estimate, found.low, found.high, found.probability)
    assert {type(value) for value in shown} == {float}
