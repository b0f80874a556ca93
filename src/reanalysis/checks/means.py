"""Tests of means, from what rounding leaves of means and standard deviations.

A printed mean and a printed standard deviation are each an interval, so every statistic
is one too: from the smallest to the largest that the intervals allow. These ends are
exact, but for Welch's p-value, whose interval may be a little too wide.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product
from math import ceil, floor, inf, sqrt

import numpy as np
from scipy.special import fdtrc, ndtr, stdtr

from reanalysis.checks.candidates import MOST_ARMS_IN_PAIRS, Candidate
from reanalysis.checks.table import Cell
from reanalysis.printed import Printed

Interval = tuple[float, float]

#: With more arms the largest F is not looked for.
MOST_ARMS = 12


def mean_candidates(cells: Sequence[Cell]) -> list[Candidate]:
    """Compute the tests of means.

    Parameters
    ----------
    cells : sequence of Cell, length k
        Each with a mean, a standard deviation or error, and at least two patients.

    Returns
    -------
    list of Candidate
        Statistics and p-values are intervals ``(low, high)``. Of two arms: Student's
        t with a pooled variance, Welch's, and F, the square of t; of more: F, that of
        Welch, and t of each pair. Last, what t and F are if a printed deviation is a
        standard error.

    Examples
    --------
    >>> from reanalysis.checks.table import Table
    >>> table = Table.from_records([
    ...     {"endpoint": "age", "arm": "A", "n": "20", "mean": "34.2", "sd": "7.7"},
    ...     {"endpoint": "age", "arm": "B", "n": "20", "mean": "30.1", "sd": "7.1"}])
    >>> t = mean_candidates(table.cells)[0]
    >>> t.name, [round(end, 2) for end in t.statistic]
    ('t', [1.7, 1.81])
    """
    n, means, deviations = _numbers(cells)
    names = [cell.arm for cell in cells]
    found = list(_tests(n, means, deviations))
    if 2 < len(cells) <= MOST_ARMS_IN_PAIRS:
        for i, j in combinations(range(len(cells)), 2):
            pair = [n[i], n[j]], [means[i], means[j]], [deviations[i], deviations[j]]
            for one in _of_two(*pair):
                name = f"{one.name}, {names[i]} and {names[j]}"
                found.append(_renamed(one, name, whole_row=False))
    if any(cell.sd is None for cell in cells):
        return found
    as_errors = [
        (low * sqrt(size), high * sqrt(size))
        for (low, high), size in zip(deviations, n, strict=True)
    ]
    for one in _tests(n, means, as_errors):
        if one.name in ("t", "F"):
            name = f"{one.name}, standard errors for deviations"
            found.append(_renamed(one, name, of_patients=False))
    return found


def _renamed(
    one: Candidate, name: str, *, of_patients: bool = True, whole_row: bool = True
) -> Candidate:
    return Candidate(name, one.statistic, one.dof, one.pvalue, of_patients, whole_row)


def _numbers(
    cells: Sequence[Cell],
) -> tuple[list[int], list[Interval], list[Interval]]:
    """Patients, means and deviations of cells that print all three."""
    n, means, deviations = [], [], []
    for cell in cells:
        spread = cell.deviation()
        if cell.tested is None or cell.mean is None or spread is None:
            raise ValueError("each arm needs its patients, its mean and its deviation")
        low, high = cell.mean.rounded_from()
        n.append(cell.tested)
        means.append((float(low), float(high)))
        deviations.append(spread)
    return n, means, deviations


def _tests(
    n: list[int], means: list[Interval], deviations: list[Interval]
) -> Iterator[Candidate]:
    if len(n) == 2:
        yield from _of_two(n, means, deviations)
    if len(n) <= MOST_ARMS:
        yield _analysis_of_variance(n, means, deviations)
    if 2 < len(n) <= MOST_ARMS and all(low > 0 for low, _ in deviations):
        yield _welch_of_many(n, means, deviations)


def _over(ends: Interval, below: Interval) -> Interval:
    """Divide one interval of numbers from 0 up by another."""
    low = ends[0] / below[1] if below[1] else (inf if ends[0] else 0.0)
    high = ends[1] / below[0] if below[0] else (inf if ends[1] else 0.0)
    return low, high


def _of_two(
    n: list[int], means: list[Interval], deviations: list[Interval]
) -> Iterator[Candidate]:
    (low_1, high_1), (low_0, high_0) = means
    far = max(high_1 - low_0, high_0 - low_1)
    distance = max(0.0, low_1 - high_0, low_0 - high_1), far
    n1, n0 = n
    dof = n1 + n0 - 2
    (least_1, most_1), (least_0, most_0) = deviations

    def pooled_error(s1: float, s0: float) -> float:
        variance = ((n1 - 1) * s1**2 + (n0 - 1) * s0**2) / dof
        return sqrt(variance * (1 / n1 + 1 / n0))

    def error(s1: float, s0: float) -> float:
        return sqrt(s1**2 / n1 + s0**2 / n0)

    pooled = pooled_error(least_1, least_0), pooled_error(most_1, most_0)
    t = _over(distance, pooled)
    pvalue = _t_tail(t[1], dof), _t_tail(t[0], dof)
    yield Candidate("t", t, dof, pvalue)
    one_sided = pvalue[0] / 2, pvalue[1] / 2
    yield Candidate("t one-sided", None, None, one_sided)
    apart = error(least_1, least_0), error(most_1, most_0)
    welch = _over(distance, apart)
    few, many = welch_dof(n, deviations)
    yield Candidate(
        "Welch", welch, few, (_t_tail(welch[1], many), _t_tail(welch[0], few))
    )
    yield Candidate("z", welch, None, (_z_tail(welch[1]), _z_tail(welch[0])))


def welch_dof(n: Sequence[int], deviations: Sequence[Interval]) -> Interval:
    """Smallest and largest of Welch's degrees of freedom that deviations allow.

    They depend on the share of the first arm's variance alone: they rise until the
    share of an arm is that of its ``n - 1``, and fall from there on.
    """
    n1, n0 = n
    (low_1, high_1), (low_0, high_0) = (
        (low**2 / size, high**2 / size)
        for (low, high), size in zip(deviations, n, strict=True)
    )
    least = low_1 / (low_1 + high_0) if low_1 + high_0 else 0.0
    most = high_1 / (high_1 + low_0) if high_1 + low_0 else 1.0

    def dof(share: float) -> float:
        return 1 / (share**2 / (n1 - 1) + (1 - share) ** 2 / (n0 - 1))

    peak = (n1 - 1) / (n1 + n0 - 2)
    ends = dof(least), dof(most)
    return min(ends), dof(peak) if least <= peak <= most else max(ends)


def _analysis_of_variance(
    n: list[int], means: list[Interval], deviations: list[Interval]
) -> Candidate:
    k, patients = len(n), sum(n)
    squares = between(n, means)
    least, most = (
        sum((size - 1) * ends[i] ** 2 for size, ends in zip(n, deviations, strict=True))
        / (patients - k)
        for i in (0, 1)
    )
    statistic = _over((squares[0] / (k - 1), squares[1] / (k - 1)), (least, most))
    low, high = (_f_tail(value, k - 1, patients - k) for value in reversed(statistic))
    return Candidate("F", statistic, k - 1, (low, high))


def _welch_of_many(
    n: list[int], means: list[Interval], deviations: list[Interval]
) -> Candidate:
    """Welch's analysis of variance of unequal variances (Welch 1951).

    Each arm weighs ``w = n / s**2``. The sum of squares between arms grows with every
    weight, so its ends are those of the weights; the correction is bounded by itself.
    """
    k = len(n)
    weights = [
        (size / high**2, size / low**2)
        for size, (low, high) in zip(n, deviations, strict=True)
    ]
    least = between([low for low, _ in weights], means)[0] / (k - 1)
    most = between([high for _, high in weights], means)[1] / (k - 1)
    all_low, all_high = (sum(ends) for ends in zip(*weights, strict=True))
    small = large = 0.0
    for size, (low, high) in zip(n, weights, strict=True):
        share = low / (low + all_high - high), high / (high + all_low - low)
        small += (1 - share[1]) ** 2 / (size - 1)
        large += (1 - share[0]) ** 2 / (size - 1)
    factors = [1 + 2 * (k - 2) / (k**2 - 1) * value for value in (small, large)]
    statistic = least / factors[1], most / factors[0]
    few, many = (k**2 - 1) / (3 * large), (k**2 - 1) / (3 * small)
    ends = [_f_tail(value, k - 1, dof) for value in statistic for dof in (few, many)]
    return Candidate("F, Welch", statistic, k - 1, (min(ends), max(ends)))


def _f_tail(value: float, dof: float, rest: float) -> float:
    return 0.0 if value == inf else float(fdtrc(dof, rest, value))


def between(n: Sequence[float] | np.ndarray, means: list[Interval]) -> Interval:
    """Smallest and largest sum of squares between arms.

    It is a convex function of the means, so it is largest at a corner. It is smallest
    where every mean comes as near to one center as its interval allows.

    Parameters
    ----------
    n : sequence of float, length k
        Weights, such as patients.
    means : list of (float, float), length k
        Intervals.

    Examples
    --------
    >>> between([10, 10], [(1.0, 2.0), (3.0, 4.0)])
    (5.0, 45.0)
    """
    weights, corners = np.array(n, dtype=float), np.array(list(product(*means)))
    middles = corners @ weights / weights.sum()
    largest = float(((corners - middles[:, None]) ** 2 @ weights).max())
    if max(low for low, _ in means) <= min(high for _, high in means):
        return 0.0, largest  # one value lies in every interval
    center = _nearest_center(n, means)
    nearest = [min(max(center, low), high) for low, high in means]
    smallest = sum(
        size * (mean - center) ** 2 for size, mean in zip(n, nearest, strict=True)
    )
    return smallest, largest


def _nearest_center(
    n: Sequence[float] | np.ndarray, means: Sequence[Interval]
) -> float:
    """The center that is the weighted mean of the values nearest to it.

    Intervals do not all share a value. How far the mean of the nearest values lies
    above a center falls with the center, in straight pieces between the intervals'
    ends: so it is the mean of the ends alone, in the piece where it changes its sign.
    """
    arms = list(zip(n, means, strict=True))
    ends = sorted({end for interval in means for end in interval})
    for left, right in pairwise(ends):
        below = [(size, high) for size, (_, high) in arms if high <= left]
        above = [(size, low) for size, (low, _) in arms if low >= right]
        outside = below + above
        center = sum(size * end for size, end in outside) / sum(s for s, _ in outside)
        if center <= right:
            return max(center, left)
    return ends[-1]


def _t_tail(t: float, dof: float) -> float:
    return 0.0 if t == inf else float(2 * stdtr(dof, -t))


def _z_tail(z: float) -> float:
    return float(2 * ndtr(-z))


def whole_sums(mean: Printed, answers: int) -> list[int]:
    """Ends of the whole sums of so many answers that give a printed mean.

    Returns
    -------
    list of int
        The smallest and the largest, or nothing.

    Examples
    --------
    >>> from reanalysis.printed import parse_printed
    >>> whole_sums(parse_printed("5.19"), 28), whole_sums(parse_printed("5.18"), 28)
    ([], [145, 145])
    """
    low, high = mean.rounded_from()
    first, last = ceil(low * answers), floor(high * answers)
    return [first, last] if first <= last else []


def mean_power(answers: int, decimals: int) -> float:
    """Share of printed means that no whole sum of so many answers gives.

    Examples
    --------
    >>> round(mean_power(28, 2), 2), mean_power(100, 2)
    (0.72, 0.0)
    """
    return max(0.0, 1 - answers / 10**decimals)
