"""A compendium of another table: written whole, true for any table."""

import json

import pytest

from reanalysis.__main__ import main
from reanalysis.checks import Table
from reanalysis.checks.compendium import requirement, texts
from reanalysis.checks.effects import arm_differences

TABLES = {
    "the example": None,
    "percentages alone": "endpoint,arm,n,percent,statistic\nx,A,20,55,7\nx,B,20,80,7\n",
    "means alone": "endpoint,arm,n,mean,sd,p\nx,A,20,5.1,1.2,0.03\nx,B,20,6.0,1.4,\n",
    "one arm": "endpoint,arm,n,count\nx,A,20,5\n",
    "names alone": "endpoint,arm,n\nx,A,20\nx,B,20\n",
    "levels": "endpoint,level,arm,n,count\nx,I,A,9,4\nx,I,B,9,5\nx,J,A,9,5\n",
    "markup": "endpoint,arm,n,count\n|<b>`$x$,A,20,5\n|<b>`$x$,B,20,7\n",
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_every_chapter_runs_for_any_table(name, tmp_path, monkeypatch):
    words = ["new", str(tmp_path / "book")]
    if TABLES[name]:
        (tmp_path / "mine.csv").write_text(TABLES[name], encoding="utf-8")
        words += ["--table", str(tmp_path / "mine.csv")]
    assert main(words) == 0
    monkeypatch.chdir(tmp_path / "book" / "chapters")
    for path in sorted((tmp_path / "book" / "chapters").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        space = {}
        for cell in code:
            exec(compile(cell, path.name, "exec"), space)
        assert "found" in space


def test_the_table_is_kept_as_it_was_given(tmp_path):
    content = b"\xef\xbb\xbfendpoint;arm;n;percent\nx;A;20;55,5\n"
    (tmp_path / "mine.csv").write_bytes(content)
    new = tmp_path / "new"
    assert main(["new", str(new), "--table", str(tmp_path / "mine.csv")]) == 0
    assert (new / "data" / "table.csv").read_bytes() == content


def test_nothing_is_written_over(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["new", str(tmp_path)]) == 2
    assert "already there, and not an empty folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_wrong_table_makes_no_folder(tmp_path, capsys):
    (tmp_path / "mine.csv").write_text("endpoint,arm\nx,A\n")
    new = tmp_path / "new"
    assert main(["new", str(new), "--table", str(tmp_path / "mine.csv")]) == 2
    assert "column n: this column is missing" in capsys.readouterr().err
    assert not new.exists()


def test_what_is_of_this_machine_is_not_kept():
    made = texts("table.csv")
    assert "local.mk" in made[".gitignore"]
    for path, text in made.items():
        if path != "local.mk":
            assert "/opt" not in text
            assert "/usr" not in text
            assert "/home" not in text


def test_the_library_is_never_asked_for_by_its_bare_name():
    (line,) = [x for x in requirement().splitlines() if x.startswith("reanalysis")]
    assert line.startswith("reanalysis[pages,chapters] @ git+")


def test_differences_are_set_beside_the_first_arm():
    table = Table.from_records(
        [
            {"endpoint": "x", "arm": arm, "n": "20", "count": count, "percent": percent,
             "mean": mean, "sd": sd}
            for arm, count, percent, mean, sd in (
                ("A", "5", "", "", ""),
                ("B", "", "40", "", ""),
                ("C", "", "54", "", ""),
            )
        ]
        + [
            {"endpoint": "age", "arm": arm, "n": "20", "mean": mean, "sd": "7.7"}
            for arm, mean in (("A", "34.2"), ("B", "30.2"))
        ]
    )  # fmt: skip
    found = arm_differences(table)
    # no count of 20 gives 54%, so that row has no difference
    assert found[["arm", "against", "of"]].values.tolist() == [
        ["B", "A", "percentage points"],
        ["B", "A", "mean"],
    ]
    assert found["difference"].tolist() == pytest.approx([15, -4])
    # R: t.test with these means and standard deviations
    mean = found.iloc[1]
    assert (mean["low"], mean["high"]) == pytest.approx((-8.929, 0.929), abs=1e-3)
