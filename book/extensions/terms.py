"""Explain a term where a page first uses it, and say how long the page takes to read.

The glossary is a page like others. Its terms are marked by themselves, once a page, so
that no chapter has to mark them.
"""

import re
from html import escape

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx

GLOSSARY = "chapters/glossary"
#: Pages in words that need no explanation, or in another language.
WITHOUT = {GLOSSARY, "chapters/plain-words", "chapters/plain-words-ar"}
#: Where a term is not marked: it is a link, code, a title, or stands in a table.
NOT_IN = (
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.title,
    nodes.caption,
    nodes.table,
    nodes.math,
)
SPEED = 200  # words a minute, of a text with numbers in it
#: For one, two and more minutes.
MINUTES = {
    "en": ("One minute to read", "{} minutes to read", "{} minutes to read"),
    "ar": ("دقيقة للقراءة", "دقيقتان للقراءة", "{} دقائق للقراءة"),
}


def glossary(app: Sphinx) -> dict[str, tuple[str, str]]:
    """Give identifier and definition of each term, by the way it is written."""
    if not hasattr(app, "glossary_terms"):
        found = {}
        tree = app.env.get_doctree(GLOSSARY)
        for item in tree.findall(nodes.definition_list_item):
            said = item.next_node(nodes.definition).astext().replace("\n", " ")
            for term in item.findall(nodes.term):
                found[term.astext()] = (term["ids"][0], said)
        app.glossary_terms = found
    return app.glossary_terms


def pattern(terms: list[str]) -> re.Pattern:
    """Match any of the terms, the longest first, also as a plural or in a heading."""
    ways = []
    for term in sorted(terms, key=len, reverse=True):
        first = term[0]
        start = f"[{first}{first.upper()}]" if first.islower() else re.escape(first)
        ways.append(f"{start}{re.escape(term[1:])}")
    return re.compile(rf"(?<![\w-])({'|'.join(ways)})(s?)(?![\w-])")


def within(node: nodes.Node, kinds: tuple) -> bool:
    """Say whether a node stands in another of some kinds."""
    while node is not None:
        if isinstance(node, kinds):
            return True
        node = node.parent
    return False


def mark_terms(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Link the first use of each term to the glossary, with its meaning at hand."""
    if page in WITHOUT or GLOSSARY not in app.env.all_docs:
        return
    terms = glossary(app)
    by_lower = {term.lower(): term for term in terms}
    known, explained = pattern(list(terms)), set()
    to = app.builder.get_relative_uri(page, GLOSSARY)
    for text in list(tree.findall(nodes.Text)):
        if within(text.parent, NOT_IN) or not within(text.parent, (nodes.paragraph,)):
            continue
        parts, end = [], 0
        for found in known.finditer(text):
            identifier, said = terms[by_lower[found[1].lower()]]
            if identifier in explained or said in explained:
                continue
            explained |= {identifier, said}
            link = (
                f'<a class="term" href="{to}#{identifier}" '
                f'data-cited="{escape(said)}">{escape(found[0])}</a>'
            )
            parts += [
                nodes.Text(text[end : found.start()]),
                nodes.raw("", link, format="html"),
            ]
            end = found.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[end:])])


def reading_time(
    app: Sphinx, page: str, template: str, context: dict, tree: object
) -> None:
    """Say below the title how long a page takes to read."""
    if not isinstance(tree, nodes.document) or not context["body"]:
        return
    if not str(app.env.doc2path(page)).endswith(".ipynb"):
        return
    body = BeautifulSoup(context["body"], "html.parser")
    for folded in body.select("details, table, .headerlink"):
        folded.decompose()
    minutes = max(1, round(len(body.get_text().split()) / SPEED))
    ways = MINUTES.get(page.rpartition("-")[2], MINUTES["en"])
    said = ways[min(minutes, 3) - 1].format(minutes)
    said = f'<div class="reading-time">{said}</div>'
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{said}", 1)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", mark_terms, priority=600)
    app.connect("html-page-context", reading_time, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
