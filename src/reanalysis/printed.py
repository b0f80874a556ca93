"""A number as it was printed: its digits, and the values they may stand for."""

import re
from dataclasses import dataclass
from fractions import Fraction

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
    values = np.asarray(computed, dtype=float)
    # A value at the very end of an interval must not be lost to floating point.
    slack = 1e-9 * max(1.0, abs(float(printed.value)))
    low, high = map(float, printed.rounded_from())
    rounded = (values >= low - slack) & (values <= high + slack)
    low, high = map(float, printed.truncated_from())
    # the first end needs no slack: what is next to it is rounded
    if printed.text.startswith("-"):
        truncated = (values > low + slack) & (values <= high)
    else:
        truncated = (values >= low) & (values < high - slack)
    return np.where(rounded, "rounded", np.where(truncated, "truncated", "no"))
