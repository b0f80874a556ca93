"""Send no rule of a style that no page can need.

The theme brings the styles of all that it could show: all of Bootstrap, and every form
of every helper. A rule stays where all classes and ids that it names stand on some
page, or in a script that may add them.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

#: Styles of others, as they lie in the folder of the book.
STYLES = (
    "_static/basic.css",
    "_static/copybutton.css",
    "_static/mystnb.*.css",
    "_static/pygments.css",
    "_static/sphinx-design.min.css",
    "_static/styles/*.css",
)

#: Scripts that name no class for themselves: Bootstrap names those of all its parts, of
#: which the book has two, and the others are data.
NOT_READ = ("bootstrap.js", "search-index.js", "atlas-data.js")

#: What Bootstrap adds for these two, a menu and a tip.
ADDED = {
    *("dropdown-menu", "fade", "show", "tooltip", "tooltip-arrow", "tooltip-inner"),
    *(f"bs-tooltip-{side}" for side in ("auto", "bottom", "end", "start", "top")),
}

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
EMPTY = re.compile(r"@(?:media|supports|layer|container)[^{};]*\{\s*\}")
ATTRIBUTE = re.compile(r'(?:class|id)="([^"]*)"')
TEXT = re.compile(r"""(["'`])(.*?)\1""", re.DOTALL)
NAME = re.compile(r"[.#]((?:[\w-]|\\.)+)")
# what stands in brackets is no condition, or one of several
BRACKETS = re.compile(r"\([^()]*\)|\[[^\]]*\]")


def names_in_pages(folder: Path) -> set[str]:
    """Give all classes and ids that pages have or scripts may add."""
    names = {*ADDED}
    for page in folder.rglob("*.html"):
        for found in ATTRIBUTE.finditer(page.read_text(encoding="utf-8")):
            names.update(found[1].split())
    for script in folder.glob("_static/**/*.js"):
        if script.name not in NOT_READ:
            for found in TEXT.finditer(script.read_text(encoding="utf-8")):
                names.update(re.findall(r"[\w-]+", found[2]))
    return names


def selectors(text: str) -> list[str]:
    """Take a list of selectors apart, at commas that stand in no brackets.

    Examples
    --------
    >>> selectors("a, :is(b, :not(c), d) > e")
    ['a', ':is(b, :not(c), d) > e']
    """
    found, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [one.strip() for one in found]


def is_needed(selector: str, names: set[str]) -> bool:
    """Say whether a page can have what a selector asks for.

    Examples
    --------
    >>> is_needed("ul.menu > li:not(.gone)", {"menu"})
    True
    >>> is_needed(".menu .toast", {"menu"})
    False
    """
    while BRACKETS.search(selector):
        selector = BRACKETS.sub("", selector)
    return all(name.replace("\\", "") in names for name in NAME.findall(selector))


def needed(rules: str, names: set[str]) -> str:
    """Leave out of a style what no page can need.

    Examples
    --------
    >>> needed("a{color:red} .x,.y{top:0} @media print{.z{top:0}}", {"y"})
    'a{color:red}.y{top:0}'
    """

    def kept(rule: re.Match) -> str:
        if rule[1].lstrip().startswith("@"):  # of a font or a page
            return rule[0].strip()
        chosen = [one for one in selectors(rule[1]) if is_needed(one, names)]
        return f"{','.join(chosen)}{{{rule[2].strip()}}}" if chosen else ""

    text = RULE.sub(kept, COMMENT.sub("", rules))
    while EMPTY.search(text):
        text = EMPTY.sub("", text)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def leave_out(app: Sphinx, error: Exception | None) -> None:
    """Write the styles anew when all pages are there."""
    if error is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    names = names_in_pages(folder)
    for pattern in STYLES:
        for path in folder.glob(pattern):
            text = needed(path.read_text(encoding="utf-8"), names)
            path.write_text(text, encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    # after the files that nobody asks for are gone
    app.connect("build-finished", leave_out, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
