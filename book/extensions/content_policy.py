"""Tell browsers to run and load only what the book itself brings.

Each page carries a content security policy (https://www.w3.org/TR/CSP3/). Scripts and
styles come from the book's own files, or stand in the theme's frame around the text and
are named by their digest. What stands in the text of a chapter is never named: a script
that came in through the data would not run.
"""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
STYLE = re.compile(r"<style[^>]*>(?P<text>.*?)</style>", re.DOTALL)
HANDLER = re.compile(r'\son[a-z]+="(?P<text>[^"]*)"')
# where the policy goes: it holds for what comes after it
START = re.compile(r"<meta charset=[^>]*>")
# What the theme puts into the text for Thebe, which this book does not use.
UNUSED = re.compile(
    r'\s*<script type="text/x-thebe-config">.*?</script>'
    r"|\s*<script>kernelName = '[\w-]+'</script>",
    re.DOTALL,
)


def digests(texts: list[str]) -> list[str]:
    """Name texts as a policy does, each once, sorted."""
    found = {b64encode(sha256(text.encode()).digest()).decode() for text in texts}
    return [f"'sha256-{digest}'" for digest in sorted(found)]


def frame(page: str) -> str:
    """Give a page without the text of its chapter."""
    return re.sub(r"<article\b.*</article>", "", page, flags=re.DOTALL)


def handlers(page: str) -> list[str]:
    """Give what buttons of the frame run."""
    return [found["text"] for found in HANDLER.finditer(frame(page))]


def policy(page: str, buttons: list[str]) -> str:
    """Give the policy of a page, where `buttons` run what they run on any page."""
    scripts = [
        found["text"]
        for found in SCRIPT.finditer(frame(page))
        if not re.search(r"\b(src|type)=", found["attributes"])
    ]
    styles = [found["text"] for found in STYLE.finditer(frame(page))]
    runs = ["'self'", *digests(scripts + buttons)]
    if buttons:
        runs.append("'unsafe-hashes'")  # the digests hold for handlers of events too
    rules = {
        "default-src": ["'none'"],
        "script-src": runs,
        "style-src": ["'self'", *digests(styles)],
        "img-src": ["'self'", "data:"],  # drawings within the theme's styles
        "font-src": ["data:"],  # letters within the book's own styles
        "connect-src": ["'self'"],  # a search reads the pages that it found
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(" ".join([name, *rule]) for name, rule in rules.items())


def write_policies(app: Sphinx, error: Exception | None) -> None:
    """Put its policy into the head of each page, when all else is in it."""
    if error is not None or app.builder.format != "html":
        return
    pages, without = {}, 0
    for path in sorted(Path(app.outdir).rglob("*.html")):
        pages[path], times = UNUSED.subn("", path.read_text(encoding="utf-8"))
        without += times
    if not without:
        raise ExtensionError("no page has a script of Thebe: the theme has changed")
    # a search parses the pages that it found, under its own policy
    buttons = [text for page in pages.values() for text in handlers(page)]
    for path, page in pages.items():
        text = policy(page, buttons)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{text}">'
        page, times = START.subn(lambda start, meta=meta: start[0] + meta, page, 1)
        if not times and "<head" in page:  # the first page only leads on
            raise ExtensionError(f"{path.name} has no place for its policy")
        path.write_text(page, encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", write_policies, priority=999)  # after all who write
    return {"parallel_read_safe": True, "parallel_write_safe": True}
