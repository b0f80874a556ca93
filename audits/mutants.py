"""Change the helpers, one small thing at a time: python audits/mutants.py [ROOM...]

A change that no test of its room sees is a survivor: nothing guards what that line
says. Each must stand in survivors.csv with the reason why it changes no result; the
exit code is 1 if one does not. What is killed is a share of all that was run. Error
messages, docstrings and annotations are left as they are. src is never written to.

mutmut and cosmic-ray start Python anew for every change, which is three seconds of
imports and many hours in all; here each change is a fork of a process that has read
the tests, and is made in place. Only tests that reach the changed statement are run,
and the fork ends at the first that fails: some thirtieths of a second. What cannot be
changed in place (classes, decorators, what no test reaches) is imported anew. A room's
tests are its own files, its examples, and, where it draws or writes for the reader,
what nbval compares: each call that a chapter makes of it must give the same text, or
SVG, as before. A change that makes the tests run on forever is counted as killed, and
listed as timed out. A room takes about a minute of the processor.
"""

import ast
import contextlib
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
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import spec_from_file_location
from multiprocessing import Process, connection, get_context
from pathlib import Path
from types import CodeType, FunctionType
from typing import ClassVar

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "reanalysis"
sys.path.insert(0, str(SRC.parent))

import nbformat  # noqa: E402
import pytest  # noqa: E402
from _pytest.main import pytest_runtestloop  # noqa: E402
from hypothesis import Phase, settings  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402

#: Where a constant stands is told with it, in these.
TELLING = ast.BinOp | ast.Call | ast.Compare | ast.keyword | ast.Slice | ast.Subscript

LISTED = Path(__file__).with_name("survivors.csv")
#: Forks at a time; where others compute as well, WORKERS=1.
WORKERS = int(os.environ.get("WORKERS", os.cpu_count()))
MEMORY = 6 << 30  # bytes; some changes ask for all there is
#: What the end of a fork means, if not that a change was killed.
UNSURE = 9
WORDS = {0: "survived", -signal.SIGXCPU: "timed out", UNSURE: "unsure"}

#: Tests of a room that do not bear its name: those in them that reach it.
ALSO = {
    "tables": ["endpoints"],
    "rates": ["posterior", "prediction"],
    "posterior": ["prediction"],
    "procedures": ["origins", "checks_tests"],
    "endpoints": ["tables", "intervals", "robustness", "posterior", "prediction"],
    "printed": ["checks_reading", "checks_tests"],
    "counts": ["endpoints"],
    "follow_up": ["survival"],
    "synthetic": ["survival"],
    "package": ["study", "hostile"],
    "study": ["hostile"],
    "origins": ["synthetic"],
    "claims": ["verdicts", "results", "sources"],
    "written": ["checks_command", "checks_compendium"],
    "checks": ["checks_*"],
    "corpus": ["corpus_*"],
    "figures": ["figures", "steady_figures", "fork"],
}


def tests_of(room: str) -> list[str]:
    """Files with the tests of a room."""
    whole, _, part = room.rpartition(".")
    also = [*ALSO.get(room, []), *ALSO.get(whole, []), "refusals"]
    names = dict.fromkeys([part, *also])
    found = {
        name: sorted(ROOT.glob(f"tests/**/test_{name}.py"))
        for name in dict.fromkeys(names)
    }
    if lost := [name for name in also if not found[name]]:
        sys.exit(f"{room}: no file of tests is named {', '.join(lost)}")
    return [str(path) for paths in found.values() for path in paths]


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


def quicken() -> None:
    """Let Hypothesis look neither for the smallest example nor for a second fault."""
    phases, same = (Phase.explicit, Phase.generate), settings.get_profile("same")
    settings.register_profile("quick", same, phases=phases, report_multiple_bugs=False)
    settings.load_profile("quick")


class Judge:
    """Ends a fork with 1 at the first test that fails, and notes which that was."""

    def __init__(self, note: Path, known: dict) -> None:
        self.note, self.known = note, known

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        """Give each test some times what it took unchanged."""
        used, (took, _) = time.process_time(), self.known[item.nodeid]
        limit(int(used + 8 * took) + 4)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        """End before the failure is described, which takes longer than the test."""
        if call.excinfo and not call.excinfo.errisinstance(pytest.skip.Exception):
            self.note.write_text(item.nodeid)
            os._exit(1)


class Whole(Judge):
    """Runs the tests that reach a changed room anew, the quick ones first."""

    def pytest_collection(self):
        """Change the settings of the house before its tests are read."""
        quicken()

    def pytest_collection_modifyitems(self, items):
        """Sort the tests, and leave out those that do not reach the room."""
        items[:] = [item for item in items if item.nodeid in self.known]
        items.sort(key=lambda item: self.known[item.nodeid][0])


class Watch:
    """Notes of each test how long it takes, what it reaches, and whether it fails."""

    def __init__(self) -> None:
        self.known, self.failed, self.given = {}, [], defaultdict(set)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        """Note what is reached for a fixture, which other tests may use as well."""
        before = set(Finder.reached)
        Finder.reached.clear()
        given = yield
        self.given[fixturedef.argname] |= Finder.reached
        Finder.reached.update(before)
        return given

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        """Forget what was reached and remembered before."""
        for name, module in [*sys.modules.items()]:
            if name.startswith("reanalysis"):
                for value in [*vars(module).values()]:
                    getattr(value, "cache_clear", bool)()
        Finder.reached.clear()
        start = time.process_time()
        done = yield
        lines = Finder.reached.union(*(self.given[one] for one in item.fixturenames))
        if lines:
            took = time.process_time() - start
            self.known[item.nodeid] = took, sorted(lines)
        return done

    def pytest_runtest_logreport(self, report):
        """Note what failed."""
        self.failed += [report.nodeid] * report.failed


class Quick:
    """Changes a room that is imported with its tests, one change in each fork.

    A change of a function is one of its code, in place, and only tests that reach the
    statement are run: first those that saw other changes of the function.
    """

    def __init__(self, room: "Room", todo: list["Mutant"], top: Path) -> None:
        self.room, self.todo, self.top = room, todo, top
        self.inside = statements(room.tree)

    def pytest_collection(self):
        """Change the settings of the house before its tests are read."""
        quicken()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        """Run the tests once unchanged, then for each change."""
        gc.collect()
        gc.freeze()  # what forks share need not be searched for garbage
        note = self.top / "unchanged"
        forked(self.unchanged, session, note).join()
        failed, known, names = json.loads(note.read_text())
        (self.top / "known").write_text(json.dumps([failed, known, names]))
        if failed:
            return True
        import_all(names)
        gc.freeze()
        done = [*self.outcomes(session, known)]
        (self.top / "done").write_text(json.dumps(sorted(done)))
        return True

    def unchanged(self, session: pytest.Session, note: Path) -> None:
        """Run all tests, and watch them."""
        silence()
        limit(3600)
        watch = Watch()
        session.config.pluginmanager.register(watch)
        tree = Watched().visit(copy.deepcopy(self.room.tree))
        vars(sys.modules[f"reanalysis.{self.room.name}"])["_reached"] = Finder.reached
        transplant(self.room.name, tree)
        run_all(session, session.items)
        note.write_text(json.dumps([watch.failed, watch.known, libraries()]))

    def outcomes(self, session: pytest.Session, known: dict) -> Iterator[tuple]:
        """Give the number of each change with what became of it."""
        todo, running, first = [*enumerate(self.todo)][::-1], {}, defaultdict(Counter)
        items = [item for item in session.items if item.nodeid in known]
        while todo or running:
            while todo and len(running) < WORKERS:
                number, mutant = todo.pop()
                inside = mutant.number in self.inside
                seen, note = first[mutant.function], self.top / str(number)
                chosen = [
                    item
                    for item in items
                    if not inside or mutant.number in known[item.nodeid][1]
                ]
                chosen.sort(key=lambda i: (-seen[i.nodeid], known[i.nodeid][0]))
                if not chosen or not (inside or movable(self.room.tree, mutant)):
                    yield number, "unsure"
                    continue
                process = forked(self.changed, session, mutant, chosen, known, note)
                running[process] = number, mutant, note
            connection.wait([process.sentinel for process in running])
            for process in [one for one in running if not one.is_alive()]:
                number, mutant, note = running.pop(process)
                if note.exists():
                    first[mutant.function][note.read_text()] += 1
                yield number, WORDS.get(process.exitcode, "killed")

    def changed(
        self,
        session: pytest.Session,
        mutant: "Mutant",
        items: list[pytest.Item],
        known: dict,
        note: Path,
    ) -> None:
        """Run tests of a change, and end with 0 if nothing is seen."""
        silence()
        limit(20)
        mutant.make()
        moved = None if mutant.number in self.inside else mutant
        tree = self.room.tree if moved else part(self.room.tree, mutant.number)
        transplant(self.room.name, tree, moved)
        if self.room.calls and differs(
            self.room.name, self.room.calls, mutant.function
        ):
            os._exit(1)
        session.config.pluginmanager.register(Judge(note, known))
        run_all(session, items)
        os._exit(0)


def silence() -> None:
    """Let a fork print nothing."""
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)


def limit(seconds: int) -> None:
    """Limit the memory of a fork, and its seconds of the processor."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))


def run_all(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Run tests until one fails, as pytest does."""
    session.items[:] = items
    with contextlib.suppress(session.Failed):
        pytest_runtestloop(session)


def statements(tree: ast.Module) -> set[int]:
    """First lines of the statements in functions."""
    return {
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for statement in function.body
        for node in ast.walk(statement)
        if isinstance(node, ast.stmt)
    }


def part(tree: ast.Module, number: int) -> ast.Module:
    """Give the function or class of a module that a line is in."""
    body = [node for node in tree.body if node.lineno <= number <= node.end_lineno]
    return ast.Module(body, [])


def named(node: ast.stmt) -> list[str]:
    """Give the names that a statement assigns to."""
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def movable(tree: ast.Module, mutant: Mutant) -> ast.stmt | None:
    """Give a module's statement that is changed, if it names a value or a default."""
    for node in tree.body:
        if node.lineno == mutant.number:
            place = mutant.field in ("defaults", "kw_defaults")
            default = isinstance(node, ast.FunctionDef) and place
            return node if default or named(node) else None
    return None


def unwrapped(value: object) -> object:
    """Give the function in a property, a cached function and the like."""
    for name in ("fget", "func", "__func__", "__wrapped__"):
        if hasattr(value, name):
            return unwrapped(getattr(value, name))
    return value


def put_codes(names: dict, code: CodeType) -> None:
    """Give functions, and those of classes, the code that bears their name and line."""
    for new in code.co_consts:
        if isinstance(new, CodeType):
            found = names.get(new.co_name)
            function = unwrapped(found)
            if isinstance(found, type):
                put_codes(vars(found), new)
            elif isinstance(function, FunctionType):
                old = function.__code__
                if old.co_firstlineno == new.co_firstlineno:
                    function.__code__ = new


def transplant(room: str, tree: ast.Module, moved: Mutant | None = None) -> None:
    """Change an imported room in place, also what a statement of the module names."""
    module = sys.modules[f"reanalysis.{room}"]
    code = compile(ast.fix_missing_locations(tree), module.__file__, "exec")
    if not moved:
        return put_codes(vars(module), code)
    statement = movable(tree, moved)
    names = {"__name__": module.__name__, "__file__": module.__file__}
    exec(code, names)
    if isinstance(statement, ast.FunctionDef):
        old = unwrapped(vars(module)[statement.name])
        new = unwrapped(names[statement.name])
        old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
        return None
    for node in tree.body:
        for name in named(node):
            old, new = vars(module)[name], names[name]
            try:
                same = pickle.dumps(old) == pickle.dumps(new)
            except (pickle.PicklingError, AttributeError, TypeError):
                if node is statement:
                    os._exit(UNSURE)
                continue
            for other in () if same else [*sys.modules.values()]:
                if getattr(other, "__dict__", {}).get(name) is old:
                    setattr(other, name, new)
    return None


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


def import_all(names: list[str]) -> None:
    """Import libraries once for all forks."""
    with warnings.catch_warnings(action="ignore"):
        for name in names:
            importlib.import_module(name)


@dataclass
class Room:
    """A room, and what chapters ask of it where this is compared."""

    name: str
    tree: ast.Module
    calls: dict

    def options(self) -> list[str]:
        """Give what pytest is asked to do."""
        files = [file_of(self.name), *tests_of(self.name)]
        given = ["-x", "--assert=plain", "--capture=sys", "-pno:xdist", "-pno:nbval"]
        return [*given, *map(str, files)]

    def quick(self, todo: list[Mutant], top: Path) -> None:
        """Test changes in forks of a process that has read the tests."""
        silence()
        importlib.import_module(f"reanalysis.{self.name}")
        pytest.main(self.options(), plugins=[Quick(self, todo, top)])

    def anew(self, mutant: Mutant, known: dict, note: Path) -> None:
        """Import a change and its tests anew, and end with 0 if nothing is seen."""
        silence()
        limit(60)
        mutant.make()
        sys.meta_path.insert(0, Finder(self.name, self.tree))
        if self.calls and differs(self.name, self.calls, mutant.function):
            os._exit(1)
        os._exit(pytest.main(self.options(), plugins=[Whole(note, known)]))


# --- all changes ----------------------------------------------------------------------


def forked(function: Callable[..., None], *args: object) -> Process:
    """Begin a call in a process of its own."""
    process = get_context("fork").Process(target=function, args=args)
    process.start()
    return process


def outcomes(name: str, top: Path) -> list[tuple[Mutant, str]]:
    """Test every change of a room, and give each with what became of it."""
    text = file_of(name).read_text("utf-8")
    room = Room(name, ast.parse(text), {})
    if is_shown(name):
        forked(record, name, top / "calls").join()
        room.calls = pickle.loads((top / "calls").read_bytes())
    todo = [*mutants(room.tree, text.splitlines())]
    forked(room.quick, todo, top).join()
    failed, known, names = json.loads((top / "known").read_text())
    if failed:
        sys.exit(f"{name}: its tests fail without any change: {failed}")
    import_all(names)
    found = []
    for number, word in json.loads((top / "done").read_text()):
        if word == "unsure":
            process = forked(room.anew, todo[number], known, top / "note")
            process.join()
            word = WORDS.get(process.exitcode, "killed")
        found.append((todo[number], word))
    return found


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
    words = ("mutants", "killed", "timed out", "survived", "share", "minutes")
    print(f"{'room':12}", *(f"{word:>9}" for word in words), flush=True)
    unknown, spent = [], 0.0
    paths = (path.relative_to(SRC).with_suffix("") for path in SRC.rglob("[!_]*.py"))
    for name in sys.argv[1:] or sorted(".".join(path.parts) for path in paths):
        with tempfile.TemporaryDirectory() as top:
            found = outcomes(name, Path(top))
        count = Counter(outcome for _, outcome in found)
        alive = [mutant.key(name) for mutant, outcome in found if outcome == "survived"]
        share = 1 - len(alive) / len(found)
        numbers = (len(found), *(count[word] for word in words[1:4]))
        used = os.times()
        minutes = (used.children_user + used.children_system) / 60 - spent
        spent += minutes
        row = (*(f"{number:9}" for number in numbers), f"{share:9.1%}")
        print(f"{name:12}", *row, f"{minutes:9.1f}", flush=True)
        print_rows("not in the list", [key for key in alive if key not in listed])
        gone = [key for key in listed if key[0] == name and key not in alive]
        print_rows("in the list, but killed or no longer there", gone)
        unknown += [key for key in alive if key not in listed]
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
