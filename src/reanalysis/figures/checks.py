"""Figures of an audit."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from reanalysis.figures.style import ACCENT, FAINT, INK, axes, drawing


@drawing
def draw_printed_against_recomputed(checks: pd.DataFrame) -> Figure:
    """Draw printed statistics against recomputed ones, on logarithmic scales.

    Parameters
    ----------
    checks : DataFrame
        Columns ``printed``, ``computed`` (texts of numbers) and ``verdict``, as in
        `Audit.checks`. Rows whose number is not above 0 are not drawn.

    Returns
    -------
    Figure
    """
    printed = pd.to_numeric(checks["printed"], errors="coerce").abs().to_numpy()
    computed = pd.to_numeric(checks["computed"], errors="coerce").abs().to_numpy()
    drawn = (printed > 0) & (computed > 0)
    verdict = checks["verdict"].to_numpy()
    figure, ax = axes(3.6)
    ends = np.concatenate([printed[drawn], computed[drawn]])
    low, high = ends.min() / 2, ends.max() * 2
    ax.plot([low, high], [low, high], color=FAINT, lw=0.8, zorder=0)
    looks: dict[str, dict[str, Any]] = {
        "agrees": {"marker": "o", "mfc": "none", "mec": INK},
        "does not agree": {"marker": "x", "mec": ACCENT, "mew": 1.8},
        "cannot be checked": {"marker": "o", "mfc": "none", "mec": FAINT},
    }
    for name, look in looks.items():
        here = drawn & (verdict == name)
        if here.any():
            ax.plot(printed[here], computed[here], ls="", ms=5, label=name, **look)
    ax.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high))
    ax.set(xlabel="printed", ylabel="recomputed")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.legend(frameon=False, loc="upper left")
    return figure
