"""Survival from times of follow-up: Kaplan-Meier, its curves, the log-rank test."""

from collections.abc import Sequence
from decimal import Decimal
from math import inf, nan, sqrt
from numbers import Real
from sys import float_info

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from reanalysis.intervals import Interval, check_level
from reanalysis.procedures import chi_square_tail
from reanalysis.tables import ChiSquareResult

#: Times that differ by no more than this, or by no more than this part of the mean
#: time, differ by rounding: R's survival has the same rule (its `timefix`).
SAME_TIME = sqrt(float_info.epsilon)

#: Most numbers for an arm at a time that are kept unless the caller allows more: about
#: a gigabyte.
MOST_CELLS = 20_000_000

#: Most arms that `survival_curves` takes unless the caller allows more.
MOST_ARMS = 5000


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
        Times that differ by rounding alone (`SAME_TIME`) are the same, as in R: 0.3 and
        0.1 + 0.2 are tied.
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
    (the log-log limits).

    Examples
    --------
    >>> kaplan_meier([1, 2, 2, 3], [True, True, False, True]).round(3)
       time  at_risk  events  censored  survival    low   high
    0     0        4       0         0      1.00    NaN    NaN
    1     1        4       1         0      0.75  0.128  0.961
    2     2        3       1         1      0.50  0.058  0.845
    3     3        1       1         0      0.00    NaN    NaN
    """
    time, event = _check_times(time, event)
    check_level(level)
    if limits not in ("log-log", "plain"):
        raise ValueError(f"limits are log-log or plain, not {limits!r}")
    times, place = np.unique(np.append(0, time), return_inverse=True)
    everyone = np.bincount(place[1:], minlength=len(times))
    events = np.bincount(place[1:][event], minlength=len(times))
    at_risk = len(time) - np.append(0, np.cumsum(everyone)[:-1])
    rows = {"time": times, "at_risk": at_risk, "events": events}
    found = pd.DataFrame(rows | {"censored": everyone - events})
    z = -float(special.ndtri((1 - level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(1 - events / at_risk)
        log_survival = np.cumsum(np.log1p(-events / at_risk))
        error = np.sqrt(np.cumsum(events / (at_risk * (at_risk - events))))
        if limits == "plain":
            low = (survival - z * survival * error).clip(0)
            high = (survival + z * survival * error).clip(max=1)
        else:
            inner = np.where((survival > 0) & (survival < 1), log_survival, nan)
            c = z * error / inner
            low, high = np.exp(inner * np.exp(-c)), np.exp(inner * np.exp(c))
    return found.assign(survival=survival, low=low, high=high)


def survival_at(curve: pd.DataFrame, time: float) -> Interval:
    """Read survival at one time off a curve.

    Parameters
    ----------
    curve : DataFrame
        From `kaplan_meier`, or the rows of one arm from `survival_curves`.
    time : float
        Not negative.

    Returns
    -------
    Interval
        Probabilities (0-1).

    Raises
    ------
    ValueError
        If the curve has no rows or is of several arms, if `time` is negative, or if
        nobody was followed for so long while survival was above 0: then there is no
        estimate.

    Examples
    --------
    >>> curve = kaplan_meier([1, 2, 2, 3], [True, True, False, True])
    >>> round(survival_at(curve, 2.5).estimate, 3)
    0.5
    """
    if not time >= 0:
        raise ValueError(f"time must not be negative, and is {time}")
    if not len(curve) or not curve["time"].is_monotonic_increasing:
        raise ValueError("give the curve of one arm, its times in order")
    last = curve.iloc[-1]
    rounding = SAME_TIME * max(1.0, curve["time"].mean())
    if time > last["time"] + rounding and last["survival"] > 0:
        raise ValueError(f"nobody was followed to {time:g}, only to {last['time']:g}")
    row = curve[curve["time"] <= time + rounding].iloc[-1]
    return Interval(float(row["survival"]), float(row["low"]), float(row["high"]))


def logrank_test(
    time: ArrayLike,
    event: ArrayLike,
    arm: Sequence[object],
    *,
    most_cells: int = MOST_CELLS,
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
        Arm of each patient, none missing; at least 2 arms.
    most_cells : int
        Most numbers of patients at risk to keep: one for each arm at each time of an
        event, and for every two arms.

    Returns
    -------
    ChiSquareResult
        As in R, an arm without anybody at risk when the first event happens does not
        count. Where nothing can be compared (no event, or the first one takes all who
        are at risk) the statistic is 0 and the p-value 1.

    Raises
    ------
    ValueError
        If there are fewer than two arms, a patient has no arm, more numbers are needed
        than allowed, or as for `kaplan_meier`.

    References
    ----------
    N. Mantel, *Cancer Chemother. Rep.* 50 (1966) 163-170. R. Peto and J. Peto,
    *Journal of the Royal Statistical Society A* 135 (1972) 185-207,
    doi:10.2307/2344317.

    Examples
    --------
    >>> test = logrank_test([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 0], list("AAABBB"))
    >>> round(test.statistic, 3), test.dof, round(test.pvalue, 4)
    (5.052, 1, 0.0246)
    """
    time, event = _check_times(time, event)
    if len(arm) != len(time):
        raise ValueError(f"there are {len(time)} times and {len(arm)} arms")
    arm = pd.Series(list(arm), dtype=object)
    _check_arms(pd.DataFrame({"arm": arm}), ["arm"])
    place, names = pd.factorize(arm)
    if len(names) < 2:
        raise ValueError("a comparison needs at least two arms")
    if not event.any():
        return ChiSquareResult(0.0, len(names) - 1, 1.0)
    # who has left before the first event says nothing, and an arm that has left
    # altogether would make the covariance singular
    first = time[event].min()
    seen = time >= first
    arms = np.unique(place[seen])
    dof = len(arms) - 1
    if dof == 0 or np.all(event[seen] & (time[seen] == first)):
        return ChiSquareResult(0.0, dof, 1.0)
    times = np.unique(time[event])
    cells = len(arms) * (len(times) + len(arms))
    if cells > most_cells:
        raise ValueError(
            f"{len(arms):,} arms and {len(times):,} times need {cells:,} numbers, more "
            f"than most_cells={most_cells:,}, and about {cells * 48 / 1e9:,.1f} GB of "
            f"memory"
        )
    # in each arm, shape (times, arms): the events, and the patients at risk
    observed, at_risk = np.empty((2, len(times), len(arms)))
    for column, number in enumerate(arms):
        own = np.sort(time[place == number])
        with_event = time[(place == number) & event]
        observed[:, column] = np.bincount(
            np.searchsorted(times, with_event), minlength=len(times)
        )
        at_risk[:, column] = len(own) - np.searchsorted(own, times, side="left")
    events, everyone = observed.sum(axis=1), at_risk.sum(axis=1)
    share = at_risk / everyone[:, None]
    excess = (observed - events[:, None] * share).sum(axis=0)[:-1]
    spread = events * (everyone - events) / np.maximum(everyone - 1, 1)
    covariance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    statistic = float(excess @ np.linalg.solve(covariance[:-1, :-1], excess))
    return ChiSquareResult(statistic, dof, chi_square_tail(statistic, dof))


def survival_curves(
    patients: pd.DataFrame,
    *,
    level: float = 0.95,
    limits: str = "log-log",
    most_arms: int = MOST_ARMS,
) -> pd.DataFrame:
    """Estimate the survival of each arm.

    Parameters
    ----------
    patients : DataFrame
        Columns ``arm, time, event``, a row per patient.
    level, limits
        As in `kaplan_meier`.
    most_arms : int
        Most arms to take: a thousand take a second.

    Returns
    -------
    DataFrame
        The rows of `kaplan_meier` for each arm, with its name in ``arm``.

    Raises
    ------
    ValueError
        If a column is missing, a patient has no arm, there are more arms than allowed,
        or as for `kaplan_meier`.

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
    _check_arms(patients, ["arm", "time", "event"])
    arms = patients["arm"].nunique()
    if arms > most_arms:
        raise ValueError(
            f"{arms:,} arms of {len(patients):,} patients are more than "
            f"most_arms={most_arms:,}"
        )
    time, _ = _check_times(patients["time"], patients["event"])
    # what is tied is so in all arms at once
    patients = patients.assign(time=time)
    parts = [
        kaplan_meier(part["time"], part["event"], level=level, limits=limits).assign(
            arm=arm
        )
        for arm, part in patients.groupby("arm", sort=False, observed=True)
    ]
    found = pd.concat(parts, ignore_index=True)
    return found[["arm", *found.columns.drop("arm")]]


def numbers_at_risk(
    patients: pd.DataFrame, times: Sequence[float], *, most_cells: int = MOST_CELLS
) -> pd.DataFrame:
    """Count who is still followed at these times.

    Parameters
    ----------
    patients : DataFrame
        Columns ``arm, time``, a row per patient.
    times : sequence of float
        Not negative.
    most_cells : int
        Most numbers to give, one per arm and time.

    Returns
    -------
    DataFrame
        A row per arm and time: ``arm, time, at_risk`` (alive and followed just before
        the time). What differs by rounding is the same time, as in `kaplan_meier`.

    Raises
    ------
    ValueError
        If a column is missing, a patient has no arm, a time is negative or not a
        number, or there are more numbers than allowed.

    Examples
    --------
    >>> patients = pd.DataFrame({"arm": "A", "time": [0.5, 1, 2]})
    >>> numbers_at_risk(patients, [0, 1, 2])["at_risk"].tolist()
    [3, 2, 1]
    """
    _check_arms(patients, ["arm", "time"])
    times = list(times)
    both = _same_times(np.append(_check_time(patients["time"]), _check_time(times)))
    followed, asked = both[: len(patients)], both[len(patients) :]
    place, names = pd.factorize(patients["arm"])
    if len(names) * len(times) > most_cells:
        raise ValueError(
            f"{len(names):,} arms at {len(times):,} times are more numbers than "
            f"most_cells={most_cells:,}"
        )
    order = np.lexsort((followed, place))
    rows = []
    for arm, own in zip(names, np.split(followed[order], _ends(place)), strict=True):
        left = len(own) - np.searchsorted(own, asked, side="left")
        rows += [(arm, *pair) for pair in zip(times, left.tolist(), strict=True)]
    return pd.DataFrame(rows, columns=["arm", "time", "at_risk"])


def _ends(place: np.ndarray) -> np.ndarray:
    """Say where the patients of each arm but the last one end, in order of the arms."""
    return np.cumsum(np.bincount(place))[:-1]


def _check_arms(patients: pd.DataFrame, columns: Sequence[str]) -> None:
    for column in columns:
        if column not in patients.columns:
            raise ValueError(f"the table of patients has no column {column}")
    if not len(patients):
        raise ValueError("there are no patients")
    arm = patients["arm"]
    missing = (arm.isna() | arm.eq("")).to_numpy(bool)
    if missing.any():
        raise ValueError(f"patient {np.argmax(missing) + 1} has no arm")


def _check_time(time: ArrayLike) -> np.ndarray:
    time = np.asarray(time)
    if time.ndim != 1:
        raise ValueError(f"give a list of times, not of shape {time.shape}")
    if time.dtype.kind not in "iuf" and all(map(_is_number, time)):
        time = time.astype(float)
    if time.dtype.kind not in "iuf" or not np.all((time >= 0) & (time < inf)):
        raise ValueError("a time must be a number that is not negative")
    return time


def _is_number(value: object) -> bool:
    return isinstance(value, Real | Decimal) and not isinstance(value, bool | np.bool_)


def _check_times(time: ArrayLike, event: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    time, event = _check_time(time), np.asarray(event)
    if not len(time):
        raise ValueError("there are no patients")
    if time.shape != event.shape:
        raise ValueError(f"there are {len(time)} times and {len(event)} events")
    if pd.isna(event).any() or not np.all((event == 0) | (event == 1)):
        raise ValueError("an event must be True or False")
    return _same_times(time), event.astype(bool)


def _same_times(time: np.ndarray) -> np.ndarray:
    """Give times that differ by rounding alone the smallest of their values."""
    distinct = np.unique(time)
    gaps = np.diff(distinct)
    new = (gaps > SAME_TIME) & (gaps > SAME_TIME * distinct.mean())
    kept = distinct[np.append(True, new)]
    return kept[np.searchsorted(kept, time, side="right") - 1]
