"""Another study: of few arms or many, with no more tables than a study must have."""

from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.figure import Figure
from whole_study import (
    OPTIONAL,
    ROOMS,
    TOGETHER,
    drawings,
    made_up,
    public_functions,
    results,
    takes_whole_tables,
    without,
)

from reanalysis import (
    DataError,
    claims,
    endpoints,
    evidence,
    example,
    figures,
    load_study,
    pearson_test,
    synthetic,
)
from reanalysis.claims import CHECKS, UNCHECKABLE, VERDICTS

WHOLE = [f.__name__ for f in public_functions(*ROOMS) if takes_whole_tables(f)]
#: What one endpoint and no published figure are too little for, and what is said.
WITHOUT_MORE = {
    "nested_counts": "'end 0' is compared with itself",
    "pool": "there are fewer than three figures",
}
DRAWINGS = [name for name in figures.__all__ if name.startswith("draw_")]


@pytest.fixture(scope="module")
def of_size(tmp_path_factory):
    """Give the smallest study of so many arms and endpoints."""
    return lambda *size: made_up(tmp_path_factory.mktemp("fork"), *size)


@pytest.fixture(scope="module", params=[(2, 1), (5, 1)], ids=str)
def study(request, of_size):
    return of_size(*request.param)


@pytest.fixture(scope="module")
def two(of_size):
    return of_size(2, 1)


@pytest.fixture(scope="module")
def one(of_size):
    return of_size(1, 2)


@pytest.fixture(scope="module")
def made(study):
    return results(study)


@pytest.fixture(scope="module")
def drawn(study):
    return drawings(study)


def test_it_is_read_and_its_patients_are_counted(two):
    assert two.arm_names == ["Arm 0", "Arm 1"]
    assert two.counts["events"].tolist() == [3, 5]
    assert two.counts["feasible"].tolist() == [True, False]  # 38 or 46% of 13
    assert two.priors.empty


def test_no_claim_has_no_verdict(study):
    assert claims.verdicts(study).empty
    assert claims.appraise(study).empty


@pytest.mark.parametrize("name", WHOLE)
def test_every_function_of_whole_tables_takes_it(study, made, name):
    if name in WITHOUT_MORE:
        with pytest.raises(ValueError, match=WITHOUT_MORE[name]):
            made[name]()
        return
    found = made[name]()
    if isinstance(found, pd.DataFrame) and "endpoint" in found and len(found):
        assert set(found["endpoint"]) <= set(study.outcomes["endpoint"])
    if getattr(endpoints, name, None) and isinstance(found, pd.DataFrame):
        assert len(found) > 0 or name == "predict_scenarios"


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_figure_takes_it(drawn, name):
    assert isinstance(drawn[name](), Figure)


def test_the_test_is_that_of_the_two_arms(two):
    found = endpoints.check_tests(two).iloc[0]
    assert found["pvalue"] == pearson_test([3, 5], [10, 13]).pvalue


# --- tables that may be left out ------------------------------------------------------


@pytest.mark.parametrize("table", OPTIONAL)
def test_a_table_is_left_out_with_its_description(data, package, table):
    left_out = [table, *TOGETHER.get(table, [])]

    def leave_out(described):
        kept = [r for r in described["resources"] if r["name"] not in left_out]
        described["resources"] = kept

    for name in left_out:
        (data / f"{name}.csv").unlink()
    study = load_study(package(leave_out))
    assert getattr(study, table).empty
    assert list(getattr(study, table)) == list(getattr(example(), table))
    assert study.counts.equals(example().counts)


@pytest.mark.parametrize(("table", "other"), TOGETHER.items())
def test_a_table_that_another_refers_to_may_not_be_left_out_alone(
    package, table, other
):
    def leave_out(described):
        kept = [r for r in described["resources"] if r["name"] != table]
        described["resources"] = kept

    with pytest.raises(DataError) as caught:
        load_study(package(leave_out))
    (fault,) = caught.value.faults
    (refers,) = other
    assert fault.rule == f"{refers} refers to {table}, which is not described"


@pytest.mark.parametrize("table", OPTIONAL)
def test_without_a_table_every_figure_is_drawn_and_every_claim_judged(table):
    study = without(example(), table)
    for draw in drawings(study).values():
        assert isinstance(draw(), Figure)
    found = claims.verdicts(study)
    assert len(found) == len(study.claims)
    assert set(found["verdict"]) <= set(VERDICTS)
    assert len(claims.appraise(study)) == len(study.appraisal)


# --- every check, of one arm or many --------------------------------------------------


def judge(study, check, value):
    """Verdicts of a check on claims of all that there is to say."""
    end, arm = study.outcomes.loc[0, ["endpoint", "arm"]]
    row = dict.fromkeys(example().claims, "") | {"claim": "x", "section": "Results"}
    row |= {"statement": "What is said", "check": check, "needs": "dates"}
    row |= {"arm": arm, "value": value}
    made = pd.DataFrame([row | {"endpoint": end}, row | {"endpoint": ""}])
    needed = made[(CHECKS[check].needs and list(CHECKS[check].needs)) or ["claim"]]
    return claims.verdicts(replace(study, claims=made[needed.ne("").all(axis=1)]))


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_judges_a_claim_of_it(study, check):
    found = judge(study, check, study.arm_names[1] if check == "effect" else "1")
    assert len(found) > 0
    assert set(found["verdict"]) <= set(VERDICTS)
    assert found["sentence"].str.endswith(".").all()


@pytest.mark.parametrize("check", [name for name in CHECKS if name != "effect"])
def test_a_study_of_one_arm_compares_nothing(one, check):
    found = judge(one, check, "1")
    assert set(found["verdict"]) <= set(VERDICTS)
    if CHECKS[check].compares:
        assert set(found["verdict"]) == {UNCHECKABLE}
        said = "The study has one arm: nothing is compared."
        assert set(found["sentence"]) == {said}


def test_an_effect_of_the_only_arm_names_no_other(one):
    with pytest.raises(DataError, match=r"name the arm that it is set against$"):
        judge(one, "effect", one.arm_names[0])


# --- what little it has ---------------------------------------------------------------


def test_patients_are_made_up_without_ages_and_reasons(two):
    cohort = synthetic.synthetic_cohort(two)
    assert cohort.columns.tolist() == ["id", "eligible", "arm", "end 0"]
    assert len(cohort) == 23
    flow = synthetic.cohort_flow(cohort, two)
    assert flow["stage"].tolist() == [
        *("screened", "eligible", "included", "arm", "arm", "assessed", "assessed"),
    ]
    assert flow["n"].tolist() == [23, 23, 23, 10, 13, 10, 13]
    shown = figures.draw_flow(flow).axes[0].texts
    assert "not eligible: 0" in [text.get_text() for text in shown]
    shown = figures.draw_flow(synthetic.study_flow(two)).axes[0].texts
    assert "not eligible: not reported" in [text.get_text() for text in shown]
    with pytest.raises(ValueError, match=r"^the study names no reason to leave a pat"):
        synthetic.synthetic_cohort(two, screened=24)


def test_published_figures_may_be_none(two):
    found = evidence.published_figures(two)
    assert found.empty
    assert evidence.poolable(found) == []
    assert evidence.one_per_trial(found).empty
    assert evidence.predictive_checks(found, two.counts).empty
    rows = evidence.forest_rows(found, counts=two.counts)
    assert rows["label"].tolist() == ["Arm 0", "Arm 1"]
    colors = figures.arm_colors(two.arm_names)
    assert isinstance(figures.draw_forest(rows, colors), Figure)
