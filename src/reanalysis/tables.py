"""Tests of a k x 2 table: patients with and without an event, in k arms."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from reanalysis.counts import patient_rows, recover_counts
from reanalysis.study import Study


@dataclass(frozen=True)
class ChiSquareResult:
    """A chi-square test.

    Attributes
    ----------
    statistic : float
        The chi-square value.
    dof : int
        Degrees of freedom.
    pvalue : float
        Probability (0-1) of a value as large or larger if the arms do not differ.
    """

    statistic: float
    dof: int
    pvalue: float


def expected_counts(events: Sequence[int], n: Sequence[int]) -> np.ndarray:
    """Give the counts expected if all arms shared one rate.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm.

    Returns
    -------
    ndarray, shape (k, 2)
        Expected patients with and without the event: row total times column total
        over the number of patients.

    Examples
    --------
    >>> expected_counts([6, 12, 16], [20, 20, 20]).round(2).tolist()
    [[11.33, 8.67], [11.33, 8.67], [11.33, 8.67]]
    """
    sizes = np.asarray(n, dtype=float)
    rate = np.sum(events) / sizes.sum()
    return np.outer(sizes, [rate, 1 - rate])


def pearson_test(events: Sequence[int], n: Sequence[int]) -> ChiSquareResult:
    """Pearson's chi-square test of independence, without continuity correction.

    The statistic is the sum over the 2k cells of ``(O - E)**2 / E``, where ``O`` is
    the observed and ``E`` the expected count (`expected_counts`), with ``k - 1``
    degrees of freedom. It is computed by `pingouin.chi2_independence` on one row per
    patient.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm; k is at least 2.

    Returns
    -------
    ChiSquareResult
        If all patients or none have the event, nothing speaks against equal rates:
        the statistic is 0 and the p-value 1.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If there are fewer than two arms, lengths differ, or a count is not from 0
        to its `n`.

    References
    ----------
    K. Pearson, *Philosophical Magazine* 50 (1900) 157-175,
    doi:10.1080/14786440009463897. R. Vallat, "Pingouin: statistics in Python",
    *Journal of Open Source Software* 3 (2018) 1026, doi:10.21105/joss.01026.

    Examples
    --------
    >>> test = pearson_test([6, 12, 16], [20, 20, 20])
    >>> round(test.statistic, 3), test.dof, round(test.pvalue, 4)
    (10.317, 2, 0.0058)
    """
    # pingouin takes over a second to import and few callers need it
    import pingouin

    rows = patient_rows(events, n)
    if len(n) < 2:
        raise ValueError("a comparison needs at least two arms")
    if rows["event"].nunique() == 1:
        return ChiSquareResult(0.0, len(n) - 1, 1.0)
    with warnings.catch_warnings():
        # It warns of counts below five, which a reader of the table sees, and its
        # other statistics, which are not used here, divide by empty cells.
        warnings.filterwarnings("ignore", message="Low count", category=UserWarning)
        warnings.filterwarnings("ignore", category=RuntimeWarning)
        _, _, stats = pingouin.chi2_independence(
            rows, x="arm", y="event", correction=False
        )
    row = stats.set_index("test").loc["pearson"]
    return ChiSquareResult(float(row["chi2"]), int(row["dof"]), float(row["pval"]))


def compare_arms(counts: pd.DataFrame, test: Callable = pearson_test) -> pd.DataFrame:
    """Run a test on each endpoint of a table of counts.

    Parameters
    ----------
    counts : DataFrame
        Columns ``endpoint, arm, n, events``.
    test : callable
        Takes ``events, n`` of shape (k,), returns a dataclass such as
        `ChiSquareResult`.

    Returns
    -------
    DataFrame
        A row per endpoint, in order of appearance: ``endpoint`` and the fields of
        the result.

    Examples
    --------
    >>> counts = pd.DataFrame({
    ...     "endpoint": "response", "arm": ["A", "B"], "n": 20, "events": [5, 15]})
    >>> compare_arms(counts)[["endpoint", "statistic", "dof"]]
       endpoint  statistic  dof
    0  response       10.0    1
    """
    rows = []
    for endpoint, part in counts.groupby("endpoint", sort=False):
        result = test(part["events"].tolist(), part["n"].tolist())
        rows.append({"endpoint": endpoint, **asdict(result)})
    return pd.DataFrame(rows)


def check_tests(study: Study, test: Callable = pearson_test) -> pd.DataFrame:
    """Set each printed test beside the one that the whole patients give.

    Parameters
    ----------
    study : Study
    test : callable
        As in `compare_arms`.

    Returns
    -------
    DataFrame
        A row per printed test: ``endpoint``, ``printed`` (the value, str), ``claimed``
        (the printed mark claims a p-value below it; NaN without a mark), the fields
        of the result, and ``holds`` (bool, the p-value is below what is claimed).

    Examples
    --------
    >>> from reanalysis import load_study
    >>> check_tests(load_study("data"))[["endpoint", "printed", "holds"]]
           endpoint printed  holds
    0            CR     7.3  False
    1  MRD negative    22.3   True
    2     2-year OS     8.1  False
    """
    printed = pd.DataFrame(
        {
            "endpoint": study.tests["endpoint"],
            "printed": study.tests["value"],
            "claimed": study.tests["alpha"]
            .astype(float)
            .where(study.tests["mark"] != ""),
        }
    )
    found = printed.merge(compare_arms(recover_counts(study.outcomes), test))
    return found.assign(holds=found["pvalue"] < found["claimed"])
