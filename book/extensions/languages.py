"""Say of a page in another language which language it is, and which way it runs.

The name of such a page ends with its language: `plain-words-ar`.
"""

import os
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

RUNS = {"ar": "rtl"}

#: How a numbered table or figure is called, and the digits of its number.
NAMES = {"ar": {"Table": "الجدول", "Figure": "الشكل"}}
DIGITS = {"ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")}


#: What the frame around a page says, as it stands in a file. The list of chapters keeps
#: its own language: it leads to pages in it.
FRAME = {
    "ar": {
        '<html lang="en"': '<html lang="ar"',
        '<nav class="bd-links bd-docs-nav" aria-label="Main">': (
            '<nav class="bd-links bd-docs-nav" lang="en" aria-label="الفصول">'
        ),
        ">Skip to main content<": ">انتقل إلى النص<",
        "</i>Back to top<": "</i>إلى الأعلى<",
        '"Search..."': '"ابحث..."',
        'title="Search" aria-label="Search"': 'title="بحث" aria-label="بحث"',
        'default-text">Search<': 'default-text">بحث<',
        "Toggle primary sidebar": "قائمة الفصول",
        "Toggle secondary sidebar": "محتويات الصفحة",
        "Download this page": "تنزيل هذه الصفحة",
        "Download source file": "تنزيل الملف المصدر",
        "Print to PDF": "الطباعة إلى ملف",
        "Fullscreen mode": "ملء الشاشة",
        "Color mode": "الألوان",
        "Link to this heading": "رابط إلى هذا العنوان",
        'title="previous page"': 'title="الصفحة السابقة"',
        'title="next page"': 'title="الصفحة التالية"',
        'subtitle">previous<': 'subtitle">السابق<',
        'subtitle">next<': 'subtitle">التالي<',
        "</i> Contents": "</i> المحتويات",
        "By the maintainers of the compendium": "القائمون على هذا العمل",
        "© Copyright": "© حقوق النشر",
    }
}
#: What it says besides where the address of the repository, or of the book, is known.
OFFERED = {
    "ar": {
        "BOOK_REPOSITORY": {
            "Launch interactive content": "تشغيل هذه الصفحة",
            "Launch on Binder": "التشغيل على Binder",
            "Binder logo": "شعار Binder",
            "Source repositories": "مستودع الكتاب",
            'title="Source repository"': 'title="مستودع الكتاب"',
            'text-container">Repository<': 'text-container">المستودع<',
            "Suggest edit": "اقتراح تعديل",
        },
        "BOOK_URL": {
            "Download the whole book": "تنزيل الكتاب كله",
            "whole book, .pdf": "الكتاب كله، .pdf",
        },
    }
}
#: The style that brings its letters.
LETTERS = {"ar": "typeface/arabic.css"}
#: Where a reader of such a page goes on: to the answer, which is in another language.
NEXT = {"ar": ("chapters/index", "الصفحة الأولى (بالإنجليزية)")}


def language_of(page: str) -> str:
    """Give the language in which a page ends, or nothing."""
    language = page.rpartition("-")[2]
    return language if language in RUNS else ""


def translate_frame(app: Sphinx, error: Exception | None):
    """Let the buttons of a page speak its language."""
    if error is not None or app.builder.format != "html":
        return
    for page in app.env.found_docs:
        if language := language_of(page):
            path = Path(app.builder.get_outfilename(page))
            text = path.read_text(encoding="utf-8")
            frame = dict(FRAME[language])
            for setting, more in OFFERED[language].items():
                frame |= more if os.environ.get(setting) else {}
            for said, translated in frame.items():
                if said not in text:
                    logger.warning("%s has nothing that says %s", page, said)
                text = text.replace(said, translated)
            path.write_text(text, encoding="utf-8", newline="\n")


def mark_language(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Put the text of the page into an element that names its language."""
    language = language_of(page)
    if language and "body" in context:
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
        app.add_css_file(LETTERS[language])
        to, title = NEXT[language]
        link = app.builder.get_relative_uri(page, to)
        context["next"] = {"link": link, "title": title}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", mark_language)
    app.connect("build-finished", translate_frame)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
