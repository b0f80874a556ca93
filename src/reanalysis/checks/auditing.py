"""Audit a table: every cell, every row, the whole."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from reanalysis.checks.cells import count_checks, percent_checks
from reanalysis.checks.findings import COLUMNS, Check
from reanalysis.checks.questions import Question, denominators_vary, questions
from reanalysis.checks.rows import (
    p_matches,
    row_checks,
    statistic_matches,
)
from reanalysis.checks.table import Row, Table


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    table : Table
    found : tuple of Check
        Every check, in the order of the table.
    """

    table: Table
    found: tuple[Check, ...]

    @cached_property
    def checks(self) -> pd.DataFrame:
        """A row per check: the fields of `Check`, all of them texts."""
        return pd.DataFrame(list(self.found), columns=list(COLUMNS), dtype=str)


def audit(table: Table, *, alpha: float = 0.05) -> Audit:
    """Check every cell, every row and the whole of a printed table.

    Parameters
    ----------
    table : Table
        From `read_table` or `Table.from_frame`.
    alpha : float
        The level (0-1) that the table's NS stands for.

    Returns
    -------
    Audit

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "endpoint": "relief", "arm": ["A", "B"], "n": 20, "count": ["13", "0"],
    ...     "statistic": "19.26", "p": "<0.001"})
    >>> found = audit(Table.from_frame(frame)).checks
    >>> found.loc[2, ["check", "computed", "verdict", "by"]].tolist()
    ['statistic', '19.259', 'agrees', 'Pearson']
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is between 0 and 1, not {alpha}")
    found: list[Check] = []
    for rows in table.studies.values():
        found += _audit_study(rows, alpha)
    return Audit(table, tuple(found))


def _audit_study(rows: list[Row], alpha: float) -> list[Check]:
    asked = [(row, list(questions(row))) for row in rows]
    best = _best([question for _, found in asked for question in found], alpha)
    checks = []
    for row, found in asked:
        varied = denominators_vary(row.cells)
        checks += count_checks(row)
        checks += percent_checks(row, varied=varied)
        for question in found:
            checks += row_checks(question, best, alpha)
    return checks


def _best(asked: list[Question], alpha: float) -> dict[str, str]:
    """The procedure that gives most rows, Pearson where several do."""
    given: dict[str, dict[str, int]] = {
        "statistic": {"Pearson": 0},
        "p": {"Pearson": 0},
    }
    for question in asked:
        if question.blocked or question.means is not None:
            continue
        if question.test.statistic is not None:
            _count(given["statistic"], statistic_matches(question))
        if question.test.p is not None:
            _count(given["p"], p_matches(question, alpha))
    return {key: max(counts, key=counts.__getitem__) for key, counts in given.items()}


def _count(counts: dict[str, int], matches: list) -> None:
    fair = [match.name for match in matches if match.fair and match.how != "near"]
    for name in dict.fromkeys(fair):
        counts[name] = counts.get(name, 0) + 1
