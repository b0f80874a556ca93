"""Audit a printed summary table: which counts, which test, which conclusions follow."""

from reanalysis.counts import (
    feasible_counts,
    feasible_denominators,
    grim,
    grim_probability,
    nearest_count,
    patient_rows,
)
from reanalysis.intervals import (
    number_needed_to_treat,
    odds_ratio,
    proportion,
    risk_difference,
    risk_ratio,
)
from reanalysis.origins import count_matches, explain_statistics, matches_by_luck
from reanalysis.posterior import (
    comparator_prior,
    posterior,
    posterior_difference,
    probability_best,
)
from reanalysis.printed import match_printed, parse_printed
from reanalysis.study import DataError, Study, load_study
from reanalysis.tables import expected_counts, pearson_test

__all__ = [
    "DataError",
    "Study",
    "comparator_prior",
    "count_matches",
    "expected_counts",
    "explain_statistics",
    "feasible_counts",
    "feasible_denominators",
    "grim",
    "grim_probability",
    "load_study",
    "match_printed",
    "matches_by_luck",
    "nearest_count",
    "number_needed_to_treat",
    "odds_ratio",
    "parse_printed",
    "patient_rows",
    "pearson_test",
    "posterior",
    "posterior_difference",
    "probability_best",
    "proportion",
    "risk_difference",
    "risk_ratio",
]
