"""Say on a page that it is a what-if: that its chapter was played with.

`book/build.py` names such chapters in BOOK_WHAT_IFS.
"""

import os

from sphinx.application import Sphinx

BANNER = """<div class="admonition warning"><p class="admonition-title">A what-if</p>
<p>This page is not part of the published book. Its chapter was changed, and what it
shows need not be what the study reports.</p></div>
"""


def say(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Put the banner before the text of a page."""
    if f"{page}.ipynb" in os.environ.get("BOOK_WHAT_IFS", "").split():
        context["body"] = BANNER + context["body"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", say)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
