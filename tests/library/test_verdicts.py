"""Verdicts on the claims of the made-up study, each by a check of another kind."""

from dataclasses import replace

import pytest

from reanalysis import DataError, example, verdicts
from reanalysis.claims import (
    AGREES,
    CONTRADICTED,
    INVALID,
    NO_DATA,
    NOT_REPRODUCED,
    NOT_SEEN,
    REPRODUCED,
    UNCHECKABLE,
    VERDICTS,
    appraise,
)

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
