"""Whole tables: a frame of counts goes in, a tidy frame comes out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations, product
from math import prod
from types import MappingProxyType
from typing import Any

import pandas as pd

from reanalysis.counts import check_table, readings, whole_number
from reanalysis.intervals import (
    NumberNeeded,
    number_needed_to_treat,
    odds_ratio,
    proportion,
    risk_difference,
    risk_ratio,
)
from reanalysis.posterior import (
    JEFFREYS,
    Posterior,
    compare_allocations,
    predict_events,
    probability_best,
    rate_posterior,
)
from reanalysis.printed import parse_printed
from reanalysis.robustness import fragility_index, reverse_fragility_index
from reanalysis.study import Study
from reanalysis.tables import (
    MOST_LIKELIER,
    check_likelier,
    likelier_tables,
    named_test,
    pairwise_tests,
)

#: Largest number of readings of one endpoint that `multiverse` computes unasked.
MOST_READINGS = 1000


def _by_endpoint(counts: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the rows of each endpoint, in order of appearance, if they compare arms."""
    check_table(counts)
    for endpoint, part in counts.groupby("endpoint", sort=False, observed=True):
        if len(part) < 2:
            raise ValueError(f"{endpoint}: a comparison needs at least two arms")
        yield endpoint, part


def compare_arms(counts: pd.DataFrame, *, test: str = "pearson") -> pd.DataFrame:
    """Run a test on each endpoint of a table of counts.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, n, events``.
    test : str
        As in `pairwise_tests`.

    Returns
    -------
    DataFrame
        A row per endpoint, in order of appearance: ``endpoint`` and the fields of
        the result.

    Examples
    --------
    >>> counts = pd.DataFrame({
    ...     "endpoint": "response", "arm": ["A", "B"], "n": 20, "events": [5, 15]})
    >>> compare_arms(counts)[["endpoint", "statistic", "dof"]]
       endpoint  statistic  dof
    0  response       10.0    1
    """
    compare, rows = named_test(test), []
    for endpoint, part in _by_endpoint(counts):
        result = compare(part["events"].tolist(), part["n"].tolist())
        rows.append({"endpoint": endpoint, **asdict(result)})
    return pd.DataFrame(rows)


def compare_pairs(
    counts: pd.DataFrame, *, test: str = "exact", most_tables: int = MOST_LIKELIER
) -> pd.DataFrame:
    """Compare every two arms on each endpoint.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, n, events``.
    test : str
        As in `pairwise_tests`.
    most_tables : int
        As in `pairwise_tests`, for each endpoint.

    Returns
    -------
    DataFrame
        ``endpoint`` and the columns of `pairwise_tests`; Holm's correction is for the
        pairs of one endpoint.

    Examples
    --------
    >>> counts = pd.DataFrame({
    ...     "endpoint": "response", "arm": ["A", "B"], "n": 20, "events": [6, 16]})
    >>> compare_pairs(counts)[["endpoint", "arm", "other", "pvalue"]].round(4)
       endpoint arm other  pvalue
    0  response   A     B  0.0036
    """
    return pd.concat(
        [
            pairwise_tests(
                part["events"],
                part["n"],
                arms=part["arm"].tolist(),
                test=test,
                most_tables=most_tables,
            )
            .assign(endpoint=endpoint)
            .pipe(lambda pairs: pairs[["endpoint", *pairs.columns[:-1]]])
            for endpoint, part in _by_endpoint(counts)
        ],
        ignore_index=True,
    )


def check_tests(study: Study, *, test: str = "pearson") -> pd.DataFrame:
    """Set each printed test beside the one that the whole patients give.

    Parameters
    ----------
    study : Study
    test : str
        As in `pairwise_tests`.

    Returns
    -------
    DataFrame
        A row per printed test: ``endpoint``, ``printed`` (the value, str), ``claimed``
        (the printed mark claims a p-value below it; NaN without a mark), the fields
        of the result, and ``holds`` (bool, the p-value is below what is claimed).

    Examples
    --------
    >>> from reanalysis import example
    >>> check_tests(example())[["printed", "holds"]]
      printed  holds
    0    19.9  False
    1    42.7   True
    2    17.0  False
    """
    printed = pd.DataFrame(
        {
            "endpoint": study.tests["endpoint"],
            "printed": study.tests["value"],
            "claimed": study.tests["alpha"]
            .astype(float)
            .where(study.tests["mark"] != ""),
        }
    )
    found = printed.merge(compare_arms(study.counts, test=test))
    return found.assign(holds=found["pvalue"] < found["claimed"])


def add_intervals(counts: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Add the proportion and its interval to each row of a table of counts.

    Parameters
    ----------
    counts : DataFrame
        With columns ``events`` and ``n``.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    DataFrame
        The same rows, with ``estimate, low, high`` (probabilities, 0-1).

    Examples
    --------
    >>> add_intervals(pd.DataFrame({"events": [10], "n": [20]})).round(3)
       events   n  estimate    low   high
    0      10  20       0.5  0.299  0.701
    """
    check_table(counts, keys=())
    found = [
        proportion(events, n, level=level)
        for events, n in zip(counts["events"], counts["n"], strict=True)
    ]
    return counts.assign(
        estimate=[interval.estimate for interval in found],
        low=[interval.low for interval in found],
        high=[interval.high for interval in found],
    )


def pairwise_differences(
    counts: pd.DataFrame, *, level: float = 0.95, method: str = "miettinen-nurminen"
) -> pd.DataFrame:
    """Give the risk difference of every two arms, by endpoint.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, n, events``.
    level, method
        As in `risk_difference`.

    Returns
    -------
    DataFrame
        A row per endpoint and pair, in order of appearance: ``endpoint``, ``arm`` (the
        later one), ``other`` (the one that it is compared with) and ``estimate, low,
        high`` of the difference (-1 to 1).

    Raises
    ------
    TypeError, ValueError
        As for `risk_difference`.

    Examples
    --------
    >>> counts = pd.DataFrame({
    ...     "endpoint": "response", "arm": ["A", "B"], "n": 20, "events": [6, 16]})
    >>> pairwise_differences(counts).round(3)
       endpoint arm other  estimate    low   high
    0  response   B     A       0.5  0.194  0.718
    """
    rows = []
    for endpoint, part in _by_endpoint(counts):
        for other, arm in combinations(part.itertuples(), 2):
            found = risk_difference(
                arm.events, arm.n, other.events, other.n, method=method, level=level
            )
            ends = (found.estimate, found.low, found.high)
            rows.append((endpoint, arm.arm, other.arm, *ends))
    columns = ["endpoint", "arm", "other", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def effect_measures(
    counts: pd.DataFrame,
    *,
    arm: str | None = None,
    other: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare one arm with another on each endpoint, by several measures.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, n, events``; the events are wanted ones.
    arm, other : str, optional
        Names of the arm and of the one that it is compared with: the last and the
        first of each endpoint if left out.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    DataFrame
        A row per endpoint and measure (``"risk ratio"``, ``"odds ratio"``, ``"number
        needed to treat"``): ``endpoint, measure, estimate, low, high`` and ``text``,
        which writes the interval after the estimate.

    Raises
    ------
    TypeError, ValueError
        As for `risk_ratio`, and if an endpoint has no arm of such a name, or an arm
        would be compared with itself.

    Examples
    --------
    >>> counts = pd.DataFrame({
    ...     "endpoint": "response", "arm": ["A", "B"], "n": 20, "events": [6, 16]})
    >>> effect_measures(counts, arm="B", other="A")["text"].tolist()
    ['2.67 (1.42 to 5.69)', '9.33 (2.21 to 39.13)', 'NNTB 2.0 (NNTB 1.4 to 5.1)']
    """
    measures: dict[str, Callable[..., Any]] = {
        "risk ratio": risk_ratio,
        "odds ratio": odds_ratio,
        "number needed to treat": number_needed_to_treat,
    }
    rows = []
    for endpoint, part in _by_endpoint(counts):
        last, first = (_row(part, name, i) for name, i in ((arm, -1), (other, 0)))
        if last["arm"] == first["arm"]:
            raise ValueError(f"{endpoint}: {last['arm']!r} is compared with itself")
        arms = (last["events"], last["n"], first["events"], first["n"])
        for measure, estimate in measures.items():
            found = estimate(*arms, level=level)
            ends = (found.estimate, found.low, found.high)
            if isinstance(found, NumberNeeded):
                text = f"{found.estimate_text} ({found.text})"
            else:
                text = f"{ends[0]:.2f} ({ends[1]:.2f} to {ends[2]:.2f})"
            rows.append((endpoint, measure, *ends, text))
    columns = ["endpoint", "measure", "estimate", "low", "high", "text"]
    return pd.DataFrame(rows, columns=columns)


def _row(part: pd.DataFrame, arm: str | None, place: int) -> pd.Series:
    """The row of an arm, or the one at a place if no arm is named."""
    rows = part if arm is None else part[part["arm"] == arm]
    if rows.empty:
        raise ValueError(f"{part['endpoint'].iloc[0]} has no arm {arm!r}")
    return rows.iloc[place if arm is None else 0]


def leading_arm(outcomes: pd.DataFrame) -> str | None:
    """Give the arm with the highest percentage on every endpoint, if there is one.

    Parameters
    ----------
    outcomes : DataFrame
        Columns ``endpoint, arm, percent`` (as printed).

    Returns
    -------
    str or None
        None if arms share the highest percentage of an endpoint, or if it is not the
        same arm on all.

    Raises
    ------
    TypeError, ValueError
        As for `check_table` and `parse_printed`.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"endpoint": ["x", "x", "y", "y"],
    ...     "arm": ["A", "B"] * 2, "percent": ["30", "60", "8", "9"]})
    >>> leading_arm(outcomes)
    'B'
    >>> leading_arm(outcomes.assign(percent=["60", "60", "8", "9"])) is None
    True
    """
    check_table(outcomes, counts=(), filled=["percent"])
    percent = outcomes["percent"].map(lambda text: float(parse_printed(text).value))
    top = percent == percent.groupby(outcomes["endpoint"]).transform("max")
    leaders = outcomes[top]
    alone = len(leaders) == outcomes["endpoint"].nunique()
    return leaders["arm"].iloc[0] if alone and leaders["arm"].nunique() == 1 else None


def as_enrolled(
    counts: pd.DataFrame, arm: str, treated: int, enrolled: int
) -> pd.DataFrame:
    """Count an arm by all who were enrolled, if only the treated were counted.

    Those who were enrolled and not treated have none of the outcomes. How many they
    are is taken from a published share.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, n, events``.
    arm : str
        Arm of which only the treated were counted.
    treated, enrolled : int
        Patients treated and enrolled in the published study; at least 1 was treated.

    Returns
    -------
    DataFrame
        `counts` with another `n` in that arm: ``n * enrolled / treated``, as a whole
        number, a half rounded up.

    Raises
    ------
    ValueError
        If no arm has the name, nobody was treated, or more than were enrolled.

    Examples
    --------
    >>> counts = pd.DataFrame({
    ...     "endpoint": "response", "arm": ["A", "B"], "n": 20, "events": [6, 16]})
    >>> as_enrolled(counts, "B", treated=79, enrolled=97)
       endpoint arm   n  events
    0  response   A  20       6
    1  response   B  25      16
    """
    check_table(counts)
    treated = whole_number(treated, "treated")
    enrolled = whole_number(enrolled, "enrolled")
    if not counts["arm"].eq(arm).any():
        raise ValueError(f"no arm has the name {arm!r}")
    if not 1 <= treated <= enrolled:
        raise ValueError(f"{treated} of {enrolled} enrolled cannot have been treated")
    # in Python's own numbers: a column of small ones would overflow in silence
    n = [
        (2 * int(row.n) * enrolled + treated) // (2 * treated)
        if row.arm == arm
        else int(row.n)
        for row in counts.itertuples()
    ]
    return counts.assign(n=n)


def nested_counts(counts: pd.DataFrame, outer: str, inner: str) -> pd.DataFrame:
    """Count one endpoint among the patients who have another.

    It holds only if nobody has the inner endpoint without the outer one.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, n, events``.
    outer, inner : str
        Endpoints of `counts`.

    Returns
    -------
    DataFrame
        A row per arm where this is possible, that is where the inner endpoint is not
        the more frequent one: ``arm``, ``n`` (those with the outer endpoint) and
        ``events`` (those with both). Arms where nobody has the outer one are left out.

    Raises
    ------
    TypeError, ValueError
        As for `check_table`, and if the table has no such endpoint, or not of each arm,
        or both are the same.

    Examples
    --------
    >>> counts = pd.DataFrame({"endpoint": ["remission"] * 2 + ["deep remission"] * 2,
    ...     "arm": ["A", "B"] * 2, "n": 20, "events": [11, 5, 6, 7]})
    >>> nested_counts(counts, "remission", "deep remission")
      arm   n  events
    0   A  11       6
    """
    check_table(counts)
    for name in (outer, inner):
        if not counts["endpoint"].eq(name).any():
            raise ValueError(f"the table has no endpoint {name!r}")
    if outer == inner:
        raise ValueError(f"{outer!r} is compared with itself")
    for arm, part in counts.groupby("arm", sort=False, observed=True):
        for name in (outer, inner):
            if not part["endpoint"].eq(name).any():
                raise ValueError(f"the arm {arm!r} has no endpoint {name!r}")
    by_arm = counts.pivot(index="arm", columns="endpoint", values="events")
    by_arm = by_arm.loc[counts["arm"].unique(), [outer, inner]]
    possible = by_arm[(by_arm[inner] <= by_arm[outer]) & (by_arm[outer] > 0)]
    found = possible.rename(columns={outer: "n", inner: "events"})
    return found.rename_axis(columns=None).reset_index()


def turning_points(
    counts: pd.DataFrame,
    *,
    test: str = "exact",
    alpha: float = 0.05,
    most_tables: int = MOST_LIKELIER,
) -> pd.DataFrame:
    """Count the patients who would turn the decision of each endpoint's test.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, n, events``.
    test, alpha, most_tables
        As in `fragility_index`; the limit is for each endpoint.

    Returns
    -------
    DataFrame
        A row per endpoint: ``endpoint``, ``pvalue``, ``index`` (`fragility_index` if
        it is below `alpha`, else `reverse_fragility_index`; missing if no single arm
        can turn it) and ``turned``, the p-value after the change.

    Raises
    ------
    TypeError, ValueError
        As for `fragility_index`.

    Examples
    --------
    >>> counts = pd.DataFrame({
    ...     "endpoint": "response", "arm": ["A", "B"], "n": 20, "events": [6, 16]})
    >>> turning_points(counts).round(4)
       endpoint  pvalue  index  turned
    0  response  0.0036      3  0.0562
    """
    rows = []
    for endpoint, part in _by_endpoint(counts):
        events, n = part["events"].tolist(), part["n"].tolist()
        pvalue = named_test(test)(events, n).pvalue
        turn = fragility_index if pvalue < alpha else reverse_fragility_index
        found = turn(events, n, test=test, alpha=alpha, most_tables=most_tables)
        rows.append((endpoint, pvalue, found.index, found.pvalue))
    found = pd.DataFrame(rows, columns=["endpoint", "pvalue", "index", "turned"])
    return found.astype({"index": "Int64"})  # whole numbers, also beside a missing one


def multiverse(
    study: Study,
    *,
    tests: Sequence[str] = ("pearson", "exact"),
    most: int = MOST_READINGS,
    most_tables: int = MOST_LIKELIER,
) -> pd.DataFrame:
    """Test every way to read the printed percentages as patients.

    The readings of an endpoint are those of its arms (`readings`), in every
    combination.

    Parameters
    ----------
    study : Study
    tests : sequence of str
        Names of tests, as in `pairwise_tests`.
    most : int
        Largest number of readings of one endpoint to compute.
    most_tables : int
        Most tables that the exact tests of one endpoint look at, all together; see
        `exact_test`.

    Returns
    -------
    DataFrame
        A row per endpoint, reading and test: ``endpoint``, ``reading`` (a sentence per
        arm that can be read in more than one way, else ``"as printed"``), ``events``
        and ``n`` (tuples, one number per arm in the study's order), ``test`` and
        ``pvalue``.

    Raises
    ------
    ValueError
        If an endpoint has more than `most` readings, or its exact tests would look at
        more tables than allowed, or there is no such test.

    Examples
    --------
    >>> from reanalysis import example
    >>> found = multiverse(example(), tests=["exact"])
    >>> found.loc[0, "reading"]
    'Pear: 58% of 20 read as 11 of 20'
    >>> found.loc[0, "events"], found.loc[0, "n"]
    ((7, 11, 18), (16, 20, 24))
    """
    compare = {test: named_test(test) for test in tests}
    rows, known = [], {}

    def pvalue(test: str, events: tuple[int, ...], n: tuple[int, ...]) -> float:
        # no test depends on the order of the arms
        key = test, *sorted(zip(events, n, strict=True))
        if key not in known:
            known[key] = compare[test](events, n).pvalue
        return known[key]

    check_table(study.outcomes, counts=["n"])
    for endpoint, printed in study.outcomes.groupby("endpoint", sort=False):
        arms = [_say_readings(row) for row in printed.itertuples()]
        number = prod(map(len, arms))
        if number > most:
            raise ValueError(
                f"{endpoint} has {number} readings, at most {most} are computed: "
                "raise most"
            )
        if "exact" in tests and len(arms) > 2:
            pairs = {
                tuple(sorted(one[:2] for one in reading)) for reading in product(*arms)
            }
            tables = sum(likelier_tables(*zip(*one, strict=True)) for one in pairs)
            check_likelier(tables, most_tables)
        for reading in product(*arms):
            events, n, said = zip(*reading, strict=True)
            text = "; ".join(filter(None, said)) or "as printed"
            rows += [
                (endpoint, text, events, n, test, pvalue(test, events, n))
                for test in compare
            ]
    columns = ["endpoint", "reading", "events", "n", "test", "pvalue"]
    return pd.DataFrame(rows, columns=columns)


def _say_readings(row: Any) -> list[tuple[int, int, str]]:
    """Events, n and words of each reading of an arm; no words if it is the only one."""
    pairs = readings(row.percent, row.n).itertuples(index=False, name=None)
    found = [(int(events), int(n)) for events, n in pairs]
    if len(found) == 1:
        return [(*found[0], "")]
    said = f"{row.arm}: {row.percent}% of {row.n} read as"
    return [(x, size, f"{said} {x} of {size}") for x, size in found]


def arm_posteriors(
    counts: pd.DataFrame,
    *,
    priors: Mapping[tuple[str, str], tuple[float, float]] = MappingProxyType({}),
) -> pd.DataFrame:
    """Give the posterior of each row of a table of counts, and which arm is best.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, n, events``.
    priors : mapping
        Shapes of the prior by endpoint and arm; Jeffreys' where there is none.

    Returns
    -------
    DataFrame
        A row per endpoint and arm: ``endpoint, arm``, ``posterior`` (`Posterior`) and
        ``best``, the probability (0-1) that the arm has the highest rate.

    Raises
    ------
    TypeError, ValueError
        As for `rate_posterior` and `probability_best`, and if a prior is of an endpoint
        and arm that the table does not have.

    Examples
    --------
    >>> counts = pd.DataFrame({
    ...     "endpoint": "response", "arm": ["A", "B"], "n": 20, "events": [6, 16]})
    >>> arm_posteriors(counts).round(4)
       endpoint arm                 posterior    best
    0  response   A  Posterior(a=6.5, b=14.5)  0.0006
    1  response   B  Posterior(a=16.5, b=4.5)  0.9994
    """
    parts = []
    check_table(counts)
    known = set(zip(counts["endpoint"], counts["arm"], strict=True))
    for pair in priors:
        if pair not in known:
            raise ValueError(f"the table has no {pair!r}, of which there is a prior")
    for endpoint, part in _by_endpoint(counts):
        found = [
            rate_posterior(
                row.events, row.n, prior=priors.get((endpoint, row.arm), JEFFREYS)
            )
            for row in part.itertuples()
        ]
        part = part[["endpoint", "arm"]]
        parts.append(part.assign(posterior=found, best=probability_best(found)))
    return pd.concat(parts, ignore_index=True)


def predict_scenarios(
    scenarios: pd.DataFrame,
    posteriors: Mapping[str, Posterior],
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Predict the events of each scenario, and compare it with the first one.

    Parameters
    ----------
    scenarios : DataFrame
        Columns ``scenario, arm, n``: the patients to come; an arm that is not named
        treats none.
    posteriors : mapping
        Posterior by arm.
    level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        A row per scenario, in order of appearance: ``scenario``; ``estimate, low,
        high`` of the events (`predict_events`); and ``more, more_low, more_high,
        probability``: how many more events are expected than in the first scenario,
        with the probability of more than none (`compare_allocations`; 0 for the first).

    Raises
    ------
    KeyError
        If an arm has no posterior.
    TypeError, ValueError
        As for `predict_events`.

    Examples
    --------
    >>> scenarios = pd.DataFrame({
    ...     "scenario": ["now", "then", "then"], "arm": ["A", "A", "B"],
    ...     "n": [100, 20, 80]})
    >>> arms = {"A": rate_posterior(8, 20), "B": rate_posterior(14, 20)}
    >>> found = predict_scenarios(scenarios, arms).round(2)
    >>> found[["scenario", "estimate", "low", "high", "more", "probability"]]
      scenario  estimate  low  high   more  probability
    0      now     40.48   19    64   0.00         0.00
    1     then     63.33   44    80  22.86         0.97
    """
    # an arm may have several rows in a scenario: they are added up
    if len(scenarios):  # a study may plan none
        check_table(scenarios, keys=(), counts=(), filled=["scenario", "arm", "n"])
    for row, n in enumerate(scenarios["n"], start=1):
        whole_number(n, f"row {row} of the table: n")
    for arm in scenarios["arm"]:
        if arm not in posteriors:
            raise KeyError(f"the arm {arm!r} has no posterior")
    sizes = [
        [sum(part.loc[part["arm"] == arm, "n"].tolist()) for arm in posteriors]
        for _, part in scenarios.groupby("scenario", sort=False, observed=True)
    ]
    arms, rows = list(posteriors.values()), []
    for scenario, n in zip(scenarios["scenario"].unique(), sizes, strict=True):
        events = predict_events(arms, n).interval(level=level)
        more = compare_allocations(arms, n, sizes[0], level=level)
        ends = (events.estimate, events.low, events.high)
        rows.append(
            (scenario, *ends, more.estimate, more.low, more.high, more.probability)
        )
    columns = ["scenario", "estimate", "low", "high"]
    columns += ["more", "more_low", "more_high", "probability"]
    return pd.DataFrame(rows, columns=columns)
