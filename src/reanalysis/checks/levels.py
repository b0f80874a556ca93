"""Every table of counts that the printed levels of a row may stand for.

Where these are too many, some are drawn, with those at the ends, and Pearson's value is
bounded over all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from reanalysis.checks.candidates import Candidate, Value, level_candidates
from reanalysis.checks.means import MOST_ARMS, between
from reanalysis.procedures import chi_square_tail

#: Most tables that are computed one by one.
MOST_TABLES = 4_096

Column = tuple[int, ...]  # the counts of an arm, level by level


@dataclass(frozen=True)
class Columns:
    """What the levels of one arm may be.

    Attributes
    ----------
    found : list of tuple of int
        Counts, level by level.
    complete : bool
        Whether these are all.
    """

    found: list[Column]
    complete: bool = True


def columns_of(options: Sequence[Sequence[int]], size: int) -> Columns:
    """Put together the counts of an arm's levels.

    Parameters
    ----------
    options : sequence of sequence of int
        For each level, the counts that it may be.
    size : int
        Patients of the arm.

    Returns
    -------
    Columns
        Those that add up to all patients, where there are any; else those that add up
        to fewer.

    Examples
    --------
    >>> columns_of([[3, 4], [5, 6]], 10).found
    [(4, 6)]
    """
    complete = prod(map(len, options)) <= MOST_TABLES
    if complete:
        every = list(product(*options))
    else:
        random = np.random.default_rng(0)
        drawn = np.column_stack([random.choice(one, MOST_TABLES) for one in options])
        # the level with most options takes what the others leave
        widest = max(range(len(options)), key=lambda i: len(options[i]))
        rest = drawn.copy()
        rest[:, widest] = size - (drawn.sum(axis=1) - drawn[:, widest])
        rest = rest[np.isin(rest[:, widest], options[widest])]
        every = [tuple(line) for line in np.unique([*rest, *drawn], axis=0).tolist()]
    found = [column for column in every if sum(column) <= size]
    whole = [column for column in found if sum(column) == size]
    return Columns(whole or found, complete)


def tables_of(arms: Sequence[Columns]) -> tuple[list[tuple[Column, ...]], bool]:
    """Put together the tables of all arms, and say whether these are all.

    Examples
    --------
    >>> tables_of([Columns([(1, 2), (2, 1)]), Columns([(3, 0)])])
    ([((1, 2), (3, 0)), ((2, 1), (3, 0))], True)
    """
    if prod(len(arm.found) for arm in arms) <= MOST_TABLES:
        tables = list(product(*(arm.found for arm in arms)))
        return tables, all(arm.complete for arm in arms)
    random = np.random.default_rng(0)
    few = max(2, int((MOST_TABLES / 2) ** (1 / len(arms))))
    ends = product(*(_ends(arm.found, few) for arm in arms))
    tables = [table for table, _ in zip(ends, range(MOST_TABLES), strict=False)]
    for _ in range(MOST_TABLES // 2):
        tables.append(tuple(arm.found[random.integers(len(arm.found))] for arm in arms))
    return tables, False


def _ends(columns: list[Column], few: int) -> list[Column]:
    """Columns with the lowest and highest mean level, and the ends of each level."""
    by_mean = sorted(columns, key=lambda one: sum(i * x for i, x in enumerate(one)))
    found = [by_mean[0], by_mean[-1]]
    for i in range(len(columns[0])):
        by_count = sorted(columns, key=lambda one, i=i: one[i])  # type: ignore[misc]
        found += [by_count[0], by_count[-1]]
    return list(dict.fromkeys(found))[:few]


def candidates_of(arms: Sequence[Columns]) -> tuple[list[Candidate], bool]:
    """Compute the tests of all tables, and say whether these are all.

    Where they are not, Pearson's values are the interval that holds all of them, and
    those of the other tests run from the smallest to the largest of what was drawn.
    """
    tables, complete = tables_of(arms)
    levels: list[list[Value]] = [
        [np.array(counts, dtype=float) for counts in level]
        for level in np.array(tables).transpose(2, 1, 0)
    ]
    if len(tables) == 1:
        levels = [[int(counts[0]) for counts in level] for level in levels]
    found = level_candidates(levels)
    bounds = None if complete else pearson_bounds(arms)
    if bounds is None:
        return found, complete
    return [_bounded(one, bounds) for one in found], complete


def _bounded(one: Candidate, bounds: tuple[float, float]) -> Candidate:
    if one.name != "Pearson" or one.dof is None:
        return one
    low, high = bounds
    pvalue = (
        chi_square_tail(high, int(one.dof)),
        chi_square_tail(low, int(one.dof)),
    )
    return Candidate(one.name, bounds, one.dof, pvalue)


def pearson_bounds(arms: Sequence[Columns]) -> tuple[float, float] | None:
    """Bound Pearson's chi-square over all tables of some columns.

    With arms of sizes ``c``, N patients in all and ``r_i`` of them in level i it is the
    sum over the levels of ``N q_i / r_i``, where ``q_i`` is the sum of squares between
    the arms' shares, weighed by ``c``. Each term is a convex function of the level's
    counts, so it is largest at ends of their intervals; it is no smaller than with the
    smallest ``q_i`` and the largest ``r_i``.

    Returns
    -------
    (float, float) or None
        None where an arm may have different numbers of patients, or there are too many
        arms.

    Examples
    --------
    >>> one = Columns([(4, 6), (5, 5)]), Columns([(8, 2)])
    >>> [round(end, 2) for end in pearson_bounds(one)]
    [1.82, 3.33]
    """
    sizes = [{sum(column) for column in arm.found} for arm in arms]
    if len(arms) > MOST_ARMS or any(len(size) > 1 for size in sizes):
        return None
    c = np.array([size.pop() for size in sizes], dtype=float)
    ends = np.array(
        [[(min(x), max(x)) for x in zip(*arm.found, strict=True)] for arm in arms],
        dtype=float,
    )  # (arms, levels, 2)
    least = most = 0.0
    for level in ends.transpose(1, 0, 2):
        low, high = level.T
        corners = np.array(list(product(*level)))
        totals = corners.sum(axis=1)
        squares = (corners**2 / c).sum(axis=1) - totals**2 / c.sum()
        if high.sum() > 0:
            most += float((squares[totals > 0] / totals[totals > 0]).max())
            shares = list(zip(low / c, high / c, strict=True))
            least += between(c, shares)[0] / float(high.sum())
    total = float(c.sum())
    return float(total * least), float(total * most)
