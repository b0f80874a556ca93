"""Figures of made-up patients."""

import textwrap
from collections.abc import Mapping

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from reanalysis.figures.style import ACCENT, INK, WIDTH, Figure, drawing


@drawing
def draw_flow(flow: pd.DataFrame, *, mark: str = "") -> Figure:
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
    rows, bottom = _stack(texts, size / 54, first=0.4 if mark else 0.05)
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
    known = flow.loc[flow["stage"].isin(["screened", "excluded"]), "n"].notna().all()
    total = f"{out.sum():,}" if known else "not reported"
    reasons = texts.get("excluded", [])
    texts["excluded"] = ["\n".join([f"not eligible: {total}", *reasons])]
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
    ax.text(y=sum(row) / 2, s=text, va="center", size=size, linespacing=1.02, **place)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "color": INK, "lw": 1, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, xytext=start, arrowprops=style)
