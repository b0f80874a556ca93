import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanalysis import DataError, load_study
from reanalysis import package as room
from reanalysis.package import LARGEST_FILE, Fault
from reanalysis.study import _NEEDED, _OPTIONAL

ROOT = Path(__file__).parents[2]


def faults(folder):
    with pytest.raises(DataError) as caught:
        load_study(folder)
    return caught.value.faults


def only_fault(folder):
    (fault,) = faults(folder)
    return fault


def test_the_study_as_printed():
    study = load_study(ROOT / "data")
    printed = study.outcomes.groupby("endpoint", sort=False)["percent"].agg(list)
    assert printed.to_dict() == {
        "CR": ["54", "65", "85"],
        "MRD negative": ["30", "60", "80"],
        "2-year OS": ["40", "55", "70"],
    }
    assert (
        study.outcomes["arm"].tolist() == ["Chemotherapy", "Blinatumomab", "CAR-T"] * 3
    )
    assert study.outcomes["n"].tolist() == [20] * 9
    assert study.tests["value"].tolist() == ["7.3", "22.3", "8.1"]
    assert study.tests["mark"].tolist() == ["*"] * 3
    assert study.tests["alpha"].tolist() == ["0.05"] * 3
    assert study.arms["n"].tolist() == [20, 20, 20]
    assert study.endpoints["reported"].tolist() == ["yes", "yes", "yes", "no"]


def test_the_design_as_printed():
    facts = load_study().facts
    numbers = ("n", "age_min", "age_max", "period_start", "period_end")
    assert [facts[name] for name in numbers] == ["60", "2", "14", "2022", "2025"]
    assert facts["author"] == "Mustafa A.K ALTaie"
    assert facts["software"] == "SPSS"


def test_the_priors_as_published():
    priors = load_study().priors
    found = [(x, n) for x, n in zip(priors["events"], priors["n"], strict=True)]
    assert found == [(12, 61), (27, 70), (61, 75), (14, 70), (61, 75)]


def test_printed_numbers_are_strings_and_sizes_are_numbers():
    study = load_study()
    assert all(isinstance(value, str) for value in study.outcomes["percent"])
    assert all(isinstance(value, str) for value in study.tests["value"])
    assert study.outcomes["n"].sum() == 180


def test_every_row_says_where_it_stands():
    study = load_study()
    frames = (study.design, study.arms, study.endpoints, study.outcomes, study.tests)
    assert all((frame["place"] != "").all() for frame in frames)


def test_one_percentage_can_be_another_and_the_study_stays_as_it_was():
    study = load_study()
    other = study.with_percent("CR", "Chemotherapy", "55")
    changed = study.outcomes["percent"] != other.outcomes["percent"]
    assert changed.tolist() == [True] + [False] * 8
    assert other.outcomes.loc[0, "percent"] == "55"
    for percent in ("0", "100"):
        edge = study.with_percent("CR", "Chemotherapy", percent)
        assert edge.outcomes.loc[0, "percent"] == percent


def test_a_study_and_a_fault_cannot_be_changed():
    study = load_study()
    with pytest.raises(AttributeError):
        study.arms = study.outcomes
    with pytest.raises(AttributeError):
        Fault("f", 1, "c", "v", "r").rule = ""
    # frames are not compared cell by cell: a study equals itself only
    assert study != load_study()


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (("CR", "Surgery", "55"), "the table has no cell CR, Surgery"),
        (("EFS", "CAR-T", "55"), "the table has no cell EFS, CAR-T"),
        (("CR", "CAR-T", "101"), "from 0 to 100, not 101"),
        (("CR", "CAR-T", "-1"), "from 0 to 100, not -1"),
        (("CR", "CAR-T", "55%"), "write the number alone, without the percent sign"),
    ],
)
def test_a_percentage_that_cannot_be_is_refused(cell, rule):
    with pytest.raises(ValueError, match=rule):
        load_study().with_percent(*cell)


FIRST = "CR,Chemotherapy,20,54,"  # row 2 of outcomes.csv


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "CR,Chemotherapy,20,54%,",
            "percent: write the number alone, without the percent sign",
        ),
        (
            'CR,Chemotherapy,20,"54,0",',
            "percent: write a point, not a comma, before the decimals",
        ),
        (
            "CR,Chemotherapy,20,54.0,",
            "percent: write it as printed, with 0 digits after the point",
        ),
        ("CR,Chemotherapy,20,,", "percent: fill in the cell"),
        ("CR,Chemotherapy,20,540,", "percent: it must be at most 100"),
        ("CR,Chemotherapy,20,-54,", "percent: it must be at least 0"),
        (
            "CR,Chemotherapy,20,-0,",
            "percent: write it without a minus sign or a zero that it does not need",
        ),
        (
            "CR,Chemotherapy,20,054,",
            "percent: write it without a minus sign or a zero that it does not need",
        ),
        (
            "CR,Chemotherapy,020,54,",
            "n: write it without a minus sign or a zero that it does not need",
        ),
        (
            "CR,Chemotherapy,20,fifty,",
            "percent: write digits, with a point before any decimals",
        ),
        (
            "CR,Chemotherapy,20,٥٤,",
            "percent: write the digits 0-9, and - for a minus sign",
        ),
        ("CR,Chemotherapy,0,54,", "n: it must be at least 1"),
        ("CR,Chemotherapy,20.5,54,", "n: write a whole number"),
        ("CR,Chemotherapy,999999999,54,", "n: it must be at most 100000"),
        ("CR,Chemotherapy,21,54,", "n: the arm has 20 patients"),
        ("CR,chemo,20,54,", "arm: no arm has this name in arms.csv"),
        (
            "EFS,Chemotherapy,20,54,",
            "endpoint: no endpoint has this name in endpoints.csv",
        ),
        (
            "CR ,Chemotherapy,20,54,",
            "endpoint: take away the space before or after the text",
        ),
        (
            "CR\x07,Chemotherapy,20,54,",
            "endpoint: take out the invisible character U+0007",
        ),
        (
            "CR\u202e,Chemotherapy,20,54,",
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
            ("tests.csv", "22.3,*", "22.30,*"),
            "row 3, value: write it as printed, with 1 digit after the point",
        ),
        (("tests.csv", "22.3,*", "22.3,**"), "row 3, mark: write one of *"),
        (
            ("tests.csv", "22.3,*,0.05", "22.3,*,1.05"),
            "row 3, alpha: it must be at most 1",
        ),
        (
            ("design.csv", "age_max,", "age max,"),
            "row 11, fact: write it in the form [a-z][a-z0-9_]*",
        ),
        (
            ("design.csv", "n,60", "n,61"),
            "row 9, value: the arms add up to 60 patients",
        ),
        (("design.csv", "n,60", "n,sixty"), "row 9, value: write a whole number"),
        (("design.csv", "n,60", "n,060"), "row 9, value: write a whole number"),
        (
            ("design.csv", "age_min,2", "age_min,15"),
            "row 10, value: it must not be above age_max, 14",
        ),
        (
            ("design.csv", "start,2022", "start,2026"),
            "row 7, value: it must not be above period_end, 2025",
        ),
        (
            ("comparators.csv", "12,61", "62,61"),
            "row 2, events: it must be at most n, 61",
        ),
        (
            ("comparators.csv", "12,61", "13,61"),
            "row 2, percent: 13 of 61 patients give another percentage",
        ),
        (
            ("comparators.csv", "12,61", "12,62"),
            "row 2, percent: 12 of 62 patients give another percentage",
        ),
        (
            ("comparators.csv", "12,61", "12,"),
            "row 2, n: fill in the patients of this count",
        ),
        (
            ("comparators.csv", "27,70,39,27", "27,70,39,40"),
            "row 3, percent: it must lie within its interval, from low to high",
        ),
        (
            ("comparators.csv", "27,70,39,27", "27,70,39,"),
            "row 3, low: write both limits or none",
        ),
        (
            ("comparators.csv", "12,61,19.7", ",,19.7"),
            "row 2, prior: a prior needs an arm and a count",
        ),
        (
            ("publications.csv", "10.1200/JCO.2005", "doi:10.1200"),
            "row 2, doi: write it in the form 10\\.[0-9]{4,9}/[^\\s]+",
        ),
        (
            ("arms.csv", "Chemotherapy,A", "Chemotherapy,B"),
            "row 3, group: this stands in row 2 already: keep one of the two",
        ),
        (
            ("endpoints.csv", "sion,yes", "sion,Yes"),
            "row 2, reported: write one of yes, no",
        ),
        (
            ("publications.csv", "Jeha and", "=Jeha and"),
            "row 2, label: begin it with another character than =",
        ),
        (
            ("publications.csv", "Jeha and", "-Jeha and"),
            "row 2, label: begin it with another character than -",
        ),
        (
            ("publications.csv", "Jeha and", "\uff1dJ and"),
            "row 2, label: begin it with another character than \uff1d",
        ),
        (
            ("publications.csv", "Jeha", "J\u200b\x07"),
            "row 2, label: take out the invisible character U+200B",
        ),
        (
            ("comparators.csv", "12,61", "61,61"),
            "row 2, percent: 61 of 61 patients give another percentage",
        ),
    ],
)
def test_a_wrong_cell_is_named(edit, change, said):
    fault = only_fault(edit(*change))
    assert fault.file.endswith(change[0])
    assert f"row {fault.row}, {fault.column}: {fault.rule}" == said


def test_the_sentence_says_where_and_what(edit):
    folder = edit("outcomes.csv", FIRST, "CR,Chemotherapy,20,54%,")
    with pytest.raises(DataError) as caught:
        load_study(folder)
    assert str(caught.value) == (
        f"{folder}/outcomes.csv, row 2, column percent, value '54%': "
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
        lambda text: text.replace(b"CAR-T", b"CAR\xe9T", 1),
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
        lambda text: text + b'CR,"Chemotherapy',
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
    assert only_fault(data).rule == "this must be a file"


def test_a_wrong_header_is_in_the_first_row(edit):
    fault = only_fault(edit("outcomes.csv", "arm,n,", "n,arm,"))
    assert (fault.row, fault.column) == (1, None)


def test_a_quote_that_does_not_end_is_named(data):
    path = data / "tests.csv"
    path.write_text('endpoint,"statistic')
    assert only_fault(data).rule == "line 1 is not valid CSV: unexpected end of data"


def test_a_missing_folder_is_named(tmp_path):
    assert "datapackage.json" in only_fault(tmp_path / "nowhere").file


def test_a_missing_test_is_named(data):
    path = data / "tests.csv"
    lines = path.read_text().splitlines(True)
    path.write_text("".join(lines[:-1]))
    fault = only_fault(data)
    assert (fault.value, fault.rule) == ("2-year OS", "this row is missing")


def test_a_missing_outcome_is_named(data):
    path = data / "outcomes.csv"
    lines = path.read_text().splitlines(True)
    path.write_text("".join(lines[:4] + lines[5:]))
    fault = only_fault(data)
    assert fault.column == "endpoint, arm"
    assert (fault.value, fault.rule) == (
        "MRD negative, Chemotherapy",
        "this row is missing",
    )


def test_a_repeated_row_is_named(data):
    path = data / "outcomes.csv"
    lines = path.read_text().splitlines(True)
    path.write_text("".join([*lines, lines[1]]))
    fault = only_fault(data)
    assert fault.row == 11
    assert (fault.column, fault.value) == ("endpoint, arm", "CR, Chemotherapy")
    assert fault.rule == "this stands in row 2 already: keep one of the two"


def test_rows_in_another_order_are_named(data):
    path = data / "outcomes.csv"
    lines = path.read_text().splitlines(True)
    path.write_text("".join([lines[0], lines[2], lines[1], *lines[3:]]))
    fault = only_fault(data)
    assert (fault.row, fault.column) == (2, "endpoint, arm")
    assert fault.rule == (
        "keep the order of endpoints and arms: CR, Chemotherapy stands here"
    )


def test_a_result_of_an_endpoint_that_is_not_reported_is_named(edit):
    missing, unexpected = faults(
        edit("tests.csv", "2-year OS,chi", "Adverse effects,chi")
    )
    assert (missing.value, missing.rule) == ("2-year OS", "this row is missing")
    assert (unexpected.row, unexpected.value) == (4, "Adverse effects")
    assert unexpected.rule == "this endpoint is not reported"


def test_an_outcome_of_an_endpoint_that_is_not_reported_is_named(edit):
    folder = edit("outcomes.csv", "2-year OS,CAR-T", "Adverse effects,CAR-T")
    assert [fault.value for fault in faults(folder)] == [
        "2-year OS, CAR-T",
        "Adverse effects, CAR-T",
    ]


def test_a_short_row_and_an_empty_row_are_named(data):
    path = data / "tests.csv"
    text = path.read_text()
    path.write_text(text.replace("8.1,*,", "8.1,") + "\n")
    found = faults(data)
    assert [fault.row for fault in found] == [4, 5]
    assert [fault.rule for fault in found] == [
        "the row has 5 cells, the header has 6",
        "take the empty row out",
    ]


def test_a_scenario_that_is_not_of_a_hundred_is_named(edit):
    fault = only_fault(
        edit("scenarios.csv", "only,Chemotherapy,100", "only,Chemotherapy,90")
    )
    assert (fault.column, fault.value) == ("n", "Chemotherapy only")
    assert fault.rule == "the scenario adds up to 90, not to 100"


def test_wrong_scenarios_are_named_in_their_order(data):
    path = data / "scenarios.csv"
    path.write_text(path.read_text().replace(",100", ",90"))
    names = dict.fromkeys(row.split(",")[0] for row in path.read_text().splitlines())
    found = [fault.value for fault in faults(data)]
    assert len(found) > 1
    assert found == [name for name in names if name in found]
    assert found != sorted(found)


def test_missing_facts_are_named(edit):
    edit("design.csv", "age_min,2", "age_low,2")
    found = faults(edit("design.csv", "age_max,14", "age_high,14"))
    assert [(fault.column, fault.value, fault.rule) for fault in found] == [
        ("fact", "age_min", "this fact is missing"),
        ("fact", "age_max", "this fact is missing"),
    ]


@pytest.mark.parametrize("ages", [("0", "14"), ("14", "14")])
def test_an_age_may_be_zero_and_all_may_be_of_one_age(edit, ages):
    edit("design.csv", "age_min,2", f"age_min,{ages[0]}")
    facts = load_study(edit("design.csv", "age_max,14", f"age_max,{ages[1]}")).facts
    assert (facts["age_min"], facts["age_max"]) == ages


@pytest.mark.parametrize("percent", ["12", "13"])
def test_a_half_may_be_rounded_up_or_down(edit, percent):
    folder = edit("comparators.csv", "12,61,19.7,", f"1,8,{percent},")
    assert load_study(folder).comparators.loc[0, "percent"] == percent


def test_a_letter_of_a_newer_alphabet_is_no_hidden_character(edit):
    # U+0378 is not assigned
    folder = edit("publications.csv", "Jeha and", "Je\u0378ha and")
    assert "\u0378" in load_study(folder).publications.loc[0, "label"]


def test_all_faults_are_listed_together(edit):
    edit("outcomes.csv", FIRST, "CR,Chemotherapy,x,54%,")
    folder = edit("tests.csv", "22.3,*", "22,3")
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

    study, whole = load_study(package(edit_package)), load_study()
    for name in (*OPTIONAL, "priors"):
        assert getattr(study, name).empty
        assert list(getattr(study, name)) == list(getattr(whole, name))


def test_a_resource_without_a_schema_is_named(package):
    folder = package(lambda described: described["resources"][0].pop("schema"))
    assert only_fault(folder).rule == (
        "each resource needs a name, a path and a schema with fields: 'schema'"
    )


def test_a_reference_to_a_table_that_is_not_described_is_named(package):
    def edit_package(described):
        keys = described["resources"][3]["schema"]["foreignKeys"]
        keys[0]["reference"]["resource"] = "endings"

    assert only_fault(package(edit_package)).rule.endswith("'endings'")


def test_a_repeated_arm_is_one_fault(data):
    path = data / "arms.csv"
    path.write_text(path.read_text() + "CAR-T,D,20,more cells,nowhere\n")
    fault = only_fault(data)
    assert (fault.row, fault.column, fault.value) == (5, "arm", "CAR-T")


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


def test_the_dictionary_for_people_says_what_the_schema_says():
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        assert resource["path"] in text
        for field in resource["schema"]["fields"]:
            assert f"| `{field['name']}` | {field['description']}" in text


@given(st.binary(max_size=200))
def test_no_bytes_make_anything_but_a_fault(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("data")
    for path in (ROOT / "data").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "outcomes.csv").write_bytes(content)
    assert all(fault.file.endswith("outcomes.csv") for fault in faults(folder))
