"""Rows that are the levels of one endpoint, with one test."""

from collections import Counter
from itertools import pairwise

import reanalysis.corpus.words as words
from reanalysis.corpus.lines import OTHER_PATIENTS, Line, partition, rounded
from reanalysis.corpus.sheets import Sheet


def attach(here: Sheet, lines: list[Line]) -> None:
    """Find rows that are the levels of one endpoint, and give them one test."""
    i = 0
    while i < len(lines):
        line = lines[i]
        if line.group >= 0 and line.kind != "heading":
            rows = [line]
            for other in lines[i + 1 :]:
                if other.group != line.group or other.kind == "heading":
                    break
                rows.append(other)
            if len(rows) > 1:
                label = line.section
                take_heading(here, Line(line.index, label, kind="heading"), rows)
                i += len(rows)
                continue
        if line.p_rows and len(line.p_rows) > 1 and line.kind != "heading":
            rows = [other for other in lines[i:] if other.index in line.p_rows]
            block(here, rows, line, None)
            i += max(len(rows), 1)
            continue
        if line.kind == "heading":
            rows = []
            for other in lines[i + 1 :]:
                if other.kind in ("heading", "empty"):
                    break
                rows.append(other)
            used = take_heading(here, line, rows)
            i += 1 + used
            continue
        i += 1
    loose_rows(here, lines)


def take_heading(here: Sheet, heading: Line, rows: list[Line]) -> int:
    """A heading and the rows below it. Returns how many rows it took."""
    if not rows:
        return 0
    spanning = heading.p_rows if len(heading.p_rows) > 1 else range(0)
    for row in rows:
        if row.index in spanning:
            row.p, row.statistic = "", row.statistic
    if heading.p:
        own = next((k for k, row in enumerate(rows) if row.p), len(rows))
        part = rows[:own]
        means = [row for row in part if row.kind == "mean"]
        counts = [row for row in part if row.kind in ("count", "maybe count")]
        if len(means) == 1 and not counts:
            means[0].p, means[0].statistic = heading.p, heading.statistic
            means[0].p_mark = heading.p_mark
            means[0].section = heading.label
        elif counts and not means and len(part) == 1 and len(spanning) > 2:
            counts[0].no_p = "one p for several rows that are not all patients"
        elif counts and not means:
            end = next(
                (
                    k
                    for k, row in enumerate(part)
                    if row.kind not in ("count", "maybe count")
                ),
                len(part),
            )
            block(here, part[:end], heading, heading)
        elif means or counts:
            for row in means + counts:
                row.no_p = row.no_p or "one p for rows of several kinds"
        for row in rows[own:]:
            # the heading had a test of its own, these rows have theirs
            row.section = ""
        return own
    with_p = [row for row in rows if row.p]
    if len(with_p) == len(rows) > 1 and len({row.p for row in rows}) == 1:
        # one p printed again beside every level
        levels = all(row.kind in ("count", "maybe count") for row in rows)
        if levels and partition(rows) is not None:
            block(here, rows, rows[0], heading)
            return len(rows)
    if not with_p:
        own_sums(here, rows)
    if (
        len(with_p) == 1
        and len(rows) > 1
        and len(with_p[0].p_rows) <= 1
        and all(row.kind in ("count", "maybe count") for row in rows)
    ):
        block(here, rows, with_p[0], heading)
        return len(rows)
    runs(here, rows)
    for before, row in pairwise(rows):
        # a last p after several counts without one may belong to all of them
        loose = row.p and row.block < 0 and row.kind == "count" and not row.no_p
        if loose and before.kind == "count" and not before.p and before.block < 0:
            row.no_p = "one p for several rows that are not all patients"
    return len(rows)


def own_sums(here: Sheet, rows: list[Line]) -> None:
    """Levels that add up to fewer patients, of whom their percentages are."""
    counts = 0
    while counts < len(rows) and rows[counts].kind in ("count", "maybe count"):
        counts += 1
    sums = None
    for end in range(2, counts + 1):
        if (sums := partition(rows[:end])) is not None and (
            end == counts
            or words.UNKNOWN.search(rows[end].label)
            or _exact(rows[:end], sums)
        ):
            break
        sums = None
    if sums is None:
        return
    for row in rows[:end]:
        for cell in row.cells:
            if cell["arm"] in sums:
                cell["n"], cell["loose"] = sums[cell["arm"]], False


def _exact(rows: list[Line], sums: dict[int, int]) -> bool:
    """Whether every percentage is of the sum of its arm's levels."""
    return all(
        rounded([cell], sums[cell["arm"]]) == 1
        for row in rows
        for cell in row.cells
        if cell.get("percent") and cell.get("count") and cell["arm"] in sums
    )


def runs(here: Sheet, rows: list[Line]) -> None:
    """Below one heading, rows with p each begin a block if the next have none."""
    i = 0
    while i < len(rows):
        j = i + 1
        while j < len(rows) and not rows[j].p:
            j += 1
        part = rows[i:j]
        if rows[i].p and len(rows[i].p_rows) > 1:
            block(here, [r for r in rows if r.index in rows[i].p_rows], rows[i], None)
            i = j
            continue
        if (
            rows[i].p
            and len(part) > 1
            and all(r.kind in ("count", "maybe count") for r in part)
        ):
            if partition(part) is not None:
                block(here, part, rows[i], None)
            elif sum(bool(r.p) for r in rows) < 0.6 * len(rows):
                rows[i].no_p = "one p for several rows that are not all patients"
        i = j


def loose_rows(here: Sheet, lines: list[Line]) -> None:
    """Rows without a heading: "Male" with p and "Female" without are one endpoint.

    Where several counts without p follow one that has it, whose it is is not clear.
    """
    i = 0
    while i < len(lines):
        line = lines[i]
        j = i + 1
        if line.p and line.block < 0 and line.kind == "count" and not line.no_p:
            while (
                j < len(lines)
                and not lines[j].p
                and lines[j].block < 0
                and lines[j].kind in ("count", "maybe count")
                and lines[j].section == line.section
            ):
                j += 1
            if j - i > 1 and partition(lines[i:j]) is not None:
                block(here, lines[i:j], line, None)
            elif j - i > 2:
                line.no_p = "one p for several rows that are not all patients"
        i = j


def block(here: Sheet, rows: list[Line], test: Line, heading: Line | None) -> None:
    """Give one test to rows that hold every patient once; else to none of them."""
    p, mark, statistic = test.p, test.p_mark, test.statistic
    if not p and statistic == ("", "", ""):
        return
    if len(rows) == 1:
        row = rows[0]
        if row.kind == "maybe count":
            row.kind, row.why = (
                "other",
                "whole numbers that are not said to be counts",
            )
        row.p, row.statistic, row.p_mark = p, statistic, mark
        if heading is not None:
            row.section = heading.label
        return
    known = not any(words.UNKNOWN.search(row.label) for row in rows)
    sums = (
        partition(rows)
        if known and all(r.kind in ("count", "maybe count") for r in rows)
        else None
    )
    if sums is None:
        for row in rows:
            row.p, row.statistic = "", ("", "", "")
            row.no_p = row.no_p or "one p for several rows that are not all patients"
            if row is test:
                row.p = p
        return
    names = Counter(row.label for row in rows)
    for row in rows:
        if row.kind == "maybe count":
            row.kind, row.why = "count", ""
        if names[row.label] > 1:
            row.label = f"{row.label}, row {row.index + 1}"
        row.block = rows[0].index
        row.p, row.statistic, row.p_mark = p, statistic, mark
        if heading is not None:
            row.section = heading.label
        for cell in row.cells:
            total = sums.get(cell["arm"])
            if total is None:
                continue
            cell["loose"] = False
            if total != cell["n"]:
                cell["n"] = total
                if row.no_p == OTHER_PATIENTS:
                    row.no_p = ""
