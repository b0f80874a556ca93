from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanalysis import match_printed, parse_printed
from reanalysis.printed import MOST_CHARACTERS


def test_the_digits_and_their_number_are_kept():
    assert parse_printed("7.30").text == "7.30"
    assert parse_printed("7.30").decimals == 2
    assert parse_printed("54").decimals == 0
    assert parse_printed("-0.5").value == Decimal("-0.5")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the cell is empty"),
        ("54%", "without the percent sign"),
        ("54,5", "a point, not a comma"),
        (" 54", "take away the space"),
        ("٥٤", "digits 0-9"),
        ("\N{MINUS SIGN}54", "- for a minus sign"),
        ("fifty", "write digits"),
        ("1e3", "write digits"),
        ("54.", "write digits"),
        ("+54", "write digits"),
        ("nan", "write digits"),
        ("1,000,000", "write digits"),
        ("9" * (MOST_CHARACTERS + 1), f"at most {MOST_CHARACTERS}"),
    ],
)
def test_what_is_no_number_is_refused_with_what_to_mend(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_printed(text)


def test_the_longest_number_is_read():
    assert parse_printed("9" * MOST_CHARACTERS).value == int("9" * MOST_CHARACTERS)


@pytest.mark.parametrize("value", [54, 54.0, None, b"54", Decimal(54)])
def test_what_is_not_a_string_is_refused(value):
    with pytest.raises(TypeError, match="as a string"):
        parse_printed(value)


def test_the_three_kinds_of_match():
    assert match_printed("7.3", 7.265) == "rounded"
    assert match_printed("22.3", 22.353) == "truncated"
    assert match_printed("6.8", 7.265) == "no"


def test_both_ends_of_the_rounding_interval_match():
    assert match_printed("7.3", [7.25, 7.35]).tolist() == ["rounded", "rounded"]
    assert match_printed("7.3", [7.2499, 7.4]).tolist() == ["no", "no"]


def test_negative_numbers_are_cut_towards_zero():
    computed = [-7.38, -7.4, -7.3, -7.26]
    expected = ["truncated", "no", "rounded", "rounded"]
    assert match_printed("-7.3", computed).tolist() == expected


def test_no_number_matches_nothing():
    assert match_printed("7.3", [float("nan"), float("inf")]).tolist() == ["no", "no"]


decimals = st.decimals(min_value=-999, max_value=999, places=6)


@given(decimals, st.integers(0, 3), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_DOWN]))
def test_a_rounded_number_matches_where_it_came_from(value, places, rounding):
    text = str(value.quantize(Decimal(1).scaleb(-places), rounding=rounding))
    assert match_printed(text, float(value)) == "rounded"


@given(decimals, st.integers(0, 3))
def test_a_truncated_number_matches_where_it_came_from(value, places):
    text = str(value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN))
    assert match_printed(text, float(value)) != "no"
