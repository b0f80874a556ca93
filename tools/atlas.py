"""The atlas for its page, as a script that sets one constant.

A page that is opened from a file may not fetch data, but it may load a script.
`tools/rerun.py` writes it where it is stale, along with the chapters.
"""

import json
from pathlib import Path

SCRIPT = "assets/static/atlas-data.js"


def script(data: Path) -> str:
    """Give the text of the script for the study in a folder."""
    # imported here: where nothing is stale, nobody should wait for it
    from matplotlib.colors import to_hex

    from reanalysis import load_study, pack_atlas
    from reanalysis.figures import arm_colors

    atlas = pack_atlas(load_study(data))
    colors = arm_colors(arm["name"] for arm in atlas["arms"])
    for arm in atlas["arms"]:
        arm["color"] = to_hex(colors[arm["name"]])
    packed = json.dumps(atlas, separators=(",", ":"))
    return f"/* Written by tools/rerun.py. */\nconst ATLAS = {packed};\n"
