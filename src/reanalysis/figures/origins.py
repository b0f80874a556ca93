"""Figures of where a printed statistic came from."""

from collections.abc import Iterable

import matplotlib as mpl
import numpy as np
import pandas as pd

from reanalysis.figures.style import (
    ACCENT,
    BAND,
    FAINT,
    INK,
    Figure,
    axes,
    bare_y,
    drawing,
)


@drawing
def draw_candidates(found: pd.DataFrame, tolerance: float) -> Figure:
    """Draw how far each candidate procedure is from the printed statistics.

    Parameters
    ----------
    found : DataFrame
        Columns ``group`` (the row to draw it in), ``deviation`` (largest distance
        from a printed value; not drawn where it is infinite), ``reproduces`` (bool)
        and ``label`` (str, empty for none).
    tolerance : float
        One unit of the last printed digit.

    Returns
    -------
    Figure
    """
    groups = list(found["group"].unique())
    figure, ax = axes(1.1 + 1.2 * len(groups))
    found = found[np.isfinite(found["deviation"])]
    low, high = tolerance / 10, 1.3 * found["deviation"].max()
    ax.axvspan(low, tolerance, color=BAND, lw=0)
    # room of a point with its margin, as a share of the figure's room within the labels
    wide = np.log10(high / low) * 4 / (72 * 3.6)
    tall = 4 / (72 * (1.2 + 0.5 / len(groups)))
    for y, group in enumerate(groups):
        part = found[found["group"] == group]
        lanes = _lanes(np.log10(part["deviation"].clip(lower=low)), wide)
        for row, lane in zip(part.itertuples(), lanes, strict=True):
            color = INK if row.reproduces else FAINT
            ax.plot(row.deviation, y + lane * tall, "o", ms=3.5, mew=0, color=color)
            if row.label:
                ax.annotate(
                    row.label,
                    (row.deviation, y),
                    xytext=(0, -22),
                    textcoords="offset points",
                    ha="center",
                    va="center",
                )
    ax.set_xlabel("largest distance from a printed value (logarithmic scale)")
    ax.set(xscale="log", xlim=(low, high), ylim=(len(groups) - 0.5, -0.5))
    ax.set_yticks(range(len(groups)), groups)
    ax.xaxis.set_major_formatter("{x:g}")
    bare_y(ax)
    return figure


@drawing
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


def _lanes(places: Iterable[float], room: float) -> list[int]:
    """Give each point the lane nearest to the middle where no other is in its room.

    Lanes are 0, 1, -1, 2, -2, ... Points that differ by rounding alone come in the
    order in which they are given, so that each processor draws the same picture;
    seaborn's swarm draws another one.
    """
    places = np.round(np.asarray(places, dtype=float), 9)
    ends: list[float] = []  # of each lane, that of the middle first
    lanes = np.zeros(len(places), dtype=int)
    for i in np.argsort(places, kind="stable"):
        free = (j for j, end in enumerate(ends) if end <= places[i] + 1e-9)
        lane = next(free, len(ends))
        ends[lane : lane + 1] = [places[i] + room]
        lanes[i] = (lane + 1) // 2 * (1 if lane % 2 else -1)
    return lanes.tolist()
