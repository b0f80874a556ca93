"""Figures of limits, power and scenarios: what stands where, the same every time."""

import io

import matplotlib as mpl
import pandas as pd
import pytest

from reanalysis import figures

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
DRAWINGS = {
    "limits": lambda: figures.draw_upper_limits(LIMITS, 10),
    "power": lambda: figures.draw_power(POWER, 0.8),
    "scenarios": lambda: figures.draw_scenarios(SCENARIOS, "alive, of 100"),
}


def svg(figure):
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def points(ax):
    """Place and face of each round point, from top to bottom or as drawn."""
    lines = [line for line in ax.lines if line.get_marker() == "o"]
    return [
        (line.get_xdata()[0], line.get_ydata()[0], line.get_markerfacecolor())
        for line in lines
    ]


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_is_the_same_file_every_time_and_has_no_title(name):
    figures.use_style()
    assert svg(DRAWINGS[name]()) == svg(DRAWINGS[name]())
    assert [ax.get_title() for ax in DRAWINGS[name]().axes] == [""]


def test_limits_are_lines_in_percent_with_their_names_beside_a_sample():
    (ax,) = DRAWINGS["limits"]().axes
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
    (ax,) = DRAWINGS["limits"]().axes
    x, y, _ = zip(*points(ax), strict=True)
    assert x == (10, 10, 10)
    assert y == pytest.approx((26, 31, 30))
    assert ax.get_xlim() == (0, 20)
    assert ax.get_ylim()[0] == 0


def test_power_is_in_percent_and_filled_where_it_is_enough():
    (ax,) = DRAWINGS["power"]().axes
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
    (ax,) = DRAWINGS["scenarios"]().axes
    assert [(x, y) for x, y, _ in points(ax)] == [(40.4, 1), (55, 2), (69.6, 4.3)]
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
