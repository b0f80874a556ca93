"""How a computed value meets a printed one."""

from functools import lru_cache

import numpy as np

from reanalysis.printed import Printed, PrintedP

#: A value at the very end of an interval must not be lost to floating point.
SLACK = 1e-9


@lru_cache(maxsize=16_384)
def rounding_interval(printed: Printed) -> tuple[float, float]:
    """Values (closed interval) that round to the size of a printed number.

    Signs are left out: which arm is taken from which is not always printed.
    """
    low, high = printed.rounded_from()
    low, high = float(low), float(high)
    if high < 0:
        low, high = -high, -low
    slack = SLACK * max(1.0, abs(high))
    return max(low, 0.0) - slack, high + slack


@lru_cache(maxsize=16_384)
def cutting_interval(printed: Printed) -> tuple[float, float]:
    """Values that give the size of a printed number when digits are cut off."""
    low, high = map(float, printed.truncated_from())
    if printed.text.startswith("-"):
        low, high = -high, -low
    return low, high - SLACK * max(1.0, abs(high))


@lru_cache(maxsize=16_384)
def step_interval(printed: Printed) -> tuple[float, float]:
    """Values less than one step of the last digit from a printed number.

    A number that was rounded twice, or upward, lies there.
    """
    size, unit = abs(float(printed.value)), float(printed.unit)
    slack = SLACK * max(1.0, size)
    return size - unit + slack, size + unit - slack


def gives(printed: Printed, low: float, high: float) -> str:
    """Say how values from `low` to `high` meet a printed number.

    Returns
    -------
    str
        ``"rounded"``; ``"truncated"``, where further digits were cut off; ``"near"``,
        less than one step of the last digit away; else, and for NaN, ``"no"``.

    Examples
    --------
    >>> from reanalysis.printed import parse_printed
    >>> gives(parse_printed("22.3"), 22.353, 22.353)
    'truncated'
    >>> gives(parse_printed("1.19"), 1.1846, 1.1846)
    'near'
    """
    for how, interval in _WAYS:
        first, last = interval(printed)
        if low <= last and high >= first:
            return how
    return "no"


def any_gives(printed: Printed, values: np.ndarray) -> str:
    """Say how any of several values meets a printed number; see `gives`."""
    for how, interval in _WAYS:
        first, last = interval(printed)
        if ((values >= first) & (values <= last)).any():
            return how
    return "no"


_WAYS = (
    ("rounded", rounding_interval),
    ("truncated", cutting_interval),
    ("near", step_interval),
)


def gives_p(printed: PrintedP, low: float, high: float, alpha: float) -> bool:
    """Say whether p-values from `low` to `high` meet a printed one.

    A number may also have been cut off, or rounded twice.

    Examples
    --------
    >>> from reanalysis.printed import read_p
    >>> gives_p(read_p("0.02"), 0.0147, 0.0147, 0.05)
    True
    """
    first, last = printed_p_interval(printed, alpha)
    return low <= last and high >= first


@lru_cache(maxsize=16_384)
def printed_p_interval(printed: PrintedP, alpha: float) -> tuple[float, float]:
    """Closed interval of the p-values that are printed so."""
    first, last = printed.values(alpha)
    if printed.sign == "=" and printed.number is not None:
        unit = float(printed.number.unit)
        first -= unit / 20
        last = float(printed.number.value) + unit - 2 * SLACK
    return first - SLACK, last + SLACK


def written(value: float, decimals: int) -> str:
    """Write a computed number with at least so many decimals, none of them lost.

    Examples
    --------
    >>> written(2.63736, 3), written(0.0000123, 3)
    ('2.637', '1.2e-05')
    """
    if value != value:
        return ""
    if value and abs(value) < 0.5 * 10.0**-decimals:
        return f"{value:.1e}"
    return f"{value:.{decimals}f}"
