"""Make each page light, still and reachable, where the theme and its helpers do not.

What is looked for must be found on some page: where it is not, the theme has changed,
and what it is looked for would stay in the pages unseen. Then the build fails.
"""

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

# Thebe runs cells on a server of others; jupyter-book loads it whether asked or not,
# twice, and the second time is an error. Nothing here is folded by togglebutton.
UNUSED = ("thebe", "toggle")

# What works on the text of a page; the search has none, and has its index to carry.
FOR_TEXT = ("clipboard", "copybutton", "mystnb")
FOR_TEXT += ("citations.js", "code.js", "figures.js", "ledger.js")

# Icons as a font and as a script, names of buttons in sixty languages, logos of hosts
# that the book offers to nobody, and the theme's templates of pages.
UNUSED_FILES = (
    "_static/images/logo_[!b]*",
    "_static/locales",
    "_static/scripts/fontawesome*",
    "_static/**/*.map",
    "_static/*macros.html",
    "_static/*thebe*",
    "_static/*toggle*",
    "_static/vendor",
)

# Rules of the theme for that font: two thousand names of icons, and the font's files.
ICON_RULES = re.compile(
    r'(?:\.fa-[\w-]+::?before,?)+\{content:"[^"]*"\}|@font-face\{[^}]*Awesome[^}]*\}'
)

# With the one of Binder, offered where it can know from where to take the book.
LOGOS = "_static/images"

# In the text of a page.
IMAGE = re.compile(r'<img\b[^>]*? src="[^"]*?_images/([^"/]+)"')
SECTION = re.compile(r'<section\b[^>]*? id="([^"]+)"')
CITATION = re.compile(
    r'(<a class="reference internal" href="[^"]*references\.html#[^"]*" )title='
)
CODE = re.compile(r'details class="admonition hide')
ENTRY = re.compile('role="doc-biblioentry"')
LEDGER = re.compile('id="tab-ledger"')

#: All that is looked for.
SOUGHT = (
    *UNUSED,
    "design",
    *FOR_TEXT,
    *UNUSED_FILES,
    *(
        one.pattern
        for one in (IMAGE, SECTION, CITATION, CODE, ENTRY, LEDGER, ICON_RULES)
    ),
)

#: How often each of them was found.
found_times: Counter[str] = Counter()

#: Pixels of each unit that a picture may give its size in.
UNITS = {"px": 1, "pt": 4 / 3, "": 1}


def drop_unused(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Load only what the page uses."""
    # sphinx-design has cards, grids and tabs; its classes begin so
    designed = re.search(r'class="[^"]*\bsd-', context.get("body", ""))
    unused = UNUSED if designed else (*UNUSED, "design")
    if "body" not in context:
        unused += FOR_TEXT

    def used(file: object) -> bool:
        source = f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', '')}"
        names = [name for name in unused if name in source.lower()]
        found_times.update(names)
        return not names

    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if used(file)]


def replaced(pattern: re.Pattern, by: str | Callable, text: str) -> str:
    """Replace what is looked for in a text, and count how often it was found."""
    text, times = pattern.subn(by, text)
    found_times[pattern.pattern] += times
    return text


def picture_size(path: Path) -> tuple[int, int]:
    """Give the width and height of an SVG file in pixels."""
    root = ElementTree.parse(path).getroot()
    sides = [re.fullmatch(r"([\d.]+)(\D*)", root.get(s)) for s in ("width", "height")]
    return tuple(round(float(side[1]) * UNITS[side[2]]) for side in sides)


def reserve_room(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Say how large a picture is, so that nothing moves when it comes."""
    files = {name: Path(path) for path, name in app.builder.images.items()}

    def sized(found: re.Match) -> str:
        path = files.get(found[1])
        if path is None or path.suffix != ".svg":
            return found[0]
        width, height = picture_size(Path(app.srcdir, path))
        return f'{found[0]} width="{width}" height="{height}"'

    if "body" in context:
        context["body"] = replaced(IMAGE, sized, context["body"])


def offer_code(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Count the pieces of code of a page, for the button that shows them."""
    pieces = len(CODE.findall(context.get("body", "")))
    found_times[CODE.pattern] += pieces
    context["code_pieces"] = pieces


def begin_whole(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Let a browser show a page when its first section has come.

    Half a table is set with other widths than the whole, and would move.
    """
    sections = SECTION.findall(context.get("body", ""))
    found_times[SECTION.pattern] += len(sections)
    if len(sections) > 2:  # that of the title, the first, and what follows it
        wait = f'<link rel="expect" href="#{sections[2]}" blocking="render">'
        context["metatags"] = context.get("metatags", "") + f"\n{wait}"


def announce_wide_table(
    app: Sphinx, page: str, template: str, context: dict, tree: object
):
    """Say in the head that the ledger will come, which gets the width of the screen.

    A style that waited for the table itself would widen a page that is being read.
    """
    wide = LEDGER.findall(context.get("body", ""))
    found_times[LEDGER.pattern] += len(wide)
    if wide:
        said = '<meta id="wide-table" name="wide-table" content="ledger">'
        context["metatags"] = context.get("metatags", "") + f"\n{said}"


def card_citations(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Keep what a citation cites where the style shows it as a card."""
    if "body" in context:
        context["body"] = replaced(CITATION, r"\1data-cited=", context["body"])


def mend_roles(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Call an entry of the bibliography what a list may hold.

    Docutils writes doc-biblioentry, which is deprecated, inside role=list, which wants
    listitem.
    """
    if "body" in context:
        context["body"] = replaced(ENTRY, 'role="listitem"', context["body"])


def remove_unused(app: Sphinx, error: Exception | None):
    """Publish no file that no page asks for, and no rule for icons."""
    if error is not None or app.builder.format != "html":
        return
    theme = Path(app.outdir, "_static/styles/pydata-sphinx-theme.css")
    rules = replaced(ICON_RULES, "", theme.read_text(encoding="utf-8"))
    theme.write_text(rules, encoding="utf-8")
    hosts = app.config.html_theme_options.get("launch_buttons", {})
    for pattern in (*UNUSED_FILES, *([] if hosts.get("binderhub_url") else [LOGOS])):
        for path in Path(app.outdir).glob(pattern):
            found_times[pattern] += 1
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def find_all(app: Sphinx, error: Exception | None):
    """Fail where something that is looked for was found nowhere."""
    if error is not None or app.builder.format != "html":
        return
    if missing := [name for name in SOUGHT if not found_times[name]]:
        raise ExtensionError(
            f"looked for and found on no page, so the theme has changed: {missing}; "
            "mend book/extensions/page_filter.py"
        )


def forget(app: Sphinx):
    """Count anew for each book."""
    found_times.clear()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for change in (
        reserve_room,
        offer_code,
        begin_whole,
        announce_wide_table,
        card_citations,
        mend_roles,
    ):
        app.connect("html-page-context", change)
    app.connect("html-page-context", drop_unused, priority=999)  # after all who add
    app.connect("builder-inited", forget)
    app.connect("build-finished", remove_unused)
    app.connect("build-finished", find_all, priority=501)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
