"""The audit on twelve published tables: what a person found who recomputed each."""

from pathlib import Path

import pytest

from reanalysis.checks import audit, read_table
from reanalysis.checks.table import KNOWN

TABLES = Path(__file__).parents[2] / "data" / "other" / "tables.csv"


@pytest.fixture(scope="module")
def checks():
    return audit(read_table(TABLES)).checks


@pytest.fixture(scope="module")
def of(checks):
    def chosen(study, check, verdict=None):
        rows = checks[(checks["study"] == study) & (checks["check"] == check)]
        return rows if verdict is None else rows[rows["verdict"] == verdict]

    return chosen


CLEAN = ["pilates", "scbt", "metabolic", "huxin", "anaesthesia"]


@pytest.mark.parametrize("study", CLEAN)
def test_a_table_that_is_right_gives_no_alarm(checks, study):
    found = checks[checks["study"] == study]
    assert len(found) > 0
    assert (found["verdict"] == "agrees").all()


def test_a_row_of_zeros_agrees_with_its_printed_statistic_and_p(checks):
    rows = checks[(checks["study"] == "pilates") & (checks["endpoint"] == "0 week")]
    assert set(rows["check"]) == {
        "count", "percent", "statistic", "p", "statistic and p"
    }  # fmt: skip


def test_pearson_gives_all_six_statistics_of_unequal_arms(of):
    rows = of("metabolic", "statistic", "agrees")
    assert len(rows) == 6
    assert all("Pearson" in by.split("; ") for by in rows["by"])


def test_one_statistic_that_does_not_follow_stands_among_five_that_do(of):
    (row,) = of("omega3", "statistic", "does not agree").itertuples()
    assert (row.printed, row.computed) == ("0.075", "2.637")
    assert len(of("omega3", "statistic", "agrees")) == 5


def test_four_p_values_are_of_the_one_sided_exact_test(of):
    rows = of("omega3", "p", "agrees")
    one_sided = [by for by in rows["by"] if by.startswith("Fisher one-sided")]
    assert len(one_sided) == 4


def test_one_statistic_of_eight_does_not_follow_from_its_counts(of):
    (row,) = of("sorafenib", "statistic", "does not agree").itertuples()
    assert (row.printed, row.computed) == ("4.565", "3.333")


def test_no_statistic_follows_where_another_table_was_tested(of):
    assert len(of("trauma", "statistic", "does not agree")) == 18
    rows = of("trauma", "statistic and p", "does not agree")
    assert len(rows) == 8
    assert all("With 4 degrees of freedom it would fit" in s for s in rows["sentence"])


def test_percentages_alone_show_a_digit_and_an_exact_p(of):
    (row,) = of("heart_before", "statistic", "does not agree").itertuples()
    assert (row.printed, row.computed) == ("3.089", "3.083")
    row = of("heart_before", "p").set_index("endpoint").loc["Diastolic normal"]
    assert row["by"].startswith("Fisher")


@pytest.mark.parametrize(
    ("study", "differ", "of_all"),
    [("heart_before", 1, 4), ("omega3", 4, 6), ("trauma", 8, 18), ("metabolic", 0, 6)],
)
def test_statistics_beside_their_own_p_values(of, study, differ, of_all):
    assert len(of(study, "statistic and p")) == of_all
    assert len(of(study, "statistic and p", "does not agree")) == differ


def test_exact_and_chi_square_p_values_are_told_apart(of):
    rows = of("anaesthesia", "p").set_index("endpoint")["by"]
    assert rows.to_dict() == {
        "Mild": "Fisher", "Moderate": "Pearson", "Severe": "Fisher"
    }  # fmt: skip


def test_a_percentage_of_no_count_beside_a_right_p(of):
    (row,) = of("hotpack", "percent", "does not agree").itertuples()
    assert (row.printed, row.computed) == ("59.9", "59.52")
    assert of("hotpack", "p")["verdict"].tolist() == ["agrees"]


def test_a_p_value_that_no_test_gives(of):
    (row,) = of("sato_H29", "p", "does not agree").itertuples()
    assert (row.endpoint, row.printed, row.computed) == ("Faller", "0.87", "0.813")
    assert row.by == ""


def test_nothing_is_judged_where_a_note_says_that_denominators_varied(of):
    for check in ("percent", "statistic", "p"):
        assert set(of("nutrition", check)["verdict"]) == {"cannot be checked"}


def test_the_readme_names_every_column_and_every_exit_code():
    readme = (TABLES.parents[2] / "README.md").read_text(encoding="utf-8")
    told = readme.split("## Audit a table")[1].split("\n## ")[0]
    for name in KNOWN:
        assert f"`{name}`" in told, name
    assert "--strict" in told
    assert all(f"| {code} | " in told for code in (0, 1, 2))
