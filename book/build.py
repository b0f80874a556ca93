"""Render the book from the chapters' outputs: python book/build.py

The pages are built aside and take the place of the old ones only when all of them are
right. Where nothing has changed since, nothing is built.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import what_if
from plain import plainly, trouble
from processes import end_with_caller
from rerun import MANIFEST, chapters
from stale import ROOT, Record, digests, files

BUILD = ROOT / "_build"
PAGES = BUILD / "html"
MADE_FROM = BUILD / "html.sha256"
RENDERED_FROM = (
    "_config.yml",
    "_toc.yml",
    "CHANGELOG.md",
    "CITATION.cff",
    "book/*.py",
    "book/extensions/*.py",
    "book/static/*",
    "book/static/typeface/*",
    "book/templates/*",
    "chapters/*.ipynb",
    "chapters/*.md",
    "chapters/*.bib",
    "requirements-pages.txt",
    "results/*",
)
# see extensions/sharing.py and extensions/imprint.py
SETTINGS = ("BOOK_REPOSITORY", "BOOK_URL", "BOOK_COMMIT", "BOOK_DATE")
WHAT_IFS = "BOOK_WHAT_IFS"  # see extensions/what_if_banner.py


def build(into: Path) -> bool:
    """Build the book in an empty folder; every warning is an error."""
    shutil.rmtree(into, ignore_errors=True)
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(ROOT)]
    command += ["--path-output", str(into), "-W", "-n", "--keep-going", "--quiet"]
    # with this, Sphinx would put another year into every page
    own = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}
    own[WHAT_IFS] = what_ifs()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        preexec_fn=end_with_caller,
    )
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}"
        print(trouble(said) or said, file=sys.stderr)
    # what Sphinx would build again from: its digest is another one under another Python
    (into / "_build" / "html" / ".buildinfo").unlink(missing_ok=True)
    return done.returncode == 0


def what_ifs() -> str:
    """Give the chapters whose pages have to say that they are a what-if."""
    return " ".join(what_if.found(chapters(), Record.read(MANIFEST)))


def main() -> int:
    facts = {name: os.environ.get(name, "") for name in SETTINGS}
    now = Record(digests(files(RENDERED_FROM)), facts | {WHAT_IFS: what_ifs()})
    index = PAGES / "index.html"
    if now != Record.read(MADE_FROM) or not index.exists():
        print("Rendering the book:", flush=True)
        if not build(BUILD / "next"):
            shutil.rmtree(BUILD / "next", ignore_errors=True)
            print("The book was not built: see above.", file=sys.stderr)
            return 1
        MADE_FROM.unlink(missing_ok=True)
        shutil.rmtree(PAGES, ignore_errors=True)
        (BUILD / "next" / "_build" / "html").rename(PAGES)
        shutil.rmtree(BUILD / "next")
        now.write(MADE_FROM)
    print(f"The book is here: {index}")
    return 0


if __name__ == "__main__":
    sys.exit(plainly(main))
