"""Read a data package: tables as CSV files, and a description that checks each cell.

The folder holds CSV files and one `datapackage.json` that describes them (Frictionless
Table Schema, https://specs.frictionlessdata.io/table-schema/).
"""

import csv
import io
import json
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import pandas as pd

from reanalysis.printed import parse_printed

LARGEST_FILE = 5_000_000  # bytes; a published table is a few kilobytes

MOST_ROWS = 10_000

LARGEST_NUMBER = 1_000_000_000

MOST_FAULTS_SHOWN = 50

_TYPES = ("string", "integer", "number")

_CONSTRAINTS = {"required", "unique", "enum", "pattern", "minimum", "maximum"}

# What a description may ask of the form of a file or of its cells, and nobody here
# would do.
_OF_FILES = {"dialect", "compression", "control"}

_OF_CELLS = {"missingValues", "format", "decimalChar", "groupChar", "bareNumber"}

# Cells become part of pages and of files for spreadsheets. There the first would be
# read as markup (a link, a script, a formula), and a text that begins with one of the
# second as a formula, a heading, a fence or a comment. Nothing in a table needs them.
_MARKUP = "<>[]{}`|$*~\\"

_STARTS = "=+-@#:%"

# What is taken for a CSV file when only its name was changed: how it begins.
_NOT_TEXT = {
    b"PK\x03\x04": "a workbook or an archive",
    b"\xd0\xcf\x11\xe0": "an old workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a packed file",
    b"{\\rtf": "a document",
}

_MOST_DECIMALS = 20


@dataclass(frozen=True)
class Fault:
    """One thing wrong in the data: where it stands and what to mend.

    Attributes
    ----------
    file : str
        Path of the file.
    row : int or None
        Row as a spreadsheet counts it: the header is row 1.
    column : str or None
        Name of the column.
    value : str or None
        What stands there.
    rule : str
        What should stand there.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    rule: str

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column is not None:
            where.append(f"column {self.column}")
        if self.value is not None:
            shown = self.value if len(self.value) <= 60 else self.value[:57] + "..."
            where.append(f"value {shown!r}")
        return f"{', '.join(where)}: {self.rule}"


class DataError(ValueError):
    """The data folder cannot be used; `faults` lists everything that is wrong."""

    def __init__(self, faults: list[Fault]):
        self.faults = tuple(faults)
        shown = [str(fault) for fault in self.faults[:MOST_FAULTS_SHOWN]]
        if len(self.faults) > MOST_FAULTS_SHOWN:
            shown.append(f"and {len(self.faults) - MOST_FAULTS_SHOWN} more")
        super().__init__("\n".join(shown))


def read_tables(
    folder: Path, needed: dict[str, str], optional: dict[str, str]
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Read all tables of a data package, and check them by its description.

    Parameters
    ----------
    folder : Path
        Folder with ``datapackage.json`` and the CSV files that it describes.
    needed, optional : dict of str
        Columns, parted by spaces, of each table that must be described, and of each
        that may be: a description has them, and may have more.

    Returns
    -------
    tables : dict of DataFrame
        Each table that is described; in ``_row`` stands the row in the file, as a
        spreadsheet counts it. Numbers that are not whole are text, as printed.
    paths : dict of str
        Where each table stands.

    Raises
    ------
    DataError
        If anything is wrong. It lists every fault found.
    """
    resources = _read_package(folder, needed, optional)
    faults: list[Fault] = []
    tables: dict[str, pd.DataFrame] = {}
    for name, resource in resources.items():
        found, rows = _read_rows(folder / resource["path"], resource["schema"])
        found += _check_cells(folder / resource["path"], resource["schema"], rows)
        faults += found
        if not found:
            tables[name] = _to_frame(rows, resource["schema"])
    if not faults:
        faults = _check_references(folder, resources, tables)
    if faults:
        raise DataError(faults)
    paths = {
        name: str(folder / resource["path"]) for name, resource in resources.items()
    }
    return tables, paths


# --- the package and the files ----------------------------------------------------


def _why_no_folder(folder: Path) -> str | None:
    """Say why a folder cannot be looked into, or None."""
    try:
        if not folder.exists():
            lost = "this link leads nowhere"
            return lost if folder.is_symlink() else "there is no such folder"
        if not folder.is_dir():
            return "this is a file: name the folder of the tables (unpack an archive)"
        next(folder.iterdir(), None)
    except PermissionError:
        return "this folder may not be entered: let yourself read it (chmod u+rx)"
    except OSError as error:
        return f"this folder cannot be read: {error.strerror}"
    except ValueError:
        return "this is no name of a folder"
    return None


def _why_no_file(path: Path) -> str | None:
    """Say why a file cannot be read before it is opened, or None."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        lost = "this link leads nowhere"
        return lost if path.is_symlink() else "this file is missing"
    except PermissionError:
        return "this file may not be reached: let yourself enter its folder"
    except OSError as error:
        return f"this file cannot be reached: {error.strerror}"
    if stat.S_ISREG(mode):
        return None
    kind = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
    return f"this must be a file, and is {kind}"


def _why_no_text(content: bytes) -> str | None:
    """Say what a file holds that is no text in UTF-8, or None."""
    for start, what in _NOT_TEXT.items():
        if content.startswith(start):
            return f"this is {what}, whatever its name says: save it as CSV in UTF-8"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "this file is in UTF-16: save it as CSV in UTF-8"
    if content.startswith(b"\xef\xbb\xbf"):
        return (
            "this file starts with a byte order mark (BOM), as spreadsheets write it: "
            "save it as plain UTF-8"
        )
    if 4 * content.count(b"\0") > len(content):
        return "this file is in UTF-16 or UTF-32: save it as CSV in UTF-8"
    return None


def _read_text(path: Path) -> str:
    def fault(rule: str) -> DataError:
        return DataError([Fault(str(path), None, None, None, rule)])

    if why := _why_no_file(path):
        raise fault(why)
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise fault(f"the file has {size} bytes, at most {LARGEST_FILE} are read")
    try:
        content = path.read_bytes()
    except PermissionError:
        raise fault(
            "this file may not be read: let yourself read it (chmod u+r)"
        ) from None
    except OSError as error:
        raise fault(f"this file cannot be read: {error.strerror}") from None
    if not content.strip():
        raise fault("this file is empty")
    if why := _why_no_text(content):
        raise fault(why)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise fault(f"line {line} is not UTF-8: save the file in UTF-8") from None


def _read_package(
    folder: Path, needed: dict[str, str], optional: dict[str, str]
) -> dict[str, dict]:
    path = folder / "datapackage.json"

    def fault(rule: str) -> DataError:
        return DataError([Fault(str(path), None, None, None, rule)])

    if why := _why_no_folder(folder):
        raise DataError([Fault(str(folder), None, None, None, why)])
    text = _read_text(path)
    try:
        package = json.loads(text, object_pairs_hook=_once_each)
        resources = {resource["name"]: resource for resource in package["resources"]}
        _once_each((resource["name"], None) for resource in package["resources"])
        for resource in resources.values():
            _check_resource(resource, resources)
    except json.JSONDecodeError as error:
        rule = f"line {error.lineno} is not valid JSON: {error.msg}"
        raise fault(rule) from None
    except NotImplementedError as error:
        raise fault(str(error)) from None
    except (
        *(LookupError, TypeError, AttributeError, ValueError, ArithmeticError),
        re.error,
    ) as error:
        rule = f"each resource needs a name, a path and a schema with fields: {error}"
        raise fault(rule) from None
    except RecursionError:
        raise fault("it is nested too deeply") from None
    missing = [name for name in needed if name not in resources]
    if missing:
        raise fault(f"describe the tables {', '.join(missing)}")
    for name, columns in (needed | optional).items():
        fields = resources[name]["schema"]["fields"] if name in resources else []
        lacking = set(columns.split()) - {field["name"] for field in fields}
        if fields and lacking:
            raise fault(f"describe the columns {', '.join(sorted(lacking))} of {name}")
    return resources


def _once_each(pairs: Iterable[tuple]) -> dict:
    """Make a mapping of pairs, none of which may hide another."""
    found: dict = {}
    for name, value in pairs:
        if name in found:
            raise NotImplementedError(f"{name!r} is described twice: keep one")
        found[name] = value
    return found


def _check_resource(resource: dict, resources: dict[str, dict]) -> None:
    # A file elsewhere is no part of the study.
    if not re.fullmatch(r"[A-Za-z0-9_-]+\.csv", resource["path"]):
        raise NotImplementedError(f"not the name of a CSV file: {resource['path']!r}")
    schema = resource["schema"]
    if resource.get("encoding", "utf-8") not in ("utf-8", "UTF-8"):
        raise NotImplementedError(
            f"files are read in UTF-8, not in {resource['encoding']!r} as for "
            f"{resource['path']!r}"
        )
    for where, names in ((resource, _OF_FILES), (schema, _OF_CELLS)):
        if unread := sorted(names & set(where)):
            raise NotImplementedError(f"not read: {unread[0]!r} of {resource['path']}")
    _check_schema(schema)
    own = _names(schema)
    _once_each((name, None) for name in own)
    for column in _as_list(schema.get("primaryKey", [])):
        own.index(column)
    for key in schema.get("foreignKeys", []):
        (column,), (target,) = (
            _as_list(part["fields"]) for part in (key, key["reference"])
        )
        own.index(column)
        other = key["reference"]["resource"]
        if other not in resources:
            rule = f"{resource['name']} refers to {other}, which is not described"
            raise NotImplementedError(rule)
        _names(resources[other]["schema"]).index(target)


def _names(schema: dict) -> list[str]:
    return [field["name"] for field in schema["fields"]]


def _check_schema(schema: dict) -> None:
    # A rule that nobody applies would be worse than none.
    for field in schema["fields"]:
        if field["type"] not in _TYPES:
            raise NotImplementedError(f"unknown type {field['type']!r}")
        constraints = field.get("constraints", {})
        unknown = set(constraints) - _CONSTRAINTS
        if unknown:
            raise NotImplementedError(f"unknown constraint {sorted(unknown)[0]!r}")
        for rule in ("required", "unique"):
            if not isinstance(constraints.get(rule, True), bool):
                raise NotImplementedError(
                    f"{rule} must be true or false, not {constraints[rule]!r} as for "
                    f"{field['name']!r}"
                )
        if unread := sorted(_OF_CELLS & set(field)):
            raise NotImplementedError(f"not read: {unread[0]!r} of {field['name']!r}")
        decimals = field.get("decimals", 0)
        if type(decimals) is not int or not 0 <= decimals <= _MOST_DECIMALS:
            raise NotImplementedError(
                f"decimals must be a whole number from 0 to {_MOST_DECIMALS}, not "
                f"{decimals!r} as for {field['name']!r}"
            )
        for limit in ("minimum", "maximum"):
            Fraction(constraints.get(limit, 0))
        re.compile(constraints.get("pattern", ""))
        for text in (field["name"], *constraints.get("enum", [])):
            if not isinstance(text, str):
                raise TypeError(f"{text!r} is not a text")
            # a star alone is a mark of the printed table
            if text != "*" and (why := _why_unsafe(text, field)):
                raise NotImplementedError(f"not a name or a value, {text!r}: {why}")


def _read_rows(path: Path, schema: dict) -> tuple[list[Fault], list[tuple]]:
    """Give the faults of the file's form, and its rows as (row number, cells)."""
    columns = [field["name"] for field in schema["fields"]]
    try:
        text = _read_text(path)
    except DataError as error:
        return list(error.faults), []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header, *body = list(islice(reader, MOST_ROWS + 2))
    except csv.Error as error:
        rule = f"line {reader.line_num} is not valid CSV: {error}"
        return [Fault(str(path), None, None, None, rule)], []
    if len(body) > MOST_ROWS:
        rule = f"at most {MOST_ROWS} rows are read"
        return [Fault(str(path), None, None, None, rule)], []
    if header != columns:
        return [Fault(str(path), 1, None, None, _why_header(header, columns))], []
    faults, rows = [], []
    for number, cells in enumerate(body, start=2):
        if not any(cells):
            faults.append(
                Fault(str(path), number, None, None, "take the empty row out")
            )
        elif len(cells) != len(columns):
            rule = f"the row has {len(cells)} cells, the header has {len(columns)}"
            faults.append(Fault(str(path), number, None, None, rule))
        else:
            rows.append((number, dict(zip(columns, cells, strict=True))))
    if not body:
        faults.append(Fault(str(path), None, None, None, "there are no rows"))
    return faults, rows


def _why_header(header: list[str], columns: list[str]) -> str:
    for delimiter, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and header[0].split(delimiter) == columns:
            return f"the cells are parted by {name}: save the file with commas"
    repeated = [name for name, times in Counter(header).items() if times > 1]
    missing = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns]
    said = [
        f"{what} {', '.join(map(repr, names[:MOST_FAULTS_SHOWN]))}"[:1000]
        for what, names in (
            ("repeated column", repeated),
            ("missing column", missing),
            ("unknown column", unknown),
        )
        if names
    ]
    return "; ".join(said) or f"write the columns in the order {', '.join(columns)}"


def _to_frame(rows: list[tuple], schema: dict) -> pd.DataFrame:
    frame = pd.DataFrame([cells for _, cells in rows])
    for field in schema["fields"]:
        if field["type"] == "integer":
            cells = [int(cell) if cell else None for cell in frame[field["name"]]]
            # the nullable type only where a cell may be empty: NumPy knows no empty one
            needed = field.get("constraints", {}).get("required")
            frame[field["name"]] = pd.array(cells, "int64" if needed else "Int64")
    return frame.assign(_row=[number for number, _ in rows])


# --- what the schema says -------------------------------------------------------------


def _check_cells(path: Path, schema: dict, rows: list[tuple]) -> list[Fault]:
    faults = []
    for number, cells in rows:
        for field in schema["fields"]:
            value = cells[field["name"]]
            rule = _why_wrong(value, field)
            if rule:
                faults.append(Fault(str(path), number, field["name"], value, rule))
    faults = _blame_description(path, rows, faults)
    keys = [
        f["name"] for f in schema["fields"] if f.get("constraints", {}).get("unique")
    ]
    unique = [[key] for key in keys]
    primary = _as_list(schema.get("primaryKey", []))
    if primary and primary not in unique:
        unique.append(primary)
    for columns in unique:
        faults += _check_unique(path, columns, rows)
    return faults


def _is_doubtful(broken: int, asked: int) -> bool:
    """Say whether so many cells break a rule that it is doubted, not each of them."""
    return broken >= 10 or 1 < broken == asked or 4 <= broken > asked / 2


def _blame_description(
    path: Path, rows: list[tuple], faults: list[Fault]
) -> list[Fault]:
    """Blame a rule of the description once where most cells of a column break it."""
    broken: dict[tuple, list[Fault]] = {}
    for fault in faults:
        if _why_wrong(fault.value or "", {"type": "string"}) is None:
            broken.setdefault((fault.column, fault.rule), []).append(fault)
    for (column, rule), cells in broken.items():
        empty = any(not fault.value for fault in cells)  # of a cell to be filled in
        asked = sum(empty or bool(texts[column]) for _, texts in rows)
        if _is_doubtful(len(cells), asked):
            faults = [fault for fault in faults if fault not in cells]
            first = cells[0]
            rule = (
                f"{len(cells)} of {asked} cells of {path.name} break its rule ({rule}; "
                f"row {first.row} has {first.value!r}): mend it, or the cells there"
            )
            description = str(path.with_name("datapackage.json"))
            faults.append(Fault(description, None, column, None, rule))
    return faults


def _as_list(names: str | list[str]) -> list[str]:
    if not isinstance(names, str | list):
        raise TypeError(f"{names!r} is neither a name nor a list of names")
    return [names] if isinstance(names, str) else names


def _check_unique(path: Path, columns: list[str], rows: list[tuple]) -> list[Fault]:
    first: dict[tuple, int] = {}
    faults = []
    for number, cells in rows:
        key = tuple(cells[name] for name in columns)
        if key in first:
            rule = f"this stands in row {first[key]} already: keep one of the two"
            where = ", ".join(columns)
            faults.append(Fault(str(path), number, where, ", ".join(key), rule))
        first.setdefault(key, number)
    return faults


def _why_wrong(value: str, field: dict) -> str | None:
    """Say which rule of the schema a cell breaks, or None."""
    constraints = field.get("constraints", {})
    if value == "":
        return "fill in the cell" if constraints.get("required") else None
    plain = value.isascii() and value.isprintable()
    if not plain and (hidden := [c for c in value if _is_hidden(c)]):
        return f"take out the invisible character U+{ord(hidden[0]):04X}"
    if value != value.strip():
        return "take away the space before or after the text"
    if "enum" in constraints and value not in constraints["enum"]:
        return f"write one of {', '.join(constraints['enum'])}"
    if field["type"] != "string":
        rule = _why_not_numeric(value, field)
    else:
        # what an enum allows was judged with the description
        rule = None if "enum" in constraints else _why_unsafe(value, field)
    if rule:
        return rule
    if "pattern" in constraints and not re.fullmatch(constraints["pattern"], value):
        return f"write it in the form {constraints['pattern']}"
    return None


def _is_hidden(character: str) -> bool:
    # controls, formats, surrogates, private ones, and spaces but the plain one; what
    # is not assigned yet may be a letter to a newer Python
    category = unicodedata.category(character)
    return category[0] in "CZ" and category != "Cn" and character != " "


def _why_unsafe(value: str, field: dict) -> str | None:
    """Say what would make a text more than text on a page or in a spreadsheet."""
    for character in _MARKUP:
        if character in value:
            return f"write it without {character}, which a page reads as markup"
    # wide forms of the signs count as the signs
    if unicodedata.normalize("NFKC", value[0])[0] in _STARTS:
        return f"begin it with another character than {value[0]}"
    return None


def _why_not_numeric(value: str, field: dict) -> str | None:
    try:
        printed = parse_printed(value)
    except ValueError as error:
        return str(error)
    if re.match("-0+(\\.0+)?$|-?0[0-9]", value):
        return "write it without a minus sign or a zero that it does not need"
    decimals = 0 if field["type"] == "integer" else field.get("decimals")
    if decimals is not None and printed.decimals != decimals:
        if field["type"] == "integer":
            return "write a whole number"
        digits = f"{decimals} digit{'s' * (decimals != 1)}"
        return f"write it as printed, with {digits} after the point"
    if abs(printed.value) > LARGEST_NUMBER:
        return f"it must be at most {LARGEST_NUMBER}"
    constraints = field.get("constraints", {})
    if "minimum" in constraints and printed.value < constraints["minimum"]:
        return f"it must be at least {constraints['minimum']}"
    if "maximum" in constraints and printed.value > constraints["maximum"]:
        return f"it must be at most {constraints['maximum']}"
    return None


def _check_references(
    folder: Path, resources: dict[str, dict], tables: dict[str, pd.DataFrame]
) -> list[Fault]:
    faults = []
    for name, resource in resources.items():
        for key in resource["schema"].get("foreignKeys", []):
            (column,) = _as_list(key["fields"])
            (target,) = _as_list(key["reference"]["fields"])
            other = key["reference"]["resource"]
            known = {"", *tables[other][target]}
            rule = f"no {target} has this name in {resources[other]['path']}"
            faults += [
                Fault(str(folder / resource["path"]), row, column, str(value), rule)
                for row, value in zip(
                    tables[name]["_row"], tables[name][column], strict=True
                )
                if value not in known
            ]
    return faults
