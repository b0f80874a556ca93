"""The atlas as its page reads it: every table with its tests, packed as text.

A page that shows a test of any table cannot compute it. The library computes all
(`every_table`); here the values are rounded and written beforehand, and what is left to
the page (`static/atlas.js`) is to find the place in a list.
"""

from base64 import b64encode
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.colors import to_hex

from reanalysis import Interval, Study, proportion, risk_difference
from reanalysis.figures import arm_colors
from reanalysis.prose import percent, pvalue, signed
from reanalysis.tables import every_table


def pack_atlas(study: Study) -> dict[str, Any]:
    """Write all that a page needs to show any table of this size.

    Parameters
    ----------
    study : Study
        Its arms give the sizes; its lowest printed level decides what is significant.

    Returns
    -------
    dict
        Lists, numbers and texts, ready for JSON:

        ``alpha``
            The level (0-1).
        ``arms``
            ``name``, ``n`` and ``color`` (as in the figures) of each.
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
    """
    names, n, alpha = study.arm_names, study.arms["n"].tolist(), study.alpha
    colors = arm_colors(names)
    tables = every_table(n, arms=names)
    texts = {
        test: [(pvalue(p), bool(p < alpha)) for p in tables[test]] for test in tables
    }
    shown = sorted(set().union(*texts.values()))
    place = {pair: i for i, pair in enumerate(shown)}
    counts = study.counts.groupby("endpoint", sort=False)["events"]
    return {
        "alpha": alpha,
        "arms": [
            {"name": name, "n": size, "color": to_hex(colors[name])}
            for name, size in zip(names, n, strict=True)
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
