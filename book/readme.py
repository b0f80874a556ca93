"""Put the index's answer, figure and table into README.md: python book/readme.py"""

import json
import re
import sys
from pathlib import Path

import what_if
from plain import plainly
from rerun import MANIFEST
from stale import ROOT, Record, write_all

BEGIN, END = "<!-- from the index -->\n", "<!-- end -->\n"
FIGURE = "results/answer.svg"
INDEX = "chapters/index.ipynb"


def answer() -> tuple[str, str]:
    """Text (answer, figure, table) and picture, from the outputs of the index."""
    index = json.loads((ROOT / INDEX).read_text(encoding="utf-8"))
    shown = [
        ({kind: "".join(lines) for kind, lines in output["data"].items()}, cell)
        for cell in index["cells"]
        for output in cell.get("outputs", [])
    ]
    texts = [data["text/markdown"] for data, _ in shown if "text/markdown" in data]
    picture, cell = next(pair for pair in shown if "image/svg+xml" in pair[0])
    alt = cell["metadata"]["mystnb"]["image"]["alt"]
    # a link of a chapter starts in the folder of the chapters
    said = re.sub(r"\]\(([\w-]+\.ipynb)", rf"]({Path(INDEX).parent}/\1", texts[0])
    text = f"{said}\n\n![{alt}]({FIGURE})\n\n{texts[1]}\n"
    return text, picture["image/svg+xml"]


def main() -> int:
    if INDEX in what_if.found([INDEX], Record.read(MANIFEST)):
        print(f"README.md is left as it is: {INDEX} is a what-if.")
        return 0
    text, picture = answer()
    readme = ROOT / "README.md"
    old = readme.read_text(encoding="utf-8")
    new = re.sub(f"(?s){BEGIN}.*?{END}", lambda _: BEGIN + text + END, old)
    texts = {readme: new, ROOT / FIGURE: picture}
    write_all(
        {
            path: text
            for path, text in texts.items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        }
    )
    return 0


if __name__ == "__main__":
    sys.exit(plainly(main))
