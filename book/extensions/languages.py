"""Say of a page in another language which language it is, and which way it runs.

The name of such a page ends with its language: `plain-words-ar`.
"""

from sphinx.application import Sphinx

RUNS = {"ar": "rtl"}


def mark_language(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Put the text of the page into an element that names its language."""
    language = page.rpartition("-")[2]
    if language in RUNS and "body" in context:
        start = f'<div lang="{language}" dir="{RUNS[language]}">'
        context["body"] = f"{start}{context['body']}</div>"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", mark_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
