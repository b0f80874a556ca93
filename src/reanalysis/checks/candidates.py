"""All procedures that a row's printed statistic or p-value may come from.

`candidates` computes them for one table of counts, or for many at once (arrays). A
candidate is *of the patients* when it is a test of the arms; what only explains a
printed value (percentages taken for counts, shares of one column) is not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from scipy.special import xlogy

from reanalysis.checks.exact import MOST_HALVES, fisher_levels
from reanalysis.procedures import (
    chi_square_tail,
    equal_shares,
    fisher,
    fisher_two_arms,
    likelihood_ratio,
    mantel,
    n_minus_1,
    pearson,
    trend,
    yates,
)

Value = Any  # a number, or an array with one number per possible table

#: Most tables for which exact p-values are computed one by one.
MOST_EXACT = 64

#: Most chances that the exact tests of two arms add up.
MOST_CHANCES = 5_000_000

#: More arms than these are not compared in pairs.
MOST_ARMS_IN_PAIRS = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """One procedure on one input.

    Attributes
    ----------
    name : str
        As in the column `by`.
    statistic : float or ndarray or None
        None where the procedure has a p-value only.
    dof : float or None
        Of Welch's t, the fewest.
    pvalue : float or ndarray or None
    of_patients : bool
        Whether it is a test of the arms' patients.
    whole_row : bool
        Whether it compares all arms.
    """

    name: str
    statistic: Value
    dof: float | None
    pvalue: Value
    of_patients: bool = True
    whole_row: bool = True


def candidates(
    x: Sequence[Value],
    n: Sequence[int],
    arms: Sequence[str],
    *,
    some_arms: bool = True,
) -> list[Candidate]:
    """Compute every test of k arms.

    Parameters
    ----------
    x : sequence of int, or of arrays of int of one shape; length k
        Patients with the event.
    n : sequence of int, length k
        Patients.
    arms : sequence of str, length k
    some_arms : bool
        Whether to compare each pair of arms, and each arm with the rest, too.

    Returns
    -------
    list of Candidate
        NaN where the tables leave a value undefined. If all patients or none have the
        event, nothing speaks against equal rates: statistics are 0 and p-values 1.

    Examples
    --------
    >>> first = candidates([6, 12, 16], [20, 20, 20], ["A", "B", "C"])[0]
    >>> first.name, round(first.statistic, 3), round(first.pvalue, 4)
    ('Pearson', 10.317, 0.0058)
    """
    if all(isinstance(value, int) for value in x):
        return list(_candidates(tuple(x), tuple(n), tuple(arms), some_arms))
    with np.errstate(divide="ignore", invalid="ignore"):
        return _compute(list(x), list(n), list(arms), some_arms)


@lru_cache(maxsize=4_096)
def _candidates(
    x: tuple[int, ...], n: tuple[int, ...], arms: tuple[str, ...], some_arms: bool
) -> tuple[Candidate, ...]:
    return tuple(_compute(list(x), list(n), list(arms), some_arms))


def _chi(
    name: str, value: Value, dof: int, of_patients: bool = True, whole: bool = True
) -> Candidate:
    if isinstance(value, np.ndarray):
        value = np.where(np.isnan(value), 0.0, value)
    elif value != value:
        value = 0.0
    pvalue = chi_square_tail(value, dof)
    return Candidate(name, value, dof, pvalue, of_patients, whole)


def _compute(
    x: list[Value], n: list[int], arms: list[str], some_arms: bool
) -> list[Candidate]:
    k = len(n)
    found = [_chi("Pearson", pearson(x, n), k - 1)]
    if k == 2:
        found.append(_chi("Yates", yates(x, n), 1))
    found.append(_chi("N-1", n_minus_1(x, n), k - 1))
    found.append(_chi("likelihood ratio", likelihood_ratio(x, n), k - 1))
    if k > 2:
        found.append(_chi("trend", trend(x, n), 1))
        found.append(_chi("Mantel", mantel(x, n), 1))
    found += _exact(x, n)
    if some_arms and 2 < k <= MOST_ARMS_IN_PAIRS:
        for i, j in combinations(range(k), 2):
            pair = f"{arms[i]} and {arms[j]}"
            found += _of_two([x[i], x[j]], [n[i], n[j]], pair)
        events, patients = sum(x), sum(n)
        for i in range(k):
            rest = [x[i], events - x[i]]
            found += _of_two(rest, [n[i], patients - n[i]], f"{arms[i]} and the rest")
    found.append(_chi("one-way", equal_shares(x, n), k - 1, False))
    return found


def _of_two(x: list[Value], n: list[int], who: str) -> list[Candidate]:
    found = [
        _chi(f"Pearson, {who}", pearson(x, n), 1, True, False),
        _chi(f"Yates, {who}", yates(x, n), 1, True, False),
    ]
    pvalues = _two_arms_exact(x, n)
    if pvalues is not None:
        found.append(Candidate(f"Fisher, {who}", None, None, pvalues[0], True, False))
    return found


def _exact(x: list[Value], n: list[int]) -> list[Candidate]:
    if len(n) == 2:
        pvalues = _two_arms_exact(x, n)
        if pvalues is None:
            return []
        names = ("Fisher", "Fisher one-sided", "Fisher mid-p")
        return [
            Candidate(name, None, None, value)
            for name, value in zip(names, pvalues, strict=True)
        ]
    pvalue = _each(x, n, fisher)
    return [] if pvalue is None else [Candidate("Fisher", None, None, pvalue)]


def _two_arms_exact(x: list[Value], n: list[int]) -> tuple[Value, Value, Value] | None:
    tables = max(np.size(value) for value in x)
    if tables * min(n) > MOST_CHANCES:
        return None
    found = _each(x, n, fisher_two_arms)
    if found is None:
        return None
    # one-sided to where the arms differ; a middle p-value counts half of the table
    if isinstance(found, tuple):
        both, low, high, own = found
        return both, min(low, high), both - own / 2
    both, low, high, own = found.T
    return both, np.minimum(low, high), both - own / 2


def _plain(value: np.ndarray) -> Value:
    return float(value) if np.ndim(value) == 0 else value


def _each(x: list[Value], n: list[int], test: Callable[..., Any]) -> Value:
    """Run an exact test on each possible table; None where it is too much work."""
    if all(isinstance(value, int) for value in x):
        return test(tuple(x), tuple(n))
    tables = np.stack(np.broadcast_arrays(*x), axis=-1).reshape(-1, len(n))
    if len(tables) > MOST_EXACT:
        return None
    found = [test(tuple(int(v) for v in table), tuple(n)) for table in tables]
    return None if any(value is None for value in found) else np.array(found)


def chi_square_candidates(x: Sequence[Value], n: Sequence[Value]) -> list[Candidate]:
    """Compute the usual tests of all arms, where their sizes differ by table, too.

    Parameters
    ----------
    x, n : sequence of arrays of one shape, length k
        Patients with the event, and patients.

    Returns
    -------
    list of Candidate
        Pearson, and Yates for two arms.

    Examples
    --------
    >>> x, n = [np.array([5.0]), np.array([1.0])], [np.array([15.0])] * 2
    >>> [one.name for one in chi_square_candidates(x, n)]
    ['Pearson', 'Yates']
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = [_chi("Pearson", pearson(x, n), len(n) - 1)]
        if len(n) == 2:
            found.append(_chi("Yates", yates(x, n), 1))
    return found


def percentage_candidates(
    percent: Sequence[float], *, n: Sequence[int] | None = None
) -> list[Candidate]:
    """Compute what percentages give when they are taken for counts.

    Parameters
    ----------
    percent : sequence of float
        Percentages (0-100) of the arms.
    n : sequence of int, optional
        Patients, to compute what fractions of patients give, too.

    Returns
    -------
    list of Candidate
        None of them is a test of the patients.

    Examples
    --------
    >>> found = percentage_candidates([30.0, 60.0, 80.0])
    >>> found[1].name, round(found[1].statistic, 3)
    ('percentages, one-way', 22.353)
    """
    x, hundreds = list(map(float, percent)), [100.0] * len(percent)
    k = len(x)
    found = [_chi("percentages", pearson(x, hundreds), k - 1, False)]
    if k == 2:
        found.append(_chi("percentages, Yates", yates(x, hundreds), 1, False))
    value = equal_shares(x, hundreds)
    found.append(_chi("percentages, one-way", value, k - 1, False))
    if n is not None:
        parts = [share * size / 100 for share, size in zip(x, n, strict=True)]
        value = pearson(parts, list(map(float, n)))
        found.append(_chi("Pearson, fractions of patients", value, k - 1, False))
    return found


def level_candidates(table: Sequence[Sequence[Value]]) -> list[Candidate]:
    """Compute the tests of several categories in several arms.

    Parameters
    ----------
    table : sequence of sequences; r levels of k arms
        Patients, numbers or arrays of one shape.

    Returns
    -------
    list of Candidate
        Pearson, its N-1 form, the likelihood ratio, Mantel's linear-by-linear (levels
        and arms scored 0, 1, ...), Kruskal and Wallis's with ties, and Fisher's where
        there are few enough tables.

    Examples
    --------
    >>> found = level_candidates([[5, 9], [7, 8], [8, 3]])
    >>> found[0].name, round(found[0].statistic, 3), found[0].dof
    ('Pearson', 3.482, 2)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return _level_candidates([list(level) for level in table])


def _level_candidates(table: list[list[Value]]) -> list[Candidate]:
    cells = np.stack(
        [np.stack(np.broadcast_arrays(*level), axis=0) for level in table], axis=0
    ).astype(float)  # (r, k, ...)
    # levels and arms without a patient are no part of a test
    used = cells.reshape(*cells.shape[:2], -1).max(axis=-1)
    cells = cells[used.sum(axis=1) > 0][:, used.sum(axis=0) > 0]
    r, k = cells.shape[:2]
    if r < 2 or k < 2:
        return []
    of_level = cells.sum(axis=1, keepdims=True)
    of_arm = cells.sum(axis=0, keepdims=True)
    total = cells.sum(axis=(0, 1))
    expected = of_level * of_arm / total
    dof = (r - 1) * (k - 1)
    chi_square = ((cells - expected) ** 2 / expected).sum(axis=(0, 1))
    ratio = 2 * (xlogy(cells, cells) - xlogy(cells, expected)).sum(axis=(0, 1))
    found = [
        _chi("Pearson", _plain(chi_square), dof),
        _chi("N-1", _plain(chi_square * (total - 1) / total), dof),
        _chi("likelihood ratio", _plain(np.maximum(ratio, 0)), dof),
        _chi("Mantel", _plain(_linear(cells, total)), 1),
        _chi("Kruskal-Wallis", _plain(_ranks(cells, total)), k - 1),
    ]
    pvalue = _exact_levels(cells)
    if pvalue is not None:
        found.append(Candidate("Fisher", None, None, pvalue))
    return found


def _linear(cells: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Mantel's (N - 1) r**2 with scores 0, 1, ... for levels and for arms."""
    extra = (1,) * (cells.ndim - 2)
    u = np.arange(cells.shape[0]).reshape(-1, 1, *extra)
    v = np.arange(cells.shape[1]).reshape(1, -1, *extra)

    def mean(values: np.ndarray) -> np.ndarray:
        return (values * cells).sum(axis=(0, 1)) / total

    covariance = mean(u * v) - mean(u) * mean(v)
    spread = (mean(u**2) - mean(u) ** 2) * (mean(v**2) - mean(v) ** 2)
    return (total - 1) * covariance**2 / spread


def _ranks(cells: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Kruskal and Wallis's statistic, levels in order, with the factor for ties."""
    of_level, of_arm = cells.sum(axis=1), cells.sum(axis=0)
    rank = np.cumsum(of_level, axis=0) - (of_level - 1) / 2
    sums = (rank[:, None] * cells).sum(axis=0)
    squares = np.where(of_arm > 0, sums**2 / np.where(of_arm > 0, of_arm, 1), 0)
    value = 12 * squares.sum(axis=0) / (total * (total + 1)) - 3 * (total + 1)
    ties = 1 - (of_level**3 - of_level).sum(axis=0) / (total**3 - total)
    return value / ties


def _exact_levels(cells: np.ndarray) -> Value:
    """Fisher's p-value of each table; None where it is too much work."""
    tables = cells.astype(int).reshape(*cells.shape[:2], -1)
    number = tables.shape[-1]
    if number > MOST_EXACT:
        return None
    found = [
        fisher_levels(
            tuple(tuple(level) for level in tables[..., i].tolist()),
            most=MOST_HALVES // number,
        )
        for i in range(number)
    ]
    if any(pvalue is None for pvalue in found):
        return None
    return np.array(found) if cells.ndim > 2 else found[0]
