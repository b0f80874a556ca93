"""A printed table: cells, and the rows that they make."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt
from typing import SupportsIndex

import pandas as pd

from reanalysis.checks.forgiving import (
    is_limit,
    two_numbers,
    without_mark,
    without_name,
    without_thousands,
)
from reanalysis.package import DataError, Fault
from reanalysis.printed import (
    Printed,
    PrintedP,
    read_number,
    read_p,
    tidy,
)

#: Columns that a table must have.
NEEDED = ("endpoint", "arm", "n")

#: Columns that mean something to the audit; others are kept.
KNOWN = (
    "study", "place", "endpoint", "level", "arm", "n", "count", "percent",
    "mean", "sd", "se", "items", "n_tested", "statistic_name", "statistic", "dof", "p",
    "mark",
)  # fmt: skip

#: Larger than any trial.
LARGEST_N = 100_000_000

#: What is said of a cell that a spreadsheet would compute.
FORMULA = "this is a formula; write what is printed"

#: What is said of a second row with the name of an earlier one.
AGAIN = (
    "An arm stands there again with the same endpoint: it was taken for another row of "
    "the table with the same name"
)

#: What stands for a number of patients that is not known.
UNKNOWN = {"?", "unknown", "not known", "varied", "varies", "vary", "various"}

# Degrees of freedom are one number or two, with or without their name.
_DOF = re.compile(r"^(df|d\.f\.|dof)\s*=?\s*", re.IGNORECASE)
_PARTED = re.compile(r"\s*(?:[;,/]|\band\b)\s*|\s+")

_OF_A_ROW = ("statistic_name", "statistic", "dof", "p", "mark")


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell: an arm's number for an endpoint, or for a level of it.

    Attributes
    ----------
    line : int
        Row of the file as a spreadsheet counts it: the header is row 1.
    arm, level : str
        Names; `level` is empty where the endpoint has no levels.
    n, n_tested, items : int or None
        Patients, patients of the test, whole-number items behind a mean.
    count, percent, mean, sd, se : Printed or None
        As printed.
    more : mapping
        All columns of the line, as they stand there.
    """

    line: int
    arm: str
    level: str
    n: int | None
    n_tested: int | None
    items: int | None
    count: Printed | None
    percent: Printed | None
    mean: Printed | None
    sd: Printed | None
    se: Printed | None
    more: Mapping[str, str]

    @property
    def tested(self) -> int | None:
        """Patients that the test had."""
        return self.n if self.n_tested is None else self.n_tested

    def deviation(self) -> tuple[float, float] | None:
        """Interval of the standard deviations that are printed so.

        From `sd`, or else from the standard error `se` and the patients of the test.
        """
        printed, times = self.sd, 1.0
        if printed is None and self.se is not None and self.tested is not None:
            printed, times = self.se, sqrt(self.tested)
        if printed is None:
            return None
        low, high = printed.rounded_from()
        return max(0.0, float(low)) * times, max(0.0, float(high)) * times


@dataclass(frozen=True, slots=True)
class Test:
    """What is printed of a test.

    Attributes
    ----------
    name : str
        The test or the statistic, in the table's words.
    statistic : Printed or None
    dof : tuple of float
        Printed degrees of freedom: none, one or two.
    p : PrintedP or None
    mark : str
        Footnote marks.
    """

    name: str = ""
    statistic: Printed | None = None
    dof: tuple[float, ...] = ()
    p: PrintedP | None = None
    mark: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing that can be checked is printed."""
        return self.statistic is None and self.p is None and not self.mark


@dataclass(slots=True)
class Row:
    """The cells of one endpoint, in order, and what is printed of its tests.

    Attributes
    ----------
    study, place, endpoint : str
    cells : list of Cell
    tests : list of (Cell, Test)
        What each line prints of a test, where it prints any.
    """

    study: str
    place: str
    endpoint: str
    cells: list[Cell] = field(default_factory=list)
    tests: list[tuple[Cell, Test]] = field(default_factory=list)

    @property
    def arms(self) -> list[str]:
        """Names of the arms, in order."""
        return list(dict.fromkeys(cell.arm for cell in self.cells))

    @property
    def levels(self) -> list[str]:
        """Names of the levels, in order."""
        return list(dict.fromkeys(cell.level for cell in self.cells))


@dataclass(frozen=True)
class Table:
    """A printed table, read once.

    Attributes
    ----------
    rows : tuple of Row
        A row per endpoint, in the order of the file.
    columns : tuple of str
        Names of the columns.
    notes : tuple of str
        What was taken in another form than it stands there, a sentence each.
    """

    rows: tuple[Row, ...]
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def studies(self) -> dict[str, list[Row]]:
        """Rows by study, in order."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.study, []).append(row)
        return found

    @property
    def cells(self) -> list[Cell]:
        """All cells, row by row."""
        return [cell for row in self.rows for cell in row.cells]

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, source: str = "table") -> "Table":
        """Take a frame with the columns of an audited file, as `from_records` does.

        Parameters
        ----------
        frame : DataFrame
            A row per printed cell, texts as printed; whole numbers may be numbers. A
            missing value is an empty cell.
        source : str
            As in `from_records`.

        Examples
        --------
        >>> frame = pd.DataFrame({
        ...     "endpoint": "pain", "arm": ["A", "B"], "n": [20, 20],
        ...     "count": ["5", "15"], "p": ["0.002", ""]})
        >>> len(Table.from_frame(frame).rows)
        1
        """
        missing = frame.isna().to_numpy()
        columns = [str(name) for name in frame.columns]
        values = frame.astype(object).to_numpy()
        records = [
            {
                name: "" if missing[i, j] else values[i, j]
                for j, name in enumerate(columns)
            }
            for i in range(len(frame))
        ]
        return cls.from_records(records, columns=columns, source=source)

    @classmethod
    def from_records(
        cls,
        records: Iterable[Mapping[str, str | int]],
        *,
        columns: Sequence[str] | None = None,
        source: str = "table",
        comma: bool = False,
        notes: Sequence[str] = (),
        lines: Sequence[int] | None = None,
    ) -> "Table":
        """Take one mapping per printed cell.

        Parameters
        ----------
        records : iterable of mapping
            From column to printed text.
        columns : sequence of str, optional
            Names of the columns; those of the first record if left out.
        source : str
            What a fault calls the table.
        comma : bool
            Whether decimals stand after a comma.
        notes : sequence of str
            What was forgiven so far.
        lines : sequence of int, optional
            Row of the file of each record; 2, 3, ... if left out.

        Returns
        -------
        Table

        Raises
        ------
        DataError
            With every fault.

        Examples
        --------
        >>> Table.from_records([{"endpoint": "pain", "arm": "A", "n": "20 patients"}])
        Traceback (most recent call last):
            ...
        reanalysis.package.DataError: table, row 2, column n, value '20 pat...
        """
        records = list(records)
        if columns is None:
            columns = list(records[0]) if records else []
        reader = _Reader(source, comma)
        reader.check_columns(columns)
        if lines is None:
            lines = range(2, len(records) + 2)
        for line, record in zip(lines, records, strict=True):
            reader.take(line, record)
        if not records:
            reader.faults.append(
                Fault(source, None, None, None, "there is no row below the header")
            )
        if reader.faults:
            raise DataError(reader.faults)
        said = [*notes, *reader.notes(), *_several_p(reader.rows), *_unread(columns)]
        return cls(tuple(reader.rows), tuple(columns), tuple(said))


class _Reader:
    """Take lines one after the other; gather rows, faults and what was forgiven."""

    def __init__(self, source: str, comma: bool):
        self.source, self.comma = source, comma
        self.faults: list[Fault] = []
        self.rows: list[Row] = []
        self.forgiven: dict[str, list[int]] = {}
        self._open: dict[tuple[str, str, str], list[Row]] = {}
        self._printed: dict[int, dict[str, str]] = {}

    def check_columns(self, columns: Sequence[str]) -> None:
        for name in NEEDED:
            if name not in columns:
                self._fault(1, name, None, "this column is missing")
        for name in dict.fromkeys(columns):
            if list(columns).count(name) > 1:
                self._fault(1, name, None, "this column stands there twice")

    def notes(self) -> list[str]:
        return [
            f"{what} ({_rows(lines)})" for what, lines in sorted(self.forgiven.items())
        ]

    def _fault(
        self, line: int | None, column: str, value: str | None, rule: str
    ) -> None:
        self.faults.append(Fault(self.source, line, column, value, rule))

    def _forgive(self, line: int, what: str) -> None:
        self.forgiven.setdefault(what, []).append(line)

    def take(self, line: int, record: Mapping[str, str | int]) -> None:
        raw = {name: self._text(line, name, value) for name, value in record.items()}
        text = {name: tidy(raw.get(name, "")) for name in KNOWN}
        # a name may be a dash or "none"; only its spaces are made plain
        for name in ("study", "place", "endpoint", "level", "arm"):
            text[name] = " ".join(raw.get(name, "").split())
        for name in ("endpoint", "arm"):
            if not text[name]:
                self._fault(line, name, "", "write a name, the cell is empty")
        cell = Cell(
            line,
            text["arm"],
            text["level"],
            self._whole(line, "n", text),
            self._whole(line, "n_tested", text),
            self._whole(line, "items", text),
            self._number(line, "count", text),
            self._number(line, "percent", text),
            self._number(line, "mean", text),
            self._number(line, "sd", text),
            self._number(line, "se", text),
            raw,
        )
        test = self._test(line, text)
        row = self._row_of(cell, text)
        row.cells.append(cell)
        if not test.empty or test.name or test.dof:
            row.tests.append((cell, test))

    def _row_of(self, cell: Cell, text: Mapping[str, str]) -> Row:
        """The latest row of this endpoint that lacks the cell, or a new one.

        Two rows may have one name. Then the printed tests tell them apart, where they
        do, and else the order of the file.
        """
        key = text["study"], text["place"], text["endpoint"]
        printed = {name: text[name] for name in _OF_A_ROW if text[name]}
        free = [
            row
            for row in self._open.get(key, ())
            if all((c.arm, c.level) != (cell.arm, cell.level) for c in row.cells)
        ]
        alike = [
            row
            for row in free
            if all(
                self._printed[id(row)].get(name, value) == value
                for name, value in printed.items()
            )
        ]
        if alike or free:
            row = (alike or free)[-1]
        else:
            if key in self._open:
                self._forgive(cell.line, AGAIN)
            row = Row(*key)
            self.rows.append(row)
            self._open.setdefault(key, []).append(row)
        self._printed.setdefault(id(row), {}).update(printed)
        return row

    def _text(self, line: int, column: str, value: object) -> str:
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        if isinstance(value, SupportsIndex) and not isinstance(value, bool):
            return str(int(value))
        if isinstance(value, float) and value != value:
            return ""
        counts = column in ("n", "n_tested", "items", "count")
        if counts and isinstance(value, float) and int(value) == value:
            return str(int(value))
        if column in KNOWN:
            rule = "write it as it was printed, as text: its decimals are lost"
            self._fault(line, column, repr(value), rule)
            return ""
        return str(value)

    def _number(
        self, line: int, column: str, text: Mapping[str, str], *, whole: bool = False
    ) -> Printed | None:
        value, mark = without_mark(text[column])
        if mark:
            self._forgive(line, f"The mark {mark} in the column {column} was left out")
        if not value:
            return None
        if is_limit(value):
            self._forgive(
                line, f"The limit {value} in the column {column} was left out"
            )
            return None
        whole = whole or column == "count"
        plain = value if self.comma else without_thousands(value)
        try:
            found = read_number(plain, comma=self.comma, whole=whole)
        except ValueError as error:
            rule = two_numbers(value, column) or str(error)
            self._fault(line, column, value, FORMULA if value[0] == "=" else rule)
            return None
        if plain != value:
            self._forgive(line, f"The comma in {value} was taken for thousands")
        if value.endswith("%"):
            self._forgive(line, f"A percent sign in the column {column} was left out")
        if whole and "," in plain and not self.comma:
            self._forgive(line, f"The comma in {value} was taken for thousands")
        return found

    def _whole(self, line: int, column: str, text: Mapping[str, str]) -> int | None:
        value = text[column]
        if value.lower() in UNKNOWN:
            return None
        if value[:2].lower() in ("n=", "n ") and value[1:].strip():
            text = {column: value[1:].strip().removeprefix("=").strip()}
            self._forgive(line, f"The words n = in the column {column} were left out")
        found = self._number(line, column, text, whole=True)
        if found is None:
            return None
        if found.value.denominator != 1 or not 1 <= found.value <= LARGEST_N:
            self._fault(line, column, value, "write a whole number from 1 upward")
            return None
        return int(found.value)

    def _test(self, line: int, text: Mapping[str, str]) -> Test:
        marks, called, degrees = text["mark"], text["statistic_name"], text["dof"]
        found: dict[str, str] = {}
        for name in ("statistic", "p"):
            found[name], own = without_mark(text[name])
            if not own:
                continue
            if marks or own.isalpha():
                self._forgive(line, f"The mark {own} in the column {name} was left out")
            else:
                marks = own
                self._forgive(line, f"The mark {own} was parted from the column {name}")
        name, inside, found["statistic"] = without_name(found["statistic"])
        if name:
            self._forgive(line, f"{name} was parted from the column statistic")
            called, degrees = called or name, degrees or inside
        statistic = self._number(line, "statistic", found)
        p = None
        if found["p"]:
            try:
                p = read_p(found["p"], comma=self.comma)
            except ValueError:
                rule = "write a p-value, such as 0.03, <0.001 or NS"
                self._fault(line, "p", found["p"], rule)
        dof: list[float] = []
        for part in _PARTED.split(_DOF.sub("", degrees).strip("() ")):
            if not part:
                continue
            try:
                number = read_number(part, comma=False)
            except ValueError as error:
                self._fault(line, "dof", degrees, str(error))
                break
            dof.append(float(number.value))
        return Test(called, statistic, tuple(dof), p, marks)


def _unread(columns: Sequence[str]) -> list[str]:
    """Name the columns that mean nothing to the audit: one may be misnamed."""
    names = [name for name in columns if name not in KNOWN]
    return [f"Kept, but not read as numbers: {', '.join(names)}"] if names else []


def _several_p(rows: Iterable[Row]) -> list[str]:
    """Name the endpoints whose lines print different p-values for one level."""
    said = []
    for row in rows:
        for level in row.levels:
            found: dict[str, int] = {}
            for cell, test in row.tests:
                if cell.level == level and test.p is not None:
                    found.setdefault(test.p.text, cell.line)
            if len(found) > 1:
                name = f"{row.endpoint}, {level}" if level else row.endpoint
                each = ", ".join(f"{p} (row {line})" for p, line in found.items())
                said.append(
                    f"{name} prints different p-values, {each}: each was taken as that "
                    "of its own arm"
                )
    return said


def _rows(lines: Sequence[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:5])
    more = f" and {len(lines) - 5} more" if len(lines) > 5 else ""
    return f"row{'s' if len(lines) > 1 else ''} {shown}{more}"
