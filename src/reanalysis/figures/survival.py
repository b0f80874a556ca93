"""Figures of survival."""

from collections.abc import Mapping
from math import inf

import pandas as pd

from reanalysis.figures.style import ACCENT, WIDTH, Figure, drawing


@drawing
def draw_survival(
    curves: pd.DataFrame,
    at_risk: pd.DataFrame,
    colors: Mapping[str, tuple],
    time: float,
    *,
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
