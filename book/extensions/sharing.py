"""Say what a page is about to those who share it, and where it comes from.

Two addresses are known only where a book is published, so they are read from the
environment: BOOK_REPOSITORY, of the repository (it gives the buttons "suggest an edit"
and Binder, which runs the chapters with the libraries of the lock; Colab would open one
notebook alone, without the helpers and the data), and BOOK_URL, of the published book
(it gives the picture for a shared link, whose address must be whole).
"""

import os
import re
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

LONGEST = 200  # characters of a description; more is cut off where it is shown


def know_repository(app: Sphinx, config: Config):
    """Add the buttons that need to know where the book is kept."""
    repository = os.environ.get("BOOK_REPOSITORY", "").rstrip("/")
    if repository:
        config.html_theme_options |= {
            "repository_url": repository,
            "repository_branch": "main",
            "path_to_docs": "",
            "use_repository_button": True,
            "use_edit_page_button": True,
            "launch_buttons": {
                "binderhub_url": "https://mybinder.org",
                "notebook_interface": "jupyterlab",
            },
        }


def describe(tree: nodes.document) -> str:
    """Give the first paragraph of a page, without citations, cut at a sentence."""
    paragraph = next(tree.findall(nodes.paragraph), None)
    if paragraph is None:
        return ""
    text = re.sub(r"\s*\[[^\]]*\]", "", paragraph.astext())
    text = " ".join(text.split()).removeprefix("What the study reports. ")
    sentences = re.findall(r"[^.?!؟]+[.?!؟]", text) or [text]
    said = sentences[0].strip()
    for sentence in sentences[1:]:
        if len(said) + len(sentence) > LONGEST:
            break
        said += sentence
    return said


def share(app: Sphinx, page: str, template: str, context: dict, tree: object):
    """Write the description into the head of a page."""
    if not isinstance(tree, nodes.document):  # the search, a page that leads on
        return
    described = {
        "og:type": "article",
        "og:title": re.sub("<.*?>", "", context["title"]),
    }
    described["og:site_name"] = app.config.html_title
    said = describe(tree)
    if said:
        described["og:description"] = said
    book = os.environ.get("BOOK_URL", "").rstrip("/")
    if book:
        described["og:url"] = f"{book}/{page}.html"
        described["og:image"] = f"{book}/_static/card.png"
        described["twitter:card"] = "summary_large_image"
    tags = [
        f'<meta property="{name}" content="{escape(value)}">'
        for name, value in described.items()
    ]
    if said:
        tags.append(f'<meta name="description" content="{escape(said)}">')
    context["metatags"] = "\n".join([context.get("metatags", ""), *tags])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", know_repository)
    app.connect("html-page-context", share)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
