"""Rows of a table while they are read, and what their numbers say of each other."""

import re
from dataclasses import dataclass, field

from reanalysis.corpus.cells import Form, denominators, fits


@dataclass(slots=True)
class Line:
    """One row of a table's body.

    Attributes
    ----------
    index : int
        Row of the grid, from 0.
    label, section, section_marks : str
        The row's own label, the heading above it, and the heading's footnote marks.
    said, said_of_n : str
        Footnotes of the row's marks; of the row's and its heading's.
    forms : list of Form
        One per arm.
    p, p_mark : str
        The printed p-value and its footnote marks.
    statistic : tuple of str
        Name, value and degrees of freedom.
    p_rows : range
        Rows over which the cell of the p-value spans.
    kind : str
        ``count``, ``maybe count``, ``mean``, ``levels``, ``n``, ``heading``, ``empty``
        or ``other``.
    cells : list of dict
        What each arm prints: ``arm`` (its place), ``n``, and ``count, percent`` or
        ``mean, sd``.
    doubt, why, no_p : str
        What is not sure; why the row is left out; why its p-value is.
    other_n : bool
        Whether a footnote names other patients.
    group, block : int
        Row where its group of labels begins; row where its endpoint begins, if it is a
        level of one. -1 for none.
    """

    index: int
    label: str
    section: str = ""
    section_marks: str = ""
    said: str = ""
    said_of_n: str = ""
    forms: list[Form] = field(default_factory=list)
    p: str = ""
    p_mark: str = ""
    statistic: tuple[str, str, str] = ("", "", "")
    p_rows: range = range(0)
    kind: str = "other"
    cells: list[dict] = field(default_factory=list)
    doubt: str = ""
    other_n: bool = False
    why: str = ""
    no_p: str = ""
    group: int = -1
    block: int = -1


def percent(text: str) -> bool:
    """Whether a printed number may be a percentage of patients."""
    return "-" not in text and 0 <= float(text) <= 100


def only_n(pairs: list[tuple[int, str]]) -> int | None:
    """The only n that gives every percentage, if there is one."""
    found: set[int] | None = None
    decimals = max((len(b.partition(".")[2]) for _, b in pairs), default=0)
    # above this, percentages of different numbers of patients share one by chance
    most = 50 * 10**decimals
    for count, percent in pairs:
        options = denominators(count, percent, most)
        if not options:
            if count > 0 or float(percent) > 0:
                return None
            continue
        if found is None:
            found = set(options) if len(options) < 5000 else None
        else:
            found &= set(options)
        if found is not None and not found:
            return None
    return next(iter(found)) if found and len(found) == 1 else None


def partition(rows: list[Line]) -> dict[int, int] | None:
    """Sum of each arm over levels that hold every patient once, or None.

    Counts must add up to the arm's patients, or to a smaller number of which their
    percentages are; percentages alone must add up to 100.
    """
    sums: dict[int, int] = {}
    arms = {cell["arm"] for row in rows for cell in row.cells}
    for arm in arms:
        cells = [cell for row in rows for cell in row.cells if cell["arm"] == arm]
        n = next((cell["n"] for cell in cells if cell["n"] is not None), None)
        if all(cell.get("count") for cell in cells):
            total = sum(int(cell["count"]) for cell in cells)
            if n is None or total == n:
                if n is None:
                    return None
                sums[arm] = n
                continue
            percents = [c for c in cells if c.get("percent")]
            if (
                0 < total < n
                and percents
                and all(rounds(c, total) for c in percents)
                and not all(rounds(c, n) for c in percents)
            ):
                sums[arm] = total
                continue
            return None
        if all(cell.get("percent") and not cell.get("count") for cell in cells):
            step = max(
                10.0 ** -len(cell["percent"].partition(".")[2]) for cell in cells
            )
            total = sum(float(cell["percent"]) for cell in cells)
            if (
                abs(total - 100) <= step * (0.5 * len(cells) + 0.5) + 1e-9
                and n is not None
            ):
                sums[arm] = n
                continue
        return None
    return sums or None


def all_off(cells: list[dict]) -> bool:
    """Whether no arm's percentage is of the arm's patients: then of something else."""
    telling = [
        c for c in cells if c.get("percent") and c.get("count") and int(c["count"])
    ]
    return not any(
        fits(int(c["count"]), c["percent"], c["n"], slack=2) for c in telling if c["n"]
    )


def rounds(cell: dict, n: int) -> bool:
    """Whether a count of `n` patients rounds to the printed percentage."""
    return fits(int(cell["count"]), cell["percent"], n, slack=0.501)


def mark_list(text: str) -> list[str]:
    """Footnote marks one by one."""
    return re.findall(r"[a-z]|\d|[*†‡§¶#‖]+", text.lower())
