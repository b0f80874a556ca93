"""The plan of the house: what may use what, and what every room must say."""

import ast
import inspect
from pathlib import Path

import pytest

import reanalysis

# Each room uses only what stands above it.
ROOMS = [
    "printed",
    "procedures",
    "counts",
    "tables",
    "intervals",
    "robustness",
    "rates",
    "posterior",
    "design",
    "follow_up",
    "survival",
    "package",
    "study",
    "example",
    "origins",
    "synthetic",
    "endpoints",
    *("checks.table", "checks.findings", "checks.matching", "checks.candidates"),
    "checks.means",
    *("checks.questions", "checks.cells", "checks.rows"),
    *("checks.misprints", "checks.luck", "checks.whole", "checks.auditing"),
    *("written", "checks.reading", "checks.page", "checks.command", "__main__"),
    *("corpus.cells", "corpus.columns", "corpus.words", "corpus.grids"),
    *("corpus.layouts", "corpus.lines", "corpus.sheets", "corpus.sizes"),
    *("corpus.sense", "corpus.blocks", "corpus.comparisons", "corpus.reading"),
    *("corpus.sources", "corpus.draft", "corpus.batches", "corpus.scale"),
    "corpus.command",
    "evidence",
    "prose",
    "atlas",
    "claims",
    "figures.style",
    *("figures.counts", "figures.endpoints", "figures.origins", "figures.design"),
    *("figures.follow_up", "figures.survival", "figures.synthetic"),
    *("figures.evidence", "figures.claims"),
]
SRC = Path(reanalysis.__file__).parent
SOURCES = {
    ".".join(path.relative_to(SRC).with_suffix("").parts): path
    for path in SRC.rglob("*.py")
    if path.stem != "__init__"
} | {"example": SRC / "example" / "__init__.py"}
FUNCTIONS = [
    name for name in reanalysis.__all__ if inspect.isfunction(getattr(reanalysis, name))
]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_every_room_is_in_the_plan():
    assert set(SOURCES) == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_uses_only_what_stands_above_it(room):
    used = {
        name.removeprefix("reanalysis.")
        for name in imports(SOURCES[room])
        if name.startswith("reanalysis")
    }
    assert used <= set(ROOMS[: ROOMS.index(room)])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_says_what_it_takes_and_gives_with_an_example(name):
    function = getattr(reanalysis, name)
    parts = ["Parameters\n---"] * bool(inspect.signature(function).parameters)
    said = inspect.getdoc(function)
    assert all(part in said for part in (*parts, "Returns\n---", ">>> "))


def test_the_public_names_are_all_there_and_in_order():
    names = reanalysis.__all__
    assert names == sorted(names, key=lambda name: (name[0].islower(), name))
    assert all(hasattr(reanalysis, name) for name in names)
