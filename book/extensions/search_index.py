"""Write what a search reads: each section of the book, as its reader sees it.

The index is a script that sets one constant, because a page that is opened from a file
may not fetch data. Code that is folded away is not in it.
"""

import json
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx

#: Parts of a page that are no text of it.
NO_TEXT = (
    "details.hide, .take-away, .headerlink, script, style, .caption-number, .label"
)
#: What the theme loads for a search of another kind.
UNUSED = ("sphinx_highlight",)
UNUSED_FILES = (
    "searchindex.js",
    "_static/searchtools.js",
    "_static/language_data.js",
    "_static/sphinx_highlight.js",
)


def own_text(section: Tag) -> str:
    """Give the text of a section without its title and the sections within it."""
    parts = [
        child.get_text()
        for child in section.children
        if isinstance(child, Tag) and child.name not in ("section", "h1", "h2", "h3")
    ]
    return " ".join(" ".join(parts).split())


def sections(body: str) -> list[tuple[str, str, str, bool]]:
    """Give the sections of a page, in their order.

    Of each: identifier, title, text, and whether its page shows functions at work.
    """
    page = BeautifulSoup(body, "html.parser")
    for element in page.select(NO_TEXT):
        element.decompose()
    for cell in page.select("td, th, li, dd, figcaption"):
        # where a line ends, a word does; what stands in a row stays apart
        cell.append(" · " if cell.name in ("td", "th") else " ")
    describes = bool(page.select(".highlight-python-console"))
    found = []
    for section in page.find_all("section"):
        title = section.find(["h1", "h2", "h3", "h4"])
        said = " ".join(title.get_text().split()) if title else ""
        found.append((section.get("id", ""), said, own_text(section), describes))
    return found


def note_sections(
    app: Sphinx, page: str, template: str, context: dict, tree: object
) -> None:
    """Take the sections of a page down, and load nothing for another search."""
    context["script_files"] = [
        file
        for file in context.get("script_files", [])
        if not any(name in str(getattr(file, "filename", file)) for name in UNUSED)
    ]
    if isinstance(tree, nodes.document):
        app.found_sections[page] = sections(context.get("body", ""))


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Write all sections into one file, in the order of the pages."""
    if error is not None or app.builder.format != "html":
        return
    listed = [
        [page, *section]
        for page in sorted(app.found_sections)
        for section in app.found_sections[page]
    ]
    text = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    path = Path(app.outdir, "_static", "search-index.js")
    path.write_text(f"const SECTIONS = {text};\n", encoding="utf-8", newline="\n")
    for name in UNUSED_FILES:
        Path(app.outdir, name).unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.found_sections = {}
    app.connect("html-page-context", note_sections, priority=900)  # after all who add
    app.connect("build-finished", write_index)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
