"""Rates that follow beta distributions: how their sums lie, and which is the highest.

One more rate is added by an integral over it. Its range is cut wherever the integrand
has a corner or a peak, and each piece is taken by the double exponential rule of
Takahasi and Mori (*Publications of the RIMS* 9 (1974) 721-741,
doi:10.2977/prims/1195192451), to which an end where a density has no bound is like any
other. Both tails are added up by themselves: neither is one less the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy import interpolate, special

# Two refinements of the rule must agree so well, and the tails add up to 1.
_AGREE = 1e-9
_SHORT = 1e-8
_MOST_POINTS = 2**14

# Points per piece of a sum that is kept as a table, and of the integral behind it; what
# such a sum's tails may be off by; and what they may then miss of 1, where a shape is
# so small that a value's last digit moves them.
_TABLE_POINTS = 128
_RULE_POINTS = 64
_TABLE_ERROR = 1e-9
_TABLE_SHORT = 1e-6

# Corners of a sum that are looked at; those of more rates are too smooth to matter.
_MOST_CORNERS = 32

# Standard deviations from the mean at which a range is cut: the bulk of a symmetric
# density is within six, and of one that falls like an exponential within thirty.
_BULK = -6, 0, 6, 30

# Numbers in work at a time.
_SLAB = 2**19

Tails = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class RateSum:
    """A sum of independent rates with weights above 0.

    Attributes
    ----------
    width : float
        Its largest value; the smallest is 0.
    mean, variance : float
    corners : ndarray, shape (m,)
        Values, in order, at which its distribution may have a corner; the ends too.
    smallest : float
        The smallest shape of a rate in it: how fast its density may rise at an end.
    shapes : float
        All shapes added up: how many digits a density may have lost.
    tails : callable
        From values and what they leave of `width`, shape (...), to the probabilities
        of less and of more, shape (2, ...).
    tabulated : bool
        Whether its tails are read off curves, and so have decimals rather than digits.
    """

    width: float
    mean: float
    variance: float
    corners: np.ndarray
    smallest: float
    shapes: float
    tails: Tails
    tabulated: bool = False


def log_density(a: float, b: float, p: ArrayLike, q: ArrayLike) -> np.ndarray:
    """Give the logarithm of the density of a beta distribution.

    Parameters
    ----------
    a, b : float
        Shapes.
    p, q : array_like
        Rates, and one less them: near 1 a rate has lost digits that `q` still has.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> float(log_density(1, 1, 0.25, 0.75))
    0.0
    """
    logs = _times_log(np.subtract(a, 1), p, q) + _times_log(np.subtract(b, 1), q, p)
    return logs - special.betaln(a, b)


def _times_log(factor: ArrayLike, p: ArrayLike, q: ArrayLike) -> np.ndarray:
    """Give a multiple of log p, from whichever of p and 1 - p has its digits."""
    small = special.xlogy(factor, p)
    return np.where(np.less(q, p), special.xlog1py(factor, np.negative(q)), small)


def rate_tails(a: ArrayLike, b: ArrayLike, p: ArrayLike, q: ArrayLike) -> np.ndarray:
    """Give the probabilities of a rate below and above this one.

    Parameters
    ----------
    a, b : array_like
        Shapes.
    p, q : array_like
        Rates, and one less them.

    Returns
    -------
    ndarray, shape (2, ...)

    Examples
    --------
    >>> rate_tails(1, 1, 0.25, 0.75).round(12).tolist()
    [0.25, 0.75]
    """
    below, above = special.betainc(a, b, p), special.betainc(b, a, q)
    # the larger one is what the smaller one leaves: next to an end the digits of a rate
    # are all in its complement
    return np.array(
        [
            np.where(above < 0.5, 1 - above, below),
            np.where(below < 0.5, 1 - below, above),
        ]
    )


def sum_of_rates(terms: Sequence[tuple[float, float, float]]) -> RateSum:
    """Give the distribution of a weighted sum of independent rates.

    Parameters
    ----------
    terms : sequence of tuple of float
        Weight, above 0, and both shapes of each rate; at least one.

    Returns
    -------
    RateSum
        With two rates its tails have nine digits, however small they are; with more,
        about eight decimals, and six where a shape is below one half.

    Examples
    --------
    Two rates of which nothing is known: the sum has a triangular density.

    >>> found = sum_of_rates([(1, 1, 1), (1, 1, 1)])
    >>> found.tails(np.array([0.5, 1.0]), np.array([1.5, 1.0])).round(9).tolist()
    [[0.125, 0.5], [0.875, 0.5]]
    """
    first, *others = terms
    found = _one_rate(*first)
    for number, term in enumerate(others):
        # one integral in another would take the square of its time
        before = found if len(others) == 1 else _tabulated(found, number > 0)
        found = _with_another(before, *term)
    return found


def chances_of_highest(shapes: Sequence[tuple[float, float]]) -> np.ndarray:
    """Give the probability of each rate that it is the highest of all.

    Parameters
    ----------
    shapes : sequence of tuple of float, shape (k, 2)
        Of independent rates.

    Returns
    -------
    ndarray, shape (k,)
        Their sum is 1; each has nine digits.

    Examples
    --------
    >>> chances_of_highest([(1, 1), (2, 1)]).round(9).tolist()
    [0.333333333, 0.666666667]
    """
    a, b = np.array(shapes, dtype=float).T[:, :, None]
    middle, spread = a / (a + b), np.sqrt(_variance(a, b))
    inner = np.clip([middle + step * spread for step in _BULK], 0, 1)
    ends = np.unique([0.0, *inner.ravel(), 1.0])[:, None]
    reach = _reach(min(a.min(), b.min()))

    def rule(points: int) -> np.ndarray:
        part, left, weights = _nodes(reach, points)
        p = (ends[:-1] * left + ends[1:] * part).ravel()
        q = ((1 - ends[:-1]) * left + (1 - ends[1:]) * part).ravel()
        below, _ = rate_tails(a, b, p, q)
        others = [np.delete(below, i, axis=0).prod(axis=0) for i in range(len(below))]
        with np.errstate(under="ignore"):
            density = np.exp(log_density(a, b, p, q)) * others
        return density @ (np.diff(ends, axis=0) * weights).ravel()

    return _normed(_settled(rule, float(a.sum() + b.sum())))


def _settled(
    rule: Callable[[int], np.ndarray], shapes: float, tabulated: bool = False
) -> np.ndarray:
    """Take a rule with more points until it settles; what it gives adds up to 1."""
    floor, short = (_TABLE_ERROR, _TABLE_SHORT) if tabulated else (1e-300, _SHORT)
    # the logarithm of a density has as many digits less as the shapes are large
    agree, short = _AGREE + 1e-15 * shapes, short + 1e-14 * shapes
    before: np.ndarray | float = np.inf
    points = 16
    while points <= _MOST_POINTS:
        found = rule(points)
        close = np.abs(found - before) <= agree * found + floor
        if close.all() and np.all(np.abs(found.sum(axis=0) - 1) < short):
            return found
        before, points = found, 2 * points
    raise ValueError("the posteriors cannot be integrated: a shape is too near 0")


def _nodes(reach: float, points: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the places of the rule between 0 and 1, one less them, and the weights."""
    t, step = np.linspace(-reach, reach, points + 1, retstep=True)
    slope = np.pi * np.sinh(t)
    part, left = special.expit(slope), special.expit(-slope)
    return part, left, np.pi * np.cosh(t) * part * left * step


def _one_rate(weight: float, a: float, b: float) -> RateSum:
    def tails(x: np.ndarray, rest: np.ndarray) -> np.ndarray:
        return rate_tails(a, b, np.minimum(x / weight, 1), np.minimum(rest / weight, 1))

    mean, variance = weight * a / (a + b), weight**2 * _variance(a, b)
    ends = np.array([0.0, weight])
    return RateSum(weight, mean, variance, ends, min(a, b), a + b, tails)


def _variance(a: float, b: float) -> float:
    return a * b / ((a + b) ** 2 * (a + b + 1))


def _with_another(total: RateSum, weight: float, a: float, b: float) -> RateSum:
    """Add a rate."""
    corners = np.unique([total.corners, total.corners + weight])
    if len(corners) > _MOST_CORNERS:
        corners = corners[[0, -1]]
    smallest = min(total.smallest, a, b)

    def tails(x: np.ndarray, rest: np.ndarray, points: int = 0) -> np.ndarray:
        x, rest = np.broadcast_arrays(np.asarray(x, float), np.asarray(rest, float))
        found = _integrated(total, weight, a, b, x.ravel(), rest.ravel(), points)
        return found.reshape(2, *x.shape)

    return RateSum(
        total.width + weight,
        total.mean + weight * a / (a + b),
        total.variance + weight**2 * _variance(a, b),
        corners,
        smallest,
        total.shapes + a + b,
        tails,
    )


def _integrated(
    total: RateSum,
    weight: float,
    a: float,
    b: float,
    x: np.ndarray,
    rest: np.ndarray,
    points: int,
) -> np.ndarray:
    """Integrate over the added rate, with more points until it settles."""
    cuts = _cuts(total, weight, a, b, x, rest)
    # where the sum before is past its ends, nothing is left to integrate
    p, q = cuts[:2]
    past = np.array([special.betainc(a, b, p[:, 0]), special.betainc(b, a, q[:, -1])])
    reach = _reach(min(total.smallest, a, b))
    if points:
        return _normed(past + _rule(total, a, b, cuts, reach, points))
    return _normed(
        _settled(
            lambda n: past + _rule(total, a, b, cuts, reach, n),
            total.shapes + a + b,
            total.tabulated,
        )
    )


def _normed(found: np.ndarray) -> np.ndarray:
    return found / found.sum(axis=0)


def _reach(shape: float) -> float:
    """Where the rule may end: nearer to an end of a piece is next to nothing."""
    return min(6.0, float(np.arcsinh(36 / (np.pi * min(shape, 1.0)))))


def _cuts(
    total: RateSum,
    weight: float,
    a: float,
    b: float,
    x: np.ndarray,
    rest: np.ndarray,
) -> np.ndarray:
    """Cut the range of the added rate p, for each sum x.

    Gives, shape (4, len(x), cuts), the rates in order, one less them, what they leave
    to the sum before, and what that leaves of its width.
    """
    one = np.ones_like(x)
    first = [
        np.maximum(0, 1 - rest / weight),
        np.minimum(1, rest / weight),
        np.minimum(x, total.width),
        np.maximum(0, total.width - x),
    ]
    last = [
        np.minimum(1, x / weight),
        np.maximum(0, 1 - x / weight),
        np.maximum(0, x - weight),
        np.minimum(total.width, rest),
    ]
    middle, spread = a / (a + b), _variance(a, b)
    peak = middle * one
    if total.variance + spread > 0:
        share = weight * spread / (total.variance + weight**2 * spread)
        peak = middle + share * (x - total.mean - weight * middle)
    rates = [peak]
    for step in _BULK:
        rates.append((middle + step * np.sqrt(spread)) * one)
        value = total.mean + step * np.sqrt(total.variance)
        rates.append((x - value) / weight)
    rates += [(x - corner) / weight for corner in total.corners[1:-1]]
    inner = [[p, 1 - p, x - weight * p, total.width - x + weight * p] for p in rates]
    cuts = np.stack([first, *inner, last], axis=2)
    low = np.minimum(first, last)[:, :, None]
    high = np.maximum(first, last)[:, :, None]
    cuts = np.sort(np.clip(cuts, low, high), axis=2)
    cuts[1:3] = cuts[1:3, :, ::-1]
    return cuts


def _rule(
    total: RateSum, a: float, b: float, cuts: np.ndarray, reach: float, points: int
) -> np.ndarray:
    """Apply the rule to each piece, some sums at a time."""
    part, left, weights = _nodes(reach, points)
    sums, pieces = cuts.shape[1], cuts.shape[2] - 1
    rows = max(1, _SLAB // (pieces * len(part)))
    found = np.empty((2, sums))
    for start in range(0, sums, rows):
        here = cuts[:, start : start + rows]
        p, q, x, rest = here[:, :, :-1, None] * left + here[:, :, 1:, None] * part
        length = np.diff(here[0], axis=1)[..., None]
        with np.errstate(under="ignore", invalid="ignore"):
            density = np.exp(log_density(a, b, p, q)) * length * weights
        # a piece of no length may lie where a density has no bound
        density = np.where(length > 0, density, 0.0)
        found[:, start : start + rows] = (density * total.tails(x, rest)).sum((2, 3))
    return found


def _tabulated(total: RateSum, integrated: bool) -> RateSum:
    """Keep the tails of a sum as smooth curves, piece by piece."""
    bulk = total.mean + np.array([-2, *_BULK, 2]) * np.sqrt(total.variance)
    inside = bulk[(bulk > 0) & (bulk < total.width)]
    ends = np.unique(np.concatenate([total.corners, inside]))
    reach = _reach(total.smallest)
    t = np.linspace(-reach, reach, _TABLE_POINTS + 1)
    part, left, _ = _nodes(reach, _TABLE_POINTS)
    options = {"points": _RULE_POINTS} if integrated else {}
    curves = []
    for low, high in pairwise(ends):
        x = low * left + high * part
        rest = (total.width - low) * left + (total.width - high) * part
        logs = np.log(np.maximum(total.tails(x, rest, **options), 1e-300))
        curves.append(interpolate.make_interp_spline(t, logs, k=7, axis=1))

    def tails(x: np.ndarray, rest: np.ndarray) -> np.ndarray:
        found = np.empty((2, *x.shape))
        place = np.clip(np.searchsorted(ends, x, "right") - 1, 0, len(curves) - 1)
        for number, curve in enumerate(curves):
            here = place == number
            if here.any():
                after = x[here] - ends[number]
                # as far from the end of all as `rest` says, which has the digits
                to_end = rest[here] - (total.width - ends[number + 1])
                with np.errstate(divide="ignore"):
                    logit = np.log(np.maximum(after, 0)) - np.log(np.maximum(to_end, 0))
                where = np.clip(np.arcsinh(logit / np.pi), -reach, reach)
                found[:, here] = np.exp(curve(where))
        return np.minimum(found, 1.0)

    return RateSum(
        total.width,
        total.mean,
        total.variance,
        total.corners,
        total.smallest,
        total.shapes,
        tails,
        tabulated=True,
    )
