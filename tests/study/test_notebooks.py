"""Every chapter keeps the rules of the house, whatever it tells."""

import ast
import re
from copy import deepcopy
from pathlib import Path
from statistics import median

import nbformat
import plain_notebooks
import pytest
import targets
from nbval.plugin import IPyNbCell, IPyNbFile

ROOT = Path(__file__).parents[2]

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))

# Numbers that belong to a convention, not to a computation.
CONVENTIONS = {
    "2-year": "the endpoint's name",
    "95%": "the level of an interval",
    "Table 1": "the study's own table",
    "CD19": "the name of a mark",
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
        r"\[[^\[\]]*\]\(references\.md#\w+\)",
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
    assert kinds <= {"text/plain", "text/markdown", "text/csv", "image/svg+xml"}


def test_no_function_is_defined(cells):
    for cell in code(cells):
        assert not re.search(
            r"^\s*(async def|def|class)\s|\blambda\b.*\n.*\n", cell.source
        )


def test_cells_are_short_and_few(cells):
    lines = [cell.source.splitlines() for cell in code(cells)]
    lengths = [sum(line != "" for line in cell) for cell in lines]
    assert max(lengths) <= 15
    computing = [
        length
        for cell, length in zip(code(cells), lengths, strict=True)
        if not cell.source.startswith("Markdown(")
    ]
    assert median(computing) <= 4
    assert len(computing) <= 35


def test_a_hint_stays_code_when_both_its_lines_are_uncommented(cells):
    # Ctrl+/ takes one sign of a comment from each line that was chosen
    for cell in cells:
        assert "\n# to try" not in cell.source
        if "\n## to try" in cell.source:
            ast.parse(re.sub(r"(?m)^# ?", "", cell.source))


def test_lines_fit_a_window(cells):
    for cell in cells:
        assert max(map(len, cell.source.splitlines())) <= 100


def test_no_computed_number_is_typed_in_prose(cells):
    assert re.findall(r".{0,30}\d.{0,30}", prose(cells)) == []


def captioned(cells):
    return [cell for cell in cells if "caption" in cell.metadata.get("tags", [])]


def test_a_table_has_its_caption_in_a_cell_above_it(cells):
    followed = dict(zip(map(id, cells), cells[1:], strict=False))
    above = [cell for cell in captioned(cells) if "**Figure.** " not in cell.source]
    named = [cell.metadata.get("mystnb", {}).get("figure", {}) for cell in code(cells)]
    tables = [figure for figure in named if figure.get("name", "").startswith("tab-")]
    below = [followed[id(cell)].metadata["mystnb"]["figure"] for cell in above]
    assert below == tables
    assert all(set(figure) == {"name"} for figure in tables)
    for caption in above:
        assert plain_notebooks.ABOVE.match(caption.source)
        assert len(caption.source.split()) > 3


def test_every_figure_has_caption_name_and_alternative_text(cells):
    followed = dict(zip(map(id, cells), cells[1:], strict=False))
    captions = [cell for cell in captioned(cells) if "**Figure.** " in cell.source]
    assert len(captions) == len(figures(cells))
    for cell in figures(cells):
        below = followed[id(cell)]
        assert below in captions
        caption = below.source.removeprefix("**Figure.** ")
        assert caption != below.source
        figure = cell.metadata["mystnb"]["figure"]
        assert set(figure) == {"name"}
        assert figure["name"].startswith("fig-")
        alt = cell.metadata["mystnb"]["image"]["alt"]
        assert len(caption.split()) >= 8
        assert len(alt.split()) >= 20
        assert alt != caption
        assert not re.search(r"\d", alt + caption.replace("95%", ""))


def test_a_notebook_is_read_without_a_book(cells):
    """No role shows raw in JupyterLab or on GitHub, and no link leads nowhere."""
    texts = [cell.source for cell in cells]
    texts += [output.data.get("text/markdown", "") for output in outputs(cells)]
    works = (ROOT / "chapters" / "references.bib").read_text(encoding="utf-8")
    known = set(re.findall(r"@\w+\{(\w+),", works))
    called = [cell.metadata.get("mystnb", {}).get("figure", {}) for cell in cells]
    names = {figure["name"] for figure in called if figure}
    for text in texts:
        assert not re.search(r"\{[a-z:]+\}+`", text)
        assert set(re.findall(r"references\.md#(\w+)", text)) <= known
        assert set(re.findall(r"\(#((?:fig|tab)-[\w-]+)\)", text)) <= names


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


def test_the_page_in_plain_words_is_plain():
    cells = nbformat.read(ROOT / "chapters" / "plain-words.ipynb", as_version=4).cells
    shown = [output.data.get("text/markdown", "") for output in outputs(cells)]
    text = prose(cells) + "\n" + "\n".join(re.sub(r"(?m)^\|.*$", "", s) for s in shown)
    lengths = [len(sentence.split()) for sentence in re.split(r"[.?:]\s", text)]
    lengths = [length for length in lengths if length > 1]
    assert len(lengths) > 40
    assert sum(lengths) / len(lengths) <= 12
    assert max(lengths) <= 30
    hard = "p-value|chi-square|interval|significan|MRD|endpoint|percent|statistic"
    assert re.findall(hard, text.replace("percentages back", "")) == []


def test_nothing_of_the_machine_is_kept(cells):
    for output in outputs(cells):
        assert not re.search(r"/home/|/root/|site-packages|\.venv", str(output))


# --- nbval sees every change ------------------------------------------------------


@pytest.fixture(scope="module")
def same(request):
    """The comparison of nbval, as `make test` calls it."""
    file = IPyNbFile.from_parent(request.session, path=CHAPTERS[0])
    file.sanitize_patterns = {}
    cell = IPyNbCell.from_parent(
        file, name="cell", cell_num=0, cell=nbformat.v4.new_code_cell(), options=set()
    )
    return cell.compare_outputs


def spoiled(outputs):
    """Give the outputs with one of them changed, lost or doubled, in every way."""
    for i, output in enumerate(outputs):
        for kind, text in output.data.items():
            for at in {0, len(text) // 2, len(text) - 1}:
                other = "x" if text[at] != "x" else "y"
                changed = deepcopy(outputs)
                changed[i].data[kind] = f"{text[:at]}{other}{text[at + 1 :]}"
                yield changed
        yield [*outputs[:i], *outputs[i + 1 :]]
        yield [*outputs[: i + 1], *outputs[i:]]


def test_nbval_sees_any_change_of_an_output(cells, same):
    for cell in code(cells):
        assert same(cell.outputs, cell.outputs)
        for changed in spoiled(cell.outputs):
            assert not same(changed, cell.outputs), cell.source
            assert not same(cell.outputs, changed), cell.source


def test_no_cell_asks_to_be_passed_over(cells):
    for cell in code(cells):
        assert not re.search("nbval", cell.source, flags=re.IGNORECASE)
        tags = set(cell.metadata.get("tags", []))
        assert tags <= {"hide-input", "remove-input", "hide-output"}


def test_no_pattern_is_taken_out_before_comparison():
    assert {"--nbval", "--nbval-current-env"} <= set(targets.PYTEST)
    assert not any("sanitize" in option for option in targets.PYTEST)


def test_in_jupyter_what_only_writes_text_shows_the_text_alone(cells):
    writes = [cell for cell in code(cells) if cell.source.startswith("Markdown(")]
    hidden = [cell for cell in code(cells) if cell.metadata.get("jupyter")]
    assert hidden == writes
    assert all(cell.metadata["jupyter"] == {"source_hidden": True} for cell in hidden)


# Chapters in which what computes and what writes stand apart: all that tell the study.
PARTED = [path.stem for path in CHAPTERS if re.match(r"\d|index|plain", path.stem)]


@pytest.mark.parametrize("chapter", PARTED)
def test_a_cell_that_writes_computes_nothing(chapter):
    path = ROOT / "chapters" / f"{chapter}.ipynb"
    for cell in code(nbformat.read(path, as_version=4).cells):
        if "Markdown(" in cell.source:
            assert cell.source.startswith(("Markdown(", "from ", "import "))
