"""What all figures share: their look, the colors of arms, rows of endpoints."""

from collections.abc import Callable, Iterable
from functools import cache, wraps
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backend_bases import register_backend
from matplotlib.font_manager import fontManager
from matplotlib_inline.backend_inline import set_matplotlib_formats

from reanalysis.figures.steady import SteadyCanvas

INK = "#222222"

FAINT = "#b8b8b8"

BAND = "#e9e5d8"

ACCENT = "#b3400f"

WIDTH = 5.2  # inches; wide enough for a page, still legible on a phone

#: What stands in a figure of no rows.
NOTHING = "There is nothing to draw: the table has no rows."

#: The typeface of figures, which is that of the book's pages.
TYPEFACE = "Reanalysis Sans"

_TYPEFACE_FILES = Path(__file__).with_name("typeface")

_CONTRASTS = 12, 4.7  # of the first and of the last arm, to white paper
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of red, green and blue

_STYLE = {
    "svg.hashsalt": "reanalysis",  # the same figure is the same file, every time
    # a letter that it lacks is drawn in the one that matplotlib brings
    "font.family": [TYPEFACE, "DejaVu Sans"],
    "mathtext.fontset": "custom",
    "mathtext.rm": TYPEFACE,
    "font.size": 12,
    "axes.labelsize": 12,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "legend.fontsize": 12,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "white",
}


@cache
def _add_typeface() -> None:
    """Tell matplotlib of the typeface once; that of the system is never taken."""
    for file in sorted(_TYPEFACE_FILES.glob("*.ttf")):
        fontManager.addfont(file)


def use_style() -> None:
    """Set the style of the book; call it once, at the top of a chapter."""
    _add_typeface()
    sns.set_theme(style="white", rc=_STYLE)
    set_matplotlib_formats("svg", metadata={"Date": None})
    register_backend("svg", SteadyCanvas, "the same SVG on every processor")


def arm_colors(arms: Iterable[str]) -> dict[str, tuple[float, float, float]]:
    """Give each arm its color: from dark to light, safe for the color-blind.

    Hues are those of viridis. Each is darkened until its contrast to white paper is
    its place on an even scale of ratios from 12 to 4.7, so that each can also be read
    as a word (WCAG 2.2 asks for 4.5), and all can be told apart in grey.

    Parameters
    ----------
    arms : iterable of str
        All arms of the study, in its order.

    Returns
    -------
    dict
        Color (red, green, blue, 0-1) by arm.

    Examples
    --------
    >>> dark, light = arm_colors(["A", "B"]).values()
    >>> sum(dark) < sum(light)
    True
    """
    arms = list(arms)
    hues = mpl.colormaps["viridis"](np.linspace(0.1, 0.8, len(arms)))[:, :3]
    linear = np.where(hues <= 0.04045, hues / 12.92, ((hues + 0.055) / 1.055) ** 2.4)
    # contrast to white is 1.05 / (luminance + 0.05), by WCAG 2.2
    wanted = 1.05 / np.geomspace(*_CONTRASTS, len(arms)) - 0.05
    linear *= (wanted / (linear @ _LUMINANCE))[:, None]
    colors = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    # as a file holds them, so that no last bit is left of the powers
    whole = np.round(255 * colors) / 255
    return dict(zip(arms, map(tuple, whole.tolist()), strict=True))


class Figure(mpl.figure.Figure):
    """A figure that a reader can take away with the numbers that it was drawn from.

    Attributes
    ----------
    numbers : DataFrame or None
        The tidy frame. A notebook keeps it beside the picture, as CSV with six digits.
    """

    numbers: pd.DataFrame | None = None

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict:
        if self.numbers is None:
            return {}
        text = self.numbers.to_csv(
            index=False, float_format="%.6g", lineterminator="\n"
        )
        return {"text/csv": text}


def axes(height: float) -> tuple[Figure, Axes]:
    """Begin a figure of this height, in inches."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots()


def drawing(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Give a figure the numbers of its frame; one without rows says so in words."""

    @wraps(draw)
    def drawn(frame: pd.DataFrame, *args: Any, **kwargs: Any) -> Figure:
        if len(frame):
            figure = draw(frame, *args, **kwargs)
            figure.numbers = frame
            return figure
        figure, ax = axes(0.7)
        ax.set_axis_off()
        ax.text(0, 0.5, NOTHING, va="center")
        return figure

    return drawn


def bare_y(ax: Axes) -> None:
    """Take the line and the ticks away from the axis of names."""
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def endpoint_rows(
    frame: pd.DataFrame, label: str
) -> tuple[Figure, Axes, list[tuple[float, Any]]]:
    """Name each row by a column, below the name of its endpoint in bold.

    A name of several lines gets the room for them. Gives the figure, its axes and pairs
    of a row's place and the row.
    """
    rows: list[tuple[float, Any]] = []
    names: list[tuple[float, Any]] = []
    headings, y = [], 0.0
    for endpoint, part in frame.groupby("endpoint", sort=False):
        headings.append(len(names))
        names.append((y, endpoint))
        for row in part.itertuples():
            name = str(getattr(row, label))
            more = 0.32 * name.count("\n")
            y += 1 + more
            names.append((y, name))
            rows.append((y, row))
            y += more
        y += 1.3
    figure, ax = axes(0.8 + 0.34 * (y - 0.3 * len(headings)))
    ax.set(ylim=(y - 0.8, -0.7))
    ax.set_yticks(*zip(*names, strict=True))
    for heading in headings:
        ax.get_yticklabels()[heading].set_fontweight("bold")
    ax.grid(axis="x", color="#eeeeee")
    bare_y(ax)
    return figure, ax, rows
