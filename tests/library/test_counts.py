from math import inf, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reanalysis import example, feasible_counts, grim, grim_probability
from reanalysis.counts import (
    check_counts,
    check_table,
    feasible_denominators,
    feasible_sizes,
    nearest_count,
    nearest_percentages,
    patient_rows,
    readings,
    recover_counts,
    whole_number,
)


def brute_force(percent, n):
    """Counts whose percentage can be printed so, by trying each."""
    decimals = len(percent.partition(".")[2])
    half = 0.5 * 10**-decimals + 1e-9
    return [x for x in range(n + 1) if abs(100 * x / n - float(percent)) <= half]


def test_known_answers():
    assert feasible_counts("54", 20) == []
    assert feasible_counts("55", 20) == [11]
    assert feasible_counts("54", 13) == [7]
    assert feasible_counts("0", 20) == [0]
    assert feasible_counts("100", 20) == [20]
    assert feasible_counts("0", 400) == [0, 1, 2]
    assert feasible_counts("100", 400) == [398, 399, 400]
    assert feasible_counts("54", 1000) == list(range(535, 546))


def test_decimals_narrow_the_check():
    assert grim("54", 35)
    assert not grim("54.0", 35)


def test_a_half_may_go_up_or_down():
    assert grim("12", 8)
    assert grim("13", 8)
    assert grim("12.5", 8)
    assert not grim("11", 8)
    assert not grim("14", 8)


def test_the_published_example_of_the_check():
    # Brown and Heathers 2017: a mean of 5.19 from 28 whole answers cannot be, since
    # its decimals would be 19% of 28. A mean of 5.18 can.
    assert not grim("19", 28)
    assert grim("18", 28)


def test_items_multiply_the_patients():
    assert grim("54", 20, items=5)
    assert feasible_counts("54", 100) == [54]


def test_nearest_counts():
    assert nearest_count("54", 20) == 11
    assert nearest_count("52", 20) == 10
    assert nearest_count("52.5", 20) == 11  # a half goes up
    assert nearest_count("0", 20) == 0
    assert nearest_count("100", 20) == 20


def test_denominators_up_to_and_including_the_largest():
    found = feasible_denominators("54", 24)
    assert found.to_dict("list") == {"n": [13, 24], "events": [7, 13]}
    assert feasible_denominators("54", 12).empty
    found = feasible_denominators("100", 2)
    assert found.to_dict("list") == {"n": [1, 2], "events": [1, 2]}


def test_sizes_at_which_all_percentages_fit():
    assert feasible_sizes(["54", "30", "40"], 57) == [50, 57]
    assert feasible_sizes(["65", "60", "55"], 20) == [20]
    assert feasible_sizes(["100", "0"], 2) == [1, 2]


def test_nearest_percentages_end_with_the_largest():
    found = nearest_percentages("54", 20)
    assert found["n"].tolist() == list(range(1, 21))
    assert found["nearest"].iloc[-1] == 55
    assert found.loc[found["fits"], "n"].tolist() == [13]
    assert found.columns.tolist() == ["n", "events", "nearest", "fits"]
    assert found["events"].tolist()[12:15] == [7, 8, 8]
    assert nearest_percentages("99", 100)["events"].iloc[-1] == 99


def test_readings_of_a_percentage_that_fits_are_its_counts():
    assert readings("65", 20).to_dict("list") == {"events": [13], "n": [20]}


def test_readings_of_one_that_does_not_fit():
    found = readings("54", 20)
    assert list(zip(found["events"], found["n"], strict=True)) == [
        (10, 20),
        (11, 20),
        (7, 13),
    ]


def test_a_misprint_is_read_as_the_counts_on_both_sides():
    for percent in ("53.8", "54.6"):
        found = readings(percent, 95)
        assert found["events"].tolist()[:2] == [51, 52]
        assert found["n"].tolist()[:2] == [95, 95]
        assert found.index.tolist() == list(range(len(found)))


def test_recovered_counts_keep_all_columns_but_the_place_in_the_file():
    outcomes = example().outcomes
    found = recover_counts(outcomes)
    kept = [name for name in outcomes if name != "place"]
    assert found.columns.tolist() == [*kept, "events", "feasible"]
    pd.testing.assert_frame_equal(found[kept], outcomes[kept])
    pd.testing.assert_frame_equal(recover_counts(outcomes[kept]), found)


def test_the_printed_table_has_one_percentage_that_does_not_fit():
    found = recover_counts(example().outcomes)
    assert found["events"].tolist() == [7, 12, 18, 4, 9, 17, 6, 10, 16]
    assert found.loc[~found["feasible"], "percent"].tolist() == ["58"]


def test_grim_probability_known_answers():
    assert grim_probability(20) == 80 / 101
    assert grim_probability(100) == 0
    assert grim_probability(20, decimals=1) == 980 / 1001
    # 1/8 is 12.5: both 12 and 13 can be printed, and so for 3/8, 5/8 and 7/8
    assert grim_probability(8) == (101 - 13) / 101
    assert grim_probability(4, items=5) == grim_probability(20)


@given(st.integers(0, 100), st.integers(1, 150))
def test_counts_agree_with_trying_each(percent, n):
    assert feasible_counts(str(percent), n) == brute_force(str(percent), n)


@given(st.integers(0, 1000), st.integers(1, 60))
def test_counts_agree_with_trying_each_at_one_decimal(permille, n):
    percent = f"{permille / 10:.1f}"
    assert feasible_counts(percent, n) == brute_force(percent, n)


@given(st.integers(1, 40), st.integers(0, 1))
@settings(max_examples=30)
def test_the_probability_is_that_of_failing_the_check(n, decimals):
    steps = range(100 * 10**decimals + 1)
    printable = [f"{step / 10**decimals:.{decimals}f}" for step in steps]
    failed = sum(not grim(percent, n) for percent in printable)
    assert grim_probability(n, decimals=decimals) == failed / len(printable)


@given(st.data(), st.integers(1, 300))
def test_a_true_percentage_always_passes(data, n):
    events = data.draw(st.integers(0, n))
    percent = f"{100 * events / n:.1f}"
    assert events in feasible_counts(percent, n)
    assert abs(nearest_count(percent, n) - events) <= 1


@given(st.integers(0, 100), st.integers(1, 60))
def test_every_reading_is_a_count_of_at_most_n(percent, n):
    found = readings(str(percent), n)
    assert len(found) > 0
    assert (found["events"] >= 0).all()
    assert (found["events"] <= found["n"]).all()
    assert (found["n"] <= n).all()


def test_patient_rows_have_one_row_per_patient():
    rows = patient_rows([1, 0], [2, 3])
    assert rows["arm"].tolist() == ["1", "1", "2", "2", "2"]
    assert rows["event"].tolist() == [True, False, False, False, False]


def test_whole_numbers_of_numpy_and_pandas_are_welcome():
    assert feasible_counts("55", np.int64(20)) == [11]
    assert len(patient_rows(pd.Series([1, 2]), pd.Series([2, 2]))) == 4


@pytest.mark.parametrize(
    "wrong", [50.9, 50.0, nan, inf, True, np.True_, "50", None, [50], np.array([50])]
)
def test_one_rule_says_what_a_whole_number_is(wrong):
    with pytest.raises(TypeError, match=r"^x must be a whole number, not "):
        whole_number(wrong, "x")


def test_a_whole_number_has_no_largest():
    for value in (0, 2**53 + 1, 10**30, np.int8(5), np.uint64(2**63 + 1), np.array(5)):
        assert whole_number(value, "x") == int(value)
        assert type(whole_number(value, "x")) is int
    assert check_counts([np.int8(100)], np.array([127], np.int8)) == ([100], [127])
    assert grim("33.3", 3 * 10**30)
    assert feasible_counts("0." + "0" * 20, 10**24) == list(range(51))


def test_so_many_arms_are_needed():
    assert check_counts([1], [2]) == ([1], [2])
    with pytest.raises(ValueError, match=r"^a comparison needs at least two arms$"):
        check_counts([1], [2], arms=2)


def test_pairs_of_many_sizes_are_counted_on_the_way():
    with pytest.raises(ValueError, match=r"^0% has more than most_listed=300 pairs up"):
        feasible_denominators("0", 300, most_listed=300)
    assert len(feasible_denominators("0", 299, most_listed=399)) == 399


@settings(max_examples=30)
@given(st.integers(1, 300), st.integers(0, 1))
def test_the_share_that_no_count_gives_is_that_of_all_percentages_tried(n, decimals):
    unit = 10**decimals
    texts = [f"{i / unit:.{decimals}f}" for i in range(100 * unit + 1)]
    missed = [not grim(text, n) for text in texts]
    assert grim_probability(n, decimals=decimals) == sum(missed) / len(texts)


def test_the_share_that_no_count_gives_needs_no_enumeration():
    assert grim_probability(10**15, decimals=20) == pytest.approx(1 - 1e-7, rel=1e-9)
    assert grim_probability(10**30) == 0


def test_a_table_without_keys_may_repeat_its_rows():
    check_table(pd.DataFrame({"n": [20, 20], "events": [5, 5]}), keys=())
