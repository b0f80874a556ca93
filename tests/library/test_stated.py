"""Percentages as sentences state them, and as their sources do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanalysis.stated import compare_stated, parse_stated


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("85-90%", (85, 90, "range")),
        ("85\u201390%", (85, 90, "range")),
        ("85 to 90 %", (85, 90, "range")),
        ("19%-52%", (19, 52, "range")),
        ("up to 86%", (0, 86, "at most")),
        ("no more than 50%", (0, 50, "at most")),
        ("More than 85%", (85, 100, "at least")),
        ("86%", (85.5, 86.5, "value")),
        ("86.0%", (85.95, 86.05, "value")),
        ("half", (49.5, 50.5, "value")),
    ],
)
def test_a_percentage_is_read_as_it_is_stated(text, stated):
    found = parse_stated(text)
    assert found[:2] == pytest.approx(stated[:2])
    assert found.kind == stated[2]


@pytest.mark.parametrize(
    "text", ["", "many", "86 of 100", "101%", "90-85%", "2022-2025", "about 86%"]
)
def test_what_is_no_percentage_is_not_read_as_one(text):
    assert parse_stated(text) is None


@pytest.mark.parametrize(
    ("said", "source", "found"),
    [
        ("86%", "86%", "same"),
        ("86%", "86.4%", "same"),
        ("86%", "87%", "apart"),
        ("85-90%", "86-89%", "same"),
        ("85-90%", "80-89%", "compatible"),
        ("85-90%", "more than 85%", "compatible"),
        ("85-90%", "up to 80%", "apart"),
        ("half", "at least 50%", "compatible"),
        ("up to 86%", "86%", "compatible"),
        ("up to 86%", "up to 86%", "same"),
        ("up to 86%", "up to 90%", "compatible"),
        ("more than 80%", "more than 85%", "same"),
        ("more than 85%", "more than 80%", "compatible"),
    ],
)
def test_a_statement_and_its_source_are_compared_as_statements(said, source, found):
    assert compare_stated(parse_stated(said), parse_stated(source)) == found


STATED = st.sampled_from(
    ["5%", "up to 5%", "more than 5%", "4-6%", "half", "up to 50%", "at least 50%"]
)


@given(STATED, STATED)
def test_only_what_overlaps_is_not_apart(one, other):
    a, b = parse_stated(one), parse_stated(other)
    apart = compare_stated(a, b) == "apart"
    assert apart == (a.high < b.low or b.high < a.low)
    assert apart == (compare_stated(b, a) == "apart")
    assert compare_stated(a, a) == "same"
