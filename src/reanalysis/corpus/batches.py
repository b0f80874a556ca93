"""Read and judge some published tables: plain values in, plain values out.

This is what a worker does. It never raises for a table: what fails is left out, with
the reason.
"""

import gzip
import json
from collections.abc import Iterable, Sequence

from reanalysis.checks.auditing import audit
from reanalysis.checks.findings import COLUMNS
from reanalysis.checks.table import Table
from reanalysis.corpus.grids import Grid
from reanalysis.corpus.reading import LEFT_OUT, READ, Reading, read_grid
from reanalysis.corpus.sources import Document
from reanalysis.package import DataError

#: Columns of the checks of many tables: those of an audit, and where each stands.
CHECKS = (*COLUMNS, "table", "row")

Rows = list[tuple[str, ...]]


def judge(documents: Iterable[Document]) -> dict[str, Rows]:
    """Read and audit every table of some documents.

    Parameters
    ----------
    documents : iterable of Document

    Returns
    -------
    dict
        ``cells``, ``checks`` and ``left_out``: lists of rows of texts, with the columns
        `READ`, `CHECKS` and `LEFT_OUT`; ``tables``: one row with the number of tables.

    Examples
    --------
    >>> xml = b"<table-wrap><table><tr><td/><td>A (n = 20)</td><td>P</td></tr></table>"
    >>> found = judge([Document("one.xml", "a study", "jats", xml + b"</table-wrap>")])
    >>> found["left_out"]
    [('a study', 'table', '', 'no row of numbers stands below a head')]
    """
    found: dict[str, Rows] = {"cells": [], "checks": [], "left_out": []}
    tables = 0
    for document in documents:
        for grid in _grids(document, found["left_out"]):
            tables += 1
            _judge_grid(grid, found)
    found["tables"] = [(str(tables),)]
    return found


def part_of(documents: Iterable[Document]) -> tuple[int, bytes]:
    """Judge some documents, and pack what was found for a file.

    Returns
    -------
    tuple
        The number of tables, and what `judge` gives as compressed JSON: the same
        bytes for the same documents.
    """
    found = judge(documents)
    text = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
    return int(found["tables"][0][0]), gzip.compress(text, compresslevel=5, mtime=0)


def _failed(error: Exception) -> str:
    words = " ".join(str(error).split())[:120]
    return f"the reader failed: {type(error).__name__} {words}".strip()


def _grids(document: Document, left_out: Rows) -> Sequence[Grid]:
    study = document.study or document.name
    if document.kind == "broken":
        left_out.append((study, document.name, "", "the line is no record of a table"))
        return ()
    if document.kind == "killed":
        left_out.append((study, document.name, "", "the worker stopped on it, twice"))
        return ()
    try:
        grids = document.grids()
    except Exception as error:  # a broken article must not stop the others
        left_out.append((study, document.name, "", _failed(error)))
        return ()
    if not grids:
        left_out.append((study, document.name, "", "no table was found"))
    for grid in grids:
        grid.study = grid.study or document.name
    return grids


def _judge_grid(grid: Grid, found: dict[str, Rows]) -> None:
    try:
        reading = read_grid(grid)
        checks = _checks(grid, reading)
    except Exception as error:  # one table must not stop the others
        found["left_out"].append((grid.study, grid.label, "", _failed(error)))
        return
    found["cells"] += [
        tuple(str(cell[name]) for name in READ) for cell in reading.cells
    ]
    found["checks"] += checks
    found["left_out"] += [
        tuple(str(row[name]) for name in LEFT_OUT) for row in reading.left_out
    ]


def _checks(grid: Grid, reading: Reading) -> Rows:
    if not reading.cells:
        return []
    rows = {(c["endpoint"], c["level"]): str(c["row"]) for c in reversed(reading.cells)}
    first = {c["endpoint"]: str(c["row"]) for c in reversed(reading.cells)}
    label = grid.label or "table"
    try:
        audited = audit(Table.from_records(reading.cells, source=label))
    except DataError as error:
        reason = "; ".join(str(fault) for fault in error.faults[:3])
        reading.left_out.append(
            {"study": grid.study, "table": label, "row": "", "reason": reason}
        )
        reading.cells = []
        return []
    return [
        (
            *map(str, check),
            label,
            rows.get((check.endpoint, ""), first.get(check.endpoint, "")),
        )
        for check in audited.found
    ]
