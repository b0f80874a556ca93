"""Write the locks from pyproject.toml: make lock [UPGRADE=1]

A lock holds every library that a level of the environment needs, with the hashes of its
files and without an address. Each goes on where the one before it ends. Versions stay,
unless they no longer fit or UPGRADE is set. Needs `uv` and a network.
"""

import os
import re
import shutil
import tempfile
import tomllib
from pathlib import Path

from environment import LEVELS, LOCKS, PROJECT
from processes import Runner, Stop
from stale import ROOT, write_all

#: What the libraries of each level are called in the project's file.
EXTRAS = {"pages": ["pages"], "chapters": ["dependencies", "chapters"]}
#: For each of them every library has to have a wheel.
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
HEAD = "# Written by make lock: every library with its hashes, no address.\n"


def wanted(level: str) -> list[str]:
    """Give the libraries that a level asks for by name."""
    project = tomllib.loads((ROOT / PROJECT).read_text("utf-8"))["project"]
    lists = {"dependencies": project["dependencies"]} | project["optional-dependencies"]
    if level == "tests":
        names = list(lists)
    else:
        below = LEVELS[: LEVELS.index(level) + 1]
        names = [name for level in below for name in EXTRAS[level]]
    return [library for name in names for library in lists[name]]


def entries(text: str) -> dict[str, str]:
    """Cut a lock into its entries: a library's name and version, and all it says."""
    found = re.findall(r"^(?:[^\s#-].*)\n(?:[ \t]+.*\n)*", text, re.MULTILINE)
    return {entry.split()[0]: entry for entry in found}


def resolve(runner: Runner, level: str, known: str, folder: Path) -> str:
    """Find versions of all that a level needs; those that are known stay."""
    asked, found = folder / f"{level}.in", folder / f"{level}.txt"
    asked.write_text("\n".join(wanted(level)), encoding="utf-8")
    found.write_text(known, encoding="utf-8")
    options = (
        "--universal --generate-hashes --fork-strategy fewest --python-version "
        f"{PYTHONS[0]} --no-annotate --no-header --quiet"
    )
    command = ["uv", "pip", "compile", *options.split(), asked, "--output-file", found]
    code, said = runner.listen(command)
    if code:
        raise Stop(f"{said.strip()}\nNo versions were found that fit: see above.")
    return found.read_text(encoding="utf-8")


def prove_wheels(runner: Runner, folder: Path) -> None:
    """Stop where a library would have to be built on one of the Pythons."""
    options = "--dry-run --quiet --only-binary :all: --no-deps --require-hashes"
    for python in PYTHONS:
        command = ["uv", "pip", "install", *options.split(), "--python-version", python]
        command += ["--target", folder / python, "-r", ROOT / LOCKS[LEVELS[-1]]]
        code, said = runner.listen(command)
        if code:
            raise Stop(f"{said.strip()}\nA library has no wheel for Python {python}.")
        print(f"Python {python}: every library has a wheel.")


def renew(runner: Runner) -> None:
    """Write all locks."""
    if shutil.which("uv") is None:
        raise Stop("uv is not here: https://docs.astral.sh/uv says how to get it.")
    upgrade = os.environ.get("UPGRADE", "") not in ("", "0")
    there = [ROOT / name for name in LOCKS.values() if (ROOT / name).exists()]
    known = "".join(path.read_text("utf-8") for path in there)
    known = "".join(entries(known).values())
    with tempfile.TemporaryDirectory(prefix="lock-") as top:
        # the widest first: a narrower one then takes its versions
        widest = resolve(runner, LEVELS[-1], "" if upgrade else known, Path(top))
        whole, below, locks, first = entries(widest), set(), {}, ""
        for level in LEVELS:
            names = entries(resolve(runner, level, widest, Path(top))).keys()
            if other := names - whole.keys():
                raise Stop(f"{', '.join(other)} would be another version for {level}.")
            rest = "".join(whole[name] for name in whole if name in names - below)
            locks[ROOT / LOCKS[level]] = f"{HEAD}{first}{rest}"
            below |= names
            first = f"-r {LOCKS[level]}\n"
        write_all(locks)
        prove_wheels(runner, Path(top))
