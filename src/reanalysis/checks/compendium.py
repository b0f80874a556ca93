"""The command `reanalysis new`: a small compendium for another printed table.

It is a Jupyter Book of three chapters that are true for any table: its counts, its
tests, its effects. Whoever makes it fills in the prose.
"""

import argparse
import json
import shlex
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from reanalysis.checks.command import EXAMPLE
from reanalysis.checks.reading import read_table
from reanalysis.package import DataError
from reanalysis.written import OutputError, write_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("folder", metavar="FOLDER", help="a new or an empty folder")
    parser.add_argument(
        "--table", metavar="TABLE.csv", help="its table; a made-up one if left out"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write a compendium.

    Returns
    -------
    int
        0, or 2 if the table or the folder cannot be used.
    """
    folder = Path(arguments.folder)
    try:
        name, content = "table.csv", EXAMPLE.encode("utf-8")
        if arguments.table is not None:
            read_table(arguments.table)  # every fault is named before a file is written
            path = Path(arguments.table)
            content = path.read_bytes()
            name = "table.xlsx" if path.suffix.lower() == ".xlsx" else "table.csv"
        files = {path: text.encode("utf-8") for path, text in texts(name).items()}
        write_folder(folder, {**files, f"data/{name}": content})
    except (DataError, OutputError) as error:
        print(f"reanalysis new: {error}", file=sys.stderr)
        return 2
    print(f"Written: {folder}")
    print(f"Next: cd {shlex.quote(str(folder))}, then make book and make test")
    return 0


def texts(table: str) -> dict[str, str]:
    """Give the texts of a compendium by path.

    Parameters
    ----------
    table : str
        Name of the file in `data` that holds the printed table.

    Returns
    -------
    dict of str

    Examples
    --------
    >>> sorted(path for path in texts("table.csv") if path.startswith("chapters"))
    ['chapters/counts.ipynb', 'chapters/effects.ipynb', 'chapters/tests.ipynb']
    """
    return {
        "README.md": _README,
        "_config.yml": _CONFIG,
        "_toc.yml": _TOC,
        "index.md": _INDEX,
        "requirements.txt": requirement() + "\n",
        "Makefile": _MAKEFILE,
        # which Python this machine has is no part of the compendium
        "local.mk": f"PYTHON := {sys.executable}\n",
        ".gitignore": "/_build/\n/local.mk\n__pycache__/\n",
        ".github/workflows/book.yml": _WORKFLOW,
        "tests/test_compendium.py": _TESTS.replace("TABLE", table),
        **{
            f"chapters/{name}.ipynb": _notebook(cells, table)
            for name, cells in _CHAPTERS.items()
        },
    }


def requirement() -> str:
    """Say how to install the library as it is installed here.

    Returns
    -------
    str
        Lines for pip, with the repository and the commit where pip knows them. Where
        it does not, the line cannot be installed until they are filled in: the bare
        name would ask a registry for a library of the same name.

    Examples
    --------
    >>> requirement().splitlines()[-1]
    'pytest'
    """
    try:
        said = distribution("reanalysis").read_text("direct_url.json")
    except PackageNotFoundError:
        said = None
    origin = json.loads(said or "{}")
    address, commit = "ADDRESS", origin.get("vcs_info", {}).get("commit_id")
    if commit:
        address = origin["url"]
    return (
        "# the library's repository and commit; fill them in where they are not known\n"
        f"reanalysis[pages,chapters] @ git+{address}@{commit or 'COMMIT'}\n"
        "pytest"
    )


def _notebook(cells: list[tuple[str, str]], table: str) -> str:
    """A notebook that has not run; the book runs it."""
    made = []
    for i, (kind, source) in enumerate(cells, start=1):
        cell: dict[str, object] = {
            "cell_type": kind,
            "id": f"cell-{i:02d}",
            "metadata": {"tags": ["hide-input"]} if kind == "code" else {},
            "source": source.strip("\n").replace("TABLE", table).splitlines(True),
        }
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        made.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": made,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


_README = """\
# A printed table, audited

A small compendium of one printed table: what it prints, whether its numbers follow from
each other, and how far its arms lie apart. `data/` holds the table as printed.

- `make book` runs the chapters and makes the pages, in `_build/html`.
- `make test` checks that the table can be read and that every chapter runs.

The library is installed by `python -m pip install -r requirements.txt`, once that file
names its repository. Both commands use the Python that `local.mk` names, where there is
one, and else `python3`.
"""

_CONFIG = """\
title: A printed table, audited
author: ""
exclude_patterns: [_build, tests, README.md, .venv, .pytest_cache, .github, "**/.*"]

# the chapters run whenever the book is made, so no page is older than the table
execute:
  execute_notebooks: force
  timeout: 300

html:
  use_issues_button: false
  use_repository_button: false

sphinx:
  config:
    nb_execution_raise_on_error: true
    nb_render_markdown_format: myst
    suppress_warnings: [misc.highlighting_failure]
"""

_TOC = """\
format: jb-book
root: index
chapters:
  - file: chapters/counts
  - file: chapters/tests
  - file: chapters/effects
"""

_INDEX = """\
# A printed table, audited

*Say here which study printed the table, where, and what it concludes.*

The three chapters ask of the printed numbers what a reader can ask without the data of
the patients: whether counts and percentages fit each other, whether the tests follow
from them, and how far the arms lie apart. A value that does not follow is a question to
its authors, and no judgment of them.
"""

_MAKEFILE = """\
# Which Python: the one that made this compendium, where this machine knows it.
-include local.mk
PYTHON ?= python3
BOOK = from jupyter_book.cli.main import main; main()
STRICT = --warningiserror --nitpick --keep-going

book:
	"$(PYTHON)" -c "$(BOOK)" build . --all $(STRICT) --quiet

test:
	"$(PYTHON)" -m pytest -q -p no:cacheprovider tests

clean:
	rm -rf _build

.PHONY: book test clean
"""

_WORKFLOW = """\
name: book
on:
  push:
  pull_request:
permissions:
  contents: read
jobs:
  book:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - run: python -m pip install -r requirements.txt
      - run: make test
      - run: make book
"""

_TESTS = '''\
"""The table can be read, the audit runs, and so does every chapter."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from reanalysis.checks import audit, read_table

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))


def test_the_table_is_read_and_audited():
    found = audit(read_table(ROOT / "data" / "TABLE"))
    assert len(found.table.rows) > 0
    assert all(found.checks["sentence"].str.endswith("."))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_runs(path):
    notebook = nbformat.read(path, as_version=4)
    folder = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=300, resources=folder).execute()
    assert any(cell.get("outputs") for cell in notebook.cells)
'''

_OPEN = """
import pandas as pd
from IPython.display import Markdown

from reanalysis.checks import audit, read_table
from reanalysis.prose import bullets, table

printed = read_table("../data/TABLE")
found = audit(printed)
checks = found.checks
"""

_ENDS = """
differ = shown[shown["verdict"] == "does not agree"]
counted = shown["verdict"].value_counts()
Markdown(bullets([f"{count} {verdict}." for verdict, count in counted.items()]
                 or ["Nothing of this kind is printed."]))
"""

_COUNTS = [
    (
        "markdown",
        """
# Counts, percentages and means

**What the study reports.** *Say here which patients, outcomes and arms the table has,
and where it stands.*
""",
    ),
    ("code", _OPEN),
    (
        "code",
        """
kept = ["study", "endpoint", "level", "arm", "n", "count", "percent", "mean", "sd"]
cells = pd.DataFrame([cell.more for cell in printed.cells])
Markdown(table(cells[[name for name in kept if name in cells]]))
""",
    ),
    (
        "markdown",
        """
## Do they fit each other?

A count is a whole number of the arm's patients, and a percentage is one of the few that
a count gives. Where the table says that a mean is one of whole numbers, it can be
checked in the same way.
""",
    ),
    (
        "code",
        """
shown = checks[checks["check"].isin(["count", "percent", "mean"])]
columns = ["endpoint", "arm", "check", "printed", "computed", "verdict", "sentence"]
Markdown(table(shown[columns].rename(columns={"sentence": "in words"})))
""",
    ),
    ("markdown", "## What holds\n\n*Say here what this means for the study.*\n"),
    ("code", _ENDS),
]

_TESTING = [
    (
        "markdown",
        """
# Tests

**What the study reports.** *Say here which tests the study names, and what it concludes
from them.*
""",
    ),
    ("code", _OPEN),
    (
        "markdown",
        """
## Do they follow from the table?

Each printed statistic and p-value is set beside the tests that give it, and each
statistic beside its own p-value.
""",
    ),
    (
        "code",
        """
shown = checks[~checks["check"].isin(["count", "percent", "mean"])]
columns = ["endpoint", "check", "printed", "computed", "verdict", "by", "sentence"]
Markdown(table(shown[columns].rename(columns={"sentence": "in words"})))
""",
    ),
    (
        "code",
        """
said = [f"{summary.study} {summary.sentence}".strip() for summary in found.summaries]
Markdown(bullets(said or ["The table prints no test that can be computed."]))
""",
    ),
    ("markdown", "## What holds\n\n*Say here what this means for the study.*\n"),
    ("code", _ENDS),
]

_EFFECTS = [
    (
        "markdown",
        """
# Effects

**What the study reports.** *Say here by how much the study says that its arms differ.*
""",
    ),
    ("code", _OPEN + "\nfrom reanalysis.checks.effects import arm_differences\n"),
    (
        "markdown",
        """
## How far apart are the arms?

Each arm is set beside the first one of its row: the difference of the percentages, in
percentage points, or of the means, with its 95% interval. An interval that holds zero
does not say that there is no difference: it says how large a difference may be.
""",
    ),
    (
        "code",
        """
apart = arm_differences(printed).round(1)
Markdown(table(apart) if len(apart) else "No row prints what a difference needs.")
""",
    ),
    ("markdown", "## What holds\n\n*Say here what this means for the study.*\n"),
    (
        "code",
        """
beyond = apart[(apart["low"] > 0) | (apart["high"] < 0)]
Markdown(f"Intervals that do not hold zero: {len(beyond)} of {len(apart)}.")
""",
    ),
]

_CHAPTERS = {"counts": _COUNTS, "tests": _TESTING, "effects": _EFFECTS}
