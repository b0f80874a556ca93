"""Every chapter keeps the rules of the house, whatever it tells."""

import re
from statistics import median

import nbformat
import pytest
from conftest import ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))

# Numbers that belong to a convention, not to a computation.
CONVENTIONS = {
    "2-year": "the endpoint's name",
    "95%": "the level of an interval",
    "Table 1": "the study's own table",
    "Pearson 1900": "a citation",
}


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def cells(request):
    return nbformat.read(request.param, as_version=4).cells


def code(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def outputs(cells):
    return [output for cell in code(cells) for output in cell.outputs]


def figures(cells):
    return [
        cell
        for cell in code(cells)
        if any("image/svg+xml" in output.get("data", {}) for output in cell.outputs)
    ]


def prose(cells):
    """The text of a chapter without formulas, code, citations and links' targets."""
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for markup in (
        r"\$\$.*?\$\$",
        r"\$.*?\$",
        r"```.*?```",
        r"\{[a-z:]+\}`.*?`",
        r"`.*?`",
        r"\]\(.*?\)",
    ):
        text = re.sub(markup, " ", text, flags=re.DOTALL)
    for convention in CONVENTIONS:
        text = text.replace(convention, " ")
    return text


def test_cells_ran_once_from_top_to_bottom(cells):
    counts = [cell.execution_count for cell in code(cells)]
    assert counts == list(range(1, len(counts) + 1))


def test_chapters_show_something(cells):
    assert sum(bool(cell.outputs) for cell in code(cells)) >= 3


def test_no_output_is_an_error_or_a_warning(cells):
    assert {output.output_type for output in outputs(cells)} <= {
        "display_data",
        "execute_result",
    }


def test_no_picture_escapes_comparison(cells):
    kinds = {kind for output in outputs(cells) for kind in output.data}
    assert kinds <= {"text/plain", "text/markdown", "image/svg+xml"}


def test_no_function_is_defined(cells):
    for cell in code(cells):
        assert not re.search(
            r"^\s*(async def|def|class)\s|\blambda\b.*\n.*\n", cell.source
        )


def test_cells_are_short_and_few(cells):
    lengths = [len(cell.source.splitlines()) for cell in code(cells)]
    assert max(lengths) <= 15
    assert median(lengths) <= 4
    assert len(code(cells)) <= 25


def test_lines_fit_a_window(cells):
    for cell in cells:
        assert max(map(len, cell.source.splitlines())) <= 100


def test_no_computed_number_is_typed_in_prose(cells):
    assert re.findall(r".{0,30}\d.{0,30}", prose(cells)) == []


def test_every_figure_has_caption_name_and_alternative_text(cells):
    for cell in figures(cells):
        figure = cell.metadata["mystnb"]["figure"]
        alt = cell.metadata["mystnb"]["image"]["alt"]
        assert figure["name"].startswith("fig-")
        assert len(figure["caption"].split()) >= 8
        assert len(alt.split()) >= 20
        assert alt != figure["caption"]
        assert not re.search(r"\d", alt + figure["caption"].replace("95%", ""))


def test_figures_have_names_of_their_own():
    names = [
        cell.metadata["mystnb"]["figure"]["name"]
        for path in CHAPTERS
        for cell in figures(nbformat.read(path, as_version=4).cells)
    ]
    assert len(names) == len(set(names)) > 0


# How a chapter opens and ends, in each language of the book.
FRAMES = {
    "**What the study reports.**": "What holds",
    "**ما تقوله الدراسة.**": "ما يثبت",
}


def test_chapters_open_with_what_is_reported_and_end_with_what_holds(cells):
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    headings = re.findall(r"^##? (.*)", "\n".join(texts), flags=re.MULTILINE)
    if headings[1] == "What holds":  # the index gives the answer first
        return
    (end,) = [end for start, end in FRAMES.items() if start in texts[0]]
    assert headings[-1] == end


def test_nothing_of_the_machine_is_kept(cells):
    for output in outputs(cells):
        assert not re.search(r"/home/|/root/|site-packages|\.venv", str(output))
