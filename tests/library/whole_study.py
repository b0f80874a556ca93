"""A study of any size, and all that the library makes of a whole one."""

import csv
import inspect
import json
from functools import partial
from pathlib import Path

import pandas as pd

from reanalysis import (
    Study,
    audit,
    claims,
    endpoints,
    evidence,
    exact_power,
    figures,
    load_study,
    origins,
    read_table,
    synthetic,
)
from reanalysis.counts import nearest_percentages
from reanalysis.design import false_positive_curve
from reanalysis.example import FOLDER
from reanalysis.follow_up import intervals_by_share
from reanalysis.study import _NEEDED, _OPTIONAL
from reanalysis.survival import numbers_at_risk, survival_curves

#: The rooms whose functions take whole tables.
ROOMS = (claims, endpoints, evidence, origins, synthetic)

#: Tables that refer to another one, and go with it.
TOGETHER = {"claims": ["sources"], "publications": ["comparators"]}
OPTIONAL = tuple(_OPTIONAL)


def made_up(folder: Path, arms: int, ends: int) -> Study:
    """A study of no more tables than it must have."""
    described = json.loads((FOLDER / "datapackage.json").read_text("utf-8"))
    kept = [part for part in described["resources"] if part["name"] in _NEEDED]
    (folder / "datapackage.json").write_text(json.dumps({"resources": kept}))
    sizes = {f"Arm {i}": 10 + 3 * i for i in range(arms)}
    reported = [f"end {j}" for j in range(ends)]
    tables = {
        "design": [["n", sum(sizes.values()), "x"]],
        "arms": [[arm, arm[-1], n, "x", "x"] for arm, n in sizes.items()],
        "endpoints": [[end, "x", "yes", "x"] for end in reported],
        "outcomes": [
            [end, arm, n, 30 + 9 * i + 4 * j, "x"]
            for j, end in enumerate(reported)
            for i, (arm, n) in enumerate(sizes.items())
        ],
        "tests": [[end, "chi-square", "4.0", "*", "0.05", "x"] for end in reported],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([_NEEDED[name].split(), *rows])
    return load_study(folder)


def without(study: Study, table: str) -> Study:
    """The same study without a table that may be left out."""
    left_out = [table, *TOGETHER.get(table, [])]
    empty = {name: getattr(study, name).head(0) for name in left_out}
    return Study(**{**vars(study), **empty})


def takes_whole_tables(function):
    """Say whether a function begins with a study, or with a frame of one."""
    parameters = inspect.signature(function).parameters
    first = next(iter(parameters.values()), None)
    return first is not None and first.annotation in (Study, pd.DataFrame)


def public_functions(*rooms):
    """The functions that rooms offer."""
    for room in rooms:
        for name, function in inspect.getmembers(room, inspect.isfunction):
            if function.__module__ == room.__name__ and not name.startswith("_"):
                yield function


def results(study: Study) -> dict[str, partial]:
    """Every function that takes whole tables, with what it takes of a study."""
    counts, figured = study.counts, evidence.published_figures(study)
    end, arm = study.outcomes.loc[0, ["endpoint", "arm"]]
    patients = synthetic.synthetic_cohort(study)
    posteriors = endpoints.arm_posteriors(counts[counts["endpoint"] == end])
    first = {"study": study, "counts": counts, "figures": figured}
    first |= {"outcomes": study.outcomes, "cohort": patients}
    first |= {"scenarios": study.scenarios}
    first |= {"explained": origins.explain_statistics(study)}
    more = {
        "analyze_cohort": [study],
        "cohort_flow": [study],
        "as_enrolled": [arm, 20, 25],
        "nested_counts": [end, study.outcomes["endpoint"].iloc[-1]],
        "predict_scenarios": [posteriors.set_index("arm")["posterior"].to_dict()],
        "predictive_checks": [counts],
        "synthetic_survival": [2, 0],
        "vary_count": [end, arm],
    }
    other = {"synthetic_survival": counts[counts["endpoint"] == end]}
    other["pool"] = next(iter(evidence.poolable(figured)), figured)
    found = {}
    for function in filter(takes_whole_tables, public_functions(*ROOMS)):
        name, parameters = function.__name__, inspect.signature(function).parameters
        begin = other.get(name, first[next(iter(parameters))])
        found[name] = partial(function, begin, *more.get(name, []))
    return found


def drawings(study: Study) -> dict[str, partial]:
    """Every figure, with its frame made of a study as a chapter makes it."""
    counts, colors = study.counts, figures.arm_colors(study.arm_names)
    of_study = results(study)
    end, arm = study.outcomes.loc[0, ["endpoint", "arm"]]
    tests = endpoints.check_tests(study)
    pairs = endpoints.pairwise_differences(counts)
    best = endpoints.arm_posteriors(counts).rename(columns={"best": "probability"})
    n = study.arms["n"].tolist()
    curves = false_positive_curve(n, [0.1, 0.5, 0.9], test=["pearson", "percentages"])
    matches = origins.count_matches(origins.explain_statistics(study))
    published = evidence.published_figures(study)
    percents = published[["percent", "low", "high"]].apply(pd.to_numeric)
    patients = of_study["synthetic_survival"]()
    values = study.tests.assign(statistic=study.tests["value"])
    printed = study.outcomes.merge(values[["endpoint", "statistic"]])
    judged = claims.verdicts(study)
    frames = {
        "draw_appraisal": [claims.appraise(study)],
        "draw_candidates": [
            matches.assign(
                group=matches["procedure"].str.partition(",")[0],
                reproduces=matches["matches"] == len(tests),
                label="",
            ),
            0.1,
        ],
        "draw_differences": [pairs.assign(label="x", excludes=pairs["low"] > 0)],
        "draw_estimates": [
            published.assign(**percents, marked=True, text=published["percent"])
        ],
        "draw_false_positives": [
            curves.assign(label=curves["test"], marked=curves["test"] == "pearson"),
            0.05,
        ],
        "draw_flow": [synthetic.study_flow(study)],
        "draw_follow_up": [
            pd.DataFrame(
                {"label": "x", "entry": [0, 3], "followed": [3, 0], "marked": True}
            ),
            2,
        ],
        "draw_forest": [evidence.forest_rows(published, counts=counts), colors],
        "draw_interval_width": [
            pd.concat(
                intervals_by_share(row.n, row.events / row.n, 2, [0, 0.5, 1]).assign(
                    arm=row.arm
                )
                for row in counts[counts["endpoint"] == end].itertuples()
            ),
            0.5,
        ],
        "draw_ledger": [judged.assign(standing=judged["verdict"].map(claims.VERDICTS))],
        "draw_nearest": [
            nearest_percentages(study.outcomes.loc[0, "percent"], 30).assign(label=""),
            *(29.5, 30.5),
        ],
        "draw_people": [counts.assign(verdict=""), colors],
        "draw_power": [
            tests.assign(
                label="x",
                power=[
                    exact_power(n, part / n)
                    for part in counts["events"].to_numpy().reshape(len(tests), -1)
                ],
                text="x",
                enough=False,
            ),
            0.8,
        ],
        "draw_printed_against_recomputed": [audit(read_table(printed)).checks],
        "draw_pvalues": [tests.assign(text="p")],
        "draw_rates": [endpoints.add_intervals(counts), colors],
        "draw_reach": [
            origins.vary_count(study, end, arm).assign(label=""),
            *(3.95, 4.05, "printed"),
        ],
        "draw_reporting": [study.reporting],
        "draw_scenarios": [
            of_study["predict_scenarios"]().assign(source="x"),
            "asleep",
        ],
        "draw_shares": [best.assign(text=""), colors],
        "draw_survival": [
            survival_curves(patients),
            numbers_at_risk(patients, [0, 1, 2]),
            colors,
            2,
        ],
        "draw_upper_limits": [
            pd.DataFrame({"n": [5, 10], "label": "x", "high": [0.4, 0.2]}),
            10,
        ],
    }
    return {name: partial(getattr(figures, name), *got) for name, got in frames.items()}
