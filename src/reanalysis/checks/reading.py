"""Read a table from a file: CSV as spreadsheets write it, or a workbook.

Nothing in a file is run: a formula is a fault, and every cell is text. What is taken in
another form than it stands there is said; what is not sure is a fault with its place.
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from reanalysis.checks.table import FORMULA, KNOWN, NEEDED, Table
from reanalysis.package import DataError, Fault
from reanalysis.printed import tidy

LARGEST_FILE = 20_000_000  # bytes; a published table is a few kilobytes
LARGEST_UNPACKED = 200_000_000  # bytes of a workbook's parts
MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_CELL = 2_000  # characters

#: Columns whose numbers may have decimals.
_DECIMAL = ("percent", "mean", "sd", "se", "statistic", "p")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_COMMA = re.compile(r"[^0-9]*[0-9]*,[0-9]+[ %*]*")
_POINT = re.compile(r"[^0-9]*[0-9]*\.[0-9]+[ %*]*")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

#: Other names of columns, as people write them.
_ALIASES = {
    "outcome": "endpoint", "group": "arm", "events": "count", "percentage": "percent",
    "%": "percent", "p_value": "p", "pvalue": "p", "df": "dof", "category": "level",
    "test": "statistic_name",
}  # fmt: skip


def read_table(file: str | Path | pd.DataFrame) -> Table:
    r"""Read a printed table.

    Parameters
    ----------
    file : str, Path or DataFrame
        A CSV file (a comma, a semicolon or a tab between cells), a workbook (.xlsx), or
        a frame. A row for each printed cell, with the columns ``endpoint, arm, n`` and
        any of ``study, place, level, count, percent, mean, sd, se, items, n_tested,
        statistic_name, statistic, dof, p, mark``; others are kept.

    Returns
    -------
    Table
        `Table.notes` says what was taken in another form than it stands there.

    Raises
    ------
    DataError
        A sentence for each fault, with its row and column.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "table.csv"
    ...     _ = path.write_text("endpoint;arm;n;percent\nrelief;A;42;59,9 %\n")
    ...     table = read_table(path)
    >>> table.cells[0].percent.text
    '59.9'
    >>> table.notes[0]
    'Cells are parted by semicolons.'
    """
    if isinstance(file, pd.DataFrame):
        return Table.from_frame(file)
    path = Path(file)
    content = _content(path)
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        rows, notes = _workbook_rows(path, content)
    else:
        rows, notes = _csv_rows(path, content)
    return _table(str(path), rows, notes)


def _refuse(
    path: Path | str, rule: str, row: int | None = None, *, value: str | None = None
) -> DataError:
    return DataError([Fault(str(path), row, None, value, rule)])


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise _refuse(path, "this is a folder; name one file")
        if not path.is_file():
            raise _refuse(path, "there is no such file")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _refuse(
                path, f"it has {size:,} bytes; at most {LARGEST_FILE:,} are read"
            )
        return path.read_bytes()
    except OSError as error:
        raise _refuse(path, f"it cannot be read ({error.strerror})") from None
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise _refuse(repr(str(path)), "this is no name of a file") from None


# --- CSV --------------------------------------------------------------------------

Rows = list[tuple[int, list[str]]]


def _csv_rows(path: Path, content: bytes) -> tuple[Rows, list[str]]:
    text, notes = _decode(path, content)
    first, _, after = text.partition("\n")
    skipped = 0
    delimiter = ""
    if re.fullmatch("sep=[,;\t]", first.strip("\r"), re.IGNORECASE):
        delimiter, text, skipped = first[4], after, 1
        notes.append("The line sep= at the top was left out.")
    delimiter = delimiter or _delimiter(text)
    if delimiter != ",":
        name = "semicolons" if delimiter == ";" else "tabs"
        notes.append(f"Cells are parted by {name}.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    rows: Rows = []
    line = skipped
    try:
        for cells in reader:
            line += 1
            if len(rows) > MOST_ROWS:
                raise _refuse(path, f"it has more than {MOST_ROWS:,} rows")
            if len(cells) > MOST_COLUMNS:
                said = f"it has {len(cells):,} columns; at most {MOST_COLUMNS} are read"
                raise _refuse(path, said, line)
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
    except csv.Error:
        raise _refuse(
            path, "a quotation mark is not closed, or text follows it", line + 1
        ) from None
    return rows, notes


def _decode(path: Path, content: bytes) -> tuple[str, list[str]]:
    if content.startswith(b"PK\x03\x04"):
        raise _refuse(path, "this is a workbook or an archive; name a workbook .xlsx")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refuse(path, "this is an old workbook; save it as .xlsx or as CSV")
    if content.startswith(b"%PDF"):
        raise _refuse(path, "this is a PDF; type its table into a CSV file")
    notes = []
    encoding = "utf-8"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
        notes.append("The file is in UTF-16, as some spreadsheets write it.")
    elif content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
        notes.append("The byte order mark at the start was left out.")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refuse(path, "it is not in UTF-8; save it as CSV UTF-8", line) from None
    if "\x00" in text:
        raise _refuse(path, "it is no text")
    if not text.strip():
        raise _refuse(path, "it is empty")
    # a lone carriage return ends a line on old systems
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _delimiter(text: str) -> str:
    """The character that parts most known names of the first line."""
    first = next(line for line in text.split("\n") if line.strip())

    def known(delimiter: str) -> int:
        names = [_plain(name.strip('"')) for name in first.split(delimiter)]
        return len({*names} & {*KNOWN, *_ALIASES})

    return max(",;\t", key=known)


# --- workbooks --------------------------------------------------------------------


def _workbook_rows(path: Path, content: bytes) -> tuple[Rows, list[str]]:
    try:
        import openpyxl
    except ModuleNotFoundError:
        raise _refuse(
            path, "workbooks need the library openpyxl; install it, or save it as CSV"
        ) from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise _refuse(path, f"unpacked it has {unpacked:,} bytes, too many")
        # formulas stay text here, and are refused
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        sheets = [(sheet.title, _sheet_rows(path, sheet)) for sheet in book.worksheets]
    except DataError:
        raise
    except Exception:
        # whatever a broken file makes the library raise, it is one fault
        raise _refuse(path, "this is no workbook that can be read") from None
    for title, rows in sheets:
        if rows and {*NEEDED} <= {_plain(cell) for cell in rows[0][1]}:
            notes = [f"The sheet {title} was read."] if len(sheets) > 1 else []
            return rows, notes
    rows = next((rows for _, rows in sheets if rows), [])
    if not rows:
        raise _refuse(path, "it is empty")
    return rows, []


def _sheet_rows(path: Path, sheet: Any) -> Rows:
    rows: Rows = []
    for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        texts = [_shown(path, line, cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            rows.append((line, texts))
        if len(rows) > MOST_ROWS:
            raise _refuse(path, f"it has more than {MOST_ROWS:,} rows")
    width = max((len(texts) for _, texts in rows), default=0)
    return [(line, texts + [""] * (width - len(texts))) for line, texts in rows]


def _shown(path: Path, line: int, cell: Any) -> str:
    """A cell as the sheet shows it: its format has the printed decimals."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f" or (isinstance(value, str) and value.startswith("=")):
        rule = f"{FORMULA} (cell {cell.coordinate})"
        raise _refuse(path, rule, line, value=str(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    shown = (cell.number_format or "General").split(";")[0]
    found = re.fullmatch(r"[#,]*0(?:\.(0+))?(%?)(?:_\)|_-| )*", shown)
    if found:
        decimals = len(found[1] or "")
        scaled = value * 100 if found[2] else value
        return f"{scaled:.{decimals}f}{found[2]}"
    return repr(int(value) if float(value).is_integer() else value)


# --- rows to a table ----------------------------------------------------------------


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", tidy(name).lower() or name.strip())


def _table(source: str, rows: Rows, notes: list[str]) -> Table:
    (header_line, header), *body = rows
    columns, renamed = _columns(header)
    if renamed:
        said = ", ".join(f"{old} as {new}" for old, new in renamed)
        notes.append(f"Columns were read under other names: {said}.")
    faults = []
    for name in columns:
        if name == "" and any(
            len(cells) > columns.index("") and cells[columns.index("")].strip()
            for _, cells in body
        ):
            faults.append(Fault(source, header_line, None, "", "a column has no name"))
    named = [columns.index(name) for name in NEEDED if name in columns]
    needed = max(named, default=-1) + 1
    records, lines = [], []
    for line, cells in body:
        surplus = any(cell.strip() for cell in cells[len(columns) :])
        if surplus or len(cells) < needed:
            rule = f"it has {len(cells)} cells, the header {len(columns)}"
            faults.append(Fault(source, line, None, None, rule))
        cells = [*cells, *[""] * (len(columns) - len(cells))]
        record = dict(zip(columns, cells, strict=False))
        record.pop("", None)
        faults += _cell_faults(source, line, record)
        records.append(record)
        lines.append(line)
    if faults:
        raise DataError(faults)
    comma = _decimal_comma(source, lines, records)
    if comma:
        notes.append("Decimals stand after a comma, and were read so.")
    return Table.from_records(
        records,
        columns=[name for name in columns if name],
        source=source,
        comma=comma,
        notes=notes,
        lines=lines,
    )


def _columns(header: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Names of the columns, and those that were read under another name."""
    plain = [_plain(name) for name in header]
    columns, renamed = [], []
    for name, simple in zip(header, plain, strict=True):
        new = _ALIASES.get(simple, simple)
        if new in plain and new != simple:
            new = simple  # the column itself is there, too
        if new not in KNOWN:
            new = " ".join(name.split())
        if new != name.strip() and new in KNOWN:
            renamed.append((name.strip(), new))
        columns.append(new)
    return columns, renamed


def _cell_faults(source: str, line: int, record: dict[str, str]) -> list[Fault]:
    found = []
    for name, cell in record.items():
        if len(cell) > LONGEST_CELL:
            rule = f"write at most {LONGEST_CELL} characters"
            found.append(Fault(source, line, name, cell, rule))
        elif _CONTROL.search(cell):
            rule = "take away the character that cannot be printed"
            found.append(Fault(source, line, name, cell, rule))
    return found


def _decimal_comma(
    source: str, lines: Sequence[int], records: Sequence[dict[str, str]]
) -> bool:
    """Whether decimals of the file stand after a comma, and none after a point.

    Raises
    ------
    DataError
        If all that stands after a comma may as well be thousands.
    """
    cells = [
        (line, name, tidy(record.get(name, "")))
        for line, record in zip(lines, records, strict=True)
        for name in _DECIMAL
    ]
    commas = [place for place in cells if _COMMA.fullmatch(place[2])]
    if not commas or any(_POINT.fullmatch(text) for _, _, text in cells):
        return False
    if all(_THOUSANDS.fullmatch(text) for _, _, text in commas):
        line, name, text = commas[0]
        rule = (
            f"this may be {text.replace(',', '')} or {text.replace(',', '.')}; write "
            "the one that is printed"
        )
        raise DataError([Fault(source, line, name, text, rule)])
    return True
