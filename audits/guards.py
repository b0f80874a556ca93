"""Try every slip in every cell of the data: python audits/guards.py [TABLE...]

Counts which guard is the first to see it: the loader, what the data say twice, the
verdicts, or only the record of the files as they were proofread. Takes some minutes.
"""

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "study"), str(ROOT / "book")]

import pandas as pd  # noqa: E402
import test_data  # noqa: E402

from reanalysis import DataError, claims, load_study, verdicts  # noqa: E402

NUMBERS = ("tests", "readings", "differences", "origins")


def judge_as_before() -> None:
    """Let claims be judged by the numbers of the table as they are.

    Slips in those never come so far; they take the time.
    """
    kept = claims.Recomputed(test_data.STUDY)
    shared = {name: getattr(kept, name) for name in NUMBERS}

    class AsBefore(claims.Recomputed):
        def __init__(self, study):
            super().__init__(study)
            vars(self).update(shared)

    claims.Recomputed = AsBefore


def verdicts_change(folder: Path, name: str, rows: list, before: pd.DataFrame) -> bool:
    """Say whether a table that nothing else refuses changes a verdict."""
    path = folder / f"{name}.csv"
    kept = path.read_text(encoding="utf-8")
    path.write_text(test_data.as_text(rows), encoding="utf-8")
    try:
        return not verdicts(load_study(folder)).equals(before)
    except DataError:
        return True
    finally:
        path.write_text(kept, encoding="utf-8")


def main() -> None:
    """Print a row per table."""
    judge_as_before()
    before = verdicts(test_data.STUDY)
    judged = {"arms", "design", "endpoints", "claims", "sources"}
    guards = ("load_study", "guards", "verdicts", "record")
    print(f"{'table':14}", *(f"{guard:>11}" for guard in guards), flush=True)
    with tempfile.TemporaryDirectory() as top:
        folder = Path(shutil.copytree(ROOT / "data", Path(top, "data")))
        for name in sys.argv[1:] or test_data.TABLES:
            found = Counter()
            for *_, rows in test_data.changes(name):
                guard = test_data.first_guard(folder, name, rows)
                if guard == "record" and name in judged:
                    changed = verdicts_change(folder, name, rows, before)
                    guard = "verdicts" if changed else "record"
                found[guard] += 1
            print(f"{name:14}", *(f"{found[guard]:11}" for guard in guards), flush=True)


if __name__ == "__main__":
    main()
