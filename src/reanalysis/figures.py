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
    size = 13 if arms <= 3 else 10  # points
    rows, bottom = _stack(texts, size / 58, first=0.4 if mark else 0.05)
    figure = Figure(figsize=(WIDTH, bottom))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(bottom, 0))
    ax.axis("off")
    said = {"color": ACCENT, "weight": "bold", "size": size}
    ax.text(WIDTH - 0.1, 0.2, mark, ha="right", va="center", **said)
    trunk, width = 1.3, (WIDTH - 0.1) / arms
    for stage in ("screened", "eligible", "included"):
        _box(ax, trunk, 2.4, rows[stage], texts[stage][0], size)
    for above, below in (("screened", "eligible"), ("eligible", "included")):
        _arrow(ax, (trunk, rows[above][1]), (trunk, rows[below][0]))
    _box(ax, 4.3, 3.3, rows["excluded"], texts["excluded"][0], size, left=True)
    _arrow(ax, (trunk, sum(rows["excluded"]) / 2), (2.65, sum(rows["excluded"]) / 2))
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
    for row in shown[shown["label"] != ""].itertuples():
        ax.annotate(
            row.label,
            (row.events, row.computed),
            xytext=(0, 34),
            textcoords="offset points",
            ha="left" if row.events < 0.8 * reach["events"].max() else "right",
            arrowprops={"arrowstyle": "-", "color": INK, "shrinkB": 5},
        )
    ax.set(ylim=(0, top), xlim=(-0.5, reach["events"].max() + 0.5))
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    ax.set(xlabel="patients with the outcome", ylabel="chi-square value")
    return figure
