"""Printed percentages and whole patients.

A percentage of `n` patients is a count divided by `n`, so only some percentages can be
printed. The check is GRIM: N. J. L. Brown and J. A. J. Heathers, "The GRIM test",
*Social Psychological and Personality Science* 8 (2017) 363-369,
doi:10.1177/1948550616673876.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, gcd
from operator import index

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from reanalysis.printed import MOST_CHARACTERS, Printed, parse_printed

#: Largest number of counts, sizes or patients that is listed unless the caller allows
#: more: a second of work, or some hundred megabytes.
MOST_LISTED = 1_000_000


def whole_number(value: int, name: str, *, least: int = 0) -> int:
    """Give a whole number as Python's own, and refuse all else.

    Parameters
    ----------
    value : int
        A whole number of Python or NumPy. Not True, and not 20.0 either: what was read
        as a fraction may have been cut.
    name : str
        What it is, for the message.
    least : int
        Smallest number to take.

    Returns
    -------
    int

    Raises
    ------
    TypeError
        If it is not a whole number.
    ValueError
        If it is below `least`.

    Examples
    --------
    >>> whole_number(50.9, "n")
    Traceback (most recent call last):
        ...
    TypeError: n must be a whole number, not 50.9
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        number = index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {value!r}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, not {number}")
    return number


def check_decimals(decimals: int) -> int:
    """Give a number of printed decimals as Python's own, and refuse what is none."""
    found = whole_number(decimals, "decimals")
    if found > MOST_CHARACTERS:
        raise ValueError(f"decimals must be at most {MOST_CHARACTERS}, not {found}")
    return found


def feasible_counts(
    percent: str, n: int, *, most_listed: int = MOST_LISTED
) -> list[int]:
    """List the counts of patients that give a printed percentage.

    Parameters
    ----------
    percent : str
        Percentage (0-100) as printed.
    n : int
        Number of patients, at least 1.
    most_listed : int
        Most counts to list.

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
        If `percent` is not a number from 0 to 100, `n` is below 1, or there are more
        counts than allowed.

    Examples
    --------
    >>> feasible_counts("55", 20), feasible_counts("54", 20), feasible_counts("54", 13)
    ([11], [], [7])
    """
    first, last = _first_and_last(
        _parse_percent(percent), whole_number(n, "n", least=1)
    )
    if last - first + 1 > most_listed:
        raise ValueError(
            f"{last - first + 1:,} counts of {n:,} patients give {percent}%, more than "
            f"most_listed={most_listed:,}"
        )
    return list(range(first, last + 1))


def _first_and_last(printed: Printed, n: int) -> tuple[int, int]:
    # low and high are (2 v -+ 1) / (2 u) for the printed digits v and u steps in one
    steps = 200 * 10**printed.decimals
    middle = int(2 * printed.value * 10**printed.decimals)
    return max(0, -((1 - middle) * n // steps)), min(n, (middle + 1) * n // steps)


def grim(percent: str, n: int, *, items: int = 1) -> bool:
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
    answers = whole_number(n, "n", least=1) * whole_number(items, "items", least=1)
    return _fits(_parse_percent(percent), answers)


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
    return floor(printed.value * whole_number(n, "n", least=1) / 100 + Fraction(1, 2))


def feasible_denominators(
    percent: str, largest: int, *, most_listed: int = MOST_LISTED
) -> pd.DataFrame:
    """List the numbers of patients of which a printed percentage can be a share.

    Parameters
    ----------
    percent : str
        Percentage (0-100) as printed.
    largest : int
        Largest number of patients to try, at least 1.
    most_listed : int
        Most numbers of patients to try, and most pairs to list.

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
    printed, pairs = _parse_percent(percent), []
    for n in _sizes(largest, most_listed):
        first, last = _first_and_last(printed, n)
        pairs += [(n, events) for events in range(first, last + 1)]
        if len(pairs) > most_listed:
            raise ValueError(
                f"{percent}% has more than most_listed={most_listed:,} pairs up to "
                f"{n:,} of {largest:,} patients"
            )
    return pd.DataFrame(pairs, columns=["n", "events"], dtype=int)


def feasible_sizes(
    percents: Sequence[str], largest: int, *, most_listed: int = MOST_LISTED
) -> list[int]:
    """List the sizes of an arm at which all its printed percentages are feasible.

    Parameters
    ----------
    percents : sequence of str
        Percentages (0-100) of the same patients, as printed.
    largest : int
        Largest size to try, at least 1.
    most_listed : int
        Most sizes to try.

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
    if isinstance(percents, str):
        raise TypeError(f"give a list of percentages, not {percents!r}")
    printed = [_parse_percent(percent) for percent in percents]
    sizes = _sizes(largest, most_listed)
    return [n for n in sizes if all(_fits(percent, n) for percent in printed)]


def _fits(printed: Printed, n: int) -> bool:
    first, last = _first_and_last(printed, n)
    return first <= last


def _sizes(largest: int, most_listed: int) -> range:
    largest = whole_number(largest, "largest", least=1)
    if largest > most_listed:
        raise ValueError(
            f"up to {largest:,} patients are {largest:,} sizes to try, more than "
            f"most_listed={most_listed:,}"
        )
    return range(1, largest + 1)


def nearest_percentages(
    percent: str, largest: int, *, most_listed: int = MOST_LISTED
) -> pd.DataFrame:
    """Find, for each number of patients, the possible percentage nearest to one.

    Parameters
    ----------
    percent : str
        Percentage (0-100) as printed.
    largest : int
        Largest number of patients, at least 1.
    most_listed : int
        Most numbers of patients to list.

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
    printed, rows = _parse_percent(percent), []
    for n in _sizes(largest, most_listed):
        events = floor(printed.value * n / 100 + Fraction(1, 2))
        rows.append((n, events, 100 * events / n, _fits(printed, n)))
    return pd.DataFrame(rows, columns=["n", "events", "nearest", "fits"])


def readings(percent: str, n: int, *, most_listed: int = MOST_LISTED) -> pd.DataFrame:
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
    most_listed : int
        Most readings to list, and most numbers of patients to try.

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
    n = whole_number(n, "n", least=1)
    counts = feasible_counts(percent, n, most_listed=most_listed)
    if counts:
        return pd.DataFrame({"events": counts, "n": n})
    exact = parse_printed(percent).value * n / 100
    misprinted = pd.DataFrame({"events": [floor(exact), ceil(exact)], "n": n})
    smaller = feasible_denominators(percent, n, most_listed=most_listed)
    smaller = smaller[["events", "n"]]
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
        As for `feasible_counts`, and as for `check_table`.

    Examples
    --------
    >>> printed = pd.DataFrame({
    ...     "endpoint": "x", "arm": ["A", "B"], "n": 20, "percent": ["54", "65"]})
    >>> recover_counts(printed)[["percent", "events", "feasible"]]
      percent  events  feasible
    0      54      11     False
    1      65      13      True
    """
    check_table(outcomes, counts=["n"], filled=["percent"])
    pairs = list(zip(outcomes["percent"], outcomes["n"], strict=True))
    return outcomes.drop(columns="place", errors="ignore").assign(
        events=[nearest_count(percent, n) for percent, n in pairs],
        feasible=[grim(percent, n) for percent, n in pairs],
    )


def grim_probability(n: int, *, decimals: int = 0, items: int = 1) -> float:
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
        If `n` or `items` is below 1, or `decimals` below 0 or above 24, more than a
        printed number has.

    Examples
    --------
    Of the 101 whole percentages, 21 can be printed for 20 patients.

    >>> grim_probability(20) == 80 / 101
    True
    >>> grim_probability(100)
    0.0
    """
    answers = whole_number(n, "n", least=1) * whole_number(items, "items", least=1)
    steps = 100 * 10 ** check_decimals(decimals)
    if answers >= steps:
        return 0.0  # no two counts are farther apart than two percentages
    # each count gives a percentage of its own, and one more if it lies between two: of
    # the counts that lie on halves or wholes of a step, every second
    shared = gcd(2 * steps, answers)
    halves = (shared + 1) // 2 if 2 * steps // shared % 2 else 0
    return (steps - answers - halves) / (steps + 1)


def printable_share(estimates: ArrayLike, n: int, *, decimals: int = 0) -> float:
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
    decimals = check_decimals(decimals)
    estimates = np.asarray(estimates, dtype=float)
    if not len(estimates) or not np.all((estimates >= 0) & (estimates <= 1)):
        raise ValueError("estimates must be from 0 to 1, and at least one")
    printed, times = np.unique(
        [f"{100 * value:.{decimals}f}" for value in estimates], return_counts=True
    )
    fits = [grim(str(text), n) for text in printed]
    return float(times[fits].sum() / len(estimates))


def patient_rows(
    events: Sequence[int],
    n: Sequence[int],
    arms: Sequence[str] | None = None,
    *,
    most_listed: int = MOST_LISTED,
) -> pd.DataFrame:
    """Write counts out as one row per patient.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm.
    arms : sequence of str, shape (k,), optional
        Names of the arms, all different; ``"1"``, ``"2"``, ... if left out.
    most_listed : int
        Most patients to list.

    Returns
    -------
    DataFrame
        Columns ``arm`` (str) and ``event`` (bool), ``sum(n)`` rows.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If lengths differ, a count is not from 0 to its `n`, an arm has no name or that
        of another one, or there are more patients than allowed.

    Examples
    --------
    >>> patient_rows([1, 0], [2, 1], arms=["A", "B"])
      arm  event
    0   A   True
    1   A  False
    2   B  False
    """
    events, n = check_counts(events, n)
    arms = arm_names(arms, len(n))
    if sum(n) > most_listed:
        raise ValueError(
            f"{sum(n):,} patients are as many rows, more than "
            f"most_listed={most_listed:,}"
        )
    rows = [
        (arm, i < arm_events)
        for arm, arm_events, arm_n in zip(arms, events, n, strict=True)
        for i in range(arm_n)
    ]
    return pd.DataFrame(rows, columns=["arm", "event"])


def check_counts(
    events: Sequence[int], n: Sequence[int], *, arms: int = 1
) -> tuple[list[int], list[int]]:
    """Give counts of events among patients, and refuse what cannot be such.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm.
    arms : int
        Fewest arms to take.

    Returns
    -------
    tuple of list of int
        `events` and `n` as Python's own numbers, which have no largest one.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If lengths differ, there are fewer arms, or a count is not from 0 to its `n`.

    Examples
    --------
    >>> check_counts([21], [20])
    Traceback (most recent call last):
        ...
    ValueError: 21 events in 20 patients
    """
    for name, values in (("events", events), ("n", n)):
        if not hasattr(values, "__len__") or isinstance(values, str):
            raise TypeError(f"{name} must be a list, one number per arm: {values!r}")
    if len(events) != len(n):
        raise ValueError(f"{len(events)} counts of events for {len(n)} arms")
    sizes = [whole_number(size, "n", least=1) for size in n]
    counts = [whole_number(count, "events") for count in events]
    for count, size in zip(counts, sizes, strict=True):
        if count > size:
            raise ValueError(f"{count} events in {size} patients")
    if len(sizes) < arms:
        raise ValueError("a comparison needs at least two arms")
    return counts, sizes


def arm_names(arms: Sequence[str] | None, k: int) -> list[str]:
    """Give the names of the arms, and refuse what would mix them up.

    Parameters
    ----------
    arms : sequence of str or None
        None stands for ``"1"``, ``"2"``, and so on.
    k : int
        How many arms there are.

    Returns
    -------
    list of str

    Raises
    ------
    TypeError
        If the names are one text and not a list.
    ValueError
        If there are not `k` of them, one is missing, or two are the same.

    Examples
    --------
    >>> arm_names(["A", "B", "A"], 3)
    Traceback (most recent call last):
        ...
    ValueError: an arm is named twice: A, B, A
    """
    if arms is None:
        return [str(i + 1) for i in range(k)]
    if isinstance(arms, str):
        raise TypeError(f"give a list of names, not {arms!r}")
    names = list(arms)
    if len(names) != k:
        raise ValueError(f"{len(names)} names for {k} arms")
    for number, name in enumerate(names, start=1):
        if pd.isna(name) or name == "":
            raise ValueError(f"arm {number} has no name")
    if len(set(names)) < k:
        raise ValueError(f"an arm is named twice: {', '.join(map(str, names))}")
    return names


def check_table(
    table: pd.DataFrame,
    *,
    keys: Sequence[str] = ("endpoint", "arm"),
    counts: Sequence[str] = ("n", "events"),
    filled: Sequence[str] = (),
) -> None:
    """Refuse a table whose rows would be dropped, mixed up or cut in silence.

    Parameters
    ----------
    table : DataFrame
    keys : sequence of str
        Columns that say what a row is about. Each row has all of them, and no two rows
        have the same.
    counts : sequence of str
        Columns of whole numbers: ``n``, at least 1, and ``events``, from 0 to ``n``.
    filled : sequence of str
        Columns that are there, and in which no row has nothing.

    Raises
    ------
    TypeError, ValueError
        One sentence with the row, counted from 1, and the column. Also if there are no
        rows, or two columns of one name.

    Examples
    --------
    >>> check_table(pd.DataFrame(
    ...     {"endpoint": ["x", None], "arm": ["A", "B"], "n": 20, "events": 5}))
    Traceback (most recent call last):
        ...
    ValueError: row 2 of the table has no endpoint
    """
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"a table is a DataFrame, not of type {type(table).__name__}")
    for name in (*keys, *counts, *filled):
        if name not in table.columns:
            raise ValueError(f"the table has no column {name}")
        if table.columns.tolist().count(name) > 1:
            raise ValueError(f"the table has two columns {name}")
    if not len(table):
        raise ValueError("the table has no rows")
    for name in (*keys, *filled):
        missing = (table[name].isna() | table[name].eq("")).to_numpy(bool)
        if missing.any():
            raise ValueError(f"row {missing.argmax() + 1} of the table has no {name}")
        for row, value in enumerate(table[name], start=1):
            # it would be another name, and look the same
            if isinstance(value, str) and value != value.strip():
                raise ValueError(
                    f"row {row} of the table: take away the space before or after "
                    f"{name} {value!r}"
                )
    twice = table.duplicated(list(keys)).to_numpy() if keys else np.array([False])
    if twice.any():
        row = int(twice.argmax())
        said = ", ".join(f"{name} {table[name].iloc[row]!r}" for name in keys)
        raise ValueError(f"row {row + 1} of the table repeats {said}")
    for name in counts:
        for row, value in enumerate(table[name], start=1):
            whole_number(
                value, f"row {row} of the table: {name}", least=int(name == "n")
            )
    if {"n", "events"} <= set(counts):
        more = (table["events"] > table["n"]).to_numpy(bool)
        if more.any():
            row = int(more.argmax())
            events, n = (table[name].iloc[row] for name in ("events", "n"))
            raise ValueError(
                f"row {row + 1} of the table: {events} events in {n} patients"
            )


def _parse_percent(percent: str) -> Printed:
    printed = parse_printed(percent)
    if not 0 <= printed.value <= 100:
        raise ValueError(f"a percentage is from 0 to 100, not {percent}")
    return printed
