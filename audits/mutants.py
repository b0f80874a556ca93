"""Change the helpers, one small thing at a time: python audits/mutants.py [ROOM...]

A change that no test of its room sees is a survivor: nothing guards what that line
says. Each must stand in survivors.csv with the reason why it changes no result; the
exit code is 1 if one does not. What is killed is a share of all that was run. Error
messages, docstrings and annotations are left as they are. src is never written to.

mutmut and cosmic-ray start Python anew for every change, which is three seconds of
imports and many hours in all; here each change is a fork of a process that has imported
the libraries. A room's tests are its own files, its examples, and, where it draws or
writes for the reader, what nbval compares: each call that a chapter makes of it must
give the same text, or SVG, as before. A change that makes the tests run on forever is
counted as killed, and listed as timed out. All rooms take hours; one, some minutes.
"""

import ast
import copy
import csv
import functools
import gc
import importlib
import inspect
import json
import os
import pickle
import resource
import signal
import sys
import tempfile
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import spec_from_file_location
from multiprocessing import Process, connection, get_context
from pathlib import Path
from typing import ClassVar

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "reanalysis"
sys.path.insert(0, str(SRC.parent))

import nbformat  # noqa: E402
import pytest  # noqa: E402
from hypothesis import Phase, settings  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402

#: Where a constant stands is told with it, in these.
TELLING = ast.BinOp | ast.Call | ast.Compare | ast.keyword | ast.Slice | ast.Subscript

LISTED = Path(__file__).with_name("survivors.csv")
WORKERS = os.cpu_count()
MEMORY = 6 << 30  # bytes; some changes ask for all there is

#: Tests of a room that do not bear its name: those in them that reach it.
ALSO = {
    "tables": ["endpoints"],
    "posterior": ["prediction"],
    "endpoints": ["tables", "intervals", "robustness", "posterior", "prediction"],
    "counts": ["survival"],
    "follow_up": ["survival"],
    "synthetic": ["survival"],
    "package": ["study", "hostile"],
    "study": ["hostile"],
    "origins": ["synthetic"],
    "claims": ["verdicts", "results", "sources"],
    "figures": ["figures", "steady_figures", "fork"],
}


def tests_of(room: str) -> list[str]:
    """Files with the tests of a room."""
    whole, _, part = room.rpartition(".")
    names = [part, *ALSO.get(part, []), *ALSO.get(whole, []), "refusals"]
    found = (ROOT.glob(f"tests/**/test_{name}.py") for name in dict.fromkeys(names))
    return [str(path) for paths in found for path in sorted(paths)]


def file_of(room: str) -> Path:
    """File of a room, also of one in a folder."""
    return SRC.joinpath(*room.split(".")).with_suffix(".py")


def is_shown(room: str) -> bool:
    """Say whether every call of it from a chapter is compared."""
    return room.partition(".")[0] in ("figures", "prose")


#: Each operator, and what it is changed to.
OPERATORS = """
    Add Sub, Sub Add, Mult Div, Div Mult, FloorDiv Mult, Mod Mult, Pow Mult,
    MatMult Mult, BitAnd BitOr, BitOr BitAnd, BitXor BitAnd, LShift RShift,
    RShift LShift, And Or, Or And, Lt LtE GtE, LtE Lt Gt, Gt GtE Lt, GtE Gt LtE,
    Eq NotEq, NotEq Eq, In NotIn, NotIn In, Is IsNot, IsNot Is
"""
SWAPS = {old: news for old, *news in map(str.split, OPERATORS.split(","))}


# --- what is changed ------------------------------------------------------------------


@dataclass
class Mutant:
    """One change: another node in a field of a node, or in a list there."""

    function: str
    number: int  # of the statement's first line
    line: str
    parent: ast.AST
    field: str
    place: int | None
    new: ast.AST

    def make(self) -> ast.AST:
        """Change the tree, and give what stood there."""
        if self.place is None:
            old = getattr(self.parent, self.field)
            setattr(self.parent, self.field, self.new)
        else:
            nodes = getattr(self.parent, self.field)
            old, nodes[self.place] = nodes[self.place], self.new
        return old

    def key(self, room: str) -> tuple[str, ...]:
        """Name the change without numbers of lines, which would rot."""
        old = self.make()
        within = isinstance(old, ast.Constant) and isinstance(self.parent, TELLING)
        after = ast.unparse(self.parent if within else self.new)
        replace(self, new=old).make()
        before = ast.unparse(self.parent if within else old)
        return room, self.function, self.line, f"{before} -> {after}"


def edited(node: ast.AST, **fields: object) -> ast.AST:
    """Copy a node with other fields."""
    node = copy.copy(node)
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def negated(test: ast.expr) -> list[ast.expr]:
    """Negate a condition, unless its own operator is changed to that effect."""
    single = isinstance(test, ast.Compare) and len(test.ops) == 1
    if single or isinstance(test, ast.BoolOp | ast.UnaryOp):
        return []
    return [ast.copy_location(ast.UnaryOp(ast.Not(), test), test)]


def others(operator: ast.AST) -> list[ast.AST]:
    """Give what an operator is changed to."""
    return [getattr(ast, name)() for name in SWAPS[type(operator).__name__]]


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """Give what a node is changed to."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op):
            yield from (edited(node, op=new) for new in others(op))
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                for new in others(op):
                    yield edited(node, ops=[*ops[:i], new, *ops[i + 1 :]])
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield edited(node, value=not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from (edited(node, value=value + step) for step in (1, -1))
        case ast.Constant(value=str(value)) if value:
            yield edited(node, value=f"XX{value}")
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield edited(node, value=ast.copy_location(ast.Constant(None), value))
        case ast.Expr(value=ast.Call()):
            yield ast.copy_location(ast.Pass(), node)
        case ast.Break() | ast.Continue():
            other = ast.Continue if isinstance(node, ast.Break) else ast.Break
            yield ast.copy_location(other(), node)


def mutants(
    node: ast.AST, lines: list[str], function: str = "", number: int = 1
) -> Iterator[Mutant]:
    """Give every change below a node."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    if isinstance(node, ast.stmt):
        number = node.lineno
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        places = enumerate(value) if isinstance(value, list) else [(None, value)]
        for place, child in places:
            said = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if said or isinstance(child, ast.Raise) or not isinstance(child, ast.AST):
                continue
            own = child.lineno if isinstance(child, ast.stmt) else number
            at = getattr(child, "lineno", getattr(node, "lineno", number))
            news = [*variants(child)]
            if field == "ifs" or (field == "test" and not isinstance(node, ast.Assert)):
                news += negated(child)
            where = (function, own, lines[at - 1].strip(), node, field, place)
            yield from (Mutant(*where, new) for new in news)
            yield from mutants(child, lines, function, number)


# --- one change is tested -------------------------------------------------------------


class Finder:
    """Imports the changed room in place of the one on disk."""

    #: First lines of the statements that were reached, where this is watched.
    reached: ClassVar[set[int]] = set()

    def __init__(self, room: str, tree: ast.Module) -> None:
        self.name, self.path = f"reanalysis.{room}", file_of(room)
        self.code = compile(ast.fix_missing_locations(tree), self.path, "exec")

    def find_spec(self, name, path, target=None):
        """Give the room's own place and this loader."""
        if name == self.name:
            return spec_from_file_location(name, self.path, loader=self)

    def create_module(self, spec):
        """Leave it to Python."""

    def exec_module(self, module):
        """Run the changed code."""
        vars(module)["_reached"] = self.reached
        exec(self.code, vars(module))


class Watched(ast.NodeTransformer):
    """Lets each statement of a function say that it is reached."""

    depth = 0

    def visit(self, node):
        """Put a statement before a statement, but not before a docstring."""
        inside, function = self.depth > 0, isinstance(node, ast.FunctionDef)
        self.depth += function
        self.generic_visit(node)
        self.depth -= function
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not inside or text or not isinstance(node, ast.stmt):
            return node
        return [*ast.parse(f"_reached.add({node.lineno})").body, node]


class Quick:
    """Runs the tests that are likely to fail first, and the quick ones of the others.

    Likely are those that reach the statement, and of these those that saw other changes
    of the function. Hypothesis does not look for the smallest example.
    """

    def __init__(self, room: str, number: int, first: list[str], known: dict) -> None:
        self.room, self.number, self.first, self.before = room, number, first, known
        self.known, self.failed = {}, []

    def pytest_collection(self):
        """Change the settings of the house before its tests are read."""
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("quick", settings.get_profile("same"), phases=phases)
        settings.load_profile("quick")

    def pytest_collection_modifyitems(self, items):
        """Sort the tests, and leave out those of other rooms that do not reach this."""
        items[:] = [item for item in items if self.reaches(item)]
        for item in items:
            seconds, reached = self.before.get(item.nodeid, (0, []))
            seen = item.nodeid in self.first
            item.rank = self.number not in reached, not seen, seconds
        items.sort(key=lambda item: item.rank)

    def reaches(self, item: pytest.Item) -> bool:
        """Say whether a test is the room's own, or reaches a statement of it."""
        own = item.path.stem.removeprefix("test_") == self.room.rpartition(".")[2]
        return own or bool(self.before.get(item.nodeid, (0, [True]))[1])

    def pytest_runtest_logstart(self):
        """Forget what was reached before."""
        Finder.reached.clear()

    def pytest_runtest_logreport(self, report):
        """Note how long a test took, what it reached and whether it failed."""
        before, _ = self.known.get(report.nodeid, (0, []))
        self.known[report.nodeid] = before + report.duration, sorted(Finder.reached)
        self.failed += [report.nodeid] * report.failed


def shown(result: object) -> str:
    """Give what a chapter shows of a result, as it is compared."""
    formats, _ = InteractiveShell.instance().display_formatter.format(result)
    return formats.get("image/svg+xml", formats["text/plain"])


def record(room: str, file: Path) -> None:
    """Run all chapters, and keep what they give to a room and what they get."""
    module, calls = importlib.import_module(f"reanalysis.{room}"), {}
    # chapters take figures from their folder, which took them from the room
    folder = importlib.import_module(module.__name__.rpartition(".")[0])

    def recorded(function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            args = [[*arg] if isinstance(arg, Iterator) else arg for arg in args]
            given = pickle.dumps((args, kwargs))
            result = function(*args, **kwargs)
            calls.setdefault((function.__name__, given), shown(result))
            return result

        return call

    for name, function in inspect.getmembers(module, inspect.isfunction):
        if not name.startswith("_") and function.__module__ == module.__name__:
            setattr(module, name, recorded(function))
            if hasattr(folder, name):
                setattr(folder, name, getattr(module, name))
    os.chdir(ROOT / "chapters")
    for path in sorted(Path().glob("*.ipynb")):
        names = {}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                exec(cell.source, names)
    file.write_bytes(pickle.dumps(calls))


def differs(room: str, calls: dict, function: str) -> bool:
    """Say whether a recorded call gives something else; calls of a function first."""
    module = importlib.import_module(f"reanalysis.{room}")
    if room.startswith("figures."):
        importlib.import_module("reanalysis.figures.style").use_style()
    first = ("use_style", function)
    for name, given in sorted(calls, key=lambda call: call[0] not in first):
        args, kwargs = pickle.loads(given)
        if shown(getattr(module, name)(*args, **kwargs)) != calls[name, given]:
            return True
    return False


def libraries() -> list[str]:
    """Names of the modules that are imported and not the project's own."""
    files = {
        name: getattr(module, "__file__", "") for name, module in sys.modules.items()
    }
    return [name for name, file in files.items() if "site-packages" in (file or "")]


@dataclass
class Room:
    """A room, and what is known of its unchanged state."""

    name: str
    tree: ast.Module
    calls: dict
    known: dict  # of each test, its seconds and the statements that it reaches
    limit: int = 600  # seconds of the processor

    def test(self, note: Path, mutant: Mutant | None, first: list[str]) -> None:
        """Test it in a process of its own, which ends with 0 if nothing is seen."""
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (self.limit, self.limit + 1))
        if mutant:
            mutant.make()
        tree = self.tree if mutant else Watched().visit(copy.deepcopy(self.tree))
        sys.meta_path.insert(0, Finder(self.name, tree))
        function = mutant.function if mutant else ""
        if self.calls and differs(self.name, self.calls, function):
            os._exit(1)
        files = [file_of(self.name), *tests_of(self.name)]
        options = ["-x", "--assert=plain", "-pno:xdist", "-pno:nbval"]
        number = mutant.number if mutant else 0
        plugin = Quick(self.name, number, first, self.known)
        code = pytest.main([*options, *map(str, files)], plugins=[plugin])
        note.write_text(json.dumps([plugin.failed, plugin.known, libraries()]))
        os._exit(code)


# --- all changes ----------------------------------------------------------------------


def forked(function: Callable[..., None], *args: object) -> Process:
    """Begin a call in a process of its own."""
    process = get_context("fork").Process(target=function, args=args)
    process.start()
    return process


def prepared(name: str, note: Path) -> Room:
    """Test an unchanged room, and import the libraries that this needs once for all."""
    room = Room(name, ast.parse(file_of(name).read_text("utf-8")), {}, {})
    if is_shown(name):
        forked(record, name, note).join()
        room.calls = pickle.loads(note.read_bytes())
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    process = forked(room.test, note, None, [])
    process.join()
    if process.exitcode:
        sys.exit(f"{name}: its tests fail without any change")
    took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    _, room.known, names = json.loads(note.read_text())
    with warnings.catch_warnings(action="ignore"):
        for library in names:
            importlib.import_module(library)
    gc.freeze()  # what forks share need not be searched for garbage
    room.limit = 10 + int(4 * took)
    return room


def outcomes(room: Room, todo: list[Mutant], top: Path) -> Iterator[tuple[Mutant, str]]:
    """Test every change, some at a time, and give each with what became of it."""
    todo, running, first = todo[::-1], {}, defaultdict(list)
    while todo or running:
        while todo and len(running) < WORKERS:
            mutant, note = todo.pop(), top / str(len(todo))
            process = forked(room.test, note, mutant, first[mutant.function])
            running[process] = mutant, note
        connection.wait([process.sentinel for process in running])
        for process in [one for one in running if not one.is_alive()]:
            mutant, note = running.pop(process)
            if note.exists():
                first[mutant.function] += json.loads(note.read_text())[0]
            word = {0: "survived", -signal.SIGXCPU: "timed out"}
            yield mutant, word.get(process.exitcode, "killed")


def print_rows(what: str, keys: list[tuple[str, ...]]) -> None:
    """Print changes as rows of the list."""
    if keys:
        print(f"  {what}:", flush=True)
        csv.writer(sys.stdout, lineterminator="\n").writerows(keys)


def main() -> int:
    """Print a row per room, and what the list of survivors lacks or has too much."""
    os.nice(10)
    os.chdir(ROOT)
    with LISTED.open(encoding="utf-8", newline="") as file:
        listed = [tuple(row.values())[:4] for row in csv.DictReader(file)]
    words = ("mutants", "killed", "timed out", "survived", "share")
    print(f"{'room':12}", *(f"{word:>9}" for word in words), flush=True)
    unknown = []
    paths = (path.relative_to(SRC).with_suffix("") for path in SRC.rglob("[!_]*.py"))
    for name in sys.argv[1:] or sorted(".".join(path.parts) for path in paths):
        with tempfile.TemporaryDirectory() as top:
            room = prepared(name, Path(top, "note"))
            lines = file_of(name).read_text("utf-8").splitlines()
            every = [*mutants(room.tree, lines)]
            found = [*outcomes(room, every, Path(top))]
        count = Counter(outcome for _, outcome in found)
        alive = [mutant.key(name) for mutant, outcome in found if outcome == "survived"]
        share = 1 - len(alive) / len(found)
        numbers = (
            f"{number:9}"
            for number in (len(found), *(count[word] for word in words[1:4]))
        )
        print(f"{name:12}", *numbers, f"{share:9.1%}", flush=True)
        print_rows("not in the list", [key for key in alive if key not in listed])
        gone = [key for key in listed if key[0] == name and key not in alive]
        print_rows("in the list, but killed or no longer there", gone)
        unknown += [key for key in alive if key not in listed]
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
