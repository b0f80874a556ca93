"""Audit a printed summary table: which counts, which test, which conclusions follow."""

from reanalysis.counts import (
    feasible_counts,
    feasible_denominators,
    feasible_sizes,
    grim,
    grim_probability,
    nearest_count,
    nearest_percentages,
    patient_rows,
    readings,
    recover_counts,
)
from reanalysis.design import (
    RejectionRegion,
    exact_power,
    false_positive_curve,
    rejection_region,
    smallest_n,
)
from reanalysis.intervals import (
    add_intervals,
    number_needed_to_treat,
    odds_ratio,
    proportion,
    risk_difference,
    risk_ratio,
)
from reanalysis.origins import count_matches, explain_statistics, matches_by_luck
from reanalysis.posterior import (
    comparator_prior,
    posterior_difference,
    probability_best,
    rate_posterior,
)
from reanalysis.printed import match_printed, parse_printed
from reanalysis.robustness import (
    e_value,
    fragility_index,
    multiverse,
    reverse_fragility_index,
    shared_bounds,
)
from reanalysis.study import DataError, Study, load_study
from reanalysis.tables import (
    check_tests,
    compare_arms,
    exact_test,
    expected_counts,
    pairwise_tests,
    pearson_test,
    trend_test,
    unconditional_test,
)

__all__ = [
    "DataError",
    "RejectionRegion",
    "Study",
    "add_intervals",
    "check_tests",
    "comparator_prior",
    "compare_arms",
    "count_matches",
    "e_value",
    "exact_power",
    "exact_test",
    "expected_counts",
    "explain_statistics",
    "false_positive_curve",
    "feasible_counts",
    "feasible_denominators",
    "feasible_sizes",
    "fragility_index",
    "grim",
    "grim_probability",
    "load_study",
    "match_printed",
    "matches_by_luck",
    "multiverse",
    "nearest_count",
    "nearest_percentages",
    "number_needed_to_treat",
    "odds_ratio",
    "pairwise_tests",
    "parse_printed",
    "patient_rows",
    "pearson_test",
    "posterior_difference",
    "probability_best",
    "proportion",
    "rate_posterior",
    "readings",
    "recover_counts",
    "rejection_region",
    "reverse_fragility_index",
    "risk_difference",
    "risk_ratio",
    "shared_bounds",
    "smallest_n",
    "trend_test",
    "unconditional_test",
]
