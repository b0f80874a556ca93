"""Every claim has a check, every check gives the verdict that the data give."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from reanalysis import DataError, load_study, pearson_test, verdicts
from reanalysis.claims import (
    AGREES,
    CHECKS,
    COMPUTED,
    CONTRADICTED,
    DIFFERS,
    INVALID,
    MARKS,
    NO_DATA,
    NOT_REPRODUCED,
    NOT_SEEN,
    READ,
    REPRODUCED,
    UNCHECKABLE,
    UNSETTLED,
    UNSOURCED,
    VERDICTS,
    appraise,
)
from reanalysis.counts import recover_counts
from reanalysis.endpoints import compare_pairs

ROOT = Path(__file__).parents[2]

STUDY = load_study(ROOT / "data")


def judge(study=STUDY, **claim):
    """The finding of one claim made up for the purpose."""
    row = dict.fromkeys(STUDY.claims, "") | {
        "claim": "made-up",
        "section": "Results",
        "statement": "What is said",
    }
    found = verdicts(replace(study, claims=pd.DataFrame([row | claim])))
    return found.iloc[0]


def with_percents(percents, study=STUDY):
    """The study with other printed percentages, by (endpoint, arm)."""
    outcomes = study.outcomes.set_index(["endpoint", "arm"])
    for key, percent in percents.items():
        outcomes.loc[key, "percent"] = percent
    columns = list(study.outcomes)
    return replace(study, outcomes=outcomes.reset_index()[columns])


def with_fact(fact, value):
    design = STUDY.design.copy()
    design.loc[design["fact"] == fact, "value"] = value
    return replace(STUDY, design=design)


def with_source(**source):
    row = {"claim": "made-up", "entry": 1, "citation": "A 2001", "doi": "10.1000/x"}
    row |= {"seen": "text", "says": "it is so", "value": "", "differs": ""}
    row |= {"supports": ""} | source
    return replace(STUDY, sources=pd.DataFrame([row]))


def rates(endpoint, *percents):
    return dict(zip([(endpoint, a) for a in STUDY.arms["arm"]], percents, strict=True))


# --- the claims of the study ------------------------------------------------------


def test_each_verdict_says_one_thing_of_a_claim():
    assert VERDICTS == {
        "reproduced": "holds",
        "agrees with its source": "holds",
        "reproduced, by a test that is not valid here": "only by an invalid test",
        "not reproduced": "does not hold",
        "contradicted by the study itself": "does not hold",
        "differs from its source": "does not hold",
        "stated without data": "stated without data",
        "cannot be checked from what is reported": "cannot be told",
        "no source named": "cannot be told",
        "the source does not settle it": "cannot be told",
        "source not seen": "cannot be told",
    }


def test_the_verdicts_on_the_table():
    found = verdicts(STUDY).set_index("claim")
    table = found[found["section"] == "Results"]["verdict"].to_dict()
    wrong = {
        claim: verdict for claim, verdict in table.items() if verdict != REPRODUCED
    }
    assert wrong == {
        "cr-chemotherapy": NOT_REPRODUCED,
        "cr-statistic": INVALID,
        "mrd-statistic": INVALID,
        "os-statistic": INVALID,
        "cr-star": CONTRADICTED,
        "os-star": CONTRADICTED,
        "two-years": UNCHECKABLE,
        "all-significant": CONTRADICTED,
        "because-p": INVALID,
        "works-better": UNCHECKABLE,
    }


def test_the_verdicts_on_the_abstract():
    found = verdicts(STUDY).set_index("claim")
    abstract = found[found["section"] == "Abstract"]["verdict"].to_dict()
    assert abstract.pop("challenge") == UNSOURCED
    assert abstract.pop("managed") == REPRODUCED
    bare = {name for name, verdict in abstract.items() if verdict == NO_DATA}
    assert bare == {"aim-abstract", "less-toxicity", "combination", "keyword-targeted"}
    assert set(abstract.values()) == {UNCHECKABLE, NO_DATA}


def test_half_of_a_source_is_not_the_source():
    found = verdicts(STUDY).set_index("claim")
    for claim, other in {"cart-cr": "48%", "cart-mrd": "31%"}.items():
        assert found.loc[claim, "verdict"] == UNSETTLED
        assert other in found.loc[claim, "sentence"]
    assert found.loc["cart-cr", "sentence"].endswith(
        "Of 12 published rates that we have, one is higher."
    )


def test_the_verdicts_on_the_conclusion():
    found = verdicts(STUDY).set_index("claim")
    verdict = found[found["section"] == "Conclusion"]["verdict"].to_dict()
    held = {claim for claim, name in verdict.items() if name == REPRODUCED}
    assert held == {"most-remission", "most-survival"}
    assert verdict["safer"] == NO_DATA
    assert set(verdict.values()) == {REPRODUCED, UNCHECKABLE, NO_DATA}


def test_each_claim_has_one_verdict_of_the_list_and_a_whole_sentence():
    found = verdicts(STUDY)
    assert found["claim"].tolist() == STUDY.claims["claim"].tolist()
    assert found["section"].tolist() == STUDY.claims["section"].tolist()
    assert set(found["verdict"]) <= set(VERDICTS)
    assert found["sentence"].str.fullmatch(r"[A-Z0-9].*[^.]\.").all()
    assert (found["reported"] != "").all()
    assert set(found["judged"]) == {COMPUTED, READ}


def test_what_a_reader_judged_says_why():
    found = verdicts(STUDY)
    read = found[found["judged"] == READ]
    assert read["sentence"].str.len().gt(len("Not reported: x.")).all()
    computed = {"percent", "statistic", "significant", "rank", "sizes", "arms"}
    checks = STUDY.claims.set_index("claim")["check"]
    assert not set(read["claim"].map(checks)) & computed


def test_each_standing_of_a_claim_has_a_mark_of_its_own():
    assert set(MARKS) == set(VERDICTS.values())
    assert len(set(MARKS.values())) == len(MARKS)
    assert all(len(mark) == 1 for mark in MARKS.values())


def test_no_number_of_the_table_is_without_a_claim():
    claims = STUDY.claims
    percents = claims.loc[claims["check"] == "percent", ["endpoint", "arm"]]
    printed = STUDY.outcomes[["endpoint", "arm"]]
    assert percents.to_numpy().tolist() == printed.to_numpy().tolist()
    for check in ("statistic", "significant"):
        about = claims.loc[(claims["check"] == check) & (claims["endpoint"] != "")]
        assert about["endpoint"].tolist() == STUDY.tests["endpoint"].tolist()


def test_no_claim_is_without_a_check_and_no_check_without_a_claim():
    assert set(STUDY.claims["check"]) == set(CHECKS)


def test_the_data_folder_names_the_checks_that_there_are():
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    (claims,) = [r for r in package["resources"] if r["name"] == "claims"]
    (check,) = [f for f in claims["schema"]["fields"] if f["name"] == "check"]
    assert set(check["constraints"]["enum"]) == set(CHECKS)


def test_no_verdict_is_typed_in_the_data():
    for path in (ROOT / "data").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        assert not [verdict for verdict in VERDICTS if verdict in text], path.name


def test_every_claim_has_a_chapter_that_answers_it():
    answers = pd.read_csv(ROOT / "chapters" / "answers.csv")
    assert answers["claim"].tolist() == STUDY.claims["claim"].tolist()
    for chapter in answers["chapter"].unique():
        assert (ROOT / "chapters" / f"{chapter}.ipynb").exists(), chapter


def test_an_appraisal_is_filled_in_where_a_check_answers():
    found = appraise(STUDY)
    assert found["judgement"].ne("").all()
    assert found["reason"].ne("").all()
    computed = found[found["judged"] == COMPUTED].set_index("item")
    assert computed["judgement"].to_dict() == {
        "4.4": "no concern",
        "4.6": "no concern",
        "4.8": "concern",
        "4.9": "concern",
    }
    assert computed.loc["4.8", "reason"] == "8 of 9 such claims hold"
    assert len(found) == len(STUDY.appraisal) == 8 + 7 + 21


def test_a_study_without_claims_has_no_verdicts():
    assert verdicts(replace(STUDY, claims=STUDY.claims.head(0))).empty


# --- numbers of the table ---------------------------------------------------------


def test_a_percentage_of_whole_patients_is_reproduced():
    study = with_percents({("CR", "Chemotherapy"): "55"})
    found = judge(study, check="percent", endpoint="CR", arm="Chemotherapy")
    assert (found["reported"], found["recomputed"]) == ("55%", "11 of 20, 55%")
    assert found["verdict"] == REPRODUCED


def test_a_percentage_of_no_whole_patients_comes_with_what_would_give_it():
    found = judge(check="percent", endpoint="CR", arm="Chemotherapy")
    assert found["verdict"] == NOT_REPRODUCED
    assert found["sentence"].endswith("11 is nearest. What would give it: 7 of 13.")


def test_a_percentage_that_nothing_gives_promises_nothing():
    study = with_percents({("CR", "Chemotherapy"): "99"})
    found = judge(study, check="percent", endpoint="CR", arm="Chemotherapy")
    assert found["sentence"] == "No whole number of 20 gives 99%; 20 is nearest."


def test_a_statistic_is_reproduced_when_it_is_that_of_the_patients():
    printed = f"{pearson_test([6, 12, 16], [20] * 3).statistic:.1f}"
    tests = STUDY.tests.assign(value=["7.3", printed, "8.1"])
    study = replace(STUDY, tests=tests)
    found = judge(study, check="statistic", endpoint="MRD negative")
    assert (found["reported"], found["recomputed"]) == ("10.3", "10.32")
    assert found["verdict"] == REPRODUCED
    said = "The chi-square test of the patients gives 10.32."
    assert found["sentence"] == said
    found = judge(study, check="planned test")
    assert (found["recomputed"], found["verdict"]) == ("1 of 3 values", NOT_REPRODUCED)


def test_a_statistic_that_one_calculation_gives_names_it():
    found = judge(check="statistic", endpoint="CR")
    assert found["sentence"].count("percentages") == 1
    assert found["verdict"] == INVALID
    tests = STUDY.tests.assign(value=["7.3", "22.3", "99.9"])
    found = judge(replace(STUDY, tests=tests), check="statistic", endpoint="CR")
    assert found["verdict"] == NOT_REPRODUCED
    assert found["sentence"] == (
        "The chi-square test of the patients gives 4.31, not 7.3."
    )


def test_the_planned_test_is_reproduced_when_all_its_values_are():
    tests = STUDY.tests.assign(value=["4.3", "10.3", "3.6"])
    found = judge(replace(STUDY, tests=tests), check="planned test")
    assert (found["recomputed"], found["verdict"]) == ("3 of 3 values", REPRODUCED)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("85", REPRODUCED), ("85.0", REPRODUCED), ("86", CONTRADICTED)],
)
def test_the_text_repeats_the_table_or_not(value, verdict):
    found = judge(check="repeats", endpoint="CR", arm="CAR-T", value=value)
    assert (found["verdict"], found["recomputed"]) == (verdict, "85% in the table")
    word = "agree" if verdict == REPRODUCED else "differ"
    assert found["sentence"] == f"The text and the table {word}."


@pytest.mark.parametrize(
    ("value", "verdict"), [("60", REPRODUCED), ("61", CONTRADICTED)]
)
def test_the_arms_add_up_or_not(value, verdict):
    found = judge(check="sizes", value=value)
    assert (found["verdict"], found["recomputed"]) == (verdict, "60")


# --- sentences drawn from the table -----------------------------------------------


def test_significance_is_judged_by_every_reading_and_both_tests():
    clear = judge(check="significant", endpoint="MRD negative")
    assert (clear["verdict"], clear["recomputed"]) == (REPRODUCED, "p 0.0058 to 0.0063")
    assert judge(check="significant", endpoint="CR")["recomputed"] == "p 0.062 to 0.155"


def test_significance_by_one_test_alone_cannot_be_checked():
    # the limit lies between the p-values of the two tests
    limits = STUDY.tests.assign(alpha="0.006")
    found = judge(
        replace(STUDY, tests=limits), check="significant", endpoint="MRD negative"
    )
    assert found["verdict"] == UNCHECKABLE
    assert found["reported"] == "p < 0.006"


def test_significance_of_all_fails_with_one():
    found = judge(check="significant")
    assert (found["reported"], found["recomputed"]) == (
        "p < 0.05 for all",
        "1 of 3 endpoints",
    )
    assert found["verdict"] == CONTRADICTED
    high = rates("CR", "10", "50", "95") | rates("2-year OS", "10", "50", "95")
    found = judge(with_percents(high), check="significant")
    assert (found["recomputed"], found["verdict"]) == ("3 of 3 endpoints", REPRODUCED)


def test_each_limit_of_significance_is_named_once():
    limits = STUDY.tests.assign(alpha=["0.05", "0.01", "0.01"])
    found = judge(replace(STUDY, tests=limits), check="significant")
    assert found["reported"] == "p < 0.05 or 0.01 for all"


def test_a_comparison_with_the_others_is_tried_with_each_and_with_all():
    claim = {"check": "significantly higher", "endpoint": "CR", "arm": "CAR-T"}
    found = judge(**claim)
    # it holds against both others together, by one of two tests
    assert found["verdict"] == UNCHECKABLE
    assert found["recomputed"] == (
        "CR, Chemotherapy: p 0.018 to 0.107; CR, Blinatumomab: p 0.144 to 0.273; "
        "CR, all others together: p 0.033 to 0.077"
    )
    assert found["sentence"].endswith(
        "By some of these it holds against all others together, by none against "
        "every other arm taken alone."
    )
    assert judge(with_percents(rates("CR", "5", "10", "95")), **claim)["verdict"] == (
        REPRODUCED
    )
    # chemotherapy 13, blinatumomab 13, CAR-T 15: by no test and in no reading
    assert judge(with_percents(rates("CR", "65", "65", "75")), **claim)["verdict"] == (
        CONTRADICTED
    )


def test_a_p_value_at_the_limit_is_not_below_it():
    # 11, 11 and 17 of 20: both pairs with CAR-T have the same p-values
    study = with_percents(rates("CR", "55", "55", "85"))
    pairs = compare_pairs(recover_counts(study.outcomes), test="exact")
    limit = repr(float(pairs.loc[pairs["endpoint"] == "CR", "pvalue"].min()))
    study = replace(study, tests=study.tests.assign(alpha=limit))
    claim = {"check": "significantly higher", "endpoint": "CR", "arm": "CAR-T"}
    assert judge(study, **claim)["verdict"] == UNCHECKABLE


def test_p_values_that_read_the_same_are_told_once():
    study = with_percents(rates("CR", "0", "0", "100"))
    found = judge(study, check="significantly higher", endpoint="CR", arm="CAR-T")
    assert found["recomputed"] == (
        "CR, Chemotherapy: p < 0.0001; CR, Blinatumomab: p < 0.0001; "
        "CR, all others together: p < 0.0001"
    )


def test_significantly_lower_is_not_significantly_higher():
    study = with_percents(rates("CR", "95", "95", "10"))
    found = judge(study, check="significantly higher", endpoint="CR", arm="CAR-T")
    assert found["verdict"] == CONTRADICTED


@pytest.mark.parametrize(
    ("arm", "value", "verdict"),
    [
        ("CAR-T", "1", REPRODUCED),
        ("Blinatumomab", "2", REPRODUCED),
        ("Chemotherapy", "3", REPRODUCED),
        ("Chemotherapy", "1", CONTRADICTED),
    ],
)
def test_an_order_holds_in_every_endpoint_or_not(arm, value, verdict):
    found = judge(check="rank", arm=arm, value=value)
    assert found["verdict"] == verdict
    assert found["sentence"] == (
        "The printed percentages put it there; a rank says nothing of chance."
        if verdict == REPRODUCED
        else "The printed percentages do not put it there."
    )


def test_an_order_that_one_endpoint_breaks_is_contradicted():
    study = with_percents(rates("MRD negative", "30", "90", "80"))
    found = judge(study, check="rank", arm="CAR-T", value="1")
    assert found["verdict"] == CONTRADICTED
    assert found["recomputed"] == "CR: 1; MRD negative: 2; 2-year OS: 1"
    one = judge(study, check="rank", endpoint="CR", arm="CAR-T", value="1")
    assert (one["recomputed"], one["verdict"]) == ("CR: 1", REPRODUCED)


def test_better_than_what_is_not_said_depends_on_the_other_arm():
    claim = {"check": "higher", "endpoint": "MRD negative"}
    middle = judge(arm="Blinatumomab", **claim)
    assert middle["verdict"] == UNCHECKABLE
    assert middle["recomputed"] == "60%; Chemotherapy 30%, CAR-T 80%"
    assert middle["sentence"].startswith("Above Chemotherapy, not above CAR-T.")
    said = ["verdict", "sentence"]
    assert judge(arm="CAR-T", **claim)[said].tolist() == [
        *(REPRODUCED, "It is above all others."),
    ]
    assert judge(arm="Chemotherapy", **claim)[said].tolist() == [
        *(CONTRADICTED, "It is above no other."),
    ]


def test_equal_rates_are_not_higher():
    study = with_percents(rates("CR", "55", "55", "55"))
    found = judge(study, check="higher", endpoint="CR", arm="CAR-T")
    assert found["verdict"] == CONTRADICTED


def test_an_effect_needs_randomized_arms():
    claim = {"check": "effect", "arm": "CAR-T", "value": "Chemotherapy"}
    found = judge(**claim)
    assert found["verdict"] == UNCHECKABLE
    assert found["recomputed"] == (
        "from 30 to 50 points above Chemotherapy; 2 of 3 intervals lie above zero"
    )
    assert judge(with_fact("randomized", "yes"), **claim)["verdict"] == NOT_REPRODUCED


def test_an_effect_among_randomized_arms_holds_if_all_intervals_do():
    study = with_fact("randomized", "yes")
    high = rates("CR", "10", "50", "95") | rates("2-year OS", "10", "50", "95")
    study = with_percents(high, study)
    claim = {"check": "effect", "arm": "CAR-T", "value": "Chemotherapy"}
    found = judge(study, **claim)
    assert found["verdict"] == REPRODUCED
    assert found["sentence"] == (
        "By the intervals of the differences between randomized arms."
    )


def test_an_effect_is_told_in_percentage_points():
    study = with_percents(rates("CR", "0", "50", "100"))
    found = judge(study, check="effect", arm="CAR-T", value="Chemotherapy")
    assert found["recomputed"].startswith("from 30 to 100 points above")


def test_an_effect_in_the_other_direction_is_negative():
    found = judge(check="effect", arm="Chemotherapy", value="CAR-T")
    assert found["recomputed"] == (
        "from -50 to -30 points above CAR-T; 0 of 3 intervals lie above zero"
    )


def test_a_shared_rank_is_not_held_alone():
    study = with_percents(rates("CR", "55", "85", "85"))
    found = judge(study, check="rank", endpoint="CR", arm="CAR-T", value="1")
    assert (found["verdict"], found["recomputed"]) == (
        CONTRADICTED,
        "CR: 1 to 2, shared",
    )
    assert found["sentence"] == "It shares the place with another arm."


def test_the_p_values_of_printed_statistics_may_come_from_a_wrong_test():
    found = judge(check="printed p")
    assert (found["verdict"], found["recomputed"]) == (INVALID, "3 of 3 endpoints")
    assert (
        "CR: p 0.026; MRD negative: p < 0.0001; 2-year OS: p 0.017"
        in (found["sentence"])
    )
    low = replace(STUDY, tests=STUDY.tests.assign(value=["4.3", "10.3", "3.6"]))
    assert judge(low, check="printed p")["verdict"] == CONTRADICTED
    high = with_percents(
        rates("CR", "5", "50", "95")
        | rates("MRD negative", "5", "50", "95")
        | rates("2-year OS", "5", "50", "95")
    )
    assert judge(high, check="printed p")["verdict"] == REPRODUCED


# --- what was done, and what others found -----------------------------------------


def test_treatments_that_are_named_are_arms_or_are_without_data():
    found = judge(check="arms", value="CAR-T; Blinatumomab")
    assert (found["verdict"], found["recomputed"]) == (
        REPRODUCED,
        "2 of 2 treatments are arms",
    )
    found = judge(check="arms", value="CAR-T;Targeted therapy")
    assert (found["verdict"], found["sentence"]) == (
        NO_DATA,
        "No arm was given this: targeted therapy.",
    )


def test_a_note_of_a_reader_follows_what_was_computed():
    found = judge(check="sizes", value="60", note="They are children")
    assert found["sentence"].endswith("= 60. They are children.")
    assert found["judged"] == COMPUTED


def test_what_was_announced_and_not_shown_is_without_data():
    found = judge(check="without data", needs="a result")
    assert found[["verdict", "sentence", "judged"]].tolist() == [
        *(NO_DATA, "Not reported: a result.", READ),
    ]


def test_a_study_without_dates_has_no_follow_up_to_check():
    design = STUDY.design[~STUDY.design["fact"].str.startswith("period")]
    found = judge(replace(STUDY, design=design), check="follow-up", value="2")
    assert found["verdict"] == UNCHECKABLE
    assert found["sentence"] == "The years of the study are not reported."


def test_only_what_is_asked_is_computed(monkeypatch):
    monkeypatch.setattr("reanalysis.claims.explain_statistics", None)
    monkeypatch.setattr("reanalysis.claims.multiverse", None)
    assert judge(check="sizes", value="60")["verdict"] == REPRODUCED


def test_endpoints_without_results_are_named():
    found = judge(check="assessed")
    assert (found["recomputed"], found["verdict"]) == (
        "3 of 4 have results",
        UNCHECKABLE,
    )
    assert found["sentence"] == "Announced without a result: Adverse effects."
    endpoints = STUDY.endpoints[STUDY.endpoints["reported"] == "yes"]
    found = judge(replace(STUDY, endpoints=endpoints), check="assessed")
    assert (found["recomputed"], found["verdict"]) == (
        "3 of 3 have results",
        REPRODUCED,
    )
    assert found["sentence"] == "Every endpoint that is announced has results."


@pytest.mark.parametrize("check", ["rank", "higher", "effect", "significantly higher"])
def test_a_result_of_a_treatment_that_no_arm_had_is_without_data(check):
    found = judge(
        check=check,
        endpoint="CR",
        arm="Both together",
        value="1" * (check == "rank") or "Chemotherapy",
    )
    assert found["verdict"] == NO_DATA
    assert found["sentence"] == "No arm was given this: both together."


def test_a_result_of_an_endpoint_without_results_is_without_data():
    found = judge(
        check="rank", endpoint="Adverse effects", arm="Blinatumomab", value="3"
    )
    assert (found["verdict"], found["recomputed"]) == (NO_DATA, "")
    assert found["sentence"].startswith("Adverse effects: announced")


def test_follow_up_needs_dates_or_is_impossible():
    found = judge(check="follow-up", value="2")
    assert found["verdict"] == UNCHECKABLE
    assert found["recomputed"].endswith("entered by the end of 2023")
    assert judge(check="follow-up", value="3")["verdict"] == UNCHECKABLE
    found = judge(check="follow-up", value="4")
    assert found[["reported", "recomputed", "verdict", "sentence"]].tolist() == [
        *("4 years", "for nobody", CONTRADICTED),
        "A study from 2022 to 2025 follows nobody for so long.",
    ]


def test_what_is_only_stated_says_what_is_missing():
    found = judge(check="stated", needs="the dates", value="2020")
    assert found[["reported", "recomputed", "verdict", "sentence"]].tolist() == [
        *("2020", "", UNCHECKABLE, "Not reported: the dates."),
    ]
    assert judge(check="stated", needs="the dates")["reported"] == "What is said"


SOURCES = [
    ("86%", {"value": "86%"}, AGREES),
    ("86%", {"value": "86 %"}, AGREES),
    ("85-90%", {"value": "85\u201390%"}, AGREES),
    ("86%", {"value": "87%", "supports": "yes"}, DIFFERS),
    ("86%", {"value": "8.6%"}, DIFFERS),
    ("86%", {"supports": "yes"}, AGREES),
    ("", {"supports": "yes"}, AGREES),
    ("", {"supports": "no"}, DIFFERS),
    ("", {"value": "86%", "supports": "yes"}, AGREES),
    ("86%", {"seen": "no", "says": ""}, NOT_SEEN),
    ("86%", {"value": "86%", "differs": "population"}, UNSETTLED),
    ("up to 86%", {"value": "86%"}, UNSETTLED),
    ("up to 86%", {"value": "90%"}, DIFFERS),
    ("85-90%", {"value": "more than 85%"}, UNSETTLED),
    ("85-90%", {"value": "86-89%"}, AGREES),
    ("", {}, UNSETTLED),
]


@pytest.mark.parametrize(("value", "source", "verdict"), SOURCES)
def test_a_source_agrees_by_its_number_or_by_its_reading(value, source, verdict):
    found = judge(with_source(**source), check="source", value=value)
    assert found["verdict"] == verdict


def test_a_source_that_was_not_seen_may_still_agree_where_none_agreed():
    study = with_source(supports="no")
    unseen = study.sources.assign(seen="no", says="", supports="", citation="B 2002")
    both = replace(study, sources=pd.concat([study.sources, unseen]))
    found = judge(both, check="source")
    assert found["verdict"] == UNSETTLED
    assert found["sentence"] == "A 2001: it is so. Not seen: B 2002."
    agreed = replace(both, sources=both.sources.replace({"supports": {"no": "yes"}}))
    assert judge(agreed, check="source")["verdict"] == AGREES


def test_all_sources_that_were_seen_are_told():
    study = with_source(value="86%", supports="no")
    other = study.sources.assign(citation="B 2002", says="it may be so.", value="7%")
    both = replace(study, sources=pd.concat([study.sources, other]))
    found = judge(both, check="source", value="9%")
    assert found["recomputed"] == "86%; 7%"
    assert found["sentence"] == "A 2001: it is so. B 2002: it may be so."


def test_a_claim_without_a_source_says_so():
    found = judge(check="source")
    assert found["verdict"] == UNSOURCED
    assert found["sentence"] == "The sentence names no source."


@pytest.mark.parametrize(
    ("entries", "verdict"),
    [([1, 2, 2, 3], REPRODUCED), ([1, 3], CONTRADICTED), ([1, 2, 3, 4], CONTRADICTED)],
)
def test_the_references_are_those_that_are_cited(entries, verdict):
    sources = pd.DataFrame(
        {"claim": "x", "entry": entries, "citation": "A", "seen": "no"}
    )
    found = judge(replace(STUDY, sources=sources), check="references", value="3")
    assert found["verdict"] == verdict
    assert found["recomputed"] == f"{len(set(entries))} cited"
    assert found["sentence"] == (
        "Every entry of the list is cited in the text."
        if verdict == REPRODUCED
        else "The entries that are cited are not those of the list."
    )


# --- claims that cannot be checked as they are written ----------------------------


CELL = {"endpoint": "CR", "arm": "CAR-T"}
LEAST = {
    "arms": {"value": "CAR-T"},
    "without data": {"needs": "a result"},
    "percent": CELL,
    "statistic": {"endpoint": "CR"},
    "significantly higher": {"arm": "CAR-T"},
    "rank": {"arm": "CAR-T", "value": "1"},
    "higher": CELL,
    "effect": {"arm": "CAR-T", "value": "Chemotherapy"},
    "repeats": CELL | {"value": "85"},
    "sizes": {"value": "60"},
    "follow-up": {"value": "2"},
    "stated": {"needs": "the dates"},
    "references": {"value": "12"},
}


@pytest.mark.parametrize(
    ("check", "column"), [(check, column) for check in LEAST for column in LEAST[check]]
)
def test_what_a_check_needs_and_a_claim_has_not_is_named(check, column):
    assert judge(check=check, **LEAST[check])["verdict"] in VERDICTS
    with pytest.raises(DataError) as caught:
        judge(check=check, **LEAST[check] | {column: ""})
    (fault,) = caught.value.faults
    assert fault.column == column
    assert fault.rule == f"a claim with the check {check!r} needs it"


@pytest.mark.parametrize(
    ("claim", "column", "rule"),
    [
        ({"check": "guess"}, "check", "write one of percent"),
        ({"check": "percent", "endpoint": "CR", "arm": "X"}, "arm", "no arm has"),
        ({"check": "rank", "arm": "CAR-T", "value": "first"}, "value", "whole number"),
        ({"check": "sizes", "value": "\u0666\u0660"}, "value", "whole number"),
        ({"check": "follow-up", "value": "2.5"}, "value", "whole number"),
        ({"check": "references", "value": "all"}, "value", "whole number"),
        ({"check": "effect", "arm": "CAR-T", "value": "X"}, "value", "set against"),
        ({"check": "effect", "arm": "CAR-T", "value": "CAR-T"}, "value", "set against"),
        (
            {"check": "repeats", "endpoint": "CR", "arm": "CAR-T", "value": "85%"},
            *("value", "without the percent sign"),
        ),
    ],
)
def test_a_claim_that_lacks_what_its_check_needs_is_named(claim, column, rule):
    with pytest.raises(DataError) as caught:
        judge(**claim)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column) == ("claims.csv", 2, column)
    assert rule in fault.rule
