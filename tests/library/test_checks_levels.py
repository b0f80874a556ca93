"""Levels of a row: their sums, the tables that they may stand for, and exact tests."""

from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanalysis.checks import Table, audit
from reanalysis.checks.exact import fisher_levels
from reanalysis.checks.levels import Columns, columns_of, pearson_bounds, tables_of

# R 4: fisher.test(table)$p.value
EXACT_OF_R = {
    ((3, 1, 0), (1, 3, 1), (0, 1, 4)): 0.0485704771419,
    ((9, 7, 3), (6, 8, 6), (3, 6, 10)): 0.134269123764,
    ((5, 3, 2, 4), (2, 6, 4, 1), (3, 2, 5, 7)): 0.193175049385,
    ((2, 3, 0, 5, 1), (1, 1, 2, 1, 1), (0, 1, 4, 1, 1)): 0.217062011832,
}


@pytest.mark.parametrize("table", EXACT_OF_R)
def test_the_exact_test_of_many_levels_is_that_of_r(table):
    assert fisher_levels(table) == pytest.approx(EXACT_OF_R[table], rel=1e-9)


def exact_by_enumeration(table):
    """Freeman and Halton's p-value: all cells but the last line and column are free."""
    levels = [sum(line) for line in table]
    arms = [sum(column) for column in zip(*table, strict=True)]
    ways = {}
    free = [range(min(r, c) + 1) for r in levels[:-1] for c in arms[:-1]]
    for cells in product(*free):
        width = len(arms) - 1
        lines = [cells[i : i + width] for i in range(0, len(cells), width)]
        lines = [(*line, r - sum(line)) for line, r in zip(lines, levels, strict=False)]
        last = [c - sum(column) for c, *column in zip(arms, *lines, strict=True)]
        whole = [*lines, tuple(last)]
        if all(value >= 0 for line in whole for value in line):
            ways[tuple(whole)] = 1 / prod(factorial(x) for line in whole for x in line)
    own = ways[tuple(map(tuple, table))]
    extreme = sum(way for way in ways.values() if way <= own * (1 + 1e-9))
    return extreme / sum(ways.values())


@given(
    st.lists(
        st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=2, max_size=3
    )
)
def test_the_exact_test_is_that_of_all_tables_with_the_same_totals(table):
    expected = exact_by_enumeration(table)
    found = fisher_levels(tuple(map(tuple, table)))
    assert found == pytest.approx(expected, rel=1e-9)


def test_an_exact_test_of_too_many_tables_is_no_number():
    assert fisher_levels(((200, 300, 250),) * 4) is None


def rows(levels, n, columns=("count",), **test):
    """Records of one endpoint: a level's numbers for each arm."""
    return [
        {"endpoint": "stage", "level": level, "arm": arm, "n": str(n[arm]),
         **dict(zip(columns, values, strict=True)), **test}
        for level, by_arm in levels.items() for arm, values in by_arm.items()
    ]  # fmt: skip


def sums(records):
    checks = audit(Table.from_records(records)).checks
    found = checks[checks["check"] == "levels"]
    return dict(zip(found["arm"], found["verdict"], strict=True))


def counts(a, b, n=40, **test):
    levels = {
        str(i): {"A": (str(x),), "B": (str(y),)}
        for i, (x, y) in enumerate(zip(a, b, strict=True))
    }
    return rows(levels, {"A": n, "B": n}, **test)


def test_levels_that_add_up_to_more_than_the_patients_of_one_arm_do_not_agree():
    assert sums(counts([20, 15, 10], [10, 15, 15])) == {
        "A": "does not agree", "B": "agrees"
    }  # fmt: skip


def test_levels_of_one_test_are_apart_even_if_no_arm_is_complete():
    found = sums(counts([20, 15, 10], [10, 15, 10], p="0.2"))
    assert found["A"] == "does not agree"


def test_where_several_answers_may_have_been_allowed_nothing_is_judged():
    records = counts([30, 25, 20], [28, 30, 22])
    assert set(sums(records).values()) == {"cannot be checked"}
    checks = audit(Table.from_records(records)).checks
    said = checks.loc[checks["check"] == "levels", "sentence"]
    assert all(s.startswith("Several answers may have been allowed") for s in said)


def test_a_level_with_the_sum_of_all_others_is_not_added_to_them():
    records = counts([10, 20, 10, 40], [5, 15, 20, 40])
    for record in records[-2:]:
        record["level"] = "Total"
    assert sums(records) == {"A": "agrees", "B": "agrees"}


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        (("33.3", "33.3", "33.4"), "agrees"),
        (("34", "33", "34"), "agrees"),  # rounding
        (("54", "33", "34"), "does not agree"),
    ],
)
def test_percentages_of_levels_add_up_to_no_more_than_rounding_allows(printed, verdict):
    levels = {
        str(i): {"A": (text,), "B": (other,)}
        for i, (text, other) in enumerate(zip(printed, ("20", "30", "50"), strict=True))
    }
    found = sums(rows(levels, {"A": 90, "B": 90}, columns=("percent",)))
    assert found == {"A": verdict, "B": "agrees"}


def pearson(table):
    """Pearson's chi-square, level by level of each arm, without arms or levels of 0."""
    cells = np.array(table, dtype=float)
    expected = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / cells.sum()
    return ((cells - expected) ** 2 / np.where(expected > 0, expected, 1)).sum()


@given(
    st.lists(st.tuples(*[st.integers(1, 9)] * 3), min_size=2, max_size=3),
)
def test_bounds_hold_the_value_of_every_table(arms):
    columns = [
        columns_of([[x - 1, x, x + 1] for x in counts], sum(counts)) for counts in arms
    ]
    low, high = pearson_bounds(columns)
    tables, complete = tables_of(columns)
    assert complete
    values = [pearson(table) for table in tables]
    assert low - 1e-9 <= min(values) <= max(values) <= high + 1e-9


def test_columns_add_up_to_all_patients_also_where_some_are_drawn():
    options = [list(range(50, 80)), list(range(20, 50)), list(range(90, 130)), [5, 6]]
    found = columns_of(options, 200)
    assert not found.complete
    assert found.found
    assert {sum(column) for column in found.found} == {200}


def test_whole_percentages_of_four_levels_in_thousands_can_be_checked():
    shares = {"I": ("32", "25"), "II": ("29", "28"), "III": ("22", "24"),
              "IV": ("17", "23")}  # fmt: skip
    levels = {k: {"A": (a,), "B": (b,)} for k, (a, b) in shares.items()}
    n = {"A": 2400, "B": 2400}

    def verdict(statistic):
        test = {"statistic_name": "chi-square", "statistic": statistic}
        checks = audit(Table.from_records(rows(levels, n, ("percent",), **test))).checks
        return checks.loc[checks["check"] == "statistic", "verdict"].item()

    true = pearson([[float(x) * 24 for x in pair] for pair in shares.values()])
    assert verdict(f"{true:.1f}") == "agrees"
    assert verdict(f"{3 * true:.1f}") == "does not agree"


def test_the_same_tables_are_drawn_every_time():
    arms = [Columns([(i, 100 - i) for i in range(100)])] * 3
    assert tables_of(arms) == tables_of(arms)


def p_check(records):
    checks = audit(Table.from_records(records)).checks
    return checks[checks["check"] == "p"].iloc[0]


BIG = rows(
    {
        "I": {"A": ("300",), "B": ("250",), "C": ("275",)},
        "II": {"A": ("400",), "B": ("400",), "C": ("400",)},
        "III": {"A": ("300",), "B": ("350",), "C": ("325",)},
    },
    {"A": 1000, "B": 1000, "C": 1000},
)


@pytest.mark.parametrize(
    ("name", "p", "verdict"),
    [
        ("Fisher exact", "0.500", "cannot be checked"),
        ("", "0.055", "cannot be checked"),  # Pearson's is 0.0496
        ("", "0.500", "does not agree"),
        ("chi-square", "0.055", "does not agree"),
    ],
)
def test_where_the_exact_test_is_too_large_it_may_be_what_is_printed(name, p, verdict):
    found = p_check([{**one, "statistic_name": name, "p": p} for one in BIG])
    assert found["verdict"] == verdict
    assert ("too many tables" in found["sentence"]) == (verdict == "cannot be checked")
