"""The files that are published beside the pages, as text.

`book/rerun.py` writes them where they are stale, along with the chapters.
"""

import json
from collections.abc import Callable
from pathlib import Path


def atlas(data: Path) -> str:
    """Give the atlas for its page, as a script that sets one constant.

    A page that is opened from a file may not fetch data, but it may load a script.
    """
    # imported here, as below: where nothing is stale, nobody should wait for it
    from atlas import pack_atlas

    from reanalysis import load_study

    text = json.dumps(pack_atlas(load_study(data)), separators=(",", ":"))
    return f"/* Written by book/rerun.py. */\nconst ATLAS = {text};\n"


def ledger(data: Path):
    """Give every claim with its verdict and the chapter that answers it, as a frame."""
    import pandas as pd

    from reanalysis import load_study, verdicts

    study = load_study(data)
    claims = study.claims[["claim", "place", "statement"]]
    answers = pd.read_csv(CHAPTERS / "answers.csv")
    return verdicts(study).merge(claims, on="claim").merge(answers, how="left")


def table(data: Path):
    """Give the table as printed and as recomputed, a row per number, as a frame."""
    import pandas as pd

    from reanalysis import load_study
    from reanalysis.endpoints import add_intervals, check_tests

    study = load_study(data)
    counts = add_intervals(study.counts)
    counts = counts.rename(columns={"percent": "printed"})
    tests = check_tests(study).rename(columns={"holds": "significance_holds"})
    found = pd.concat([counts, tests], ignore_index=True)
    whole = ["n", "events", "dof"]
    return found.astype(dict.fromkeys(whole, "Int64"))


def functions(data: Path) -> str:
    """Give the page of the library's functions; it holds no number of the study."""
    import functions_page

    return functions_page.page()


def as_csv(frame: Callable) -> Callable[[Path], str]:
    """Write a frame as CSV; numbers keep what can be trusted of them."""
    return lambda data: frame(data).to_csv(
        index=False, float_format="%.10g", lineterminator="\n"
    )


def as_json(frame: Callable) -> Callable[[Path], str]:
    """Write a frame as JSON, a record per row."""
    return lambda data: (
        frame(data).to_json(orient="records", indent=1, double_precision=10) + "\n"
    )


CHAPTERS = Path(__file__).parents[1] / "chapters"
ATLAS = "results/atlas-data.js"

#: The text of each file, computed from the folder `data`.
FILES: dict[str, Callable[[Path], str]] = {
    ATLAS: atlas,
    "chapters/functions.md": functions,
    "results/ledger.csv": as_csv(ledger),
    "results/ledger.json": as_json(ledger),
    "results/table.csv": as_csv(table),
    "results/table.json": as_json(table),
}
