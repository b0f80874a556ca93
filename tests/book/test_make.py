"""What make does with changed, broken and interrupted work, in a copy."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import time

import published_files
import pytest
import readme
import rerun
import stale
import what_if
import what_if_banner
from conftest import ROOT

PARTS = (
    "_config.yml",
    "_toc.yml",
    "book",
    "chapters",
    "data",
    "requirements-pages.txt",
    "requirements.txt",
    "results",
    "src",
)
STALE = "import sys; sys.path[0] = 'book'; import rerun; print(*rerun.stale_outputs())"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def start(folder, *command):
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder, *command):
    process = start(folder, *command)
    process.out, process.err = process.communicate()
    return process


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def outputs(folder):
    chapters = (folder / "chapters").glob("*.ipynb")
    paths = [*chapters, *(folder / name for name in published_files.FILES)]
    return {path.name: path.read_bytes() for path in paths}


def shown(folder, chapter):
    notebook = json.loads((folder / "chapters" / chapter).read_text(encoding="utf-8"))
    return "".join(
        "".join(output["data"].get("text/markdown", ""))
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
    )


PLAYED = "chapters/plain-words.ipynb"


def play(folder, line, chapter=PLAYED):
    """Add a line of code to the cell of a chapter that loads the study."""
    path = folder / chapter
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(c for c in notebook["cells"] if "load_study(" in "".join(c["source"]))
    cell["source"] = "".join(cell["source"]) + "\n" + line
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_the_committed_outputs_are_not_stale():
    stale = run(ROOT, "-c", STALE).out.split()
    assert stale == [], "type make rerun and commit what it wrote"


def test_the_manifest_can_be_checked_by_sha256sum():
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "results/manifest.sha256"], cwd=ROOT
    )
    assert done.returncode == 0


def test_the_readme_tells_what_the_index_tells():
    text, picture = readme.answer()
    assert text in (ROOT / "README.md").read_text(encoding="utf-8"), "type make rerun"
    assert picture == (ROOT / readme.FIGURE).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([\w/.-]+)", text):
        assert (ROOT / target).exists(), target


def test_nothing_is_run_where_nothing_changed(copy):
    before = outputs(copy)
    done = run(copy, "book/rerun.py", "--stale")
    assert (done.returncode, done.out) == (0, "")
    assert outputs(copy) == before


def test_a_wrong_datum_writes_nothing_and_says_what_to_mend(copy):
    before = outputs(copy)
    replace(copy / "data" / "outcomes.csv", "20,54,", "20,54%,")
    done = run(copy, "book/rerun.py", "--stale")
    replace(copy / "data" / "outcomes.csv", "20,54%,", "20,54,")
    assert done.returncode == 1
    assert "row 2, column percent, value '54%'" in done.err
    assert "nothing was written" in done.err
    assert done.err.count("'54%'") == 1  # not once for each output
    assert " ran " not in done.out
    assert outputs(copy) == before


def test_a_chapter_that_fails_keeps_what_others_gave_from_being_written(copy):
    names = (PLAYED, "chapters/01-introduction.ipynb")
    kept = {copy / name: (copy / name).read_bytes() for name in names}
    # one is only to be run again, a name is unknown in the other
    play(copy, "# run it again", names[0])
    play(copy, "unknown", names[1])
    before = outputs(copy)
    done = run(copy, "book/rerun.py", "--stale")
    assert outputs(copy) == before
    for path, content in kept.items():
        path.write_bytes(content)
    assert done.returncode == 1
    assert f"ran {names[0]}" in done.out
    assert f"{names[1]} failed, nothing was written" in done.err
    assert "name 'unknown' is not defined" in done.err


def test_an_edited_output_is_run_again(copy):
    assert run(copy, "book/rerun.py", "--stale").returncode == 0
    before = outputs(copy)
    replace(copy / "chapters" / "02-methods.ipynb", "adverse effects", "no effects")
    done = run(copy, "book/rerun.py", "--stale")
    assert "1 of" in done.out
    assert outputs(copy) == before


def test_an_atlas_that_is_edited_or_lost_is_written_again(copy):
    assert run(copy, "book/rerun.py", "--stale").returncode == 0
    before = outputs(copy)
    replace(copy / published_files.ATLAS, "0.05", "0.06")
    assert "1 of" in run(copy, "book/rerun.py", "--stale").out
    assert outputs(copy) == before
    (copy / published_files.ATLAS).unlink()
    assert "1 of" in run(copy, "book/rerun.py", "--stale").out
    assert outputs(copy) == before


# Start a kernel, warm or not, say what it finds, and stay until killed.
ASK = """
import sys, time, nbformat, kernels
from nbclient import NotebookClient
code = "import json, os, sys, matplotlib; [os.getpid(), os.getcwd(), sys.path, "
code += "matplotlib.get_backend(), 'reanalysis' in sys.modules, 'scipy' in sys.modules]"
if __name__ == "__main__":
    if sys.argv[1] == "warm":
        kernels.use()
    cell = nbformat.v4.new_code_cell(code)
    client = NotebookClient(nbformat.v4.new_notebook(cells=[cell]))
    with client.setup_kernel():
        client.execute_cell(cell, 0)
        print(cell.outputs[0]["data"]["text/plain"].replace("\\n", ""), flush=True)
        time.sleep(60)
"""


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="there kernels are not forked")
def test_a_forked_kernel_finds_what_a_new_one_does_and_ends_with_who_asked(tmp_path):
    (tmp_path / "ask.py").write_text(ASK)
    os.symlink(ROOT / "book" / "kernels.py", tmp_path / "kernels.py")
    found = {}
    for kind in ("warm", "new"):
        asks = start(tmp_path, "ask.py", kind)
        pid, *found[kind], has_scipy = ast.literal_eval(asks.stdout.readline())
        assert has_scipy == (kind == "warm")
        assert lives(pid)
        asks.kill()
        asks.communicate()
        began = time.monotonic()
        while lives(pid) and time.monotonic() - began < 20:
            time.sleep(0.1)
        assert not lives(pid), kind
    assert found["warm"] == found["new"]


# --- what was played with and saved is not published unseen ---------------------------


@pytest.fixture
def played(copy):
    """A copy that is put back afterwards."""
    assert run(copy, "book/rerun.py", "--stale").returncode == 0
    kept = {path: path.read_bytes() for path in copy.glob("[cr]*s/*") if path.is_file()}
    yield copy
    for path, content in kept.items():
        path.write_bytes(content)


WHAT_IF = 'study = study.with_percent("CR", "Chemotherapy", "45")'


@pytest.mark.parametrize("line", [WHAT_IF, "ALPHA = 0.5  # a number that is typed"])
def test_changed_code_is_named_and_neither_run_nor_published(played, line):
    play(played, line)
    before = outputs(played)
    done = run(played, "book/rerun.py", "--stale", "--unless-edited")
    assert (done.returncode, done.out) == (1, "")
    assert f"{PLAYED}: its code was changed" in done.err
    assert outputs(played) == before


def test_another_study_is_not_published_even_when_its_code_is_accepted(played):
    play(played, WHAT_IF)
    done = run(played, "book/rerun.py", "--stale")
    assert done.returncode == 0, done.err
    assert "computes with another study" in done.out
    done = run(played, "book/rerun.py", "--stale", "--unless-edited")
    assert done.returncode == 1
    assert f"{PLAYED}: its study is not the one in data/" in done.err


def test_words_that_were_changed_are_run_and_published(played):
    path = played / PLAYED
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] += "\nOne more sentence."
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = run(played, "book/rerun.py", "--stale", "--unless-edited")
    assert (done.returncode, done.err) == (0, "")
    assert "1 of" in done.out


def test_a_what_if_is_shown_on_request_and_leaves_nothing_behind(played, monkeypatch):
    before = outputs(played), (played / "results/manifest.sha256").read_bytes()
    kept = (played / PLAYED).read_bytes()
    play(played, WHAT_IF)
    asked = ("book/rerun.py", "--stale", "--unless-edited")
    monkeypatch.setenv("WHATIF", "1")
    assert run(played, *asked).returncode == 0
    named = "import sys; sys.path[0] = 'book'; import build; print(build.what_ifs())"
    assert run(played, "-c", named).out.split() == [PLAYED]
    monkeypatch.delenv("WHATIF")
    assert run(played, *asked).returncode == 1  # it is still not accepted
    (played / PLAYED).write_bytes(kept)
    done = run(played, *asked)
    assert done.returncode == 0, done.err
    assert before == (
        outputs(played),
        (played / "results/manifest.sha256").read_bytes(),
    )


def test_an_output_that_was_typed_is_not_published_where_its_cell_is_skipped(played):
    notebook = json.loads((played / PLAYED).read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell.get("outputs"))
    cell["metadata"]["tags"] = ["skip-execution"]
    cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": "TYPED"}]
    (played / PLAYED).write_text(json.dumps(notebook), encoding="utf-8")
    assert run(played, "book/rerun.py", "--stale", "--unless-edited").returncode == 0
    assert "TYPED" not in (played / PLAYED).read_text(encoding="utf-8")


def test_a_chapter_that_is_gone_is_named(played):
    (played / PLAYED).unlink()
    done = run(played, "book/rerun.py", "--stale", "--unless-edited")
    assert (done.returncode, done.out) == (1, "")
    assert f"{PLAYED}: it is not there any more" in done.err


@pytest.mark.parametrize("text", ["<<<<<<< HEAD", '{"cells": [{}]}', "[" * 100_000])
def test_a_chapter_that_is_no_notebook_is_said_in_one_line(played, text):
    (played / PLAYED).write_text(text, encoding="utf-8")
    done = run(played, "book/rerun.py", "--stale", "--unless-edited")
    assert done.returncode == 1
    assert done.err.startswith(f"{PLAYED} is not a notebook")
    assert done.err.count("\n") == 1


def asked(monkeypatch, code):
    """What a chapter that runs the code says of its study."""
    monkeypatch.chdir(ROOT / "chapters")
    *lines, last = what_if.IS_ITS_STUDY_THAT_OF_THE_DATA.strip().splitlines()
    names = {}
    exec("import dataclasses\nfrom reanalysis import load_study\n" + code, names)
    exec("\n".join(lines), names)
    return eval(last, names)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", True),
        ("study = load_study('../data')", True),
        ("study = load_study('../data')\nother = " + WHAT_IF[8:], True),
        ("study = load_study('../data')\n" + WHAT_IF, False),
        ("other = load_study('../data').with_percent('CR', 'CAR-T', '88')", False),
        (
            "study = load_study('../data')\n"
            "study = dataclasses.replace(study, tests=study.tests.iloc[:2])",
            False,
        ),
        (
            "study = load_study('../data')\nstudy.outcomes.loc[0, 'percent'] = '55'",
            False,
        ),
    ],
)
def test_a_study_is_that_of_the_data_to_the_last_cell(monkeypatch, code, expected):
    assert asked(monkeypatch, code) == expected


def test_the_readme_does_not_tell_what_a_what_if_tells(tmp_path, monkeypatch, capsys):
    (tmp_path / "README.md").write_text("as it was", encoding="utf-8")
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    monkeypatch.setattr(what_if, "found", lambda names, manifest: dict.fromkeys(names))
    assert readme.main() == 0
    assert "README.md is left as it is" in capsys.readouterr().out
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "as it was"


def test_only_the_page_of_a_what_if_says_that_it_is_one(monkeypatch):
    monkeypatch.setenv("BOOK_WHAT_IFS", f"chapters/atlas.ipynb {PLAYED}")
    pages = {name: {"body": "text"} for name in ("chapters/plain-words", "search")}
    for name, context in pages.items():
        what_if_banner.say(None, name, "", context, None)
    assert "A what-if" in pages["chapters/plain-words"]["body"]
    assert pages["search"] == {"body": "text"}


def test_no_committed_chapter_is_a_what_if():
    manifest = stale.Record.read(rerun.MANIFEST)
    assert what_if.found(rerun.chapters(), manifest) == {}


# --- other data: what is done here changes the copy for good --------------------------


def test_a_run_that_is_killed_leaves_all_outputs_as_they_were(copy):
    before = outputs(copy)
    replace(copy / "data" / "outcomes.csv", "20,65,", "20,60,")
    process = start(copy, "book/rerun.py", "--stale")
    process.stdout.readline()  # it has begun
    process.kill()
    process.communicate()
    assert outputs(copy) == before
    assert len(run(copy, "-c", STALE).out.split()) == len(before)
    replace(copy / "data" / "outcomes.csv", "20,60,", "20,65,")


def test_other_numbers_are_carried_through_all_outputs(copy):
    shutil.copytree(ROOT / "data", copy / "data", dirs_exist_ok=True)
    # all percentages fit, one star less, and printed values that are the right ones
    replace(copy / "data" / "outcomes.csv", "20,54,", "20,55,")
    replace(copy / "data" / "tests.csv", "7.3,*", "4.3,")
    replace(copy / "data" / "tests.csv", "22.3", "10.3")
    replace(copy / "data" / "tests.csv", "8.1", "3.6")
    done = run(copy, "book/rerun.py", "--stale")
    assert done.returncode == 0, done.err
    assert "| CR | 4.3 | 4.31 | 0.116 | no |" in shown(copy, "index.ipynb")
    assert "| CR | 55% | 65% | 85% |" in shown(copy, "03-table-one.ipynb")
    assert "Pearson, independence, whole patients" in shown(copy, "04-chi-square.ipynb")
    assert "| CR | 4.3 | 4.313 | rounded |" in shown(copy, "04-chi-square.ipynb")
