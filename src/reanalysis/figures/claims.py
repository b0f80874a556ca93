"""Figures of claims, and of what a paper reports."""

import matplotlib as mpl
import pandas as pd

from reanalysis.figures.style import ACCENT, INK, Figure, axes, bare_y, drawing


@drawing
def draw_ledger(ledger: pd.DataFrame) -> Figure:
    """Draw one mark for each claim, by section of the paper.

    Parameters
    ----------
    ledger : DataFrame
        A row per claim: ``section`` and ``standing`` (as in `claims.VERDICTS`), in the
        order in which they are to be drawn.

    Returns
    -------
    Figure
        A filled point for what holds, a half one for what holds only by an invalid
        test, a cross for what does not hold, an empty square for what is stated without
        data, a ring for what cannot be told.
    """
    half = {"marker": "o", "fillstyle": "left", "mfc": INK, "mfcalt": "white"}
    marks = {
        "holds": {"marker": "o", "mfc": INK, "mec": INK, "ms": 7},
        "only by an invalid test": half | {"mec": INK, "ms": 7},
        "does not hold": {"marker": "X", "mfc": ACCENT, "mec": ACCENT, "ms": 9},
        "stated without data": {"marker": "s", "mfc": "white", "mec": INK, "ms": 7},
        "cannot be told": {"marker": "o", "mfc": "white", "mec": INK, "ms": 7},
    }
    sections = list(ledger["section"].unique())
    figure, ax = axes(1.0 + 0.36 * len(sections))
    for y, section in enumerate(sections):
        standings = ledger.loc[ledger["section"] == section, "standing"]
        for x, standing in enumerate(standings):
            ax.plot(x, y, ls="none", **marks[standing])
    most = ledger["section"].value_counts().max()
    ax.set(xlim=(-1, max(most, 12)), ylim=(len(sections) - 0.5, -0.5), xticks=[])
    ax.set_yticks(range(len(sections)), sections)
    ax.spines["bottom"].set_visible(False)
    bare_y(ax)
    totals = ledger["standing"].value_counts()
    handles = [
        mpl.lines.Line2D([], [], ls="none", label=f"{name} ({totals[name]})", **mark)
        for name, mark in marks.items()
        if name in totals
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=2, frameon=False)
    return figure


# Judgements of which a reader need not think the worse.
_KINDS = {
    **dict.fromkeys(("reported", "low", "no concern"), "in order"),
    **dict.fromkeys(("cannot be told", "no information"), "cannot be told"),
    "does not apply": "does not apply",
}


@drawing
def draw_appraisal(appraisal: pd.DataFrame) -> Figure:
    """Draw how a paper fares by lists of questions.

    Parameters
    ----------
    appraisal : DataFrame
        Columns ``tool``, ``item``, ``part`` and ``judgement``, as of
        `claims.appraise`.

    Returns
    -------
    Figure
        A row per part of a list, with a mark per item: a ring where nothing speaks
        against the paper, a cross where something does or is missing, a dash where
        nobody can tell, a dot where the question does not apply.
    """
    marks = {
        "in order": {"marker": "o", "mfc": "white", "mec": INK, "ms": 9},
        "missing, or a concern": {
            "marker": "X",
            "mfc": ACCENT,
            "mec": ACCENT,
            "ms": 10,
        },
        "cannot be told": {"marker": "_", "mec": INK, "mew": 2, "ms": 10},
        "does not apply": {"marker": ".", "mfc": INK, "mec": INK, "ms": 5},
    }
    kinds = appraisal["judgement"].map(_KINDS).fillna("missing, or a concern")
    rows = list(dict.fromkeys(zip(appraisal["tool"], appraisal["part"], strict=True)))
    figure, ax = axes(1.2 + 0.52 * len(rows))
    labels = []
    for y, (tool, part) in enumerate(rows):
        here = (appraisal["tool"] == tool) & (appraisal["part"] == part)
        for x, row in enumerate(appraisal[here].itertuples()):
            ax.plot(x, y, ls="none", **marks[kinds[row.Index]])
            short = row.item.rpartition(".")[2]
            ax.text(x, y - 0.28, short, ha="center", va="bottom", fontsize=9)
        first = tool not in {name for name, _ in rows[:y]}
        labels.append(f"{tool}:\n{part}" if first else part)
    most = appraisal.groupby(["tool", "part"]).size().max()
    ax.set(xlim=(-0.7, most - 0.3), ylim=(len(rows) - 0.5, -0.75), xticks=[])
    ax.set_yticks(range(len(rows)), labels, fontsize=10)
    ax.spines["bottom"].set_visible(False)
    bare_y(ax)
    handles = [
        mpl.lines.Line2D([], [], ls="none", label=name, **mark)
        for name, mark in marks.items()
        if name in set(kinds)
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=2, frameon=False)
    return figure


@drawing
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
    figure, ax = axes(0.75 + 0.6 * len(sections))
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
    bare_y(ax)
    handles = [
        mpl.lines.Line2D([], [], fillstyle=fill, mfcalt="white", label=said, **style)
        for said, fill in fills.items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, frameon=False)
    return figure
