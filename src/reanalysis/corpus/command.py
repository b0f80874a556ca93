"""The command `reanalysis corpus`."""

import argparse
import sys

from reanalysis.corpus.scale import run as run_corpus
from reanalysis.package import DataError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILES",
        help="JATS or HTML files, folders of them, or lines of JSON (.jsonl, .gz)",
    )
    parser.add_argument("--out", required=True, metavar="FOLDER", help="where to write")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=int, metavar="N", help="processes; one per core if left out"
    )
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="a Dask scheduler to use instead"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read and judge all tables, and say how many.

    Returns
    -------
    int
        0; 2 for unusable input, a full disk, or a library that is missing.
    """
    try:
        if arguments.workers is not None and arguments.workers < 0:
            raise DataError([])
        counts = run_corpus(
            arguments.files,
            arguments.out,
            workers=arguments.workers,
            scheduler=arguments.scheduler,
            progress=sys.stderr,
        )
    except DataError as error:
        said = str(error) or "--workers is 0 (this process alone) or more"
        print(f"reanalysis corpus: {said}", file=sys.stderr)
        return 2
    print(
        f"Tables: {counts['tables']}. Cells read: {counts['cells']}. "
        f"Checks: {counts['checks']}. Rows left out: {counts['left_out']}."
    )
    print(f"Written to {arguments.out}: checks.csv, cells.csv, left_out.csv")
    return 0
