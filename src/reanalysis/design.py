"""Exact power, exact false-positive rates and sample sizes of k x 2 tables.

Nothing is drawn and nothing is approximated: every table that a study of this size can
give is looked at, and the probabilities of those that its test calls significant are
added. Which tables these are (`rejection_region`) does not depend on the true rates,
so that a curve over many rates costs little more than one point.

All three tests take one form: add up one number per arm, its spread, and call the table
significant where the sum is above a cutoff that depends on the sum of another number
per arm alone, its share of the total. No list of tables is ever kept: they are made in
slabs, judged and forgotten. Of two arms not even all are made: of those with one total
of events, the significant ones are the outermost, and it is enough to know where they
begin.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from math import ceil, exp, lgamma, log, log1p, pi, prod, sqrt

import numpy as np
import pandas as pd
from scipy import special, stats

from reanalysis.counts import check_counts, whole_number
from reanalysis.tables import duration

#: Tests that have a rejection region here.
TESTS = ("pearson", "exact", "percentages")

#: Largest number of tables that is enumerated unless the caller allows more.
MOST_TABLES = 20_000_000

#: Most tables that `smallest_n` looks at unless the caller allows more.
MOST_IN_ALL = 1_000_000_000

#: Most products of a table and a rate that a curve needs unless more are allowed.
MOST_PRODUCTS = 100_000_000_000

#: Relative difference below which two tables count as equally probable, as in R.
TIES = 1e-7

# Relative difference that rounding makes.
_ROUNDING = 1e-12

#: Tables judged at a time: what is in work then stays in the processor's cache.
SLAB = 2**16

# Chances of one arm's events, under all rates of a block, that are kept at a time.
_MOST_CHANCES = 2**21

# Tables that halving looks at for each total, on both sides together.
_HALVINGS = 40

# Seconds that a table takes to be judged and weighed, roughly.
_SECONDS_PER_TABLE = 2e-8
_SECONDS_PER_PRODUCT = 2e-10

#: True rates taken at a time.
BLOCK = 256


@dataclass(frozen=True, eq=False)
class RejectionRegion:
    """The tables that a test calls significant.

    Attributes
    ----------
    n : tuple of int, shape (k,)
        Patients per arm.
    test : str
        One of `TESTS`.
    alpha : float
        Significance level (0-1).
    """

    n: tuple[int, ...]
    test: str
    alpha: float
    # per arm, a value for each count of events from 0 to n
    _spread: list[np.ndarray] = field(repr=False)
    _share: list[np.ndarray] = field(repr=False)
    # from the sum of shares to the largest sum of spreads that is not significant
    _cutoff: Callable[[np.ndarray], np.ndarray] = field(repr=False)

    def contains(self, events: np.ndarray) -> np.ndarray:
        """Say which tables are significant.

        Parameters
        ----------
        events : array of int, shape (..., k)
            Patients with the event, per arm.

        Returns
        -------
        ndarray of bool, shape (...)

        Raises
        ------
        TypeError
            If `events` are not whole numbers.
        ValueError
            If the last axis is not of length k, or a count is not from 0 to its `n`.

        Examples
        --------
        >>> region = rejection_region([20, 20, 20], test="exact")
        >>> region.contains([[6, 12, 16], [11, 14, 16]]).tolist()
        [True, False]
        """
        events = np.asarray(events)
        _check_last_axis(events, "events", len(self.n))
        if not np.issubdtype(events.dtype, np.integer):
            raise TypeError("events must be whole numbers")
        if np.any((events < 0) | (events > self.n)):
            raise ValueError("events must be from 0 to n in every arm")
        arms = np.moveaxis(events, -1, 0)
        share = _add_up(self._share, arms)
        return _add_up(self._spread, arms) > self._cutoff(share)

    def power(self, p: np.ndarray) -> np.ndarray:
        """Give the probability of a significant table under true rates.

        Parameters
        ----------
        p : array of float, shape (..., k)
            True rates (0-1), one per arm.

        Returns
        -------
        ndarray of float, shape (...)
            Probability (0-1). Where the rates of a row are equal it is the
            false-positive rate.

        Raises
        ------
        ValueError
            If the last axis is not of length k, or a rate is not from 0 to 1.

        Examples
        --------
        >>> region = rejection_region([20, 20, 20])
        >>> region.power([[0.55, 0.55, 0.55], [0.3, 0.6, 0.8]]).round(3).tolist()
        [0.05, 0.86]
        """
        p = np.asarray(p, dtype=float)
        _check_last_axis(p, "p", len(self.n))
        if not np.all((p >= 0) & (p <= 1)):
            raise ValueError("a true rate is from 0 to 1")
        rows = p.reshape(-1, len(self.n))
        power, of_block = np.zeros(len(rows)), self._power_of_block
        if len(self.n) == 2:
            of_block = partial(_power_of_two, self.n, [self._few(0), self._few(1)])
        size = max(1, min(BLOCK, _MOST_CHANCES // max(self.n)))
        for first in range(0, len(rows), size):
            block = slice(first, first + size)
            power[block] = of_block(rows[block])
        # a sum of a million probabilities can end above 1 in the last digit
        return np.minimum(power, 1).reshape(p.shape[:-1])

    def _power_of_block(self, p: np.ndarray) -> np.ndarray:
        """Power, shape (m,), under rates of shape (m, k)."""
        *leading, last = [
            _binomial(n, rates) for n, rates in zip(self.n, p.T, strict=True)
        ]
        power = np.zeros(len(p))
        for arms, rejected in self._slabs(len(p)):
            given_leading = rejected.astype(float) @ last
            chances = prod(chance[x] for chance, x in zip(leading, arms, strict=True))
            power += np.einsum("rm,rm->m", chances, given_leading)
        return power

    def _few(self, arm: int) -> np.ndarray:
        """Find up to how few events in one of two arms a table is significant.

        Gives a number for each total of events, one below the fewest that the arm can
        have if there is none. Along a total, a spread (and for percentages its square
        distance less the cutoff) is convex in the events of an arm: tables that are
        not significant lie side by side, and among them where the rates are equal.
        From there down to the fewest events, then, no table but the last ones is
        significant, and halving finds the first of these.
        """
        own, other = self.n if arm == 0 else self.n[::-1]
        total = np.arange(own + other + 1)
        fewest = np.maximum(0, total - other)
        low, high = np.zeros_like(total), total * own // (own + other) - fewest + 1
        while np.any(low < high):
            half = (low + high) // 2
            x = np.minimum(fewest + half, np.minimum(own, total))
            events = (x, total - x) if arm == 0 else (total - x, x)
            cutoff = self._cutoff(_add_up(self._share, events))
            significant = _add_up(self._spread, events) > cutoff
            low = np.where(significant & (low < high), half + 1, low)
            high = np.where(significant, high, np.minimum(half, high))
        return fewest + low - 1

    def _slabs(self, m: int) -> Iterator[tuple[tuple[np.ndarray, ...], np.ndarray]]:
        """Make all tables, a row for each choice of events in all arms but the last.

        Gives the events of those arms, shape (rows,) each, and which counts of the
        last arm are significant with them, shape (rows, n + 1). The rows are few
        enough for `m` numbers to stand beside each.
        """
        shape = [n + 1 for n in self.n[:-1]]
        rows = max(1, SLAB // max(self.n[-1] + 1, m))
        for first in range(0, prod(shape), rows):
            numbers = np.arange(first, min(first + rows, prod(shape)))
            arms = np.unravel_index(numbers, shape)
            spread = _add_up(self._spread[:-1], arms)[:, None] + self._spread[-1]
            share = _add_up(self._share[:-1], arms)[:, None] + self._share[-1]
            yield arms, spread > self._cutoff(share)


def rejection_region(
    n: Sequence[int],
    *,
    test: str = "pearson",
    alpha: float = 0.05,
    most_tables: int = MOST_TABLES,
) -> RejectionRegion:
    """Find the tables that a test calls significant: those with a p-value <= alpha.

    Parameters
    ----------
    n : sequence of int, shape (k,)
        Patients per arm; k is at least 2.
    test : str
        ``"pearson"``: the chi-square test of independence, without continuity
        correction (`pearson_test`). ``"exact"``: the test of Fisher, Freeman and
        Halton, whose p-value is the probability, given the total of events, of all
        tables at most as probable as the observed one. ``"percentages"``: the k
        percentages ``q = 100 * events / n`` taken as if they were counts, in a one-way
        chi-square test against equal shares, ``sum((q - Q / k)**2 / (Q / k))`` with
        ``Q`` the sum of ``q`` and ``k - 1`` degrees of freedom.
    alpha : float
        Significance level, between 0 and 1.
    most_tables : int
        Most tables to look at: all ``prod(n + 1)``, or of two arms those near where
        significance begins, some for each total of events. Time is in proportion to
        it.

    Returns
    -------
    RejectionRegion
        A table where all patients or none have the event is never in it. What differs
        by a factor of less than ``1 + 1e-7`` is equal, so that rounding errors part
        neither tied tables (by probability in the exact test, by statistic in the
        others) nor a p-value of 3/10 from the level 0.3.

    Raises
    ------
    TypeError
        If a number of patients is not a whole number.
    ValueError
        If there are fewer than two arms, an arm without patients, an unknown test, a
        level not between 0 and 1, or more tables than allowed.

    Notes
    -----
    Each test is one comparison. Pearson's statistic is above ``c`` where ``sum(x**2 /
    n)`` is above ``t**2 / N + c * t * (N - t) / N**2``, with ``t`` events among ``N``
    patients; the statistic of the percentages where ``sum(q**2)`` is above ``Q * (Q +
    c) / k``. The exact test rejects where the sum of ``-log C(n, x)`` is above a
    cutoff for each ``t``, which takes the tables of one total at a time: a sum over
    all totals would lose the small probabilities in rounding.

    References
    ----------
    G. H. Freeman and J. H. Halton, *Biometrika* 38 (1951) 141-149,
    doi:10.1093/biomet/38.1-2.141.

    Examples
    --------
    >>> region = rejection_region([3, 3], test="exact", alpha=0.1)
    >>> region.contains([[0, 3], [1, 3], [3, 3]]).tolist()
    [True, False, False]
    """
    n = _check_sizes(n)
    if test not in TESTS:
        raise ValueError(f"test must be one of {', '.join(TESTS)}, not {test!r}")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must be between 0 and 1, not {alpha}")
    _check_tables(n, test, alpha, most_tables)
    events = [np.arange(size + 1) for size in n]
    if test == "exact":
        spread = [-_log_choose(size) for size in n]
        cutoffs = _exact_cutoffs(n, alpha)
        return RejectionRegion(n, test, alpha, spread, events, cutoffs.__getitem__)
    # a hair below the critical value, so that a table at it is in with all its ties
    critical = stats.chi2.isf(alpha, len(n) - 1) * (1 - TIES)
    if test == "pearson":
        spread = [x**2 / size for x, size in zip(events, n, strict=True)]
        total = np.arange(sum(n) + 1)
        cutoffs = total**2 / sum(n) + critical * total * total[::-1] / sum(n) ** 2
        return RejectionRegion(n, test, alpha, spread, events, cutoffs.__getitem__)
    percent = [100 * x / size for x, size in zip(events, n, strict=True)]
    spread = [q**2 for q in percent]
    return RejectionRegion(
        n, test, alpha, spread, percent, lambda sum_: sum_ * (sum_ + critical) / len(n)
    )


def exact_power(
    n: int | Sequence[int],
    p: Sequence[float],
    *,
    test: str = "pearson",
    alpha: float = 0.05,
    most_tables: int = MOST_TABLES,
) -> float:
    """Give the exact power of a test; with equal rates, its false-positive rate.

    The sum over all tables with a p-value of at most `alpha` of their probability, the
    product over the arms of ``C(n, x) * p**x * (1 - p)**(n - x)``. For many rates take
    the ``power`` of one `rejection_region`.

    Parameters
    ----------
    n : int or sequence of int, shape (k,)
        Patients per arm; a number stands for as many in each.
    p : sequence of float, shape (k,)
        True rates (0-1); k is at least 2.
    test, alpha, most_tables
        As in `rejection_region`.

    Returns
    -------
    float
        Probability (0-1) that the test is significant.

    Raises
    ------
    TypeError
        If a number of patients is not a whole number.
    ValueError
        If lengths differ, a rate is not from 0 to 1, or as in `rejection_region`.

    Examples
    --------
    Three arms of 20 with equal rates: percentages taken as counts call a difference in
    27% of studies if the rates are 55%, in 52% if they are 10%.

    >>> round(exact_power(20, [0.55, 0.55, 0.55], test="percentages"), 2)
    0.27
    >>> round(exact_power(20, [0.10, 0.10, 0.10], test="percentages"), 2)
    0.52
    >>> round(exact_power(20, [0.55, 0.55, 0.55], test="exact"), 3)
    0.044
    """
    rates = _check_one_axis(p, "p")
    sizes = list(n) if isinstance(n, Iterable) else [n] * len(rates)
    if len(sizes) != len(rates):
        raise ValueError(f"{len(rates)} rates for {len(sizes)} arms")
    region = rejection_region(sizes, test=test, alpha=alpha, most_tables=most_tables)
    return float(region.power(rates))


def smallest_n(
    p: Sequence[float],
    *,
    power: float = 0.8,
    test: str = "pearson",
    alpha: float = 0.05,
    largest: int = 200,
    lasting: int = 0,
    most_tables: int = MOST_TABLES,
    most_in_all: int = MOST_IN_ALL,
) -> int | None:
    """Find the smallest number of patients per arm that gives a power.

    Exact power is not monotone in `n`: it rises like the teeth of a saw, because the
    level that a test really has jumps from one `n` to the next. The smallest `n` that
    reaches the power may thus be followed by larger ones that miss it. Ask for
    `lasting` larger ones that reach it too if a few patients may be recruited more
    than planned. Every size from 1 on is tried.

    Parameters
    ----------
    p : sequence of float, shape (k,)
        True rates (0-1); k is at least 2.
    power : float
        Power to reach, between 0 and 1.
    test, alpha, most_tables
        As in `rejection_region`.
    largest : int
        Largest number per arm to return.
    lasting : int
        Number of next larger sizes that must reach `power` too.
    most_in_all : int
        Most tables to look at, of all sizes together. They grow with a power of the
        size: twice the patients in each of three arms make sixteen times as many.

    Returns
    -------
    int or None
        The smallest ``n`` for which `exact_power` is at least `power` with ``n``,
        ``n + 1``, ..., ``n + lasting`` patients in each arm. None if no size up to
        `largest` does it, or the rates are all equal: then there is nothing to find.

    Raises
    ------
    TypeError
        If `largest` or `lasting` is not a whole number.
    ValueError
        If `power` is not between 0 and 1, `lasting` is below 0, so few tables are
        allowed that no size is found, or as in `exact_power`.

    References
    ----------
    M. R. Chernick and C. Y. Liu, *The American Statistician* 56 (2002) 149-155,
    doi:10.1198/000313002317572835.

    Examples
    --------
    >>> smallest_n([0.1, 0.5]), smallest_n([0.1, 0.5], lasting=5)
    (19, 19)
    """
    rates = _check_one_axis(p, "p")
    if not 0 < power < 1:
        raise ValueError(f"power must be between 0 and 1, not {power}")
    lasting = whole_number(lasting, "lasting")
    largest = whole_number(largest, "largest")
    # refuses what it would refuse below
    exact_power(1, p, test=test, alpha=alpha, most_tables=most_tables)
    if np.all(rates == rates[0]):
        return None
    reached, looked_at, last = 0, 0, largest + lasting
    for n in range(1, last + 1):
        looked_at += _tables([n] * len(rates), test, alpha)
        if looked_at > most_in_all:
            rest = (last - n) * _tables([last] * len(rates), test, alpha)
            raise ValueError(
                f"no size below {n:,} reaches the power; to try all up to {last:,}, up "
                f"to {looked_at + rest:,} tables are to be looked at, more than "
                f"most_in_all={most_in_all:,}; they would take about "
                f"{duration((looked_at + rest) * _SECONDS_PER_TABLE)}"
            )
        found = exact_power(n, p, test=test, alpha=alpha, most_tables=most_tables)
        enough = found >= power * (1 - _ROUNDING)  # a half is reached by a half
        reached = reached + 1 if enough else 0
        if reached > lasting:
            return n - lasting
    return None


def smallest_n_to_see(rate: float, *, probability: float = 0.95) -> int | None:
    """Find the smallest number of patients among whom an event is likely to be seen.

    None of ``n`` patients has it with the probability ``(1 - rate)**n``.

    Parameters
    ----------
    rate : float
        True rate (0-1).
    probability : float
        Probability of at least one event to reach, between 0 and 1.

    Returns
    -------
    int or None
        The smallest ``n`` with ``1 - (1 - rate)**n >= probability``; None if the rate
        is 0.

    Raises
    ------
    ValueError
        If `rate` is not from 0 to 1, or `probability` not between 0 and 1.

    References
    ----------
    J. A. Hanley and A. Lippman-Hand, *JAMA* 249 (1983) 1743-1745,
    doi:10.1001/jama.1983.03330370053031: the rule of three, ``n = 3 / rate``, is near
    it for a probability of 95%.

    Examples
    --------
    >>> smallest_n_to_see(0.05), smallest_n_to_see(0.01)
    (59, 299)
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"a true rate is from 0 to 1, not {rate}")
    if not 0 < probability < 1:
        raise ValueError(f"probability must be between 0 and 1, not {probability}")
    if rate in (0, 1):
        return int(rate) or None
    n = Fraction(log1p(-probability)) / Fraction(log1p(-rate))
    # rounding must not ask for one more: a half is reached by one patient of two
    whole = round(n)
    return max(1, whole if abs(n - whole) < _ROUNDING * n else ceil(n))


def split_probability(sizes: Sequence[int]) -> float:
    """Give the highest probability that patients fall into arms of just these sizes.

    Each patient comes into an arm independently of the others. The sizes are then
    multinomial, and they are likeliest if the shares are those of the sizes
    themselves: for any other shares the probability is lower.

    Parameters
    ----------
    sizes : sequence of int, shape (k,)
        Patients per arm, each at least 1.

    Returns
    -------
    float
        Probability (0-1).

    Raises
    ------
    TypeError
        If a size is not a whole number.
    ValueError
        If there is none, or one is below 1.

    Notes
    -----
    With ``log(n!) = n * log(n) - n + log(2 * pi * n) / 2 + d(n)``, all that is large in
    the logarithm of the probability falls out, and with it what rounding would do to
    it: ``log(2 * pi * n) / 2 + d(n)`` is left, less the same of each size.

    Examples
    --------
    Two patients and two arms: both patients in different arms, half of the time.

    >>> round(split_probability([1, 1]), 3)
    0.5
    >>> round(split_probability([20, 20, 20]), 4)
    0.0136
    """
    sizes = [whole_number(size, "a size", least=1) for size in sizes]
    if not sizes:
        raise ValueError("there are no arms")
    return exp(_above_stirling(sum(sizes)) - sum(map(_above_stirling, sizes)))


def _above_stirling(n: int) -> float:
    """Give log(n!) less n * log(n) - n."""
    if n < 16:
        return lgamma(n + 1) - n * log(n) + n
    terms = 1 / (12 * n) - 1 / (360 * n**3) + 1 / (1260 * n**5) - 1 / (1680 * n**7)
    return log(2 * pi * n) / 2 + terms


def false_positive_curve(
    n: Sequence[int],
    rates: Sequence[float],
    *,
    test: str | Sequence[str] = "pearson",
    alpha: float = 0.05,
    most_tables: int = MOST_TABLES,
    most_products: int = MOST_PRODUCTS,
) -> pd.DataFrame:
    """Give the false-positive rate of tests over a range of true rates.

    Parameters
    ----------
    n : sequence of int, shape (k,)
        Patients per arm; k is at least 2.
    rates : sequence of float
        True rates (0-1); in each, all arms share it.
    test : str or sequence of str
        One test or several, as in `rejection_region`.
    alpha, most_tables
        As in `rejection_region`.
    most_products : int
        Most products of a table and a rate, of all tests together. Time is in
        proportion to it.

    Returns
    -------
    DataFrame
        A row per test and rate: ``rate``, ``test``, ``n`` (str: the arms' patients, as
        ``"20, 20, 20"``) and ``probability`` (0-1) of calling a difference where there
        is none.

    Raises
    ------
    TypeError, ValueError
        As for `rejection_region`, and if a rate is not from 0 to 1, or there are more
        products than allowed.

    Examples
    --------
    >>> tests = ["percentages", "pearson"]
    >>> false_positive_curve([20, 20, 20], [0.1, 0.5], test=tests).round(3)
       rate         test           n  probability
    0   0.1  percentages  20, 20, 20        0.516
    1   0.5  percentages  20, 20, 20        0.308
    2   0.1      pearson  20, 20, 20        0.039
    3   0.5      pearson  20, 20, 20        0.050
    """
    n = _check_sizes(n)
    shares = _check_one_axis(rates, "rates")
    shared = np.repeat(shares[:, None], len(n), axis=1)
    curves = []
    regions = [
        rejection_region(n, test=name, alpha=alpha, most_tables=most_tables)
        for name in ([test] if isinstance(test, str) else test)
    ]
    products = len(shares) * sum(_tables(n, one.test, alpha) for one in regions)
    if products > most_products:
        raise ValueError(
            f"{len(shares):,} rates need {products:,} products of a table and a rate, "
            f"more than most_products={most_products:,}; they would take about "
            f"{duration(products * _SECONDS_PER_PRODUCT)}"
        )
    for region in regions:
        columns = {
            "rate": shares,
            "test": region.test,
            "n": ", ".join(map(str, n)),
            "probability": region.power(shared),
        }
        curves.append(pd.DataFrame(columns))
    return pd.concat(curves, ignore_index=True)


def _power_of_two(
    n: tuple[int, ...], few: Sequence[np.ndarray], p: np.ndarray
) -> np.ndarray:
    """Power, shape (m,), of two arms under rates of shape (m, 2).

    Where an arm may have one event more or less than with one event in all before, all
    totals from there on are added or taken off: the other arm then has so many events
    or more.
    """
    chances = [_binomial(size, rates) for size, rates in zip(n, p.T, strict=True)]
    power = np.zeros(len(p))
    for arm in (0, 1):
        own, other = chances[arm], chances[1 - arm]
        so_many = np.zeros((len(other) + 1, len(p)))
        so_many[:-1] = np.cumsum(other[::-1], axis=0)[::-1]
        last = np.append(-1, few[arm])
        steps = np.diff(last)
        times = np.abs(steps)
        total = np.repeat(np.arange(len(steps)), times)
        place = np.arange(len(total)) - np.repeat(np.cumsum(times) - times, times)
        x = np.minimum(last[:-1], last[1:])[total] + 1 + place
        rest = np.minimum(total - x, len(other))
        power += np.einsum("r,rm,rm->m", np.sign(steps)[total], own[x], so_many[rest])
    return power


# --- what the tests are made of -------------------------------------------------------


def _log_choose(n: int) -> np.ndarray:
    """Logarithm of C(n, x) for x from 0 to n, shape (n + 1,)."""
    log_factorial = special.gammaln(np.arange(n + 1) + 1)
    # the sum in brackets first: x and n - x then give the same to the last digit
    return log_factorial[-1] - (log_factorial + log_factorial[::-1])


def _binomial(n: int, p: np.ndarray) -> np.ndarray:
    """Probability of 0, 1, ..., n events, shape (n + 1, m), under m rates."""
    x = np.arange(n + 1)[:, None]
    return np.exp(
        _log_choose(n)[:, None] + special.xlogy(x, p) + special.xlog1py(n - x, -p)
    )


def _add_up(values: Iterable[np.ndarray], arms: Iterable[np.ndarray]) -> np.ndarray:
    """Sum over the arms of the value that belongs to its events."""
    return sum(value[x] for value, x in zip(values, arms, strict=True))


def _exact_cutoffs(n: Sequence[int], alpha: float) -> np.ndarray:
    """Largest sum of -log C(n, x) that is not significant, for each total of events."""
    *leading, last = sorted(n)
    shape = [size + 1 for size in leading]
    arms = np.unravel_index(np.arange(prod(shape)), shape)
    total = np.add.reduce(arms)
    # in order of their total, the rows that leave 0 to n events to the last arm are
    # a slice
    order = np.argsort(total, kind="stable")
    log_count = _add_up([_log_choose(size) for size in leading], arms)[order]
    total = total[order]
    log_count_last = _log_choose(last)
    cutoffs = np.empty(sum(n) + 1)
    # swapping the outcomes changes no probability: one half of the totals will do
    half = np.arange(sum(n) // 2 + 1)
    first = np.searchsorted(total, half - last, side="left")
    end = np.searchsorted(total, half, side="right")
    if len(leading) == 1:
        # farther from equal rates there is less than rounding would lose
        middle, reach = half * leading[0] // sum(n), _reach(n, alpha)
        first = np.maximum(first, middle - reach)
        end = np.minimum(end, middle + reach + 1)
    for t in half:
        rows = slice(first[t], end[t])
        tables = log_count[rows] + log_count_last[t - total[rows]]
        cutoffs[t] = cutoffs[-1 - t] = _exact_cutoff(tables, alpha)
    return cutoffs


def _reach(n: Sequence[int], alpha: float) -> int:
    """Events of one of two arms from their mean within which all that counts lies.

    By Hoeffding's inequality, which holds for draws without replacement too, those
    beyond have together less than ``1e-17 * alpha``.
    """
    return ceil(sqrt(min(n) * (40 - log(alpha)) / 2)) + 1


def _exact_cutoff(log_count: np.ndarray, alpha: float) -> float:
    """Cutoff among the tables of one total, from their numbers of arrangements."""
    ordered = np.sort(log_count)
    pvalue = np.cumsum(np.exp(ordered - ordered[-1]))
    pvalue /= pvalue[-1]
    # The first table that is too probable to be significant takes its ties along. The
    # most probable one has a p-value of 1 and is not searched.
    kept = np.searchsorted(pvalue[:-1], alpha * (1 + TIES), side="right")
    return np.log1p(TIES) - ordered[kept]


# --- what is refused ------------------------------------------------------------------


def _check_sizes(n: Sequence[int]) -> tuple[int, ...]:
    if np.ndim(n) != 1:
        raise TypeError(f"n must be one number of patients per arm, not {n!r}")
    return tuple(check_counts([0] * len(n), n, arms=2)[1])


def _check_one_axis(rates: Sequence[float], name: str) -> np.ndarray:
    found = np.asarray(rates, dtype=float)
    if found.ndim != 1:
        raise ValueError(f"{name} must be a list of rates, not of shape {found.shape}")
    return found


def _check_last_axis(values: np.ndarray, name: str, k: int) -> None:
    if values.ndim == 0 or values.shape[-1] != k:
        raise ValueError(
            f"{name} must have one value per arm, {k}, in its last axis; "
            f"its shape is {values.shape}"
        )


def _check_tables(n: Sequence[int], test: str, alpha: float, most_tables: int) -> None:
    every, tables = prod(size + 1 for size in n), _tables(n, test, alpha)
    if tables <= most_tables:
        return
    memory = _memory(n, test)
    more = f", and {memory / 1e9:,.1f} GB of memory" if memory >= 1e9 else ""
    said = f"make {tables:,} tables"
    if tables < every:
        said = f"make {every:,} tables, {tables:,} of them to look at"
    raise ValueError(
        f"arms of {', '.join(f'{size:,}' for size in n)} patients {said}, more than "
        f"most_tables={most_tables:,}; they would take about "
        f"{duration(tables * _SECONDS_PER_TABLE)}{more}"
    )


def _tables(n: Sequence[int], test: str, alpha: float) -> int:
    """Tables that are looked at, roughly if there are two arms."""
    every = prod(size + 1 for size in n)
    if len(n) > 2:
        return every
    # for each total, to find where the significant ones begin
    each = min(2 * _reach(n, alpha) + 1, min(n) + 1) if test == "exact" else 0
    return min(every, (sum(n) + 1) * (_HALVINGS + each // 2))


def _memory(n: Sequence[int], test: str) -> int:
    """Bytes that the enumeration needs at its peak, roughly."""
    if len(n) == 2:
        return 8 * 16 * (sum(n) + 1)  # numbers for each total
    slab = 4 * max(SLAB, n[-1] + 1)
    # the exact test also sorts a row for each choice of events in all arms but one
    rows = (len(n) + 5) * prod(size + 1 for size in sorted(n)[:-1])
    return 8 * (max(slab, rows) if test == "exact" else slab)
