"""Time make against the plain commands: python benchmarks/pipeline.py [--cold]

Everything runs in a clone of what is committed, with this environment. Seconds depend
on the machine, so what counts is the ratio of two times taken in this run, one after
the other, in alternating order: medians of several repeats, and one for the tests. With
--cold a second clone is set up from nothing, for which the package index is needed.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "book"))

from targets import PYTEST

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

#: What `reanalysis` cannot do without.
LIBRARIES = "import numpy, pandas, scipy.integrate, scipy.optimize, scipy.stats"

#: Runs the cells of the notebooks that it is given, all in one process.
FLOOR = """
import os, sys
from IPython.core.interactiveshell import InteractiveShell
import nbformat
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
shell = InteractiveShell.instance()
os.chdir("chapters")
for path in sys.argv[1:]:
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            shell.run_cell(cell.source).raise_error()
"""

REPEATS = 3


def run(folder: Path, *command: str | Path) -> float:
    """Run a command in the clone and give its seconds; stop if it failed."""
    # the code of the clone, not that of this folder, which is the installed one
    own = os.environ | {"PYTHONPATH": str(folder / "src")}
    start = perf_counter()
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=own, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{command[:4]}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return perf_counter() - start


def in_turn(
    *calls: Callable[[], float], repeats: int = REPEATS, choose: Callable = median
) -> list[float]:
    """Give the median of each call; the order is turned round in every repeat."""
    found = [[] for _ in calls]
    for repeat in range(repeats):
        numbered = list(zip(found, calls, strict=True))
        for times, call in numbered[:: -1 if repeat % 2 else 1]:
            times.append(call())
    return list(map(choose, found))


def say(what: str, time: float, unit: float | None = None) -> None:
    """Print one line: seconds, and what part they are of others."""
    part = "" if unit is None else f"{time / unit:.2f} times"
    print(f"  {what:<54} {time:>7.2f} s {part:>12}", flush=True)


# --- what is compared -----------------------------------------------------------------


def compare_books(folder: Path) -> None:
    """Print the time of a book from committed outputs, and of one that is there."""
    tools = [[sys.executable, f"book/{name}.py"] for name in ("readme", "build")]
    steps = [[sys.executable, "book/rerun.py", "--stale"], *tools]
    bare = [BIN / "jupyter-book", "build", ".", "--quiet"]

    def book() -> float:
        return sum(run(folder, *step) for step in steps)

    def fresh(make: Callable[[], float]) -> Callable[[], float]:
        def timed() -> float:
            shutil.rmtree(folder / "_build", ignore_errors=True)
            return make()

        return timed

    ours, plain = in_turn(fresh(book), fresh(lambda: run(folder, *bare)))
    print("\nThe book from committed outputs")
    say("jupyter-book build (the unit)", plain)
    say("make book", ours, plain)
    book()
    again, start = in_turn(book, lambda: run(folder, BIN / "sphinx-build", "--version"))
    print("\nThe same where nothing has changed")
    say("sphinx-build --version (the start of Sphinx)", start)
    say("make book", again, start)


def compare_reruns(folder: Path) -> None:
    """Print the time of a run of all chapters."""
    chapters = sorted((folder / "chapters").glob("*.ipynb"))
    kept = {path: path.read_bytes() for path in chapters}
    has_nbconvert = importlib.util.find_spec("nbconvert")
    jupyter = ["nbconvert", "--to", "notebook", "--inplace", "--execute"]
    jupyter = jupyter if has_nbconvert else ["execute", "--inplace"]
    name = f"jupyter {jupyter[0]}"

    def plain() -> float:
        time = run(folder, BIN / "jupyter", *jupyter, *chapters)
        for path, content in kept.items():
            path.write_bytes(content)
        return time

    rerun = [sys.executable, "book/rerun.py"]
    floor = [sys.executable, "-c", FLOOR, *chapters]
    ours, theirs, least = in_turn(
        lambda: run(folder, *rerun),
        plain,
        lambda: run(folder, *floor),
        repeats=2,
    )
    print(f"\n{len(chapters)} chapters run, on {os.cpu_count()} cores")
    if not has_nbconvert:
        print("  nbconvert is not here: jupyter execute is what it runs chapters with")
    say(f"{name}, one after another (the unit)", theirs)
    say("make rerun", ours, theirs)
    say("all cells in one process, libraries loaded once", least, theirs)
    say("make rerun, against that", ours, least)


def compare_tests(folder: Path) -> None:
    """Print the time of all tests."""
    pytest = [sys.executable, "-m", "pytest", "-q"]
    ours, plain = in_turn(
        lambda: run(folder, *pytest, *PYTEST),
        lambda: run(folder, *pytest, "--nbval", "--nbval-current-env"),
        repeats=1,
    )
    print("\nAll tests, once")
    say("pytest --nbval, one process (the unit)", plain)
    say("make test", ours, plain)


def compare_imports(folder: Path) -> None:
    """Print the time that the package takes to import."""
    libraries, both = in_turn(
        lambda: run(folder, sys.executable, "-c", LIBRARIES),
        lambda: run(folder, sys.executable, "-c", f"{LIBRARIES}; import reanalysis"),
        repeats=9,
        choose=min,  # a small difference of two large times
    )
    print("\nImport of the package, least of nine")
    say("its libraries", libraries)
    say("reanalysis beyond them", both - libraries, libraries)


def set_up(folder: Path) -> None:
    """Print the time of each step from a clone to the first page."""
    python = folder / ".venv" / "bin" / "python"
    make = [getattr(sys, "_base_executable", sys.executable), "book/make.py"]

    def environment(level: str) -> float:
        return run(folder, "env", f"LEVEL={level}", *make, "environment")

    steps = {
        "git clone": lambda: clone(folder),
        "what renders the pages": lambda: environment("pages"),
        "the first page": lambda: run(folder, python, "book/build.py"),
        "what runs the chapters": lambda: environment("chapters"),
        "what tests them": lambda: environment("tests"),
    }
    times = {step: call() for step, call in steps.items()}
    print("\nFrom nothing to the first page, once")
    for step, time in times.items():
        say(step, time, sum(times.values()))
    say("all of it", sum(times.values()))


def clone(folder: Path) -> float:
    """Clone what is committed."""
    return run(ROOT, "git", "clone", "--quiet", ROOT, folder)


def main() -> None:
    """Print all comparisons."""
    print(f"\nmake against the plain commands: medians of {REPEATS} repeats")
    with tempfile.TemporaryDirectory(prefix="pipeline-") as top:
        folder = Path(top, "clone")
        clone(folder)
        compare_imports(folder)
        compare_books(folder)
        compare_reruns(folder)
        compare_tests(folder)
        if "--cold" in sys.argv[1:]:
            set_up(Path(top, "cold"))


if __name__ == "__main__":
    main()
