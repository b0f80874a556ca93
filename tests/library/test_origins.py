from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reanalysis import example, explain_statistics
from reanalysis.origins import (
    FAMILY,
    RANDOM_TABLES,
    _candidates,
    _distribution,
    _inputs,
    _random_tables,
    count_matches,
    matches_by_luck,
    procedure_statistic,
    simulate_search,
)
from reanalysis.printed import match_printed

THE_ONE = "Pearson, one-way, equal shares, percentages with the event"


@pytest.fixture(scope="module")
def study():
    return example()


@pytest.fixture(scope="module")
def explained(study):
    return explain_statistics(study)


def values(explained, procedure):
    rows = explained[explained["procedure"] == procedure]
    assert len(rows) == 3, procedure
    return rows["computed"].to_numpy()


def test_exactly_one_candidate_gives_all_printed_values(explained):
    found = count_matches(explained)
    procedure = "Pearson, independence, percentages"
    assert found.loc[found["matches"] == 3, "procedure"].tolist() == [procedure]
    rows = explained[explained["procedure"] == procedure]
    assert rows["computed"].round(3).tolist() == [19.926, 42.714, 17.006]
    assert rows["match"].tolist() == ["rounded"] * 3


def test_candidates_have_names_of_their_own(explained):
    names = explained.drop_duplicates(["procedure", "endpoint"])
    assert len(names) == len(explained)
    assert explained["procedure"].nunique() == 168


def test_matches_are_those_of_the_printed_numbers(explained):
    expected = [
        str(match_printed(printed, computed))
        for printed, computed in zip(
            explained["printed"], explained["computed"], strict=True
        )
    ]
    assert explained["match"].tolist() == expected


# The candidates against scipy and against definitions, endpoint by endpoint.

N = np.array([16, 20, 24])
PERCENT = np.array([[44, 58, 75], [25, 45, 71], [38, 50, 67]], dtype=float)
WHOLE = np.array([[7, 12, 18], [4, 9, 17], [6, 10, 16]], dtype=float)
INPUTS = {
    "whole patients": (WHOLE, N),
    "fractional patients": (PERCENT * N / 100, N),
    "percentages": (PERCENT, 100),
}


@pytest.mark.parametrize("source", INPUTS)
@pytest.mark.parametrize("name", FAMILY)
def test_tests_of_independence_agree_with_scipy(explained, name, source):
    x, n = INPUTS[source]
    expected = [
        stats.chi2_contingency([row, n - row], correction=False, lambda_=FAMILY[name])
        for row in x
    ]
    found = values(explained, f"{name}, independence, {source}")
    assert found == pytest.approx([result.statistic for result in expected])


@pytest.mark.parametrize("source", INPUTS)
@pytest.mark.parametrize("name", FAMILY)
def test_one_way_tests_agree_with_scipy(explained, name, source):
    x, n = INPUTS[source]
    for column, observed in (("with", x), ("without", n - x)):
        expected = stats.power_divergence(observed, axis=1, lambda_=FAMILY[name])[0]
        procedure = f"{name}, one-way, equal shares, {source} {column} the event"
        assert values(explained, procedure) == pytest.approx(expected)


def test_the_pair_tests_agree_with_scipy(explained):
    arms = ["Plum", "Pear", "Quince"]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        for name, correction in (("Pearson", False), ("Yates", True)):
            expected = [
                stats.chi2_contingency(
                    [row[[i, j]], (N - row)[[i, j]]], correction=correction
                ).statistic
                for row in WHOLE
            ]
            pair = f"{arms[i]} and {arms[j]}"
            found = values(explained, f"{name}, independence, {pair}, whole patients")
            assert found == pytest.approx(expected)
        expected = [stats.chisquare(row[[i, j]]).statistic for row in PERCENT]
        found = values(
            explained, f"Pearson, one-way, {pair}, percentages with the event"
        )
        assert found == pytest.approx(expected)


def test_one_arm_against_the_rest_agrees_with_scipy(explained):
    for i, arm in enumerate(["Plum", "Pear", "Quince"]):
        for name, correction in (("Pearson", False), ("Yates", True)):
            expected = []
            for row in WHOLE:
                x = np.array([row[i], row.sum() - row[i]])
                cells = [x, [N[i], 60 - N[i]] - x]
                test = stats.chi2_contingency(cells, correction=correction)
                expected.append(test.statistic)
            procedure = f"{name}, independence, {arm} and the rest, whole patients"
            assert values(explained, procedure) == pytest.approx(expected)


def test_the_trend_tests_are_correlations_of_patients_with_scores(explained):
    scores = np.repeat([0, 1, 2], N)
    armitage, mantel = [], []
    for row in WHOLE:
        outcome = np.concatenate(
            [np.arange(n) < x for x, n in zip(row, N, strict=True)]
        ).astype(float)
        r = np.corrcoef(scores, outcome)[0, 1]
        armitage.append(60 * r**2)
        mantel.append(59 * r**2)
    found = values(explained, "Cochran-Armitage trend, whole patients")
    assert found == pytest.approx(armitage)
    found = values(explained, "Mantel linear-by-linear, whole patients")
    assert found == pytest.approx(mantel)


def test_kruskal_wallis_agrees_with_scipy(explained):
    expected = []
    for row in WHOLE:
        arms = [(np.arange(n) < x).astype(int) for x, n in zip(row, N, strict=True)]
        expected.append(stats.kruskal(*arms).statistic)
    found = values(explained, "Kruskal-Wallis, whole patients")
    assert found == pytest.approx(expected)


def test_yates_by_hand(explained):
    # percentages with the event, first row: |O - E| is 15, 1 and 16 around 59
    expected = (14.5**2 + 0.5**2 + 15.5**2) / 59
    procedure = "Yates, one-way, equal shares, percentages with the event"
    assert values(explained, procedure)[0] == pytest.approx(expected)


def test_one_arm_as_the_expected_value_by_hand(explained):
    expected = ((58 - 44) ** 2 + (75 - 44) ** 2) / 44
    procedure = "Pearson, one-way, Plum as expected, percentages with the event"
    assert values(explained, procedure)[0] == pytest.approx(expected)


SIZES = np.array([30, 50, 20])


def unequal(percent=(40.0, 62.0, 25.0), n=SIZES):
    arms = ["A", "B", "C"][: len(n)]
    return dict(_candidates(np.array(percent), np.array(n), arms))


def test_one_table_gives_what_it_gives_among_others():
    tables = np.array([[30, 60, 80], [55, 60, 65]])
    both = procedure_statistic(THE_ONE, tables, SIZES, list("ABC"))
    assert both.shape == (2,)
    for table, value in zip(tables, both, strict=True):
        assert procedure_statistic(THE_ONE, table, SIZES, list("ABC")) == value


@pytest.mark.parametrize(
    ("source", "x", "n"),
    [
        ("whole patients", np.array([12, 32, 5]), SIZES),
        ("fractional patients", np.array([12, 31.5, 5]), SIZES),
        ("percentages", np.array([40, 63, 25]), np.array([100] * 3)),
    ],
)
def test_arms_of_unequal_size_agree_with_scipy(source, x, n):
    found = unequal((40.0, 63.0, 25.0))
    for name, family in FAMILY.items():
        expected = stats.chi2_contingency([x, n - x], correction=False, lambda_=family)
        assert found[f"{name}, independence, {source}"] == pytest.approx(
            expected.statistic
        )
        for column, values in (("with", x), ("without", n - x)):
            procedure = f"{name}, one-way, equal shares, {source} {column} the event"
            expected = stats.power_divergence(values, lambda_=family)[0]
            assert found[procedure] == pytest.approx(expected)
            if source != "percentages":
                procedure = f"{name}, one-way, shares by size, {source} {column} the "
                shares = values.sum() * n / 100
                expected = stats.power_divergence(values, shares, lambda_=family)[0]
                assert found[procedure + "event"] == pytest.approx(expected)
    chi2 = found[f"Pearson, independence, {source}"]
    total = n.sum()
    kruskal = found[f"Kruskal-Wallis, {source}"]
    assert kruskal == pytest.approx(chi2 * (total - 1) / total)
    # the trend as a correlation, each patient weighted
    scores, rate = np.arange(3), x.sum() / total
    mean = (scores * n).sum() / total
    covariance = ((scores - mean) * x).sum()
    spread = ((scores - mean) ** 2 * n).sum()
    squared = covariance**2 / (spread * total * rate * (1 - rate))
    trend = found[f"Cochran-Armitage trend, {source}"]
    assert trend == pytest.approx(total * squared)
    mantel = found[f"Mantel linear-by-linear, {source}"]
    assert mantel == pytest.approx((total - 1) * squared)


def test_many_tables_give_what_one_at_a_time_gives():
    percent = np.random.default_rng(3).integers(1, 100, size=(4, 3)).astype(float)
    found = unequal(percent)
    for i, row in enumerate(percent):
        for name, value in unequal(row).items():
            assert found[name][i] == pytest.approx(value, nan_ok=True), name


def test_whole_patients_are_the_nearest_and_a_half_goes_up():
    percent, n = np.array([54.0, 62.0, 52.5, 0.0]), np.array([100, 150, 20, 7])
    given = {
        source: ([float(value) for value in x], sizes)
        for source, x, sizes in _inputs(percent, n)
    }
    assert given == {
        "whole patients": ([54, 93, 11, 0], n.tolist()),
        "fractional patients": ([54, 93, 10.5, 0], n.tolist()),
        "percentages": (percent.tolist(), [100] * 4),
    }


def test_the_family_has_the_names_of_cressie_and_read():
    assert list(FAMILY) == [
        "Pearson",
        "likelihood ratio",
        "Freeman-Tukey",
        "modified likelihood ratio",
        "Neyman",
        "Cressie-Read",
    ]
    # their powers, 2 * sum(O * ((O / E)**power - 1)) / (power * (power + 1))
    observed, expected = np.array([4.0, 9.0, 2.0]), np.array([5.0, 5.0, 5.0])
    for family, power in zip(
        FAMILY.values(), (1, 0, -1 / 2, -1, -2, 2 / 3), strict=True
    ):
        by_name = stats.power_divergence(observed, expected, lambda_=family)[0]
        by_power = stats.power_divergence(observed, expected, lambda_=power)[0]
        assert by_name == pytest.approx(by_power)


def test_yates_takes_no_distance_below_0():
    # both arms have their expected 20, to which half a patient would be added
    assert unequal((40.0, 40.0), (50, 50))["Yates, independence, whole patients"] == 0


def names(arms, by_size):
    both = [f"{name}, independence" for name in FAMILY]
    both += ["Yates, independence", "Cochran-Armitage trend"]
    both += ["Mantel linear-by-linear", "Kruskal-Wallis"]
    one = [f"{name}, one-way, equal shares" for name in [*FAMILY, "Yates"]]
    one += [f"Pearson, one-way, {arm} as expected" for arm in arms]
    if len(arms) > 2:
        groups = [f"{a} and {b}" for a, b in combinations(arms, 2)]
        one += [f"Pearson, one-way, {pair}" for pair in groups]
        groups += [f"{arm} and the rest" for arm in arms]
        both += [
            f"{name}, independence, {group}"
            for name in ("Pearson", "Yates")
            for group in groups
        ]
    for source in ("whole patients", "fractional patients", "percentages"):
        yield from (f"{name}, {source}" for name in both)
        sized = by_size and source != "percentages"
        shares = [f"{name}, one-way, shares by size" for name in FAMILY if sized]
        for column in ("with", "without"):
            yield from (f"{name}, {source} {column} the event" for name in one + shares)


@pytest.mark.parametrize("n", [(30, 50, 20), (20, 20, 20), (30, 50), (20, 20)])
def test_every_candidate_is_there_and_no_other(n):
    found = unequal((40.0, 62.0, 25.0)[: len(n)], n)
    expected = list(names(["A", "B", "C"][: len(n)], by_size=len(set(n)) > 1))
    assert sorted(found) == sorted(expected)


# Other studies: whatever procedure is planted is found.


def planted(study, procedure, decimals=3, cut=False):
    """The study, with the values that a candidate gives in the place of the printed."""
    computed = values(explain_statistics(study), procedure)
    if cut:
        computed = np.floor(computed * 10**decimals) / 10**decimals
    printed = [f"{value:.{decimals}f}" for value in computed]
    return replace(study, tests=study.tests.assign(value=printed))


def test_candidates_of_every_kind_are_found_when_planted(study, explained):
    for procedure in explained["procedure"].unique()[::9]:
        found = count_matches(explain_statistics(planted(study, procedure)))
        assert procedure in found.loc[found["matches"] == 3, "procedure"].tolist()


def test_a_planted_procedure_is_found_when_its_digits_were_cut(study):
    other = planted(study, "Neyman, independence, whole patients", 2, cut=True)
    found = explain_statistics(other)
    assert count_matches(found)["procedure"].iloc[0].startswith("Neyman, independence")
    assert "truncated" in found["match"].tolist()


def two_arms():
    arms = pd.DataFrame({"arm": ["A", "B"], "n": [30, 50]})
    outcomes = pd.DataFrame(
        {
            "endpoint": ["x", "x", "y", "y"],
            "arm": ["A", "B"] * 2,
            "n": [30, 50] * 2,
            "percent": ["40", "62", "10", "8"],
        }
    )
    tests = pd.DataFrame({"endpoint": ["x", "y"], "value": ["0", "0"]})
    return replace(example(), arms=arms, outcomes=outcomes, tests=tests)


def test_arms_of_other_number_and_size_are_searched_too():
    study = two_arms()
    found = explain_statistics(study)
    name = "Pearson, one-way, shares by size, whole patients with the event"
    rows = found[found["procedure"] == name]
    expected = stats.chisquare([12, 31], [43 * 30 / 80, 43 * 50 / 80]).statistic
    assert rows["computed"].iloc[0] == pytest.approx(expected)
    assert not found["procedure"].str.contains("rest").any()
    # a percentage has the same hundred behind it in every arm
    assert not found["procedure"].str.contains("by size, percentages").any()


def test_a_procedure_that_gives_no_number_matches_nothing(study):
    outcomes = study.outcomes.assign(percent="0")
    found = explain_statistics(replace(study, outcomes=outcomes))
    assert found["computed"].isna().any()
    assert set(found.loc[found["computed"].isna(), "match"]) == {"no"}
    assert np.isinf(count_matches(found)["deviation"]).any()


def test_matches_are_counted_and_the_best_come_first():
    rows = [
        ("far", 1.0, "7.3", "no"),
        ("far", 4.0, "4.0", "rounded"),
        ("z", 7.0, "7.3", "no"),
        ("z", 4.0, "4.0", "rounded"),
        ("near", 7.26, "7.3", "rounded"),
        ("near", 3.5, "4.0", "no"),
        ("all", 7.35, "7.3", "truncated"),
        ("all", 4.0, "4.0", "rounded"),
        ("none", np.nan, "7.3", "no"),
        ("none", 4.0, "4.0", "rounded"),
        ("a", 7.6, "7.3", "no"),
        ("a", 4.0, "4.0", "rounded"),
    ]
    columns = ["procedure", "computed", "printed", "match"]
    found = count_matches(pd.DataFrame(rows, columns=columns))
    assert found.columns.tolist() == ["procedure", "matches", "deviation"]
    assert found.index.tolist() == list(range(6))
    assert found["matches"].tolist() == [2, 1, 1, 1, 1, 1]
    by_name = found.set_index("procedure")["deviation"]
    expected = {
        "all": 0.05,
        "z": 0.3,
        "a": 0.3,
        "near": 0.5,
        "far": 6.3,
        "none": np.inf,
    }
    assert by_name.to_dict() == pytest.approx(expected)
    assert set(by_name.index[1:3]) == {"a", "z"}
    assert by_name.index[[0, 3, 4, 5]].tolist() == ["all", "near", "far", "none"]


def test_candidates_that_do_equally_well_keep_their_order():
    rows = [(name, 4.0, "4.0", "rounded") for name in "zab"]
    columns = ["procedure", "computed", "printed", "match"]
    found = count_matches(pd.DataFrame(rows, columns=columns))
    assert found["procedure"].tolist() == ["z", "a", "b"]


# Luck.


def test_luck_gives_one_value_but_not_all(study):
    luck = matches_by_luck(study)
    assert luck["at_least"].tolist() == [1, 2, 3]
    matches = count_matches(explain_statistics(study))["matches"]
    assert luck["found"].tolist() == [(matches >= k).sum() for k in (1, 2, 3)]
    assert luck["expected_by_luck"].iloc[0] > 0.1
    assert luck["expected_by_luck"].iloc[-1] < 1e-4


def test_luck_is_the_share_of_tables_that_match(study):
    """One candidate, by a loop over all tables that a study of this size can have."""
    lucky = total = 0
    for x in product(range(21), repeat=3):
        row = np.array(x) * 5.0
        value = ((row - row.mean()) ** 2).sum() / row.mean() if row.any() else np.nan
        lucky += bool(7.25 - 1e-9 <= value < 7.4 - 1e-9)
        total += 1
    percent = 5.0 * _random_tables(np.array([20, 20, 20]))
    computed = dict(_candidates(percent, np.array([20] * 3), ["A", "B", "C"]))[THE_ONE]
    assert len(percent) == total
    assert (match_printed("7.3", computed) != "no").sum() == lucky > 0


def test_large_studies_are_sampled_the_same_way_each_time():
    n = np.array([300, 200, 100])
    sample = _random_tables(n)
    assert sample.shape == (RANDOM_TABLES, 3)
    assert (sample >= 0).all()
    assert (sample.max(axis=0) == n).all()
    assert (sample == _random_tables(n)).all()
    seeded = np.random.default_rng(0).integers(0, n + 1, size=sample.shape)
    assert (sample == seeded).all()


def test_as_many_tables_as_are_allowed_are_enumerated():
    every = _random_tables(np.array([99, 199]))
    assert RANDOM_TABLES == len(every) == len(np.unique(every, axis=0)) == 20_000
    drawn = _random_tables(np.array([100, 199]))
    assert len(np.unique(drawn, axis=0)) < len(drawn) == 20_000


def test_random_percentages_have_the_decimals_of_the_printed_ones():
    arms = pd.DataFrame({"arm": ["A", "B"], "n": [3, 3]})
    rows = pd.DataFrame({"endpoint": "x", "arm": ["A", "B"], "n": [3, 3]})
    # 33.3 and 66.7, taken as counts, give 11.16; nothing of 33 and 67 does
    tests = pd.DataFrame({"endpoint": ["x"], "value": ["11.16"]})

    def luck(*percent):
        outcomes = rows.assign(percent=percent)
        other = replace(example(), arms=arms, outcomes=outcomes, tests=tests)
        return matches_by_luck(other)["expected_by_luck"].iloc[0]

    assert luck("33.0", "67.0") == luck("33.3", "66.7") == luck("33", "66.7")
    assert luck("33.0", "67.0") > luck("33", "67") == 0


def test_the_number_of_successes_has_its_distribution():
    found = _distribution(np.array([[0.5, 0.5], [0.1, 0.2], [0.0, 1.0]]))
    expected = [[0.25, 0.5, 0.25], [0.72, 0.26, 0.02], [0, 1, 0]]
    assert found == pytest.approx(np.array(expected))


# --- a known origin -------------------------------------------------------------------


def test_a_known_origin_is_always_found_and_seldom_alone_where_little_is_printed():
    searches = {
        endpoints: simulate_search(3, endpoints, 1, 20, studies=200)
        for endpoints in (1, 3, 6)
    }
    alone = [(search["others"] == 0).mean() for search in searches.values()]
    assert all(search["found"].all() for search in searches.values())
    assert alone[0] < alone[1] < alone[2]
    assert searches[1]["percentages"].mean() > searches[6]["percentages"].mean()


def test_two_arms_and_a_hundred_patients_hide_the_origin():
    # the test for trend is Pearson's; percentages of a hundred are counts
    assert (simulate_search(2, 3, 2, 30, studies=50)["others"] > 0).all()
    assert simulate_search(3, 3, 2, 100, studies=50)["percentages"].all()


def test_the_same_seed_gives_the_same_searches():
    first, again = (simulate_search(3, 2, 1, 20, studies=30, seed=7) for _ in range(2))
    assert first.equals(again)


def test_candidates_that_differ_by_rounding_alone_stay_in_their_order():
    for noise in (1e-14, -1e-14):
        found = count_matches(
            pd.DataFrame(
                {
                    "procedure": list("abc"),
                    "computed": [2.1, 2.1 + noise, 2.0],
                    "printed": "1.0",
                    "match": "no",
                }
            )
        )
        assert found["procedure"].tolist() == ["c", "a", "b"]
