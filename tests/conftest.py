import ast
import fcntl
import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from reanalysis.example import FOLDER

ROOT = Path(__file__).parents[1]

# Scripts that give values to compare with, from other software; they are no tests.
collect_ignore = ["reference"]

# The same examples in every run: a test that fails here fails everywhere.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.load_profile("same")


# Begun first, so that no worker is left alone with one of them at the end.
SLOWEST = (
    "test_wall.py",
    "test_browser.py",
    "test_make.py",
    "test_hostile.py",
    "test_corpus_scale.py",
)


def is_asked_twice(item):
    """What a page does when it is worked is the same in each form of the book."""
    form = getattr(item, "callspec", None) and item.callspec.params.get("form")
    is_worked = item.path.name == "test_browser.py" and "views" not in item.fixturenames
    return is_worked and form == "published"


def pytest_collection_modifyitems(config, items):
    twice = [item for item in items if is_asked_twice(item)]
    if twice:
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if not is_asked_twice(item)]
    order = {name: i for i, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


#: Where to look when a test fails whose name holds the first.
LOOK = {
    ".ipynb": "a chapter gives something else than is committed: see the cell above, "
    "then make rerun and git diff chapters",
    "test_wall": "the library fails without the study: "
    ".venv/bin/python -m pytest src tests/library",
    "test_browser": "a page fails in a browser: make book, and open it; or "
    "make screenshots",
    "committed": "what is committed is stale: make rerun, and commit what it wrote",
}


def where_to_look(failed):
    """Say what to do next, for the names of tests that failed."""
    found = [say for part, say in LOOK.items() if any(part in name for name in failed)]
    alone = f"one test alone: .venv/bin/python -m pytest '{failed[0]}'"
    return [f"To look at: {line}." for line in [*found, alone]]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """End with what to look at."""
    shown = yield
    kinds = [terminalreporter.stats.get(kind, []) for kind in ("failed", "error")]
    if failed := [report.nodeid for reports in kinds for report in reports]:
        terminalreporter.section("what to look at")
        for line in where_to_look(failed):
            terminalreporter.write_line(line)
    return shown


def imports(path):
    """Names of the modules that a file of code asks for."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


#: What is known of where the book is published: nothing here, all in the workflow.
FORMS = {
    "local": {},
    "published": {
        "BOOK_REPOSITORY": "https://github.com/owner/book",
        "BOOK_URL": "https://owner.github.io/book",
        "BOOK_COMMIT": "0123456789abcdef0123456789abcdef01234567",
        "BOOK_DATE": "2026-01-02",
    },
}


@pytest.fixture(scope="session", params=FORMS)
def form(request):
    """The form of the book, by its name."""
    return request.param


@pytest.fixture(scope="session")
def pages_of(tmp_path_factory):
    """Give the folder of a form's pages, built once for all who test at a time."""
    import build  # the library's tests stand without it

    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def give(form):
        folder, built = shared / f"book-{form}", shared / f"book-{form}-is-built"
        with (shared / "book.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not built.exists():
                with pytest.MonkeyPatch.context() as here:
                    for name in build.SETTINGS:
                        here.delenv(name, raising=False)
                    for name, value in FORMS[form].items():
                        here.setenv(name, value)
                    assert build.build(folder), "the book was not built"
                built.touch()
        return folder / "_build" / "html"

    return give


@pytest.fixture(scope="session")
def html(form, pages_of):
    """The folder of the pages, in each form of the book."""
    return pages_of(form)


@pytest.fixture
def data(request, tmp_path):
    """A copy of the study's data, in tests of the library of the made-up study's."""
    of_library = "library" in request.path.parts
    source = FOLDER if of_library else ROOT / "data"
    only_data = shutil.ignore_patterns("__*")
    return Path(shutil.copytree(source, tmp_path / "data", ignore=only_data))


@pytest.fixture
def edit(data):
    """Change text in a file of that copy; what is to be changed must be there once."""

    def change(name, old, new):
        path = data / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return data

    return change


@pytest.fixture
def package(data):
    """Change the description of that copy."""

    def change(edit_package):
        path = data / "datapackage.json"
        described = json.loads(path.read_text(encoding="utf-8"))
        edit_package(described)
        path.write_text(json.dumps(described), encoding="utf-8")
        return data

    return change
