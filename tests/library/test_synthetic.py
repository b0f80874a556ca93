"""The synthetic cohort: what the study printed, any other study, the STROBE items."""

from dataclasses import replace
from itertools import combinations, product
from math import floor, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from reanalysis import example, explain_statistics, feasible_counts, figures
from reanalysis.counts import nearest_count, recover_counts
from reanalysis.origins import (
    best_procedure,
    find_tables,
    procedure_statistic,
    vary_count,
)
from reanalysis.printed import match_printed
from reanalysis.robustness import frechet_bounds
from reanalysis.synthetic import (
    SCREENED_PER_PATIENT,
    YEARS_BEYOND,
    analyze_cohort,
    cohort_flow,
    study_flow,
    synthetic_cohort,
)

STUDY = example()
COHORT = synthetic_cohort(STUDY)
CRITERIA = ["inclusion_1", "inclusion_2", "exclusion_1", "exclusion_2"]
ONE_WAY = "Pearson, one-way, equal shares, percentages with the event"


def other_study(sizes, percents, assessed=None, facts=None, statistics=None):
    """The study with other arms and percentages, an endpoint for each list of them."""
    arms = [f"arm {i}" for i in range(len(sizes))]
    endpoints = [f"endpoint {i}" for i in range(len(percents))]
    keys = list(product(endpoints, arms))
    outcomes = pd.DataFrame(keys, columns=["endpoint", "arm"]).assign(
        n=(assessed or sizes) * len(endpoints),
        percent=[text for row in percents for text in row],
        place="somewhere",
    )
    tests = pd.DataFrame({"endpoint": endpoints, "statistic": "chi-square"})
    tests = tests.assign(value=statistics or ["3.0"] * len(endpoints), mark="*")
    facts = STUDY.facts if facts is None else facts
    return replace(
        STUDY,
        arms=pd.DataFrame({"arm": arms, "n": sizes}),
        outcomes=outcomes,
        tests=tests.assign(alpha="0.05", place="somewhere"),
        design=pd.DataFrame({"fact": list(facts), "value": list(facts.values())}),
    )


@st.composite
def studies(draw):
    sizes = draw(st.lists(st.integers(1, 40), min_size=2, max_size=4))
    assessed = [draw(st.integers(1, size)) for size in sizes]
    decimals = draw(st.integers(0, 1))
    cells = st.integers(0, 100 * 10**decimals)
    texts = cells.map(lambda x: f"{x / 10**decimals:.{decimals}f}")
    rows = st.lists(texts, min_size=len(sizes), max_size=len(sizes))
    percents = draw(st.lists(rows, min_size=1, max_size=4))
    low = draw(st.integers(0, 60))
    facts = {"age_min": str(low), "age_max": str(draw(st.integers(low, 90)))}
    for kind in ("inclusion", "exclusion"):
        for i in range(draw(st.integers(0, 2))):
            facts[f"{kind}_{i}"] = f"{kind} {i}"
    return other_study(sizes, percents, assessed, facts)


overlaps, seeds = st.floats(0, 1), st.integers(0, 2**32 - 1)
several = settings(max_examples=40)


# --- known answers --------------------------------------------------------------------


def test_all_but_the_percentage_of_no_patients_comes_back():
    percentages, tests = analyze_cohort(COHORT, STUDY)
    printed = STUDY.outcomes["percent"].tolist()
    assert percentages["printed"].tolist() == printed
    assert percentages["percent"].tolist() == ["44", "60", *printed[2:]]
    assert percentages["same"].tolist() == [True, False] + [True] * 7
    assert percentages["events"].tolist() == [7, 12, 18, 4, 9, 17, 6, 10, 16]
    assert percentages["n"].tolist() == [16, 20, 24] * 3
    assert percentages.index.tolist() == list(range(9))
    # as if each arm were of a hundred patients
    rows = np.array([[44, 60, 75], [25, 45, 71], [38, 50, 67]])
    for test, with_it in zip(tests.itertuples(), rows, strict=True):
        cells = np.array([with_it, 100 - with_it])
        expected = stats.chi2_contingency(cells, correction=False).statistic
        assert test.computed == pytest.approx(expected)
    assert tests["printed"].tolist() == ["19.9", "42.7", "17.0"]
    assert tests["match"].tolist() == ["truncated", "rounded", "rounded"]
    assert tests["dof"].tolist() == [2, 2, 2]
    assert tests["endpoint"].tolist() == STUDY.tests["endpoint"].tolist()


def test_the_rows_are_as_described():
    endpoints = STUDY.tests["endpoint"].tolist()
    own = ["id", "age", *CRITERIA, "eligible", "arm", *endpoints]
    assert COHORT.columns.tolist() == own
    assert len(COHORT) == SCREENED_PER_PATIENT * 60
    assert COHORT["id"].tolist() == [f"SYN-{i:03d}" for i in range(1, 121)]
    assert COHORT["arm"].value_counts().to_dict() == {
        "Plum": 16,
        "Pear": 20,
        "Quince": 24,
    }
    assert [COHORT.loc[i, "arm"] for i in COHORT.index[~COHORT["eligible"]]] == (
        [None] * 60
    )
    assert {COHORT[name].dtype for name in [*CRITERIA, "eligible"]} == {np.dtype(bool)}
    assert set(COHORT["age"]) <= set(range(17))
    inside = COHORT.loc[COHORT["eligible"], "age"]
    assert (inside.min(), inside.max()) == (3, 12)


def test_the_same_numbers_on_every_machine():
    # a change here changes a published figure
    found = synthetic_cohort(STUDY, screened=64, seed=1)
    first = found[["age", "eligible", "arm"]].head(3).to_numpy().tolist()
    assert first == [
        [11, True, "Quince"],
        [5, True, "Plum"],
        [6, True, "Plum"],
    ]
    again = synthetic_cohort(STUDY, screened=64, seed=1)
    pd.testing.assert_frame_equal(found, again)
    assert not found.equals(synthetic_cohort(STUDY, screened=64, seed=2))
    pd.testing.assert_frame_equal(
        COHORT, synthetic_cohort(STUDY, screened=120, overlap=1.0, seed=0)
    )


@pytest.mark.parametrize(
    ("overlap", "both"), [(0, [0, 1, 11]), (0.5, [2, 5, 14]), (1, [4, 9, 17])]
)
def test_the_overlap_of_the_first_two_endpoints(overlap, both):
    # 7 and 4 of 16, 12 and 9 of 20, 18 and 17 of 24
    cohort = synthetic_cohort(STUDY, overlap=overlap)
    first, second, _ = STUDY.tests["endpoint"]
    shared = cohort[cohort[[first, second]].eq(1).all(axis=1)]["arm"].value_counts()
    assert [int(shared.get(arm, 0)) for arm in STUDY.arms["arm"]] == both


def test_at_full_overlap_any_two_endpoints_share_as_many_as_they_can():
    endpoints = STUDY.tests["endpoint"].tolist()
    for _, rows in COHORT.groupby("arm"):
        for a, b in combinations(endpoints, 2):
            both = int((rows[a] * rows[b]).sum())
            assert both == min(rows[a].sum(), rows[b].sum())


def test_chance_decides_who_is_in_an_arm_and_who_has_an_outcome():
    first = STUDY.tests["endpoint"].iloc[0]
    cohorts = [synthetic_cohort(STUDY, screened=60, seed=seed) for seed in range(200)]
    arms = pd.concat([c["arm"] for c in cohorts], axis=1).eq(STUDY.arms["arm"].iloc[2])
    outcomes = pd.concat([c[first] for c in cohorts], axis=1).astype(int)
    # each patient: 24 times of 60 in the last arm, 37 of 60 with the outcome
    assert arms.mean(axis=1).between(0.26, 0.54).all()
    assert outcomes.mean(axis=1).between(0.46, 0.78).all()


def test_every_reason_and_every_age_beyond_is_used():
    cohort = synthetic_cohort(STUDY, screened=5060)
    flow = cohort_flow(cohort, STUDY)
    out = flow.loc[flow["stage"] == "excluded", "n"].astype(int)
    assert out.sum() == 5000
    assert out.between(850, 1150).all()
    beyond = cohort.loc[~cohort["age"].between(3, 12), "age"]
    assert set(beyond) == {0, 1, 2, 13, 14, 15, 16}
    assert YEARS_BEYOND == 4


# --- what the study reports of its way, and what a cohort has -------------------------


def test_the_flow_of_the_study_has_only_the_arms_and_their_sum():
    flow = study_flow(STUDY).set_index("stage")["n"]
    assert flow["included"] == 60
    assert flow["arm"].tolist() == [16, 20, 24]
    rest = flow.drop(index=["included", "arm"])
    assert len(rest) == 10
    assert rest.isna().all()


def test_the_flow_of_a_cohort_counts_it():
    flow, reported = cohort_flow(COHORT, STUDY), study_flow(STUDY)
    pd.testing.assert_frame_equal(flow.drop(columns="n"), reported.drop(columns="n"))
    n = flow.groupby("stage", sort=False)["n"].sum()
    assert n.to_dict() == {
        "screened": 120,
        "excluded": 60,
        "eligible": 60,
        "included": 60,
        "arm": 60,
        "assessed": 60,
    }
    others = flow[~flow["stage"].isin(["excluded", "arm", "assessed"])]
    assert others["label"].tolist() == ["screened", "eligible", "in the study"]
    labels = flow.loc[flow["stage"] == "excluded", "label"].tolist()
    assert labels[0] == "age not 3 to 12"
    assert labels[1].startswith("not: ")
    assert not labels[3].startswith("not: ")


def test_a_patient_out_for_two_reasons_is_counted_at_the_first():
    cohort = synthetic_cohort(STUDY, screened=60)
    cohort.loc[0, ["age", "exclusion_2", "eligible"]] = [99, True, False]
    cohort.loc[1, ["inclusion_2", "exclusion_1", "eligible"]] = [False, True, False]
    out = cohort_flow(cohort, STUDY).query("stage == 'excluded'")["n"]
    assert out.tolist() == [1, 0, 1, 0, 0]


def test_the_unassessed_are_missing_and_not_counted():
    study = other_study([20, 20], [["50", "50"], ["20", "40"]], assessed=[10, 15])
    cohort = synthetic_cohort(study)
    assert cohort["endpoint 0"].count() == cohort["endpoint 1"].count() == 25
    flow = cohort_flow(cohort, study).groupby("stage")["n"].agg(list)
    assert flow["assessed"] == [10, 15]
    assert flow["arm"] == [20, 20]
    percentages = analyze_cohort(cohort, study).percentages
    assert percentages["n"].tolist() == [10, 15, 10, 15]
    assert percentages["same"].tolist() == [True, False, True, True]
    assert percentages["percent"].tolist() == ["50", "53", "20", "40"]


def test_an_eligible_patient_can_stay_out():
    cohort = COHORT.copy()
    cohort.loc[cohort.index[cohort["eligible"]][0], "arm"] = None
    flow = cohort_flow(cohort, STUDY).set_index("stage")["n"]
    assert (flow["eligible"], flow["included"], flow["arm"].sum()) == (60, 59, 59)


def test_the_assessed_have_a_value_for_every_endpoint():
    cohort = COHORT.copy()
    one = cohort.index[cohort["arm"] == STUDY.arms["arm"].iloc[1]][0]
    cohort.loc[one, STUDY.tests["endpoint"].iloc[2]] = pd.NA
    flow = cohort_flow(cohort, STUDY).groupby("stage")["n"].agg(list)
    assert flow["assessed"] == [16, 19, 24]
    n = analyze_cohort(cohort, STUDY).percentages["n"]
    assert n.tolist() == [16, 20, 24] * 2 + [16, 19, 24]


def test_patients_outside_the_arms_are_not_counted():
    endpoints = STUDY.tests["endpoint"].tolist()
    cohort = COHORT.assign(**{name: COHORT[name].fillna(1) for name in endpoints})
    found, expected = (analyze_cohort(rows, STUDY) for rows in (cohort, COHORT))
    pd.testing.assert_frame_equal(found.percentages, expected.percentages)


# --- what any patients could have given -----------------------------------------------


def test_each_count_of_an_arm_has_its_percentage_and_its_statistic():
    found = vary_count(STUDY, "asleep", "Pear", procedure=ONE_WAY)
    assert found["events"].tolist() == list(range(21))
    for row in found.itertuples():
        assert row.percent == str(5 * row.events)
        expected = stats.chisquare([44, 5 * row.events, 75]).statistic
        assert row.computed == pytest.approx(expected)
        assert row.match == match_printed("19.9", [expected])[0]
    assert (found["printed"] == "19.9").all()


def test_varying_another_arm_finds_the_printed_value_where_it_is():
    found = vary_count(STUDY, "rested", "Pear")
    assert found.loc[found["match"] != "no", "events"].tolist() == [9]


def test_all_tables_that_give_a_printed_statistic():
    found = find_tables(STUDY)
    sizes = STUDY.arms["n"].tolist()
    counts = np.array(list(product(*(range(n + 1) for n in sizes))))
    for test in STUDY.tests.itertuples():
        printed = STUDY.outcomes.loc[STUDY.outcomes["endpoint"] == test.endpoint]
        # a half goes the way that gives the printed percentage, else up
        given = [
            np.where(
                [x in feasible_counts(text, n) for x in range(n + 1)],
                int(text),
                [floor(100 * x / n + 0.5) for x in range(n + 1)],
            )
            for text, n in zip(printed["percent"], sizes, strict=True)
        ]
        percent = np.stack([p[x] for p, x in zip(given, counts.T, strict=True)], axis=1)
        mean = percent.mean(axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):
            cells = (percent - mean) ** 2 / (mean * (1 - mean / 100))
        expected = cells.sum(axis=1)
        match = match_printed(test.value, expected)
        rows = found[found["endpoint"] == test.endpoint]
        assert rows["events"].tolist() == [
            tuple(map(int, row)) for row in counts[match != "no"]
        ]
        assert rows["match"].tolist() == match[match != "no"].tolist()
        assert rows["computed"].to_numpy() == pytest.approx(expected[match != "no"])
        kept = (percent == printed["percent"].astype(int).to_numpy()).sum(axis=1)
        assert rows["kept"].tolist() == kept[match != "no"].tolist()
    by_endpoint = found.groupby("endpoint", sort=False)["kept"]
    assert by_endpoint.max().tolist() == [2, 3, 3]


def test_tables_are_counted_before_they_are_made():
    with pytest.raises(
        ValueError, match=r"^asleep has 8,925 tables, more than most_t.*24$"
    ):
        find_tables(STUDY, most_tables=8924)
    assert len(find_tables(STUDY, most_tables=8925)) == len(find_tables(STUDY)) > 0


def test_unequal_arms_keep_their_own_percentages():
    # 1 of 3 and 1 of 2: 33 and 50 make 17 ** 2 / 2 / 41.5
    study = other_study([3, 2], [["33", "50"]], statistics=["3.5"])
    found = find_tables(study, procedure=ONE_WAY)
    best = found[found["kept"] == 2]
    assert best["events"].tolist() == [(1, 1)]
    assert best["percent"].tolist() == [("33", "50")]
    assert best["computed"].iloc[0] == pytest.approx(17**2 / 2 / 41.5)


def test_arms_keep_their_places_where_the_order_matters():
    # the first arm as expected: (50 - 20)**2 / 20 = 45 and (0 - 20)**2 / 20 = 20
    study = other_study([5, 2, 3], [["20", "50", "0"]], statistics=["65.0"])
    first = "Pearson, one-way, arm 0 as expected, percentages with the event"
    found = find_tables(study, procedure=first)
    assert found.loc[found["kept"] == 3, "events"].tolist() == [(1, 1, 0)]
    assert found["computed"].to_numpy() == pytest.approx(65)


def test_the_procedure_can_be_chosen():
    assert best_procedure(STUDY) == "Pearson, independence, percentages"
    pearson = "Pearson, independence, whole patients"
    tests = analyze_cohort(COHORT, STUDY, procedure=pearson).tests
    assert tests["computed"].to_numpy() == pytest.approx(tests["statistic"])
    assert (tests["match"] == "no").all()
    for name in ("vary_count", "find_tables", "analyze_cohort"):
        arguments = {
            "vary_count": (STUDY, *STUDY.outcomes.loc[0, ["endpoint", "arm"]]),
            "find_tables": (STUDY,),
            "analyze_cohort": (COHORT, STUDY),
        }[name]
        with pytest.raises(ValueError, match=r"^no candidate is called 'odds'$"):
            globals()[name](*arguments, procedure="odds")


def test_one_procedure_gives_what_the_search_gives():
    explained = explain_statistics(STUDY)
    for (endpoint, part), arms in zip(
        STUDY.outcomes.groupby("endpoint", sort=False),
        [STUDY.arms["arm"]] * 3,
        strict=True,
    ):
        rows = explained[explained["endpoint"] == endpoint].set_index("procedure")
        for procedure in rows.index[::7]:
            found = procedure_statistic(
                procedure, part["percent"].astype(float), part["n"].tolist(), arms
            )
            expected = rows.loc[procedure, "computed"]
            assert float(found) == pytest.approx(expected, nan_ok=True)


# --- what always holds ----------------------------------------------------------------


@several
@given(studies(), st.integers(0, 30), overlaps, seeds)
def test_every_percentage_that_patients_can_give_comes_back(study, more, overlap, seed):
    screened = int(study.arms["n"].sum()) + more
    cohort = synthetic_cohort(study, screened=screened, overlap=overlap, seed=seed)
    percentages, tests = analyze_cohort(cohort, study, procedure=ONE_WAY)
    for row in percentages.itertuples():
        feasible = feasible_counts(row.printed, row.n)
        assert row.same == bool(feasible)
        assert row.same == (row.percent == row.printed)
        assert row.events == nearest_count(row.printed, row.n)
        assert abs(float(row.percent) - 100 * row.events / row.n) <= 0.5
    assert percentages["n"].tolist() == study.outcomes["n"].tolist()
    for endpoint, part in percentages.groupby("endpoint", sort=False):
        test = tests.set_index("endpoint").loc[endpoint]
        texts = part["percent"].astype(float)
        if texts.sum():
            assert test["computed"] == pytest.approx(stats.chisquare(texts).statistic)
        else:
            assert np.isnan(test["computed"])
            assert test["match"] == "no"


@several
@given(studies(), st.integers(0, 30), overlaps, seeds)
def test_eligible_are_those_with_all_inclusions_no_exclusion_and_an_allowed_age(
    study, more, overlap, seed
):
    n = int(study.arms["n"].sum())
    cohort = synthetic_cohort(study, screened=n + more, overlap=overlap, seed=seed)
    facts = study.facts
    low, high = int(facts["age_min"]), int(facts["age_max"])
    for row in cohort.to_dict("records"):
        met = low <= row["age"] <= high
        for fact in facts:
            if fact.startswith("inclusion"):
                met &= row[fact]
            elif fact.startswith("exclusion"):
                met &= not row[fact]
        assert row["eligible"] == met == (row["arm"] is not None)
    assert cohort["age"].min() >= 0
    assert cohort["id"].is_unique
    assert len(cohort) == n + more
    sizes = cohort["arm"].value_counts().reindex(study.arms["arm"])
    assert sizes.tolist() == study.arms["n"].tolist()
    flow = cohort_flow(cohort, study)
    assert flow.loc[flow["stage"] == "excluded", "n"].sum() == more
    again = synthetic_cohort(study, screened=n + more, overlap=overlap, seed=seed)
    pd.testing.assert_frame_equal(cohort, again)


@several
@given(studies(), st.tuples(overlaps, overlaps), seeds)
def test_shared_patients_stay_within_their_bounds_and_grow_with_the_overlap(
    study, overlap, seed
):
    study = replace(study, outcomes=whole_arms(study))
    names = study.tests["endpoint"].tolist()
    assume(len(names) > 1)
    counts = recover_counts(study.outcomes).set_index(["endpoint", "arm"])["events"]
    shared = []
    for part in sorted(overlap):
        cohort = synthetic_cohort(study, overlap=part, seed=seed)
        shared.append([])
        for arm, n in zip(study.arms["arm"], study.arms["n"], strict=True):
            rows = cohort[cohort["arm"] == arm]
            for a, b in combinations(names, 2):
                low, high = frechet_bounds(counts[a, arm], counts[b, arm], n)
                both = int((rows[a] * rows[b]).sum())
                assert low <= both <= high
                if names.index(b) - names.index(a) == 1:
                    assert abs(both - low - part * (high - low)) <= 0.5 + 1e-9
                    shared[-1].append(both)
                if part == 1:
                    assert both == high
    assert all(x <= y for x, y in zip(*shared, strict=True))


def whole_arms(study):
    sizes = study.outcomes["arm"].map(study.arms.set_index("arm")["n"])
    return study.outcomes.assign(n=sizes)


@several
@given(studies(), seeds)
def test_the_chi_square_is_that_of_the_rows(study, seed):
    cohort = synthetic_cohort(study, seed=seed)
    tests = analyze_cohort(cohort, study, procedure=ONE_WAY).tests.set_index("endpoint")
    for endpoint in tests.index:
        rows = cohort.dropna(subset=["arm", endpoint])
        table = pd.crosstab(rows["arm"], rows[endpoint].astype(int))
        if table.shape[1] == 1:
            assert tests.loc[endpoint, ["statistic", "pvalue"]].tolist() == [0, 1]
            continue
        expected = stats.chi2_contingency(table, correction=False)
        assert tests.loc[endpoint, "statistic"] == pytest.approx(
            expected.statistic, abs=1e-9
        )
        assert tests.loc[endpoint, "pvalue"] == pytest.approx(expected.pvalue)
        assert tests.loc[endpoint, "dof"] == expected.dof


@given(st.integers(1, 40), st.sampled_from(["0", "100"]), seeds)
@several
def test_all_and_none_come_back(n, percent, seed):
    study = other_study([n, n + 1], [[percent, percent]])
    cohort = synthetic_cohort(study, seed=seed)
    percentages, tests = analyze_cohort(cohort, study, procedure=ONE_WAY)
    assert percentages["percent"].tolist() == [percent] * 2
    assert tests["pvalue"].tolist() == [1.0]


@pytest.mark.parametrize(
    ("n", "printed", "percent"),
    [
        (8, ["13", "12"], ["13", "12"]),  # 1 of 8 is 12.5, printed up or down
        (8, ["11", "38"], ["13", "38"]),  # 11 is not possible, and a half goes up
        (3, ["33.3", "66.7"], ["33.3", "66.7"]),
        (3, ["33.4", "66.0"], ["33.3", "66.7"]),
        (7, ["0.0", "100.0"], ["0.0", "100.0"]),
        (16, ["6.0", "93.8"], ["6.3", "93.8"]),  # 6.25, not printed, goes up
    ],
)
def test_percentages_are_rounded_as_printed(n, printed, percent):
    study = other_study([n, n], [printed])
    found = analyze_cohort(
        synthetic_cohort(study), study, procedure=ONE_WAY
    ).percentages
    assert found["percent"].tolist() == percent
    same = [x == y for x, y in zip(printed, percent, strict=True)]
    assert found["same"].tolist() == same


# --- odd input ------------------------------------------------------------------------


def test_nobody_need_be_turned_away():
    cohort = synthetic_cohort(STUDY, screened=np.int64(60))
    assert cohort["eligible"].all()
    assert cohort["arm"].notna().all()


def test_an_endpoint_may_not_be_called_as_another_column():
    tests = STUDY.tests.assign(endpoint=["age", *STUDY.tests["endpoint"][1:]])
    outcomes = STUDY.outcomes.replace({"endpoint": {"asleep": "age"}})
    with pytest.raises(
        ValueError, match=r"^an endpoint has the name of a column, 'age'$"
    ):
        synthetic_cohort(replace(STUDY, tests=tests, outcomes=outcomes))


def test_wrong_cohorts_are_named():
    endpoint = STUDY.tests["endpoint"].iloc[0]
    with pytest.raises(ValueError, match=f"^the cohort has no column arm, {endpoint}$"):
        analyze_cohort(COHORT.drop(columns=["arm", endpoint]), STUDY)
    with pytest.raises(
        ValueError, match=r"^the cohort has no column age, inclusion_1$"
    ):
        cohort_flow(COHORT.drop(columns=["age", "inclusion_1"]), STUDY)
    with pytest.raises(ValueError, match=f"0 or 1; {endpoint} has another value$"):
        analyze_cohort(COHORT.assign(**{endpoint: 2}), STUDY)
    arm = STUDY.arms["arm"].iloc[1]
    with pytest.raises(ValueError, match=f"^no patient of the arm {arm} has a value"):
        analyze_cohort(COHORT[COHORT["arm"] != arm], STUDY)
    first = STUDY.arms["arm"].iloc[0]
    with pytest.raises(ValueError, match=f"^no patient of the arm {first} has a value"):
        analyze_cohort(COHORT[~COHORT["arm"].isin([first, arm])], STUDY)


# --- figures --------------------------------------------------------------------------


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def test_the_flow_says_what_is_not_reported():
    shown = texts(figures.draw_flow(study_flow(STUDY)))
    assert sum("not reported" in text for text in shown) == 6
    assert "in the study\n60" in shown
    assert not any("SYNTHETIC" in text for text in shown)


def test_the_flow_of_a_synthetic_cohort_says_so():
    shown = texts(figures.draw_flow(cohort_flow(COHORT, STUDY), mark="SYNTHETIC"))
    assert "SYNTHETIC" in shown
    assert "screened\n120" in shown
    assert not any("not reported" in text for text in shown)
    assert any(
        text.startswith("not eligible: 60\n- age not 3 to 12: ") for text in shown
    )


@pytest.mark.parametrize("arms", [2, 5])
def test_boxes_of_a_flow_stand_apart_and_inside(arms):
    study = other_study([10] * arms, [["50"] * arms])
    figure = figures.draw_flow(study_flow(study))
    ax = figure.axes[0]
    boxes = [box.get_bbox() for box in ax.patches if box.get_width() > 0.1]
    assert len(boxes) == 4 + 2 * arms
    right, (bottom, _) = ax.get_xlim()[1], ax.get_ylim()
    for a in boxes:
        assert 0 <= a.x0 < a.x1 <= right
        assert 0 <= min(a.y0, a.y1) < max(a.y0, a.y1) <= bottom
    for a, b in combinations(boxes, 2):
        apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0
        assert apart


def test_words_in_boxes_are_wrapped_at_their_width():
    rows = [
        ("included", "aaaaaaaaaa bbbbbbbbbbb", 9),  # 22 letters
        ("eligible", "aaaaaaaaaaa bbbbbbbbbbb", 9),
        ("excluded", "age", 1),
        ("arm", "aaaa bbbb", 9),
    ]
    flow = pd.DataFrame(rows, columns=["stage", "label", "n"])
    found = figures.synthetic._flow_texts(flow, 9)
    assert found["included"] == ["aaaaaaaaaa bbbbbbbbbbb\n9"]
    assert found["eligible"] == ["aaaaaaaaaaa\nbbbbbbbbbbb\n9"]
    assert found["arm"] == ["aaaa bbbb\n9"]
    assert figures.synthetic._flow_texts(flow, 8)["arm"] == ["aaaa\nbbbb\n9"]


def test_four_arms_have_smaller_letters_and_narrower_boxes():
    for arms, size in ((3, 11), (4, 9)):
        study = other_study([10] * arms, [["10"] * arms])
        name = "a" * (48 // arms - 2) + " b"
        names = dict(zip(study.arms["arm"], [name, f"{name}b", "c", "d"], strict=False))
        study = replace(study, arms=study.arms.replace({"arm": names}))
        ax = figures.draw_flow(study_flow(study)).axes[0]
        boxes = [text for text in ax.texts if text.get_text()]
        assert {text.get_fontsize() for text in boxes} == {size}
        lines = [t.get_text().count("\n") for t in boxes if t.get_text()[:2] == "aa"]
        assert lines == [1, 2]


def test_the_picture_of_items_has_a_mark_for_each():
    ax = figures.draw_reporting(STUDY.reporting).axes[0]
    fills = [line.get_fillstyle() for line in ax.lines]
    expected = STUDY.reporting["reported"].map(
        {"yes": "full", "partly": "left", "no": "none"}
    )
    assert fills == expected.tolist()
    assert texts(ax.figure) == [str(item) for item in range(1, 5)]


def test_the_picture_of_reach_leaves_out_what_is_no_number():
    reach = pd.DataFrame(
        {
            "events": [0, 1, 2],
            "computed": [nan, 3.0, 9.0],
            "match": ["no", "rounded", "no"],
            "label": ["a", "", "c"],
        }
    )
    ax = figures.draw_reach(reach, 2.5, 3.5, "printed").axes[0]
    points = {
        x: line.get_markerfacecolor() for line in ax.lines for x in line.get_xdata()
    }
    assert set(points) == {1, 2}
    assert points[1] != points[2] == "white"
    assert texts(ax.figure) == ["printed", "c"]


@pytest.mark.parametrize("kind", [object, int])
def test_a_flow_does_not_depend_on_how_true_and_false_are_kept(kind):
    study = example()
    cohort = synthetic_cohort(study)
    facts = [name for name in cohort if name.startswith(("inclusion", "exclusion"))]
    changed = cohort.astype(dict.fromkeys([*facts, "eligible"], kind))
    assert cohort_flow(changed, study).equals(cohort_flow(cohort, study))
