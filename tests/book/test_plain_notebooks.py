"""What a notebook says in plain words becomes the book's own forms."""

import plain_notebooks
import pytest


@pytest.mark.parametrize(
    ("plain", "role"),
    [
        ("so ([A 2001](references.md#a2001)).", "so {cite:p}`a2001`."),
        (
            "so ([A 2001](references.md#a2001);\n[B](references.md#b)).",
            "so {cite:p}`a2001,b`.",
        ),
        ("[The figure](#fig-x) and [the\nfigure](#fig-y)", "{numref}`fig-x` and "),
        ("[another page](05-effects.ipynb)", "[another page](05-effects.ipynb)"),
        ("[the list](references.md)", "[the list](references.md)"),
    ],
)
def test_citations_and_names_of_figures_become_roles(plain, role):
    assert plain_notebooks.as_roles(plain).startswith(role)


def test_a_cell_below_a_figure_becomes_its_caption():
    figure = {"cell_type": "code", "source": ["draw()"], "outputs": []}
    figure["metadata"] = {"mystnb": {"figure": {"name": "fig-x"}}}
    caption = {"cell_type": "markdown", "metadata": {"tags": ["caption"]}}
    caption["source"] = ["**Figure.** Rates ", "([A](references.md#a))."]
    shown = {"data": {"text/markdown": ["see [the figure](#fig-x)"]}}
    after = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": [shown]}
    notebook = {"cells": [figure, caption, after]}
    plain_notebooks.transform(notebook)
    assert len(notebook["cells"]) == 2
    assert figure["metadata"]["mystnb"]["figure"] == {
        "name": "fig-x",
        "caption": "Rates {cite:p}`a`.",
    }
    assert shown["data"]["text/markdown"] == "see {numref}`fig-x`"


def test_a_cell_above_a_table_becomes_its_caption():
    caption = {"cell_type": "markdown", "metadata": {"tags": ["caption"]}}
    caption["source"] = "**Table.** Rates\nof [the figure](#fig-x)."
    table = {"cell_type": "code", "source": ["frame"], "outputs": []}
    table["metadata"] = {"mystnb": {"figure": {"name": "tab-x"}}}
    notebook = {"cells": [caption, table]}
    plain_notebooks.transform(notebook)
    assert notebook["cells"] == [table]
    assert table["metadata"]["mystnb"]["figure"] == {
        "name": "tab-x",
        "caption": "Rates\nof {numref}`fig-x`.",
    }
