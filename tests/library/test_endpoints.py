"""What goes through a whole table of counts, on that of the made-up study."""

import pandas as pd
import pytest

from reanalysis import (
    exact_test,
    example,
    number_needed_to_treat,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from reanalysis.counts import recover_counts
from reanalysis.endpoints import (
    arm_posteriors,
    as_enrolled,
    compare_pairs,
    effect_measures,
    nested_counts,
    pairwise_differences,
    turning_points,
)
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


def test_ratios_are_written_with_their_limits_and_numbers_needed_without(counts):
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
