"""From a grid to the rows of an audit: which number is what, and of whom.

The reader decides from the whole row and the whole table: a count, its percentage and
the patients of the arm must agree in most rows before any of them is called so. What it
is not sure of it leaves out, with the reason: a wrong reading is worse than none.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

import reanalysis.corpus.blocks as blocks
import reanalysis.corpus.comparisons as comparisons
import reanalysis.corpus.sense as sense
import reanalysis.corpus.sizes as sizes
from reanalysis.corpus.cells import fits, tidy
from reanalysis.corpus.columns import Arm
from reanalysis.corpus.grids import Grid
from reanalysis.corpus.layouts import compact, turned
from reanalysis.corpus.lines import Line, all_off
from reanalysis.corpus.sheets import Sheet, segments, sheet_of

#: Columns of what is read: those of an audited table, and where each cell stands.
READ = (
    "study", "place", "endpoint", "level", "arm", "n", "count", "percent", "mean",
    "sd", "statistic_name", "statistic", "dof", "p", "row", "column", "doubt",
)  # fmt: skip

#: Columns of what is left out.
LEFT_OUT = ("study", "table", "row", "reason")

#: Forms that may tell the patients where no head prints them.
TELLING = ("fraction", "percent fraction", "over", "bracket", "number percent")

#: A table longer than this is a listing of data.
MOST_CELLS = 40_000

#: No more of a cell is looked at: patterns that look back must not take for ever.
MOST_TEXT = 1_000


@dataclass
class Reading:
    """What was read of one table, and what was left out.

    Attributes
    ----------
    cells : list of dict
        A mapping per printed cell, with the columns `READ`.
    left_out : list of dict
        A mapping per row, or per table, with the columns `LEFT_OUT`.
    """

    cells: list[dict] = field(default_factory=list)
    left_out: list[dict] = field(default_factory=list)


def read_grid(grid: Grid) -> Reading:
    r"""Read a published table.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    Reading

    Examples
    --------
    >>> from reanalysis.corpus.grids import text_grids
    >>> grid, = text_grids(
    ...     "\tA (n = 20)\tB (n = 20)\tP\nPain, n (%)\t5 (25)\t9 (45)\t0.32")
    >>> for cell in read_grid(grid).cells:
    ...     print(cell["arm"], cell["n"], cell["count"], cell["percent"], cell["p"])
    A 20 5 25 0.32
    B 20 9 45 0.32
    """
    return _Reader(grid).read()


class _Reader:
    """One table while it is read: what was taken and what was left out."""

    def __init__(self, grid: Grid):
        self.grid = grid
        self.reading = Reading()
        self.place = grid.label or "table"
        self.used: Counter[str] = Counter()

    def leave(self, row: int | str, reason: str) -> None:
        """Leave a row, or the whole table, out."""
        left = {"study": self.grid.study, "table": self.place, "row": row}
        self.reading.left_out.append(left | {"reason": reason})

    def read(self) -> Reading:
        """Read every part of the table."""
        grid = self.grid
        if grid.picture or not grid.rows:
            self.leave("", "the table is a picture, or has no cells")
            return self.reading
        if len(grid.rows) * len(grid.rows[0]) > MOST_CELLS:
            self.leave("", "the table is too long for a table of results")
            return self.reading
        comma = _decimal_comma(grid)
        texts = [
            [tidy(cell.text[:MOST_TEXT], comma=comma) for cell in row]
            for row in grid.rows
        ]
        if (other := compact(grid, texts)) is not None:
            self.grid = grid = other
            texts = [[cell.text for cell in row] for row in grid.rows]
        if (other := turned(grid, texts)) is not None:
            self.grid = grid = other
            texts = [[cell.text for cell in row] for row in grid.rows]
        parts = segments(grid, texts)
        if not parts:
            self.leave("", "no row of numbers stands below a head")
        for heads, body in parts:
            self._read_sheet(*sheet_of(grid, texts, heads, body))
        return self.reading

    def _read_sheet(self, sheet: Sheet, arms: list[Arm], lines: list[Line]) -> None:
        self._read_arms(sheet, arms, lines)
        done = {cell["row"] for cell in self.reading.cells}
        for test in comparisons.tests_alone(sheet):
            row, column = self._at(test.row, test.column)
            if row + 1 in done:
                continue
            name, value, dof = test.statistic
            self.reading.cells.append(
                dict.fromkeys(READ, "")
                | {
                    "study": self.grid.study,
                    "place": self.place,
                    "endpoint": self._unique(test.label or f"row {row + 1}"),
                    "arm": "all",
                    "statistic_name": name,
                    "statistic": value,
                    "dof": dof,
                    "p": test.p,
                    "row": row + 1,
                    "column": column + 1,
                }
            )

    def _read_arms(self, sheet: Sheet, arms: list[Arm], lines: list[Line]) -> None:
        if not arms:
            self.leave("", "no column of an arm was found")
            return
        lines = sizes.n_rows(sheet, arms, lines)
        sizes.find_n(sheet, arms, lines)
        if not any(arm.n for arm in arms) and not any(
            form.name in TELLING or form.n for line in lines for form in line.forms
        ):
            self.leave("", "the number of patients of an arm is not printed")
            return
        for group in comparisons.find_groups(sheet, arms, lines):
            self._write(sheet, _read_group(sheet, group, lines, arms))

    def _write(self, sheet: Sheet, lines: list[Line]) -> None:
        names = [arm.name or f"column {arm.first + 1}" for arm in sheet.chosen]
        if len(set(names)) < len(names):
            names = [
                "; ".join((*arm.over, name))
                for arm, name in zip(sheet.chosen, names, strict=True)
            ]
        if len(set(names)) < len(names):
            names = [
                f"{name}, column {arm.first + 1}"
                for arm, name in zip(sheet.chosen, names, strict=True)
            ]
        derived = any(arm.n_from == "derived" for arm in sheet.chosen)
        doubtful_n = any(arm.hint.endswith("!n") for arm in sheet.chosen)
        blocks: dict[int, str] = {}
        for line in lines:
            if line.kind in ("heading", "empty", "n"):
                continue
            if line.kind not in ("count", "mean", "levels") or not line.cells:
                why = line.why or "what the numbers are is not clear"
                self.leave(line.index + 1, why)
                continue
            wrong = line.kind == "count" and any(
                cell.get("percent")
                and cell.get("count")
                and cell["n"]
                and not fits(int(cell["count"]), cell["percent"], cell["n"])
                for cell in line.cells
            )
            if wrong and (doubtful_n or line.other_n or all_off(line.cells)):
                self.leave(
                    line.index + 1,
                    "the percentages are of other patients than the head prints",
                )
                continue
            for cell in line.cells:
                if cell.get("loose"):
                    cell["n"] = None
            if all(cell["n"] is None for cell in line.cells):
                self.leave(line.index + 1, "the number of patients is not printed")
                continue
            if line.block >= 0:
                endpoint = blocks.get(line.block)
                if endpoint is None:
                    endpoint = self._unique(line.section or line.label)
                    blocks[line.block] = endpoint
                level = line.label or str(line.index + 1)
            else:
                name = (
                    line.label
                    if not line.section or line.section == line.label
                    else f"{line.section}: {line.label}"
                )
                endpoint, level = self._unique(name or f"row {line.index + 1}"), ""
            test = not line.no_p
            if not (test and (line.p or line.statistic[1])) and _all_give(line.cells):
                self.leave(line.index + 1, "percentages that some count always gives")
                continue
            if line.no_p:
                self.leave(line.index + 1, f"p: {line.no_p}")
            name, value, dof = line.statistic if test else ("", "", "")
            name = name.strip("?")
            doubts = ["n derived from the percentages"] if derived else []
            if line.kind == "mean" and line.doubt:
                doubts.append(line.doubt)
            for cell in line.cells:
                if cell["n"] is None:
                    continue
                at = self._at(line.index, sheet.chosen[cell["arm"]].first)
                self.reading.cells.append(
                    {
                        "study": self.grid.study,
                        "place": self.place,
                        "endpoint": endpoint,
                        "level": cell.get("level", level),
                        "arm": names[cell["arm"]],
                        "n": cell["n"],
                        "count": cell.get("count", ""),
                        "percent": cell.get("percent", ""),
                        "mean": cell.get("mean", ""),
                        "sd": cell.get("sd", ""),
                        "statistic_name": name if value else "",
                        "statistic": value,
                        "dof": dof,
                        "p": line.p if test else "",
                        "row": at[0] + 1,
                        "column": at[1] + 1,
                        "doubt": "; ".join(doubts),
                    }
                )

    def _at(self, r: int, c: int) -> tuple[int, int]:
        """Where a cell was printed, if the table was turned."""
        return self.grid.rows[r][c].at or (r, c)

    def _unique(self, name: str) -> str:
        name = " ".join(name.split())[:120]
        self.used[name] += 1
        seen = self.used[name]
        return name if seen == 1 else f"{name} ({seen})"


def _all_give(cells: list[dict]) -> bool:
    """Whether percentages stand alone, of so many patients that none can be wrong."""
    return all(
        cell.get("percent")
        and not cell.get("count")
        and cell["n"] >= 100 * 10 ** len(cell["percent"].partition(".")[2])
        for cell in cells
        if cell["n"]
    )


def _read_group(
    sheet: Sheet, group: comparisons.Group, lines: list[Line], arms: list[Arm]
) -> list[Line]:
    """Read the rows of some arms that are compared with each other."""
    places = [next(i for i, a in enumerate(arms) if a is arm) for arm in group.arms]
    sheet.chosen, sheet.p_column = group.arms, group.p_column
    mine = []
    for line in lines:
        measure = group.arms[0].measure if line.kind != "heading" else ""
        label = "; ".join(filter(None, (line.label, measure)))
        own = Line(line.index, label, line.section, line.section_marks)
        own.kind, own.group = line.kind, line.group
        own.said = sizes.said_by_marks(sheet, own)
        own.said_of_n = f"{own.said} {sizes.said_by_marks(sheet, own, heading=True)}"
        own.forms = [line.forms[i] for i in places]
        comparisons.take_test(sheet, own, group.p_column, group.statistics)
        mine.append(own)
    sheet.counts = sense.mostly_counts(sheet, mine)
    sense.shares(sheet, mine)
    own_n: list[str] | None = None
    for line in mine:
        if line.kind in ("heading", "empty"):
            own_n = None
        elif re.fullmatch(r"n|no\.", line.label, re.IGNORECASE) and all(
            form.name in ("number", "count") for form in line.forms
        ):
            own_n = [form.numbers[0] for form in line.forms]
            line.kind = "n"
        else:
            sense.make_sense(sheet, line, own_n)
    sizes.of_a_row(mine)
    sizes.of_the_few(mine)
    blocks.attach(sheet, mine)
    comparisons.judge_tests(sheet, mine, group.no_p)
    return mine


def _decimal_comma(grid: Grid) -> bool:
    printed = "\n".join(
        cell.text
        for row in grid.rows
        for cell in row
        if cell.text and not cell.across and not cell.down and len(cell.text) <= 40
    )
    commas = len(re.findall(r"\d,\d{1,2}(?!\d)", printed))
    if commas < 4:
        return False
    points = len(re.findall(r"\d[.·∙⋅]\d", printed))
    thousands = len(re.findall(r"[1-9]\d{0,2},\d{3}(?!\d)", printed))
    return points * 8 < commas and commas > thousands
