"""Tables as journals print them, from R: clean ones give no alarm, misprints do."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from reanalysis.checks import Table, audit

TABLES = Path(__file__).parents[1] / "reference" / "printed_tables.csv"
with TABLES.open(encoding="utf-8", newline="") as file:
    LINES = list(csv.DictReader(file))
STUDIES = list(dict.fromkeys(line["study"] for line in LINES))


def checks_of(study, **changes):
    """The audit of one table, in which some printed values are exchanged."""
    lines = [dict(line) for line in LINES if line["study"] == study]
    for column, (endpoint, arm, printed, misprint) in changes.items():
        chosen = [
            line for line in lines
            if line["endpoint"] == endpoint and line["arm"] in (arm, arm or line["arm"])
            and line[column] == printed
        ]  # fmt: skip
        assert chosen, "the misprint stands nowhere"
        for line in chosen:
            line[column] = misprint
    return audit(Table.from_records(lines)).checks


@pytest.fixture(scope="module")
def clean():
    return audit(Table.from_records(LINES)).checks


@pytest.mark.parametrize("study", STUDIES)
def test_a_clean_table_gives_no_alarm(clean, study):
    found = clean[clean["study"] == study]
    assert len(found)
    assert found.loc[found["verdict"] == "does not agree", "sentence"].tolist() == []


def test_what_cannot_be_checked_is_what_the_table_does_not_print(clean):
    found = clean[clean["verdict"] == "cannot be checked"]
    assert Counter(zip(found["study"], found["check"], strict=True)) == {
        ("medians", "p"): 1,
        ("several answers", "levels"): 2,
        **{(study, "mean"): number for study, number in {
            "student": 6, "welch": 6, "anova": 6, "welch anova": 6, "one-sided": 2,
            "standard errors": 4, "effects": 2, "medians": 2,
        }.items()},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("study", "endpoint", "by"),
    [
        ("yates", "Relapse", "Yates"),
        ("likelihood ratio", "Infection", "likelihood ratio"),
        ("trend", "Response", "trend"),
        ("welch anova", "Cost", "F, Welch"),
        ("stages, exact", "ECOG", "Fisher"),
        ("one-sided", "Closed", "Pearson one-sided"),
        ("one-sided", "Depth", "t one-sided"),
        ("ranks", "Severity", "Kruskal-Wallis"),
    ],
)
def test_the_test_that_was_done_is_among_those_that_give_the_p(
    clean, study, endpoint, by
):
    rows = clean[(clean["study"] == study) & (clean["endpoint"] == endpoint)]
    (given,) = rows.loc[rows["check"] == "p", "by"]
    assert by in given.split("; ")


#: A value, an arm (or none: wherever it is printed), and what is printed instead.
MISPRINTS = [
    ("six arms", "count", ("Nausea", "A", "4", "5"), "percent"),
    ("six arms", "statistic", ("Nausea", "", "32.06", "32.60"), "statistic"),
    ("words for p", "percent", ("Pain", "A", "15", "51"), "percent"),
    ("rare events", "p", ("Death", "", "0.465", "0.456"), "p"),
    ("yates", "statistic", ("Relapse", "", "1.943", "1.934"), "statistic and p"),
    ("fisher or pearson", "p", ("Male", "", "0.81", "0.18"), "p"),
    ("percentages only", "percent", ("Complete", "A", "17.5", "15.7"), "percent"),
    ("thousands", "statistic", ("Vaccinated", "", "15.2", "25.2"), "statistic"),
    ("stages", "count", ("Stage", "A", "22", "32"), "levels"),
    ("stages, exact", "p", ("ECOG", "", "0.393", "0.993"), "p"),
    ("ranks", "statistic", ("Severity", "", "12.31", "13.21"), "statistic"),
    ("stages, percentages", "percent", ("Stage", "A", "32", "52"), "levels"),
    ("student", "mean", ("Age", "A", "49.6", "46.9"), "p"),
    ("welch", "p", ("Systolic", "", "0.227", "0.027"), "p"),
    ("anova", "statistic", ("Hemoglobin", "", "1.83", "3.83"), "statistic"),
    ("welch anova", "p", ("Cost", "", "0.005", "0.050"), "p"),
    ("standard errors", "mean", ("Walk", "A", "300.26", "330.26"), "statistic"),
    ("fewer tested", "percent", ("Negative scan", "A", "38.6", "83.6"), "percent"),
    ("one-sided", "p", ("Healed", "", "0.044", "0.440"), "p"),
    ("effects", "statistic", ("Cured", "", "1.84", "1.48"), "statistic"),
    ("effects", "p", ("Cured", "", "0.020", "0.200"), "p"),
    ("trend", "statistic", ("Response", "", "5.72", "7.52"), "statistic"),
    ("likelihood ratio", "p", ("Infection", "", "0.004", "0.040"), "p"),
    ("several answers", "percent", ("Other diseases", "A", "50.0", "60.0"), "percent"),
    ("total column", "p", ("Stage", "", "0.480", "0.048"), "p"),
    ("against control", "count", ("Abstinent", "Control", "12", "21"), "percent"),
    ("stars", "statistic", ("Attended", "", "7.79", "2.79"), "statistic"),
    ("shares of the row", "percent", ("Women", "A", "54.4", "45.4"), "percent"),
]  # fmt: skip


@pytest.mark.parametrize(("study", "column", "slip", "check"), MISPRINTS)
def test_a_misprint_in_a_clean_table_is_found(study, column, slip, check):
    checks = checks_of(study, **{column: slip})
    found = checks[checks["verdict"] == "does not agree"]
    assert check in set(found["check"])
    assert set(found["endpoint"]) == {slip[0]}
