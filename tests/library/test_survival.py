"""Survival: known answers, R's values, simulation, what must always hold, odd input."""

import io
from math import exp, isnan, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import survdiff

from reanalysis import figures, grim, proportion
from reanalysis.counts import printable_share
from reanalysis.follow_up import (
    effective_n,
    expected_interval,
    follow_up,
    follow_up_readings,
    intervals_by_share,
    survival_behind_share,
)
from reanalysis.survival import (
    kaplan_meier,
    logrank_test,
    numbers_at_risk,
    survival_at,
    survival_curves,
)
from reanalysis.synthetic import simulated_estimates, synthetic_survival

ARMS = pd.DataFrame({"arm": ["A", "B", "C"], "n": 20, "events": [8, 11, 14]})


def reference(name):
    folder = Path(__file__).parents[1] / "reference"
    return pd.read_csv(folder / f"survival_{name}.csv", comment="#")


PATIENTS = reference("patients")


# --- known answers --------------------------------------------------------------------


def test_who_can_have_been_followed():
    assert follow_up(2022, 2026, 2).share == 0.5
    assert follow_up(2022, 2026, 2).last_entry == 2024
    assert follow_up(2022, 2026, 2).needed == 2028
    assert follow_up(2022, 2026, 1).share == 0.75
    assert follow_up(2022.5, 2025.5, 2, closed=2026.5).share == pytest.approx(2 / 3)
    assert follow_up(2022.5, 2025.5, 2, closed=2026.5).last_entry == 2024.5
    assert follow_up(2022, 2024, 2).share == 0
    assert follow_up(2022, 2023, 2).share == 0  # never below
    assert follow_up(2022, 2024, 2, closed=2030).share == 1  # never above


def test_the_readings_of_a_period():
    found = follow_up_readings(2022, 2025, 2, 60)
    assert found[["start", "end", "closed"]].to_numpy().tolist() == [
        [2022, 2026, 2026],
        [2022, 2025, 2025],
        [2023, 2025, 2025],
        [2022, 2025, 2026],
        [2022, 2024, 2026],
        [2022, 2026, 2028],
    ]
    assert found["share"].tolist() == pytest.approx([1 / 2, 1 / 3, 0, 2 / 3, 1, 1])
    assert found["followed"].tolist() == pytest.approx([30, 20, 0, 40, 60, 60])
    assert found["reading"].tolist() == [
        "entry and data until the end of the last year",
        "entry and data until the last year began",
        "the shortest period: from the first year's end",
        "entry until the last year began, data until its end",
        "entry ended in time, data until the last year's end",
        "entry until the last year's end, data later",
    ]
    assert found["n"].tolist() == [60] * 6


def test_readings_that_the_years_do_not_allow_are_left_out():
    found = follow_up_readings(2025, 2025, 2, 60)
    assert found["closed"].tolist() == [2026, 2028]
    assert found["followed"].tolist() == [0, 60]
    two = follow_up_readings(2024, 2025, 1, 60)
    ends = two[["end", "closed"]].to_numpy().tolist()
    assert ends == [[2026, 2026], [2025, 2025], [2025, 2026], [2026, 2027]]
    assert two.index.tolist() == [0, 1, 2, 3]


def test_data_are_closed_by_the_year_in_which_the_results_were_known():
    found = follow_up_readings(2022, 2025, 2, 60, known=2026)
    assert found["closed"].max() == 2027
    assert found["followed"].iloc[-1] == 45
    late = follow_up_readings(2022, 2025, 2, 60, known=2030)
    pd.testing.assert_frame_equal(late, follow_up_readings(2022, 2025, 2, 60))


def test_remission_of_children_with_leukemia_as_published():
    # E. J. Freireich and others, Blood 21 (1963) 699-716, with the estimates and the
    # statistic of D. G. Kleinbaum and M. Klein, Survival Analysis (3rd edition, 2012)
    data = PATIENTS[PATIENTS["set"] == "gehan"]
    treated = data[data["arm"] == "6-MP"]
    curve = kaplan_meier(treated["time"], treated["event"])
    died = curve[curve["events"] > 0]
    assert died["time"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert died["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert died["survival"].round(3).tolist() == [
        *(0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448)
    ]
    test = logrank_test(data["time"], data["event"], data["arm"])
    assert round(test.statistic, 2) == 16.79
    assert test.dof == 1


def test_without_censoring_survival_is_the_share_alive():
    time = [0.5, 0.7, 0.7, 1.1, 2, 2, 2, 2]
    curve = kaplan_meier(time, [1, 1, 1, 1, 0, 0, 0, 0], limits="plain")
    found = survival_at(curve, 2)
    assert found.estimate == pytest.approx(0.5)
    # Greenwood's error is then that of a proportion
    error = stats.norm.isf(0.025) * (0.5 * 0.5 / 8) ** 0.5
    assert (found.low, found.high) == pytest.approx((0.5 - error, 0.5 + error))


def test_the_rows_of_a_curve():
    curve = kaplan_meier([2, 0, 1, 1], [True, False, False, True])
    assert curve["time"].tolist() == [0, 1, 2]
    assert curve["at_risk"].tolist() == [4, 3, 1]
    assert curve["events"].tolist() == [0, 1, 1]
    assert curve["censored"].tolist() == [1, 1, 0]
    assert curve["survival"].tolist() == pytest.approx([1, 2 / 3, 0])
    assert curve.iloc[[0, 2]][["low", "high"]].isna().all(axis=None)


def test_plain_limits_are_cut_at_the_ends():
    curve = kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1], limits="plain")
    assert curve["high"].tolist()[:2] == [1, 1]
    assert curve["low"].tolist()[3] == 0
    assert isnan(curve["low"].iloc[4])
    nobody_died = kaplan_meier([1, 2], [0, 0], limits="plain")
    assert (nobody_died[["survival", "low", "high"]] == 1).all(axis=None)


def test_a_curve_is_read_between_its_steps():
    curve = kaplan_meier([1, 2, 3], [1, 1, 0])
    assert survival_at(curve, 0).estimate == 1
    assert survival_at(curve, 0.999).estimate == 1
    assert survival_at(curve, 1).estimate == pytest.approx(2 / 3)
    assert survival_at(curve, 3).estimate == pytest.approx(1 / 3)
    with pytest.raises(ValueError, match=r"^nobody was followed to 4, only to 3$"):
        survival_at(curve, 4)
    # where nobody is left, nobody will be
    assert survival_at(kaplan_meier([1, 2], [1, 1]), 9).estimate == 0


def test_numbers_at_risk_count_whoever_leaves_at_that_time():
    patients = pd.DataFrame({"arm": ["B", "B", "A"], "time": [1.0, 2.0, 2.0]})
    found = numbers_at_risk(patients, [0, 1, 2, 3])
    assert found["arm"].tolist() == ["B"] * 4 + ["A"] * 4
    assert found["at_risk"].tolist() == [2, 2, 1, 0, 1, 1, 1, 0]
    assert found["time"].tolist() == [0, 1, 2, 3] * 2


def test_a_log_rank_test_by_hand():
    # deaths at 1 (of 2 and 2), 2 (of 1 and 2) and 3 (of 1 and 1); at 4 one is left
    test = logrank_test([1, 3, 2, 4], [1, 1, 1, 1], ["A", "A", "B", "B"])
    less_expected = (1 - 2 / 4) + (0 - 2 / 3 + 1 / 3) + (1 - 1 / 2)
    expected = 2 / 4 + 1 / 3 + 1 / 2
    variance = 1 / 4 + 2 / 9 + 1 / 4
    assert less_expected == pytest.approx(0.6666667)
    assert test.statistic == pytest.approx((2 - expected) ** 2 / variance)
    assert test.pvalue == pytest.approx(stats.chi2.sf(test.statistic, 1))


def test_small_p_values_keep_their_digits():
    time = [*range(1, 101), *[1000] * 100]
    test = logrank_test(time, [1] * 100 + [0] * 100, ["A"] * 100 + ["B"] * 100)
    assert 0 < test.pvalue < 1e-20


# --- R --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "rows"),
    list(reference("curves").groupby(["set", "arm", "limits", "level"], sort=False)),
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_curves_in_r(key, rows):
    name, arm, limits, level = key
    data = PATIENTS[(PATIENTS["set"] == name) & (PATIENTS["arm"] == arm)]
    found = kaplan_meier(data["time"], data["event"], level=level, limits=limits)
    # R has no row for time 0 unless something happens there
    found = found[found["time"].isin(rows["time"])]
    columns = ["time", "at_risk", "events", "censored"]
    assert found[columns].to_numpy().tolist() == rows[columns].to_numpy().tolist()
    shown = ["survival", "low", "high"]
    np.testing.assert_allclose(found[shown], rows[shown], rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("row", list(reference("tests").itertuples()))
def test_log_rank_in_r(row):
    data = PATIENTS[PATIENTS["set"] == row.set]
    found = logrank_test(data["time"], data["event"], data["arm"])
    assert found.statistic == pytest.approx(row.statistic, rel=1e-11)
    assert found.dof == row.dof
    assert found.pvalue == pytest.approx(row.pvalue, rel=1e-10)


# --- synthetic times ------------------------------------------------------------------


@pytest.mark.parametrize("events", [[8, 11, 14], [0, 20, 10], [1, 19, 0]])
def test_synthetic_arms_have_just_the_survivors_that_were_counted(events):
    patients = synthetic_survival(ARMS.assign(events=events), years=2, seed=3)
    assert patients["arm"].tolist() == ["A"] * 20 + ["B"] * 20 + ["C"] * 20
    assert patients.index.tolist() == list(range(60))
    assert (patients["entry"] == 0).all()
    alive = ~patients["event"]
    assert alive.groupby(patients["arm"]).sum().tolist() == events
    assert (patients.loc[alive, "time"] == 2).all()
    assert patients.loc[~alive, "time"].between(0, 2, inclusive="neither").all()
    at_end = numbers_at_risk(patients, [2])["at_risk"].tolist()
    assert at_end == events
    for name, part in survival_curves(patients).groupby("arm"):
        expected = dict(zip(ARMS["arm"], events, strict=True))[name] / 20
        assert survival_at(part, 2).estimate == pytest.approx(expected)


def test_who_is_followed_for_a_short_time_needs_no_window():
    patients = synthetic_survival(ARMS, years=0.5, seed=3)
    assert patients["time"].max() == 0.5


def test_curves_stand_in_the_order_of_their_arms():
    rows = {"arm": ["B", "A"], "time": [1, 2], "event": [1, 0]}
    assert survival_curves(pd.DataFrame(rows))["arm"].tolist() == ["B", "B", "A", "A"]


def test_synthetic_deaths_follow_a_constant_hazard():
    counts = pd.DataFrame({"arm": ["A"], "n": [40_000], "events": [10_000]})
    time = synthetic_survival(counts, years=2, seed=0).query("event")["time"]
    # survival of a quarter after two years is a half after one
    assert (time < 1).mean() == pytest.approx(0.5 / 0.75, abs=0.01)
    assert (time < 0.5).mean() == pytest.approx((1 - 0.5**0.5) / 0.75, abs=0.01)


def test_where_nobody_survives_half_a_patient_does():
    counts = pd.DataFrame({"arm": ["A"], "n": [10_000], "events": [0]})
    time = synthetic_survival(counts, years=2, seed=0)["time"]
    half = (1 - (0.5 / 10_000) ** 0.5) / (1 - 0.5 / 10_000)
    assert (time < 1).mean() == pytest.approx(half, abs=0.0015)


def test_a_window_cuts_times_and_nothing_else():
    full = synthetic_survival(ARMS, 2, seed=5)
    cut = synthetic_survival(ARMS, 2, seed=5, window=(4, 4))
    assert cut["entry"].between(0, 4).all()
    assert cut["entry"].min() < 1 < 3 < cut["entry"].max()
    assert (cut["time"] == np.minimum(full["time"], 4 - cut["entry"])).all()
    seen = full["event"] & (full["time"] <= 4 - cut["entry"])
    assert (cut["event"] == seen).all()
    assert (full["event"] & ~cut["event"]).any()
    late = synthetic_survival(ARMS, 2, seed=5, window=(4, 6))
    assert (late[["time", "event"]] == full[["time", "event"]]).all(axis=None)


def test_seeds_tell_sets_of_times_apart():
    one, same, other = (synthetic_survival(ARMS, 2, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert (one["time"] != other["time"]).any()


# --- what shortened follow-up does ----------------------------------------------------


def test_simulated_estimates_are_those_of_kaplan_meier():
    # the same random numbers, one estimate at a time
    random = np.random.default_rng(7)
    left, entry = random.uniform(size=(50, 9)), random.uniform(0, 3, size=(50, 9))
    deaths = 2 * np.log(left) / log(0.6)
    seen = np.minimum(3 - entry, 2)
    time, event = np.minimum(deaths, seen), deaths <= seen
    expected = [
        kaplan_meier(*pair)["survival"].iloc[-1]
        for pair in zip(time, event, strict=True)
    ]
    found = simulated_estimates(9, 0.6, 2, recruiting=3, closed=3, repeats=50, seed=7)
    assert found == pytest.approx(expected, abs=1e-12)
    assert len(np.unique(np.round(found * 9, 6) % 1)) > 10


def test_estimates_of_those_who_were_all_followed_are_shares():
    found = simulated_estimates(20, 0.55, 2, recruiting=4, closed=6, repeats=2000)
    assert found * 20 == pytest.approx(np.round(found * 20), abs=1e-9)
    assert found.mean() == pytest.approx(0.55, abs=0.01)
    assert printable_share(found, 20) == 1
    assert set(simulated_estimates(20, 1, 2, 4, 4, repeats=9)) == {1}
    assert set(simulated_estimates(20, 0, 2, 4, 4, repeats=9)) == {0}
    # who dies at once has died before the data are closed
    assert set(simulated_estimates(1, 0, 2, 4, 4, repeats=50)) == {0}
    assert len(simulated_estimates(1, 0.5, 2, 4, 4)) == 10_000


@pytest.mark.parametrize("survival", [0.4, 0.7])
@pytest.mark.parametrize("window", [(4, 4), (3, 4), (2.2, 2.2)])
def test_an_effective_number_has_the_spread_of_simulated_estimates(survival, window):
    n = 1000
    drawn = simulated_estimates(n, survival, 2, *window, repeats=4000, seed=2)
    worth = effective_n(n, survival, 2, *window)
    # the standard error of a variance from 4,000 values is a little over 2%
    assert drawn.var() == pytest.approx(survival * (1 - survival) / worth, rel=0.08)


def test_an_effective_number_in_closed_form():
    # where survival is 1, the weights are even: n * years / (integral of 1 / G)
    assert effective_n(20, 1, 2, 4, 4) == pytest.approx(20 * 2 / (4 * log(2)))
    assert effective_n(20, 1 - 1e-9, 2, 4, 4) == pytest.approx(
        effective_n(20, 1, 2, 4, 4), rel=1e-6
    )
    assert effective_n(20, 1, 2, 3, 4) == pytest.approx(20 * 2 / (1 + 3 * log(3 / 2)))
    # where it is 0, only those count who can have been followed to the end
    assert effective_n(20, 0, 2, 4, 5) == 15
    assert effective_n(20, 1e-200, 2, 4, 5) == pytest.approx(15, rel=0.01)
    assert effective_n(20, 0.5, 2, 4, 6) == 20
    assert effective_n(20, 0.5, 2, 2, 2) == 0
    # so few can have been followed to the end that 1 / G rises to a million millions
    near = effective_n(20, 1, 2, 2, 2 + 2e-12)
    assert near == pytest.approx(20 / log(1e12), rel=1e-4)


@pytest.mark.parametrize("survival", [0.05, 0.4, 0.999])
def test_an_effective_number_by_its_definition(survival):
    hazard, t = -log(survival) / 2, np.linspace(0, 2, 200_001)
    for recruiting, closed in ((4, 4), (3, 4), (2, 3.5)):
        seen = np.minimum(1, (closed - t) / recruiting)
        variance = np.trapezoid(hazard * np.exp(hazard * t) / seen, t)
        expected = 20 * (1 - survival) / (survival * variance)
        found = effective_n(20, survival, 2, recruiting, closed)
        assert found == pytest.approx(expected, rel=1e-8)


def test_an_effective_number_is_a_share_of_any_number():
    half = effective_n(0.5, 0.55, 2, 4, 4)
    assert half == pytest.approx(effective_n(20, 0.55, 2, 4, 4) / 40)


def test_with_everyone_followed_the_interval_is_wilsons():
    for events in (0, 8, 20):
        found = expected_interval(20, events / 20, 2, 4, 6, level=0.9)
        wilson = proportion(events, 20, level=0.9)
        assert found.estimate == wilson.estimate
        assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high))
    nobody = expected_interval(20, 0.4, 2, 2, 2)
    assert (nobody.estimate, nobody.low, nobody.high) == (0.4, 0, 1)


def test_intervals_by_share_are_those_of_their_windows():
    found = intervals_by_share(20, 0.55, 2, [0, 0.25, 0.5, 1]).to_dict("list")
    assert found["share"] == [0, 0.25, 0.5, 1]
    assert found["estimate"] == [0.55] * 4
    assert found["worth"][0] == 0
    assert found["worth"][1] == pytest.approx(effective_n(20, 0.55, 2, 8 / 3, 8 / 3))
    assert found["worth"][2] == effective_n(20, 0.55, 2, 4, 4)
    assert found["worth"][3] == 20
    half = expected_interval(20, 0.55, 2, 4, 4)
    assert (found["low"][2], found["high"][2]) == (half.low, half.high)
    assert found["width"][2] == half.high - half.low
    level = intervals_by_share(20, 0.55, 2, [0.5], level=0.8)
    assert level["width"][0] < found["width"][2]


def test_percentages_that_whole_patients_give():
    assert printable_share([0.55, 0.546, 0.554, 0.56], 20) == 0.75
    assert printable_share([0.546, 0.55, 0.554, 0.55], 20, decimals=1) == 0.5
    assert printable_share([0, 1], 7) == 1
    # any whole percentage is one of 100
    assert printable_share(np.linspace(0, 1, 333), 100) == 1
    fits = np.mean([grim(f"{p}", 13) for p in range(101)])
    assert printable_share(np.arange(101) / 100, 13) == pytest.approx(fits)


def test_survival_behind_a_share_gives_that_share_back():
    random = np.random.default_rng(4)
    for share in (0.1, 0.4, 0.7):
        for window in ((4, 4), (3, 4), (1, 1.5), (2, 3)):
            survival = survival_behind_share(share, 2, *window)
            deaths = random.exponential(-2 / log(survival), 200_000)
            entry = random.uniform(0, window[0], 200_000)
            alive = deaths > np.minimum(window[1] - entry, 2)
            assert alive.mean() == pytest.approx(share, abs=0.006)
            assert survival < share


def test_survival_behind_a_share_in_closed_form():
    # entry over two years, closed at their end: (1 - exp(-2 * h)) / (2 * h)
    share = (1 - exp(-2 * 0.7)) / (2 * 0.7)
    assert survival_behind_share(share, 2, 2, 2) == pytest.approx(exp(-2 * 0.7))
    assert [survival_behind_share(x, 2, 4, 4) for x in (0, 1)] == [0, 1]
    assert survival_behind_share(0.55, 2, 4, 6) == 0.55
    assert survival_behind_share(0.55, 2, 4, 9) == 0.55


# --- what always holds ----------------------------------------------------------------

ordinary = settings(deadline=None, max_examples=40, derandomize=True)
patients = st.lists(
    st.tuples(st.integers(0, 12), st.booleans(), st.sampled_from("ABC")),
    min_size=1,
    max_size=25,
)
rates = st.floats(0.01, 0.99)
spans = st.floats(0.5, 6)


@ordinary
@given(patients, st.sampled_from(["log-log", "plain"]), st.floats(0.5, 0.99))
def test_a_curve_falls_between_its_limits(drawn, limits, level):
    time, event, _ = map(list, zip(*drawn, strict=True))
    curve = kaplan_meier(time, event, level=level, limits=limits)
    assert curve["time"].is_monotonic_increasing
    assert curve["time"].is_unique
    assert curve["survival"].is_monotonic_decreasing
    assert curve["events"].sum() == sum(event)
    assert (curve["events"] + curve["censored"]).sum() == len(time)
    inner = curve[curve["survival"].between(1e-12, 1 - 1e-12)]
    assert ((inner["low"] >= 0) & (inner["low"] <= inner["survival"])).all()
    assert ((inner["high"] <= 1) & (inner["high"] >= inner["survival"])).all()
    wide = kaplan_meier(time, event, level=(1 + level) / 2, limits=limits)
    assert (wide["low"][inner.index] <= inner["low"] + 1e-12).all()
    assert (wide["high"][inner.index] >= inner["high"] - 1e-12).all()


@ordinary
@given(patients, st.randoms())
def test_log_rank_knows_neither_order_nor_names(drawn, random):
    time, event, arm = map(list, zip(*drawn, strict=True))
    if len(set(arm)) < 2:
        with pytest.raises(ValueError, match="at least two arms"):
            logrank_test(time, event, arm)
        return
    found = logrank_test(time, event, arm)
    assert found.statistic >= -1e-9
    assert 0 <= found.pvalue <= 1
    assert 0 <= found.dof < len(set(arm))
    mixed = random.sample(drawn, len(drawn))
    renamed = [(t, e, {"A": "Z", "B": "Y", "C": "X"}[a]) for t, e, a in mixed]
    again = logrank_test(*map(list, zip(*renamed, strict=True)))
    assert again.statistic == pytest.approx(found.statistic, abs=1e-8)
    assert again.dof == found.dof
    # only the order of the times counts
    later = logrank_test([7.5 * t * t for t in time], event, arm)
    assert later.statistic == pytest.approx(found.statistic, abs=1e-8)


@ordinary
@given(rates, spans, spans, st.floats(0, 3), st.floats(0, 3))
def test_longer_follow_up_tells_more(survival, years, recruiting, more, most):
    sooner, later = recruiting + more, recruiting + more + most
    short, long = (
        effective_n(20, survival, years, recruiting, c) for c in (sooner, later)
    )
    assert 0 <= short <= long * (1 + 1e-9) <= 20 * (1 + 1e-8)
    # never less than those who can have been followed to the end
    seen = follow_up(0, recruiting, years, closed=sooner).share
    assert short >= 20 * seen * (1 - 1e-9)
    wide = expected_interval(20, survival, years, recruiting, sooner)
    narrow = expected_interval(20, survival, years, recruiting, later)
    assert 0 <= wide.low <= narrow.low + 1e-9
    assert 1 >= wide.high >= narrow.high - 1e-9


@ordinary
@given(rates, rates, spans, spans, st.floats(0, 3))
def test_survival_behind_a_larger_share_is_larger(one, other, years, recruiting, more):
    low, high = sorted((one, other))
    window = recruiting, recruiting + more
    behind = [survival_behind_share(share, years, *window) for share in (low, high)]
    assert 0 <= behind[0] <= behind[1] + 1e-12
    assert behind[1] <= high + 1e-12
    longer = survival_behind_share(low, years, recruiting, recruiting + more + 1)
    assert longer >= behind[0] - 1e-12


@ordinary
@given(st.floats(2000, 2030), spans, spans, st.floats(0, 5))
def test_no_more_than_all_can_have_been_followed(start, length, years, more):
    end = start + length
    found = follow_up(start, end, years, closed=end + more)
    assert 0 <= found.share <= 1
    assert follow_up(start, end, years, closed=found.needed).share == pytest.approx(1)
    inside = min(max(found.last_entry, start), end)
    assert found.share == pytest.approx((inside - start) / length)


# --- figures --------------------------------------------------------------------------


def drawings():
    figures.use_style()
    patients = synthetic_survival(ARMS, 2, seed=1, window=(4, 4))
    at_risk = numbers_at_risk(patients, [0, 1, 2])
    lines = pd.DataFrame(
        {
            "label": ["now", "now", "later", "later"],
            "entry": [2022, 2026, 2022, 2026],
            "followed": [4, 0, 6, 2],
            "marked": [True, True, False, False],
        }
    )
    widths = [
        intervals_by_share(20, rate, 2, [0, 0.5, 1]).assign(arm=arm)
        for arm, rate in (("A", 0.4), ("B", 0.7))
    ]
    colors = figures.arm_colors(ARMS["arm"])
    return {
        "survival": figures.draw_survival(
            survival_curves(patients), at_risk, colors, time=2
        ),
        "follow_up": figures.draw_follow_up(lines, years=2),
        "width": figures.draw_interval_width(pd.concat(widths), share=0.5),
    }


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def test_figures_are_the_same_file_every_time_and_have_no_title():
    first, second = drawings(), drawings()
    for name, figure in first.items():
        files = io.StringIO(), io.StringIO()
        for drawn, file in zip((figure, second[name]), files, strict=True):
            drawn.savefig(file, format="svg", metadata={"Date": None})
        assert files[0].getvalue() == files[1].getvalue()
        assert {ax.get_title() for ax in figure.axes} == {""}


def test_made_up_times_are_marked_inside_the_figure():
    assert "SYNTHETIC: times are made up" in texts(drawings()["survival"])
    patients = PATIENTS[PATIENTS["set"] == "gehan"]
    arms = patients["arm"].unique()
    real = figures.draw_survival(
        survival_curves(patients),
        numbers_at_risk(patients, [0, 20]),
        figures.arm_colors(arms),
        time=35,
        synthetic=False,
    )
    assert not [text for text in texts(real) if "SYNTHETIC" in text]
    # control falls to 0, 6-MP stays above; each name stands where its curve ends
    places = {text.get_text(): text.xyann[1] for text in real.axes[0].texts}
    assert places["control"] == 0
    assert places["6-MP"] == pytest.approx(44.8, abs=0.1)


def test_curves_and_numbers_at_risk_are_drawn_as_they_are():
    patients = synthetic_survival(ARMS, 2, seed=1, window=(4, 4))
    curves = survival_curves(patients)
    upper, lower = drawings()["survival"].axes
    steps = [line for line in upper.lines if line.get_drawstyle() == "steps-post"]
    for line, (_, part) in zip(steps, curves.groupby("arm"), strict=True):
        assert line.get_xdata().tolist() == part["time"].tolist()
        assert line.get_ydata() == pytest.approx(100 * part["survival"])
    marks = [line for line in upper.lines if line.get_marker() == "|"]
    for line, (_, part) in zip(marks, curves.groupby("arm"), strict=True):
        lost = part[(part["censored"] > 0) & (part["time"] < 2)]
        assert line.get_xdata().tolist() == lost["time"].tolist()
    at_risk = numbers_at_risk(patients, [0, 1, 2])
    shown = [(t.get_position(), t.get_text()) for t in lower.texts[: len(at_risk)]]
    rows = zip(at_risk["arm"], at_risk["time"], at_risk["at_risk"], strict=True)
    assert shown == [((time, "ABC".index(arm)), str(n)) for arm, time, n in rows]


def test_names_that_would_touch_are_moved_apart():
    curves = pd.DataFrame(
        {"arm": ["A", "B", "C"], "time": 0, "censored": 0, "survival": [0.5, 0.52, 0.9]}
    )
    at_risk = pd.DataFrame({"arm": ["A", "B", "C"], "time": 0, "at_risk": 1})
    colors = figures.arm_colors(["A", "B", "C"])
    figure = figures.draw_survival(curves, at_risk, colors, time=2, synthetic=False)
    upper = figure.axes[0]
    places = {text.get_text(): text.xyann[1] for text in upper.texts}
    assert [places[arm] for arm in "ABC"] == [50, 57, 90]
    # a name stands even where its curve ends beyond the picture
    assert {text.get_annotation_clip() for text in upper.texts} == {False}


def test_both_parts_of_a_figure_of_survival_have_one_axis():
    curves = survival_curves(synthetic_survival(ARMS, 2, seed=1))
    at_risk = pd.DataFrame({"arm": ["A", "A"], "time": [1, 1.5], "at_risk": [9, 8]})
    colors = figures.arm_colors(ARMS["arm"])
    upper, lower = figures.draw_survival(curves, at_risk, colors, time=2).axes
    assert upper.get_xlim() == lower.get_xlim() == (0, 2)
    assert lower.get_xticks().tolist() == [1, 1.5]
    assert not any(label.get_visible() for label in upper.get_xticklabels())


def test_the_dates_that_leave_enough_time_are_shaded():
    ax = drawings()["follow_up"].axes[0]
    (band,) = ax.patches
    assert (band.get_x(), band.get_width()) == (2022, 2)
    assert {"now", "later", "needed", "early enough", "too late"} == set(
        texts(ax.figure)
    )


def test_lines_of_follow_up_keep_their_order_and_leave_room_for_what_is_needed():
    lines = pd.DataFrame(
        {
            "label": ["now", "now", "later", "later"],
            "entry": [2025, 2026] * 2,
            "followed": [1, 0, 1, 0],
            "marked": [True, True, False, False],
        }
    )
    ax = figures.draw_follow_up(lines, years=4).axes[0]
    assert [text for text in texts(ax.figure) if text in ("now", "later")] == [
        "now",
        "later",
    ]
    assert ax.get_ylim() == (0, 6)


def test_words_for_dates_that_do_not_exist_are_left_out():
    for followed, word in (([1, 0], "too late"), ([6, 5], "early enough")):
        lines = pd.DataFrame(
            {
                "label": "now",
                "entry": [2025, 2026],
                "followed": followed,
                "marked": True,
            }
        )
        shown = texts(figures.draw_follow_up(lines, years=2))
        assert [text for text in shown if text in ("too late", "early enough")] == [
            word
        ]


def test_intervals_are_drawn_around_their_estimates():
    panels = drawings()["width"].axes
    assert [ax.texts[0].get_text() for ax in panels] == ["A", "B"]
    low, high, estimate, marked = panels[1].lines
    assert estimate.get_ydata() == pytest.approx([70, 70, 70])
    assert low.get_ydata()[0] == 0
    assert high.get_ydata()[0] == 100
    assert (low.get_ydata() <= estimate.get_ydata()).all()
    assert set(marked.get_xdata()) == {50}


# --- odd input ------------------------------------------------------------------------


def test_arms_that_cannot_be_compared():
    with pytest.raises(ValueError, match=r"^a comparison needs at least two arms$"):
        logrank_test([1, 2], [1, 1], ["A", "A"])
    with pytest.raises(ValueError, match=r"^there are 2 times and 3 arms$"):
        logrank_test([1, 2], [1, 1], ["A", "B", "B"])
    nothing = logrank_test([1, 2, 3], [0, 0, 0], ["A", "B", "C"])
    assert (nothing.statistic, nothing.dof, nothing.pvalue) == (0, 2, 1)
    at_once = logrank_test([1, 1, 1], [1, 1, 1], ["A", "B", "C"])
    assert (at_once.statistic, at_once.dof, at_once.pvalue) == (0, 2, 1)
    one_left = logrank_test([1, 2, 3], [0, 1, 1], ["A", "B", "B"])
    assert (one_left.statistic, one_left.dof, one_left.pvalue) == (0, 0, 1)


def test_who_can_have_been_followed_cannot_be_changed():
    with pytest.raises(AttributeError):
        follow_up(2022, 2026, 2).share = 1


def test_a_series_is_taken_by_place_not_by_label():
    time, event = pd.Series([1, 2, 3], index=[9, 8, 7]), pd.Series([1, 0, 1])
    assert kaplan_meier(time, event).equals(kaplan_meier([1, 2, 3], [1, 0, 1]))
    found = logrank_test(time, event, pd.Series(["A", "B", "B"], index=[5, 4, 3]))
    assert found == logrank_test([1, 2, 3], [1, 0, 1], ["A", "B", "B"])


# --- times that differ by rounding ----------------------------------------------------


def test_sums_of_decimals_are_tied_as_in_r():
    time = [0.3, 0.1 + 0.2, 0.5, 0.7, 0.3, 0.9, 1.1, 1.2]
    event, arms = [1, 1, 1, 1, 1, 1, 1, 0], list("ABABBABA")
    assert time[0] != time[1]
    # survdiff of R's survival 3.5.3
    found = logrank_test(time, event, arms)
    assert found.statistic == pytest.approx(0.3923916498887358, rel=1e-12)
    curve = kaplan_meier(time, event)
    assert curve.loc[1, ["time", "at_risk", "events"]].tolist() == [0.3, 8, 3]
    assert len(curve) == 7
    # either side of a sum that is not what it is written as
    for asked in (0.3, 0.1 + 0.2):
        assert survival_at(curve, asked).estimate == pytest.approx(5 / 8)
        patients = pd.DataFrame({"arm": arms, "time": time, "event": event})
        found = numbers_at_risk(patients, [0, asked])
        assert found["at_risk"].tolist() == [4, 4, 4, 4]
    last = kaplan_meier([0.1 + 0.2, 0.1], [0, 1])
    assert survival_at(last, 0.30000000000000010).estimate == pytest.approx(0.5)


def test_what_is_tied_is_so_in_all_arms():
    patients = pd.DataFrame(
        {"arm": ["A", "B", "B"], "time": [0.3, 0.1 + 0.2, 2], "event": 1}
    )
    found = survival_curves(patients)
    assert found.query("arm == 'B'")["time"].tolist() == [0, 0.3, 2]


def test_times_that_really_differ_stay_apart():
    curve = kaplan_meier([1, 1 + 2e-8, 1 + 4e-8], [1, 1, 1])
    assert curve["events"].tolist() == [0, 1, 1, 1]
    curve = kaplan_meier([1, 1 + 1e-8, 1 + 2e-8], [1, 1, 1])
    assert curve["events"].tolist() == [0, 3]
    # so many parts of the mean time
    curve = kaplan_meier([100, 100 + 1e-6, 100 + 3e-6], [1, 1, 1])
    assert curve["events"].tolist() == [0, 2, 1]


# --- many patients, and what is no patient --------------------------------------------


def test_a_hundred_thousand_patients_follow_the_definitions():
    random = np.random.default_rng(0)
    n = 100_000
    time, event = random.exponential(size=n).round(3), random.random(n) < 0.7
    arms = random.choice(list("ABC"), n)
    curve = kaplan_meier(time, event).set_index("time")
    for t in (0.001, 0.5, 2.25):
        before = curve.loc[:t]
        expected = (1 - before["events"] / before["at_risk"]).prod()
        assert curve.loc[t, "at_risk"] == (time >= t).sum()
        assert curve.loc[t, "survival"] == pytest.approx(expected, rel=1e-12)
    found = logrank_test(time, event, arms)
    some = slice(0, 2_000)
    expected, _ = survdiff(time[some], event[some].astype(int), arms[some])
    got = logrank_test(time[some], event[some], arms[some])
    assert got.statistic == pytest.approx(expected, rel=1e-9)
    assert 0 < found.pvalue < 1


def test_dates_that_differ_by_rounding_are_the_same():
    # 0.1 + 0.2 is not 0.3
    assert effective_n(20, 0.5, 2, recruiting=0.1 + 0.2, closed=0.3) == 0
    assert effective_n(20, 0.5, 0.3, recruiting=2, closed=0.1 + 0.2 + 2) == 20
    assert follow_up(0, 0.1 + 0.2, 0.3).share == 0
    assert survival_behind_share(0.5, 0.3, 1, 1.1 + 0.2) == 0.5
    assert 0 < follow_up(0, 0.3 + 1e-6, 0.3).share < 1e-5


def test_more_simulated_patients_than_allowed_are_refused_in_advance():
    message = (
        r"^1,000,000 estimates of 1,000 patients need 1,000,000,000 of them, more than "
        r"most_patients=20,000,000, and about 64\.0 GB of memory$"
    )
    with pytest.raises(ValueError, match=message):
        simulated_estimates(1000, 0.5, 2, 4, 4, repeats=10**6)
    window = {"survival": 0.5, "years": 2, "recruiting": 4, "closed": 4}
    assert len(simulated_estimates(4, **window, repeats=5, most_patients=20)) == 5
    with pytest.raises(ValueError, match="need 20 of them"):
        simulated_estimates(4, **window, repeats=5, most_patients=19)
    for wrong in ({"n": 4.5}, {"n": 4, "repeats": 2.5}):
        with pytest.raises(TypeError, match="must be a whole number"):
            simulated_estimates(**window, **wrong)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_survival_behind_a_share_does_not_depend_on_the_unit_of_time(unit):
    times = [unit * time for time in (1.0, 1.0, 1.0087018273106080)]
    found = survival_behind_share(0.9, *times)
    # with fifty digits
    assert found == pytest.approx(0.80996211137696, rel=1e-9)


def test_at_risk_is_a_count_of_those_who_are_left():
    random = np.random.default_rng(0)
    patients = pd.DataFrame(
        {"arm": random.choice(list("BAC"), 60), "time": random.integers(0, 9, 60)}
    ).sample(60, random_state=1)
    found = numbers_at_risk(patients, [8, 0, 3.5])
    assert found["arm"].unique().tolist() == patients["arm"].unique().tolist()
    for row in found.itertuples():
        own = patients[patients["arm"] == row.arm]
        assert row.at_risk == (own["time"] >= row.time).sum()
