"""A percentage as a sentence states it, set beside what its source states."""

import re
from typing import NamedTuple

from reanalysis.printed import parse_printed


class Stated(NamedTuple):
    """A percentage as a text states it.

    Attributes
    ----------
    low, high : float
        Percentages (0-100) between which it lies.
    kind : str
        ``value``, ``range``, ``at least`` or ``at most``.
    """

    low: float
    high: float
    kind: str


_WORDS_OF_SHARES = {"half": "50", "a quarter": "25", "three quarters": "75"}
_AT_LEAST = ("more than", "over", "above", "at least", "no less than")
_AT_MOST = ("up to", "less than", "below", "at most", "no more than")


def parse_stated(text: str) -> Stated | None:
    """Read a percentage as a text states it.

    Parameters
    ----------
    text : str
        A percentage (``86%``), a range (``85-90%``, ``85 to 90%``), a limit (``up to
        86%``, ``more than 85%``) or ``half``.

    Returns
    -------
    Stated or None
        A single percentage stands for all that are rounded to it. None if the text
        states no percentage in one of these forms.

    Raises
    ------
    TypeError
        If it is not a text.

    Examples
    --------
    >>> parse_stated("85-90%")
    Stated(low=85.0, high=90.0, kind='range')
    >>> parse_stated("up to 86%")
    Stated(low=0.0, high=86.0, kind='at most')
    >>> parse_stated("86%")
    Stated(low=85.5, high=86.5, kind='value')
    """
    if not isinstance(text, str):
        raise TypeError(f"what is stated must be a text, not {text!r}")
    plain = text.replace("\N{EN DASH}", "-").strip().lower()
    plain = _WORDS_OF_SHARES.get(plain, plain)
    number = r"[0-9]{1,3}(?:\.[0-9]{1,20})?"
    if found := re.fullmatch(rf"({number}) ?%? ?(?:-|to) ?({number}) ?%?", plain):
        low, high = map(float, found.groups())
        return Stated(low, high, "range") if low <= high <= 100 else None
    limits = "|".join((*_AT_LEAST, *_AT_MOST))
    found = re.fullmatch(rf"(?:({limits}) )?({number}) ?%?", plain)
    if not found or float(found[2]) > 100:
        return None
    if found[1] in _AT_LEAST:
        return Stated(float(found[2]), 100.0, "at least")
    if found[1] in _AT_MOST:
        return Stated(0.0, float(found[2]), "at most")
    low, high = map(float, parse_printed(found[2]).rounded_from())
    return Stated(low, high, "value")


def compare_stated(said: Stated, source: Stated) -> str:
    """Compare what a text states with what its source states, of the same thing.

    Parameters
    ----------
    said, source : Stated

    Returns
    -------
    str
        ``apart`` if both cannot be true; ``same`` if they are statements of one kind
        and what the text says follows from the source; else ``compatible``. A mean of
        86% does not say that 86% is the highest rate, nor does "more than 85%" say
        "85 to 90%".

    Examples
    --------
    >>> compare_stated(parse_stated("86%"), parse_stated("86.2%"))
    'same'
    >>> compare_stated(parse_stated("up to 86%"), parse_stated("86%"))
    'compatible'
    >>> compare_stated(parse_stated("19-52%"), parse_stated("more than 85%"))
    'apart'
    """
    low, high = max(said.low, source.low), min(said.high, source.high)
    # at a half, two numbers that differ could both be rounded from one
    touching = low == high and said.kind == source.kind == "value"
    if low > high or touching:
        return "apart"
    if said.kind != source.kind:
        return "compatible"
    within = said.low <= source.low and source.high <= said.high
    return "same" if within or said.kind == "value" else "compatible"
