"""Search for the procedure, and its input, that gives the statistics that were printed.

Each candidate is a procedure applied to an input. It is compared with every printed
statistic under rounding and under truncation. `matches_by_luck` says how many
candidates would match as well if the printed statistics were unrelated to the
percentages.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations, product
from math import floor, prod
from typing import Any

import numpy as np
import pandas as pd

from reanalysis.counts import (
    MOST_LISTED,
    check_counts,
    check_decimals,
    feasible_counts,
    whole_number,
)
from reanalysis.design import MOST_TABLES
from reanalysis.printed import match_printed, parse_printed, printed_interval
from reanalysis.procedures import (
    FAMILY,
    Columns,
    both_columns,
    divergence,
    likelihood_ratio,
    mantel,
    n_minus_1,
    pearson,
    trend,
    yates_of_arms,
    yates_of_cells,
)
from reanalysis.study import Study

#: Largest number of random tables that `matches_by_luck` looks at.
RANDOM_TABLES = 20_000

#: Most statistics that `simulate_search` computes unless the caller allows more.
MOST_STATISTICS = 100_000_000

#: The candidate that is planted in simulated studies.
TRUE_PROCEDURE = "Pearson, independence, whole patients"

Statistic = Callable[[Columns, Columns], np.ndarray]


# --- procedures: from x of n, one column per arm, to statistics -----------------------


def _independence(family: str) -> Statistic:
    if family == "Pearson":
        return pearson
    if family == "likelihood ratio":
        return likelihood_ratio
    return lambda x, n: divergence(*both_columns(x, n), family)


def _one_way(shares: Callable, family: str) -> Statistic:
    return lambda x, n: divergence(x, shares(x, n), family)


def _equal(x: Columns, n: Columns) -> Columns:
    """Expected: equal shares of the column's total."""
    return [sum(x) / len(x)] * len(x)


def _by_size(x: Columns, n: Columns) -> Columns:
    """Expected: shares of the column's total in proportion to n."""
    total, patients = sum(x), sum(n)
    return [total * size / patients for size in n]


def _arms(chosen: list[int], statistic: Statistic) -> Statistic:
    return lambda x, n: statistic([x[i] for i in chosen], [n[i] for i in chosen])


def _against_rest(arm: int, statistic: Statistic) -> Statistic:
    def pooled(values: Columns) -> Columns:
        return [values[arm], sum(values) - values[arm]]

    return lambda x, n: statistic(pooled(x), pooled(n))


def _arm_as_expected(arm: int) -> Statistic:
    return lambda x, n: divergence(x, [x[arm]] * len(x), "Pearson")


def _both_column_procedures(arms: list[str]) -> Iterator[tuple[str, Statistic]]:
    for name in FAMILY:
        yield f"{name}, independence", _independence(name)
    yield "Yates, independence", yates_of_arms
    yield "Cochran-Armitage trend", trend
    yield "Mantel linear-by-linear", mantel
    yield "Kruskal-Wallis", n_minus_1
    if len(arms) == 2:
        return
    for i, j in combinations(range(len(arms)), 2):
        pair = f"{arms[i]} and {arms[j]}"
        yield f"Pearson, independence, {pair}", _arms([i, j], pearson)
        yield f"Yates, independence, {pair}", _arms([i, j], yates_of_arms)
    for i, arm in enumerate(arms):
        rest = f"independence, {arm} and the rest"
        yield f"Pearson, {rest}", _against_rest(i, pearson)
        yield f"Yates, {rest}", _against_rest(i, yates_of_arms)


def _one_column_procedures(
    arms: list[str], equal_n: bool
) -> Iterator[tuple[str, Statistic]]:
    for name in FAMILY:
        yield f"{name}, one-way, equal shares", _one_way(_equal, name)
    yield "Yates, one-way, equal shares", lambda x, n: yates_of_cells(x, _equal(x, n))
    if not equal_n:
        for name in FAMILY:
            yield f"{name}, one-way, shares by size", _one_way(_by_size, name)
    if len(arms) > 2:
        for i, j in combinations(range(len(arms)), 2):
            procedure = _arms([i, j], _one_way(_equal, "Pearson"))
            yield f"Pearson, one-way, {arms[i]} and {arms[j]}", procedure
    for i, arm in enumerate(arms):
        yield f"Pearson, one-way, {arm} as expected", _arm_as_expected(i)


# --- inputs: what the procedure may have been given -----------------------------------


def _inputs(
    percent: np.ndarray, n: np.ndarray
) -> Iterator[tuple[str, Columns, Columns]]:
    shares = [percent[..., i].copy() for i in range(percent.shape[-1])]
    sizes = [float(size) for size in n]
    patients = [share * size / 100 for share, size in zip(shares, sizes, strict=True)]
    yield "whole patients", [np.floor(x + 0.5) for x in patients], sizes
    yield "fractional patients", patients, sizes
    yield "percentages", shares, [100.0] * len(sizes)


def _uncomputed(
    percent: np.ndarray, n: np.ndarray, arms: list[str]
) -> Iterator[tuple[str, Callable[[], np.ndarray]]]:
    """Name of each candidate and how to compute it, for percentages (..., k)."""
    for source, x, sizes in _inputs(percent, n):
        for name, statistic in _both_column_procedures(arms):
            yield f"{name}, {source}", partial(statistic, x, sizes)
        without = [size - values for values, size in zip(x, sizes, strict=True)]
        equal_n = len(set(sizes)) == 1
        for column, values in (("with the event", x), ("without the event", without)):
            for name, statistic in _one_column_procedures(arms, equal_n):
                text = f"{name}, {source} {column}"
                yield text, partial(statistic, values, sizes)


def _candidates(
    percent: np.ndarray, n: np.ndarray, arms: list[str]
) -> Iterator[tuple[str, np.ndarray]]:
    """Name and statistic of each candidate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, compute in _uncomputed(percent, n, arms):
            yield name, compute()


# --- what others call -----------------------------------------------------------------


def explain_statistics(study: Study) -> pd.DataFrame:
    """Compute every candidate for every printed statistic.

    Candidates cross a procedure (tests of independence and of equal shares from the
    power-divergence family, Yates, trend, Kruskal-Wallis, pairs of arms, one arm
    against the rest, one arm as the expected value) with an input (whole patients:
    the count nearest to each percentage; fractional patients; percentages as if they
    were counts), on both outcome columns or on one of them.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        A row per candidate and endpoint: ``procedure`` (procedure and input, one
        name), ``endpoint``, ``computed`` (float; NaN where the procedure gives no
        number), ``printed`` (str) and ``match`` (``rounded``, ``truncated``, ``no``).

    References
    ----------
    N. Cressie and T. R. C. Read, *Journal of the Royal Statistical Society B* 46
    (1984) 440-464, doi:10.1111/j.2517-6161.1984.tb01318.x.

    Examples
    --------
    >>> from reanalysis import example
    >>> found = explain_statistics(example())
    >>> sorted(found["match"].unique())
    ['no', 'rounded', 'truncated']
    """
    parts = []
    for endpoint, percent, n, arms, printed in _printed_rows(study):
        found = dict(_candidates(percent, n, arms))
        computed = np.array([float(value) for value in found.values()])
        parts.append(
            pd.DataFrame(
                {
                    "procedure": list(found),
                    "endpoint": endpoint,
                    "computed": computed,
                    "printed": printed,
                    "match": match_printed(printed, computed),
                }
            )
        )
    if not parts:
        columns = ["procedure", "endpoint", "computed", "printed", "match"]
        return pd.DataFrame([], columns=columns)
    return pd.concat(parts, ignore_index=True)


def procedure_statistic(
    procedure: str, percent: np.ndarray, n: Sequence[int], arms: Sequence[str]
) -> np.ndarray:
    """Compute one candidate of `explain_statistics` on any percentages.

    Parameters
    ----------
    procedure : str
        Its name, as in the column `procedure` there.
    percent : array of float, shape (..., k)
        Percentages (0-100), one per arm.
    n : sequence of int, shape (k,)
        Patients per arm.
    arms : sequence of str, shape (k,)
        Names of the arms.

    Returns
    -------
    ndarray of float, shape (...)
        The statistic; NaN or infinite where the procedure gives no number.

    Raises
    ------
    TypeError
        If a number of patients is not a whole number.
    ValueError
        If no candidate has this name, lengths differ, an arm has no patients, or a
        percentage is not from 0 to 100.

    Examples
    --------
    >>> one_way = "Pearson, one-way, equal shares, percentages with the event"
    >>> percent = [[30, 60, 80], [55, 55, 55]]
    >>> found = procedure_statistic(one_way, percent, [20, 20, 20], ["A", "B", "C"])
    >>> found.round(3).tolist()
    [22.353, 0.0]
    """
    percent = np.asarray(percent, dtype=float)
    if not percent.shape[-1:] == (len(n),) == (len(arms),):
        raise ValueError(
            f"{len(n)} sizes and {len(arms)} names for percentages of shape "
            f"{percent.shape}"
        )
    _, sizes = check_counts([0] * len(n), list(n), arms=2)
    if not np.all((percent >= 0) & (percent <= 100)):
        raise ValueError("a percentage is from 0 to 100")
    candidates = dict(_uncomputed(percent, np.array(sizes), list(arms)))
    if procedure not in candidates:
        raise ValueError(f"no candidate is called {procedure!r}")
    with np.errstate(divide="ignore", invalid="ignore"):
        return candidates[procedure]()


def count_matches(explained: pd.DataFrame) -> pd.DataFrame:
    """Count how many printed statistics each candidate gives.

    Parameters
    ----------
    explained : DataFrame
        From `explain_statistics`.

    Returns
    -------
    DataFrame
        A row per candidate: ``procedure``, ``matches`` (printed values given, rounded
        or truncated) and ``deviation`` (largest absolute difference from a printed
        value; infinite where the procedure gave no number). Best first.

    Examples
    --------
    >>> explained = pd.DataFrame({
    ...     "procedure": ["a", "a", "b", "b"], "computed": [7.26, 3.0, 1.0, 4.0],
    ...     "printed": ["7.3", "4.0", "7.3", "4.0"],
    ...     "match": ["rounded", "no", "no", "rounded"]})
    >>> count_matches(explained)
      procedure  matches  deviation
    0         a        1        1.0
    1         b        1        6.3
    """
    difference = (explained["computed"] - explained["printed"].astype(float)).abs()
    matched = explained["match"] != "no"
    table = (
        explained.assign(matches=matched, deviation=difference.fillna(np.inf))
        .groupby("procedure", sort=False)
        .agg(matches=("matches", "sum"), deviation=("deviation", "max"))
        .reset_index()
    )
    # deviations that differ by rounding alone stay in the order of the candidates
    order = {"matches": -table["matches"], "deviation": table["deviation"].round(9)}
    place = pd.DataFrame(order).sort_values(list(order), kind="stable").index
    return table.loc[place].reset_index(drop=True)


def best_procedure(study: Study) -> str:
    """Name the candidate that gives the most of the printed statistics.

    Parameters
    ----------
    study : Study

    Returns
    -------
    str
        The first row of `count_matches`.

    Examples
    --------
    >>> from reanalysis import example
    >>> best_procedure(example())
    'Pearson, independence, percentages'
    """
    return count_matches(explain_statistics(study))["procedure"].iloc[0]


def matches_by_luck(study: Study) -> pd.DataFrame:
    """Expect how many candidates would match if the printed statistics were unrelated.

    Each row of percentages is replaced by that of a random study: in each arm every
    count from 0 to n is equally likely, the arms independent. The share of such rows
    in which a candidate gives the printed value is its chance of a lucky match. All
    rows are enumerated where there are at most `RANDOM_TABLES`, otherwise as many are
    drawn (seed 0). Chances multiply over endpoints.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        A row per number of printed values from 1 to all: ``at_least``, ``found``
        (candidates that give at least so many) and ``expected_by_luck`` (a bound on
        the chance that any does, where it is small).

    Examples
    --------
    >>> from reanalysis import example
    >>> luck = matches_by_luck(example())
    >>> bool(luck["expected_by_luck"].iloc[-1] < 0.01)
    True
    """
    decimals = max(parse_printed(text).decimals for text in study.outcomes["percent"])
    shapes: dict[tuple[int, ...], list[str]] = {}
    for _, _, n, _, printed in _printed_rows(study):
        shapes.setdefault(tuple(n.tolist()), []).append(printed)
    chances = []
    for shape, texts in shapes.items():
        n = np.array(shape)
        tables = _random_tables(n)
        random = np.round(100 * tables / n, decimals)
        ends = [printed_interval(text) for text in texts]
        arms = [str(i) for i in range(len(n))]  # their names change no value
        shares = [
            [float(np.mean((low <= values) & (values < high))) for low, high in ends]
            for _, values in _candidates(random, np.array(n), arms)
        ]
        chances += np.array(shares).T.tolist()
    found = count_matches(explain_statistics(study))["matches"]
    by_number = _distribution(np.array(chances).T).sum(axis=0)
    rows = [
        (least, int((found >= least).sum()), float(by_number[least:].sum()))
        for least in range(1, len(study.tests) + 1)
    ]
    return pd.DataFrame(rows, columns=["at_least", "found", "expected_by_luck"])


def _printed_rows(
    study: Study,
) -> Iterator[tuple[str, np.ndarray, np.ndarray, list[str], str]]:
    for test in study.tests.itertuples():
        rows = study.outcomes[study.outcomes["endpoint"] == test.endpoint]
        percent = rows["percent"].to_numpy(dtype=float)
        n = rows["n"].to_numpy()
        yield test.endpoint, percent, n, rows["arm"].tolist(), test.value


def _random_tables(n: np.ndarray) -> np.ndarray:
    """Counts of events, shape (tables, k)."""
    if prod(int(size) + 1 for size in n) <= RANDOM_TABLES:
        grid = np.meshgrid(*(np.arange(size + 1) for size in n), indexing="ij")
        return np.stack(grid, axis=-1).reshape(-1, len(n))
    return np.random.default_rng(0).integers(0, n + 1, size=(RANDOM_TABLES, len(n)))


def _distribution(chances: np.ndarray) -> np.ndarray:
    """Probability of 0, 1, ... successes, shape (c, m + 1), from chances (c, m)."""
    result = np.zeros((chances.shape[0], chances.shape[1] + 1))
    result[:, 0] = 1
    for chance in chances.T:
        result[:, 1:] = result[:, 1:] * (1 - chance[:, None]) + (
            result[:, :-1] * chance[:, None]
        )
        result[:, 0] *= 1 - chance
    return result


# --- how far the search can tell procedures apart ------------------------------------


def simulate_search(
    arms: int,
    endpoints: int,
    decimals: int,
    n: int,
    *,
    studies: int = 400,
    seed: int = 0,
    most_statistics: int = MOST_STATISTICS,
) -> pd.DataFrame:
    """Search for the origin of statistics whose origin is known.

    Studies are drawn: in each arm and for each endpoint the true rate is uniform from
    0.1 to 0.9. Percentages are printed with one decimal, and Pearson's statistic of
    the patients with so many. Then every candidate of `explain_statistics` is compared
    with it.

    Parameters
    ----------
    arms, endpoints : int
        How many, arms at least 2.
    decimals : int
        Printed decimals of the statistic.
    n : int
        Patients in each arm.
    studies : int
        How many studies are drawn.
    seed : int
        Of the random numbers.
    most_statistics : int
        Most statistics to compute: one of each candidate for each study and endpoint.
        Time and memory are in proportion to it.

    Returns
    -------
    DataFrame
        A row per study: ``found`` (bool, the true procedure gives all its printed
        statistics), ``others`` (int, other candidates that do, too) and
        ``percentages`` (bool, one of these takes percentages for counts).

    Raises
    ------
    TypeError
        If a number is not a whole one.
    ValueError
        If one is too small, or more statistics are needed than allowed.

    Examples
    --------
    >>> result = simulate_search(3, 3, 2, 20, studies=50)
    >>> bool(result["found"].all()), bool((result["others"] == 0).mean() > 0.5)
    (True, True)
    """
    arms, decimals = whole_number(arms, "arms", least=2), check_decimals(decimals)
    endpoints, n, studies = (
        whole_number(value, name, least=1)
        for name, value in (
            ("endpoints", endpoints),
            ("n", n),
            ("studies", studies),
        )
    )
    sizes, names = np.full(arms, n), [str(i) for i in range(arms)]
    each = sum(1 for _ in _uncomputed(np.zeros((1, arms)), sizes, names))
    statistics = each * studies * endpoints
    if statistics > most_statistics:
        raise ValueError(
            f"{each} candidates for {studies:,} studies and {endpoints:,} endpoints "
            f"are {statistics:,} statistics, more than "
            f"most_statistics={most_statistics:,}; they would need about "
            f"{each * studies * 8 / 1e9:,.1f} GB of memory"
        )
    random = np.random.default_rng(seed)
    given: dict[str, np.ndarray] = {}
    for _ in range(endpoints):
        rates = random.uniform(0.1, 0.9, size=(studies, arms))
        percent = np.round(100 * random.binomial(n, rates) / n, 1)
        found = dict(_candidates(percent, sizes, names))
        unit = 10.0**-decimals
        printed = np.round(found[TRUE_PROCEDURE] / unit) * unit
        size = np.maximum(1, printed)
        slack = np.maximum(np.minimum(1e-9 * size, unit / 1000), 4e-16 * size)
        low, high = printed - unit / 2 - slack, printed + unit - slack
        for name, values in found.items():
            fits = (low <= values) & (values < high)
            given[name] = given.get(name, True) & fits
    # the same test of the patients before their number is rounded is no other test
    same = {TRUE_PROCEDURE, TRUE_PROCEDURE.replace("whole", "fractional")}
    others = [name for name in given if name not in same]
    percentages = [name for name in others if "percentages" in name]
    return pd.DataFrame(
        {
            "found": given[TRUE_PROCEDURE],
            "others": sum(given[name].astype(int) for name in others),
            "percentages": np.any([given[name] for name in percentages], axis=0),
        }
    )


# --- what any patients could have given -----------------------------------------------


def vary_count(
    study: Study,
    endpoint: str,
    arm: str,
    *,
    procedure: str | None = None,
    most_listed: int = MOST_LISTED,
) -> pd.DataFrame:
    """Compute the printed procedure for every count of patients in one arm.

    The other arms keep their printed percentages.

    Parameters
    ----------
    study : Study
    endpoint, arm : str
        Which percentage to replace by those of 0, 1, ..., n patients.
    procedure : str, optional
        As in `analyze_cohort`.
    most_listed : int
        Most counts to list, one more than the arm has patients.

    Returns
    -------
    DataFrame
        A row per count: ``events``, ``percent`` (str, rounded as printed), ``computed``
        (float), ``printed`` (the statistic) and ``match`` (``rounded``, ``truncated``,
        ``no``).

    Raises
    ------
    ValueError
        If the study reports no such endpoint or arm, there is no such procedure, or
        the arm has more counts than allowed.

    Examples
    --------
    >>> from reanalysis import example
    >>> found = vary_count(example(), "asleep", "Plum")
    >>> found.loc[6:7].round(2)[["events", "percent", "computed", "match"]]
       events percent  computed    match
    6       6      38     27.99       no
    7       7      44     19.93  rounded
    """
    rows = study.outcomes[study.outcomes["endpoint"] == endpoint]
    if arm not in rows["arm"].tolist():
        raise ValueError(f"the study reports no endpoint {endpoint} of an arm {arm}")
    place, size = rows["arm"].tolist().index(arm), rows["n"].tolist()
    counts = range(size[place] + 1)
    if len(counts) > most_listed:
        raise ValueError(
            f"{arm} has {len(counts):,} counts, more than most_listed={most_listed:,}"
        )
    texts = percent_texts(counts, size[place], rows["percent"].iloc[place])
    percent = np.tile(rows["percent"].to_numpy(dtype=float), (len(texts), 1))
    percent[:, place] = np.array(texts, dtype=float)
    computed = procedure_statistic(
        procedure or best_procedure(study), percent, size, rows["arm"].tolist()
    )
    printed = study.tests.set_index("endpoint").loc[endpoint, "value"]
    return pd.DataFrame(
        {
            "events": counts,
            "percent": texts,
            "computed": computed,
            "printed": printed,
            "match": match_printed(printed, computed),
        }
    )


def find_tables(
    study: Study, *, procedure: str | None = None, most_tables: int = MOST_TABLES
) -> pd.DataFrame:
    """Find all counts of patients that give a printed statistic.

    Every table of an endpoint is looked at: all counts from 0 to n in each arm, turned
    into percentages that are rounded as the printed ones.

    Parameters
    ----------
    study : Study
    procedure : str, optional
        As in `analyze_cohort`.
    most_tables : int
        Largest number of tables of one endpoint, ``prod(n + 1)``, to allow.

    Returns
    -------
    DataFrame
        A row per table that gives its endpoint's printed statistic: ``endpoint``,
        ``events`` and ``percent`` (tuples, one value per arm), ``computed``, ``match``
        (``rounded`` or ``truncated``) and ``kept``, the arms whose percentage is the
        printed one.

    Raises
    ------
    ValueError
        If an endpoint has more tables than allowed, or there is no such procedure.

    Examples
    --------
    >>> from reanalysis import example
    >>> found = find_tables(example())
    >>> found.groupby("endpoint", sort=False)["kept"].max().tolist()
    [2, 3, 3]
    """
    procedure, rows = procedure or best_procedure(study), []
    for test in study.tests.itertuples():
        part = study.outcomes[study.outcomes["endpoint"] == test.endpoint]
        tables = prod(n + 1 for n in part["n"].tolist())
        if tables > most_tables:
            raise ValueError(
                f"{test.endpoint} has {tables:,} tables, more than "
                f"most_tables={most_tables:,}"
            )
        rows += _tables_of_endpoint(part, procedure, test)
    columns = ["endpoint", "events", "percent", "computed", "match", "kept"]
    return pd.DataFrame(rows, columns=columns)


def _tables_of_endpoint(part: pd.DataFrame, procedure: str, test: Any) -> list[tuple]:
    sizes, printed = part["n"].tolist(), part["percent"].tolist()
    texts = [
        percent_texts(range(n + 1), n, text)
        for n, text in zip(sizes, printed, strict=True)
    ]
    # a slab for each count of the first arm: all at once would not fit into memory
    others = np.array(list(product(*(map(float, arm) for arm in texts[1:]))))
    shape = [n + 1 for n in sizes[1:]]
    rows = []
    for first, text in enumerate(texts[0]):
        percent = np.insert(others, 0, float(text), axis=1)
        computed = procedure_statistic(procedure, percent, sizes, part["arm"].tolist())
        match = match_printed(test.value, computed)
        for i in np.flatnonzero(match != "no"):
            events = (first, *(int(x) for x in np.unravel_index(i, shape)))
            said = tuple(arm[x] for arm, x in zip(texts, events, strict=True))
            kept = sum(x == y for x, y in zip(said, printed, strict=True))
            found = (float(computed[i]), str(match[i]), kept)
            rows.append((test.endpoint, events, said, *found))
    return rows


def percent_texts(counts: Sequence[int], n: int, printed: str) -> list[str]:
    """Write counts of `n` as percentages, with the decimals of the printed one.

    A half goes the way that gives the printed percentage, else up.

    Parameters
    ----------
    counts : sequence of int
        Patients with the event, from 0 to `n`.
    n : int
        Patients, at least 1.
    printed : str
        Percentage (0-100) as printed.

    Returns
    -------
    list of str

    Raises
    ------
    TypeError, ValueError
        As for `feasible_counts`, and if a count is not from 0 to `n`.

    Examples
    --------
    >>> percent_texts([0, 1, 3], 8, "12")
    ['0', '12', '38']
    """
    counts, _ = check_counts(counts, [n] * len(counts))
    n, decimals = whole_number(n, "n", least=1), parse_printed(printed).decimals
    given = set(feasible_counts(printed, n))
    unit = 10**decimals
    nearest = (floor(Fraction(100 * unit * x, n) + Fraction(1, 2)) for x in counts)
    return [
        printed if x in given else f"{value / unit:.{decimals}f}"
        for x, value in zip(counts, nearest, strict=True)
    ]
