"""Make the book again elsewhere and compare it to the byte: python book/reproduce.py

What is committed is cloned once for each Python from 3.11 to 3.14 that is found, and
made there from nothing: the environment, then all outputs, then the pages, by two calls
of make at once, and the pages once more in the form that is published. Each clone has
another folder, home, time zone, locale, umask and hash seed. After the environment is
installed there is no network, where the system can take it away (`unshare`, Linux).

All must give the same bytes: the outputs those that are committed, the pages those of
the first clone. Then each clone stands for each processor that this one can stand for
(see processors.py): the outputs are computed again and compared, and the library's
tests are run, in the first clone on every processor, in the others on the farthest one.
The pages are not made again: what makes them does no arithmetic.

Of a Python that is not found it is said whether every library of the lock has a wheel.
With two cores it takes about an hour. Other Pythons may be named as arguments.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import processors

ROOT = Path(__file__).parents[1]

MINORS = (11, 12, 13, 14)

#: Known of where the book is published: a form of the pages, for the comparison.
PUBLISHED = {
    "BOOK_REPOSITORY": "https://github.com/owner/book",
    "BOOK_URL": "https://owner.github.io/book",
    "BOOK_COMMIT": "0123456789abcdef0123456789abcdef01234567",
    "BOOK_DATE": "2026-01-02",
}

#: How the places differ.
PLACES = (
    {
        "folder": "plain",
        "umask": 0o022,
        "environment": {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
    },
    {
        "folder": "with space, Ünicode",
        "umask": 0o077,
        "environment": {
            "TZ": "Asia/Kathmandu",
            "LC_ALL": "C.UTF-8",
            "PYTHONHASHSEED": "12345",
            "SOURCE_DATE_EPOCH": "86400",
        },
    },
    {
        "folder": "deep/er/and/deep/er",
        "umask": 0o027,
        "environment": {
            "TZ": "America/St_Johns",
            "LC_ALL": "POSIX",
            "PYTHONHASHSEED": "4294967295",
        },
    },
)

# Kernels talk over the loopback: in a network of one's own it has to be switched on.
OFFLINE = """
import fcntl, os, socket, struct, sys
request = struct.pack("16sh14x", b"lo", 1)  # interface, IFF_UP
fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8914, request)
os.execvp(sys.argv[1], sys.argv[1:])
"""


# Asked in a clone, whose libraries they are.
REFUSED = """
import sys; sys.path.insert(0, "book")
import json, processors; print(json.dumps(processors.refused(sys.argv[1])))
"""
FAR = """
import sys; sys.path.insert(0, "book")
import json, processors; print(json.dumps(processors.far()))
"""


def pythons() -> dict[int, str]:
    """Each Python from 3.11 to 3.14 that is on the path, or that pyenv has."""
    found = {}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for minor in MINORS:
        there = sorted(pyenv.glob(f"3.{minor}.*/bin/python3"))
        path = there[-1] if there else shutil.which(f"python3.{minor}")
        if path and run([str(path), "-c", ""]).returncode == 0:
            found[minor] = str(path)
    return found


def run(command: list[str], **how) -> subprocess.CompletedProcess:
    """Run a command and keep what it says."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.run(command, **how, **pipes)


def wheels(python: str, folder: Path, minor: int) -> str:
    """Say whether the lock can be installed under another Python without building."""
    command = [python, "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps"]
    command += ["--ignore-installed", "--require-hashes", "--only-binary", ":all:"]
    command += ["--python-version", f"3.{minor}", "--target", str(folder / "none")]
    done = run([*command, "--requirement", str(folder / "requirements-test.txt")])
    if done.returncode == 0:
        return "is not here; every library of the lock has a wheel for it"
    why = [line for line in done.stdout.splitlines() if line.startswith("ERROR")]
    return f"is not here; {' '.join(why) or done.stdout}"


def no_network() -> list[str]:
    """What to put before a command so that it has no network; nothing if none can."""
    command = ["unshare", "--map-root-user", "--net", sys.executable, "-c", OFFLINE]
    try:
        done = subprocess.run([*command, "true"], capture_output=True)
    except OSError:
        return []
    return command if done.returncode == 0 else []


def together(commands: list[list[str]], **how) -> None:
    """Run commands at the same time; stop with what one of them said if it failed."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    running = [subprocess.Popen(command, **how, **pipes) for command in commands]
    said = [process.communicate()[0] for process in running]
    for process, text in zip(running, said, strict=True):
        if process.returncode:
            sys.exit(f"{' '.join(process.args)} in {how['cwd']}:\n{text}")


def clone(source: Path, folder: Path) -> None:
    """Clone what is committed."""
    subprocess.run(["git", "clone", "--quiet", source, folder], check=True)


@dataclass(frozen=True)
class Clone:
    """What is committed, elsewhere.

    Attributes
    ----------
    folder : Path
        Where it is.
    place : dict
        What is different there, of `PLACES`.
    before : list of str
        What stands before each command, to take the network away.
    """

    folder: Path
    place: dict
    before: list[str]

    @property
    def python(self) -> str:
        """Its own Python, with the libraries of the lock."""
        return str(self.folder / ".venv" / "bin" / "python")

    def environment(self, **more: str) -> dict:
        """All variables of a command there."""
        home = {"HOME": str(self.folder.parent / "home"), "PYTHONNOUSERSITE": "1"}
        return os.environ | home | self.place["environment"] | more

    def together(self, commands: list[list[str]], **more: str) -> None:
        """Run commands at the same time; stop with what one of them said."""
        how = {"env": self.environment(**more), "umask": self.place["umask"]}
        together([[*self.before, *c] for c in commands], cwd=self.folder, **how)

    def make(self, committed: Path, python: str) -> None:
        """Make everything from nothing."""
        clone(committed, self.folder)
        self.folder.with_name("home").mkdir()
        target = ["make", "--no-print-directory", f"PYTHON={python}"]
        # with the network, and at home, so that what pip has loaded is not loaded again
        online = Clone(self.folder, self.place, [])
        home = {"HOME": os.environ.get("HOME", "")}
        online.together([[*target, "environment", "LEVEL=tests"]], **home)
        # without the manifest everything is stale
        for path in (self.folder / "results").iterdir():
            path.unlink()
        none = dict.fromkeys(PUBLISHED, "")
        self.together([[*target, "book"]] * 2, **none)

    def publish(self) -> None:
        """Make the pages in the form that is published."""
        self.together([[self.python, "book/build.py"]], **PUBLISHED)

    def on_processor(self, name: str, *command: str) -> subprocess.CompletedProcess:
        """Run a program of this clone as on another processor."""
        start = [*self.before, self.python, "book/processors.py", name, self.python]
        return run([*start, *command], cwd=self.folder, env=self.environment())


def outputs(folder: Path) -> list[str]:
    """Files that are computed and committed."""
    found = [*folder.glob("chapters/*.ipynb"), *folder.glob("results/*")]
    names = [path.relative_to(folder).as_posix() for path in found]
    return sorted([*names, "README.md"])


def digests(folder: Path, names: list[str]) -> dict[str, str]:
    return {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}


def pages(folder: Path) -> dict[str, str]:
    """Digest of every file that is published."""
    html = folder / "_build" / "html"
    files = sorted(path for path in html.rglob("*") if path.is_file())
    return digests(html, [path.relative_to(html).as_posix() for path in files])


def different(one: dict[str, str], other: dict[str, str]) -> list[str]:
    names = sorted(one.keys() | other.keys())
    return [name for name in names if one.get(name) != other.get(name)]


def compare_places(
    committed: Path, top: Path, found: list[str], before: list[str]
) -> tuple[list[Clone], int]:
    """Make a clone with each Python and compare; give them, and what differs."""
    clones, wrong, first = [], 0, None
    names = outputs(committed)
    print(f"{'Python':8} {'place':20} {'outputs':>16} {'pages':>16} {'seconds':>8}")
    for i, python in enumerate(found):
        place, start = PLACES[i % len(PLACES)], time.monotonic()
        made = Clone(top / str(i) / place["folder"], place, before)
        made.folder.parent.mkdir(parents=True)
        made.make(committed, python)
        own = different(digests(committed, names), digests(made.folder, names))
        local = pages(made.folder)
        made.publish()
        both = local | {f"published {k}": v for k, v in pages(made.folder).items()}
        first = first or both
        others = different(first, both)
        version = run([python, "-V"]).stdout.split()[1]
        said = [
            f"{len(every) - len(unlike)}/{len(every)} same"
            for every, unlike in ((names, own), (both, others))
        ]
        seconds = f"{time.monotonic() - start:.0f}"
        print(
            f"{version:8} {place['folder']:20} {said[0]:>16} {said[1]:>16} {seconds:>8}"
        )
        for name in (own + others)[:20]:
            print(f"    differs: {name}", flush=True)
        wrong += len(own) + len(others)
        clones.append(made)
    return clones, wrong


def cell(made: Clone, name: str, with_tests: bool) -> tuple[str, str]:
    """Compute and test as on another processor: a word, and what was wrong."""
    done = made.on_processor(name, "book/compare.py")
    if done.returncode:
        return "DIFFERS", done.stdout
    if not with_tests:
        return "same", ""
    tests = ["-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]
    done = made.on_processor(name, *tests, "tests/library", "src")
    if done.returncode:
        return "FAILS", done.stdout
    passed = re.findall(r"(\d+) passed", done.stdout)[-1]
    return f"same, {passed} tests", ""


def compare_processors(clones: list[Clone]) -> int:
    """Print a matrix of processors and Pythons; give how many cells are wrong."""
    first, wrong, notes = clones[0], 0, []
    farthest = json.loads(first.on_processor("own", "-c", FAR).stdout.splitlines()[-1])
    versions = [run([made.python, "-V"]).stdout.split()[1] for made in clones]
    print(f"\n{'processor':13}" + "".join(f"{version:>20}" for version in versions))
    for name in processors.ASKED:
        looked = first.on_processor("own", "-c", REFUSED, name).stdout.splitlines()[-1]
        if refused := json.loads(looked):
            notes.append(f"{name}: {'; '.join(refused)}.")
        said = []
        for made in clones:
            if refused:
                said.append("not forced")
                continue
            with_tests = made is first or name == farthest
            word, why = cell(made, name, with_tests)
            said.append(word)
            if why:
                wrong += 1
                notes.append(f"{name}, {made.folder}:\n{why}")
        print(f"{name:13}" + "".join(f"{word:>20}" for word in said), flush=True)
    print("\n".join(["", *notes]))
    return wrong


def main() -> int:
    named, here = sys.argv[1:], pythons()
    found, before = named or [*here.values()] or [sys.executable], no_network()
    status = ["git", "status", "--porcelain"]
    if run(status, cwd=ROOT).stdout:
        print("Only what is committed is compared.")
    said = "taken away" if before else "left, unshare does not work"
    print(f"Network: {said}.", flush=True)
    top = Path(tempfile.mkdtemp(prefix="reproduce-"))
    committed = top / "committed"  # what all are compared with, whatever is added
    clone(ROOT, committed)
    clones, wrong = compare_places(committed, top, found, before)
    for minor in MINORS:
        if not named and minor not in here:
            print(f"3.{minor} {wheels(clones[0].python, committed, minor)}")
    wrong += compare_processors(clones)
    if wrong:
        print(f"The clones are left in {top}.")
    else:
        shutil.rmtree(top)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
