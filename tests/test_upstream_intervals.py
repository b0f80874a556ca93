"""Defects of libraries, as they are: a test fails here on the day upstream mends one.

Then say so on the page of defects, and see whether the code here can lean on the
library again.
"""

import warnings

import pytest
from scipy import stats
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    score_test_proportions_2indep,
)

from reanalysis import odds_ratio, proportion, risk_difference, risk_ratio


@pytest.fixture(autouse=True)
def _quiet():
    # statsmodels warns of what it divides by zero on the way
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def score_interval(compare, *table):
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
    # statsmodels 0.15.0: by rounding alone, but 0 of 7 is not in its own interval
    assert proportion_confint(0, 7, method="wilson")[0] > 0
    assert proportion_confint(7, 7, method="wilson")[1] < 1
    assert (proportion(0, 7).low, proportion(7, 7).high) == (0, 1)
