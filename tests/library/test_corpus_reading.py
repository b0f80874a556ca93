"""Published tables, made up here, are read as a careful person reads them."""

import contextlib
import csv
import io
import subprocess
import sys

import pytest

from reanalysis.__main__ import main
from reanalysis.checks import Table, audit
from reanalysis.corpus import html_grids, jats_grids, read_grid, text_grids
from reanalysis.corpus.reading import LEFT_OUT, READ
from reanalysis.corpus.sources import grids_of_file
from reanalysis.package import DataError

HEAD = ["", "Bread (n = 20)", "Soup (n = 25)", "P"]


def jats(rows, *, caption="", notes=""):
    """A made-up article with one table; a cell is a text or (text, attributes)."""
    lines = []
    for row in rows:
        cells = [cell if isinstance(cell, tuple) else (cell, "") for cell in row]
        lines.append("".join(f"<td {extra}>{text}</td>" for text, extra in cells))
    body = "".join(f"<tr>{line}</tr>" for line in lines[1:])
    return (
        f"<table-wrap><label>Table 1</label><caption><p>{caption}</p></caption><table>"
        f"<thead><tr>{lines[0]}</tr></thead><tbody>{body}</tbody></table>"
        f"<table-wrap-foot><p>{notes}</p></table-wrap-foot></table-wrap>"
    ).encode()


def read(rows, **about):
    (grid,) = jats_grids(jats(rows, **about), study="made up")
    return read_grid(grid)


def short(reading, *names):
    return [tuple(str(cell[name]) for name in names) for cell in reading.cells]


def reasons(reading):
    return [left["reason"] for left in reading.left_out]


# -- the forms of a cell ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "first", "second", "expected"),
    [
        ("Fever, n (%)", "5 (25)", "10 (40)", [("5", "25"), ("10", "40")]),
        ("Fever, n (%)", "5 (25.0%)", "10 (40.0%)", [("5", "25.0"), ("10", "40.0")]),
        ("Fever, % (n)", "25 (5)", "40 (10)", [("5", "25"), ("10", "40")]),
        ("Fever", "5/20 (25%)", "10/25 (40%)", [("5", "25"), ("10", "40")]),
        ("Fever, n (%)", "5 (25·0)", "10 (40·0)", [("5", "25.0"), ("10", "40.0")]),
        ("Fever, n (%)", "5\u2009(25,0)", "10\xa0(40,0)",
         [("5", "25.0"), ("10", "40.0")]),
        ("Fever, n (%)", "5 [25]", "10 [40]", [("5", "25"), ("10", "40")]),
        ("Fever, %", "25", "40", [("", "25"), ("", "40")]),
        ("Number with fever, n", "5", "10", [("5", ""), ("10", "")]),
    ],
)  # fmt: skip
def test_counts_and_percentages_are_read_in_every_form(label, first, second, expected):
    reading = read([HEAD, [label, first, second, "0.29"]])
    assert short(reading, "count", "percent") == expected
    assert short(reading, "arm", "n", "p") == [
        ("Bread", "20", "0.29"), ("Soup", "25", "0.29")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "cells", "notes", "expected"),
    [
        ("Weight, kg, mean (SD)", ("70.1 (9.5)", "68.4 (8.0)"), "", ("70.1", "9.5")),
        ("Weight (kg)", ("70.1 ± 9.5", "68.4 ± 8.0"), "Mean ± SD.", ("70.1", "9.5")),
        ("Weight (kg)", ("70.1 (±9.5)", "68.4 (±8.0)"), "Mean (SD).", ("70.1", "9.5")),
        ("Weight (kg)", ("70.1 (9.5)", "68.4 (8.0)"), "Mean (SD).", ("70.1", "9.5")),
        (
            "Change, mean ± SD",
            ("\u22121.5 ± 2.0", "\u20130.5 ± 2.5"),
            "",
            ("-1.5", "2.0"),
        ),
    ],
)
def test_a_mean_is_read_with_its_deviation(label, cells, notes, expected):
    reading = read([HEAD, [label, *cells, "0.52"]], notes=notes)
    assert short(reading, "mean", "sd")[0] == expected
    assert len(reading.cells) == 2


@pytest.mark.parametrize(
    ("label", "cells", "notes", "reason"),
    [
        ("Fat", ("7.1 ± 1.5", "6.4 ± 2.0"), "Values are mean ± SEM.", "standard error"),
        ("Stay, median (IQR)", ("5.0 (3.5)", "6.0 (4.5)"), "", "median"),
        ("Stay", ("5 (3 to 9)", "6 (4 to 9)"), "", "words, an interval or several"),
        ("Events per patient-year", ("1.5", "2.5"), "", "rate"),
        ("Zinc", ("5", "10"), "", "not said to be counts"),
    ],
)  # fmt: skip
def test_what_is_no_count_and_no_mean_is_left_out_with_the_reason(
    label, cells, notes, reason
):
    reading = read([HEAD, [label, *cells, "0.52"]], notes=notes)
    assert reading.cells == []
    assert any(reason in said for said in reasons(reading)), reasons(reading)


# -- the patients of an arm ------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "caption", "rows"),
    [
        (["", "Bread (n = 20)", "Soup (n = 25)"], "", []),
        (["", "Bread N=20", "Soup N=25"], "", []),
        (["", "Bread<break/>(<italic>n</italic>\xa0=\xa020)", "Soup (n=25)"], "", []),
        (["", "Bread", "Soup"], "", [["No. of patients", "20", "25"]]),
        (["", "Bread", "Soup"], "Meals of bread (n = 20) or soup (n = 25)", []),
    ],
)  # fmt: skip
def test_the_patients_stand_in_the_head_a_row_or_the_caption(head, caption, rows):
    body = [["Fever, n (%)", "5 (25)", "10 (40)"], ["Cough, n (%)", "1 (5)", "2 (8)"]]
    reading = read([head, *rows, *body], caption=caption)
    assert {n for (n,) in short(reading, "n")} == {"20", "25"}
    assert len(reading.cells) == 4


def test_percentages_tell_the_patients_where_no_head_prints_them():
    counts = {"Fever": (18, 11), "Cough": (54, 31), "Rash": (67, 43), "Pain": (5, 8)}
    rows = [
        [f"{name}, n (%)", f"{a} ({100 * a / 141:.1f})", f"{b} ({100 * b / 97:.1f})"]
        for name, (a, b) in counts.items()
    ]
    reading = read([["", "Bread", "Soup"], *rows])
    assert {n for (n,) in short(reading, "n")} == {"141", "97"}


def test_a_printed_number_of_patients_that_no_percentage_fits_is_not_used():
    rows = [[f"{name}, n (%)", f"{a} ({100 * a / 60:.1f})"]
            for name, a in [("Fever", 18), ("Cough", 22), ("Rash", 31), ("Pain", 5),
                            ("Itch", 7)]]  # fmt: skip
    reading = read([["", "Bread (n = 80)"], *rows])
    assert "80" not in {n for (n,) in short(reading, "n")}


def test_a_column_of_all_patients_is_no_arm():
    reading = read([
        ["", "All (n = 45)", "Bread (n = 20)", "Soup (n = 25)", "P"],
        ["Fever, n (%)", "15 (33)", "5 (25)", "10 (40)", "0.29"],
    ])  # fmt: skip
    with_p = [arm for arm, p in short(reading, "arm", "p") if p]
    assert with_p == ["Bread", "Soup"]


def test_the_patients_stand_in_a_second_row_of_the_head():
    cells = [["", "Bread", "Soup", "P"], ["N", "20", "25", ""],
             ["Fever, n (%)", "5 (25)", "10 (40)", "0.29"]]  # fmt: skip
    rows = ["".join(f"<td>{text}</td>" for text in row) for row in cells]
    (grid,) = jats_grids(
        f"<table-wrap><table><thead><tr>{rows[0]}</tr><tr>{rows[1]}</tr></thead>"
        f"<tbody><tr>{rows[2]}</tr></tbody></table></table-wrap>"
    )
    assert short(read_grid(grid), "arm", "n") == [("Bread", "20"), ("Soup", "25")]


@pytest.mark.parametrize(
    "rows",
    [
        [["Sex", "", ""], ["Male", "12", "10"], ["Female", "8", "15"]],
        [["Sex (M/F)", "12/8", "10/15"]],
        [["Taste", "", ""], ["Good", "5", "10"], ["Poor", "15", "15"],
         ["Total", "20", "25"]],
    ],
)  # fmt: skip
def test_counts_of_both_sexes_or_a_total_tell_the_patients(rows):
    rows = [[*row, ""] for row in rows]
    age = ["Age, mean (SD)", "40.1 (9.5)", "38.4 (8.0)", "0.52"]
    reading = read([["", "Bread", "Soup", "P"], age, *rows])
    found = {(m, n) for m, n in short(reading, "mean", "n") if m}
    assert found == {("40.1", "20"), ("38.4", "25")}


def test_one_number_of_patients_stands_for_all_times():
    reading = read([["", "Baseline", "Week 2"], ["Fever, n (%)", "5 (25)", "8 (40)"]],
                   caption="Fever over time (n = 20)")  # fmt: skip
    assert short(reading, "n") == [("20",), ("20",)]


def test_percentages_that_do_not_fit_what_others_told_get_no_patients():
    counts = {"Fever": (18, 11), "Cough": (54, 31), "Rash": (67, 43), "Pain": (5, 8)}
    rows = [
        [f"{name}, n (%)", f"{a} ({100 * a / 141:.1f})", f"{b} ({100 * b / 97:.1f})"]
        for name, (a, b) in counts.items()
    ]
    reading = read(
        [["", "Bread", "Soup"], *rows, ["Itch, n (%)", "9 (7.7)", "9 (9.3)"]]
    )
    itch = [
        (n, c) for e, n, c in short(reading, "endpoint", "n", "count") if "Itch" in e
    ]
    assert itch == [("97", "9")]


def test_each_measure_below_the_arms_is_read_for_itself():
    reading = read_grid(
        jats_grids(
            "<table-wrap><table><thead>"
            "<tr><td/><td colspan='2'>Bread (n = 20)</td><td colspan='2'>Soup (n = 25)"
            "</td><td colspan='2'>Difference</td></tr><tr><td/><td>Users, n (%)</td>"
            "<td>Costs, mean (SD)</td><td>Users, n (%)</td><td>Costs, mean (SD)</td>"
            "<td>Costs, mean (SD)</td><td>P</td></tr></thead><tbody><tr><td>Doctor</td>"
            "<td>5 (25)</td><td>70.1 (9.5)</td><td>10 (40)</td><td>68.4 (8.0)</td>"
            "<td>1.7</td><td>0.52</td></tr></tbody></table></table-wrap>"
        )[0]
    )
    assert short(reading, "arm", "n", "count", "mean", "p") == [
        ("Bread", "20", "5", "", ""), ("Soup", "25", "10", "", ""),
        ("Bread", "20", "", "70.1", "0.52"), ("Soup", "25", "", "68.4", "0.52"),
    ]  # fmt: skip


def test_counts_beside_a_hazard_ratio_are_read():
    reading = read([
        ["", "n (%)", "Survival, hazard ratio (95% CI)"],
        ["Sex", "", ""], ["Female", "35 (46)", "1.00"],
        ["Male", "41 (54)", "1.38 (1.11 to 1.71)"],
        ["Age", "", ""], ["Young", "40 (53)", "1.00"],
        ["Old", "36 (47)", "1.49 (1.23 to 1.81)"],
    ])  # fmt: skip
    assert {n for (n,) in short(reading, "n")} == {"76"}
    assert len(reading.cells) == 4


def test_levels_that_add_up_to_100_are_shares_of_patients():
    reading = read([
        [*HEAD[:3]],
        ["Body mass index (%)", "", ""],
        ["Low", "31.0", "37.0"], ["High", "69.0", "63.0"],
        ["Hematocrit (%)", "39.0", "38.0"],
    ])  # fmt: skip
    assert short(reading, "percent") == [("31.0",), ("37.0",), ("69.0",), ("63.0",)]


def test_a_prefix_of_percentages_that_add_up_to_100_stops_nothing():
    rows = [["Low", "31", "37"], ["High", "69", "63"], ["Other", "10", "12"]]
    reading = read([HEAD[:3], ["Taste (%)", "", ""], *rows])
    assert ("31",) in short(reading, "percent")


def test_a_percentage_may_stand_below_its_count():
    reading = read([HEAD, ["Fever", "5", "10", "0.29"], ["", "25%", "40%", ""]])
    assert short(reading, "count", "percent", "p") == [
        ("5", "25", "0.29"), ("10", "40", "0.29")
    ]  # fmt: skip


def test_a_column_of_correlations_is_no_arm():
    reading = read([
        ["", "Baseline r (P)", "Week 2 r (P)"],
        ["Weight", "0.44 (0.01)", "0.36 (0.05)"],
        ["Height", "0.12 (0.51)", "0.11 (0.6)"],
    ], caption="Correlations (n = 30)")  # fmt: skip
    assert reading.cells == []


@pytest.mark.parametrize(
    ("rows", "n"),
    [
        ([["", "Cases", "Weight, mean (SD)", "Fever, n (%)"],
          ["Bread", "20", "70.1 (9.5)", "5 (25)"],
          ["Soup", "25", "68.4 (8.0)", "10 (40)"],
          ["t", "", "0.64", ""], ["P", "", "0.52", "0.29"]], "20"),
        ([["", "Weight, mean (SD)", "Fever, n (%)"],
          ["Bread (n = 20)", "70.1 (9.5)", "5 (25)"],
          ["Soup (n = 25)", "68.4 (8.0)", "10 (40)"],
          ["P value", "0.52", "0.29"]], "20"),
    ],
)  # fmt: skip
def test_arms_in_rows_are_compared_by_the_last_row(rows, n):
    reading = read(rows)
    assert short(reading, "arm", "count", "mean", "p", "row")[::2] == [
        ("Bread", "", "70.1", "0.52", "2"), ("Bread", "5", "", "0.29", "2")
    ]  # fmt: skip
    assert short(reading, "n")[0] == (n,)


def test_arms_below_each_endpoint_may_have_other_patients_in_each():
    reading = read([
        ["Cure", "Rate, %"],
        ["All treated", ""], ["Bread (n = 20)", "25%"], ["Soup (n = 25)", "40%"],
        ["Bread vs Soup", "15%"],
        ["Per protocol", ""], ["Bread (n = 10)", "30%"], ["Soup (n = 20)", "45%"],
    ])  # fmt: skip
    assert short(reading, "n", "percent") == [
        ("20", "25"), ("25", "40"), ("10", "30"), ("20", "45")
    ]  # fmt: skip


def test_columns_without_a_p_are_no_levels_of_the_one_before():
    reading = read([
        ["", "Cured, n (%)", "Better, n (%)", "Same, n (%)"],
        ["Bread (n = 34)", "28 (82.4)", "3 (8.8)", "3 (8.8)"],
        ["Soup (n = 34)", "30 (88.2)", "1 (2.9)", "3 (8.8)"], ["P", "0.493", "", ""],
    ])  # fmt: skip
    assert [(c, p) for c, p in short(reading, "count", "p") if p] == [
        ("28", "0.493"), ("30", "0.493")
    ]  # fmt: skip
    assert {level for (level,) in short(reading, "level")} == {""}


def test_a_row_with_its_own_unit_is_not_in_the_percent_of_its_heading():
    reading = read([
        HEAD[:3], ["Drugs (%)", "", ""], ["Aspirin", "25.0", "40.0"],
        ["Heart rate (bpm)", "66.6", "65.7"],
    ])  # fmt: skip
    assert short(reading, "percent") == [("25.0",), ("40.0",)]


def test_yes_and_no_in_one_cell_are_no_count_of_patients():
    row = ["Pain, yes/no, n (% yes)", "5/8 (38)", "5/12 (29)", "0.6"]
    assert read([HEAD, row]).cells == []


def test_degrees_of_freedom_of_fewer_patients_leave_the_p_out():
    head = [*HEAD[:3], "t", "df", "P"]
    row = ["Weight, mean (SD)", "70.1 (9.5)", "68.4 (8.0)", "0.60"]
    assert {p for (p,) in short(read([head, [*row, "43", "0.52"]]), "p")} == {"0.52"}
    assert {p for (p,) in short(read([head, [*row, "40", "0.52"]]), "p")} == {""}


def test_percentages_may_be_of_the_patients_of_a_row_above():
    reading = read([
        ["", "Bread (n = 105)", "Soup (n = 104)"],
        ["Fever, n (%)", "102 (97.1)", "99 (95.2)"],
        ["Fever at night, n (%)", "28 (27.5)", "15 (15.2)"],
    ])  # fmt: skip
    assert short(reading, "n") == [("105",), ("104",), ("102",), ("99",)]


def test_notes_may_say_that_brackets_hold_percentages():
    rows = [["", "Bread", "Soup"], ["How good was it? (102 + 104)", "", ""],
            ["Good", "33 (32)", "50 (48)"], ["Bad", "69 (68)", "54 (52)"]]  # fmt: skip
    reading = read(rows, notes="Values are number (percent) or mean ± SD.")
    assert short(reading, "n") == [("102",), ("104",)] * 2


# -- which rows a p-value belongs to ---------------------------------------------------


def test_a_statistic_its_freedom_and_its_p_need_no_patients():
    reading = read([
        ["Factor", "F statistic", "P value"], ["Order", "F (1,55) = 5.29", "0.019"],
        ["Age", "39.03", "<0.001"],
    ])  # fmt: skip
    assert short(reading, "endpoint", "statistic_name", "statistic", "dof", "p") == [
        ("Order", "F", "5.29", "1, 55", "0.019")
    ]
    (check,) = audit(Table.from_records(reading.cells)).checks.query(
        "check == 'statistic and p'"
    )["verdict"]
    assert check == "does not agree"


def test_a_p_may_say_that_it_is_not_significant():
    reading = read([HEAD, ["Fever, n (%)", "5 (25)", "10 (40)", "0.29 (NS)"]])
    assert {p for (p,) in short(reading, "p")} == {"0.29"}


def test_a_test_may_go_on_in_the_rows_below():
    reading = read([
        [*HEAD[:3], "Statistics"],
        ["Taste, n (%)", "", "", "X2 = 2.10"], ["", "", "", "df = 2"],
        ["", "", "", "P = 0.31"],
        ["Good", "5 (25)", "10 (40)", ""], ["Fair", "9 (45)", "7 (28)", ""],
        ["Poor", "6 (30)", "8 (32)", ""],
    ])  # fmt: skip
    assert set(short(reading, "statistic_name", "statistic", "p")) == {
        ("chi-square", "2.10", "0.31")
    }


def test_levels_of_whom_a_few_are_missing_are_of_their_sum():
    reading = read([
        ["", "Bread (n = 104)", "Soup (n = 99)", "P"],
        ["Taste, n (%)", "", "", "0.78"],
        ["Good", "27 (26)", "32 (32)", ""], ["Fair", "37 (36)", "31 (31)", ""],
        ["Poor", "26 (25)", "23 (23)", ""], ["Awful", "13 (13)", "13 (13)", ""],
    ])  # fmt: skip
    assert set(short(reading, "arm", "n", "p")) == {
        ("Bread", "103", "0.78"), ("Soup", "99", "0.78")
    }  # fmt: skip


def test_one_p_stands_for_all_levels_below_a_heading():
    reading = read([
        HEAD,
        ["Taste, n (%)", "", "", "0.31"],
        ["Good", "5 (25)", "10 (40)", ""],
        ["Fair", "9 (45)", "7 (28)", ""],
        ["Poor", "6 (30)", "8 (32)", ""],
    ])  # fmt: skip
    assert {p for (p,) in short(reading, "p")} == {"0.31"}
    soup = [level for level, arm in short(reading, "level", "arm") if arm == "Soup"]
    assert soup == ["Good", "Fair", "Poor"]
    assert len({cell["endpoint"] for cell in reading.cells}) == 1


def test_levels_that_are_not_all_patients_get_no_p():
    reading = read([
        HEAD,
        ["Taste, n (%)", "", "", "0.31"],
        ["Good", "5 (25)", "10 (40)", ""],
        ["Fair", "3 (15)", "7 (28)", ""],
    ])  # fmt: skip
    assert {p for (p,) in short(reading, "p")} == {""}
    assert any("not all patients" in said for said in reasons(reading))


def test_levels_of_unknown_patients_get_no_p():
    reading = read([
        HEAD,
        ["Taste, n (%)", "", "", "0.31"],
        ["Good", "5 (25)", "10 (40)", ""],
        ["Poor", "9 (45)", "7 (28)", ""],
        ["Unknown", "6 (30)", "8 (32)", ""],
    ])  # fmt: skip
    assert {p for (p,) in short(reading, "p")} == {""}


def test_levels_in_one_cell_are_the_levels_of_one_endpoint():
    reading = read([HEAD, ["Sex (male/female)", "12/8", "10/15", "0.18"]])
    assert short(reading, "arm", "level", "count", "n") == [
        ("Bread", "male", "12", "20"), ("Bread", "female", "8", "20"),
        ("Soup", "male", "10", "25"), ("Soup", "female", "15", "25"),
    ]  # fmt: skip


def test_a_p_that_spans_rows_is_theirs():
    reading = read([
        HEAD,
        ["Male, n (%)", "12 (60)", "10 (40)", ("0.18", 'rowspan="2"')],
        ["Female, n (%)", "8 (40)", "15 (60)"],
        ["Fever, n (%)", "5 (25)", "10 (40)", "0.29"],
    ])  # fmt: skip
    assert [p for (p,) in short(reading, "p")] == ["0.18"] * 4 + ["0.29"] * 2


def test_arms_under_two_heads_each_have_their_own_p():
    reading = read([
        ["", ("Men", 'colspan="3"'), ("Women", 'colspan="3"')],
        ["", "Bread (n = 20)", "Soup (n = 25)", "P", "Bread (n = 30)", "Soup (n = 40)",
         "P"],
        ["Fever, n (%)", "5 (25)", "10 (40)", "0.29", "9 (30)", "16 (40)", "0.39"],
    ])  # fmt: skip
    found = {(n, p) for n, p in short(reading, "n", "p")}
    assert found == {("20", "0.29"), ("25", "0.29"), ("30", "0.39"), ("40", "0.39")}


@pytest.mark.parametrize(
    ("head", "caption", "notes"),
    [
        (["", "Bread (n = 20)", "Soup (n = 25)", "Adjusted P"], "", ""),
        (["", "Before (n = 20)", "After (n = 20)", "P"], "", ""),
        (["", "Bread (n = 20)", "Soup (n = 25)", "OR (95% CI)", "P"], "", ""),
        (HEAD, "", "P by logistic regression."),
        (HEAD, "", "Mann-Whitney U test."),
        (HEAD, "Fever by the Mann-Whitney U test", ""),
        (HEAD, "", "Corrected by the false discovery rate."),
        (HEAD, "", "McNemar's test."),
    ],
)
def test_a_p_of_another_comparison_is_left_out_with_the_reason(head, caption, notes):
    effect = ["2.0 (0.5 to 7.5)"] if len(head) == 5 else []
    row = ["Fever, n (%)", "5 (25)", "10 (50)" if head[2][0] == "A" else "10 (40)"]
    reading = read([head, [*row, *effect, "0.41"]], caption=caption, notes=notes)
    assert {p for (p,) in short(reading, "p")} == {""}
    assert any(said.startswith("p: ") for said in reasons(reading)), reasons(reading)


def test_a_footnote_mark_is_no_digit_and_tells_the_test():
    p = "0.29<sup>a</sup>"
    foot = "<fn><label>a</label><p>Wilcoxon rank-sum test.</p></fn>"
    reading = read([HEAD, ["Weight, mean (SD)", "70.1 (9.5)", "68.4 (8.0)", p]],
                   notes=f"</p>{foot}<p>")  # fmt: skip
    assert {p for (p,) in short(reading, "p")} <= {""}
    plain = read([HEAD, ["Fever, n (%)", "5<sup>1</sup> (25)", "10 (40)", "0.29"]])
    assert short(plain, "count") == [("5",), ("10",)]


def test_a_statistic_stands_in_a_column_of_its_own():
    reading = read([
        [*HEAD[:3], "χ<sup>2</sup>", "P"],
        ["Fever, n (%)", "5 (25)", "10 (40)", "1.13", "0.29"],
    ])  # fmt: skip
    assert {s for (s,) in short(reading, "statistic")} == {"1.13"}
    assert audit(Table.from_records(reading.cells)).checks["verdict"].eq("agrees").all()


# -- other forms of documents ----------------------------------------------------------

PLAIN = "\tBread (n = 20)\tSoup (n = 25)\tP\nFever, n (%)\t5 (25)\t10 (40)\t0.29\n"


def test_a_pasted_table_and_a_page_say_the_same():
    cells = [line.split("\t") for line in PLAIN.splitlines()]
    page = "".join(
        "<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in cells
    )
    (one,) = text_grids(PLAIN)
    (two,) = html_grids(f"<p>x<table>{page}</table>".encode())
    three = jats_grids(jats(cells))[0]
    found = [short(read_grid(g), "arm", "n", "count", "percent", "p")
             for g in (one, two, three)]  # fmt: skip
    assert found[0] == found[1] == found[2] != []


def test_a_word_document_is_read(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("Table 7. Meals")
    table = document.add_table(rows=2, cols=4)
    for row, line in zip(table.rows, PLAIN.splitlines(), strict=True):
        for cell, text in zip(row.cells, line.split("\t"), strict=True):
            cell.text = text
    document.save(tmp_path / "meals.docx")
    (grid,) = grids_of_file(tmp_path / "meals.docx")
    assert short(read_grid(grid), "count", "n", "p") == [
        ("5", "20", "0.29"), ("10", "25", "0.29")
    ]  # fmt: skip


def test_a_page_says_around_its_table_what_the_numbers_and_tests_are():
    cells = "".join(f"<td>{text}</td>" for text in HEAD)
    row = "<tr><td>Weight</td><td>70.1 (9.5)</td><td>68.4 (8.0)</td><td>0.52</td></tr>"
    table = f"<table><tr>{cells}</tr>{row}</table>"
    framed = (
        "<div><h4>Table 3.</h4><div><p>Meals, mean (SD)</p></div>{}<div>{}</div></div>"
    )
    page = f"<body><p>Far.</p>{framed}<p>Median.</p></body>"
    (grid,) = html_grids(page.format(table, "Wilcoxon test."))
    assert grid.label == "Table 3"
    assert "Median" not in grid.notes
    reading = read_grid(grid)
    assert short(reading, "mean", "p", "doubt") == [("70.1", "", ""), ("68.4", "", "")]
    (plain,) = html_grids(page.format(table, "Student's t-test."))
    assert {p for (p,) in short(read_grid(plain), "p")} == {"0.52"}


def test_cells_merged_downwards_and_the_note_of_a_word_document(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("Table 7. Meals")
    rows = [HEAD, ["Male, n (%)", "12 (60)", "10 (40)", "0.18"],
            ["Female, n (%)", "8 (40)", "15 (60)", ""],
            ["Fever, n (%)", "5 (25)", "10 (40)", "0.29"]]  # fmt: skip
    table = document.add_table(rows=4, cols=4)
    for row, line in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, line, strict=True):
            cell.text = text
    table.cell(1, 3).merge(table.cell(2, 3))
    document.add_paragraph("P by the chi-square test.")
    document.save(tmp_path / "meals.docx")
    (grid,) = grids_of_file(tmp_path / "meals.docx")
    assert grid.notes == "P by the chi-square test."
    assert [cell.down for cell in grid.rows[2]] == [0, 0, 0, 1]
    found = short(read_grid(grid), "level", "p")
    assert {p for level, p in found if level} == {"0.18"}
    assert [p for level, p in found if not level] == ["0.29"] * 2


def test_pasted_text_has_a_title_headings_and_notes():
    (grid,) = text_grids(
        'Table 4. Meals\n\tBread\tSoup\n\t"(n =\n20)"\t(n = 25)\n'
        "Fever\t5 (25)\t9 (36)\nTaste, n (%)\nGood\t5 (25)\t10 (40)\n"
        "Bad\t15 (75)\t15 (60)\n"
        "Values are n (%).\n"
    )
    assert (grid.caption, grid.notes) == ("Table 4. Meals", "Values are n (%).")
    reading = read_grid(grid)
    assert short(reading, "endpoint", "n")[2] == ("Taste, n (%): Good", "20")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_text_is_read_as_spreadsheets_save_it(encoding, tmp_path):
    path = tmp_path / "meals.txt"
    text = PLAIN.replace("Fever, n (%)\t5 (25)\t10 (40)", "Age\t40.1 ± 9.5\t38.4 ± 8.0")
    path.write_bytes(text.encode(encoding))
    (grid,) = grids_of_file(path)
    assert short(read_grid(grid), "mean", "sd")[0] == ("40.1", "9.5")


@pytest.mark.parametrize(
    "text",
    [b"", b"<a", b"<table-wrap/>", b"<table-wrap><table/></table-wrap>",
     b"<table-wrap><table><tr><td rowspan='9999999' colspan='-3'>1</td></tr></table>"
     b"</table-wrap>",
     b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><table-wrap><table><tr>"
     b"<td>&x;</td></tr></table></table-wrap>"],
)  # fmt: skip
def test_a_broken_or_hostile_document_gives_nothing_and_ends_soon(text, tmp_path):
    path = tmp_path / "one.xml"
    path.write_bytes(text)
    grids = []
    with contextlib.suppress(DataError):
        grids = grids_of_file(path)
    for grid in grids:
        reading = read_grid(grid)
        assert reading.cells == []
        assert "root:" not in str(grid.rows)


# -- numbers of other patients than they look ------------------------------------------


def test_percentages_of_all_patients_tell_no_arm_its_patients():
    reading = read([
        ["", "All (%)", "Bread (%)", "Soup (%)", "P"],
        ["Males", "48 (51.6)", "24 (25.8)", "24 (25.8)", "0.91"],
        ["Fever", "25 (26.9)", "14 (15.1)", "11 (11.8)", "0.44"],
        ["Pain", "63 (67.7)", "29 (31.2)", "34 (36.6)", "0.33"],
    ])  # fmt: skip
    assert reading.cells == []
    assert set(reasons(reading)) == {"the number of patients is not printed"}


@pytest.mark.parametrize(
    ("label", "first", "second"),
    [
        ("Sex, % female (SD)", "90.5 (.30)", "85.5 (.36)"),
        ("Happy, % (SD)", "20.0 (40.0)", "36.0 (48.0)"),
    ],
)
def test_a_percentage_of_patients_with_its_spread_is_no_mean(label, first, second):
    rows = [HEAD, [label, first, second, "0.38"]]
    reading = read([*rows, ["Age, mean (SD)", "40.1 (7.5)", "41.2 (5.8)", "0.5"]])
    assert short(reading, "mean") == [("40.1",), ("41.2",)]
    assert reasons(reading) == ["a percentage of patients and the SD of the share"]


def test_a_mean_below_a_count_of_the_few_is_not_taken_as_one_of_all():
    rows = [HEAD, [("Wine", "colspan='4'")], ["Number (%)", "3 (15)", "5 (20)", "0.7"]]
    reading = read([*rows, ["Glasses", "3.1 ± 0.8", "3.9 ± 1.3", "0.4"]])
    assert short(reading, "count", "mean") == [("3", ""), ("5", "")]
    assert "a mean that may be of the few counted above" in reasons(reading)


def test_a_mean_below_the_last_level_of_a_heading_is_one_of_all():
    rows = [HEAD, [("Smoker", "colspan='4'")], ["No", "17 (85)", "20 (80)", ""]]
    rows += [["Yes", "3 (15)", "5 (20)", "0.7"], ["BMI", "27.1 ± 4.1", "26 ± 4.0", "1"]]
    assert short(read(rows), "mean")[-2:] == [("27.1",), ("26",)]


def test_a_measured_percentage_with_a_small_spread_stays_a_mean():
    rows = [HEAD, ["HbA1c (%)", "5.1 ± 0.3", "5.2 ± 0.3", "0.27"]]
    assert short(read(rows), "mean") == [("5.1",), ("5.2",)]


def test_events_in_brackets_are_no_percentages():
    rows = [HEAD, ["Pain", "0 (0)", "1 (2)", "0.49"], ["All", "1 (1)", "7 (8)", "0.03"]]
    notes = "Data are patients; the numbers in parentheses are number of events"
    assert read(rows, notes=notes).cells == []
    percents = "Numbers in parentheses are percentages of patients with events"
    rows = [HEAD, ["Pain, n (%)", "5 (25)", "10 (40)", "0.29"]]
    assert len(read(rows, notes=percents).cells) == 2


def test_patients_of_baseline_are_not_those_of_later_means():
    later = ["12 months, mean (SD)", "4.1 (1.2)", "4.4 (1.3)", "0.4"]
    first = ["Baseline, mean (SD)", "4.1 (1.2)", "4.4 (1.3)", "0.4"]
    reading = read([HEAD, first, later], notes="Note: n for groups at baseline.")
    assert [cell["row"] for cell in reading.cells] == [2, 2]
    assert len(read([HEAD, first, later]).cells) == 4


@pytest.mark.parametrize("place", ["label", "value", "p", "head", "caption"])
def test_a_cell_of_hostile_length_does_not_hang(place):
    script = (
        "import sys; from reanalysis.corpus import jats_grids, read_grid\n"
        "for grid in jats_grids(sys.stdin.buffer.read()): read_grid(grid)"
    )
    tables = []
    for unit in ("1", " (", "n, %", "n = 1 ", "number of ", "male n, %", "*"):
        long = unit * (100_000 // len(unit))
        head, row = list(HEAD), ["Fever, n (%)", "5 (25)", "10 (40)", "0.29"]
        if place == "head":
            head[1] = long
        elif place != "caption":
            row[{"label": 0, "value": 1, "p": 3}[place]] = long
        tables.append(jats([head, row], caption=long if place == "caption" else ""))
    text = b"<article>" + b"".join(tables) + b"</article>"
    done = subprocess.run(
        [sys.executable, "-c", script], input=text, timeout=120, check=False
    )
    assert done.returncode == 0


# -- the command -----------------------------------------------------------------------


def test_a_draft_goes_from_read_to_audit(tmp_path, capsys):
    source, target = tmp_path / "meals.tsv", tmp_path / "draft.csv"
    source.write_text(PLAIN + "Stay\t3 to 9\t4 to 9\t0.8\n", encoding="utf-8")
    assert main(["read", str(source), "--out", str(target)]) == 0
    said = capsys.readouterr().err
    assert "1 rows read" in said
    assert "an interval or several numbers" in said
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))
    assert tuple(rows[0]) == READ
    assert [row["count"] for row in rows] == ["5", "10"]
    assert main(["audit", str(target), "--out", str(tmp_path / "out")]) == 0
    assert main(["read", str(source), "--out", str(target)]) == 2


def test_a_table_is_chosen_by_its_label_or_its_place(tmp_path, capsys):
    both = jats([HEAD, ["Fever, n (%)", "5 (25)", "10 (40)", "0.29"]])
    other = both.replace(b"Table 1", b"Table 9").replace(b"5 (25)", b"6 (30)")
    path = tmp_path / "two.xml"
    path.write_bytes(b"<article>" + both + other + b"</article>")
    for wanted in ("9", "2", "table 9"):
        assert main(["read", str(path), "--table", wanted]) == 0
        assert ",6,30," in capsys.readouterr().out
    assert main(["read", str(path), "--table", "3"]) == 2
    assert "there is no table 3" in capsys.readouterr().err


def test_what_is_left_out_has_its_columns():
    reading = read([HEAD, ["Stay", "3 to 9", "4 to 9", "0.8"]])
    assert all(tuple(left) == LEFT_OUT for left in reading.left_out)
    assert reading.left_out[0]["study"] == "made up"
