"""Figures of who can have been followed."""

import matplotlib as mpl
import numpy as np
import pandas as pd

from reanalysis.figures.style import ACCENT, BAND, INK, WIDTH, Figure, axes, drawing


@drawing
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
    figure, ax = axes(3.8)
    first, last = lines["entry"].min(), lines["entry"].max()
    top = max(1.12 * lines["followed"].max(), 1.5 * years)
    for label, line in lines.groupby("label", sort=False):
        marked = bool(line["marked"].iloc[0])
        x, y = line["entry"], line["followed"]
        ax.plot(x, y, "-" if marked else "--", color=INK, lw=3 if marked else 1.6)
        # along its line, so that it lies on no other
        slope = np.arctan2(y.iloc[-1] - y.iloc[0], x.iloc[-1] - x.iloc[0])
        ax.text(
            x.iloc[0],
            y.iloc[0],
            label,
            transform=mpl.transforms.offset_copy(
                ax.transData, figure, 12, -3, units="points"
            ),
            rotation=np.degrees(slope),
            rotation_mode="anchor",
            transform_rotates_text=True,
            fontsize=11,
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


@drawing
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
    figure.supxlabel("patients followed in full, percent", fontsize=12)
    return figure
