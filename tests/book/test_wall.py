"""The wall: without this study and its book the library stands, and quickly."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from reanalysis import load_study

SRC = ROOT / "src" / "reanalysis"

#: All that the library and its tests need.
LIBRARY = ("pyproject.toml", "src", "tests/conftest.py", "tests/library")
LIBRARY += ("tests/reference",)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A folder with the library and its tests, and nothing else."""
    folder = tmp_path_factory.mktemp("alone")
    for name in LIBRARY:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__py*"))
        else:
            shutil.copy(source, target)
    return folder


def as_on():
    """What to put before a command, so that it runs as on the processor of AS_ON."""
    name = os.environ.get("AS_ON")
    program = [sys.executable, str(ROOT / "book" / "processors.py")]
    return [*program, name] if name else []


def run(folder, *arguments):
    """Run Python there, away from what this process has of the project."""
    found = subprocess.run(
        [*as_on(), sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-3000:]
    return found.stdout


def test_the_library_there_is_the_one_that_is_imported(alone):
    said = run(alone, "-c", "import reanalysis; print(reanalysis.__file__)")
    assert Path(said.splitlines()[-1]).is_relative_to(alone)
    assert {path.name for path in alone.iterdir()} == {"pyproject.toml", "src", "tests"}


def test_the_library_can_be_tested_as_on_another_processor(alone, monkeypatch):
    ask = "import os; print(os.environ.get('OPENBLAS_NUM_THREADS', 'any'))"
    monkeypatch.setenv("AS_ON", "one-thread")
    assert run(alone, "-c", ask).splitlines()[-1] == "1"
    monkeypatch.setenv("AS_ON", "two-threads")
    assert run(alone, "-c", ask).splitlines()[-1] == "2"


def test_all_tests_and_examples_of_the_library_pass_there(alone):
    options = ["-q", "-p", "no:xdist", "-p", "no:nbval"]
    said = run(alone, "-m", "pytest", *options, "src", "tests/library")
    assert "passed" in said.splitlines()[-1]


def test_the_code_knows_no_study():
    study = load_study(ROOT / "data")
    names = [*study.arms["arm"], *study.endpoints["endpoint"], "leukemia", "Baghdad"]
    for path in SRC.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        words = set(text.replace("`", " ").replace('"', " ").split())
        assert not words & set(names), path.name
