import tracemalloc
from dataclasses import FrozenInstanceError
from fractions import Fraction
from itertools import permutations, product
from math import comb, factorial, prod
from pathlib import Path

import exact_tests
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from reanalysis import design
from reanalysis.design import (
    TESTS,
    exact_power,
    false_positive_curve,
    rejection_region,
    smallest_n,
    smallest_n_to_see,
    split_probability,
)

REFERENCE = pd.read_csv(Path(__file__).parents[1] / "reference" / "design.csv")


def all_tables(n):
    return np.array(list(product(*(range(size + 1) for size in n))))


# --- the same, written by its definition ----------------------------------------------


def pearson_pvalue(events, n):
    if sum(events) in (0, sum(n)):
        return 1.0
    table = np.column_stack([events, np.subtract(n, events)])
    return stats.chi2_contingency(table, correction=False).pvalue


def exact_pvalue(events, n):
    """Tables of this total with at most as many arrangements, in whole numbers."""

    def arrangements(x):
        return prod(comb(size, some) for size, some in zip(n, x, strict=True))

    same = [arrangements(x) for x in all_tables(n).tolist() if sum(x) == sum(events)]
    observed = arrangements(events)
    return Fraction(sum(a for a in same if a <= observed), sum(same))


def percentages_pvalue(events, n):
    if sum(events) == 0:
        return 1.0
    percent = [100 * x / size for x, size in zip(events, n, strict=True)]
    return stats.chisquare(percent).pvalue


PVALUES = {
    "pearson": pearson_pvalue,
    "exact": exact_pvalue,
    "percentages": percentages_pvalue,
}


def significant_tables(n, test, alpha):
    tables = all_tables(n)
    level = alpha * (1 + 1e-7)  # 3/10 is at most 0.3, which is a little less
    return tables[[PVALUES[test](x, n) <= level for x in tables.tolist()]]


def power_by_definition(n, p, test, alpha):
    significant = significant_tables(n, test, alpha)
    return stats.binom.pmf(significant, n, p).prod(axis=1).sum()


# --- known answers --------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "probability"), [(0.55, 0.27), (0.10, 0.52)])
def test_percentages_as_counts_call_differences_where_there_are_none(rate, probability):
    assert round(exact_power(20, [rate] * 3, test="percentages"), 2) == probability


def test_three_against_three_is_significant_only_where_all_and_none_have_the_event():
    # p = 2 / C(6, 3) = 0.1, and with rates of 1/2 two of the 64 outcomes
    assert exact_power(3, [0.5, 0.5], test="exact", alpha=0.1) == pytest.approx(2 / 64)
    assert exact_power(3, [0.5, 0.5], test="exact", alpha=0.0999) == 0


def test_certain_events_give_certain_power():
    assert exact_power(10, [0, 1], test="pearson") == 1
    assert exact_power(10, [0, 1], test="exact") == 1
    assert exact_power(10, [0, 1], test="percentages") == 1


def test_rounding_does_not_lift_a_power_above_one():
    rare, frequent = np.linspace(0, 0.05, 20), np.linspace(0.95, 1, 20)
    p = np.stack(np.meshgrid(rare, frequent), axis=-1)
    assert rejection_region((50, 50)).power(p).max() == 1


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("rate", [0, 1])
def test_all_or_no_events_are_never_significant(test, rate):
    assert exact_power([4, 9, 2], [rate] * 3, test=test, alpha=0.9) == 0


def test_default_is_pearson_at_five_percent():
    p = [0.2, 0.6]
    assert exact_power(12, p) == exact_power(12, p, test="pearson", alpha=0.05)
    region = rejection_region([12, 12])
    assert (region.n, region.test, region.alpha) == ((12, 12), "pearson", 0.05)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(
    ("n", "p"),
    [
        ((7, 7), (0.2, 0.7)),
        ((3, 11), (0.6, 0.1)),
        ((6, 6, 6), (0.1, 0.5, 0.9)),
        ((2, 5, 7), (0.3, 0.3, 0.8)),
        ((3, 3, 3, 3), (0.1, 0.9, 0.2, 0.6)),
        ((1, 2, 4, 3), (0.9, 0.2, 0.1, 0.7)),
    ],
)
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.3])
def test_power_is_the_sum_over_the_tables_of_its_definition(n, p, test, alpha):
    region = rejection_region(n, test=test, alpha=alpha)
    tables = all_tables(n)
    expected = significant_tables(n, test, alpha)
    assert tables[region.contains(tables)].tolist() == expected.tolist()
    expected_power = power_by_definition(n, p, test, alpha)
    assert exact_power(n, p, test=test, alpha=alpha) == pytest.approx(
        expected_power, abs=1e-12
    )


@pytest.mark.parametrize("n", [(20, 20, 20), (13, 40), (5, 9, 3, 6)])
def test_exact_region_is_that_of_another_package(n):
    tables = all_tables(n)
    pvalues = [exact_tests.fisher_exact([x.tolist(), (n - x).tolist()]) for x in tables]
    found = rejection_region(n, test="exact").contains(tables)
    assert found.tolist() == (np.array(pvalues) <= 0.05).tolist()


@pytest.mark.parametrize("test", TESTS)
def test_power_is_that_of_r(test):
    rows = REFERENCE[REFERENCE["test"] == test]
    assert len(rows) == 120
    assert rows["software"].str.startswith("R version").all()
    for (n, alpha), group in rows.groupby(["n", "alpha"]):
        sizes = [int(size) for size in n.split()]
        region = rejection_region(sizes, test=test, alpha=alpha)
        significant = region.contains(all_tables(sizes)).sum()
        assert (group["significant"] == significant).all()
        p = [[float(rate) for rate in cell.split()] for cell in group["p"]]
        assert region.power(p) == pytest.approx(group["power"].to_numpy(), abs=1e-12)


def test_small_totals_are_not_lost_at_a_hundred_patients_per_arm():
    # at a rate of 1/2 a table with two events in all has a probability near 1e-86, and
    # within its total it is as large as any
    n = (100, 100, 100)
    region = rejection_region(n, test="exact", alpha=0.4)
    found = {
        x: bool(region.contains(np.array(x)))
        for x in ((2, 0, 0), (1, 1, 0), (4, 0, 0), (4, 0, 96))
    }
    swapped = {x: bool(region.contains(np.subtract(n, x))) for x in found}
    by_other = {
        x: exact_tests.fisher_exact([list(x), np.subtract(n, x).tolist()]) <= 0.4
        for x in found
    }
    assert found == by_other == swapped
    assert set(found.values()) == {True, False}


def test_ties_stay_together_whatever_the_order_of_the_arms():
    n = (100, 100, 100)
    region = rejection_region(n, test="exact")
    tables = np.random.default_rng(0).integers(30, 70, size=(2000, 3))
    found = [region.contains(tables[:, order]) for order in permutations(range(3))]
    assert all((other == found[0]).all() for other in found)
    assert 0 < found[0].mean() < 1


@pytest.mark.parametrize("test", ["pearson", "percentages"])
def test_level_at_a_tables_own_pvalue_takes_in_the_table_and_its_ties(test):
    n, events = (7, 7, 7), (1, 3, 6)
    alpha = float(PVALUES[test](events, n))
    tied = np.array(list(permutations(events)))
    assert rejection_region(n, test=test, alpha=alpha).contains(tied).all()
    assert not rejection_region(n, test=test, alpha=alpha * 0.9999).contains(tied).any()


def test_exact_level_at_a_tables_own_pvalue_takes_in_the_table_and_its_ties():
    n, events = (7, 7, 7), (1, 3, 6)
    alpha = float(exact_pvalue(events, n))
    tied = np.array(list(permutations(events)))
    for nearly in (alpha, alpha * (1 - 1e-9)):
        assert rejection_region(n, test="exact", alpha=nearly).contains(tied).all()
    assert (
        not rejection_region(n, test="exact", alpha=alpha * 0.9999).contains(tied).any()
    )


@pytest.mark.parametrize("test", TESTS)
def test_level_next_to_one_leaves_out_the_most_probable_tables(test):
    region = rejection_region((4, 4), test=test, alpha=1 - 1e-9)
    assert region.contains([[0, 4], [1, 3]]).all()
    assert not region.contains([[0, 0], [2, 2], [4, 4]]).any()


# --- many rates, many tables ----------------------------------------------------------


@pytest.mark.parametrize("test", TESTS)
def test_many_rates_give_what_one_at_a_time_gives(test):
    n = (6, 9, 4)
    p = np.random.default_rng(1).random((3, 2, 3))
    found = rejection_region(n, test=test).power(p)
    assert found.shape == (3, 2)
    single = [[exact_power(n, rates, test=test) for rates in row] for row in p]
    assert found == pytest.approx(np.array(single), rel=1e-12)


@pytest.mark.parametrize("test", TESTS)
def test_slabs_and_blocks_change_nothing(test, monkeypatch):
    n, p = (6, 9, 4), np.random.default_rng(2).random((7, 3))
    whole = rejection_region(n, test=test).power(p)
    for slab, block in ((1, 1), (40, 3), (50, 7)):
        monkeypatch.setattr(design, "SLAB", slab)
        monkeypatch.setattr(design, "BLOCK", block)
        in_parts = rejection_region(n, test=test).power(p)
        assert in_parts == pytest.approx(whole, rel=1e-12)


def test_slabs_are_no_larger_than_asked(monkeypatch):
    monkeypatch.setattr(design, "SLAB", 100)
    region = rejection_region((6, 9, 4))
    sizes = [rejected.shape for _, rejected in region._slabs(1)]
    assert sizes == [(20, 5), (20, 5), (20, 5), (10, 5)]
    # 25 numbers beside each row leave room for four rows
    assert next(region._slabs(25))[1].shape == (4, 5)
    monkeypatch.setattr(design, "SLAB", 1)
    assert next(region._slabs(1))[1].shape == (1, 5)


def test_region_says_what_it_is_and_does_not_change():
    region = rejection_region((3, 5), test="exact", alpha=0.1)
    assert repr(region) == "RejectionRegion(n=(3, 5), test='exact', alpha=0.1)"
    with pytest.raises(FrozenInstanceError):
        region.alpha = 0.05
    # two regions are never compared array by array
    assert len({region, rejection_region((3, 5), test="exact", alpha=0.1)}) == 2


def test_no_rate_gives_no_power():
    assert rejection_region((3, 3)).power(np.empty((0, 2))).shape == (0,)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("n", [(1, 1), (7, 5), (25, 7), (30, 13), (1, 40), (60, 59)])
@pytest.mark.parametrize("alpha", [1e-6, 0.05, 0.3, 0.5, 0.999])
def test_power_of_two_arms_is_that_of_every_table(n, test, alpha):
    # at 0.3 the exact test of 25 and 7 turns back as one arm goes on to more events
    region = rejection_region(n, test=test, alpha=alpha)
    p = np.array([(0.5, 0.6), (0.0, 0.7), (1e-4, 1.0), (0.3, 0.3)])
    every = region._power_of_block(p)
    assert region.power(p) == pytest.approx(every, rel=1e-9, abs=1e-15)


def test_far_from_equal_rates_nothing_counts(monkeypatch):
    for n, alpha in (((300, 250), 0.05), ((400, 30), 1e-9), ((400, 400), 0.999)):
        cutoffs = design._exact_cutoffs(n, alpha)
        with monkeypatch.context() as patched:
            patched.setattr(design, "_reach", lambda n, alpha: sum(n))
            assert design._exact_cutoffs(n, alpha) == pytest.approx(cutoffs, rel=1e-12)
    assert design._reach((300, 250), 0.05) < 100


def test_two_arms_of_a_hundred_thousand_have_their_power():
    # a normal approximation is near enough to tell
    rates, n = (0.5, 0.51), 100_000
    error = np.sqrt(sum(p * (1 - p) for p in rates) / n)
    near = stats.norm.sf(1.959964 - 0.01 / error)
    assert exact_power(n, rates) == pytest.approx(near, abs=1e-4)
    exact = exact_power(n // 10, rates, test="exact")
    assert 0 < exact_power(n // 10, rates) - exact < 0.01


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("n", [(60, 60, 60), (30, 30, 30, 30), (9000, 9000)])
def test_memory_is_bounded_and_foretold(n, test):
    exact_power(3, [0.5, 0.5], test=test)  # what is only made once
    tracemalloc.start()
    exact_power(n, [0.5] * len(n), test=test)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 0.7 < used / design._memory(n, test) < 1.2


def test_too_many_tables_are_refused_with_what_they_would_need():
    message = (
        r"arms of 100, 100, 100, 100 patients make 104,060,401 tables, more than "
        r"most_tables=20,000,000; they would take about 2 seconds$"
    )
    with pytest.raises(ValueError, match=message):
        exact_power(100, [0.5] * 4, test="exact")
    with pytest.raises(
        ValueError, match=r"take about 6 hours, and 72\.\d GB of memory"
    ):
        rejection_region([1000, 1000, 1000, 1000], test="exact")
    # one row of a slab is as long as the last arm
    assert design._memory((1, 1, 999_999), "pearson") == 8 * 4 * 1_000_000
    assert design._memory((999_999, 1, 1), "pearson") == 8 * 4 * design.SLAB
    with pytest.raises(ValueError, match="make 12 tables, more than most_tables=11"):
        rejection_region((2, 3), most_tables=11)
    assert rejection_region((2, 3), most_tables=12).n == (2, 3)
    for call in (
        lambda: exact_power(2, [0.1, 0.5], most_tables=8),
        lambda: false_positive_curve([2, 2], [0.1], most_tables=8),
        lambda: smallest_n([0.1, 0.5], most_tables=8),
    ):
        with pytest.raises(ValueError, match="make 9 tables"):
            call()


# --- sample size and curve ------------------------------------------------------------


@pytest.mark.parametrize("test", TESTS)
def test_smallest_n_is_the_first_to_reach_the_power(test):
    p, alpha, power = (0.2, 0.5, 0.7), 0.1, 0.6
    found = smallest_n(p, power=power, test=test, alpha=alpha)
    assert exact_power(found, p, test=test, alpha=alpha) >= power
    assert all(
        exact_power(n, p, test=test, alpha=alpha) < power for n in range(1, found)
    )


def test_smallest_n_defaults_are_eighty_percent_pearson_five_percent():
    p = (0.1, 0.5)
    assert smallest_n(p) == smallest_n(p, power=0.8, test="pearson", alpha=0.05)


def test_smallest_n_is_sought_up_to_200():
    assert smallest_n((0.5, 0.639)) == 200
    assert smallest_n((0.5, 0.6384)) is None
    assert smallest_n((0.5, 0.6384), largest=201) == 201


def test_smallest_n_may_be_followed_by_one_that_misses_the_power():
    p, test = (0.1, 0.4), "exact"
    assert exact_power(25, p, test=test) < 0.6 <= exact_power(24, p, test=test)
    assert smallest_n(p, power=0.6, test=test) == 24


def test_smallest_n_may_ask_that_larger_ones_do_it_too():
    p, power, test = (0.0, 0.25), 0.7, "exact"
    reached = [n for n in range(1, 50) if exact_power(n, p, test=test) >= power]
    assert reached == [23, 24, *range(27, 50)]  # the saw: 25 and 26 miss it
    found = [
        smallest_n(p, power=power, test=test, lasting=more) for more in (0, 1, 2, 3, 20)
    ]
    assert found == [23, 23, 27, 27, 27]


def test_one_patient_per_arm_may_be_enough():
    assert exact_power(1, (0, 1), alpha=0.2) == 1
    assert [smallest_n((0, 1), alpha=0.2, lasting=more) for more in (0, 1)] == [1, 1]


def test_rates_need_not_rise():
    assert smallest_n((0.5, 0.1)) == smallest_n((0.1, 0.5))
    assert smallest_n((0.5, 0.5, 0.1)) == smallest_n((0.1, 0.5, 0.5))


def test_power_that_is_met_exactly_is_reached():
    p = (0.0, 0.4)
    power = exact_power(9, p)
    assert smallest_n(p, power=power) <= 9
    assert exact_power(smallest_n(p, power=power), p) >= power


def test_a_power_of_just_a_half_is_reached_by_a_half():
    # of five patients more than two have the event, as often as not
    assert exact_power(5, [0, 0.5]) == pytest.approx(0.5, abs=1e-15)
    assert smallest_n([0, 0.5], power=0.5) == 5


def test_largest_may_be_returned_and_not_exceeded():
    p = (0.1, 0.5)
    n = smallest_n(p)
    assert smallest_n(p, largest=n) == n
    assert smallest_n(p, largest=n, lasting=3) == n
    assert smallest_n(p, largest=n - 1) is None
    assert smallest_n(p, largest=0) is None


def test_where_the_rates_are_equal_there_is_nothing_to_find():
    assert smallest_n((0.5, 0.5), power=0.01) is None


def test_curve_is_tidy():
    rates = [0, 0.1, 0.55, 1]
    curve = false_positive_curve([20, 20, 20], rates, test=TESTS, alpha=0.1)
    assert curve.columns.tolist() == ["rate", "test", "n", "probability"]
    assert curve.index.tolist() == list(range(12))
    assert curve["rate"].tolist() == rates * 3
    assert curve["test"].tolist() == [test for test in TESTS for _ in rates]
    assert (curve["n"] == "20, 20, 20").all()
    for row in curve.itertuples():
        expected = exact_power(20, [row.rate] * 3, test=row.test, alpha=0.1)
        assert row.probability == pytest.approx(expected, rel=1e-12)


def test_curve_takes_one_test_and_defaults_to_pearson_at_five_percent():
    curve = false_positive_curve([5, 9], [0.3])
    assert curve.iloc[0].tolist() == [
        0.3,
        "pearson",
        "5, 9",
        exact_power([5, 9], [0.3] * 2),
    ]
    curve = false_positive_curve(np.array([5, 9]), [0.3, 0.4], test="exact")
    assert curve["test"].tolist() == ["exact", "exact"]


# --- properties -----------------------------------------------------------------------

sizes = st.lists(st.integers(1, 7), min_size=2, max_size=4).filter(
    lambda n: prod(size + 1 for size in n) <= 600
)
levels = st.floats(0.001, 0.6)
modest = settings(deadline=None, max_examples=40)


@st.composite
def studies(draw):
    n = draw(sizes)
    rates = st.floats(0, 1)
    return n, draw(st.lists(rates, min_size=len(n), max_size=len(n)))


@given(studies(), st.sampled_from(TESTS), levels)
@modest
def test_power_is_a_probability(study, test, alpha):
    n, p = study
    assert 0 <= exact_power(n, p, test=test, alpha=alpha) <= 1


@given(studies(), st.sampled_from(TESTS), levels, st.randoms())
@modest
def test_order_of_the_arms_does_not_matter(study, test, alpha, random):
    n, p = study
    arms = list(zip(n, p, strict=True))
    random.shuffle(arms)
    shuffled = exact_power(*zip(*arms, strict=True), test=test, alpha=alpha)
    assert shuffled == pytest.approx(
        exact_power(n, p, test=test, alpha=alpha), abs=1e-12
    )


@given(studies(), st.sampled_from(["pearson", "exact"]), levels)
@modest
def test_swapping_the_outcomes_does_not_matter(study, test, alpha):
    n, p = study
    swapped = exact_power(n, [1 - rate for rate in p], test=test, alpha=alpha)
    assert swapped == pytest.approx(
        exact_power(n, p, test=test, alpha=alpha), abs=1e-12
    )


@given(studies(), st.sampled_from(TESTS), levels, levels)
@modest
def test_power_does_not_fall_with_the_level(study, test, alpha, other):
    n, p = study
    low, high = sorted((alpha, other))
    tables = all_tables(n)
    below = rejection_region(n, test=test, alpha=low).contains(tables)
    above = rejection_region(n, test=test, alpha=high).contains(tables)
    assert not np.any(below & ~above)
    assert (
        exact_power(n, p, test=test, alpha=low)
        <= exact_power(n, p, test=test, alpha=high) + 1e-15
    )


@given(sizes, st.floats(0, 1), levels)
@modest
def test_exact_test_keeps_its_level(n, rate, alpha):
    assert exact_power(n, [rate] * len(n), test="exact", alpha=alpha) <= alpha * (
        1 + 1e-6
    )


@given(studies(), st.sampled_from(TESTS), levels, st.integers(0, 2**32))
@settings(modest, max_examples=15)
def test_power_is_that_of_simulated_studies(study, test, alpha, seed):
    n, p = study
    significant = {tuple(x) for x in significant_tables(n, test, alpha).tolist()}
    simulated = np.random.default_rng(seed).binomial(n, p, size=(2000, len(n)))
    share = np.mean([tuple(x) in significant for x in simulated.tolist()])
    power = exact_power(n, p, test=test, alpha=alpha)
    error = np.sqrt(power * (1 - power) / 2000)
    # six standard errors, and one study for powers next to 0 and 1
    assert abs(share - power) <= 6 * error + 1 / 2000


# --- odd inputs -----------------------------------------------------------------------


def test_region_refuses_tables_and_rates_of_other_studies():
    region = rejection_region([3, 5])
    shape = r"must have one value per arm, 2, in its last axis; its shape is \(3,\)"
    with pytest.raises(ValueError, match="^events " + shape):
        region.contains([1, 2, 3])
    with pytest.raises(ValueError, match="^p " + shape):
        region.power([0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match=r"its shape is \(1,\)"):
        region.power([0.5])
    with pytest.raises(ValueError, match=r"its shape is \(\)"):
        region.power(0.5)
    with pytest.raises(TypeError, match="events must be whole numbers"):
        region.contains([1.0, 2.0])
    for events in ([4, 0], [0, 6], [-1, 0]):
        with pytest.raises(ValueError, match="events must be from 0 to n in every arm"):
            region.contains(events)


# --- patients it takes to see one event -----------------------------------------------


@pytest.mark.parametrize(
    ("rate", "probability", "expected"),
    [
        (0.05, 0.95, 59),  # both in tables of sampling for discovery
        (0.01, 0.95, 299),
        (0.5, 0.5, 1),
        (0.5, 0.75, 2),
        (0.5, 0.76, 3),
        (0.1, 0.1, 1),
        (1, 0.999, 1),
        (0, 0.5, None),
        (1e-9, 0.95, 2_995_732_273),  # with fifty digits
    ],
)
def test_patients_it_takes_to_see_one(rate, probability, expected):
    assert smallest_n_to_see(rate, probability=probability) == expected


def test_the_usual_probability_to_see_one_is_95_percent():
    assert smallest_n_to_see(0.2) == smallest_n_to_see(0.2, probability=0.95) == 14


@settings(deadline=None, max_examples=100, derandomize=True)
@given(st.floats(1e-6, 0.999), st.floats(0.01, 0.999))
def test_one_patient_fewer_is_not_enough_to_see_one(rate, probability):
    n = smallest_n_to_see(rate, probability=probability)
    assert type(n) is int
    assert 1 - (1 - rate) ** n >= probability * (1 - 1e-6)
    assert n == 1 or 1 - (1 - rate) ** (n - 1) < probability


# --- sizes of arms --------------------------------------------------------------------


@pytest.mark.parametrize(
    "sizes", [[1, 1], [2, 1], [3, 3], [20, 20, 20], [1, 2, 3, 4], [200, 100]]
)
def test_the_chance_of_just_these_sizes_in_exact_arithmetic(sizes):
    n, ways = sum(sizes), factorial(sum(sizes))
    expected = Fraction(1)
    for size in sizes:
        ways //= factorial(size)
        expected *= Fraction(size, n) ** size
    assert split_probability(sizes) == pytest.approx(float(ways * expected), rel=1e-9)


@given(st.lists(st.integers(1, 15), min_size=2, max_size=4), st.data())
def test_no_other_shares_make_these_sizes_likelier(sizes, data):
    weights = [data.draw(st.integers(1, 20)) for _ in sizes]
    shares = [weight / sum(weights) for weight in weights]
    other = stats.multinomial(sum(sizes), shares).pmf(sizes)
    assert other <= split_probability(sizes) * (1 + 1e-9)


def test_the_chance_of_just_these_sizes_keeps_its_digits_among_millions():
    # with fifty digits
    assert split_probability([10**7] * 3) == pytest.approx(2.7566444158501948e-8, 1e-12)
    assert split_probability([1, 10**7]) == pytest.approx(0.3678794595654136, 1e-12)
