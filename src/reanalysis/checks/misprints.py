"""The smallest slip of the printer that would make a printed value fit."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from reanalysis.checks.candidates import MOST_ARMS_IN_PAIRS, candidates
from reanalysis.checks.matching import meets, rounding_interval, ways
from reanalysis.checks.questions import Question
from reanalysis.checks.table import Cell
from reanalysis.printed import Printed


def one_digit_apart(printed: str, other: str) -> str:
    """Say by which slip one number was printed for another; empty if by none.

    Parameters
    ----------
    printed, other : str
        Digits with a point.

    Returns
    -------
    str
        ``"one digit"``, ``"two digits exchanged"``, ``"a digit left out"``, ``"a digit
        too many"`` or nothing.

    Examples
    --------
    >>> one_digit_apart("3.089", "3.083"), one_digit_apart("0.168", "0.186")
    ('one digit', 'two digits exchanged')
    >>> one_digit_apart("4.56", "14.56"), one_digit_apart("0.075", "2.637")
    ('a digit left out', '')
    """
    if printed == other:
        return ""
    if len(printed) == len(other):
        if printed.find(".") != other.find("."):
            return ""
        printed, other = printed.replace(".", ""), other.replace(".", "")
        places = [
            i for i, (a, b) in enumerate(zip(printed, other, strict=True)) if a != b
        ]
        if len(places) == 1:
            return "one digit"
        if len(places) == 2 and places[1] - places[0] == 1:
            i, j = places
            if (printed[i], printed[j]) == (other[j], other[i]):
                return "two digits exchanged"
        return ""
    short, long = sorted((printed, other), key=len)
    if len(long) - len(short) == 1 and any(
        long[:i] + long[i + 1 :] == short for i in range(len(long))
    ):
        return "a digit left out" if len(printed) < len(other) else "a digit too many"
    return ""


def slips(printed: Printed, value: float) -> Iterator[str]:
    """Name the slips that turn a computed value into the printed number.

    Examples
    --------
    >>> from reanalysis.printed import parse_printed
    >>> list(slips(parse_printed("0.264"), 2.637))
    ['a shifted point: 2.64']
    """
    shown = f"{value:.{printed.decimals}f}"
    if slip := one_digit_apart(printed.text, shown):
        yield f"{slip}: {shown}"
    for places in (1, 2, -1, -2):
        low, high = rounding_interval(printed)
        scale = 10.0**places
        if value and low * scale <= value <= high * scale:
            yield f"a shifted point: {value:.{max(0, printed.decimals - places)}f}"


#: Procedures of all arms, which need no pairs of arms to be computed.
WHOLE = {"Pearson", "Yates", "N-1", "likelihood ratio", "trend", "Mantel", "one-way"}

#: Of more patients than these, some percentage is always one digit away.
MOST_PATIENTS = 2_000


def slip_of_percent(cell: Cell, cells: Sequence[Cell]) -> str:
    """Find a slip after which a percentage would fit its count or its patients.

    Tried in order: a digit or the point of the percentage, an exchange of two
    percentages of the row, a digit of the count.

    Parameters
    ----------
    cell : Cell
    cells : sequence of Cell
        All cells of its row.

    Returns
    -------
    str
        The slip, or nothing.

    Examples
    --------
    >>> from reanalysis.checks.table import Table
    >>> cells = Table.from_records([
    ...     {"endpoint": "x", "arm": "A", "n": "42", "count": "25", "percent": "59.9"},
    ...     {"endpoint": "x", "arm": "B", "n": "42", "count": "3", "percent": "1.7"},
    ...     {"endpoint": "x", "arm": "C", "n": "42", "count": "20", "percent": "71.4"},
    ... ]).cells
    >>> [slip_of_percent(cell, cells) for cell in cells]
    ['one digit: 59.5', 'two digits exchanged: 7.1', 'one digit of the count: 30']
    """
    printed, n = cell.percent, cell.n or cell.n_tested
    if printed is None or n is None:
        return ""
    if cell.count is None:
        return _slip_without_count(printed, n)
    exact = float(100 * cell.count.value / n)
    for slip in slips(printed, exact):
        return slip
    for other in cells:
        if other is not cell and _exchanged(cell, other):
            text = "" if other.percent is None else other.percent.text
            return f"an exchange with {_whose(other)}: {text}"
    low, high = printed.rounded_from()
    for count in _neighbors(int(cell.count.value), n):
        if low <= Fraction(100 * count, n) <= high:
            return f"one digit of the count: {count}"
    return ""


def _whose(cell: Cell) -> str:
    return f"{cell.arm}, {cell.level}" if cell.level else cell.arm


def _exchanged(cell: Cell, other: Cell) -> bool:
    """Whether the percentages of two cells fit the other's count."""
    return _holds(cell, other.percent) and _holds(other, cell.percent)


def _holds(cell: Cell, percent: Printed | None) -> bool:
    n = cell.n or cell.n_tested
    if percent is None or cell.count is None or n is None:
        return False
    low, high = percent.rounded_from()
    return low <= 100 * cell.count.value / n <= high


def _slip_without_count(printed: Printed, n: int) -> str:
    """The nearest percentage of whole patients that is one slip away."""
    if n > MOST_PATIENTS:
        return ""
    value = float(printed.value)
    for count in sorted(range(n + 1), key=lambda x: abs(100 * x / n - value)):
        shown = f"{100 * count / n:.{printed.decimals}f}"
        if slip := one_digit_apart(printed.text, shown):
            return f"{slip}: {shown}"
    return ""


def nearest_misprint(question: Question, name: str, others: Sequence[Question]) -> str:
    """Find a slip after which a procedure gives a row's printed statistic.

    Tried in order: a digit or the point of the statistic, an exchange with the
    statistic of another row, an exchange of the counts of two arms, a digit of one
    count. Counts whose printed percentages agree with them are taken as right.

    Parameters
    ----------
    question : Question
        The row.
    name : str
        The procedure.
    others : sequence of Question
        The other rows of the table.

    Returns
    -------
    str
        The slip, or nothing.
    """
    printed = question.test.statistic
    value = question.statistics.get(name)
    if value is None or printed is None:
        return ""
    for slip in slips(printed, value):
        return slip
    for other in others:
        if other is question or other.test.statistic is None:
            continue
        if _gives(other.test.statistic, value) == "rounded":
            theirs = other.statistics.get(name)
            mutual = theirs is not None and _gives(printed, theirs) == "rounded"
            how = "an exchange with" if mutual else "the value of"
            return f"{how} the row {other.row.endpoint}: {other.test.statistic.text}"
    return _slip_of_counts(question, name, printed) or _near_exchange(
        question, name, printed, value, others
    )


def _near_exchange(
    question: Question,
    name: str,
    own: Printed,
    value: float,
    others: Sequence[Question],
) -> str:
    """Find a row whose printed statistic would be near here, and this one there."""
    if _near(own, value):
        return ""
    for other in others:
        theirs, printed = other.statistics.get(name), other.test.statistic
        if other is question or printed is None or not theirs:
            continue
        if _near(printed, value) and _near(own, theirs):
            return (
                f"an exchange with the row {other.row.endpoint}, within a tenth: "
                f"{printed.text}"
            )
    return ""


def _near(printed: Printed, value: float) -> bool:
    return abs(printed.size - value) <= 0.1 * value


def _gives(printed: Printed, value: float) -> str:
    return meets(ways(printed), value, value)


def _slip_of_counts(question: Question, name: str, printed: Printed) -> str:
    option = question.options[0]
    many = len(option.n) > MOST_ARMS_IN_PAIRS
    if question.percents is not None or option.reading or many:
        return ""
    x, n = [counts[0] for counts in option.counts], option.n
    arms = question.arms
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            changed = list(x)
            changed[i], changed[j] = x[j], x[i]
            if _fits(changed, n, arms, name, printed):
                return f"an exchange of the counts {x[i]} and {x[j]}"
    for i, count in enumerate(x):
        for other in _neighbors(count, n[i]):
            changed = [*x[:i], other, *x[i + 1 :]]
            if _fits(changed, n, arms, name, printed):
                return f"a digit of a count: {other} of {arms[i]} for {count}"
    return ""


def _neighbors(count: int, n: int) -> list[int]:
    """Counts that differ from one in one digit, the nearest first."""
    digits = str(count)
    found = {
        int(digits[:i] + digit + digits[i + 1 :])
        for i in range(len(digits))
        for digit in "0123456789"
    }
    found = {other for other in found if other != count and other <= n}
    return sorted(found, key=lambda other: (abs(other - count), other))


def _fits(
    x: list[int], n: list[int], arms: list[str], name: str, printed: Printed
) -> bool:
    if any(count > size for count, size in zip(x, n, strict=True)):
        return False
    return any(
        one.name == name
        and one.statistic is not None
        and _gives(printed, one.statistic) == "rounded"
        for one in candidates(x, n, arms, some_arms=name not in WHOLE)
    )
