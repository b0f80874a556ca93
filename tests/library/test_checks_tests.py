"""The procedures of an audit: R's values, then what must always hold."""

import csv
from collections import defaultdict
from itertools import product
from math import comb, isclose, prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from reanalysis import procedures
from reanalysis.checks.candidates import (
    MOST_EXACT,
    candidates,
    level_candidates,
    percentage_candidates,
)
from reanalysis.checks.means import (
    between,
    mean_candidates,
    mean_power,
    welch_dof,
    whole_sums,
)
from reanalysis.checks.table import Table
from reanalysis.printed import parse_printed

REFERENCE = Path(__file__).parents[1] / "reference" / "checks.csv"


def reference():
    cases = defaultdict(list)
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cases[row["case"]].append(row)
    return cases


CASES = reference()


def computed(case):
    """Candidates of a case by name; its name holds its numbers."""
    if "/" in case:
        columns = [[int(x) for x in part.split()] for part in case.split("/")]
        return level_candidates(list(zip(*columns, strict=True)))
    x, n = ([int(value) for value in part.split()] for part in case.split(" of "))
    return candidates(x, n, [str(i) for i in range(len(n))])


@pytest.mark.parametrize("case", [c for c in CASES if "of" in c or "/" in c])
def test_tests_of_counts_are_those_of_r(case):
    found = {one.name: one for one in computed(case)}
    for row in CASES[case]:
        one = found[row["test"]]
        assert one.pvalue == pytest.approx(float(row["pvalue"]), rel=1e-8), row
        if row["statistic"] != "NA":
            value = float(row["statistic"])
            assert one.statistic == pytest.approx(value, rel=1e-9), row


MEANS = {
    "34.2 30.1": ([20, 25], ["34.2", "30.1"], ["7.7", "4.1"]),
    "24.2 25.1 26.8": ([20, 22, 21], ["24.2", "25.1", "26.8"], ["2.7", "3.1", "3.9"]),
}


def mean_cells(n, means, deviations):
    return Table.from_records(
        [
            {"endpoint": "x", "arm": str(i), "n": size, "mean": mean, "sd": sd}
            for i, (size, mean, sd) in enumerate(zip(n, means, deviations, strict=True))
        ]
    ).cells


@pytest.mark.parametrize("case", MEANS)
def test_tests_of_means_hold_those_of_r_and_come_together_with_more_decimals(case):
    n, means, deviations = MEANS[case]
    for zeros, width in (("", 1.0), ("00000", 1e-4)):
        cells = mean_cells(
            n, [m + zeros for m in means], [s + zeros for s in deviations]
        )
        found = {one.name: one for one in mean_candidates(cells)}
        for row in CASES[case]:
            low, high = found[row["test"]].statistic
            assert low <= float(row["statistic"]) <= high
            assert high - low < width
            low, high = found[row["test"]].pvalue
            assert low <= float(row["pvalue"]) <= high
            assert high - low < width


@given(
    st.lists(
        st.tuples(st.integers(2, 90), st.integers(0, 60), st.integers(0, 20)),
        min_size=2,
        max_size=6,
    )
)
def test_the_smallest_sum_of_squares_is_that_of_the_best_center(arms):
    n = [size for size, _, _ in arms]
    means = [(low / 10, (low + width) / 10) for _, low, width in arms]

    def squares(center):
        nearest = np.clip(center, *np.transpose(means))
        return float(np.dot(n, (nearest - center) ** 2))

    best = optimize.minimize_scalar(squares, bounds=(0, 8), method="bounded",
                                    options={"xatol": 1e-9})  # fmt: skip
    assert between(n, means)[0] == pytest.approx(best.fun, rel=1e-6, abs=1e-7)


@given(
    st.lists(st.tuples(st.integers(2, 40), st.integers(0, 99), st.integers(1, 60)),
             min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_intervals_of_means_hold_every_unrounded_table(arms, random):
    n = [size for size, _, _ in arms]
    means = [f"{mean / 10:.1f}" for _, mean, _ in arms]
    deviations = [f"{sd / 10:.1f}" for _, _, sd in arms]
    found = {one.name: one for one in mean_candidates(mean_cells(n, means, deviations))}
    true_means = [float(m) + random.uniform(-0.05, 0.05) for m in means]
    true_sds = [max(0.001, float(s) + random.uniform(-0.05, 0.05)) for s in deviations]
    grand = np.average(true_means, weights=n)
    between = np.dot(n, (np.array(true_means) - grand) ** 2) / (len(n) - 1)
    within = np.dot([m - 1 for m in n], np.square(true_sds)) / (sum(n) - len(n))
    low, high = found["F"].statistic
    assert low * (1 - 1e-9) - 1e-9 <= between / within <= high * (1 + 1e-9) + 1e-9
    if len(n) == 2:
        error = np.sqrt(true_sds[0] ** 2 / n[0] + true_sds[1] ** 2 / n[1])
        t = abs(true_means[0] - true_means[1]) / error
        low, high = found["Welch"].statistic
        assert low * (1 - 1e-9) <= t <= high * (1 + 1e-9)
        shares = [s**2 / size for s, size in zip(true_sds, n, strict=True)]
        dof = sum(shares) ** 2 / sum(
            share**2 / (size - 1) for share, size in zip(shares, n, strict=True)
        )
        ends = [(max(0.0, float(s) - 0.05), float(s) + 0.05) for s in deviations]
        few, many = welch_dof(n, ends)
        assert few * (1 - 1e-9) <= dof <= many * (1 + 1e-9)


def exact_by_enumeration(x, n):
    """Freeman and Halton's p-value with whole numbers only."""
    ways = {
        table: prod(comb(size, value) for size, value in zip(n, table, strict=True))
        for table in product(*(range(size + 1) for size in n))
        if sum(table) == sum(x)
    }
    own = ways[tuple(x)]
    return sum(way for way in ways.values() if way <= own) / sum(ways.values())


@given(
    st.lists(
        st.integers(1, 7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=2,
        max_size=5,
    )
)
def test_the_exact_test_of_any_arms_is_that_of_whole_numbers(arms):
    x, n = (tuple(values) for values in zip(*arms, strict=True))
    expected = exact_by_enumeration(x, n)
    assert procedures.fisher(x, n) == pytest.approx(expected, rel=1e-9)


def test_an_exact_test_of_too_many_tables_is_left_out_at_once():
    assert procedures.fisher((900,) * 6, (2000,) * 6) is None
    names = [one.name for one in candidates([900] * 6, [2000] * 6, list("ABCDEF"))]
    assert "Fisher" not in names
    assert "Pearson" in names


@given(st.integers(2, 3).flatmap(
    lambda k: st.tuples(
        st.lists(st.integers(1, 30), min_size=k, max_size=k), st.integers(0, 10**6)
    )
))  # fmt: skip
def test_many_tables_at_once_give_what_each_gives(case):
    n, seed = case
    random = np.random.default_rng(seed)
    arms = [str(i) for i in range(len(n))]
    tables = [[int(random.integers(0, size + 1)) for size in n] for _ in range(5)]
    columns = [np.array(column, dtype=float) for column in zip(*tables, strict=True)]
    together = candidates(columns, n, arms)
    for i, table in enumerate(tables):
        alone = candidates(table, n, arms)
        assert [one.name for one in alone] == [one.name for one in together]
        for one, many in zip(alone, together, strict=True):
            assert one.pvalue == pytest.approx(many.pvalue[i], rel=1e-9, abs=1e-7)
            if one.statistic is not None:
                value = many.statistic[i]
                assert one.statistic == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_an_exact_test_of_two_arms_of_millions_is_left_out_at_once():
    found = candidates([30_000_000, 20_000_000], [90_000_000] * 2, ["A", "B"])
    assert "Fisher" not in [one.name for one in found]


def test_exact_tests_are_left_out_where_a_row_stands_for_many_tables():
    columns = [np.arange(MOST_EXACT + 1.0), np.zeros(MOST_EXACT + 1)]
    names = [one.name for one in candidates(columns, [100, 100], ["A", "B"])]
    assert names == ["Pearson", "Yates", "N-1", "likelihood ratio", "one-way"]


@pytest.mark.parametrize("x", [[0, 0], [20, 30]])
def test_arms_that_all_agree_give_nothing_against_equal_rates(x):
    found = {one.name: one for one in candidates(x, [20, 30], ["A", "B"])}
    for name in ("Pearson", "Yates", "N-1", "likelihood ratio"):
        assert (found[name].statistic, found[name].pvalue) == (0, 1)
    for name in ("Fisher", "Fisher one-sided"):
        assert isclose(found[name].pvalue, 1)


def test_percentages_taken_for_counts_are_never_a_test_of_patients():
    found = percentage_candidates([54.0, 70.0, 85.0], n=[20, 20, 20])
    assert not any(one.of_patients for one in found)
    assert [one.name for one in found] == [
        "percentages", "percentages, one-way", "Pearson, fractions of patients"
    ]  # fmt: skip


def test_levels_without_patients_are_no_part_of_a_test():
    with_empty = level_candidates([[5, 9], [0, 0], [7, 8], [8, 3]])
    without = level_candidates([[5, 9], [7, 8], [8, 3]])
    assert with_empty[0].dof == without[0].dof == 2
    assert with_empty[0].statistic == pytest.approx(without[0].statistic)


def test_whole_sums_are_those_of_the_published_example():
    # Brown and Heathers 2017: a mean of 5.19 of 28 whole numbers cannot be
    assert whole_sums(parse_printed("5.19"), 28) == []
    assert whole_sums(parse_printed("5.18"), 28) == [145, 145]
    assert mean_power(28, 2) == pytest.approx(0.72)
    assert mean_power(101, 2) == 0
