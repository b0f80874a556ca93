"""Let a figure be taken away: as SVG, as PNG, and as the numbers it was drawn from.

A notebook keeps the numbers of a figure beside its picture, as CSV. They stand below it
as a table too, folded, for readers who do not see the picture.
"""

import csv
import io
import json
import re
from html import escape
from pathlib import Path

from sphinx.application import Sphinx

LONGEST = 60  # rows of a table below a figure; a longer one is only there as CSV

FIGURE = re.compile(
    r'<figure\b[^>]* id="(?P<name>fig-[\w-]+)".*?src="(?P<picture>[^"]+\.svg)"'
    r".*?</figure>",
    re.DOTALL,
)


def numbers(notebook: Path) -> dict[str, str]:
    """Give the CSV of each figure of a notebook, by the name of the figure."""
    found = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        name = cell["metadata"].get("mystnb", {}).get("figure", {}).get("name")
        for output in cell.get("outputs", []):
            if name and "text/csv" in output.get("data", {}):
                found[name] = "".join(output["data"]["text/csv"])
    return found


def shortened(value: str) -> str:
    """Give a number with three digits, and anything else as it is."""
    if re.fullmatch(r"-?\d+\.\d+(e-?\d+)?", value):
        return f"{float(value):.3g}"
    return value


def table(text: str) -> str:
    """Write CSV as a table whose columns and rows have heads."""
    head, *rows = csv.reader(io.StringIO(text))
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{escape(shortened(first))}</th>'
        + "".join(f"<td>{escape(shortened(value))}</td>" for value in others)
        + "</tr>"
        for first, *others in rows
    )
    return (
        f'<table class="table"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def offer(name: str, picture: str, text: str, root: str) -> str:
    """Write what stands below a figure."""
    rows = text.count("\n") - 1
    links = (
        f'<a href="{picture}" download="{name}.svg">SVG</a> '
        f'<button class="to-png pst-js-only" type="button" data-name="{name}">PNG'
        f'</button> <a href="{root}_static/figures/{name}.csv" download>CSV</a>'
    )
    folded = (
        '<details class="numbers"><summary>The numbers</summary>'
        f'<div class="pst-scrollable-table-container">{table(text)}</div></details>'
    )
    return f'<div class="take-away">{links}{folded if rows <= LONGEST else ""}</div>'


def take_away(
    app: Sphinx, page: str, template: str, context: dict, tree: object
) -> None:
    """Put links to its files below each figure of a page."""
    source = Path(app.env.doc2path(page)) if page in app.env.all_docs else Path()
    if source.suffix != ".ipynb" or "body" not in context:
        return
    found = numbers(source)
    app.figure_numbers.update(found)
    root = "../" * page.count("/")

    def offered(figure: re.Match) -> str:
        name = figure["name"]
        if name not in found:
            return figure[0]
        below = offer(name, figure["picture"], found[name], root)
        return f"{figure[0].removesuffix('</figure>')}{below}</figure>"

    context["body"] = FIGURE.sub(offered, context["body"])


def write_numbers(app: Sphinx, error: Exception | None) -> None:
    """Publish the numbers of all figures."""
    if error is None and app.builder.format == "html":
        folder = Path(app.outdir, "_static", "figures")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in app.figure_numbers.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.figure_numbers = {}
    app.connect("html-page-context", take_away)
    app.connect("build-finished", write_numbers)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
