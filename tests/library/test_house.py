"""The plan of the house: what may use what, and what every room must say."""

import inspect
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from importlib import import_module
from itertools import pairwise
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
NUMBERS = (
    "printed",
    "stated",
    "procedures",
    "counts",
    "tables",
    "intervals",
    "robustness",
)
NUMBERS += ("rates", "posterior", "design", "follow_up", "survival")
FUNCTIONS = [
    name for name in reanalysis.__all__ if inspect.isfunction(getattr(reanalysis, name))
]


def test_importing_the_library_waits_for_nothing_that_few_need():
    heavy = {"pingouin", "statsmodels", "matplotlib", "seaborn", "IPython", "lxml"}
    heavy |= {"openpyxl", "docx", "dask", "distributed"}
    heavy |= {"reanalysis.corpus", "reanalysis.figures"}
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


def test_rooms_stand_in_one_order_and_use_only_those_before_them():
    lines = [line for line in reanalysis.__doc__.splitlines() if line[:4].isspace()]
    order = [room for line in lines for room in line[4:].partition("  ")[0].split()]
    rooms = {name.split(".")[1] for name in SOURCES if "." in name} - {"__main__"}
    assert sorted(order) == sorted(rooms)
    for room, used in USES.items():
        if (own := room.partition(".")[2].partition(".")[0]) in order:
            others = {name.split(".")[1] for name in used if "." in name}
            assert others <= set(order[: order.index(own) + 1]), room


def test_files_use_each_other_in_one_direction():
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


MODULES = [import_module(room) for room in SOURCES if not room.endswith("__main__")]


def public(is_kind):
    """Functions or classes without an underscore, with the room where they stand."""
    return [
        (f"{module.__name__}.{name}", thing)
        for module in MODULES
        for name, thing in inspect.getmembers(module, is_kind)
        if thing.__module__ == module.__name__ and not name.startswith("_")
    ]


def options(function):
    return [
        one
        for one in inspect.signature(function).parameters.values()
        if one.default is not one.empty
    ]


def test_no_more_than_one_option_of_a_function_is_given_without_its_name():
    for name, function in public(inspect.isfunction):
        by_place = [o for o in options(function) if o.kind is not o.KEYWORD_ONLY]
        assert len(by_place) <= 1, name


def test_options_stand_in_the_same_order_everywhere():
    after = {}
    for _, function in public(inspect.isfunction):
        for first, second in pairwise(option.name for option in options(function)):
            after.setdefault(second, set()).add(first)
    assert len(after) > 20
    list(TopologicalSorter(after).static_order())  # a circle is an error


def test_every_function_says_what_it_does():
    for name, function in public(inspect.isfunction):
        assert inspect.getdoc(function), name


def fields(kind):
    named = getattr(kind, "_fields", None) or getattr(kind, "__dataclass_fields__", ())
    return [field for field in named if not field.startswith("_")]


@pytest.mark.parametrize(("name", "kind"), public(inspect.isclass))
def test_every_field_of_a_result_is_described(name, kind):
    assert all(re.search(rf"\b{field}\b", kind.__doc__) for field in fields(kind))


def test_what_an_exported_function_gives_is_exported():
    for name in FUNCTIONS:
        kind = inspect.signature(getattr(reanalysis, name)).return_annotation
        if getattr(kind, "__module__", "").startswith("reanalysis"):
            assert kind.__name__ in reanalysis.__all__, name


def test_no_two_public_things_have_the_same_name():
    kinds = [name.rpartition(".")[2] for name, _ in public(inspect.isclass)]
    assert sorted(set(kinds)) == sorted(kinds)


def test_the_public_names_are_all_there_and_in_order():
    names = reanalysis.__all__
    assert names == sorted(names, key=lambda name: (name[0].islower(), name))
    assert all(hasattr(reanalysis, name) for name in names)
