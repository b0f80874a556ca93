"""How far the arms of a printed table lie apart, with intervals."""

from collections.abc import Iterator
from math import sqrt

import pandas as pd
from scipy.special import stdtrit

from reanalysis.checks.means import welch_dof
from reanalysis.checks.questions import without_total
from reanalysis.checks.table import Cell, Row, Table
from reanalysis.counts import feasible_counts
from reanalysis.intervals import risk_difference

COLUMNS = ("study", "endpoint", "level", "arm", "against", "of", "difference")


def arm_differences(table: Table, *, level: float = 0.95) -> pd.DataFrame:
    """Set each arm of a printed table beside the first one.

    Parameters
    ----------
    table : Table
    level : float
        Confidence level (0-1) of the intervals.

    Returns
    -------
    DataFrame
        A row per endpoint (or level of it) and arm but the first: ``study, endpoint,
        level, arm, against, of`` (``percentage points`` or ``mean``), ``difference``,
        ``low`` and ``high``. Intervals are Miettinen and Nurminen's for counts (or for
        percentages that one count gives), and Welch's for means with their standard
        deviations, of the numbers as they are printed. What prints neither has no row.

    Examples
    --------
    >>> table = Table.from_records([
    ...     {"endpoint": "relief", "arm": "A", "n": "42", "count": "10"},
    ...     {"endpoint": "relief", "arm": "B", "n": "42", "count": "25"}])
    >>> arm_differences(table)[["arm", "against", "difference"]].round(1)
      arm against  difference
    0   B       A        35.7
    """
    rows = [found for row in table.rows for found in _of_row(row, level)]
    return pd.DataFrame(rows, columns=[*COLUMNS, "low", "high"])


def _of_row(row: Row, level: float) -> Iterator[tuple[object, ...]]:
    for name in row.levels:
        cells = without_total([cell for cell in row.cells if cell.level == name])
        first, *others = cells
        for cell in others:
            found = _points(cell, first, level) or _means(cell, first, level)
            if found:
                where = row.study, row.endpoint, name, cell.arm, first.arm
                yield (*where, *found)


def _count(cell: Cell) -> int | None:
    """The patients with the event, where a cell says how many."""
    n, printed = cell.n, cell.percent
    if n is None:
        return None
    if cell.count is not None:
        value = cell.count.value
        return int(value) if value.denominator == 1 and 0 <= value <= n else None
    if printed is None or not 0 <= printed.value <= 100:
        return None
    found = feasible_counts(printed.text, n)
    return found[0] if len(found) == 1 else None


def _points(cell: Cell, first: Cell, level: float) -> tuple[object, ...] | None:
    x, x0 = _count(cell), _count(first)
    if x is None or x0 is None or cell.n is None or first.n is None:
        return None
    found = risk_difference(x, cell.n, x0, first.n, level=level)
    ends = (100 * end for end in (found.estimate, found.low, found.high))
    return ("percentage points", *ends)


def _means(cell: Cell, first: Cell, level: float) -> tuple[object, ...] | None:
    n, means, sds = [], [], []
    for one in (cell, first):
        if one.mean is None or one.sd is None or one.n is None or one.n < 2:
            return None
        n.append(one.n)
        means.append(float(one.mean.value))
        sds.append(float(one.sd.value))
    if min(sds) < 0 or max(sds) == 0:
        return None
    error = sqrt(sum(sd**2 / size for sd, size in zip(sds, n, strict=True)))
    dof, _ = welch_dof(n, [(sd, sd) for sd in sds])
    difference = means[0] - means[1]
    half = float(stdtrit(dof, (1 + level) / 2)) * error
    return "mean", difference, difference - half, difference + half
