"""What one cell of a published table can say: its form, before its sense is known.

``12 (33.3)`` has a form (two numbers, the second in brackets); whether it is a count
with its percentage or a mean with its standard deviation is decided elsewhere, from
the whole row.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_MINUS = str.maketrans(
    {
        "−": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-",
        "＜": "<", "﹤": "<", "＞": ">", "＝": "=", "∼": "~",
        "∙": "·", "⋅": "·", "•": "·", "‧": "·", "・": "·", "∶": ":", "：": ":",
        "（": "(", "）": ")", "％": "%", "٪": "%",
    }
)  # fmt: skip
_POINT = re.compile(r"(?<=\d)\s?·\s?(?=\d)|(?<![\d\w])·(?=\d)")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?:,\d{3})+)(?![\d,])")
_SPACED = re.compile(r"(?<![\d.,])(\d{1,3})((?: \d{3})+)(?![\d,. ])")
_COMMA = re.compile(r"(?<=\d),(?=\d)|(?<![\w,]),(?=\d)")
_PLUS_MINUS = re.compile(r"\+\s?/\s?[-–]|±|\+/-|\\pm|＋/－")
_FIRST_PLUS = re.compile(r"^\+\s?(?=[\d.])")
_SHORT_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))(?!\d+,)")
_FIRST_MINUS = re.compile(r"(?:(?<=^)|(?<=[\s(±\[]))[–—-]\s?(?=[\d.])")
_SPLIT_POINT = re.compile(r"(?<=\d)\. (?=\d)")

NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)"
_MARK = (
    r"\s?(?:[a-hªº]|[*†‡§¶#‖+^|$]{1,3}(?:,?\s?[*†‡§¶#‖]{1,3})*"
    r"|[a-h][,)]?\s?[a-h]?)?"
)
_P_SIGN = r"[<>=≤≥⩽⩾]"

_OPEN, _CLOSE = r"\s?[(\[]\s?", r"\s?[)\]]"
_OF = r"\s?(?:/|of|out of)\s?"
_COUNT, _VALUE, _SHARE = r"(\d+)", f"({NUMBER})", rf"({NUMBER})\s?%?"
_RANGE = rf"[(\[]?{NUMBER}\s?(?:[-–,;]|to)\s?{NUMBER}[)\]]?"

_FORMS = tuple(
    (form, re.compile(pattern + ("" if pattern.endswith(".*") else _MARK)))
    for form, pattern in (
        ("fraction", rf"{_COUNT}{_OF}{_COUNT}\s?[,;]?{_OPEN}{_SHARE}{_CLOSE}\s?%?"),
        ("fraction", rf"{_COUNT}{_OF}{_COUNT}\s?[,;=]?\s{_VALUE}\s?%"),
        ("over", rf"{_COUNT}{_OF}{_COUNT}"),
        ("over", rf"{_COUNT}\s?:\s?{_COUNT}"),
        (
            "over",
            rf"{_COUNT}\s?[/:]\s?{_COUNT}{_OPEN}{NUMBER}\s?%?\s?[/:]\s?{NUMBER}\s?%?"
            rf"{_CLOSE}",
        ),
        ("many", r"(\d+(?:\s?[/:]\s?\d+){2,5})"),
        ("percent fraction", rf"{_SHARE}{_OPEN}{_COUNT}\s?/\s?{_COUNT}{_CLOSE}"),
        (
            "plus minus",
            rf"{_VALUE}%?{_MARK}\s?[(\[]?\s?±\s?{_VALUE}%?\s?[)\]]?{_MARK}",
        ),
        (
            "plus minus",
            rf"{_VALUE}%?{_MARK}\s?[(\[]?\s?±\s?{_VALUE}%?\s?[)\]]?{_MARK}\s?[(\[].*",
        ),
        (
            "plus minus",
            rf"{_VALUE}\s?\+\s{_VALUE}",
        ),
        (
            "plus minus",
            rf"(?i:m(?:ean)?)\s?=\s?{_VALUE}\s?[,;]?\s?"
            rf"\(?(?i:s\.?d)\.?\s?=\s?{_VALUE}\)?.*",
        ),
        ("number percent", rf"{_COUNT}{_MARK}{_OPEN}{_VALUE}\s?%{_CLOSE}"),
        ("number percent", rf"{_COUNT}\s?[,;]?\s{_VALUE}\s?%"),
        (
            "number percent",
            rf"{_COUNT}{_OPEN}{_VALUE}\s?%{_CLOSE}\s?[;,]?{_OPEN}{NUMBER}\s?%?\s?"
            rf"[-–,;to ]+\s?{NUMBER}\s?%?{_CLOSE}",
        ),
        (
            "percent number",
            rf"{_VALUE}\s?%{_MARK}{_OPEN}(?:n\s?=\s?)?{_COUNT}{_CLOSE}",
        ),
        ("bracket", rf"{_VALUE}{_MARK}{_OPEN}{_VALUE}{_CLOSE}\s?%?"),
        (
            "bracket more",
            rf"{_VALUE}{_MARK}{_OPEN}{_VALUE}{_CLOSE}\s?[,;]?\s?"
            rf"(?:n\s?=\s?\d+|{_RANGE})",
        ),
        ("number less", rf"{_COUNT}{_MARK}{_OPEN}<\s?{NUMBER}\s?%?{_CLOSE}"),
        ("percent", rf"{_VALUE}\s?%"),
        ("number", _VALUE),
    )
)

_EMPTY = re.compile(
    r"[-–—―.…·*/]*|n\.?/?a\.?|n\.?d\.?|na|nr|none|not applicable"
    r"|ref(?:erence)?\.?|\(ref\)|~+",
    re.IGNORECASE,
)
_INNER_N = re.compile(r"[(\[]?\s?\bn\s?=\s?(\d+)\s?[)\]]?", re.IGNORECASE)
_P = re.compile(
    rf"(?:p(?:[\s-]?value)?\s?)?({_P_SIGN}?)\s?=?\s?(\d?\.\d+|0|1)\s?\)?{_MARK}",
    re.IGNORECASE,
)
_P_POWER = re.compile(
    rf"(?:p\s?)?({_P_SIGN}?)\s?=?\s?(\d(?:\.\d+)?)\s?[×x·*]\s?10\s?\^?-\s?(\d+)"
    rf"{_MARK}",
    re.IGNORECASE,
)
_NS = re.compile(rf"(?:p\s?[=:]?\s?)?\(?n\.?\s?s\.?\)?{_MARK}", re.IGNORECASE)
_NS_INSIDE = re.compile(r"[,;]\s?(?:p\s?[=:]?\s?)?n\.?s\.?", re.IGNORECASE)
_SAID_NS = re.compile(r"(?<=\d)\s?\(\s?(?:n\.?s\.?|s|sig\.?)\s?\)$", re.IGNORECASE)
_NS_P = re.compile(r"n\.?s\.?\s?\((0?\.\d+)\)", re.IGNORECASE)
_P_INSIDE = re.compile(rf"\bp\s?({_P_SIGN})\s?(\d?\.\d+)", re.IGNORECASE)
_STATISTIC_INSIDE = re.compile(
    rf"(χ\s?\^?2|chi[\s-]?squared?|(?<![a-z])x2"
    rf"|(?<![a-z])[tfz])\s?(?:\(([\d,.\s]+)\))?\s?=\s?({NUMBER})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a cell, and its numbers as printed.

    Attributes
    ----------
    name : str
        ``"empty"``, ``"other"``, or a form such as ``"bracket"``.
    numbers : tuple of str
    n : str
        A number of patients that stands in the cell itself.
    sign : bool
        Whether a percent sign is printed.
    """

    name: str
    numbers: tuple[str, ...] = ()
    n: str = ""
    sign: bool = False

    @property
    def data(self) -> bool:
        """Whether the cell holds a number."""
        return self.name not in ("empty", "other")


EMPTY = Form("empty")
OTHER = Form("other")


@lru_cache(maxsize=100_000)
def tidy(text: str, *, comma: bool = False) -> str:
    """Write the numbers of a printed text in one way.

    Points that are centred or commas become points, thousands lose their comma or
    space, minus signs are hyphens.

    Examples
    --------
    >>> tidy("1,204 (33·3)"), tidy("33,3 ±2,1", comma=True), tidy("−0·4")
    ('1204 (33.3)', '33.3 ±2.1', '-0.4')
    """
    text = " ".join(text.translate(_MINUS).split())
    if text.isdigit() or text.isalpha():
        return text
    text = _POINT.sub(".", text)
    if comma:
        text = _COMMA.sub(".", text)
    else:
        text = _THOUSANDS.sub(lambda m: m[1] + m[2].replace(",", ""), text)
        # no thousands are written with fewer than three digits
        text = _SHORT_COMMA.sub(".", text)
    text = _SPACED.sub(lambda m: m[1] + m[2].replace(" ", ""), text)
    text = _PLUS_MINUS.sub("±", text)
    text = _FIRST_MINUS.sub("-", _FIRST_PLUS.sub("", text))
    return _SPLIT_POINT.sub(".", text).strip()


@lru_cache(maxsize=100_000)
def form_of(text: str) -> Form:
    """Find the form of a tidy text.

    Examples
    --------
    >>> form_of("12 (33.3)").name, form_of("34.2 ± 7.7 (20-60)").numbers
    ('bracket', ('34.2', '7.7'))
    >>> form_of("12/36 (33%)").numbers, form_of("n.s.").name
    (('12', '36', '33'), 'other')
    """
    if _EMPTY.fullmatch(text):
        return EMPTY
    n = ""
    # every form has a digit; most cells of labels have none
    if len(text) > 60 or not any(map(str.isdigit, text)):
        return OTHER
    if found := _INNER_N.search(text):
        rest = (text[: found.start()] + " " + text[found.end() :]).strip(" ,;")
        if rest and not rest.endswith("%") and any(c.isdigit() for c in rest):
            n, text = found[1], rest
    for name, pattern in _FORMS:
        if found := pattern.fullmatch(text):
            numbers = tuple(x.lstrip("+") for x in found.groups() if x)
            return Form(name, numbers, n, "%" in text)
    return OTHER


def p_of(text: str) -> str:
    """Find a printed p-value in a tidy text, empty if there is none.

    Examples
    --------
    >>> p_of("p < 0.001"), p_of(".04"), p_of("NS"), p_of("0.531 (NS)"), p_of("12")
    ('<0.001', '.04', 'NS', '0.531', '')
    >>> p_of("χ2 = 14.6, p = .003")
    '.003'
    """
    text = _SAID_NS.sub("", text.replace("\n", " ").strip())
    if not text:
        return ""
    if found := _P.fullmatch(text.replace(" ", "") if len(text) < 14 else text):
        sign = found[1].replace("⩽", "≤").replace("⩾", "≥").replace("=", "")
        return sign + found[2] if float(found[2]) <= 1 else ""
    if found := _P_POWER.fullmatch(text):
        digits, power = found[2], int(found[3])
        if power < 20:
            decimals = power + len(digits.partition(".")[2])
            value = float(digits) * 10.0**-power
            return found[1].replace("=", "") + f"{value:.{decimals}f}"
    if _NS.fullmatch(text):
        return "NS"
    if found := _NS_P.fullmatch(text):
        return found[1]
    inside = _P_INSIDE.findall(text)
    if len(inside) == 1:
        return inside[0][0].replace("=", "") + inside[0][1]
    if not inside and _NS_INSIDE.search(text):
        return "NS"
    return ""


def statistic_of(text: str) -> tuple[str, str, str] | None:
    """Find a printed statistic inside a tidy text: its name, value and dof.

    Examples
    --------
    >>> statistic_of("χ2 = 14.6, p = .003"), statistic_of("t(38) = 2.1")
    (('chi-square', '14.6', ''), ('t', '2.1', '38'))
    >>> statistic_of("F(1.55) = 5.29")
    ('F', '5.29', '1, 55')
    """
    found = _STATISTIC_INSIDE.search(text)
    if found is None:
        return None
    name = found[1].lower()
    name = name if name in ("t", "f", "z") else "chi-square"
    dof = re.sub(r"\s", "", found[2] or "").replace(",", ", ")
    if name == "f":
        # the comma between two degrees of freedom looks like a decimal one
        dof = re.sub(r"(?<=\d)\.(?=\d)", ", ", dof)
    return name.upper() if name == "f" else name, found[3], dof


def fits(count: int, percent: str, n: int, *, slack: float = 1.0) -> bool:
    """Whether a printed percentage can stand beside a count of `n` patients.

    A step of the last printed digit is allowed on either side, so that cutting off
    and rounding both fit: this decides how a cell is read, not whether it is right.
    """
    if n <= 0 or count > n:
        return False
    step = 10.0 ** -len(percent.partition(".")[2])
    return abs(100 * count / n - float(percent)) <= slack * step + 1e-9


def denominators(count: int, percent: str, most: int, *, slack: float = 0.5) -> range:
    """All n up to `most` that give ``count / n`` the printed percentage.

    `slack` is how far it may be off, in steps of the last printed digit.
    """
    step = 10.0 ** -len(percent.partition(".")[2])
    value = float(percent)
    if count <= 0 or value <= 0:
        return range(0)
    low = 100 * count / (value + step * slack)
    high = 100 * count / max(value - step * slack, 1e-9)
    first = max(int(-(-(low - 1e-9) // 1)), count)
    return range(first, min(int(high + 1e-9), most) + 1)
