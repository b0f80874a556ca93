"""Survival: who can have been followed, Kaplan-Meier, log-rank, synthetic times.

A *window* is the time in which patients are seen, in years since the first entry: they
enter steadily for `recruiting` years, and the data are closed `closed` years after the
first entry. Whoever enters at `e` can have been followed for ``closed - e`` years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, nan

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import integrate, optimize, special, stats

from reanalysis.counts import check_counts, grim
from reanalysis.intervals import Interval, check_level
from reanalysis.tables import ChiSquareResult

# --- who can have been followed -------------------------------------------------------


@dataclass(frozen=True)
class FollowUp:
    """Who can have been followed for long enough when the data were closed.

    Attributes
    ----------
    share : float
        Part (0-1) of the recruiting time whose patients can have been: under steady
        recruitment, their expected share.
    last_entry : float
        Date of the last entry that leaves enough time, as a decimal year.
    needed : float
        Date at which the data must be closed, or later, for all to have enough time.
    """

    share: float
    last_entry: float
    needed: float


def follow_up(
    start: float, end: float, years: float, closed: float | None = None
) -> FollowUp:
    """Work out who can have been followed for so many years.

    The share is ``(closed - years - start) / (end - start)``, at least 0 and at most 1.

    Parameters
    ----------
    start, end : float
        First and last date of recruitment, as decimal years: 2022 is the first moment
        of that year, and the end of 2025 is 2026.
    years : float
        Follow-up that is needed, above 0.
    closed : float, optional
        Date at which the data were closed, not before `end`: `end` if left out.

    Returns
    -------
    FollowUp

    Raises
    ------
    ValueError
        If `end` is not after `start`, `closed` before `end`, or `years` not above 0.

    Examples
    --------
    Recruited from 2022 to the end of 2025, closed then, or two years later:

    >>> follow_up(2022, 2026, 2)
    FollowUp(share=0.5, last_entry=2024, needed=2028)
    >>> follow_up(2022, 2026, 2, closed=2028).share
    1.0
    """
    closed = end if closed is None else closed
    _check_window(years, end - start, closed - start)
    share = _still_seen(years, end - start, closed - start)
    return FollowUp(share, closed - years, end + years)


def follow_up_readings(first: int, last: int, years: int, n: int) -> pd.DataFrame:
    """Work out who can have been followed, for each reading of a printed period.

    Where only years are printed, recruitment may have begun and ended at any time in
    them, and the data may have been closed later.

    Parameters
    ----------
    first, last : int
        First and last calendar year of the period.
    years : int
        Follow-up that is needed, above 0.
    n : int
        Patients.

    Returns
    -------
    DataFrame
        A row per reading that the years allow: ``reading``, ``start, end, closed``
        (decimal years, see `follow_up`), ``share`` (0-1), ``n`` and ``followed``, the
        patients expected to have been followed.

    Raises
    ------
    ValueError
        If `last` is before `first`, or `years` not above 0.

    Examples
    --------
    >>> found = follow_up_readings(2022, 2025, 2, 60)
    >>> found[["start", "end", "closed", "followed"]]
       start   end  closed  followed
    0   2022  2026    2026      30.0
    1   2022  2025    2025      20.0
    2   2023  2025    2025       0.0
    3   2022  2025    2026      40.0
    4   2022  2024    2026      60.0
    5   2022  2026    2028      60.0
    """
    if last < first:
        raise ValueError(f"the last year, {last}, is before the first, {first}")
    end = last + 1
    rows = [
        ("entry and data until the end of the last year", first, end, end),
        ("entry and data until the last year began", first, last, last),
        ("the shortest period: from the first year's end", first + 1, last, last),
        ("entry until the last year began, data until its end", first, last, end),
        (
            "entry ended in time, data until the last year's end",
            first,
            end - years,
            end,
        ),
        ("entry until the last year's end, data later", first, end, end + years),
    ]
    columns = ["reading", "start", "end", "closed"]
    found = pd.DataFrame(
        [row for row in rows if row[1] < row[2]], columns=columns
    ).drop_duplicates(["start", "end", "closed"], ignore_index=True)
    dates = zip(found["start"], found["end"], found["closed"], strict=True)
    found["share"] = [follow_up(a, b, years, c).share for a, b, c in dates]
    return found.assign(n=n, followed=n * found["share"])


# --- what is estimated from times -----------------------------------------------------


def kaplan_meier(
    time: ArrayLike, event: ArrayLike, level: float = 0.95, limits: str = "log-log"
) -> pd.DataFrame:
    """Estimate survival from times of follow-up.

    The estimate at ``t`` is the product of ``1 - d / r`` over all times up to ``t`` at
    which ``d`` of the ``r`` patients then at risk had the event. Greenwood's variance
    of its logarithm is the sum ``V`` of ``d / (r * (r - d))``. With ``S`` the estimate
    and ``z`` the normal quantile of `level`, the limits are
    ``S**exp(-c)`` and ``S**exp(c)``, where ``c = z * sqrt(V) / log(S)`` (log-log), or
    ``S -+ z * S * sqrt(V)``, cut at 0 and 1 (plain).

    Parameters
    ----------
    time : array_like, shape (n,)
        Time to the event, or for which a patient was followed without it; not negative.
    event : array_like, shape (n,)
        Whether it ended with the event (True or 1).
    level : float
        Confidence level, between 0 and 1.
    limits : str
        ``"log-log"`` or ``"plain"``.

    Returns
    -------
    DataFrame
        A row for time 0 and for each distinct time after it: ``time``, ``at_risk``
        (just before it), ``events``, ``censored``, ``survival``, ``low`` and ``high``
        (probabilities, 0-1). As in R, limits are `nan` where they are not defined:
        where survival is 0, and log-log limits where it is 1.

    Raises
    ------
    ValueError
        If nobody is there, lengths differ, a time is negative or not a number, an event
        is neither True nor False, `level` is not between 0 and 1, or `limits` is not
        known.

    References
    ----------
    E. L. Kaplan and P. Meier, *Journal of the American Statistical Association* 53
    (1958) 457-481, doi:10.1080/01621459.1958.10501452. J. D. Kalbfleisch and R. L.
    Prentice, *The Statistical Analysis of Failure Time Data*, 2nd edition, Wiley 2002
    (the log-log limits). Computed by statsmodels.

    Examples
    --------
    >>> kaplan_meier([1, 2, 2, 3], [True, True, False, True]).round(3)
       time  at_risk  events  censored  survival    low   high
    0     0        4       0         0      1.00    NaN    NaN
    1     1        4       1         0      0.75  0.128  0.961
    2     2        3       1         1      0.50  0.058  0.845
    3     3        1       1         0      0.00    NaN    NaN
    """
    # statsmodels takes a second to import
    from statsmodels.duration.survfunc import SurvfuncRight

    time, event = _check_times(time, event)
    check_level(level)
    if limits not in ("log-log", "plain"):
        raise ValueError(f"limits are log-log or plain, not {limits!r}")
    times = np.unique([0, *time])
    rows = pd.DataFrame({"time": times, "at_risk": [(time >= t).sum() for t in times]})
    rows["events"] = [((time == t) & event).sum() for t in times]
    rows["censored"] = [((time == t) & ~event).sum() for t in times]
    found = SurvfuncRight(time, event.astype(int))
    # statsmodels gives the times of events only; between them nothing changes
    place = np.searchsorted(found.surv_times, times, side="right")
    survival = np.append(1.0, found.surv_prob)[place]
    error = np.append(0.0, found.surv_prob_se)[place]
    z = stats.norm.isf((1 - level) / 2)
    if limits == "plain":
        low, high = (survival - z * error).clip(0), (survival + z * error).clip(max=1)
    else:
        inner = np.where((survival > 0) & (survival < 1), survival, nan)
        c = z * error / (inner * np.log(inner))
        low, high = inner ** np.exp(-c), inner ** np.exp(c)
    return rows.assign(survival=survival, low=low, high=high)


def survival_at(curve: pd.DataFrame, time: float) -> Interval:
    """Read survival at one time off a curve.

    Parameters
    ----------
    curve : DataFrame
        From `kaplan_meier`.
    time : float
        Not negative.

    Returns
    -------
    Interval
        Probabilities (0-1).

    Raises
    ------
    ValueError
        If `time` is negative, or nobody was followed for so long while survival was
        above 0: then there is no estimate.

    Examples
    --------
    >>> curve = kaplan_meier([1, 2, 2, 3], [True, True, False, True])
    >>> round(survival_at(curve, 2.5).estimate, 3)
    0.5
    """
    if not time >= 0:
        raise ValueError(f"time must not be negative, and is {time}")
    last = curve.iloc[-1]
    if time > last["time"] and last["survival"] > 0:
        raise ValueError(f"nobody was followed to {time:g}, only to {last['time']:g}")
    row = curve[curve["time"] <= time].iloc[-1]
    return Interval(float(row["survival"]), float(row["low"]), float(row["high"]))


def logrank_test(
    time: ArrayLike, event: ArrayLike, arm: Sequence[object]
) -> ChiSquareResult:
    """Compare the survival of arms by the log-rank test.

    At each time of an event, ``E`` patients of an arm would have it if all patients at
    risk had the same chance. With ``U`` the sums of ``O - E``, observed less expected,
    of all arms but one, and ``V`` their hypergeometric covariance, the statistic is
    ``U' V^-1 U``, with one degree of freedom less than there are arms.

    Parameters
    ----------
    time, event : array_like, shape (n,)
        As in `kaplan_meier`.
    arm : sequence, shape (n,)
        Arm of each patient; at least 2 arms.

    Returns
    -------
    ChiSquareResult
        As in R, an arm without anybody at risk when the first event happens does not
        count. Where nothing can be compared (no event, or the first one takes all who
        are at risk) the statistic is 0 and the p-value 1.

    Raises
    ------
    ValueError
        If there are fewer than two arms, or as for `kaplan_meier`.

    References
    ----------
    N. Mantel, *Cancer Chemother. Rep.* 50 (1966) 163-170. R. Peto and J. Peto,
    *Journal of the Royal Statistical Society A* 135 (1972) 185-207,
    doi:10.2307/2344317. Computed by statsmodels.

    Examples
    --------
    >>> test = logrank_test([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 0], list("AAABBB"))
    >>> round(test.statistic, 3), test.dof, round(test.pvalue, 4)
    (5.052, 1, 0.0246)
    """
    from statsmodels.duration.survfunc import survdiff

    time, event = _check_times(time, event)
    names, arm = np.unique(np.asarray(arm), return_inverse=True)
    if len(arm) != len(time):
        raise ValueError(f"there are {len(time)} times and {len(arm)} arms")
    if len(names) < 2:
        raise ValueError("a comparison needs at least two arms")
    if not event.any():
        return ChiSquareResult(0.0, len(names) - 1, 1.0)
    # who has left before the first event says nothing, and an arm that has left
    # altogether would make the covariance singular
    first = time[event].min()
    seen = time >= first
    dof = len(np.unique(arm[seen])) - 1
    if dof == 0 or np.all(event[seen] & (time[seen] == first)):
        return ChiSquareResult(0.0, dof, 1.0)
    statistic, _ = survdiff(time[seen], event[seen].astype(int), arm[seen])
    # not statsmodels' own p-value: one less a probability has lost its small digits
    return ChiSquareResult(float(statistic), dof, float(stats.chi2.sf(statistic, dof)))


# --- synthetic times ------------------------------------------------------------------


def synthetic_survival(
    counts: pd.DataFrame,
    years: float,
    seed: int,
    window: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Make up times for arms whose survival is known at one time only.

    Just as many patients as were counted are alive after `years`. The others die
    before, at times drawn from the constant hazard that gives this survival (where
    nobody is left, from that which leaves half a patient). Only the number of
    survivors is data; every time is made up.

    Parameters
    ----------
    counts : DataFrame
        Columns ``arm``, ``n`` and ``events``, the patients alive after `years`.
    years : float
        Time for which survivors were followed; nobody is followed beyond it.
    seed : int
        Of the random numbers. With and without a window the deaths are the same.
    window : tuple of float, optional
        Years of recruiting, and years from the first entry to the closing of the data:
        patients enter at times drawn uniformly, and none is followed beyond the
        closing. If left out, all are followed.

    Returns
    -------
    DataFrame
        A row per patient: ``arm``, ``entry`` (years since the first entry; 0 without a
        window), ``time`` (years followed) and ``event`` (whether the patient died).

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If events are not from 0 to `n`, `years` is not above 0, or the window is none.

    Examples
    --------
    >>> counts = pd.DataFrame({"arm": ["A", "B"], "n": 20, "events": [8, 14]})
    >>> patients = synthetic_survival(counts, years=2, seed=0)
    >>> survival_curves(patients).groupby("arm")["survival"].min().round(3).to_dict()
    {'A': 0.4, 'B': 0.7}
    """
    check_counts(counts["events"].tolist(), counts["n"].tolist())
    recruiting, closed = window or (1.0, 1.0 + years)
    _check_window(years, recruiting, closed)
    random = np.random.default_rng(seed)
    parts = []
    for row in counts.itertuples():
        dead = row.n - row.events
        survival = max(row.events, 0.5) / row.n
        # the inverse of the distribution function of a death before the end
        drawn = random.uniform(survival, 1, dead)
        deaths = np.append(_time_at(drawn, survival, years), np.full(row.events, inf))
        entry = random.uniform(0, recruiting, row.n)
        if window is None:
            entry = np.zeros(row.n)
        seen = np.minimum(closed - entry, years)
        parts.append(
            pd.DataFrame(
                {
                    "arm": row.arm,
                    "entry": entry,
                    "time": np.minimum(deaths, seen),
                    "event": deaths <= seen,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def survival_curves(
    patients: pd.DataFrame, level: float = 0.95, limits: str = "log-log"
) -> pd.DataFrame:
    """Estimate the survival of each arm.

    Parameters
    ----------
    patients : DataFrame
        Columns ``arm, time, event``, a row per patient.
    level, limits
        As in `kaplan_meier`.

    Returns
    -------
    DataFrame
        The rows of `kaplan_meier` for each arm, with its name in ``arm``.

    Raises
    ------
    ValueError
        As for `kaplan_meier`.

    Examples
    --------
    >>> patients = pd.DataFrame({"arm": ["A", "B"], "time": [1, 2], "event": [1, 0]})
    >>> survival_curves(patients)[["arm", "time", "survival"]]
      arm  time  survival
    0   A     0       1.0
    1   A     1       0.0
    2   B     0       1.0
    3   B     2       1.0
    """
    parts = [
        kaplan_meier(part["time"], part["event"], level, limits).assign(arm=arm)
        for arm, part in patients.groupby("arm", sort=False)
    ]
    found = pd.concat(parts, ignore_index=True)
    return found[["arm", *found.columns.drop("arm")]]


def numbers_at_risk(patients: pd.DataFrame, times: Sequence[float]) -> pd.DataFrame:
    """Count who is still followed at these times.

    Parameters
    ----------
    patients : DataFrame
        Columns ``arm, time``, a row per patient.
    times : sequence of float

    Returns
    -------
    DataFrame
        A row per arm and time: ``arm, time, at_risk`` (alive and followed just before
        the time).

    Examples
    --------
    >>> patients = pd.DataFrame({"arm": "A", "time": [0.5, 1, 2]})
    >>> numbers_at_risk(patients, [0, 1, 2])["at_risk"].tolist()
    [3, 2, 1]
    """
    rows = [
        (arm, time, int((part["time"] >= time).sum()))
        for arm, part in patients.groupby("arm", sort=False)
        for time in times
    ]
    return pd.DataFrame(rows, columns=["arm", "time", "at_risk"])


# --- what shortened follow-up does ----------------------------------------------------


def effective_n(
    n: float, survival: float, years: float, recruiting: float, closed: float
) -> float:
    """Say how many patients, all followed in full, would tell as much.

    With a constant hazard ``h``, ``S(t) = exp(-h * t)``, and ``G(t)`` the share of
    patients who can have been followed to ``t``, Greenwood's variance of the logarithm
    of survival tends to ``V / n`` with ``V`` the integral of ``h / (S(t) * G(t))`` from
    0 to `years`. With everybody followed it is ``(1 - S) / (S * n)``. So the answer is
    ``n * (1 - S) / (S * V)``.

    Parameters
    ----------
    n : float
        Patients, above 0.
    survival : float
        True survival (0-1) after `years`. At 0 and 1 the limits of the formula hold.
    years : float
        Time of interest, above 0.
    recruiting, closed : float
        The window, in years since the first entry.

    Returns
    -------
    float
        From 0 (nobody can have been followed for so long) to `n`.

    Raises
    ------
    ValueError
        If `n` or `years` is not above 0, `survival` not from 0 to 1, or the window
        none.

    References
    ----------
    M. Greenwood, *The Natural Duration of Cancer*, Reports on Public Health and Medical
    Subjects 33, HMSO 1926. N. Breslow and J. Crowley, *Annals of Statistics* 2 (1974)
    437-453, doi:10.1214/aos/1176342705 (the limit).

    Examples
    --------
    Twenty patients who entered steadily over four years, closed at their end:

    >>> round(effective_n(20, 0.55, years=2, recruiting=4, closed=4), 1)
    13.9
    """
    _check_window(years, recruiting, closed)
    _check_survival(survival)
    if not n > 0:
        raise ValueError(f"n must be above 0, not {n}")
    share = _still_seen(years, recruiting, closed)
    if share in (0, 1) or survival == 0:
        return n * share
    # exprel(x), or (exp(x) - 1) / x, has no trouble with a hazard of 0
    hazard = -log(survival) / years
    full, over = closed - recruiting, closed - years
    # to `full` G is 1; then it is (closed - t) / recruiting, which may come near 0: on
    # the logarithm of closed - t the integral is that of a smooth function
    early = exp(-hazard * (years - full)) * full * special.exprel(-hazard * full)
    late, _ = integrate.quad(
        lambda v: exp(hazard * (over - exp(v))), log(over), log(recruiting)
    )
    everyone = years * special.exprel(-hazard * years)
    return n * float(everyone / (early + recruiting * late))


def expected_interval(
    n: float,
    survival: float,
    years: float,
    recruiting: float,
    closed: float,
    level: float = 0.95,
) -> Interval:
    """Give the interval of survival that such a follow-up may be expected to give.

    It is Wilson's interval for as many patients as `effective_n` says: Rothman's
    proposal. With everybody followed it is the interval of `proportion`.

    Parameters
    ----------
    n, survival, years, recruiting, closed
        As in `effective_n`.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Probabilities (0-1): from 0 to 1 where nobody can have been followed.

    Raises
    ------
    ValueError
        As for `effective_n`, or if `level` is not between 0 and 1.

    References
    ----------
    K. J. Rothman, *Journal of Chronic Diseases* 31 (1978) 557-560.

    Examples
    --------
    >>> full = expected_interval(20, 0.55, years=2, recruiting=4, closed=6)
    >>> half = expected_interval(20, 0.55, years=2, recruiting=4, closed=4)
    >>> [(round(found.low, 2), round(found.high, 2)) for found in (full, half)]
    [(0.34, 0.74), (0.31, 0.77)]
    """
    from statsmodels.stats.proportion import proportion_confint

    check_level(level)
    worth = effective_n(n, survival, years, recruiting, closed)
    if worth == 0:
        return Interval(survival, 0.0, 1.0)
    low, high = proportion_confint(
        survival * worth, worth, alpha=1 - level, method="wilson"
    )
    return Interval(survival, float(low), float(high))


def intervals_by_share(
    n: float,
    survival: float,
    years: float,
    shares: Sequence[float],
    level: float = 0.95,
) -> pd.DataFrame:
    """Give the interval of survival by the share of patients followed in full.

    Patients enter steadily, and the data are closed when the last one enters. So the
    share ``f`` belongs to recruiting for ``years / (1 - f)``.

    Parameters
    ----------
    n, survival, years, level
        As in `expected_interval`.
    shares : sequence of float
        Shares (0-1) of patients who can have been followed for so many years.

    Returns
    -------
    DataFrame
        A row per share: ``share, estimate, low, high, width`` (probabilities, 0-1) and
        ``worth``, the patients of `effective_n`.

    Raises
    ------
    ValueError
        If a share is not from 0 to 1, or as for `expected_interval`.

    Examples
    --------
    >>> intervals_by_share(20, 0.55, 2, shares=[0, 0.5, 1]).round(2)
       share  estimate   low  high  width  worth
    0    0.0      0.55  0.00  1.00   1.00   0.00
    1    0.5      0.55  0.31  0.77   0.46  13.95
    2    1.0      0.55  0.34  0.74   0.40  20.00
    """
    rows = []
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError(f"a share must be from 0 to 1, not {share}")
        recruiting = years / (1 - share) if share < 1 else years
        window = (recruiting, recruiting if share < 1 else 2 * years)
        found = expected_interval(n, survival, years, *window, level)
        worth = effective_n(n, survival, years, *window)
        ends = (found.estimate, found.low, found.high, found.high - found.low)
        rows.append((share, *ends, worth))
    columns = ["share", "estimate", "low", "high", "width", "worth"]
    return pd.DataFrame(rows, columns=columns)


def simulated_estimates(
    n: int,
    survival: float,
    years: float,
    recruiting: float,
    closed: float,
    repeats: int = 10_000,
    seed: int = 0,
) -> np.ndarray:
    """Draw Kaplan-Meier estimates of survival, for a window and a constant hazard.

    Parameters
    ----------
    n : int
        Patients per estimate, at least 1.
    survival, years, recruiting, closed
        As in `effective_n`.
    repeats : int
        Number of estimates.
    seed : int
        Of the random numbers.

    Returns
    -------
    ndarray, shape (repeats,)
        Estimates at `years` (0-1). Where nobody was followed for so long, the last
        value of the curve.

    Raises
    ------
    ValueError
        As for `effective_n`.

    Examples
    --------
    >>> simulated_estimates(20, 0.55, 2, recruiting=4, closed=4, repeats=3).round(3)
    array([0.403, 0.418, 0.614])
    """
    _check_window(years, recruiting, closed)
    _check_survival(survival)
    if n < 1:
        raise ValueError(f"n must be at least 1, not {n}")
    random = np.random.default_rng(seed)
    deaths = _time_at(random.uniform(size=(repeats, n)), survival, years)
    entry = random.uniform(0, recruiting, size=(repeats, n))
    seen = np.minimum(closed - entry, years)
    event = deaths <= seen
    order = np.argsort(np.minimum(deaths, seen), axis=1, kind="stable")
    at_risk = np.arange(n, 0, -1)
    left = 1 - np.take_along_axis(event, order, axis=1) / at_risk
    return left.prod(axis=1)


def printable_share(estimates: ArrayLike, n: int, decimals: int = 0) -> float:
    """Say how often an estimate, rounded, is a percentage of whole patients.

    Parameters
    ----------
    estimates : array_like
        Probabilities (0-1).
    n : int
        Patients, at least 1.
    decimals : int
        Decimals of the printed percentage.

    Returns
    -------
    float
        Share (0-1) of the estimates whose percentage, printed so, passes `grim`.

    Raises
    ------
    ValueError
        If there are no estimates, or one is not from 0 to 1.

    Examples
    --------
    >>> printable_share([0.55, 0.5504, 0.56, 0.54], n=20)
    0.5
    """
    estimates = np.asarray(estimates, dtype=float)
    if not len(estimates) or not np.all((estimates >= 0) & (estimates <= 1)):
        raise ValueError("estimates must be from 0 to 1, and at least one")
    printed, times = np.unique(
        [f"{100 * value:.{decimals}f}" for value in estimates], return_counts=True
    )
    fits = [grim(str(text), n) for text in printed]
    return float(times[fits].sum() / len(estimates))


def survival_behind_share(
    share: float, years: float, recruiting: float, closed: float
) -> float:
    """Give the survival behind a share of patients alive when last seen.

    Who entered late was last seen early, and could not yet have died later. Under a
    constant hazard ``h`` the expected share alive when last seen is the mean of
    ``exp(-h * min(u, years))`` over the follow-up ``u`` that the window allows. The
    hazard that makes it `share` gives the survival ``exp(-h * years)``.

    Parameters
    ----------
    share : float
        Patients alive when last seen or after `years`, whichever came first, over all
        (0-1).
    years, recruiting, closed
        As in `effective_n`.

    Returns
    -------
    float
        Survival (0-1) after `years`: never above `share`.

    Raises
    ------
    ValueError
        If `share` is not from 0 to 1, `years` not above 0, or the window none.

    Examples
    --------
    >>> round(survival_behind_share(0.55, years=2, recruiting=4, closed=4), 2)
    0.43
    """
    _check_window(years, recruiting, closed)
    _check_survival(share)
    shortest, seen = closed - recruiting, _still_seen(years, recruiting, closed)
    if share in (0, 1) or seen == 1:
        return float(share)

    part = min(closed, years) - shortest  # of entries, the years that leave too little

    def alive(hazard: float) -> float:
        early = seen * exp(-hazard * years)
        late = exp(-hazard * shortest) * part * special.exprel(-hazard * part)
        return early + float(late) / recruiting

    # nobody counts for longer than `years`, so the hazard of full follow-up is the
    # lowest that is possible; it doubles until so few are left
    high = -log(share) / years
    while alive(high) > share:
        high *= 2
    hazard = optimize.brentq(lambda h: alive(h) - share, 0, high, xtol=1e-14)
    return exp(-hazard * years)


# --- what all of these use ------------------------------------------------------------


def _still_seen(time: float, recruiting: float, closed: float) -> float:
    """Share of patients who can have been followed for so long."""
    return min(1.0, max(0.0, (closed - time) / recruiting))


def _time_at(left: np.ndarray, survival: float, years: float) -> np.ndarray:
    """Times at which so much survival is left, under a constant hazard."""
    if survival in (0, 1):
        return np.full(np.shape(left), inf if survival else 0.0)
    return years * np.log(left) / log(survival)


def _check_window(years: float, recruiting: float, closed: float) -> None:
    if not 0 < years < inf:
        raise ValueError(f"years must be above 0, not {years}")
    if not 0 < recruiting < inf:
        raise ValueError(f"recruitment must last above 0 years, not {recruiting}")
    if not recruiting <= closed < inf:
        raise ValueError(
            f"data cannot be closed {closed} years after the first entry if patients "
            f"enter for {recruiting} years"
        )


def _check_survival(survival: float) -> None:
    if not 0 <= survival <= 1:
        raise ValueError(f"survival must be from 0 to 1, not {survival}")


def _check_times(time: ArrayLike, event: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    time, event = np.asarray(time), np.asarray(event)
    if not len(time):
        raise ValueError("there are no patients")
    if time.shape != event.shape:
        raise ValueError(f"there are {len(time)} times and {len(event)} events")
    if not np.all((time >= 0) & (time < inf)):
        raise ValueError("a time must be a number that is not negative")
    if not np.all((event == 0) | (event == 1)):
        raise ValueError("an event must be True or False")
    return time, event.astype(bool)
