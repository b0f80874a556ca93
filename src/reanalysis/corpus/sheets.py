"""The parts of a table: its heads, its columns, the rows below them."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

import reanalysis.corpus.words as words
from reanalysis.corpus.cells import EMPTY, Form, form_of, p_of
from reanalysis.corpus.columns import (
    Arm,
    Column,
    arms_of,
    is_p_head,
    printed_n,
    role_of,
)
from reanalysis.corpus.grids import Grid
from reanalysis.corpus.lines import Line


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
    with_n = sum(
        printed_n(text) is not None and not form_of(text).data for text in filled
    )
    units = sum(
        bool(
            re.fullmatch(
                r"n|%|\(?%\)?|n \(%\)|mean ?\(?(sd)?\)?|mean ?± ?sd|sd|no\.?( \(%\))?|p"
                r"|p[- ]value|n, %",
                text,
                re.IGNORECASE,
            )
        )
        for text in filled
    )
    return (
        with_n >= 2 or units >= 2 or any(is_p_head(t) and not p_of(t) for t in filled)
    )


def _patients_in_heads(grid: Grid, texts: list[list[str]], heads: list[int]) -> None:
    """A row of the head may hold nothing but the patients of each arm."""
    for h in heads:
        if not words.N_ROW.fullmatch(texts[h][0].strip(" :,")):
            continue
        own = [c for c, cell in enumerate(grid.rows[h]) if c and not cell.down]
        found = {c: re.fullmatch(r"\(?(\d+)\)?", texts[h][c]) for c in own}
        if sum(map(bool, found.values())) < 2:
            continue
        for c, number in found.items():
            if number:
                texts[h][c] = f"n = {number[1]}"


def segments(grid: Grid, texts: list[list[str]]) -> list[tuple[list[int], list[int]]]:
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
    while (
        i < count
        and _head_like(texts[i])
        and (_says_head(texts[i]) or not any(any(texts[h][1:]) for h in heads))
    ):
        heads.append(i)
        i += 1
    _patients_in_heads(grid, texts, heads)
    segments: list[tuple[list[int], list[int]]] = []
    body: list[int] = []
    while i < count:
        distinct = [
            text
            for text, cell in zip(texts[i], grid.rows[i], strict=True)
            if not cell.across
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
        if kept and all(
            words.N_ROW.fullmatch(texts[r][0].strip(" :,")) for r in kept[-1][1]
        ):
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


@dataclass
class Sheet:
    """One head of a table and the rows below it, while they are read.

    Attributes
    ----------
    grid : Grid
    texts : list of list of str
        The grid's texts, tidy.
    heads, body : list of int
        Rows of the head, and those below it.
    columns : list of Column
    labels : int
        How many columns from the left hold labels.
    over_all : str
        What stands over all columns.
    chosen : list of Arm
        The arms that are compared.
    p_column : Column or None
        The column of the p-values that compare them.
    counts, only_counts, percents : bool
        Whether almost all pairs of numbers are counts with percentages; whether all
        rows are counts; whether numbers in percent are mostly shares of patients.
    """

    grid: Grid
    texts: list[list[str]]
    heads: list[int]
    body: list[int]
    columns: list[Column] = field(default_factory=list)
    labels: int = 1
    over_all: str = ""
    chosen: list[Arm] = field(default_factory=list)
    p_column: Column | None = None
    counts: bool = False
    only_counts: bool = False
    percents: bool = False

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.texts[0])

    @property
    def head_words(self) -> str:
        """What stands over all columns, and over the labels."""
        return f"{self.over_all} {' '.join(self.texts[h][0] for h in self.heads)}"

    @property
    def about(self) -> str:
        """Caption and footnotes."""
        return f"{self.grid.caption}\n{self.grid.notes}"


def sheet_of(
    grid: Grid, texts: list[list[str]], heads: list[int], body: list[int]
) -> tuple[Sheet, list[Arm], list[Line]]:
    """Find the columns, the arms and the rows of a head and what is below it."""
    here = Sheet(grid, texts, heads, body)
    here.columns = find_columns(here)
    here.labels = label_columns(here, here.columns)
    for column in here.columns[: here.labels]:
        column.role = "label"
    join_spanned(here, here.columns, here.labels)
    join_tests(here)
    for column in here.columns[here.labels :]:
        if column.role == "joined":
            continue
        cells = [
            "" if grid.rows[r][column.index].across else texts[r][column.index]
            for r in body
        ]
        last = column is here.columns[-1]
        role_of(column, [form_of(text) for text in cells], cells, last=last)
    here.over_all = over_all(here)
    misaligned = _misaligned(here)
    arms = [arm for arm in arms_of(here.columns) if arm.columns]
    if not arms or misaligned:
        return here, [], []
    join_rows(here, arms)
    return here, arms, find_lines(here, arms)


def _misaligned(here: Sheet) -> bool:
    """Whether heads with n stand beside a column of numbers without any head."""
    with_n = [c for c in here.columns if any(map(printed_n, c.path))]
    if len(with_n) < 2:
        return False
    above = {c.over for c in with_n}
    bare = [c for c in here.columns if c.path in above and c.role == "value"]
    inside = [c for c in bare if with_n[0].index < c.index < with_n[-1].index]
    filled = [
        sum(form_of(here.texts[r][c.index]).data for r in here.body) for c in inside
    ]
    return any(2 * count > len(here.body) for count in filled)


def find_columns(here: Sheet) -> list[Column]:
    """All columns with their heads, from the top down; heads over all are left out."""
    columns = []
    for c in range(here.width):
        path: list[str] = []
        for h in here.heads:
            cell = here.grid.rows[h][c]
            text = here.texts[h][c]
            spans_all = cell.width >= here.width - 1 and here.width > 2
            if words.CLUSTERS.match(here.texts[h][0]) and printed_n(text):
                continue
            if text and not spans_all and (not path or path[-1] != text):
                path.append(text)
        columns.append(Column(c, tuple(path)))
    return columns


def over_all(here: Sheet) -> str:
    """Heads that stand over all columns: they say what the numbers are."""
    return " ".join(
        here.texts[h][1]
        for h in here.heads
        if here.width > 2 and here.grid.rows[h][1].width >= here.width - 1
    )


def label_columns(here: Sheet, columns: list[Column]) -> int:
    """How many columns from the left hold labels."""
    labels = 1
    for c in range(1, min(4, here.width - 1)):
        cells = [
            here.texts[r][c]
            for r in here.body
            if here.texts[r][c] and not here.grid.rows[r][c].across
        ]
        numbers = sum(form_of(text).data for text in cells)
        alone = sum(
            bool(here.texts[r][c] and not here.grid.rows[r][c].across)
            and (not here.texts[r][c - 1] or here.grid.rows[r][c - 1].down > 0)
            for r in here.body
        )
        if any(is_p_head(text) for text in columns[c].path):
            break
        if not cells and not columns[c].path and c == labels:
            labels += 1
            continue
        head = " ".join(columns[c].path)
        if cells and not printed_n(head):
            named = re.fullmatch(
                r"categor(?:y|ies)|levels?|subgroups?|class|options?|item|statistics?"
                r"|measures?|units?",
                head,
                re.IGNORECASE,
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


def join_spanned(here: Sheet, columns: list[Column], labels: int) -> None:
    """Under one head, a number and ``(20)`` or ``± 3`` in the next column."""
    for left, right in zip(columns[labels:], columns[labels + 1 :], strict=False):
        if left.role == "joined" or left.path != right.path or not left.path:
            continue
        cells = [
            (here.texts[r][left.index], here.texts[r][right.index])
            for r in here.body
            if here.texts[r][right.index] and not here.grid.rows[r][right.index].across
        ]
        tails = sum(bool(re.fullmatch(r"[(\[±].*|-?\d+%", b)) for _, b in cells)
        if cells and tails * 10 >= len(cells) * 7:
            for r in here.body:
                a, b = here.texts[r][left.index], here.texts[r][right.index]
                if here.grid.rows[r][right.index].across or not a or not b:
                    continue
                if re.fullmatch(r"-?\d+(\.\d+)?%", b):
                    b = f"({b.lstrip('-')})"
                here.texts[r][left.index] = f"{a} {b}"
                here.texts[r][right.index] = ""
            right.role = "joined"


def join_tests(here: Sheet) -> None:
    """A test may go on in the rows below: its value, its df and its p."""
    above = -1
    for r in list(here.body):
        filled = [c for c, text in enumerate(here.texts[r]) if text]
        if len(filled) == 1 and filled[0] >= here.labels and above >= 0:
            (c,) = filled
            more = re.match(r"(?:d\.?f\.?|p)\s?[=<>]", here.texts[r][c], re.IGNORECASE)
            if more and here.texts[above][c]:
                here.texts[above][c] += f", {here.texts[r][c]}"
                here.texts[r][c] = ""
                here.body.remove(r)
                continue
        above = r


def _below(here: Sheet, arms: list[Arm], above: int, below: int) -> bool:
    """Whether a row without a label prints the percentages of the counts above it."""
    if any(
        here.texts[below][c] and not here.grid.rows[below][c].down
        for c in range(here.labels)
    ):
        return False
    pairs = [
        (form_of(here.texts[above][c]), here.texts[below][c])
        for arm in arms
        if (c := arm.columns.get("value")) is not None and here.texts[below][c]
    ]
    return len(pairs) > 1 and all(
        a.name == "number" and re.fullmatch(r"\(?[\d.]+\s?%\)?", b) for a, b in pairs
    )


def join_rows(here: Sheet, arms: list[Arm]) -> None:
    """A row "n" above a row "per cent" prints counts with their percentages."""
    for above, below in pairwise(list(here.body)):
        if not _below(here, arms, above, below):
            continue
        for arm in arms:
            c = arm.columns.get("value")
            if c is not None and here.texts[below][c]:
                share = here.texts[below][c].strip("()% ")
                here.texts[above][c] += f" ({share}%)"
                here.texts[below][c] = ""
        here.body.remove(below)
    for above, below in zip(here.body, here.body[1:], strict=False):
        if not re.fullmatch(
            r"n|no\.|number|count", label_of(here, above), re.IGNORECASE
        ):
            continue
        if not re.fullmatch(
            r"%|per ?cent(?:age)?|\(%\)", label_of(here, below), re.IGNORECASE
        ):
            continue
        for arm in arms:
            c = arm.columns.get("value")
            if c is None:
                continue
            a, b = here.texts[above][c], here.texts[below][c]
            if form_of(a).name == "number" and form_of(b).name in (
                "number",
                "percent",
            ):
                here.texts[above][c] = f"{a} ({b.rstrip(' %')}%)"
            here.texts[below][c] = ""
        for c in range(here.labels):
            here.texts[above][c] = ""
            here.texts[below][c] = ""


def label_of(here: Sheet, r: int) -> str:
    """The row's own label: its last label column that says anything."""
    row = here.grid.rows[r]
    found = [
        here.texts[r][c]
        for c in range(here.labels)
        if here.texts[r][c] and not row[c].across
    ]
    return " ".join(found[-1].split()) if found else ""


def group_label(here: Sheet, r: int) -> tuple[str, int]:
    """The label over several rows, in a column of its own, and where it begins."""
    row = here.grid.rows[r]
    found = [c for c in range(here.labels) if here.texts[r][c] and not row[c].across]
    if len(found) < 2:
        return "", -1
    label = "; ".join(" ".join(here.texts[r][c].split()) for c in found[:-1])
    return label, r - row[found[-2]].down


def arm_form(here: Sheet, arm: Arm, r: int) -> Form:
    """The form of an arm's cell in a row; several columns make one form."""
    row = here.grid.rows[r]

    def text(role: str) -> str:
        c = arm.columns.get(role)
        if c is None or row[c].down or (row[c].across and row[c].width > 1):
            return ""
        return here.texts[r][c]

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
        if a.name == "empty" and b.numbers and float(b.numbers[0]) == 0:
            return Form("two numbers", ("0", b.numbers[0]), n, True)
        if a.name == "empty" and b.name in ("number", "percent"):
            return Form("percent", b.numbers, n, True)
        return (
            a if a.name != "number" else EMPTY if b.name == "empty" else Form("other")
        )
    if "count" in arm.columns:
        return Form("count", a.numbers, n) if a.name == "number" else a
    if "percent" in arm.columns and b.name in ("number", "percent"):
        return Form("percent", b.numbers, n, True)
    return b


def find_lines(here: Sheet, arms: list[Arm]) -> list[Line]:
    """The rows below the head, each with its heading and the forms of its cells."""
    lines: list[Line] = []
    section, group, marks = "", "", ""
    begin = -1
    for r in here.body:
        row = here.grid.rows[r]
        line = Line(r, label_of(here, r), section_marks=marks)
        line.forms = [arm_form(here, arm, r) for arm in arms]
        over, start = group_label(here, r)
        if over:
            group, begin = over, start
        elif begin >= 0 and here.labels > 1 and not here.texts[r][0] and line.label:
            # the first column is empty: the row belongs to the group above
            over = group
        else:
            group, begin = "", -1
        line.group = begin if over else -1
        if any(form.data for form in line.forms):
            line.section = over or section
            if not line.label:
                line.label = over if over else section
        elif all(form.name == "empty" for form in line.forms):
            line.kind = "heading" if line.label else "empty"
            if line.label:
                section = line.label
                marks = " ".join(row[c].marks for c in range(here.labels))
            line.section = over
        else:
            line.section = over or section
            spanning = row[0].width >= here.width - 1 and here.width > 1
            if spanning and line.label:
                line.kind, section = "heading", line.label
        lines.append(line)
    return lines
