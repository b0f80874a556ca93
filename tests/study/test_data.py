"""Every cell of the data is guarded: none can change in silence.

Three guards stand one behind the other. `load_study` refuses what cannot be. The
`GUARDS` below, and the tests of the sources, compare what the data say twice. Behind
them stands a record of the files as they were proofread. `audits/guards.py` tries
every slip in every cell and counts what each guard sees.
"""

import csv
import inspect
import io
import itertools
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
import test_sources
from scipy.stats import beta

from reanalysis import DataError, load_study, package

ROOT = Path(__file__).parents[2]

DATA = ROOT / "data"
RECORD = ROOT / "tests" / "reference" / "data.sha256"
STUDY = load_study(DATA)
TABLES = {
    path.stem: list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    for path in sorted(DATA.glob("*.csv"))
}


# --- what the data say twice ------------------------------------------------------


def the_table_is_as_printed(study):
    wide = study.outcomes.pivot(index="endpoint", columns="arm", values="percent")
    tests = study.tests.set_index("endpoint")
    arms = study.arms["arm"]
    printed = {
        "CR": ("54", "65", "85", "7.3"),
        "MRD negative": ("30", "60", "80", "22.3"),
        "2-year OS": ("40", "55", "70", "8.1"),
    }
    assert list(wide.loc[list(printed), arms].itertuples(index=False, name=None)) == [
        row[:3] for row in printed.values()
    ]
    assert tests["value"].to_dict() == {end: row[3] for end, row in printed.items()}
    assert set(tests["mark"] + tests["alpha"]) == {"*0.05"}
    assert [*arms] == ["Chemotherapy", "Blinatumomab", "CAR-T"]
    assert [*study.arms["group"]] == ["A", "B", "C"]
    assert {*study.arms["n"], *study.outcomes["n"]} == {20}
    assert [*study.endpoints["reported"]] == ["yes", "yes", "yes", "no"]
    assert [*study.endpoints["endpoint"]] == [*printed, "Adverse effects"]


def a_place_names_the_row_and_the_column_that_it_is(study):
    arms, endpoints = study.arms.itertuples(), study.endpoints.itertuples()
    assert [arm.place for arm in arms] == [
        f"Methods, list of groups, item {i}" for i in range(1, len(study.arms) + 1)
    ]
    row = {}
    for i, end in enumerate(endpoints, start=1):
        row[end.endpoint] = f"Table 1, row {i}"
        table = row[end.endpoint] if end.reported == "yes" else "not in Table 1"
        assert end.place == f"Methods, list of results, item {i}; {table}"
    for cell in study.outcomes.itertuples():
        assert cell.place == f"{row[cell.endpoint]}, column {cell.arm}"
    for test in study.tests.itertuples():
        assert test.place == f"{row[test.endpoint]}, column Chi-Square value; footnote"
    for claim in study.claims[study.claims["endpoint"] != ""].itertuples():
        where = {
            "percent": f"{row[claim.endpoint]}, column {claim.arm}",
            "statistic": f"{row[claim.endpoint]}, column Chi-Square value",
            "significant": f"{row[claim.endpoint]}, column Chi-Square value; footnote",
            "follow-up": row[claim.endpoint],
            "repeats": "Text below Table 1, sentence 1",
        }
        assert claim.place == where.get(claim.check, claim.place)


def a_claim_says_what_the_design_says(study):
    facts, stated = study.facts, study.claims.set_index("claim")["value"]
    assert stated["period"] == f"{facts['period_start']}-{facts['period_end']}"
    assert stated["ages"] == f"{facts['age_min']}-{facts['age_max']}"
    assert stated["total"] == facts["n"]
    assert facts["randomized"] == "no"
    assert (facts["period_start"], facts["period_end"]) == ("2022", "2025")
    assert (facts["age_min"], facts["age_max"]) == ("2", "14")
    assert (facts["author"], facts["software"]) == ("Mustafa A.K ALTaie", "SPSS")


def the_facts_of_the_design_are_these(study):
    several = {"inclusion": 2, "exclusion": 2, "measurement": 4}
    names = "title author affiliation design setting period_start period_end n age_min "
    names += "age_max inclusion exclusion allocation randomized measurement "
    last = "newest_reference newest_reference_year copy_read"
    expected = []
    for name in f"{names}planned_test software {last}".split():
        numbers = range(1, several[name] + 1) if name in several else None
        expected += [f"{name}_{i}" for i in numbers] if numbers else [name]
    assert list(study.facts) == expected
    places = study.design.set_index("fact")["place"]
    for name, number in several.items():
        found = [places[f"{name}_{i}"] for i in range(1, number + 1)]
        assert all(place.startswith("Methods, list on the ") for place in found)
    items = places["measurement_1":"measurement_4"].str.extract(r"item (\d)$")[0]
    assert items.tolist() == ["1", "2", "3", "4"]


def a_statement_has_the_number_that_is_checked(study):
    for claim in study.claims.itertuples():
        if claim.check in ("stated", "source", "sizes"):
            said = re.findall(r"\d+", claim.value)
            assert set(said) <= set(re.findall(r"\d+", claim.statement)), claim.claim


def a_claim_stands_in_its_section(study):
    starts = {
        "Title": ("Title", "Byline"),
        "Abstract": ("Abstract", "Keywords"),
        "Results": ("Table 1", "Text below Table 1"),
        "Discussion": ("Discussion", "Clinical implications"),
    }
    for claim in study.claims.itertuples():
        section = starts.get(claim.section, (claim.section,))
        assert claim.place.split(",")[0] in section
    order = (
        "Title Abstract Introduction Methods Results Discussion Conclusion References"
    )
    found = [section for section, _ in itertools.groupby(study.claims["section"])]
    assert found == order.split()


def a_claim_names_the_arm_that_it_is_about(study):
    for claim in study.claims.itertuples():
        if claim.check in ("percent", "repeats", "rank", "effect", "higher"):
            assert claim.arm in ("", *study.arms["arm"])
        if claim.check in ("percent", "repeats"):
            assert claim.statement.lower().endswith(f"with {claim.arm.lower()}")
        if claim.check == "percent":
            assert claim.claim.partition("-")[2] == claim.arm.lower()
        if claim.check == "rank" and claim.claim in ("weakest", "second", "best"):
            assert claim.statement.startswith(claim.arm)


# Items of STROBE, by the section of a paper that they are about.
STROBE = {
    "Title and abstract": range(1, 2),
    "Introduction": range(2, 4),
    "Methods": range(4, 13),
    "Results": range(13, 18),
    "Discussion": range(18, 22),
    "Other information": range(22, 23),
}


def every_item_of_the_list_is_answered(study):
    sections = [(i, name) for name, items in STROBE.items() for i in items]
    assert [*zip(study.reporting["item"], study.reporting["section"], strict=True)] == (
        sections
    )
    for row in study.reporting.itertuples():
        assert (row.reported == "no") == (row.place == "")
        assert row.note


# Items of the lists of questions, in their order; the part of the last list is the
# first digit of its item.
LISTS = {
    "what an editor asks first": [str(i) for i in range(1, 9)],
    "ROBINS-I": [str(i) for i in range(1, 8)],
    "INSPECT-SR": [
        f"{part}.{i}"
        for part, most in ((1, 3), (2, 5), (3, 2), (4, 11))
        for i in range(1, most + 1)
    ],
}
JUDGEMENTS = {
    "what an editor asks first": {"reported", "not reported"},
    "ROBINS-I": {"low", "moderate", "serious", "critical", "no information"},
    "INSPECT-SR": {"no concern", "concern", "cannot be told", "does not apply"},
}


def every_question_is_answered_once_by_a_reader_or_by_a_check(study):
    found = study.appraisal.groupby("tool", sort=False)["item"].agg(list).to_dict()
    assert found == LISTS
    parts = study.appraisal.groupby(["tool", "part"], sort=False)["item"].agg(list)
    assert parts.map(len).tolist() == [2, 2, 2, 1, 1, 2, 1, 4, 3, 5, 2, 11]
    checks = {"4.4": "repeats", "4.6": "sizes", "4.8": "percent", "4.9": "statistic"}
    for row in study.appraisal.itertuples():
        computed = checks.get(row.item, "") if row.tool == "INSPECT-SR" else ""
        assert row.check == computed
        answers = {"": JUDGEMENTS[row.tool]}.get(row.check, {""})
        assert row.judgement in answers
        assert (row.reason == "") == bool(row.check)
        if row.judgement == "not reported":
            assert row.found == "nothing is said of it" or row.place


def a_scenario_has_every_arm_and_its_name_says_who_is_treated(study):
    for name, rows in study.scenarios.groupby("scenario", sort=False):
        assert rows["arm"].tolist() == study.arms["arm"].tolist()
        children = rows.set_index("arm")["n"]
        words = {"only": 100, "Half": 50, "tenth": 10}
        found = {n for word, n in words.items() if word in name}
        assert found <= set(children)
        if name.endswith(" only"):
            assert children[name.removesuffix(" only")] == 100


def a_publication_is_named_by_its_author_and_year(study):
    plain = str.maketrans({"ü": "u", " ": "", "'": ""})
    known = {}
    for row in study.publications.itertuples():
        if row.study == "clml2021":  # its authors were not in the text that was read
            assert row.label.startswith("Systematic review of 2021 (Clinical Lymphoma")
            continue
        author, _, year = row.label.partition(" and others ")
        assert row.study.startswith(author.lower().translate(plain) + year[:4])
        assert known.setdefault(row.doi or row.study, row.label) == row.label
    assert set(study.comparators["study"]) == set(study.publications["study"])


def a_published_interval_is_about_as_wide_as_its_patients_make_it(study):
    """A limit, a size or a percentage with a wrong digit falls out."""
    found = study.comparators
    found = found[(found["low"] != "") & found["n"].notna()]
    percent, low, high = (found[c].astype(float) for c in ("percent", "low", "high"))
    n = found["n"].astype(float)
    events = percent * n / 100
    lowest = 100 * beta.ppf(0.025, events, n - events + 1)
    highest = 100 * beta.ppf(0.975, events + 1, n - events)
    for ratio in (
        (percent - low) / (percent - lowest),
        (high - percent) / (highest - percent),
    ):
        assert ratio.between(0.85, 1.35).all()


def a_published_arm_has_one_size(study):
    treated = study.comparators.query("denominator == 'all treated' and events.isna()")
    sizes = treated.groupby(["study", "definition"])["n"].agg(set)
    assert (sizes.map(len) == 1).all()


def the_priors_are_these(study):
    found = [(row.events, row.n) for row in study.priors.itertuples()]
    assert found == [(12, 61), (27, 70), (61, 75), (14, 70), (61, 75)]


GUARDS = [
    function
    for function in list(vars().values())
    if inspect.isfunction(function)
    and [*inspect.signature(function).parameters] == ["study"]
]
SOURCES = [
    function
    for name, function in vars(test_sources).items()
    if name.startswith("test_") and not hasattr(function, "pytestmark")
]


def the_sources_are_those_of_the_list(study):
    given = {"study": study, "sources": study.sources}
    for function in SOURCES:
        function(*(given[name] for name in inspect.signature(function).parameters))
    for row in test_sources.LIST:
        test_sources.test_an_entry_is_the_one_of_the_list(study.sources, *row)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_data_agree_with_themselves(guard):
    guard(STUDY)


# --- no change passes in silence --------------------------------------------------


def spoil(cell, below):
    """Give what a slip of the hand or the eye would put into a cell, by its kind."""
    arms = STUDY.arms["arm"].tolist()
    digits = [found.start() for found in re.finditer("[0-9]", cell)]
    for name, at in {"first digit": digits[:1], "last digit": digits[-1:]}.items():
        for place in at:
            digit = (int(cell[place]) + 1) % 10
            yield name, f"{cell[:place]}{digit}{cell[place + 1 :]}"
    letters = list(re.finditer(r"([^\W\d])(?!\1)([^\W\d])", cell))
    for found in letters[len(letters) // 2 :][:1]:
        yield (
            "letters",
            f"{cell[: found.start()]}{found[2]}{found[1]}{cell[found.end() :]}",
        )
    if re.fullmatch(r"[0-9.]+", cell):
        yield "sign", f"-{cell}"
    if cell in arms:
        yield "arm", arms[arms.index(cell) - 1]
    if cell:
        yield "emptied", ""
    if below not in ("", cell):
        yield "from the row below", below


def changes(name, rows=None):
    """Give (row, column, kind, the table with one cell changed)."""
    head, *body = TABLES[name]
    for i in range(len(body)) if rows is None else rows:
        below = body[(i + 1) % len(body)]
        for j, column in enumerate(head):
            for kind, cell in spoil(body[i][j], below[j]):
                changed = [*body[i][:j], cell, *body[i][j + 1 :]]
                yield i, column, kind, [head, *body[:i], changed, *body[i + 1 :]]
        yield i, "", "two rows", [head, *swapped(body, i)]


def swapped(body, i):
    """Exchange a row with the one below; the last with the first."""
    order = list(range(len(body)))
    order[i], order[(i + 1) % len(body)] = order[(i + 1) % len(body)], order[i]
    return [body[k] for k in order]


def as_text(rows):
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def first_guard(folder, name, rows):
    """Say which guard is the first to see that a table is another one."""
    path = folder / f"{name}.csv"
    path.write_text(as_text(rows), "utf-8")
    try:
        study = load_study(folder)
        for guard in GUARDS:
            guard(study)
        if name in ("sources", "claims"):
            the_sources_are_those_of_the_list(study)
    except DataError:
        return "load_study"
    except (AssertionError, LookupError, ValueError):
        return "guards"
    finally:
        path.write_text(as_text(TABLES[name]), "utf-8")
    return "record"


def record():
    lines = RECORD.read_text("utf-8").splitlines()
    return {
        name: digest for digest, _, name in (line.partition("  ") for line in lines)
    }


def test_the_data_are_as_they_were_proofread():
    found = {
        path.relative_to(ROOT).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(DATA.glob("*.csv"))
    }
    assert found == record(), (
        "if the change is meant, read the rows against the paper again and record "
        "them: sha256sum data/*.csv > tests/reference/data.sha256"
    )


# Where a slip may leave a table that could be right: words, and numbers that stand in
# one place only. There the record is the only guard.
WORDS = {
    "arms": {"treatment"},
    "endpoints": {"meaning"},
    "outcomes": set(),
    "tests": set(),
    "scenarios": {"scenario", ""},
    "design": {"value", "place", ""},
    "claims": {"claim", "place", "statement", "check", "arm", "value", "needs"}
    | {"endpoint", "note", ""},
    "sources": {"citation", "doi", "says", "seen", "differs", "supports", "value", ""},
    "publications": {"study", "label", "trial", "design", "setting", "population"}
    | {"doi", "doi_from", ""},
    "comparators": {"study", "arm", "endpoint", "definition", "detail", "denominator"}
    | {
        "time",
        "events",
        "n",
        "percent",
        "low",
        "high",
        "se",
        "seen",
        "derived",
        "prior",
        "",
    },
    "reporting": {"asks", "place", "note", "reported"},
    "appraisal": {"asks", "found", "place", "judgement", "reason"},
}


@pytest.mark.parametrize("name", TABLES)
def test_no_cell_changes_in_silence(data, monkeypatch, name):
    """Four rows or more of each table; one slip in each of their cells."""
    only_check(monkeypatch, name)
    step = max(1, (len(TABLES[name]) - 1) // 4)
    found = itertools.groupby(
        changes(name, range(0, len(TABLES[name]) - 1, step)), lambda slip: slip[:2]
    )
    for number, ((row, column), slips) in enumerate(found):
        slips = list(slips)
        *_, kind, rows = slips[number % len(slips)]
        assert rows != TABLES[name]
        if first_guard(data, name, rows) == "record":
            assert column in WORDS[name], (row, column, kind)
        text = as_text(rows).encode()
        assert sha256(text).hexdigest() != record()[f"data/{name}.csv"]


def only_check(monkeypatch, name):
    """The other tables are right: reading them once is enough."""
    whole = package._check_cells
    monkeypatch.setattr(
        package,
        "_check_cells",
        lambda path, *given: whole(path, *given) if path.stem == name else [],
    )


# --- what describes the data ----------------------------------------------------------


def test_the_dictionary_for_people_says_what_the_schema_says():
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        assert resource["path"] in text
        for field in resource["schema"]["fields"]:
            assert f"| `{field['name']}` | {field['description']}" in text
