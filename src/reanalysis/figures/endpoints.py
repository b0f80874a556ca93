"""Figures of whole tables: rates, differences, p-values by endpoint."""

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
import pandas as pd

from reanalysis.figures.style import (
    BAND,
    INK,
    Figure,
    axes,
    bare_y,
    drawing,
    endpoint_rows,
)


@drawing
def draw_pvalues(tests: pd.DataFrame) -> Figure:
    """Draw recomputed p-values beside the claim that was printed.

    Parameters
    ----------
    tests : DataFrame
        Columns ``endpoint``, ``pvalue``, ``text`` (the p-value as text), ``claimed``
        (the printed claim is a p-value below it; NaN where none was printed) and
        ``holds`` (bool).

    Returns
    -------
    Figure
        A row per test: a bar for the claim, a point for the p-value, filled where
        the claim holds.
    """
    figure, ax = axes(0.9 + 0.55 * len(tests))
    lowest = min(tests["pvalue"].min(), 0.01) / 3
    for y, row in enumerate(tests.itertuples()):
        if pd.notna(row.claimed):
            ax.barh(y, row.claimed - lowest, left=lowest, height=0.6, color=BAND)
        fill = INK if row.holds else "white"
        ax.plot(row.pvalue, y, "o", ms=10, mew=2, mec=INK, mfc=fill)
        ax.annotate(
            row.text,
            (row.pvalue, y),
            xytext=(10, 0),
            textcoords="offset points",
            va="center",
        )
    claimed = tests["claimed"].max()
    if pd.notna(claimed):
        ax.axvline(claimed, color=INK, lw=1)
        ax.annotate(
            f"claimed: p < {claimed:g}",
            (claimed, -0.62),
            xytext=(-6, 0),
            textcoords="offset points",
            ha="right",
        )
    ax.set(xscale="log", xlim=(lowest, 1), ylim=(len(tests) - 0.5, -0.9))
    ax.set_xlabel("recomputed p-value (logarithmic scale)")
    ax.set_yticks(range(len(tests)), tests["endpoint"])
    ax.xaxis.set_major_formatter("{x:g}")
    bare_y(ax)
    return figure


@drawing
def draw_rates(counts: pd.DataFrame, colors: Mapping[str, tuple]) -> Figure:
    """Draw proportions with their intervals, by endpoint and arm.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, estimate, low, high`` (probabilities, 0-1).
    colors : mapping
        Color by arm, from `arm_colors`.

    Returns
    -------
    Figure
    """
    figure, ax, rows = endpoint_rows(counts, "arm")
    for y, row in rows:
        color = colors[row.arm]
        ax.plot([100 * row.low, 100 * row.high], [y, y], color=color, lw=3)
        ax.plot(100 * row.estimate, y, "o", ms=9, color=color, mec="white")
    ax.set(xlim=(0, 100), xlabel="patients, percent")
    return figure


@drawing
def draw_differences(differences: pd.DataFrame) -> Figure:
    """Draw differences between arms with their intervals, by endpoint.

    Parameters
    ----------
    differences : DataFrame
        Columns ``endpoint``, ``label`` (the two arms), ``estimate, low, high`` (-1 to
        1) and ``excludes`` (bool: the interval excludes no difference).

    Returns
    -------
    Figure
        A row per difference: filled where the interval excludes no difference.
    """
    figure, ax, rows = endpoint_rows(differences, "label")
    ax.axvline(0, color=INK, lw=1)
    for y, row in rows:
        ax.plot([100 * row.low, 100 * row.high], [y, y], color=INK, lw=2)
        fill = INK if row.excludes else "white"
        ax.plot(100 * row.estimate, y, "o", ms=9, color=INK, mfc=fill, mew=2)
    ax.set_xlabel("difference, percentage points")
    return figure


@drawing
def draw_shares(shares: pd.DataFrame, colors: Mapping[str, tuple]) -> Figure:
    """Draw the probability of being the best arm, by endpoint.

    Parameters
    ----------
    shares : DataFrame
        Columns ``endpoint, arm, probability`` (0-1; they add up to 1 by endpoint) and
        ``text`` (what stands in the bar; empty where it is too narrow).
    colors : mapping
        Color by arm, from `arm_colors`.

    Returns
    -------
    Figure
    """
    endpoints = list(shares["endpoint"].unique())
    figure, ax = axes(0.9 + 0.7 * len(endpoints))
    for y, endpoint in enumerate(endpoints):
        left = 0.0
        for row in shares[shares["endpoint"] == endpoint].itertuples():
            color = colors[row.arm]
            ax.barh(y, row.probability, left=left, height=0.6, color=color)
            dark = np.dot(color, (0.299, 0.587, 0.114)) < 0.5
            ax.text(
                left + row.probability / 2,
                y,
                row.text,
                ha="center",
                va="center",
                color="white" if dark else "black",
            )
            left += row.probability
    ax.set(xlim=(0, 1), ylim=(len(endpoints) - 0.5, -0.5))
    ax.set_xlabel("probability of the highest true rate")
    ax.set_yticks(range(len(endpoints)), endpoints)
    handles = [mpl.patches.Patch(color=colors[arm], label=arm) for arm in colors]
    figure.legend(
        handles=handles, loc="outside upper center", ncols=len(colors), frameon=False
    )
    bare_y(ax)
    return figure
