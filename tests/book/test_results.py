"""The results beside the book are those that the book shows."""

import json

import pandas as pd
import published_files
import pytest
from conftest import ROOT

from reanalysis import load_study, verdicts
from reanalysis.counts import recover_counts
from reanalysis.endpoints import check_tests

RESULTS = ROOT / "results"
STUDY = load_study(ROOT / "data")


def read(name):
    return pd.read_csv(RESULTS / name, dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", published_files.FILES)
def test_a_file_beside_the_book_is_what_the_data_give(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == published_files.FILES[name](ROOT / "data"), "type make rerun"


def test_the_ledger_has_every_claim_with_its_verdict():
    ledger, judged = read("ledger.csv"), verdicts(STUDY)
    assert ledger[list(judged)].to_numpy().tolist() == judged.to_numpy().tolist()
    assert ledger["statement"].tolist() == STUDY.claims["statement"].tolist()


def test_the_table_has_every_printed_number_and_what_was_recomputed():
    table = read("table.csv")
    assert table["printed"].tolist() == [
        *STUDY.outcomes["percent"],
        *STUDY.tests["value"],
    ]
    events = recover_counts(STUDY.outcomes)["events"].astype(str)
    assert table["events"].tolist() == [*events, "", "", ""]
    pvalues = table.loc[table["pvalue"] != "", "pvalue"].astype(float)
    assert pvalues.tolist() == pytest.approx(check_tests(STUDY)["pvalue"].tolist())


@pytest.mark.parametrize("name", ["ledger", "table"])
def test_json_and_csv_say_the_same(name):
    records = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    rows = read(f"{name}.csv").to_dict("records")
    assert [list(record) for record in records] == [list(row) for row in rows]
    for record, row in zip(records, rows, strict=True):
        for column, value in record.items():
            if isinstance(value, float):
                assert float(row[column]) == pytest.approx(value, rel=1e-6)
            else:
                assert row[column] == ("" if value is None else str(value))


@pytest.mark.parametrize("name", ["ledger.csv", "table.csv"])
def test_no_cell_is_a_formula_to_a_spreadsheet(name):
    for cell in read(name).to_numpy().ravel():
        assert cell[:1] not in tuple("=+@\t\r")
        assert not cell.startswith("-") or float(cell) < 0
