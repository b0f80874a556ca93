"""Many tables: parts that are whole, runs that go on, and nothing lost to one fault."""

import builtins
import csv
import gzip
import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

import reanalysis.corpus.batches as batches
import reanalysis.corpus.scale as scale
from reanalysis.__main__ import main
from reanalysis.corpus.batches import CHECKS, judge
from reanalysis.corpus.sources import Document, documents
from reanalysis.package import DataError


def table(number, percent="25"):
    return (
        "<table-wrap><label>Table 1</label><table><thead><tr><th/><th>Bread (n = 20)"
        "</th><th>Soup (n = 25)</th><th>P</th></tr></thead><tbody><tr><td>Fever, n (%)"
        f"</td><td>5 ({percent})</td><td>10 (40)</td><td>0.29</td></tr></tbody></table>"
        f"<!-- {number} --></table-wrap>"
    )


@pytest.fixture
def lines(tmp_path):
    def write(number, bad=()):
        path = tmp_path / "tables.jsonl.gz"
        with gzip.open(path, "wt", encoding="utf-8") as stream:
            for i in range(number):
                xml = "no table at all <" if i in bad else table(i)
                stream.write(json.dumps({"doi": f"made up {i}", "xml": xml}) + "\n")
        return path

    return write


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_run_writes_its_files_and_what_made_them(lines, tmp_path):
    out, said = tmp_path / "out", io.StringIO()
    counts = scale.run([lines(7)], out, workers=0, batch=3, progress=said)
    assert counts == {"tables": 7, "parts": 3, "parts_there_before": 0, "cells": 14,
                      "checks": 35, "left_out": 0}  # fmt: skip
    checks = rows(out / "checks.csv")
    assert tuple(checks[0]) == CHECKS
    assert {row["verdict"] for row in checks} == {"agrees"}
    assert len({row["study"] for row in checks}) == 7
    about = json.loads((out / "about.json").read_text(encoding="utf-8"))
    assert about["version"] == scale.version()
    assert "7 tables" in said.getvalue()
    assert not list(out.rglob("*.part"))


def test_one_process_and_several_and_any_size_of_batch_give_the_same(lines, tmp_path):
    pytest.importorskip("distributed")
    source = lines(6, bad=(2,))
    found = []
    for name, workers, batch in [("a", 0, 100), ("b", 0, 1), ("c", 1, 4)]:
        scale.run([source], tmp_path / name, workers=workers, batch=batch)
        found.append([(tmp_path / name / f"{frame}.csv").read_bytes()
                      for frame in scale.FRAMES])  # fmt: skip
    assert found[0] == found[1] == found[2]


def test_a_stopped_run_goes_on_where_it_was(lines, tmp_path, monkeypatch):
    source, out = lines(6), tmp_path / "out"
    done = []

    def stops(batch):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(batch)
        return batches.part_of(batch)

    monkeypatch.setattr(scale, "part_of", stops)
    with pytest.raises(KeyboardInterrupt):
        scale.run([source], out, workers=0, batch=2)
    assert len(list((out / "parts").iterdir())) == 2
    monkeypatch.setattr(scale, "part_of", batches.part_of)
    counts = scale.run([source], out, workers=0, batch=2)
    assert (counts["parts_there_before"], counts["tables"]) == (2, 6)
    again = scale.run([source], out, workers=0, batch=2)
    assert again["parts_there_before"] == 3


def test_another_version_or_another_table_makes_its_part_again(
    lines, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    scale.run([lines(2)], out, workers=0, batch=1)
    monkeypatch.setattr(scale, "version", lambda: "0+other")
    assert scale.run([lines(2)], out, workers=0, batch=1)["parts_there_before"] == 0
    changed = lines(2, bad=(1,))
    assert scale.run([changed], out, workers=0, batch=1)["parts_there_before"] == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[:30],
        lambda packed: b"",
        lambda packed: b"not gzip" * 9,
        lambda packed: packed[:40] + b"!!!!" + packed[44:],
        lambda packed: gzip.compress(b"[]"),
        lambda packed: gzip.compress(b'{"tables": []}'),
    ],
)
def test_a_damaged_part_is_made_again(lines, tmp_path, damage):
    source, out = lines(2), tmp_path / "out"
    scale.run([source], out, workers=0, batch=1)
    part = sorted((out / "parts").iterdir())[0]
    part.write_bytes(damage(part.read_bytes()))
    counts = scale.run([source], out, workers=0, batch=1)
    assert (counts["tables"], counts["parts_there_before"]) == (2, 1)
    assert scale.run([source], out, workers=0, batch=1)["parts_there_before"] == 2


@contextmanager
def no_file_larger_than(size):
    """What is longer is not written, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_where_no_part_can_be_written_none_is_there_by_half(lines, tmp_path):
    source, out = lines(4), tmp_path / "out"
    with (
        no_file_larger_than(100),
        pytest.raises(DataError, match="File too large; what was done stays"),
    ):
        scale.run([source], out, workers=0, batch=1)
    assert not [path for path in out.rglob("*") if path.is_file()]
    assert scale.run([source], out, workers=0, batch=1)["parts_there_before"] == 0


def test_a_disk_that_is_full_at_the_end_costs_no_part(lines, tmp_path):
    source, out = lines(40), tmp_path / "out"
    with no_file_larger_than(4_000), pytest.raises(DataError, match="what was done"):
        scale.run([source], out, workers=0, batch=10)
    assert sorted(path.suffix for path in out.rglob("*.*")) == [".gz"] * 4
    assert scale.run([source], out, workers=0, batch=10)["parts_there_before"] == 4
    assert len({row["study"] for row in rows(out / "checks.csv")}) == 40


def test_a_table_that_cannot_be_read_is_left_out_and_the_others_are_not(
    lines, tmp_path, monkeypatch
):
    def breaks(grid):
        if "1" in grid.study:
            raise RuntimeError("a made-up\nfault")
        return read(grid)

    read = batches.read_grid
    monkeypatch.setattr(batches, "read_grid", breaks)
    scale.run([lines(3)], tmp_path / "out", workers=0)
    left = rows(tmp_path / "out" / "left_out.csv")
    assert [row["reason"] for row in left] == [
        "the reader failed: RuntimeError a made-up fault"
    ]
    assert {row["study"] for row in rows(tmp_path / "out" / "checks.csv")} == {
        "made up 0", "made up 2"
    }  # fmt: skip


def test_a_broken_line_is_one_table_that_is_left_out(tmp_path):
    path = tmp_path / "some.jsonl"
    good = json.dumps({"pmcid": "X1", "xml": table(1)})
    path.write_text(f'{good}\n{{"doi": \n[1]\n{{"doi": "y"}}\n\n{good}\n', "utf-8")
    found = judge(documents([path]))
    assert [row[3] for row in found["left_out"]] == [
        "the line is no record of a table"
    ] * 3
    assert {row[0] for row in found["checks"]} == {"X1"}


def of(numbers, kind=Document):
    return tuple(kind(f"{i}", f"s{i}", "jats", table(i).encode()) for i in numbers)


class Deadly(Document):
    """A document that ends the process that reads it, as a fault in C would."""

    def grids(self):
        if self.name == "4":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().grids()


@pytest.fixture
def cluster():
    pytest.importorskip("distributed")
    with scale._client(1, None) as client:
        yield client


def unpacked(packed):
    return json.loads(gzip.decompress(packed))


class Gone:
    """A client of this machine all of whose workers are gone for good."""

    cluster = "here"

    def __init__(self):
        self.workers = {"one": 1}

    def nthreads(self):
        return self.workers

    def submit(self, function, *given, **options):
        from distributed import Future

        self.workers = {}
        return Future("never", client=self.client)


def test_workers_that_do_not_come_back_are_replaced(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(scale, "PATIENCE", 0.2)
    gone = Gone()
    gone.client = cluster
    clients = [gone, cluster]
    tasks = [(tmp_path / str(i), of([i])) for i in range(5)]
    found = {
        path: packed for path, _, packed in scale._judged(tasks, lambda: clients.pop(0))
    }
    assert found == {path: batches.part_of(batch)[1] for path, batch in tasks}


def test_a_worker_that_is_killed_costs_nothing(cluster, tmp_path):
    given = [(tmp_path / str(i), of([i, i + 100])) for i in range(12)]

    def tasks():
        for number, task in enumerate(given):
            if number == 8:
                first = cluster.run(os.getpid)
                os.kill(next(iter(first.values())), signal.SIGKILL)
            yield task

    found = {
        path: packed for path, _, packed in scale._judged(tasks(), lambda: cluster)
    }
    assert found == {path: batches.part_of(batch)[1] for path, batch in given}


def test_a_table_that_kills_its_worker_is_left_out_and_no_other(cluster, tmp_path):
    tasks = [(tmp_path / str(i), of([i, i + 1, i + 2], Deadly)) for i in range(0, 9, 3)]
    found = list(scale._judged(tasks, lambda: cluster))
    assert {path for path, _, _ in found} == {path for path, _ in tasks}
    parts = [unpacked(packed) for _, _, packed in found]
    left = [row for part in parts for row in part["left_out"]]
    assert [row[0] for row in left] == ["s4"]
    assert left[0][3] == "the worker stopped on it, twice"
    judged = {row[0] for part in parts for row in part["checks"]}
    assert judged == {f"s{i}" for i in range(9)} - {"s4"}
    assert sum(tables for _, tables, _ in found) == 8


def command(source, out, workers):
    words = ["corpus", str(source), "--out", str(out), "--workers", str(workers)]
    code = (
        "import sys; from reanalysis.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    return [sys.executable, "-c", code, *words]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_killed_run_goes_on_and_gives_the_same_to_the_byte(lines, tmp_path, workers):
    if workers:
        pytest.importorskip("distributed")
    source, out, whole = lines(250), tmp_path / "out", tmp_path / "whole"
    with subprocess.Popen(
        command(source, out, workers), stderr=subprocess.DEVNULL
    ) as one:
        while not list(out.glob("parts/*.gz")):
            assert one.poll() is None, "it ended before it was killed"
            time.sleep(0.01)
        one.kill()
    done = {path: path.stat().st_mtime_ns for path in out.glob("parts/*.gz")}
    assert not list(out.glob("*.csv"))
    again = scale.run([source], out, workers=0)
    assert again["parts_there_before"] == len(done) > 0
    assert {path: path.stat().st_mtime_ns for path in done} == done
    scale.run([source], whole, workers=0)
    for name in scale.FRAMES:
        file = f"{name}.csv"
        assert (out / file).read_bytes() == (whole / file).read_bytes()
    assert not list(out.rglob("*.part"))


def test_without_dask_the_command_says_what_to_install(
    lines, tmp_path, monkeypatch, capsys
):
    real = builtins.__import__

    def missing(name, *rest):
        if name.partition(".")[0] in ("dask", "distributed"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    source, out = str(lines(1)), str(tmp_path / "out")
    assert main(["corpus", source, "--out", out]) == 2
    assert "pip install 'reanalysis[corpus]'" in capsys.readouterr().err
    assert main(["corpus", source, "--out", out, "--workers", "0"]) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.xml"], "there is no such file"),
        (["{folder}"], "holds no .xml"),
        (["{text}"], "give JATS"),
        (["{zip}"], "unpack it, and give the folder"),
        (["{lines}", "--workers", "-1"], "--workers is 0"),
        (["{lines}", "--scheduler", "tcp://127.0.0.1:1"], "no Dask scheduler answers"),
    ],
)
def test_wrong_input_is_one_sentence(
    arguments, words, lines, tmp_path, capsys, monkeypatch
):
    distributed = pytest.importorskip("distributed")

    def silent(*_, **__):
        raise OSError("nobody there")

    monkeypatch.setattr(distributed, "Client", silent)
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.csv").write_text("x")
    (tmp_path / "a.zip").write_bytes(b"PK")
    names = {"folder": "empty", "text": "a.csv", "zip": "a.zip"}
    places = {word: tmp_path / name for word, name in names.items()}
    places["lines"] = lines(1)
    given = [argument.format(**places) for argument in arguments]
    assert main(["corpus", *given, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.docx", b"no document", "this is no Word document"),
        ("a.docx", b"PK\x03\x04" + bytes(99), "this is no Word document"),
        ("a.zip", b"PK\x03\x04\xd5\xff", "no table was found; give JATS"),
        ("a.pdf", b"%PDF-1.4", "no table was found; give JATS"),
        ("a.xml", b"", "no table was found"),
        ("a.xml", b"<article><tab", "no table was found"),
        ("a.xml", bytes(range(256)), "no table was found"),
        ("a.html", b"<p>nothing here</p>", "no table was found"),
        ("a.tsv", b"\xef\xbb\xbf", "no table was found"),
        ("folder", None, "this is a folder: give one file"),
        ("nowhere.xml", None, "there is no such file"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    name, content, words, tmp_path, capsys
):
    (tmp_path / "folder").mkdir()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["read", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_a_folder_of_articles_gives_checks_and_says_what_it_left_out(tmp_path, capsys):
    inside = tmp_path / "articles" / "2018"
    inside.mkdir(parents=True)
    begin = '<?xml version="1.0"?><article><front><article-id pub-id-type="doi">10.1/'
    for name, body in [("good.xml", table(1)), ("other.nxml", table(2)),
                       ("none.xml", "<p/>"), ("cut.xml", table(3)[:160])]:  # fmt: skip
        end = "" if name == "cut.xml" else "</body></article>"
        text = f"{begin}{name}</article-id></front><body>{body}{end}"
        (inside / name).write_text(text, encoding="utf-8")
    (inside / "note.txt").write_text("not an article")
    out = str(tmp_path / "out")
    assert main(["corpus", str(inside.parent), "--out", out, "--workers", "0"]) == 0
    assert "Tables: 3. Cells read: 4. Checks: 10." in capsys.readouterr().out
    left = rows(tmp_path / "out" / "left_out.csv")
    assert {row["study"] for row in left} == {"10.1/cut.xml", "none.xml"}
    judged = rows(tmp_path / "out" / "checks.csv")
    assert {row["study"] for row in judged} == {"10.1/good.xml", "10.1/other.nxml"}


def test_the_same_as_parquet_where_pyarrow_is_there(lines, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    scale.run([lines(2)], tmp_path, workers=0)
    found = parquet.read_table(tmp_path / "checks.parquet")
    assert tuple(found.column_names) == CHECKS
    assert found.num_rows == len(rows(tmp_path / "checks.csv"))
    assert found.schema.metadata[b"reanalysis"].decode() == scale.version()


def test_the_version_changes_with_the_source_that_judges(tmp_path, monkeypatch):
    before = scale.version()
    room = tmp_path / "corpus"
    room.mkdir()
    (room / "scale.py").write_text("x = 1\n")
    monkeypatch.setattr(scale, "__file__", str(room / "scale.py"))
    assert scale.version() != before
