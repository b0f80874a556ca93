"""Survival from times of follow-up: Kaplan-Meier, its curves, the log-rank test."""

from collections.abc import Sequence
from math import inf, nan

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from reanalysis.intervals import Interval, check_level
from reanalysis.tables import ChiSquareResult


def kaplan_meier(
    time: ArrayLike, event: ArrayLike, *, level: float = 0.95, limits: str = "log-log"
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


def survival_curves(
    patients: pd.DataFrame, *, level: float = 0.95, limits: str = "log-log"
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
        kaplan_meier(part["time"], part["event"], level=level, limits=limits).assign(
            arm=arm
        )
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
