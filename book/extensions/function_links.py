"""Link the names of the library's functions to their entries, in prose and in code.

The page of the functions says which names there are. A chapter links a name where its
prose first mentions it, and where each cell of its code does, if that code imports it.
"""

import re
from html import unescape

from docutils import nodes
from sphinx.application import Sphinx

FUNCTIONS = "chapters/functions"
#: What a cell imports from the library, in brackets or not.
IMPORTS = re.compile(r"from reanalysis[\w.]* import (?:\(([^)]*)\)|([^\n]*))")

CELL = re.compile(r'<div class="highlight"><pre>.*?</pre>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")
PROSE = re.compile(
    r"(?P<before><a [^>]*>(?:<span[^>]*>)*|<h[1-6]>)?"
    r'<code class="docutils literal notranslate">'
    r'<span class="pre">(?P<name>\w+)(?:\(\))?</span></code>'
)
#: A name, and the point before it where it is one of something else.
TOKEN = re.compile(
    r'(?P<before><span class="o">\.</span>)?<span class="n">(?P<name>\w+)</span>'
)


def entries(tree: nodes.document) -> dict[str, str]:
    """Give the identifier of each function's entry, by its name."""
    found = {}
    for room in tree.findall(nodes.section):
        for section in room.children:
            if isinstance(section, nodes.section) and room.parent is not tree:
                found[section.next_node(nodes.title).astext()] = section["ids"][0]
    return found


def imported(code: str) -> set[str]:
    """Names that code takes from the library."""
    found = IMPORTS.findall(code)
    return set(re.findall(r"\w+", " ".join(names for pair in found for names in pair)))


def linked(html: str, address: str, names: dict[str, str]) -> str:
    """Link the names of functions in a page; nothing else of it changes.

    Parameters
    ----------
    html : str
        The body of the page.
    address : str
        Of the page of the functions.
    names : dict
        Identifier of each entry, by name.
    """
    said: set[str] = set()
    met: set[str] = set()

    def link(name: str, text: str, already: set[str]) -> str:
        if name not in names or name in already:
            return text
        already.add(name)
        title = f"{name}, in the page of the functions"
        start = f'<a class="function" href="{address}#{names[name]}" title="{title}">'
        return f"{start}{text}</a>"

    def in_prose(found: re.Match[str]) -> str:
        if found["before"]:  # it leads somewhere already
            said.add(found["name"])
            return found[0]
        return link(found["name"], found[0], said)

    def in_code(found: re.Match[str]) -> str:
        if found["before"]:
            return found[0]
        return link(found["name"], found[0], met)

    def in_cell(found: re.Match[str]) -> str:
        met.clear()
        met.update({*names} - known)
        return TOKEN.sub(in_code, found[0])

    cells = CELL.findall(html)
    known = imported(unescape(TAG.sub("", "\n".join(cells))))
    return CELL.sub(in_cell, PROSE.sub(in_prose, html))


def link_functions(
    app: Sphinx, page: str, template: str, context: dict, tree: object
) -> None:
    """Link the names of functions in a chapter."""
    if not isinstance(tree, nodes.document) or page == FUNCTIONS:
        return
    if FUNCTIONS not in app.env.all_docs:
        return
    if not hasattr(app, "function_entries"):
        app.function_entries = entries(app.env.get_doctree(FUNCTIONS))
    body, names = context["body"], app.function_entries
    if any(name in body for name in names):
        address = app.builder.get_relative_uri(page, FUNCTIONS)
        context["body"] = linked(body, address, names)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", link_functions, priority=450)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
