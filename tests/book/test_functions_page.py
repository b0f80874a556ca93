"""The page of the functions: each is there, with how it is called and an example."""

import function_links
import functions_page
import pytest

import reanalysis

PAGE = functions_page.page()


@pytest.mark.parametrize("name", reanalysis.__all__)
def test_every_public_name_has_its_place(name):
    assert f"\n### {name}\n" in PAGE


def test_a_call_shows_names_and_defaults_and_what_is_keyword_only():
    assert "audit(table, *, alpha=0.05, marks=None)" in PAGE


def test_parameters_are_a_list_and_examples_are_code():
    entry = PAGE.split("### audit\n")[1].split("\n### ")[0]
    assert "**Parameters.**\n\n- `table`, Table: From `read_table`" in entry
    assert "```python-console\n>>> frame = pd.DataFrame({" in entry


def test_nothing_of_a_docstring_is_taken_for_markup():
    assert functions_page._prose("a*b <i> `c*d` [e]") == r"a\*b \<i\> `c*d` \[e\]"


# --- links to it ----------------------------------------------------------------------

NAMES = {"grim": "grim", "audit": "id1"}


def code(name):
    return (
        '<code class="docutils literal notranslate">'
        f'<span class="pre">{name}</span></code>'
    )


def linked(html):
    found = function_links.linked(html, "functions.html", NAMES)
    assert function_links.TAG.sub("", found) == function_links.TAG.sub("", html)
    return [part.split('"')[0] for part in found.split('href="functions.html#')[1:]]


def test_prose_links_the_first_mention_of_a_function_and_no_other_word():
    html = f"<p>{code('grim')} {code('grim')} {code('audit()')} {code('count')}</p>"
    assert linked(html) == ["grim", "id1"]


def test_what_leads_somewhere_already_and_a_heading_stay_as_they_are():
    assert linked(f'<a href="x">{code("grim")}</a> {code("grim")}') == []
    assert linked(f'<a href="x"><span class="std">{code("grim")}</span></a>') == []
    assert linked(f"<h2>{code('grim')}</h2>") == []


def cell(*tokens):
    shown = "".join(
        f'<span class="n">{t}</span>' if t.isalpha() else f'<span class="o">{t}</span>'
        for t in tokens
    )
    return f'<div class="highlight"><pre>{shown}</pre></div>'


IMPORT = (
    '<div class="highlight"><pre><span class="kn">from</span> '
    '<span class="nn">reanalysis</span> <span class="kn">import</span> '
    '<span class="n">grim</span><span class="p">,</span> <span class="n">load</span>\n'
    "</pre></div>"
)


def test_each_cell_links_what_the_chapter_takes_from_the_library():
    assert (
        linked(IMPORT + cell("grim", "(") + cell("grim", "=", "grim")) == ["grim"] * 3
    )


def test_a_name_of_the_chapters_own_is_no_function():
    assert linked(cell("grim", "(")) == []
    assert linked(IMPORT + cell("audit", "(")) == ["grim"]


def test_a_method_of_the_same_name_is_no_function():
    assert linked(IMPORT + cell("study", ".", "grim")) == ["grim"]


def test_names_of_functions_lead_to_their_entries_on_the_built_pages(html):
    page = (html / "chapters" / "functions.html").read_text("utf-8")
    found = {}
    for path in (html / "chapters").glob("*.html"):
        text = path.read_text("utf-8")
        parts = text.split('<a class="function" href="')[1:]
        found[path.stem] = {part.split('"')[0] for part in parts}
    assert "functions" not in {name for name, links in found.items() if links}
    assert {"03-table-one", "your-own-table", "other-tables"} <= {
        name for name, links in found.items() if links
    }
    for address in set.union(*found.values()):
        file, _, identifier = address.partition("#")
        assert file == "functions.html"
        assert f'id="{identifier}"' in page, address
