"""Read a study's data folder, check all of it, hand over one typed `Study`.

The folder holds CSV files and one `datapackage.json` that describes them (Frictionless
Table Schema, https://specs.frictionlessdata.io/table-schema/). The schema checks each
cell; `_sense` checks what no schema can say.
"""

import csv
import dataclasses
import io
import json
import re
import unicodedata
from collections import Counter
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

# Cells become part of pages and of files for spreadsheets. There the first would be
# read as markup (a link, a script, a formula), and a text that begins with one of the
# second as a formula, a heading, a fence or a comment. Nothing in a table needs them.
_MARKUP = "<>[]{}`|$*~\\"
_STARTS = "=+-@#:%"

# The columns of the tables that a folder must have.
_NEEDED = {
    "design": "fact value place",
    "arms": "arm group n treatment place",
    "endpoints": "endpoint meaning reported place",
    "outcomes": "endpoint arm n percent place",
    "tests": "endpoint statistic value mark alpha place",
}

# Tables that a folder may leave out, with their columns: then they have no rows.
_OPTIONAL = {
    "claims": "claim section place statement check endpoint arm value needs chapter",
    "sources": "claim entry citation doi seen says value supports",
    "publications": "study label trial design setting population doi",
    "comparators": "study arm endpoint definition detail denominator time events n "
    "percent low high se seen derived prior",
    "reporting": "item section asks reported place note",
    "scenarios": "scenario arm n",
}


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


@dataclass(frozen=True, eq=False)
class Study:
    """A study as printed.

    Printed numbers are strings: the count of their decimals is information.

    Attributes
    ----------
    design : DataFrame
        Columns ``fact, value, place``.
    arms : DataFrame
        Columns ``arm, group, n, treatment, place``.
    endpoints : DataFrame
        Columns ``endpoint, meaning, reported, place``; `reported` is yes or no.
    outcomes : DataFrame
        Columns ``endpoint, arm, n, percent, place``; a row for each reported endpoint
        and arm, in the order of `endpoints` and `arms`.
    tests : DataFrame
        Columns ``endpoint, statistic, value, mark, alpha, place``; a row for each
        reported endpoint.
    claims : DataFrame
        Columns ``claim, section, place, statement, check, endpoint, arm, value, needs,
        chapter``; a row for each factual statement.
    sources : DataFrame
        Columns ``claim, entry, citation, doi, seen, says, value, supports``; a row for
        each work that is cited for a claim.
    publications : DataFrame
        Columns ``study, label, trial, design, setting, population, doi``.
    comparators : DataFrame
        Columns ``study, arm, endpoint, definition, detail, denominator, time, events,
        n, percent, low, high, se, seen, derived, prior``; a row for each published
        figure.
    reporting : DataFrame
        Columns ``item, section, asks, reported, place, note``.
    scenarios : DataFrame
        Columns ``scenario, arm, n``; each scenario adds up to 100.

    Notes
    -----
    From `claims` on, a folder may leave a table out; then it has no rows.
    """

    design: pd.DataFrame
    arms: pd.DataFrame
    endpoints: pd.DataFrame
    outcomes: pd.DataFrame
    tests: pd.DataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    publications: pd.DataFrame
    comparators: pd.DataFrame
    reporting: pd.DataFrame
    scenarios: pd.DataFrame

    @property
    def facts(self) -> dict[str, str]:
        """The facts of the design, each with its value as printed."""
        return dict(zip(self.design["fact"], self.design["value"], strict=True))

    @property
    def priors(self) -> pd.DataFrame:
        """The published counts that serve as priors.

        Columns ``endpoint, arm, study, events, n, definition, population, doi``; in
        `study` stands the label of the publication.
        """
        chosen = self.comparators[self.comparators["prior"] == "yes"]
        found = chosen.merge(self.publications, on="study", validate="many_to_one")
        found = found.drop(columns="study").rename(columns={"label": "study"})
        columns = ["endpoint", "arm", "study", "events", "n", "definition"]
        return found[[*columns, "population", "doi"]]

    def with_percent(self, endpoint: str, arm: str, percent: str) -> "Study":
        """Give the same study with another printed percentage.

        Parameters
        ----------
        endpoint, arm : str
            Row and column of the table.
        percent : str
            From 0 to 100, as it would be printed.

        Returns
        -------
        Study

        Raises
        ------
        ValueError
            If the table has no such cell, or it cannot be printed so.

        Examples
        --------
        >>> study = load_study("data")
        >>> endpoint, arm = study.outcomes.loc[2, ["endpoint", "arm"]]
        >>> study.with_percent(endpoint, arm, "90").outcomes.loc[2, "percent"]
        '90'
        """
        cell = (self.outcomes["endpoint"] == endpoint) & (self.outcomes["arm"] == arm)
        if not cell.any():
            raise ValueError(f"the table has no cell {endpoint}, {arm}")
        if not 0 <= parse_printed(percent).value <= 100:
            raise ValueError(f"a percentage is from 0 to 100, not {percent}")
        outcomes = self.outcomes.assign(
            percent=self.outcomes["percent"].mask(cell, percent)
        )
        return dataclasses.replace(self, outcomes=outcomes)


def load_study(folder: str | Path = "data") -> Study:
    """Read and check a study.

    Parameters
    ----------
    folder : path
        Folder with ``datapackage.json`` and the CSV files that it describes.

    Returns
    -------
    Study

    Raises
    ------
    DataError
        If anything is wrong. It lists every fault found, each with file, row, column,
        value and the rule that it breaks.

    Examples
    --------
    >>> study = load_study("data")
    >>> study.outcomes.loc[0, "percent"]
    '54'
    """
    folder = Path(folder)
    resources = _read_package(folder)
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
    if not faults:
        try:
            faults = _sense(folder, resources, tables)
        except (LookupError, TypeError, ValueError) as error:
            # a description of its own may let pass what no study can be made of
            rule = f"its types or required columns do not fit a study: {error}"
            faults = [Fault(str(folder / "datapackage.json"), None, None, None, rule)]
    if faults:
        raise DataError(faults)
    empty = {
        name: pd.DataFrame(columns=columns.split())
        for name, columns in _OPTIONAL.items()
    }
    known = {field.name for field in dataclasses.fields(Study)} & set(tables)
    read = {name: tables[name].drop(columns="_row") for name in known}
    return Study(**(empty | read))


# --- the package and the files ----------------------------------------------------


def _read_text(path: Path) -> str:
    def fault(rule: str) -> DataError:
        return DataError([Fault(str(path), None, None, None, rule)])

    try:
        size = path.stat().st_size
    except OSError:
        raise fault("this file is missing") from None
    if not path.is_file():
        raise fault("this must be a file")
    if size > LARGEST_FILE:
        raise fault(f"the file has {size} bytes, at most {LARGEST_FILE} are read")
    content = path.read_bytes()
    if not content.strip():
        raise fault("this file is empty")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise fault("this file is in UTF-16: save it as CSV in UTF-8")
    if content.startswith(b"\xef\xbb\xbf"):
        raise fault(
            "this file starts with a byte order mark (BOM), as spreadsheets write it: "
            "save it as plain UTF-8"
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise fault(f"line {line} is not UTF-8: save the file in UTF-8") from None


def _read_package(folder: Path) -> dict[str, dict]:
    path = folder / "datapackage.json"

    def fault(rule: str) -> DataError:
        return DataError([Fault(str(path), None, None, None, rule)])

    text = _read_text(path)
    try:
        package = json.loads(text)
        resources = {resource["name"]: resource for resource in package["resources"]}
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
    tables = (field.name for field in dataclasses.fields(Study))
    needed = [name for name in tables if name not in _OPTIONAL]
    missing = [name for name in needed if name not in resources]
    if missing:
        raise fault(f"describe the tables {', '.join(missing)}")
    for name, columns in (_NEEDED | _OPTIONAL).items():
        fields = resources[name]["schema"]["fields"] if name in resources else []
        missing = set(columns.split()) - {field["name"] for field in fields}
        if fields and missing:
            raise fault(f"describe the columns {', '.join(sorted(missing))} of {name}")
    return resources


def _check_resource(resource: dict, resources: dict[str, dict]) -> None:
    # A file elsewhere is no part of the study.
    if not re.fullmatch(r"[A-Za-z0-9_-]+\.csv", resource["path"]):
        raise NotImplementedError(f"not the name of a CSV file: {resource['path']!r}")
    schema = resource["schema"]
    _check_schema(schema)
    own = _names(schema)
    for column in _as_list(schema.get("primaryKey", [])):
        own.index(column)
    for key in schema.get("foreignKeys", []):
        (column,), (target,) = (
            _as_list(part["fields"]) for part in (key, key["reference"])
        )
        own.index(column)
        _names(resources[key["reference"]["resource"]]["schema"]).index(target)


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
        for limit in ("minimum", "maximum"):
            Fraction(constraints.get(limit, 0))
        re.compile(constraints.get("pattern", ""))
        for text in (field["name"], *constraints.get("enum", [])):
            if not isinstance(text, str):
                raise TypeError(f"{text!r} is not a text")
            # a star alone is a mark of the printed table
            if text != "*" and (rule := _why_unsafe(text, field)):
                raise NotImplementedError(f"not a name or a value, {text!r}: {rule}")


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


# --- what the schema says ---------------------------------------------------------


def _check_cells(path: Path, schema: dict, rows: list[tuple]) -> list[Fault]:
    faults = []
    for number, cells in rows:
        for field in schema["fields"]:
            value = cells[field["name"]]
            rule = _why_wrong(value, field)
            if rule:
                faults.append(Fault(str(path), number, field["name"], value, rule))
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


def _as_list(names: str | list[str]) -> list[str]:
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


# --- what makes sense -------------------------------------------------------------


def _sense(
    folder: Path, resources: dict[str, dict], tables: dict[str, pd.DataFrame]
) -> list[Fault]:
    def path(name: str) -> str:
        return str(folder / resources[name]["path"])

    endpoints, arms = tables["endpoints"], tables["arms"]
    reported = endpoints.loc[endpoints["reported"] == "yes", "endpoint"].tolist()
    expected = [(endpoint, arm) for endpoint in reported for arm in arms["arm"]]
    faults = _check_order(
        path("outcomes"), tables["outcomes"], ["endpoint", "arm"], expected
    )
    faults += _check_order(
        path("tests"), tables["tests"], ["endpoint"], [(e,) for e in reported]
    )
    outcomes, sizes = tables["outcomes"], arms.set_index("arm")["n"]
    for row, arm, n in zip(*(outcomes[c] for c in ("_row", "arm", "n")), strict=True):
        if n > sizes[arm]:
            rule = f"the arm has {sizes[arm]} patients"
            faults.append(Fault(path("outcomes"), row, "n", str(n), rule))
    if "comparators" in tables:
        faults += _check_comparators(path("comparators"), tables["comparators"])
    if "scenarios" in tables:
        faults += _check_scenarios(path("scenarios"), tables["scenarios"])
    return faults + _check_design(path("design"), tables["design"], arms)


def _check_comparators(path: str, comparators: pd.DataFrame) -> list[Fault]:
    faults = []
    for found in comparators.to_dict("records"):
        counted, sized = (not pd.isna(found[name]) for name in ("events", "n"))
        limits = [found[name] or found["percent"] for name in ("low", "high")]
        low, high = map(float, limits)
        for wrong, column, rule in (
            (counted and not sized, "n", "fill in the patients of this count"),
            (
                counted and sized and found["events"] > found["n"],
                "events",
                f"it must be at most n, {found['n']}",
            ),
            (
                counted and sized and not _rounds_to(found),
                "percent",
                f"{found['events']} of {found['n']} patients give another percentage",
            ),
            (
                (found["low"] == "") != (found["high"] == ""),
                "low",
                "write both limits or none",
            ),
            (
                not low <= float(found["percent"]) <= high,
                "percent",
                "it must lie within its interval, from low to high",
            ),
            (
                found["prior"] == "yes" and not (counted and found["arm"]),
                "prior",
                "a prior needs an arm and a count",
            ),
        ):
            if wrong:
                value = str(found[column])
                faults.append(Fault(path, found["_row"], column, value, rule))
    return faults


def _rounds_to(found: dict) -> bool:
    low, high = parse_printed(found["percent"]).rounded_from()
    if found["events"] > found["n"]:
        return True  # said already
    return low <= Fraction(100 * int(found["events"]), int(found["n"])) <= high


def _check_scenarios(path: str, scenarios: pd.DataFrame) -> list[Fault]:
    totals = scenarios.groupby("scenario", sort=False)["n"].sum()
    return [
        Fault(path, None, "n", name, f"the scenario adds up to {total}, not to 100")
        for name, total in totals.items()
        if total != 100
    ]


def _check_order(
    path: str, table: pd.DataFrame, columns: list[str], expected: list[tuple]
) -> list[Fault]:
    """Compare a table's keys with those it must have, once each, in this order."""
    found = list(table[columns].itertuples(index=False, name=None))
    where = ", ".join(columns)
    faults = [
        Fault(path, None, where, ", ".join(key), "this row is missing")
        for key in expected
        if key not in found
    ]
    faults += [
        Fault(path, row, where, ", ".join(key), "this endpoint is not reported")
        for row, key in zip(table["_row"], found, strict=True)
        if key not in expected
    ]
    if not faults and found != expected:
        number, key = next(
            (row, want)
            for row, want, have in zip(table["_row"], expected, found, strict=True)
            if want != have
        )
        rule = f"keep the order of endpoints and arms: {', '.join(key)} stands here"
        faults.append(Fault(path, number, where, None, rule))
    return faults


def _check_design(path: str, design: pd.DataFrame, arms: pd.DataFrame) -> list[Fault]:
    facts = {row.fact: (row.Index, row.value) for row in design.itertuples()}
    faults, numbers = [], {}
    for fact in ("n", "age_min", "age_max", "period_start", "period_end"):
        if fact not in facts:
            faults.append(Fault(path, None, "fact", fact, "this fact is missing"))
            continue
        index, value = facts[fact]
        if re.fullmatch("0|[1-9][0-9]{0,8}", value):
            numbers[fact] = int(value)
        else:
            row = design.loc[index, "_row"]
            faults.append(Fault(path, row, "value", value, "write a whole number"))
    if faults:
        return faults

    def fault(fact: str, rule: str) -> Fault:
        index, value = facts[fact]
        return Fault(path, design.loc[index, "_row"], "value", value, rule)

    if numbers["n"] != arms["n"].sum():
        faults.append(fault("n", f"the arms add up to {arms['n'].sum()} patients"))
    for first, last in (("age_min", "age_max"), ("period_start", "period_end")):
        if numbers[first] > numbers[last]:
            faults.append(
                fault(first, f"it must not be above {last}, {facts[last][1]}")
            )
    return faults
