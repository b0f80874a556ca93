from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanalysis import parse_printed
from reanalysis.printed import (
    MOST_CHARACTERS,
    match_printed,
    printed_interval,
    read_number,
    read_p,
    split_marks,
    tidy,
)


def test_the_digits_and_their_number_are_kept():
    assert parse_printed("7.30").text == "7.30"
    assert parse_printed("7.30").decimals == 2
    assert parse_printed("54").decimals == 0
    assert parse_printed("-0.5").value == Decimal("-0.5")


def test_the_longest_number_is_read():
    assert MOST_CHARACTERS == 24
    assert parse_printed("9" * MOST_CHARACTERS).value == int("9" * MOST_CHARACTERS)


@pytest.mark.parametrize("value", [54, 54.0, None, b"54", Decimal(54)])
def test_what_is_not_a_string_is_refused(value):
    with pytest.raises(TypeError, match="as a string"):
        parse_printed(value)


def test_a_number_that_was_read_cannot_be_changed():
    with pytest.raises(AttributeError):
        parse_printed("54").decimals = 1
    with pytest.raises(AttributeError):
        read_p("0.5").sign = "<"


def test_the_values_that_a_number_may_stand_for():
    half = Fraction(1, 20)
    for text in ("7.3", "-7.3", "0.0", "-0.0"):
        printed = parse_printed(text)
        assert printed.rounded_from() == (printed.value - half, printed.value + half)
        cut = (-2 * half, 0) if text.startswith("-") else (0, 2 * half)
        expected = (printed.value + cut[0], printed.value + cut[1])
        assert printed.truncated_from() == expected
    assert (parse_printed("-7.25").size, parse_printed("-7.25").step) == (7.25, 0.01)
    assert parse_printed("54").unit == 1
    assert parse_printed("-1.25").unit == Fraction(1, 100)


def test_an_end_is_met_within_a_billionth_of_the_number():
    # 1e-9 of 4000 is 4e-6; a number below 1 has 1e-9 itself
    for text, end, slack in (("4000", 4000.5, 4e-6), ("0.5", 0.55, 1e-9)):
        near, far = end + 0.9 * slack, end + 1.1 * slack
        assert match_printed(text, [near, far]).tolist() == ["rounded", "truncated"]
    ends = np.array([4001 - 3.9e-6, 4001 - 4.1e-6])
    assert match_printed("4000", ends).tolist() == ["no", "truncated"]
    assert match_printed("-4000", -ends).tolist() == ["no", "truncated"]
    below = np.array([3999.5 - 3.9e-6, 3999.5 - 4.1e-6])
    assert match_printed("4000", below).tolist() == ["rounded", "no"]
    assert match_printed("-4000", -below).tolist() == ["rounded", "no"]


def test_the_ends_of_an_interval_give_way_by_a_billionth():
    for text, ends in {
        "0.5": (0.45 - 1e-9, 0.6 - 1e-9),
        "-0.5": (-0.6 + 1e-9, -0.45 + 1e-9),
        "4000": (3999.5 - 4e-6, 4001 - 4e-6),
        "-4000": (-4001 + 4e-6, -3999.5 + 4e-6),
    }.items():
        assert printed_interval(text) == pytest.approx(ends, rel=1e-12)


def test_the_billionth_itself_is_near_enough():
    ends = [0.5 + 1e-9, -0.5 - 1e-9]
    assert match_printed("0", ends).tolist() == ["rounded", "rounded"]
    assert match_printed("0", 1 - 1e-9) == match_printed("-0", -1 + 1e-9) == "no"


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


@given(
    st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{1,3})?", fullmatch=True),
    st.floats(-1, 1),
)
def test_the_interval_of_a_printed_number_holds_what_matches_it(text, steps):
    value = float(text) + 2 * steps * float(parse_printed(text).unit)
    low, high = printed_interval(text)
    assert (low <= value < high) == (match_printed(text, value) != "no")


@pytest.mark.parametrize(
    ("text", "computed"),
    [
        ("0.0000000001", 5e-10),
        ("1234567.891", 1234567.8924),
        ("7.2653521126760", 7.2653521136),
    ],
)
def test_a_number_of_many_digits_is_met_by_no_other_digits(text, computed):
    assert match_printed(text, [float(text), computed]).tolist() == ["rounded", "no"]
    low, high = printed_interval(text)
    assert low <= float(text) < high
    assert not low <= computed < high


@pytest.mark.parametrize(
    "word",
    [
        *("", "-", "--", "---", "\u2014\u2014", ".", "..", "...", "\u2026", "/", "N/A"),
        *("NA", "n.a.", "n.a", "NR", "n/r", "N.R.", "ND", "n.d.", "None", "nil", "NaN"),
        *("null", "Not reported", "not applicable", "not available", "not\u00a0done"),
    ],
)
def test_each_word_for_nothing_is_nothing(word):
    assert tidy(f" {word} ") == ""


def test_letters_are_neither_spaces_nor_dashes():
    assert tidy("X\u00a0 7\u2009\u2212 8 XX") == "X 7 - 8 XX"


def test_what_bears_no_mark_stays():
    assert split_marks("7.3") == ("7.3", "")
    assert split_marks("7.3\u2217\u2020") == ("7.3", "*\u2020")


@pytest.mark.parametrize(
    ("text", "options", "number"),
    [
        ("+5", {}, "5"), ("- 5.0", {}, "-5.0"), ("-.5", {}, "-0.5"),
        ("54 %", {}, "54"), ("1.25e1", {}, "12.5"), ("1.2e3", {}, "1200"),
        ("1 008", {"whole": True}, "1008"), ("-1,008,000", {"whole": True}, "-1008000"),
        ("59,9", {"comma": True}, "59.9"),
        ("9" * MOST_CHARACTERS, {}, "9" * MOST_CHARACTERS),
    ],
)  # fmt: skip
def test_numbers_as_people_print_them(text, options, number):
    assert read_number(text, **options) == parse_printed(number)


def test_a_power_of_ten_may_be_as_long_as_a_number():
    found = read_number(f"1e{MOST_CHARACTERS}")
    assert (found.value, found.decimals) == (10**MOST_CHARACTERS, 0)


@pytest.mark.parametrize(
    ("text", "sign", "values"),
    [
        *((f"{sign}0.05", "<", (0, 0.05)) for sign in ("<", "<=", "=<", "\u2264")),
        *((f"{sign}0.05", ">", (0.05, 1)) for sign in (">", ">=", "=>", "\u2265")),
        ("\u2a7d0.05", "<", (0, 0.05)), ("\u2a7e0.05", ">", (0.05, 1)),
        ("p: 0.5", "=", (0.45, 0.55)), ("0.00", "=", (0, 0.005)),
        ("P = 1.00", "=", (0.995, 1)), ("n.s.", "NS", (0.05, 1)),
    ],
)  # fmt: skip
def test_the_values_that_a_printed_p_may_stand_for(text, sign, values):
    assert read_p(text).sign == sign
    assert read_p(text).values() == values


def test_an_end_gives_way_by_little_of_a_digit_and_by_the_last_bit_at_least():
    assert parse_printed("10000000").slack == pytest.approx(1e-3, rel=1e-12)
    assert parse_printed("1" + 20 * "0").slack == pytest.approx(4e4, rel=1e-12)


def test_decimals_of_a_p_value_may_stand_after_a_comma():
    assert read_p("0,03", comma=True).number.text == "0.03"
