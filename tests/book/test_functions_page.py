"""The page of the functions: each is there, with how it is called and an example."""

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
