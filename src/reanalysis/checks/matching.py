"""How a computed value meets a printed one."""

import numpy as np

from reanalysis.printed import Printed, PrintedP

#: A value at the very end of an interval must not be lost to floating point.
SLACK = 1e-9

#: What an interval of values around a printed number means.
Way = tuple[str, float, float]


def rounding_interval(printed: Printed) -> tuple[float, float]:
    """Values (closed interval) that round to the size of a printed number.

    Signs are left out: which arm is taken from which is not always printed.
    """
    size, half, slack = printed.size, printed.step / 2, printed.slack
    return max(size - half, 0.0) - slack, size + half + slack


def ways(printed: Printed) -> tuple[Way, ...]:
    """Closed intervals of the sizes that may be printed so, the best way first.

    Returns
    -------
    tuple of (str, float, float)
        ``"rounded"``; ``"truncated"``, further digits were cut off; ``"near"``, less
        than one step of the last digit away, as after rounding twice or upward.

    Examples
    --------
    >>> from reanalysis.printed import parse_printed
    >>> [how for how, low, high in ways(parse_printed("22.3")) if low <= 22.353 <= high]
    ['truncated', 'near']
    """
    size, unit, slack = printed.size, printed.step, printed.slack
    return (
        ("rounded", *rounding_interval(printed)),
        ("truncated", size, size + unit - slack),
        ("near", size - unit + slack, size + unit - slack),
    )


def meets(allowed: tuple[Way, ...], low: float, high: float) -> str:
    """Say how values from `low` to `high` meet a printed number; ``"no"`` for NaN.

    Examples
    --------
    >>> from reanalysis.printed import parse_printed
    >>> meets(ways(parse_printed("1.19")), 1.1846, 1.1846)
    'near'
    """
    for how, first, last in allowed:
        if low <= last and high >= first:
            return how
    return "no"


def any_meets(allowed: tuple[Way, ...], values: np.ndarray) -> str:
    """Say how any of several values meets a printed number; see `meets`."""
    for how, first, last in allowed:
        if ((values >= first) & (values <= last)).any():
            return how
    return "no"


def printed_p_interval(printed: PrintedP, alpha: float) -> tuple[float, float]:
    """Closed interval of the p-values (0-1) that are printed so.

    A number may also have been cut off, or rounded twice.

    Examples
    --------
    >>> from reanalysis.printed import read_p
    >>> low, high = printed_p_interval(read_p("0.02"), 0.05)
    >>> low < 0.0146 < high, low < 0.0299 < high
    (True, True)
    """
    first, last = printed.values(alpha)
    if printed.sign == "=" and printed.number is not None:
        unit = printed.number.step
        first -= unit / 20
        last = float(printed.number.value) + unit - 2 * SLACK
    return first - SLACK, last + SLACK


def written(value: float, decimals: int) -> str:
    """Write a computed number with so many decimals, or as a power of ten if tiny.

    Examples
    --------
    >>> written(2.63736, 3), written(0.0000123, 3), written(float("nan"), 3)
    ('2.637', '1.2e-05', '')
    """
    if value != value:
        return ""
    if value and abs(value) < 0.5 * 10.0**-decimals:
        return f"{value:.1e}"
    return f"{value:.{decimals}f}"
