"""How far a conclusion depends on how the printed table is read."""

from collections.abc import Callable
from dataclasses import asdict
from itertools import product

import pandas as pd

from reanalysis.counts import readings
from reanalysis.study import Study
from reanalysis.tables import pearson_test


def multiverse(study: Study, test: Callable = pearson_test) -> pd.DataFrame:
    """Run a test on every feasible reading of the printed table.

    Parameters
    ----------
    study : Study
    test : callable
        Takes ``events, n`` of shape (k,), returns a dataclass such as
        `ChiSquareResult`.

    Returns
    -------
    DataFrame
        A row per endpoint and choice of one of the `readings` for each arm:
        ``endpoint``, ``reading`` (events and n of each arm, as text) and the fields
        of the result.

    Examples
    --------
    >>> from reanalysis import load_study
    >>> multiverse(load_study("data"))[["endpoint", "reading", "statistic"]].round(2)
           endpoint              reading  statistic
    0            CR  10/20, 13/20, 17/20       5.55
    1            CR  11/20, 13/20, 17/20       4.31
    2            CR   7/13, 13/20, 17/20       3.98
    3  MRD negative   6/20, 12/20, 16/20      10.32
    4     2-year OS   8/20, 11/20, 14/20       3.64
    """
    rows = []
    for endpoint, part in study.outcomes.groupby("endpoint", sort=False):
        options = [
            list(readings(percent, n).itertuples(index=False))
            for percent, n in zip(part["percent"], part["n"], strict=True)
        ]
        for choice in product(*options):
            text = ", ".join(f"{arm.events}/{arm.n}" for arm in choice)
            result = test([arm.events for arm in choice], [arm.n for arm in choice])
            rows.append({"endpoint": endpoint, "reading": text, **asdict(result)})
    return pd.DataFrame(rows)
