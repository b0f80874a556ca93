"""Run the chapters, write nothing, and compare: python book/compare.py

It says which outputs come out otherwise than they are, as on another processor they
must not (see processors.py). `make test` compares too, a cell at a time and in kernels
that begin with nothing; this takes a tenth of its time.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import kernels
import rerun
from nbclient.exceptions import CellExecutionError
from stale import ROOT


def otherwise(name: str) -> str:
    """Say how an output comes out otherwise than it is; nothing if it does not."""
    try:
        text, _ = rerun.run(name)
    except (CellExecutionError, ValueError) as error:
        return f"{name} failed:\n{error}"
    if text == (ROOT / name).read_text(encoding="utf-8"):
        return ""
    return f"{name} comes out otherwise than it is."


def main() -> int:
    # only a process with one thread can be forked
    if os.environ.get("OPENBLAS_NUM_THREADS", "1") == "1":
        kernels.use()
    names = sorted(rerun.outputs(), key=rerun.length, reverse=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        said = [*filter(None, pool.map(otherwise, names))]
    print("\n".join(said or [f"All {len(names)} outputs come out as they are."]))
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
