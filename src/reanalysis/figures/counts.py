"""Figures of counts."""

import pandas as pd
from matplotlib.figure import Figure

from reanalysis.figures.style import (
    BAND,
    FAINT,
    INK,
    axes,
    drawing,
)


@drawing
def draw_nearest(nearest: pd.DataFrame, low: float, high: float) -> Figure:
    """Draw, for each number of patients, the percentage nearest to a printed one.

    Parameters
    ----------
    nearest : DataFrame
        Columns ``n``, ``nearest`` (percentage, 0-100), ``fits`` (bool) and ``label``
        (str, empty for none).
    low, high : float
        Rounding interval of the printed percentage.

    Returns
    -------
    Figure
    """
    figure, ax = axes(3.4)
    ax.axhspan(low, high, color=BAND, lw=0)
    for fits, part in nearest.groupby("fits"):
        ax.plot(
            part["n"],
            part["nearest"],
            "o",
            ms=6,
            color=INK if fits else "white",
            mec=INK if fits else FAINT,
        )
    for row in nearest[nearest["label"] != ""].itertuples():
        above = row.nearest >= (low + high) / 2
        ax.annotate(
            row.label,
            (row.n, row.nearest),
            xytext=(0, 34 if above else -34),
            textcoords="offset points",
            ha="center",
            va="center",
            arrowprops={"arrowstyle": "-", "color": INK, "shrinkB": 5},
        )
    middle, reach = (low + high) / 2, 8
    ax.set(ylim=(middle - reach, middle + reach), xlim=(0, nearest["n"].max() + 1))
    ax.set(xlabel="number of patients", ylabel="nearest possible percentage")
    return figure
