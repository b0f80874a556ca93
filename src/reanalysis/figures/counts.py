"""Figures of counts."""

from collections.abc import Mapping
from math import ceil

import pandas as pd
from matplotlib.figure import Figure

from reanalysis.figures.style import BAND, FAINT, INK, axes, bare_y


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


def draw_patients(counts: pd.DataFrame, colors: Mapping[str, tuple]) -> Figure:
    """Draw every patient: filled for those with the outcome.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, n, events``.
    colors : dict
        Color by arm, as from `arm_colors`.

    Returns
    -------
    Figure
        A row per endpoint and a block of patients per arm, in rows of five or more,
        with their number below.
    """
    arms, endpoints = counts["arm"].unique(), counts["endpoint"].unique()
    wide = max(5, ceil(counts["n"].max() ** 0.5))
    high = ceil(counts["n"].max() / wide)
    figure, ax = axes(0.5 + 0.24 * len(endpoints) * (high + 2.2) * 5 / wide)
    size = 9 * 5 / wide
    for row in counts.itertuples():
        left = list(arms).index(row.arm) * (wide + 1.6)
        top = list(endpoints).index(row.endpoint) * (high + 2.2)
        for i in range(row.n):
            color = colors[row.arm] if i < row.events else "white"
            x, y = left + i % wide, top + i // wide
            ax.plot(x, y, "o", ms=size, mfc=color, mec=colors[row.arm], mew=1)
        said = f"{row.events} of {row.n}"
        ax.text(left + (wide - 1) / 2, top + high + 0.1, said, ha="center", va="center")
    middle = (high - 1) / 2
    places = [i * (high + 2.2) + middle for i in range(len(endpoints))]
    ax.set_yticks(places, endpoints)
    ax.set_xticks([i * (wide + 1.6) + (wide - 1) / 2 for i in range(len(arms))], arms)
    ax.set(xlim=(-1, len(arms) * (wide + 1.6) - 1), ylim=(places[-1] + middle + 2, -1))
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", length=0)
    ax.spines[["bottom", "top"]].set_visible(False)
    bare_y(ax)
    return figure
