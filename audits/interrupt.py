"""Kill make at random moments: python audits/interrupt.py [TRIALS [SEED]]

In a clone of what is committed, each trial begins some work, kills it, either all of
its processes or only the first of them, and then asks for the book. That must come out
right, and every committed file must be whole: as it was committed.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Seconds after which each target is killed at the latest.
TARGETS = {"book": 20, "rerun": 40, "test": 60}
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def ask(folder: Path, *command: str) -> str:
    """Run a command and give what it said; stop if it failed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def make(target: str) -> list[str]:
    """Give the command that makes a target."""
    return ["make", "--no-print-directory", f"PYTHON={sys.executable}", target]


def begin_and_kill(folder: Path, chance: random.Random) -> str:
    """Begin some work and kill it; say what was done."""
    target = chance.choice([*TARGETS])
    if target == "book":
        # what was rendered and some of the outputs are stale
        manifest = folder / "results" / "manifest.sha256"
        lines = manifest.read_text(encoding="utf-8").splitlines(keepends=True)
        facts = [line for line in lines if line.startswith("#")]
        files = [line for line in lines if line not in facts]
        kept = chance.sample(files, len(files) - 3)
        manifest.write_text("".join(facts + kept), encoding="utf-8")
        (folder / "_build" / "html.sha256").unlink(missing_ok=True)
    after = chance.uniform(0, TARGETS[target])
    number, whole = chance.choice(SIGNALS), chance.random() < 0.5
    with (folder.parent / "said").open("w") as said:
        work = subprocess.Popen(
            make(target), cwd=folder, stdout=said, stderr=said, start_new_session=True
        )
        try:
            work.wait(after)
            when = "it was done before"
        except subprocess.TimeoutExpired:
            (os.killpg if whole else os.kill)(work.pid, number)
            work.wait()
            when = f"{number.name} after {after:.1f} s"
    return f"make {target:6} {'all of it' if whole else 'first only':10} {when}"


def main() -> int:
    """Run the trials and count those that left something wrong."""
    trials, seed = [int(word) for word in sys.argv[1:]] + [24, 1][len(sys.argv) - 1 :]
    chance, wrong = random.Random(seed), 0
    with tempfile.TemporaryDirectory(prefix="interrupt-") as top:
        folder = Path(top, "clone")
        ask(ROOT, "git", "clone", "--quiet", str(ROOT), str(folder))
        ask(folder, *make("book"))
        for trial in range(1, trials + 1):
            what = begin_and_kill(folder, chance)
            start = time.monotonic()
            ask(folder, *make("book"))
            seconds = time.monotonic() - start
            changed = ask(folder, "git", "status", "--porcelain")
            left = [str(path.relative_to(folder)) for path in folder.glob("*/.*.part")]
            wrong += bool(changed or left)
            print(f"{trial:3} {what:45} then right in {seconds:.0f} s", flush=True)
            print(changed, *left, sep="\n", end="" if not (changed or left) else "\n")
    print(f"{trials} trials, {wrong} that left a file changed or half written")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
