"""The command `reanalysis audit`."""

import argparse
import csv
import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from reanalysis.checks.auditing import Audit, audit
from reanalysis.checks.findings import COLUMNS, DIFFERS
from reanalysis.checks.page import answer, luck_sentence, missed_sentence, page
from reanalysis.checks.reading import read_table
from reanalysis.package import DataError
from reanalysis.written import OutputError, write_files

#: Example files, written by ``reanalysis audit --example``.
TEMPLATE = (
    "endpoint,level,arm,n,count,percent,mean,sd,se,n_tested,statistic_name,statistic,"
    "dof,p,mark\n"
)
EXAMPLE = """\
endpoint,arm,n,count,percent,mean,sd,statistic_name,statistic,p
Pain relieved,Warm pack,42,25,59.5,,,chi-square,11.20,<.001
Pain relieved,Usual care,42,10,23.8,,,chi-square,11.20,<.001
Nausea,Warm pack,42,6,14.3,,,chi-square,0.34,0.56
Nausea,Usual care,42,8,19.0,,,chi-square,0.34,0.56
Headache,Warm pack,42,12,28.6,,,chi-square,1.87,0.17
Headache,Usual care,42,18,42.9,,,chi-square,1.87,0.17
Fever,Warm pack,42,0,0,,,chi-square,0.00,1.000
Fever,Usual care,42,0,0,,,chi-square,0.00,1.000
Days in hospital,Warm pack,42,,,4.1,1.3,t,2.20,0.03
Days in hospital,Usual care,42,,,4.8,1.6,t,2.20,0.03
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "table", nargs="?", metavar="TABLE.csv", help="a CSV file or a workbook (.xlsx)"
    )
    parser.add_argument(
        "--out", metavar="FOLDER", help="write checks.csv, checks.json and index.html"
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit with 1 if something does not agree"
    )
    parser.add_argument(
        "--alpha", type=float, default=0.05, help="the level that NS stands for (0.05)"
    )
    parser.add_argument(
        "--example",
        action="store_true",
        help="write a template and a filled example, table-template.csv and "
        "table-example.csv",
    )


def run(arguments: argparse.Namespace) -> int:
    """Audit a table, write what was found, print a short table.

    Returns
    -------
    int
        0; 1 with ``--strict`` if something does not agree; 2 for unusable input.
    """
    try:
        if arguments.example:
            return _write_examples(arguments)
        if arguments.table is None:
            raise OutputError("name a table, or ask for --example")
        if not 0 < arguments.alpha < 1:
            raise OutputError(f"--alpha is between 0 and 1, not {arguments.alpha:g}")
        table = read_table(arguments.table)
        found = audit(table, alpha=arguments.alpha)
        if arguments.out is not None:
            files = outputs(found)
            write_files(Path(arguments.out), files)
    except (DataError, OutputError) as error:
        print(f"reanalysis audit: {error}", file=sys.stderr)
        return 2
    print(report(found))
    if arguments.out is not None:
        print(f"\nWritten to {arguments.out}: {', '.join(files)}")
    differs = any(check.verdict == DIFFERS for check in found.found)
    return 1 if arguments.strict and differs else 0


def _write_examples(arguments: argparse.Namespace) -> int:
    folder = Path(arguments.out or ".")
    files = {"table-template.csv": TEMPLATE, "table-example.csv": EXAMPLE}
    for name in files:
        if (folder / name).exists():
            raise OutputError(f"{folder / name} is already there")
    write_files(folder, files)
    print(f"Written: {', '.join(str(folder / name) for name in files)}")
    print(f"Try: reanalysis audit {folder / 'table-example.csv'} --out audit")
    return 0


def outputs(found: Audit) -> Mapping[str, str]:
    """Give the files of an audit by name.

    Texts of a cell that a spreadsheet would take for a formula begin with an
    apostrophe in the CSV file.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for check in found.found:
        writer.writerow([harmless(text) for text in check])
    return {
        "checks.csv": file.getvalue(),
        "checks.json": json.dumps(_record(found), ensure_ascii=False, indent=1) + "\n",
        "index.html": page(found),
    }


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula; numbers stay as they are.

    Examples
    --------
    >>> harmless("=1+1"), harmless("-0.5"), harmless("7.3")
    ("'=1+1", '-0.5', '7.3')
    """
    if text[:1] not in ("=", "+", "-", "@", "\t", "\r"):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def _record(found: Audit) -> dict:
    return {
        "notes": list(found.table.notes),
        "checks": [check._asdict() for check in found.found],
        "tables": [
            {
                "study": one.study,
                "of": one.field,
                "rows": one.rows,
                "given": one.given,
                "near": one.near,
                "alike": list(one.alike),
                "by_luck": None if one.by_luck != one.by_luck else one.by_luck,
                "missed": [
                    {
                        "endpoint": row.endpoint,
                        "printed": row.printed,
                        "computed": row.computed,
                        "by": row.by,
                        "misprint": row.misprint,
                    }
                    for row in one.missed
                ],
            }
            for one in found.summaries
        ],
    }


def report(found: Audit) -> str:
    """Write an audit for a terminal."""
    lines = [answer(found.found)]
    lines += [f"Note: {note}" for note in found.table.notes]
    for check in found.found:
        if check.verdict == DIFFERS:
            where = ", ".join(
                part for part in (check.study, check.endpoint, check.arm) if part
            )
            lines += [
                "",
                f"{where}: {check.check} {check.printed}",
                f"  {check.sentence}",
            ]
    for one in found.summaries:
        study = f"{one.study}: " if one.study else ""
        luck = f" {luck_sentence(one.by_luck)}" if one.best else ""
        lines += ["", f"{study}{one.sentence}{luck}"]
        if one.best:
            lines += [f"  {missed_sentence(row)}" for row in one.missed]
    return "\n".join(lines)
