"""Defects of libraries, met on the way.

Each test asserts the wrong behavior as it is, so that it fails on the day the library
mends it. Then take the test out, and what the code here does about it.
"""

import numpy as np
import pytest
from exact_tests import fisher_exact
from pingouin import chi2_independence
from scipy import stats
from statsmodels.stats.contingency_tables import Table

from reanalysis import exact_test, patient_rows, pearson_test


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
