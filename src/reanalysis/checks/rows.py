"""The checks of a row: its printed statistic, its printed p-value, and its mark."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy import special

from reanalysis.checks.candidates import Candidate
from reanalysis.checks.findings import AGREES, DIFFERS, UNCHECKED, Check
from reanalysis.checks.matching import (
    any_meets,
    meets,
    printed_p_interval,
    rounding_interval,
    ways,
    written,
)
from reanalysis.checks.means import welch_dof
from reanalysis.checks.questions import Question
from reanalysis.printed import Printed, PrintedP

# Tests that need more than a summary table: what each is called, and its name here.
_BEYOND = {
    r"adjust|ancova|covaria": "an adjusted test",
    r"regression|logistic|\bcox\b|hazard|\bglm\b|\bgee\b|mixed|model": "a model",
    r"log.?rank|kaplan": "a test of times",
    r"mcnemar|paired|cochran'?s? q|friedman|repeated|within": "a paired test",
    r"mantel.?haenszel|\bcmh\b|stratif": "a stratified test",
    r"odds ratio|risk ratio|relative risk|^(or|rr|hr)$": "a ratio",
}
#: Tests that a mark without a p-value may stand for, beside the table's own.
USUAL = (
    *("Pearson", "Yates", "N-1", "likelihood ratio", "Fisher", "Kruskal-Wallis"),
    *("t", "Welch", "F"),
)

_RANKS = re.compile(r"mann|wilcoxon|kruskal|rank", re.IGNORECASE)
_Z = re.compile(r"\bz\b", re.IGNORECASE)
_T = re.compile(r"\bt\b|student|welch", re.IGNORECASE)
_F = re.compile(r"\bf\b|anova|analysis of variance", re.IGNORECASE)
_CHI = re.compile(r"chi|\u03c7|\bx ?2\b|pearson|fisher", re.IGNORECASE)


def beyond(name: str, *, of_means: bool = False) -> str:
    """Say what a named test needs more than a summary table for; empty if it does not.

    Examples
    --------
    >>> beyond("log-rank"), beyond("chi-square")
    ('a test of times', '')
    """
    for pattern, said in _BEYOND.items():
        if re.search(pattern, name, re.IGNORECASE):
            return said
    if of_means and _RANKS.search(name):
        return "a test of ranks"
    return ""


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate that gives a printed value.

    Attributes
    ----------
    candidate : Candidate
    reading : str
        Of the numbers of patients; empty for the printed one.
    how : str
        ``rounded`` or ``truncated``.
    """

    candidate: Candidate
    reading: str
    how: str

    @property
    def name(self) -> str:
        """As in the column `by`."""
        added = f", {self.reading}" if self.reading else ""
        return self.candidate.name + added

    @property
    def fair(self) -> bool:
        """Whether the printed value follows from the printed patients."""
        return self.candidate.of_patients and self.reading != "the nearest counts"


def statistic_matches(question: Question) -> list[Match]:
    """List the candidates that give the printed statistic."""
    test = question.test
    root = kind_of(test.name) == "z"
    allowed = ways(test.statistic)
    found = []
    for computed in question.computed:
        for one in computed.candidates:
            if one.statistic is None:
                continue
            if not _same_kind(question, one):
                continue
            how = _meets(allowed, one.statistic, computed.complete, root)
            if how != "no":
                found.append(Match(one, computed.reading, how))
    return found


def _same_kind(question: Question, one: Candidate) -> bool:
    """Whether the printed name and degrees of freedom allow this candidate."""
    dof = question.test.dof
    if question.means is not None:
        kind = kind_of(question.test.name, of_means=True)
        own = {"F": "F", "z": "z"}.get(one.name.split(",")[0], "t")
        usual = "t" if len(question.arms) == 2 or not one.whole_row else "F"
        return own == (kind or usual) or (kind == "z" and own == "t")
    return len(dof) != 1 or one.dof == dof[0] or not one.of_patients


def _meets(allowed: tuple, value: Any, complete: bool, root: bool = False) -> str:
    if isinstance(value, tuple):
        return meets(allowed, *value)
    if not isinstance(value, np.ndarray):
        value = sqrt(value) if root else value
        return meets(allowed, value, value)
    value = np.sqrt(value) if root else value
    if not complete:
        return meets(allowed, float(value.min()), float(value.max()))
    return any_meets(allowed, value)


def p_matches(question: Question, alpha: float) -> list[Match]:
    """List the candidates that give the printed p-value."""
    first, last = printed_p_interval(question.test.p, alpha)
    allowed = (("rounded", first, last),)
    found = []
    for computed in question.computed:
        for one in computed.candidates:
            if one.pvalue is None:
                continue
            if question.means is not None and not _same_kind(question, one):
                continue
            if _meets(allowed, one.pvalue, computed.complete) != "no":
                found.append(Match(one, computed.reading, "rounded"))
    return found


def fair_first(matches: list[Match]) -> list[Match]:
    """Sort matches: tests of all patients, of some arms, then mere explanations."""
    return sorted(
        matches,
        key=lambda m: (not m.fair, bool(m.reading), not m.candidate.whole_row),
    )


def shown(matches: list[Match], best: str) -> list[Match]:
    """Leave out what is not needed, such as pairs of arms where a test of all does it.

    What only comes near counts for the procedure of the table alone: with many
    procedures one of them always comes near.
    """
    matches = [m for m in matches if m.how != "near" or m.name == best]
    matches = fair_first(matches)
    if matches and matches[0].fair:
        matches = [match for match in matches if match.fair]
        if not matches[0].reading:
            matches = [match for match in matches if not match.reading]
        if matches[0].candidate.whole_row:
            matches = [match for match in matches if match.candidate.whole_row]
    return matches


def names(matches: list[Match]) -> str:
    """Names for the column `by`.

    Examples
    --------
    >>> names([])
    ''
    """
    return "; ".join(dict.fromkeys(match.name for match in matches))


def reference(question: Question, best: str, field: str) -> Candidate | None:
    """Give the candidate that is shown beside a printed value: the table's, or Pearson.

    Of means it is the first that the printed name allows.
    """
    computed = question.computed[0].candidates if question.computed else []
    able = [one for one in computed if getattr(one, field) is not None]
    named = [one for one in able if _same_kind(question, one)]
    if field == "statistic" or question.means is not None:
        able = named or able
    return next((one for one in able if one.name == best), able[0] if able else None)


def near(value: Any, printed: Printed | PrintedP | None) -> float:
    """Of several computed values, the one nearest to the printed one."""
    number = printed.number if isinstance(printed, PrintedP) else printed
    target = abs(float(number.value)) if number is not None else 1.0
    if isinstance(value, tuple):
        return min(max(value[0], target), value[1])
    if not isinstance(value, np.ndarray):
        return value
    return float(value[np.argmin(np.abs(value - target))])


def value_text(
    value: Any, printed: Printed | PrintedP | None, decimals: int, root: bool = False
) -> str:
    """Write a computed value; an interval by its ends, of several the nearest one."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        low, high = written(value[0], decimals), written(value[1], decimals)
        return low if low == high else f"{low} to {high}"
    value = near(value, printed)
    return written(sqrt(value) if root else value, decimals)


# --- the printed statistic beside its own printed p-value --------------------------


def tail(kind: str, statistic: float, dof: tuple) -> float:
    """Two-sided p-value (0-1) of a statistic: ``chi``, ``z``, ``t`` or ``F``."""
    if kind == "z":
        return float(2 * special.ndtr(-abs(statistic)))
    if kind == "t":
        return float(2 * special.stdtr(dof[0], -abs(statistic)))
    if kind == "F":
        return float(special.fdtrc(dof[0], dof[1], max(statistic, 0.0)))
    return float(special.chdtrc(dof[0], max(statistic, 0.0)))


def kind_of(name: str, *, of_means: bool = False) -> str:
    """Distribution of a statistic by its printed name: chi, z, t, F or empty.

    Examples
    --------
    >>> kind_of("chi-square"), kind_of("F"), kind_of("U")
    ('chi', 'F', '')
    """
    for kind, pattern in (("chi", _CHI), ("F", _F), ("t", _T), ("z", _Z)):
        if pattern.search(name):
            return kind
    if _RANKS.search(name):
        return "chi" if "kruskal" in name.lower() else ""
    if name and not re.search(r"stat|value|test", name, re.IGNORECASE):
        return ""
    return "" if of_means else "chi"


def own_p(
    question: Question, kind: str, dofs: list[tuple], alpha: float
) -> list[tuple]:
    """Degrees of freedom at which the printed statistic has its printed p-value."""
    test = question.test
    return [dof for dof in dofs if _fits(test.statistic, test.p, kind, dof, alpha)]


def _fits(
    statistic: Printed,
    p: PrintedP,
    kind: str,
    dof: tuple,
    alpha: float,
    times: float = 1.0,
) -> bool:
    low, high = rounding_interval(statistic)
    most = min(1.0, tail(kind, max(low, 0.0), dof) * times)
    least = tail(kind, high, dof) * times
    first, last = printed_p_interval(p, alpha)
    return least <= last and most >= first


# --- checks ------------------------------------------------------------------------

_SAVED = "Unless patients are missing from it or the test was adjusted or paired"
_SAVED_MEANS = "Unless the test was adjusted, paired or one of ranks"


def row_checks(
    question: Question, best: dict[str, str], alpha: float, marks: Mapping[str, float]
) -> list[Check]:
    """Make the checks of one printed test.

    Parameters
    ----------
    question : Question
    best : dict
        For ``statistic`` and ``p``, the procedure that gives most rows of the table.
    alpha : float
        What NS stands for.
    marks : mapping
        The level (0-1) below which each mark says that the p-value is.
    """
    test, found = question.test, []
    if test.statistic is not None:
        found.append(_statistic_check(question, best["statistic"]))
    if test.p is not None:
        found.append(_p_check(question, best["p"], alpha))
    if test.statistic is not None and test.p is not None:
        found.append(_own_p_check(question, alpha))
    if test.mark:
        found.append(_mark_check(question, marks, best["statistic"]))
    return found


def _row_check(question: Question, check: str, printed: str, *rest: str) -> Check:
    computed, verdict, by, sentence = rest
    if question.level:
        sentence = f"{question.level}: {sentence}"
    row = question.row
    return Check(
        row.study, row.endpoint, question.arm, check, printed, computed, verdict, by,
        sentence,
    )  # fmt: skip


def _statistic_check(question: Question, best: str) -> Check:
    printed, of_means = question.test.statistic, question.means is not None
    kind = kind_of(question.test.name, of_means=of_means)
    fitting = ("t", "F", "z") if of_means else ("chi", "z")
    why = _unable(question)
    if not why and kind not in fitting and not (of_means and not question.test.name):
        what = "means" if of_means else "counts"
        why = f"{question.test.name} is not computed from {what} here"
    if why:
        return _unchecked(question, "statistic", printed.text, why)
    return _row_check(
        question,
        "statistic",
        printed.text,
        *_verdict(
            question,
            shown(statistic_matches(question), best),
            reference(question, best, "statistic"),
            "statistic",
            root=kind == "z" and not of_means,
        ),
    )


def _p_check(question: Question, best: str, alpha: float) -> Check:
    printed = question.test.p
    if printed.number is not None and not 0 <= printed.number.value <= 1:
        said = "A p-value is from 0 to 1."
        return _row_check(question, "p", printed.text, "", DIFFERS, "", said)
    if why := _unable(question):
        return _unchecked(question, "p", printed.text, why)
    return _row_check(
        question,
        "p",
        printed.text,
        *_verdict(
            question,
            shown(p_matches(question, alpha), best),
            reference(question, best, "pvalue"),
            "pvalue",
        ),
    )


def _unable(question: Question) -> str:
    if what := beyond(question.test.name, of_means=question.means is not None):
        return f"the table names {what}, which needs more than these numbers"
    if question.blocked or any(one.candidates for one in question.computed):
        return question.blocked
    return "all patients are in one arm or in one level"


def _unchecked(question: Question, check: str, printed: str, why: str) -> Check:
    said = f"Nothing can be computed: {why}."
    return _row_check(question, check, printed, "", UNCHECKED, "", said)


def _verdict(
    question: Question,
    matches: list[Match],
    chosen: Candidate | None,
    field: str,
    *,
    root: bool = False,
) -> tuple[str, str, str, str]:
    """Computed value, verdict, procedures and sentence of a printed value."""
    test = question.test
    printed = test.statistic if field == "statistic" else test.p
    number = printed.number if isinstance(printed, PrintedP) else printed
    decimals = max(3, number.decimals if number is not None else 0)

    def text(one: Candidate) -> str:
        return value_text(getattr(one, field), printed, decimals, root)

    by = names(matches)
    if matches and matches[0].fair and not question.varied:
        said = f"{matches[0].name} gives {text(matches[0].candidate)}."
        said += _HOW[matches[0].how]
        if question.nothing_to_compare:
            said = "All patients or none have the event, so nothing speaks against it."
        return text(matches[0].candidate), AGREES, by, said
    instead, computed = "nothing can be computed", ""
    if chosen is not None:
        computed = text(chosen)
        instead = f"{chosen.name} gives {computed}"
    if question.varied:
        said = "A note says that not all patients were counted, so no test can be done"
        return computed, UNCHECKED, by, f"{said}; on all of them {instead}."
    said = f"no test gives {printed.text}"
    if matches:
        said = (
            f"only {matches[0].name} gives {printed.text}, which is no test of all "
            "these patients"
        )
    if question.doubtful and _saved_by_fewer(question, field):
        said = "Some percentages of the table fit no count of its patients"
        reading = "if up to a tenth were not counted, Pearson may give it"
        by = "Pearson, fewer patients"
        return computed, UNCHECKED, by, f"{said}; {reading}; on all {instead}."
    saved = _SAVED_MEANS if question.means is not None else _SAVED
    return computed, DIFFERS, by, f"{saved}, {said}; {instead}."


def _saved_by_fewer(question: Question, field: str) -> bool:
    """Whether Pearson gives the printed value of fewer patients than are printed."""
    test = question.test
    for computed in question.fewer_patients:
        for one in computed.candidates:
            if field == "statistic":
                found = _meets(
                    ways(test.statistic)[:1], one.statistic, computed.complete
                )
            else:
                interval = printed_p_interval(test.p, 0.05)
                found = _meets((("rounded", *interval),), one.pvalue, computed.complete)
            if found != "no":
                return True
    return False


_HOW = {
    "rounded": "",
    "truncated": " Its further digits are cut off.",
    "near": " It is less than one step of the last digit away.",
}


def _mark_check(question: Question, marks: Mapping[str, float], best: str) -> Check:
    mark, p = question.test.mark, question.test.p
    level = marks.get(mark.replace(" ", ""))
    if level is None:
        said = f"What {mark} stands for is not said."
        return _row_check(question, "mark", mark, "", UNCHECKED, "", said)
    claim = f"{mark} says that the p-value is below {level:g}"
    if p is not None:
        verdict = AGREES if p.values(0.05)[0] < level else DIFFERS
        said = f"{claim}, and {p.text} is printed."
        return _row_check(question, "mark", mark, p.text, verdict, "", said)
    if why := _unable(question):
        return _unchecked(question, "mark", mark, why)
    if question.varied:
        why = "a note says that not all patients were counted"
        return _unchecked(question, "mark", mark, why)
    below = _below(question, level, {*USUAL, best})
    chosen = below[0].candidate if below else reference(question, "Pearson", "pvalue")
    text = value_text(chosen.pvalue, None, 3)
    said = f"{claim}, and {chosen.name} gives {text}."
    if below:
        return _row_check(question, "mark", mark, text, AGREES, names(below), said)
    saved = _SAVED_MEANS if question.means is not None else _SAVED
    said = f"{saved}, no p-value is below {level:g}; {chosen.name} gives {text}."
    return _row_check(question, "mark", mark, text, DIFFERS, "", said)


def _below(question: Question, level: float, usual: set[str]) -> list[Match]:
    """Usual tests of all patients whose p-value may be below a level."""
    found = []
    for computed in question.computed:
        for one in computed.candidates:
            if one.pvalue is None or not (one.whole_row and one.name in usual):
                continue
            least = one.pvalue[0] if isinstance(one.pvalue, tuple) else one.pvalue
            if np.min(least) < level:
                found.append(Match(one, computed.reading, "rounded"))
    return found


def _own_p_check(question: Question, alpha: float) -> Check:
    test = question.test
    printed = f"{test.statistic.text} and {test.p.text}"
    of_means = question.means is not None
    kind = kind_of(test.name, of_means=of_means)
    if of_means and not test.name:
        kind = "t" if len(question.arms) == 2 else "F"
    if not kind:
        return _row_check(
            question, "statistic and p", printed, "", UNCHECKED, "",
            f"The distribution of {test.name} is not known here.",
        )  # fmt: skip
    dofs = _dofs(question, kind)
    if not dofs:
        return _row_check(
            question, "statistic and p", printed, "", UNCHECKED, "",
            "The degrees of freedom are not printed and do not follow.",
        )  # fmt: skip
    value = abs(float(test.statistic.value))
    decimals = max(3, test.p.number.decimals if test.p.number else 0)
    text = written(tail(kind, value, dofs[0]), decimals)
    fitting = own_p(question, kind, dofs, alpha)
    if fitting:
        text = written(tail(kind, value, fitting[0]), decimals)
        said = f"{test.statistic.text} has the p-value {text}{_at(kind, fitting[0])}."
        return _row_check(question, "statistic and p", printed, text, AGREES, "", said)
    said = f"{test.statistic.text} has the p-value {text}{_at(kind, dofs[0])}"
    saved = _saving(question, kind, dofs, alpha)
    return _row_check(
        question, "statistic and p", printed, text, DIFFERS, "", f"{saved}{said}."
    )


def _at(kind: str, dof: tuple) -> str:
    if not dof:
        return ""
    shown = " and ".join(f"{float(d):g}" for d in dof)
    return f" at {shown} degree{'' if shown == '1' else 's'} of freedom"


def _dofs(question: Question, kind: str) -> list[tuple]:
    """Degrees of freedom that the printed or the tested table allows."""
    printed = question.test.dof
    if kind == "z":
        return [()]
    if printed:
        if kind == "F":
            return [printed] if len(printed) == 2 else []
        return [printed[:1]]
    if kind == "chi":
        k = len(question.row.arms)
        r = len([level for level in question.row.levels if level])
        whole = (k - 1) * (r - 1) if r > 2 and not question.level else k - 1
        return [(dof,) for dof in dict.fromkeys((whole, k - 1, 1)) if dof > 0]
    if question.means is None or question.blocked:
        return []
    n = [cell.tested for cell in question.means]
    if kind == "F":
        return [(len(n) - 1, sum(n) - len(n))]
    if len(n) != 2:
        return []
    deviations = [cell.sd.rounded_from() for cell in question.means]
    ends = welch_dof(n, [(max(0.0, float(a)), float(b)) for a, b in deviations])
    return [(sum(n) - 2,), *((end,) for end in ends)]


def _saving(question: Question, kind: str, dofs: list[tuple], alpha: float) -> str:
    """Name a reading in which the printed statistic has the printed p-value."""
    test = question.test
    if kind == "chi" and not test.dof:
        other = next(
            (d for d in range(1, 11) if own_p(question, kind, [(d,)], alpha)), None
        )
        if other:
            return (
                f"With {other} degrees of freedom it would fit, so that another table "
                "was tested; "
            )
    if _fits(test.statistic, test.p, kind, dofs[0], alpha, 0.5):
        return "If the p-value is one-sided it fits; "
    return "If the p-value is of another test than the statistic both may be right; "
