"""Time the exact test and the exact power against what else there is.

Seconds depend on the machine, so what counts is the ratio of two times taken in this
run, each the median of several repeats. R starts once for all its repeats and takes
its own time: its start is not counted.
"""

import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from math import prod
from statistics import median
from time import perf_counter

import exact_tests
import numpy as np
import pandas as pd
from lxml import etree
from scipy import stats

from reanalysis import Table, audit, design, exact_test, example
from reanalysis.corpus import jats_grids, read_grid
from reanalysis.corpus.batches import judge
from reanalysis.corpus.sources import Document
from reanalysis.design import exact_power
from reanalysis.origins import matches_by_luck

#: One table: patients with the event, and patients, per arm.
EVENTS, N = [6, 12, 16], [20, 20, 20]

#: The larger study and its true rates.
LARGE, RATES = [100, 100, 100], [0.3, 0.4, 0.5]

ALPHA = 0.05

#: Random tables of the larger study that the loops are timed on.
SUBSET = 4_000

#: Number of arms, and the patients in each for which growth is shown.
GROWTH = {2: [50, 100, 200, 400, 800], 3: [25, 50, 100, 200], 4: [10, 20, 40, 60]}

REPEATS = 7

#: Takes the number of repeats, k, n and the tables one after another; gives the
#: seconds of each repeat and the number of significant tables.
R_LOOP = """
input <- scan(file("stdin"), quiet = TRUE)
k <- input[2]
n <- input[2 + 1:k]
tables <- matrix(input[-(1:(2 + k))], ncol = k, byrow = TRUE)
for (i in 1:input[1]) {
  start <- proc.time()[["elapsed"]]
  significant <- 0
  for (j in seq_len(nrow(tables))) {
    x <- tables[j, ]
    significant <- significant + (fisher.test(cbind(x, n - x))$p.value <= 0.05)
  }
  cat(proc.time()[["elapsed"]] - start, "")
}
cat(significant)
"""


# --- timing ---------------------------------------------------------------------------


def seconds(call: Callable[[], object], times: int = 1) -> float:
    """Give the median time of one call, over repeats of so many calls."""
    call()
    found = []
    for _ in range(REPEATS):
        start = perf_counter()
        for _ in range(times):
            call()
        found.append((perf_counter() - start) / times)
    return median(found)


def seconds_in_r(events: np.ndarray, n: Sequence[int]) -> tuple[float, int]:
    """Give the median time of R's loop over tables, and how many are significant."""
    numbers = [3, len(n), *n, *events.ravel().tolist()]
    found = subprocess.run(
        ["Rscript", "--vanilla", "-e", R_LOOP],
        input=" ".join(map(str, numbers)),
        capture_output=True,
        text=True,
        check=True,
    )
    *times, significant = found.stdout.split()
    return median(map(float, times)), int(significant)


def peak_memory(call: Callable[[], object]) -> int:
    """Give the bytes that a call holds at its peak."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


# --- what people write today ----------------------------------------------------------


def pvalue_by_exact_tests(events: Sequence[int], n: Sequence[int]) -> float:
    """Give the exact p-value from exact-tests, which wants lists."""
    rest = [size - x for size, x in zip(n, events, strict=True)]
    return exact_tests.fisher_exact([list(events), rest])


def loop_over_exact_tests(
    events: list[list[int]], n: Sequence[int], chances: list[list[float]]
) -> tuple[float, int]:
    """Add up the probabilities of the significant tables, and count these."""
    power, significant = 0.0, 0
    for table in events:
        if pvalue_by_exact_tests(table, n) <= ALPHA:
            significant += 1
            power += prod(chance[x] for chance, x in zip(chances, table, strict=True))
    return power, significant


# --- what is printed ------------------------------------------------------------------


def say(what: str, value: str) -> None:
    """Print one line."""
    print(f"  {what:<62} {value:>14}", flush=True)


def ratio(time: float, unit: float) -> str:
    """Write one time in units of another."""
    times = time / unit
    return f"{times:,.0f} times" if times >= 20 else f"{times:.2g} times"


def show_import() -> None:
    """Print what importing the library takes beyond the libraries that it stands on."""
    code = "from time import process_time as t\nimport numpy, pandas, scipy.stats\n"
    code += "start = t()\nimport reanalysis\nprint(t() - start)"
    found = [
        float(subprocess.check_output([sys.executable, "-c", code], text=True))
        for _ in range(REPEATS)
    ]
    print("\nImport of reanalysis, beyond NumPy, SciPy and pandas")
    say("processor time, the least of all repeats", f"{min(found) * 1e3:.0f} ms")


def compare_one_table(has_r: bool) -> None:
    """Print how long others take for the exact test of one table."""
    print(f"\nExact test of one table, {EVENTS} of {N}")
    time = seconds(lambda: exact_test(EVENTS, N), times=1000)
    direct = seconds(lambda: pvalue_by_exact_tests(EVENTS, N), times=1000)
    say("exact_test (the unit)", f"{time * 1e6:.1f} µs")
    say("exact-tests, called directly", ratio(direct, time))
    if has_r:
        many = np.tile(EVENTS, (2000, 1))
        say("R, fisher.test", ratio(seconds_in_r(many, N)[0] / len(many), time))
    table = np.column_stack([EVENTS, np.subtract(N, EVENTS)])
    scipy_time = seconds(lambda: stats.fisher_exact(table), times=3)
    say("scipy, fisher_exact (draws 9,999 tables: not exact)", ratio(scipy_time, time))


def compare_exact_power(has_r: bool) -> None:
    """Print how long one sort and the usual loops take for the same power."""
    number = prod(n + 1 for n in LARGE)
    print(f"\nExact power, arms of {LARGE}: {number:,} tables")
    rng = np.random.default_rng(0)
    floats = rng.random(number)
    sort = seconds(lambda: np.sort(floats))
    say("one numpy.sort of as many numbers (the unit)", f"{sort * 1e3:.0f} ms")
    for test in design.TESTS:
        time = seconds(lambda test=test: exact_power(LARGE, RATES, test=test))
        say(f"exact_power, {test}", ratio(time, sort))
    time = seconds(lambda: exact_power(LARGE, RATES, test="exact"))
    rates = np.linspace(0, 1, 101)
    curve = seconds(lambda: design.false_positive_curve(LARGE, rates, test="exact"))
    say(f"false_positive_curve, exact, {len(rates)} rates", ratio(curve, sort))

    print(f"\nThe same power, exact test, in loops (the unit: {time * 1e3:.0f} ms)")
    print(f"  {SUBSET:,} random tables are timed, their time times the number of all")
    print("  tables over theirs is what stands here")
    events = np.column_stack([rng.integers(0, n + 1, SUBSET) for n in LARGE])
    region = design.rejection_region(LARGE, test="exact", alpha=ALPHA)
    expected = int(region.contains(events).sum())
    chances = [
        stats.binom.pmf(np.arange(n + 1), n, p).tolist()
        for n, p in zip(LARGE, RATES, strict=True)
    ]
    listed = events.tolist()
    loop = seconds(lambda: loop_over_exact_tests(listed, LARGE, chances))
    _, found = loop_over_exact_tests(listed, LARGE, chances)
    say("Python, exact-tests", ratio(loop * number / SUBSET, time))
    say("  significant, and by exact_power's region", f"{found} and {expected}")
    if has_r:
        loop, found = seconds_in_r(events, LARGE)
        say("R, fisher.test", ratio(loop * number / SUBSET, time))
        say("  significant, and by exact_power's region", f"{found} and {expected}")


def show_growth() -> None:
    """Print how the time and the memory of the exact power grow."""
    print("\nGrowth of exact_power, exact test")
    print("  arms  patients in each       tables         ms  ns per table  peak MB")
    for k, sizes in GROWTH.items():
        p = RATES[:2] * (k // 2) + RATES[2:] * (k % 2)
        for n in sizes:
            number = (n + 1) ** k

            def call(n: int = n, p: list[float] = p) -> float:
                return exact_power(n, p, test="exact")

            time = seconds(call)
            print(
                f"  {k:>4}  {n:>16}  {number:>11,}  {time * 1e3:>9.1f}"
                f"  {time / number * 1e9:>12.0f}  {peak_memory(call) / 1e6:>7.1f}",
                flush=True,
            )


def compare_audit(has_r: bool) -> None:
    """Print how long R takes for two tests of each row of a table that is audited."""
    rng = np.random.default_rng(0)
    rows, n = 200, [24, 24]
    events = rng.integers(0, 25, (rows, 2))
    frame = pd.DataFrame(
        [
            {"endpoint": str(i), "arm": arm, "n": 24, "count": str(x)}
            | {"statistic": "1.50", "p": "0.22"}
            for i, row in enumerate(events)
            for arm, x in zip("AB", row, strict=True)
        ]
    )
    table = Table.from_frame(frame)
    start = perf_counter()
    audit(table)  # what one call keeps for the next is not counted
    time = perf_counter() - start
    print(f"\nAudit of {rows} rows of two arms, every procedure (the unit)")
    say("audit", f"{time * 1e3:.0f} ms")
    study = example()
    luck = seconds(lambda: matches_by_luck(study))
    say("matches_by_luck of three printed values", ratio(luck, time))
    if has_r:
        numbers = [3, 2, *n, *events.ravel().tolist()]
        for test in ("chisq.test", "fisher.test"):
            loop = R_LOOP.replace("fisher.test", test)
            found = subprocess.run(
                ["Rscript", "--vanilla", "-e", f"options(warn = -1)\n{loop}"],
                input=" ".join(map(str, numbers)),
                capture_output=True,
                text=True,
                check=True,
            )
            say(f"R, {test} alone", ratio(float(found.stdout.split()[0]), time))


def compare_reader() -> None:
    """Print what reading and judging published tables costs, and how it grows."""
    row = (
        "<tr><td>Sign {i}, n (%)</td><td>5 (25)</td><td>10 (40)</td><td>0.29</td></tr>"
    )
    body = "".join(row.format(i=i) for i in range(20))
    xml = (
        "<table-wrap><table><thead><tr><th/><th>A (n = 20)</th><th>B (n = 25)</th>"
        f"<th>P</th></tr></thead><tbody>{body}</tbody></table></table-wrap>"
    ).encode()
    documents = [Document(f"{i}.xml", "made up", "jats", xml) for i in range(40)]
    parsing = seconds(lambda: [etree.fromstring(xml) for _ in documents])
    print("\nForty published tables of twenty rows (the unit: parsing the XML alone)")
    say("parse", f"{parsing * 1e3:.1f} ms")
    reading = seconds(lambda: [read_grid(*jats_grids(xml)) for _ in documents])
    say("read", ratio(reading, parsing))
    whole = seconds(lambda: judge(documents))
    say("read and judge", ratio(whole, parsing))
    say("half of the tables", ratio(seconds(lambda: judge(documents[::2])), whole))


if __name__ == "__main__":
    has_r = shutil.which("Rscript") is not None
    print(f"Medians of {REPEATS} repeats (of 3 in R).")
    if not has_r:
        print("Rscript is not here: the comparisons with R are left out.")
    show_import()
    compare_one_table(has_r)
    compare_exact_power(has_r)
    compare_audit(has_r)
    compare_reader()
    show_growth()
