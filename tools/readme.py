"""Put the index's answer, figure and table into README.md: python tools/readme.py"""

import re
import sys

import nbformat
from rerun import ROOT, write_whole

BEGIN, END = "<!-- from the index -->\n", "<!-- end -->\n"
FIGURE = "assets/answer.svg"


def answer() -> tuple[str, str]:
    """Text (answer, figure, table) and picture, from the outputs of the index."""
    index = nbformat.read(ROOT / "chapters" / "index.ipynb", as_version=4)
    shown = [
        (output.data, cell.metadata.get("mystnb", {}))
        for cell in index.cells
        for output in cell.get("outputs", [])
    ]
    texts = [data["text/markdown"] for data, _ in shown if "text/markdown" in data]
    picture, meta = next(pair for pair in shown if "image/svg+xml" in pair[0])
    alt = meta["image"]["alt"]
    text = f"{texts[0]}\n\n![{alt}]({FIGURE})\n\n{texts[1]}\n"
    return text, picture["image/svg+xml"]


def main() -> int:
    text, picture = answer()
    readme = ROOT / "README.md"
    old = readme.read_text(encoding="utf-8")
    new = re.sub(f"(?s){BEGIN}.*?{END}", lambda _: BEGIN + text + END, old)
    for path, content in ((readme, new), (ROOT / FIGURE, picture)):
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            write_whole(path, content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
