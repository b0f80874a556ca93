"""Another study: two arms, one endpoint, and no more tables than a study must have."""

import csv
import inspect
import json
import shutil

import pandas as pd
import pytest
from matplotlib.figure import Figure

from reanalysis import (
    claims,
    endpoints,
    evidence,
    figures,
    load_study,
    origins,
    pearson_test,
    synthetic,
)
from reanalysis.example import FOLDER
from reanalysis.figures.style import NOTHING
from reanalysis.study import _NEEDED

TABLES = {
    "design": [["n", "70", "Methods"]],
    "arms": [["Sun", "1", "30", "light", "Methods"], ["Shade", "2", "40", "none", "x"]],
    "endpoints": [["awake", "awake at noon", "yes", "Methods"]],
    "outcomes": [
        ["awake", "Sun", "30", "70", "x"],
        ["awake", "Shade", "40", "46", "x"],
    ],
    "tests": [["awake", "chi-square", "4.0", "*", "0.05", "Table"]],
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fork")
    described = json.loads((FOLDER / "datapackage.json").read_text("utf-8"))
    kept = [part for part in described["resources"] if part["name"] in TABLES]
    (folder / "datapackage.json").write_text(json.dumps({"resources": kept}))
    for name, rows in TABLES.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([_NEEDED[name].split(), *rows])
    yield load_study(folder)
    shutil.rmtree(folder)


def test_it_is_read_and_its_patients_are_counted(study):
    assert study.arm_names == ["Sun", "Shade"]
    assert study.counts["events"].tolist() == [21, 18]
    assert study.counts["feasible"].tolist() == [True, False]  # 45 or 47.5% of 40
    assert study.priors.empty


def test_no_claim_has_no_verdict(study):
    assert claims.verdicts(study).empty
    assert claims.appraise(study).empty


def takes_whole_tables(function):
    own = function.__module__ == endpoints.__name__ and function.__name__[0] != "_"
    first, *rest = inspect.signature(function).parameters.values()
    whole = first.name in ("counts", "study")
    return own and whole and all(one.default is not one.empty for one in rest)


WHOLE = dict(inspect.getmembers(endpoints, inspect.isfunction))
WHOLE = {name: found for name, found in WHOLE.items() if takes_whole_tables(found)}


@pytest.mark.parametrize("name", WHOLE)
def test_every_function_of_whole_tables_takes_it(study, name):
    first, *_ = inspect.signature(WHOLE[name]).parameters
    found = WHOLE[name]({"counts": study.counts, "study": study}[first])
    assert len(found) > 0
    assert set(found["endpoint"]) == {"awake"}


def test_the_test_is_that_of_the_two_arms(study):
    found = endpoints.check_tests(study).iloc[0]
    assert found["pvalue"] == pearson_test([21, 18], [30, 40]).pvalue


def test_the_search_for_the_printed_procedure_takes_it(study):
    found = origins.count_matches(origins.explain_statistics(study))
    assert found["matches"].max() >= 0
    assert len(origins.matches_by_luck(study)) == 1
    assert origins.vary_count(study, "awake", "Sun")["events"].max() == 30
    assert list(origins.find_tables(study)["endpoint"].unique()) in ([], ["awake"])


def test_patients_are_made_up_without_ages_and_reasons(study):
    cohort = synthetic.synthetic_cohort(study)
    assert cohort.columns.tolist() == ["id", "eligible", "arm", "awake"]
    assert len(cohort) == 70
    flow = synthetic.cohort_flow(cohort, study)
    assert flow["stage"].tolist() == [
        *("screened", "eligible", "included", "arm", "arm", "assessed", "assessed"),
    ]
    assert flow["n"].tolist() == [70, 70, 70, 30, 40, 30, 40]
    shown = figures.draw_flow(flow).axes[0].texts
    assert "not eligible: 0" in [text.get_text() for text in shown]
    shown = figures.draw_flow(synthetic.study_flow(study)).axes[0].texts
    assert "not eligible: not reported" in [text.get_text() for text in shown]
    with pytest.raises(ValueError, match=r"^the study names no reason to leave a pat"):
        synthetic.synthetic_cohort(study, screened=71)


def test_published_figures_may_be_none(study):
    found = evidence.published_figures(study)
    assert found.empty
    assert evidence.poolable(found) == []
    assert evidence.one_per_trial(found).empty
    assert evidence.predictive_checks(found, study.counts).empty
    rows = evidence.forest_rows(found, counts=study.counts)
    assert rows["label"].tolist() == ["Sun", "Shade"]
    colors = figures.arm_colors(study.arm_names)
    assert isinstance(figures.draw_forest(rows, colors), Figure)


DRAWINGS = [name for name in figures.__all__ if name.startswith("draw_")]


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_of_no_rows_says_so_in_a_sentence(name):
    draw = getattr(figures, name)
    _, *others = inspect.signature(draw).parameters
    figure = draw(pd.DataFrame(), **dict.fromkeys(others))
    assert [text.get_text() for text in figure.axes[0].texts] == [NOTHING]
    assert NOTHING.endswith(".")


def test_figures_of_whole_tables_take_it(study):
    colors = figures.arm_colors(study.arm_names)
    rates = endpoints.add_intervals(study.counts)
    assert len(figures.draw_rates(rates, colors).axes[0].get_yticks()) == 3
    found = endpoints.pairwise_differences(study.counts)
    found = found.assign(label="Shade less Sun", excludes=found["high"] < 0)
    assert len(figures.draw_differences(found).axes[0].get_yticks()) == 2
    tests = endpoints.check_tests(study).assign(text="p")
    assert len(figures.draw_pvalues(tests).axes[0].get_yticks()) == 1
    best = endpoints.arm_posteriors(study.counts).rename(
        columns={"best": "probability"}
    )
    shares = figures.draw_shares(best.assign(text=""), colors)
    assert len(shares.axes[0].patches) == 2


def test_more_lines_than_styles_are_drawn_too():
    rows = pd.DataFrame({"label": list("abcde"), "marked": False, "probability": 0.1})
    curves = pd.concat([rows.assign(rate=rate) for rate in (0.2, 0.8)])
    shown = figures.draw_false_positives(curves, 0.05).axes[0]
    assert {text.get_text() for text in shown.texts} >= set("abcde")
    limits = rows.assign(n=9, high=0.3)
    shown = figures.draw_upper_limits(limits, 9).axes[0]
    assert {text.get_text() for text in shown.texts} >= set("abcde")
