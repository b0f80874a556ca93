"""The sentences of the chapters stay whole and true when the table holds other numbers.

The cells of a chapter are run here, in this process, with another study in the place of
the one in `data/`; the sentences that they write are read.
"""

import ast
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import reanalysis
from reanalysis import load_study
from reanalysis.counts import recover_counts
from reanalysis.endpoints import check_tests

ROOT = Path(__file__).parents[2]
STUDY = load_study(ROOT / "data")
ARMS, ENDS = STUDY.arms["arm"].tolist(), ["CR", "MRD negative", "2-year OS"]


def with_percents(*rows):
    """Give the study with other percentages: one per arm, in one row or in each."""
    outcomes = STUDY.outcomes.copy()
    printed = rows if len(rows) > 1 else rows * len(ENDS)
    outcomes["percent"] = [percent for row in printed for percent in row]
    return replace(STUDY, outcomes=outcomes)


def with_sizes(*sizes):
    of = dict(zip(ARMS, sizes, strict=True))
    total = STUDY.design["fact"] == "n"
    return replace(
        STUDY,
        arms=STUDY.arms.assign(n=sizes),
        outcomes=STUDY.outcomes.assign(n=STUDY.outcomes["arm"].map(of)),
        design=STUDY.design.assign(
            value=STUDY.design["value"].mask(total, str(sum(sizes)))
        ),
    )


OTHERS = {
    "55 for 54": STUDY.with_percent("CR", "Chemotherapy", "55"),
    "0": STUDY.with_percent("CR", "Chemotherapy", "0"),
    "100": STUDY.with_percent("CR", "CAR-T", "100"),
    "all 100": with_percents(("100", "100", "100")),
    "a tie": with_percents(("55", "55", "55")),
    "chemotherapy 0": with_percents(("0", "60", "80")),
    "reversed": with_percents(
        ("85", "65", "54"), ("80", "60", "30"), ("70", "55", "40")
    ),
    "unequal arms": with_sizes(15, 20, 25),
}


def sentences(chapter, study):
    """Run a chapter's cells with a study; give the texts that they show."""
    path = ROOT / "chapters" / f"{chapter}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    names, shown = {}, []
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, chapter, "exec"), names)
        if last is not None and not ast.unparse(last).startswith(("draw_", "use_")):
            expression = compile(ast.Expression(last.value), chapter, "eval")
            shown.append(getattr(eval(expression, names), "data", None))
    assert study is names["study"]
    return [text for text in shown if text]


TEXTS = {}


@pytest.fixture
def read(monkeypatch):
    """Read a chapter with other numbers; it is run once."""

    def read(chapter, name):
        if (chapter, name) not in TEXTS:
            monkeypatch.chdir(ROOT / "chapters")
            monkeypatch.setattr(reanalysis, "load_study", lambda folder: OTHERS[name])
            shown = sentences(chapter, OTHERS[name])
            TEXTS[chapter, name] = "\n".join(shown)
        return TEXTS[chapter, name]

    return read


@cache
def facts(name):
    """Give what is true of the other numbers, by the helpers themselves."""
    study = OTHERS[name]
    counts, tests = recover_counts(study.outcomes), check_tests(study)
    percent = study.outcomes.assign(percent=study.outcomes["percent"].astype(float))
    wide = percent.pivot(index="endpoint", columns="arm", values="percent")
    first = {
        arm
        for arm in ARMS
        if (wide.drop(columns=arm).lt(wide[arm], axis=0)).all(axis=None)
    }
    return counts, tests, first


BROKEN = [
    r"\b(nan|inf|None(?! of)|NaN|NaT|<NA>)\b",
    r"\b1 (points|children|years|stars|numbers|differences)\b",
    r"\b[Nn]one\. But\b",
    r"(?<![\w(])-\d",  # a hyphen for a minus
    r"\bof zero\b|\bof 0 (children|patients)\b",
    r" ,|\(\)|\.\.(?!\.)|: *\.",
]

WHOLE = ["index", "plain-words", "plain-words-ar"]
LONG = ["07-toxicity", "08-discussion", "09-baghdad", "10-conclusion"]
CASES = [(chapter, name) for chapter in WHOLE for name in OTHERS]
CASES += [(chapter, name) for chapter in LONG[1:] for name in ("all 100", "reversed")]
NUMBERS = ["02-methods", "03-table-one", "04-chi-square", "05-effects", "06-survival"]
CASES += [(chapter, name) for chapter in NUMBERS for name in ("55 for 54", "all 100")]
CASES += [("03-table-one", "unequal arms"), ("05-effects", "chemotherapy 0")]
CASES += [("09-baghdad", "unequal arms"), ("10-conclusion", "55 for 54")]


@pytest.mark.parametrize(("chapter", "name"), CASES)
def test_no_sentence_breaks(read, chapter, name):
    # what a table or a link holds is no sentence
    text = re.sub(r"(?m)^\|.*$|\]\([^)]*\)", "", read(chapter, name))
    for pattern in BROKEN:
        found = re.search(rf".{{0,60}}(?:{pattern}).{{0,30}}", text)
        assert not found, found[0]


@pytest.mark.parametrize("name", OTHERS)
def test_who_came_first_is_who_has_the_highest_shares(read, name):
    _, _, first = facts(name)
    plain, index = read("plain-words", name), read("index", name)
    arabic = read("plain-words-ar", name)
    assert ("No treatment came first in every row" in plain) == (not first)
    assert ("No treatment has the highest share" in index) == (not first)
    assert ("لم يأتِ علاج واحد أولًا" in arabic) == (not first)
    for arm in first:
        assert f"**{arm} came first in every row.**" in plain
        assert f"{arm} has the highest share of children in every row" in index


@pytest.mark.parametrize("name", OTHERS)
def test_only_a_number_that_cannot_be_right_is_called_so(read, name):
    counts, _, _ = facts(name)
    odd = (~counts["feasible"]).sum()
    plain, index = read("plain-words", name), read("index", name)
    assert ("cannot be right as printed" in plain) == bool(odd)
    assert ("Every number in the table can be right" in plain) == (not odd)
    assert ("each fits a whole number of children" in index) == (not odd)
    arabic = read("plain-words-ar", name)
    assert ("**كل الأرقام ممكنة" in arabic) == (not odd)
    assert ("ليست كل الأرقام ممكنة" in arabic) == bool(odd)


@pytest.mark.parametrize("name", OTHERS)
def test_as_many_stars_are_confirmed_as_hold(read, name):
    _, tests, _ = facts(name)
    held = tests["holds"].sum()
    said = {
        0: "none of three",
        1: "one of three (",
        2: "two of three (",
        3: "all three (",
    }
    assert f"confirm\n{said[held]}" in read("index", name)
    plain = {
        0: "none of them",
        1: "one of them (",
        2: "two of them (",
        3: "all of them",
    }
    assert f"Our sums agree for {plain[held]}" in read("plain-words", name)


def test_a_percentage_that_fits_is_called_no_misprint(read):
    fits, odd = read("03-table-one", "55 for 54"), read("03-table-one", "unequal arms")
    assert "A whole count gives it, and no other reading is needed." in fits
    assert "misprint" not in fits
    assert "No count of 15 children gives it." in odd


def test_a_slip_of_the_printer_is_only_ruled_out_where_the_printed_value_fits(read):
    assert "not a slip" not in read("04-chi-square", "55 for 54")
    assert "not a slip" not in read("04-chi-square", "reversed")


def test_with_the_right_test_the_verdict_changes(read):
    text = read("10-conclusion", "55 for 54")
    assert "9 of 9 such claims hold" in text
    assert "◐ reproduced, by a test that is not valid here" in text
    assert "No whole number of 20 gives 54%" not in text


def test_the_study_itself_is_read_so_too(read, monkeypatch):
    monkeypatch.setitem(OTHERS, "as printed", STUDY)
    text = read("index", "as printed")
    assert "confirm\none of three (MRD negative)" in text
    path = ROOT / "chapters" / "index.ipynb"
    committed = path.read_text(encoding="utf-8")
    assert json.dumps(text.splitlines()[0], ensure_ascii=False)[1:-1] in committed
