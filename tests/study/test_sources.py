"""What is said of the works that the study cites agrees with its list of references."""

from pathlib import Path

import pytest

from reanalysis import load_study
from reanalysis.stated import parse_stated

ROOT = Path(__file__).parents[2]

# Number in the paper's list, first author, year, and its DOI where the list prints it.
LIST = [
    (1, "Christopeit", "2021", None),
    (2, "Kuhlen", "2019", None),
    (3, "Malard", "2020", None),
    (4, "Marrapodi", "2025", "10.3390/ijms262311362"),
    (5, "Mengxuan", "2022", "10.3389/fped.2022.923419"),
    (6, "Mirfakhraie", "2024", "10.1016/j.htct.2023.06.006"),
    (7, "Panuciak", "2022", None),
    (8, "Saleh", "2023", "10.3390/jcm12216883"),
    (9, "Tasian", "2015", None),
    (10, "Terwilliger", "2017", None),
    (11, "Wang", "2023", "10.3389/fped.2022.1100404"),
    (12, "Zhai", "2024", "10.1080/17474086.2023.2298732"),
]

# Where each work stands in the text.
CITED = {
    "most-frequent": {3, 4, 10},
    "survival-today": {11},
    "relapse-prevalent": {11},
    "relapse-half": {11},
    "conventional-limits": {1, 4},
    "new-therapies": {2, 4, 7},
    "cart-remission": {8, 9},
    "clones": {6},
    "blinatumomab-benefit": {5},
    "cart-record": {8},
    "cart-cr": {12},
    "cart-mrd": {12},
    "targeted": {4},
}


@pytest.fixture(scope="module")
def study():
    return load_study(ROOT / "data")


@pytest.fixture(scope="module")
def sources(study):
    return study.sources


@pytest.mark.parametrize(("entry", "author", "year", "doi"), LIST)
def test_an_entry_is_the_one_of_the_list(sources, entry, author, year, doi):
    found = sources[sources["entry"] == entry]
    (citation,), (known,) = found["citation"].unique(), found["doi"].unique()
    assert citation.startswith(f"{author} and ")
    assert citation.endswith(f" {year}")
    assert doi in (None, known)


def test_the_list_is_whole(study):
    stated = study.claims.set_index("claim").loc["references", "value"]
    assert sorted(study.sources["entry"].unique()) == list(range(1, int(stated) + 1))
    assert len(LIST) == int(stated)


def test_each_work_stands_where_the_text_cites_it(sources):
    assert sources.groupby("claim")["entry"].agg(set).to_dict() == CITED


def test_two_works_have_neither_a_name_nor_a_doi_in_common(sources):
    works = sources[["entry", "citation", "doi"]].drop_duplicates()
    assert works["entry"].is_unique
    assert works["citation"].is_unique
    assert works.loc[works["doi"] != "", "doi"].is_unique


def test_only_claims_that_need_a_source_have_one(study):
    checks = study.claims.set_index("claim")["check"]
    assert set(checks[study.sources["claim"]]) == {"source"}


def test_nothing_is_said_of_a_work_that_was_not_seen(sources):
    unseen = sources[sources["seen"] == "no"]
    assert len(unseen)
    assert (unseen[["says", "value", "supports"]] == "").all(axis=None)


def test_of_a_work_that_was_seen_it_is_said_what_it_says(sources):
    assert (sources.loc[sources["seen"] != "no", "says"].str.len() >= 20).all()


def test_a_work_is_seen_or_not_whatever_it_is_cited_for(sources):
    assert (sources.groupby("entry")["seen"].nunique() == 1).all()


def test_either_a_number_decides_or_a_judgment(sources):
    assert not ((sources["value"] != "") & (sources["supports"] != "")).any()


def test_a_number_is_given_only_for_a_claim_with_a_number(study):
    stated = study.claims.set_index("claim")["value"]
    for row in study.sources[study.sources["value"] != ""].itertuples():
        assert parse_stated(stated[row.claim])
        assert parse_stated(row.value)


def test_the_numbers_read_at_their_source(sources):
    read = sources[sources["value"] != ""].set_index("claim")["value"].to_dict()
    assert read == {
        "survival-today": "more than 85%",
        "relapse-half": "at least 50%",
        "cart-cr": "86%",
        "cart-mrd": "80%",
    }
