"""Print the whole book into one file: python book/pdf.py

The pages are joined in the order of the table of contents, and what they point to in
each other stays a link. The file is tagged, for readers who listen, and has an outline.
"""

import posixpath
import shutil
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import yaml
from browser import chromium, page_names
from bs4 import BeautifulSoup, Tag
from build import BUILD, PAGES
from plain import plainly
from playwright.sync_api import Browser
from serve import serve
from stale import ROOT

BOOK = BUILD / "book.pdf"
ABSTRACT = BUILD / "abstract.pdf"  # the answer of the first page, on one page
REFERS_TO_IDS = ("for", "headers", "aria-labelledby", "aria-describedby")
ONLY_ON_SCREEN = (
    "script, noscript, .headerlink, details.hide, .ledger-filters, .take-away"
)
FOOT = """<p style="width: 100%; text-align: center; font: 8px sans-serif">
<span class="pageNumber"></span></p>"""


def soup(text: str) -> BeautifulSoup:
    """Read a page."""
    return BeautifulSoup(text, "html.parser")


def anchor(page: str, fragment: str = "") -> str:
    """Give the id in the joined book of a page, or of a place on it."""
    return "--".join(filter(None, [page.replace("/", "-"), fragment]))


def joined_target(page: str, address: str, pages: list[str]) -> str:
    """Give the address in the joined book of what a page points to."""
    if urlsplit(address).scheme:
        return address
    path, fragment = urldefrag(address)
    to = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path)))
    name = to.removesuffix(".html") if path else page
    return f"#{anchor(name, unquote(fragment))}" if name in pages else to


def article(html: Path, page: str, pages: list[str]) -> Tag:
    """Take the text of one page, its ids and links as the joined book needs them."""
    text = (html / f"{page}.html").read_text(encoding="utf-8")
    found = soup(text).select_one("article.bd-article")
    for element in found.select(ONLY_ON_SCREEN):
        element.decompose()
    for element in found.find_all(True):
        for name in ("id", *REFERS_TO_IDS):
            if name in element.attrs:
                ids = element[name].split()
                element[name] = " ".join(anchor(page, one) for one in ids)
        for name in ("href", "src"):
            if name in element.attrs:
                element[name] = joined_target(page, element[name], pages)
    for link in found.select("a[href]"):
        if not (link["href"].startswith("#") or urlsplit(link["href"]).scheme):
            del link["href"]  # a file beside the pages is not beside this one
    found["id"] = anchor(page)
    return found


def join(html: Path) -> str:
    """Give all pages as one."""
    pages = page_names()
    title = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    first = (html / f"{pages[0]}.html").read_text(encoding="utf-8")
    styles = soup(first).select("head link[rel=stylesheet]")
    for style in styles:
        style["href"] = joined_target(pages[0], style["href"], pages)
    articles = "\n".join(str(article(html, page, pages)) for page in pages)
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8">
<title>{title}</title>{"".join(map(str, styles))}
<style>article + article {{ break-before: page }}</style></head>
<body><main class="bd-main bd-content bd-article-container">{articles}</main></body>
</html>
"""


def write(html: Path, into: Path, browser: Browser) -> None:
    """Print the pages of a built book into a file."""
    book = join(html)
    with serve(html) as address, browser.new_context() as context:
        page = context.new_page()
        page.route(
            f"{address}book.html",
            lambda route: route.fulfill(body=book, content_type="text/html"),
        )
        page.goto(f"{address}book.html")
        page.pdf(
            path=into,
            tagged=True,
            outline=True,
            format="A4",
            margin={"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"},
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOT,
            print_background=True,
        )


def write_abstract(html: Path, into: Path, browser: Browser) -> None:
    """Print the beginning of the first page, which holds the answer, on one page."""
    with serve(html) as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}{page_names()[0]}.html")
        page.pdf(
            path=into, tagged=True, format="A4", page_ranges="1", print_background=True
        )


def main() -> None:
    with chromium() as started:
        write(PAGES, BOOK, started)
        write_abstract(PAGES, ABSTRACT, started)
    for file in (BOOK, ABSTRACT):  # where the published pages offer them
        shutil.copy(file, PAGES)
    print(f"The book in one file is here: {BOOK}")


if __name__ == "__main__":
    sys.exit(plainly(main))
