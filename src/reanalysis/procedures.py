"""The procedures that a printed statistic or p-value may come from.

Every formula takes the arms as columns: `x` and `n` are sequences of length k whose
items are numbers, or arrays of one shape (one table per element). So one formula serves
a single printed row and a search over thousands of tables. Where a table leaves a
statistic undefined, it is NaN.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import prod
from sys import float_info
from typing import Any

import numpy as np
from scipy.special import chdtrc, gammaln, xlogy

#: Tables whose probabilities tie up to rounding; R uses the same tolerance.
TIE = 1e-7

#: Most tables that one half of the arms may have in `fisher`; more is not tried.
MOST_HALVES = 200_000

Column = Any  # a number, or an array of numbers
Columns = Sequence[Column]  # one per arm

#: Powers of the family of Cressie and Read (1984) that have a name.
FAMILY = {
    "Pearson": 1.0,
    "likelihood ratio": 0.0,
    "Freeman-Tukey": -0.5,
    "modified likelihood ratio": -1.0,
    "Neyman": -2.0,
    "Cressie-Read": 2 / 3,
}


def _over(above: Column, below: Column) -> Column:
    """Divide; nothing by nothing is NaN for plain numbers too."""
    if isinstance(below, np.ndarray):
        return above / below
    return above / below if below else float("nan")


def pearson(x: Columns, n: Columns) -> Column:
    """Pearson's chi-square of the k x 2 table, k - 1 degrees of freedom."""
    events, patients = sum(x), sum(n)
    squares = sum(
        _over((xi * patients - ni * events) ** 2, ni)
        for xi, ni in zip(x, n, strict=True)
    )
    return _over(squares, events * (patients - events))


def n_minus_1(x: Columns, n: Columns) -> Column:
    """Pearson's value times (N - 1) / N; Kruskal and Wallis's on yes or no."""
    patients = sum(n)
    return pearson(x, n) * (patients - 1) / patients


def yates(x: Columns, n: Columns) -> Column:
    """Pearson's chi-square of two arms, each distance made smaller by a half."""
    (x1, x0), (n1, n0) = x, n
    events, patients = x1 + x0, n1 + n0
    distance = abs(x1 * n0 - x0 * n1) - patients / 2
    distance = distance * (distance > 0)
    return _over(patients * distance**2, n1 * n0 * events * (patients - events))


def likelihood_ratio(x: Columns, n: Columns) -> Column:
    """Twice the sum of O log(O / E) over the cells, k - 1 degrees of freedom."""
    events, patients = sum(x), sum(n)
    pairs = zip(x, n, strict=True)
    cells = sum(xlogy(xi, xi) + xlogy(ni - xi, ni - xi) for xi, ni in pairs)
    margins = xlogy(events, events) + xlogy(patients - events, patients - events)
    sizes = sum(xlogy(ni, ni) for ni in n) - xlogy(patients, patients)
    value = 2 * (cells - margins - sizes)
    value = value * (value > 0)  # equal rates may give a little less than 0
    value = _over(value * events, events)
    return value if isinstance(value, np.ndarray) else float(value)


def trend(x: Columns, n: Columns) -> Column:
    """Armitage's chi-square for trend, scores 0, 1, ..., one degree of freedom."""
    events, patients = sum(x), sum(n)
    mean = _over(sum(i * ni for i, ni in enumerate(n)), patients)
    covariance = sum((i - mean) * xi for i, xi in enumerate(x))
    spread = sum((i - mean) ** 2 * ni for i, ni in enumerate(n))
    variance = spread * events * (patients - events)
    return _over(covariance**2 * patients**2, variance)


def mantel(x: Columns, n: Columns) -> Column:
    """Mantel's linear-by-linear chi-square, (N - 1) r**2, one degree of freedom."""
    patients = sum(n)
    return trend(x, n) * (patients - 1) / patients


def equal_shares(x: Columns, n: Columns) -> Column:
    """Pearson's chi-square of one column against equal shares of its total."""
    share = sum(x) / len(x)
    return _over(sum((xi - share) ** 2 for xi in x), share)


def both_columns(x: Columns, n: Columns) -> tuple[list[Column], list[Column]]:
    """Observed and expected cells of the k x 2 table, 2k columns."""
    events, patients = sum(x), sum(n)
    rate = _over(events, patients)
    observed = [*x, *(ni - xi for xi, ni in zip(x, n, strict=True))]
    return observed, [*(ni * rate for ni in n), *(ni * (1 - rate) for ni in n)]


def divergence(observed: Columns, expected: Columns, family: str) -> Column:
    """Statistic of the power-divergence family between cells (Cressie and Read 1984).

    With power l it is ``2 / (l (l + 1)) * sum(O ((O / E)**l - 1))``, and its limits for
    0 and -1.
    """
    power = FAMILY[family]
    cells = [
        (np.asarray(o, dtype=float), np.asarray(e, dtype=float))
        for o, e in zip(observed, expected, strict=True)
    ]
    if power == 1:
        return sum((o - e) ** 2 / e for o, e in cells)
    if power == 0:
        return 2 * sum(xlogy(o, o / e) for o, e in cells)
    if power == -1:
        return 2 * sum(xlogy(e, e / o) for o, e in cells)
    terms = sum(o * (_raised(o / e, power) - 1) for o, e in cells)
    return 2 / (power * (power + 1)) * terms


def _raised(ratio: np.ndarray, power: float) -> np.ndarray:
    """A power, by roots and products, which are faster than logarithms."""
    if power == -0.5:
        return 1 / np.sqrt(ratio)
    if power == -2:
        return 1 / (ratio * ratio)
    return np.cbrt(ratio) ** 2


def yates_of_cells(observed: Columns, expected: Columns) -> Column:
    """Pearson's chi-square of cells, each distance made smaller by a half."""
    found = 0.0
    for o, e in zip(observed, expected, strict=True):
        distance = np.maximum(np.abs(np.asarray(o, dtype=float) - e) - 0.5, 0)
        found = found + distance**2 / e
    return found


def yates_of_arms(x: Columns, n: Columns) -> Column:
    """`yates_of_cells` of the k x 2 table, of two arms or more."""
    return yates_of_cells(*both_columns(x, n))


def chi_square_tail(statistic: Column, dof: int) -> Column:
    """Give the probability (0-1) of a chi-square as large or larger.

    One below 2.2e-308, the smallest ordinary float, is given as that.
    """
    pvalue = np.maximum(chdtrc(dof, statistic), float_info.min)
    return pvalue if isinstance(statistic, np.ndarray) else float(pvalue)


@lru_cache(maxsize=65_536)
def fisher_two_arms(
    x: tuple[int, int], n: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Fisher's p-values of two arms.

    Returns
    -------
    tuple of float
        Two-sided (tables that are no more probable), first arm's events as few or
        fewer, as many or more, and the probability of the table itself.
    """
    (x1, x0), (n1, n0) = x, n
    events = x1 + x0
    first, last = max(0, events - n0), min(n1, events)
    k = np.arange(first, last + 1)
    logs = -(
        gammaln(k + 1) + gammaln(n1 - k + 1)
        + gammaln(events - k + 1) + gammaln(n0 - events + k + 1)
    )  # fmt: skip
    chance = np.exp(logs - logs.max())
    chance /= chance.sum()
    place = x1 - first
    own = float(chance[place])
    both = float(chance[chance <= own * (1 + TIE)].sum())
    low, high = float(chance[: place + 1].sum()), float(chance[place:].sum())
    return min(both, 1.0), min(low, 1.0), min(high, 1.0), own


@lru_cache(maxsize=65_536)
def fisher(x: tuple[int, ...], n: tuple[int, ...]) -> float | None:
    """Fisher's exact test of k arms, by Freeman and Halton; None if it is too large.

    The arms are taken in two halves. The tables of each half are sorted by probability
    for each number of events; halves meet where their events add up to the total.
    """
    if len(n) == 2:
        return fisher_two_arms(x, n)[0]
    # large arms apart, so that the halves are of one size
    order = sorted(range(len(n)), key=lambda i: -n[i])
    first, second = order[::2], order[1::2]
    events = sum(x)
    sizes = [prod(min(n[i], events) + 1 for i in half) for half in (first, second)]
    if max(sizes) > MOST_HALVES:
        return None
    rate = events / sum(n)
    if rate in (0, 1):
        return 1.0
    left = _half([n[i] for i in first], rate, events)
    right = _half([n[i] for i in second], rate, events)
    own = sum(_log_binomial(n[i], rate)[x[i]] for i in range(len(n))) + TIE
    extreme = whole = 0.0
    for here, logs in left.items():
        other = right.get(events - here)
        if other is None:
            continue
        chance = np.exp(logs)
        sums = np.concatenate([[0.0], np.cumsum(np.exp(other))])
        whole += chance.sum() * sums[-1]
        extreme += chance @ sums[np.searchsorted(other, own - logs, side="right")]
    return min(1.0, float(extreme / whole))


def _log_binomial(size: int, rate: float) -> np.ndarray:
    k = np.arange(size + 1)
    ways = gammaln(size + 1) - gammaln(k + 1) - gammaln(size - k + 1)
    return ways + xlogy(k, rate) + xlogy(size - k, 1 - rate)


def _half(n: list[int], rate: float, most: int) -> dict[int, np.ndarray]:
    """Logarithms of the chances of each table, in order, by its number of events."""
    found, logs = np.zeros(1, dtype=np.int64), np.zeros(1)
    for size in n:
        x = np.arange(min(size, most) + 1)
        found = np.add.outer(found, x).ravel()
        logs = np.add.outer(logs, _log_binomial(size, rate)[: len(x)]).ravel()
    order = np.lexsort((logs, found))
    found, logs = found[order], logs[order]
    starts = np.flatnonzero(np.diff(found)) + 1
    keys = found[np.concatenate([[0], starts])]
    return dict(zip(keys.tolist(), np.split(logs, starts), strict=True))
