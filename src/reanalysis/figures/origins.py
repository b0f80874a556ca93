"""Figures of where a printed statistic came from."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from reanalysis.figures.style import ACCENT, BAND, FAINT, INK, axes, bare_y


def draw_candidates(found: pd.DataFrame, tolerance: float) -> Figure:
    """Draw how far each candidate procedure is from the printed statistics.

    Parameters
    ----------
    found : DataFrame
        Columns ``group`` (the row to draw it in), ``deviation`` (largest distance
        from a printed value), ``reproduces`` (bool) and ``label`` (str, empty for
        none).
    tolerance : float
        One unit of the last printed digit.

    Returns
    -------
    Figure
    """
    groups = list(found["group"].unique())
    figure, ax = axes(1.1 + 1.2 * len(groups))
    ax.axvspan(tolerance / 10, tolerance, color=BAND, lw=0)
    sns.swarmplot(
        found,
        x="deviation",
        y="group",
        hue="reproduces",
        palette={True: INK, False: FAINT},
        log_scale=True,
        size=3.5,
        legend=False,
        ax=ax,
    )
    for row in found[found["label"] != ""].itertuples():
        ax.annotate(
            row.label,
            (row.deviation, groups.index(row.group)),
            xytext=(0, -22),
            textcoords="offset points",
            ha="center",
            va="center",
        )
    ax.set_xlabel("largest distance from a printed value (logarithmic scale)")
    ax.set_ylabel("")
    ax.set_xlim(left=tolerance / 10)
    ax.xaxis.set_major_formatter("{x:g}")
    bare_y(ax)
    return figure


def draw_reach(reach: pd.DataFrame, low: float, high: float, printed: str) -> Figure:
    """Draw the statistic that each count of one arm gives, beside the printed one.

    Parameters
    ----------
    reach : DataFrame
        Columns ``events``, ``computed`` (NaN or infinite ones are left out), ``match``
        (``no`` where it is not the printed one) and ``label`` (str, empty for none).
    low, high : float
        The values that would be printed so.
    printed : str
        What stands at them.

    Returns
    -------
    Figure
    """
    figure, ax = axes(3.6)
    ax.axhspan(low, high, color=ACCENT, lw=0)
    shown = reach[np.isfinite(reach["computed"])]
    for matches, part in shown.groupby(shown["match"] != "no"):
        fill = INK if matches else "white"
        ax.plot(part["events"], part["computed"], "o", ms=7, mfc=fill, mec=INK)
    # where the points are close to the band matters, not how far the others are
    top = 3 * high
    ax.text(0, high + 0.03 * top, printed, color=ACCENT)
    for place, row in enumerate(shown[shown["label"] != ""].itertuples()):
        ax.annotate(
            row.label,
            (row.events, row.computed),
            xytext=(0, 26 + 22 * (place % 2)),
            textcoords="offset points",
            ha="left" if row.events < 0.8 * reach["events"].max() else "right",
            arrowprops={"arrowstyle": "-", "color": INK, "shrinkB": 5},
        )
    ax.set(ylim=(0, top), xlim=(-0.5, reach["events"].max() + 0.5))
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    ax.set(xlabel="patients with the outcome", ylabel="chi-square value")
    return figure
