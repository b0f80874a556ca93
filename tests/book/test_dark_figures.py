"""The second set of colors that a figure has for the dark."""

from types import SimpleNamespace

import pytest
from dark_figures import CONTRAST, PAPER, channels, contrast, in_the_dark, paint
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
        assert contrast(dark, PAPER) >= CONTRAST
        hues = [rgb_to_hsv(channels(shade))[0] for shade in (color, dark)]
        assert hues[0] == pytest.approx(hues[1], abs=0.02)


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
