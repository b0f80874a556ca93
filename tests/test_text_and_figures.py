import io

import numpy as np
import pandas as pd
import pytest

from reanalysis import figures, prose
from reanalysis.counts import nearest_percentages
from reanalysis.endpoints import add_intervals


def svg(figure):
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


@pytest.fixture
def drawings():
    figures.use_style()
    counts = pd.DataFrame(
        {"endpoint": "response", "arm": ["A", "B"], "events": [3, 9], "n": [10, 12]}
    )
    tests = pd.DataFrame(
        {
            "endpoint": ["x", "y"],
            "pvalue": [0.01, 0.2],
            "text": ["0.01", "0.2"],
            "claimed": [0.05, float("nan")],
            "holds": [True, False],
        }
    )
    found = pd.DataFrame(
        {
            "group": ["p", "p", "q"],
            "deviation": [0.05, 2.0, 3.0],
            "reproduces": [True, False, False],
            "label": ["here", "", ""],
        }
    )
    nearest = nearest_percentages("54", 20).assign(label="")
    colors = figures.arm_colors(["A", "B"])
    published = pd.DataFrame(
        {
            "endpoint": ["early", "late"],
            "label": ["p", "q"],
            "percent": [25.8, 66.0],
            "low": [20.0, float("nan")],
            "high": [31.5, float("nan")],
            "text": ["25.8%", "66%"],
            "marked": [True, False],
        }
    )
    return {
        "pvalues": lambda: figures.draw_pvalues(tests),
        "rates": lambda: figures.draw_rates(add_intervals(counts), colors),
        "nearest": lambda: figures.draw_nearest(nearest, 53.5, 54.5),
        "candidates": lambda: figures.draw_candidates(found, 0.1),
        "estimates": lambda: figures.draw_estimates(
            published, band=[52, 19], label="19-52%"
        ),
        "estimates alone": lambda: figures.draw_estimates(published),
    }


@pytest.mark.parametrize(
    "name", ["pvalues", "rates", "nearest", "candidates", "estimates"]
)
def test_a_figure_is_the_same_file_every_time(drawings, name):
    assert svg(drawings[name]()) == svg(drawings[name]())


def test_figures_have_no_title(drawings):
    for draw in drawings.values():
        assert [ax.get_title() for ax in draw().axes] == [""]


def test_points_stand_where_the_numbers_are(drawings):
    ax = drawings["pvalues"]().axes[0]
    points = [line for line in ax.lines if line.get_marker() == "o"]
    assert [point.get_xdata()[0] for point in points] == [0.01, 0.2]
    assert points[0].get_markerfacecolor() != points[1].get_markerfacecolor()


def test_a_published_figure_has_its_interval_its_text_and_its_mark(drawings):
    ax = drawings["estimates alone"]().axes[0]
    points = [line for line in ax.lines if line.get_marker() == "o"]
    lines = [line for line in ax.lines if line.get_marker() != "o"]
    assert [point.get_xdata()[0] for point in points] == [25.8, 66.0]
    assert list(lines[0].get_xdata()) == [20.0, 31.5]
    assert np.isnan(lines[1].get_xdata()).all()
    assert [(text.get_text(), text.xy[0]) for text in ax.texts] == [
        ("25.8%", 31.5),  # beyond the interval
        ("66%", 66.0),
    ]
    assert points[0].get_markerfacecolor() == points[0].get_markeredgecolor()
    assert points[1].get_markerfacecolor() == "white"
    assert points[0].get_ydata()[0] == lines[0].get_ydata()[0]
    assert ax.get_xlim() == (0, 100)
    assert not ax.patches


def test_a_claimed_range_is_a_band_below_its_name(drawings):
    ax = drawings["estimates"]().axes[0]
    (band,) = ax.patches
    assert (band.get_x(), band.get_x() + band.get_width()) == (19, 52)
    name = next(text for text in ax.texts if text.get_text() == "19-52%")
    assert name.get_position() == (35.5, 1.01)


@pytest.mark.parametrize("arms", range(1, 7))
def test_every_arm_can_be_read_on_white_and_differs_in_grey(arms):
    colors = np.array(list(figures.arm_colors(map(str, range(arms))).values()))
    linear = np.where(
        colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4
    )
    contrast = 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05)  # WCAG 2.2, to white
    assert contrast.min() >= 4.5
    assert (contrast[:-1] / contrast[1:] > 1.15).all()
    assert ((colors >= 0) & (colors <= 1)).all()


def test_a_cell_of_data_cannot_become_markup():
    text = prose.table(pd.DataFrame({"a": ["<b>|*x*</b> & $y$ [z](w)"]}))
    row = text.splitlines()[-1]
    assert row == r"| \<b\>\|\*x\*\</b\> &amp; \$y\$ \[z\](w) |"


def test_only_numbers_stand_to_the_right():
    text = prose.table(pd.DataFrame({"a": ["x"], "b": [1], "c": [1.5]}))
    assert text.splitlines()[1] == "|:--|--:|--:|"


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (["54%", "7.3*", ""], True),
        (["< 0.0001", "0.116"], True),
        (["\u22127.5", "+10", "1,305"], True),
        (["**0.033**", "0.116"], True),
        (["> 99%", "\\< 1%", "&lt; 1%"], True),
        (["11 of 20", "20"], False),
        (["34% to 74%"], False),
        (["", ""], False),
        (["2-year", "20"], False),
    ],
)
def test_numbers_as_ready_text_stand_to_the_right_too(cells, right):
    text = prose.table(pd.DataFrame({"a": cells}))
    assert text.splitlines()[1] == ("|--:|" if right else "|:--|")


def test_numbers_as_words_end_at_nine():
    assert [prose.number(n) for n in (0, 1, 9, 10, 1234)] == [
        "none",
        "one",
        "nine",
        "10",
        "1,234",
    ]
    assert prose.number(-1) == "-1"


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0, "0%"), (0.005, "< 1%"), (0.00501, "1%"), (0.99499, "99%"), (0.995, "> 99%")],
)
def test_a_percentage_is_none_or_all_only_if_it_is_that(probability, text):
    assert prose.percent(probability) == text


def test_pvalues_change_their_decimals_at_their_limits():
    assert prose.pvalue(0.00999) == "0.0100"
    assert prose.pvalue(0.01) == "0.010"
    assert prose.pvalue(0.0001) == "0.0001"
    assert prose.pvalue(0.0000999) == "< 0.0001"


def test_lists_of_any_length():
    assert prose.listed(["a"]) == "a"
    assert prose.listed([1, 2]) == "1 and 2"
    assert prose.listed("abc") == "a, b and c"


def test_a_scale_of_pvalues_begins_below_one_percent(drawings):
    tests = {"endpoint": ["x"], "pvalue": 0.2, "text": "0.2", "claimed": 0.05}
    drawn = figures.draw_pvalues(pd.DataFrame(tests | {"holds": False}))
    assert drawn.axes[0].get_xlim() == pytest.approx((0.01 / 3, 1))


def test_up_to_three_lines_are_set_against_a_marked_one():
    curves = pd.DataFrame(
        {
            "label": [name for name in "abcd" for _ in range(3)],
            "rate": [0, 0.5, 1] * 4,
            "probability": [0, 0.5, 0, 0, 0.2, 0, 0, 0.1, 0, 0, 0.05, 0],
            "marked": [True] * 3 + [False] * 9,
        }
    )
    ax = figures.draw_false_positives(curves, 0.05).axes[0]
    lines = [line for line in ax.lines if len(line.get_xdata()) == 3]
    assert [line.get_linestyle() for line in lines] == ["-", "--", ":", "-."]
    places = {t.get_text(): t.xyann[0] for t in ax.texts if hasattr(t, "xyann")}
    assert [places[name] for name in "bcd"] == [8, 33, 48]
    heights = {t.get_text(): t.xyann[1] for t in ax.texts if hasattr(t, "xyann")}
    top = heights["b"] / 0.3
    assert [heights[name] for name in "cd"] == pytest.approx([0.2 * top, 0.1 * top])


def test_a_short_ledger_is_not_drawn_out():
    ledger = pd.DataFrame({"section": ["x", "y"], "standing": "holds"})
    assert figures.draw_ledger(ledger).axes[0].get_xlim() == (-1, 12)


STANDINGS = {  # as a reader tells them apart, without color
    "holds": ("o", "full", False),
    "only by an invalid test": ("o", "left", False),
    "does not hold": ("X", "full", False),
    "stated without data": ("s", "full", True),
    "cannot be told": ("o", "full", True),
}


def test_each_standing_of_a_claim_has_a_mark_of_its_own_and_stands_in_the_key():
    ledger = pd.DataFrame({"section": "x", "standing": [*STANDINGS, "holds"]})
    figure = figures.draw_ledger(ledger)
    looks = [
        (line.get_marker(), line.get_fillstyle(), line.get_mfc() == "white")
        for line in figure.axes[0].lines
    ]
    assert looks == [*STANDINGS.values(), STANDINGS["holds"]]
    (key,) = figure.legends
    counts = [2, 1, 1, 1, 1]
    assert [text.get_text() for text in key.get_texts()] == [
        f"{name} ({count})" for name, count in zip(STANDINGS, counts, strict=True)
    ]


def test_a_judgement_is_a_concern_unless_it_is_known_to_be_none():
    judgements = ["low", "serious", "no information", "does not apply", "not reported"]
    appraisal = pd.DataFrame(
        {
            "tool": ["T", "T", "T", "U", "U"],
            "part": ["a", "a", "b", "a", "a"],
            "item": ["T.1", "T.2", "T.3", "U.1", "U.2"],
            "judgement": judgements,
        }
    )
    (ax,) = figures.draw_appraisal(appraisal).axes
    marks = [(line.get_marker(), *line.get_xydata()[0]) for line in ax.lines]
    assert marks == [("o", 0, 0), ("X", 1, 0), ("_", 0, 1), (".", 0, 2), ("X", 1, 2)]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["T:\na", "b", "U:\na"]


def test_a_difference_has_a_sign_unless_it_is_written_as_zero():
    found = [prose.signed(value, 1) for value in (0.6, -0.6, 0.04, -0.04, 0)]
    assert found == ["+0.6", "\u22120.6", "0.0", "0.0", "0.0"]


PEOPLE = pd.DataFrame(
    {
        "endpoint": ["x", "x", "y"],
        "arm": ["A", "B", "A"],
        "n": [4, 3, 4],
        "events": [1, 3, 0],
        "verdict": ["so", "so", ""],
    }
)


def test_people_are_marks_filled_for_the_outcome():
    colors = figures.arm_colors(["A", "B"])
    (ax,) = figures.draw_people(PEOPLE, colors).axes
    full = [
        len(line.get_xdata())
        for line in ax.lines
        if line.get_markerfacecolor() != "white"
    ]
    every = sum(len(line.get_xdata()) for line in ax.lines)
    assert sum(full) == PEOPLE["events"].sum()
    assert every == PEOPLE["n"].sum()
    said = [text.get_text() for text in ax.texts]
    assert said == ["1 of 4", "3 of 3", "0 of 4", "so", ""]
    lefts = [line.get_xdata()[0] for line in ax.lines if len(line.get_xdata())]
    assert sorted(lefts) == [0, 0, 0, 1]  # an arm of which all have it has one row


def test_a_figure_carries_the_numbers_that_it_shows():
    figure = figures.draw_people(PEOPLE, figures.arm_colors(["A", "B"]))
    text = figure._repr_mimebundle_()["text/csv"]
    assert text.splitlines()[:2] == ["endpoint,arm,n,events,verdict", "x,A,4,1,so"]
    odd = figures.draw_people(PEOPLE.assign(extra=1 / 3), figures.arm_colors("AB"))
    assert "0.333333\n" in odd._repr_mimebundle_()["text/csv"]
    assert figures.style.Figure()._repr_mimebundle_() == {}


def test_one_is_no_plural_and_nothing_is_no_list():
    assert prose.counted(1, "child", "children") == "one child"
    assert prose.counted(0, "child", "children") == "no children"
    assert prose.counted(12, "star") == "12 stars"
    said = [prose.some_of("abc"[:k], 3) for k in range(4)]
    assert said == [
        "none of three",
        "one of three (a)",
        "two of three (a and b)",
        "all three (a, b and c)",
    ]
    assert [prose.some_of([], n) for n in (1, 2)] == ["none of one", "none of two"]
    assert prose.some_of(["a"], 1) == "the only one (a)"
