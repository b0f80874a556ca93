"""The verdicts on the claims of the study, and that none is without one."""

import json
from pathlib import Path

import pandas as pd

from reanalysis import load_study, verdicts
from reanalysis.claims import (
    CHECKS,
    COMPUTED,
    CONTRADICTED,
    INVALID,
    NO_DATA,
    NOT_REPRODUCED,
    READ,
    REPRODUCED,
    UNCHECKABLE,
    UNSETTLED,
    UNSOURCED,
    VERDICTS,
    appraise,
)

ROOT = Path(__file__).parents[2]

STUDY = load_study(ROOT / "data")


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
