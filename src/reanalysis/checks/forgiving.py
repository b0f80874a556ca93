"""What people put into a cell beside its number, and cells with two numbers.

Where the sense is sure, the number is taken out; where it is not, a sentence says how
to write it.
"""

import re

from reanalysis.printed import split_marks

_NUMBER = r"[-+]?(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)"
_SUPERSCRIPTS = "\u1d43\u1d47\u1d9c\u1d48\u1d49\u1da0\u1d4d\u02b0\u00b9\u00b2\u00b3"
_LETTER = re.compile(
    rf"(?P<number>.*[0-9] ?%?) ?(?P<mark>[{_SUPERSCRIPTS}]+|[a-h]|\([a-h]\))"
)
_LIMIT = re.compile(rf"[<>\u2264\u2265] ?{_NUMBER} ?%?")
_NAMED = re.compile(
    r"(?P<name>[A-Za-z\u03c7\u03a7][A-Za-z\u03c7\u03a7 -]{0,18}[2\u00b2]?) ?"
    r"(?:\((?P<dof>[0-9., ]+)\))? ?[=:] ?(?P<number>[-+<>.0-9].*)"
)
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+\.[0-9]+")
_PLUS_MINUS = re.compile(rf"({_NUMBER}) ?(?:\u00b1|\+ ?/ ?-|\+-) ?({_NUMBER})")
_PART = re.compile(rf"({_NUMBER}) ?/ ?({_NUMBER})( ?[(\[].*)?")
_RANGE = re.compile(
    rf"({_NUMBER}) ?[(\[;,] ?{_NUMBER}%? ?(?:-|to|,|;|\u2013) ?{_NUMBER}%? ?[)\]]?"
)
_BRACKETS = re.compile(rf"({_NUMBER}) ?(%?) ?[(\[] ?({_NUMBER}) ?(%?) ?[)\]]")


def without_mark(text: str) -> tuple[str, str]:
    """Take a footnote mark off the end of a number: a sign, or a letter.

    Examples
    --------
    >>> without_mark("59.5*"), without_mark("25a"), without_mark("12 (b)")
    (('59.5', '*'), ('25', 'a'), ('12', 'b'))
    >>> without_mark("59.5")
    ('59.5', '')
    """
    number, mark = split_marks(text)
    if not mark and (found := _LETTER.fullmatch(text)):
        number, mark = found["number"].strip(), found["mark"].strip("()")
    return number, mark


def is_limit(text: str) -> bool:
    """Whether a cell prints a limit and no number.

    Examples
    --------
    >>> is_limit("<1%"), is_limit("1")
    (True, False)
    """
    return bool(_LIMIT.fullmatch(text))


def without_name(text: str) -> tuple[str, str, str]:
    """Part a statistic from its name and its degrees of freedom.

    Returns
    -------
    tuple of str
        Name, degrees of freedom and number; the first two may be empty.

    Examples
    --------
    >>> without_name("t(82) = 2.20"), without_name("4.31")
    (('t', '82', '2.20'), ('', '', '4.31'))
    """
    found = _NAMED.fullmatch(text)
    if not found:
        return "", "", text
    return found["name"].strip(), found["dof"] or "", found["number"].strip()


def without_thousands(text: str) -> str:
    """Take the commas out of a number that has a decimal point, too.

    Examples
    --------
    >>> without_thousands("1,234.5"), without_thousands("1,234")
    ('1234.5', '1,234')
    """
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def two_numbers(text: str, column: str) -> str:
    """Say how to write a cell that has two numbers; empty if it has not.

    Examples
    --------
    >>> two_numbers("34.2 +/- 8.1", "mean")
    'two numbers in one cell: write 34.2 in the column mean and 8.1 in sd, or in se'
    >>> two_numbers("45 (75.0%)", "count")
    'two numbers in one cell: write 45 in the column count and 75.0 in percent'
    """
    said = "two numbers in one cell: write {} in the column {} and {} in {}".format
    if found := _PLUS_MINUS.fullmatch(text):
        return said(found[1], "mean", found[2], "sd, or in se")
    if found := _RANGE.fullmatch(text):
        return (
            f"several numbers in one cell: write {found[1]} alone; a range may stand "
            "in a column of its own, which is kept"
        )
    if found := _BRACKETS.fullmatch(text):
        first, second = found[1], found[3]
        if found[2]:
            return said(second, "count", first, "percent")
        if found[4] or column in ("count", "percent"):
            return said(first, "count", second, "percent")
        return said(first, "mean", second, "sd, or in se")
    if found := _PART.fullmatch(text):
        return said(found[1], "count", found[2], "n")
    return ""
