"""The targets of make: what each needs, and its steps."""

import os
import signal
import sys
from pathlib import Path

import environment
import lock
import plain
import reproduce
import rerun
import serve
from processes import Runner, Stop, alone, end_with_caller
from stale import ROOT, Record

#: How the tests are called: each notebook runs again and must give what is committed.
PYTEST = ["--nbval", "--nbval-current-env", "-n", "2"]
PYTEST += ["--dist", "loadfile", "--no-loadscope-reorder"]
#: What tests/book/test_wall.py runs, in a folder of its own.
PYTEST += ["--ignore=src", "--ignore=tests/library"]


class Work:
    """What a target is made with."""

    def __init__(self, runner: Runner, chosen: bool):
        """Keep who runs the steps, and whether the caller has chosen a Python."""
        self.runner, self.chosen = runner, chosen

    def environment(self, level: str) -> Path:
        """Give the Python of an environment that has at least that level."""
        return environment.prepare(self.runner, level, self.chosen)

    def step(self, level: str, *command: str, said: str = "") -> None:
        """Run a program of that environment; stop where it fails (it said why)."""
        if code := self.runner.run([self.environment(level), *command]):
            raise Stop(said, code if code > 0 else 1)


def needs_loopback() -> None:
    """Stop where kernels could not be talked to: they would be waited for in vain."""
    if lacks := plain.loopback():
        raise Stop(lacks)


def book(work: Work) -> None:
    """Render the book; run what is stale."""
    # a page that may be shared has a card, which is drawn from the data
    level = "chapters" if os.environ.get("BOOK_URL") else "pages"
    if rerun.stale_outputs():
        if rerun.is_refused(Record.read(rerun.MANIFEST)):
            raise Stop("")
        needs_loopback()
        level = "chapters"
    work.step(level, "book/rerun.py", "--stale", "--unless-edited")
    work.step(level, "book/readme.py")
    work.step(level, "book/build.py")


def rerun_all(work: Work) -> None:
    """Run every chapter."""
    needs_loopback()
    work.step("chapters", "book/rerun.py")
    work.step("chapters", "book/readme.py")


def test(work: Work) -> None:
    """Test the helpers, the chapters and the pages."""
    needs_loopback()
    for check in (["check"], ["format", "--check"]):
        work.step("tests", "-m", "ruff", *check, said="To look at: make format.")
    work.step("tests", "-m", "mypy")
    work.step("tests", "-m", "pytest", *PYTEST)


def code_format(work: Work) -> None:
    """Put code into the form that the tests ask for."""
    work.step("tests", "-m", "ruff", "check", "--fix")
    work.step("tests", "-m", "ruff", "format")


def pdf(work: Work) -> None:
    """Print the whole book."""
    book(work)
    work.step("tests", "book/pdf.py")


def screenshots(work: Work) -> None:
    """Take pictures of all pages."""
    book(work)
    work.step("tests", "book/screenshots.py")


def bench(work: Work) -> None:
    """Time everything."""
    book(work)
    for name in ("bench", "pipeline", "pages"):
        work.step("tests", f"benchmarks/{name}.py")


def prepare(work: Work) -> None:
    """Make the environment and nothing else: LEVEL is pages, chapters or tests."""
    level = os.environ.get("LEVEL", "chapters")
    if level not in environment.LEVELS:
        raise Stop(f"LEVEL={level} is none of {', '.join(environment.LEVELS)}")
    work.environment(level)


TARGETS = {
    "book": book,
    "serve": book,  # and then, when others may work again, see `main`
    "rerun": rerun_all,
    "test": test,
    "format": code_format,
    "pdf": pdf,
    "screenshots": screenshots,
    "bench": bench,
    "environment": prepare,
    "lock": lambda work: lock.renew(work.runner),
}


def terminate(number: int, frame: object) -> None:
    """End as if by sys.exit, so that what was started is ended too."""
    sys.exit(128 + number)


def main(arguments: list[str]) -> int:
    """Make a target and give the exit code."""
    target, *options = arguments
    signal.signal(signal.SIGTERM, terminate)
    signal.signal(signal.SIGHUP, terminate)
    end_with_caller()
    try:
        if target == "reproduce":  # which writes nothing here
            del sys.argv[1:]
            return reproduce.main()
        with alone(ROOT / ".make.lock") as held:
            work = Work(Runner(held), chosen="--this-python" in options)
            TARGETS[target](work)
        if target == "serve":
            return serve.main(ROOT / "_build" / "html")
    except Stop as stop:
        print(stop, end="\n" if str(stop) else "", file=sys.stderr)
        return stop.code
    except OSError as error:
        print(plain.sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            f"Stopped: nothing is half written, make {target} does it again.",
            file=sys.stderr,
        )
        return 130
    return 0
