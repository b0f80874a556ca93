"""A table from a stranger: what is forgiven, what is refused, and nothing else."""

import csv
import io
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanalysis import DataError
from reanalysis.checks import Table, audit, read_table
from reanalysis.printed import parse_printed, read_number, read_p, split_marks, tidy

PLAIN = "endpoint,arm,n,percent,p\nrelief,A,42,59.5,<.001\nrelief,B,42,7.1,\n"


@pytest.fixture
def written(tmp_path):
    def write(content, name="table.csv"):
        path = tmp_path / name
        if isinstance(content, str):
            content = content.encode("utf-8")
        path.write_bytes(content)
        return path

    return write


def refusal(path):
    with pytest.raises(DataError) as raised:
        read_table(path)
    return str(raised.value).replace(str(path), "table")


def values(table):
    return [
        (c.endpoint if hasattr(c, "endpoint") else "", c.arm, c.n, c.percent.text)
        for c in table.cells
    ]


def test_a_plain_file_needs_no_note(written):
    table = read_table(written(PLAIN))
    assert table.notes == ()
    assert [cell.line for cell in table.cells] == [2, 3]
    (row,) = table.rows
    assert row.tests[0][1].p.sign == "<"


FORGIVEN = {
    "a byte order mark": (b"\xef\xbb\xbf" + PLAIN.encode(), "byte order mark"),
    "UTF-16": (PLAIN.encode("utf-16"), "UTF-16"),
    "semicolons": (PLAIN.replace(",", ";"), "semicolons"),
    "tabs": (PLAIN.replace(",", "\t"), "tabs"),
    "a line sep=": ("sep=;\n" + PLAIN.replace(",", ";"), "sep="),
    "a percent sign": (PLAIN.replace("59.5", "59.5 %"), "percent sign"),
    "decimal commas": (
        PLAIN.replace(",", ";").replace("59.5", "59,5").replace("7.1", "7,1")
        .replace("<.001", "<0,001"),
        "after a comma",
    ),
    "names in capitals": (PLAIN.replace("endpoint", " Endpoint "), "other names"),
    "other names": (PLAIN.replace("arm", "Group").replace("percent", "%"), "Group as"),
    "n = 42": (PLAIN.replace("A,42", "A,n = 42"), "n ="),
    "a mark on the p-value": (PLAIN.replace("<.001", "<.001***"), "mark ***"),
    "a letter on the p-value": (PLAIN.replace("<.001", "<.001a"), "The mark a in the"),
    "a dagger on a number": (PLAIN.replace("59.5", "59.5\u2020"), "mark \u2020 in the"),
    "a raised letter": (PLAIN.replace("59.5", "59.5\u1d43"), "The mark \u1d43 in the"),
    "a letter in brackets": (PLAIN.replace("59.5", "59.5 (b)"), "The mark b in the"),
}  # fmt: skip


@pytest.mark.parametrize("habit", FORGIVEN)
def test_a_habit_of_spreadsheets_is_forgiven_and_said(written, habit):
    content, said = FORGIVEN[habit]
    table = read_table(written(content))
    assert [(c.arm, c.n, c.percent.text) for c in table.cells] == [
        ("A", 42, "59.5"), ("B", 42, "7.1")
    ]  # fmt: skip
    assert any(said in note for note in table.notes), table.notes


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("59.5", "\u00a059\u00b75\u2009"),
        PLAIN + "\n\n,,,,\n",
        PLAIN.replace("relief", '"relief"'),
    ],
)
def test_line_ends_spaces_and_empty_rows_change_nothing(written, content):
    table = read_table(written(content))
    assert [c.percent.text for c in table.cells] == ["59.5", "7.1"]


def test_thousands_are_read_in_whole_numbers_alone(written):
    table = read_table(written(PLAIN.replace("A,42", 'A,"1,042"')))
    assert table.cells[0].n == 1042
    assert "thousands" in table.notes[0]


def parsed(written, column, text, head="endpoint,arm,n,count,percent,mean,sd"):
    """The first cell and its test, with one text in one column."""
    head = f"{head},statistic_name,statistic,dof,p".split(",")
    record = dict.fromkeys(head, "") | {"endpoint": "x", "arm": "A", "n": "60"}
    file = io.StringIO()
    writer = csv.DictWriter(file, head)
    writer.writeheader()
    writer.writerow(record | {column: text})
    table = read_table(written(file.getvalue()))
    return table.cells[0], table.rows[0].tests, table.notes


@pytest.mark.parametrize(
    ("text", "name", "value", "dof"),
    [
        ("t(82) = 2.20", "t", "2.20", (82,)),
        ("F(2, 57)=3.41", "F", "3.41", (2, 57)),
        ("\u03c72 = 4.31", "\u03c72", "4.31", ()),
        ("Z: -2.05", "Z", "-2.05", ()),
        ("4.31", "", "4.31", ()),
    ],
)
def test_a_statistic_is_parted_from_its_name_and_degrees_of_freedom(
    written, text, name, value, dof
):
    _, ((_, test),), _ = parsed(written, "statistic", text)
    assert (test.name, test.statistic.text, test.dof) == (name, value, dof)


@pytest.mark.parametrize("text", ["2, 57", "2; 57", "2/57", "2 and 57", "df = 2, 57"])
def test_two_degrees_of_freedom_are_read_however_they_are_parted(written, text):
    # alone they are no test
    _, ((_, test),), _ = parsed(written, "dof", text)
    assert test.dof == (2, 57)


@pytest.mark.parametrize("text", ["<1", "< 0.1%", ">99"])
def test_a_limit_in_place_of_a_percentage_is_left_out_and_said(written, text):
    cell, _, notes = parsed(written, "percent", text)
    assert cell.percent is None
    assert any("The limit" in note for note in notes)


def test_a_comma_before_thousands_and_a_point_before_decimals_is_sure(written):
    cell, _, notes = parsed(written, "mean", "1,234.5")
    assert cell.mean.text == "1234.5"
    assert "taken for thousands" in notes[0]


TWO_NUMBERS = {
    (
        "mean",
        "34.2 \u00b1 8.1",
    ): "write 34.2 in the column mean and 8.1 in sd, or in se",
    ("mean", "34.2 (8.1)"): "write 34.2 in the column mean and 8.1 in sd, or in se",
    ("mean", "34.2 +/- 8.1"): "write 34.2 in the column mean and 8.1 in sd, or in se",
    ("count", "45 (75.0%)"): "write 45 in the column count and 75.0 in percent",
    ("percent", "75.0% (45)"): "write 45 in the column count and 75.0 in percent",
    ("count", "45 (75.0)"): "write 45 in the column count and 75.0 in percent",
    ("count", "45/60"): "write 45 in the column count and 60 in n",
    ("count", "45/60 (75%)"): "write 45 in the column count and 60 in n",
    ("mean", "12 (8-15)"): "write 12 alone; a range",
    ("statistic", "1.8 (1.1 to 2.9)"): "write 1.8 alone; a range",
}


@pytest.mark.parametrize(("column", "text"), TWO_NUMBERS)
def test_a_cell_with_two_numbers_says_where_each_belongs(written, column, text):
    with pytest.raises(DataError) as raised:
        parsed(written, column, text)
    assert TWO_NUMBERS[column, text] in str(raised.value)


def test_two_p_values_of_one_endpoint_are_said(written):
    table = read_table(written(PLAIN.replace("7.1,", "7.1,0.4")))
    (said,) = table.notes
    assert said.startswith(
        "relief prints different p-values, <.001 (row 2), 0.4 (row 3)"
    )


def test_p_values_of_different_levels_are_no_contradiction(written):
    text = "endpoint,level,arm,n,count,p\n" + "".join(
        f"x,{level},{arm},40,{count},{p}\n"
        for level, p in (("I", "0.3"), ("II", "0.4"))
        for arm, count in (("A", 5), ("B", 9))
    )
    assert read_table(written(text)).notes == ()


def test_a_comma_that_may_part_thousands_or_decimals_is_a_fault(written):
    said = refusal(written("endpoint;arm;n;mean\nx;A;20;1,234\nx;B;20;1,310\n"))
    assert "row 2, column mean, value '1,234': this may be 1234 or 1.234" in said
    table = read_table(written("endpoint;arm;n;mean\nx;A;20;1,234\nx;B;20;1,31\n"))
    assert [cell.mean.text for cell in table.cells] == ["1.234", "1.31"]


REFUSED = {
    "an empty file": ("", "table: it is empty"),
    "no row": ("endpoint,arm,n\n", "table: there is no row below the header"),
    "no column n": (
        "endpoint,arm\nx,A\n", "table, row 1, column n: this column is missing"
    ),
    "a column twice": (
        "endpoint,arm,n,n\nx,A,1,1\n", "row 1, column n: this column stands there"
    ),
    "no name of an arm": (
        PLAIN.replace(",A,", ",,"), "table, row 2, column arm, value '': write a name"
    ),
    "a wrong n": (
        PLAIN.replace("A,42", "A,42.5"),
        "table, row 2, column n, value '42.5': write a whole number from 1 upward",
    ),
    "an arm of nobody": (PLAIN.replace("A,42", "A,0"), "write a whole number from 1"),
    "a comma beside points": (
        PLAIN.replace("59.5", '"59,5"'),
        "table, row 2, column percent, value '59,5': write a point, not a comma",
    ),
    "count and percentage": (
        PLAIN.replace("59.5", "25 (59.5)"),
        "column percent, value '25 (59.5)': two numbers in one cell: write 25",
    ),
    "a p-value in words": (PLAIN.replace("<.001", "small"), "write a p-value, such as"),
    "too many cells": (
        PLAIN.replace("<.001", "<.001,extra"), "row 2: it has 6 cells, the header 5"
    ),
    "too few cells": (PLAIN + "x\n", "row 4: it has 1 cells, the header 5"),
    "an open quotation mark": (PLAIN + '"x,A,1\n', "a quotation mark is not closed"),
    "another encoding": (
        PLAIN.replace("relief", "Schmerz\u00fc").encode("latin-1"),
        "row 2: it is not in UTF-8; save it as CSV UTF-8",
    ),
    "a workbook by another name": (b"PK\x03\x04...", "name a workbook .xlsx"),
    "an old workbook": (b"\xd0\xcf\x11\xe0...", "this is an old workbook"),
    "a PDF": (b"%PDF-1.7", "this is a PDF"),
    "no text": (b"endpoint,arm,n\nx,A,\x00\n", "it is no text"),
    "a control character": (PLAIN.replace("relief", "re\x07lief"), "cannot be printed"),
    "a very long cell": (PLAIN.replace("relief", "x" * 3000), "at most 2000 char"),
    "a column without a name": (
        PLAIN.replace("percent", "").replace("p\n", "p\n"), "a column has no name"
    ),
    "very many columns": (
        PLAIN.replace("p\n", "p" + ",x" * 300 + "\n", 1),
        "row 1: it has 305 columns; at most 200 are read",
    ),
    "a very long number": (PLAIN.replace("59.5", "5" * 30), "write at most 24"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_a_fault_gets_a_sentence_with_its_place(written, fault):
    content, said = REFUSED[fault]
    assert said in refusal(written(content))


def test_every_fault_is_named_at_once(written):
    content = PLAIN.replace("59.5", "many").replace("7.1", "few").replace("A,42", "A,x")
    assert len(refusal(written(content)).splitlines()) == 3


def test_what_is_no_file_is_refused(tmp_path):
    assert "this is a folder" in refusal(tmp_path)
    assert "there is no such file" in refusal(tmp_path / "nothing.csv")
    with pytest.raises(DataError, match=r"no name of a file|no such file"):
        read_table("a\x00b.csv")


# --- workbooks ---------------------------------------------------------------------


@pytest.fixture
def workbook(tmp_path):
    def write(*sheets, formats=()):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for i, rows in enumerate(sheets):
            sheet = book.create_sheet(f"sheet {i}")
            for row in rows:
                sheet.append(row)
        for place, shown in formats:
            sheet[place].number_format = shown
        path = tmp_path / "table.xlsx"
        book.save(path)
        return path

    return write


HEAD = ["endpoint", "arm", "n", "percent", "p"]


def test_a_workbook_is_read_as_it_is_shown(workbook):
    rows = [HEAD, ["x", "A", 42, 0.595, 0.03], ["x", "B", 42.0, "7.10", None]]
    path = workbook(rows, formats=[("D2", "0.0%"), ("E2", "0.000")])
    first, second = read_table(path).cells
    assert (first.n, first.percent.text) == (42, "59.5")
    assert (second.n, second.percent.text) == (42, "7.10")
    assert read_table(path).rows[0].tests[0][1].p.text == "0.030"


def test_the_sheet_with_the_columns_is_found(workbook):
    path = workbook([["about"], ["x"]], [HEAD, ["x", "A", 42, "59.5", ""]])
    table = read_table(path)
    assert table.notes == ("The sheet sheet 1 was read.",)


def test_a_formula_is_refused_and_never_run(workbook):
    path = workbook([HEAD, ["x", "A", 42, "=1+1", ""]])
    assert "row 2, value '=1+1': this is a formula" in refusal(path)


def test_a_broken_workbook_is_one_fault(written):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<broken")
    path = written(content.getvalue(), "table.xlsx")
    assert refusal(path) == "table: this is no workbook that can be read"
    assert "no workbook" in refusal(written(b"text", "table.xlsx"))


# --- frames and records ------------------------------------------------------------


def test_a_frame_is_taken_with_whole_numbers_and_missing_values():
    frame = pd.DataFrame(
        {"endpoint": "x", "arm": ["A", "B"], "n": [20.0, 30.0], "count": [5, None],
         "p": ["0.03", None]}
    )  # fmt: skip
    first, second = Table.from_frame(frame).cells
    assert (first.n, first.count.text, second.n, second.count) == (20, "5", 30, None)


def test_a_number_that_lost_its_decimals_is_refused():
    frame = pd.DataFrame({"endpoint": "x", "arm": ["A"], "n": 20, "percent": [54.0]})
    with pytest.raises(DataError, match="its decimals are lost"):
        Table.from_frame(frame)


def test_further_columns_are_kept():
    record = {"endpoint": "x", "arm": "A", "n": "20", "doi": "10.1000/1"}
    assert Table.from_records([record]).cells[0].more["doi"] == "10.1000/1"


def lines(*rows):
    return Table.from_records(
        [dict(zip(("endpoint", "arm", "n", "count", "p"), row, strict=True))
         for row in rows]
    )  # fmt: skip


def test_rows_of_one_name_are_told_apart_by_their_order():
    table = lines(*[("x", arm, "20", str(i), "") for i in (1, 2) for arm in "AB"])
    assert [[c.count.text for c in row.cells] for row in table.rows] == [
        ["1", "1"], ["2", "2"]
    ]  # fmt: skip


def test_rows_of_one_name_sorted_by_arm_are_told_apart_by_their_tests():
    table = lines(
        ("x", "A", "20", "1", "0.1"), ("x", "A", "20", "2", "0.2"),
        ("x", "B", "20", "3", "0.1"), ("x", "B", "20", "4", "0.2"),
    )  # fmt: skip
    assert [[c.count.text for c in row.cells] for row in table.rows] == [
        ["1", "3"], ["2", "4"]
    ]  # fmt: skip


# --- printed numbers ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sign", "number"),
    [
        ("<.001", "<", "0.001"), ("P = 0.03", "=", "0.03"), ("p<0.05", "<", "0.05"),
        (".31", "=", "0.31"), ("> 0.99", ">", "0.99"), ("\u2264 0.01", "<", "0.01"),
        ("p-value: 0.2", "=", "0.2"), ("=0.5", "=", "0.5"), ("1", "=", "1"),
        ("p >= .05", ">", "0.05"),
    ],
)  # fmt: skip
def test_p_values_as_they_are_printed(text, sign, number):
    found = read_p(tidy(text))
    assert (found.sign, found.number.text) == (sign, number)


@pytest.mark.parametrize("text", ["NS", "ns", "n.s.", "N. S.", "not significant"])
def test_not_significant_is_a_p_value_from_alpha_up(text):
    assert read_p(text).values(0.1) == (0.1, 1.0)


def test_a_power_of_ten_keeps_its_rounding():
    for text in ("1.2e-5", "1.2E-05", "1.2 x 10^-5", "1.2\u00d710\u22125"):
        low, high = read_number(tidy(text)).rounded_from()
        assert float(low) == pytest.approx(1.15e-5)
        assert float(high) == pytest.approx(1.25e-5)


@pytest.mark.parametrize("text", ["\u2014", "-", "\u2013", "NA", "n/a", " ", "..."])
def test_nothing_is_nothing_however_it_is_printed(text):
    assert tidy(text) == ""


def test_marks_are_parted_from_numbers():
    assert split_marks("7.3 \u2217\u2217") == ("7.3", "**")
    assert split_marks("0.04\u2020") == ("0.04", "\u2020")


@given(st.from_regex(r"-?[0-9]{1,6}(\.[0-9]{1,6})?", fullmatch=True))
def test_what_the_strict_reader_reads_the_forgiving_one_reads_alike(text):
    assert read_number(text) == parse_printed(text)


# --- a stranger's file ---------------------------------------------------------------

CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "20", "1,008", "54", "59.5", "59,5", "<0.001", "NS", "=1+1", "-", "**",
         "1e-400", "9" * 30, "-5", "120", "0", "0.0", "\u00bd", "\u0663", "nan", "inf"]
    ),
)  # fmt: skip


@given(
    st.lists(
        st.fixed_dictionaries(
            {"endpoint": st.sampled_from(["x", "y", "<b>", "=cmd()"]),
             "arm": st.sampled_from(["A", "B", "C", "Total"]),
             "n": st.sampled_from(["20", "31", "", "1", "varied", "400"])},
            optional=dict.fromkeys(
                ["count", "percent", "mean", "sd", "n_tested", "statistic_name",
                 "statistic", "dof", "p", "mark", "level", "items"], CELL),
        ),
        max_size=8,
    )
)  # fmt: skip
def test_any_table_is_audited_or_refused_with_its_place(records):
    try:
        table = Table.from_records(records)
    except DataError:
        return
    found = audit(table)
    for check in found.found:
        assert check.verdict in ("agrees", "does not agree", "cannot be checked")
        assert check.sentence.endswith(".")
        assert all(isinstance(value, str) for value in check)
    for summary in found.summaries:
        assert summary.sentence
        assert summary.by_luck != summary.by_luck or summary.by_luck >= 0


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with pytest.raises(DataError):
        read_table(path)


@given(st.lists(st.lists(CELL, min_size=1, max_size=6), min_size=1, max_size=4))
def test_any_rows_below_a_right_header_are_read_or_refused(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "rows.csv"
    with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow(["endpoint", "arm", "n", "count", "percent", "p"])
        writer.writerows(rows)
    try:
        found = audit(read_table(path)).found
    except DataError:
        return
    assert all(check.sentence for check in found)


def records(*lines, columns="endpoint,arm,n,count"):
    names = columns.split(",")
    return [dict(zip(names, line.split(","), strict=True)) for line in lines]


def test_a_column_that_means_nothing_is_named():
    lines = ("X,A,40,20,90", "X,B,40,10,25")
    table = Table.from_records(records(*lines, columns="endpoint,arm,n,count,pct"))
    assert "Kept, but not read as numbers: pct" in table.notes


def test_a_row_that_stands_there_again_is_said():
    lines = ("X,A,40,20", "X,B,40,10", "X,A,40,20")
    table = Table.from_records(records(*lines))
    (note,) = table.notes
    assert note.startswith("An arm stands there again with the same endpoint")
    assert note.endswith("(row 4)")
    assert Table.from_records(records(*lines[:2])).notes == ()


@pytest.mark.parametrize("line", ["X,A,=4*10,20", "X,A,40,=1+1"])
def test_a_formula_in_the_place_of_a_number_is_called_one(line):
    with pytest.raises(DataError, match="this is a formula; write what is printed"):
        Table.from_records(records(line, "X,B,40,10"))
