"""Give a table a caption, a number and row heads.

A cell that shows a table has its name in its metadata, as one with a figure does, and
its caption in a cell above it, which plain_notebooks moves here:

    "mystnb": {"figure": {"caption": "What holds.", "name": "tab-what-holds"}}

A name that begins with `tab-` makes it a table, which `{numref}` finds. The leading
columns that tell the rows apart are the heads of the rows.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


def head_columns(rows: list[list[str]]) -> int:
    """Give how many leading columns it takes to tell all rows apart.

    The first alone is taken where even all together would not, and where it would take
    the whole row.
    """
    width = min(map(len, rows), default=0)
    for count in range(1, width):
        if len({tuple(row[:count]) for row in rows}) == len(rows):
            return count
    return min(width, 1)


class MarkRowHeads(SphinxTransform):
    """Mark the columns that hold the heads of rows."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        """Look at each table that has a head."""
        for table in self.document.findall(nodes.table):
            body = next(table.findall(nodes.tbody), None)
            if body is None or not any(table.findall(nodes.thead)):
                continue
            rows = [[cell.astext() for cell in row] for row in body]
            columns = list(table.findall(nodes.colspec))
            for i, column in enumerate(columns[: head_columns(rows)]):
                if all(row[i].strip() for row in rows):  # an empty head heads nothing
                    column["stub"] = 1


class CaptionTables(SphinxTransform):
    """Make a table of what is marked up as a figure and holds one."""

    default_priority = 410

    def apply(self, **kwargs: object) -> None:
        """Move the caption and the name from the figure to its table."""
        for figure in list(self.document.findall(nodes.figure)):
            table = next(figure.findall(nodes.table), None)
            named = any(name.startswith("tab-") for name in figure["names"])
            if table is None or not named:
                continue
            caption = next(figure.findall(nodes.caption))
            title = nodes.title(caption.rawsource, "", *caption.children)
            title.source, title.line = caption.source, caption.line
            table.insert(0, title)
            for name in ("ids", "names"):
                table[name] += figure[name]
            for one in figure["ids"]:
                self.document.ids[one] = table
            figure.parent.replace(
                figure, [child for child in figure if child is not caption]
            )


def scope_heads(translator: nodes.NodeVisitor, entry: nodes.entry) -> None:
    """Say of a head whether it is that of its column or of its row."""
    type(translator).visit_entry(translator, entry)
    scope = "col" if isinstance(entry.parent.parent, nodes.thead) else "row"
    last = translator.body.pop()
    translator.body.append(last.replace("<th", f'<th scope="{scope}"', 1))


def close(translator: nodes.NodeVisitor, entry: nodes.entry) -> None:
    """Close a cell as usual."""
    type(translator).depart_entry(translator, entry)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_transform(MarkRowHeads)
    app.add_transform(CaptionTables)
    app.add_node(nodes.entry, override=True, html=(scope_heads, close))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
