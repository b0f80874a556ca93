"""Tests of k x 2 tables: known answers, R's values, properties, odd input."""

from collections import Counter
from fractions import Fraction
from itertools import permutations, product
from math import comb, prod
from pathlib import Path
from sys import float_info

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from reanalysis import exact_test, pearson_test, trend_test, unconditional_test
from reanalysis.counts import patient_rows
from reanalysis.design import rejection_region
from reanalysis.tables import (
    TESTS,
    every_table,
    expected_counts,
    named_test,
    pairwise_tests,
)

REFERENCE = pd.read_csv(
    Path(__file__).parents[1] / "reference" / "tables.csv", comment="#", dtype=str
).fillna("")

few = settings(max_examples=40, deadline=None)
fewer = settings(max_examples=15, deadline=None)  # where one example takes long


def numbers(text):
    return [float(part) if part != "NA" else None for part in text.split()]


def reference(quantity):
    """Rows of R's values: events, n, scores, values."""
    rows = REFERENCE[REFERENCE["quantity"] == quantity]
    assert len(rows) >= 7
    for row in rows.itertuples():
        events, n = (
            [int(part) for part in text.split()] for text in (row.events, row.n)
        )
        yield events, n, numbers(row.scores), numbers(row.values)


@st.composite
def tables(draw, least=2, most=4, largest=12):
    n = draw(st.lists(st.integers(1, largest), min_size=least, max_size=most))
    return [draw(st.integers(0, size)) for size in n], n


def other_outcome(events, n):
    return [size - x for x, size in zip(events, n, strict=True)]


def all_tables(events, n):
    """Every table with these margins, with the number of ways to get it."""
    for x in product(*(range(size + 1) for size in n)):
        if sum(x) == sum(events):
            yield x, prod(comb(size, one) for size, one in zip(n, x, strict=True))


def enumerated_exact(events, n):
    found = dict(all_tables(events, n))
    own = found[tuple(events)]
    extreme = sum(ways for ways in found.values() if ways <= own)
    return Fraction(extreme, sum(found.values()))


def enumerated_trend(events, n, scores, alternative):
    scores = [Fraction(str(score)) for score in scores]

    def total(x):
        return sum(score * one for score, one in zip(scores, x, strict=True))

    expected = total(n) * sum(events) / sum(n)
    own = total(events)
    as_strong = {
        "two-sided": lambda t: abs(t - expected) >= abs(own - expected),
        "greater": lambda t: t >= own,
        "less": lambda t: t <= own,
    }[alternative]
    found = list(all_tables(events, n))
    extreme = sum(ways for x, ways in found if as_strong(total(x)))
    return Fraction(extreme, sum(ways for _, ways in found))


# --- Pearson ----------------------------------------------------------------------


def test_expected_counts_share_one_rate():
    assert expected_counts([1, 5], [4, 8]).tolist() == [[2, 2], [4, 4]]


def test_pearson_equals_r():
    for events, n, _, (statistic, pvalue) in reference("pearson"):
        test = pearson_test(events, n)
        assert_allclose([test.statistic, test.pvalue], [statistic, pvalue], rtol=1e-10)
        assert test.dof == len(n) - 1


@given(tables())
@fewer
def test_pearson_does_not_depend_on_the_order_of_arms_or_outcomes(table):
    events, n = table
    test = pearson_test(events, n)
    assert 0 < test.pvalue <= 1
    turned = pearson_test(events[::-1], n[::-1])
    swapped = pearson_test(other_outcome(events, n), n)
    assert turned.pvalue == pytest.approx(test.pvalue)
    assert swapped.pvalue == pytest.approx(test.pvalue)


def test_pearson_takes_empty_cells():
    test = pearson_test([0, 0, 7], [8, 15, 7])
    assert test.statistic == pytest.approx(30)


@pytest.mark.parametrize("events", [[0, 0, 0], [3, 4, 5]])
def test_pearson_finds_nothing_where_all_or_none_have_the_event(events):
    test = pearson_test(events, [3, 4, 5])
    assert (test.statistic, test.dof, test.pvalue) == (0, 2, 1)


# --- exact ------------------------------------------------------------------------


def test_exact_equals_fishers_tea():
    test = exact_test([3, 1], [4, 4])
    assert test.statistic == 16 / 70
    assert test.pvalue == pytest.approx(34 / 70, rel=1e-14)


def test_exact_equals_r():
    for events, n, _, (pvalue,) in reference("exact"):
        assert exact_test(events, n).pvalue == pytest.approx(pvalue, rel=1e-10)


def test_exact_equals_enumeration_on_every_table_of_three_arms_of_20():
    sevenths = 0
    for total in range(61):
        ways = {
            (a, b, total - a - b): comb(20, a) * comb(20, b) * comb(20, total - a - b)
            for a in range(21)
            for b in range(21)
            if 0 <= total - a - b <= 20
        }
        weight = Counter()
        for one in ways.values():
            weight[one] += one
        below, so_far = {}, 0
        for one in sorted(weight):
            so_far += weight[one]
            below[one] = so_far
        for events, one in list(ways.items())[::7]:
            test = exact_test(events, [20, 20, 20])
            assert test.pvalue == pytest.approx(below[one] / comb(60, total), rel=1e-12)
            assert test.statistic == pytest.approx(one / comb(60, total), rel=1e-13)
            sevenths += 1
    assert sevenths > 21**3 / 7


@given(tables())
@few
def test_exact_equals_enumeration(table):
    events, n = table
    assert exact_test(events, n).pvalue == pytest.approx(
        float(enumerated_exact(events, n)), rel=1e-12
    )


@given(tables(most=2, largest=60))
@few
def test_exact_of_two_arms_equals_scipy(table):
    events, n = table
    expected = stats.fisher_exact([events, other_outcome(events, n)]).pvalue
    assert exact_test(events, n).pvalue == pytest.approx(expected, rel=1e-9)


@given(tables(largest=40))
@few
def test_exact_does_not_depend_on_the_order_of_arms_or_outcomes(table):
    events, n = table
    test = exact_test(events, n)
    assert 0 < test.statistic <= test.pvalue * (1 + 1e-12)
    assert test.pvalue <= 1
    for order in list(permutations(range(len(n))))[:6]:
        turned = exact_test([events[i] for i in order], [n[i] for i in order])
        assert turned.pvalue == pytest.approx(test.pvalue, rel=1e-12)
        assert turned.statistic == pytest.approx(test.statistic, rel=1e-13)
    swapped = exact_test(other_outcome(events, n), n)
    assert swapped.pvalue == pytest.approx(test.pvalue, rel=1e-12)


@pytest.mark.parametrize("events", [[0, 0, 0], [3, 4, 5]])
def test_exact_finds_nothing_where_all_or_none_have_the_event(events):
    test = exact_test(events, [3, 4, 5])
    assert (test.statistic, test.pvalue) == (1, 1)


def test_exact_is_never_zero():
    assert exact_test([0, 400] * 2, [400] * 4).pvalue == float_info.min


def test_exact_takes_numpy_counts_and_hundreds_of_patients():
    events, n = np.array([120, 150, 170, 140, 155]), np.full(5, 300)
    assert 0 < exact_test(events, n).pvalue < 0.01


# --- trend ------------------------------------------------------------------------


def test_trend_equals_r():
    for events, n, scores, (statistic, pvalue) in reference("trend"):
        test = trend_test(events, n, scores=scores)
        assert test.statistic == pytest.approx(statistic, rel=1e-10, abs=1e-12)
        assert test.pvalue == pytest.approx(pvalue, rel=1e-10)
        assert test.dof == 1


def test_exact_trend_equals_r():
    for events, n, scores, values in reference("exact trend"):
        for alternative, pvalue in zip(
            ("two-sided", "greater", "less"), values, strict=True
        ):
            test = trend_test(
                events, n, scores=scores, alternative=alternative, exact=True
            )
            assert test.pvalue == pytest.approx(pvalue, rel=1e-10)
            assert test.dof is None


def test_exact_trend_keeps_its_statistic():
    for alternative in ("two-sided", "greater", "less"):
        near = trend_test([2, 3, 7], [8, 9, 10], alternative=alternative)
        exact = trend_test([2, 3, 7], [8, 9, 10], alternative=alternative, exact=True)
        assert (near.statistic, near.z) == (exact.statistic, exact.z)


@given(tables(), st.data())
@few
def test_exact_trend_equals_enumeration(table, data):
    events, n = table
    tenth = st.integers(-30, 30).map(lambda score: score / 10)
    scores = data.draw(st.lists(tenth, min_size=len(n), max_size=len(n)))
    assume(len(set(scores)) > 1)
    for alternative in ("two-sided", "greater", "less"):
        test = trend_test(events, n, scores=scores, alternative=alternative, exact=True)
        expected = float(enumerated_trend(events, n, scores, alternative))
        assert test.pvalue == pytest.approx(expected, rel=1e-10)


@given(tables(most=2, largest=40))
@fewer
def test_trend_of_two_arms_is_pearson_and_one_sided_fisher(table):
    events, n = table
    assume(0 < sum(events) < sum(n))
    near, pearson = trend_test(events, n), pearson_test(events, n)
    assert near.statistic == pytest.approx(pearson.statistic, abs=1e-12)
    assert near.pvalue == pytest.approx(pearson.pvalue)
    for alternative, fisher in (("greater", "less"), ("less", "greater")):
        cells = [events, other_outcome(events, n)]
        expected = stats.fisher_exact(cells, alternative=fisher).pvalue
        exact = trend_test(events, n, alternative=alternative, exact=True)
        assert exact.pvalue == pytest.approx(expected, rel=1e-9)


@given(tables(), st.booleans())
@few
def test_trend_turns_with_the_scores_the_arms_and_the_outcome(table, exact):
    events, n = table
    test = trend_test(events, n, alternative="greater", exact=exact)
    down = list(range(len(n)))[::-1]
    for mirrored in (
        trend_test(events, n, scores=down, alternative="less", exact=exact),
        trend_test(events[::-1], n[::-1], alternative="less", exact=exact),
        trend_test(other_outcome(events, n), n, alternative="less", exact=exact),
    ):
        assert mirrored.pvalue == pytest.approx(test.pvalue)
        assert mirrored.z == pytest.approx(-test.z, abs=1e-12)
    both = trend_test(events[::-1], n[::-1], exact=exact)
    assert both.pvalue == pytest.approx(trend_test(events, n, exact=exact).pvalue)
    assert 0 < both.pvalue <= 1
    assert test.statistic == test.z**2


@given(tables(least=3), st.booleans(), st.integers(-5, 5), st.integers(1, 7))
@few
def test_trend_does_not_change_when_all_scores_move_or_stretch(table, exact, a, b):
    events, n = table
    scores = [0.5, 0.1, 2.3, 0.7][: len(n)]
    moved = [a + b * score for score in scores]
    test = trend_test(events, n, scores=scores, exact=exact)
    # in binary the moved scores are off by a rounding error, which exact ties feel
    moved = [round(score, 6) for score in moved]
    other = trend_test(events, n, scores=moved, exact=exact)
    assert other.pvalue == pytest.approx(test.pvalue)
    assert other.statistic == pytest.approx(test.statistic)


def test_trend_takes_the_order_of_the_arms_as_scores():
    assert trend_test([1, 2, 5], [6, 6, 6]) == trend_test(
        [1, 2, 5], [6] * 3, scores=[0, 1, 2]
    )


def test_scores_tie_as_they_are_written():
    written = trend_test([2, 3, 4], [5, 6, 7], scores=[0.1, 0.2, 0.3], exact=True)
    whole = trend_test([2, 3, 4], [5, 6, 7], scores=[1, 2, 3], exact=True)
    assert written == whole


@pytest.mark.parametrize("events", [[2, 0, 1], [0, 3, 0]])
@pytest.mark.parametrize("sign", [1, -1])
def test_scores_are_kept_to_their_last_digit(events, sign):
    # three times the second score is less than the third, by one part in 10**16
    n, scores = [4, 4, 4], [0, sign * 0.3333333333333333, sign]
    for alternative in ("two-sided", "greater", "less"):
        test = trend_test(events, n, scores=scores, alternative=alternative, exact=True)
        expected = float(enumerated_trend(events, n, scores, alternative))
        assert test.pvalue == pytest.approx(expected, rel=1e-10)


def test_trend_takes_scores_far_apart():
    far = trend_test([1, 2, 4], [4, 5, 6], scores=[-1e300, 1e-300, 1e300])
    assert far.z == pytest.approx(trend_test([1, 2, 4], [4, 5, 6]).z)


def test_exact_trend_takes_an_arm_of_one():
    for events, n in (([0, 5], [1, 5]), ([1, 0], [1, 5]), ([5, 0], [5, 1])):
        test = trend_test(events, n, exact=True)
        assert test.pvalue == pytest.approx(1 / 6)


def test_trend_takes_small_integers_of_numpy():
    events, n = (
        np.array([90, 120, 130], dtype=np.uint8),
        np.full(3, 200, dtype=np.uint8),
    )
    for exact in (False, True):
        small = trend_test(events, n, exact=exact)
        assert small == trend_test(events.tolist(), n.tolist(), exact=exact)


def test_trend_says_its_direction():
    assert trend_test([1, 2, 5], [6, 6, 6]).z > 0 > trend_test([5, 2, 1], [6, 6, 6]).z
    assert trend_test([1, 2, 5], [6, 6, 6], alternative="greater").pvalue < 0.05
    assert trend_test([1, 2, 5], [6, 6, 6], alternative="less").pvalue > 0.95


def test_two_sided_trend_is_1_where_rates_are_equal():
    for exact in (False, True):
        test = trend_test([2, 4, 6], [5, 10, 15], exact=exact)
        assert test.pvalue == pytest.approx(1)
        assert test.statistic == pytest.approx(0, abs=1e-20)


@pytest.mark.parametrize("events", [[0, 0, 0], [3, 4, 5]])
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("exact", [False, True])
def test_trend_finds_nothing_where_all_or_none_have_the_event(
    events, alternative, exact
):
    test = trend_test(events, [3, 4, 5], alternative=alternative, exact=exact)
    assert (test.statistic, test.pvalue, test.z) == (0, 1, 0)
    assert test.dof == (None if exact else 1)


def test_trend_is_never_zero():
    for exact in (False, True):
        test = trend_test([0, 0, 900, 900], [900] * 4, exact=exact)
        assert test.pvalue == float_info.min


def test_exact_trend_takes_arms_of_hundreds():
    test = trend_test([120, 140, 170], [300, 310, 290], exact=True)
    near = trend_test([120, 140, 170], [300, 310, 290])
    assert test.pvalue == pytest.approx(near.pvalue, rel=0.1)


def test_exact_trend_refuses_scores_that_do_not_fit_whole_numbers():
    scores = [0, 1 / 3, 1]
    assert trend_test([1, 2, 3], [4, 4, 4], scores=scores).pvalue < 1
    with pytest.raises(ValueError, match=r"^scores have too many digits for an exact"):
        trend_test([1, 2, 3], [4, 4, 4], scores=[0, 1 / 3, 1000], exact=True)


def test_exact_trend_takes_scores_whose_steps_fit_whole_numbers():
    # of 64 patients, 64**2 times the widest score must be below 2**62
    events, n = [1, 2, 9], [16, 16, 32]
    for widest in (2**49, 2**50 - 1):
        assert trend_test(events, n, scores=[0, 1, widest], exact=True).pvalue < 1
    for widest in (2**50, 2**50 + 1):
        with pytest.raises(ValueError, match=r"^scores have too many digits"):
            trend_test(events, n, scores=[0, 1, widest], exact=True)
    # what counts is how many of the smallest steps they are apart
    far = trend_test(events, n, scores=[0, 10**15, 2 * 10**15], exact=True)
    assert far == trend_test(events, n, scores=[0, 1, 2], exact=True)


# --- unconditional ----------------------------------------------------------------


def highest_tail(events, n, low):
    """Boschloo's one-sided p-value by a search over a thousand rates."""
    x, y = np.ogrid[: n[0] + 1, : n[1] + 1]
    share = (
        stats.hypergeom.cdf(x, sum(n), x + y, n[0])
        if low
        else stats.hypergeom.sf(x - 1, sum(n), x + y, n[0])
    )
    own = share[tuple(events)]
    rate = np.linspace(0, 1, 1001)[:, None, None]
    chance = stats.binom.pmf(x, n[0], rate) * stats.binom.pmf(y, n[1], rate)
    return own, (chance * (share <= own * (1 + 1e-7))).sum(axis=(1, 2)).max()


@given(tables(most=2, largest=15))
@fewer
def test_unconditional_equals_a_search_over_rates(table):
    events, n = table
    assume(0 < sum(events) < sum(n))
    (fisher, high), (other, low) = (highest_tail(events, n, side) for side in (0, 1))
    test = unconditional_test(events, n)
    assert test.pvalue == pytest.approx(min(1, 2 * min(high, low)), rel=1e-4)
    assert test.pvalue <= 2 * min(fisher, other) + 1e-9
    assert test.statistic == pytest.approx(fisher if high <= low else other)


def test_unconditional_equals_the_example_of_scipy():
    # its one-sided values, of 74 in 117 and 31 in 63
    test = unconditional_test([74, 31], [117, 63])
    assert test.pvalue == pytest.approx(2 * 0.0355, abs=2e-4)
    assert test.statistic == pytest.approx(0.0483, abs=1e-4)


def test_unconditional_does_not_depend_on_the_order_of_arms_or_outcomes():
    test = unconditional_test([1, 4], [3, 4])
    for events, n in (([4, 1], [4, 3]), ([2, 0], [3, 4]), ([0, 2], [4, 3])):
        assert unconditional_test(events, n).pvalue == pytest.approx(test.pvalue)


@pytest.mark.parametrize("events", [[0, 0], [3, 4]])
def test_unconditional_finds_nothing_where_all_or_none_have_the_event(events):
    test = unconditional_test(events, [3, 4])
    assert (test.statistic, test.pvalue) == (1, 1)


# --- pairs ------------------------------------------------------------------------


def test_pairs_equal_r():
    rows = zip(reference("pairs"), reference("pairs Holm"), strict=True)
    for (events, n, _, raw), (*_, holm) in rows:
        found = pairwise_tests(events, n)
        assert_allclose(found["pvalue"], raw, rtol=1e-10)
        assert_allclose(found["holm"], holm, rtol=1e-10)


@pytest.mark.parametrize("test", list(TESTS))
def test_pairs_are_the_test_of_each_pair(test):
    found = pairwise_tests([6, 12, 16], [20, 21, 22], arms=["A", "B", "C"], test=test)
    assert found.columns.tolist() == ["arm", "other", "test", "pvalue", "holm"]
    assert found["arm"].tolist() == ["A", "A", "B"]
    assert found["other"].tolist() == ["B", "C", "C"]
    assert set(found["test"]) == {test}
    compare = named_test(test)
    assert found["pvalue"].tolist() == [
        compare([6, 12], [20, 21]).pvalue,
        compare([6, 16], [20, 22]).pvalue,
        compare([12, 16], [21, 22]).pvalue,
    ]


@given(tables(most=5, largest=30))
@few
def test_holm_keeps_the_order_and_is_between_the_raw_value_and_bonferroni(table):
    found = pairwise_tests(*table).sort_values("pvalue", kind="stable")
    assert found["holm"].is_monotonic_increasing
    assert (found["holm"] >= found["pvalue"]).all()
    limit = np.minimum(found["pvalue"] * len(found), 1)
    assert (found["holm"] <= limit * (1 + 1e-12)).all()
    assert found["holm"].iloc[0] == pytest.approx(limit.iloc[0])


def test_pairs_number_arms_without_names():
    found = pairwise_tests([1, 2, 3], [4, 4, 4])
    assert found["arm"].tolist() == ["1", "1", "2"]
    assert found["other"].tolist() == ["2", "3", "3"]
    assert found["test"].unique().tolist() == ["exact"]


def test_pairs_of_two_arms_need_no_correction():
    found = pairwise_tests([1, 5], [6, 6])
    assert found["holm"].tolist() == found["pvalue"].tolist()


# --- odd input --------------------------------------------------------------------


def test_every_test_takes_columns_of_a_frame():
    part = pd.DataFrame({"events": [6, 12, 16], "n": 20}, index=[5, 3, 9])
    columns, lists = (part["events"], part["n"]), ([6, 12, 16], [20, 20, 20])
    assert pearson_test(*columns) == pearson_test(*lists)
    assert exact_test(*columns) == exact_test(*lists)
    assert trend_test(*columns) == trend_test(*lists)
    assert trend_test(*columns, exact=True) == trend_test(*lists, exact=True)
    assert pairwise_tests(*columns).equals(pairwise_tests(*lists))
    assert unconditional_test(part["events"][:2], part["n"][:2]) == (
        unconditional_test([6, 12], [20, 20])
    )


@pytest.mark.parametrize("test", [pearson_test, exact_test, trend_test])
def test_results_cannot_be_changed(test):
    with pytest.raises(AttributeError):
        test([1, 5], [6, 6]).pvalue = 0.0


@given(st.lists(st.integers(1, 30), min_size=2, max_size=4), st.data())
@settings(max_examples=10)
@pytest.mark.filterwarnings("ignore:Low count", "ignore::RuntimeWarning")
def test_pearson_is_what_pingouin_gives_on_rows_of_patients(n, data):
    events = [data.draw(st.integers(0, size)) for size in n]
    assume(0 < sum(events) < sum(n))
    rows = patient_rows(events, n)
    _, _, found = pingouin.chi2_independence(rows, "arm", "event", correction=False)
    expected = found.set_index("test").loc["pearson"]
    test = pearson_test(events, n)
    assert test.statistic == pytest.approx(expected["chi2"], abs=1e-12)
    assert test.dof == expected["dof"]
    assert test.pvalue == pytest.approx(expected["pval"])


# --- limits, and what the long way would give -----------------------------------------


def test_an_exact_trend_of_thousands_is_the_tail_of_its_distribution():
    # 30,000 patients: of two arms it is a hypergeometric tail
    x, n = [4_990, 5_100], [10_000, 10_000]
    found = trend_test(x, n, exact=True, alternative="greater").pvalue
    expected = stats.hypergeom.sf(5_099, 20_000, 10_000, 10_090)
    assert found == pytest.approx(expected, rel=1e-9)
    # a third arm that never has the event changes nothing
    third = trend_test(
        [0, *x], [1, *n], scores=[5, 0, 1], exact=True, alternative="greater"
    )
    assert third.pvalue > found
    for small in (1e-30, 1e-200):
        events = next(k for k in range(0, 10_000, 50) if _tail(k) < small)
        got = trend_test(
            [10_000 - events, events], n, exact=True, alternative="greater"
        )
        assert got.pvalue == pytest.approx(_tail(events), rel=1e-8)


def _tail(events):
    return stats.hypergeom.sf(events - 1, 20_000, 10_000, 10_000)


def test_scores_far_apart_take_the_way_of_single_tables():
    scores = [0, 0.123456, 1.7, 10, 3]
    x, n = [3, 5, 2, 6, 4], [7, 8, 5, 9, 6]
    found = trend_test(x, n, scores=scores, exact=True, alternative="greater").pvalue
    observed = sum(a * b for a, b in zip(scores, x, strict=True))
    extreme = whole = 0
    for table in product(*(range(size + 1) for size in n)):
        if sum(table) == sum(x):
            ways = prod(comb(a, b) for a, b in zip(n, table, strict=True))
            whole += ways
            value = sum(a * b for a, b in zip(scores, table, strict=True))
            extreme += ways * (value >= observed - 1e-9)
    assert found == pytest.approx(extreme / whole, rel=1e-12)


def test_limits_of_tests_are_given_as_numbers_of_tables():
    with pytest.raises(ValueError, match="44 partial tables, more than most_tables=43"):
        trend_test([1, 2, 9], [3, 4, 9], exact=True, most_tables=43)
    trend_test([1, 2, 9], [3, 4, 9], exact=True, most_tables=44)
    with pytest.raises(ValueError, match="as long as 8,100 tables"):
        unconditional_test([1, 2], [3, 4], most_tables=8099)
    unconditional_test([1, 2], [3, 4], most_tables=8100)
    with pytest.raises(ValueError, match="tables that are more probable, more"):
        exact_test([1, 12, 9], [20, 20, 20], most_tables=50)
    assert exact_test([1, 2, 9], [20, 20, 20], most_tables=10**6).pvalue < 1


def test_the_estimate_of_more_probable_tables_is_near_their_number():
    for x, n in (([30, 40, 50], [90, 80, 95]), ([9, 12, 20, 14], [25, 30, 28, 26])):
        total, own = sum(x), prod(comb(a, b) for a, b in zip(n, x, strict=True))
        number = 0
        for table in product(*(range(size + 1) for size in n[:-1])):
            last = total - sum(table)
            if 0 <= last <= n[-1]:
                ways = prod(comb(a, b) for a, b in zip(n, (*table, last), strict=True))
                number += ways > own
        for most, refused in ((number / 3, True), (number * 3, False)):
            try:
                exact_test(x, n, most_tables=most)
                assert not refused
            except ValueError:
                assert refused


def test_an_unconditional_test_of_hundreds_equals_scipy():
    for x, n in (([10, 20], [300, 250]), ([0, 3], [200, 150]), ([7, 0], [40, 400])):
        table = np.array([x, np.subtract(n, x)])
        expected = stats.boschloo_exact(table, n=256)
        found = unconditional_test(x, n)
        assert found.statistic == pytest.approx(expected.statistic, rel=1e-9)
        assert found.pvalue == pytest.approx(expected.pvalue, rel=1e-6)


def test_large_counts_neither_overflow_nor_take_a_row_each():
    huge = [10**17 + 3, 10**17, 10**17 - 5], [3 * 10**17] * 3
    assert pearson_test(*huge).pvalue == pytest.approx(1, abs=1e-9)
    assert trend_test(*huge).z < 0
    found = exact_test([500_000, 501_000], [10**6, 10**6])
    assert found.statistic == pytest.approx(
        stats.hypergeom.pmf(500_000, 2 * 10**6, 10**6, 1_001_000), rel=1e-7
    )
    with pytest.raises(ValueError, match="3,221,225,472 patients are too many for an"):
        exact_test([1, 2, 3], [2**30] * 3)
    with pytest.raises(ValueError, match="too many for an exact test"):
        exact_test([1, 2], [2**51, 2**51])


def test_a_value_worked_out_by_hand():
    # 5 of 20 against 15 of 20: each cell is 5 from its expected 10, and 4 * 25/10 = 10
    found = pearson_test([5, 15], [20, 20])
    assert found.statistic == pytest.approx(10)
    assert found.dof == 1
    assert expected_counts([5, 15], [20, 20]).tolist() == [[10, 10], [10, 10]]


def test_expected_counts_follow_the_sizes_of_the_arms():
    expected = expected_counts([3, 3], [10, 20])
    assert expected == pytest.approx(np.array([[2, 8], [4, 16]]))


@given(tables(most=5, largest=60))
@settings(max_examples=30)
def test_pearson_agrees_with_scipy(table):
    events, n = np.array(table)
    found = pearson_test(events, n)
    if 0 < events.sum() < n.sum():
        cells = np.column_stack([events, n - events])
        expected = stats.chi2_contingency(cells, correction=False)
        assert found.statistic == pytest.approx(expected.statistic, abs=1e-9)
        assert found.pvalue == pytest.approx(expected.pvalue)
        assert found.dof == expected.dof
        assert expected_counts(events, n) == pytest.approx(expected.expected_freq)


def test_more_than_nine_arms_are_kept_apart():
    assert pearson_test([1] * 11, [4] * 11).dof == 10


# --- every table of a size ------------------------------------------------------------

N = [20, 20, 20]
EVENTS = list(product(range(21), repeat=3))


@pytest.fixture(scope="module")
def every_outcome():
    return every_table(N, arms=["A", "B", "C"])


def test_every_table_is_what_each_test_gives():
    found = every_table([4, 7, 5])
    for row in found.itertuples():
        assert row.exact == pytest.approx(exact_test(row.Index, [4, 7, 5]).pvalue)
        assert row.pearson == pytest.approx(pearson_test(row.Index, [4, 7, 5]).pvalue)
        assert row.trend == pytest.approx(trend_test(row.Index, [4, 7, 5]).pvalue)


def test_every_table_is_there_once_and_in_order(every_outcome):
    assert every_outcome.index.to_list() == EVENTS
    assert every_outcome.index.names == ["A", "B", "C"]
    assert every_table([1, 2]).index.names == ["1", "2"]


def test_known_tables_have_their_known_p_values(every_outcome):
    rows = every_outcome.loc[[(11, 13, 17), (6, 12, 16), (8, 11, 14)]].round(4)
    assert rows["pearson"].tolist() == [0.1157, 0.0058, 0.1623]
    assert rows["exact"].round(3).tolist() == [0.153, 0.006, 0.184]
    assert rows["trend"].tolist() == [0.0414, 0.0014, 0.0565]


def test_percentages_as_counts_worked_out_by_hand(every_outcome):
    # 40, 55 and 70 percent: 15 squared twice over 55
    found = every_outcome.loc[(8, 11, 14), "percentages"]
    assert found == pytest.approx(stats.chi2.sf(450 / 55, 2))


def test_of_9261_tables_each_has_the_p_values_of_the_tests(every_outcome):
    for name, test in (("exact", exact_test), ("trend", trend_test)):
        expected = [test(x, N).pvalue for x in EVENTS]
        assert_allclose(every_outcome[name], expected, rtol=1e-11)


@pytest.mark.parametrize("test", ["percentages", "pearson", "exact"])
@pytest.mark.parametrize("n", [N, [7, 12, 9], [15, 30]], ids=str)
def test_the_same_tables_are_significant_as_in_the_rejection_region(
    every_outcome, n, test
):
    found = every_outcome if n == N else every_table(n)
    events = np.array(found.index.to_list())
    region = rejection_region(n, test=test, alpha=0.05)
    assert (found[test] <= 0.05).tolist() == region.contains(events).tolist()


@pytest.mark.parametrize("n", [[4, 4], [2, 5, 3]])
def test_without_an_outcome_or_without_any_other_nothing_differs(n):
    found = every_table(n)
    ends = found.iloc[[0, -1]].to_numpy()
    assert ends.tolist() == [[1.0] * 4] * 2
    assert found.notna().all(axis=None)
    assert found.gt(0).all(axis=None)
    assert found.le(1).all(axis=None)


def test_percentages_as_counts_are_too_free_below_a_rate_and_too_strict_above(
    every_outcome,
):
    # its value is 100 * (1 - p) / n times Pearson's
    rate = every_outcome.index.to_frame().sum(axis=1) / sum(N)
    parted = every_outcome["pearson"].between(1e-12, 0.999)
    gain = every_outcome["pearson"] - every_outcome["percentages"]
    assert (gain[parted & (rate < 0.79)] > 0).all()
    assert (gain[parted & (rate > 0.81)] < 0).all()


def test_too_many_tables_are_refused():
    assert len(every_table([3, 4], most_tables=20)) == 20
    with pytest.raises(ValueError, match=r"3, 4 patients make 20 tables, more than"):
        every_table([3, 4], most_tables=19)
    with pytest.raises(ValueError, match="8,120,601 tables"):
        every_table([200, 200, 200])
    with pytest.raises(ValueError, match="250,001 tables"):
        every_table([52, 52, 88])


def test_a_pvalue_has_its_digits_down_to_the_smallest_float():
    # with fifty digits
    found = pearson_test([0, 650], [650, 650]).pvalue
    assert found == pytest.approx(1.1303728441492742e-284, rel=1e-10)
    assert pearson_test([0, 10**6], [10**6] * 2).pvalue == float_info.min
