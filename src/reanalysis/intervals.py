"""Confidence intervals for one proportion."""

from dataclasses import dataclass

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from reanalysis.counts import check_counts


@dataclass(frozen=True)
class Interval:
    """An estimate with its confidence limits.

    Attributes
    ----------
    estimate, low, high : float
        On the scale that the function names.
    """

    estimate: float
    low: float
    high: float


def proportion(events: int, n: int, level: float = 0.95) -> Interval:
    """Estimate a proportion, with Wilson's score interval.

    The limits are the values of ``p`` for which ``(events / n - p)**2`` equals
    ``z**2 * p * (1 - p) / n``, with ``z`` the normal quantile of `level`.

    Parameters
    ----------
    events, n : int
        Patients with the event, and patients.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Probabilities (0-1).

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If `events` is not from 0 to `n`, or `level` not between 0 and 1.

    References
    ----------
    E. B. Wilson, *Journal of the American Statistical Association* 22 (1927) 209-212,
    doi:10.1080/01621459.1927.10502953. Computed by statsmodels.

    Examples
    --------
    The first example of R. G. Newcombe, *Statistics in Medicine* 17 (1998) 857-872:
    81 of 263.

    >>> found = proportion(81, 263)
    >>> round(found.estimate, 4), round(found.low, 4), round(found.high, 4)
    (0.308, 0.2553, 0.3662)
    """
    check_counts([events], [n])
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}")
    low, high = proportion_confint(events, n, alpha=1 - level, method="wilson")
    return Interval(events / n, float(low), float(high))


def add_intervals(counts: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
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
    found = [
        proportion(events, n, level)
        for events, n in zip(counts["events"], counts["n"], strict=True)
    ]
    return counts.assign(
        estimate=[interval.estimate for interval in found],
        low=[interval.low for interval in found],
        high=[interval.high for interval in found],
    )
