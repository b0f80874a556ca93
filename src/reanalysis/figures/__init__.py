"""Every figure of a book: takes a tidy frame, returns a figure, computes nothing.

All share one style. Figures have no title: the caption is the title.
"""

from reanalysis.figures.checks import draw_printed_against_recomputed
from reanalysis.figures.claims import (
    draw_appraisal,
    draw_ledger,
    draw_reporting,
)
from reanalysis.figures.counts import draw_nearest, draw_people
from reanalysis.figures.design import (
    draw_false_positives,
    draw_power,
    draw_scenarios,
    draw_upper_limits,
)
from reanalysis.figures.endpoints import (
    draw_differences,
    draw_pvalues,
    draw_rates,
    draw_shares,
)
from reanalysis.figures.evidence import draw_estimates, draw_forest
from reanalysis.figures.follow_up import draw_follow_up, draw_interval_width
from reanalysis.figures.origins import draw_candidates, draw_reach
from reanalysis.figures.style import (
    ACCENT,
    BAND,
    FAINT,
    INK,
    WIDTH,
    arm_colors,
    use_style,
)
from reanalysis.figures.survival import draw_survival
from reanalysis.figures.synthetic import draw_flow

__all__ = [
    "ACCENT",
    "BAND",
    "FAINT",
    "INK",
    "WIDTH",
    "arm_colors",
    "draw_appraisal",
    "draw_candidates",
    "draw_differences",
    "draw_estimates",
    "draw_false_positives",
    "draw_flow",
    "draw_follow_up",
    "draw_forest",
    "draw_interval_width",
    "draw_ledger",
    "draw_nearest",
    "draw_people",
    "draw_power",
    "draw_printed_against_recomputed",
    "draw_pvalues",
    "draw_rates",
    "draw_reach",
    "draw_reporting",
    "draw_scenarios",
    "draw_shares",
    "draw_survival",
    "draw_upper_limits",
    "use_style",
]
