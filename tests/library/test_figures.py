"""Figures: what stands where, the same every time, and in words where nothing does."""

import inspect
import io

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from whole_study import drawings

from reanalysis import example, figures
from reanalysis.claims import VERDICTS
from reanalysis.endpoints import add_intervals, check_tests
from reanalysis.figures.origins import _lanes
from reanalysis.figures.style import NOTHING

STUDY = example()
DRAWINGS = [name for name in figures.__all__ if name.startswith("draw_")]


@pytest.fixture(scope="module")
def drawn():
    """Each figure of the made-up study."""
    found = drawings(STUDY)
    assert list(found) == DRAWINGS
    return found


def svg(figure):
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def texts(ax):
    return [text.get_text() for text in ax.texts]


# --- every figure ---------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_is_the_same_file_every_time_and_has_no_title(drawn, name):
    figures.use_style()
    assert svg(drawn[name]()) == svg(drawn[name]())
    assert {ax.get_title() for ax in drawn[name]().axes} == {""}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_carries_the_numbers_that_it_shows(drawn, name):
    figure, (frame, *_) = drawn[name](), drawn[name].args
    rows = figure._repr_mimebundle_()["text/csv"].splitlines()
    assert rows[0] == ",".join(frame)
    assert len(rows) >= 1 + len(frame)


def test_numbers_are_carried_with_six_digits():
    people = STUDY.counts.assign(verdict="", extra=1 / 3)
    figure = figures.draw_people(people, figures.arm_colors(STUDY.arm_names))
    assert "0.333333\n" in figure._repr_mimebundle_()["text/csv"]
    assert figures.style.Figure()._repr_mimebundle_() == {}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_of_no_rows_says_so_in_a_sentence(name):
    draw = getattr(figures, name)
    _, *others = inspect.signature(draw).parameters
    figure = draw(pd.DataFrame(), **dict.fromkeys(others))
    assert [text.get_text() for text in figure.axes[0].texts] == [NOTHING]
    assert NOTHING.endswith(".")


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


# --- rates, differences and p-values --------------------------------------------------


def test_p_values_are_filled_where_the_claim_holds():
    tests = check_tests(STUDY).assign(text="p")
    ax = figures.draw_pvalues(tests).axes[0]
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    assert [mark.get_xdata()[0] for mark in marks] == tests["pvalue"].tolist()
    holds = [to_hex(mark.get_markerfacecolor()) == figures.INK for mark in marks]
    assert holds == tests["holds"].tolist() == [False, True, False]


def test_a_scale_of_pvalues_begins_below_one_percent():
    tests = {"endpoint": ["x"], "pvalue": 0.2, "text": "0.2", "claimed": 0.05}
    drawn = figures.draw_pvalues(pd.DataFrame(tests | {"holds": False}))
    assert drawn.axes[0].get_xlim() == pytest.approx((0.01 / 3, 1))


def test_rates_have_their_intervals_in_percent_in_the_color_of_their_arm():
    colors = figures.arm_colors(STUDY.arm_names)
    rates = add_intervals(STUDY.counts)
    lines = figures.draw_rates(rates, colors).axes[0].lines
    found = [(*line.get_xdata(), line.get_color()) for line in lines]
    expected = []
    for row in rates.itertuples():
        ends = (100 * row.low, 100 * row.high, colors[row.arm])
        expected += [ends, (100 * row.estimate, colors[row.arm])]
    assert found == expected


# --- published figures ----------------------------------------------------------------


PUBLISHED = pd.DataFrame(
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


def test_a_published_figure_has_its_interval_its_text_and_its_mark():
    ax = figures.draw_estimates(PUBLISHED).axes[0]
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


def test_shares_of_other_things_name_them_and_draw_a_point_at_the_end_whole():
    of_rows = PUBLISHED.assign(percent=[0.0, 100.0], low=float("nan"))
    ax = figures.draw_estimates(of_rows, of="rows").axes[0]
    assert ax.get_xlabel() == "rows, percent"
    points = [line for line in ax.lines if line.get_marker() == "o"]
    assert [point.get_clip_on() for point in points] == [False, False]


def test_a_claimed_range_is_a_band_below_its_name():
    drawn = figures.draw_estimates(PUBLISHED, band=[52, 19], label="19-52%")
    ax = drawn.axes[0]
    (band,) = ax.patches
    assert (band.get_x(), band.get_x() + band.get_width()) == (19, 52)
    name = next(text for text in ax.texts if text.get_text() == "19-52%")
    assert name.get_position() == (35.5, 1.01)


# --- designs and scenarios ------------------------------------------------------------


LIMITS = pd.DataFrame(
    {
        "n": [5, 10, 20] * 3,
        "label": ["exact"] * 3 + ["wider"] * 3 + ["rule"] * 3,
        "high": [0.45, 0.26, 0.14, 0.52, 0.31, 0.17, 0.6, 0.3, 0.15],
    }
)


POWER = pd.DataFrame(
    {
        "endpoint": ["x", "x", "y"],
        "label": ["A, B", "A, C", "A, B"],
        "power": [0.9, 0.2, 0.0],
        "text": ["nine", "two", "none"],
        "enough": [True, False, False],
    }
)


SCENARIOS = pd.DataFrame(
    {
        "source": ["here", "here", "there"],
        "scenario": ["now", "a name so long that it has to go on two lines", "then"],
        "estimate": [40.4, 55.0, 69.6],
        "low": [19, 32, 46],
        "high": [64, 77, 88],
    }
)


def points(ax):
    """Place and face of each round point, from top to bottom or as drawn."""
    lines = [line for line in ax.lines if line.get_marker() == "o"]
    return [
        (line.get_xdata()[0], line.get_ydata()[0], line.get_markerfacecolor())
        for line in lines
    ]


def test_limits_are_lines_in_percent_with_their_names_beside_a_sample():
    (ax,) = figures.draw_upper_limits(LIMITS, 10).axes
    curves = [line for line in ax.lines if len(line.get_xdata()) == 3]
    assert [y for line in curves for y in line.get_ydata()] == pytest.approx(
        [45, 26, 14, 52, 31, 17, 60, 30, 15]
    )
    styles = [line.get_linestyle() for line in curves]
    assert len(set(styles)) == 3  # told apart without color
    assert curves[0].get_linewidth() == max(line.get_linewidth() for line in curves)
    samples = [line for line in ax.lines if line.get_transform() == ax.transAxes]
    assert [line.get_linestyle() for line in samples] == styles
    assert texts(ax) == ["exact", "wider", "rule", "10 patients"]


def test_limits_of_the_marked_number_have_points():
    (ax,) = figures.draw_upper_limits(LIMITS, 10).axes
    x, y, _ = zip(*points(ax), strict=True)
    assert x == (10, 10, 10)
    assert y == pytest.approx((26, 31, 30))
    assert ax.get_xlim() == (0, 20)
    assert ax.get_ylim()[0] == 0


def test_power_is_in_percent_and_filled_where_it_is_enough():
    (ax,) = figures.draw_power(POWER, 0.8).axes
    x, y, faces = zip(*points(ax), strict=True)
    assert x == pytest.approx((90, 20, 0))
    assert y == (1, 2, pytest.approx(4.3))
    assert faces == (figures.INK, "white", "white")
    band = next(p for p in ax.patches if isinstance(p, mpl.patches.Rectangle))
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((80, 100))
    assert texts(ax) == ["nine", "two", "none"]
    # the text of a point far to the right stands to its left
    assert [text.get_ha() for text in ax.texts] == ["right", "left", "left"]


def test_scenarios_have_their_number_and_interval_below_their_source():
    (ax,) = figures.draw_scenarios(SCENARIOS, "alive, of 100").axes
    x, y, _ = zip(*points(ax), strict=True)
    assert x == (40.4, 55, 69.6)
    # a name of two lines has the room of two, a heading that of more
    assert y[0] < y[1] < y[2]
    assert y[2] - y[1] > y[1] - y[0] > 1
    ranges = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    assert ranges == [[19, 64], [32, 77], [46, 88]]
    assert texts(ax) == ["40", "55", "70"]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[:2] == ["here", "now"]
    assert names[2].count("\n") == 1
    assert [
        label.get_text()
        for label in ax.get_yticklabels()
        if label.get_fontweight() == "bold"
    ] == ["here", "there"]
    assert ax.get_xlim() == (0, 100)
    assert ax.get_xlabel() == "alive, of 100"


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


def test_more_lines_than_styles_are_drawn_too():
    rows = pd.DataFrame({"label": list("abcde"), "marked": False, "probability": 0.1})
    curves = pd.concat([rows.assign(rate=rate) for rate in (0.2, 0.8)])
    shown = figures.draw_false_positives(curves, 0.05).axes[0]
    assert {text.get_text() for text in shown.texts} >= set("abcde")
    limits = rows.assign(n=9, high=0.3)
    shown = figures.draw_upper_limits(limits, 9).axes[0]
    assert {text.get_text() for text in shown.texts} >= set("abcde")


# --- claims and people ----------------------------------------------------------------


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
    assert set(STANDINGS) == set(VERDICTS.values())
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


# --- an audit -------------------------------------------------------------------------


def test_each_statistic_stands_at_its_printed_and_its_recomputed_value():
    checks = pd.DataFrame(
        {
            "printed": ["7.3", "1.5", "2.0", "0", "NS"],
            "computed": ["4.3", "1.50", "", "0.000", "3"],
            "verdict": ["does not agree", "agrees", "agrees", "agrees", "agrees"],
        }
    )
    figure = figures.draw_printed_against_recomputed(checks)
    lines = figure.axes[0].get_lines()[1:]
    found = {line.get_label(): line.get_xydata().tolist() for line in lines}
    assert found == {
        "agrees": [[1.5, 1.5]],
        "does not agree": [[pytest.approx(7.3), pytest.approx(4.3)]],
    }


# --- points side by side --------------------------------------------------------------


def test_points_side_by_side_are_in_the_order_given_where_rounding_alone_differs():
    places = np.array([1.0, 2.0, 1.0, 1.0, 2.5])
    lanes = _lanes(places, 0.4)
    assert lanes == [0, 0, 1, -1, 0]
    for noise in (1e-13, -1e-13):
        assert _lanes(places + noise * np.arange(5), 0.4) == lanes


def test_points_in_one_lane_do_not_touch_each_other():
    places = np.random.default_rng(1).normal(size=200)
    lanes = np.array(_lanes(places, 0.1))
    for lane in range(lanes.min(), lanes.max() + 1):
        there = np.sort(places[lanes == lane])
        assert len(there) > 0
        assert (np.diff(there) > 0.1 - 1e-8).all()
