"""Tables whose arms stand in rows: turned, so that every arm has a column."""

import re
from dataclasses import replace

import reanalysis.corpus.words as words
from reanalysis.corpus.cells import form_of, p_of
from reanalysis.corpus.columns import (
    is_effect_head,
    is_p_head,
    is_time,
    printed_n,
    without_n,
)
from reanalysis.corpus.grids import Grid, GridCell

_MOST_ARMS = 6
_N_HEAD = re.compile(
    r"n|no\.?|number(?: of (?!events|cases with)\w+)?|sample size|(?:case|patient)s?"
    r"(?: (?:number|no\.?|at risk|treated|enrolled|randomi[sz]ed))?[\s,]*"
    r"(?:\(?(?:n|no\.)\)?)?",
    re.IGNORECASE,
)
_COUNT_HEAD = re.compile(
    r"n|no\.?|numbers?|count|events?|(?:number|no\.) (?:of|with) .*", re.IGNORECASE
)
_PERCENT_HEAD = re.compile(r"[(\[]?\s?(?:%|per ?cent(?:age)?)\s?[)\]]?", re.IGNORECASE)
_COMPARISON = re.compile(r"\bvs\.?\b|\bversus\b|\bdifference\b", re.IGNORECASE)
_MEAN_HEAD = re.compile(r"means?|m", re.IGNORECASE)
_SD_HEAD = re.compile(
    r"s\.?d\.?|std\.? ?dev(?:iation)?\.?|standard deviations?", re.IGNORECASE
)
_STATISTIC_HEAD = re.compile(
    r"(?:[tfz]|χ\s?\^?2?|x2|chi.?squared?)[\s-]?(?:values?|tests?|statistics?)?"
    r"(?:\s?/\s?(?:[tfz]|χ\s?\^?2?|x2))?",
    re.IGNORECASE,
)
_SKIPPED_HEAD = re.compile(
    r"median|range|min(?:imum)?\b|max(?:imum)?\b|\bse\b|std\.? ?err.*"
    r"|standard error.*"
    r"|.*\bci\b.*|.*confidence.*|.*difference.*|d\.?f\.?|effect.*|cohen.*|iqr",
    re.IGNORECASE,
)


def compact(grid: Grid, texts: list[list[str]]) -> Grid | None:
    """The same table with one column for its labels, or None if it has that form.

    Some publishers indent labels by columns of their own: then a number stands a
    column further left or right, as its label is indented. The last cells of every row
    belong to the arms, as many as the head has.
    """
    if grid.heads != 1 or len(grid.rows[0]) < 6:
        return None
    cells = [[c for c, cell in enumerate(row) if not cell.across] for row in grid.rows]
    shifted = sum(
        any(grid.rows[r][c].width == 2 for c in begin[1:])
        for r, begin in enumerate(cells)
    )
    wanted = len(cells[0]) - 1
    if wanted < 2 or shifted * 10 < 4 * len(cells):
        return None
    rows = []
    for r, begin in enumerate(cells):
        data = begin[-wanted:] if len(begin) > wanted else []
        labels = begin[: len(begin) - len(data)]
        said = [c for c in labels if form_of(texts[r][c]).name != "empty"]
        label = _cell(grid, texts, r, said[-1] if said else 0)
        values = [_cell(grid, texts, r, c) for c in data]
        rows.append(
            [label, *values, *(GridCell("") for _ in range(wanted - len(data)))]
        )
    return replace(grid, rows=rows, heads=1)


def turned(grid: Grid, texts: list[list[str]]) -> Grid | None:
    """The same table with a column per arm, or None if it has that form already.

    Each cell of the new grid says where it stood (`GridCell.at`).
    """
    heads = _heads(grid, texts)
    if heads == 0 or heads >= len(grid.rows):
        return None
    return _unstacked(grid, texts, heads) or _transposed(grid, texts, heads)


def _heads(grid: Grid, texts: list[list[str]]) -> int:
    if grid.heads:
        return grid.heads
    for i, row in enumerate(texts[:5]):
        if any(form_of(text).data for text in row[1:]):
            return i
    return 0


def _path(grid: Grid, texts: list[list[str]], heads: int, c: int) -> list[str]:
    path: list[str] = []
    for h in range(heads):
        text = texts[h][c]
        if text and (not path or path[-1] != text):
            path.append(text)
    return path


def _cell(grid: Grid, texts: list[list[str]], r: int, c: int) -> GridCell:
    cell = grid.rows[r][c]
    return GridCell(texts[r][c], cell.marks, at=(r, c))


def _own(grid: Grid, texts: list[list[str]], r: int, c: int) -> str:
    """A text where it begins, empty where a cell is only continued."""
    cell = grid.rows[r][c]
    return "" if cell.across or cell.down else texts[r][c]


def _blocks(
    grid: Grid, texts: list[list[str]], heads: int
) -> tuple[int, list[tuple[str, list[int]]]] | None:
    """Blocks of rows, one row per arm: the arms' column, and endpoint and rows."""
    rows = range(heads, len(grid.rows))
    for c in (1, 0):
        if c == 1 and len(grid.rows[0]) < 4:
            continue
        blocks: list[tuple[str, list[int]]] = []
        endpoint = ""
        for r in rows:
            name = texts[r][c]
            rest = any(form_of(text).data for text in texts[r][c + 1 :])
            if c == 1:
                if (first := _own(grid, texts, r, 0)) and grid.rows[r][0].width < 3:
                    endpoint = first
                    blocks.append((endpoint, []))
            elif name and not rest:
                endpoint = name
                blocks.append((endpoint, []))
                continue
            if name and rest and grid.rows[r][c].across == 0:
                if _COMPARISON.search(name):
                    continue
                if not blocks:
                    break
                blocks[-1][1].append(r)
        blocks = [(e, b) for e, b in blocks if b]
        if len(blocks) < 2 and not (c == 1 and blocks):
            continue
        names = [tuple(_name(texts[r][c]) for r in b) for _, b in blocks]
        if len(set(names)) != 1 or not 2 <= len(names[0]) <= _MOST_ARMS:
            continue
        if len(set(names[0])) < len(names[0]) or any(map(is_time, names[0])):
            continue
        if any(form_of(name).data or is_p_head(name) for name in names[0]):
            continue
        # levels below a heading look the same: only n says that they are arms
        with_n = all(printed_n(texts[r][0]) for r in blocks[0][1]) or any(
            _N_HEAD.fullmatch(" ".join(_path(grid, texts, heads, k)))
            for k in range(1, len(grid.rows[0]))
        )
        if c == 0 and not with_n:
            continue
        return c, blocks
    return None


def _name(text: str) -> str:
    """The name of an arm, to see whether two rows name the same one."""
    return re.sub(r"[^\w\s+/-]", "", without_n(text).lower()).strip()


def _unstacked(grid: Grid, texts: list[list[str]], heads: int) -> Grid | None:
    found = _blocks(grid, texts, heads)
    if found is None:
        return None
    arms, blocks = found
    width = len(grid.rows[0])
    paths = {c: _path(grid, texts, heads, c) for c in range(arms + 1, width)}
    p_columns = [c for c, path in paths.items() if any(map(is_p_head, path[-2:]))]
    n_columns = [c for c, path in paths.items() if path and _N_HEAD.fullmatch(path[-1])]
    statistics = [
        c for c, path in paths.items() if path and _STATISTIC_HEAD.fullmatch(path[-1])
    ]
    skipped = {*p_columns, *n_columns, *statistics}
    skipped |= {
        c
        for c, p in paths.items()
        if p and (_SKIPPED_HEAD.fullmatch(p[-1]) or is_effect_head(" ".join(p)))
    }
    measures = [c for c in paths if c not in skipped]
    spread = {}
    for c in list(measures):
        if (
            paths[c]
            and _MEAN_HEAD.fullmatch(paths[c][-1])
            and (sd := _following_sd(paths, c)) is not None
        ):
            spread[c] = sd
            measures.remove(sd)
    share = {
        c: c + 1
        for c in measures
        if c + 1 in measures
        and paths[c]
        and paths[c + 1]
        and paths[c][:-1] == paths[c + 1][:-1]
        and _COUNT_HEAD.fullmatch(paths[c][-1])
        and _PERCENT_HEAD.fullmatch(paths[c + 1][-1])
    }
    measures = [c for c in measures if c not in share.values()]
    in_columns = sum(any(map(printed_n, paths[c])) for c in measures) > 1
    if not measures or len(n_columns) > 1 or in_columns:
        return None
    first = blocks[0][1]
    width_out = 1 + len(first) + 1 + bool(statistics)
    names = [_cell(grid, texts, r, arms) for r in first]
    head = [GridCell(""), *names]
    if statistics:
        head.append(GridCell(paths[statistics[0]][-1]))
    head.append(GridCell(paths[p_columns[0]][-1] if p_columns else ""))
    if p_columns:
        head[-1].marks = grid.rows[heads - 1][p_columns[0]].marks
    if not p_columns:
        head.pop()
        width_out -= 1
    rows = [head]
    alone = len(measures) == 1 and len(p_columns) == 1
    sizes = [[printed_n(texts[r][arms]) for r in lines] for _, lines in blocks]
    differ = any(None not in each and each != sizes[0] for each in sizes)
    for endpoint, lines in blocks:
        tests = (
            {_own(grid, texts, r, p_columns[0]) for r in lines} - {""}
            if alone
            else set()
        )
        p = (
            next((r for r in lines if _own(grid, texts, r, p_columns[0])), None)
            if alone
            else None
        )
        if n_columns:
            rows.append(
                _row(
                    "n", [_cell(grid, texts, r, n_columns[0]) for r in lines], width_out
                )
            )
        elif differ:
            own = [str(printed_n(texts[r][arms]) or "") for r in lines]
            rows.append(_row("n", [GridCell(n) for n in own], width_out))
        for c in measures:
            label = endpoint if alone else f"{endpoint}: {' '.join(paths[c])}"
            values = [_cell(grid, texts, r, c) for r in lines]
            if c in share:
                for value, r in zip(values, lines, strict=True):
                    beside = texts[r][share[c]].strip("()[]% ")
                    if value.text and beside:
                        value.text = f"{value.text} ({beside}%)"
            if c in spread:
                for value, r in zip(values, lines, strict=True):
                    beside = texts[r][spread[c]].strip("()± ")
                    if value.text and beside:
                        value.text = f"{value.text} ± {beside}"
                if "sd" not in label.lower():
                    label = f"{label}, mean ± SD"
            line = _row(label, values, width_out)
            if p is not None and len(tests) == 1:
                line[-1] = _cell(grid, texts, p, p_columns[0])
                if statistics and len(statistics) == 1:
                    r = next(
                        (r for r in lines if _own(grid, texts, r, statistics[0])), p
                    )
                    line[-2] = _cell(grid, texts, r, statistics[0])
            line[0].marks = grid.rows[lines[0]][0].marks
            rows.append(line)
    return replace(grid, rows=rows, heads=1)


def _following_sd(paths: dict[int, list[str]], c: int) -> int | None:
    for other in range(c + 1, c + 6):
        path = paths.get(other)
        if path and _SD_HEAD.fullmatch(path[-1]) and path[:-1] == paths[c][:-1]:
            return other
    return None


def _row(label: str, values: list[GridCell], width: int) -> list[GridCell]:
    row = [GridCell(label), *values]
    return row + [GridCell("") for _ in range(width - len(row))]


def _transposed(grid: Grid, texts: list[list[str]], heads: int) -> Grid | None:
    """Arms below each other once, and p-values in a row below them."""
    body = [
        r
        for r in range(heads, len(grid.rows))
        if any(form_of(t).name != "empty" for t in texts[r][1:]) and texts[r][0]
    ]
    p_rows = [
        r
        for r in body
        if words.P_ROW.fullmatch(texts[r][0]) and any(p_of(t) for t in texts[r][1:])
    ]
    tests = [r for r in body if _STATISTIC_HEAD.fullmatch(texts[r][0])]
    arms = [r for r in body if r not in p_rows and r not in tests]
    if len(p_rows) != 1 or len(tests) > 1 or not 2 <= len(arms) <= _MOST_ARMS:
        return None
    if max(arms) > min(p_rows + tests):
        return None
    columns = range(1, len(grid.rows[0]))
    paths = {c: _path(grid, texts, heads, c) for c in columns}
    sizes = [
        c
        for c in columns
        if paths[c]
        and _N_HEAD.fullmatch(paths[c][-1])
        and all(texts[r][c].isdigit() for r in arms)
        and not any(texts[r][c] for r in p_rows + tests)
    ]
    said = all(printed_n(texts[r][0]) for r in arms)
    told = all(
        form_of(texts[r][c]).name in ("bracket", "number percent")
        for r in arms
        for c in columns
    )
    if len(sizes) > 1 or not (sizes or said or told):
        return None
    order = [*arms, *tests, *p_rows]
    rows = [[GridCell(""), *(_cell(grid, texts, r, 0) for r in order)]]
    above = ""
    for c in [*sizes, *(c for c in columns if c not in sizes)]:
        if any(map(is_p_head, paths[c][-2:])):
            continue
        *over, label = paths[c] or [""]
        if c in sizes:
            label = "n"
        elif not over or ": ".join(over) != above:
            # a head over several columns is the heading of levels; others stand alone
            above = ": ".join(over)
            rows.append(_row(above, [], len(order) + 1))
        rows.append([GridCell(label), *(_cell(grid, texts, r, c) for r in order)])
    return replace(grid, rows=rows, heads=1)
