"""Every check gives the verdict that the data give."""

from dataclasses import replace

import pandas as pd
import pytest

from reanalysis import DataError, example, pearson_test, verdicts
from reanalysis.claims import (
    AGREES,
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

STUDY = example()


def judge(study=STUDY, **claim):
    """The finding of one claim made up for the purpose."""
    row = dict.fromkeys(STUDY.claims, "") | {
        "claim": "made-up",
        "section": "Results",
        "statement": "What is said",
    }
    found = verdicts(replace(study, claims=pd.DataFrame([row | claim])))
    return found.iloc[0]


def with_percents(percents):
    """The study with other printed percentages, by (endpoint, arm)."""
    study = STUDY
    for (endpoint, arm), percent in percents.items():
        study = study.with_percent(endpoint, arm, percent)
    return study


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


# --- the claims of the made-up study --------------------------------------------------


EXPECTED = {
    "sleep-is-short": AGREES,
    "tea-is-old": NOT_SEEN,
    "children": REPRODUCED,
    "by-lot": UNCHECKABLE,
    "independence": INVALID,
    "assessed": UNCHECKABLE,
    "asleep-plum": REPRODUCED,
    "asleep-pear": NOT_REPRODUCED,
    "asleep-statistic": INVALID,
    "asleep-star": CONTRADICTED,
    "rested-star": REPRODUCED,
    "a-year": UNCHECKABLE,
    "quince-text": REPRODUCED,
    "quince-first": REPRODUCED,
    "quince-higher": REPRODUCED,
    "quince-significant": CONTRADICTED,
    "quince-works": NOT_REPRODUCED,
    "both-teas": NO_DATA,
    "references": REPRODUCED,
}


@pytest.fixture(scope="module")
def found():
    return verdicts(example()).set_index("claim")


def test_each_claim_has_the_verdict_that_its_data_give(found):
    assert found["verdict"].to_dict() == EXPECTED
    assert set(EXPECTED.values()) <= set(VERDICTS)


def test_the_sentences_say_what_was_found(found):
    said = found["sentence"]
    assert said["asleep-pear"].endswith("What would give it: 7 of 12 and 11 of 19.")
    assert said["asleep-statistic"].startswith(
        "The chi-square test of the patients gives 4.00, not 19.9."
    )
    assert said["assessed"] == "Announced without a result: nightmares."
    assert said["children"] == "The arms add up: 16 + 20 + 24 = 60."
    assert said["tea-is-old"].endswith("Honey was drunk before bed as well.")


def test_a_wrong_claim_is_named_with_its_row():
    study = example()
    claims = study.claims.assign(check=["guess", *study.claims["check"][1:]])
    with pytest.raises(DataError, match=r"^claims.csv, row 2, column check, value 'gu"):
        verdicts(replace(study, claims=claims))


def test_an_appraisal_takes_what_can_be_computed_from_the_verdicts():
    found = appraise(example()).set_index("item")["judgement"]
    assert found.to_dict() == {
        "1": "not reported",
        "2": "concern",
        "3": "no concern",
        "4": "cannot be told",
    }


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


def test_each_standing_of_a_claim_has_a_mark_of_its_own():
    assert set(MARKS) == set(VERDICTS.values())
    assert len(set(MARKS.values())) == len(MARKS)
    assert all(len(mark) == 1 for mark in MARKS.values())


def test_a_study_without_claims_has_no_verdicts():
    assert verdicts(replace(STUDY, claims=STUDY.claims.head(0))).empty


# --- numbers of the table ---------------------------------------------------------


def test_a_percentage_of_whole_patients_is_reproduced():
    study = with_percents({("asleep", "Pear"): "55"})
    found = judge(study, check="percent", endpoint="asleep", arm="Pear")
    assert (found["reported"], found["recomputed"]) == ("55%", "11 of 20, 55%")
    assert found["verdict"] == REPRODUCED


def test_a_percentage_of_no_whole_patients_comes_with_what_would_give_it():
    found = judge(check="percent", endpoint="asleep", arm="Pear")
    assert found["verdict"] == NOT_REPRODUCED
    assert found["sentence"].endswith(
        "12 is nearest. What would give it: 7 of 12 and 11 of 19."
    )


def test_a_percentage_that_nothing_gives_promises_nothing():
    study = with_percents({("asleep", "Plum"): "99"})
    found = judge(study, check="percent", endpoint="asleep", arm="Plum")
    assert found["sentence"] == "No whole number of 16 gives 99%; 16 is nearest."


def test_a_statistic_is_reproduced_when_it_is_that_of_the_patients():
    printed = f"{pearson_test([4, 9, 17], [16, 20, 24]).statistic:.1f}"
    tests = STUDY.tests.assign(value=["19.9", printed, "17.0"])
    study = replace(STUDY, tests=tests)
    found = judge(study, check="statistic", endpoint="rested")
    assert (found["reported"], found["recomputed"]) == ("8.4", "8.37")
    assert found["verdict"] == REPRODUCED
    said = "The chi-square test of the patients gives 8.37."
    assert found["sentence"] == said
    found = judge(study, check="planned test")
    assert (found["recomputed"], found["verdict"]) == ("1 of 3 values", NOT_REPRODUCED)


def test_a_statistic_that_one_calculation_gives_names_it():
    found = judge(check="statistic", endpoint="asleep")
    assert found["sentence"].count("percentages") == 1
    assert found["verdict"] == INVALID
    tests = STUDY.tests.assign(value=["19.9", "42.7", "99.9"])
    found = judge(replace(STUDY, tests=tests), check="statistic", endpoint="asleep")
    assert found["verdict"] == NOT_REPRODUCED
    assert found["sentence"] == (
        "The chi-square test of the patients gives 4.00, not 19.9."
    )


def test_the_planned_test_is_reproduced_when_all_its_values_are():
    tests = STUDY.tests.assign(value=["4.0", "8.4", "3.4"])
    found = judge(replace(STUDY, tests=tests), check="planned test")
    assert (found["recomputed"], found["verdict"]) == ("3 of 3 values", REPRODUCED)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("75", REPRODUCED), ("75.0", REPRODUCED), ("76", CONTRADICTED)],
)
def test_the_text_repeats_the_table_or_not(value, verdict):
    found = judge(check="repeats", endpoint="asleep", arm="Quince", value=value)
    assert (found["verdict"], found["recomputed"]) == (verdict, "75% in the table")
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
    clear = judge(check="significant", endpoint="rested")
    assert (clear["verdict"], clear["recomputed"]) == (REPRODUCED, "p 0.015 to 0.016")
    found = judge(check="significant", endpoint="asleep")
    assert found["recomputed"] == "p 0.121 to 0.146"


def test_significance_by_one_test_alone_cannot_be_checked():
    # the limit lies between the p-values of the two tests
    limits = STUDY.tests.assign(alpha="0.016")
    found = judge(replace(STUDY, tests=limits), check="significant", endpoint="rested")
    assert found["verdict"] == UNCHECKABLE
    assert found["reported"] == "p < 0.016"


def test_significance_of_all_fails_with_one():
    found = judge(check="significant")
    assert (found["reported"], found["recomputed"]) == (
        "p < 0.05 for all",
        "1 of 3 endpoints",
    )
    assert found["verdict"] == CONTRADICTED
    high = rates("asleep", "10", "50", "95") | rates("1-year sleep", "10", "50", "95")
    found = judge(with_percents(high), check="significant")
    assert (found["recomputed"], found["verdict"]) == ("3 of 3 endpoints", REPRODUCED)


def test_each_limit_of_significance_is_named_once():
    limits = STUDY.tests.assign(alpha=["0.05", "0.01", "0.01"])
    found = judge(replace(STUDY, tests=limits), check="significant")
    assert found["reported"] == "p < 0.05 or 0.01 for all"


def test_a_comparison_with_the_others_is_tried_with_each_and_with_all():
    claim = {"check": "significantly higher", "endpoint": "asleep", "arm": "Quince"}

    def found(*percents):
        return judge(with_percents(rates("asleep", *percents)), **claim)

    # 19 of 24: against both others together, and not against 11 of 20 alone
    some = found("44", "55", "79")
    assert some["verdict"] == UNCHECKABLE
    assert some["recomputed"] == (
        "asleep, Plum: p 0.021 to 0.041; asleep, Pear: p 0.087 to 0.112; "
        "asleep, all others together: p 0.023 to 0.031"
    )
    assert some["sentence"].endswith(
        "By some of these it holds against all others together, by none against "
        "every other arm taken alone."
    )
    assert found("6", "10", "96")["verdict"] == REPRODUCED
    # by no test and in no reading
    assert found("63", "65", "75")["verdict"] == CONTRADICTED


def test_a_p_value_at_the_limit_is_not_below_it():
    study = with_percents(rates("asleep", "56", "55", "83"))
    pairs = compare_pairs(recover_counts(study.outcomes), test="exact")
    limit = repr(float(pairs.loc[pairs["endpoint"] == "asleep", "pvalue"].min()))
    study = replace(study, tests=study.tests.assign(alpha=limit))
    claim = {"check": "significantly higher", "endpoint": "asleep", "arm": "Quince"}
    assert judge(study, **claim)["verdict"] == UNCHECKABLE


def test_p_values_that_read_the_same_are_told_once():
    study = with_percents(rates("asleep", "0", "0", "100"))
    found = judge(study, check="significantly higher", endpoint="asleep", arm="Quince")
    assert found["recomputed"] == (
        "asleep, Plum: p < 0.0001; asleep, Pear: p < 0.0001; "
        "asleep, all others together: p < 0.0001"
    )


def test_significantly_lower_is_not_significantly_higher():
    study = with_percents(rates("asleep", "95", "95", "10"))
    found = judge(study, check="significantly higher", endpoint="asleep", arm="Quince")
    assert found["verdict"] == CONTRADICTED


@pytest.mark.parametrize(
    ("arm", "value", "verdict"),
    [
        ("Quince", "1", REPRODUCED),
        ("Pear", "2", REPRODUCED),
        ("Plum", "3", REPRODUCED),
        ("Plum", "1", CONTRADICTED),
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
    study = with_percents(rates("rested", "30", "90", "80"))
    found = judge(study, check="rank", arm="Quince", value="1")
    assert found["verdict"] == CONTRADICTED
    assert found["recomputed"] == "asleep: 1; rested: 2; 1-year sleep: 1"
    one = judge(study, check="rank", endpoint="asleep", arm="Quince", value="1")
    assert (one["recomputed"], one["verdict"]) == ("asleep: 1", REPRODUCED)


def test_better_than_what_is_not_said_depends_on_the_other_arm():
    claim = {"check": "higher", "endpoint": "rested"}
    middle = judge(arm="Pear", **claim)
    assert middle["verdict"] == UNCHECKABLE
    assert middle["recomputed"] == "45%; Plum 25%, Quince 71%"
    assert middle["sentence"].startswith("Above Plum, not above Quince.")
    said = ["verdict", "sentence"]
    assert judge(arm="Quince", **claim)[said].tolist() == [
        *(REPRODUCED, "It is above all others."),
    ]
    assert judge(arm="Plum", **claim)[said].tolist() == [
        *(CONTRADICTED, "It is above no other."),
    ]


def test_equal_rates_are_not_higher():
    study = with_percents(rates("asleep", "55", "55", "55"))
    found = judge(study, check="higher", endpoint="asleep", arm="Quince")
    assert found["verdict"] == CONTRADICTED


def test_an_effect_needs_randomized_arms():
    claim = {"check": "effect", "arm": "Quince", "value": "Plum"}
    found = judge(**claim)
    assert found["verdict"] == NOT_REPRODUCED
    assert found["recomputed"] == (
        "from 29 to 46 points above Plum; 2 of 3 intervals lie above zero"
    )
    assert judge(with_fact("randomized", "no"), **claim)["verdict"] == UNCHECKABLE


def test_an_effect_among_randomized_arms_holds_if_all_intervals_do():
    high = rates("asleep", "10", "50", "95") | rates("1-year sleep", "10", "50", "95")
    study = with_percents(high)
    claim = {"check": "effect", "arm": "Quince", "value": "Plum"}
    found = judge(study, **claim)
    assert found["verdict"] == REPRODUCED
    assert found["sentence"] == (
        "By the intervals of the differences between randomized arms."
    )


def test_an_effect_is_told_in_percentage_points():
    study = with_percents(rates("asleep", "0", "50", "100"))
    found = judge(study, check="effect", arm="Quince", value="Plum")
    assert found["recomputed"].startswith("from 29 to 100 points above")


def test_an_effect_in_the_other_direction_is_negative():
    found = judge(check="effect", arm="Plum", value="Quince")
    assert found["recomputed"] == (
        "from -46 to -29 points above Quince; 0 of 3 intervals lie above zero"
    )


def test_a_shared_rank_is_not_held_alone():
    study = with_percents(rates("asleep", "55", "85", "85"))
    found = judge(study, check="rank", endpoint="asleep", arm="Quince", value="1")
    assert (found["verdict"], found["recomputed"]) == (
        CONTRADICTED,
        "asleep: 1 to 2, shared",
    )
    assert found["sentence"] == "It shares the place with another arm."


def test_the_p_values_of_printed_statistics_may_come_from_a_wrong_test():
    found = judge(check="printed p")
    assert (found["verdict"], found["recomputed"]) == (INVALID, "3 of 3 endpoints")
    said = "asleep: p < 0.0001; rested: p < 0.0001; 1-year sleep: p 0.0002"
    assert said in found["sentence"]
    low = replace(STUDY, tests=STUDY.tests.assign(value=["4.0", "8.4", "3.4"]))
    assert judge(low, check="printed p")["verdict"] == CONTRADICTED
    high = with_percents(
        rates("asleep", "5", "50", "95")
        | rates("rested", "5", "50", "95")
        | rates("1-year sleep", "5", "50", "95")
    )
    assert judge(high, check="printed p")["verdict"] == REPRODUCED


# --- what was done, and what others found -----------------------------------------


def test_treatments_that_are_named_are_arms_or_are_without_data():
    found = judge(check="arms", value="Quince; Pear")
    assert (found["verdict"], found["recomputed"]) == (
        REPRODUCED,
        "2 of 2 treatments are arms",
    )
    found = judge(check="arms", value="Quince;Targeted therapy")
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
    assert found["sentence"] == "Announced without a result: nightmares."
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
        endpoint="asleep",
        arm="Both together",
        value="1" * (check == "rank") or "Plum",
    )
    assert found["verdict"] == NO_DATA
    assert found["sentence"] == "No arm was given this: both together."


def test_a_result_of_an_endpoint_without_results_is_without_data():
    found = judge(check="rank", endpoint="nightmares", arm="Pear", value="3")
    assert (found["verdict"], found["recomputed"]) == (NO_DATA, "")
    assert found["sentence"].startswith("nightmares: announced")


def test_follow_up_needs_dates_or_is_impossible():
    found = judge(check="follow-up", value="2")
    assert found["verdict"] == UNCHECKABLE
    assert found["recomputed"].endswith("entered by the end of 2019")
    found = judge(check="follow-up", value="3")
    assert found[["reported", "recomputed", "verdict", "sentence"]].tolist() == [
        *("3 years", "for nobody", CONTRADICTED),
        "A study from 2019 to 2021 follows nobody for so long.",
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


CELL = {"endpoint": "asleep", "arm": "Quince"}
LEAST = {
    "arms": {"value": "Quince"},
    "without data": {"needs": "a result"},
    "percent": CELL,
    "statistic": {"endpoint": "asleep"},
    "significantly higher": {"arm": "Quince"},
    "rank": {"arm": "Quince", "value": "1"},
    "higher": CELL,
    "effect": {"arm": "Quince", "value": "Plum"},
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
        ({"check": "percent", "endpoint": "asleep", "arm": "X"}, "arm", "no arm has"),
        ({"check": "rank", "arm": "Quince", "value": "first"}, "value", "whole number"),
        ({"check": "sizes", "value": "\u0666\u0660"}, "value", "whole number"),
        ({"check": "follow-up", "value": "2.5"}, "value", "whole number"),
        ({"check": "references", "value": "all"}, "value", "whole number"),
        ({"check": "effect", "arm": "Quince", "value": "X"}, "value", "set against"),
        (
            {"check": "effect", "arm": "Quince", "value": "Quince"},
            "value",
            "set against",
        ),
        (
            {"check": "repeats", "endpoint": "asleep", "arm": "Quince", "value": "85%"},
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
