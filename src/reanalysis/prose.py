"""Numbers, lists and tables as text for a chapter; nothing is computed here."""

import re
from collections.abc import Collection, Iterable
from math import isfinite

import pandas as pd

MINUS = "\N{MINUS SIGN}"

#: What stands to the right in a table: 20, < 0.0001, **0.033**, +7.5, 54%, 7.3*
_NUMBER = re.compile(r"\*{,2}((\\?[<>]|&[lg]t;) )?[+\u2212-]?\d[\d,]*(\.\d+)?%?\*{,2}")

_WORDS = [
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
]


def number(count: int) -> str:
    """Write a small count as a word.

    Examples
    --------
    >>> number(3), number(60)
    ('three', '60')
    """
    return _WORDS[count] if 0 <= count < len(_WORDS) else f"{count:,}"


def listed(items: Iterable[object]) -> str:
    """Write items as a list in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed([])
    ('a, b and c', 'none')
    """
    *most, last = [str(item) for item in items] or ["none"]
    return f"{', '.join(most)} and {last}" if most else last


def within(name: str) -> str:
    """Write a name as it stands within a sentence: small, unless it is an acronym.

    Examples
    --------
    >>> within("Plum tea"), within("HPV-T"), within("DNA negative")
    ('plum tea', 'HPV-T', 'DNA negative')
    """
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def counted(count: int, noun: str, plural: str = "") -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> counted(1, "star"), counted(3, "star"), counted(0, "star")
    ('one star', 'three stars', 'no stars')
    >>> counted(2, "child", "children")
    'two children'
    """
    word = noun if count == 1 else plural or f"{noun}s"
    return f"{number(count) if count else 'no'} {word}"


def some_of(items: Iterable[object], total: int) -> str:
    """Say how many of a total, and which.

    Examples
    --------
    >>> some_of(["b"], 3), some_of([], 3), some_of("ab", 2)
    ('one of three (b)', 'none of three', 'both (a and b)')
    """
    named = list(items)
    if len(named) > total:
        raise ValueError(f"{len(named)} items are more than {total}")
    if not named:
        return f"none of {number(total)}"
    if len(named) < total:
        share = f"{number(len(named))} of {number(total)}"
    else:
        words = {1: "the only one", 2: "both"}
        share = words.get(total, f"all {number(total)}")
    return f"{share} ({listed(named)})"


def pvalue(p: float) -> str:
    """Write a p-value: three decimals, four below 0.01.

    Examples
    --------
    >>> pvalue(0.1157), pvalue(0.00576), pvalue(0.000012)
    ('0.116', '0.0058', '< 0.0001')
    """
    _check_probability(p)
    if p < 0.0001:
        return "< 0.0001"
    return f"{p:.4f}" if p < 0.01 else f"{p:.3f}"


def percent(probability: float) -> str:
    """Write a probability as a whole percentage, all or none only if it is that.

    Examples
    --------
    >>> percent(0.792), percent(0.997), percent(1)
    ('79%', '> 99%', '100%')
    """
    _check_probability(probability)
    if 0 < probability <= 0.005:  # a half would be rounded to none, as to the even
        return "< 1%"
    if 0.995 <= probability < 1:
        return "> 99%"
    return f"{100 * probability:.0f}%"


def _check_probability(value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"a probability is from 0 to 1, not {value}")


def signed(value: float, decimals: int = 0) -> str:
    """Write a difference with its sign, and none for zero.

    Examples
    --------
    >>> signed(10), signed(-7.46, 1), signed(-0.3)
    ('+10', '\u22127.5', '0')
    """
    if not isfinite(value):
        raise ValueError(f"a difference must be a number, not {value}")
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def table(frame: pd.DataFrame, ready: Collection[str] = ()) -> str:
    r"""Write a frame of ready text and whole numbers as a Markdown table.

    A column of numbers stands to the right. What would be read as Markdown or HTML is
    escaped, so that a cell of a data file cannot become part of the page; not so in
    the columns `ready`, which are Markdown already.

    Examples
    --------
    >>> print(table(pd.DataFrame({"arm": ["A", "B*"], "n": [20, 5], "p": ["0.1", ""]})))
    | arm | n | p |
    |:--|--:|--:|
    | A | 20 | 0.1 |
    | B\* | 5 |  |
    """
    rule = "|".join("--:" if _numbers(frame[name]) else ":--" for name in frame)
    shown = frame.astype(object)
    for name in shown.columns:
        shown[name] = shown[name].map(str if name in ready else _escape)
    rows = [map(_escape, frame.columns), *shown.itertuples(index=False, name=None)]
    head, *body = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([head, f"|{rule}|", *body])


def bullets(items: Iterable[str]) -> str:
    r"""Write items as a Markdown list, escaped as in `table`.

    Examples
    --------
    >>> print(bullets(["a", "b*"]))
    - a
    - b\*
    """
    return "\n".join(f"- {_escape(item)}" for item in items)


def _numbers(column: pd.Series) -> bool:
    texts = [text for text in column.astype(str) if text]
    return bool(texts) and all(map(_NUMBER.fullmatch, texts))


def _escape(cell: object) -> str:
    text = " ".join(str(cell).splitlines())  # a new line would end the row
    for character in "\\`*_{}[]<>|$#~":
        text = text.replace(character, f"\\{character}")
    return text.replace("&", "&amp;")
