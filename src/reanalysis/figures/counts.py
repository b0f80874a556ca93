"""Figures of counts."""

from collections.abc import Mapping

import pandas as pd

from reanalysis.figures.style import (
    BAND,
    FAINT,
    INK,
    Figure,
    axes,
    drawing,
    endpoint_rows,
)


@drawing
def draw_people(people: pd.DataFrame, colors: Mapping[str, tuple]) -> Figure:
    """Draw one mark for each patient, by endpoint and arm.

    Parameters
    ----------
    people : DataFrame
        Columns ``endpoint, arm, n, events`` (whole numbers) and ``verdict`` (the same
        for a whole endpoint: what stands beside its name, empty for nothing).
    colors : mapping
        Color by arm, from `arm_colors`.

    Returns
    -------
    Figure
        A row of marks per arm, filled for the patients with the outcome.
    """
    figure, ax, rows = endpoint_rows(people, "arm")
    most = people["n"].max()
    size = min(9, 200 / most)  # points; the marks of a row do not touch
    for y, row in rows:
        marks, color = range(row.n), colors[row.arm]
        for part, face, edge in (
            (marks[: row.events], color, color),
            (marks[row.events :], "white", FAINT),
        ):
            ax.plot(part, [y] * len(part), "o", ms=size, mfc=face, mec=edge)
        ax.text(1.02 * most, y, f"{row.events} of {row.n}", va="center_baseline")
    for _, part in people.groupby("endpoint", sort=False):
        first = next(y for y, row in rows if row.Index == part.index[0])
        ax.text(-0.5, first - 1, part["verdict"].iloc[0], va="center_baseline")
    ax.set(xlim=(-0.7, 1.3 * most), xticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    return figure


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
