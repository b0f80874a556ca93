"""The atlas: how each table's values are packed, and the page that shows them."""

import json
from base64 import b64decode
from itertools import combinations, product
from math import prod

import pandas as pd
import published_files
import pytest
from atlas import pack_atlas
from bs4 import BeautifulSoup
from conftest import ROOT

from reanalysis import example, load_study
from reanalysis.endpoints import add_intervals, pairwise_differences
from reanalysis.figures import arm_colors
from reanalysis.prose import percent, pvalue
from reanalysis.tables import every_table

STUDY, OTHER = load_study(ROOT / "data"), example()


def committed():
    """What the page loads, as it does."""
    text = (ROOT / published_files.ATLAS).read_text(encoding="utf-8")
    head, constant = text.split("const ATLAS = ")
    assert head.startswith("/*")
    assert constant.endswith(";\n")
    return json.loads(constant.removesuffix(";\n"))


@pytest.fixture(scope="module", params=["committed", "of another study"])
def atlas_and_study(request):
    if request.param == "committed":
        return committed(), STUDY
    packed = pack_atlas(OTHER)
    assert json.loads(json.dumps(packed)) == packed
    return packed, OTHER


def unpack(atlas, test):
    """Texts and marks of a test in the order of the tables, as the page reads it."""
    data = b64decode(atlas["tests"][test])
    pairs = zip(data[::2], data[1::2], strict=True)
    return [tuple(atlas["shown"][low + 256 * high]) for low, high in pairs]


def of_the_row(atlas, events):
    """The tests of one table, as the page looks them up."""
    place = 0
    for arm, x in zip(atlas["arms"], events, strict=True):
        place = place * (arm["n"] + 1) + x
    return {test: unpack(atlas, test)[place] for test in atlas["tests"]}


def numbers(text):
    """The numbers of an estimate with its interval."""
    plain = text.replace("\N{MINUS SIGN}", "-").replace(" (", " to ").removesuffix(")")
    return [float(part) for part in plain.split(" to ")]


# --- packing --------------------------------------------------------------------------


def test_each_text_is_the_p_value_as_the_book_writes_it(atlas_and_study):
    atlas, study = atlas_and_study
    tables, alpha = every_table(study.arms["n"]), study.alpha
    assert atlas["alpha"] == alpha
    assert list(atlas["tests"]) == list(tables)
    for test in tables:
        expected = [(pvalue(p), p < alpha) for p in tables[test]]
        assert unpack(atlas, test) == expected


def test_a_p_value_at_the_limit_itself_is_not_below_it():
    # one of one against none of three: a quarter exactly
    arms = STUDY.arms.head(2).assign(n=[1, 3])
    outcomes = STUDY.outcomes.head(2).assign(n=[1, 3], percent=["100", "0"])
    tests = STUDY.tests.head(1).assign(alpha="0.25")
    cut = {"arms": arms, "outcomes": outcomes, "tests": tests}
    found = pack_atlas(type(STUDY)(**{**vars(STUDY), **cut}))
    assert of_the_row(found, [1, 0])["exact"] == ("0.250", False)


def test_each_rate_has_its_interval(atlas_and_study):
    atlas, study = atlas_and_study
    assert [int(n) for n in atlas["rates"]] == sorted(set(study.arms["n"]))
    for n, rows in atlas["rates"].items():
        counts = pd.DataFrame({"n": int(n), "events": range(int(n) + 1)})
        assert len(rows) == len(counts)
        for row, (text, *ends) in zip(
            add_intervals(counts).itertuples(), rows, strict=True
        ):
            of_book = (row.estimate, row.low, row.high)
            shares = [percent(value) for value in of_book]
            assert text == "{} ({} to {})".format(*shares)
            assert ends == [round(1000 * value) for value in of_book]


def test_each_difference_is_that_of_the_book(atlas_and_study):
    atlas, study = atlas_and_study
    pairs = {f"{n_1},{n_0}" for n_0, n_1 in combinations(study.arms["n"], 2)}
    assert set(atlas["differences"]) == pairs
    for sizes, rows in atlas["differences"].items():
        n_1, n_0 = map(int, sizes.split(","))
        both = list(product(range(n_1 + 1), range(n_0 + 1)))
        assert len(rows) == len(both)
        events = [x for x_1, x_0 in both for x in (x_0, x_1)]
        counts = pd.DataFrame({"events": events, "n": [n_0, n_1] * len(both)})
        counts["endpoint"] = [str(pair) for pair in both for _ in range(2)]
        counts["arm"] = ["A", "B"] * len(both)
        book = pairwise_differences(counts)
        for row, (text, *ends, excludes) in zip(book.itertuples(), rows, strict=True):
            values = [100 * end for end in (row.estimate, row.low, row.high)]
            assert [end / 10 for end in ends] == pytest.approx(values, abs=0.0500001)
            assert numbers(text) == [end / 10 for end in ends]
            assert excludes == (row.low > 0 or row.high < 0)
            assert text.startswith(
                "+" * (ends[0] > 0) + "\N{MINUS SIGN}" * (ends[0] < 0)
            )
            assert "-" not in text


def test_the_outcomes_are_the_whole_patients_of_the_study(atlas_and_study):
    atlas, study = atlas_and_study
    rows = [(row["endpoint"], *row["events"]) for row in atlas["outcomes"]]
    counts = study.counts.groupby("endpoint", sort=False)["events"]
    assert rows == [(endpoint, *events) for endpoint, events in counts]
    arms = list(zip(study.arm_names, study.arms["n"], strict=True))
    assert [(arm["name"], arm["n"]) for arm in atlas["arms"]] == arms
    assert len(unpack(atlas, "exact")) == prod(n + 1 for _, n in arms)


def test_the_arms_have_the_colors_of_the_figures(atlas_and_study):
    atlas, study = atlas_and_study
    colors = arm_colors(study.arm_names)
    for arm in atlas["arms"]:
        parts = [int(arm["color"][i : i + 2], 16) / 255 for i in (1, 3, 5)]
        assert parts == pytest.approx(colors[arm["name"]], abs=0.5 / 255)


# --- the file and the page ------------------------------------------------------------


def test_the_file_is_small_and_reads_the_same_in_any_encoding():
    data = (ROOT / published_files.ATLAS).read_bytes()
    assert data.isascii()
    assert len(data) < 200_000


def test_other_data_give_another_file(edit):
    first = STUDY.outcomes.iloc[0]
    row = f"{first.endpoint},{first.arm},{first.n},"
    folder = edit("outcomes.csv", f"{row}{first.percent},", f"{row}0,")
    assert published_files.atlas(folder) != published_files.atlas(ROOT / "data")


def chapter():
    text = (ROOT / "chapters" / "atlas.ipynb").read_text(encoding="utf-8")
    return json.loads(text)["cells"]


def test_the_page_has_the_place_that_the_scripts_fill():
    text = "".join(
        "".join(c["source"]) for c in chapter() if c["cell_type"] == "markdown"
    )
    page = BeautifulSoup(text, "html.parser")
    place = page.find(id="atlas")
    assert place["data-unit"]
    assert place.get_text() == ""  # without the scripts nothing is missing
    scripts = [script["src"] for script in page.find_all("script")]
    assert scripts == ["../_static/results/atlas-data.js", "../_static/atlas.js"]
    assert not any(script.has_attr("defer") for script in page.find_all("script"))
    for folder, source in zip(("results", "book/static"), scripts, strict=True):
        assert (ROOT / folder / source.rsplit("/", 1)[1]).exists()


def test_the_page_tells_the_rows_of_the_study_without_the_scripts():
    atlas = committed()
    shown = "".join(
        "".join(output["data"].get("text/markdown", ""))
        for cell in chapter()
        for output in cell.get("outputs", [])
    )
    for row in atlas["outcomes"]:
        cells = [
            f"**{text}**" if below else text
            for text, below in of_the_row(atlas, row["events"]).values()
        ]
        cells = [str(row["events"])[1:-1], *cells]
        assert (
            f"| {row['endpoint']} | {' | '.join(cells)} |".replace("<", "&lt;") in shown
        )
        arms = [
            (arm["name"], arm["n"], x)
            for arm, x in zip(atlas["arms"], row["events"], strict=True)
        ]
        for (other, n_0, x_0), (arm, n_1, x_1) in combinations(arms, 2):
            text, *_ = atlas["differences"][f"{n_1},{n_0}"][x_1 * (n_0 + 1) + x_0]
            assert f"| {row['endpoint']} | {arm} minus {other} | {text} |" in shown


def test_the_script_computes_and_loads_nothing():
    script = (ROOT / "book" / "static" / "atlas.js").read_text(encoding="utf-8")
    for word in ("fetch(", "XMLHttpRequest", "import ", "Math.", "toFixed", "http:"):
        assert word not in script.replace("http://www.w3.org/2000/svg", "")
