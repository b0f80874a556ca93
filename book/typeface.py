"""Cut the book's typeface out of the whole one: python book/typeface.py FOLDER

FOLDER holds the whole faces, as two packages of fonts bring them:

    pip download --no-deps --dest FOLDER \
        fontpkg-ibm-plex-sans==3.201 fontpkg-ibm-plex-sans-arabic==1.101

A page gets what pages print, as WOFF2 within a style: what is shown waits for a style,
so that nothing moves, and a page that is opened as a file may read no other. Letters of
every weight are in one, Arabic ones in another, for pages in Arabic. Figures get more
letters, since another study has names of its own, as two TrueType files, which
matplotlib reads. All Latin digits of IBM Plex have one width, so columns of numbers
stand straight; Arabic ones it has in no such form. Its license keeps the name "Plex"
for the whole, so what is cut out has another. Needs fonttools and brotli.
"""

import io
import sys
import zipfile
from base64 import b64encode
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from stale import ROOT

PAGES = ROOT / "book" / "static" / "typeface"
FIGURES = ROOT / "src" / "reanalysis" / "figures" / "typeface"

#: What the parts are called, in pages and in figures.
LATIN, ARABIC = "Reanalysis Sans", "Reanalysis Arabic"

#: What pages print in Latin letters: ASCII, then what names and numbers need besides,
#: the dashes, quotation marks and dots, a minus and what compares.
ON_PAGES = "".join(map(chr, range(0x20, 0x7F))) + (
    "\xa0\xa3\xa7\xa9\xab\xb0\xb1\xb2\xb7\xbb\xbd\xd7"
    "\xdf\xe0\xe1\xe4\xe5\xe6\xe7\xe8\xe9\xea\xed\xf1\xf3\xf6\xf8\xfa\xfc\u0107"
    "\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2212\u2248\u2260\u2264\u2265"
)

#: What pages print in Arabic letters: those of the language, its digits and signs.
IN_ARABIC = "\xab\xbb\u060c\u061b\u061f" + "".join(
    chr(code)
    for start, end in [(0x621, 0x63A), (0x641, 0x652), (0x660, 0x66C)]
    for code in range(start, end + 1)
)

#: What figures print: letters of European languages and Greek ones, small digits,
#: arrows, signs of formulas.
_RANGES = [(0xA0, 0x17F), (0x391, 0x3C9), (0x2070, 0x2089), (0x2190, 0x2195)]
IN_FIGURES = (
    ON_PAGES
    + "\u2022\u2032\u221a\u221e\u2211"
    + "".join(chr(code) for start, end in _RANGES for code in range(start, end + 1))
)

_LATIN_KEPT = ("kern",)
_ARABIC_KEPT = ("init", "medi", "fina", "isol", "rlig", "ccmp", "mark", "mkmk", "kern")
_NAMES = {1: "{0}", 2: "{1}", 3: "{0} {1}", 4: "{0} {1}", 6: "{2}-{1}"}


def whole(folder: Path, name: str) -> TTFont:
    """Read a face out of the package that brings it."""
    for package in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(package) as files:
            for path in files.namelist():
                if Path(path).name == name:
                    return TTFont(io.BytesIO(files.read(path)), recalcTimestamp=False)
    raise FileNotFoundError(f"no package in {folder} brings {name}")


def cut(font: TTFont, letters: str, kept: tuple[str, ...], name: str, style: str):
    """Leave in a face these letters, and call it by another name."""
    options = Options(
        hinting=False,
        layout_features=list(kept),
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        drop_tables=[*Options().drop_tables, "meta", "STAT"],
    )
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in _NAMES:
            record.string = _NAMES[record.nameID].format(
                name, style, name.replace(" ", "")
            )
    font["head"].macStyle = int(style == "Bold")
    return font


def as_style(font: TTFont, weight: str) -> str:
    """Write a face as the rule of a style that brings it."""
    font.flavor, written = "woff2", io.BytesIO()
    font.save(written)
    name = font["name"].getDebugName(1)
    return (
        f'@font-face {{ font-family: "{name}"; font-weight: {weight}; src: '
        f'url("data:font/woff2;base64,{b64encode(written.getvalue()).decode()}"); }}\n'
    )


def main() -> None:
    """Write all files."""
    folder = Path(sys.argv[1])
    latin = "IBMPlexSans[wdth,wght].ttf"

    def instance(weight: int | tuple[int, int]) -> TTFont:
        axes = {"wdth": 100, "wght": weight}
        written = io.BytesIO()
        instantiateVariableFont(whole(folder, latin), axes).save(written)
        return TTFont(written, recalcTimestamp=False)

    page = cut(instance((400, 700)), ON_PAGES, _LATIN_KEPT, LATIN, "Regular")
    arabic = ""
    for style, weight in {"Regular": 400, "Bold": 700}.items():
        cut(instance(weight), IN_FIGURES, (), LATIN, style).save(
            FIGURES / f"{style}.ttf"
        )
        face = whole(folder, f"IBMPlexSansArabic-{style}.ttf")
        face = cut(face, IN_ARABIC, _ARABIC_KEPT, ARABIC, style)
        arabic += as_style(face, str(weight))
    for name, text in {"latin": as_style(page, "400 700"), "arabic": arabic}.items():
        (PAGES / f"{name}.css").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
