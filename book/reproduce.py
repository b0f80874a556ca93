"""Make the book again elsewhere and compare it to the byte: python book/reproduce.py

What is committed is cloned once for each Python from 3.11 to 3.13 that is found, and
made there from nothing: the environment, then all outputs, then the pages, by two calls
of make at once. Each clone has another folder, home, time zone, locale, umask and hash
seed; one pretends to be an older processor. After the environment is installed there is
no network, where the system can take it away (`unshare`, Linux).

All must give the same bytes: the outputs those that are committed, the pages those of
the first clone.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[1]

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
            # an older processor
            "OPENBLAS_CORETYPE": "Nehalem",
            "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX",
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


def pythons() -> list[str]:
    """Each Python from 3.11 to 3.13 that is on the path, or that pyenv has."""
    found = []
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for minor in (11, 12, 13):
        there = sorted(pyenv.glob(f"3.{minor}.*/bin/python3"))
        path = there[-1] if there else shutil.which(f"python3.{minor}")
        if path:
            found.append(str(path))
    return found or [sys.executable]


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


def make(
    committed: Path, folder: Path, place: dict, python: str, before: list[str]
) -> None:
    """Make everything in a fresh clone."""
    clone(committed, folder)
    home = folder.parent / "home"
    home.mkdir()
    environment = os.environ | {"PYTHONNOUSERSITE": "1"} | place["environment"]
    how = {"cwd": folder, "umask": place["umask"]}
    target = ["make", "--no-print-directory", f"PYTHON={python}"]
    # at home, so that what pip has loaded once is not loaded again
    together([[*target, "environment"]], env=environment, **how)
    # without the manifest everything is stale
    (folder / "results" / "manifest.sha256").unlink()
    for name in outputs(folder):
        if name.startswith("results/"):
            (folder / name).unlink()
    environment["HOME"] = str(home)
    together([[*before, *target, "book"]] * 2, env=environment, **how)


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


def main() -> int:
    found, before = sys.argv[1:] or pythons(), no_network()
    status = ["git", "status", "--porcelain"]
    if subprocess.run(status, cwd=ROOT, capture_output=True).stdout:
        print("Only what is committed is compared.", flush=True)
    print(f"Network: {'taken away' if before else 'left, unshare does not work'}.")
    top, wrong, first = Path(tempfile.mkdtemp(prefix="reproduce-")), 0, None
    committed = top / "committed"  # what all are compared with, whatever is added
    clone(ROOT, committed)
    print(f"{'Python':8} {'place':24} {'outputs':>18} {'pages':>18} {'seconds':>8}")
    for i, python in enumerate(found):
        place, start = PLACES[i % len(PLACES)], time.monotonic()
        folder = top / str(i) / place["folder"]
        folder.parent.mkdir(parents=True)
        make(committed, folder, place, python, before)
        names = outputs(committed)
        own, made = (
            different(digests(committed, names), digests(folder, names)),
            pages(folder),
        )
        first = first or made
        others = different(first, made)
        version = subprocess.run([python, "-V"], capture_output=True, text=True).stdout
        said = [
            f"{len(every) - len(unlike)} of {len(every)} same"
            for every, unlike in ((names, own), (made, others))
        ]
        seconds = f"{time.monotonic() - start:.0f}"
        print(
            f"{version.split()[1]:8} {place['folder']:24} {said[0]:>18} {said[1]:>18} "
            f"{seconds:>8}",
            flush=True,
        )
        for name in (own + others)[:20]:
            print(f"    differs: {name}")
        wrong += len(own) + len(others)
    if wrong:
        print(f"The clones are left in {top}.")
    else:
        shutil.rmtree(top)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
