"""Every table that a study of this size can give, with its tests, as text to look up.

A page that shows a test of any table cannot compute it. Here all is computed, rounded
and written beforehand; what is left to the page is to find the place in a list.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from reanalysis.counts import check_counts
from reanalysis.intervals import Interval, proportion, risk_difference
from reanalysis.prose import percent, pvalue, signed
from reanalysis.study import Study
from reanalysis.tables import MOST_TABLES, every_table


def pack_atlas(study: Study, *, most_tables: int = MOST_TABLES) -> dict[str, Any]:
    """Write all that a page needs to show any table of this size.

    Parameters
    ----------
    study : Study
        Its arms give the sizes; its lowest printed level decides what is significant.
    most_tables : int
        As in `every_table`.

    Returns
    -------
    dict
        Lists, numbers and texts, ready for JSON:

        ``alpha``
            The level (0-1).
        ``arms``
            ``name`` and ``n`` of each.
        ``outcomes``
            ``endpoint`` and ``events`` (per arm) of each row that the study reports.
        ``shown``
            Pairs of a p-value as text and whether it is below `alpha`.
        ``tests``
            By test, the place in ``shown`` of each table's p-value, in the order of
            `every_table`: base64 of little-endian 16-bit numbers.
        ``rates``
            By number of patients, for each count of events: the rate with its 95%
            interval (Wilson) as text, and estimate, low and high in tenths of a
            percent.
        ``differences``
            By the numbers of patients of two arms (``"20,20"``), in the order of
            `every_table`: the first arm's rate less the second one's with its 95%
            interval (`risk_difference`) in percentage points as text, estimate, low
            and high in tenths of a point, and whether the interval excludes 0.

    Raises
    ------
    TypeError, ValueError
        As for `every_table`.

    Examples
    --------
    >>> from reanalysis import example
    >>> atlas = pack_atlas(example())
    >>> atlas["outcomes"][0]["events"], atlas["rates"]["20"][11][0]
    ([7, 12, 18], '55% (34% to 74%)')
    """
    names, n, alpha = study.arm_names, study.arms["n"].tolist(), study.alpha
    tables = every_table(n, arms=names, most_tables=most_tables)
    texts = {
        test: [(pvalue(p), bool(p < alpha)) for p in tables[test]] for test in tables
    }
    shown = sorted(set().union(*texts.values()))
    place = {pair: i for i, pair in enumerate(shown)}
    counts = study.counts.groupby("endpoint", sort=False)["events"]
    return {
        "alpha": alpha,
        "arms": [
            {"name": name, "n": size} for name, size in zip(names, n, strict=True)
        ],
        "outcomes": [
            {"endpoint": endpoint, "events": events.tolist()}
            for endpoint, events in counts
        ],
        "shown": [list(pair) for pair in shown],
        "tests": {
            test: _packed([place[pair] for pair in pairs])
            for test, pairs in texts.items()
        },
        "rates": {str(size): _rates(size) for size in sorted(set(n))},
        "differences": {
            f"{first},{second}": _differences(first, second)
            for second, first in sorted(set(combinations(n, 2)))
        },
    }


def look_up(atlas: dict[str, Any], events: Sequence[int]) -> dict[str, Any]:
    """Find one table, as the page does.

    Parameters
    ----------
    atlas : dict
        From `pack_atlas`.
    events : sequence of int, shape (k,)
        Patients with the event, per arm.

    Returns
    -------
    dict
        ``tests``: by test, the p-value as text and whether it is significant;
        ``rates``: by arm, the rate with its interval as text; ``differences``: by pair
        of arms, the later one first, the difference with its interval as text.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If lengths differ, or a count is not from 0 to its arm's `n`.

    Examples
    --------
    >>> from reanalysis import example
    >>> found = look_up(pack_atlas(example()), [6, 12, 16])
    >>> found["tests"]["exact"], found["tests"]["trend"]
    (('0.200', False), ('0.077', False))
    >>> list(found["differences"].values())[1]
    '+29.2 (\u22122.7 to +55.7)'
    """
    names = [arm["name"] for arm in atlas["arms"]]
    n = [arm["n"] for arm in atlas["arms"]]
    check_counts(events, n)
    row = int(np.ravel_multi_index(tuple(events), [size + 1 for size in n]))
    arms = list(zip(names, n, events, strict=True))
    return {
        "tests": {
            test: tuple(atlas["shown"][np.frombuffer(b64decode(packed), "<u2")[row]])
            for test, packed in atlas["tests"].items()
        },
        "rates": {name: atlas["rates"][str(size)][x][0] for name, size, x in arms},
        "differences": {
            (first[0], second[0]): atlas["differences"][f"{first[1]},{second[1]}"][
                first[2] * (second[1] + 1) + second[2]
            ][0]
            for second, first in combinations(arms, 2)
        },
    }


# --- estimates as text and as places on a scale ---------------------------------------


def _packed(places: list[int]) -> str:
    return b64encode(np.array(places, "<u2").tobytes()).decode()


def _tenths(found: Interval) -> list[int]:
    return [round(1000 * value) for value in (found.estimate, found.low, found.high)]


def _rates(n: int) -> list[list]:
    rows = []
    for events in range(n + 1):
        found = proportion(events, n)
        low, high = percent(found.low), percent(found.high)
        text = f"{percent(found.estimate)} ({low} to {high})"
        rows.append([text, *_tenths(found)])
    return rows


def _differences(n_1: int, n_0: int) -> list[list]:
    rows = []
    for x_1 in range(n_1 + 1):
        for x_0 in range(n_0 + 1):
            found = risk_difference(x_1, n_1, x_0, n_0)
            ends = _tenths(found)
            middle, low, high = (signed(tenths / 10, 1) for tenths in ends)
            excludes = found.low > 0 or found.high < 0
            rows.append([f"{middle} ({low} to {high})", *ends, excludes])
    return rows
