"""Say of a page in another language which language it is, and which way it runs.

The name of such a page ends with its language: `plain-words-ar`.
"""

import re

from sphinx.application import Sphinx

RUNS = {"ar": "rtl"}

#: How a numbered table or figure is called, and the digits of its number.
NAMES = {"ar": {"Table": "الجدول", "Figure": "الشكل"}}
DIGITS = {"ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")}


def mark_language(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Put the text of the page into an element that names its language."""
    language = page.rpartition("-")[2]
    if language in RUNS and "body" in context:
        start = f'<div lang="{language}" dir="{RUNS[language]}">'
        number = r'(?<=<span class="caption-number">)(\w+) ([\d.]+)'
        body = re.sub(
            number,
            lambda found: (
                f"{NAMES[language][found[1]]} {found[2].translate(DIGITS[language])}"
            ),
            context["body"],
        )
        context["body"] = f"{start}{body}</div>"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", mark_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
