"""How often procedures would give printed values that have nothing to do with them.

In each arm every count from none to all is equally likely, and the arms are
independent. The values of every procedure on such tables are computed once for a shape
(the sizes of the arms), whatever is printed beside them.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from reanalysis.checks.candidates import Candidate, candidates
from reanalysis.checks.matching import printed_p_interval, ways
from reanalysis.checks.questions import Question

#: Tables that are drawn for a shape.
TABLES = 2_000


@lru_cache(maxsize=128)
def _values(n: tuple[int, ...]) -> dict[str, Candidate]:
    """Candidates on random tables of a shape, by name; values in order of size."""
    random = np.random.default_rng(0)
    x = [random.integers(0, size + 1, TABLES).astype(float) for size in n]
    arms = [str(i) for i in range(len(n))]
    return {
        one.name: Candidate(
            one.name,
            np.sort(one.statistic, kind="stable"),
            one.dof,
            np.sort(one.pvalue, kind="stable"),
            one.of_patients,
            one.whole_row,
        )
        for one in candidates(x, list(n), arms, some_arms=False)
        if one.statistic is not None
    }


def lucky_share(values: np.ndarray, intervals: Sequence[tuple[float, float]]) -> float:
    """Share of sorted values that lie in any of several intervals.

    One value more is taken to lie there, so that what was never drawn is not
    impossible.
    """
    merged: list[list[float]] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1]:
            merged[-1][1] = max(high, merged[-1][1])
        else:
            merged.append([low, high])
    inside = sum(
        np.searchsorted(values, high, side="right") - np.searchsorted(values, low)
        for low, high in merged
    )
    return float((inside + 1) / (len(values) + 1))


def expected_by_luck(questions: Sequence[Question], field: str, least: int) -> float:
    """Expect how many procedures would give at least so many of the printed values.

    Parameters
    ----------
    questions : sequence of Question
        Rows with a printed value that can be computed.
    field : str
        ``statistic`` or ``p``.
    least : int
        How many.

    Returns
    -------
    float
        The sum over the procedures of their chance to do so, a bound on the chance that
        any does; NaN where no row compares arms of known size.
    """
    chances: dict[str, list[float]] = {}
    for question in questions:
        if not question.options:
            continue
        statistic, p = question.test.statistic, question.test.p
        if field == "statistic" and statistic is not None:
            printed = ways(statistic)
            intervals = [(low, high) for how, low, high in printed if how != "near"]
        elif p is not None:
            intervals = [printed_p_interval(p, 0.05)]
        for name, one in _values(tuple(question.options[0].n)).items():
            values = one.statistic if field == "statistic" else one.pvalue
            chances.setdefault(name, []).append(lucky_share(values, intervals))
    if not chances:
        return float("nan")
    return float(sum(_at_least(found, least) for found in chances.values()))


def _at_least(chances: Sequence[float], least: int) -> float:
    """Probability of at least so many successes of independent trials."""
    of = np.zeros(len(chances) + 1)
    of[0] = 1.0
    for chance in chances:
        of[1:] = of[1:] * (1 - chance) + of[:-1] * chance
        of[0] *= 1 - chance
    return float(of[least:].sum())
