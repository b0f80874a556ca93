"""Where the printed statistics come from, and what patients can and cannot give."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats

from reanalysis import explain_statistics, load_study
from reanalysis.endpoints import check_tests
from reanalysis.origins import count_matches, find_tables, matches_by_luck, vary_count
from reanalysis.printed import match_printed
from reanalysis.synthetic import analyze_cohort, synthetic_cohort

STUDY = load_study(Path(__file__).parents[2] / "data")
COHORT = synthetic_cohort(STUDY)
PRINTED = STUDY.outcomes["percent"].tolist()
THE_ONE = "Pearson, one-way, equal shares, percentages with the event"


@pytest.fixture(scope="module")
def explained():
    return explain_statistics(STUDY)


def test_the_tests_of_the_patients():
    found = check_tests(STUDY)
    assert found["statistic"].round(3).tolist() == [4.313, 10.317, 3.636]
    assert found["pvalue"].round(4).tolist() == [0.1157, 0.0058, 0.1623]
    assert found["dof"].tolist() == [2, 2, 2]
    assert found["holds"].tolist() == [False, True, False]


def test_exactly_one_candidate_gives_all_printed_values(explained):
    found = count_matches(explained)
    assert found.loc[found["matches"] == 3, "procedure"].tolist() == [THE_ONE]


def test_it_gives_one_value_rounded_and_two_truncated(explained):
    rows = explained[explained["procedure"] == THE_ONE]
    assert rows["computed"].round(3).tolist() == [7.265, 22.353, 8.182]
    assert rows["match"].tolist() == ["rounded", "truncated", "truncated"]


def test_luck_gives_one_value_but_not_all():
    luck = matches_by_luck(STUDY)
    assert luck["at_least"].tolist() == [1, 2, 3]
    assert luck["found"].tolist() == [3, 1, 1]
    assert luck["expected_by_luck"].iloc[0] == pytest.approx(1.69, abs=0.01)
    assert luck["expected_by_luck"].iloc[-1] < 1e-5


def test_eight_of_nine_percentages_and_two_of_three_statistics_come_back():
    percentages, tests = analyze_cohort(COHORT, STUDY)
    assert percentages["same"].tolist() == [False] + [True] * 8
    assert percentages["percent"].tolist() == ["55", *PRINTED[1:]]
    assert percentages["printed"].tolist() == PRINTED
    assert percentages["events"].tolist() == [11, 13, 17, 6, 12, 16, 8, 11, 14]
    assert percentages["n"].tolist() == [20] * 9
    assert percentages.index.tolist() == list(range(9))
    assert tests["computed"].round(3).tolist() == [6.829, 22.353, 8.182]
    assert tests["printed"].tolist() == STUDY.tests["value"].tolist()
    assert tests["match"].tolist() == ["no", "truncated", "truncated"]
    same = ["statistic", "dof", "pvalue"]
    pd.testing.assert_frame_equal(tests[same], check_tests(STUDY)[same])
    assert tests["endpoint"].tolist() == STUDY.tests["endpoint"].tolist()


# --- why the third statistic does not come back ---------------------------------------


def test_no_count_in_the_arm_of_the_impossible_percentage_gives_its_statistic():
    endpoint, arm = STUDY.outcomes.loc[0, ["endpoint", "arm"]]
    others = list(map(float, PRINTED[1:3]))
    found = vary_count(STUDY, endpoint, arm)
    assert found["events"].tolist() == list(range(21))
    assert (found["match"] == "no").all()
    for row in found.itertuples():
        expected = stats.chisquare([100 * row.events / 20, *others]).statistic
        assert row.computed == pytest.approx(expected)
        assert row.percent == str(5 * row.events)
    assert (found["printed"] == STUDY.tests["value"][0]).all()


def test_varying_another_arm_finds_the_printed_value_where_it_is():
    row = STUDY.outcomes.iloc[4]  # 60% in the middle
    found = vary_count(STUDY, row.endpoint, row.arm)
    assert found.loc[found["match"] != "no", "events"].tolist() == [12]


def test_all_tables_that_give_a_printed_statistic():
    found = find_tables(STUDY)
    counts = np.array(list(product(range(21), repeat=3)))
    assert len(counts) == 9261
    with np.errstate(invalid="ignore"):
        expected = stats.chisquare(5.0 * counts, axis=1).statistic
    for test in STUDY.tests.itertuples():
        rows = found[found["endpoint"] == test.endpoint]
        match = match_printed(test.value, expected)
        given = [tuple(map(int, row)) for row in counts[match != "no"]]
        assert rows["events"].tolist() == given
        assert rows["match"].tolist() == match[match != "no"].tolist()
        assert rows["computed"].to_numpy() == pytest.approx(expected[match != "no"])
    by_endpoint = found.groupby("endpoint", sort=False)["kept"]
    assert by_endpoint.size().tolist() == [18, 15, 33]
    assert by_endpoint.max().tolist() == [1, 3, 3]
    first = found.iloc[0]
    assert (first["events"], first["percent"]) == ((6, 6, 10), ("30", "30", "50"))


@pytest.mark.filterwarnings("ignore:Low count")
def test_the_crosstab_of_the_study_by_pingouin():
    tests = analyze_cohort(COHORT, STUDY).tests.set_index("endpoint")
    rows = COHORT.dropna().astype(dict.fromkeys(tests.index, int))
    for endpoint in tests.index:
        _, observed, found = pingouin.chi2_independence(
            rows, "arm", endpoint, correction=False
        )
        assert observed.to_numpy().sum() == 60
        found = found.set_index("test").loc["pearson"]
        assert tests.loc[endpoint, "statistic"] == pytest.approx(found["chi2"])
        assert tests.loc[endpoint, "pvalue"] == pytest.approx(found["pval"])
