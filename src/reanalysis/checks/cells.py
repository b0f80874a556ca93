"""The checks of a cell: its count, its percentage, its mean."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache

from reanalysis.checks.findings import AGREES, DIFFERS, UNCHECKED, Check
from reanalysis.checks.matching import written
from reanalysis.checks.means import mean_power, whole_sums
from reanalysis.checks.misprints import slip_of_percent
from reanalysis.checks.table import Cell, Row
from reanalysis.counts import feasible_counts, grim, grim_probability
from reanalysis.printed import Printed

#: Computed value, verdict and sentence.
Found = tuple[str, str, str]


def count_checks(row: Row) -> Iterator[Check]:
    """Check that each printed count is a whole number of its patients."""
    for cell in row.cells:
        if cell.count is None:
            continue
        value, n = cell.count.value, cell.n or cell.n_tested
        if value.denominator != 1 or value < 0:
            found = DIFFERS, f"{_place(cell)}: a count of patients is a whole number."
        elif n is None:
            found = UNCHECKED, "The number of patients is not printed."
        elif value > n:
            found = DIFFERS, f"{_place(cell)}: it is more than the {n} patients."
        else:
            found = AGREES, f"It is one of 0 to {n}."
        yield _check(row, cell, "count", cell.count.text, ("", *found))


def _place(cell: Cell) -> str:
    return f"Row {cell.line}, column count"


def mean_checks(row: Row) -> Iterator[Check]:
    """Check whether whole numbers can have each printed mean."""
    for cell in row.cells:
        if cell.mean is not None:
            yield _check(row, cell, "mean", cell.mean.text, _mean(cell, cell.mean))


def _mean(cell: Cell, mean: Printed) -> Found:
    n = cell.n or cell.n_tested
    if cell.items is None:
        why = "Whether it is a mean of whole numbers is not said (column items)."
        return "", UNCHECKED, why
    if n is None:
        return "", UNCHECKED, "The number of patients is not printed."
    answers, decimals = n * cell.items, mean.decimals
    sums = whole_sums(mean, answers)
    power = mean_power(answers, decimals)
    often = f"the check would find {100 * power:.0f}% of wrong means"
    near = sums[0] if sums else round(mean.value * answers)
    text = written(near / answers, decimals + 1)
    if sums:
        return text, AGREES, f"A sum of {near} over {answers} gives it; {often}."
    saved = "Were some patients not counted it may be right"
    return text, DIFFERS, f"{saved}; no whole sum over {answers} gives it."


def _check(row: Row, cell: Cell, check: str, printed: str, found: Found) -> Check:
    computed, verdict, sentence = found
    if cell.level:
        sentence = f"{cell.level}: {sentence}"
    return Check(
        row.study, row.endpoint, cell.arm, check, printed, computed, verdict, "",
        sentence,
    )  # fmt: skip


def percent_checks(row: Row, *, varied: bool) -> Iterator[Check]:
    """Check each printed percentage against its count, or against all counts."""
    of_row = _shares_of_row(row)
    for cell in row.cells:
        if cell.percent is None:
            continue
        found = _percent(cell, cell.percent, varied, of_row)
        if found[1] == DIFFERS:
            found = _with_slip(cell, row.cells, found)
        yield _check(row, cell, "percent", cell.percent.text, found)


def _with_slip(cell: Cell, cells: Sequence[Cell], found: Found) -> Found:
    computed, verdict, sentence = found
    slip = slip_of_percent(cell, cells)
    if not slip or "cut off" in sentence:  # that explains it already
        return found
    return computed, verdict, f"{sentence} A slip would explain it ({slip})."


def _percent(
    cell: Cell, printed: Printed, varied: bool, of_row: Fraction | None
) -> Found:
    n = cell.n or cell.n_tested
    if not 0 <= printed.value <= 100:
        return "", DIFFERS, "A percentage is from 0 to 100."
    if n is None:
        return "", UNCHECKED, "The number of patients is not printed."
    if cell.count is None:
        if cell.n_tested and not feasible_counts(printed.text, n):
            n = cell.n_tested
        return _grim(printed, n, varied)
    count = cell.count.value
    low, high = printed.rounded_from()
    sizes = {"": n, "of those tested, ": cell.n_tested}
    for said, size in sizes.items():
        if size and low <= 100 * count / size <= high:
            text = written(float(100 * count / size), printed.decimals + 1)
            return text, AGREES, f"{said}{count} of {size} is {text}%.".capitalize()
    exact = 100 * count / n
    text = written(float(exact), printed.decimals + 1)
    if of_row and low <= 100 * count / of_row <= high:
        return text, AGREES, f"It is the share of all {of_row} in the row, not of {n}."
    if varied:
        why = "A note says that not all patients were counted"
        return text, UNCHECKED, f"{why}; {count} of {n} would be {text}%."
    first, last = printed.truncated_from()
    if first <= exact < last:
        said = f"{count} of {n} is {text}%: its digits were cut off, not rounded."
        return text, DIFFERS, said
    return text, DIFFERS, _other_size(printed, count, n, text)


def fits_no_count(cell: Cell) -> bool:
    """Whether a percentage without a count is one that no count of its n gives."""
    n, printed = cell.n or cell.n_tested, cell.percent
    if printed is None or cell.count is not None or n is None:
        return False
    sizes = {n, cell.n_tested or n}
    fits = any(feasible_counts(printed.text, size) for size in sizes)
    return 0 <= printed.value <= 100 and not fits


def _other_size(printed: Printed, count: Fraction, n: int, text: str) -> str:
    said = f"{count} of {n} is {text}%."
    if count > 0 and printed.value > 0:
        low, high = printed.rounded_from()
        least, most = 100 * count / high, 100 * count / max(low, Fraction(1, 10**6))
        sizes = range(-(-least.numerator // least.denominator), int(most) + 1)
        if sizes and sizes[0] < n:
            return (
                f"It would be right of {sizes[0]} patients, were some not counted; "
                + said
            )
    return said


def _grim(printed: Printed, n: int, varied: bool) -> Found:
    found = feasible_counts(printed.text, n)
    power = _power(n, printed.decimals)
    often = f"the check would find {100 * power:.0f}% of wrong percentages"
    near = found[0] if found else round(float(printed.value) * n / 100)
    text = written(100 * near / n, printed.decimals + 1)
    if varied:
        why = "A note says that not all patients were counted"
        said = "so that it may be a share of fewer"
        return text, UNCHECKED, f"{why}, {said}; {near} of {n} is {text}%."
    if found:
        which = str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"
        return text, AGREES, f"{which} of {n} gives it; {often}."
    fewer = next(
        (m for m in range(n - 1, max(0, n // 2), -1) if grim(printed.text, m)), None
    )
    saved = f"Of {fewer} patients it would be right; " if fewer else ""
    return text, DIFFERS, f"{saved}no count of {n} gives it: {near} is {text}%."


@lru_cache(maxsize=4_096)
def _power(n: int, decimals: int) -> float:
    """Share of printable percentages that no count of `n` gives; see `counts`."""
    return grim_probability(n, decimals=decimals)


def _shares_of_row(row: Row) -> Fraction | None:
    """Total of a row's counts, where all its percentages are shares of it."""
    pairs = [
        (cell.count.value, cell.percent)
        for cell in row.cells
        if cell.count is not None and cell.percent is not None
    ]
    total = sum((count for count, _ in pairs), Fraction(0))
    if len(pairs) < 2 or len(pairs) < len(row.cells) or not total:
        return None
    for count, percent in pairs:
        low, high = percent.rounded_from()
        if not low <= 100 * count / total <= high:
            return None
    return total
