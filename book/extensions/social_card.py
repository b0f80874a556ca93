"""Draw the picture that a shared link shows: the answer, in patients, from the data.

It is drawn only where the book's address is known: no page shows it, and no link to the
book can be shared before.
"""

import os
from pathlib import Path

from sphinx.application import Sphinx

SIZE = (1200, 630)  # pixels, as those who show it ask for
SCALE = 140  # pixels per inch


def draw(data: Path, title: str, into: Path) -> None:
    """Draw the card of the study in `data`."""
    # imported here, so that nobody waits for it where no card is drawn
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from reanalysis import load_study
    from reanalysis.counts import recover_counts
    from reanalysis.endpoints import check_tests
    from reanalysis.figures import arm_colors, draw_people, use_style

    use_style()
    study = load_study(data)
    tests = check_tests(study)
    tests = tests[tests["claimed"].notna()].set_index("endpoint")["holds"]
    words = {True: "significance confirmed", False: "significance not confirmed"}
    people = recover_counts(study.outcomes)
    people["verdict"] = people["endpoint"].map(tests).map(words).fillna("")
    figure = draw_people(people, arm_colors(study.arms["arm"]))
    figure.set_size_inches(*(side / SCALE for side in SIZE))
    figure.suptitle(title, x=0.02, ha="left", fontsize=16, fontweight="bold")
    figure.get_layout_engine().set(w_pad=0.25, h_pad=0.15)  # inches
    FigureCanvasAgg(figure)
    figure.savefig(into, dpi=SCALE)


def write_card(app: Sphinx, error: Exception | None) -> None:
    """Publish the card beside the pages."""
    if error is None and app.builder.format == "html" and os.environ.get("BOOK_URL"):
        into = Path(app.outdir, "_static", "card.png")
        draw(Path(app.srcdir, "data"), app.config.html_title, into)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", write_card)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
