"""The environment `.venv`, made from a bare Python and the locks.

It has levels: rendering what is committed needs a third of what running it needs, and
only the tests need the rest. Each lock goes on where the one before it ends.
"""

import platform
import re
import subprocess
import sys
from pathlib import Path

from plain import trouble
from processes import Runner, Stop
from stale import ROOT, Record, digests

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MADE_FROM = VENV / "made-from"
LOCKS = {
    "pages": "requirements-pages.txt",
    "chapters": "requirements.txt",
    "tests": "requirements-test.txt",
}
LEVELS = [*LOCKS]
PROJECT = "pyproject.toml"
PIP = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]

#: What an environment is asked, and what this Python says of itself.
WHO = "import platform, sys; print(platform.python_version(), sys.base_prefix)"


def locks(level: str) -> list[str]:
    """Give the locks that make up a level."""
    return [LOCKS[name] for name in LEVELS[: LEVELS.index(level) + 1]]


def this_python() -> str:
    """Say which Python this is."""
    return f"{platform.python_version()} {sys.base_prefix}"


def its_python() -> str:
    """Say which Python the environment has; nothing if it has none that works."""
    try:
        asked = [PYTHON, "-I", "-S", "-c", WHO]
        return subprocess.run(asked, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def pins(lock: str) -> int:
    """Count what a lock lists."""
    return len(re.findall("^[^ #-].*==", (ROOT / lock).read_text("utf-8"), re.M))


def described(level: str, python: str) -> Record:
    """Give the record of an environment of that level, as it would be written now."""
    names = locks(level) if level == "pages" else [*locks(level), PROJECT]
    return Record(digests(names), {"in": str(ROOT), "python": python, "level": level})


def usable(recorded: Record, chosen: bool) -> str:
    """Say which level the environment has; nothing if it has to be made again."""
    level, python = recorded.facts.get("level"), its_python()
    if level not in LEVELS or not python or (chosen and python != this_python()):
        return ""
    now = described(level, python)
    unchanged = all(
        now.digests[name] == recorded.digests.get(name) for name in locks(level)
    )
    return level if unchanged and now.facts == recorded.facts else ""


def prepare(runner: Runner, level: str, chosen: bool = False) -> Path:
    """Give the Python of an environment that has at least that level.

    One that was moved, whose Python is gone, whose making was interrupted, or whose
    lock has changed, is made again from the start. Where the caller has chosen a
    Python, the environment follows; otherwise it keeps the one that it has.
    """
    if VENV.exists() and not VENV.is_dir():
        raise Stop(f"{VENV} is in the way: it is no folder. Move it.")
    recorded = Record.read(MADE_FROM)
    has = usable(recorded, chosen)
    if has and LEVELS.index(has) > LEVELS.index(level):
        level = has
    if has and recorded == described(level, its_python()):
        return PYTHON
    MADE_FROM.unlink(missing_ok=True)
    if not has:
        print(f"Making the environment {VENV.name} with Python {this_python()}.")
        make_bare(runner)
    if level != has:
        install(runner, level, has)
    if level != "pages":
        install_project(runner)
    described(level, its_python()).write(MADE_FROM)
    return PYTHON


def make_bare(runner: Runner) -> None:
    """Make an environment that has only pip."""
    code, said = runner.listen([sys.executable, "-m", "venv", "--clear", VENV])
    if code:
        raise Stop(
            f"{said.strip()}\n{sys.executable} could not make an environment: see "
            "above. On Debian and Ubuntu it needs apt-get install python3-venv."
        )


def install(runner: Runner, level: str, has: str) -> None:
    """Install what the locks list up to a level, and say how far it is."""
    total = sum(map(pins, locks(level)))
    new = total - (sum(map(pins, locks(has))) if has else 0)
    print(f"Installing {new} libraries for the {level}:", flush=True)
    progress = Progress(total - new, total)
    # what is only rendered with is compiled when it is first used
    how = ["--no-compile", "--require-hashes", "--progress-bar=off", "-r", LOCKS[level]]
    code, said = runner.listen([*PIP, *how], progress.tell)
    if code:
        raise Stop(
            f"{why(said)}\nThe libraries could not be installed: see above. "
            f"{trouble(said) or 'A network is needed, once.'}"
        )
    if level != "pages":
        progress.say("compiling them")
        compile_all = ["-m", "compileall", "-qq", "-j0", "-x", "/tests?/", VENV / "lib"]
        runner.listen([PYTHON, *compile_all])


def install_project(runner: Runner) -> None:
    """Install the project from its own folder, so that a change in it is seen."""
    code, said = runner.listen([*PIP, "--no-deps", "--no-build-isolation", "-e", "."])
    if code:
        raise Stop(f"{why(said)}\nThe project could not be installed: see above.")


def why(said: str) -> str:
    """Give what pip complained of; all of it if it did not say."""
    complaints = [line for line in said.splitlines() if line.startswith("ERROR")]
    return "\n".join(complaints or said.splitlines()[-10:])


class Progress:
    """How many libraries there are: one line of a terminal, quarters elsewhere."""

    SEEN = re.compile("(Collecting|Requirement already satisfied:|Ignoring) ")

    def __init__(self, before: int, total: int):
        """Begin where a part of them is there."""
        self.before, self.total, self.count, self.told = before, total, 0, 0

    def tell(self, line: str) -> None:
        """Count a line of pip's."""
        if line.startswith("Installing collected"):
            self.say("unpacking them")
        elif self.SEEN.match(line):
            self.count += 1
            new, of = self.count - self.before, self.total - self.before
            if sys.stdout.isatty() and new > 0:
                print(f"\r  {new} of {of} ", end="", flush=True)
            elif 4 * new // of > self.told:
                self.told = 4 * new // of
                self.say(f"{new} of {of}")

    def say(self, what: str) -> None:
        """Print a line of its own."""
        print(f"{chr(13) * sys.stdout.isatty()}  {what}          ", flush=True)
