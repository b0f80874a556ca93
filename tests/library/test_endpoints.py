"""What goes through a whole table of counts, on that of the made-up study."""

from dataclasses import replace
from math import nan

import pandas as pd
import pytest

from reanalysis import (
    exact_test,
    example,
    load_study,
    number_needed_to_treat,
    odds_ratio,
    pearson_test,
    risk_difference,
    risk_ratio,
)
from reanalysis.counts import check_table, recover_counts
from reanalysis.endpoints import (
    arm_posteriors,
    as_enrolled,
    check_tests,
    compare_arms,
    compare_pairs,
    effect_measures,
    leading_arm,
    multiverse,
    nested_counts,
    pairwise_differences,
    predict_scenarios,
    turning_points,
)
from reanalysis.evidence import forest_rows, predictive_checks, published_figures
from reanalysis.posterior import rate_posterior
from reanalysis.robustness import fragility_index, reverse_fragility_index

ENDPOINTS = ["asleep", "rested", "1-year sleep"]
N = [16, 20, 24]


@pytest.fixture(scope="module")
def counts():
    return recover_counts(example().outcomes)


def test_differences_are_the_later_arm_less_the_earlier(counts):
    found = pairwise_differences(counts)
    assert found["endpoint"].tolist() == [name for name in ENDPOINTS for _ in range(3)]
    row = found.iloc[4]
    assert (row["arm"], row["other"]) == ("Quince", "Plum")
    expected = risk_difference(17, 24, 4, 16)
    assert (row["estimate"], row["low"], row["high"]) == (
        expected.estimate,
        expected.low,
        expected.high,
    )


def test_differences_take_their_method_and_level(counts):
    found = pairwise_differences(counts, method="newcombe", level=0.9).iloc[0]
    expected = risk_difference(12, 20, 7, 16, method="newcombe", level=0.9)
    assert (found["low"], found["high"]) == (expected.low, expected.high)


def test_the_ends_are_compared_by_each_measure(counts):
    found = effect_measures(counts, level=0.9)
    assert found["endpoint"].unique().tolist() == ENDPOINTS
    names = ["risk ratio", "odds ratio", "number needed to treat"]
    assert found["measure"].tolist() == 3 * names
    arms = (18, 24, 7, 16)
    for row, measure in zip(
        found.itertuples(),
        (risk_ratio, odds_ratio, number_needed_to_treat),
        strict=False,
    ):
        expected = measure(*arms, level=0.9)
        assert (row.estimate, row.low, row.high) == (
            expected.estimate,
            expected.low,
            expected.high,
        )


def test_measures_are_written_with_their_limits(counts):
    found = effect_measures(counts)
    assert found["text"].iloc[0] == "1.71 (1.00 to 3.38)"
    assert found["text"].iloc[8] == "NNTB 3.4 (NNTB 1.8 to infinity to NNTH 38)"


def test_pairs_are_corrected_within_their_endpoint(counts):
    found = compare_pairs(counts)
    assert list(found)[:3] == ["endpoint", "arm", "other"]
    assert found.index.tolist() == list(range(9))
    assert found["endpoint"].tolist() == [name for name in ENDPOINTS for _ in range(3)]
    row = found.iloc[4]
    assert row["pvalue"] == exact_test([4, 17], [16, 24]).pvalue
    assert row["holm"] == pytest.approx(3 * row["pvalue"])


def test_pairs_take_the_test_that_is_named(counts):
    assert set(compare_pairs(counts, test="pearson")["test"]) == {"pearson"}


def test_posteriors_take_a_prior_where_there_is_one(counts):
    found = arm_posteriors(counts, priors={("asleep", "Pear"): (3.0, 2.0)})
    assert found["posterior"].iloc[0] == rate_posterior(7, 16)
    assert found["posterior"].iloc[1] == rate_posterior(12, 20, prior=(3.0, 2.0))
    assert found.index.tolist() == list(range(9))
    assert found.groupby("endpoint")["best"].sum().tolist() == pytest.approx([1] * 3)


def test_posteriors_of_chosen_rows_are_numbered_anew(counts):
    assert arm_posteriors(counts.iloc[3:]).index.tolist() == list(range(6))


def test_turning_points_go_the_way_that_is_open(counts):
    found = turning_points(counts)
    assert found["endpoint"].tolist() == ENDPOINTS
    back = fragility_index([4, 9, 17], N)
    forth = reverse_fragility_index([7, 12, 18], N)
    assert found["index"].tolist()[:2] == [forth.index, back.index]
    assert found["turned"].iloc[1] == back.pvalue >= 0.05
    assert found["turned"].iloc[0] == forth.pvalue < 0.05


def test_turning_points_take_their_test_and_level(counts):
    found = turning_points(counts, test="pearson", alpha=0.2)
    assert found["index"].tolist() == [
        fragility_index(events, N, test="pearson", alpha=0.2).index
        for events in ([7, 12, 18], [4, 9, 17], [6, 10, 16])
    ]


def test_a_p_value_at_the_level_is_not_below_it(counts):
    level = exact_test([7, 12, 18], N).pvalue
    found = turning_points(counts, alpha=level).iloc[0]
    assert found["index"] > 0
    assert found["turned"] < level


def test_a_decision_that_no_arm_can_turn_has_no_index(counts):
    apart = counts.assign(events=[0, 12, 24] * 3)
    found = turning_points(apart)
    assert found["index"].isna().all()
    assert (found["turned"] == found["pvalue"]).all()


def test_an_arm_leads_only_if_it_is_alone_at_the_top_of_every_endpoint():
    def outcomes(*percent):
        return pd.DataFrame(
            {"endpoint": list("xxyy"), "arm": ["A", "B"] * 2, "percent": percent}
        )

    assert leading_arm(outcomes("9", "30", "9.5", "10")) == "B"  # not as texts
    assert leading_arm(outcomes("30", "9", "10", "9.5")) == "A"
    assert leading_arm(outcomes("9", "30", "10", "9.5")) is None
    assert leading_arm(outcomes("9", "30", "10", "10.0")) is None
    assert leading_arm(example().outcomes) == "Quince"


# --- who was counted ------------------------------------------------------------------

TWO = pd.DataFrame(
    {
        "endpoint": ["remission"] * 2 + ["deep remission"] * 2,
        "arm": ["A", "B"] * 2,
        "n": 20,
        "events": [11, 17, 6, 16],
    }
)


def test_those_who_were_enrolled_and_not_treated_count_as_without_the_outcome():
    found = as_enrolled(TWO, "B", 79, 97)  # 20 * 97 / 79 is 24.56
    assert found["n"].tolist() == [20, 25, 20, 25]
    assert found["events"].tolist() == TWO["events"].tolist()
    assert as_enrolled(TWO, "B", 97, 97).equals(TWO)
    assert as_enrolled(TWO, "A", 8, 9)["n"].tolist() == [23, 20, 23, 20]  # 22.5
    with pytest.raises(ValueError, match="no arm has the name 'C'"):
        as_enrolled(TWO, "C", 79, 97)
    for treated, enrolled in ((0, 97), (98, 97)):
        with pytest.raises(ValueError, match="cannot have been treated"):
            as_enrolled(TWO, "B", treated, enrolled)


def test_one_endpoint_is_counted_among_those_who_have_another():
    found = nested_counts(TWO, "remission", "deep remission")
    assert found.to_dict("list") == {
        "arm": ["A", "B"],
        "n": [11, 17],
        "events": [6, 16],
    }
    # where the inner endpoint is the more frequent one, it is not an inner one
    found = nested_counts(TWO, "deep remission", "remission")
    assert found.empty
    none = TWO.assign(events=[0, 17, 0, 16])
    assert nested_counts(none, "remission", "deep remission")["arm"].tolist() == ["B"]


# --- nothing is lost in silence -------------------------------------------------------

FIGURES = published_figures(example())
WHOLE = pd.DataFrame(
    {
        "endpoint": ["x", "x", "y", "y"],
        "arm": ["A", "B", "A", "B"],
        "n": 20,
        "events": [4, 9, 5, 12],
    }
)
TAKES_COUNTS = [
    compare_arms,
    compare_pairs,
    pairwise_differences,
    effect_measures,
    turning_points,
    arm_posteriors,
    lambda counts: as_enrolled(counts, "A", 8, 9),
    lambda counts: nested_counts(counts, "x", "y"),
    lambda counts: forest_rows(FIGURES, counts=counts),
    lambda counts: predictive_checks(FIGURES, counts),
    lambda counts: check_table(counts),
]


@pytest.mark.parametrize("take", TAKES_COUNTS)
@pytest.mark.parametrize("missing", [None, nan, pd.NA, ""])
@pytest.mark.parametrize("key", ["endpoint", "arm"])
def test_a_row_without_a_key_is_named_and_not_dropped(take, key, missing):
    take(WHOLE)
    counts = WHOLE.astype({key: object})
    counts.loc[2, key] = missing
    counts.index = [7, 5, 3, 1]
    with pytest.raises(ValueError, match=f"^row 3 of the table has no {key}$"):
        take(counts)


@pytest.mark.parametrize("take", TAKES_COUNTS)
@pytest.mark.parametrize("wrong", [50.9, nan, "50", True, None, 50.0])
@pytest.mark.parametrize("column", ["n", "events"])
def test_a_number_that_is_not_whole_is_named_and_not_cut(take, column, wrong):
    counts = WHOLE.astype({column: object})
    counts.loc[3, column] = wrong
    message = f"^row 4 of the table: {column} must be a whole number, not "
    with pytest.raises(TypeError, match=message):
        take(counts)


@pytest.mark.parametrize("take", TAKES_COUNTS)
def test_an_arm_is_not_compared_with_itself(take):
    message = r"^row 4 of the table repeats endpoint 'y', arm 'A'$"
    with pytest.raises(ValueError, match=message):
        take(WHOLE.assign(arm=["A", "B", "A", "A"]))


@pytest.mark.parametrize("take", TAKES_COUNTS)
def test_counts_that_cannot_be_are_named_by_their_row(take):
    with pytest.raises(ValueError, match=r"^row 2 of the table: 21 events in 20 pat"):
        take(WHOLE.assign(events=[4, 21, 5, 12]))
    with pytest.raises(ValueError, match=r"^row 1 of the table: n must be at least 1"):
        take(WHOLE.assign(n=[0, 9, 9, 9]))
    with pytest.raises(ValueError, match=r"^the table has no column n$"):
        take(WHOLE.drop(columns="n"))


def test_whole_numbers_of_any_kind_are_taken_from_a_table():
    for kind in (object, "Int64", "int8", "uint64"):
        found = compare_arms(WHOLE.astype({"n": kind, "events": kind}))
        pd.testing.assert_frame_equal(found, compare_arms(WHOLE))


def test_scenarios_lose_no_patients():
    arms = {"A": rate_posterior(8, 20), "B": rate_posterior(14, 20)}
    scenarios = pd.DataFrame(
        {"scenario": ["s", "s", "t"], "arm": ["A", "B", "A"], "n": [50, 10, 9]}
    )
    both = predict_scenarios(pd.concat([scenarios, scenarios]), arms)
    assert both["estimate"].iloc[0] == pytest.approx(100 * 8.5 / 21 + 20 * 14.5 / 21)
    for wrong in (50.9, "50"):
        changed = scenarios.astype({"n": object})
        changed.loc[1, "n"] = wrong
        with pytest.raises(TypeError, match=r"^row 2 of the table: n must be a whole"):
            predict_scenarios(changed, arms)
    for key in ("scenario", "arm", "n"):
        changed = scenarios.astype({key: object})
        changed.loc[2, key] = None
        with pytest.raises(ValueError, match=f"^row 3 of the table has no {key}$"):
            predict_scenarios(changed, arms)


def test_figures_without_a_place_in_the_forest_are_named():
    for key in ("endpoint", "setting"):
        figures = FIGURES.astype({key: object})
        figures.loc[1, key] = None
        with pytest.raises(ValueError, match=f"^row 2 of the table has no {key}$"):
            forest_rows(figures)


def test_the_same_tables_in_another_order_are_tested_once():
    study = example()
    outcomes = study.outcomes.iloc[:3].assign(percent="54", n=900)
    study = replace(study, outcomes=outcomes, tests=study.tests.iloc[:1])
    found = multiverse(study)
    assert len(found) == 2 * 9**3
    key = [tuple(sorted(events)) for events in found["events"]]
    by_table = found.groupby([found["test"], pd.Series(key)])["pvalue"]
    assert by_table.nunique().max() == 1
    row = found.query("test == 'exact'").iloc[5]
    assert row["pvalue"] == pytest.approx(exact_test(row["events"], row["n"]).pvalue)


def test_a_printed_test_is_set_beside_that_of_the_patients(edit, counts):
    whole = check_tests(load_study(edit("tests.csv", "42.7,*,", "42.7,,")))
    assert whole["printed"].tolist() == ["19.9", "42.7", "17.0"]
    assert whole["claimed"].isna().tolist() == [False, True, True]
    assert whole["holds"].tolist() == [False, False, False]
    for row in whole.itertuples():
        part = counts[counts["endpoint"] == row.endpoint]
        found = pearson_test(part["events"].tolist(), part["n"].tolist())
        assert (row.statistic, row.pvalue) == (found.statistic, found.pvalue)


def test_a_claim_of_p_below_a_level_does_not_hold_at_that_level():
    study = example()
    alpha = check_tests(study)["pvalue"].map(repr)
    at_it = replace(study, tests=study.tests.assign(alpha=alpha, mark="*"))
    assert check_tests(at_it)["holds"].tolist() == [False, False, False]


def test_endpoints_keep_their_order_and_their_own_rows(counts):
    found, other = compare_arms(counts), compare_arms(counts.iloc[::-1])
    assert other["endpoint"].tolist() == found["endpoint"].tolist()[::-1]
    assert other["statistic"].tolist() == pytest.approx(found["statistic"][::-1])


@pytest.mark.parametrize("kind", ["int8", "uint8", "Int64", "object"])
def test_small_columns_do_not_overflow(kind):
    counts = pd.DataFrame({"endpoint": "x", "arm": ["A", "B"], "n": 20, "events": 6})
    found = as_enrolled(counts.astype({"n": kind, "events": kind}), "A", 79, 97)
    assert found["n"].tolist() == [25, 20]


def test_a_category_without_rows_is_no_endpoint():
    counts = pd.DataFrame({"endpoint": "x", "arm": ["A", "B"], "n": 20, "events": 6})
    names = pd.CategoricalDtype(["none", "x"])
    found = compare_arms(counts.astype({"endpoint": names, "arm": "category"}))
    assert found.equals(compare_arms(counts))
