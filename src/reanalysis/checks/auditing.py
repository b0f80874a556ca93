"""Audit a table: every cell, every row, the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from reanalysis.checks.cells import (
    count_checks,
    fits_no_count,
    mean_checks,
    percent_checks,
)
from reanalysis.checks.findings import COLUMNS, Check
from reanalysis.checks.questions import denominators_vary, questions
from reanalysis.checks.rows import row_checks
from reanalysis.checks.sums import sum_checks
from reanalysis.checks.table import Row, Table
from reanalysis.checks.whole import Summary, summarize

#: What stars stand for where a table does not say it.
STARS = {"*": 0.05, "**": 0.01, "***": 0.001}


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    table : Table
    found : tuple of Check
        Every check, in the order of the table.
    summaries : tuple of Summary
        For each study, what its statistics and its p-values have in common.
    checks : DataFrame
        The same checks as a frame of texts, with the columns ``study, endpoint, arm,
        check, printed, computed, verdict, by, sentence``. `verdict` is ``agrees``,
        ``does not agree`` or ``cannot be checked``.
    """

    table: Table
    found: tuple[Check, ...]
    summaries: tuple[Summary, ...] = ()

    @cached_property
    def checks(self) -> pd.DataFrame:
        """A row per check: the fields of `Check`, all of them texts."""
        return pd.DataFrame(list(self.found), columns=list(COLUMNS), dtype=str)


def audit(
    table: Table, *, alpha: float = 0.05, marks: Mapping[str, float] | None = None
) -> Audit:
    """Check every cell, every row and the whole of a printed table.

    Parameters
    ----------
    table : Table
        From `read_table` or `Table.from_frame`.
    alpha : float
        The level (0-1) that the table's NS stands for.
    marks : mapping, optional
        The level (0-1) below which each mark says that a p-value is; if left out, one,
        two and three stars stand for 0.05, 0.01 and 0.001.

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
    marks = STARS if marks is None else marks
    found: list[Check] = []
    summaries: list[Summary] = []
    for study, rows in table.studies.items():
        checks, of_study = _audit_study(study, rows, alpha, marks)
        found += checks
        summaries += of_study
    return Audit(table, tuple(found), tuple(summaries))


def _audit_study(
    study: str, rows: list[Row], alpha: float, marks: Mapping[str, float]
) -> tuple[list[Check], list[Summary]]:
    asked = [(row, list(questions(row))) for row in rows]
    every = [question for _, found in asked for question in found]
    if any(fits_no_count(cell) for row in rows for cell in row.cells):
        for question in every:
            question.doubtful = True
    summaries = [summarize(study, every, field, alpha) for field in ("statistic", "p")]
    best = {summary.field: summary.shown for summary in summaries}
    checks: list[Check] = []
    for row, found in asked:
        varied = denominators_vary(row.cells)
        checks += count_checks(row)
        checks += percent_checks(row, varied=varied)
        checks += mean_checks(row)
        checks += sum_checks(row)
        for question in found:
            checks += row_checks(question, best, alpha, marks)
    return checks, [summary for summary in summaries if summary.rows]
