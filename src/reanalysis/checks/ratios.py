"""Effects that a table prints as its statistic: ratios and differences of two arms.

They follow from the counts, or from the means, as a statistic does; rounding of what is
printed makes them intervals or several values.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np
from scipy.special import gammaln, ndtr

from reanalysis.checks.candidates import MOST_ARMS_IN_PAIRS, Candidate, Value
from reanalysis.checks.table import Cell

# Names, and abbreviations, which are told from words by their capitals.
_NAMES = {
    "OR": r"(?i:\bodds.?ratios?\b)|\bORs?\b",
    "RR": r"(?i:\b(risk|prevalence|proportion).?ratios?\b|\brelative.?(risk|rate)s?\b)"
    r"|\bRRs?\b",
    "NNT": r"(?i:number.needed)|\bNNTs?\b",
    "SMD": r"(?i:standardi[sz]ed (mean )?difference|\bcohen|\bhedges)|\bSMDs?\b",
    "MD": r"(?i:\bmean difference|difference (in|of|between) means?\b)|\bMDs?\b",
    "RD": r"(?i:\babsolute (risk )?(reduction|increase)"
    r"|\b(risk|absolute|rate|percentage)\b.*\bdifference)|\b(RD|ARR|ARD)s?\b",
}
_DIFFERENCE = re.compile(r"^\W*(difference|diff|delta|\u0394)\b", re.IGNORECASE)
_TEST = re.compile(
    r"\btest\b|\bz\b|\bt\b|chi|\u03c7|fisher|pearson|exact|yates", re.IGNORECASE
)

#: What each is called where it is said what gives a value.
CALLED = {
    "OR": "odds ratio",
    "RR": "risk ratio",
    "RD": "risk difference",
    "NNT": "number needed to treat",
    "MD": "mean difference",
    "SMD": "standardized difference",
}


def effect_of(name: str, *, of_means: bool = False) -> str:
    """Say which effect a statistic is by its printed name; empty if it is none.

    Examples
    --------
    >>> effect_of("Odds ratio"), effect_of("RR"), effect_of("Fisher or Pearson")
    ('OR', 'RR', '')
    >>> effect_of("Difference, %"), effect_of("difference", of_means=True)
    ('RD', 'MD')
    """
    if _TEST.search(name):
        return ""
    if _DIFFERENCE.search(name):
        return "MD" if of_means else "RD"
    for kind, pattern in _NAMES.items():
        if re.search(pattern, name):
            return kind
    return "OR" if name.strip(" ()").lower() == "or" else ""


def effects_of_counts(
    kind: str, x: Sequence[Value], n: Sequence[int], arms: Sequence[str]
) -> list[Candidate]:
    """Compute an effect for each arm against each other.

    Parameters
    ----------
    kind : str
        ``OR``, ``RR``, ``RD`` (as a part of 1 and in points) or ``NNT``.
    x : sequence of int, or of arrays of one shape; length k
    n : sequence of int, length k
    arms : sequence of str, length k

    Returns
    -------
    list of Candidate
        Sizes without a sign, with the p-value of Wald's test (of the logarithm of a
        ratio) where it is defined. Where a count leaves a ratio undefined it is NaN or
        infinite. Last, what is an explanation only: the ratio of those without the
        event.

    Examples
    --------
    >>> found = effects_of_counts("RR", [10, 5], [20, 20], ["A", "B"])
    >>> found[0].name, found[0].statistic
    ('risk ratio, A to B', 2.0)
    """
    if kind not in ("OR", "RR", "RD", "NNT") or len(n) > MOST_ARMS_IN_PAIRS:
        return []
    with np.errstate(divide="ignore", invalid="ignore"):
        found = list(_of_counts(kind, x, n, arms))
    return sorted(found, key=lambda one: not one.of_patients)


def _of_counts(
    kind: str, x: Sequence[Value], n: Sequence[int], arms: Sequence[str]
) -> Iterator[Candidate]:
    whole = len(n) == 2
    called = CALLED[kind]
    for i, j in permutations(range(len(n)), 2):
        a, b = (np.asarray(x[one], dtype=float) for one in (i, j))
        who = f"{arms[i]} to {arms[j]}"
        if kind in ("RD", "NNT"):
            if i > j:
                continue  # the sign is left out
            yield from _differences(kind, a, b, n[i], n[j], who, whole)
            continue
        c, d = n[i] - a, n[j] - b
        if kind == "OR":
            value = (a * d) / (b * c)
            error = np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        else:
            value = (a / n[i]) / (b / n[j])
            error = np.sqrt(1 / a - 1 / n[i] + 1 / b - 1 / n[j])
            other = (c / n[i]) / (d / n[j])
            name = f"{called} of no event, {who}"
            yield Candidate(name, _plain(other), None, None, False, whole)
        pvalue = _wald(np.log(value), error)
        yield Candidate(f"{called}, {who}", _plain(value), None, pvalue, True, whole)
        if kind == "OR":
            half = ((a + 0.5) * (d + 0.5)) / ((b + 0.5) * (c + 0.5))
            name = f"{called} with a half added, {who}"
            yield Candidate(name, _plain(half), None, None, True, whole)
            if a.ndim == 0:
                value = conditional_odds_ratio(int(a), n[i], int(b), n[j])
                name = f"conditional {called}, {who}"
                yield Candidate(name, value, None, None, True, whole)


def _differences(
    kind: str, a: np.ndarray, b: np.ndarray, n1: int, n0: int, who: str, whole: bool
) -> Iterator[Candidate]:
    p, q = a / n1, b / n0
    value = np.abs(p - q)
    pvalue = _wald(p - q, np.sqrt(p * (1 - p) / n1 + q * (1 - q) / n0))
    called = CALLED[kind]
    if kind == "NNT":
        # a number of patients is often taken upward
        up = np.ceil(1 / value - 1e-9)
        for name, number in ((called, 1 / value), (f"{called}, upward", up)):
            size = _plain(number)
            yield Candidate(f"{name}, {who}", size, None, pvalue, True, whole)
        return
    for name, times in ((called, 1), (f"{called} in points", 100)):
        size = _plain(times * value)
        yield Candidate(f"{name}, {who}", size, None, pvalue, True, whole)


def _plain(value: np.ndarray) -> Value:
    return float(value) if np.ndim(value) == 0 else value


def _wald(distance: np.ndarray, error: np.ndarray) -> Value:
    return _plain(2 * ndtr(-np.abs(distance / error)))


def conditional_odds_ratio(x1: int, n1: int, x0: int, n0: int) -> float:
    """Odds ratio of greatest likelihood where all totals are given, as Fisher's test.

    Examples
    --------
    >>> round(conditional_odds_ratio(3, 4, 1, 4), 3)
    6.408
    """
    events = x1 + x0
    k = np.arange(max(0, events - n0), min(n1, events) + 1)
    if x1 == k[0]:
        return 0.0
    if x1 == k[-1]:
        return float("inf")
    logs = -(
        gammaln(k + 1) + gammaln(n1 - k + 1)
        + gammaln(events - k + 1) + gammaln(n0 - events + k + 1)
    )  # fmt: skip
    low, high = -50.0, 50.0
    for _ in range(100):
        middle = (low + high) / 2
        weights = np.exp(logs + k * middle - (logs + k * middle).max())
        if (k * weights).sum() / weights.sum() < x1:
            low = middle
        else:
            high = middle
    return float(np.exp(middle))


def effects_of_means(kind: str, cells: Sequence[Cell]) -> list[Candidate]:
    """Compute the difference of means of each two arms, as an interval.

    Parameters
    ----------
    kind : str
        ``MD``; or ``SMD``, in pooled standard deviations, as it is and with the factor
        of Hedges.
    cells : sequence of Cell
        Each with a mean; for ``SMD`` with a deviation and its patients, too.

    Returns
    -------
    list of Candidate
        Sizes without a sign.

    Examples
    --------
    >>> from reanalysis.checks.table import Table
    >>> cells = Table.from_records([
    ...     {"endpoint": "age", "arm": "A", "n": "20", "mean": "34.2"},
    ...     {"endpoint": "age", "arm": "B", "n": "20", "mean": "30.1"}]).cells
    >>> found = effects_of_means("MD", cells)[0]
    >>> found.name, [round(end, 1) for end in found.statistic]
    ('mean difference, A to B', [4.0, 4.2])
    """
    if kind not in ("MD", "SMD") or len(cells) > MOST_ARMS_IN_PAIRS:
        return []
    found = []
    for i, cell in enumerate(cells):
        for other in cells[i + 1 :]:
            for name, low, high in _of_means(kind, cell, other):
                name = f"{name}, {cell.arm} to {other.arm}"
                whole = len(cells) == 2
                found.append(Candidate(name, (low, high), None, None, True, whole))
    return found


def _of_means(kind: str, cell: Cell, other: Cell) -> Iterator[tuple[str, float, float]]:
    if cell.mean is None or other.mean is None:
        return
    called = CALLED[kind]
    (a, b), (c, d) = cell.mean.rounded_from(), other.mean.rounded_from()
    low, high = max(0.0, float(a - d), float(c - b)), float(max(b - c, d - a))
    if kind == "MD":
        yield called, low, high
        return
    first, second = cell.deviation(), other.deviation()
    n1, n0 = cell.tested or 0, other.tested or 0
    if first is None or second is None or min(n1, n0) < 2:
        return
    dof = n1 + n0 - 2
    least, most = (
        (((n1 - 1) * s1**2 + (n0 - 1) * s0**2) / dof) ** 0.5
        for s1, s0 in zip(first, second, strict=True)
    )
    if least > 0:
        factor = 1 - 3 / (4 * dof - 1)
        yield called, low / most, high / least
        yield f"{called} by Hedges", factor * low / most, factor * high / least
