"""Figures of published figures beside a study's own."""

import textwrap
from collections.abc import Iterable, Mapping

import matplotlib as mpl
import numpy as np
import pandas as pd

from reanalysis.figures.style import BAND, INK, Figure, drawing, endpoint_rows


@drawing
def draw_forest(rows: pd.DataFrame, colors: Mapping[str, tuple]) -> Figure:
    """Draw a study's proportions and published ones as a forest plot.

    Parameters
    ----------
    rows : DataFrame
        Columns ``heading``, ``label``, ``kind`` (``arm``, ``study``, ``pooled`` or
        ``prediction``), ``arm``, ``estimate, low, high`` (probabilities, 0-1; NaN where
        there is none) and ``text`` (what stands at the right). Rows with the same
        heading stand below it.
    colors : mapping
        Color by arm, from `arm_colors`.

    Returns
    -------
    Figure
        The study's arms in their colors, published figures in ink (hollow where there
        is no interval), what was pooled as a diamond, a prediction interval as a thin
        broken line.
    """
    named = rows["label"].map(lambda name: textwrap.fill(name, 28))
    named_rows = rows.assign(endpoint=rows["heading"], label=named)
    figure, ax, places = endpoint_rows(named_rows, "label")
    # a heading would widen the column of names: it starts at the figure's left edge
    names = dict(zip(ax.get_yticks(), ax.get_yticklabels(), strict=True))
    rows_at = dict(places)
    for y in sorted(names.keys() - rows_at.keys()):
        ax.annotate(
            names[y].get_text(),
            (0.01, y),
            xycoords=("figure fraction", "data"),
            va="center",
            fontweight="bold",
            in_layout=False,
        )
    labels = [row.label for row in rows_at.values()]
    ax.set_yticks(list(rows_at), labels, fontweight="normal")
    for y, row in places:
        estimate, low, high = 100 * row.estimate, 100 * row.low, 100 * row.high
        if row.kind == "pooled":
            corners = [(low, y), (estimate, y - 0.3), (high, y), (estimate, y + 0.3)]
            ax.add_patch(mpl.patches.Polygon(corners, color=INK))
        elif row.kind == "prediction":
            ax.plot([low, high], [y, y], "--", color=INK, lw=1)
        else:
            own = row.kind == "arm"
            color = colors[row.arm] if own else INK
            ax.plot([low, high], [y, y], color=color, lw=3 if own else 1.5)
            fill = "white" if pd.isna(low) else color
            style = {"ms": 9 if own else 6, "mec": color, "mfc": fill}
            ax.plot(estimate, y, "o" if own else "s", **style)
        right = {"transform": ax.get_yaxis_transform(), "va": "center"}
        ax.text(1.03, y, row.text, **right)
    ax.set(xlim=(0, 100), xlabel="patients, percent")
    return figure


@drawing
def draw_estimates(
    estimates: pd.DataFrame,
    *,
    band: Iterable[float] = (),
    label: str = "",
    of: str = "patients",
) -> Figure:
    """Draw published percentages with their intervals beside a range that is claimed.

    Parameters
    ----------
    estimates : DataFrame
        Columns ``endpoint`` (the heading above a row), ``label``, ``percent, low,
        high`` (0-100; `low` and `high` NaN where there is no interval), ``text`` (the
        percentage as printed) and ``marked`` (bool: a row that the figure is about).
    band : iterable of float
        Limits of the claimed range; empty for none.
    label : str
        What stands above the band.
    of : str
        What the percentages are of.

    Returns
    -------
    Figure
    """
    figure, ax, rows = endpoint_rows(estimates, "label")
    limits = list(band)
    if limits:
        ax.axvspan(min(limits), max(limits), color=BAND, lw=0)
        middle = (min(limits) + max(limits)) / 2
        # above the axes, where it is in nobody's way
        ax.text(middle, 1.01, label, ha="center", transform=ax.get_xaxis_transform())
    for y, row in rows:
        ax.plot([row.low, row.high], [y, y], color=INK, lw=3)
        fill = INK if row.marked else "white"
        # a point at 0 or at 100 is drawn whole
        ax.plot(row.percent, y, "o", ms=9, mew=2, mec=INK, mfc=fill, clip_on=False)
        ax.annotate(
            row.text,
            (np.fmax(row.percent, row.high), y),
            xytext=(10, 0),
            textcoords="offset points",
            va="center",
        )
    ax.set(xlim=(0, 100), xlabel=f"{of}, percent")
    return figure
