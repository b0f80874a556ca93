"""Audit a printed summary table: which counts, which test, which conclusions follow.

Here stand the names that most callers need. Everything else is in its room, and a room
uses only those that stand before it in this list::

    printed stated        a number as printed; a percentage as a sentence states it
    procedures rates      formulas of statistics; sums of rates
    counts                percentages, and the whole patients behind them
    tables intervals      tests of k x 2 tables; differences and ratios of arms
    robustness            what a result hangs on
    posterior design      what a count tells of a rate; what a study can see
    survival follow_up    times, and who can have been followed
    package study         a folder of CSV files, checked; one typed study
    example               a small made-up study
    endpoints             a whole table in, a frame out
    origins synthetic     which procedure gives a printed statistic; made-up patients
    evidence              published figures beside a study's own
    prose claims figures  words, verdicts, pictures
    written checks        files written whole; the audit of any printed table
    corpus                published tables, by the thousand
"""

from reanalysis.checks import Audit, Table, audit, read_table
from reanalysis.claims import verdicts
from reanalysis.counts import feasible_counts, grim, grim_probability
from reanalysis.design import exact_power
from reanalysis.example import example
from reanalysis.intervals import (
    Interval,
    NumberNeeded,
    number_needed_to_treat,
    odds_ratio,
    proportion,
    risk_difference,
    risk_ratio,
)
from reanalysis.origins import explain_statistics
from reanalysis.package import DataError
from reanalysis.printed import Printed, parse_printed
from reanalysis.study import Study, load_study
from reanalysis.tables import (
    ChiSquareResult,
    ExactResult,
    TrendResult,
    exact_test,
    pearson_test,
    trend_test,
    unconditional_test,
)

__version__ = "0.1.0"

__all__ = [
    "Audit",
    "ChiSquareResult",
    "DataError",
    "ExactResult",
    "Interval",
    "NumberNeeded",
    "Printed",
    "Study",
    "Table",
    "TrendResult",
    "audit",
    "exact_power",
    "exact_test",
    "example",
    "explain_statistics",
    "feasible_counts",
    "grim",
    "grim_probability",
    "load_study",
    "number_needed_to_treat",
    "odds_ratio",
    "parse_printed",
    "pearson_test",
    "proportion",
    "read_table",
    "risk_difference",
    "risk_ratio",
    "trend_test",
    "unconditional_test",
    "verdicts",
]
