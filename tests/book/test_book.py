"""The pages, built anew from the committed outputs; every warning is an error."""

import os
import re
import signal
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import browser
import pytest
import tables
import typeface
from bs4 import BeautifulSoup
from conftest import ROOT
from content_policy import policy
from matplotlib.image import imread


@pytest.fixture(scope="module")
def pages(html):
    """Each page by its name, as it is read: with its code folded."""
    found = {}
    for name in browser.page_names():
        text = (html / f"{name}.html").read_text("utf-8")
        found[name] = BeautifulSoup(text, "html.parser")
        for code in found[name].select("details.hide"):
            code.decompose()
    return found


def test_every_chapter_is_in_the_table_of_contents(pages):
    files = {
        path.relative_to(ROOT).with_suffix("").as_posix()
        for path in (ROOT / "chapters").iterdir()
        if path.suffix in (".ipynb", ".md")
    }
    assert files == set(pages)


def targets(page):
    """Addresses that a page points to or loads."""
    pairs = (("a", "href"), ("img", "src"), ("link", "href"), ("script", "src"))
    for tag, attribute in pairs:
        for element in page.find_all(tag, **{attribute: True}):
            yield element[attribute]


def test_no_link_or_image_leads_nowhere(html, pages):
    ids = {
        (html / f"{name}.html"): {tag["id"] for tag in page.find_all(id=True)}
        for name, page in pages.items()
    }
    for name, page in pages.items():
        here = html / f"{name}.html"
        for address in targets(page):
            parts = urlsplit(address)
            if parts.scheme:
                continue
            file = (here.parent / unquote(parts.path)).resolve() if parts.path else here
            assert file.exists(), (name, address)
            if parts.fragment and file in ids:
                assert unquote(parts.fragment) in ids[file], (name, address)


def test_each_page_is_shown_when_its_first_section_has_come(pages):
    for name, page in pages.items():
        (wait,) = page.select('head link[rel="expect"][blocking="render"]')
        sections = [section["id"] for section in page.select("article section")]
        assert wait["href"] == f"#{sections[2]}", name


def test_nothing_is_loaded_from_another_host(pages):
    for page in pages.values():
        loaded = [
            *(
                tag["src"]
                for tag in page.find_all(["script", "img", "iframe"], src=True)
            ),
            *(tag["href"] for tag in page.find_all("link", href=True)),
        ]
        assert [address for address in loaded if urlsplit(address).netloc] == []


def test_the_search_does_not_load_what_works_on_the_text_of_a_page(html):
    def loaded(path):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        tags = page.select("script[src], link[rel=stylesheet]")
        addresses = [tag.get("src") or tag["href"] for tag in tags]
        return {urlsplit(address).path.rsplit("/")[-1] for address in addresses}

    search = loaded(html / "search.html")
    left_out = loaded(html / "chapters/03-table-one.html") - search
    scripts = {name for name in left_out if name.endswith(".js")}
    assert scripts >= {"clipboard.min.js", "copybutton.js", "citations.js", "ledger.js"}
    assert search >= {"search.js", "search-index.js", "book.css", "print.css"}


def test_only_what_the_policy_of_a_page_names_can_run(html):
    for path in [*html.glob("chapters/*.html"), html / "search.html"]:
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        meta = page.find("meta", {"http-equiv": "Content-Security-Policy"})
        assert meta.find_previous(["script", "style", "link"]) is None
        rules = dict(rule.split(" ", 1) for rule in meta["content"].split("; "))
        assert rules["default-src"] == "'none'"
        assert "'unsafe-inline'" not in meta["content"]
        assert "'unsafe-eval'" not in meta["content"]
        handlers = [
            value
            for tag in page.find_all(True)
            for name, value in tag.attrs.items()
            if name.startswith("on")
        ]
        scripts = [tag.string for tag in page.find_all("script", src=False, type=False)]
        styles = [tag.string for tag in page.find_all("style")]
        for kind, texts in (("script-src", handlers + scripts), ("style-src", styles)):
            for text in texts:
                digest = b64encode(sha256(text.encode()).digest()).decode()
                assert f"'sha256-{digest}'" in rules[kind], (path, text)
        assert not page.find_all(style=True)


def test_the_text_of_a_page_holds_no_script_of_its_own(pages):
    for page in pages.values():
        article = page.select_one("article")
        assert not article.find_all("script", src=False, type=False)
        assert not article.select("iframe, object, embed, form, base, meta")
        for tag in article.find_all(True):
            assert not any(name.startswith("on") for name in tag.attrs)
            assert not str(tag.get("href", "")).lower().startswith("javascript:")


def test_a_script_in_the_text_is_not_named():
    harm = "<script>alert(1)</script>"
    frame = "<head></head><script>good()</script><article>{}</article>"
    assert policy(frame.format(harm), []) == policy(frame.format(""), [])
    early = harm + "</article>" + harm  # what closes the text too early
    assert policy(frame.format(early), []) == policy(frame.format(""), [])
    assert policy(frame.format(""), []) != policy("<article></article>", [])


def test_no_chapter_is_called_by_its_file(pages):
    for page in pages.values():
        for link in page.select("article a[href]"):
            assert not re.match(r"\d\d(-|$)", link.get_text())


def test_the_list_of_chapters_numbers_those_that_follow_the_study(pages):
    for page in pages.values():
        listed = [link.get_text(strip=True) for link in page.select(".toctree-l1 > a")]
        numbers = [re.match(r"(\d+)\. \w", said) for said in listed]
        chapters = [name for name in pages if re.match(r"chapters/\d", name)]
        found = [int(number[1]) for number in numbers if number]
        assert found == list(range(1, len(chapters) + 1))


def test_every_doi_in_a_text_is_a_link(pages):
    for name, page in pages.items():
        dois = page.select_one("article").find_all(string=re.compile(r"10\.\d{4,}/"))
        for text in dois:
            if not text.find_parent(class_="take-away"):  # the numbers of a figure
                assert text.find_parent(["a", "code", "pre"]), (name, text)


def test_the_list_of_references_calls_a_work_what_the_text_calls_it(pages):
    labels = pages["chapters/references"].select(".citation .label")
    listed = {label.get_text().strip("[]") for label in labels}
    cited = {
        link.get_text()
        for page in pages.values()
        for link in page.select("a[data-cited]:not(.term)")
        if not re.fullmatch(r"\d{4}", link.get_text())  # its author is in the sentence
    }
    assert len(cited) > 30
    assert cited <= listed
    assert len(listed) == len(labels)


def test_every_icon_of_a_page_is_drawn(html, pages):
    drawn = set(re.findall(r"\.(fa-[\w-]+)", (html / "_static/icons.css").read_text()))
    used = {
        name
        for page in pages.values()
        for icon in page.select("[class*=fa-]")
        for name in icon["class"]
        if name.startswith("fa-")
    }
    assert used - drawn <= {"fa-solid", "fa-lg"}


def table_columns(table):
    """The texts of each column of a table's body."""
    rows = [row.select("th, td") for row in table.select("tbody tr")]
    texts = [[cell.get_text(strip=True) for cell in row] for row in rows]
    return list(zip(*texts, strict=True))


# Marks that the book's typeface lacks; any face of the reader's own has them.
LEFT_TO_THE_READER = "\n\u25a1\u25cb\u25cf\u25d0\u2715"


def test_the_typeface_has_every_letter_that_a_page_prints(pages):
    for name, page in pages.items():
        words = BeautifulSoup(str(page), "html.parser")
        for part in words.select("script, style, math, pre, code, svg"):
            part.decompose()
        letters = {*words.get_text()} - {*typeface.ON_PAGES, *LEFT_TO_THE_READER}
        if page.html["lang"] == "en":  # but for the name of the page in Arabic
            letters -= {*words.select_one(".bd-links").get_text()}
        else:
            letters -= {*typeface.IN_ARABIC}
        assert letters == set(), name


def test_every_table_has_a_caption_a_number_and_row_heads(pages):
    numbers = []
    for name, page in pages.items():
        for table in page.select("article table:not(.take-away *)"):
            place = (name, table.get_text(" ", strip=True)[:60])
            if name.startswith("chapters/0") or table.caption:
                assert table["id"].startswith("tab-"), place
                numbers.append(table.select_one(".caption-number").get_text())
            heads = {cell["scope"] for cell in table.select("thead th")}
            assert heads == {"col"}, place
            for row in table.select("tbody tr"):
                first = row.find(["th", "td"])
                named = (first.name, first.get("scope")) == ("th", "row")
                assert named or "" in table_columns(table)[0], place
    assert len(numbers) > 35
    assert len(set(numbers)) == len(numbers)


def test_the_heads_of_rows_are_the_columns_that_tell_them_apart():
    rows = [["CR", "A", "1"], ["CR", "B", "1"], ["OS", "A", "2"]]
    assert tables.head_columns(rows) == 2
    assert tables.head_columns([["A", "1"], ["B", "1"]]) == 1
    assert tables.head_columns([["A", "1"], ["A", "1"]]) == 1
    assert tables.head_columns([]) == 0


def test_the_ledger_says_no_value_twice(pages):
    for row in pages["chapters/10-conclusion"].select("#tab-ledger tbody tr"):
        statement, _, value = row.select("th, td")[1].get_text().rpartition(": ")
        assert not value.strip() or value.strip() not in statement, statement


def test_every_figure_comes_with_its_numbers(html, pages):
    for name, page in pages.items():
        for figure in page.select("article figure[id^=fig-]"):
            link = figure.select_one('.take-away a[href$=".csv"]')
            text = (html / "chapters" / link["href"]).read_text("utf-8")
            assert text.count("\n") > 1, (name, figure["id"])


def test_the_card_of_a_shared_link_is_drawn_where_its_address_is_known(html, form):
    card = html / "_static" / "card.png"
    assert card.exists() == (form == "published")
    if card.exists():
        assert imread(card).shape[:2] == (630, 1200)


def test_no_page_shows_a_failure(pages):
    markup = ("{cite", "{numref")
    for name, page in pages.items():
        # the page of the functions runs nothing: it says which errors they raise
        runs = (ROOT / f"{name}.ipynb").exists()
        failures = ("Traceback (most recent", "Error:", "Warning:") if runs else ()
        text = page.get_text()
        for failure in (*failures, *markup):
            assert failure not in text, (name, failure)
        if runs:
            assert not re.search(r"\bnan\b", text), name  # but "determinants" is a word


def test_every_image_has_alternative_text_that_is_not_a_path(pages):
    for page in pages.values():
        for image in page.select(".bd-article img"):
            assert len(image["alt"].split()) > 8


def test_the_arabic_page_runs_from_right_to_left(pages):
    page = pages["chapters/plain-words-ar"]
    assert page.select("div[lang=ar][dir=rtl] h1")
    assert not pages["chapters/plain-words"].select("[dir=rtl]")
    text = page.select_one("div[lang=ar]").get_text()
    assert not re.search("[0-9]", text)


def test_the_buttons_of_the_arabic_page_speak_arabic_and_lead_on(html):
    text = (html / "chapters" / "plain-words-ar.html").read_text("utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert page.html["lang"] == "ar"
    assert page.select_one(".bd-docs-nav")["lang"] == "en"
    latin = re.compile("[A-Za-z]{3}")
    for button in page.select("button, .prev-next-subtitle, #pst-skip-link a"):
        if not button.find_parent(["article", "nav"]) and "ipynb" not in button.text:
            said = [button.get_text(), button.get("title"), button.get("aria-label")]
            said = " ".join(filter(None, said)).replace("Ctrl", "").replace("pdf", "")
            assert not latin.search(said), said
    assert page.select_one("a.right-next")["href"] == "index.html"


def test_formulas_are_mathml(pages):
    assert len(pages["chapters/04-chi-square"].select("math")) >= 5
    assert not any(page.select(".MathJax, .mathjax_process") for page in pages.values())


def test_the_answer_stands_before_everything_else(pages):
    answer = [
        " ".join(text.get_text().split())
        for text in pages["chapters/index"].select("article p")[1:4]
    ]
    readers = ("For a clinician.", "For an editor.", "For a parent.")
    assert all(map(str.startswith, answer, readers))
    assert "confirm one of three (MRD negative)." in answer[0]
    assert "one fits no whole number of children (54% of 20)." in answer[1]
    assert "cannot tell which treatment is best" in answer[2]


def test_the_first_page_leads_to_the_index(html):
    assert "chapters/index.html" in (html / "index.html").read_text("utf-8")


def test_every_defect_on_its_page_has_a_test_and_every_test_an_entry(pages):
    tests = re.findall(
        r"^def (test_\w+)", (ROOT / "tests/library/test_upstream.py").read_text(), re.M
    )
    codes = pages["chapters/library-defects"].select("li code")
    named = [code.get_text() for code in codes if code.get_text().startswith("test_")]
    assert sorted(named) == sorted(tests)


def test_the_book_is_served_and_opened_until_one_has_enough(html):
    code = "import pathlib, serve, sys; sys.exit(serve.main(pathlib.Path(sys.argv[1])))"
    here = os.environ | {
        "PORT": "0",
        "PYTHONPATH": str(ROOT / "book"),
        "BROWSER": "true",
    }
    command = [sys.executable, "-c", code, str(html)]
    told = {"env": os.environ | here, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **told) as run:
        try:
            address = re.search(r"http://\S+", run.stdout.readline())[0]
            with urlopen(f"{address}index.html") as page:
                assert b"chapters/index.html" in page.read()
        finally:
            run.send_signal(signal.SIGINT)
        assert run.wait(10) == 0
