"""SVG files that are the same on every processor.

Where something stands in a figure comes out of many sums, and their last bit differs
between processors: in a place that lies at the edge of rounding it shows, and in the
names of clip paths and markers, which matplotlib takes from all digits, it always does.
So places are rounded to a thousandth of a point, with edges where no round number lies,
and the names are those of what is left.
"""

import io
import re
from hashlib import sha256
from math import floor
from typing import IO

from matplotlib import cbook
from matplotlib.backends.backend_svg import FigureCanvasSVG

# Lengths and places; not the scale of a letter, a color, or what stands in a comment.
_PLACES = re.compile(
    r' (?:d|x|y|width|height|viewBox|points)="[^"]*"|(?:translate|rotate)\([^)]*\)'
)
_NUMBER = re.compile(r"-?\d+\.\d+|-0(?![.\d])")
_NAME = re.compile(r"\b[a-z][0-9a-f]{10}\b")
_NAMED = re.compile(r'(?<=\bid=")[a-z][0-9a-f]{10}(?=")')
_TAKEN = ("bbox_inches_restore", "metadata")

_STEPS = 1000  # of a point
_EDGE = 0.0173  # of a step: where no sum of halves, thirds and tenths is an edge


def steady_number(text: str) -> str:
    """Round a number so that its last bit shows nowhere.

    Examples
    --------
    >>> steady_number("346.799520"), steady_number("-0.0000001"), steady_number("7.0")
    ('346.8', '0', '7')

    What is half a step from both neighbors is not at an edge:

    >>> steady_number("0.06249999999"), steady_number("0.0625")
    ('0.062', '0.062')
    """
    steps = floor(float(text) * _STEPS + 0.5 - _EDGE)
    return f"{steps / _STEPS:.3f}".rstrip("0").rstrip(".") if steps else "0"


def steady(svg: str) -> str:
    """Round all places of an SVG file of matplotlib, and name its parts anew.

    Parameters
    ----------
    svg : str

    Returns
    -------
    str

    Examples
    --------
    >>> steady('<path id="m0123456789" d="M 0.30000000004 -0"/><use x="2.5000000001"/>')
    '<path id="p1-28dc7fe6" d="M 0.3 0"/><use x="2.5"/>'
    """

    def rounded(found: re.Match) -> str:
        return _NUMBER.sub(lambda number: steady_number(number[0]), found[0])

    text = _PLACES.sub(rounded, svg)
    order = {name: i for i, name in enumerate(dict.fromkeys(_NAMED.findall(text)), 1)}

    def renamed(suffix: str) -> str:
        def name(found: re.Match) -> str:
            return f"p{order[found[0]]}{suffix}" if found[0] in order else found[0]

        return _NAME.sub(name, text)

    # another figure of the same page has other names
    digest = sha256(renamed("").encode()).hexdigest()
    return renamed(f"-{digest[:8]}")


class SteadyCanvas(FigureCanvasSVG):
    """What matplotlib writes SVG files with; `use_style` registers it."""

    def print_svg(self, filename: str | IO, **how: object) -> None:
        """Write the figure to a path or an open file."""
        written = io.StringIO()
        # what other formats take is handed over too
        ours = {name: how[name] for name in _TAKEN if name in how}
        super().print_svg(written, **ours)
        with cbook.open_file_cm(filename, "w", encoding="utf-8") as file:
            text = steady(written.getvalue())
            file.write(text if isinstance(file, io.TextIOBase) else text.encode())
