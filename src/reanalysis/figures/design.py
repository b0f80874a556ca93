"""Figures of what a study of some size can see."""

import textwrap
from itertools import cycle

import pandas as pd

from reanalysis.figures.style import (
    ACCENT,
    BAND,
    FAINT,
    INK,
    Figure,
    axes,
    drawing,
    endpoint_rows,
)


@drawing
def draw_false_positives(curves: pd.DataFrame, alpha: float) -> Figure:
    """Draw the false-positive rate of tests over the range of true rates.

    Parameters
    ----------
    curves : DataFrame
        Columns ``rate`` (0-1), ``label`` (what stands at the line), ``probability``
        (0-1) and ``marked`` (bool, the same for a whole line: the one that the figure
        is about).
    alpha : float
        The rate that was promised (0-1).

    Returns
    -------
    Figure
    """
    figure, ax = axes(3.8)
    top = 100 * curves["probability"].max()
    ax.axhline(100 * alpha, color=FAINT, lw=6)
    leader = {"arrowstyle": "-", "color": INK, "lw": 0.7}
    ax.annotate(
        f"promised: {100 * alpha:g}%",
        (96, 100 * alpha),
        xytext=(100, 0.2 * top),
        ha="right",
        arrowprops=leader,
    )
    others = cycle(zip(("--", ":", "-."), (20, 45, 60), (0.3, 0.2, 0.1), strict=True))
    for label, line in curves.groupby("label", sort=False):
        x, y = 100 * line["rate"], 100 * line["probability"]
        if line["marked"].iloc[0]:
            ax.plot(x, y, color=ACCENT, lw=3)
            peak = y.round(9).idxmax()  # the first of several, on any processor
            ax.text(x[peak] + 4, y[peak], label, color=ACCENT, fontweight="bold")
            continue
        style, where, height = next(others)
        ax.plot(x, y, style, color=INK, lw=1.6)
        nearest = (x - where).abs().round(9).idxmin()
        ax.annotate(
            label,
            (x[nearest], y[nearest]),
            xytext=(where - 12, height * top),
            arrowprops=leader,
        )
    ax.set(xlim=(0, 100), ylim=(0, None))
    ax.set_xlabel("true rate, the same in every arm, percent")
    ax.set_ylabel("studies called significant, percent")
    return figure


@drawing
def draw_upper_limits(limits: pd.DataFrame, marked: int) -> Figure:
    """Draw the upper limit of a rate after no events, against the number of patients.

    Parameters
    ----------
    limits : DataFrame
        Columns ``n``, ``label`` (what stands at the line; the first line is drawn
        bold) and ``high`` (probability, 0-1).
    marked : int
        Number of patients to mark.

    Returns
    -------
    Figure
    """
    figure, ax = axes(3.6)
    styles = cycle(((INK, "-", 3), (INK, "--", 1.6), (ACCENT, ":", 2.2)))
    for place, (label, line) in enumerate(limits.groupby("label", sort=False)):
        color, style, width = next(styles)
        ax.plot(line["n"], 100 * line["high"], style, color=color, lw=width)
        # the labels stand in a column, each with a line of its own beside it
        y = 0.92 - 0.1 * place
        ax.plot(
            [0.42, 0.5], [y, y], style, color=color, lw=width, transform=ax.transAxes
        )
        ax.text(0.52, y, label, color=color, va="center", transform=ax.transAxes)
    ax.axvline(marked, color=FAINT, lw=6, zorder=0)
    ax.annotate(
        f"{marked} patients",
        (marked, 1),
        xycoords=("data", "axes fraction"),
        xytext=(6, -90),
        textcoords="offset points",
    )
    for row in limits[limits["n"] == marked].itertuples():
        ax.plot(row.n, 100 * row.high, "o", ms=7, color=INK, mec="white")
    ax.set(xlim=(0, limits["n"].max()), ylim=(0, None))
    ax.set_xlabel("patients, none of them with the event")
    ax.set_ylabel("true rate may be up to, percent")
    return figure


@drawing
def draw_power(found: pd.DataFrame, target: float) -> Figure:
    """Draw the power of designs, by endpoint.

    Parameters
    ----------
    found : DataFrame
        Columns ``endpoint``, ``label`` (the design), ``power`` (0-1), ``text`` (what
        stands beside the point) and ``enough`` (bool: it reaches the target).
    target : float
        Power that is asked for (0-1).

    Returns
    -------
    Figure
        A row per design: filled where it reaches the target.
    """
    figure, ax, rows = endpoint_rows(found, "label")
    ax.axvspan(100 * target, 100, color=BAND, lw=0, zorder=0)
    for y, row in rows:
        x = 100 * row.power
        face = INK if row.enough else "white"
        ax.plot([0, x], [y, y], color=INK, lw=1)
        ax.plot(x, y, "o", ms=9, color=INK, mfc=face, mew=2, clip_on=False)
        left = x > 55
        ax.annotate(
            row.text,
            (x, y),
            xytext=(-9 if left else 9, 6 if left else 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="bottom" if left else "center",
            fontsize=10,
        )
    ax.set(xlim=(-3, 100), xlabel="power, percent")
    return figure


@drawing
def draw_scenarios(found: pd.DataFrame, label: str) -> Figure:
    """Draw how many patients are expected to have the event in each scenario.

    Parameters
    ----------
    found : DataFrame
        Columns ``source`` (whose rates they are: the heading of a group of rows),
        ``scenario``, and ``estimate, low, high`` (events among 100 patients).
    label : str
        What the event is, for the axis.

    Returns
    -------
    Figure
        A row per scenario: a point with its number, and its interval.
    """
    named = found["scenario"].map(lambda name: textwrap.fill(name, 32))
    frame = found.assign(endpoint=found["source"], label=named)
    figure, ax, rows = endpoint_rows(frame, "label")
    for y, row in rows:
        ax.plot([row.low, row.high], [y, y], color=INK, lw=2)
        ax.plot(row.estimate, y, "o", ms=9, color=INK, mec="white")
        ax.annotate(
            f"{row.estimate:.0f}",
            (row.estimate, y),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=10,
        )
    ax.set(xlim=(0, 100), xlabel=label)
    return figure
