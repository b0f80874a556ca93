import numpy as np
import pytest

from reanalysis import parse_printed
from reanalysis.checks.matching import (
    any_meets,
    meets,
    printed_p_interval,
    ways,
    written,
)
from reanalysis.printed import read_p


def test_each_way_of_printing_has_its_ends():
    slack = 22.3e-9
    expected = {
        "rounded": (22.25 - slack, 22.35 + slack),
        "truncated": (22.3, 22.4 - slack),
        "near": (22.2 + slack, 22.4 - slack),
    }
    for how, *ends in ways(parse_printed("22.3")):
        assert ends == pytest.approx(expected[how], rel=1e-12)
    (_, low, high), *_ = ways(parse_printed("0.0"))
    assert (low, high) == pytest.approx((-1e-9, 0.05 + 1e-9), abs=1e-12)


def test_what_touches_an_end_meets_it():
    allowed = (("first", 1.0, 2.0), ("second", 1.5, 3.0))
    assert meets(allowed, 2.0, 9.0) == meets(allowed, 0.0, 1.0) == "first"
    assert meets(allowed, 2.1, 9.0) == meets(allowed, 3.0, 3.0) == "second"
    assert meets(allowed, 0.0, 0.9) == meets(allowed, 3.1, 9.0) == "no"
    for values, how in {
        (1.0, 9.0): "first",
        (2.0, 0.9): "first",
        (0.9, 3.1): "no",
    }.items():
        assert any_meets(allowed, np.array(values)) == how


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.02", 0.0145 - 1e-9, 0.03 - 1e-9),
        ("<0.05", -1e-9, 0.05 + 1e-9),
        ("NS", 0.05 - 1e-9, 1 + 1e-9),
    ],
)
def test_only_an_equal_p_may_be_cut_off_or_rounded_twice(text, low, high):
    found = printed_p_interval(read_p(text), 0.05)
    assert found == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0005, "0.001"),
        (0.001, "0.001"),
        (0.0006, "0.001"),
        (0.0004, "4.0e-04"),
        (-0.0004, "-4.0e-04"),
        (0.0, "0.000"),
    ],
)
def test_a_number_is_a_power_of_ten_where_its_decimals_would_be_nothing(value, text):
    assert written(value, 3) == text
