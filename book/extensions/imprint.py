"""Say on every page which version it is of, how to cite it, and whom to tell of errors.

Version and date stand in CITATION.cff. What is known only where a book is published
comes from the environment: BOOK_COMMIT, what was published, and BOOK_DATE, when that
was committed (not when it was built: the same commit gives the same pages).
"""

import os
import re
from html import escape
from pathlib import Path
from urllib.parse import quote

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

WORDS = {
    "en": {
        "version": "Version {}, {}.",
        "commit": "commit {}",
        "cite": "Cite",
        "changes": "Changes and corrections",
        "error": "Report an error",
        "rights": ("Code: GPL-3.0-only. Text and data: CC BY 4.0. Not medical advice."),
    },
    "ar": {
        "version": "الإصدار {}، {}.",
        "commit": "الإيداع {}",
        "cite": "الاستشهاد",
        "changes": "التغييرات والتصويبات",
        "error": "الإبلاغ عن خطأ",
        "rights": "الشيفرة: GPL-3.0-only. النص والبيانات: CC BY 4.0. ليست نصيحة طبية.",
    },
}
PDF = "book.pdf"  # written by book/pdf.py beside the pages


def citation(root: Path) -> dict:
    """Read CITATION.cff."""
    return yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))


def authors(cited: dict) -> list[str]:
    """Give the names of the authors."""
    return [
        one.get("name") or f"{one['given-names']} {one['family-names']}"
        for one in cited["authors"]
    ]


def as_text(cited: dict, address: str = "") -> str:
    """Write the reference as a sentence."""
    year = str(cited["date-released"])[:4]
    text = (
        f"{', '.join(authors(cited))} ({year}). {cited['title']}. "
        f"Version {cited['version']}."
    )
    return f"{text} {address}" if address else text


def as_bibtex(cited: dict, address: str = "") -> str:
    """Write the reference for BibTeX."""
    fields = {
        "title": f"{{{cited['title']}}}",
        "author": " and ".join(f"{{{name}}}" for name in authors(cited)),
        "year": str(cited["date-released"])[:4],
        "version": str(cited["version"]),
    }
    if address:
        fields["url"] = address
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    return "@software{sixty-children,\n" + ",\n".join(lines) + "\n}\n"


def as_ris(cited: dict, address: str = "") -> str:
    """Write the reference in the RIS format, for reference managers."""
    day = str(cited["date-released"]).replace("-", "/")
    lines = [
        "TY  - COMP",
        f"TI  - {cited['title']}",
        *(f"AU  - {name}" for name in authors(cited)),
        f"PY  - {day[:4]}",
        f"DA  - {day}",
        f"ET  - {cited['version']}",
        *([f"UR  - {address}"] if address else []),
        "ER  - ",
    ]
    return "\r\n".join(lines) + "\r\n"  # as the format asks for


FORMS = {"cite.txt": as_text, "cite.bib": as_bibtex, "cite.ris": as_ris}


class CiteThis(SphinxDirective):
    """`{cite-this}`: the reference of this book as text and BibTeX, and as files."""

    def run(self) -> list[nodes.Node]:
        """Give the nodes."""
        cited = citation(Path(self.env.srcdir))
        address = os.environ.get("BOOK_URL", "").rstrip("/")
        code = as_bibtex(cited, address)
        entry = nodes.literal_block(code, code, language="bibtex")
        files = "".join(
            f' <a href="../_static/{name}" download>{kind}</a>'
            for name, kind in (("cite.bib", "BibTeX"), ("cite.ris", "RIS"))
        )
        links = nodes.raw("", f"<p>To take away:{files}</p>", format="html")
        return [nodes.paragraph("", as_text(cited, address)), entry, links]


def imprint(app: Sphinx, page: str) -> str:
    """Write the last lines of a page."""
    language = page.rpartition("-")[2]
    words = WORDS.get(language, WORDS["en"])
    cited = citation(Path(app.srcdir))
    day = os.environ.get("BOOK_DATE") or str(cited["date-released"])
    said = words["version"].format(escape(str(cited["version"])), escape(day))
    repository = os.environ.get("BOOK_REPOSITORY", "").rstrip("/")
    commit = os.environ.get("BOOK_COMMIT", "")
    if commit:
        short = f"<code>{escape(commit[:7])}</code>"
        if repository:
            short = f'<a href="{repository}/commit/{escape(commit)}">{short}</a>'
        said += f" {words['commit'].format(short)}."
    to = app.builder.get_relative_uri
    error = f"{to(page, 'chapters/changes')}#to-report-an-error"
    if repository:
        error = f"{repository}/issues/new?title={quote(f'Error on {page}')}"
    links = [
        (f"{to(page, 'chapters/references')}#to-cite-this-book", words["cite"]),
        (to(page, "chapters/changes"), words["changes"]),
        (error, words["error"]),
    ]
    listed = " ".join(f'<a href="{address}">{name}</a>' for address, name in links)
    runs = ' lang="ar" dir="rtl"' if language == "ar" else ""
    return (
        f'<div class="imprint"{runs}><p>{said} {listed}</p>'
        f"<p>{words['rights']}</p></div>"
    )


def sign(app: Sphinx, page: str, template: str, context: dict, tree: object) -> None:
    """Sign a page, and offer the whole book as one file where it is published."""
    context["theme_extra_footer"] = imprint(app, page)
    book = os.environ.get("BOOK_URL", "").rstrip("/")
    for group in context.get("header_buttons", []):
        if book and re.search("download", group.get("label", "")):
            group["buttons"].append(
                {
                    "type": "link",
                    "url": f"{book}/{PDF}",
                    "text": "whole book, .pdf",
                    "tooltip": "Download the whole book",
                    "icon": "fas fa-file-pdf",
                    "label": "download-book",
                }
            )


def write_forms(app: Sphinx, error: Exception | None) -> None:
    """Publish the reference in each form."""
    if error is None and app.builder.format == "html":
        address = os.environ.get("BOOK_URL", "").rstrip("/")
        for name, write in FORMS.items():
            path = Path(app.outdir, "_static", name)
            text = write(citation(Path(app.srcdir)), address)
            path.write_text(text, encoding="utf-8", newline="")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("cite-this", CiteThis)
    app.connect("html-page-context", sign, priority=800)  # after the theme's buttons
    app.connect("build-finished", write_forms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
