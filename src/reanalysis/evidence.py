"""Published figures beside a study's own: what may be pooled, pooled, and a forest.

Figures are pooled only where they are of the same thing: the same arm, endpoint,
setting, definition, denominator and time, of patients who are counted once, in three
studies or more. All else stands side by side.
"""

from dataclasses import dataclass
from math import nan, sqrt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, special

from reanalysis.counts import check_counts, check_table
from reanalysis.endpoints import add_intervals
from reanalysis.intervals import Interval, check_level, proportion
from reanalysis.posterior import Posterior, predict_events, rate_posterior
from reanalysis.study import Study

#: Two studies say too little of how far studies lie apart.
FEWEST_STUDIES = 3

#: What must be the same in figures that are pooled.
POOLED_BY = ["arm", "endpoint", "setting", "definition", "denominator", "time"]

_FOREST = [
    *("heading", "label", "kind", "arm", "endpoint", "setting", "definition"),
    *("trial", "n", "events", "estimate", "low", "high", "text"),
]

_CHECKED = ["endpoint", "arm", "label", "detail", "setting"]


@dataclass(frozen=True)
class Pooled:
    """A proportion pooled over published studies.

    Attributes
    ----------
    estimate, low, high : float
        Mean proportion (0-1) over the studies, and its confidence limits.
    new_low, new_high : float
        Prediction limits: where the true proportion of one more study would lie.
    tau2 : float
        Variance between the studies, on the logit scale.
    k, n, events : int
        Studies, their patients, and those with the event.
    """

    estimate: float
    low: float
    high: float
    new_low: float
    new_high: float
    tau2: float
    k: int
    n: int
    events: int


class Tails(NamedTuple):
    """How far out a count is; probabilities (0-1).

    Attributes
    ----------
    at_most, at_least : float
        Of this count or fewer, and of this count or more.
    """

    at_most: float
    at_least: float


def published_figures(study: Study) -> pd.DataFrame:
    """Join the published figures with what is known of their publications.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        A row per figure, in the order of the data: the columns of `study.comparators`
        and of `study.publications`. `percent`, `low`, `high` and `se` are numbers, NaN
        where none was found.

    Examples
    --------
    >>> from reanalysis import example
    >>> figures = published_figures(example())
    >>> figures.loc[0, ["label", "trial", "setting"]].tolist()
    ['Orchard 2001', 'ORCHARD', 'bad sleep']
    """
    found = study.comparators.merge(
        study.publications, on="study", how="left", validate="many_to_one"
    )
    for name in ("percent", "low", "high", "se"):
        found[name] = pd.to_numeric(found[name]).astype(float)
    return found


def obstacles(figures: pd.DataFrame) -> list[str]:
    """Say why figures cannot be pooled.

    Parameters
    ----------
    figures : DataFrame
        Rows of `published_figures`.

    Returns
    -------
    list of str
        A reason each; empty if nothing stands in the way. Rows are named by their
        labels.

    Examples
    --------
    >>> same = {"arm": "A", "endpoint": "response", "definition": "any",
    ...         "denominator": "all", "time": "day 28", "events": 6, "n": 20}
    >>> figures = pd.DataFrame([
    ...     same | {"label": "One", "trial": "T1", "setting": "first relapse"},
    ...     same | {"label": "Two", "trial": "T1", "setting": "later relapse"}])
    >>> for reason in obstacles(figures):
    ...     print(reason)
    there are fewer than three figures
    the setting differs: first relapse (One), later relapse (Two)
    the same patients, of T1: One, Two
    """
    found = []
    if len(figures) < FEWEST_STUDIES:
        found.append("there are fewer than three figures")
    for column in [*POOLED_BY, "trial"]:
        unknown = _unknown(figures[column])
        if unknown.any():
            said = _labels(figures.loc[unknown, "label"])
            found.append(f"the {column} is not known: {said}")
    for column in POOLED_BY:
        known = figures[~_unknown(figures[column])]
        by_value = known.groupby(column, sort=False)["label"]
        if len(by_value) > 1:
            each = [f"{value} ({_labels(part)})" for value, part in by_value]
            found.append(f"the {column} differs: {', '.join(each)}")
    known = figures[~_unknown(figures["trial"])]
    for trial, part in known.groupby("trial", sort=False):
        if len(part) > 1:
            found.append(f"the same patients, of {trial}: {_labels(part['label'])}")
    uncounted = figures[figures["events"].isna() | figures["n"].isna()]
    if len(uncounted):
        found.append(f"no count was found: {_labels(uncounted['label'])}")
    return found


def _unknown(values: pd.Series) -> pd.Series:
    """Say which values are missing or empty; two of them need not be the same."""
    return values.isna() | (values == "")


def _any_unknown(figures: pd.DataFrame, columns: list[str]) -> pd.Series:
    return figures[columns].apply(_unknown).any(axis=1)


def _labels(labels: pd.Series) -> str:
    return ", ".join(labels.unique())


def pool(figures: pd.DataFrame, *, level: float = 0.95) -> Pooled:
    """Pool proportions of published studies by a random-effects model.

    Each study has a true log-odds of its own, drawn from a normal distribution whose
    mean is the estimate and whose variance is ``tau2``. A study without, or with only,
    events is given half an event of each kind more.

    The variance between the studies is estimated by Paule and Mandel's method: its
    equation has one root, which is always found (that of REML may not be), and it does
    not need the studies to be normal. The interval
    of the mean uses the t distribution with ``k - 1`` degrees of freedom, as Hartung
    and Knapp do: a normal one is too narrow for few studies. As Röver and others
    advise, it is never narrower than the studies' own errors make it (Hartung and
    Knapp's own factor, which Paule and Mandel's ``tau2`` otherwise makes 1, would let
    studies that agree by luck seem exact).

    The prediction interval is that of Higgins, Thompson and Spiegelhalter: ``mean +- t
    * sqrt(tau2 + se**2)``, t with ``k - 2`` degrees of freedom.

    Parameters
    ----------
    figures : DataFrame
        Rows of `published_figures` for which `obstacles` finds nothing: at least three.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Pooled

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If there are fewer than three rows; if they differ in arm, endpoint, setting,
        definition, denominator or time; if two are of the same trial; if one has no
        count. It says which. Also if `level` is not between 0 and 1.

    References
    ----------
    R. C. Paule and J. Mandel, *Journal of Research of the National Bureau of
    Standards* 87 (1982) 377-385, doi:10.6028/jres.087.022. J. Hartung and G. Knapp,
    *Statistics in Medicine* 20 (2001) 3875-3889, doi:10.1002/sim.1009. C. Röver, G.
    Knapp and T. Friede, *BMC Medical Research Methodology* 15 (2015) 99,
    doi:10.1186/s12874-015-0091-1. J. P. T. Higgins, S. G. Thompson and D. J.
    Spiegelhalter, *Journal of the Royal Statistical Society A* 172 (2009) 137-159,
    doi:10.1111/j.1467-985X.2008.00552.x.

    Examples
    --------
    >>> figures = pd.DataFrame({"arm": "A", "endpoint": "response", "setting": "late",
    ...     "definition": "any", "denominator": "all", "time": "day 28",
    ...     "label": ["One", "Two", "Three"], "trial": ["T1", "T2", "T3"],
    ...     "events": [30, 45, 20], "n": [60, 60, 50]})
    >>> found = pool(figures)
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.556, 0.155, 0.896)
    >>> round(found.new_low, 3), round(found.new_high, 3)
    (0.0, 1.0)
    """
    check_level(level)
    for name in [*POOLED_BY, "trial", "label", "events", "n"]:
        if name not in figures.columns:
            raise ValueError(f"the figures have no column {name}")
    reasons = obstacles(figures)
    if reasons:
        raise ValueError(f"these figures cannot be pooled: {'; '.join(reasons)}")
    check_counts(figures["events"], figures["n"])
    # in an order of their own, so that the rows' order changes no digit
    ordered = figures.sort_values(["n", "events"], kind="stable")
    events, n = (ordered[name].to_numpy(float) for name in ("events", "n"))
    half = np.where((events == 0) | (events == n), 0.5, 0.0)
    with_event, without = events + half, n - events + half
    logits, variances = np.log(with_event / without), 1 / with_event + 1 / without
    tau2 = _between_studies(logits, variances)
    weights = 1 / (variances + tau2)
    k, mean = len(n), float(weights @ logits / weights.sum())
    se = 1 / sqrt(weights.sum())
    # by the lower tail, which has the digits of a level next to 1
    reach = -special.stdtrit(k - 1, (1 - level) / 2) * se
    spread = -special.stdtrit(k - 2, (1 - level) / 2) * sqrt(tau2 + se**2)
    limits = (mean, mean - reach, mean + reach, mean - spread, mean + spread)
    middle, low, high, new_low, new_high = map(float, special.expit(limits))
    numbers = k, int(n.sum()), int(events.sum())
    return Pooled(middle, low, high, new_low, new_high, tau2, *numbers)


def _between_studies(logits: np.ndarray, variances: np.ndarray) -> float:
    """Find the variance at which Cochran's Q is its degrees of freedom; 0 if below."""

    def excess(tau2: float) -> float:
        weights = 1 / (variances + tau2)
        mean = weights @ logits / weights.sum()
        return float(weights @ (logits - mean) ** 2) - (len(logits) - 1)

    if excess(0.0) <= 0:
        return 0.0
    high = 1.0
    while excess(high) > 0:
        high *= 2
    # statsmodels' combine_effects gives 0 where rounding carries it past the root
    return float(optimize.brentq(excess, 0.0, high, xtol=1e-15, rtol=1e-14))


def one_per_trial(figures: pd.DataFrame) -> pd.DataFrame:
    """Keep one count where several publications counted the same patients.

    Of the counts of the same thing in one trial it is the one with the most patients,
    the first of several. Of what is not known nobody can say that it is the same: such
    a count stays.

    Parameters
    ----------
    figures : DataFrame
        Rows of `published_figures`; those without a count are left out.

    Returns
    -------
    DataFrame
        Rows of `figures`, in their order.

    Examples
    --------
    >>> figures = pd.DataFrame({"arm": "A", "endpoint": "response", "setting": "late",
    ...     "definition": "any", "denominator": "all", "time": "day 28", "trial": "T1",
    ...     "label": ["Early cut", "Late cut"], "events": [6, 9], "n": [20, 30]})
    >>> one_per_trial(figures)["label"].tolist()
    ['Late cut']
    """
    same = [*POOLED_BY, "trial"]
    counted = figures[figures["events"].notna() & figures["n"].notna()]
    # by their places: the labels of the rows may be in another order, or repeated
    keys = counted[[*same, "n"]].reset_index(drop=True)
    keys = keys.sort_values("n", ascending=False, kind="stable")
    again = keys.duplicated(same) & ~_any_unknown(keys, same)
    return counted.iloc[np.sort(keys.index[~again])]


def poolable(figures: pd.DataFrame) -> list[pd.DataFrame]:
    """Pick the groups of figures that can be pooled.

    Of figures that share patients one is taken, as `one_per_trial` does.

    Parameters
    ----------
    figures : DataFrame
        Rows of `published_figures`.

    Returns
    -------
    list of DataFrame
        Groups of three or more rows, for each of which `obstacles` finds nothing. A
        figure whose arm, time or other feature is not known is in none.

    Examples
    --------
    >>> same = {"arm": "A", "endpoint": "response", "setting": "late",
    ...         "definition": "any", "denominator": "all", "time": "day 28"}
    >>> figures = pd.DataFrame([
    ...     same | {"label": "One", "trial": "T1", "events": 6, "n": 20},
    ...     same | {"label": "One, later", "trial": "T1", "events": 9, "n": 30},
    ...     same | {"label": "Two", "trial": "T2", "events": 5, "n": 25},
    ...     same | {"label": "Three", "trial": "T3", "events": 4, "n": 15}])
    >>> [group["label"].tolist() for group in poolable(figures)]
    [['One, later', 'Two', 'Three']]
    """
    known = figures[~_any_unknown(figures, [*POOLED_BY, "trial"])]
    groups = one_per_trial(known).groupby(POOLED_BY, sort=False)
    return [group for _, group in groups if len(group) >= FEWEST_STUDIES]


def forest_rows(
    figures: pd.DataFrame, *, counts: pd.DataFrame | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Lay out a study's counts and published figures for a forest plot.

    A published figure has Wilson's interval where a count was found; else the one that
    was printed; else the normal one of its printed standard error; else none.

    Parameters
    ----------
    figures : DataFrame
        Rows of `published_figures`.
    counts : DataFrame
        The study's own, columns ``endpoint, arm, n, events``.
    level : float
        Confidence level, between 0 and 1. Printed intervals keep their own.

    Returns
    -------
    DataFrame
        For each endpoint the study's arms, then by setting the published figures and
        what can be pooled of them. Columns ``heading``, ``label``, ``kind`` (``arm``,
        ``study``, ``pooled`` or ``prediction``), ``arm, endpoint, setting, definition,
        trial, n, events``, ``estimate, low, high`` (probabilities, NaN where there is
        none) and ``text`` (the figure as found).

    Raises
    ------
    ValueError
        If `level` is not between 0 and 1.

    Examples
    --------
    >>> from reanalysis import example
    >>> figures = published_figures(example())
    >>> found = forest_rows(figures[figures["study"] == "orchard2001"])
    >>> found[["label", "text"]].iloc[0].tolist()
    ['Orchard 2001', '12/40']
    """
    check_level(level)
    if len(figures):
        check_table(figures, keys=(), counts=(), filled=["endpoint", "setting"])
    if counts is not None:
        check_table(counts)
    own = pd.DataFrame(columns=["endpoint"]) if counts is None else counts
    endpoints = pd.concat([own["endpoint"], figures["endpoint"]]).unique()
    parts: list[pd.DataFrame] = []
    for endpoint in endpoints:
        mine = own[own["endpoint"] == endpoint]
        if len(mine):
            parts.append(_arm_rows(mine, level))
        published = figures[figures["endpoint"] == endpoint]
        for setting, part in published.groupby("setting", sort=False):
            rows = [_study_row(row, level) for row in part.itertuples()]
            for group in poolable(part):
                rows += _pooled_rows(group, level)
            found = pd.DataFrame(rows)
            found["heading"] = f"{endpoint}, {setting}"
            parts.append(found)
    found = [part.reindex(columns=_FOREST) for part in parts]
    return pd.concat(found or [pd.DataFrame(columns=_FOREST)], ignore_index=True)


def _arm_rows(counts: pd.DataFrame, level: float) -> pd.DataFrame:
    found = add_intervals(counts, level=level)
    return found.assign(
        heading=found["endpoint"] + ", this study",
        label=found["arm"],
        kind="arm",
        setting="",
        definition="",
        trial="",
        text=[f"{x}/{n}" for x, n in zip(found["events"], found["n"], strict=True)],
    )


def _study_row(row: Any, level: float) -> dict:
    found = {name: getattr(row, name) for name in _FOREST if hasattr(row, name)}
    counted = not (pd.isna(row.events) or pd.isna(row.n))
    estimate, low, high = (x / 100 for x in (row.percent, row.low, row.high))
    if counted:
        interval = proportion(row.events, row.n, level=level)
        estimate, low, high = interval.estimate, interval.low, interval.high
    elif np.isnan(low) and not np.isnan(row.se):
        reach = -float(special.ndtri((1 - level) / 2)) * row.se / 100
        low, high = max(0.0, estimate - reach), min(1.0, estimate + reach)
    return found | {
        "kind": "study",
        "label": f"{row.label}, {row.detail}" if row.detail else row.label,
        "estimate": estimate,
        "low": low,
        "high": high,
        "text": f"{row.events}/{row.n}" if counted else f"{row.percent:g}%",
    }


def _pooled_rows(group: pd.DataFrame, level: float) -> list[dict]:
    found = pool(group, level=level)
    first = group.iloc[0]
    same = {name: first[name] for name in POOLED_BY if name in _FOREST}
    same |= {"trial": "", "n": found.n, "events": found.events}
    detail = "".join(f", {text}" for text in group["detail"].unique() if text)
    rows = [
        {
            "kind": "pooled",
            "label": f"pooled: {_labels(group['label'])}{detail}",
            "estimate": found.estimate,
            "low": found.low,
            "high": found.high,
            "text": f"{100 * found.estimate:.0f}%",
        },
        {
            "kind": "prediction",
            "label": "one more study",
            "estimate": nan,
            "low": found.new_low,
            "high": found.new_high,
            "text": "",
        },
    ]
    return [same | row for row in rows]


def share_over_papers(
    called: ArrayLike,
    checked: ArrayLike,
    *,
    right: int,
    judged: int,
    level: float = 0.95,
    draws: int = 2000,
) -> Interval:
    """Share of checked rows that a program rightly calls wrong, over whole papers.

    Rows of one paper are alike, so whole papers are drawn anew, with replacement (a
    bootstrap of clusters). In each draw, the share of true findings among those called
    is drawn from a beta distribution with the shapes ``right + 1/2`` and
    ``judged - right + 1/2``, and multiplied in.

    Parameters
    ----------
    called, checked : array_like of int, shape (k,)
        For each paper, the rows that the program calls wrong, and those that it
        checked.
    right, judged : int
        Rows called wrong that a reader looked at, and those that were.
    level : float
        Coverage of the interval (0-1).
    draws : int
        How many times papers are drawn.

    Returns
    -------
    Interval
        The median of the draws (0-1) and their outer quantiles.

    Raises
    ------
    ValueError
        If a paper has more rows called than checked, or none has a checked row.

    Examples
    --------
    >>> share = share_over_papers([2, 0, 1, 1], [10, 8, 9, 9], right=19, judged=20)
    >>> round(share.estimate, 1), share.low < 0.1 < share.high
    (0.1, True)
    """
    called, checked = np.asarray(called), np.asarray(checked)
    check_level(level)
    if not 0 <= right <= judged or np.any((called < 0) | (called > checked)):
        raise ValueError("no more rows are called wrong than were checked")
    called, checked = called[checked > 0], checked[checked > 0]
    if not len(checked):
        raise ValueError("no paper has a row that was checked")
    rng = np.random.default_rng(17)
    papers = rng.integers(0, len(checked), size=(draws, len(checked)))
    true = rng.beta(right + 0.5, judged - right + 0.5, size=draws)
    shares = called[papers].sum(axis=1) / checked[papers].sum(axis=1) * true
    outer = (1 - level) / 2
    low, middle, high = np.quantile(shares, [outer, 0.5, 1 - outer])
    return Interval(float(middle), float(low), float(high))


def predictive_checks(figures: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Say how far out a study's counts are beside each published count.

    For each published count `predictive_tails` takes the posterior of its rate, from
    Jeffreys' prior: what a study of this size would see if its patients had the
    published rate.

    Parameters
    ----------
    figures : DataFrame
        Rows of `published_figures`; those without a count are left out.
    counts : DataFrame
        The study's own, columns ``endpoint, arm, n, events``.

    Returns
    -------
    DataFrame
        A row per published count of an endpoint and arm that the study has, in the
        order of `counts`: ``endpoint, arm, label, detail, setting, published`` (as
        text), ``events, n`` (the study's), ``low, high`` (counts between which 95% of
        such studies are) and ``at_most, at_least`` (probabilities, 0-1).

    Examples
    --------
    >>> figures = pd.DataFrame({"endpoint": ["response"], "arm": "A", "label": "One",
    ...     "detail": "", "setting": "late", "events": 12, "n": 61})
    >>> counts = pd.DataFrame(
    ...     {"endpoint": ["response"], "arm": ["A"], "n": [20], "events": [4]})
    >>> found = predictive_checks(figures, counts)
    >>> found[["published", "low", "high", "at_least"]].round(2)
      published  low  high  at_least
    0     12/61    1     8      0.57
    """
    check_table(counts)
    counted = figures[figures["events"].notna() & figures["n"].notna()]
    own = counts[["endpoint", "arm", "n", "events"]]
    pairs = own.merge(counted, on=["endpoint", "arm"], suffixes=("", "_there"))
    rows = []
    for row in pairs.itertuples():
        rate = rate_posterior(row.events_there, row.n_there)
        tails = predictive_tails(rate, row.events, row.n)
        likely = predict_events([rate], [row.n]).interval(level=0.95)
        rows.append(
            {
                **{name: getattr(row, name) for name in _CHECKED},
                "published": f"{row.events_there}/{row.n_there}",
                "events": row.events,
                "n": row.n,
                "low": likely.low,
                "high": likely.high,
                **tails._asdict(),
            }
        )
    columns = [*_CHECKED, "published", "events", "n", "low", "high", *Tails._fields]
    return pd.DataFrame(rows, columns=columns)


def predictive_tails(posterior: Posterior, events: int, n: int) -> Tails:
    """Say how far out a count is if the rate follows a posterior.

    The count of `n` new patients is beta-binomial. With the posterior of a published
    count this holds both chances: that of the new patients, and that of the published
    ones.

    Parameters
    ----------
    posterior : Posterior
        Of the rate, as from `rate_posterior`.
    events, n : int
        New patients with the event, and new patients.

    Returns
    -------
    Tails

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If `events` is not from 0 to `n`.

    References
    ----------
    G. E. P. Box, *Journal of the Royal Statistical Society A* 143 (1980) 383-430,
    doi:10.2307/2982063.

    Examples
    --------
    Of a rate that may be anything, each count from 0 to 20 is as likely as the others.

    >>> from reanalysis.posterior import Posterior
    >>> found = predictive_tails(Posterior(1.0, 1.0), 19, 20)
    >>> round(21 * found.at_most, 6), round(21 * found.at_least, 6)
    (20.0, 2.0)
    """
    (events,), (n,) = check_counts([events], [n])
    mass = predict_events([posterior], [n]).mass
    # each tail is added up by itself: one less the other would lose a small one
    at_most, at_least = mass[: events + 1].sum(), mass[events:].sum()
    return Tails(min(1.0, float(at_most)), min(1.0, float(at_least)))
