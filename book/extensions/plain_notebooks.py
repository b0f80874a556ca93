"""Turn what a notebook says in plain words into the book's own forms.

A chapter is also read as a notebook, where nothing knows the roles of a book. There a
citation is words with a link into the list of references, a figure is called "the
figure", its caption is a cell below it, and that of a table a cell above it. Here the
first becomes a citation with its card, the second the figure's number, the others the
captions.
"""

import json
import re

from sphinx.application import Sphinx

_LINK = r"\[[^\[\]]+\]\(references\.md#([a-z0-9]+)\)"

#: ``([Author 2001](references.md#key); [Other 2002](references.md#other))``
CITATIONS = re.compile(rf"\({_LINK}(?:;\s+{_LINK})*\)")

#: ``[the figure](#fig-name)`` or ``[the table](#tab-name)``; a sentence begins with a
#: capital
FIGURES = re.compile(r"\[[Tt]he\s+(?:figure|table)\]\(#((?:fig|tab)-[a-z0-9-]+)\)")

#: What stands before a caption in a cell of its own: of a figure, or of a table.
BELOW = re.compile(r"\*\*Figure\.\*\*\s")
ABOVE = re.compile(r"\*\*(?:Table|الجدول)\.\*\*\s")


def as_roles(text: str) -> str:
    """Write plain citations and names of figures and tables as roles.

    Examples
    --------
    >>> as_roles("It is so ([Author 2001](references.md#author2001)).")
    'It is so {cite:p}`author2001`.'
    >>> as_roles("[The figure](#fig-rates) shows it.")
    '{numref}`fig-rates` shows it.'
    >>> as_roles("It is in [the table](#tab-rates).")
    'It is in {numref}`tab-rates`.'
    """

    def cite(found: re.Match) -> str:
        keys = re.findall(r"references\.md#([a-z0-9]+)", found[0])
        return f"{{cite:p}}`{','.join(keys)}`"

    return FIGURES.sub(r"{numref}`\1`", CITATIONS.sub(cite, text))


def transform(notebook: dict) -> None:
    """Give a notebook the book's forms, in place."""
    kept: list[dict] = []
    above = ""
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if "caption" in cell["metadata"].get("tags", ()):
            if ABOVE.match(text):
                above = as_roles(ABOVE.sub("", text, count=1))
            else:
                figure = kept[-1]["metadata"]["mystnb"]["figure"]
                figure["caption"] = as_roles(BELOW.sub("", text, count=1))
            continue
        if above:
            cell["metadata"]["mystnb"]["figure"]["caption"], above = above, ""
        if cell["cell_type"] == "markdown":
            cell["source"] = as_roles(text)
        for output in cell.get("outputs", ()):
            shown = output.get("data", {})
            if "text/markdown" in shown:
                shown["text/markdown"] = as_roles("".join(shown["text/markdown"]))
        kept.append(cell)
    notebook["cells"] = kept


def read(app: Sphinx, docname: str, content: list[str]) -> None:
    """Transform the text of a notebook before it is parsed."""
    if app.env.doc2path(docname).endswith(".ipynb"):
        notebook = json.loads(content[0])
        transform(notebook)
        content[0] = json.dumps(notebook)


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect("source-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
