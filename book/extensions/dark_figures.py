"""Give each figure a second set of colors, for readers who read in the dark.

A browser tells a picture which of the two its page is shown in. Ink and paper change
places. So do dark and light colors: each keeps its hue and its contrast to the paper,
so that what stood out still does. Pure black stays: it is writing on a light color.
"""

import colorsys
import re
from pathlib import Path

from sphinx.application import Sphinx

PAPER = "#121212"  # the theme's own, in the dark
CONTRAST = 4.5  # at least, to the paper, of what is colored (WCAG 2.2, 1.4.3)
GREY = 0.13  # colors whose channels differ by less are ink, paper or between them


def channels(color: str) -> tuple[float, ...]:
    """Give red, green and blue of a color written `#rrggbb`, each from 0 to 1."""
    return tuple(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))


def luminance(color: str) -> float:
    """Give the relative luminance of WCAG 2.2: 0 is black, 1 is white."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in channels(color)
    ]
    return sum(
        weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def contrast(color: str, other: str) -> float:
    """Give the contrast of WCAG 2.2 between two colors: from 1 to 21."""
    low, high = sorted((luminance(color), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def in_the_dark(color: str) -> str:
    """Give the color that takes the place of another in the dark."""
    if color == "#000000":
        return color
    red, green, blue = channels(color)
    hue, light, full = colorsys.rgb_to_hls(red, green, blue)
    darkest = channels(PAPER)[0]

    def lit(light: float) -> str:
        parts = colorsys.hls_to_rgb(hue, light, full)
        return "#" + "".join(f"{round(255 * part):02x}" for part in parts)

    if max(red, green, blue) - min(red, green, blue) < GREY:
        full /= 2  # a tint is stronger in the dark
        return lit(1 - light * (1 - darkest))
    wanted = max(CONTRAST, contrast(color, "#ffffff"))
    while contrast(lit(light), PAPER) < wanted:
        light += 0.005
    return lit(light)


def rules(picture: str) -> str:
    """Write the rules that give a picture its colors in the dark."""
    used = sorted(set(re.findall(r"(fill|stroke): (#[0-9a-f]{6})", picture)))
    changes = "".join(
        f'[style*="{what}: {color}"]{{{what}:{in_the_dark(color)}!important}}'
        for what, color in used
        if in_the_dark(color) != color
    )
    return f"<style>@media (prefers-color-scheme:dark){{{changes}}}</style>"


def paint(app: Sphinx, error: Exception | None):
    """Write the rules into each picture of the book."""
    if error is None and app.builder.format == "html":
        for path in sorted(Path(app.outdir, "_images").glob("*.svg")):
            picture = path.read_text(encoding="utf-8")
            style = rules(picture)
            if style not in picture:  # a page that did not change keeps its pictures
                picture = picture.replace("</svg>", f"{style}</svg>")
                path.write_text(picture, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", paint)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
