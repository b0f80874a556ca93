"""The project itself: its libraries and licenses, its lock, its list of survivors."""

import csv
import re
import sys
import tomllib
from importlib.metadata import metadata
from itertools import chain, pairwise

import pytest
from conftest import ROOT, imports
from environment import LEVELS, LOCKS, locks
from lock import wanted

SRC = ROOT / "src" / "reanalysis"
SOURCES = {
    ".".join(path.relative_to(SRC).with_suffix("").parts): path
    for path in SRC.rglob("*.py")
}


def test_each_change_that_no_test_sees_has_its_place_and_its_reason():
    path = ROOT / "audits" / "survivors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({tuple(row.values())[:4] for row in rows}) == len(rows) > 0
    for row in rows:
        lines = map(str.strip, SOURCES[row["room"]].read_text("utf-8").splitlines())
        assert row["line"] in lines, row
        assert len(row["reason"].split()) >= 3, row


# What is asked for to make and test the book, not by the library.
BOOKS = ("pages", "chapters", "test")


def test_declared_libraries_are_used_and_used_ones_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    of_library = [extras[name] for name in extras if name not in BOOKS]
    listed = [*project["project"]["dependencies"], *chain(*of_library)]
    names = (re.match(r"[\w-]+", line)[0].replace("-", "_") for line in listed)
    declared = {name.removeprefix("python_") for name in names}
    used = {name.split(".")[0] for path in SOURCES.values() for name in imports(path)}
    # pyarrow writes one more format where somebody has it
    known = {*sys.stdlib_module_names, "reanalysis", "pyarrow"}
    assert used - known == declared


# Licenses that allow a library beside GPL-3.0-only.
COMPATIBLE = {
    "Apache-2.0",
    "BSD-3-Clause",
    "GPL-3.0",
    "GPL-3.0-only",
    "Matplotlib (PSF)",
    "MIT",
    "MPL-2.0",
}


def declared_lines():
    """The line of each declared library in the project's file, by its name."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (lists,) = re.findall(r"^dependencies = \[.*?^\[tool", text, re.DOTALL | re.M)
    found = re.findall(r'^  "([\w-]+)[^"]*",(.*)$', lists, re.M)
    project = tomllib.loads(text)["project"]
    several = [project["dependencies"], *project["optional-dependencies"].values()]
    assert len(found) == sum(map(len, several))
    return dict(found)


def test_each_declared_library_has_its_reason():
    for name, rest in declared_lines().items():
        assert len(re.findall(r"\w+", rest.partition("#")[2])) >= 2, name


def test_each_declared_library_has_a_license_that_allows_it_here():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\w-]+) \| ([^|]+) \|$", text, re.M)
    licenses = dict(rows[1:])
    assert list(licenses) == list(declared_lines())
    assert set(licenses.values()) <= COMPATIBLE


@pytest.mark.parametrize("name", declared_lines())
def test_a_license_is_the_one_that_the_library_names(name):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (license_,) = re.findall(rf"^\| {name} \| ([^|]+) \|$", text, re.M)
    about = metadata(name)
    said = [about.get("License-Expression"), about.get("License")]
    said += about.get_all("Classifier") or []
    word = {"Matplotlib (PSF)": "Python Software Foundation", "GPL-3.0-only": "GPL-3"}
    word = word.get(license_, license_.partition("-")[0])
    assert any(word in text for text in filter(None, said)) or not any(
        "icense" in text for text in filter(None, said)
    )


def test_the_locks_have_hashes_and_no_addresses():
    names = []
    for lock in LOCKS.values():
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "http" not in text
        names += [line for line in text.splitlines() if "==" in line]
    assert len(names) > 100
    assert len(names) == len({line.split("==")[0] for line in names})
    assert all(line.endswith("\\") for line in names)  # hashes follow


def test_each_lock_goes_on_where_the_one_before_it_ends():
    for below, lock in pairwise(LOCKS.values()):
        lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if line.startswith("-r")] == [f"-r {below}"]


@pytest.mark.parametrize("level", LEVELS)
def test_what_a_level_asks_for_is_in_its_locks(level):
    text = "".join((ROOT / name).read_text("utf-8") for name in locks(level))
    for library in wanted(level):
        name = re.match(r"[\w-]+", library)[0]
        assert re.search(rf"^{name}==", text, re.MULTILINE), name
