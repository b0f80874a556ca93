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
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from reanalysis.counts import feasible_counts
from reanalysis.design import MOST_TABLES
from reanalysis.printed import match_printed, parse_printed
from reanalysis.study import Study

#: Members of the power-divergence family (Cressie and Read 1984), by scipy's names.
FAMILY = {
    "Pearson": "pearson",
    "likelihood ratio": "log-likelihood",
    "Freeman-Tukey": "freeman-tukey",
    "modified likelihood ratio": "mod-log-likelihood",
    "Neyman": "neyman",
    "Cressie-Read": "cressie-read",
}

#: Largest number of random tables that `matches_by_luck` looks at.
RANDOM_TABLES = 20_000

Statistic = Callable[[np.ndarray, np.ndarray], np.ndarray]


# --- procedures: from x of n in k arms, shape (..., k), to statistics, shape (...) ---


def _both_columns(x: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Observed and expected cells of the k x 2 table, shape (..., 2k)."""
    rate = x.sum(axis=-1, keepdims=True) / n.sum(axis=-1, keepdims=True)
    observed = np.concatenate([x, n - x], axis=-1)
    return observed, np.concatenate([n * rate, n * (1 - rate)], axis=-1)


def _equal_shares(x: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One column against equal shares of its total, shape (..., k)."""
    return x, np.broadcast_to(x.mean(axis=-1, keepdims=True), x.shape)


def _shares_by_size(x: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One column against shares of its total in proportion to n, shape (..., k)."""
    shares = n / n.sum(axis=-1, keepdims=True)
    return x, x.sum(axis=-1, keepdims=True) * shares


def _divergence(cells: Callable, family: str) -> Statistic:
    def statistic(x: np.ndarray, n: np.ndarray) -> np.ndarray:
        observed, expected = cells(x, n)
        return stats.power_divergence(observed, expected, axis=-1, lambda_=family)[0]

    return statistic


def _yates(cells: Callable) -> Statistic:
    def statistic(x: np.ndarray, n: np.ndarray) -> np.ndarray:
        observed, expected = cells(x, n)
        distance = np.maximum(np.abs(observed - expected) - 0.5, 0)
        return (distance**2 / expected).sum(axis=-1)

    return statistic


def _trend(lost: int) -> Statistic:
    """(N - lost) r**2, scores 0, 1, ...: Armitage's trend, Mantel's if 1 is lost."""

    def statistic(x: np.ndarray, n: np.ndarray) -> np.ndarray:
        scores = np.arange(x.shape[-1])
        total = n.sum(axis=-1)
        rate = x.sum(axis=-1) / total
        centered = scores - ((scores * n).sum(axis=-1) / total)[..., None]
        covariance = (centered * x).sum(axis=-1)
        variance = (centered**2 * n).sum(axis=-1) * rate * (1 - rate)
        return (total - lost) / total * covariance**2 / variance

    return statistic


def _kruskal_wallis(x: np.ndarray, n: np.ndarray) -> np.ndarray:
    # on yes-or-no outcomes it is Pearson's value times (N - 1) / N
    total = n.sum(axis=-1)
    return _divergence(_both_columns, "pearson")(x, n) * (total - 1) / total


def _arms(chosen: list[int], statistic: Statistic) -> Statistic:
    return lambda x, n: statistic(x[..., chosen], n[..., chosen])


def _against_rest(arm: int, statistic: Statistic) -> Statistic:
    def pooled(values: np.ndarray) -> np.ndarray:
        own = values[..., arm]
        return np.stack([own, values.sum(axis=-1) - own], axis=-1)

    return lambda x, n: statistic(pooled(x), pooled(n))


def _arm_as_expected(arm: int) -> Statistic:
    def statistic(x: np.ndarray, n: np.ndarray) -> np.ndarray:
        expected = x[..., [arm]]
        return ((x - expected) ** 2 / expected).sum(axis=-1)

    return statistic


def _both_column_procedures(arms: list[str]) -> Iterator[tuple[str, Statistic]]:
    pearson, yates = _divergence(_both_columns, "pearson"), _yates(_both_columns)
    for name, family in FAMILY.items():
        yield f"{name}, independence", _divergence(_both_columns, family)
    yield "Yates, independence", yates
    yield "Cochran-Armitage trend", _trend(0)
    yield "Mantel linear-by-linear", _trend(1)
    yield "Kruskal-Wallis", _kruskal_wallis
    if len(arms) == 2:
        return
    for i, j in combinations(range(len(arms)), 2):
        pair = f"{arms[i]} and {arms[j]}"
        yield f"Pearson, independence, {pair}", _arms([i, j], pearson)
        yield f"Yates, independence, {pair}", _arms([i, j], yates)
    for i, arm in enumerate(arms):
        yield f"Pearson, independence, {arm} and the rest", _against_rest(i, pearson)
        yield f"Yates, independence, {arm} and the rest", _against_rest(i, yates)


def _one_column_procedures(
    arms: list[str], equal_n: bool
) -> Iterator[tuple[str, Statistic]]:
    for name, family in FAMILY.items():
        yield f"{name}, one-way, equal shares", _divergence(_equal_shares, family)
    yield "Yates, one-way, equal shares", _yates(_equal_shares)
    if not equal_n:
        for name, family in FAMILY.items():
            procedure = _divergence(_shares_by_size, family)
            yield f"{name}, one-way, shares by size", procedure
    if len(arms) > 2:
        for i, j in combinations(range(len(arms)), 2):
            procedure = _arms([i, j], _divergence(_equal_shares, "pearson"))
            yield f"Pearson, one-way, {arms[i]} and {arms[j]}", procedure
    for i, arm in enumerate(arms):
        yield f"Pearson, one-way, {arm} as expected", _arm_as_expected(i)


# --- inputs: what the procedure may have been given -----------------------------------


def _inputs(
    percent: np.ndarray, n: np.ndarray
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    n = np.broadcast_to(n, percent.shape).astype(float)
    yield "whole patients", np.floor(percent * n / 100 + 0.5), n
    yield "fractional patients", percent * n / 100, n
    yield "percentages", percent, np.full(percent.shape, 100.0)


def _uncomputed(
    percent: np.ndarray, n: np.ndarray, arms: list[str]
) -> Iterator[tuple[str, Callable[[], np.ndarray]]]:
    """Name of each candidate and how to compute it, for percentages (..., k)."""
    for source, x, size in _inputs(percent, n):
        for name, statistic in _both_column_procedures(arms):
            yield f"{name}, {source}", partial(statistic, x, size)
        equal_n = bool(np.all(size == size[..., :1]))
        columns = (("with the event", x), ("without the event", size - x))
        for column, values in columns:
            for name, statistic in _one_column_procedures(arms, equal_n):
                text = f"{name}, {source} {column}"
                yield text, partial(statistic, values, size)


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
    rows = []
    for endpoint, percent, n, arms, printed in _printed_rows(study):
        for procedure, computed in _candidates(percent, n, arms):
            match = str(match_printed(printed, computed))
            rows.append((procedure, endpoint, float(computed), printed, match))
    columns = ["procedure", "endpoint", "computed", "printed", "match"]
    return pd.DataFrame(rows, columns=columns)


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
    ValueError
        If no candidate has this name, or lengths differ.

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
    candidates = dict(_uncomputed(percent, np.asarray(n), list(arms)))
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
    chances = []
    decimals = max(parse_printed(text).decimals for text in study.outcomes["percent"])
    for _, _, n, arms, printed in _printed_rows(study):
        tables = _random_tables(n)
        random = np.round(100 * tables / n, decimals)
        chances.append(
            [
                float(np.mean(match_printed(printed, computed) != "no"))
                for _, computed in _candidates(random, n, arms)
            ]
        )
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


# --- what any patients could have given -----------------------------------------------


def vary_count(
    study: Study, endpoint: str, arm: str, *, procedure: str | None = None
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

    Returns
    -------
    DataFrame
        A row per count: ``events``, ``percent`` (str, rounded as printed), ``computed``
        (float), ``printed`` (the statistic) and ``match`` (``rounded``, ``truncated``,
        ``no``).

    Raises
    ------
    ValueError
        If the study reports no such endpoint or arm, or there is no such procedure.

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


def _tables_of_endpoint(
    part: pd.DataFrame, procedure: str, test: NamedTuple
) -> list[tuple]:
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
    """
    decimals = parse_printed(printed).decimals
    given = set(feasible_counts(printed, int(n)))
    unit = 10**decimals
    nearest = (
        floor(Fraction(100 * unit * int(x), int(n)) + Fraction(1, 2)) for x in counts
    )
    return [
        printed if x in given else f"{value / unit:.{decimals}f}"
        for x, value in zip(counts, nearest, strict=True)
    ]
