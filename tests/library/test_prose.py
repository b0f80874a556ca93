"""Numbers, lists and tables as a sentence of a chapter has them."""

import pandas as pd
import pytest

from reanalysis import prose


def test_a_cell_of_data_cannot_become_markup():
    text = prose.table(pd.DataFrame({"a": ["<b>|*x*</b> & $y$ [z](w)"]}))
    row = text.splitlines()[-1]
    assert row == r"| \<b\>\|\*x\*\</b\> &amp; \$y\$ \[z\](w) |"


def test_only_numbers_stand_to_the_right():
    text = prose.table(pd.DataFrame({"a": ["x"], "b": [1], "c": [1.5]}))
    assert text.splitlines()[1] == "|:--|--:|--:|"


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (["54%", "7.3*", ""], True),
        (["< 0.0001", "0.116"], True),
        (["\u22127.5", "+10", "1,305"], True),
        (["**0.033**", "0.116"], True),
        (["> 99%", "\\< 1%", "&lt; 1%"], True),
        (["11 of 20", "20"], False),
        (["34% to 74%"], False),
        (["", ""], False),
        (["2-year", "20"], False),
    ],
)
def test_numbers_as_ready_text_stand_to_the_right_too(cells, right):
    text = prose.table(pd.DataFrame({"a": cells}))
    assert text.splitlines()[1] == ("|--:|" if right else "|:--|")


def test_numbers_as_words_end_at_nine():
    assert [prose.number(n) for n in (0, 1, 9, 10, 1234)] == [
        "none",
        "one",
        "nine",
        "10",
        "1,234",
    ]
    assert prose.number(-1) == "-1"


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0, "0%"), (0.005, "< 1%"), (0.00501, "1%"), (0.99499, "99%"), (0.995, "> 99%")],
)
def test_a_percentage_is_none_or_all_only_if_it_is_that(probability, text):
    assert prose.percent(probability) == text


def test_pvalues_change_their_decimals_at_their_limits():
    assert prose.pvalue(0.00999) == "0.0100"
    assert prose.pvalue(0.01) == "0.010"
    assert prose.pvalue(0.0001) == "0.0001"
    assert prose.pvalue(0.0000999) == "< 0.0001"


def test_lists_of_any_length():
    assert prose.listed(["a"]) == "a"
    assert prose.listed([1, 2]) == "1 and 2"
    assert prose.listed("abc") == "a, b and c"


def test_a_difference_has_a_sign_unless_it_is_written_as_zero():
    found = [prose.signed(value, 1) for value in (0.6, -0.6, 0.04, -0.04, 0)]
    assert found == ["+0.6", "\u22120.6", "0.0", "0.0", "0.0"]


def test_one_is_no_plural_and_nothing_is_no_list():
    assert prose.counted(1, "child", "children") == "one child"
    assert prose.counted(0, "child", "children") == "no children"
    assert prose.counted(12, "star") == "12 stars"
    said = [prose.some_of("abc"[:k], 3) for k in range(4)]
    assert said == [
        "none of three",
        "one of three (a)",
        "two of three (a and b)",
        "all three (a, b and c)",
    ]
    assert [prose.some_of([], n) for n in (1, 2)] == ["none of one", "none of two"]
    assert prose.some_of(["a"], 1) == "the only one (a)"
