"""Every figure of a book: takes a tidy frame, returns a figure, computes nothing.

All share one style. Figures have no title: the caption is the title.
"""

import textwrap
from collections.abc import Iterable, Mapping
from math import inf
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
WIDTH = 5.2  # inches; wide enough for a page, still legible on a phone

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
        from a printed value; not drawn where it is infinite), ``reproduces`` (bool)
        and ``label`` (str, empty for none).
    tolerance : float
        One unit of the last printed digit.

    Returns
    -------
    Figure
    """
    groups = list(found["group"].unique())
    figure, ax = _axes(1.1 + 1.2 * len(groups))
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
    _bare_y(ax)
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
    leader = {"arrowstyle": "-", "color": INK, "lw": 0.7}
    ax.annotate(
        f"promised: {100 * alpha:g}%",
        (96, 100 * alpha),
        xytext=(100, 0.2 * top),
        ha="right",
        arrowprops=leader,
    )
    styles, places = iter(("--", ":", "-.")), iter(((20, 0.3), (45, 0.2), (60, 0.1)))
    for label, line in curves.groupby("label", sort=False):
        x, y = 100 * line["rate"], 100 * line["probability"]
        if line["marked"].iloc[0]:
            ax.plot(x, y, color=ACCENT, lw=3)
            peak = y.round(9).idxmax()  # the first of several, on any processor
            ax.text(x[peak] + 4, y[peak], label, color=ACCENT, fontweight="bold")
            continue
        ax.plot(x, y, next(styles), color=INK, lw=1.6)
        where, height = next(places)
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
            fontsize=10,
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


def draw_follow_up(lines: pd.DataFrame, years: float) -> Figure:
    """Draw for how long a patient can have been followed, by date of entry.

    Parameters
    ----------
    lines : DataFrame
        Columns ``label`` (when the data were closed), ``entry`` (decimal year),
        ``followed`` (years from then to the closing) and ``marked`` (bool, the same for
        a whole line: the one that the figure is about).
    years : float
        Follow-up that is needed.

    Returns
    -------
    Figure
        A falling line per label; the dates that leave enough time by the marked one
        are shaded.
    """
    figure, ax = _axes(3.8)
    first, last = lines["entry"].min(), lines["entry"].max()
    top = max(1.12 * lines["followed"].max(), 1.5 * years)
    for label, line in lines.groupby("label", sort=False):
        marked = bool(line["marked"].iloc[0])
        x, y = line["entry"], line["followed"]
        ax.plot(x, y, "-" if marked else "--", color=INK, lw=3 if marked else 1.6)
        ax.annotate(
            label,
            (x.iloc[0], y.iloc[0]),
            xytext=(6, 6),
            textcoords="offset points",
            fontsize=10,
            fontweight="bold" if marked else "normal",
        )
        if marked:
            # the line falls by a year for a year of later entry
            enough = min(max(x.iloc[0] + y.iloc[0] - years, first), last)
            ax.axvspan(first, enough, color=BAND, lw=0)
            for left, right, height, text in (
                (first, enough, 0.08, "early enough"),
                (enough, last, 0.92, "too late"),
            ):
                if right > left:
                    ax.text((left + right) / 2, height * top, text, ha="center")
    ax.axhline(years, color=ACCENT, lw=2)
    ax.annotate(
        "needed",
        (first, years),
        xytext=(6, 5),
        textcoords="offset points",
        color=ACCENT,
        fontweight="bold",
    )
    ax.set(xlim=(first, last), ylim=(0, top))
    ax.xaxis.set_major_locator(mpl.ticker.MultipleLocator(1))
    ax.xaxis.set_major_formatter("{x:.0f}")
    ax.set_xlabel("entry (each mark is the beginning of a year)")
    ax.set_ylabel("follow-up possible, years")
    return figure


def draw_survival(
    curves: pd.DataFrame,
    at_risk: pd.DataFrame,
    colors: Mapping[str, tuple],
    time: float,
    synthetic: bool = True,
) -> Figure:
    """Draw survival curves with the numbers at risk below.

    Parameters
    ----------
    curves : DataFrame
        Columns ``arm, time, censored, survival``, and the rows of each arm in order of
        time, as from `survival_curves`.
    at_risk : DataFrame
        Columns ``arm, time, at_risk``.
    colors : mapping
        Color by arm, from `arm_colors`.
    time : float
        Years to which the figure goes.
    synthetic : bool
        Whether the figure says that its times are made up.

    Returns
    -------
    Figure
        A falling step line per arm; an upright mark where somebody was last seen alive
        before the end.
    """
    arms = list(curves["arm"].unique())
    figure = Figure(figsize=(WIDTH, 4.0 + 0.3 * len(arms)), layout="constrained")
    ratios = [3.4, 0.4 + 0.3 * len(arms)]
    ax, below = figure.subplots(2, sharex=True, height_ratios=ratios)
    if synthetic:
        ax.text(
            0.03,
            0.06,
            "SYNTHETIC: times are made up",
            transform=ax.transAxes,
            color=ACCENT,
            fontweight="bold",
        )
    ends = []
    for arm in arms:
        curve = curves[curves["arm"] == arm]
        color, y = colors[arm], 100 * curve["survival"]
        ax.step(curve["time"], y, where="post", color=color, lw=2.5)
        lost = (curve["censored"] > 0) & (curve["time"] < time)
        ax.plot(curve["time"][lost], y[lost], "|", color=color, ms=11, mew=1.6)
        ends.append((y.iloc[-1], arm, curve["time"].iloc[-1]))
    lowest = -inf
    for y, arm, x in sorted(ends):  # names that would touch are moved apart
        place = max(y, lowest + 7)
        ax.annotate(
            arm,
            (x, y),
            xytext=(1.02 * time, place),
            va="center",
            annotation_clip=False,
            color=colors[arm],
            fontweight="bold",
        )
        lowest = place
    ax.set(xlim=(0, time), ylim=(0, 103), ylabel="alive, percent")
    for row in at_risk.itertuples():
        below.text(row.time, arms.index(row.arm), row.at_risk, ha="center", va="center")
    below.set_yticks(range(len(arms)), arms)
    below.set(ylim=(len(arms) - 0.5, -0.7), xlabel="years since entry")
    below.annotate(
        "followed and alive:",
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 2),
        textcoords="offset points",
    )
    for side in ("left", "bottom"):
        below.spines[side].set_visible(False)
    below.tick_params(length=0)
    below.tick_params(axis="y", pad=14)  # clear of the numbers at the left end
    below.set_xticks(sorted(at_risk["time"].unique()))
    return figure


def draw_interval_width(intervals: pd.DataFrame, share: float) -> Figure:
    """Draw how an interval grows as fewer patients are followed in full.

    Parameters
    ----------
    intervals : DataFrame
        Columns ``arm``, ``share`` (of patients followed in full), ``estimate, low,
        high`` (all 0-1), the rows of each arm in order of `share`.
    share : float
        The share to be marked (0-1).

    Returns
    -------
    Figure
        A panel per arm: the estimate and its interval over the share, and a line at the
        marked one.
    """
    arms = list(intervals["arm"].unique())
    figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
    panels = figure.subplots(1, len(arms), sharey=True, squeeze=False)[0]
    for ax, arm in zip(panels, arms, strict=True):
        rows = intervals[intervals["arm"] == arm]
        x = 100 * rows["share"]
        ax.fill_between(x, 100 * rows["low"], 100 * rows["high"], color=BAND, lw=0)
        for limit in ("low", "high"):
            ax.plot(x, 100 * rows[limit], color=INK, lw=1.2)
        ax.plot(x, 100 * rows["estimate"], color=INK, lw=2.5)
        ax.axvline(100 * share, color=ACCENT, lw=2, ls="--")
        ax.set(xlim=(0, 100), ylim=(0, 100), xticks=(0, 50, 100))
        ax.annotate(
            arm,
            (0.5, 1),
            xycoords="axes fraction",
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            fontweight="bold",
        )
    panels[0].set_ylabel("survival with its interval, percent")
    figure.supxlabel("patients followed in full, percent", fontsize=11)
    return figure


def draw_flow(flow: pd.DataFrame, mark: str = "") -> Figure:
    """Draw the way of patients into a study: boxes and arrows, from top to bottom.

    Parameters
    ----------
    flow : DataFrame
        Columns ``stage``, ``label`` and ``n``, as from `study_flow`; a missing number
        is written as not reported.
    mark : str
        What to write above the figure, as ``"SYNTHETIC"``; empty for nothing.

    Returns
    -------
    Figure
        Screened, eligible and included patients on the left, reasons for exclusion
        beside them, a column per arm below. A box without a number is dashed.
    """
    arms = int((flow["stage"] == "arm").sum())
    texts = _flow_texts(flow, 48 // arms)
    size = 11 if arms <= 3 else 9  # points
    rows, bottom = _stack(texts, size / 58, first=0.4 if mark else 0.05)
    figure = Figure(figsize=(WIDTH, bottom))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(bottom, 0))
    ax.axis("off")
    said = {"color": ACCENT, "weight": "bold", "size": size}
    ax.text(WIDTH - 0.1, 0.2, mark, ha="right", va="center", **said)
    trunk, side, width = 1.15, 2.4, (WIDTH - 0.1) / arms
    for stage in ("screened", "eligible", "included"):
        _box(ax, trunk, 2 * trunk - 0.1, rows[stage], texts[stage][0], size)
    for above, below in (("screened", "eligible"), ("eligible", "included")):
        _arrow(ax, (trunk, rows[above][1]), (trunk, rows[below][0]))
    middle, room = (side + WIDTH - 0.05) / 2, WIDTH - 0.05 - side
    _box(ax, middle, room, rows["excluded"], texts["excluded"][0], size, left=True)
    _arrow(ax, (trunk, sum(rows["excluded"]) / 2), (side, sum(rows["excluded"]) / 2))
    places = [0.05 + width * (i + 0.5) for i in range(arms)]
    fork = (rows["included"][1] + rows["arm"][0]) / 2
    ax.plot([trunk, trunk], [rows["included"][1], fork], color=INK, lw=1)
    ax.plot([min(*places, trunk), max(*places, trunk)], [fork, fork], color=INK, lw=1)
    for start, stage in ((fork, "arm"), (rows["arm"][1], "assessed")):
        for x, text in zip(places, texts[stage], strict=True):
            _arrow(ax, (x, start), (x, rows[stage][0]))
            _box(ax, x, width - 0.1, rows[stage], text, size)
    return figure


def _flow_texts(flow: pd.DataFrame, width: int) -> dict[str, list[str]]:
    """What stands in the boxes of each stage; those of an arm have so many letters."""
    numbers = ["not reported" if pd.isna(n) else f"{n:,}" for n in flow["n"]]
    texts: dict[str, list[str]] = {}
    for row, number in zip(flow.itertuples(), numbers, strict=True):
        if row.stage == "excluded":
            reason = row.label if pd.isna(row.n) else f"{row.label}: {number}"
            text = "\n   ".join(textwrap.wrap(f"- {reason}", 28))
        elif row.stage == "assessed":
            text = f"assessed\n{number}"
        else:
            label = textwrap.wrap(row.label, width if row.stage == "arm" else 22)
            text = "\n".join([*label, number])
        texts.setdefault(row.stage, []).append(text)
    out = flow.loc[flow["stage"] == "excluded", "n"]
    total = "not reported" if out.isna().any() else f"{out.sum():,}"
    texts["excluded"] = ["\n".join([f"not eligible: {total}", *texts["excluded"]])]
    return texts


def _stack(
    texts: Mapping[str, list[str]], line: float, first: float
) -> tuple[dict[str, tuple[float, float]], float]:
    """Top and bottom of each row of boxes, and the bottom of all, in inches."""
    rows, top = {}, first
    for stage in ("screened", "excluded", "eligible", "included", "arm", "assessed"):
        most = 1 + max(text.count("\n") for text in texts[stage])
        rows[stage] = top, top + line * most + 0.2
        top = rows[stage][1] + 0.32
    return rows, rows["assessed"][1] + 0.05


def _box(
    ax: Axes,
    x: float,
    width: float,
    row: tuple[float, float],
    text: str,
    size: float,
    left: bool = False,
) -> None:
    style = {"ls": "--" if "not reported" in text else "-", "ec": INK, "fc": "white"}
    corner, height = (x - width / 2, row[0]), row[1] - row[0]
    ax.add_patch(mpl.patches.Rectangle(corner, width, height, lw=1, **style))
    place = {"x": corner[0] + 0.12, "ha": "left"} if left else {"x": x, "ha": "center"}
    ax.text(y=sum(row) / 2, s=text, va="center", size=size, linespacing=1.2, **place)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "color": INK, "lw": 1, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, xytext=start, arrowprops=style)


def draw_reporting(reporting: pd.DataFrame) -> Figure:
    """Draw which items of a list of what to report a paper reports.

    Parameters
    ----------
    reporting : DataFrame
        Columns ``item`` (number), ``section`` and ``reported`` (``yes``, ``partly``,
        ``no``).

    Returns
    -------
    Figure
        A row per section with a mark per item: full, half full or empty.
    """
    fills = {"yes": "full", "partly": "left", "no": "none"}
    sections = list(reporting["section"].unique())
    figure, ax = _axes(0.75 + 0.6 * len(sections))
    style = {"ls": "", "marker": "o", "ms": 15, "mec": INK, "mew": 1.5, "color": INK}
    for y, section in enumerate(sections):
        rows = reporting[reporting["section"] == section]
        for x, row in enumerate(rows.itertuples()):
            ax.plot(x, y, fillstyle=fills[row.reported], mfcalt="white", **style)
            ax.text(x, y - 0.36, row.item, ha="center", va="bottom", fontsize=12)
    most = reporting["section"].value_counts().max()
    ax.set(xlim=(-0.5, most - 0.5), ylim=(len(sections) - 0.6, -0.75), xticks=[])
    ax.set_yticks(range(len(sections)), sections, fontsize=12)
    ax.spines["bottom"].set_visible(False)
    _bare_y(ax)
    handles = [
        mpl.lines.Line2D([], [], fillstyle=fill, mfcalt="white", label=said, **style)
        for said, fill in fills.items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, frameon=False)
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
    figure, ax = _axes(3.6)
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
