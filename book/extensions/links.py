"""Let every link say where it leads, and every DOI be one."""

import posixpath
import re

from docutils import nodes
from sphinx.application import Sphinx

#: What a DOI may hold, without what ends a sentence or a bracket after it.
DOI = re.compile(r"\b(?:doi:? ?)?(10\.\d{4,9}/[^\s,;]+[\w/])")


def title(app: Sphinx, document: str) -> str:
    """Give the number and the title of a chapter."""
    number = app.env.toc_secnumbers.get(document, {}).get("", ())
    parts = [".".join(map(str, number)), app.env.titles[document].astext()]
    return ". ".join(part for part in parts if part)


def name_chapters(app: Sphinx, tree: nodes.document, page: str):
    """Call a chapter by its title where a link calls it by its file.

    A cell that lists chapters knows their files: `04-chi-square`, or only `04`. A
    reader knows "4. The chi-square values", which stands in the list of chapters.
    """
    for link in tree.findall(nodes.reference):
        address = link.get("refuri", "")
        if not link.get("internal") or "#" in address:
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), address))
        document = target.removesuffix(".html")
        file = posixpath.basename(document)
        said = link.astext()
        numbered = said[:2].isdigit() and said in {file, file[:2]}
        if document in app.env.titles and numbered:
            link.clear()
            link += nodes.inline("", title(app, document))


def link_dois(app: Sphinx, tree: nodes.document, page: str):
    """Make a link of each DOI that stands in the text."""
    for text in list(tree.findall(nodes.Text)):
        held = (nodes.reference, nodes.literal, nodes.literal_block, nodes.comment)
        parent = text.parent
        if parent is None or isinstance(parent, held):
            continue
        parts, end = [], 0
        for found in DOI.finditer(text):
            link = nodes.reference("", found[0], refuri=f"https://doi.org/{found[1]}")
            parts += [nodes.Text(text[end : found.start()]), link]
            end = found.end()
        if parts:
            parent.replace(text, [*parts, nodes.Text(text[end:])])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", name_chapters)
    app.connect("doctree-resolved", link_dois)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
