"""Publish what was computed beside the chapters: `results/` becomes `_static/results/`.

Pages link to these files and load the atlas from them. What only the repository needs
stays there.
"""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

ONLY_IN_THE_REPOSITORY = ("manifest.sha256", "answer.svg")


def publish(app: Sphinx, error: Exception | None):
    """Copy the results to where the pages look for them."""
    if error is None and app.builder.format == "html":
        shutil.copytree(
            Path(app.confdir, "results"),
            Path(app.outdir, "_static", "results"),
            ignore=shutil.ignore_patterns(*ONLY_IN_THE_REPOSITORY),
            dirs_exist_ok=True,
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", publish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
