from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanalysis import DataError, example, load_study
from reanalysis import package as room
from reanalysis.counts import recover_counts
from reanalysis.example import FOLDER
from reanalysis.package import LARGEST_FILE, Fault
from reanalysis.study import _NEEDED, _OPTIONAL


def faults(folder):
    with pytest.raises(DataError) as caught:
        load_study(folder)
    return caught.value.faults


def only_fault(folder):
    (fault,) = faults(folder)
    return fault


def test_printed_numbers_are_strings_and_sizes_are_numbers():
    study = example()
    assert all(isinstance(value, str) for value in study.outcomes["percent"])
    assert all(isinstance(value, str) for value in study.tests["value"])
    assert study.outcomes["n"].sum() == 180


def test_every_row_says_where_it_stands():
    study = example()
    frames = (study.design, study.arms, study.endpoints, study.outcomes, study.tests)
    assert all((frame["place"] != "").all() for frame in frames)


def test_one_percentage_can_be_another_and_the_study_stays_as_it_was():
    study = example()
    other = study.with_percent("asleep", "Plum", "50")
    changed = study.outcomes["percent"] != other.outcomes["percent"]
    assert changed.tolist() == [True] + [False] * 8
    assert other.outcomes.loc[0, "percent"] == "50"
    for percent in ("0", "100"):
        edge = study.with_percent("asleep", "Plum", percent)
        assert edge.outcomes.loc[0, "percent"] == percent


def test_a_study_and_a_fault_cannot_be_changed():
    study = example()
    with pytest.raises(AttributeError):
        study.arms = study.outcomes
    with pytest.raises(AttributeError):
        Fault("f", 1, "c", "v", "r").rule = ""
    # frames are not compared cell by cell: a study equals itself only
    assert study != example()


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (("asleep", "Mint", "50"), "the table has no cell asleep, Mint"),
        (("awake", "Quince", "50"), "the table has no cell awake, Quince"),
        (("asleep", "Quince", "101"), "from 0 to 100, not 101"),
        (("asleep", "Quince", "-1"), "from 0 to 100, not -1"),
        (
            ("asleep", "Quince", "55%"),
            "write the number alone, without the percent sign",
        ),
    ],
)
def test_a_percentage_that_cannot_be_is_refused(cell, rule):
    with pytest.raises(ValueError, match=rule):
        example().with_percent(*cell)


FIRST = "asleep,Plum,16,44,"  # row 2 of outcomes.csv


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "asleep,Plum,16,44%,",
            "percent: write the number alone, without the percent sign",
        ),
        (
            'asleep,Plum,16,"44,0",',
            "percent: write a point, not a comma, before the decimals",
        ),
        (
            "asleep,Plum,16,44.0,",
            "percent: write it as printed, with 0 digits after the point",
        ),
        ("asleep,Plum,16,,", "percent: fill in the cell"),
        ("asleep,Plum,16,440,", "percent: it must be at most 100"),
        ("asleep,Plum,16,-44,", "percent: it must be at least 0"),
        (
            "asleep,Plum,16,-0,",
            "percent: write it without a minus sign or a zero that it does not need",
        ),
        (
            "asleep,Plum,16,044,",
            "percent: write it without a minus sign or a zero that it does not need",
        ),
        (
            "asleep,Plum,016,44,",
            "n: write it without a minus sign or a zero that it does not need",
        ),
        (
            "asleep,Plum,16,forty,",
            "percent: write digits, with a point before any decimals",
        ),
        (
            "asleep,Plum,16,٤٤,",
            "percent: write the digits 0-9, and - for a minus sign",
        ),
        ("asleep,Plum,0,44,", "n: it must be at least 1"),
        ("asleep,Plum,16.5,44,", "n: write a whole number"),
        ("asleep,Plum,999999999,44,", "n: it must be at most 100000"),
        ("asleep,Plum,17,44,", "n: the arm has 16 patients"),
        ("asleep,plum,16,44,", "arm: no arm has this name in arms.csv"),
        (
            "awake,Plum,16,44,",
            "endpoint: no endpoint has this name in endpoints.csv",
        ),
        (
            "asleep ,Plum,16,44,",
            "endpoint: take away the space before or after the text",
        ),
        (
            "asleep\x07,Plum,16,44,",
            "endpoint: take out the invisible character U+0007",
        ),
        (
            "asleep\u202e,Plum,16,44,",
            "endpoint: take out the invisible character U+202E",
        ),
    ],
)
def test_a_wrong_outcome_is_named(edit, row, said):
    fault = only_fault(edit("outcomes.csv", FIRST, row))
    assert (Path(fault.file).name, fault.row) == ("outcomes.csv", 2)
    assert f"{fault.column}: {fault.rule}" == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("tests.csv", "42.7,*", "42.70,*"),
            "row 3, value: write it as printed, with 1 digit after the point",
        ),
        (("tests.csv", "42.7,*", "42.7,**"), "row 3, mark: write one of *"),
        (
            ("tests.csv", "42.7,*,0.05", "42.7,*,1.05"),
            "row 3, alpha: it must be at most 1",
        ),
        (
            ("design.csv", "age_max,", "age max,"),
            "row 9, fact: write it in the form [a-z][a-z0-9_]*",
        ),
        (
            ("design.csv", "n,60", "n,61"),
            "row 7, value: the arms add up to 60 patients",
        ),
        (("design.csv", "n,60", "n,sixty"), "row 7, value: write a whole number"),
        (("design.csv", "n,60", "n,060"), "row 7, value: write a whole number"),
        (
            ("design.csv", "age_min,3", "age_min,13"),
            "row 8, value: it must not be above age_max, 12",
        ),
        (
            ("design.csv", "start,2019", "start,2022"),
            "row 5, value: it must not be above period_end, 2021",
        ),
        (
            ("comparators.csv", "12,40", "41,40"),
            "row 2, events: it must be at most n, 40",
        ),
        (
            ("comparators.csv", "12,40", "13,40"),
            "row 2, percent: 13 of 40 patients give another percentage",
        ),
        (
            ("comparators.csv", "12,40", "12,42"),
            "row 2, percent: 12 of 42 patients give another percentage",
        ),
        (
            ("comparators.csv", "12,40", "12,"),
            "row 2, n: fill in the patients of this count",
        ),
        (
            ("comparators.csv", "33,60,55,42", "33,60,55,56"),
            "row 4, percent: it must lie within its interval, from low to high",
        ),
        (
            ("comparators.csv", "33,60,55,42", "33,60,55,"),
            "row 4, low: write both limits or none",
        ),
        (
            ("comparators.csv", "12,40,30", ",,30"),
            "row 2, prior: a prior needs an arm and a count",
        ),
        (
            ("publications.csv", "10.5555/orch", "doi:10.5555/orch"),
            "row 2, doi: write it in the form 10\\.[0-9]{4,9}/[^\\s]+",
        ),
        (
            ("arms.csv", "Plum,A", "Plum,B"),
            "row 3, group: this stands in row 2 already: keep one of the two",
        ),
        (
            ("endpoints.csv", "hour,yes", "hour,Yes"),
            "row 2, reported: write one of yes, no",
        ),
        (
            ("publications.csv", "Orchard 2001,O", "=Orchard 2001,O"),
            "row 2, label: begin it with another character than =",
        ),
        (
            ("publications.csv", "Orchard 2001,O", "-Orchard 2001,O"),
            "row 2, label: begin it with another character than -",
        ),
        (
            ("publications.csv", "Orchard 2001,O", "\uff1dO 2001,O"),
            "row 2, label: begin it with another character than \uff1d",
        ),
        (
            ("publications.csv", "Orchard 2001,O", "O\u200b\x07,O"),
            "row 2, label: take out the invisible character U+200B",
        ),
        (
            ("comparators.csv", "12,40", "40,40"),
            "row 2, percent: 40 of 40 patients give another percentage",
        ),
    ],
)
def test_a_wrong_cell_is_named(edit, change, said):
    fault = only_fault(edit(*change))
    assert fault.file.endswith(change[0])
    assert f"row {fault.row}, {fault.column}: {fault.rule}" == said


def test_the_sentence_says_where_and_what(edit):
    folder = edit("outcomes.csv", FIRST, "asleep,Plum,16,44%,")
    with pytest.raises(DataError) as caught:
        load_study(folder)
    assert str(caught.value) == (
        f"{folder}/outcomes.csv, row 2, column percent, value '44%': "
        "write the number alone, without the percent sign"
    )


FILES = [
    (lambda text: b"", "this file is empty"),
    (
        lambda text: b"\xef\xbb\xbf" + text,
        "this file starts with a byte order mark (BOM), as spreadsheets write it: "
        "save it as plain UTF-8",
    ),
    (
        lambda text: text.decode().encode("utf-16"),
        "this file is in UTF-16: save it as CSV in UTF-8",
    ),
    (
        lambda text: text.replace(b"Quince", b"Quinc\xe9", 1),
        "line 4 is not UTF-8: save the file in UTF-8",
    ),
    (
        lambda text: text.replace(b",", b";"),
        "the cells are parted by semicolons: save the file with commas",
    ),
    (
        lambda text: text.replace(b",", b"\t"),
        "the cells are parted by tabs: save the file with commas",
    ),
    (
        lambda text: text.replace(b"percent", b"Percent", 1),
        "missing column 'percent'; unknown column 'Percent'",
    ),
    (
        lambda text: text.replace(b"percent,place", b"share,where", 1),
        "missing column 'percent', 'place'; unknown column 'share', 'where'",
    ),
    (
        lambda text: text.replace(b"arm,n,", b"n,arm,", 1),
        "write the columns in the order endpoint, arm, n, percent, place",
    ),
    (
        lambda text: text.replace(b"arm,n,", b"arm,arm,", 1),
        "repeated column 'arm'; missing column 'n'",
    ),
    (lambda text: text.splitlines(True)[0], "there are no rows"),
    (
        lambda text: b"a" * (LARGEST_FILE + 1),
        f"the file has {LARGEST_FILE + 1} bytes, at most {LARGEST_FILE} are read",
    ),
    (
        lambda text: text + b'asleep,"Plum',
        "line 11 is not valid CSV: unexpected end of data",
    ),
    (
        lambda text: text + b"a" * 200_000,
        "line 11 is not valid CSV: field larger than field limit (131072)",
    ),
]


@pytest.mark.parametrize(("change", "rule"), FILES)
def test_a_wrong_file_is_named(data, change, rule):
    path = data / "outcomes.csv"
    path.write_bytes(change(path.read_bytes()))
    fault = only_fault(data)
    assert fault.file == str(path)
    assert fault.rule == rule


@pytest.mark.parametrize("name", ["outcomes.csv", "datapackage.json"])
def test_a_missing_file_is_named(data, name):
    (data / name).unlink()
    fault = only_fault(data)
    assert fault.file.endswith(name)
    assert fault.rule == "this file is missing"


def test_a_folder_in_the_place_of_a_file_is_named(data):
    (data / "tests.csv").unlink()
    (data / "tests.csv").mkdir()
    assert only_fault(data).rule == "this must be a file, and is a folder"


def test_a_wrong_header_is_in_the_first_row(edit):
    fault = only_fault(edit("outcomes.csv", "arm,n,", "n,arm,"))
    assert (fault.row, fault.column) == (1, None)


def test_a_quote_that_does_not_end_is_named(data):
    path = data / "tests.csv"
    path.write_text('endpoint,"statistic')
    assert only_fault(data).rule == "line 1 is not valid CSV: unexpected end of data"


def test_a_missing_folder_is_named(tmp_path):
    fault = only_fault(tmp_path / "nowhere")
    assert fault == Fault(
        str(tmp_path / "nowhere"), None, None, None, "there is no such folder"
    )


def test_a_missing_test_is_named(data):
    path = data / "tests.csv"
    lines = path.read_text().splitlines(True)
    path.write_text("".join(lines[:-1]))
    fault = only_fault(data)
    assert (fault.value, fault.rule) == ("1-year sleep", "this row is missing")


def test_a_missing_outcome_is_named(data):
    path = data / "outcomes.csv"
    lines = path.read_text().splitlines(True)
    path.write_text("".join(lines[:4] + lines[5:]))
    fault = only_fault(data)
    assert fault.column == "endpoint, arm"
    assert (fault.value, fault.rule) == (
        "rested, Plum",
        "this row is missing",
    )


def test_a_repeated_row_is_named(data):
    path = data / "outcomes.csv"
    lines = path.read_text().splitlines(True)
    path.write_text("".join([*lines, lines[1]]))
    fault = only_fault(data)
    assert fault.row == 11
    assert (fault.column, fault.value) == ("endpoint, arm", "asleep, Plum")
    assert fault.rule == "this stands in row 2 already: keep one of the two"


def test_rows_in_another_order_are_named(data):
    path = data / "outcomes.csv"
    lines = path.read_text().splitlines(True)
    path.write_text("".join([lines[0], lines[2], lines[1], *lines[3:]]))
    fault = only_fault(data)
    assert (fault.row, fault.column) == (2, "endpoint, arm")
    assert fault.rule == (
        "keep the order of endpoints and arms: asleep, Plum stands here"
    )


def test_a_result_of_an_endpoint_that_is_not_reported_is_named(edit):
    missing, unexpected = faults(
        edit("tests.csv", "1-year sleep,chi", "nightmares,chi")
    )
    assert (missing.value, missing.rule) == ("1-year sleep", "this row is missing")
    assert (unexpected.row, unexpected.value) == (4, "nightmares")
    assert unexpected.rule == "this endpoint is not reported"


def test_an_outcome_of_an_endpoint_that_is_not_reported_is_named(edit):
    folder = edit("outcomes.csv", "1-year sleep,Quince", "nightmares,Quince")
    assert [fault.value for fault in faults(folder)] == [
        "1-year sleep, Quince",
        "nightmares, Quince",
    ]


def test_a_short_row_and_an_empty_row_are_named(data):
    path = data / "tests.csv"
    text = path.read_text()
    path.write_text(text.replace("17.0,,", "17.0,") + "\n")
    found = faults(data)
    assert [fault.row for fault in found] == [4, 5]
    assert [fault.rule for fault in found] == [
        "the row has 5 cells, the header has 6",
        "take the empty row out",
    ]


def test_a_scenario_that_is_not_of_a_hundred_is_named(edit):
    fault = only_fault(edit("scenarios.csv", "all,Plum,100", "all,Plum,90"))
    assert (fault.column, fault.value) == ("n", "Plum for all")
    assert fault.rule == "the scenario adds up to 90, not to 100"


def test_wrong_scenarios_are_named_in_their_order(data):
    path = data / "scenarios.csv"
    path.write_text(
        path.read_text()
        .replace(",100", ",90")
        .replace("50\n", "51\n")
        .replace(",40", ",41")
    )
    names = dict.fromkeys(row.split(",")[0] for row in path.read_text().splitlines())
    found = [fault.value for fault in faults(data)]
    assert len(found) > 1
    assert found == [name for name in names if name in found]
    assert found != sorted(found)


def test_missing_facts_are_named(edit):
    edit("design.csv", "n,60", "patients,60")
    edit("design.csv", "period_start,2019", "begun,2019")
    found = faults(edit("design.csv", "age_max,12", "age_high,12"))
    assert [(fault.column, fault.value, fault.rule) for fault in found] == [
        ("fact", "n", "this fact is missing"),
        ("fact", "age_max", "this fact is missing"),
        ("fact", "period_start", "this fact is missing"),
    ]


def test_a_study_need_not_say_its_ages_and_years(edit):
    assert (example().ages, example().period) == ((3, 12), (2019, 2021))
    edit("design.csv", "age_min,3", "age_low,3")
    edit("design.csv", "period_start,2019", "begun,2019")
    edit("design.csv", "period_end,2021", "ended,2021")
    study = load_study(edit("design.csv", "age_max,12", "age_high,12"))
    assert (study.ages, study.period) == (None, None)


def test_what_everybody_asks_of_a_study():
    study = example()
    assert study.arm_names == ["Plum", "Pear", "Quince"]
    assert study.silent_endpoints == ["nightmares"]
    assert study.alpha == 0.05
    tests = study.tests.assign(alpha=["0.05", "0.01", "0.05"])
    assert replace(study, tests=tests).alpha == 0.01
    pd.testing.assert_frame_equal(study.counts, recover_counts(study.outcomes))


@pytest.mark.parametrize("ages", [("0", "12"), ("12", "12")])
def test_an_age_may_be_zero_and_all_may_be_of_one_age(edit, ages):
    edit("design.csv", "age_min,3", f"age_min,{ages[0]}")
    facts = load_study(edit("design.csv", "age_max,12", f"age_max,{ages[1]}")).facts
    assert (facts["age_min"], facts["age_max"]) == ages


@pytest.mark.parametrize("percent", ["12", "13"])
def test_a_half_may_be_rounded_up_or_down(edit, percent):
    folder = edit("comparators.csv", "12,40,30,", f"1,8,{percent},")
    assert load_study(folder).comparators.loc[0, "percent"] == percent


def test_a_letter_of_a_newer_alphabet_is_no_hidden_character(edit):
    # U+0378 is not assigned
    folder = edit("publications.csv", "Orchard 2001,O", "Or\u0378chard 2001,O")
    assert "\u0378" in load_study(folder).publications.loc[0, "label"]


def test_all_faults_are_listed_together(edit):
    edit("outcomes.csv", FIRST, "asleep,Plum,x,44%,")
    folder = edit("tests.csv", "42.7,*", "42,7")
    found = faults(folder)
    assert [(fault.row, fault.column) for fault in found] == [
        (2, "n"),
        (2, "percent"),
        (3, "value"),
        (3, "mark"),
    ]
    assert str(DataError(list(found))).count("\n") == 3


def test_a_long_list_is_cut_in_the_message_but_kept_whole():
    error = DataError([Fault("f", i, "c", "v", "r") for i in range(60)])
    assert len(error.faults) == 60
    assert str(error).splitlines()[49:] == [
        "f, row 49, column c, value 'v': r",
        "and 10 more",
    ]
    assert len(str(DataError(error.faults[:50])).splitlines()) == 50


def test_a_long_value_is_cut_in_the_message():
    whole, cut = (str(Fault("f", 1, "c", "x" * n, "r")) for n in (60, 61))
    assert whole == f"f, row 1, column c, value '{'x' * 60}': r"
    assert cut == f"f, row 1, column c, value '{'x' * 57}...': r"


def test_a_file_may_be_as_large_as_is_read(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"a" * 5_000_000)
    assert len(room._read_text(path)) == 5_000_000
    path.write_bytes(b"a" * 5_000_001)
    with pytest.raises(DataError, match="has 5000001 bytes, at most 5000000 are read"):
        room._read_text(path)


@pytest.mark.parametrize(("rows", "rules"), [(10_000, 0), (10_001, 1)])
def test_a_table_may_be_as_long_as_is_read(tmp_path, rows, rules):
    path = tmp_path / "table.csv"
    path.write_text("a\n" + "1\n" * rows)
    found, cells = room._read_rows(path, {"fields": [{"name": "a"}]})
    assert [fault.rule for fault in found] == ["at most 10000 rows are read"] * rules
    assert len(cells) == rows * (1 - rules)


def test_a_number_may_be_a_thousand_million():
    field = {"name": "a", "type": "number"}
    for value in ("1000000000", "-1000000000"):
        assert room._why_wrong(value, field) is None
    assert room._why_wrong("1000000001", field) == "it must be at most 1000000000"


def test_broken_json_is_named(data):
    (data / "datapackage.json").write_text('{"resources": [}')
    assert only_fault(data).rule.startswith("line 1 is not valid JSON: ")


def test_a_description_without_a_table_is_named(package):
    folder = package(lambda described: described["resources"].pop(4))
    assert only_fault(folder).rule == "describe the tables tests"


@pytest.mark.parametrize("table", [*_NEEDED, *_OPTIONAL])
def test_a_description_without_a_column_is_named(package, table):
    def edit_package(described):
        (found,) = [r for r in described["resources"] if r["name"] == table]
        del found["schema"]["fields"][-2:]
        found["schema"].update(primaryKey=[], foreignKeys=[])

    columns = {**_NEEDED, **_OPTIONAL}[table].split()
    missing = ", ".join(sorted(columns[-2:]))
    rule = only_fault(package(edit_package)).rule
    assert rule == f"describe the columns {missing} of {table}"


def test_a_description_that_fits_no_study_is_named(package):
    def edit_package(described):
        fields = described["resources"][1]["schema"]["fields"]
        fields[2].update(type="string", constraints={})

    fault = only_fault(package(edit_package))
    assert fault.file.endswith("/datapackage.json")
    assert fault.rule.startswith(
        "its types or required columns do not fit a study: '>' not supported"
    )


def test_a_form_that_cannot_be_read_is_named(package):
    def edit_package(described):
        fields = described["resources"][0]["schema"]["fields"]
        fields[0]["constraints"] = {"pattern": "("}

    rule = only_fault(package(edit_package)).rule
    assert rule.endswith(
        "with fields: missing ), unterminated subpattern at position 0"
    )


def test_an_allowed_word_is_a_safe_text(package):
    def edit_package(described):
        fields = described["resources"][2]["schema"]["fields"]
        fields[2]["constraints"]["enum"].append("<b>")

    assert only_fault(package(edit_package)).rule == (
        "not a name or a value, '<b>': write it without <, which a page reads as markup"
    )


@pytest.mark.parametrize("limit", ["minimum", "maximum"])
def test_a_limit_that_is_no_number_is_named(package, limit):
    def edit_package(described):
        fields = described["resources"][4]["schema"]["fields"]
        fields[0]["constraints"] = {limit: "much"}

    rule = only_fault(package(edit_package)).rule
    assert rule.endswith("with fields: Invalid literal for Fraction: 'much'")


@pytest.mark.parametrize(
    "change",
    [
        lambda schema: schema.update(primaryKey="nowhere"),
        lambda schema: schema.update(primaryKey=["arm", "nowhere"]),
        lambda schema: schema["foreignKeys"][0].update(fields="nowhere"),
        lambda schema: schema["foreignKeys"][0]["reference"].update(fields="nowhere"),
    ],
)
def test_a_key_of_a_column_that_is_not_there_is_named(package, change):
    folder = package(lambda found: change(found["resources"][3]["schema"]))
    assert only_fault(folder).rule.endswith("with fields: 'nowhere' is not in list")


OPTIONAL = (
    *("claims", "sources", "publications", "comparators", "reporting", "scenarios"),
)


def test_a_study_may_have_the_table_alone(package, data):
    for name in OPTIONAL:
        (data / f"{name}.csv").unlink()

    def edit_package(described):
        kept = [r for r in described["resources"] if r["name"] not in OPTIONAL]
        described["resources"] = kept

    study, whole = load_study(package(edit_package)), example()
    for name in (*OPTIONAL, "priors"):
        assert getattr(study, name).empty
        kinds = getattr(whole, name).dtypes
        pd.testing.assert_series_equal(getattr(study, name).dtypes, kinds)


def test_a_resource_without_a_schema_is_named(package):
    folder = package(lambda described: described["resources"][0].pop("schema"))
    assert only_fault(folder).rule == (
        "each resource needs a name, a path and a schema with fields: 'schema'"
    )


def test_a_repeated_arm_is_one_fault(data):
    path = data / "arms.csv"
    path.write_text(path.read_text() + "Quince,D,20,more tea,nowhere\n")
    fault = only_fault(data)
    assert (fault.row, fault.column, fault.value) == (5, "arm", "Quince")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"type": "date"}, "unknown type 'date'"),
        ({"constraints": {"minLength": 2}}, "unknown constraint 'minLength'"),
    ],
)
def test_a_rule_that_nobody_applies_is_refused(package, change, rule):
    def edit_package(described):
        described["resources"][0]["schema"]["fields"][0].update(change)

    assert only_fault(package(edit_package)).rule == rule


@given(st.binary(max_size=200))
def test_no_bytes_make_anything_but_a_fault(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("data")
    for path in FOLDER.glob("*.*s*"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "outcomes.csv").write_bytes(content)
    assert all(fault.file.endswith("outcomes.csv") for fault in faults(folder))
