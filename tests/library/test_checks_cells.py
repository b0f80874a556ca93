"""The checks of a cell: what does not fit, and the slip that would explain it."""

import pytest

from reanalysis.checks import Table, audit
from reanalysis.checks.misprints import one_digit_apart


def checks(*cells, check):
    records = [
        {"endpoint": "x", "arm": chr(65 + i), "n": "42", **cell}
        for i, cell in enumerate(cells)
    ]
    found = audit(Table.from_records(records)).checks
    return found[found["check"] == check]


SLIPS = {
    ("59.9", "25"): "one digit: 59.5",
    ("95.5", "25"): "two digits exchanged: 59.5",
    ("5.95", "25"): "a shifted point: 59.5",
    ("9.5", "25"): "a digit left out: 59.5",
    ("71.4", "20"): "one digit of the count: 30",
}


@pytest.mark.parametrize(("percent", "count"), SLIPS)
def test_a_percentage_beside_a_count_says_which_slip_would_explain_it(percent, count):
    (found,) = checks(
        {"count": count, "percent": percent}, check="percent"
    ).itertuples()
    assert found.verdict == "does not agree"
    assert f"A slip would explain it ({SLIPS[percent, count]})." in found.sentence


def test_two_percentages_that_stand_in_each_others_place_are_named():
    found = checks(
        {"count": "25", "percent": "11.9"},
        {"count": "5", "percent": "59.5"},
        check="percent",
    )
    assert set(found["verdict"]) == {"does not agree"}
    said = found["sentence"].tolist()
    assert "an exchange with B: 59.5" in said[0]
    assert "an exchange with A: 11.9" in said[1]


def test_a_percentage_of_no_count_says_the_nearest_slip():
    (found,) = checks({"percent": "59.9"}, check="percent").itertuples()
    assert "A slip would explain it (one digit: 59.5)." in found.sentence


def test_where_no_slip_explains_it_none_is_said():
    (found,) = checks({"count": "25", "percent": "3.3"}, check="percent").itertuples()
    assert "slip" not in found.sentence


def test_digits_that_were_cut_off_are_no_slip():
    (found,) = checks({"count": "25", "percent": "59"}, check="percent").itertuples()
    assert found.verdict == "does not agree"
    assert found.sentence.endswith("its digits were cut off, not rounded.")


def test_a_percentage_that_fits_has_no_slip():
    (found,) = checks({"count": "25", "percent": "59.5"}, check="percent").itertuples()
    assert (found.verdict, "slip" in found.sentence) == ("agrees", False)


def test_a_count_of_too_many_names_its_row_and_column():
    found = checks({"count": "20"}, {"count": "43"}, check="count")
    assert found["sentence"].tolist() == [
        "It is one of 0 to 42.",
        "Row 3, column count: it is more than the 42 patients.",
    ]


@pytest.mark.parametrize(
    ("printed", "other", "slip"),
    [
        ("1.7", "7.1", "two digits exchanged"),
        ("7.1", "7.1", ""),
        ("12.3", "1.23", ""),
        ("59.5", "9.5", "a digit too many"),
        ("59.5", "84.2", ""),
    ],
)
def test_slips_of_digits(printed, other, slip):
    assert one_digit_apart(printed, other) == slip


def test_percentages_taken_for_counts_are_named_in_plain_words():
    cells = [{"n": "20", "percent": p, "statistic": "22.4"} for p in ("30", "60", "80")]
    (found,) = checks(*cells, check="statistic").itertuples()
    assert "only percentages taken for counts, one-way, give 22.4" in found.sentence


def test_a_share_of_those_tested_needs_no_count_of_all():
    # 19 of 44 is 43.2, and no count of 50 gives 43
    cells = [
        {"n": "50", "n_tested": "44", "percent": "43", "statistic": "1.02"},
        {"n": "50", "n_tested": "44", "percent": "55"},
    ]
    found = checks(*cells, check="percent")
    assert found["verdict"].tolist() == ["agrees", "agrees"]
    assert "19 of 44" in found["sentence"].iloc[0]


def test_a_statistic_without_a_name_may_be_the_root_of_a_chi_square():
    # Pearson of 25 and 10 of 42 is 11.020
    cells = [{"count": "25", "statistic": "3.32", "p": "<0.001"}, {"count": "10"}]
    (found,) = checks(*cells, check="statistic").itertuples()
    assert (found.verdict, found.by) == ("agrees", "Pearson, its root z")
    (both,) = checks(*cells, check="statistic and p").itertuples()
    assert both.verdict == "agrees"
    named = [{**cell, "statistic_name": "chi-square"} for cell in cells]
    (found,) = checks(*named, check="statistic").itertuples()
    assert found.verdict == "does not agree"
