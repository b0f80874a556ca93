"""Ratios and differences that a table prints as its statistic."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanalysis.checks import Table, audit
from reanalysis.checks.ratios import (
    conditional_odds_ratio,
    effect_of,
    effects_of_counts,
)


def statistic(name, value, arms, **columns):
    """The check of one printed effect."""
    records = [
        {"endpoint": "x", "arm": arm, "statistic_name": name, "statistic": value, **own}
        for arm, own in arms.items()
    ]
    checks = audit(Table.from_records(records)).checks
    return checks[checks["check"] == "statistic"].iloc[0]


TWO = {"A": {"n": "120", "count": "71"}, "B": {"n": "118", "count": "52"}}
# 71 of 120 and 52 of 118, by hand: odds 71/49 and 52/66
KNOWN = {
    ("OR", "1.84"): "odds ratio, A to B",
    ("odds ratio", "0.54"): "odds ratio, B to A",
    ("Relative risk", "1.34"): "risk ratio, A to B",
    ("RR", "0.745"): "risk ratio, B to A",
    ("Risk difference", "0.151"): "risk difference, A to B",
    ("Difference, %", "-15.1"): "risk difference in points, A to B",
    ("ARR", "15.1"): "risk difference in points, A to B",
    ("NNT", "7"): "number needed to treat, A to B",
}


@pytest.mark.parametrize(("name", "value"), KNOWN)
def test_an_effect_of_the_printed_counts_agrees(name, value):
    found = statistic(name, value, TWO)
    assert found["verdict"] == "agrees"
    assert KNOWN[name, value] in found["by"].split("; ")


@pytest.mark.parametrize(
    ("name", "value"), [("OR", "1.48"), ("RR", "3.14"), ("RD", "-51.1"), ("NNT", "17")]
)
def test_an_effect_that_no_arm_against_another_has_does_not_agree(name, value):
    found = statistic(name, value, TWO)
    assert found["verdict"] == "does not agree"
    assert found["sentence"].startswith("Unless it was adjusted")


@pytest.mark.parametrize("name", ["adjusted OR", "Hazard ratio", "HR", "rate ratio"])
def test_what_needs_more_than_the_table_is_not_judged(name):
    assert statistic(name, "9.99", TWO)["verdict"] == "cannot be checked"


def test_a_word_or_between_two_tests_is_no_odds_ratio():
    assert effect_of("Fisher or Pearson") == effect_of("FISHER OR PEARSON") == ""
    assert effect_of("chi-square or exact") == ""


def test_percentages_allow_every_ratio_of_their_counts():
    arms = {"A": {"n": "400", "percent": "50"}, "B": {"n": "400", "percent": "25"}}
    # 198 to 202 of 400 against 98 to 102
    assert statistic("RR", "2.06", arms)["verdict"] == "agrees"
    assert statistic("RR", "2.09", arms)["verdict"] == "does not agree"


def test_a_difference_of_means_is_an_interval_of_its_rounding():
    arms = {"A": {"n": "20", "mean": "34.2"}, "B": {"n": "20", "mean": "30.1"}}
    arms = {arm: {**own, "sd": "7.0"} for arm, own in arms.items()}
    for value, verdict in (("-4.1", "agrees"), ("4.2", "agrees"),
                           ("4.4", "does not agree")):  # fmt: skip
        assert statistic("Mean difference", value, arms)["verdict"] == verdict
    # 4.1 / 7.0 is 0.586
    assert statistic("Cohen's d", "0.59", arms)["verdict"] == "agrees"
    assert statistic("SMD", "0.95", arms)["verdict"] == "does not agree"


@pytest.mark.parametrize("count", ["0", "20"])
def test_a_ratio_that_is_not_defined_is_no_crash(count):
    arms = {arm: {"n": "20", "count": count} for arm in "AB"}
    assert statistic("OR", "1.00", arms)["verdict"] in ("agrees", "does not agree")


def test_one_arm_against_the_first_of_three():
    arms = {"A": {"n": "50", "count": "10"}, "B": {"n": "50", "count": "20"},
            "C": {"n": "50", "count": "25"}}  # fmt: skip
    records = [
        {"endpoint": "x", "arm": arm, **own, "statistic_name": "RR",
         "statistic": {"A": "", "B": "2.0", "C": "2.5"}[arm]}
        for arm, own in arms.items()
    ]  # fmt: skip
    checks = audit(Table.from_records(records)).checks
    found = checks[checks["check"] == "statistic"]
    assert found["verdict"].tolist() == ["agrees", "agrees"]
    assert found["arm"].tolist() == ["B", "C"]


# R 4: fisher.test(matrix(c(x1, n1 - x1, x0, n0 - x0), 2))$estimate
@pytest.mark.parametrize(
    ("table", "expected"),
    [((3, 4, 1, 4), 6.408309), ((71, 120, 52, 118), 1.834336)],
)
def test_the_conditional_odds_ratio_is_that_of_r(table, expected):
    assert conditional_odds_ratio(*table) == pytest.approx(expected, rel=1e-4)


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 30), st.integers(1, 30))
def test_an_odds_ratio_turned_around_is_its_inverse(a, b, c, d):
    found = {
        one.name: one.statistic
        for one in effects_of_counts("OR", [a, b], [a + c, b + d], ["A", "B"])
    }
    product = found["odds ratio, A to B"] * found["odds ratio, B to A"]
    assert product == pytest.approx(1)


def test_the_made_up_table_of_effects_has_each_kind():
    path = Path(__file__).parents[1] / "reference" / "printed_tables.csv"
    with path.open(encoding="utf-8", newline="") as file:
        names = {
            line["statistic_name"]
            for line in csv.DictReader(file)
            if line["study"] == "effects"
        }
    kinds = {effect_of(name, of_means=name.startswith("Mean")) for name in names}
    assert kinds == {"OR", "RR", "RD", "MD"}
