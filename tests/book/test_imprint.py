"""Who made it, which version it is, how to cite it, and whom to tell of an error."""

import json
import re
import tomllib
from datetime import date

import browser
import imprint
import pytest
import terms
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT

CITED = imprint.citation(ROOT)
ADDRESS = "https://owner.github.io/book"


def test_the_citation_file_has_what_its_format_requires():
    # https://github.com/citation-file-format: the schema of 1.2.0
    assert {"cff-version", "message", "title", "authors"} <= set(CITED)
    assert CITED["cff-version"] == "1.2.0"
    assert CITED["type"] in ("software", "dataset")
    assert isinstance(CITED["date-released"], date)
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(CITED["version"]))
    for author in CITED["authors"]:
        assert author.get("name") or {"family-names", "given-names"} <= set(author)
    for work in CITED["references"]:
        assert {"type", "title", "authors"} <= set(work)
    orcids = re.findall(r"orcid: *\"?(\S+?)\"?\n", (ROOT / "CITATION.cff").read_text())
    assert orcids
    for orcid in orcids:
        assert re.fullmatch(r"https://orcid\.org/(\d{4}-){3}\d{3}[\dX]", orcid)


def test_the_version_is_one():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    if "version" in project:
        assert project["version"] == str(CITED["version"])
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {CITED['version']}" in changes
    licenses = {project["license"], CITED["license"]}
    record = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert {record["license"], *licenses} == {"GPL-3.0-only"}
    assert record["title"] == CITED["title"]
    assert [one["name"] for one in record["creators"]] == imprint.authors(CITED)


def test_every_file_that_a_check_has_to_find_is_there():
    listed = yaml.safe_load((ROOT / "codecheck.yml").read_text(encoding="utf-8"))
    assert listed["version"].startswith("https://codecheck.org.uk/spec/config/")
    for entry in listed["manifest"]:
        assert (ROOT / entry["file"]).exists(), entry
        assert len(entry["comment"].split()) > 3


@pytest.mark.parametrize("address", ["", ADDRESS])
def test_every_form_of_the_reference_names_authors_title_year_and_version(address):
    for write in imprint.FORMS.values():
        text = write(CITED, address)
        for part in (CITED["title"], CITED["version"], *imprint.authors(CITED)):
            assert str(part) in text
        assert str(CITED["date-released"].year) in text
        assert (ADDRESS in text) == bool(address)
    lines = imprint.as_ris(CITED, address).split("\r\n")
    assert lines[0] == "TY  - COMP"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])


@pytest.fixture(scope="module")
def signed(html):
    """What stands at the foot of each page, by the name of the page."""
    found = {}
    for name in browser.page_names():
        text = (html / f"{name}.html").read_text("utf-8")
        found[name] = BeautifulSoup(text, "html.parser")
    return found


def test_every_page_says_its_version_and_whom_to_tell_of_an_error(signed, form):
    for name, page in signed.items():
        (foot,) = page.select("footer .imprint")
        assert str(CITED["version"]) in foot.get_text()
        day = "2026-01-02" if form == "published" else str(CITED["date-released"])
        assert day in foot.get_text()
        addresses = [link["href"] for link in foot.select("a")]
        if form == "published":
            assert "0123456" in foot.get_text()
            assert addresses[-1].startswith("https://github.com/owner/book/issues/new?")
            assert name.split("/")[-1] in addresses[-1]
        else:
            assert addresses[-1].endswith("#to-report-an-error")


def test_the_whole_book_is_offered_where_it_is_published(signed, form):
    for page in signed.values():
        links = [link["href"] for link in page.select(".dropdown-menu a[href]")]
        offered = [link for link in links if link.endswith("/book.pdf")]
        assert len(offered) == (form == "published")


def test_a_term_is_explained_where_a_page_first_uses_it(signed):
    listed = {
        term["id"] for term in signed["chapters/glossary"].select("dl.glossary dt[id]")
    }
    assert len(listed) > 25
    used = set()
    for page in signed.values():
        marked = page.select("article a.term")
        ids = [link["href"].split("#")[1] for link in marked]
        meanings = [link["data-cited"] for link in marked]
        assert len(set(meanings)) == len(meanings)
        assert not any(link.find_parent(["h1", "h2", "a", "code"]) for link in marked)
        used |= set(ids)
    assert used <= listed
    assert len(used) > 20
    assert not signed["chapters/plain-words"].select("a.term")


def test_a_term_is_found_whole_and_as_a_plural():
    known = terms.pattern(["arm", "p-value", "CR", "95% interval"])
    text = "Arms harm a p-value, CRS and CR; the 95% interval of p-values."
    found = ["".join(match) for match in known.findall(text)]
    assert found == ["Arms", "p-value", "CR", "95% interval", "p-values"]


def test_every_chapter_says_how_long_it_takes_to_read(signed):
    for name, page in signed.items():
        said = page.select(".reading-time")
        is_chapter = (ROOT / f"{name}.ipynb").exists()
        assert len(said) == is_chapter, name
        assert not is_chapter or said[0].get_text(strip=True)
