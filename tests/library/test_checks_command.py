"""The command `reanalysis audit`: its files, its page, its words and its exit codes."""

import csv
import io
import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reanalysis.__main__ import COMMANDS, main
from reanalysis.checks import Table, audit
from reanalysis.checks.command import EXAMPLE, TEMPLATE, harmless, outputs, report
from reanalysis.checks.findings import COLUMNS
from reanalysis.checks.page import luck_sentence, page
from reanalysis.checks.reading import read_table
from reanalysis.checks.table import KNOWN, NEEDED

RIGHT = "endpoint,arm,n,count,percent\nx,A,20,5,25\nx,B,20,8,40\n"
WRONG = RIGHT.replace("40", "41")


@pytest.fixture
def table(tmp_path):
    def write(text=RIGHT):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_three_files_are_written_and_a_short_table_is_printed(table, tmp_path, capsys):
    out = tmp_path / "new" / "folder"
    assert main(["audit", table(), "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "checks.csv", "checks.json", "index.html"
    ]  # fmt: skip
    header = (out / "checks.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == ",".join(COLUMNS)
    record = json.loads((out / "checks.json").read_text(encoding="utf-8"))
    assert [check["verdict"] for check in record["checks"]] == ["agrees"] * 4
    assert "Of 4 checks, 4 agree and none disagrees." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [(RIGHT, [], 0), (WRONG, [], 0), (RIGHT, ["--strict"], 0), (WRONG, ["--strict"], 1)]
)  # fmt: skip
def test_the_exit_code_tells_a_strict_caller_of_what_does_not_agree(
    table, text, words, code
):
    assert main(["audit", table(text), *words]) == code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.csv"], "nothing.csv: there is no such file"),
        ([], "name a table, or ask for --example"),
        (["TABLE", "--alpha", "2"], "--alpha is between 0 and 1, not 2"),
        (["TABLE", "--out", "TABLE"], "cannot be written to"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(table, capsys, words, said):
    path = table()
    words = [path if word == "TABLE" else word for word in words]
    assert main(["audit", *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert len(shown.err.splitlines()) == 1


def test_nothing_is_left_half_written(table, tmp_path):
    out = tmp_path / "out"
    (out / "index.html").mkdir(parents=True)
    (out / "checks.csv").write_text("before")
    assert main(["audit", table(), "--out", str(out)]) == 2
    assert (out / "checks.csv").read_text() == "before"
    assert sorted(path.name for path in out.iterdir()) == ["checks.csv", "index.html"]


def test_the_example_is_written_once_and_can_be_audited(tmp_path, capsys):
    assert main(["audit", "--example", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "table-template.csv").read_text() == TEMPLATE
    assert main(["audit", str(tmp_path / "table-example.csv")]) == 0
    assert "two digits exchanged: 11.02" in capsys.readouterr().out
    assert main(["audit", "--example", "--out", str(tmp_path)]) == 2


def test_the_template_has_the_columns_that_the_audit_knows():
    names = TEMPLATE.strip().split(",")
    assert {*NEEDED} <= {*names} <= {*KNOWN}
    assert {*EXAMPLE.splitlines()[0].split(",")} <= {*KNOWN}
    assert {"level", "mean", "sd", "se", "n_tested"} <= {*names}


def test_the_version_and_the_commands_are_told(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("reanalysis ")
    assert main([]) == 2
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)
    with pytest.raises(SystemExit) as stopped:
        main(["nothing"])
    assert stopped.value.code == 2


def test_the_module_is_the_command(table):
    words = [sys.executable, "-m", "reanalysis", "audit", table(WRONG), "--strict"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ran = subprocess.run(
        words, capture_output=True, text=True, env=environment, check=False
    )
    assert ran.returncode == 1
    assert "41" in ran.stdout
    assert ran.stderr == ""


# --- a stranger's words ---------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|'/c calc'!A0",
    "+1+1", "@SUM(A1)", "javascript:alert(1)", "</title></style></svg>", "&lt;b&gt;",
    "\u202ereversed", "\u0645\u0631\u062d\u0628\u0627",
]  # fmt: skip


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def hostile_audit():
    rows = [
        {"study": text, "endpoint": text, "arm": f"{text}{arm}", "n": "20",
         "count": str(count), "percent": "99", "statistic_name": text,
         "statistic": "7.3", "p": "0.5", "mark": text[:20]}
        for text in HOSTILE for arm, count in (("A", 5), ("B", 8))
    ]  # fmt: skip
    return audit(Table.from_records(rows))


def test_the_page_runs_nothing_and_asks_for_nothing():
    text = page(hostile_audit(), title=HOSTILE[0])
    tags = Tags()
    tags.feed(text)
    names = {tag for tag, _ in tags.found}
    assert not names & {
        "script",
        "img",
        "iframe",
        "object",
        "link",
        "form",
        "base",
        "b",
    }
    for _, attributes in tags.found:
        assert not {"href", "src", "onerror", "onload", "style"} & {*attributes}
    policy = [a for tag, a in tags.found if tag == "meta" and "http-equiv" in a]
    assert policy[0]["content"].startswith("default-src 'none'")
    assert "http:" not in text
    assert "https:" not in text


def test_no_cell_of_the_file_is_a_formula():
    rows = csv.reader(io.StringIO(outputs(hostile_audit())["checks.csv"]))
    for row in rows:
        for cell in row:
            assert cell[:1] not in "=+@\t\r" or cell == ""
            assert not cell.startswith("-") or float(cell) <= 0


def test_a_negative_number_stays_a_number():
    assert harmless("-2.31") == "-2.31"
    assert harmless("-2+3") == "'-2+3"


def test_the_page_can_be_read_without_seeing_it():
    text = page(audit(Table.from_records(
        [{"endpoint": e, "arm": a, "n": "20", "count": c, "statistic": s}
         for e, s in (("x", "1.03"), ("y", "7.3")) for a, c in (("A", "5"), ("B", "8"))]
    )))  # fmt: skip
    tags = Tags()
    tags.feed(text)
    found = [tag for tag, _ in tags.found]
    assert tags.found[0] == ("html", {"lang": "en"})
    assert found.count("h1") == found.count("main") == found.count("title") - 2 == 1
    (drawing,) = [a for tag, a in tags.found if tag == "svg"]
    assert drawing["role"] == "img"
    assert all(a.get("scope") for tag, a in tags.found if tag == "th")
    assert "2 printed statistics against recomputed ones" in text
    assert "1 marked with a cross does not agree" in text


def test_on_a_narrow_screen_every_cell_says_what_it_is():
    text = page(hostile_audit())
    tags = Tags()
    tags.feed(text)
    cells = [a for tag, a in tags.found if tag == "td"]
    assert {a["data-label"] for a in cells} == {
        "arm", "check", "printed", "computed", "given by", "in words", "endpoint"
    }  # fmt: skip
    roles = {
        tag: a.get("role") for tag, a in tags.found if tag in ("table", "tr", "td")
    }
    assert roles == {"table": "table", "tr": "row", "td": "cell"}


def test_what_agrees_is_folded_and_what_does_not_is_open(table):
    text = page(audit(read_table(table(WRONG))))
    folded = text.split("<details>")[1].split("</details>")[0]
    assert "What agrees" in folded
    assert "What does not agree" not in folded


@pytest.mark.parametrize("name", ["Kruskal", "Fisher", "Mantel", "Welch", "ratios"])
def test_the_page_names_what_was_tried(name):
    assert name in page(hostile_audit()).split("How to read this")[1]


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (0.0045, "at most 0.45% of tables would show as much."),
        (0.00001, "fewer than one table in 10,000 would show as much."),
        (3.2, "about 3 of the tests tried would do as well."),
        (float("nan"), ""),
    ],
)
def test_luck_is_told_as_a_share_of_tables(expected, said):
    assert luck_sentence(expected).endswith(said)


def test_the_same_table_gives_the_same_files_every_time(table):
    path = table(WRONG)
    assert outputs(audit(read_table(path))) == outputs(audit(read_table(path)))


def test_the_report_names_place_and_value(table):
    said = report(audit(read_table(table(WRONG))))
    assert "x, B: percent 41" in said
    assert "8 of 20 is 40.0%." in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
def test_an_output_that_is_full_is_said_and_is_no_verdict(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("endpoint,arm,n,count\nX,A,40,20\nX,B,40,10\n", "utf-8")
    command = [sys.executable, "-m", "reanalysis", "audit", str(table), "--strict"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("reanalysis: ")
