"""A compendium that was just made: its own commands pass at once."""

import os
import subprocess
from pathlib import Path

from reanalysis.__main__ import main

SRC = Path(__file__).parents[2] / "src"


def test_a_new_compendium_passes_its_tests_and_makes_its_book(tmp_path):
    folder = tmp_path / "a new study"
    assert main(["new", str(folder)]) == 0
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    for target in ("test", "book"):
        ran = subprocess.run(
            ["make", target],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    pages = folder / "_build" / "html" / "chapters"
    text = (pages / "tests.html").read_text(encoding="utf-8")
    assert "Pearson gives 2 of 3 printed statistics" in text
