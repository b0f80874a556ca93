"""Tests of a k x 2 table: patients with and without an event, in k arms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from math import ceil, exp, gcd, lcm, lgamma, log, pi, prod, sqrt
from numbers import Real
from operator import mul
from sys import float_info

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from reanalysis.counts import arm_names, check_counts
from reanalysis.procedures import chi_square_tail, equal_shares, pearson, trend

#: Largest number of tables; a page with more would be slow to load.
MOST_TABLES = 250_000

#: Most tables that `exact_test` looks at unless the caller allows more.
MOST_LIKELIER = 1_000_000_000

#: Most partial tables that an exact `trend_test` looks at, unless more are allowed.
MOST_PARTIAL = 300_000_000

#: Most tables that `unconditional_test` ranks unless the caller allows more.
MOST_RANKED = 100_000_000

#: Relative difference below which two tables count as equally probable, as in R.
TIES = 1e-7

# Seconds that each table takes, roughly; and numbers in work at a time.
_SECONDS_PER_TABLE = 3e-8
_TABLES_PER_CALL = 1000.0
_SLAB = 2**20


@dataclass(frozen=True)
class ChiSquareResult:
    """A chi-square test.

    Attributes
    ----------
    statistic : float
        The chi-square value.
    dof : int
        Degrees of freedom.
    pvalue : float
        Probability (0-1) of a value as large or larger if the arms do not differ.
    """

    statistic: float
    dof: int
    pvalue: float


@dataclass(frozen=True)
class ExactResult:
    """An exact test.

    Attributes
    ----------
    statistic : float
        The probability by which the test ranks the observed table; the function says
        which.
    pvalue : float
        Probability (0-1) of a table as extreme or more if the arms do not differ.
    """

    statistic: float
    pvalue: float


@dataclass(frozen=True)
class TrendResult:
    """A test of trend.

    Attributes
    ----------
    statistic : float
        The chi-square value for trend, ``z**2``.
    dof : int or None
        Its degrees of freedom, 1; None where the p-value is exact and needs none.
    pvalue : float
        Probability (0-1) of a trend as strong or stronger if the arms do not differ.
    z : float
        Root of the statistic, positive where the rates rise with the scores.
    """

    statistic: float
    dof: int | None
    pvalue: float
    z: float


def expected_counts(events: Sequence[int], n: Sequence[int] = ()) -> np.ndarray:
    """Give the counts expected if all arms shared one rate.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm.

    Returns
    -------
    ndarray, shape (k, 2)
        Expected patients with and without the event: row total times column total
        over the number of patients.

    Examples
    --------
    >>> expected_counts([6, 12, 16], [20, 20, 20]).round(2).tolist()
    [[11.33, 8.67], [11.33, 8.67], [11.33, 8.67]]
    """
    events, n = _check_comparison(events, n, "expected_counts")
    sizes = np.array(n, dtype=float)
    rate = sum(events) / sum(n)
    return np.outer(sizes, [rate, 1 - rate])


def pearson_test(events: Sequence[int], n: Sequence[int] = ()) -> ChiSquareResult:
    """Pearson's chi-square test of independence, without continuity correction.

    The statistic is the sum over the 2k cells of ``(O - E)**2 / E``, where ``O`` is
    the observed and ``E`` the expected count (`expected_counts`), with ``k - 1``
    degrees of freedom.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm; k is at least 2.

    Returns
    -------
    ChiSquareResult
        If all patients or none have the event, nothing speaks against equal rates:
        the statistic is 0 and the p-value 1. A p-value below 2.2e-308, the smallest
        ordinary float, is given as that.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If there are fewer than two arms, lengths differ, or a count is not from 0
        to its `n`.

    References
    ----------
    K. Pearson, *Philosophical Magazine* 50 (1900) 157-175,
    doi:10.1080/14786440009463897.

    Examples
    --------
    >>> test = pearson_test([6, 12, 16], [20, 20, 20])
    >>> round(test.statistic, 3), test.dof, round(test.pvalue, 4)
    (10.317, 2, 0.0058)
    """
    x, sizes = _check_comparison(events, n, "pearson_test")
    dof = len(sizes) - 1
    if sum(x) in (0, sum(sizes)):
        return ChiSquareResult(0.0, dof, 1.0)
    statistic = pearson(x, sizes)
    return ChiSquareResult(statistic, dof, chi_square_tail(statistic, dof))


def exact_test(
    events: Sequence[int],
    n: Sequence[int] = (),
    *,
    most_tables: int = MOST_LIKELIER,
) -> ExactResult:
    """Fisher's exact test, extended to k arms by Freeman and Halton.

    Given the arms' sizes and the number of events in all, and if the arms do not
    differ, a table has the probability ``prod(C(n_i, x_i)) / C(N, X)``, where ``C`` is
    the binomial coefficient, ``N = sum(n)`` and ``X = sum(x)``. The p-value is the sum
    over all tables that are no more probable than the observed one. It is computed by
    `exact_tests.fisher_exact`, which enumerates, never samples.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm; k is at least 2.
    most_tables : int
        Most tables to look at, of three arms or more. That is about as many as are more
        probable than the observed one; a hundred million take some seconds. Two arms
        never take long.

    Returns
    -------
    ExactResult
        `statistic` is the probability of the observed table. If all patients or none
        have the event, there is no other table, and both numbers are 1. A p-value
        below 2.2e-308, the smallest ordinary float, is given as that.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If there are fewer than two arms, lengths differ, a count is not from 0 to its
        `n`, or there are more tables, or more patients, than can be looked at.

    References
    ----------
    G. H. Freeman and J. H. Halton, *Biometrika* 38 (1951) 141-149,
    doi:10.1093/biomet/38.1-2.141.

    Examples
    --------
    R. A. Fisher's lady tasting tea, with one cup of each kind told wrong: 34 of the
    70 ways to choose four cups are no more probable.

    >>> test = exact_test([3, 1], [4, 4])
    >>> round(test.statistic * 70, 9), round(test.pvalue * 70, 9)
    (16.0, 34.0)
    >>> round(exact_test([6, 12, 16], [20, 20, 20]).pvalue, 4)
    0.0063
    """
    import exact_tests

    x, n = _check_comparison(events, n, "exact_test")
    patients = sum(n)
    if patients >= (2**52 if len(n) == 2 else 2**31):
        raise ValueError(f"{patients:,} patients are too many for an exact test")
    if len(n) > 2:
        check_likelier(likelier_tables(x, n), most_tables)
    # it takes lists alone
    pvalue = exact_tests.fisher_exact(
        [[with_it, size - with_it] for with_it, size in zip(x, n, strict=True)]
    )
    # arm by arm, of the patients and the events that are left
    own, left, with_event = 1.0, patients, sum(x)
    for with_it, size in zip(x[:-1], n[:-1], strict=True):
        own *= exact_tests.dhyper(with_it, with_event, left - with_event, size)
        left, with_event = left - size, with_event - with_it
    return ExactResult(float(own), max(pvalue, float_info.min))


def likelier_tables(events: Sequence[int], n: Sequence[int]) -> float:
    """Estimate how many tables are more probable than the observed one.

    By the normal approximation they fill an ellipsoid, whose radius is the root of
    Pearson's statistic. The time of an exact test is in proportion to it.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm; k is at least 2.

    Returns
    -------
    float

    Examples
    --------
    >>> round(likelier_tables([30, 40, 50], [90, 80, 95]), -2)
    300.0
    """
    patients, total, free = sum(n), sum(events), len(n) - 1
    if total in (0, patients):
        return 1.0
    rate = total / patients
    spread = rate * (1 - rate) * patients / (patients - 1)
    log_tables = (
        free / 2 * log(pi * spread * max(pearson(events, n), 1.0))
        - lgamma(free / 2 + 1)
        + (sum(map(log, n)) - log(patients)) / 2
    )
    *others, _ = sorted(min(size, total, patients - total) + 1 for size in n)
    return exp(min(log_tables, sum(map(log, others)), 600.0))


def check_likelier(tables: float, most_tables: int) -> None:
    """Refuse exact tests that would look at too many tables.

    Parameters
    ----------
    tables : float
        How many there are, as from `likelier_tables`.
    most_tables : int
        How many are allowed.

    Raises
    ------
    ValueError
        If there are more.

    Examples
    --------
    >>> check_likelier(3e9, 10**9)
    Traceback (most recent call last):
        ...
    ValueError: an exact test would look at about 3,000,000,000 tables that are more \
probable, more than most_tables=1,000,000,000; they would take about 90 seconds
    """
    if tables > most_tables:
        raise ValueError(
            f"an exact test would look at about {tables:,.0f} tables that are more "
            f"probable, more than most_tables={most_tables:,}; they would take about "
            f"{duration(tables * _SECONDS_PER_TABLE)}"
        )


def duration(seconds: float) -> str:
    """Say how long something takes, roughly.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str

    Examples
    --------
    >>> duration(0.3), duration(200), duration(1e5), duration(1e10)
    ('1 second', '3 minutes', '28 hours', '317 years')
    """
    units = {"year": 31_557_600, "day": 86_400, "hour": 3_600, "minute": 60}
    unit = next((name for name in units if seconds >= 1.5 * units[name]), "second")
    number = max(1, round(seconds / units.get(unit, 1)))
    return f"{number:,} {unit}{'s' * (number > 1)}"


def trend_test(
    events: Sequence[int],
    n: Sequence[int] = (),
    *,
    scores: Sequence[float] | None = None,
    alternative: str = "two-sided",
    exact: bool = False,
    most_tables: int = MOST_PARTIAL,
) -> TrendResult:
    """Cochran-Armitage test: do the rates rise or fall with the arms' scores?

    With ``N = sum(n)``, ``p = sum(x) / N`` and the mean score
    ``m = sum(n_i * s_i) / N``,
    ``z = sum(s_i * (x_i - n_i * p)) / sqrt(p * (1 - p) * sum(n_i * (s_i - m)**2))``.
    This is the variance with ``N``, as in R's `prop.trend.test`; with ``N - 1``
    (Mantel, statsmodels' `Table.test_ordinal_association`) ``z**2`` is smaller by
    ``(N - 1) / N``.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm; k is at least 2.
    scores : sequence of float, shape (k,), optional
        A number per arm, not all the same; ``0, 1, ...`` if left out.
    alternative : str
        ``"two-sided"``; ``"greater"``, rates rise with the scores; ``"less"``, they
        fall.
    exact : bool
        If False, `z` is compared with the normal distribution. If True, the p-value is
        the share of all tables with these sizes and as many events, each weighted by
        its probability as in `exact_test`, whose ``T = sum(s_i * x_i)`` is as large or
        larger (``"greater"``), as small or smaller (``"less"``), or lies as far or
        farther from its expected value on either side (``"two-sided"``). Scores count
        as the decimals that they are written with, so that ties are ties.
    most_tables : int
        Most partial tables to look at in an exact test: numbers of events in one arm
        beside each number of events and score sum that the arms before it can have. It
        bounds the time, to some seconds, and the memory.

    Returns
    -------
    TrendResult
        If all patients or none have the event, nothing speaks for a trend: the
        statistic is 0 and the p-value 1. A p-value below 2.2e-308, the smallest
        ordinary float, is given as that.

    Raises
    ------
    TypeError
        If a count is not a whole number, or a score not a number.
    ValueError
        If there are fewer than two arms, lengths differ, a count is not from 0 to its
        `n`, scores are infinite or all the same, or `alternative` is another word.
        With `exact`, also if the scores have too many digits to be added as whole
        numbers, or there are more partial tables than allowed.

    References
    ----------
    P. Armitage, *Biometrics* 11 (1955) 375-386, doi:10.2307/3001775.

    Examples
    --------
    >>> test = trend_test([11, 13, 17], [20, 20, 20])
    >>> round(test.statistic, 3), test.dof, round(test.pvalue, 4)
    (4.159, 1, 0.0414)
    >>> round(trend_test([11, 13, 17], [20, 20, 20], exact=True).pvalue, 4)
    0.0622
    """
    x, n = _check_comparison(events, n, "trend_test")
    if alternative not in ("two-sided", "greater", "less"):
        raise ValueError(
            f"alternative is two-sided, greater or less, not {alternative!r}"
        )
    whole = _whole_scores(range(len(n)) if scores is None else scores, len(n))
    # in whole numbers, so that rates which are nearly equal lose no digits
    patients, total = sum(n), sum(x)
    first = sum(map(mul, n, whole))
    excess = patients * sum(map(mul, x, whole)) - total * first
    spread = patients * sum(size * s**2 for size, s in zip(n, whole, strict=True))
    variance = total * (patients - total) * (spread - first**2)
    z = sqrt(excess**2 * patients / variance) if variance else 0.0
    z = -z if excess < 0 else z
    if not variance:
        pvalue = 1.0
    elif exact:
        pvalue = _exact_trend(x, n, whole, alternative, most_tables)
    elif alternative == "two-sided":
        pvalue = 2 * float(special.ndtr(-abs(z)))
    else:
        pvalue = float(special.ndtr(-z if alternative == "greater" else z))
    return TrendResult(z**2, None if exact else 1, max(pvalue, float_info.min), z)


def _whole_scores(scores: Sequence[float], k: int) -> list[int]:
    """Move and stretch scores to the smallest whole numbers from 0.

    No test of trend changes when all scores are moved or stretched alike.
    """
    if len(scores) != k:
        raise ValueError(f"{len(scores)} scores for {k} arms")
    for score in scores:
        if isinstance(score, (bool, np.bool_)) or not isinstance(score, Real):
            raise TypeError(f"a score must be a number, not {score!r}")
    values = [float(score) for score in scores]
    if not np.isfinite(values).all():
        raise ValueError("scores must be finite")
    # in binary 0.1 + 0.2 is not 0.3; as written it is
    written = [Fraction(repr(value)) for value in values]
    common = lcm(*(value.denominator for value in written))
    steps = [int((value - min(written)) * common) for value in written]
    step = gcd(*steps)
    if step == 0:
        raise ValueError("scores must not all be the same")
    return [value // step for value in steps]


def _exact_trend(
    events: list[int],
    n: list[int],
    scores: list[int],
    alternative: str,
    most_tables: int,
) -> float:
    """Sum the probabilities of the tables with as strong a trend.

    Two arms of different scores are kept for the end: given their events together, the
    score sum rises or falls with those of one of them, and a tail is a sum. All other
    arms give the chance of every pair of events and score sum.
    """
    total, patients = sum(events), sum(n)
    if patients**2 * max(scores) >= 2**62:
        raise ValueError("scores have too many digits for an exact test of trend")
    observed = sum(map(mul, scores, events))
    high = low = observed
    if alternative == "two-sided":
        # all of it times the patients, so that it is whole
        expected = total * sum(map(mul, scores, n))
        distance = abs(patients * observed - expected)
        high = -((-expected - distance) // patients)
        low = (expected - distance) // patients
    pairs = combinations(range(len(n)), 2)
    last = max(
        (pair for pair in pairs if scores[pair[0]] != scores[pair[1]]),
        key=lambda pair: (n[pair[0]] + 1) * (n[pair[1]] + 1),
    )
    others = [arm for arm in range(len(n)) if arm not in last]
    _check_partial([(n[arm], scores[arm]) for arm in others], n[last[1]], most_tables)
    chances = [stats.binom.pmf(np.arange(k + 1), k, total / patients) for k in n]
    before, sums, chance = np.zeros(1, int), np.zeros(1, int), np.ones(1)
    for arm in others:
        before, sums, chance = _with_arm(
            before, sums, chance, chances[arm], scores[arm], total
        )
    one, other = last
    step = scores[other] - scores[one]
    whole = extreme = 0.0
    starts = np.searchsorted(before, np.arange(total + 2))
    for here in np.unique(before).tolist():
        left = total - here
        x = np.arange(max(0, left - n[one]), min(n[other], left) + 1)
        if not len(x):
            continue
        weight = chances[one][left - x] * chances[other][x]
        of_pair = scores[one] * left + step * x
        if step < 0:
            weight, of_pair = weight[::-1], of_pair[::-1]
        states = slice(starts[here], starts[here + 1])
        # summed from their own ends: a difference of sums would lose small tails
        above = np.append(np.cumsum(weight[::-1])[::-1], 0)
        below = np.insert(np.cumsum(weight), 0, 0)
        whole += chance[states].sum() * weight.sum()
        if alternative != "less":
            place = np.searchsorted(of_pair, high - sums[states])
            extreme += chance[states] @ above[place]
        if alternative != "greater":
            place = np.searchsorted(of_pair, low - sums[states], side="right")
            extreme += chance[states] @ below[place]
    # at the expected score sum itself both sides hold the tables that lie there
    return min(1.0, float(extreme / whole))


def _check_partial(arms: list[tuple[int, int]], last: int, most_tables: int) -> None:
    """Refuse an exact test of trend that would look at too many partial tables."""
    states, tables, events, sums = 1, 0, 0, 0
    for size, score in arms:
        tables += states * (size + 1)
        events, sums = events + size, sums + size * score
        states = min(states * (size + 1), (events + 1) * (sums + 1))
    tables += (events + 1) * (last + 1)
    if tables > most_tables:
        raise ValueError(
            f"an exact test of trend would look at {tables:,} partial tables, more "
            f"than most_tables={most_tables:,}; they would take about "
            f"{duration(tables * _SECONDS_PER_TABLE)}"
        )


def _with_arm(
    before: np.ndarray,
    sums: np.ndarray,
    chance: np.ndarray,
    of_arm: np.ndarray,
    score: int,
    total: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Add an arm: the pairs of events and score sum, in order, and their chances.

    Chances are those of independent arms at one rate. Given the events in all, their
    shares do not depend on it; at the observed rate the likely ones are far from 0.
    """
    most = len(of_arm) - 1
    stride = int(sums.max()) + most * score + 1
    keys = before * stride + sums
    cells = (int(before.max()) + most + 1) * stride
    if cells <= 2 * len(keys) * len(of_arm):
        added = np.zeros(cells)
        for x, own in enumerate(of_arm):
            added[keys + x * (stride + score)] += own * chance
        keys = np.flatnonzero(added)
        chance = added[keys]
    else:
        shifts = np.arange(most + 1) * (stride + score)
        keys, place = np.unique(np.add.outer(keys, shifts), return_inverse=True)
        products = np.multiply.outer(chance, of_arm)
        chance = np.bincount(place.ravel(), products.ravel())
    before, sums = np.divmod(keys, stride)
    possible = before <= total
    return before[possible], sums[possible], chance[possible]


def unconditional_test(
    events: Sequence[int],
    n: Sequence[int] = (),
    *,
    most_tables: int = MOST_RANKED,
) -> ExactResult:
    """Boschloo's exact unconditional test of two arms.

    Tables are ranked by the p-value of Fisher's one-sided test. The p-value is the
    largest probability, over all rates that the arms may share, of a table ranked as
    low or lower; the smaller of the two sides is doubled. Only the arms' sizes are
    taken as given, not the number of events, and it is never above twice Fisher's
    one-sided p-value. What differs by a factor of less than ``1 + 1e-7`` is ranked the
    same. The largest probability is looked for on a grid of rates that is finer than
    any of its bumps, and then between the points beside the highest.

    Parameters
    ----------
    events, n : sequence of int, shape (2,)
        Patients with the event and patients, per arm.
    most_tables : int
        Most tables that another test could look at in the same time: five for each of
        the ``(n_1 + 1) * (n_0 + 1)`` tables to rank, and a thousand for each of the
        ``n_1 + n_0 + 1`` totals of events.

    Returns
    -------
    ExactResult
        `statistic` is Fisher's p-value on the side that was doubled. If all patients
        or none have the event, both numbers are 1.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If there are not two arms, lengths differ, a count is not from 0 to its `n`, or
        there are more tables than allowed.

    References
    ----------
    R. D. Boschloo, *Statistica Neerlandica* 24 (1970) 1-35,
    doi:10.1111/j.1467-9574.1970.tb00104.x.

    Examples
    --------
    >>> round(unconditional_test([11, 17], [20, 20]).pvalue, 4)
    0.0424
    >>> round(exact_test([11, 17], [20, 20]).pvalue, 4)
    0.0824
    """
    x, n = _check_comparison(events, n, "unconditional_test")
    if len(n) != 2:
        raise ValueError(f"the unconditional test compares two arms, not {len(n)}")
    tables = tables_of_test("unconditional", x, n)
    if tables > most_tables:
        raise ValueError(
            f"to rank the tables of arms of {n[0]:,} and {n[1]:,} patients takes as "
            f"long as {tables:,.0f} tables, more than most_tables={most_tables:,}; "
            f"about {duration(tables * _SECONDS_PER_TABLE)}"
        )
    if sum(x) in (0, sum(n)):
        return ExactResult(1.0, 1.0)
    # fewer events in the first arm than in the other one, and the other way round
    sides = [_boschloo(x, n), _boschloo(x[::-1], n[::-1])]
    pvalue, fisher = min(sides)
    return ExactResult(fisher, max(min(1.0, 2 * float(pvalue)), float_info.min))


def _boschloo(events: list[int], n: list[int]) -> tuple[float, float]:
    """Give the p-values of Boschloo and of Fisher for few events in the first arm."""
    if n[0] > n[1]:  # the same is few patients without the event in the other arm
        events, n = [n[1] - events[1], n[0] - events[0]], n[::-1]
    log_ways = [_log_ways(size) for size in n]

    def of_total(total: int) -> tuple[np.ndarray, np.ndarray]:
        x = np.arange(max(0, total - n[1]), min(n[0], total) + 1)
        logs = log_ways[0][x] + log_ways[1][total - x]
        chance = np.exp(logs - logs.max())
        return x, np.cumsum(chance) / chance.sum()

    x, fisher = of_total(sum(events))
    own = float(fisher[events[0] - x[0]])
    # the fewest events in the other arm, for each number in the first, that are ranked
    # as low; with more of them a table is ranked lower
    fewest = np.full(n[0] + 1, n[1] + 1)
    for total in range(sum(n) + 1):
        x, ranks = of_total(total)
        low = x[: np.searchsorted(ranks, own * (1 + TIES), side="right")]
        fewest[low] = np.minimum(fewest[low], total - low)

    x = np.arange(n[0] + 1)[:, None]
    many = fewest[:, None]

    def probability(angle: np.ndarray) -> np.ndarray:
        rates = np.sin(angle) ** 2, np.cos(angle) ** 2
        logs = special.xlogy(x, rates[0]) + special.xlogy(n[0] - x, rates[1])
        # so many events or more in the other arm
        inside = np.clip(many, 1, n[1])
        tail = special.betainc(inside, n[1] - inside + 1, rates[0])
        tail = np.where(many == 0, 1.0, np.where(many > n[1], 0.0, tail))
        return (np.exp(log_ways[0][:, None] + logs) * tail).sum(axis=0)

    # a bump is about as wide as a rate's standard error, which is one on this scale
    points = 64 + 20 * ceil(sqrt(sum(n)))
    grid = np.linspace(0, pi / 2, points + 1)
    rows = max(1, _SLAB // (n[0] + 1))
    found = np.concatenate(
        [probability(grid[i : i + rows]) for i in range(0, len(grid), rows)]
    )
    best = float(found.max())
    for place in np.argsort(-found, kind="stable")[:3]:
        ends = grid[max(0, place - 1)], grid[min(points, place + 1)]
        nearer = optimize.minimize_scalar(
            lambda angle: -float(probability(np.array([angle]))[0]),
            bounds=ends,
            method="bounded",
            options={"xatol": 1e-9},
        )
        best = max(best, -nearer.fun)
    return best, own


def _log_ways(n: int) -> np.ndarray:
    """Logarithm of C(n, x) for x from 0 to n, shape (n + 1,)."""
    log_factorial = special.gammaln(np.arange(n + 1) + 1.0)
    return log_factorial[-1] - (log_factorial + log_factorial[::-1])


#: The tests that can be asked for by name.
TESTS: dict[str, Callable[[Sequence[int], Sequence[int]], object]] = {
    "exact": exact_test,
    "pearson": pearson_test,
    "unconditional": unconditional_test,
}


def named_test(test: str) -> Callable:
    """Give the test of this name.

    Parameters
    ----------
    test : str
        A key of `TESTS`.

    Returns
    -------
    callable
        It takes ``events, n`` and returns an object with ``.pvalue``.

    Raises
    ------
    ValueError
        If no test has this name.

    Examples
    --------
    >>> named_test("fisher")
    Traceback (most recent call last):
        ...
    ValueError: the test is exact, pearson or unconditional, not 'fisher'
    """
    if test not in TESTS:
        *names, last = TESTS
        raise ValueError(f"the test is {', '.join(names)} or {last}, not {test!r}")
    return TESTS[test]


def tables_of_test(test: str, events: Sequence[int], n: Sequence[int]) -> float:
    """Estimate how many tables a test looks at, or could in the same time.

    Parameters
    ----------
    test : str
        A key of `TESTS`.
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm.

    Returns
    -------
    float

    Examples
    --------
    >>> tables_of_test("unconditional", [6, 12], [20, 20])
    43205.0
    """
    if test == "exact" and len(n) > 2:
        return likelier_tables(events, n)
    if test == "unconditional":
        return 5 * prod(size + 1 for size in n) + _TABLES_PER_CALL * (sum(n) + 1)
    return _TABLES_PER_CALL


def pairwise_tests(
    events: Sequence[int],
    n: Sequence[int],
    *,
    arms: Sequence[str] | None = None,
    test: str = "exact",
    most_tables: int = MOST_LIKELIER,
) -> pd.DataFrame:
    """Compare every two arms, with Holm's correction for their number.

    Of ``m`` p-values in order, the ``i``-th smallest is multiplied by ``m - i + 1``;
    none is then made smaller than one before it, or larger than 1.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm; k is at least 2.
    arms : sequence of str, shape (k,), optional
        Names of the arms; ``"1"``, ``"2"``, ... if left out.
    test : str
        ``"exact"`` (`exact_test`), ``"pearson"`` (`pearson_test`) or
        ``"unconditional"`` (`unconditional_test`).
    most_tables : int
        Most tables to look at for all pairs together: a pair takes as long as a
        thousand tables, by the unconditional test as many as that says.

    Returns
    -------
    DataFrame
        A row per pair, in the order of the arms: ``arm``, ``other``, ``test``,
        ``pvalue`` and ``holm``, the corrected p-value.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If there are fewer than two arms, lengths differ, a count is not from 0 to its
        `n`, an arm has no name or that of another one, there is no such test, or the
        pairs need more tables than allowed.

    References
    ----------
    S. Holm, *Scandinavian Journal of Statistics* 6 (1979) 65-70.

    Examples
    --------
    >>> pairwise_tests([6, 12, 16], [20, 20, 20], arms=["A", "B", "C"]).round(4)
      arm other   test  pvalue    holm
    0   A     B  exact  0.1110  0.2219
    1   A     C  exact  0.0036  0.0109
    2   B     C  exact  0.3008  0.3008
    """
    events, n = _check_comparison(events, n)
    arms, compare = arm_names(arms, len(n)), named_test(test)
    pairs = len(n) * (len(n) - 1) // 2
    # the largest pair stands for all: there may be too many to add up
    *_, one, other = sorted(n)
    tables = pairs * tables_of_test(test, [0, 0], [one, other])
    if tables > most_tables:
        raise ValueError(
            f"{pairs:,} pairs of arms take as long as {tables:,.0f} tables, more than "
            f"most_tables={most_tables:,}; about "
            f"{duration(tables * _SECONDS_PER_TABLE)}"
        )
    rows = [
        (arms[i], arms[j], test, compare([events[i], events[j]], [n[i], n[j]]).pvalue)
        for i, j in combinations(range(len(n)), 2)
    ]
    frame = pd.DataFrame(rows, columns=["arm", "other", "test", "pvalue"])
    return frame.assign(holm=_holm(frame["pvalue"].to_numpy()))


def every_table(
    n: Sequence[int],
    *,
    arms: Sequence[str] | None = None,
    most_tables: int = MOST_TABLES,
) -> pd.DataFrame:
    """Give four p-values of every table with these sizes.

    Parameters
    ----------
    n : sequence of int, shape (k,)
        Patients per arm; k is at least 2.
    arms : sequence of str, shape (k,), optional
        Names of the arms; ``"1"``, ``"2"``, ... if left out.
    most_tables : int
        Largest number of tables, ``prod(n + 1)``, to allow.

    Returns
    -------
    DataFrame
        A row per table. The index holds the events in each arm, a level per arm; the
        last arm's change fastest. Columns are p-values (0-1): ``percentages`` (the
        percentages as if they were counts, in a one-way chi-square test against equal
        shares, as in `rejection_region`), ``pearson`` (`pearson_test`), ``exact``
        (`exact_test`) and ``trend`` (`trend_test`, not exact). All are 1 where all
        patients or none have the event.

    Raises
    ------
    TypeError
        If a number of patients is not a whole number.
    ValueError
        If there are fewer than two arms, an arm without patients, an arm without a name
        or with that of another one, or more tables than allowed.

    Examples
    --------
    >>> tables = every_table([20, 20, 20], arms=["A", "B", "C"])
    >>> len(tables)
    9261
    >>> tables.loc[11, 13, 17].round(3).to_dict()
    {'percentages': 0.033, 'pearson': 0.116, 'exact': 0.153, 'trend': 0.041}
    """
    n = list(n)
    _, n = check_counts([0] * len(n), n, arms=2)
    names = arm_names(arms, len(n))
    number = prod(size + 1 for size in n)
    if number > most_tables:
        raise ValueError(
            f"arms of {', '.join(map(str, n))} patients make {number:,} tables, more "
            f"than most_tables={most_tables:,}"
        )
    index = pd.MultiIndex.from_product([range(size + 1) for size in n], names=names)
    events = list(np.array(index.to_list(), dtype=float).T)
    percent = [100 * x / size for x, size in zip(events, n, strict=True)]
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = equal_shares(percent, n), pearson(events, n), trend(events, n)
    columns = {
        "percentages": _pvalues(chi2[0], len(n) - 1),
        "pearson": _pvalues(chi2[1], len(n) - 1),
        "exact": _exact_of_all(n),
        "trend": _pvalues(chi2[2], 1),
    }
    return pd.DataFrame(columns, index=index)


def _exact_of_all(n: Sequence[int]) -> np.ndarray:
    """P-values of Fisher, Freeman and Halton of every table, the last arm fastest."""
    logs, total = np.zeros(1), np.zeros(1, dtype=int)
    for size in n:
        logs = np.add.outer(logs, _log_ways(size)).ravel()
        total = np.add.outer(total, np.arange(size + 1)).ravel()
    order = np.lexsort((logs, total))
    ends = np.searchsorted(total[order], np.arange(sum(n) + 2))
    pvalues = np.empty(len(logs))
    for first, last in pairwise(ends):
        tables = order[first:last]
        own = logs[tables]
        sums = np.cumsum(np.exp(own - own[-1]))
        # the last of those that are as probable
        place = np.searchsorted(own, own + TIES, side="right") - 1
        pvalues[tables] = sums[place] / sums[-1]
    return np.maximum(pvalues, float_info.min)


def _pvalues(statistic: np.ndarray, dof: int) -> np.ndarray:
    # where all patients or none have the event there is no statistic: nothing over 0
    return np.where(np.isfinite(statistic), chi_square_tail(statistic, dof), 1.0)


def _holm(pvalues: np.ndarray) -> np.ndarray:
    order = np.argsort(pvalues, kind="stable")
    multiplied = pvalues[order] * np.arange(len(order), 0, -1)
    corrected = np.empty(len(order))
    corrected[order] = np.minimum(np.maximum.accumulate(multiplied), 1)
    return corrected


def _check_comparison(
    events: Sequence[int], n: Sequence[int], function: str = ""
) -> tuple[list[int], list[int]]:
    if np.size(events) and not np.size(n):
        raise ValueError(_right_call(np.asarray(events), function))
    return check_counts(events, n, arms=2)


def _right_call(table: np.ndarray, function: str) -> str:
    """Say how to ask for the test of a whole table.

    It is not taken as it is: of two rows and two columns nobody can tell which are the
    arms, and a test that fixes the arms' sizes would then be of another study.
    """
    ways = []
    for cells, what in ((table, "rows are outcomes"), (table.T, "rows are arms")):
        if cells.ndim == len(cells) == 2:
            x, n = cells[0].tolist(), cells.sum(axis=0).tolist()
            ways.append(f"{function}({x}, {n}) if its {what}")
    said = "give the events and the patients of each arm"
    return f"{said}, not a whole table: {' or '.join(ways)}" if ways else said
