"""The study's own tests recomputed, and Pearson's test against scipy and by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from reanalysis import load_study, pearson_test
from reanalysis.counts import recover_counts
from reanalysis.endpoints import check_tests, compare_arms
from reanalysis.tables import expected_counts


@st.composite
def tables(draw, most=60):
    n = draw(st.lists(st.integers(1, most), min_size=2, max_size=5))
    events = [draw(st.integers(0, size)) for size in n]
    return events, n


def test_the_study_recomputed():
    found = check_tests(load_study())
    assert found["statistic"].round(3).tolist() == [4.313, 10.317, 3.636]
    assert found["pvalue"].round(4).tolist() == [0.1157, 0.0058, 0.1623]
    assert found["dof"].tolist() == [2, 2, 2]
    assert found["printed"].tolist() == ["7.3", "22.3", "8.1"]
    assert found["claimed"].tolist() == [0.05, 0.05, 0.05]
    assert found["holds"].tolist() == [False, True, False]


def test_a_value_without_a_mark_claims_nothing(edit):
    folder = edit("tests.csv", "22.3,*,", "22.3,,")
    found = check_tests(load_study(folder))
    assert np.isnan(found["claimed"].iloc[1])
    assert found["holds"].tolist() == [False, False, False]


def test_a_claim_of_p_below_a_level_does_not_hold_at_that_level():
    study = load_study()
    alpha = check_tests(study)["pvalue"].map(repr)
    at_it = replace(study, tests=study.tests.assign(alpha=alpha))
    assert check_tests(at_it)["holds"].tolist() == [False, False, False]


def test_a_value_worked_out_by_hand():
    # 5 of 20 against 15 of 20: each cell is 5 from its expected 10, and 4 * 25/10 = 10
    found = pearson_test([5, 15], [20, 20])
    assert found.statistic == pytest.approx(10)
    assert found.dof == 1
    assert expected_counts([5, 15], [20, 20]).tolist() == [[10, 10], [10, 10]]


def test_expected_counts_follow_the_sizes_of_the_arms():
    expected = expected_counts([3, 3], [10, 20])
    assert expected == pytest.approx(np.array([[2, 8], [4, 16]]))


@given(tables())
@settings(max_examples=30)
def test_it_agrees_with_scipy(table):
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


def test_endpoints_keep_their_order_and_their_own_rows():
    counts = recover_counts(load_study().outcomes).iloc[::-1]
    found = compare_arms(counts)
    assert found["endpoint"].tolist() == ["2-year OS", "MRD negative", "CR"]
    assert found["statistic"].round(3).tolist() == [3.636, 10.317, 4.313]
