"""Rows of a table while they are read, and what their numbers say of each other."""

import re
from collections import Counter
from dataclasses import dataclass, field

from reanalysis.corpus.cells import Form, denominators, fits

#: Why the p-value of a row is left out.
OTHER_PATIENTS = "a footnote names other patients for the row"


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
    other_n, own_n, share : bool
        Whether a footnote names other patients; whether each cell prints its own;
        whether the row's percentages and those of its neighbors add up to 100 in every
        arm.
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
    own_n: bool = False
    share: bool = False
    why: str = ""
    no_p: str = ""
    group: int = -1
    block: int = -1


def percent(text: str) -> bool:
    """Whether a printed number may be a percentage of patients."""
    return "-" not in text and 0 <= float(text) <= 100


def only_n(pairs: list[tuple[int, str]]) -> int | None:
    """The only n that gives almost every percentage, if there is one.

    Examples
    --------
    >>> only_n([(18, "12.8"), (54, "38.3"), (67, "47.5")])
    141
    """
    decimals = max((len(b.partition(".")[2]) for _, b in pairs), default=0)
    # above this, percentages of different numbers of patients share one by chance
    most = 50 * 10**decimals
    votes: Counter[int] = Counter()
    telling = 0
    for count, percent in pairs:
        if count <= 0 and float(percent) <= 0:
            continue
        telling += 1
        votes.update(denominators(count, percent, most))
    if not votes:
        return None
    (best, given), *others = votes.most_common(2)
    second = others[0][1] if others else 0
    if given == telling and second < given:
        return best
    enough = telling >= 6 and given >= 0.8 * telling and second <= 0.6 * telling
    return best if enough else None


def partition(rows: list[Line]) -> dict[int, int] | None:
    """Sum of each arm over levels that hold every patient once, or None.

    Counts must add up to the arm's patients, or to a smaller number of which their
    percentages are; percentages alone must add up to 100.
    """
    sums: dict[int, int] = {}
    arms = {cell["arm"] for row in rows for cell in row.cells}
    for arm in arms:
        cells = [cell for row in rows for cell in row.cells if cell["arm"] == arm]
        known = [cell["n"] for cell in cells if cell["n"] is not None]
        loose = any(cell.get("loose") for cell in cells)
        n = known[0] if known and not loose else None
        if all(cell.get("count") for cell in cells):
            total = sum(int(cell["count"]) for cell in cells)
            percents = [c for c in cells if c.get("percent")]
            if n is None:
                # the patients are not printed, but the percentages are of the sum
                told = total in known or mostly(percents, total)
                if len(percents) < 2 or not told:
                    return None
                sums[arm] = total
                continue
            if total == n:
                sums[arm] = n
                continue
            if (
                0 < total < n
                and len(percents) > 1
                and mostly(percents, total)
                and (total >= 0.9 * n or not mostly(percents, n))
                and rounded(percents, total) >= rounded(percents, n)
            ):
                sums[arm] = total
                continue
            if not percents and 0.9 * n <= total < n:
                # some patients are missing, and the test is of the others
                sums[arm] = total
                continue
            return None
        shares = [
            c["percent"] for c in cells if c.get("percent") and not c.get("count")
        ]
        if n is not None and len(shares) == len(cells) and hundred(shares):
            sums[arm] = n
            continue
        return None
    return sums or None


def hundred(printed: list[str]) -> bool:
    """Whether percentages add up to 100, each rounded."""
    step = max(10.0 ** -len(text.partition(".")[2]) for text in printed)
    off = abs(sum(map(float, printed)) - 100)
    return off <= step * (0.5 * len(printed) + 0.5) + 1e-9


def all_off(cells: list[dict]) -> bool:
    """Whether no arm's percentage is of the arm's patients: then of something else."""
    telling = [
        c for c in cells if c.get("percent") and c.get("count") and int(c["count"])
    ]
    return not any(
        fits(int(c["count"]), c["percent"], c["n"], slack=2) for c in telling if c["n"]
    )


def mostly(cells: list[dict], n: int) -> bool:
    """Whether counts of `n` patients give almost all printed percentages.

    A digit may be cut off, and one of four may be a misprint.
    """
    near = [fits(int(c["count"]), c["percent"], n, slack=1) for c in cells]
    return 4 * sum(near) >= 3 * len(cells) and 2 * rounded(cells, n) > len(cells)


def rounded(cells: list[dict], n: int) -> int:
    """How many printed percentages counts of `n` patients give, rounded."""
    return sum(fits(int(c["count"]), c["percent"], n, slack=0.501) for c in cells)


def mark_list(text: str) -> list[str]:
    """Footnote marks one by one."""
    return re.findall(r"[a-z]|\d|[*†‡§¶#‖]+", text.lower())
