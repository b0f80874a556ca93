"""The plan of the house: what may use what, and what every room must say."""

import inspect
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from conftest import imports

import reanalysis

SRC = Path(reanalysis.__file__).parent
#: The file of each room; a folder's own is that which says what it exports.
SOURCES = {
    ".".join(path.relative_to(SRC.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    ): path
    for path in SRC.rglob("*.py")
}
#: Rooms that take numbers and give a result: a study is nothing to them.
NUMBERS = ("printed", "procedures", "counts", "tables", "intervals", "robustness")
NUMBERS += ("rates", "posterior", "design", "follow_up", "survival")
FUNCTIONS = [
    name for name in reanalysis.__all__ if inspect.isfunction(getattr(reanalysis, name))
]


def test_importing_the_library_waits_for_nothing_that_few_need():
    heavy = {"pingouin", "statsmodels", "matplotlib", "seaborn", "IPython", "lxml"}
    said = f"import sys, reanalysis; print(*({heavy} & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []


USES = {
    room: {name for name in imports(path) if name.partition(".")[0] == "reanalysis"}
    for room, path in SOURCES.items()
}


def reached(room):
    """All rooms that a room uses, and those that they use."""
    found, todo = set(), [room]
    while todo:
        new = USES[todo.pop()] - found
        found |= new
        todo += new
    return found


def test_rooms_use_each_other_in_one_direction():
    order = [*TopologicalSorter(USES).static_order()]  # a circle is an error
    assert set(order) == set(SOURCES)


def test_no_room_takes_its_names_from_the_shop_window():
    for room, path in SOURCES.items():
        assert "from reanalysis import" not in [
            line[: len("from reanalysis import")]
            for line in path.read_text(encoding="utf-8").splitlines()
        ], room


@pytest.mark.parametrize("room", NUMBERS)
def test_who_takes_numbers_knows_no_study(room):
    others = {
        name.removeprefix("reanalysis.") for name in reached(f"reanalysis.{room}")
    }
    assert others <= set(NUMBERS)


def test_only_figures_know_how_to_draw():
    drawing = ("matplotlib", "seaborn")
    for room, path in SOURCES.items():
        if not room.startswith("reanalysis.figures"):
            assert not [name for name in imports(path) if name.startswith(drawing)]


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
