"""Every figure of a book: takes a tidy frame, returns a figure, computes nothing.

All share one style. Figures have no title: the caption is the title.
"""

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib_inline.backend_inline import set_matplotlib_formats

INK = "#222222"
FAINT = "#b8b8b8"
BAND = "#e9e5d8"
ACCENT = "#b3400f"
WIDTH = 6.0  # inches; wide enough for a page, still legible on a phone

_STYLE = {
    "svg.hashsalt": "reanalysis",  # the same figure is the same file, every time
    "font.size": 11,
    "axes.labelsize": 11,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "white",
}


def use_style() -> None:
    """Set the style of the book; call it once, at the top of a chapter."""
    sns.set_theme(style="white", rc=_STYLE)
    set_matplotlib_formats("svg", metadata={"Date": None})


def arm_colors(arms: Iterable[str]) -> dict[str, tuple[float, float, float]]:
    """Give each arm its color: from dark to light, safe for the color-blind.

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
    # the ends of the scale are too near to black and to white
    colors = mpl.colormaps["viridis"](np.linspace(0.1, 0.8, len(arms)))
    return dict(zip(arms, map(tuple, colors[:, :3].tolist()), strict=True))


def _axes(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots()


def _bare_y(ax: Axes) -> None:
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def _endpoint_rows(
    frame: pd.DataFrame, label: str
) -> tuple[Figure, Axes, list[tuple[float, Any]]]:
    """Name each row by a column, below the name of its endpoint in bold.

    Gives the figure, its axes and pairs of a row's place and the row.
    """
    rows, names, headings, y = [], [], [], 0.0
    for endpoint, part in frame.groupby("endpoint", sort=False):
        headings.append(len(names))
        names.append((y, endpoint))
        for row in part.itertuples():
            y += 1
            names.append((y, getattr(row, label)))
            rows.append((y, row))
        y += 1.3
    figure, ax = _axes(0.8 + 0.34 * len(names))
    ax.set(ylim=(y - 0.8, -0.7))
    ax.set_yticks(*zip(*names, strict=True))
    for heading in headings:
        ax.get_yticklabels()[heading].set_fontweight("bold")
    ax.grid(axis="x", color="#eeeeee")
    ax.set_axisbelow(True)
    _bare_y(ax)
    return figure, ax, rows


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
    figure, ax = _axes(0.9 + 0.55 * len(tests))
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
    ax.xaxis.set_minor_formatter(mpl.ticker.NullFormatter())
    _bare_y(ax)
    return figure


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
    figure, ax, rows = _endpoint_rows(counts, "arm")
    for y, row in rows:
        color = colors[row.arm]
        ax.plot([100 * row.low, 100 * row.high], [y, y], color=color, lw=3)
        ax.plot(100 * row.estimate, y, "o", ms=9, color=color, mec="white")
    ax.set(xlim=(0, 100), xlabel="patients, percent")
    return figure


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
    figure, ax = _axes(3.4)
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
    figure, ax = _axes(1.1 + 1.2 * len(groups))
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
    _bare_y(ax)
    return figure


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
    figure, ax, rows = _endpoint_rows(differences, "label")
    ax.axvline(0, color=INK, lw=1)
    for y, row in rows:
        ax.plot([100 * row.low, 100 * row.high], [y, y], color=INK, lw=2)
        fill = INK if row.excludes else "white"
        ax.plot(100 * row.estimate, y, "o", ms=9, color=INK, mfc=fill, mew=2)
    ax.set_xlabel("difference, percentage points")
    return figure


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
    figure, ax = _axes(0.9 + 0.7 * len(endpoints))
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
                color="white" if dark else INK,
            )
            left += row.probability
    ax.set(xlim=(0, 1), ylim=(len(endpoints) - 0.5, -0.5))
    ax.set_xlabel("probability of the highest true rate")
    ax.set_yticks(range(len(endpoints)), endpoints)
    handles = [mpl.patches.Patch(color=colors[arm], label=arm) for arm in colors]
    figure.legend(
        handles=handles, loc="outside upper center", ncols=len(colors), frameon=False
    )
    _bare_y(ax)
    return figure


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
    figure, ax = _axes(3.8)
    top = 100 * curves["probability"].max()
    ax.axhline(100 * alpha, color=FAINT, lw=6)
    ax.text(100, 100 * alpha + 0.05 * top, f"promised: {100 * alpha:g}%", ha="right")
    styles, places = iter(("--", ":", "-.")), iter(((20, 0.3), (45, 0.2), (60, 0.1)))
    for label, line in curves.groupby("label", sort=False):
        x, y = 100 * line["rate"], 100 * line["probability"]
        if line["marked"].iloc[0]:
            ax.plot(x, y, color=ACCENT, lw=3)
            peak = y.idxmax()
            ax.text(x[peak] + 4, y[peak], label, color=ACCENT, fontweight="bold")
            continue
        ax.plot(x, y, next(styles), color=INK, lw=1.6)
        where, height = next(places)
        nearest = (x - where).abs().idxmin()
        ax.annotate(
            label,
            (x[nearest], y[nearest]),
            xytext=(where - 12, height * top),
            arrowprops={"arrowstyle": "-", "color": INK, "lw": 0.7},
        )
    ax.set(xlim=(0, 100), ylim=(0, None))
    ax.set_xlabel("true rate, the same in every arm, percent")
    ax.set_ylabel("studies called significant, percent")
    return figure


def draw_ledger(ledger: pd.DataFrame) -> Figure:
    """Draw one mark for each claim, by section of the paper.

    Parameters
    ----------
    ledger : DataFrame
        A row per claim: ``section`` and ``standing`` (holds, does not hold or
        cannot be told), in the order in which they are to be drawn.

    Returns
    -------
    Figure
        A filled point for what holds, a cross for what does not, a ring for what cannot
        be told.
    """
    marks = {
        "holds": {"marker": "o", "mfc": INK, "mec": INK, "ms": 7},
        "does not hold": {"marker": "X", "mfc": ACCENT, "mec": ACCENT, "ms": 9},
        "cannot be told": {"marker": "o", "mfc": "white", "mec": INK, "ms": 7},
    }
    sections = list(ledger["section"].unique())
    figure, ax = _axes(1.0 + 0.36 * len(sections))
    for y, section in enumerate(sections):
        standings = ledger.loc[ledger["section"] == section, "standing"]
        for x, standing in enumerate(standings):
            ax.plot(x, y, ls="none", **marks[standing])
    most = ledger["section"].value_counts().max()
    ax.set(xlim=(-1, max(most, 12)), ylim=(len(sections) - 0.5, -0.5), xticks=[])
    ax.set_yticks(range(len(sections)), sections)
    ax.spines["bottom"].set_visible(False)
    _bare_y(ax)
    totals = ledger["standing"].value_counts()
    handles = [
        mpl.lines.Line2D([], [], ls="none", label=f"{name} ({totals[name]})", **mark)
        for name, mark in marks.items()
        if name in totals
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, frameon=False)
    return figure


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
    figure, ax, places = _endpoint_rows(rows.assign(endpoint=rows["heading"]), "label")
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
        ax.text(1.03, y, row.text, size="small", **right)
    ax.set(xlim=(0, 100), xlabel="patients, percent")
    return figure


def draw_estimates(
    estimates: pd.DataFrame, band: Iterable[float] = (), label: str = ""
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

    Returns
    -------
    Figure
    """
    figure, ax, rows = _endpoint_rows(estimates, "label")
    limits = list(band)
    if limits:
        ax.axvspan(min(limits), max(limits), color=BAND, lw=0)
        middle = (min(limits) + max(limits)) / 2
        # above the axes, where it is in nobody's way
        ax.text(middle, 1.01, label, ha="center", transform=ax.get_xaxis_transform())
    for y, row in rows:
        ax.plot([row.low, row.high], [y, y], color=INK, lw=3)
        fill = INK if row.marked else "white"
        ax.plot(row.percent, y, "o", ms=9, mew=2, mec=INK, mfc=fill)
        ax.annotate(
            row.text,
            (np.fmax(row.percent, row.high), y),
            xytext=(10, 0),
            textcoords="offset points",
            va="center",
        )
    ax.set(xlim=(0, 100), xlabel="patients, percent")
    return figure


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
    figure, ax = _axes(3.6)
    styles = iter(((INK, "-", 3), (INK, "--", 1.6), (ACCENT, ":", 2.2)))
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
    figure, ax, rows = _endpoint_rows(found, "label")
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
            fontsize=9,
        )
    ax.set(xlim=(-3, 100), xlabel="power, percent")
    return figure


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
    figure, ax, rows = _endpoint_rows(frame, "label")
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
