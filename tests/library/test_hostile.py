"""Data that mean harm, or none: refused with one clear sentence, or right answers."""

import csv
import io
import json
import re
import time
import tracemalloc
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import DocutilsRenderer
from myst_parser.parsers.mdit import create_md_parser

from reanalysis import DataError, grim, load_study, parse_printed, prose, verdicts
from reanalysis.example import FOLDER
from reanalysis.package import LARGEST_FILE, MOST_ROWS
from reanalysis.study import Study

PACKAGE = json.loads((FOLDER / "datapackage.json").read_text("utf-8"))
COLUMNS = [
    (resource["name"], field["name"])
    for resource in PACKAGE["resources"]
    for field in resource["schema"]["fields"]
    if field["type"] == "string"
]
HARM = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[all](javascript:alert(1))",
    "![](http://127.0.0.1/x)",
    "{raw}`html`",
    "```{raw} html",
    ":::{raw} html",
    "$\\href{javascript:alert(1)}{x}$",
    "a | b",
    "`code`",
    "\\N{BULLET}",
    "# Heading",
    "% a comment",
    "=cmd()",
    "=HYPERLINK(1)",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\uff1dcmd()",
    "\ttab",
    "a\nb",
    "a\rb",
    "a\u2028b",
    "a\u00a0b",
    "a\u202eb",
    "a\u200bb",
    "a\ue000b",
    "a\x00b",
    "a\x1bb",
]
NOT_NUMBERS = [
    "NaN",
    "nan",
    "inf",
    "-inf",
    "1e9",
    "1e400",
    "\u0665\u0664",
    "\uff15\uff14",
    "\u221254",
    "\u00bd",
]
NOT_NUMBERS += [
    "0x1f",
    "1_000",
    "--1",
    "-0",
    "007",
    "9" * 25,
    "9" * 5000,
    "1/0",
    "=1+1",
]


def cells(folder, name):
    text = (folder / f"{name}.csv").read_text("utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def write(folder, name, rows):
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    (folder / f"{name}.csv").write_bytes(
        file.getvalue().encode("utf-8", "surrogatepass")
    )


def put(folder, name, column, value):
    """Write into the first row of a column."""
    rows = cells(folder, name)
    rows[1][rows[0].index(column)] = value
    write(folder, name, rows)


@pytest.mark.parametrize("harm", HARM)
def test_what_would_be_more_than_text_is_refused_in_every_column(data, harm):
    for name, column in COLUMNS:
        put(data, name, column, harm)
    with pytest.raises(DataError) as caught:
        load_study(data)
    found = {
        (fault.file.rpartition("/")[2], fault.column) for fault in caught.value.faults
    }
    assert {(f"{name}.csv", column) for name, column in COLUMNS} <= found


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_is_no_number_is_refused_in_every_column_of_numbers(data, text):
    numeric = [
        (resource["name"], field["name"])
        for resource in PACKAGE["resources"]
        for field in resource["schema"]["fields"]
        if field["type"] != "string"
    ]
    for name, column in numeric:
        put(data, name, column, text)
    with pytest.raises(DataError) as caught:
        load_study(data)
    found = {
        (fault.file.rpartition("/")[2], fault.column) for fault in caught.value.faults
    }
    assert {(f"{name}.csv", column) for name, column in numeric} <= found


def read(folder):
    """Give the study, or none and what is wrong."""
    try:
        return load_study(folder), ()
    except DataError as error:
        return None, error.faults


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the data for examples that follow one another."""
    folder = tmp_path_factory.mktemp("data")
    for path in FOLDER.glob("*.*s*"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


PARSER = create_md_parser(
    MdParserConfig(
        enable_extensions={"amsmath", "colon_fence", "deflist", "dollarmath"}
    ),
    DocutilsRenderer,
)
# Emphasis by underscores and a list are all that is left to a text of the data.
PLAIN = {"paragraph", "inline", "text", "em", "strong", "table", "thead", "tbody", "tr"}
PLAIN |= {"th", "td", "ordered_list", "list_item", "text_special"}


def kinds(markdown):
    """What a page would make of Markdown."""
    tokens = PARSER.parse(markdown)
    tokens += [child for token in tokens for child in token.children or []]
    return {re.sub("_(open|close)$", "", token.type) for token in tokens}


@given(st.text(max_size=40) | st.text("ab1<>[](){}`|$*~\\_&!:#=+-@%\"' ", max_size=40))
@example("_a_ & &lt;b&gt;")
@example("1. a")
@example("(a)=")
@settings(max_examples=150)
def test_a_text_that_passes_is_text_on_a_page_and_in_a_spreadsheet(folder, text):
    rows = cells(FOLDER, "arms")
    rows[1][rows[0].index("treatment")] = text
    write(folder, "arms", rows)
    study, faults = read(folder)
    write(folder, "arms", cells(FOLDER, "arms"))
    assert all(fault.file.endswith("arms.csv") for fault in faults)
    if faults:
        return
    assert study.arms["treatment"][0] == text
    assert text[0] not in "=+-@"
    assert kinds(f"Given was {text}.\n") <= PLAIN
    assert kinds(prose.table(study.arms)) <= PLAIN
    assert kinds(text) <= PLAIN | {"myst_target"}


# --- sizes ------------------------------------------------------------------------

LINE = b'asleep,Plum,16,44,"Table 1"\n'
HUGE = {
    "a million empty rows": b"\n" * 1_000_000,
    "a million rows": LINE * 150_000,
    "rows of commas": b",,,,\n" * 1_000_000,
    "one row of commas": b"," * 4_900_000,
    "one cell": b"a" * 4_900_000,
    "one quoted cell": b'"' + b"a\n" * 2_000_000 + b'"',
    "quotes": b'"' * 4_900_000,
}


@pytest.mark.parametrize("name", HUGE)
@pytest.mark.parametrize("with_header", [True, False])
def test_a_huge_file_is_refused_soon_and_in_little_memory(data, name, with_header):
    path = data / "outcomes.csv"
    header = path.read_bytes() if with_header else b""
    path.write_bytes((header + HUGE[name])[:LARGEST_FILE])
    tracemalloc.start()
    start = time.process_time()  # whatever else the machine does
    with pytest.raises(DataError) as caught:
        load_study(data)
    took, (_, most) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 20  # about a second without the watch over memory
    assert most < 250_000_000
    assert len(str(caught.value)) < 20_000


def test_as_many_rows_as_are_allowed_are_read_and_one_more_is_not(data):
    rows = cells(data, "publications")
    more = [[f"a{i}", *rows[1][1:]] for i in range(MOST_ROWS - len(rows) + 1)]
    write(data, "publications", rows + more)
    assert len(load_study(data).publications) == MOST_ROWS
    write(data, "publications", [*rows, *more, ["last", *rows[1][1:]]])
    with pytest.raises(DataError, match=f"at most {MOST_ROWS} rows"):
        load_study(data)


# --- the description --------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=4,
)


def places(value, path=()):
    """Every place in a piece of JSON, as the keys that lead there."""
    yield path
    pairs = value.items() if isinstance(value, dict) else ()
    pairs = enumerate(value) if isinstance(value, list) else pairs
    for key, inner in pairs:
        yield from places(inner, (*path, key))


PLACES = [path for path in places(PACKAGE) if path]


def test_a_limit_without_end_is_a_fault(folder):
    package = deepcopy(PACKAGE)
    field = package["resources"][1]["schema"]["fields"][2]
    field["constraints"]["maximum"] = float("inf")
    (folder / "datapackage.json").write_text(json.dumps(package))
    _, faults = read(folder)
    assert len(faults) == 1


def test_a_mark_that_should_be_a_number_is_a_fault(folder):
    package = deepcopy(PACKAGE)
    package["resources"][4]["schema"]["fields"][3]["type"] = "integer"
    (folder / "datapackage.json").write_text(json.dumps(package))
    _, faults = read(folder)
    assert {fault.column for fault in faults} == {"mark"}


@pytest.mark.parametrize("name", [["0"], {}, 1, None, True])
def test_a_column_whose_name_is_no_text_is_a_fault(folder, name):
    package = deepcopy(PACKAGE)
    package["resources"][5]["schema"]["fields"][4]["name"] = name
    (folder / "datapackage.json").write_text(json.dumps(package))
    _, faults = read(folder)
    assert len(faults) == 1


@given(st.sampled_from(PLACES), JSON | st.just("lose it"))
@settings(max_examples=300)
def test_no_description_makes_anything_but_a_fault_or_a_study(folder, path, value):
    package = deepcopy(PACKAGE)
    inner = package
    for key in path[:-1]:
        inner = inner[key]
    if value == "lose it":
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    (folder / "datapackage.json").write_text(json.dumps(package))
    study, faults = read(folder)
    assert isinstance(study, Study) or all(map(str, faults))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"resources": ' + "9" * 5000 + "}", "each resource needs"),
        ("[]", "each resource needs"),
        ("null", "each resource needs"),
        ("NaN", "each resource needs"),
        ('"text"', "each resource needs"),
    ],
)
def test_a_description_of_another_kind_is_named(data, text, rule):
    (data / "datapackage.json").write_text(text)
    with pytest.raises(DataError, match=rule):
        load_study(data)


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda r: r.update(encoding="latin-1"), "read in UTF-8, not in 'latin-1'"),
        (lambda r: r.update(dialect={"delimiter": ";"}), "not read: 'dialect'"),
        (lambda r: r["schema"].update(missingValues=["NA"]), "not read: 'missing"),
        (lambda r: r["schema"].update(primaryKey={}), "neither a name nor a list"),
        (lambda r: r["schema"]["fields"].append(r["schema"]["fields"][0]), "twice"),
        (lambda r: r["schema"]["fields"][0].update(format="any"), "not read: 'format'"),
        (
            lambda r: r["schema"]["fields"][0].update(constraints={"required": "no"}),
            "required must be true or false, not 'no'",
        ),
        (
            lambda r: r["schema"]["fields"][0].update(constraints={"unique": 1}),
            "unique must be true or false, not 1",
        ),
    ],
)
def test_a_rule_that_would_not_be_applied_is_refused(package, edit, rule):
    with pytest.raises(DataError, match=rule):
        load_study(package(lambda found: edit(found["resources"][0])))


def test_what_is_described_twice_is_refused(data, package):
    twice = package(lambda found: found["resources"].append(found["resources"][0]))
    with pytest.raises(DataError, match="'design' is described twice: keep one"):
        load_study(twice)
    file = data / "datapackage.json"
    file.write_text(file.read_text().replace('"name":', '"name": "x", "name":', 1))
    with pytest.raises(DataError, match="'name' is described twice"):
        load_study(data)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../arms.csv", "a/arms.csv", "arms", "\0"]
)
def test_a_file_elsewhere_is_not_read(package, path):
    with pytest.raises(DataError, match="not the name of a CSV file"):
        load_study(package(lambda found: found["resources"][0].update(path=path)))


def test_an_allowed_word_that_is_markup_is_refused(package):
    def edit_package(described):
        field = described["resources"][2]["schema"]["fields"][2]
        field["constraints"]["enum"].append("<b>")

    with pytest.raises(DataError, match="markup"):
        load_study(package(edit_package))


# --- printed numbers --------------------------------------------------------------


@given(st.text(max_size=30) | st.text("0123456789.-+, %e\u0660\u2212", max_size=30))
@example("-0.0")
@example("1\n")
def test_a_text_is_a_number_to_the_last_digit_or_refused(text):
    try:
        printed = parse_printed(text)
    except ValueError:
        return
    assert text.isascii()
    assert printed.value == Decimal(text)
    assert printed.decimals == -Decimal(text).as_tuple().exponent
    assert printed.text == text


@pytest.mark.parametrize("n", [10**9, 10**18, 10**30])
def test_an_absurd_number_of_patients_has_an_answer_at_once(n):
    start = time.monotonic()
    assert grim("54", n)
    assert time.monotonic() - start < 1


def test_more_patients_than_can_be_tried_are_a_fault_of_the_data(data):
    for name in ("arms", "outcomes"):
        rows = cells(data, name)
        at = rows[0].index("n")
        write(
            data,
            name,
            [rows[0], *([*r[:at], "100000", *r[at + 1 :]] for r in rows[1:])],
        )
    rows = cells(data, "design")
    write(
        data,
        "design",
        [[f, "300000", p] if f == "n" else [f, v, p] for f, v, p in rows],
    )
    with pytest.raises(DataError, match="asleep has 1003003001 readings"):
        verdicts(load_study(data))
