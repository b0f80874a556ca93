"""The atlas: each table's values, how they are packed, the page that shows them."""

import json
from base64 import b64decode
from itertools import combinations, product
from math import prod

import numpy as np
import pandas as pd
import published_files as tool
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from reanalysis import exact_test, load_study, pearson_test, proportion, trend_test
from reanalysis.atlas import look_up, pack_atlas
from reanalysis.counts import recover_counts
from reanalysis.design import rejection_region
from reanalysis.endpoints import pairwise_differences
from reanalysis.figures import arm_colors
from reanalysis.prose import percent, pvalue
from reanalysis.tables import every_table

STUDY = load_study(ROOT / "data")
N = STUDY.arms["n"].tolist()
ARMS = STUDY.arms["arm"].tolist()
ALPHA = 0.05
EVENTS = list(product(*(range(size + 1) for size in N)))


@pytest.fixture(scope="module")
def tables():
    return every_table(N, arms=ARMS)


@pytest.fixture(scope="module")
def packed():
    return pack_atlas(STUDY)


@pytest.fixture(scope="module")
def committed():
    text = (ROOT / tool.ATLAS).read_text(encoding="utf-8")
    head, constant = text.split("const ATLAS = ")
    assert head.startswith("/*")
    assert constant.endswith(";\n")
    return json.loads(constant.removesuffix(";\n"))


def unpack(atlas, test):
    """Texts and marks of a test in the order of the tables, as the page reads it."""
    data = b64decode(atlas["tests"][test])
    pairs = zip(data[::2], data[1::2], strict=True)
    return [tuple(atlas["shown"][low + 256 * high]) for low, high in pairs]


def small_study(sizes, events, alpha="0.05"):
    """The study cut down to as many arms, with other sizes and one row."""
    arms = STUDY.arms.head(len(sizes)).assign(n=sizes)
    outcomes = pd.DataFrame(
        {
            "endpoint": "response",
            "arm": arms["arm"],
            "n": sizes,
            "percent": [
                f"{100 * x / n:.2f}" for x, n in zip(events, sizes, strict=True)
            ],
        }
    )
    tests = STUDY.tests.head(1).assign(endpoint="response", alpha=alpha)
    return type(STUDY)(
        **{**vars(STUDY), "arms": arms, "outcomes": outcomes, "tests": tests}
    )


# --- values ---------------------------------------------------------------------------


def test_every_table_is_there_once_and_in_order(tables):
    assert tables.index.to_list() == EVENTS
    assert len(tables) == prod(size + 1 for size in N) == 9261
    assert tables.index.names == ARMS


def test_the_tables_of_the_study_have_the_known_p_values(tables):
    rows = tables.loc[[(11, 13, 17), (6, 12, 16), (8, 11, 14)]].round(4)
    assert rows["pearson"].tolist() == [0.1157, 0.0058, 0.1623]
    assert rows["exact"].round(3).tolist() == [0.153, 0.006, 0.184]
    assert rows["trend"].tolist() == [0.0414, 0.0014, 0.0565]


def test_the_printed_procedure_worked_out_by_hand(tables):
    # 40, 55 and 70 percent: 15 squared twice over 55, 8.18 as is printed
    found = tables.loc[(8, 11, 14), "percentages"]
    assert found == pytest.approx(stats.chi2.sf(450 / 55, 2))


def test_pearson_is_that_of_one_row_per_patient_and_so_is_its_text(tables, packed):
    chosen = np.random.default_rng(1).choice(len(EVENTS), 120, replace=False)
    direct = [pearson_test(EVENTS[i], N).pvalue for i in chosen]
    assert tables["pearson"].iloc[chosen].to_numpy() == pytest.approx(direct, rel=1e-9)
    texts = unpack(packed, "pearson")
    assert [texts[i] for i in chosen] == [(pvalue(p), p < ALPHA) for p in direct]


def test_exact_and_trend_are_those_of_the_tests_in_every_table(tables):
    exact = [exact_test(x, N).pvalue for x in EVENTS]
    np.testing.assert_allclose(tables["exact"], exact, rtol=1e-11)
    trend = [trend_test(x, N).pvalue for x in EVENTS]
    np.testing.assert_allclose(tables["trend"], trend, rtol=1e-11)


@pytest.mark.parametrize("test", ["percentages", "pearson", "exact"])
@pytest.mark.parametrize("n", [N, [7, 12, 9], [15, 30]], ids=str)
def test_the_same_tables_are_significant_as_in_the_rejection_region(tables, n, test):
    found = tables if n == N else every_table(n)
    events = np.array(found.index.to_list())
    region = rejection_region(n, test=test, alpha=ALPHA)
    assert (found[test] <= ALPHA).tolist() == region.contains(events).tolist()


@pytest.mark.parametrize("n", [[4, 4], [2, 5, 3]])
def test_without_an_outcome_or_without_any_other_nothing_differs(n):
    found = every_table(n)
    ends = found.iloc[[0, -1]].to_numpy()
    assert ends.tolist() == [[1.0] * 4] * 2
    assert found.notna().all(axis=None)
    assert found.gt(0).all(axis=None)
    assert found.le(1).all(axis=None)


def test_the_printed_procedure_is_too_free_below_a_rate_and_too_strict_above(tables):
    # its value is 100 * (1 - p) / n times Pearson's
    rate = tables.index.to_frame().sum(axis=1) / sum(N)
    parted = tables["pearson"].between(1e-12, 0.999)
    gain = tables["pearson"] - tables["percentages"]
    assert (gain[parted & (rate < 0.79)] > 0).all()
    assert (gain[parted & (rate > 0.81)] < 0).all()


def test_names_of_arms_may_be_left_out():
    assert every_table([1, 2]).index.names == ["1", "2"]


def test_too_many_tables_are_refused():
    assert len(every_table([3, 4], most_tables=20)) == 20
    with pytest.raises(ValueError, match=r"3, 4 patients make 20 tables, more than"):
        every_table([3, 4], most_tables=19)
    with pytest.raises(ValueError, match="8,120,601 tables"):
        every_table([200, 200, 200])
    with pytest.raises(ValueError, match="250,001 tables"):
        every_table([52, 52, 88])
    with pytest.raises(ValueError, match="more than most_tables=9,260"):
        pack_atlas(STUDY, most_tables=9260)


@pytest.mark.parametrize(
    ("n", "arms", "error", "says"),
    [
        ([20], None, ValueError, "at least two arms"),
        ([], None, ValueError, "at least two arms"),
        ([20, 0], None, ValueError, "at least 1"),
        ([20, 2.5], None, TypeError, "whole"),
        ([20, 20], ["A"], ValueError, "1 names for 2 arms"),
    ],
)
def test_sizes_that_make_no_table_are_refused(n, arms, error, says):
    with pytest.raises(error, match=says):
        every_table(n, arms=arms)


# --- packing --------------------------------------------------------------------------


@pytest.mark.parametrize("test", ["percentages", "pearson", "exact", "trend"])
def test_each_text_is_the_p_value_as_the_book_writes_it(tables, packed, test):
    expected = [(pvalue(p), p < ALPHA) for p in tables[test]]
    assert unpack(packed, test) == expected


def test_each_difference_is_that_of_the_book(packed):
    for x_1, x_0 in product(range(21), repeat=2):
        counts = pd.DataFrame(
            {"endpoint": "e", "arm": ["A", "B"], "n": 20, "events": [x_0, x_1]}
        )
        row = pairwise_differences(counts).iloc[0]
        text, *ends, excludes = packed["differences"]["20,20"][21 * x_1 + x_0]
        values = [100 * row[end] for end in ("estimate", "low", "high")]
        assert np.array(ends) / 10 == pytest.approx(values, abs=0.0500001)
        shown = text.replace("\N{MINUS SIGN}", "-").replace(" (", " to ")[:-1]
        assert [float(part) for part in shown.split(" to ")] == [e / 10 for e in ends]
        assert excludes == (row["low"] > 0 or row["high"] < 0)


def test_a_difference_has_a_sign_unless_it_is_none(packed):
    texts = [row[0] for row in packed["differences"]["20,20"]]
    assert texts[0].startswith("0.0 (\N{MINUS SIGN}")
    assert texts[1].startswith("\N{MINUS SIGN}5.0 (")
    assert texts[21].startswith("+5.0 (")
    assert not any("-" in text for text in texts)


def test_each_rate_has_its_interval(packed):
    assert list(packed["rates"]) == ["20"]
    assert len(packed["rates"]["20"]) == 21
    for x, (text, *ends) in enumerate(packed["rates"]["20"]):
        found = proportion(x, 20)
        low, high = percent(found.low), percent(found.high)
        assert text == f"{percent(x / 20)} ({low} to {high})"
        assert ends == [round(1000 * v) for v in (x / 20, found.low, found.high)]


def test_the_outcomes_are_the_whole_patients_of_the_study(packed):
    counts = recover_counts(STUDY.outcomes)
    assert [row["endpoint"] for row in packed["outcomes"]] == list(
        STUDY.tests["endpoint"]
    )
    events = [x for row in packed["outcomes"] for x in row["events"]]
    assert events == counts["events"].tolist()
    assert packed["arms"] == [{"name": a, "n": n} for a, n in zip(ARMS, N, strict=True)]


def test_it_survives_json(packed):
    assert json.loads(json.dumps(packed)) == packed


@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=3).flatmap(
        lambda n: st.tuples(
            st.just(n), st.tuples(*(st.integers(0, size) for size in n))
        )
    ),
    st.sampled_from(["0.01", "0.05", "0.2"]),
)
@settings(max_examples=25)
def test_any_table_of_any_size_is_found_where_it_belongs(table, alpha):
    n, events = table
    found = look_up(pack_atlas(small_study(n, events, alpha)), events)
    exact, trend = exact_test(events, n).pvalue, trend_test(events, n).pvalue
    assert found["tests"]["exact"] == (pvalue(exact), exact < float(alpha))
    assert found["tests"]["trend"] == (pvalue(trend), trend < float(alpha))
    arms = list(zip(ARMS, n, events, strict=False))
    for name, size, x in arms:
        assert found["rates"][name].startswith(f"{percent(x / size)} (")
    assert list(found["rates"]) == [name for name, _, _ in arms]
    for (other, n_0, x_0), (arm, n_1, x_1) in combinations(arms, 2):
        tenths = round(1000 * (x_1 * n_0 - x_0 * n_1) / (n_1 * n_0))
        text = found["differences"][arm, other].split(" ")[0]
        assert float(text.replace("\N{MINUS SIGN}", "-")) == tenths / 10
    assert len(found["differences"]) == len(n) * (len(n) - 1) / 2


def test_a_p_value_at_the_limit_itself_is_not_below_it():
    # one of one against none of three: a quarter exactly
    found = look_up(pack_atlas(small_study([1, 3], [1, 0], "0.25")), [1, 0])
    assert found["tests"]["exact"] == ("0.250", False)


@pytest.mark.parametrize("events", [[21, 0, 0], [0, -1, 0], [1, 2], [1, 2, 3, 4]])
def test_a_table_that_cannot_be_is_refused(packed, events):
    with pytest.raises(ValueError, match=r"events|lengths|counts"):
        look_up(packed, events)


# --- the file and the page ------------------------------------------------------------


def test_the_committed_file_is_what_the_study_gives():
    text = (ROOT / tool.ATLAS).read_bytes()
    assert text == tool.atlas(ROOT / "data").encode(), "type make rerun"


def test_the_committed_file_can_be_unpacked(committed, tables):
    for test in tables:
        assert unpack(committed, test) == [(pvalue(p), p < ALPHA) for p in tables[test]]
    assert committed["alpha"] == ALPHA


def test_the_file_is_small_and_reads_the_same_in_any_encoding():
    data = (ROOT / tool.ATLAS).read_bytes()
    assert data.isascii()
    assert len(data) < 200_000


def test_the_arms_have_the_colors_of_the_figures(committed):
    colors = arm_colors(ARMS)
    for arm in committed["arms"]:
        parts = [int(arm["color"][i : i + 2], 16) / 255 for i in (1, 3, 5)]
        assert parts == pytest.approx(colors[arm["name"]], abs=0.5 / 255)


def test_other_data_give_another_file(edit):
    folder = edit(
        "outcomes.csv",
        "MRD negative,Chemotherapy,20,30",
        "MRD negative,Chemotherapy,20,35",
    )
    assert '"events":[7,12,16]' in tool.atlas(folder)


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


def test_the_page_tells_the_rows_of_the_study_without_the_scripts(committed):
    shown = "".join(
        "".join(output["data"].get("text/markdown", ""))
        for cell in chapter()
        for output in cell.get("outputs", [])
    )
    for row in committed["outcomes"]:
        found = look_up(committed, row["events"])
        texts = [text.replace("<", "&lt;") for text, _ in found["tests"].values()]
        cells = [
            f"**{text}**" if below else text
            for text, (_, below) in zip(texts, found["tests"].values(), strict=True)
        ]
        events = ", ".join(map(str, row["events"]))
        assert f"| {row['endpoint']} | {events} | {' | '.join(cells)} |" in shown
        for (arm, other), text in found["differences"].items():
            assert f"| {row['endpoint']} | {arm} minus {other} | {text} |" in shown


def test_the_script_computes_and_loads_nothing():
    script = (ROOT / "book" / "static" / "atlas.js").read_text(encoding="utf-8")
    for word in ("fetch(", "XMLHttpRequest", "import ", "Math.", "toFixed", "http:"):
        assert word not in script.replace("http://www.w3.org/2000/svg", "")
