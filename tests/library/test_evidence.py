"""Published figures: as stored, what may be pooled, R's values, what always holds."""

from itertools import permutations
from math import isnan, nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from reanalysis import example, proportion
from reanalysis.evidence import (
    POOLED_BY,
    forest_rows,
    obstacles,
    one_per_trial,
    pool,
    poolable,
    predictive_checks,
    predictive_tails,
    published_figures,
    share_over_papers,
)
from reanalysis.figures import ACCENT, INK, arm_colors, draw_forest
from reanalysis.posterior import Posterior, rate_posterior

FIGURES = published_figures(example())
REFERENCE = pd.read_csv(
    Path(__file__).parents[1] / "reference" / "evidence.csv", comment="#"
)


def rows(events, n, **different):
    """Figures of the same thing in different trials."""
    k = len(events)
    same = {
        "arm": "A",
        "endpoint": "response",
        "setting": "late",
        "definition": "any",
        "detail": "",
        "denominator": "all treated",
        "time": "day 28",
        "label": [f"Study {i}" for i in range(k)],
        "trial": [f"T{i}" for i in range(k)],
        "percent": nan,
        "low": nan,
        "high": nan,
        "se": nan,
    }
    counts = {"events": pd.array(events, "Int64"), "n": pd.array(n, "Int64")}
    return pd.DataFrame(same | counts | different)


# --- what may not be pooled -----------------------------------------------------------


@pytest.mark.parametrize(
    "column", ["arm", "endpoint", "setting", "definition", "denominator", "time"]
)
def test_each_difference_is_an_obstacle_of_its_own(column):
    found = obstacles(rows([5, 6, 7], [20, 20, 20], **{column: ["x", "y", "x"]}))
    assert found == [
        f"the {column} differs: x (Study 0, Study 2), y (Study 1)",
    ]


@pytest.mark.parametrize("unknown", ["", None, nan])
@pytest.mark.parametrize("column", [*POOLED_BY, "trial"])
def test_what_is_not_known_is_not_pooled(column, unknown):
    known = "T9" if column == "trial" else "A"
    for values in ([unknown, known, known], [unknown] * 3, [known, unknown, unknown]):
        figures = rows([5, 6, 7], [20] * 3, **{column: values})
        said = ", ".join(
            f"Study {i}" for i, value in enumerate(values) if value is unknown
        )
        assert f"the {column} is not known: {said}" in obstacles(figures)
        with pytest.raises(ValueError, match=f"the {column} is not known"):
            pool(figures)
        assert poolable(figures) == []


def test_shared_patients_and_missing_counts_are_named():
    shared = rows([5, 6, 7], [20, 20, 20], trial=["T", "U", "T"])
    assert obstacles(shared) == ["the same patients, of T: Study 0, Study 2"]
    both = rows([5, 6, 7, 8], [20] * 4, trial=["T", "S", "S", "T"])
    assert [reason[:24] for reason in obstacles(both)] == [
        "the same patients, of T:",
        "the same patients, of S:",
    ]
    uncounted = rows([5, None, 7], [20, 20, 20])
    assert obstacles(uncounted) == ["no count was found: Study 1"]
    unsized = rows([5, 6, 7], [20, 20, None])
    assert obstacles(unsized) == ["no count was found: Study 2"]


# --- pooling --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", list(REFERENCE.itertuples()), ids=lambda row: f"{row.group}-{row.level}"
)
def test_pooled_proportions_in_r(row):
    events, n = ([int(x) for x in text.split()] for text in (row.events, row.n))
    found = pool(rows(events, n), level=row.level)
    assert (found.k, found.n, found.events) == (len(n), sum(n), sum(events))
    assert found.tau2 == pytest.approx(row.tau2, abs=1e-11)
    for name in ("estimate", "low", "high", "new_low", "new_high"):
        expected = getattr(row, name)
        assert getattr(found, name) == pytest.approx(expected, abs=1e-11, nan_ok=True)


def test_statsmodels_agrees_to_its_tolerance():
    events, n = np.array([30, 45, 20, 50]), np.array([60, 60, 50, 70])
    variance = 1 / events + 1 / (n - events)
    theirs = combine_effects(
        np.log(events / (n - events)), variance, method_re="pm", use_t=True
    )
    found = pool(rows(events.tolist(), n.tolist()))
    assert found.tau2 == pytest.approx(theirs.tau2, rel=1e-5)
    low, high = theirs.conf_int()[1]
    assert stats.logistic.cdf([low, high]) == pytest.approx([found.low, found.high])


COUNTS = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(COUNTS, min_size=3, max_size=6))
def test_a_pooled_estimate_lies_among_those_of_the_studies(pairs):
    events, n = map(list, zip(*pairs, strict=True))
    found = pool(rows(events, n))
    half = [0.5 if x in (0, m) else 0 for x, m in pairs]
    each = [(x + h) / (m + 2 * h) for (x, m), h in zip(pairs, half, strict=True)]
    assert min(each) - 1e-12 <= found.estimate <= max(each) + 1e-12
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    assert found.tau2 >= 0
    assert found.new_low <= found.low
    assert found.new_high >= found.high


@given(st.lists(COUNTS, min_size=3, max_size=3))
def test_the_order_of_studies_changes_no_digit(pairs):
    found = {
        repr(pool(rows(*map(list, zip(*order, strict=True)))))
        for order in permutations(pairs)
    }
    assert len(found) == 1


@given(st.lists(COUNTS, min_size=3, max_size=6))
def test_the_variance_between_studies_is_where_q_is_its_degrees_of_freedom(pairs):
    events, n = (np.array(x, float) for x in zip(*pairs, strict=True))
    found = pool(rows(events.astype(int).tolist(), n.astype(int).tolist()))
    half = np.where((events == 0) | (events == n), 0.5, 0)
    a, b = events + half, n - events + half
    weights = 1 / (1 / a + 1 / b + found.tau2)
    logits = np.log(a / b)
    q = weights @ (logits - np.average(logits, weights=weights)) ** 2
    if found.tau2 > 0:
        assert q == pytest.approx(found.k - 1, rel=1e-9)
    else:
        assert q <= found.k - 1 + 1e-9


@given(COUNTS, st.integers(3, 6))
def test_identical_studies_do_not_vary(pair, k):
    events, n = pair
    found = pool(rows([events] * k, [n] * k))
    assert found.tau2 == 0
    half = 0.5 if events in (0, n) else 0
    assert found.estimate == pytest.approx((events + half) / (n + 2 * half))


@given(st.lists(COUNTS, min_size=3, max_size=5))
def test_events_and_their_absence_mirror_each_other(pairs):
    events, n = map(list, zip(*pairs, strict=True))
    found = pool(rows(events, n))
    other = pool(rows([m - x for x, m in pairs], n))
    assert other.estimate == pytest.approx(1 - found.estimate, abs=1e-9)
    assert other.low == pytest.approx(1 - found.high, abs=1e-9)
    assert other.new_low == pytest.approx(1 - found.new_high, abs=1e-9)


def test_studies_that_vary_little_more_than_by_chance_have_some_variance():
    # Cochran's Q is 2.99, and 2 are expected
    found = pool(rows([4, 9, 12], [20, 20, 30]))
    assert found.tau2 == pytest.approx(0.1331, abs=0.0001)
    with pytest.raises(AttributeError):
        found.tau2 = 0


# --- groups ---------------------------------------------------------------------------


def test_what_can_be_pooled_of_the_published_figures():
    groups = poolable(FIGURES)
    assert all(obstacles(group) == [] for group in groups)
    assert [group["label"].tolist() for group in groups] == [
        ["Grove and Hedge 2006", "Hedge 2010", "Brook 2011"],
    ]


def test_of_shared_patients_the_largest_count_is_taken_then_the_first():
    trials = ["T", "T", "T", "U", "V"]
    figures = rows([5, 8, 6, 7, 9], [20, 30, 30, 25, 22], trial=trials)
    three = ["Study 1", "Study 3", "Study 4"]
    assert one_per_trial(figures)["label"].tolist() == three
    assert [g["label"].tolist() for g in poolable(figures)] == [three]
    figures["n"] = pd.array([20, None, 30, 25, 22], "Int64")
    assert one_per_trial(figures)["label"].tolist() == ["Study 2", *three[1:]]
    figures["definition"] = ["x", "x", "y", "y", "y"]
    found = one_per_trial(figures)["label"].tolist()
    assert found == ["Study 0", "Study 2", *three[1:]]
    assert [len(group) for group in poolable(figures)] == [3]
    assert poolable(figures.head(4)) == []


# --- the layout of a forest plot ------------------------------------------------------


def test_an_interval_is_counted_else_printed_else_from_the_error_else_missing():
    figures = rows(
        [10, None, None, None, None, None],
        [20] * 6,
        percent=[50.0, 40.0, 30.0, 2.0, 60.0, 97.0],
        low=[1.0, 35.0, nan, nan, nan, nan],
        high=[99.0, 46.0, nan, nan, nan, nan],
        se=[nan, 1.0, 5.0, 5.0, nan, 5.0],
        detail=["", "", "early", "", "", ""],
    )
    found = forest_rows(figures)
    assert found["kind"].tolist() == ["study"] * 6
    assert found["text"].tolist() == ["10/20", "40%", "30%", "2%", "60%", "97%"]
    assert found["label"].tolist()[1:3] == ["Study 1", "Study 2, early"]
    wilson = proportion(10, 20)
    z = stats.norm.isf(0.025)
    expected = [
        (0.5, wilson.low, wilson.high),
        (0.4, 0.35, 0.46),
        (0.3, 0.3 - 0.05 * z, 0.3 + 0.05 * z),
        (0.02, 0, 0.02 + 0.05 * z),
        (0.6, nan, nan),
        (0.97, 0.97 - 0.05 * z, 1),
    ]
    columns = found[["estimate", "low", "high"]].to_numpy(float)
    assert columns == pytest.approx(np.array(expected), nan_ok=True)


def test_arms_come_first_then_settings_then_what_is_pooled():
    figures = rows([5, 6, 9, 12], [20, 20, 30, 30], setting=["late"] * 3 + ["first"])
    figures = pd.concat([figures, figures.assign(endpoint="survival").head(1)])
    counts = pd.DataFrame(
        {"endpoint": ["response"], "arm": ["A"], "n": [20], "events": [7]}
    )
    found = forest_rows(figures, counts=counts)
    assert found["heading"].drop_duplicates().tolist() == [
        "response, this study",
        "response, late",
        "response, first",
        "survival, late",
    ]
    kinds = ["arm", *["study"] * 3, "pooled", "prediction", "study", "study"]
    assert found["kind"].tolist() == kinds
    assert found.index.tolist() == list(range(8))
    assert found["text"].tolist()[:1] == ["7/20"]
    pooled = pool(figures.head(3))
    row, new = found.iloc[4], found.iloc[5]
    assert isnan(new["estimate"])
    both = {
        "heading": "response, late",
        "arm": "A",
        "endpoint": "response",
        "setting": "late",
        "definition": "any",
        "trial": "",
        "n": 70,
        "events": 20,
    }
    assert row.to_dict() == both | {
        "label": "pooled: Study 0, Study 1, Study 2",
        "kind": "pooled",
        "estimate": pooled.estimate,
        "low": pooled.low,
        "high": pooled.high,
        "text": f"{100 * pooled.estimate:.0f}%",
    }
    assert new.drop("estimate").to_dict() == both | {
        "label": "one more study",
        "kind": "prediction",
        "low": pooled.new_low,
        "high": pooled.new_high,
        "text": "",
    }
    own = {"setting": "", "definition": "", "trial": "", "arm": "A", "n": 20}
    assert found.iloc[0][list(own)].to_dict() == own
    assert found["trial"].tolist()[1:4] == ["T0", "T1", "T2"]


def test_every_detail_of_what_is_pooled_is_named():
    figures = rows([5, 6, 9], [20, 20, 30], detail=["strict", "", "loose"])
    label = forest_rows(figures)["label"].iloc[3]
    assert label == "pooled: Study 0, Study 1, Study 2, strict, loose"


def test_a_pooled_figure_is_written_as_a_whole_percentage():
    figures = rows([16, 17, 25], [20, 20, 30])
    assert pool(figures).estimate == pytest.approx(0.828, abs=0.001)
    assert forest_rows(figures)["text"].iloc[3] == "83%"


def test_a_forest_takes_its_level_everywhere():
    figures = rows([5, 6, 9], [20, 20, 30])
    counts = pd.DataFrame(
        {"endpoint": ["survival"], "arm": ["A"], "n": [20], "events": [7]}
    )
    own, *_ = forest_rows(figures, counts=counts, level=0.8).itertuples()
    assert (own.low, own.high) == (
        proportion(7, 20, level=0.8).low,
        proportion(7, 20, level=0.8).high,
    )
    found = forest_rows(figures, level=0.8)
    assert found["low"].iloc[0] == proportion(5, 20, level=0.8).low
    assert found["low"].iloc[3] == pool(figures, level=0.8).low


def test_two_studies_stand_side_by_side():
    found = forest_rows(rows([5, 6], [20, 20]))
    assert found["kind"].tolist() == ["study", "study"]


def test_a_forest_of_nothing_has_its_columns():
    found = forest_rows(FIGURES.head(0))
    assert found.empty
    assert list(found) == list(forest_rows(FIGURES))
    with pytest.raises(ValueError, match="level"):
        forest_rows(FIGURES.head(0), level=1)


# --- how far out a count is -----------------------------------------------------------


def test_tails_of_a_uniform_rate():
    found = predictive_tails(Posterior(1.0, 1.0), 3, 9)
    assert found == pytest.approx((4 / 10, 7 / 10))
    assert predictive_tails(Posterior(1.0, 1.0), 0, 9) == pytest.approx((1 / 10, 1))
    assert predictive_tails(Posterior(1.0, 1.0), 9, 9) == pytest.approx((1, 1 / 10))


@given(COUNTS, COUNTS)
def test_the_two_tails_share_the_count_itself(published, own):
    rate = rate_posterior(*published)
    found = predictive_tails(rate, *own)
    here = stats.betabinom(own[1], rate.a, rate.b).pmf(own[0])
    assert found.at_most + found.at_least == pytest.approx(1 + here, abs=1e-9)


def test_a_count_beside_published_ones():
    counts = pd.DataFrame(
        {"endpoint": "response", "arm": ["A", "B"], "n": 20, "events": [4, 9]}
    )
    figures = rows([12, 30], [61, 60])
    figures.loc[2] = figures.loc[1].replace("A", "C")
    figures.loc[3] = figures.loc[1]
    figures.loc[3, "events"] = pd.NA
    found = predictive_checks(figures, counts)
    assert found["published"].tolist() == ["12/61", "30/60"]
    assert found[["events", "n"]].to_numpy().tolist() == [[4, 20], [4, 20]]
    for row, (x, n) in zip(found.itertuples(), [(12, 61), (30, 60)], strict=True):
        tails = predictive_tails(rate_posterior(x, n), 4, 20)
        assert (row.at_most, row.at_least) == tails
        # the first counts with at least 2.5% and 97.5% at or below them
        for count, share in ((row.low, 0.025), (row.high, 0.975)):
            at_most, at_least = predictive_tails(rate_posterior(x, n), count, 20)
            assert 1 - at_least < share <= at_most
    assert list(predictive_checks(figures.head(0), counts)) == list(found)


# --- the figure -----------------------------------------------------------------------


def test_the_forest_plot_shows_every_row():
    counts = pd.DataFrame(
        {"endpoint": ["response"], "arm": ["A"], "n": [20], "events": [7]}
    )
    figures = rows([5, 6, 9], [20, 20, 30])
    figures.loc[3] = figures.loc[0]
    figures.loc[3, ["label", "trial", "percent"]] = ["Uncounted", "T9", 33.0]
    figures.loc[3, "events"] = pd.NA
    laid_out = forest_rows(figures, counts=counts)
    figure = draw_forest(laid_out, arm_colors(["A"]))
    (ax,) = figure.axes
    labels = ax.get_yticklabels()
    said = [" ".join(label.get_text().split()) for label in labels]
    assert said == laid_out["label"].tolist()
    assert {label.get_fontweight() for label in labels} == {"normal"}
    said = {text.get_text() for text in ax.texts}
    assert {"response, this study", "response, late"} <= said
    assert {"7/20", "5/20", "33%"} <= said
    (diamond,) = ax.patches
    pooled = laid_out[laid_out["kind"] == "pooled"].iloc[0]
    corners = diamond.get_xy()[:, 0]
    assert corners.min() == pytest.approx(100 * pooled["low"])
    assert corners.max() == pytest.approx(100 * pooled["high"])
    assert 100 * pooled["estimate"] in corners
    broken = [line for line in ax.lines if line.get_linestyle() == "--"]
    new = laid_out[laid_out["kind"] == "prediction"].iloc[0]
    assert broken[0].get_xdata() == pytest.approx([100 * new["low"], 100 * new["high"]])
    circles = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_color() for line in circles] != [INK]
    assert circles[0].get_markeredgecolor() == arm_colors(["A"])["A"]
    squares = [
        line.get_markerfacecolor() for line in ax.lines if line.get_marker() == "s"
    ]
    assert squares == [INK, INK, INK, "white"]
    assert ACCENT not in squares


def test_papers_that_are_all_alike_leave_only_the_readers_own_error():
    alike = share_over_papers([3] * 50, [10] * 50, right=9_990, judged=10_000)
    assert alike.estimate == pytest.approx(0.3 * 0.999, abs=1e-4)
    assert alike.high - alike.low < 0.001
    doubtful = share_over_papers([3] * 50, [10] * 50, right=10, judged=20)
    # the beta distribution with shapes 10.5 and 10.5
    assert (doubtful.low, doubtful.high) == pytest.approx((0.088, 0.212), abs=0.006)


def test_the_interval_of_a_share_is_that_of_the_papers_where_the_reader_is_sure():
    # of 100 papers with one row each, 20 are called wrong: as wide as Wilson's
    share = share_over_papers([1] * 20 + [0] * 80, [1] * 100, right=10**6, judged=10**6)
    wilson = proportion(20, 100)
    assert share.estimate == pytest.approx(0.2, abs=0.01)
    assert share.high - share.low == pytest.approx(wilson.high - wilson.low, abs=0.02)


def test_papers_without_a_checked_row_say_nothing():
    some = share_over_papers([1, 0, 2], [4, 5, 6], right=5, judged=6)
    more = share_over_papers([1, 0, 0, 2], [4, 0, 5, 6], right=5, judged=6)
    assert some == more


@pytest.mark.parametrize(
    ("called", "checked", "right", "judged"),
    [([2], [1], 1, 1), ([-1], [1], 1, 1), ([0], [0], 1, 1), ([], [], 1, 1),
     ([1], [1], 3, 2), ([1], [1], -1, 2)],
)  # fmt: skip
def test_a_share_of_rows_that_were_not_checked_is_refused(
    called, checked, right, judged
):
    with pytest.raises(ValueError, match="checked"):
        share_over_papers(called, checked, right=right, judged=judged)


def test_what_is_not_known_is_not_taken_for_the_same():
    figures = FIGURES.assign(trial="").set_axis(range(len(FIGURES))[::-1])
    counted = figures[figures["events"].notna() & figures["n"].notna()]
    assert one_per_trial(figures)["label"].tolist() == counted["label"].tolist()
    repeated = figures.assign(trial="T1").set_axis([0] * len(figures))
    assert len(one_per_trial(repeated)) == len(
        counted.drop_duplicates([*POOLED_BY, "trial"])
    )
