"""What a row asks: which patients stand behind it, and which test is printed of them.

A row of the table may ask several questions: each level may have a test of its own, and
so may each arm. A question knows every table of counts that its printed numbers allow.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np

from reanalysis.checks.candidates import (
    Candidate,
    Value,
    candidates,
    chi_square_candidates,
    level_candidates,
    percentage_candidates,
)
from reanalysis.checks.levels import MOST_TABLES, Columns, candidates_of, columns_of
from reanalysis.checks.means import mean_candidates
from reanalysis.checks.ratios import effect_of, effects_of_counts, effects_of_means
from reanalysis.checks.table import UNKNOWN, Cell, Row, Test
from reanalysis.counts import feasible_counts, nearest_count
from reanalysis.printed import Printed, tidy

#: Most tables of fewer patients that are tried.
MOST_SMALLER = 20_000

_VARIED = re.compile(
    r"(denominators?|numbers? of (patients|participants|respondents|responses))"
    r"[^.;]{0,60}\b(var(y|ied|ies)|differ(ed|s)?|not known|unknown)\b"
    r"|\b(of|among) those (who|that|with)\b"
    r"[^.;]{0,40}\b(answer|respon|repl|complet|data)"
    r"|\bmissing (data|values|answers|responses)\b"
    r"|\bnot all (patients|participants|respondents)\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(total|all|overall|both|combined|entire|whole)\b", re.IGNORECASE)
_NOTES = re.compile(r"note|foot|caption|remark|comment|legend", re.IGNORECASE)


def denominators_vary(cells: Sequence[Cell]) -> bool:
    """Say whether a note of the table says that not all patients were counted."""
    texts = {
        text
        for cell in cells
        for name, text in cell.more.items()
        if len(text) > 8 and _NOTES.search(name)
    }
    unknown = any(
        tidy(cell.more.get(name, "")).lower() in UNKNOWN
        for cell in cells
        for name in ("n", "n_tested")
    )
    return unknown or any(_VARIED.search(text) for text in texts)


@dataclass(frozen=True)
class Options:
    """The counts that the cells of one side of a test may stand for.

    Attributes
    ----------
    counts : list of list of int
        For each arm, what its number of patients with the event may be.
    n : list of int
        Patients of each arm.
    reading : str
        In what other sense than printed the numbers are taken; empty for none.
    """

    counts: list[list[int]]
    n: list[int]
    reading: str = ""

    @property
    def size(self) -> int:
        """How many tables these are."""
        return prod(len(counts) for counts in self.counts)

    @property
    def single(self) -> bool:
        """Whether there is one table only."""
        return self.size == 1

    def columns(self) -> list[Value]:
        """One number per arm, or one array per arm with an element for each table.

        Where there are too many tables, the ends and the middle of each arm's counts
        stand for them.
        """
        if self.single:
            return [counts[0] for counts in self.counts]
        counts = self.counts
        if self.size > MOST_TABLES:
            few = 3 if 3 ** len(counts) <= 4 * MOST_TABLES else 2
            counts = [_spread(values, few) for values in counts]
        grid = np.meshgrid(*map(np.array, counts), indexing="ij")
        return [values.ravel().astype(float) for values in grid]

    @property
    def complete(self) -> bool:
        """Whether `columns` has every table."""
        return self.size <= MOST_TABLES


def _spread(values: list[int], few: int) -> list[int]:
    places = np.linspace(0, len(values) - 1, min(few, len(values))).round()
    return [values[int(place)] for place in places]


@dataclass(frozen=True)
class Computed:
    """The candidates of one reading of a row.

    Attributes
    ----------
    candidates : list of Candidate
    reading : str
        In what other sense than printed the numbers are taken; empty for none.
    complete : bool
        Whether every table that the row may stand for was computed.
    """

    candidates: list[Candidate]
    reading: str = ""
    complete: bool = True


@dataclass
class Question:
    """A printed test, and the patients that it is about.

    Attributes
    ----------
    row : Row
    test : Test
    arm, level : str
        Where the test is printed for one arm or one level only.
    arms : list of str
    options : list of Options
        The printed reading first.
    percents : list of Printed or None
        Where every arm prints a percentage.
    levels : list of Columns or None
        For each arm, what the counts of its levels may be.
    means : list of Cell or None
    rest : list of int or None
        Patients of each arm who are in no level.
    blocked : str
        Why nothing can be computed; empty where something can.
    varied : bool
        Whether the table says that not all patients were counted.
    doubtful : bool
        Whether other percentages of the table fit no count of its patients.
    """

    row: Row
    test: Test
    arms: list[str] = field(default_factory=list)
    arm: str = ""
    level: str = ""
    options: list[Options] = field(default_factory=list)
    percents: list[Printed] | None = None
    levels: list[Columns] | None = None
    means: list[Cell] | None = None
    rest: list[int] | None = None
    blocked: str = ""
    varied: bool = False
    doubtful: bool = False

    @cached_property
    def computed(self) -> list["Computed"]:
        """Every candidate of each reading, the printed reading first."""
        if self.blocked:
            return []
        if self.means is not None:
            return [Computed(mean_candidates(self.means))]
        if self.levels is not None:
            tests, complete = candidates_of(self.levels)
            found = [Computed(tests, complete=complete)]
            if self.rest is not None:
                columns = [arm.found[0] for arm in self.levels]
                levels = [list(level) for level in zip(*columns, strict=True)]
                more = level_candidates([*levels, self.rest])
                found.append(Computed(more, "the rest as a level"))
            return found
        found = [
            Computed(
                candidates(option.columns(), option.n, self.arms),
                option.reading,
                option.complete,
            )
            for option in self.options
        ]
        if self.percents is not None:
            percents = [float(printed.value) for printed in self.percents]
            sizes = self.options[0].n if self.options else None
            found.append(Computed(percentage_candidates(percents, n=sizes)))
        return found

    @property
    def effect(self) -> str:
        """The effect that is printed as its statistic; empty for a test."""
        if self.test.statistic is None:
            return ""
        return effect_of(self.test.name, of_means=self.means is not None)

    @cached_property
    def effects(self) -> list["Computed"]:
        """Every effect of the printed kind, where it is one."""
        if not self.effect:
            return []
        if self.means is not None:
            return [Computed(effects_of_means(self.effect, self.means))]
        return [
            Computed(
                effects_of_counts(self.effect, option.columns(), option.n, self.arms),
                option.reading,
                option.complete,
            )
            for option in self.options
        ]

    @cached_property
    def fewer_patients(self) -> list["Computed"]:
        """Candidates if up to a tenth of each arm's patients were not counted.

        Only for percentages without counts.
        """
        if self.percents is None or not self.options or self.blocked:
            return []
        pairs = [
            [
                (x, size)
                for size in range(n - n // 10, n + 1)
                for x in feasible_counts(printed.text, size)
            ]
            for printed, n in zip(self.percents, self.options[0].n, strict=True)
        ]
        size = prod(map(len, pairs))
        if not size:
            return []
        # all tables, or as many drawn from them, whose range is looked at
        places: Sequence[np.ndarray]
        if size <= MOST_SMALLER:
            places = np.unravel_index(np.arange(size), [len(one) for one in pairs])
        else:
            random = np.random.default_rng(0)
            places = [random.integers(0, len(one), MOST_SMALLER) for one in pairs]
        both = [
            np.array(one, dtype=float)[place].T
            for one, place in zip(pairs, places, strict=True)
        ]
        x, n = [column[0] for column in both], [column[1] for column in both]
        found = chi_square_candidates(x, n)
        return [Computed(found, "fewer patients", size <= MOST_SMALLER)]

    @cached_property
    def statistics(self) -> dict[str, float]:
        """Statistic of each procedure, where the row stands for one table of counts."""
        if not self.options or not self.options[0].single or self.blocked:
            return {}
        return {
            one.name: float(one.statistic)
            for one in self.computed[0].candidates
            if one.statistic is not None
        }

    @property
    def nothing_to_compare(self) -> bool:
        """Whether all patients or none have the event, in the printed reading."""
        if not self.options or not self.options[0].single:
            return False
        events = sum(counts[0] for counts in self.options[0].counts)
        return events in (0, sum(self.options[0].n))


def questions(row: Row) -> Iterator[Question]:
    """List what a row asks, one question per printed test."""
    varied = denominators_vary(row.cells)
    levels = [level for level in row.levels if level]
    for arm, level, test in _tests(row):
        question = Question(row, test, row.arms, arm, level, varied=varied)
        if levels and not level:
            _fill_levels(question, levels)
        else:
            _fill_arms(question, [c for c in row.cells if c.level == level])
        yield question


def _tests(row: Row) -> Iterator[tuple[str, str, Test]]:
    """Arm, level and printed test; those of the whole row have neither."""
    tests = [(cell, test) for cell, test in row.tests if not test.empty]
    different = list(dict.fromkeys(_values(test) for _, test in tests))
    if not tests:
        return
    if len(different) == 1:
        # what one test prints may be spread over the lines of its arms
        yield _marked_arm(row, tests), "", _whole(row)
        return
    by_level: dict[str, list[Test]] = {}
    for cell, test in tests:
        by_level.setdefault(cell.level, []).append(test)
    one_each = all(len(set(map(_values, found))) == 1 for found in by_level.values())
    if one_each and len(by_level) > 1:
        for level, found in by_level.items():
            yield "", level, found[0]
        return
    merged = _whole(row)
    if not _conflict([test for _, test in tests]):
        yield "", "", merged
        return
    seen = set()
    for cell, test in tests:
        key = (cell.level, _values(test))
        if key not in seen:
            seen.add(key)
            yield cell.arm, cell.level, test


def _marked_arm(row: Row, tests: list[tuple[Cell, Test]]) -> str:
    """The one arm that has a mark and no more, as of a test against another arm."""
    (cell, test), *others = tests
    alone = not others and test.statistic is None and test.p is None
    if alone and len(row.arms) > 2 and cell.arm != row.arms[0] and not cell.level:
        return cell.arm
    return ""


def _values(test: Test) -> tuple[object, ...]:
    return (
        test.statistic and test.statistic.text,
        test.dof,
        test.p and test.p.text,
        test.mark,
    )


def _conflict(tests: list[Test]) -> bool:
    for name in ("statistic", "p", "mark"):
        values = {getattr(test, name) for test in tests} - {None, ""}
        if len({getattr(value, "text", value) for value in values}) > 1:
            return True
    return False


def _whole(row: Row) -> Test:
    """One test out of what the lines of a row print."""
    whole = Test()
    for _, test in row.tests:
        whole = Test(
            whole.name or test.name,
            whole.statistic or test.statistic,
            whole.dof or test.dof,
            whole.p or test.p,
            whole.mark or test.mark,
        )
    return whole


# --- patients of the arms ---------------------------------------------------------


def _fill_arms(question: Question, cells: list[Cell]) -> None:
    if any(cell.mean is not None for cell in cells):
        _fill_means(question, [cell for cell in cells if cell.mean is not None])
        return
    known = [c for c in cells if c.count is not None or c.percent is not None]
    if len(known) < len(cells):
        # an arm that prints nothing had no part in the test
        cells = known
    cells = without_total(cells)
    question.arms = [cell.arm for cell in cells]
    if len(cells) < 2:
        question.blocked = "fewer than two arms print a number"
        return
    if any(cell.tested is None for cell in cells):
        question.blocked = "the number of patients is not printed for every arm"
        return
    percents = [cell.percent for cell in cells if cell.percent is not None]
    inside = all(0 <= printed.value <= 100 for printed in percents)
    if len(percents) == len(cells) and inside:
        question.percents = percents
    question.options = _options(cells)
    if not question.options:
        question.blocked = "a printed count is no part of its patients"


def without_total(cells: list[Cell]) -> list[Cell]:
    """Leave out a column of all patients: its name says so, and its n is their sum."""
    for cell in cells:
        others = [other for other in cells if other is not cell]
        if len(others) < 2 or not _TOTAL.match(cell.arm):
            continue
        sizes = [other.n for other in others if other.n is not None]
        if len(sizes) == len(others) and sum(sizes) == cell.n:
            return others
    return cells


def _fill_means(question: Question, cells: list[Cell]) -> None:
    cells = without_total(cells)
    question.means = cells
    question.arms = [cell.arm for cell in cells]
    sizes = [cell.tested for cell in cells]
    if len(cells) < 2:
        question.blocked = "fewer than two arms print a mean"
    elif any(size is None for size in sizes):
        question.blocked = "the number of patients is not printed for every arm"
    elif any(cell.deviation() is None for cell in cells):
        question.blocked = "the standard deviation is not printed for every arm"
    elif any(one.value < 0 for cell in cells for one in (cell.sd, cell.se) if one):
        question.blocked = "a standard deviation is below 0"
    elif any(size is not None and size < 2 for size in sizes):
        question.blocked = "an arm has one patient"


def _options(cells: list[Cell]) -> list[Options]:
    found = []
    for reading, sizes in _sizes(cells):
        counts = [_counts(cell, size) for cell, size in zip(cells, sizes, strict=True)]
        if all(counts):
            found.append(Options(counts, sizes, reading))
    if found:
        return found
    sizes = _tested(cells)
    counts = [_nearest(cell, size) for cell, size in zip(cells, sizes, strict=True)]
    if all(counts):
        return [Options(counts, sizes, "the nearest counts")]
    return []


def _tested(cells: Sequence[Cell]) -> list[int]:
    """Patients of the test, of each cell that prints them."""
    return [cell.tested for cell in cells if cell.tested is not None]


def _sizes(cells: list[Cell]) -> Iterator[tuple[str, list[int]]]:
    yield "", _tested(cells)
    printed = [cell.n for cell in cells if cell.n is not None]
    if len(printed) == len(cells) and printed != _tested(cells):
        yield "all patients", printed


def _counts(cell: Cell, size: int) -> list[int]:
    """Counts that a cell may stand for, among `size` patients of the test."""
    if cell.count is not None:
        value = cell.count.value
        if value.denominator == 1 and 0 <= value <= size:
            return [int(value)]
        return []
    if cell.percent is None or not 0 <= cell.percent.value <= 100:
        return []
    text = cell.percent.text
    # of all patients, or of those who were tested
    of_all = [x for x in feasible_counts(text, cell.n or size) if x <= size]
    return sorted({*of_all, *feasible_counts(text, size)})


def _nearest(cell: Cell, size: int) -> list[int]:
    """Counts that a cell may stand for, or the one nearest to what no count gives."""
    found = _counts(cell, size)
    if found or cell.count is not None or cell.percent is None:
        return found
    if not 0 <= cell.percent.value <= 100:
        return []
    return [nearest_count(cell.percent.text, size)]


# --- patients of several levels ----------------------------------------------------


def _fill_levels(question: Question, levels: list[str]) -> None:
    row = question.row
    cells = {(c.level, c.arm): c for c in row.cells if c.level}
    printed = [[cells.get((level, arm)) for arm in row.arms] for level in levels]
    grid = [[cell for cell in line if cell is not None] for line in printed]
    if any(len(line) < len(row.arms) for line in grid):
        question.blocked = "a level is not printed for every arm"
        return
    if any(cell.tested is None for line in grid for cell in line):
        question.blocked = "the number of patients is not printed for every arm"
        return
    if any(c.count is None and c.percent is None for line in grid for c in line):
        question.blocked = "a level has neither a count nor a percentage"
        return
    kept = [cell.arm for cell in without_total(grid[0])]
    grid = [[cell for cell in line if cell.arm in kept] for line in grid]
    grid = without_sums(grid)
    question.arms = kept
    if len(kept) < 2:
        question.blocked = "fewer than two arms print a number"
        return
    by_arm = [[line[j] for line in grid] for j in range(len(kept))]
    sizes = [max(_tested(arm)) for arm in by_arm]
    columns = []
    for arm, size in zip(by_arm, sizes, strict=True):
        options = [_nearest(cell, n) for cell, n in zip(arm, _tested(arm), strict=True)]
        if not all(options):
            question.blocked = "a printed count is no part of its patients"
            return
        columns.append(columns_of(options, size))
    if not all(column.found for column in columns):
        question.blocked = "its levels add up to more than the patients"
        return
    whole = all(
        sum(column) == size
        for arm, size in zip(columns, sizes, strict=True)
        for column in arm.found
    )
    if len(grid) == 1 or (len(grid) == 2 and whole):
        # the first level says it all
        first = [list(dict.fromkeys(c[0] for c in arm.found)) for arm in columns]
        question.options = [Options(first, _tested(grid[0]))]
        return
    question.levels = columns
    if all(len(arm.found) == 1 for arm in columns):
        rest = [n - sum(arm.found[0]) for n, arm in zip(sizes, columns, strict=True)]
        question.rest = rest if any(rest) else None


def without_sums(grid: list[list[Cell]]) -> list[list[Cell]]:
    """Leave out a level that is the sum of all others: its name says so.

    Parameters
    ----------
    grid : list of list of Cell
        A line for each level, a cell for each arm.
    """
    for line in grid:
        others = [other for other in grid if other is not line]
        if len(others) < 2 or not _TOTAL.match(line[0].level):
            continue
        for j, cell in enumerate(line):
            parts = [other[j].count for other in others]
            if cell.count is None or None in parts:
                continue
            if sum(part.value for part in parts if part) != cell.count.value:
                break
        else:
            return others
    return grid
