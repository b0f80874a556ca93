"""Tests of a k x 2 table: patients with and without an event, in k arms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb, gcd, lcm, prod, sqrt
from operator import mul
from sys import float_info

import numpy as np
import pandas as pd
from scipy import stats

from reanalysis.counts import check_counts
from reanalysis.procedures import chi_square_tail, equal_shares, pearson

#: Largest number of tables; a page with more would be slow to load.
MOST_TABLES = 250_000


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
    _check_comparison(events, n, "expected_counts")
    sizes = np.asarray(n, dtype=float)
    rate = np.sum(events) / sizes.sum()
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
        the statistic is 0 and the p-value 1.

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
    _check_comparison(events, n, "pearson_test")
    x, sizes = [*map(int, events)], [*map(int, n)]  # whole numbers of any length
    dof = len(sizes) - 1
    if sum(x) in (0, sum(sizes)):
        return ChiSquareResult(0.0, dof, 1.0)
    statistic = pearson(x, sizes)
    return ChiSquareResult(statistic, dof, chi_square_tail(statistic, dof))


def exact_test(events: Sequence[int], n: Sequence[int] = ()) -> ExactResult:
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
        If there are fewer than two arms, lengths differ, or a count is not from 0
        to its `n`.

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

    _check_comparison(events, n, "exact_test")
    # it takes lists alone, and cuts fractions off without a word
    table = [[int(x), int(size) - int(x)] for x, size in zip(events, n, strict=True)]
    ways = prod(comb(x + without, x) for x, without in table)
    all_ways = comb(sum(map(sum, table)), sum(x for x, _ in table))
    pvalue = exact_tests.fisher_exact(table)
    return ExactResult(ways / all_ways, max(pvalue, float_info.min))


def trend_test(
    events: Sequence[int],
    n: Sequence[int] = (),
    *,
    scores: Sequence[float] | None = None,
    alternative: str = "two-sided",
    exact: bool = False,
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
        as the decimals that they are written with, so that ties are ties. Four arms
        of 300 or six of 100 take a fraction of a second, five of 200 about two.

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
        numbers.

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
    _check_comparison(events, n, "trend_test")
    if alternative not in ("two-sided", "greater", "less"):
        raise ValueError(
            f"alternative is two-sided, greater or less, not {alternative!r}"
        )
    if scores is None:
        scores = range(len(n))
    whole = _whole_scores(scores, len(n))
    x, sizes = np.asarray(events), np.asarray(n)
    s = np.array([score / max(whole) for score in whole])
    patients = sizes.sum()
    rate = x.sum() / patients
    centered = s - sizes @ s / patients
    variance = rate * (1 - rate) * (sizes @ centered**2)
    z = float(centered @ x / sqrt(variance)) if variance else 0.0
    if not variance:
        pvalue = 1.0
    elif exact:
        pvalue = _exact_trend([*map(int, events)], [*map(int, n)], whole, alternative)
    elif alternative == "two-sided":
        pvalue = 2 * float(stats.norm.sf(abs(z)))
    else:
        pvalue = float(stats.norm.sf(z if alternative == "greater" else -z))
    return TrendResult(z**2, None if exact else 1, max(pvalue, float_info.min), z)


def _whole_scores(scores: Sequence[float], k: int) -> list[int]:
    """Move and stretch scores to the smallest whole numbers from 0.

    No test of trend changes when all scores are moved or stretched alike.
    """
    if len(scores) != k:
        raise ValueError(f"{len(scores)} scores for {k} arms")
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
    events: list[int], n: list[int], scores: list[int], alternative: str
) -> float:
    """Sum the probabilities of the tables with as strong a trend.

    The arms are taken in two halves. Each half gives the chance of every pair of
    events and score sum; halves meet where their events add up to the total.
    """
    total, patients = sum(events), sum(n)
    width = patients * max(scores)  # more than any score sum of a half
    if patients * width >= 2**62:
        raise ValueError("scores have too many digits for an exact test of trend")
    observed = sum(map(mul, scores, events))
    high = low = observed
    if alternative == "two-sided":
        # all of it times the patients, so that it is whole
        expected = total * sum(map(mul, scores, n))
        distance = abs(patients * observed - expected)
        high = -((-expected - distance) // patients)
        low = (expected - distance) // patients
    half = len(n) // 2
    first = _events_and_sums(n[:half], scores[:half], total / patients, width)
    second = _events_and_sums(n[half:], scores[half:], total / patients, width)
    whole = extreme = 0.0
    for here, (sums, chance) in first.items():
        if total - here not in second:
            continue
        other, weight = second[total - here]
        # summed from their own ends: a difference of sums would lose small tails
        above = np.append(np.cumsum(weight[::-1])[::-1], 0)
        below = np.insert(np.cumsum(weight), 0, 0)
        whole += chance.sum() * weight.sum()
        if alternative != "less":
            extreme += chance @ above[np.searchsorted(other, high - sums)]
        if alternative != "greater":
            extreme += chance @ below[np.searchsorted(other, low - sums, side="right")]
    # at the expected score sum itself both sides hold the tables that lie there
    return min(1.0, float(extreme / whole))


def _events_and_sums(
    n: list[int], scores: list[int], rate: float, width: int
) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Give, for each number of events, the score sums in order and their chances.

    Chances are those of independent arms at one `rate`. Given the events in all, their
    shares do not depend on it; at the observed rate the likely ones are far from 0.
    """
    keys: np.ndarray = np.zeros(1, dtype=np.int64)
    chances: np.ndarray = np.ones(1)
    for size, score in zip(n, scores, strict=True):
        x = np.arange(size + 1)
        added = np.add.outer(keys, x * (width + score)).ravel()
        product = np.multiply.outer(chances, stats.binom.pmf(x, size, rate)).ravel()
        keys, place = np.unique(added, return_inverse=True)
        chances = np.bincount(place, product)
    of_events, sums = np.divmod(keys, width)
    starts = np.searchsorted(of_events, np.arange(1, sum(n) + 1))
    parts = zip(np.split(sums, starts), np.split(chances, starts), strict=True)
    return dict(enumerate(parts))


def unconditional_test(events: Sequence[int], n: Sequence[int] = ()) -> ExactResult:
    """Boschloo's exact unconditional test of two arms.

    Tables are ranked by the p-value of Fisher's one-sided test. The p-value is the
    largest probability, over all rates that the arms may share, of a table ranked as
    low or lower; the smaller of the two sides is doubled. Only the arms' sizes are
    taken as given, not the number of events, and it is never above twice Fisher's
    one-sided p-value. It is computed by `scipy.stats.boschloo_exact`, because
    `scipy.stats.barnard_exact` loses tables that tie with the observed one.

    Parameters
    ----------
    events, n : sequence of int, shape (2,)
        Patients with the event and patients, per arm.

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
        If there are not two arms, lengths differ, or a count is not from 0 to its `n`.

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
    _check_comparison(events, n, "unconditional_test")
    if len(n) != 2:
        raise ValueError(f"the unconditional test compares two arms, not {len(n)}")
    table = np.array([events, np.subtract(n, events)])
    found = stats.boschloo_exact(table)
    return ExactResult(float(found.statistic), float(found.pvalue))


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


def pairwise_tests(
    events: Sequence[int],
    n: Sequence[int],
    *,
    arms: Sequence[str] | None = None,
    test: str = "exact",
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
        `n`, or there is no such test.

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
    events, n = list(events), list(n)  # a Series has labels, not places
    _check_comparison(events, n)
    if arms is None:
        arms = [str(i + 1) for i in range(len(n))]
    if len(arms) != len(n):
        raise ValueError(f"{len(arms)} names for {len(n)} arms")
    compare = named_test(test)
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
        If there are fewer than two arms, an arm without patients, as many names as
        there are not arms, or more tables than allowed.

    Examples
    --------
    >>> tables = every_table([20, 20, 20], arms=["A", "B", "C"])
    >>> len(tables)
    9261
    >>> tables.loc[11, 13, 17].round(3).to_dict()
    {'percentages': 0.033, 'pearson': 0.116, 'exact': 0.153, 'trend': 0.041}
    """
    n = list(n)
    names = _names(n, arms)
    check_counts([0] * len(n), n)
    if len(n) < 2:
        raise ValueError("a comparison needs at least two arms")
    number = prod(size + 1 for size in n)
    if number > most_tables:
        raise ValueError(
            f"arms of {', '.join(map(str, n))} patients make {number:,} tables, more "
            f"than most_tables={most_tables:,}"
        )
    index = pd.MultiIndex.from_product([range(size + 1) for size in n], names=names)
    events = list(np.array(index.to_list(), dtype=float).T)
    percent = [100 * x / size for x, size in zip(events, n, strict=True)]
    with np.errstate(invalid="ignore"):
        chi2 = equal_shares(percent, n), pearson(events, n)
    columns = {
        "percentages": _pvalues(chi2[0], len(n) - 1),
        "pearson": _pvalues(chi2[1], len(n) - 1),
        "exact": [exact_test(row, n).pvalue for row in index],
        "trend": [trend_test(row, n).pvalue for row in index],
    }
    return pd.DataFrame(columns, index=index)


def _pvalues(statistic: np.ndarray, dof: int) -> np.ndarray:
    # where all patients or none have the event there is no statistic: 0 / 0
    return np.nan_to_num(chi_square_tail(statistic, dof), nan=1.0)


def _names(n: Sequence[int], arms: Sequence[str] | None) -> list[str]:
    if arms is None:
        return [str(i + 1) for i in range(len(n))]
    if len(arms) != len(n):
        raise ValueError(f"{len(arms)} names for {len(n)} arms")
    return list(arms)


def _holm(pvalues: np.ndarray) -> np.ndarray:
    order = np.argsort(pvalues, kind="stable")
    multiplied = pvalues[order] * np.arange(len(order), 0, -1)
    corrected = np.empty(len(order))
    corrected[order] = np.minimum(np.maximum.accumulate(multiplied), 1)
    return corrected


def _check_comparison(
    events: Sequence[int], n: Sequence[int], function: str = ""
) -> None:
    if len(events) and not len(n):
        raise ValueError(_right_call(np.asarray(events), function))
    check_counts(events, n)
    if len(n) < 2:
        raise ValueError("a comparison needs at least two arms")


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
