"""Audit a printed summary table: which counts, which test, which conclusions follow."""

from reanalysis.counts import (
    feasible_counts,
    feasible_denominators,
    grim,
    grim_probability,
    nearest_count,
    patient_rows,
)
from reanalysis.design import (
    RejectionRegion,
    exact_power,
    false_positive_curve,
    rejection_region,
    smallest_n,
)
from reanalysis.intervals import proportion
from reanalysis.origins import count_matches, explain_statistics, matches_by_luck
from reanalysis.printed import match_printed, parse_printed
from reanalysis.study import DataError, Study, load_study
from reanalysis.tables import expected_counts, pearson_test

__all__ = [
    "DataError",
    "RejectionRegion",
    "Study",
    "count_matches",
    "exact_power",
    "expected_counts",
    "explain_statistics",
    "false_positive_curve",
    "feasible_counts",
    "feasible_denominators",
    "grim",
    "grim_probability",
    "load_study",
    "match_printed",
    "matches_by_luck",
    "nearest_count",
    "parse_printed",
    "patient_rows",
    "pearson_test",
    "proportion",
    "rejection_region",
    "smallest_n",
]
