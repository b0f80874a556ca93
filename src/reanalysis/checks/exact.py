"""Fisher's exact test of several levels in several arms, where it is not too large."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from reanalysis.procedures import TIE

#: Most tables that one half of the arms may have; more is not tried.
MOST_HALVES = 1_000_000

Counts = tuple[tuple[int, ...], ...]
#: The sums of each table by level, and the logarithm of its chance.
Half = tuple[NDArray[np.int64], NDArray[np.float64]]


@lru_cache(maxsize=4_096)
def fisher_levels(table: Counts, *, most: int = MOST_HALVES) -> float | None:
    """Fisher's exact test of r levels in k arms, by Freeman and Halton (1951).

    It is the share of the tables with the same totals that are no more probable than
    the printed one. The arms are taken in two halves, which meet where their levels
    add up to the totals.

    Parameters
    ----------
    table : tuple of tuple of int; r levels of k arms
    most : int
        Most tables that one half of the arms may have.

    Returns
    -------
    float or None
        The p-value (0-1); None if there are too many tables.

    Examples
    --------
    >>> round(fisher_levels(((3, 1, 0), (1, 3, 1), (0, 1, 4))), 4)
    0.0486
    """
    turned: Counts = tuple(zip(*table, strict=True))
    # either side may be the arms; fewer levels mean fewer tables
    for levels in sorted((table, turned), key=len):
        totals = np.array([sum(level) for level in levels])
        arms = sorted(zip(*levels, strict=True), key=sum, reverse=True)
        # the half with more arms first: it is the one that may be too large
        right = _half(arms[0::2], totals, most)
        left = _half(arms[1::2], totals, most) if right is not None else None
        if left is not None and right is not None:
            own = -sum(gammaln(np.array(arm) + 1).sum() for arm in arms)
            return _meet(left, right, totals, float(own))
    return None


def _half(
    arms: list[tuple[int, ...]], totals: NDArray[np.int64], most: int
) -> Half | None:
    """All tables of some arms whose levels do not exceed the totals."""
    sums = np.zeros((1, len(totals)), dtype=np.int64)
    logs = np.zeros(1)
    for arm in arms:
        size = sum(arm)
        if _number(size, totals) * len(sums) > most:
            return None
        parts = _parts(size, totals)
        own = -gammaln(parts + 1).sum(axis=1)
        sums = (sums[:, None] + parts).reshape(-1, len(totals))
        logs = (logs[:, None] + own).ravel()
        kept = (sums <= totals).all(axis=1)
        sums, logs = sums[kept], logs[kept]
    return sums, logs


def _number(size: int, totals: NDArray[np.int64]) -> float:
    """How many ways there are to part an arm's patients among the levels."""
    ways = np.zeros(size + 1)
    ways[0] = 1
    for total in totals:
        sums = np.concatenate([[0.0], np.cumsum(ways)])
        first = np.maximum(np.arange(size + 1) - total, 0)
        ways = sums[1:] - sums[first]
    return float(ways[size])


def _parts(size: int, totals: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every way to part an arm's patients among the levels."""
    found = np.zeros((1, 0), dtype=np.int64)
    left = np.array([size])
    for i, total in enumerate(totals[:-1]):
        rest = totals[i + 1 :].sum()
        value = np.arange(min(total, size) + 1)
        some = np.repeat(np.arange(len(left)), len(value))
        each = np.tile(value, len(left))
        after = left[some] - each
        kept = (after >= 0) & (after <= rest)
        found = np.column_stack([found[some[kept]], each[kept]])
        left = after[kept]
    return np.column_stack([found, left])  # the last level takes who is left


def _meet(left: Half, right: Half, totals: NDArray[np.int64], own: float) -> float:
    radix = np.concatenate([[1], np.cumprod(totals[:-1] + 1)])
    codes, logs = left[0] @ radix, left[1] - left[1].max()
    others, other_logs = right[0] @ radix, right[1] - right[1].max()
    own = own - left[1].max() - right[1].max() + TIE
    order = np.lexsort((other_logs, others))
    others, other_logs = others[order], other_logs[order]
    by_code = np.argsort(codes, kind="stable")
    codes, logs = codes[by_code], logs[by_code]
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    extreme = whole = 0.0
    for here, some in zip(codes[starts], np.split(logs, starts[1:]), strict=True):
        wanted = totals @ radix - here
        first = np.searchsorted(others, wanted)
        last = np.searchsorted(others, wanted, side="right")
        places = np.searchsorted(other_logs[first:last], own - some, side="right")
        chance = np.exp(some)
        sums = np.concatenate([[0.0], np.cumsum(np.exp(other_logs[first:last]))])
        whole += float(chance.sum() * sums[-1])
        extreme += float(chance @ sums[places])
    return min(1.0, extreme / whole)
