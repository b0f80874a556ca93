"""What a book offers where it is known from where: icons, buttons, pictures."""

import os
import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import browser
import page_filter
import pytest
from bs4 import BeautifulSoup
from conftest import FORMS, ROOT
from serve import serve
from sphinx.errors import ExtensionError

PAGES = browser.page_names()
# How large an icon is, and the families that it may belong to, which are no names.
NO_NAMES = {"fa-lg", "fa-solid", "fa-brands", "fa-regular"}


@pytest.fixture(scope="module", params=[*PAGES, "search"])
def page(html, request):
    text = (html / f"{request.param}.html").read_text("utf-8")
    soup = BeautifulSoup(text, "html.parser")
    soup.name_of_page = request.param
    return soup


def test_every_icon_of_a_page_has_a_drawing(html, page):
    names = {
        name
        for tag in page.find_all(class_=re.compile(r"^fa-"))
        for name in tag["class"]
        if name.startswith("fa-")
    }
    drawn = (html / "_static" / "icons.css").read_text("utf-8")
    theme = (html / "_static/styles/pydata-sphinx-theme.css").read_text("utf-8")
    for name in names - NO_NAMES:
        assert re.search(rf"^\.{name}(?=[, {{])", drawn, re.M), name
    for name in names & NO_NAMES:
        assert re.search(rf"\.{name}\b", drawn + theme), name
    families = {"fas", "fab", "fa-solid"}
    for tag in page.find_all(class_=[*names - NO_NAMES]):
        assert families & set(tag["class"]), tag


def hosts(page):
    links = [a["href"] for a in page.select(".article-header-buttons a[href]")]
    return {urlsplit(link).netloc: link for link in links if urlsplit(link).netloc}


def test_a_page_offers_only_what_works_from_where_the_book_is_kept(form, page):
    """A notebook in Binder has the helpers and the data; in Colab it has neither."""
    repository = FORMS[form].get("BOOK_REPOSITORY")
    notebook = (ROOT / f"{page.name_of_page}.ipynb").exists()
    offered = {"github.com"} | ({"mybinder.org"} if notebook else set())
    if page.name_of_page != "search":
        offered |= {"owner.github.io"}  # the whole book, in one file
    assert set(hosts(page)) == (offered if repository else set())


def test_the_buttons_of_a_page_lead_to_its_own_source(form, page):
    for link in hosts(page).values():
        parts = urlsplit(link)
        if parts.netloc == "mybinder.org":
            assert parts.path == "/v2/gh/owner/book/main"
            (place,) = parse_qs(parts.query)["urlpath"]
            assert (ROOT / place.removeprefix("lab/tree/")).is_file()
    links = [a["href"] for a in page.select(".btn-source-edit-button[href]")]
    own = [path for path in ROOT.glob(f"{page.name_of_page}.*") if path.is_file()]
    if FORMS[form] and own:
        start = f"{FORMS[form]['BOOK_REPOSITORY']}/edit/main/"
        assert links == [start + own[0].relative_to(ROOT).as_posix()]
    else:
        assert links == []


@pytest.mark.skipif(
    browser.find() is None and not os.environ.get("CI"), reason="chromium is not here"
)
def test_no_icon_is_a_square_and_no_picture_is_broken(html):
    with browser.chromium() as chromium, serve(html) as site:
        page = chromium.new_page()
        page.goto(f"{site}{PAGES[1]}.html")
        masks = page.evaluate(
            """() => [...document.querySelectorAll(".fas, .fab, .fa-solid")].map(
                (icon) => getComputedStyle(icon, "::before").maskImage)"""
        )
        assert len(masks) > 8
        assert all(mask.startswith('url("data:image/svg') for mask in masks), masks
        broken = page.evaluate(
            """() => Promise.all([...document.images].map((image) => {
                image.loading = "eager";
                return image.decode().then(() => "", () => image.src); }))"""
        )
        assert {*broken} <= {""}


# --- the filter of pages --------------------------------------------------------------


@pytest.fixture
def app():
    page_filter.forget(None)
    yield SimpleNamespace(builder=SimpleNamespace(format="html"))
    page_filter.forget(None)


def sought(app):
    with pytest.raises(ExtensionError) as error:
        page_filter.find_all(app, None)
    return error.value.message


def test_a_book_on_which_the_filter_finds_nothing_is_not_built(app):
    said = sought(app)
    assert "the theme has changed" in said
    for pattern in (*page_filter.UNUSED, *page_filter.UNUSED_FILES):
        assert repr(pattern) in said


def test_what_the_filter_misses_is_named(app):
    for name in page_filter.SOUGHT:
        page_filter.found_times[name] = 1
    page_filter.find_all(app, None)  # all is found
    page_filter.found_times[page_filter.ENTRY.pattern] = 0
    said = sought(app)
    assert "doc-biblioentry" in said
    assert "thebe" not in said


def test_a_replaced_text_is_counted(app):
    assert page_filter.replaced(page_filter.ENTRY, "x", "a") == "a"
    assert page_filter.found_times[page_filter.ENTRY.pattern] == 0
    given = 'role="doc-biblioentry" role="doc-biblioentry"'
    assert page_filter.replaced(page_filter.ENTRY, "x", given) == "x x"
    assert page_filter.found_times[page_filter.ENTRY.pattern] == 2
