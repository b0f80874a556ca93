"""Time the reader of published tables, and its judge, on a corpus of tables.

    python benchmarks/corpus.py TABLES.jsonl.gz

TABLES holds a line of JSON for each table, as `reanalysis corpus` reads it. Times are
processor seconds, which another program on the same machine changes less than the
clock; only those of one worker and of two are by the clock. R takes its own time: its
start, and reading its input, are not counted.
"""

import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

from lxml import etree

from reanalysis.checks import Table, audit
from reanalysis.corpus import read_grid
from reanalysis.corpus.batches import judge
from reanalysis.corpus.scale import run
from reanalysis.corpus.sources import documents

#: One printed test of counts a line: how many arms, then the counts, level by level.
R_LOOP = """
options(warn = -1)
lines <- readLines(file("stdin"))
tables <- lapply(strsplit(lines, " "), function(x) {
  x <- as.numeric(x)
  matrix(x[-1], ncol = x[1], byrow = TRUE)
})
for (test in list(chisq.test, fisher.test)) {
  used <- system.time(for (x in tables) try(test(x), silent = TRUE))
  cat(used[["user.self"]] + used[["sys.self"]], "")
}
"""

Rows = dict[tuple[str, ...], list[dict]]


def seconds(call: Callable[[], object]) -> float:
    """Processor seconds of one call."""
    start = process_time()
    call()
    return process_time() - start


def counted(cells: list[dict]) -> Rows:
    """Cells of the rows that print a p-value of counts, by row."""
    found: Rows = defaultdict(list)
    for cell in cells:
        if cell["p"]:
            found[cell["study"], cell["place"], cell["endpoint"]].append(cell)
    return {
        key: row
        for key, row in found.items()
        if len(row) > 1 and all(str(cell["count"]).isdigit() for cell in row)
    }


def lines_for_r(rows: Rows) -> list[str]:
    """The table of counts behind each row; one level alone gets its rest."""
    lines = []
    for row in rows.values():
        levels: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for cell in row:
            levels[cell["level"]].append((int(cell["count"]), int(cell["n"])))
        counts = [[x for x, _ in level] for level in levels.values()]
        if len(counts) == 1:
            counts.append([n - x for x, n in next(iter(levels.values()))])
        if len(set(map(len, counts))) == 1:
            numbers = [len(counts[0]), *(x for level in counts for x in level)]
            lines.append(" ".join(map(str, numbers)))
    return lines


def seconds_in_r(lines: list[str]) -> tuple[float, float]:
    """Processor seconds of chisq.test and of fisher.test in a loop."""
    found = subprocess.run(
        ["Rscript", "--vanilla", "-e", R_LOOP],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    chi_square, fisher = map(float, found.stdout.split())
    return chi_square, fisher


def say(what: str, value: str) -> None:
    """Print one line."""
    print(f"  {what:<62} {value:>14}", flush=True)


def compare_parts(source: str) -> None:
    """Print what parsing, reading and judging take, and R's loops."""
    found = list(documents([source]))
    xml = [b"<a>" + document.text + b"</a>" for document in found]
    parser = {"recover": True, "huge_tree": False}
    parse = seconds(
        lambda: [etree.fromstring(x, etree.XMLParser(**parser)) for x in xml]
    )
    print(f"{len(found)} tables (the unit: parsing their XML alone, {parse:.1f} s)")
    say("read and judge", f"{seconds(lambda: judge(found)) / parse:.0f} times")
    half = seconds(lambda: judge(found[::2]))
    say("read and judge every second table", f"{half / parse:.0f} times")
    cells = [
        cell
        for document in found
        for grid in document.grids()
        for cell in read_grid(grid).cells
    ]
    rows = counted(cells)
    audited = seconds(lambda: [audit(Table.from_records(row)) for row in rows.values()])
    print(f"\n{len(rows)} p-values of counts (the unit: their audit, {audited:.1f} s)")
    if shutil.which("Rscript") is None:
        say("R is not here", "")
        return
    for name, time in zip(
        ("chisq.test", "fisher.test"), seconds_in_r(lines_for_r(rows)), strict=True
    ):
        say(f"R, {name} alone", f"{time / audited:.2g} times")


def compare_workers(source: str) -> None:
    """Print what a second worker brings, by the clock."""
    print("\nA whole run, files included (the unit: one worker)")
    times = []
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as out:
            start = perf_counter()
            run([source], Path(out), workers=workers)
            times.append(perf_counter() - start)
    say("one worker", f"{times[0]:.0f} s")
    say("two workers: faster", f"{times[0] / times[1]:.2f} times")


if __name__ == "__main__":
    compare_parts(sys.argv[1])
    compare_workers(sys.argv[1])
