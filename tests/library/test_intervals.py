"""Intervals: known answers, R's values, what must always hold, odd input."""

from itertools import product
from math import inf, isnan, nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from reanalysis import (
    number_needed_to_treat,
    odds_ratio,
    proportion,
    risk_difference,
    risk_ratio,
)
from reanalysis.endpoints import add_intervals
from reanalysis.intervals import NumberNeeded, wilson

COMPARE = {"difference": risk_difference, "ratio": risk_ratio, "odds": odds_ratio}
METHODS = [
    (risk_difference, "miettinen-nurminen"),
    (risk_difference, "newcombe"),
    (risk_ratio, "miettinen-nurminen"),
    (risk_ratio, "koopman"),
    (odds_ratio, "miettinen-nurminen"),
    (odds_ratio, "conditional"),
]

# --- known answers --------------------------------------------------------------------

# R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, 95% limits by
# Miettinen and Nurminen and by his hybrid score method 10. They are known from the
# paper but were not read in it again; each agrees, to its four decimals, with R by
# another road (reference/intervals.R).
NEWCOMBE = [
    ((56, 70, 48, 80), (0.0528, 0.3382), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1700, 0.8406), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0342, 0.8534), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0326, 0.1933), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1658, 0.2844), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2879, 0.2879), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.7156, 1.0000), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6636, 1.0000), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("table", "score", "hybrid"), NEWCOMBE)
def test_the_differences_of_newcombe_1998(table, score, hybrid):
    found = risk_difference(*table)
    assert (round(found.low, 4), round(found.high, 4)) == score
    found = risk_difference(*table, method="newcombe")
    assert (round(found.low, 4), round(found.high, 4)) == hybrid


def test_the_ratio_of_koopman_1984():
    found = risk_ratio(36, 40, 16, 80, method="koopman")
    assert found.estimate == 4.5
    assert (round(found.low, 2), round(found.high, 2)) == (2.94, 7.15)


def test_the_number_needed_of_altman_1998():
    # a difference of 10% (-5% to 25%)
    found = NumberNeeded(1 / 0.10, 1 / 0.25, 1 / -0.05)
    assert found.estimate_text == "NNTB 10"
    assert found.text == "NNTB 4.0 to infinity to NNTH 20"


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("n", [1, 4, 10, 250])
def test_limits_that_algebra_gives(n, level):
    k = stats.norm.isf((1 - level) / 2) ** 2 * 2 * n / (2 * n - 1) / n
    # no events: only the first arm's rate can be above that of the other
    for events in (0, n):
        found = risk_difference(events, n, events, n, level=level)
        assert found.estimate == 0
        assert found.high == pytest.approx(k / (1 + k), rel=1e-9)
        assert found.low == pytest.approx(-found.high, rel=1e-9)
    # all and none: by symmetry p_1 = 1 - p_0
    found = risk_difference(n, n, 0, n, level=level)
    assert found.low == pytest.approx((1 - k / 2) / (1 + k / 2), rel=1e-9)
    assert (found.estimate, found.high) == (1, 1)
    # all and all
    found = risk_ratio(n, n, n, n, level=level)
    assert found.estimate == 1
    assert found.high == pytest.approx(1 + k, rel=1e-9)
    assert found.low == pytest.approx(1 / (1 + k), rel=1e-9)


@pytest.mark.parametrize("level", [1e-6, 0.5, 0.95, 0.999])
@pytest.mark.parametrize("n", [1, 4, 10, 250, 10**6])
def test_limits_of_an_odds_ratio_that_algebra_gives(n, level):
    z = stats.norm.isf((1 - level) / 2)
    # none and all: by symmetry p_1 = 1 - p_0, so the odds are each other's reciprocal
    limit = (z**2 / (2 * n - 1)) ** 2
    assert odds_ratio(0, n, n, n, level=level).high == pytest.approx(limit, rel=1e-6)
    found = odds_ratio(n, n, 0, n, level=level)
    assert found.low == pytest.approx(1 / limit, rel=1e-6)
    assert (found.estimate, found.high) == (inf, inf)


@pytest.mark.parametrize(
    ("x_1", "n_1", "n_0"), [(5, 10, 10), (1, 4, 4), (842, 9_000, 700), (6, 7, 10**6)]
)
def test_a_limit_next_to_no_odds_keeps_its_digits(x_1, n_1, n_0):
    # all of the other arm have the event: at a level near 0 the limit is near 0, where
    # p_1 is x_1 / n_1, and 1 - p_0 what z**2 makes of it
    level = 1e-6
    z = stats.norm.isf((1 - level) / 2)
    total = n_1 + n_0
    expected = z**2 * total / (total - 1) / n_0 * x_1 / (n_1 - x_1)
    found = odds_ratio(x_1, n_1, n_0, n_0, level=level)
    assert found.high == pytest.approx(expected, rel=1e-4)
    assert odds_ratio(n_0, n_0, x_1, n_1, level=level).low == pytest.approx(
        1 / expected, rel=1e-4
    )


def test_rounding_below_the_root_of_a_discriminant_does_no_harm():
    # where all of both arms, or all and none, have the event it is 0 next to the limit
    found = risk_ratio(7, 7, 7, 7, level=1e-6)
    assert found.low <= 1 <= found.high <= 1 + 1e-10
    for n in (4724, 9047, 17_588, 74_959):
        k = stats.norm.isf(0.495) ** 2 * 2 * n / (2 * n - 1) / n
        limit = (1 - k / 2) / (1 + k / 2)
        found = risk_difference(n, n, 0, n, level=0.01)
        assert found.low == pytest.approx(limit, rel=1e-9)
        found = risk_difference(0, n, n, n, level=0.01)
        assert found.high == pytest.approx(-limit, rel=1e-9)


def test_clopper_pearson_without_events():
    found = proportion(0, 20, method="clopper-pearson")
    assert (found.estimate, found.low) == (0, 0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 20), rel=1e-12)


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson"])
def test_none_and_all_are_in_their_intervals(method):
    for n in range(1, 60):
        none, every = proportion(0, n, method=method), proportion(n, n, method=method)
        assert (none.low, every.high) == (0, 1)
        assert 0 < none.high < 1
        assert 0 < every.low < 1


def test_rounding_carries_no_limit_past_the_end():
    for n_1, n_0 in product(range(1, 25), repeat=2):
        assert risk_difference(n_1, n_1, 0, n_0, method="newcombe").high <= 1
        assert risk_difference(0, n_1, n_0, n_0, method="newcombe").low >= -1
    # more patients than there are: only then does it happen
    many = (46900874824953444, 46900874824953446, 0, 271112460918432)
    found = risk_difference(*many, method="newcombe", level=0.001)
    assert found.high == 1
    found = risk_difference(*many[2:], *many[:2], method="newcombe", level=0.001)
    assert found.low == -1


def test_a_proportion_of_next_to_nobody_has_no_limit_above_one():
    # the quotient alone is one unit of the last digit above 1 here
    assert wilson(0.9 * 4e-16, 4e-16, 0.99).high == 1


def test_wilson_is_what_is_meant_where_nothing_is_said():
    assert proportion(12, 20) == proportion(12, 20, method="wilson", level=0.95)
    table = (12, 20, 9, 20)
    for compare in COMPARE.values():
        said = compare(*table, method="miettinen-nurminen", level=0.95)
        assert compare(*table) == said
    said = number_needed_to_treat(
        *table, wanted=True, method="miettinen-nurminen", level=0.95
    )
    assert number_needed_to_treat(*table) == said


@pytest.mark.parametrize("level", [None, 0.9])
def test_each_row_of_counts_gets_its_interval(level):
    counts = pd.DataFrame(
        {"arm": ["A", "B", "C"], "events": [12, 0, 9], "n": [20, 7, 9]}, index=[4, 2, 0]
    )
    found = add_intervals(counts, level=level) if level else add_intervals(counts)
    pd.testing.assert_frame_equal(found[["arm", "events", "n"]], counts)
    expected = [
        proportion(*pair, level=level or 0.95) for pair in [(12, 20), (0, 7), (9, 9)]
    ]
    for name in ("estimate", "low", "high"):
        assert found[name].tolist() == [getattr(one, name) for one in expected]
    assert found.columns[3:].tolist() == ["estimate", "low", "high"]


# --- R --------------------------------------------------------------------------------

REFERENCE = pd.read_csv(
    Path(__file__).parents[1] / "reference" / "intervals.csv", comment="#"
)


@pytest.mark.parametrize(
    ("measure", "method"),
    list(REFERENCE[["measure", "method"]].drop_duplicates().itertuples(index=False)),
)
def test_the_values_of_r(measure, method):
    rows = REFERENCE.query("measure == @measure and method == @method")
    assert len(rows) >= 50
    for row in rows.itertuples():
        arms = [int(row.events_1), int(row.n_1)]
        if measure != "proportion":
            arms += [int(row.events_0), int(row.n_0)]
        compare = COMPARE.get(measure, proportion)
        found = compare(*arms, method=method, level=row.level)
        got = [found.estimate, found.low, found.high]
        expected = [row.estimate, row.low, row.high]
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


# --- fifty digits ---------------------------------------------------------------------

EXTREME = pd.read_csv(
    Path(__file__).parents[1] / "reference" / "extreme_intervals.csv",
    dtype={"level": str},
)


@pytest.mark.parametrize(
    ("measure", "method"),
    list(EXTREME[["measure", "method"]].drop_duplicates().itertuples(index=False)),
)
def test_empty_and_very_unequal_arms_in_fifty_digits(measure, method):
    rows = EXTREME.query("measure == @measure and method == @method")
    assert len(rows) >= 16
    for row in rows.itertuples():
        arms = [int(row.events_1), int(row.n_1)]
        if measure != "proportion":
            arms += [int(row.events_0), int(row.n_0)]
        compare = COMPARE.get(measure, proportion)
        found = compare(*arms, method=method, level=float(row.level))
        got = [found.estimate, found.low, found.high]
        expected = [row.estimate, row.low, row.high]
        # a level has sixteen digits, and one of 0.999999 ten in what is left of 1
        np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-40)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999999])
@pytest.mark.parametrize(
    "table",
    [(50_000, 100_000, 49_000, 100_000), (3, 100_000, 40, 90_000), (1, 1, 5, 100_000)],
)
def test_conditional_limits_of_many_patients_have_their_tails(table, level):
    x_1, n_1, x_0, n_0 = table
    found = odds_ratio(*table, method="conditional", level=level)
    x = np.arange(max(0, x_1 + x_0 - n_0), min(n_1, x_1 + x_0) + 1)
    log_ways = stats.hypergeom.logpmf(x, n_1 + n_0, n_1, x_1 + x_0)

    def tail(ratio, chosen):
        logs = log_ways + x * np.log(ratio)
        weights = np.exp(logs - logs.max())
        return weights[chosen].sum() / weights.sum()

    assert tail(found.low, x >= x_1) == pytest.approx((1 - level) / 2, rel=1e-6)
    if found.high < inf:
        assert tail(found.high, x <= x_1) == pytest.approx((1 - level) / 2, rel=1e-6)
    logs = log_ways + x * np.log(found.estimate if found.estimate < inf else 1)
    weights = np.exp(logs - logs.max())
    if found.estimate < inf:
        assert weights @ x / weights.sum() == pytest.approx(x_1, rel=1e-7)


# --- what always holds ----------------------------------------------------------------

ordinary = settings(deadline=None, max_examples=50, derandomize=True)


@st.composite
def arm(draw, most=60):
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


two_arms = st.tuples(arm(), arm()).map(lambda arms: (*arms[0], *arms[1]))
levels = st.floats(0.5, 0.999)
methods = st.sampled_from(METHODS)


def close(got, expected):
    return got == pytest.approx(expected, rel=1e-8, abs=1e-10, nan_ok=True)


@ordinary
@given(arm(), levels, st.sampled_from(["wilson", "clopper-pearson"]))
def test_a_proportion_is_inside_and_has_its_complement(arm, level, method):
    events, n = arm
    found = proportion(events, n, level=level, method=method)
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    other = proportion(n - events, n, level=level, method=method)
    assert close(other.low, 1 - found.high)


@ordinary
@given(two_arms, levels, methods)
def test_an_interval_holds_its_estimate_and_stays_on_its_scale(table, level, method):
    compare, name = method
    found = compare(*table, method=name, level=level)
    bottom, top = (-1, 1) if compare is risk_difference else (0, inf)
    assert bottom <= found.low <= found.high <= top
    if isnan(found.estimate):
        assert (found.low, found.high) == (0, inf)
    else:
        assert found.low <= found.estimate <= found.high


@ordinary
@given(two_arms, levels, st.sampled_from(METHODS[:2]))
def test_swapped_arms_negate_the_difference(table, level, method):
    found = risk_difference(*table, method=method[1], level=level)
    swapped = risk_difference(*table[2:], *table[:2], method=method[1], level=level)
    assert close(swapped.estimate, -found.estimate)
    assert close(swapped.low, -found.high)
    assert close(swapped.high, -found.low)


def reciprocal(x):
    return inf if x == 0 else 1 / x


@ordinary
@given(two_arms, levels, st.sampled_from(METHODS[2:]))
def test_swapped_arms_turn_the_ratio_over(table, level, method):
    compare, name = method
    found = compare(*table, method=name, level=level)
    swapped = compare(*table[2:], *table[:2], method=name, level=level)
    assert close(swapped.estimate, reciprocal(found.estimate))
    assert close(swapped.low, reciprocal(found.high))
    assert close(swapped.high, reciprocal(found.low))


@ordinary
@given(two_arms, levels, st.sampled_from(METHODS[:2] + METHODS[4:]))
def test_swapped_outcomes_swap_arms(table, level, method):
    compare, name = method
    x_1, n_1, x_0, n_0 = table
    found = compare(x_0, n_0, x_1, n_1, method=name, level=level)
    other = compare(n_1 - x_1, n_1, n_0 - x_0, n_0, method=name, level=level)
    assert close(other.low, found.low)
    assert close(other.high, found.high)


@ordinary
@given(two_arms, st.tuples(levels, levels), methods)
def test_a_higher_level_is_not_narrower(table, levels, method):
    compare, name = method
    narrow, wide = (compare(*table, method=name, level=x) for x in sorted(levels))
    assert wide.low <= narrow.low * (1 + 1e-9) + 1e-9
    assert wide.high >= narrow.high * (1 - 1e-9) - 1e-9
    if narrow.low > -1 and levels[0] != levels[1] and compare is risk_difference:
        assert wide.high - wide.low >= narrow.high - narrow.low


def loglikelihood(p_1, p_0, x_1, n_1, x_0, n_0):
    return stats.binom.logpmf(x_1, n_1, p_1) + stats.binom.logpmf(
        x_0, n_0, p_0
    )  # constants do no harm


def score(table, pair, low, high, distance, weight):
    """Score statistic, its restricted estimate found by search."""

    def against(p_0):
        with np.errstate(all="ignore"):
            return -loglikelihood(*pair(p_0), *table)

    found = optimize.minimize_scalar(
        against, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    )
    p_1, p_0 = pair(found.x)
    _, n_1, _, n_0 = table
    variance = p_1 * (1 - p_1) / n_1 + weight**2 * p_0 * (1 - p_0) / n_0
    total = n_1 + n_0
    return distance / np.sqrt(variance * total / (total - 1))


@ordinary
@given(two_arms, levels)
def test_the_score_test_just_rejects_beyond_a_limit(table, level):
    x_1, n_1, x_0, n_0 = table
    z = stats.norm.isf((1 - level) / 2)
    found = risk_difference(*table, level=level)
    for limit, expected in ((found.low, z), (found.high, -z)):
        if abs(limit) < 1:
            got = score(
                table,
                lambda p, d=limit: (min(1, max(0, p + d)), p),
                max(0, -limit),
                min(1, 1 - limit),
                x_1 / n_1 - x_0 / n_0 - limit,
                1,
            )
            assert got == pytest.approx(expected, rel=1e-4)
    found = risk_ratio(*table, level=level)
    for limit, expected in ((found.low, z), (found.high, -z)):
        if 0 < limit < inf:
            got = score(
                table,
                lambda p, r=limit: (min(1, p * r), p),
                0,
                min(1, 1 / limit),
                x_1 / n_1 - limit * x_0 / n_0,
                limit,
            )
            assert got == pytest.approx(expected, rel=1e-4)


def test_the_tests_at_no_difference_agree():
    # at no difference all three score tests are Pearson's, times (N - 1) / N
    for x_1, x_0 in product(range(1, 20), repeat=2):
        if x_1 == x_0:
            continue
        table = np.array([[x_1, 20 - x_1], [x_0, 20 - x_0]])
        pearson = stats.chi2_contingency(table, correction=False).statistic * 39 / 40
        level = 1 - 2 * stats.norm.sf(np.sqrt(pearson))
        for compare, none in ((risk_difference, 0), (risk_ratio, 1), (odds_ratio, 1)):
            found = compare(x_1, 20, x_0, 20, level=level)
            nearest = found.low if x_1 > x_0 else found.high
            assert nearest == pytest.approx(none, abs=1e-9)


@ordinary
@given(st.integers(1, 8), st.integers(1, 8), st.data())
def test_conditional_limits_have_their_tails(n_1, n_0, data):
    x_1 = data.draw(st.integers(0, n_1))
    x_0 = data.draw(st.integers(0, n_0))
    found = odds_ratio(x_1, n_1, x_0, n_0, method="conditional", level=0.9)
    size, events = n_1 + n_0, x_1 + x_0
    if found.low > 0:
        fisher = stats.nchypergeom_fisher(size, n_1, events, found.low)
        assert fisher.sf(x_1 - 1) == pytest.approx(0.05, rel=1e-5)
    if found.high < inf:
        fisher = stats.nchypergeom_fisher(size, n_1, events, found.high)
        assert fisher.cdf(x_1) == pytest.approx(0.05, rel=1e-5)
    if 0 < found.estimate < inf:
        fisher = stats.nchypergeom_fisher(size, n_1, events, found.estimate)
        assert fisher.mean() == pytest.approx(x_1, rel=1e-5)


# --- zero cells -----------------------------------------------------------------------


@pytest.mark.parametrize("method", ["miettinen-nurminen", "koopman"])
def test_zero_cells_of_a_ratio(method):
    none = risk_ratio(0, 20, 0, 20, method=method)
    assert isnan(none.estimate)
    assert (none.low, none.high) == (0, inf)
    first = risk_ratio(0, 20, 5, 20, method=method)
    assert (first.estimate, first.low) == (0, 0)
    assert 0 < first.high < inf
    other = risk_ratio(5, 20, 0, 20, method=method)
    assert (other.estimate, other.high) == (inf, inf)
    assert 0 < other.low < inf


@pytest.mark.parametrize("method", ["miettinen-nurminen", "conditional"])
@pytest.mark.parametrize(
    ("table", "estimate"),
    [
        ((0, 20, 0, 20), nan),
        ((20, 20, 20, 20), nan),
        ((0, 5, 0, 7), nan),
        ((5, 5, 7, 7), nan),
        ((0, 20, 5, 20), 0),
        ((15, 20, 20, 20), 0),
        ((0, 20, 20, 20), 0),
        ((5, 20, 0, 20), inf),
        ((20, 20, 15, 20), inf),
        ((20, 20, 0, 20), inf),
    ],
)
def test_zero_cells_of_an_odds_ratio(table, estimate, method):
    found = odds_ratio(*table, method=method)
    assert found.estimate == pytest.approx(estimate, nan_ok=True)
    assert (found.low == 0) == (estimate != inf)
    assert (found.high == inf) == (estimate != 0)


def test_very_large_and_very_unequal_arms():
    # numpy's 32-bit counts would overflow, and a limit be lost in rounding
    big = np.int32(2_000_000_000)
    found = risk_difference(np.int32(1_000_000_000), big, np.int32(1_000_000_001), big)
    assert found.estimate == pytest.approx(-5e-10, rel=1e-9)
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.5 / 1e9**0.5, rel=1e-4)
    found = risk_ratio(1, 10**7, 1, 1)
    assert found.estimate == pytest.approx(1e-7)
    assert 0 < found.low < 1e-7 < found.high < 1e-5
    for few, many in ((1, 698_242), (2, 879_678)):
        for arms in (((few, few), (few, many)), ((many - few, many), (0, few))):
            found = risk_difference(*arms[0], *arms[1])
            assert found.low < found.estimate < found.high <= 1
            swapped = risk_difference(*arms[1], *arms[0])
            assert -1 <= swapped.low < swapped.estimate < swapped.high
    found = odds_ratio(842, 550_268, 550_268, 550_268, level=0.999)
    assert (found.estimate, found.low) == (0, 0)
    assert 1e-9 < found.high < 1e-7
    found = odds_ratio(10**7 - 1, 10**7, 1, 10**7)
    assert found.low < found.estimate < found.high < 1e17


# --- number needed to treat -----------------------------------------------------------


def test_a_number_needed_is_one_over_the_difference():
    difference = risk_difference(56, 70, 48, 80)
    found = number_needed_to_treat(56, 70, 48, 80)
    assert found.estimate == 1 / difference.estimate
    assert (found.low, found.high) == (1 / difference.high, 1 / difference.low)
    assert not found.through_infinity
    assert (found.estimate_text, found.text) == ("NNTB 5.0", "NNTB 3.0 to 19")


def test_an_unwanted_event_turns_benefit_into_harm():
    harm = number_needed_to_treat(56, 70, 48, 80, wanted=False)
    assert (harm.estimate_text, harm.text) == ("NNTH 5.0", "NNTH 3.0 to 19")
    assert (harm.low, harm.high) == (pytest.approx(-18.929, abs=1e-3), harm.high)
    benefit = number_needed_to_treat(48, 80, 56, 70, wanted=False)
    assert benefit == number_needed_to_treat(56, 70, 48, 80)


def test_an_interval_through_infinity_is_outside_its_limits():
    found = number_needed_to_treat(12, 20, 9, 20)
    assert found.through_infinity
    assert found.high < 0 < found.low < found.estimate
    assert found.text == "NNTB 2.3 to infinity to NNTH 6.3"


def test_no_difference_is_infinitely_many():
    found = number_needed_to_treat(10, 20, 10, 20)
    assert (found.estimate, found.estimate_text) == (inf, "infinity")
    assert found.text == "NNTB 3.3 to infinity to NNTH 3.3"
    found = number_needed_to_treat(0, 10, 0, 10, method="newcombe", level=0.9)
    assert (
        found.low
        == -found.high
        == 1 / risk_difference(0, 10, 0, 10, method="newcombe", level=0.9).high
    )


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (3.36, inf, "NNTB 3.4 to infinity"),
        (-inf, -3.36, "NNTH 3.4 to infinity"),
        (1.0, 9.94, "NNTB 1.0 to 9.9"),
        (9.96, 10.4, "NNTB 10 to 10"),
        (-120.6, -9.0, "NNTH 9.0 to 121"),
        (1.0, -1.0, "NNTB 1.0 to infinity to NNTH 1.0"),
    ],
)
def test_how_a_number_needed_is_written(low, high, text):
    assert NumberNeeded(nan, low, high).text == text


def test_a_limit_at_no_difference_stays_on_its_side(monkeypatch):
    from reanalysis import intervals

    def difference(low, high):
        found = intervals.Interval((low + high) / 2, low, high)
        monkeypatch.setattr(intervals, "risk_difference", lambda *_, **__: found)
        return number_needed_to_treat(1, 2, 1, 2)

    assert difference(0.0, 0.25) == NumberNeeded(8, 4, inf)
    assert difference(-0.25, 0.0) == NumberNeeded(-8, -inf, -4)


# --- odd input ------------------------------------------------------------------------


def test_whole_numbers_of_numpy_are_welcome():
    table = np.array([12, 20, 9, 20], dtype=np.int8)
    for compare, method in METHODS:
        assert compare(*table, method=method) == compare(12, 20, 9, 20, method=method)
    assert proportion(table[0], table[1]) == proportion(12, 20)


def test_results_cannot_be_changed():
    for found in (proportion(12, 20), number_needed_to_treat(12, 20, 9, 20)):
        with pytest.raises(AttributeError):
            found.low = 0.0


@pytest.mark.parametrize(("compare", "method"), METHODS)
def test_results_are_plain_floats(compare, method):
    for table in ((12, 20, 9, 20), (0, 20, 5, 20), (20, 20, 0, 20), (0, 1, 0, 1)):
        found = compare(*table, method=method)
        assert {type(found.estimate), type(found.low), type(found.high)} == {float}


def test_a_conditional_limit_has_a_highest_level_and_most_patients():
    highest = 1 - 2**-23
    assert odds_ratio(5, 9, 3, 9, method="conditional", level=highest).low > 0
    with pytest.raises(ValueError, match=r"^conditional limits are computed up to a l"):
        odds_ratio(5, 9, 3, 9, method="conditional", level=1 - 2**-24)
    with pytest.raises(ValueError, match=r"fewer than 2\*\*52 patients$"):
        odds_ratio(5, 9, 3, 2**52 - 9, method="conditional")
    assert odds_ratio(5, 9, 3, 2**52 - 10, method="conditional").low > 1e14


@pytest.mark.parametrize("wrong", ["0.95", None])
def test_a_level_is_a_number(wrong):
    for compare in COMPARE.values():
        with pytest.raises(TypeError, match=r"^level must be a number, not "):
            compare(5, 9, 3, 9, level=wrong)


@pytest.mark.parametrize("level", [5e-324, 1e-200, 1e-15])
def test_a_level_next_to_0_leaves_the_estimate(level):
    for compare in COMPARE.values():
        for table in ((5, 9, 3, 9), (1, 10**6, 1, 2), (0, 7, 3, 9)):
            found = compare(*table, level=level)
            for limit in (found.low, found.high):
                assert limit == pytest.approx(found.estimate, rel=1e-12, abs=1e-12)
