"""The second set of colors that a figure has for the dark."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from dark_figures import (
    CONTRAST,
    PAPER,
    channels,
    contrast,
    in_the_dark,
    luminance,
    paint,
)
from matplotlib.colors import rgb_to_hsv, to_hex

from reanalysis import figures


def test_contrast_is_that_of_known_pairs():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("arms", range(2, 7))
def test_what_is_colored_keeps_its_hue_in_the_dark_and_is_not_lost(arms):
    drawn = [*figures.arm_colors(map(str, range(arms))).values(), figures.ACCENT]
    for color in map(to_hex, drawn):
        dark = in_the_dark(color)
        assert contrast(color, "#ffffff") >= CONTRAST
        assert contrast(dark, PAPER) >= CONTRAST
        hues = [rgb_to_hsv(channels(shade))[0] for shade in (color, dark)]
        assert hues[0] == pytest.approx(hues[1], abs=0.02)


@pytest.mark.parametrize("arms", range(2, 5))
def test_arms_can_be_told_apart_without_color_on_light_and_on_dark_paper(arms):
    colors = [to_hex(c) for c in figures.arm_colors(map(str, range(arms))).values()]
    for drawn in (colors, [in_the_dark(color) for color in colors]):
        steps = [contrast(a, b) for a, b in itertools.pairwise(drawn)]
        assert min(steps) > 1.3
        order = [luminance(color) for color in drawn]
        assert order == sorted(order, reverse=drawn is not colors)


# what red and green look like where one of them is not seen (Vienot et al., 1999)
NO_RED = np.array([[0.112, 0.888, 0], [0.112, 0.888, 0], [0.004, -0.004, 1]])
NO_GREEN = np.array([[0.292, 0.708, 0], [0.292, 0.708, 0], [-0.022, 0.022, 1]])


@pytest.mark.parametrize("seen", [NO_RED, NO_GREEN], ids=["no red", "no green"])
def test_arms_can_be_told_apart_by_the_color_blind(seen):
    colors = np.array(list(figures.arm_colors(map(str, range(4))).values()))
    linear = ((colors + 0.055) / 1.055) ** 2.4
    lightness = np.clip(linear @ seen.T, 0, 1) @ [0.2126, 0.7152, 0.0722]
    steps = (lightness[1:] + 0.05) / (lightness[:-1] + 0.05)
    assert steps.min() > 1.25


def test_ink_and_paper_change_places_in_the_dark_and_black_stays():
    assert in_the_dark("#ffffff") == PAPER
    assert contrast(in_the_dark(figures.INK), PAPER) > 10
    assert in_the_dark("#000000") == "#000000"


def test_a_picture_that_has_its_rules_is_not_given_them_twice(tmp_path):
    folder = tmp_path / "_images"
    folder.mkdir()
    drawing = folder / "a.svg"
    drawing.write_text('<svg><g style="fill: #ffffff"/></svg>', encoding="utf-8")
    builder = SimpleNamespace(format="html")
    app = SimpleNamespace(outdir=tmp_path, builder=builder)
    paint(app, None)
    once = drawing.read_text(encoding="utf-8")
    paint(app, None)
    assert once.count("prefers-color-scheme:dark") == 1
    assert drawing.read_text(encoding="utf-8") == once
