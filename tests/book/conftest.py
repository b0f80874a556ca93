import fcntl
import os

import build
import pytest


@pytest.fixture(scope="session")
def html(tmp_path_factory):
    """The folder of the pages, built once for all who test at the same time."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / "book.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = shared / "book-is-built"
        if not built.exists():
            assert build.build(shared / "book"), "the book was not built"
            built.touch()
    return shared / "book" / "_build" / "html"
