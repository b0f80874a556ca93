"""A published table as a grid of texts: JATS, HTML, DOCX or pasted text in, cells out.

A grid has a place for every cell of every row; a cell that spans several rows or
columns stands in each of them and says so. Footnote marks are taken off the text and
kept beside it.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from reanalysis.package import DataError, Fault

#: Larger spans are slips of the pen (or attacks); no published table needs them.
LARGEST_SPAN = 200

_SPACES = re.compile(r"\s+")
_MARK = re.compile(
    r"[\s,;]{0,20}(?:[a-zA-Z]{1,2}|[\d,\s]{1,3}|[*†‡§¶#‖|⁎∗$✝+&@]{1,4})[\s,;]{0,20}"
)
#: Several marks in one element, such as "a, b" or "*†".
_SEVERAL_MARKS = re.compile(r"[\s,;a-z*†‡§¶#‖\d]{1,8}")
_MARKS_AT_END = re.compile(r"(?:[*†‡§¶#‖⁎∗✝]|\|\|){1,40}\)?$")
_LAST_MARKS = frozenset("*†‡§¶#‖⁎∗✝|)")
_NOTE = re.compile(r"((?:[*†‡§¶#‖]|\|\|)+|[a-h](?=[A-Z])|[a-h]\)?(?= [A-Z]))\s*(.*)")
_PARSER = {
    "recover": True,
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": False,
}
_NAMESPACES = (
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:mml="http://www.w3.org/1998/Math/MathML"'
)


@dataclass(slots=True)
class GridCell:
    """One cell of a grid.

    Attributes
    ----------
    text : str
        What is printed, spaces made plain, footnote marks taken off.
    marks : str
        The footnote marks.
    across, down : int
        How many places to the left, and above, the cell begins; 0 where it does.
    width, height : int
        How many columns and rows it spans.
    at : tuple of int, optional
        Row and column where it was printed, if the grid was turned.
    """

    text: str
    marks: str = ""
    across: int = 0
    down: int = 0
    width: int = 1
    height: int = 1
    at: tuple[int, int] | None = None


@dataclass(slots=True)
class Grid:
    """A published table.

    Attributes
    ----------
    study, label, caption, notes : str
        Where it comes from, and what is printed above and below it.
    footnotes : dict
        Footnotes by their mark.
    rows : list of list of GridCell
        All rows have the same length.
    heads : int
        How many of the first rows the publisher calls the head.
    picture : bool
        Whether the table is published as a picture only.
    """

    study: str
    label: str
    caption: str
    notes: str
    footnotes: dict[str, str] = field(default_factory=dict)
    rows: list[list[GridCell]] = field(default_factory=list)
    heads: int = 0
    picture: bool = False


def _name(element: etree._Element) -> str:
    """The tag without its namespace, in small letters."""
    return _short(element.tag)


@lru_cache(maxsize=10_000)
def _short(tag: Any) -> str:
    # comments and instructions have a function as their tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _walk(element: etree._Element, out: list[str], marks: list[str]) -> None:
    name = _name(element)
    if name in ("sup", "xref"):
        inner = "".join(element.itertext())
        # a power such as 10^9 belongs to the text, a mark does not
        before = out[-1][-1:] if out and out[-1] else ""
        power = name == "sup" and inner.strip("−–-+ ").isdigit() and before.isalnum()
        unit = power and (before.isalpha() or "".join(out).endswith("10"))
        if not unit and _MARK.fullmatch(inner):
            marks.append(inner.strip(" ,;"))
            return
        if name == "sup" and not power and _SEVERAL_MARKS.fullmatch(inner):
            marks.append(inner.strip(" ,;"))
            return
    if name in ("break", "br"):
        out.append("\n")
    if element.text and name:
        out.append(element.text)
    for child in element:
        _walk(child, out, marks)
        if child.tail:
            out.append(child.tail)
    if name in ("p", "title", "label", "fn", "div", "li"):
        out.append("\n")


def _plain(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def text_of(element: etree._Element | None) -> tuple[str, str]:
    """Text of an element, and the footnote marks that were in it."""
    if element is None:
        return "", ""
    out: list[str] = []
    marks: list[str] = []
    if len(element):
        _walk(element, out, marks)
    else:
        out.append(element.text or "")
    text = _plain("".join(out))
    # most texts end in no mark: their last sign says so at once
    found = text and text[-1] in _LAST_MARKS and _MARKS_AT_END.search(text)
    if found and found.start() > 0 and not found[0].endswith(")"):
        marks.append(found[0])
        text = text[: found.start()].rstrip()
    return text, " ".join(marks)


def _span(element: etree._Element, name: str) -> int:
    value = element.get(name)
    if value is None or not value.strip().isdigit():
        return 1
    return min(max(int(value), 1), LARGEST_SPAN)


def _grid_rows(
    table: etree._Element, waiting: dict[tuple[int, int], GridCell], start: int
) -> list[list[GridCell]]:
    rows: list[list[GridCell]] = []
    for line in table:
        i = start + len(rows)
        row: list[GridCell] = []
        cells = [cell for cell in line if _name(cell) in ("td", "th")]
        place = 0
        while place < len(cells) or (i, len(row)) in waiting:
            if (i, len(row)) in waiting:
                row.append(waiting.pop((i, len(row))))
                continue
            element = cells[place]
            place += 1
            text, marks = text_of(element)
            width, height = _span(element, "colspan"), _span(element, "rowspan")
            column = len(row)
            for down in range(height):
                for across in range(width):
                    cell = GridCell(text, marks, across, down, width, height)
                    if down:
                        waiting[i + down, column + across] = cell
                    else:
                        row.append(cell)
        rows.append(row)
    return rows


def _table_rows(table: etree._Element) -> tuple[list[list[GridCell]], int]:
    """Rows of one ``<table>`` and how many of them are its head."""
    rows: list[list[GridCell]] = []
    heads = 0
    groups = [part for part in table if _name(part) in ("thead", "tbody", "tfoot")]
    for part in groups or [table]:
        lines = [line for line in part if _name(line) == "tr"]
        # a span never leaves its group
        found = _grid_rows(lines, {}, len(rows))
        if _name(part) == "thead" and heads == len(rows):
            heads += len(found)
        rows += found
    width = max(map(len, rows), default=0)
    for row in rows:
        row += [GridCell("") for _ in range(width - len(row))]
    return rows, heads


def _wrap_grid(wrap: etree._Element, study: str) -> Grid:
    label = caption = ""
    notes: list[str] = []
    footnotes: dict[str, str] = {}
    tables: list[etree._Element] = []
    picture = False
    for part in wrap.iter(etree.Element):
        name = _name(part)
        if name == "label" and not label and not _inside(part, wrap, "table"):
            label = text_of(part)[0]
        elif name == "caption" and not caption:
            caption = " ".join(part.itertext())
            caption = _SPACES.sub(" ", caption).strip()
        elif name == "table-wrap-foot":
            notes.append(_SPACES.sub(" ", " ".join(part.itertext())).strip())
            _footnotes(part, footnotes)
        elif name == "table" and not _inside(part, wrap, "table"):
            tables.append(part)
        elif name == "graphic":
            picture = True
    grid = Grid(study, label.rstrip(".: "), caption, " ".join(notes), footnotes)
    for table in tables:
        rows, heads = _table_rows(table)
        if not grid.rows:
            grid.heads = heads
        grid.rows += rows
    width = max(map(len, grid.rows), default=0)
    for row in grid.rows:
        row += [GridCell("") for _ in range(width - len(row))]
    grid.picture = picture and not grid.rows
    return grid


def _footnotes(foot: etree._Element, footnotes: dict[str, str]) -> None:
    """Footnotes by their mark: what follows a mark, up to the next one."""
    pieces: list[str] = []

    def walk(element: etree._Element) -> None:
        name = _name(element)
        inner = "".join(element.itertext()) if name in ("sup", "label") else ""
        if inner and _MARK.fullmatch(inner):
            pieces.append(f"\n\x00{inner.strip(' ,;.)')}\x00")
        else:
            pieces.append((element.text or "") if name else "")
            for child in element:
                walk(child)
                pieces.append(child.tail or "")
        if name in ("p", "fn"):
            pieces.append("\n")

    walk(foot)
    mark = ""
    for part in "".join(pieces).split("\n"):
        text = _SPACES.sub(" ", part).strip()
        if found := re.match("\x00(.+?)\x00\\s*(.*)", text):
            mark, text = found[1], found[2]
        elif found := _NOTE.match(text):
            mark, text = found[1].rstrip(")"), found[2]
        elif not text:
            continue
        for more in re.split(r"(?<=[.;,])\s+(?=[*†‡§¶#‖])", text):
            if found := re.match(r"((?:[*†‡§¶#‖]|\|\|)+)\s*(.+)", more):
                mark, more = found[1], found[2]
            for one in re.split(r"[\s,]+", mark) if mark else ():
                footnotes[one] = f"{footnotes.get(one, '')} {more}".strip()


def _inside(part: etree._Element, wrap: etree._Element, name: str) -> bool:
    parent = part.getparent()
    while parent is not None and parent is not wrap:
        if _name(parent) == name:
            return True
        parent = parent.getparent()
    return False


def _study_of(root: etree._Element) -> str:
    for kind in ("doi", "pmcid", "pmc", "pmid"):
        for part in root.iter("{*}article-id", "article-id"):
            if part.get("pub-id-type") == kind and part.text:
                found = part.text.strip()
                return f"PMC{found}" if kind == "pmc" and found.isdigit() else found
    return ""


def jats_grids(text: str | bytes, *, study: str = "") -> list[Grid]:
    """All tables of a JATS article, or of a piece of one.

    Parameters
    ----------
    text : str or bytes
        XML; a piece may have several roots and prefixes that it does not declare.
    study : str
        Name of the study; its DOI if left out.

    Returns
    -------
    list of Grid

    Examples
    --------
    >>> grid, = jats_grids(
    ...     "<table-wrap><label>Table 1</label><table><tr><td>Pain<sup>a</sup></td>"
    ...     "<td>3 (15)</td></tr></table></table-wrap>")
    >>> grid.label, [cell.text for cell in grid.rows[0]], grid.rows[0][0].marks
    ('Table 1', ['Pain', '3 (15)'], 'a')
    """
    if isinstance(text, str):
        text = text.encode("utf-8", "replace")
    if b"<!DOCTYPE" not in text[:2000] and text.lstrip()[:5] != b"<?xml":
        text = f"<piece {_NAMESPACES}>".encode() + text + b"</piece>"
    root = etree.fromstring(text, etree.XMLParser(**_PARSER))
    if root is None:
        return []
    study = study or _study_of(root)
    wraps = [
        part
        for part in root.iter(etree.Element)
        if _name(part) == "table-wrap" and part.find(".//{*}table-wrap") is None
    ]
    return [_wrap_grid(wrap, study) for wrap in wraps]


def html_grids(text: str | bytes, *, study: str = "") -> list[Grid]:
    """All tables of an HTML page; a caption is the ``<caption>`` of the table."""
    from lxml import html

    if isinstance(text, str):
        text = text.encode("utf-8", "replace")
    if not text.strip():
        return []
    try:
        text.decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        # as Word saves it; the page may say otherwise
        said = re.search(rb"charset=[\"']?([\w-]+)", text[:2000])
        encoding = said[1].decode() if said else "windows-1252"
    parser = etree.HTMLParser(encoding=encoding, no_network=True, recover=True)
    root = html.fromstring(text, parser=parser)
    grids: list[Grid] = []
    for table in root.iter("table"):
        if next(table.iterancestors("table"), None) is not None:
            continue
        rows, heads = _table_rows(table)
        before, after = _around(table)
        caption = _SPACES.sub(" ", text_of(table.find("caption"))[0]).strip()
        caption = caption or " ".join(_SPACES.sub(" ", text_of(p)[0]) for p in before)
        notes = " ".join(_SPACES.sub(" ", " ".join(p.itertext())) for p in after)
        footnotes: dict[str, str] = {}
        for part in after:
            _footnotes(part, footnotes)
        found = re.match(r"(table\s+\w+)[.:]?\s*", caption, re.IGNORECASE)
        label = found[1] if found else f"Table {len(grids) + 1}"
        if not heads:
            heads = _rows_of_heads(table)
        grids.append(Grid(study, label, caption, notes.strip(), footnotes, rows, heads))
    return grids


def _around(
    table: etree._Element,
) -> tuple[list[etree._Element], list[etree._Element]]:
    """What stands above and below a table of a page, next to it or in its frame."""
    before: list[etree._Element] = []
    after: list[etree._Element] = []
    node = table
    while (parent := node.getparent()) is not None:
        if sum(1 for _ in parent.iter("table")) > 1 or _name(parent) == "html":
            break
        page = _name(parent) in ("body", "article", "section", "main")
        above = parent.getparent()
        page |= above is None or _name(above) == "html"
        for side, found in ((True, before), (False, after)):
            told = [p for p in node.itersiblings(preceding=side) if _told(p)]
            # of a whole page only the next piece belongs to the table
            chosen = told[: 0 if page and found else 1 if page else None]
            found += reversed(chosen) if side else chosen
        if page:
            break
        node = parent
    return before, after


def _told(part: etree._Element) -> bool:
    """Whether an element holds a text as short as a caption or a note."""
    return 0 < len("".join(part.itertext()).strip()) < 3000


def _rows_of_heads(table: etree._Element) -> int:
    heads = 0
    for line in table.iter("tr"):
        if not all(_name(cell) == "th" for cell in line):
            break
        heads += 1
    return heads


def docx_grids(file: str | Path, *, study: str = "") -> list[Grid]:
    """All tables of a Word document; the paragraph before a table is its caption."""
    try:
        import docx
    except ImportError as error:
        raise DataError(
            [Fault(str(file), None, None, None, "to read .docx, install python-docx")]
        ) from error
    try:
        document = docx.Document(str(file))
    except Exception as error:  # the library lets through what its parts raise
        rule = "this is no Word document that can be read"
        raise DataError([Fault(str(file), None, None, None, rule)]) from error
    grids: list[Grid] = []
    before, below = "", False
    for part in document.element.body:
        if _name(part) == "p":
            words = "".join(t.text or "" for t in part.iter("{*}t")).strip()
            title = re.match(r"table\s+\w+", words, re.IGNORECASE)
            if below and words and not title and len(words) < 1000:
                # the paragraph below a table is its note
                grids[-1].notes = words
            below = below and not words
            before = words or before
        elif _name(part) == "tbl":
            table = docx.table.Table(part, document)
            rows = _docx_rows(table)
            width = max(map(len, rows), default=0)
            for row in rows:
                row += [GridCell("") for _ in range(width - len(row))]
            found = re.match(r"(table\s+\w+)[.:]?\s*", before, re.IGNORECASE)
            label = found[1] if found else f"Table {len(grids) + 1}"
            grids.append(Grid(study, label, before, "", {}, rows, 0))
            before, below = "", True
    return grids


def _docx_rows(table: Any) -> list[list[GridCell]]:
    """Rows of a table; cells that are merged downwards say where they begin."""
    rows = [_docx_row(row) for row in table.rows]
    own = [[cell._tc for cell in row.cells] for row in table.rows]
    for r in range(1, len(rows)):
        for c, cell in enumerate(rows[r][: len(own[r - 1])]):
            if own[r][c] is own[r - 1][c]:
                cell.down = rows[r - 1][c].down + 1
                for above in range(r - cell.down, r + 1):
                    rows[above][c].height = cell.down + 1
    return rows


def _docx_row(row: Any) -> list[GridCell]:
    cells: list[GridCell] = []
    last = None
    for cell in row.cells:
        same = last is not None and cell._tc is last
        across = cells[-1].across + 1 if same else 0
        text, marks = _docx_text(cell)
        cells.append(GridCell(text, marks, across))
        last = cell._tc
    begin = 0
    while begin < len(cells):
        end = begin + 1
        while end < len(cells) and cells[end].across:
            end += 1
        for cell in cells[begin:end]:
            cell.width = end - begin
        begin = end
    return cells


def _docx_text(cell: Any) -> tuple[str, str]:
    out: list[str] = []
    marks: list[str] = []
    for paragraph in cell.paragraphs:
        for run in paragraph.runs:
            if run.font.superscript and _MARK.fullmatch(run.text):
                marks.append(run.text.strip())
            else:
                out.append(run.text)
        out.append("\n")
    return _plain("".join(out)), " ".join(marks)


def text_grids(text: str, *, study: str = "") -> list[Grid]:
    r"""A table pasted as text, its cells set apart by tabulators.

    An empty line ends a table.

    Examples
    --------
    >>> grid, = text_grids("\tA (n = 20)\tB (n = 20)\nPain, n (%)\t5 (25)\t9 (45)")
    >>> len(grid.rows), grid.rows[1][2].text
    (2, '9 (45)')
    """
    grids: list[Grid] = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        lines = _text_lines(block)
        cut = [line for line in lines if any(cell.strip() for cell in line)]
        tabled = [i for i, line in enumerate(cut) if len(line) > 1]
        if not tabled:
            continue
        # a line without a tabulator is a title, a note, or between them a heading
        caption = " ".join(line[0] for line in cut[: tabled[0]])
        notes = " ".join(line[0] for line in cut[tabled[-1] + 1 :])
        inside = cut[tabled[0] : tabled[-1] + 1]
        rows = [[_text_cell(cell) for cell in line] for line in inside]
        width = max(map(len, rows))
        for row in rows:
            row += [GridCell("") for _ in range(width - len(row))]
        label = f"Table {len(grids) + 1}"
        grids.append(Grid(study, label, caption, notes, {}, rows, 0))
    return grids


def _text_lines(block: str) -> list[list[str]]:
    """Cells of each line; a spreadsheet quotes cells of several lines."""
    if '\t"' in block and block.count('"') % 2 == 0:
        return list(csv.reader(io.StringIO(block), delimiter="\t"))
    return [line.split("\t") for line in block.split("\n")]


def _text_cell(text: str) -> GridCell:
    text = _plain(text)
    found = _MARKS_AT_END.search(text)
    if found and found.start() > 0 and not found[0].endswith(")"):
        return GridCell(text[: found.start()].rstrip(), found[0])
    return GridCell(text)


def iter_texts(grid: Grid) -> Iterator[str]:
    """Every text of a grid once: caption, notes and cells."""
    yield grid.caption
    yield grid.notes
    for row in grid.rows:
        for cell in row:
            if not cell.across and not cell.down:
                yield cell.text
