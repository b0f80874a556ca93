"""Whether the levels of a row add up to no more than its patients."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from reanalysis.checks.findings import AGREES, DIFFERS, UNCHECKED, Check
from reanalysis.checks.questions import without_sums, without_total
from reanalysis.checks.table import Cell, Row


@dataclass(frozen=True)
class Sum:
    """The levels of one arm, added up.

    Attributes
    ----------
    arm : str
    printed : str
        What is added.
    low, high : Fraction
        Interval of the sum that rounding allows.
    whole : Fraction
        Patients, or 100 where percentages are added.
    unit : str
        What they are.
    """

    arm: str
    printed: str
    low: Fraction
    high: Fraction
    whole: Fraction
    unit: str

    @property
    def too_much(self) -> bool:
        """Whether the levels add up to more than all."""
        return self.low > self.whole

    @property
    def all_of_them(self) -> bool:
        """Whether the levels may add up to all."""
        return self.low <= self.whole <= self.high

    @property
    def middle(self) -> str:
        """The sum as it is printed."""
        return f"{float((self.low + self.high) / 2):g}"


def sum_checks(row: Row) -> Iterator[Check]:
    """Check that the levels of each arm are no more than its patients.

    Where several answers were allowed they may be more. That nobody may be in two
    levels follows from one test of all levels, or from an arm whose levels add up to
    exactly its patients; without either, nothing is judged.
    """
    levels = [level for level in row.levels if level]
    if len(levels) < 2:
        return
    cells = {(cell.level, cell.arm): cell for cell in row.cells}
    grid = [[cells.get((level, arm)) for arm in row.arms] for level in levels]
    lines = [[cell for cell in line if cell is not None] for line in grid]
    if any(len(line) < len(row.arms) for line in lines):
        return
    kept = {cell.arm for cell in without_total(lines[0])}
    lines = without_sums(lines)
    arms = [[line[j] for line in lines] for j in range(len(row.arms))]
    sums = [_sum(arm) for arm in arms if arm[0].arm in kept]
    found = [one for one in sums if one is not None]
    apart = _one_test(row) or any(one.all_of_them for one in found)
    for one in found:
        verdict, sentence = _said(one, apart)
        yield Check(
            row.study, row.endpoint, one.arm, "levels", one.printed, one.middle,
            verdict, "", sentence,
        )  # fmt: skip


def _said(one: Sum, apart: bool) -> tuple[str, str]:
    total = f"{one.middle} of {one.whole} {one.unit}"
    if not one.too_much:
        return AGREES, f"The levels add up to {total}."
    if not apart:
        said = f"Several answers may have been allowed: they add up to {total}."
        return UNCHECKED, said
    return DIFFERS, f"Unless several answers were allowed, they add up to {total}."


def _sum(cells: Sequence[Cell]) -> Sum | None:
    counts = [cell.count for cell in cells if cell.count is not None]
    percents = [cell.percent for cell in cells if cell.percent is not None]
    sizes = [cell.n or cell.n_tested for cell in cells]
    known = [size for size in sizes if size is not None]
    if len(counts) == len(cells) == len(known):
        total = sum((one.value for one in counts), Fraction(0))
        low = high = total
        printed, whole, unit = counts, Fraction(max(known)), "patients"
    elif len(percents) == len(cells) and not counts:
        low = sum((one.rounded_from()[0] for one in percents), Fraction(0))
        high = sum((one.rounded_from()[1] for one in percents), Fraction(0))
        printed, whole, unit = percents, Fraction(100), "percent"
    else:
        return None
    shown = " + ".join(one.text for one in printed)
    return Sum(cells[0].arm, shown, low, high, whole, unit)


def _one_test(row: Row) -> bool:
    """Whether a test of all levels together is printed, rather than one of each."""
    levels = {cell.level for cell, test in row.tests if not test.empty}
    first = next(level for level in row.levels if level)
    if not levels:
        return False
    values = {
        (test.statistic and test.statistic.text, test.p and test.p.text, test.mark)
        for _, test in row.tests
        if not test.empty
    }
    return levels <= {"", first} or len(values) == 1
