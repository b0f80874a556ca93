"""A number as it was printed: its digits, and the values they may stand for."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Longer than any number in a published table; keeps absurd input from costing time.
MOST_CHARACTERS = 24

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Printed:
    """A printed number, kept exactly.

    Attributes
    ----------
    text : str
        The digits as printed; ``"54"`` is not ``"54.0"``.
    value : Fraction
        Their value.
    decimals : int
        How many digits stand after the point.
    """

    text: str
    value: Fraction
    decimals: int

    @property
    def unit(self) -> Fraction:
        """One step of the last printed digit."""
        return Fraction(1, 10**self.decimals)

    @cached_property
    def size(self) -> float:
        """Its value without its sign."""
        return abs(float(self.value))

    @cached_property
    def step(self) -> float:
        """One step of the last printed digit, as a float."""
        return float(self.unit)

    @cached_property
    def slack(self) -> float:
        """By how much a computed value may miss the end of an interval by rounding.

        A small part of a step of the last digit: in a number with many decimals, or in
        a large one, values of other digits must not pass.
        """
        whole = max(1.0, self.size)
        return max(min(1e-9 * whole, self.step / 1000), 4e-16 * whole)

    def rounded_from(self) -> tuple[Fraction, Fraction]:
        """Closed interval of the values that round to this number.

        Both ends belong to it: papers seldom say whether a half goes up or down.

        Examples
        --------
        >>> low, high = parse_printed("54").rounded_from()
        >>> float(low), float(high)
        (53.5, 54.5)
        """
        return self.value - self.unit / 2, self.value + self.unit / 2

    def truncated_from(self) -> tuple[Fraction, Fraction]:
        """Interval of the values that give this number when digits are cut off.

        It runs away from zero and holds its first end only.

        Examples
        --------
        >>> low, high = parse_printed("22.3").truncated_from()
        >>> float(low), float(high)
        (22.3, 22.4)
        """
        if self.text.startswith("-"):
            return self.value - self.unit, self.value
        return self.value, self.value + self.unit


def parse_printed(text: str) -> Printed:
    """Read a printed number without losing its decimals.

    Parameters
    ----------
    text : str
        Digits, with a point before the decimals if there are any.

    Returns
    -------
    Printed

    Raises
    ------
    TypeError
        If `text` is not a string: a float has already lost its printed decimals.
    ValueError
        If it is not such a number; the message says what to mend.

    Examples
    --------
    >>> parse_printed("7.30").decimals
    2
    >>> parse_printed("54%")
    Traceback (most recent call last):
        ...
    ValueError: write the number alone, without the percent sign
    """
    if not isinstance(text, str):
        raise TypeError(
            "give the number as it was printed, as a string: "
            f"{text!r} has lost its printed decimals"
        )
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"write at most {MOST_CHARACTERS} characters")
    if not _NUMBER.fullmatch(text):
        raise ValueError(_what_to_mend(text))
    return Printed(text, Fraction(text), len(text.partition(".")[2]))


def _what_to_mend(text: str) -> str:
    if text == "":
        return "write a number, the cell is empty"
    if text != text.strip():
        return "take away the space before or after the number"
    if "%" in text:
        return "write the number alone, without the percent sign"
    if re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        return "write a point, not a comma, before the decimals"
    if not text.isascii():
        return "write the digits 0-9, and - for a minus sign"
    return "write digits, with a point before any decimals"


def match_printed(text: str, computed: ArrayLike) -> NDArray[np.str_]:
    """Say how computed values agree with a printed number.

    Parameters
    ----------
    text : str
        The number as printed.
    computed : array_like
        Values, any shape.

    Returns
    -------
    ndarray of str
        ``"rounded"`` where the value rounds to the printed number, ``"truncated"``
        where it only does when its further digits are cut off, else ``"no"``.

    Examples
    --------
    >>> match_printed("22.3", [22.26, 22.353, 22.4]).tolist()
    ['rounded', 'truncated', 'no']
    """
    printed = parse_printed(text)
    values, slack = np.asarray(computed, dtype=float), printed.slack
    low, high = map(float, printed.rounded_from())
    rounded = (values >= low - slack) & (values <= high + slack)
    low, high = map(float, printed.truncated_from())
    # the first end needs no slack: what is next to it is rounded
    if printed.text.startswith("-"):
        truncated = (values > low + slack) & (values <= high)
    else:
        truncated = (values >= low) & (values < high - slack)
    return np.where(rounded, "rounded", np.where(truncated, "truncated", "no"))


def printed_interval(text: str) -> tuple[float, float]:
    """Give the values that agree with a printed number in any way.

    Parameters
    ----------
    text : str
        The number as printed.

    Returns
    -------
    tuple of float
        `match_printed` says ``"no"`` of what is below the first or not below the
        second.

    Examples
    --------
    >>> [round(end, 6) for end in printed_interval("22.3")]
    [22.25, 22.4]
    """
    printed = parse_printed(text)
    slack = printed.slack
    low, high = map(float, printed.rounded_from())
    first, last = map(float, printed.truncated_from())
    # the numbers that are cut off lie next to those that are rounded
    if text.startswith("-"):
        return first + slack, high + slack
    return low - slack, last - slack


# --- as journals and spreadsheets print them --------------------------------------

#: Cells that say that nothing was reported.
NOTHING = frozenset(
    [
        *("", "-", "--", "---", ".", "..", "...", "\u2026", "/", "n/a", "na", "n.a."),
        *("n.a", "nr", "n/r", "n.r.", "nd", "n.d.", "none", "nil", "nan", "null"),
        *("not reported", "not applicable", "not available", "not done"),
    ]
)

_SPACES = "\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
_DASHES = "\u2010-\u2015\u2212\ufe63\uff0d"
_SPACE = re.compile(f"[{_SPACES}\\s]+")
_DASH = re.compile(f"[{_DASHES}]")
_POINT = re.compile("(?<=[0-9])[\u00b7\u2027\u2219\u22c5\u30fb](?=[0-9])")
_MARKS = re.compile(
    "(?<![*\u2217\uff0a\u204e\u2020\u2021\u00a7\u00b6#])[*\u2217\uff0a\u204e\u2020\u2021\u00a7\u00b6#]+$"
)
_THOUSANDS = re.compile(r"-?[0-9]{1,3}([, ][0-9]{3})+")
_POWER = re.compile(
    r"(?P<digits>-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)) ?(?:[eE]|[x\u00d7*] ?10 ?\^?) ?"
    r"(?P<power>[-+]?[0-9]{1,3})"
)
_P = re.compile(
    r"(?:p(?: ?-? ?values?)?)? ?(?P<sign><=|>=|=<|=>|[<>=\u2264\u2265\u2a7d\u2a7e:]|) ?"
    r"(?P<number>.*)",
    re.IGNORECASE,
)
_NOT_SIGNIFICANT = re.compile(r"n\.? ?s\.?|not? sig(nificant|\.)?", re.IGNORECASE)


@dataclass(frozen=True)
class PrintedP:
    """A printed p-value: a number, a limit, or the word that it is not significant.

    Attributes
    ----------
    text : str
        As printed.
    sign : str
        ``=``, ``<``, ``>`` or ``NS``.
    number : Printed or None
        The number; None for ``NS``.
    """

    text: str
    sign: str
    number: Printed | None

    def values(self, alpha: float = 0.05) -> tuple[float, float]:
        """Closed interval of the p-values (0-1) that it may stand for.

        Examples
        --------
        >>> read_p("<.001").values(), read_p("NS").values()
        ((0.0, 0.001), (0.05, 1.0))
        """
        if self.number is None:
            return alpha, 1.0
        if self.sign == "<":
            return 0.0, float(self.number.value)
        if self.sign == ">":
            return float(self.number.value), 1.0
        low, high = self.number.rounded_from()
        return max(0.0, float(low)), min(1.0, float(high))


@lru_cache(maxsize=50_000)
def tidy(text: str) -> str:
    """Write a cell's spaces, dashes and decimal points in one way.

    Parameters
    ----------
    text : str
        A cell as printed.

    Returns
    -------
    str
        With single plain spaces, ``-`` for every dash or minus sign, ``.`` for a
        centered point between digits, and nothing for a cell that says nothing.

    Examples
    --------
    >>> tidy(" 7\u00b73 "), tidy("\u22120.5"), tidy("\u2014")
    ('7.3', '-0.5', '')
    """
    text = _POINT.sub(".", _DASH.sub("-", _SPACE.sub(" ", text).strip()))
    return "" if text.lower() in NOTHING else text


def split_marks(text: str) -> tuple[str, str]:
    """Take footnote marks (stars, daggers) off the end of a cell.

    Examples
    --------
    >>> split_marks("7.3**"), split_marks("**")
    (('7.3', '**'), ('', '**'))
    """
    found = _MARKS.search(text)
    if not found:
        return text, ""
    return text[: found.start()].strip(), found.group().replace("\u2217", "*")


@lru_cache(maxsize=50_000)
def read_number(text: str, *, comma: bool = False, whole: bool = False) -> Printed:
    """Read a number as people print it.

    Parameters
    ----------
    text : str
        What `tidy` leaves of a cell that is not empty. It may end in a percent sign,
        begin with the point (``.31``) or be a power of ten (``1.2e-5``).
    comma : bool
        Whether decimals stand after a comma.
    whole : bool
        Whether the number is a whole one, so that commas part its thousands.

    Returns
    -------
    Printed

    Raises
    ------
    ValueError
        As `parse_printed`.

    Examples
    --------
    >>> read_number(".31").text, read_number("1,008", whole=True).text
    ('0.31', '1008')
    >>> read_number("59,9 %", comma=True).text
    '59.9'
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"write at most {MOST_CHARACTERS} characters")
    text = text.removesuffix("%").rstrip().replace("- ", "-")
    if whole and _THOUSANDS.fullmatch(text):
        text = text.replace(",", "").replace(" ", "")
    if comma and text.count(",") == 1:
        text = text.replace(",", ".")
    if power := _POWER.fullmatch(text):
        digits, shift = read_number(power["digits"]), int(power["power"])
        if abs(shift) > MOST_CHARACTERS:
            raise ValueError("write digits, with a point before any decimals")
        decimals = max(0, digits.decimals - shift)
        value = Decimal(digits.text).scaleb(shift)
        return Printed(f"{value:.{decimals}f}", Fraction(value), decimals)
    if text.startswith("+"):
        text = text[1:]
    if text.startswith((".", "-.")):
        text = text.replace(".", "0.", 1)
    return parse_printed(text)


def read_p(text: str, *, comma: bool = False) -> PrintedP:
    """Read a p-value as people print it.

    Parameters
    ----------
    text : str
        What `tidy` leaves of a cell that is not empty.
    comma : bool
        As in `read_number`.

    Returns
    -------
    PrintedP

    Raises
    ------
    ValueError
        As `parse_printed`.

    Examples
    --------
    >>> read_p("P < .001").sign, read_p("P = 0.03").number.text, read_p("n.s.").sign
    ('<', '0.03', 'NS')
    """
    if _NOT_SIGNIFICANT.fullmatch(text):
        return PrintedP(text, "NS", None)
    found = _P.fullmatch(text)
    if found is None:  # there is more than one line
        raise ValueError(_what_to_mend(text))
    sign = found["sign"].replace(":", "=") or "="
    number = read_number(found["number"], comma=comma)
    for given, plain in (("<", "<\u2264\u2a7d"), (">", ">\u2265\u2a7e")):
        if sign[0] in plain or (len(sign) == 2 and given in sign):
            return PrintedP(text, given, number)
    return PrintedP(text, "=", number)
