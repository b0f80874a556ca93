"""The command `reanalysis read`: one published table as a draft for the audit."""

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from reanalysis.corpus.grids import Grid
from reanalysis.corpus.reading import READ, Reading, read_grid
from reanalysis.corpus.sources import grids_of_file
from reanalysis.package import DataError
from reanalysis.written import OutputError, write_files


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "file", metavar="FILE", help="JATS, HTML, DOCX, or text with tabulators"
    )
    parser.add_argument(
        "--table", metavar="2", help="only this table: its number or its label"
    )
    parser.add_argument(
        "--out", metavar="TABLE.csv", help="write the draft there instead of printing"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read the tables of a file, write a draft, say what was left out.

    Returns
    -------
    int
        0; 2 for unusable input, or if nothing could be read.
    """
    try:
        grids = choose(grids_of_file(arguments.file), arguments.table)
        readings = [read_grid(grid) for grid in grids]
        text = draft(readings)
        if arguments.out is not None:
            path = Path(arguments.out)
            if path.exists():
                raise OutputError(f"{path} is already there")
            write_files(path.parent, {path.name: text})
    except (DataError, OutputError) as error:
        print(f"reanalysis read: {error}", file=sys.stderr)
        return 2
    cells = sum(len(reading.cells) for reading in readings)
    if arguments.out is None:
        print(text, end="")
    print(summary(grids, readings), file=sys.stderr)
    if cells and arguments.out is not None:
        print(f"Compare {arguments.out} with the table, then type", file=sys.stderr)
        print(f"reanalysis audit {arguments.out}", file=sys.stderr)
    return 0 if cells else 2


def choose(grids: Sequence[Grid], wanted: str | None) -> list[Grid]:
    """Pick a table by its label, or by its place in the file.

    Raises
    ------
    OutputError
        If there is no such table.

    Examples
    --------
    >>> grids = [Grid("", f"Table {name}", "", "") for name in ("1", "S2")]
    >>> choose(grids, "S2")[0].label, choose(grids, "2")[0].label
    ('Table S2', 'Table S2')
    """
    if wanted is None:
        return list(grids)
    for grid in grids:
        label = grid.label.lower().removeprefix("table").strip(" .")
        if wanted.lower() in (label, grid.label.lower()):
            return [grid]
    if wanted.isdigit() and 1 <= int(wanted) <= len(grids):
        return [grids[int(wanted) - 1]]
    labels = ", ".join(grid.label or "(no label)" for grid in grids)
    raise OutputError(f"there is no table {wanted}: the file has {labels}")


def draft(readings: Sequence[Reading]) -> str:
    """Write what was read as the audit's CSV; `doubt` says what is not sure."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, READ, lineterminator="\n")
    writer.writeheader()
    for reading in readings:
        writer.writerows(reading.cells)
    return file.getvalue()


def summary(grids: Sequence[Grid], readings: Sequence[Reading]) -> str:
    """Say how much was read, and each row that was left out with its reason."""
    lines = []
    for grid, reading in zip(grids, readings, strict=True):
        rows = len({cell["row"] for cell in reading.cells})
        lines.append(f"{grid.label or 'Table'}: {rows} rows read")
        lines += [
            f"  {'row ' + str(left['row']) if left['row'] else 'the table'}: "
            f"{left['reason']}"
            for left in reading.left_out
        ]
    return "\n".join(lines)
