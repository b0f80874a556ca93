"""What a row asks: which patients stand behind it, and which test is printed of them.

A row of the table may ask several questions: each level may have a test of its own, and
so may each arm. A question knows every table of counts that its printed numbers allow.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod

import numpy as np

from reanalysis.checks.candidates import (
    Candidate,
    candidates,
    chi_square_candidates,
    level_candidates,
    percentage_candidates,
)
from reanalysis.checks.means import mean_candidates
from reanalysis.checks.table import UNKNOWN, Cell, Row, Test
from reanalysis.counts import feasible_counts, nearest_count
from reanalysis.printed import Printed, tidy

#: Most tables of counts that one row of percentages may stand for.
MOST_TABLES = 4_096

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

    def columns(self) -> list:
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
    percents, levels, means : list, optional
        What is printed of each arm: percentages, counts by level, or means.
    rest : list of int, optional
        Patients per arm whom no printed level counts.
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
    levels: list[list[list[int]]] | None = None
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
            found = [Computed(level_candidates(self.levels))]
            if self.rest is not None:
                more = level_candidates([*self.levels, self.rest])
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
            found.append(Computed(percentage_candidates(percents, sizes)))
        return found

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
        if size <= MOST_SMALLER:
            places = np.unravel_index(np.arange(size), [len(one) for one in pairs])
        else:
            random = np.random.default_rng(0)
            places = [random.integers(0, len(one), MOST_SMALLER) for one in pairs]
        columns = [
            np.array(one, dtype=float)[place].T
            for one, place in zip(pairs, places, strict=True)
        ]
        x, n = [column[0] for column in columns], [column[1] for column in columns]
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
        yield "", "", _whole(row)
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


def _values(test: Test) -> tuple:
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
    name, statistic, dof, p, mark = "", None, (), None, ""
    for _, test in row.tests:
        name = name or test.name
        statistic = statistic or test.statistic
        dof, p, mark = dof or test.dof, p or test.p, mark or test.mark
    return Test(name, statistic, dof, p, mark)


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
    if all(cell.percent is not None for cell in cells):
        percents = [cell.percent for cell in cells]
        if all(0 <= printed.value <= 100 for printed in percents):
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
        sizes = [other.n for other in others]
        if cell.n is not None and None not in sizes and sum(sizes) == cell.n:
            return others
    return cells


def _fill_means(question: Question, cells: list[Cell]) -> None:
    cells = without_total(cells)
    question.means = cells
    question.arms = [cell.arm for cell in cells]
    if len(cells) < 2:
        question.blocked = "fewer than two arms print a mean"
    elif any(cell.sd is None for cell in cells):
        question.blocked = "the standard deviation is not printed for every arm"
    elif any(cell.sd.value < 0 for cell in cells):
        question.blocked = "a standard deviation is below 0"
    elif any(cell.tested is None for cell in cells):
        question.blocked = "the number of patients is not printed for every arm"
    elif any(cell.tested < 2 for cell in cells):
        question.blocked = "an arm has one patient"


def _options(cells: list[Cell]) -> list[Options]:
    found = []
    for reading, sizes in _sizes(cells):
        counts = [_counts(cell, size) for cell, size in zip(cells, sizes, strict=True)]
        if all(counts):
            found.append(Options(counts, sizes, reading))
    if found:
        return found
    sizes = [cell.tested for cell in cells]
    counts = [_nearest(cell, size) for cell, size in zip(cells, sizes, strict=True)]
    if all(counts):
        return [Options(counts, sizes, "the nearest counts")]
    return []


def _sizes(cells: list[Cell]) -> Iterator[tuple[str, list[int]]]:
    yield "", [cell.tested for cell in cells]
    printed = [cell.n for cell in cells]
    if None not in printed and printed != [cell.tested for cell in cells]:
        yield "all patients", printed


def _counts(cell: Cell, size: int) -> list[int]:
    """Counts that a cell may stand for, among `size` patients of the test."""
    if cell.count is not None:
        value = cell.count.value
        if value.denominator == 1 and 0 <= value <= size:
            return [int(value)]
        return []
    if not 0 <= cell.percent.value <= 100:
        return []
    text = cell.percent.text
    found = [x for x in feasible_counts(text, cell.n or size) if x <= size]
    return found or feasible_counts(text, size)


def _nearest(cell: Cell, size: int) -> list[int]:
    """Counts that a cell may stand for, or the one nearest to what no count gives."""
    found = _counts(cell, size)
    if found or cell.count is not None or not 0 <= cell.percent.value <= 100:
        return found
    return [nearest_count(cell.percent.text, size)]


# --- patients of several levels ----------------------------------------------------


def _fill_levels(question: Question, levels: list[str]) -> None:
    row = question.row
    cells = {(c.level, c.arm): c for c in row.cells if c.level}
    grid = [[cells.get((level, arm)) for arm in row.arms] for level in levels]
    if any(cell is None for line in grid for cell in line):
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
    question.arms = kept
    columns = [_level_column([line[j] for line in grid]) for j in range(len(kept))]
    if not all(columns):
        question.blocked = (
            "its levels add up to more than the patients, or stand for too many tables"
        )
        return
    if prod(map(len, columns)) > MOST_TABLES:
        question.blocked = "its percentages stand for too many tables"
        return
    if len(levels) == 1 or (len(levels) == 2 and _add_up(grid, columns)):
        # the first level says it all
        question.options = [
            Options(
                [list(dict.fromkeys(column[0] for column in some)) for some in columns],
                [cell.tested for cell in grid[0]],
            )
        ]
        return
    tables = list(product(*columns))
    if len(tables) == 1:
        question.levels = [list(level) for level in zip(*tables[0], strict=True)]
        sizes = [max(line[j].tested for line in grid) for j in range(len(kept))]
        rest = [n - sum(x) for n, x in zip(sizes, tables[0], strict=True)]
        question.rest = rest if any(rest) else None
        return
    question.levels = [
        [
            np.array([table[j][i] for table in tables], dtype=float)
            for j in range(len(row.arms))
        ]
        for i in range(len(levels))
    ]


def _add_up(grid: list[list[Cell]], columns: list[list[tuple[int, ...]]]) -> bool:
    return all(
        sum(column) == cell.tested
        for cell, options in zip(grid[0], columns, strict=True)
        for column in options
    )


def _level_column(cells: list[Cell]) -> list[tuple[int, ...]]:
    """Counts of an arm's levels that its cells may stand for."""
    size = max(cell.tested for cell in cells)
    options = [_nearest(cell, cell.tested) for cell in cells]
    if not all(options) or prod(map(len, options)) > MOST_TABLES:
        return []
    found = [column for column in product(*options) if sum(column) <= size]
    whole = [column for column in found if sum(column) == size]
    return whole or found
