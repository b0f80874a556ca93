"""A figure is the same file whatever the last bits of its numbers are."""

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont

from reanalysis import figures
from reanalysis.figures.steady import steady, steady_number
from reanalysis.figures.style import TYPEFACE

COLORS = figures.arm_colors(["A", "B"])
RATES = pd.DataFrame(
    {
        "endpoint": ["early", "early", "late", "late"],
        "arm": ["A", "B", "A", "B"],
        "estimate": [0.5, 0.65, 1 / 3, 0.0],
        "low": [0.27, 0.41, 0.1, 0.0],
        "high": [0.73, 0.85, 0.7, 0.15],
    }
)
CANDIDATES = pd.DataFrame(
    {
        "group": ["p", "p", "p", "q", "q"],
        "deviation": [0.05, 2.0, 2.0, 3.0, 3.0],
        "reproduces": [True, False, False, False, False],
        "label": ["here", "", "", "", ""],
    }
)


@pytest.fixture(autouse=True)
def style():
    with mpl.rc_context():
        figures.use_style()
        yield


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_letters_come_with_the_package_and_not_from_the_system(weight):
    asked = FontProperties(family=TYPEFACE, weight=weight)
    found = Path(findfont(asked, fallback_to_default=False))
    assert found.parent == Path(figures.__file__).with_name("typeface")
    assert found.stem == {"normal": "Regular", "bold": "Bold"}[weight]


def svg(figure):
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None}, bbox_inches="tight")
    return file.getvalue()


def shaken(frame, seed):
    """Change each number by a few of its last bits."""
    bits = np.random.default_rng(seed).integers(-4, 5, size=frame.shape)
    numbers = frame.select_dtypes("float").columns
    change = pd.DataFrame(1 + bits * 2.0**-52, columns=frame.columns)
    return frame.assign(**{name: frame[name] * change[name] for name in numbers})


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (lambda frame: figures.draw_rates(frame, COLORS), RATES),
        (lambda frame: figures.draw_candidates(frame, 0.1), CANDIDATES),
    ],
)
def test_a_figure_does_not_show_the_last_bits_of_its_numbers(draw, frame):
    files = {svg(draw(shaken(frame, seed))) for seed in range(6)}
    assert files == {svg(draw(frame))}
    column = "low" if "low" in frame else "deviation"
    other = frame.assign(**{column: frame[column] + 0.001})
    assert svg(draw(other)) not in files  # what can be seen is shown


@given(st.integers(-(10**6), 10**6), st.sampled_from([2, 3, 7, 10, 64, 72, 100, 128]))
def test_a_place_at_which_things_are_set_is_not_at_the_edge_of_rounding(k, parts):
    places = {steady_number(f"{k / parts + step:.6f}") for step in (-1e-6, 0, 1e-6)}
    (place,) = places
    assert abs(float(place) - k / parts) < 0.00052
    assert len(place.partition(".")[2]) <= 3
    assert place != "-0"
    assert not re.search(r"\.\d*0$", place)


def test_only_places_are_rounded():
    text = (
        '<?xml version="1.0"?><!-- p = 0.00576 --><path style="stroke-width: 0.87654"'
        ' d="M 1.00001 -0.00001 L 2 -0"/><g transform="translate(1.99999 3) '
        'scale(0.015625 -0.015625)"/><use x="-0.12345" y="7"/>'
    )
    assert steady(text) == (
        '<?xml version="1.0"?><!-- p = 0.00576 --><path style="stroke-width: 0.87654"'
        ' d="M 1 0 L 2 0"/><g transform="translate(2 3) '
        'scale(0.015625 -0.015625)"/><use x="-0.123" y="7"/>'
    )


def test_parts_are_found_under_their_new_names_and_other_words_stay():
    text = (
        '<clipPath id="p00000000ff"/><path id="m0123456789"/>'
        '<use xlink:href="#m0123456789" clip-path="url(#p00000000ff)"/>'
        '<path id="DejaVuSans-41"/><!-- a0123456789 -->'
    )
    found = steady(text)
    clip, marker = re.findall(r'id="(p\d-[0-9a-f]{8})"', found)
    assert (clip[:3], marker[:3]) == ("p1-", "p2-")
    assert f'xlink:href="#{marker}" clip-path="url(#{clip})"' in found
    assert "DejaVuSans-41" in found
    assert "a0123456789" in found
    # what two figures of one page call their parts does not meet
    assert clip not in steady(text.replace("41", "42"))


def test_every_part_that_a_file_uses_is_in_it():
    file = ElementTree.fromstring(svg(figures.draw_rates(RATES, COLORS)))
    ids = {element.get("id") for element in file.iter() if element.get("id")}
    text = ElementTree.tostring(file, encoding="unicode")
    used = {*re.findall(r'href="#([^"]+)"', text), *re.findall(r"url\(#([^)]+)", text)}
    assert used
    assert used <= ids


def test_a_file_may_be_a_path_text_or_bytes(tmp_path):
    figure = Figure()
    figure.subplots().plot([1, 2])
    path, data = tmp_path / "figure.svg", io.BytesIO()
    how = {"format": "svg", "metadata": {"Date": None}, "bbox_inches": "tight"}
    figure.savefig(path, **how)
    figure.savefig(data, **how)
    assert path.read_text("utf-8") == data.getvalue().decode() == svg(figure)
