"""Defects of libraries, met on the way.

Each test asserts the wrong behavior as it is, so that it fails on the day the library
mends it. Then take out the test, its row on the page of defects, and what the code here
does about it.
"""

import warnings

import numpy as np
import pytest
from exact_tests import fisher_exact
from pingouin import chi2_independence
from scipy import stats
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    score_test_proportions_2indep,
)

from reanalysis import (
    exact_test,
    odds_ratio,
    pearson_test,
    proportion,
    risk_difference,
    risk_ratio,
)
from reanalysis.counts import patient_rows


def test_scipy_draws_fishers_exact_test_of_three_arms_at_random():
    # scipy 1.17.1: without method= it samples 9999 tables, and no seed is set
    table = [[11, 9], [13, 7], [17, 3]]
    found = {stats.fisher_exact(table).pvalue for _ in range(8)}
    assert len(found) > 1
    exact = exact_test([11, 13, 17], [20, 20, 20]).pvalue
    assert max(abs(pvalue - exact) for pvalue in found) > 1e-5


def test_scipy_loses_a_tied_table_in_barnards_test():
    # scipy 1.17.1: statistics that are equal are compared without a tolerance, so
    # that swapping the outcomes changes the p-value; scipy's boschloo_exact has one
    pvalue = stats.barnard_exact([[1, 4], [2, 0]]).pvalue
    swapped = stats.barnard_exact([[2, 0], [1, 4]]).pvalue
    # as extreme: six tables, with probability 16 / 128 where half have the event
    assert swapped == pytest.approx(1 / 8)
    assert pvalue == pytest.approx(0.1070294)


def test_statsmodels_adds_one_half_to_an_empty_cell():
    # statsmodels 0.15.0: shift_zeros=True is the default, and no message says so
    cells = np.array([[0, 5], [4, 3], [5, 4]])
    assert Table(cells).table.tolist() == [[0.5, 5], [4, 3], [5, 4]]
    shifted = Table(cells).test_nominal_association().statistic
    as_given = Table(cells, shift_zeros=False).test_nominal_association().statistic
    assert as_given == pytest.approx(pearson_test([0, 4, 5], [5, 7, 9]).statistic)
    assert shifted == pytest.approx(3.695, abs=5e-4)
    assert as_given == pytest.approx(4.926, abs=5e-4)


def test_pingouin_divides_by_an_empty_cell():
    # pingouin 0.7.0: it computes all members of the power-divergence family, of which
    # Neyman's has no value where a cell is empty
    rows = patient_rows([0, 6], [6, 6])
    with (
        pytest.warns(RuntimeWarning, match=r"^divide by zero encountered"),
        pytest.warns(RuntimeWarning, match=r"^invalid value encountered"),
        pytest.warns(UserWarning, match="Low count"),
    ):
        _, _, found = chi2_independence(rows, x="arm", y="event", correction=False)
    assert found.set_index("test").loc["pearson", "chi2"] == pytest.approx(12)
    assert not np.isfinite(found.set_index("test").loc["neyman", "chi2"])


def test_exact_tests_cuts_fractions_off_without_a_word():
    # exact-tests 0.10.0: 3.9 patients are taken as 3
    assert fisher_exact([[3.9, 0], [0, 4]]) == fisher_exact([[3, 0], [0, 4]])


def test_exact_tests_refuses_arrays():
    # exact-tests 0.10.0
    with pytest.raises(TypeError, match="expected list"):
        fisher_exact(np.array([[3, 0], [0, 4]]))


def test_exact_tests_gives_a_p_value_of_zero():
    # exact-tests 0.10.0: below the smallest ordinary float; logp=True has the value
    table = [[0, 400], [400, 0]] * 2
    assert fisher_exact(table) == 0
    assert fisher_exact(table, logp=True) == pytest.approx(-1100, abs=10)


def score_interval(compare, *table):
    with warnings.catch_warnings():
        # of what statsmodels divides by zero on the way
        warnings.simplefilter("ignore")
        return confint_proportions_2indep(*table, compare=compare, method="score")


def test_statsmodels_most_likely_proportions_are_not_the_most_likely():
    # statsmodels 0.15.0: in the cubic for a difference a count stands for a number of
    # patients
    x_1, n_1, x_0, n_0 = 56, 70, 48, 80
    test = score_test_proportions_2indep(x_1, n_1, x_0, n_0, value=0.1)

    def likelihood(p_0):
        return stats.binom.pmf(x_1, n_1, p_0 + 0.1) * stats.binom.pmf(x_0, n_0, p_0)

    step = 0.001
    beside = [likelihood(test.prop2_null + move) for move in (-step, step)]
    assert max(beside) > likelihood(test.prop2_null)


def test_statsmodels_score_interval_of_a_difference_is_wrong():
    # statsmodels 0.15.0, as a consequence; the paper's example (a) has 0.0528, 0.3382
    low, high = score_interval("diff", 56, 70, 48, 80)
    assert (round(low, 4), round(high, 4)) == (0.0526, 0.3440)
    found = risk_difference(56, 70, 48, 80)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0528, 0.3382)


def test_statsmodels_score_interval_of_a_difference_is_not_symmetric():
    # statsmodels 0.15.0: the same counts in both arms
    low, high = score_interval("diff", 10, 20, 10, 20)
    assert abs(low + high) > 0.001


@pytest.mark.parametrize(
    "table", [(6, 7, 2, 7), (9, 10, 3, 10), (5, 56, 0, 29), (0, 10, 0, 10)]
)
def test_statsmodels_score_interval_of_a_difference_fails(table):
    # statsmodels 0.15.0: the root is sought where there is none, or through NaN
    with pytest.raises(ValueError, match=r"different signs|is NaN"):
        score_interval("diff", *table)
    assert risk_difference(*table).low < risk_difference(*table).high


@pytest.mark.parametrize("table", [(0, 20, 5, 20), (20, 20, 15, 20)])
def test_statsmodels_score_interval_of_an_odds_ratio_fails_on_a_zero_cell(table):
    # statsmodels 0.15.0, though one limit exists
    with pytest.raises(ZeroDivisionError):
        score_interval("odds-ratio", *table)
    found = odds_ratio(*table)
    assert found.low > 0 or found.high < 3


def test_statsmodels_score_interval_of_a_ratio_is_wrong_where_all_have_the_event():
    # statsmodels 0.15.0, 20 of 20 against 15 of 20: R has 1.0842 for the lower limit
    low, high = score_interval("ratio", 20, 20, 15, 20)
    assert round(float(low), 4) == 1.1429
    found = risk_ratio(20, 20, 15, 20)
    assert round(found.low, 4) == 1.0842
    assert found.high == pytest.approx(high, rel=1e-9)


def test_statsmodels_wilson_interval_does_not_hold_none_or_all():
    # statsmodels 0.15.0: by rounding alone, but 0 of n is not in its own interval; of
    # which n depends on the processor
    sizes = range(1, 200)
    none = [proportion_confint(0, n, method="wilson")[0] for n in sizes]
    all_ = [proportion_confint(n, n, method="wilson")[1] for n in sizes]
    assert max(none) > 0
    assert min(all_) < 1
    for n in sizes:
        assert (proportion(0, n).low, proportion(n, n).high) == (0, 1)


def test_statsmodels_loses_the_variance_between_studies_at_a_fine_tolerance():
    # statsmodels 0.15.0: it takes a negative rest for a root below zero before it looks
    # whether the rest is near zero, so rounding can carry the last step to no variance;
    # in which of these sets of studies it does depends on the processor
    n = np.array([42, 72, 79])

    def variances_between(atol):
        for first in range(5, 42):
            events = np.array([first, 64, 64])
            logits, within = (
                np.log(events / (n - events)),
                1 / events + 1 / (n - events),
            )
            yield combine_effects(logits, within, "pm", atol=atol).tau2

    coarse, fine = (np.array([*variances_between(atol)]) for atol in (1e-9, 0))
    assert coarse[39 - 5] == pytest.approx(0.125984003883221, abs=1e-9)  # R's metafor
    lost = (fine == 0) & (coarse > 0)
    assert lost.any()
    assert fine[~lost] == pytest.approx(coarse[~lost], abs=1e-6)
