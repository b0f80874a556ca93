"""The matrix of Pythons and processors: what it runs, and what it says."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import processors
import pytest
import reproduce


def answer(text="", code=0):
    return SimpleNamespace(stdout=text, returncode=code)


class Elsewhere:
    """A clone that answers what it is told to, and remembers what it was asked."""

    folder, python = Path("elsewhere"), sys.executable

    def __init__(self, **wrong):
        self.wrong, self.asked = wrong, []

    def on_processor(self, name, *command):
        if command[:2] == ("-c", reproduce.FAR):
            return answer('As on another processor.\n"old"\n')
        if command[:2] == ("-c", reproduce.REFUSED):
            refused = ["NumPy keeps X86_V3"] if command[2] == "no-AVX2" else []
            return answer(f"As on another processor.\n{json.dumps(refused)}\n")
        program = "compare" if "book/compare.py" in command else "tests"
        self.asked.append((name, program))
        if self.wrong.get(name) == program:
            return answer(f"{program} went wrong", 1)
        return answer("1 passed, 1 warning in 2.00s\n12 passed in 3.00s\n")


@pytest.fixture(autouse=True)
def few(monkeypatch):
    names = ("own", "Haswell", "no-AVX2", "old")
    asked = {name: processors.ASKED[name] for name in names}
    monkeypatch.setattr(processors, "ASKED", asked)


def rows(capsys):
    lines = capsys.readouterr().out.splitlines()
    return {line.split()[0]: line.split(maxsplit=1)[1] for line in lines if line}


def test_the_first_python_is_tested_on_all_processors_the_others_on_the_farthest(
    capsys,
):
    first, second = Elsewhere(), Elsewhere()
    assert reproduce.compare_processors([first, second]) == 0
    outputs = [(name, "compare") for name in ("own", "Haswell", "old")]
    assert [ask for ask in first.asked if ask[1] == "compare"] == outputs
    assert [ask for ask in second.asked if ask[1] == "compare"] == outputs
    assert [name for name, program in first.asked if program == "tests"] == [
        "own",
        "Haswell",
        "old",
    ]
    assert [name for name, program in second.asked if program == "tests"] == ["old"]
    said = rows(capsys)
    assert said["Haswell"].split() == ["same,", "12", "tests", "same"]
    assert said["old"].count("same, 12 tests") == 2


def test_what_is_not_forced_is_not_run_and_its_reason_is_printed(capsys):
    first = Elsewhere()
    assert reproduce.compare_processors([first]) == 0
    assert "no-AVX2" not in dict(first.asked)
    said = rows(capsys)
    assert said["no-AVX2"] == "not forced"
    assert said["no-AVX2:"] == "NumPy keeps X86_V3."


def test_a_cell_that_goes_wrong_is_counted_and_says_what_was_said(capsys):
    first = Elsewhere(own="compare", old="tests")
    assert reproduce.compare_processors([first]) == 2
    # after outputs that differ nothing else is tried
    assert ("own", "tests") not in first.asked
    out = capsys.readouterr().out
    assert "DIFFERS" in out
    assert "FAILS" in out
    assert "compare went wrong" in out
    assert "tests went wrong" in out


def test_files_that_differ_or_are_missing_are_named():
    one, other = {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "0", "d": "4"}
    assert reproduce.different(one, other) == ["b", "c", "d"]
    assert reproduce.different(one, one) == []


def test_a_lock_without_a_wheel_says_which_library_has_none(monkeypatch):
    monkeypatch.setattr(
        reproduce,
        "run",
        lambda command: answer(
            "Looking\nERROR: No matching distribution found for x==1\n",
            1 if "3.14" in command else 0,
        ),
    )
    said = reproduce.wheels("python", Path(), 14)
    assert said == "is not here; ERROR: No matching distribution found for x==1"
    assert reproduce.wheels("python", Path(), 13).endswith("has a wheel for it")
