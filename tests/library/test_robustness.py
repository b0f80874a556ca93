"""Fragility, E-value, shared patients, readings: known answers, then properties."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import inf, isnan, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reanalysis import exact_test, example, feasible_counts, grim, pearson_test
from reanalysis.endpoints import MOST_READINGS, multiverse
from reanalysis.robustness import (
    bross_share,
    confounded_ratio,
    e_value,
    fragility_index,
    frechet_bounds,
    reverse_fragility_index,
)

HERE = Path(__file__).parents[1]
REFERENCE = pd.read_csv(HERE / "reference" / "tables.csv", comment="#", dtype=str)
STUDY = example()

few = settings(max_examples=40, deadline=None)
BOTH = (fragility_index, reverse_fragility_index)


@st.composite
def tables(draw, most=3, largest=10):
    n = draw(st.lists(st.integers(1, largest), min_size=2, max_size=most))
    return [draw(st.integers(0, size)) for size in n], n


def one_arm_changed(events, n):
    """Every table in which only one arm's events differ: size of the change, events."""
    for arm, size in enumerate(n):
        for x in range(size + 1):
            changed = tuple(x if i == arm else one for i, one in enumerate(events))
            yield abs(x - events[arm]), arm, changed


# --- fragility --------------------------------------------------------------------


def test_fragility_equals_the_trials_of_walsh():
    found = fragility_index([1, 9], [100, 100], change="fewest")
    assert (found.index, found.arm, found.events) == (1, 0, (2, 9))
    assert found.pvalue == exact_test([2, 9], [100, 100]).pvalue
    assert fragility_index([200, 250], [4000, 4000], change="fewest").index == 9


@pytest.mark.parametrize(
    ("quantity", "function"),
    [("fragility", fragility_index), ("reverse fragility", reverse_fragility_index)],
)
def test_fragility_of_two_arms_equals_r(quantity, function):
    rows = REFERENCE[REFERENCE["quantity"] == quantity]
    assert len(rows) >= 4
    for row in rows.itertuples():
        events, n = (
            [int(part) for part in text.split()] for text in (row.events, row.n)
        )
        expected = None if pd.isna(row.values) else int(row.values)
        assert function(events, n, change="fewest").index == expected


def test_fragility_is_0_where_the_decision_stands_already():
    found = fragility_index([5, 6, 7], [9, 9, 9])
    assert (found.index, found.arm, found.events) == (0, None, (5, 6, 7))
    assert found.pvalue == exact_test([5, 6, 7], [9, 9, 9]).pvalue
    found = reverse_fragility_index([0, 9, 9], [9, 9, 9])
    assert (found.index, found.arm, found.events) == (0, None, (0, 9, 9))
    assert found.pvalue == exact_test([0, 9, 9], [9, 9, 9]).pvalue


def test_fragility_is_none_where_no_single_arm_turns_the_decision():
    found = fragility_index([0, 10, 20], [20, 20, 20])
    assert (found.index, found.arm, found.events) == (None, None, None)
    assert found.pvalue == exact_test([0, 10, 20], [20, 20, 20]).pvalue
    found = reverse_fragility_index([1, 1], [2, 2])
    assert (found.index, found.arm, found.events) == (None, None, None)
    assert found.pvalue == 1


def test_fragility_asks_for_p_at_alpha_and_its_reverse_for_p_below():
    alpha = exact_test([1, 5], [6, 6]).pvalue
    assert fragility_index([1, 5], [6, 6], alpha=alpha).index == 0
    assert reverse_fragility_index([1, 5], [6, 6], alpha=alpha).index == 1
    assert fragility_index([0, 5], [6, 6], alpha=alpha).index == 1
    assert reverse_fragility_index([1, 5], [6, 6], alpha=alpha * 1.01).index == 0


def test_fewest_adds_events_and_its_reverse_takes_them_away():
    found = fragility_index([12, 2, 13], [20, 20, 20], change="fewest")
    assert found.arm == 1
    assert found.events == (12, 2 + found.index, 13)
    found = reverse_fragility_index([9, 5, 9], [20, 20, 20], change="fewest")
    assert found.arm == 1
    assert found.events == (9, 5 - found.index, 9)


def test_fragility_may_take_a_whole_arm():
    found = reverse_fragility_index([0, 0], [3, 3], alpha=0.3)
    assert (found.index, found.arm, found.events) == (3, 0, (3, 0))


def test_fewest_takes_the_first_of_equal_arms():
    assert reverse_fragility_index([9, 9], [20, 20], change="fewest").arm == 0


@given(tables(), st.sampled_from([0.05, 0.3]))
@few
def test_fragility_equals_a_search_of_every_table(table, alpha):
    events, n = table
    for function, significant in zip(BOTH, (False, True), strict=True):
        found = function(events, n, alpha=alpha)
        turned = [
            (size, exact_test(changed, n).pvalue)
            for size, _, changed in one_arm_changed(events, n)
            if (exact_test(changed, n).pvalue < alpha) is significant
        ]
        if not turned:
            assert found.index is None
            continue
        fewest = min(size for size, _ in turned)
        pvalues = [pvalue for size, pvalue in turned if size == fewest]
        assert found.index == fewest
        assert found.pvalue == (min if significant else max)(pvalues)
        assert found.pvalue == exact_test(found.events, n).pvalue
        if found.index:
            differences = [b - a for a, b in zip(events, found.events, strict=True)]
            assert [abs(d) for d in differences if d] == [found.index]
            assert differences[found.arm]


@given(tables())
@few
def test_fragility_does_not_depend_on_the_order_of_arms_or_outcomes(table):
    events, n = table
    for function in BOTH:
        found = function(events, n)
        turned = function(events[::-1], n[::-1])
        other = function([b - a for a, b in zip(events, n, strict=True)], n)
        assert found.index == turned.index == other.index


@given(tables(most=2))
@few
def test_fewest_never_needs_fewer_patients_than_any(table):
    for function in BOTH:
        fewest, found = function(*table, change="fewest"), function(*table)
        assert fewest.index is None or found.index <= fewest.index


def test_fragility_asks_the_named_test():
    found = reverse_fragility_index([8, 11, 14], [20, 20, 20], test="pearson")
    assert found.pvalue == pearson_test(found.events, [20, 20, 20]).pvalue
    assert fragility_index([1, 8], [10, 10], test="unconditional").index >= 1


# --- E-value ----------------------------------------------------------------------


def test_e_value_equals_the_example_of_vanderweele_and_ding():
    found = e_value(3.9, limit=1.8)
    assert round(found.ratio, 2) == 7.26
    assert found.limit == pytest.approx(1.8 + sqrt(1.8 * 0.8))


def test_e_value_of_no_effect_is_1():
    assert e_value(1) == (1, None)
    assert e_value(1, limit=1) == (1, 1)
    assert e_value(1, limit=inf) == (1, 1)
    assert e_value(1, limit=0.5) == (1, 1)


def test_e_value_of_the_limit_is_1_where_the_interval_holds_1():
    assert e_value(2, limit=0.9).limit == 1
    assert e_value(2, limit=1).limit == 1
    assert e_value(0.5, limit=1.1).limit == 1
    assert e_value(0.5, limit=1).limit == 1
    assert e_value(2, limit=1.1).limit > 1
    assert e_value(0.5, limit=0.9).limit > 1


def test_e_value_of_no_events_in_one_arm_is_infinite():
    assert e_value(0, limit=0.5) == (inf, e_value(2).ratio)
    assert e_value(inf, limit=2) == (inf, e_value(2).ratio)


ratios = st.floats(1e-300, 1e300)


@given(ratios)
@few
def test_e_value_is_the_same_both_ways_and_from_1(ratio):
    strength = e_value(ratio).ratio
    assert strength == pytest.approx(e_value(1 / ratio).ratio)
    assert strength >= max(ratio, 1 / ratio) >= 1


@given(st.floats(1, 1e6))
@few
def test_e_value_solves_its_equation(ratio):
    # a cause with strength E on both sides biases a ratio by at most E**2 / (2E - 1)
    strength = e_value(ratio).ratio
    assert strength**2 / (2 * strength - 1) == pytest.approx(ratio)


@given(st.tuples(ratios, ratios).map(sorted))
@few
def test_e_value_of_the_limit_is_that_of_a_ratio_or_1(pair):
    low, high = pair
    if high > 1:
        assert e_value(high, limit=low).limit == (e_value(low).ratio if low > 1 else 1)
    if low < 1:
        assert e_value(low, limit=high).limit == (
            e_value(high).ratio if high < 1 else 1
        )


# --- an unseen cause --------------------------------------------------------------


def test_a_share_that_explains_a_ratio():
    assert bross_share(2, 3) == 0.25
    assert bross_share(1, 3, share=0.4) == pytest.approx(0.4)
    assert bross_share(3, 3) == 0
    assert isnan(bross_share(3.01, 3))
    assert isnan(bross_share(inf, 3))


@given(st.floats(1, 10), st.floats(1.01, 20), st.floats(0, 1))
def test_the_share_gives_the_ratio_back(ratio, strength, share):
    other = bross_share(ratio, strength, share=share)
    risk = 1 + (strength - 1) * share
    if isnan(other):
        assert risk < ratio * (1 + 1e-12)
    else:
        assert 0 <= other <= share + 1e-12
        assert risk / (1 + (strength - 1) * other) == pytest.approx(ratio)


# --- shared patients --------------------------------------------------------------


def test_shared_bounds_equal_an_enumeration():
    for n, a, b in product(range(1, 7), range(7), range(7)):
        if max(a, b) > n:
            continue
        # the first a patients have the one; the other falls on any b of them
        shared = {
            sum(patients[:a])
            for patients in product([0, 1], repeat=n)
            if sum(patients) == b
        }
        assert frechet_bounds(a, b, n) == (min(shared), max(shared))


@given(tables(most=2, largest=50))
@few
def test_shared_bounds_are_counts_in_order(table):
    (a, b), n = table[0], max(table[1])
    low, high = frechet_bounds(a, b, n)
    assert 0 <= low <= high <= min(a, b)
    assert frechet_bounds(b, a, n) == (low, high)
    # without either: the same number less on both sides
    other = frechet_bounds(n - a, n - b, n)
    assert (other.low, other.high) == (low + n - a - b, high + n - a - b)


# --- readings ---------------------------------------------------------------------


def a_study(*rows):
    """A study with these outcomes: endpoint, arm, n, percent."""
    columns = ["endpoint", "arm", "n", "percent"]
    return replace(STUDY, outcomes=pd.DataFrame(rows, columns=columns))


def test_a_table_with_one_reading_is_read_as_printed():
    study = a_study(("cured", "A", 10, "30"), ("cured", "B", 8, "62.5"))
    found = multiverse(study)
    columns = ["endpoint", "reading", "events", "n", "test", "pvalue"]
    assert found.columns.tolist() == columns
    assert found.to_numpy().tolist() == [
        ["cured", "as printed", (3, 5), (10, 8), test, function([3, 5], [10, 8]).pvalue]
        for test, function in (("pearson", pearson_test), ("exact", exact_test))
    ]


def test_an_impossible_percentage_is_read_as_both_neighbors_and_of_fewer_patients():
    study = a_study(("cured", "A", 20, "54"), ("cured", "B", 20, "65"))
    found = multiverse(study, tests=["exact"])
    assert found["reading"].tolist() == [
        "A: 54% of 20 read as 10 of 20",
        "A: 54% of 20 read as 11 of 20",
        "A: 54% of 20 read as 7 of 13",
    ]
    assert found["events"].tolist() == [(10, 13), (11, 13), (7, 13)]
    assert found["n"].tolist() == [(20, 20), (20, 20), (13, 20)]
    assert found["pvalue"].tolist() == [
        exact_test(events, n).pvalue
        for events, n in zip(found["events"], found["n"], strict=True)
    ]


def test_every_count_that_gives_the_percentage_is_a_reading():
    study = a_study(("cured", "A", 300, "54"), ("cured", "B", 20, "65"))
    found = multiverse(study, tests=["exact"])
    assert found["events"].tolist() == [(x, 13) for x in feasible_counts("54", 300)]
    assert found["reading"].iloc[0] == "A: 54% of 300 read as 161 of 300"


def test_neighbors_are_the_nearest_on_each_side():
    study = a_study(("cured", "A", 20, "35.1"), ("cured", "B", 20, "65"))
    # 7.02 of 20
    assert [x for x, _ in multiverse(study, tests=["exact"])["events"]] == [7, 8]


def test_readings_of_arms_are_crossed():
    study = a_study(
        ("cured", "A", 20, "54"), ("cured", "B", 10, "33"), ("well", "A", 20, "5"),
        ("well", "B", 10, "10"),
    )  # fmt: skip
    found = multiverse(study, tests=["exact"])
    cured = found[found["endpoint"] == "cured"]
    first = [(10, 20), (11, 20), (7, 13)]
    second = [(3, 10), (4, 10), (1, 3), (2, 6), (3, 9)]
    read = [
        tuple(zip(x, n, strict=True))
        for x, n in zip(cured["events"], cured["n"], strict=True)
    ]
    assert read == list(product(first, second))
    assert cured["reading"].iloc[0] == (
        "A: 54% of 20 read as 10 of 20; B: 33% of 10 read as 3 of 10"
    )
    assert cured["reading"].is_unique
    assert found["reading"].iloc[-1] == "as printed"
    assert found["endpoint"].unique().tolist() == ["cured", "well"]


def test_readings_come_from_the_study_that_is_given():
    found = multiverse(STUDY)
    assert found["endpoint"].unique().tolist() == STUDY.tests["endpoint"].tolist()
    for (endpoint, _), rows in found.groupby(["endpoint", "reading"]):
        printed = STUDY.outcomes[STUDY.outcomes["endpoint"] == endpoint]
        assert rows["test"].tolist() == ["pearson", "exact"]
        for x, n, percent, size in zip(
            rows["events"].iloc[0],
            rows["n"].iloc[0],
            printed["percent"],
            printed["n"],
            strict=True,
        ):
            assert grim(percent, n) or (n == size and not grim(percent, size))
            assert abs(100 * x / n - float(percent)) < 100 / n


def test_readings_beyond_the_limit_are_refused():
    study = a_study(("cured", "A", 20, "54"), ("cured", "B", 20, "54"))
    assert len(multiverse(study, tests=["exact"], most=9)) == 9
    message = "^cured has 9 readings, at most 8 are computed: raise most$"
    with pytest.raises(ValueError, match=message):
        multiverse(study, tests=["exact"], most=8)
    assert MOST_READINGS == 1000


def test_fragility_takes_columns_of_a_frame():
    part = pd.DataFrame({"events": [6, 12, 16], "n": 20}, index=[5, 3, 9])
    found = fragility_index(part["events"], part["n"])
    assert found == fragility_index([6, 12, 16], [20, 20, 20])


def test_fragility_takes_a_level_of_numpy():
    events, n = [6, 12, 16], [20, 20, 20]
    assert fragility_index(events, n, alpha=np.float64(0.05)).index == 3
    events = [11, 13, 17]
    assert reverse_fragility_index(events, n, alpha=np.float64(0.05)).index == 1


def test_results_cannot_be_changed():
    with pytest.raises(AttributeError):
        fragility_index([1, 5], [6, 6]).index = 9


# --- what a cause that differs between arms makes -------------------------------------


@pytest.mark.parametrize(
    ("strength", "share_1", "share_0", "ratio"),
    [
        (3, 1, 0.5, Fraction(3, 2)),
        (Fraction(3, 2), 1, Fraction(4, 5), Fraction(15, 14)),
        (3, 0.3, 0.3, 1),
        (1, 1, 0, 1),
        (2, 1, 0, 2),
    ],
)
def test_a_cause_makes_a_ratio_where_treatments_do_not_differ(
    strength, share_1, share_0, ratio
):
    found = confounded_ratio(float(strength), float(share_1), float(share_0))
    assert found == pytest.approx(float(ratio))


@given(st.floats(1.1, 20), st.floats(0, 1))
def test_the_share_that_explains_a_ratio_makes_that_ratio(strength, share):
    ratio = confounded_ratio(strength, 1, share)
    assert bross_share(ratio, strength) == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize("given_", [(0, 1, 0), (inf, 1, 0), (2, 1.1, 0), (2, 1, -0.1)])
def test_a_cause_of_no_strength_or_share_is_refused(given_):
    with pytest.raises(ValueError, match=r"strength must be|a share is from 0 to 1"):
        confounded_ratio(*given_)
