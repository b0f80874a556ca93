"""Read a table from a file."""

import csv
import io
from pathlib import Path

import pandas as pd

from reanalysis.checks.table import Table


def read_table(file: str | Path | pd.DataFrame) -> Table:
    """Read a table from a file."""
    if isinstance(file, pd.DataFrame):
        return Table.from_frame(file)
    text = Path(file).read_text(encoding="utf-8-sig")
    return Table.from_records(list(csv.DictReader(io.StringIO(text))), source=str(file))
