"""Nothing depends on the order in which a processor sorts what is equal."""

import ast
import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT

# Sorts of NumPy and pandas, of which ties are in another order on another processor
# unless asked otherwise.
SORTS = {"argsort", "sort_values", "sort_index"}
# Sort by themselves, and cannot be asked otherwise.
UNSTABLE = {"swarmplot", "argpartition"}


def code():
    """Python of the project, by where it stands."""
    for folder in ("src", "book", "tests", "audits", "benchmarks"):
        for path in (ROOT / folder).rglob("*.py"):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    for path in (ROOT / "chapters").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        for i, cell in enumerate(cells):
            if cell["cell_type"] == "code":
                yield f"{path.name}, cell {i}", "".join(cell["source"])


def calls(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def unstable(source):
    """Lines of the sorts that do not say what becomes of ties."""
    for name, call in calls(source):
        kinds = [option.value for option in call.keywords if option.arg == "kind"]
        said = [getattr(kind, "value", None) for kind in kinds]
        if name in UNSTABLE or (name in SORTS and said != ["stable"]):
            yield f"line {call.lineno}: {name}"


def test_every_sort_keeps_the_order_of_what_is_equal():
    found = [f"{where}, {line}" for where, text in code() for line in unstable(text)]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "x.argsort()",
        'np.argsort(x, kind="quicksort")',
        'frame.sort_values("n")',
        "frame.sort_index(ascending=False)",
        "sns.swarmplot(frame)",
    ],
)
def test_a_sort_that_does_not_is_found(line):
    assert len([*unstable(line)]) == 1
    assert not [*unstable('x.argsort(kind="stable")')]


LOOK = """
import math, numpy, scipy.stats
print(*map(repr, [math.exp(0.3), float(numpy.exp(0.3)), float(numpy.sum([0.1, 0.7])),
    float(scipy.stats.norm.cdf(0.3)), float(numpy.exp(0)), numpy.log([2.0, 4]).size]))
"""


def test_the_audit_moves_last_bits_and_nothing_else():
    command = [sys.executable, "-c", LOOK]
    audit = [sys.executable, str(ROOT / "audits" / "last_bits.py")]
    said = [
        subprocess.run(
            [*before, *command],
            env=os.environ | {"LAST_BITS": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for before, seed in (([], "1"), (audit, "1"), (audit, "1"), (audit, "2"))
    ]
    plain, one, again, other = (text.split() for text in said)
    assert one == again
    assert sum(a != b for a, b in zip(plain, one, strict=True)) >= 3
    assert sum(a != b for a, b in zip(one, other, strict=True)) >= 2
    assert (one[-2:], other[-2:]) == (["1.0", "2"], ["1.0", "2"])
    assert [*map(float, one)] == pytest.approx([*map(float, plain)], rel=1e-15)
