"""From a grid to the rows of an audit: which number is what, and of whom.

The reader decides from the whole row and the whole table: a count, its percentage and
the patients of the arm must agree in most rows before any of them is called so. What it
is not sure of it leaves out, with the reason: a wrong reading is worse than none.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from reanalysis.corpus import words
from reanalysis.corpus.cells import (
    EMPTY,
    Form,
    denominators,
    fits,
    form_of,
    p_of,
    statistic_of,
    tidy,
)
from reanalysis.corpus.columns import (
    Arm,
    Column,
    arms_of,
    bare_n,
    is_p_head,
    mark_totals,
    printed_n,
    role_of,
)
from reanalysis.corpus.grids import Grid, GridCell, iter_texts
from reanalysis.corpus.layouts import turned

#: Columns of what is read: those of an audited table, and where each cell stands.
READ = (
    "study", "place", "endpoint", "level", "arm", "n", "count", "percent", "mean",
    "sd", "statistic_name", "statistic", "dof", "p", "row", "column", "doubt",
)  # fmt: skip

#: Columns of what is left out.
LEFT_OUT = ("study", "table", "row", "reason")

#: A table longer than this is a listing of data.
MOST_CELLS = 40_000


@dataclass(slots=True)
class Line:
    """One row of a table's body.

    Attributes
    ----------
    index : int
        Row of the grid, from 0.
    label, section : str
        The row's own label, and the heading above it.
    forms : list of Form
        One per arm.
    p, statistic : str
    p_rows : range
        Rows over which the cell of the p-value spans.
    kind : str
        ``count``, ``mean``, ``heading``, ``empty`` or ``other``.
    cells : list of dict
        What each arm prints.
    """

    index: int
    label: str
    section: str = ""
    section_marks: str = ""
    said: str = ""
    said_of_n: str = ""
    forms: list[Form] = field(default_factory=list)
    p: str = ""
    p_mark: str = ""
    p_text: str = ""
    statistic: tuple[str, str, str] = ("", "", "")
    p_rows: range = range(0)
    kind: str = "other"
    cells: list[dict] = field(default_factory=list)
    doubt: str = ""
    other_n: bool = False
    why: str = ""
    no_p: str = ""
    heading: int = -1
    group: int = -1
    block: int = -1


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
    """Read a published table.

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
    ...     "\\tA (n = 20)\\tB (n = 20)\\tP\\nPain, n (%)\\t5 (25)\\t9 (45)\\t0.32")
    >>> for cell in read_grid(grid).cells:
    ...     print(cell["arm"], cell["n"], cell["count"], cell["percent"], cell["p"])
    A 20 5 25 0.32
    B 20 9 45 0.32
    """
    return _Reader(grid).read()


class _Reader:
    def __init__(self, grid: Grid):
        self.grid = grid
        self.reading = Reading()
        self.place = grid.label or "table"
        self.about = f"{grid.caption}\n{grid.notes}"
        self.comma = _decimal_comma(grid)
        self.used: Counter[str] = Counter()

    def leave(self, row: int | str, reason: str) -> None:
        self.reading.left_out.append(
            {
                "study": self.grid.study,
                "table": self.place,
                "row": row,
                "reason": reason,
            }
        )

    def read(self) -> Reading:
        grid = self.grid
        if grid.picture or not grid.rows:
            self.leave("", "the table is a picture, or has no cells")
            return self.reading
        if len(grid.rows) * len(grid.rows[0]) > MOST_CELLS:
            self.leave("", "the table is too long for a table of results")
            return self.reading
        self.texts = [
            [tidy(cell.text, comma=self.comma) for cell in row] for row in grid.rows
        ]
        if (other := turned(grid, self.texts)) is not None:
            self.grid = grid = other
            self.texts = [[cell.text for cell in row] for row in grid.rows]
        segments = _segments(grid, self.texts)
        if not segments:
            self.leave("", "no row of numbers stands below a head")
        for heads, body in segments:
            _Segment(self, heads, body).read()
        return self.reading


def _decimal_comma(grid: Grid) -> bool:
    commas = points = thousands = 0
    for row in grid.rows:
        for cell in row:
            if cell.across or cell.down or not cell.text or len(cell.text) > 40:
                continue
            commas += len(re.findall(r"\d,\d{1,2}(?!\d)", cell.text))
            points += len(re.findall(r"\d[.·∙⋅]\d", cell.text))
            thousands += len(re.findall(r"[1-9]\d{0,2},\d{3}(?!\d)", cell.text))
    return commas >= 4 and points * 8 < commas and commas > thousands


def _label_cell(text: str) -> bool:
    return not text or not form_of(text).data


def _head_like(texts: list[str]) -> bool:
    """Whether a row holds words only, apart from its label: part of a head."""
    filled = [text for text in texts[1:] if text]
    if len(filled) < 2:
        return False
    return all(
        not form_of(text).data
        and not (p_of(text) and any(c.isdigit() for c in text) and not printed_n(text))
        for text in filled
    ) and any(re.search(r"[a-z%]", text, re.IGNORECASE) for text in filled)


def _says_head(texts: list[str]) -> bool:
    """Whether a row names arms with n, or p, so that a new head begins."""
    filled = [text for text in texts[1:] if text]
    with_n = sum(printed_n(text) is not None and not form_of(text).data for text in filled)
    units = sum(bool(re.fullmatch(r"n|%|\(?%\)?|n \(%\)|mean ?\(?(sd)?\)?|mean ?± ?sd|sd|no\.?( \(%\))?|p|p[- ]value|n, %", text, re.IGNORECASE)) for text in filled)
    return with_n >= 2 or units >= 2 or any(is_p_head(t) and not p_of(t) for t in filled)


def _segments(
    grid: Grid, texts: list[list[str]]
) -> list[tuple[list[int], list[int]]]:
    """Heads and bodies: a table may begin anew below."""
    count = len(grid.rows)
    heads = list(range(grid.heads)) if grid.heads < count else []
    i = len(heads)
    if not heads:
        while i < min(count, 6) and not any(
            form_of(text).data and not cell.across
            for text, cell in zip(texts[i][1:], grid.rows[i][1:], strict=True)
        ):
            heads.append(i)
            i += 1
        if i >= count or i >= 6:
            return []
    while i < count and _head_like(texts[i]) and (
        _says_head(texts[i]) or not any(any(texts[h][1:]) for h in heads)
    ):
        heads.append(i)
        i += 1
    segments: list[tuple[list[int], list[int]]] = []
    body: list[int] = []
    while i < count:
        distinct = [
            text for text, cell in zip(texts[i], grid.rows[i], strict=True) if not cell.across
        ]
        if body and _head_like(distinct) and _says_head(distinct):
            new = [i]
            while body and _head_like(texts[body[-1]]):
                new.insert(0, body.pop())
            j = i + 1
            while j < count and _head_like(texts[j]) and _says_head(texts[j]):
                new.append(j)
                j += 1
            segments.append((heads, body))
            heads, body, i = new, [], j
            continue
        body.append(i)
        i += 1
    segments.append((heads, body))
    kept: list[tuple[list[int], list[int]]] = []
    for h, b in segments:
        if kept and all(words.N_ROW.fullmatch(texts[r][0].strip(" :,")) for r in kept[-1][1]):
            # patients stand between two rows of heads
            for r in kept[-1][1]:
                for c, text in enumerate(texts[r]):
                    if found := re.match(r"(\d+)\b", text):
                        texts[r][c] = f"n = {found[1]}" if c else text
            earlier = kept.pop()
            h = earlier[0] + earlier[1] + h
        if b:
            kept.append((h, b))
    return kept


class _Segment:
    """One head and the rows below it."""

    def __init__(self, reader: _Reader, heads: list[int], body: list[int]):
        self.reader, self.heads, self.body = reader, heads, body
        self.grid, self.texts = reader.grid, reader.texts
        self.about = reader.about
        self.width = len(self.grid.rows[0])

    # -- columns ---------------------------------------------------------------

    def _columns(self) -> list[Column]:
        columns = []
        for c in range(self.width):
            path: list[str] = []
            for h in self.heads:
                cell = self.grid.rows[h][c]
                text = self.texts[h][c]
                spans_all = cell.width >= self.width - 1 and self.width > 2
                if text and not spans_all and (not path or path[-1] != text):
                    path.append(text)
            columns.append(Column(c, tuple(path)))
        return columns

    def _spanning_head(self) -> str:
        """Heads that stand over all columns: they say what the numbers are."""
        return " ".join(
            self.texts[h][1]
            for h in self.heads
            if self.width > 2 and self.grid.rows[h][1].width >= self.width - 1
        ) + " " + " ".join(self.texts[h][0] for h in self.heads)

    def _label_columns(self, columns: list[Column]) -> int:
        """How many columns from the left hold labels."""
        labels = 1
        for c in range(1, min(4, self.width - 1)):
            cells = [
                self.texts[r][c]
                for r in self.body
                if self.texts[r][c] and not self.grid.rows[r][c].across
            ]
            numbers = sum(form_of(text).data for text in cells)
            alone = sum(
                bool(self.texts[r][c] and not self.grid.rows[r][c].across)
                and (not self.texts[r][c - 1] or self.grid.rows[r][c - 1].down > 0)
                for r in self.body
            )
            if any(is_p_head(text) for text in columns[c].path):
                break
            if not cells and not columns[c].path and c == labels:
                labels += 1
                continue
            head = " ".join(columns[c].path)
            if cells and not printed_n(head):
                named = re.fullmatch(
                    r"categor(?:y|ies)|levels?|subgroups?|class|options?|item", head, re.IGNORECASE
                )
                said = sum(
                    bool(re.search(r"[A-Za-z]{2}|[<>≤≥–-]\s?\d|\d\s?[<>≤≥–-]", t))
                    for t in cells
                )
                words_only = numbers * 2 < len(cells) and said * 2 >= len(cells)
                # levels such as 0, 1, 2: below them the column of labels is empty
                levels = not head and alone * 2 > len(cells)
                if words_only or named or levels:
                    labels += 1
                    continue
            break
        return labels

    # -- reading ---------------------------------------------------------------

    def read(self) -> None:
        columns = self._columns()
        labels = self._label_columns(columns)
        for column in columns[:labels]:
            column.role = "label"
        self._join_spanned(columns, labels)
        for column in columns[labels:]:
            texts = [
                "" if self.grid.rows[r][column.index].across else self.texts[r][column.index]
                for r in self.body
            ]
            if column.role != "joined":
                role_of(column, [form_of(text) for text in texts], texts)
        self.head_words = self._spanning_head()
        self.note_marks = self.grid.footnotes
        self.columns, self.labels = columns, labels
        arms = [arm for arm in arms_of(columns) if arm.columns]
        self.effect = any(c.role == "effect" for c in columns)
        if not arms:
            self.reader.leave("", "no column of an arm was found")
            return
        self._join_rows(arms)
        lines = self._lines(arms)
        lines = self._n_rows(arms, lines)
        self._find_n(arms, lines)
        groups = self._groups(arms, lines)
        if not any(arm.n for arm in arms) and not any(
            form.name in ("fraction", "percent fraction", "over") or form.n
            for line in lines
            for form in line.forms
        ):
            self.reader.leave("", "the number of patients of an arm is not printed")
            return
        for chosen, p_column, statistics, no_p in groups:
            self._read_group(chosen, p_column, statistics, no_p, lines, arms)

    def _join_spanned(self, columns: list[Column], labels: int) -> None:
        """Under one head, a number and ``(20)`` or ``± 3`` in the next column."""
        for left, right in zip(columns[labels:], columns[labels + 1 :], strict=False):
            if left.role == "joined" or left.path != right.path or not left.path:
                continue
            cells = [
                (self.texts[r][left.index], self.texts[r][right.index])
                for r in self.body
                if self.texts[r][right.index] and not self.grid.rows[r][right.index].across
            ]
            tails = sum(bool(re.fullmatch(r"[(\[±].*|-?\d+%", b)) for _, b in cells)
            if cells and tails * 10 >= len(cells) * 7:
                for r in self.body:
                    a, b = self.texts[r][left.index], self.texts[r][right.index]
                    if self.grid.rows[r][right.index].across or not a or not b:
                        continue
                    if re.fullmatch(r"-?\d+(\.\d+)?%", b):
                        b = f"({b.lstrip('-')})"
                    self.texts[r][left.index] = f"{a} {b}"
                    self.texts[r][right.index] = ""
                right.role = "joined"

    def _join_rows(self, arms: list[Arm]) -> None:
        """A row "n" above a row "per cent" prints counts with their percentages."""
        for above, below in zip(self.body, self.body[1:], strict=False):
            if not re.fullmatch(r"n|no\.|number|count", self._label_of(above), re.IGNORECASE):
                continue
            if not re.fullmatch(r"%|per ?cent(?:age)?|\(%\)", self._label_of(below), re.IGNORECASE):
                continue
            for arm in arms:
                c = arm.columns.get("value")
                if c is None:
                    continue
                a, b = self.texts[above][c], self.texts[below][c]
                if form_of(a).name == "number" and form_of(b).name in ("number", "percent"):
                    self.texts[above][c] = f"{a} ({b.rstrip(' %')}%)"
                self.texts[below][c] = ""
            for c in range(self.labels):
                self.texts[above][c] = ""
                self.texts[below][c] = ""

    def _label_of(self, r: int) -> str:
        """The row's own label: its last label column that says anything."""
        row = self.grid.rows[r]
        found = [
            self.texts[r][c]
            for c in range(self.labels)
            if self.texts[r][c] and not row[c].across
        ]
        return " ".join(found[-1].split()) if found else ""

    def _group_label(self, r: int) -> tuple[str, int]:
        """The label over several rows, in a column of its own, and where it begins."""
        row = self.grid.rows[r]
        found = [
            c
            for c in range(self.labels)
            if self.texts[r][c] and not row[c].across
        ]
        if len(found) < 2:
            return "", -1
        label = "; ".join(" ".join(self.texts[r][c].split()) for c in found[:-1])
        return label, r - row[found[-2]].down

    def _arm_form(self, arm: Arm, r: int) -> Form:
        """The form of an arm's cell in a row; several columns make one form."""
        row = self.grid.rows[r]

        def text(role: str) -> str:
            c = arm.columns.get(role)
            if c is None or row[c].down or (row[c].across and row[c].width > 1):
                return ""
            return self.texts[r][c]

        if "value" in arm.columns:
            form = form_of(text("value"))
            if "n" in arm.columns and (n := text("n")).isdigit():
                form = Form(form.name, form.numbers, form.n or n, form.sign)
            return form
        n = text("n")
        n = n if n.isdigit() else ""
        if "mean" in arm.columns:
            mean, sd = form_of(text("mean")), form_of(text("sd").strip("()±[] "))
            if mean.name == sd.name == "number":
                return Form("two means", mean.numbers + sd.numbers, n)
            return mean if mean.name != "number" else Form("other")
        count, percent = text("count"), text("percent").strip("()[] ")
        a, b = form_of(count), form_of(percent)
        if "count" in arm.columns and "percent" in arm.columns:
            if a.name == "number" and b.name in ("number", "percent"):
                return Form("two numbers", a.numbers + b.numbers, n, True)
            if a.name == "number" and b.name == "empty":
                return Form("count", a.numbers, n)
            if a.name == "empty" and b.name in ("number", "percent"):
                return Form("percent", b.numbers, n, True)
            return a if a.name != "number" else EMPTY if b.name == "empty" else Form("other")
        if "count" in arm.columns:
            return Form("count", a.numbers, n) if a.name == "number" else a
        if "percent" in arm.columns and b.name in ("number", "percent"):
            return Form("percent", b.numbers, n, True)
        return b

    def _lines(self, arms: list[Arm]) -> list[Line]:
        lines: list[Line] = []
        section, group, marks = "", "", ""
        begin = -1
        for r in self.body:
            row = self.grid.rows[r]
            line = Line(r, self._label_of(r), section_marks=marks)
            line.forms = [self._arm_form(arm, r) for arm in arms]
            over, start = self._group_label(r)
            if over:
                group, begin = over, start
            elif begin >= 0 and self.labels > 1 and not self.texts[r][0] and line.label:
                # the first column is empty: the row belongs to the group above
                over = group
            else:
                group, begin = "", -1
            line.group = begin if over else -1
            if any(form.data for form in line.forms):
                line.section = over or section
                if not line.label:
                    line.label = section if not over else over
            elif all(form.name == "empty" for form in line.forms):
                line.kind = "heading" if line.label else "empty"
                if line.label:
                    section = line.label
                    marks = " ".join(row[c].marks for c in range(self.labels))
                line.section = over
            else:
                line.section = over or section
                spanning = row[0].width >= self.width - 1 and self.width > 1
                if spanning and line.label:
                    line.kind, section = "heading", line.label
            lines.append(line)
        return lines

    def _n_rows(self, arms: list[Arm], lines: list[Line]) -> list[Line]:
        """Take rows that print the number of patients of each arm."""
        kept = []
        for place, line in enumerate(lines):
            label = re.sub(r"[\s:,]+$", "", line.label)
            first = not any(l.kind != "heading" and l.kind != "empty" for l in kept)
            plain = [
                form.name in ("number", "count", "bracket", "number percent", "two numbers")
                and form.numbers[0].isdigit()
                for form in line.forms
                if form.name != "empty"
            ]
            named = words.N_ROW.fullmatch(label) is not None
            if named and plain and all(plain) and len(plain) == len(arms) and (first or place < 4):
                for arm, form in zip(arms, line.forms, strict=True):
                    if arm.n is None and form.name != "empty":
                        arm.n, arm.n_from = int(form.numbers[0]) or None, "row"
                continue
            kept.append(line)
        return kept

    def _find_n(self, arms: list[Arm], lines: list[Line]) -> None:
        """Patients of each arm: printed, or the only number that all counts allow."""
        over = [arm for arm in arms if arm.n_from == "over"]
        for arm in over:
            # patients of a head over several arms are not those of each
            same = [o for o in over if o.over and o.over[:1] == arm.over[:1]]
            if len(same) > 1 and not all(o.time for o in same):
                arm.n, arm.n_from = None, ""
        if all(arm.n is None for arm in arms) and len(arms) > 1:
            bare = [bare_n(" ".join(self.columns[arm.first].path)) for arm in arms]
            if all(bare):
                for arm, n in zip(arms, bare, strict=True):
                    arm.n, arm.n_from = n, "head"
        if all(arm.n is None for arm in arms):
            found = {a or b for a, b in words.N_EACH.findall(self.about)}
            if len(found) == 1:
                for arm in arms:
                    if not arm.total:
                        arm.n, arm.n_from = int(found.pop()) if len(found) == 1 and False else int(next(iter(found))), "caption"
        if all(arm.n is None for arm in arms):
            for arm in arms:
                if len(arm.name) < 1 or arm.time:
                    continue
                name = re.escape(re.sub(r"\s*(?:group|arm)s?$", "", arm.name, flags=re.IGNORECASE))
                found = set(re.findall(
                    rf"(?<!\w){name}(?:\s?(?:group|arm)s?)?[\s,;:=]*(?:\([^()=]{{0,30}}\)\s?)?[(\[]?\s?n\s?=\s?(\d+)",
                    self.about, re.IGNORECASE,
                ))
                if len(found) == 1:
                    arm.n, arm.n_from = int(found.pop()) or None, "caption"
        if len(arms) == 1 and arms[0].n is None:
            found = set(re.findall(r"\bn\s?=\s?(\d+)", f"{self.reader.grid.caption} {self.head_words}", re.IGNORECASE))
            if len(found) == 1:
                arms[0].n, arms[0].n_from = int(found.pop()), "caption"
        for place, arm in enumerate(arms):
            pairs = self._pairs(place, lines)
            if arm.n is not None:
                self._confirm(arm, pairs)
            elif derived := self._derived_n(place, lines, pairs):
                arm.n, arm.n_from = derived, "derived"

    def _derived_n(
        self, place: int, lines: list[Line], pairs: list[tuple[int, str]]
    ) -> int | None:
        """Patients that all percentages share: the only number, or a sum of levels."""
        if len(pairs) >= 3 and (found := _only_n(pairs)):
            return found
        sums: set[int] = set()
        run: list[tuple[int, str]] = []
        section = ""
        for line in [*lines, None]:
            pair = self._pairs(place, [line]) if line is not None else []
            here = line.section if line is not None else ""
            if pair and here == section:
                run += pair
                continue
            total = sum(a for a, _ in run)
            if len(run) > 1 and total and all(fits(a, b, total, slack=0.501) for a, b in run):
                sums.add(total)
            run, section = pair, here
        telling = [(a, b) for a, b in pairs if a > 0]
        if len(sums) == 1:
            total = next(iter(sums))
            if all(fits(a, b, total, slack=0.6) for a, b in telling):
                return total
        return None

    def _pairs(self, place: int, lines: list[Line]) -> list[tuple[int, str]]:
        """Counts with what may be their percentages."""
        pairs = []
        for line in lines:
            form = line.forms[place]
            if form.n:
                continue
            if form.name in ("bracket", "number percent", "two numbers"):
                a, b = form.numbers[:2]
            elif form.name == "percent number":
                b, a = form.numbers[:2]
            else:
                continue
            if a.isdigit() and 0 <= float(b) <= 100 and "-" not in b:
                said = form.sign or words.COUNT_PERCENT.search(f"{line.label} {line.section}")
                if form.name == "bracket" and not said:
                    if words.MEAN_SD.search(f"{line.label} {line.section}"):
                        continue
                pairs.append((int(a), b))
        return pairs

    def _confirm(self, arm: Arm, pairs: list[tuple[int, str]]) -> None:
        """Drop a printed n that the arm's own percentages speak against."""
        telling = [(a, b) for a, b in pairs if a > 0 and float(b) > 0]
        if len(telling) < 4:
            return
        right = sum(fits(a, b, arm.n) for a, b in telling)
        if right * 2 < len(telling):
            other = _only_n(telling)
            if other and other <= arm.n:
                arm.n, arm.n_from = other, "derived"
            else:
                arm.hint += " !n"

    # -- which arms a p-value compares -------------------------------------------

    def _without_sum(
        self, treated: list[Arm], arms: list[Arm], lines: list[Line]
    ) -> list[Arm]:
        """Leave out an arm that holds the patients of all others."""
        if len(treated) < 3 or any(arm.n is None for arm in treated):
            return treated
        place = {id(arm): i for i, arm in enumerate(arms)}
        for arm in (treated[0], treated[-1]):
            others = [o for o in treated if o is not arm]
            if arm.n != sum(o.n or 0 for o in others):
                continue
            sums = same = 0
            for line in lines:
                counts = [line.forms[place[id(o)]].numbers[:1] for o in (arm, *others)]
                if all(c and c[0].isdigit() for c in counts):
                    total, *parts = (int(c[0]) for c in counts)
                    sums += 1
                    same += total == sum(parts)
            if sums > 1 and same >= 0.8 * sums:
                return others
        return treated

    def _groups(self, arms: list[Arm], lines: list[Line]):
        """Sets of arms, each with the column of the p-value that compares them."""
        columns = self.columns
        ps = [c for c in columns if c.role == "p"]
        statistics = [c for c in columns if c.role == "statistic"]
        mark_totals(arms)
        treated = [arm for arm in arms if not arm.total]
        treated = self._without_sum(treated, arms, lines)
        if not treated:
            treated = arms
        if len(ps) <= 1:
            p = ps[0] if ps else None
            no_p = self._whole_reason(treated)
            if p is not None and not no_p:
                no_p = self._head_reason(p, treated)
            return [(treated, p, statistics, no_p)]
        groups = []
        taken: list[int] = []
        for i, p in enumerate(ps):
            same = [arm for arm in treated if arm.over and p.over and arm.over[0] == p.path[0]]
            if not same:
                same = [arm for arm in treated if p.path and arm.over[:1] == p.path[:1]]
            if not same:
                before = ps[i - 1].index if i else -1
                same = [arm for arm in treated if before < arm.first < p.index]
            near = [s for s in statistics if (ps[i - 1].index if i else -1) < s.index < p.index]
            if len(same) < 2 or any(id(arm) in taken for arm in same):
                groups = []
                break
            taken += [id(arm) for arm in same]
            no_p = self._whole_reason(same) or self._head_reason(p, same)
            groups.append((same, p, near, no_p))
        if groups:
            rest = [arm for arm in treated if id(arm) not in taken]
            return groups + ([(rest, None, [], "")] if rest else [])
        return [(treated, None, [], "several columns of p-values, which compares what is not clear")]

    def _head_reason(self, p: Column, arms: list[Arm]) -> str:
        """Why the p-values of a column compare no arms, if so."""
        head = " ".join(p.path)
        if words.NOT_SIMPLE.search(head):
            return "the head of p names an adjusted or modeled test"
        if words.PAIRED.search(head) or re.search(r"\btime\b|\bbaseline\b|\bchange\b", head, re.IGNORECASE):
            return "the head of p names a comparison within an arm"
        if re.search(r"\bvs\b|\bversus\b|compared", head, re.IGNORECASE) and len(arms) > 2:
            return "the head of p names two of several arms"
        return ""

    def _whole_reason(self, arms: list[Arm]) -> str:
        """Why no p-value of this table compares its arms simply, if so."""
        if len(arms) < 2:
            return "fewer than two arms"
        names = [arm.name for arm in arms]
        if all(re.fullmatch(r"[\d.,\s–-]*", arm.name) for arm in arms) and any(
            arm.name for arm in arms
        ):
            return "the columns are numbers, not arms"
        if all(arm.time for arm in arms):
            return "the columns are times, not arms"
        keys = [(arm.over, arm.name) for arm in arms]
        if len(set(keys)) < len(keys):
            return "two arms have one name"
        if any(arm.time for arm in arms) and len({arm.over for arm in arms}) > 1:
            return "the columns are arms at several times"
        if len(set(names)) < len(names):
            return "the columns are several sets of arms"
        if any(c.role == "effect" for c in self.columns):
            heads = " ".join(" ".join(c.path) for c in self.columns if c.role == "effect")
            if re.search(r"hazard|\ba?hr|\ba?ors?\b|odds|adjust|coefficient|β|\bbeta\b|slope|\birr\b|estimate", heads, re.IGNORECASE):
                return "p stands beside an odds ratio, a hazard ratio or a coefficient"
        heads = " ".join(" ".join(c.path) for c in self.columns) + self.head_words
        if re.search(r"surviv|\bOS\b|\bPFS\b|\bDFS\b", heads):
            return "the head names survival times"
        if re.search(r"\bpaired\b|within", heads, re.IGNORECASE):
            return "the head names a comparison within patients"
        if words.NOT_SIMPLE.search(f"{heads} {self.reader.grid.caption}"):
            return "the head or the caption names an adjusted or modeled test"
        notes = self.reader.grid.notes
        if words.NOT_SIMPLE.search(notes) and not words.SIMPLE.search(notes):
            return "the footnotes name an adjusted or modeled test"
        if re.search(r"cross-?over|before and after|pre-? and post", self.reader.grid.caption, re.IGNORECASE) and any(arm.time for arm in arms):
            return "the caption names a comparison within patients"
        return ""

    # -- rows ----------------------------------------------------------------------

    def _read_group(self, chosen, p_column, statistics, no_p, lines, arms) -> None:
        places = [next(i for i, a in enumerate(arms) if a is arm) for arm in chosen]
        mine = []
        for line in lines:
            own = Line(line.index, line.label, line.section, line.section_marks)
            own.kind, own.group = line.kind, line.group
            own.said = self._said_by_marks(own)
            own.said_of_n = f"{own.said} {self._said_by_marks(own, heading=True)}"
            own.forms = [line.forms[i] for i in places]
            self._take_test(own, p_column, statistics)
            mine.append(own)
        self.chosen = chosen
        self.counts = self._mostly_counts(mine)
        own_n: list[str] | None = None
        for line in mine:
            if line.kind in ("heading", "empty"):
                own_n = None
                continue
            if re.fullmatch(r"n|no\.", line.label, re.IGNORECASE) and all(f.name in ("number", "count") for f in line.forms):
                own_n = [f.numbers[0] for f in line.forms]
                line.kind = "n"
                continue
            self._sense(line, own_n)
        self._attach(mine)
        self._tests(mine, no_p, p_column)
        self._write(mine)

    def _mostly_counts(self, lines: list[Line]) -> bool:
        """Whether almost all pairs of numbers are counts with their percentages."""
        fit = total = 0
        for line in lines:
            for form, arm in zip(line.forms, self.chosen, strict=True):
                if form.name not in ("bracket", "number percent") or arm.n is None:
                    continue
                a, b = form.numbers[:2]
                if not a.isdigit() or not _percent(b) or not float(b):
                    continue
                total += 1
                fit += fits(int(a), b, arm.n)
        return fit >= 4 and fit >= 0.7 * total

    def _take_test(self, line: Line, p_column, statistics) -> None:
        if p_column is not None:
            cell: GridCell = self.grid.rows[line.index][p_column.index]
            text = self.texts[line.index][p_column.index]
            spans = cell.width > 1 and (cell.across or cell.width > self.width // 2)
            if not spans:
                if cell.down:
                    text = ""
                line.p, line.p_mark, line.p_text = p_of(text), cell.marks, text
                first = line.index - cell.down
                line.p_rows = range(first, first + cell.height)
                if inside := statistic_of(text):
                    line.statistic = inside
                elif text and not line.p and any(ch.isdigit() for ch in text):
                    line.no_p = "the cell of p holds something else"
        if len(statistics) == 1 and p_column is not None:
            text = self.texts[line.index][statistics[0].index]
            cell = self.grid.rows[line.index][statistics[0].index]
            form = form_of(text)
            if form.name == "number" and not cell.down:
                line.statistic = (statistics[0].name, form.numbers[0], "")
            elif inside := statistic_of(text):
                line.statistic = inside

    def _near(self, line: Line) -> str:
        """Words that say what the row's numbers are, the nearest first."""
        hints = " ".join(f"{' '.join(arm.over)} {arm.hint}" for arm in self.chosen)
        return "\n".join(
            (line.label, f"{line.section} {line.said}", hints, self.head_words)
        )

    def _said_by_marks(self, line: Line, *, heading: bool = False) -> str:
        """Footnotes of the marks that the row's label, or its heading, has."""
        if heading:
            marks = _marks(line.section_marks)
            return " ".join(self.note_marks.get(m, "") for m in marks)
        found = []
        for c in range(self.labels):
            marks = self.grid.rows[line.index][c].marks
            found += [self.note_marks.get(m, "") for m in _marks(marks)]
        return " ".join(found)

    def _sense(self, line: Line, own_n: list[str] | None) -> None:
        """Decide what the numbers of a row are."""
        filled = [form for form in line.forms if form.name != "empty"]
        if not filled:
            line.kind = "heading" if line.label else "empty"
            return
        if any(form.name == "other" for form in filled):
            line.why = "a cell holds words, an interval or several numbers"
            return
        names = {form.name for form in filled}
        near, label = self._near(line), f"{line.label} {line.section}"
        if names <= {"over", "many"}:
            self._slashes(line)
            return
        rate = words.RATE.search(label) or words.RATE.search(near.split("\n")[2])
        if rate and not names <= {"bracket", "number percent", "number", "empty"}:
            line.why = "a rate, not a percentage of patients"
            return
        ns = [
            int(form.n) if form.n else int(own) if own else arm.n
            for form, arm, own in zip(
                line.forms, self.chosen, own_n or [None] * len(line.forms), strict=True
            )
        ]
        ns = self._n_of_marks(line, ns)
        total = printed_n(line.label)
        if total and not own_n and sum(n or 0 for n in ns) != total and total not in ns:
            line.no_p = "the row has patients of its own"
            if len(ns) == 1:
                ns = [total]
            else:
                ns = [None if not form.n else n for n, form in zip(ns, line.forms, strict=True)]
        if names <= {"fraction", "over", "percent fraction"}:
            self._fractions(line)
        elif names == {"plus minus"} or names == {"two means"}:
            self._means(line, ns, stated=names == {"two means"})
        elif names <= {"bracket more"}:
            if words.MEDIAN.search(label):
                line.why = "a median"
            else:
                self._means(line, ns, stated=False)
        elif names <= {
            "bracket", "number percent", "percent number", "number less", "two numbers",
            "number", "count",
        } and names & {"bracket", "number percent", "percent number", "two numbers"}:
            self._pairs_of(line, ns, near, rate=bool(rate))
        elif rate:
            line.why = "a rate, not a percentage of patients"
        elif names <= {"number", "count", "percent"}:
            self._single(line, ns, near)
        else:
            line.why = "the cells of the row have several forms"

    def _n_of_marks(self, line: Line, ns: list[int | None]) -> list[int | None]:
        """Footnotes may print other patients, of a cell or of the whole row."""
        found = list(ns)
        for a, arm in enumerate(self.chosen):
            marks = _marks(self.grid.rows[line.index][arm.first].marks)
            said = {n for m in marks if (n := printed_n(self.note_marks.get(m, "")))}
            if len(said) == 1 and not line.forms[a].n:
                found[a] = said.pop()
        said = line.said_of_n
        numbers = re.findall(r"\bn\s?=\s?(\d+)((?:[^\d.;]{1,40}\d+)*)", said, re.IGNORECASE)
        if len(numbers) == 1 and len(self.chosen) > 1:
            every = [numbers[0][0], *re.findall(r"\d+", numbers[0][1])]
            if len(every) == len(self.chosen):
                return [int(x) for x in every]
        if re.search(r"\b(?:n|data|available|missing|based on|only)\b", said, re.IGNORECASE) and re.search(r"\d", said):
            line.no_p = line.no_p or "a footnote names other patients for the row"
            line.other_n = True
        return found

    def _slashes(self, line: Line) -> None:
        """``16/9`` below "Sex (m/f)": the levels of one endpoint in one cell."""
        if not re.search(r"[/:]", f"{line.label} {line.section}") and not re.search(
            r"sex|gender|male", line.label, re.IGNORECASE
        ):
            over = [form for form in line.forms if form.name == "over"]
            if len(over) == len([f for f in line.forms if f.name != "empty"]):
                self._over(line)
            else:
                line.why = "levels without names in one cell"
            return
        levels = [
            re.split(r"\s?[/:]\s?", form.numbers[0])
            if form.name == "many"
            else list(form.numbers)
            for form in line.forms
            if form.name != "empty"
        ]
        if len({len(x) for x in levels}) != 1 or len(levels) != len(line.forms):
            line.why = "levels without names in one cell"
            return
        sums = [sum(map(int, x)) for x in levels]
        for arm, total in zip(self.chosen, sums, strict=True):
            if arm.n is not None and total != arm.n:
                line.why = "the levels in one cell are not all patients"
                return
        if any(arm.n is None for arm in self.chosen) and not re.search(
            r"sex|gender|male|female", line.label, re.IGNORECASE
        ):
            line.why = "levels in one cell, and no number of patients"
            return
        found = re.search(r"[(\[]?([\w\s\-<>≤≥]+(?:[/:][\w\s\-<>≤≥]+)+)[)\]]?", line.label)
        names = re.split(r"\s?[/:]\s?", found[1]) if found else []
        if len(names) != len(levels[0]):
            names = [str(i + 1) for i in range(len(levels[0]))]
        line.kind = "levels"
        line.cells = [
            {"arm": a, "n": total, "level": name.strip() or str(j + 1), "count": count}
            for a, (total, counts) in enumerate(zip(sums, levels, strict=True))
            for j, (name, count) in enumerate(zip(names, counts, strict=True))
        ]

    def _over(self, line: Line) -> None:
        """``3/36``: a count of a number of patients."""
        for form, arm in zip(line.forms, self.chosen, strict=True):
            if form.name == "empty":
                continue
            count, n = map(int, form.numbers)
            if count > n or n == 0 or (arm.n is not None and n > arm.n):
                line.why = "what stands before and after the stroke is not clear"
                return
            if arm.n is None and not words.COUNT.search(self._near(line).replace("\n", " ")):
                line.why = "what stands before and after the stroke is not clear"
                return
        line.kind = "count"
        line.cells = [
            {"arm": a, "n": int(form.numbers[1]), "count": form.numbers[0]}
            for a, form in enumerate(line.forms)
            if form.name != "empty"
        ]

    def _fractions(self, line: Line) -> None:
        cells = []
        for a, form in enumerate(line.forms):
            if form.name == "empty":
                continue
            if form.name == "over":
                count, n, percent = *form.numbers, ""
            elif form.name == "fraction":
                count, n, percent = form.numbers
            else:
                percent, count, n = form.numbers
            if int(count) > int(n) or int(n) == 0:
                line.why = "a count that is larger than its patients"
                return
            cells.append({"arm": a, "n": int(n), "count": count, "percent": percent})
        line.kind, line.cells = "count", cells

    def _means(self, line: Line, ns: list[int | None], *, stated: bool) -> None:
        label = f"{line.label} {line.section}"
        if words.MEDIAN.search(line.label) and not (
            words.MEAN_LABEL.search(line.label) and words.SD.search(line.label)
        ):
            if not stated and "±" not in "".join(self.texts[line.index]):
                line.why = "a median, or an adjusted mean"
                return
        hints = " ".join(arm.hint for arm in self.chosen)
        said = "sd" if stated else words.sd_or_se(
            line.label, line.section, hints, self.head_words,
            self.reader.grid.caption, self.reader.grid.notes,
        )
        if said == "both":
            said = "se" if words.SE.search(label + hints) else "sd?"
        if not said:
            # rows with a p-value follow from such spreads as SD as often as from
            # spreads that are called SD, and hardly ever as standard errors
            said, line.doubt = "sd", "the spread is not named; taken as SD"
        if said != "sd":
            line.why = {
                "se": "the spread is a standard error",
                "sd?": "SD and standard error are both named",
            }[said]
            return
        cells = []
        for a, (form, n) in enumerate(zip(line.forms, ns, strict=True)):
            if form.name == "empty":
                continue
            mean, sd = form.numbers[:2]
            if n is not None and n < 2:
                n = None
            cells.append({"arm": a, "n": n, "mean": mean, "sd": sd.lstrip("-")})
        line.kind, line.cells = "mean", cells

    def _pairs_of(
        self, line: Line, ns: list[int | None], near: str, *, rate: bool
    ) -> None:
        """Two numbers, one in brackets: which of them is what?"""
        forms = line.forms
        label = f"{line.label} {line.section}"
        hints = near.split("\n")[2]
        signs = any(form.sign for form in forms)
        pairs = []
        for form in forms:
            if form.name in ("empty", "number", "count", "number less"):
                pairs.append(None)
            elif form.name == "percent number":
                pairs.append((form.numbers[1], form.numbers[0]))
            else:
                pairs.append((form.numbers[0], form.numbers[1]))
        known = [p for p in pairs if p is not None]
        straight = all(a.isdigit() and _percent(b) for a, b in known)
        turned = all(b.isdigit() and _percent(a) for a, b in known)
        plain_ok = all(
            form.numbers[0].isdigit()
            for form in forms
            if form.name in ("number", "count", "number less")
        )
        says_mean = words.MEAN_SD.search(f"{line.label} {line.said}") or (
            words.MEAN_SD.search(line.section) and not words.COUNT_PERCENT.search(label)
        )
        says_median = words.MEDIAN.search(f"{line.label} {line.said}") or (
            words.MEDIAN.search(line.section) and not words.COUNT_PERCENT.search(label)
        )
        if says_median and not signs and not words.COUNT_PERCENT.search(line.label):
            if not words.MEAN_LABEL.search(f"{line.label} {line.said}"):
                line.why = "a median"
                return
        telling = [
            (a, b, n)
            for (a, b), n in (
                (p, n) for p, n in zip(pairs, ns, strict=True) if p is not None
            )
            if n is not None and (float(a) > 0 or float(b) > 0)
        ]
        good = good_turned = 0
        if straight:
            good = sum(fits(int(a), b, n) for a, b, n in telling)
        if turned:
            good_turned = sum(fits(int(b), a, n) for a, b, n in telling)
        strong = telling and not (says_mean and not signs)
        if straight and plain_ok and strong and good == len(telling):
            self._count_cells(line, ns, pairs, exact=True)
            return
        if turned and plain_ok and strong and good_turned == len(telling) and good_turned > good:
            self._count_cells(line, ns, [p and (p[1], p[0]) for p in pairs], exact=True)
            return
        if rate:
            line.why = "a rate, not a percentage of patients"
            return
        if straight and all(float(a) == float(b) == 0 for a, b in known):
            self._count_cells(line, ns, pairs, exact=True)
            return
        if straight and plain_ok and self.counts and not says_mean and telling:
            near_fit = all(fits(int(a), b, n, slack=1 + 3 * 10 ** len(b.partition(".")[2])) for a, b, n in telling)
            if near_fit and good:
                self._count_cells(line, ns, pairs, exact=False)
                return
        says_count = (
            signs
            or words.COUNT_PERCENT.search(label)
            or words.COUNT_PERCENT.search(hints)
            or (words.COUNT_PERCENT.search(near) and not says_mean)
        )
        if any(form.name in ("two numbers", "percent number") for form in forms):
            says_count = True
        if straight and plain_ok and says_count and not says_mean and (
            all(int(a) <= (n or 10**9) for a, _, n in telling)
        ):
            if turned and words.PERCENT_COUNT.search(label + hints) and good < len(telling):
                line.why = "which number is the count is not clear"
                return
            self._count_cells(line, ns, pairs, exact=False)
            return
        if turned and plain_ok and (signs or words.PERCENT_COUNT.search(label + hints)) and not says_mean:
            self._count_cells(line, ns, [p and (p[1], p[0]) for p in pairs], exact=False)
            return
        about = words.BRACKET_SD.search(f"{hints} {self.head_words} {self.about}")
        if self.counts and not says_mean and straight:
            line.why = "counts or means: not said which"
            return
        if signs or any(form.name not in ("bracket", "empty") for form in forms):
            line.why = "which number is the count, and of how many, is not clear"
            return
        if says_mean or (about and not words.COUNT_PERCENT.search(line.label)):
            if not says_mean and words.MEDIAN.search(self.about) :
                line.why = "mean and SD, or median and range: not said which"
                return
            if not says_mean and straight and good:
                line.why = "counts or means: not said which"
                return
            self._means(line, ns, stated=False)
            return
        line.why = "what the two numbers are is not said"

    def _count_cells(self, line: Line, ns, pairs, *, exact: bool) -> None:
        cells = []
        for a, (form, pair, n) in enumerate(zip(line.forms, pairs, ns, strict=True)):
            if form.name == "empty":
                continue
            if pair is None:
                count, percent = form.numbers[0], ""
            else:
                count, percent = pair
            if n is not None and int(count) > n:
                line.why = "a count that is larger than its patients"
                return
            cells.append({"arm": a, "n": n, "count": count, "percent": percent})
        line.kind, line.cells = "count", cells
        line.doubt = "" if exact else "percent"

    def _single(self, line: Line, ns: list[int | None], near: str) -> None:
        """One number per arm: a count, a percentage, or something measured."""
        forms = line.forms
        label = f"{line.label}\n{line.section}"
        hints = near.split("\n")[2]
        values = [form.numbers[0] for form in forms if form.name != "empty"]
        percents = all(form.name == "percent" for form in forms if form.name != "empty")
        counts = all(form.name == "count" for form in forms if form.name != "empty")
        said_percent = percents or any(
            words.ONLY_PERCENT.search(t) for t in (line.label, line.section, hints)
        )
        measured = words.MEASURED_PERCENT.search(label) or words.MEDIAN.search(label)
        whole = all(value.isdigit() for value in values)
        small = all(n is None or value.isdigit() and int(value) <= n for value, n in zip(values, [n for n, f in zip(ns, forms, strict=True) if f.name != "empty"], strict=True)) if whole else False
        says_count = counts or words.COUNT.search(line.label) or words.COUNT.search(line.section) or words.COUNT.search(hints)
        zeros = whole and all(value == "0" for value in values)
        if whole and small and not percents and not measured and (
            says_count or (zeros and words.COUNT_PERCENT.search(label + hints))
        ):
            line.kind = "count"
            line.cells = [
                {"arm": a, "n": n, "count": form.numbers[0], "percent": ""}
                for a, (form, n) in enumerate(zip(forms, ns, strict=True))
                if form.name != "empty"
            ]
            return
        if whole and small and not percents and not measured and not said_percent:
            line.kind = "maybe count"
            line.cells = [
                {"arm": a, "n": n, "count": form.numbers[0], "percent": ""}
                for a, (form, n) in enumerate(zip(forms, ns, strict=True))
                if form.name != "empty"
            ]
            line.why = "whole numbers that are not said to be counts"
            return
        if said_percent and not measured and all(_percent(v) for v in values):
            if not percents and not self._feasible(forms, ns):
                line.why = "numbers in percent that no count of patients gives"
                return
            line.kind = "count"
            line.cells = [
                {"arm": a, "n": n, "percent": form.numbers[0]}
                for a, (form, n) in enumerate(zip(forms, ns, strict=True))
                if form.name != "empty"
            ]
            return
        line.why = "single numbers that are not said to be counts or percentages"

    def _feasible(self, forms: list[Form], ns: list[int | None]) -> bool:
        for form, n in zip(forms, ns, strict=True):
            if form.name == "empty":
                continue
            if n is None:
                return False
            count = round(float(form.numbers[0]) * n / 100)
            if not any(
                fits(c, form.numbers[0], n, slack=0.51) for c in (count - 1, count, count + 1) if c >= 0
            ):
                return False
        return True

    # -- blocks ----------------------------------------------------------------------

    def _attach(self, lines: list[Line]) -> None:
        """Find rows that are the levels of one endpoint, and give them one test."""
        i = 0
        while i < len(lines):
            line = lines[i]
            if line.group >= 0 and line.kind != "heading":
                rows = [line]
                for other in lines[i + 1 :]:
                    if other.group != line.group or other.kind == "heading":
                        break
                    rows.append(other)
                if len(rows) > 1:
                    label = line.section
                    self._heading(Line(line.index, label, kind="heading"), rows)
                    i += len(rows)
                    continue
            if line.p_rows and len(line.p_rows) > 1 and line.kind != "heading":
                rows = [l for l in lines[i:] if l.index in line.p_rows]
                heading = next((l for l in reversed(lines[:i]) if l.kind == "heading"), None)
                self._block(rows, line, None)
                del heading
                i += max(len(rows), 1)
                continue
            if line.kind == "heading":
                rows = []
                for other in lines[i + 1 :]:
                    if other.kind in ("heading", "empty"):
                        break
                    rows.append(other)
                used = self._heading(line, rows)
                i += 1 + used
                continue
            i += 1
        self._loose_pairs(lines)

    def _heading(self, heading: Line, rows: list[Line]) -> int:
        """A heading and the rows below it. Returns how many rows it took."""
        if not rows:
            return 0
        spanning = heading.p_rows if len(heading.p_rows) > 1 else range(0)
        for row in rows:
            if row.index in spanning:
                row.p, row.statistic = "", row.statistic
        if heading.p:
            own = next((k for k, row in enumerate(rows) if row.p), len(rows))
            part = rows[:own]
            means = [row for row in part if row.kind == "mean"]
            counts = [row for row in part if row.kind in ("count", "maybe count")]
            if len(means) == 1 and not counts:
                means[0].p, means[0].statistic = heading.p, heading.statistic
                means[0].p_mark = heading.p_mark
                means[0].section = heading.label
            elif counts and not means:
                end = next((k for k, row in enumerate(part) if row.kind not in ("count", "maybe count")), len(part))
                self._block(part[:end], heading, heading)
            elif means or counts:
                for row in means + counts:
                    row.no_p = row.no_p or "one p for rows of several kinds"
            for row in rows[own:]:
                # the heading had a test of its own, these rows have theirs
                row.section = ""
            return own
        with_p = [row for row in rows if row.p]
        if len(with_p) == len(rows) > 1 and len({row.p for row in rows}) == 1:
            # one p printed again beside every level
            levels = all(row.kind in ("count", "maybe count") for row in rows)
            if levels and _partition(rows) is not None:
                self._block(rows, rows[0], heading)
                return len(rows)
        if not with_p:
            self._own_sums(rows)
        if len(with_p) == 1 and len(rows) > 1 and len(with_p[0].p_rows) <= 1 and all(
            row.kind in ("count", "maybe count") for row in rows
        ):
            self._block(rows, with_p[0], heading)
        else:
            self._runs(rows)
        return len(rows)

    def _own_sums(self, rows: list[Line]) -> None:
        """Levels that add up to fewer patients, of whom their percentages are."""
        counts = 0
        while counts < len(rows) and rows[counts].kind in ("count", "maybe count"):
            counts += 1
        sums = None
        for end in range(2, counts + 1):
            if (sums := _partition(rows[:end])) is not None:
                break
        if sums is None:
            return
        for row in rows[:end]:
            for cell in row.cells:
                if cell["n"] is not None and cell["arm"] in sums:
                    cell["n"] = sums[cell["arm"]]

    def _runs(self, rows: list[Line]) -> None:
        """Below one heading, rows with p each begin a block if the next have none."""
        i = 0
        while i < len(rows):
            j = i + 1
            while j < len(rows) and not rows[j].p:
                j += 1
            part = rows[i:j]
            if rows[i].p and len(rows[i].p_rows) > 1:
                self._block([r for r in rows if r.index in rows[i].p_rows], rows[i], None)
                i = j
                continue
            if rows[i].p and len(part) > 1 and all(r.kind in ("count", "maybe count") for r in part):
                if _partition(part) is not None:
                    self._block(part, rows[i], None)
                elif sum(bool(r.p) for r in rows) < 0.6 * len(rows):
                    rows[i].no_p = "one p for several rows that are not all patients"
            i = j

    def _loose_pairs(self, lines: list[Line]) -> None:
        """"Male" with p and "Female" without: two levels, if they are all patients."""
        for a, b, c in zip(lines, lines[1:], [*lines[2:], None], strict=False):
            if a.block >= 0 or b.block >= 0 or not a.p or b.p:
                continue
            if a.kind != "count" or b.kind != "count" or a.no_p:
                continue
            if c is not None and c.kind in ("count", "maybe count") and not c.p and c.block < 0 and c.section == a.section:
                continue
            if re.match(r"(?:fe)?males?\b|m[ae]n\b|women|boys|girls|yes|no\b", b.label, re.IGNORECASE) and _partition([a, b]) is not None:
                self._block([a, b], a, None)

    def _block(self, rows: list[Line], test: Line, heading: Line | None) -> None:
        p, mark, statistic, p_text = test.p, test.p_mark, test.statistic, test.p_text
        if not p and statistic == ("", "", ""):
            return
        if len(rows) == 1:
            row = rows[0]
            if row.kind == "maybe count":
                row.kind, row.why = "other", "whole numbers that are not said to be counts"
            row.p, row.statistic, row.p_mark, row.p_text = p, statistic, mark, p_text
            if heading is not None:
                row.section = heading.label
            return
        sums = _partition(rows) if all(r.kind in ("count", "maybe count") for r in rows) else None
        if sums is None:
            for row in rows:
                row.p, row.statistic = "", ("", "", "")
                row.no_p = row.no_p or "one p for several rows that are not all patients"
                if row is test:
                    row.p = p
            return
        names = Counter(row.label for row in rows)
        for row in rows:
            if row.kind == "maybe count":
                row.kind, row.why = "count", ""
            if names[row.label] > 1:
                row.label = f"{row.label}, row {row.index + 1}"
            row.block = rows[0].index
            row.p, row.statistic, row.p_mark, row.p_text = p, statistic, mark, p_text
            row.heading = heading.index if heading is not None else -1
            if heading is not None:
                row.section = heading.label
            for cell in row.cells:
                total = sums.get(cell["arm"])
                if total is not None and cell["n"] is not None and total != cell["n"]:
                    cell["n"] = total

    # -- tests -------------------------------------------------------------------------

    def _tests(self, lines: list[Line], no_p: str, p_column) -> None:
        """Decide for each row whether its p compares the arms simply."""
        marks = self.note_marks
        notes = self.reader.grid.notes
        self.only_counts = all(
            line.kind in ("count", "levels", "heading", "empty") for line in lines
        )
        for line in lines:
            if line.kind not in ("count", "mean", "levels"):
                continue
            if not line.p and line.statistic == ("", "", ""):
                continue
            reason = line.no_p or no_p or self._own_reason(line, marks, notes)
            if reason:
                line.no_p = reason
        del p_column

    def _own_reason(self, line: Line, marks: dict[str, str], notes: str) -> str:
        if line.kind == "levels" and len({c["arm"] for c in line.cells}) < 2:
            return "fewer than two arms"
        if len({cell["arm"] for cell in line.cells}) < len(self.chosen):
            return "an arm has no number in this row"
        if any(cell["n"] is None for cell in line.cells):
            return "the number of patients of the row is not printed"
        if re.search(r"\btrend\b|adjusted", f"{line.label} {line.section}", re.IGNORECASE):
            return "the row names an adjusted test, or one of trend"
        said = " ".join(marks.get(m, "") for m in _marks(line.p_mark))
        simple = words.MEAN_TEST if line.kind == "mean" else words.SIMPLE
        if re.search(r"\btests?\b|estimated", said, re.IGNORECASE) and not simple.search(said):
            return "the footnote of its p names another test"
        test = said if words.SIMPLE.search(said) or words.RANK.search(said) or words.NOT_SIMPLE.search(said) else ""
        if not test:
            head = " ".join(self._head_marks())
            said = " ".join(marks.get(m, "") for m in head.split())
            test = said if words.SIMPLE.search(said) or words.RANK.search(said) or words.NOT_SIMPLE.search(said) else ""
        test = test or notes
        near = f"{line.label} {self.reader.grid.caption}"
        if words.NOT_SIMPLE.search(test) and not words.SIMPLE.search(test):
            return "the footnotes name an adjusted or modeled test"
        if line.kind == "mean":
            if words.RANK.search(test) and not words.MEAN_TEST.search(test):
                return "the footnotes name a test of ranks"
            if words.PAIRED.search(test) and not words.UNPAIRED.search(test) and not re.search(r"between", test, re.IGNORECASE):
                return "the footnotes name a paired test"
            if words.NOT_SIMPLE.search(test) and test is notes:
                return "the footnotes name an adjusted or modeled test"
        elif words.PAIRED.search(test) and not words.SIMPLE.search(test):
            return "the footnotes name a paired test"
        elif words.RANK.search(test) and not words.SIMPLE.search(test):
            if test is not notes or self.only_counts:
                return "the footnotes name a test of ranks"
        del near
        if any(cell.get("percent") and cell.get("count") and not fits(int(cell["count"]), cell["percent"], cell["n"], slack=1.5) for cell in line.cells):
            return "the percentages are of another number of patients"
        return ""

    def _head_marks(self) -> list[str]:
        found = []
        for column in self.columns:
            if column.role == "p":
                for h in self.heads:
                    found += _marks(self.grid.rows[h][column.index].marks)
        return found

    # -- writing ------------------------------------------------------------------------

    def _write(self, lines: list[Line]) -> None:
        reader = self.reader
        names = [arm.name or f"column {arm.first + 1}" for arm in self.chosen]
        if len(set(names)) < len(names):
            names = ["; ".join((*arm.over, name)) for arm, name in zip(self.chosen, names, strict=True)]
        if len(set(names)) < len(names):
            names = [f"{name}, column {arm.first + 1}" for arm, name in zip(self.chosen, names, strict=True)]
        derived = any(arm.n_from == "derived" for arm in self.chosen)
        doubtful_n = any(arm.hint.endswith("!n") for arm in self.chosen)
        blocks: dict[int, str] = {}
        for line in lines:
            if line.kind in ("heading", "empty", "n"):
                continue
            if line.kind not in ("count", "mean", "levels") or not line.cells:
                why = line.why or "what the numbers are is not clear"
                reader.leave(line.index + 1, why)
                continue
            wrong = line.kind == "count" and any(
                cell.get("percent") and cell.get("count") and cell["n"]
                and not fits(int(cell["count"]), cell["percent"], cell["n"])
                for cell in line.cells
            )
            if wrong and (doubtful_n or line.other_n or _all_off(line.cells)):
                reader.leave(line.index + 1, "the percentages are of other patients than the head prints")
                continue
            if all(cell["n"] is None for cell in line.cells):
                reader.leave(line.index + 1, "the number of patients is not printed")
                continue
            if line.block >= 0:
                endpoint = blocks.get(line.block)
                if endpoint is None:
                    endpoint = self._unique(line.section or line.label)
                    blocks[line.block] = endpoint
                level = line.label or str(line.index + 1)
            else:
                name = line.label if not line.section or line.section == line.label else f"{line.section}: {line.label}"
                endpoint, level = self._unique(name or f"row {line.index + 1}"), ""
            test = not line.no_p
            if line.no_p:
                reader.leave(line.index + 1, f"p: {line.no_p}")
            name, value, dof = line.statistic if test else ("", "", "")
            name = name.strip("?")
            doubts = ["n derived from the percentages"] if derived else []
            if line.kind == "mean" and line.doubt:
                doubts.append(line.doubt)
            for cell in line.cells:
                if cell["n"] is None:
                    continue
                at = self._at(line.index, self.chosen[cell["arm"]].first)
                reader.reading.cells.append(
                    {
                        "study": self.grid.study,
                        "place": reader.place,
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
        self.reader.used[name] += 1
        seen = self.reader.used[name]
        return name if seen == 1 else f"{name} ({seen})"


def _percent(text: str) -> bool:
    return "-" not in text and 0 <= float(text) <= 100


def _only_n(pairs: list[tuple[int, str]]) -> int | None:
    """The only n that gives every percentage, if there is one."""
    found: set[int] | None = None
    decimals = max((len(b.partition(".")[2]) for _, b in pairs), default=0)
    # above this, percentages of different numbers of patients share one by chance
    most = 50 * 10**decimals
    for count, percent in pairs:
        options = denominators(count, percent, most)
        if not options:
            if count > 0 or float(percent) > 0:
                return None
            continue
        if found is None:
            found = set(options) if len(options) < 5000 else None
        else:
            found &= set(options)
        if found is not None and not found:
            return None
    return next(iter(found)) if found and len(found) == 1 else None


def _partition(rows: list[Line]) -> dict[int, int] | None:
    """Sum of each arm over levels that hold every patient once, or None.

    Counts must add up to the arm's patients, or to a smaller number of which their
    percentages are; percentages alone must add up to 100.
    """
    sums: dict[int, int] = {}
    arms = {cell["arm"] for row in rows for cell in row.cells}
    for arm in arms:
        cells = [cell for row in rows for cell in row.cells if cell["arm"] == arm]
        n = next((cell["n"] for cell in cells if cell["n"] is not None), None)
        if all(cell.get("count") for cell in cells):
            total = sum(int(cell["count"]) for cell in cells)
            if n is None or total == n:
                if n is None:
                    return None
                sums[arm] = n
                continue
            percents = [c for c in cells if c.get("percent")]
            if (
                0 < total < n
                and percents
                and all(_rounds(c, total) for c in percents)
                and not all(_rounds(c, n) for c in percents)
            ):
                sums[arm] = total
                continue
            return None
        if all(cell.get("percent") and not cell.get("count") for cell in cells):
            step = max(10.0 ** -len(cell["percent"].partition(".")[2]) for cell in cells)
            total = sum(float(cell["percent"]) for cell in cells)
            if abs(total - 100) <= step * (0.5 * len(cells) + 0.5) + 1e-9 and n is not None:
                sums[arm] = n
                continue
        return None
    return sums or None


def _all_off(cells: list[dict]) -> bool:
    """Whether no arm's percentage is of the arm's patients: then of something else."""
    telling = [
        c for c in cells if c.get("percent") and c.get("count") and int(c["count"])
    ]
    return not any(
        fits(int(c["count"]), c["percent"], c["n"], slack=2) for c in telling if c["n"]
    )


def _rounds(cell: dict, n: int) -> bool:
    return fits(int(cell["count"]), cell["percent"], n, slack=0.501)


def _marks(text: str) -> list[str]:
    return re.findall(r"[a-z]|\d|[*†‡§¶#‖]+", text.lower())


__all__ = ["LEFT_OUT", "READ", "Reading", "iter_texts", "read_grid"]
