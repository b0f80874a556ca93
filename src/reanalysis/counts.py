"""Printed percentages and whole patients.

A percentage of `n` patients is a count divided by `n`, so only some percentages can be
printed. The check is GRIM: N. J. L. Brown and J. A. J. Heathers, "The GRIM test",
*Social Psychological and Personality Science* 8 (2017) 363-369,
doi:10.1177/1948550616673876.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from reanalysis.printed import Printed, parse_printed


def feasible_counts(percent: str, n: int) -> list[int]:
    """List the counts of patients that give a printed percentage.

    Parameters
    ----------
    percent : str
        Percentage (0-100) as printed.
    n : int
        Number of patients, at least 1.

    Returns
    -------
    list of int
        Every whole ``events`` with ``100 * events / n`` in the closed rounding
        interval of `percent`: a half may have gone up or down.

    Raises
    ------
    TypeError
        If `percent` is not a string or `n` not a whole number.
    ValueError
        If `percent` is not a number from 0 to 100, or `n` is below 1.

    Examples
    --------
    >>> feasible_counts("55", 20), feasible_counts("54", 20), feasible_counts("54", 13)
    ([11], [], [7])
    """
    first, last = _first_and_last(percent, n)
    return list(range(first, last + 1))


def _first_and_last(percent: str, n: int) -> tuple[int, int]:
    printed = _parse_percent(percent)
    _check_n(n)
    low, high = printed.rounded_from()
    return max(0, ceil(low * n / 100)), min(n, floor(high * n / 100))


def grim(percent: str, n: int, items: int = 1) -> bool:
    """Say whether a count of patients can give this printed percentage.

    Parameters
    ----------
    percent : str
        Percentage (0-100) as printed.
    n : int
        Number of patients, at least 1.
    items : int
        Yes-or-no items that each patient answered, at least 1; the count then is out
        of ``n * items``.

    Returns
    -------
    bool

    Raises
    ------
    TypeError, ValueError
        As for `feasible_counts`.

    Examples
    --------
    >>> grim("54", 20), grim("54", 20, items=5), grim("12.5", 8)
    (False, True, True)
    """
    _check_n(n)
    _check_n(items, "items")
    first, last = _first_and_last(percent, n * items)
    return first <= last


def nearest_count(percent: str, n: int) -> int:
    """Give the whole count of patients nearest to a printed percentage of `n`.

    Parameters
    ----------
    percent : str
        Percentage (0-100) as printed.
    n : int
        Number of patients, at least 1.

    Returns
    -------
    int
        A half goes up.

    Raises
    ------
    TypeError, ValueError
        As for `feasible_counts`.

    Examples
    --------
    >>> nearest_count("54", 20)
    11
    """
    printed = _parse_percent(percent)
    _check_n(n)
    return floor(printed.value * n / 100 + Fraction(1, 2))


def feasible_denominators(percent: str, largest: int) -> pd.DataFrame:
    """List the numbers of patients of which a printed percentage can be a share.

    Parameters
    ----------
    percent : str
        Percentage (0-100) as printed.
    largest : int
        Largest number of patients to try, at least 1.

    Returns
    -------
    DataFrame
        Columns ``n`` and ``events``, a row for each pair that gives `percent`, in
        order of ``n``.

    Raises
    ------
    TypeError, ValueError
        As for `feasible_counts`.

    Examples
    --------
    >>> feasible_denominators("54", 25)
        n  events
    0  13       7
    1  24      13
    """
    _check_n(largest, "largest")
    pairs = [
        (n, events)
        for n in range(1, largest + 1)
        for events in feasible_counts(percent, n)
    ]
    return pd.DataFrame(pairs, columns=["n", "events"], dtype=int)


def feasible_sizes(percents: Sequence[str], largest: int) -> list[int]:
    """List the sizes of an arm at which all its printed percentages are feasible.

    Parameters
    ----------
    percents : sequence of str
        Percentages (0-100) of the same patients, as printed.
    largest : int
        Largest size to try, at least 1.

    Returns
    -------
    list of int

    Raises
    ------
    TypeError, ValueError
        As for `feasible_counts`.

    Examples
    --------
    >>> feasible_sizes(["54", "30", "40"], 60)
    [50, 57]
    """
    _check_n(largest, "largest")
    sizes = range(1, largest + 1)
    return [n for n in sizes if all(grim(percent, n) for percent in percents)]


def nearest_percentages(percent: str, largest: int) -> pd.DataFrame:
    """Find, for each number of patients, the possible percentage nearest to one.

    Parameters
    ----------
    percent : str
        Percentage (0-100) as printed.
    largest : int
        Largest number of patients, at least 1.

    Returns
    -------
    DataFrame
        Columns ``n``, ``events`` (nearest count), ``nearest`` (the percentage that it
        gives, 0-100) and ``fits`` (whether it is printed as `percent`).

    Raises
    ------
    TypeError, ValueError
        As for `feasible_counts`.

    Examples
    --------
    >>> nearest_percentages("54", 14).tail(2).round(1)
         n  events  nearest   fits
    12  13       7     53.8   True
    13  14       8     57.1  False
    """
    _check_n(largest, "largest")
    rows = []
    for n in range(1, largest + 1):
        events = nearest_count(percent, n)
        rows.append((n, events, 100 * events / n, grim(percent, n)))
    return pd.DataFrame(rows, columns=["n", "events", "nearest", "fits"])


def readings(percent: str, n: int) -> pd.DataFrame:
    """List what a printed percentage of `n` patients may stand for.

    Where counts of `n` give the percentage, they are the readings. Where none does,
    the readings are the whole counts next below and next above it (the percentage is
    misprinted) and every smaller number of patients that gives it (some were not
    assessed).

    Parameters
    ----------
    percent : str
        Percentage (0-100) as printed.
    n : int
        Number of patients, at least 1.

    Returns
    -------
    DataFrame
        Columns ``events`` and ``n``, a row per reading.

    Raises
    ------
    TypeError, ValueError
        As for `feasible_counts`.

    Examples
    --------
    >>> readings("54", 20)
       events   n
    0      10  20
    1      11  20
    2       7  13
    """
    counts = feasible_counts(percent, n)
    if counts:
        return pd.DataFrame({"events": counts, "n": n})
    exact = parse_printed(percent).value * n / 100
    misprinted = pd.DataFrame({"events": [floor(exact), ceil(exact)], "n": n})
    smaller = feasible_denominators(percent, n)[["events", "n"]]
    return pd.concat([misprinted, smaller], ignore_index=True)


def recover_counts(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Turn a table of printed percentages into whole patients.

    Parameters
    ----------
    outcomes : DataFrame
        Columns ``endpoint, arm, n, percent``, as in `Study.outcomes`.

    Returns
    -------
    DataFrame
        The same rows and columns, with ``events`` (the nearest whole count) and
        ``feasible`` (whether a whole count gives the printed percentage).

    Raises
    ------
    TypeError, ValueError
        As for `feasible_counts`.

    Examples
    --------
    >>> printed = pd.DataFrame({
    ...     "endpoint": "x", "arm": ["A", "B"], "n": 20, "percent": ["54", "65"]})
    >>> recover_counts(printed)[["percent", "events", "feasible"]]
      percent  events  feasible
    0      54      11     False
    1      65      13      True
    """
    pairs = list(zip(outcomes["percent"], outcomes["n"], strict=True))
    return outcomes.drop(columns="place", errors="ignore").assign(
        events=[nearest_count(percent, n) for percent, n in pairs],
        feasible=[grim(percent, n) for percent, n in pairs],
    )


def grim_probability(n: int, decimals: int = 0, items: int = 1) -> float:
    """Give the share of printable percentages that no count can give.

    It says how much the check can find at all: near 1 it would catch almost any wrong
    number, at 0 it can catch none.

    Parameters
    ----------
    n : int
        Number of patients, at least 1.
    decimals : int
        Printed decimals, at least 0.
    items : int
        As in `grim`.

    Returns
    -------
    float
        One minus the percentages from 0 to 100 with `decimals` decimals that some
        count gives, over all such percentages. Both roundings of a half count as given.

    Raises
    ------
    TypeError
        If an argument is not a whole number.
    ValueError
        If `n` or `items` is below 1, or `decimals` below 0.

    Examples
    --------
    Of the 101 whole percentages, 21 can be printed for 20 patients.

    >>> grim_probability(20) == 80 / 101
    True
    >>> grim_probability(100)
    0.0
    """
    _check_n(n)
    _check_n(items, "items")
    _check_n(decimals, "decimals", least=0)
    steps = 100 * 10**decimals
    half = Fraction(1, 2)
    exact = [Fraction(steps * k, n * items) for k in range(n * items + 1)]
    given = {floor(x + half) for x in exact} | {ceil(x - half) for x in exact}
    return (steps + 1 - len(given)) / (steps + 1)


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


def patient_rows(
    events: Sequence[int], n: Sequence[int], arms: Sequence[str] | None = None
) -> pd.DataFrame:
    """Write counts out as one row per patient.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm.
    arms : sequence of str, shape (k,), optional
        Names of the arms; ``"1"``, ``"2"``, ... if left out.

    Returns
    -------
    DataFrame
        Columns ``arm`` (str) and ``event`` (bool), ``sum(n)`` rows.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If lengths differ, or a count is not from 0 to its `n`.

    Examples
    --------
    >>> patient_rows([1, 0], [2, 1], ["A", "B"])
      arm  event
    0   A   True
    1   A  False
    2   B  False
    """
    if arms is None:
        arms = [str(i + 1) for i in range(len(n))]
    if len(arms) != len(n):
        raise ValueError(f"{len(arms)} names for {len(n)} arms")
    check_counts(events, n)
    rows = [
        (arm, i < arm_events)
        for arm, arm_events, arm_n in zip(arms, events, n, strict=True)
        for i in range(arm_n)
    ]
    return pd.DataFrame(rows, columns=["arm", "event"])


def check_counts(events: Sequence[int], n: Sequence[int]) -> None:
    """Refuse what cannot be counts of events among patients.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If lengths differ, or a count is not from 0 to its `n`.

    Examples
    --------
    >>> check_counts([21], [20])
    Traceback (most recent call last):
        ...
    ValueError: 21 events in 20 patients
    """
    if len(events) != len(n):
        raise ValueError(f"{len(events)} counts of events for {len(n)} arms")
    for arm_events, arm_n in zip(events, n, strict=True):
        _check_n(arm_n)
        _check_n(arm_events, "events", least=0)
        if arm_events > arm_n:
            raise ValueError(f"{arm_events} events in {arm_n} patients")


def _parse_percent(percent: str) -> Printed:
    printed = parse_printed(percent)
    if not 0 <= printed.value <= 100:
        raise ValueError(f"a percentage is from 0 to 100, not {percent}")
    return printed


def _check_n(n: int, name: str = "n", least: int = 1) -> None:
    # numpy's whole numbers are welcome, True and 20.0 are not.
    if isinstance(n, bool) or not hasattr(n, "__index__"):
        raise TypeError(f"{name} must be a whole number, not {n!r}")
    if n < least:
        raise ValueError(f"{name} must be at least {least}, not {n}")
