"""The checks of a row: its printed statistic, its printed p-value, and its mark."""

import re
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from reanalysis.checks.candidates import Candidate
from reanalysis.checks.findings import AGREES, DIFFERS, UNCHECKED, Check
from reanalysis.checks.matching import (
    any_gives,
    gives,
    gives_p,
    printed_p_interval,
    rounding_interval,
    written,
)
from reanalysis.checks.questions import Options, Question
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
    printed = question.test.statistic
    root = bool(_Z.search(question.test.name))
    dof = question.test.dof
    found = []
    for option, computed in question.computed:
        for one in computed:
            if one.statistic is None:
                continue
            if len(dof) == 1 and one.dof != dof[0] and one.of_patients:
                continue
            how = _meets(printed, one.statistic, option, root)
            if how != "no":
                found.append(Match(one, option.reading if option else "", how))
    return found


def _meets(printed: Printed, value, option: Options | None, root: bool) -> str:
    if root:
        value = np.sqrt(value) if isinstance(value, np.ndarray) else sqrt(value)
    if not isinstance(value, np.ndarray):
        return gives(printed, value, value)
    if option is not None and not option.complete:
        return gives(printed, float(np.nanmin(value)), float(np.nanmax(value)))
    return any_gives(printed, value)


def p_matches(question: Question, alpha: float) -> list[Match]:
    """List the candidates that give the printed p-value."""
    printed = question.test.p
    found = []
    for option, computed in question.computed:
        for one in computed:
            if one.pvalue is None:
                continue
            if _meets_p(printed, one.pvalue, option, alpha):
                found.append(Match(one, option.reading if option else "", "rounded"))
    return found


def _meets_p(printed: PrintedP, value, option: Options | None, alpha: float) -> bool:
    if not isinstance(value, np.ndarray):
        return gives_p(printed, value, value, alpha)
    if option is not None and not option.complete:
        low, high = float(np.nanmin(value)), float(np.nanmax(value))
        return gives_p(printed, low, high, alpha)
    return any(gives_p(printed, one, one, alpha) for one in value.tolist())


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


def reference(question: Question, best: str, field: str):
    """Give the candidate that is shown beside a printed value: the table's, or Pearson.

    Returns
    -------
    tuple of Candidate and float, or None
        Where the row stands for many tables, the value nearest to the printed one.
    """
    computed = question.computed[0][1] if question.computed else []
    able = [one for one in computed if getattr(one, field) is not None]
    if not able:
        return None
    chosen = next((one for one in able if one.name == best), able[0])
    return chosen, near(getattr(chosen, field), getattr(question.test, _PRINTED[field]))


_PRINTED = {"statistic": "statistic", "pvalue": "p"}


def near(value, printed: Printed | PrintedP | None) -> float:
    """Of several computed values, the one nearest to the printed one."""
    if not isinstance(value, np.ndarray):
        return value
    number = printed.number if isinstance(printed, PrintedP) else printed
    target = abs(float(number.value)) if number is not None else 1.0
    return float(value[np.nanargmin(np.abs(value - target))])


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


def row_checks(question: Question, best: dict[str, str], alpha: float) -> list[Check]:
    """Make the checks of one printed test.

    Parameters
    ----------
    question : Question
    best : dict
        For ``statistic`` and ``p``, the procedure that gives most rows of the table.
    alpha : float
        What NS stands for.
    """
    test, found = question.test, []
    if test.statistic is not None:
        found.append(_statistic_check(question, best["statistic"]))
    if test.p is not None:
        found.append(_p_check(question, best["p"], alpha))
    if test.statistic is not None and test.p is not None:
        found.append(_own_p_check(question, alpha))
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
    printed = question.test.statistic
    name = question.test.name
    if why := beyond(name, of_means=question.means is not None):
        return _row_check(
            question, "statistic", printed.text, "", UNCHECKED, "",
            f"The table names {why}, which needs more than these numbers.",
        )  # fmt: skip
    if question.blocked:
        return _row_check(
            question, "statistic", printed.text, "", UNCHECKED, "",
            f"Nothing can be computed: {question.blocked}.",
        )  # fmt: skip
    if kind_of(name) not in ("chi", "z"):
        return _row_check(
            question, "statistic", printed.text, "", UNCHECKED, "",
            f"{name} is no statistic that is computed from counts here.",
        )  # fmt: skip
    root = kind_of(name) == "z"
    matches = shown(statistic_matches(question), best)
    chosen = reference(question, best, "statistic")
    decimals = max(3, printed.decimals)
    if matches:
        value = matches[0].candidate.statistic
    elif chosen:
        value = chosen[1]
    else:
        value = float("nan")
    value = near(value, printed)
    text = written(sqrt(value) if root and value == value else value, decimals)
    return _row_check(
        question, "statistic", printed.text, text,
        *_verdict(question, matches, chosen, printed.text, text, decimals, root),
    )  # fmt: skip


def _verdict(
    question: Question,
    matches: list[Match],
    chosen: tuple[Candidate, float] | None,
    printed: str,
    text: str,
    decimals: int,
    root: bool = False,
) -> tuple[str, str, str]:
    by = names(matches)
    instead = _gives(chosen, decimals, root)
    if question.varied:
        said = "A note says that not all patients were counted, so no test can be done"
        return UNCHECKED, by, f"{said}; on all of them {instead}."
    if matches and matches[0].fair:
        if question.nothing_to_compare:
            said = "All patients or none have the event, so nothing speaks against it."
        else:
            said = f"{matches[0].name} gives {text}."
            said += _HOW[matches[0].how]
        return AGREES, by, said
    said = f"no test gives {printed}"
    if matches:
        said = (
            f"only {matches[0].name} gives {printed}, which is no test of all these "
            "patients"
        )
    return DIFFERS, by, f"{_SAVED}, {said}; {instead}."


_HOW = {
    "rounded": "",
    "truncated": " Its further digits are cut off.",
    "near": " It is less than one step of the last digit away.",
}


def _gives(
    chosen: tuple[Candidate, float] | None, decimals: int, root: bool = False
) -> str:
    if chosen is None:
        return "nothing can be computed"
    value = sqrt(chosen[1]) if root else chosen[1]
    return f"{chosen[0].name} gives {written(value, decimals)}"


def _p_check(question: Question, best: str, alpha: float) -> Check:
    printed, name = question.test.p, question.test.name
    why = beyond(name, of_means=question.means is not None)
    blocked = question.blocked
    if printed.number is not None and not 0 <= printed.number.value <= 1:
        return _row_check(
            question, "p", printed.text, "", DIFFERS, "",
            "A p-value is from 0 to 1.",
        )  # fmt: skip
    if why:
        blocked = f"the table names {why}, which needs more than these numbers"
    if blocked:
        return _row_check(
            question, "p", printed.text, "", UNCHECKED, "",
            f"Nothing can be computed: {blocked}.",
        )  # fmt: skip
    matches = shown(p_matches(question, alpha), best)
    chosen = reference(question, best, "pvalue")
    decimals = max(3, printed.number.decimals if printed.number else 0)
    if matches:
        value = near(matches[0].candidate.pvalue, printed)
    else:
        value = chosen[1] if chosen else float("nan")
    text = written(value, decimals)
    return _row_check(
        question, "p", printed.text, text,
        *_verdict(question, matches, chosen, printed.text, text, decimals),
    )  # fmt: skip


def _own_p_check(question: Question, alpha: float) -> Check:
    test = question.test
    printed = f"{test.statistic.text} and {test.p.text}"
    kind = kind_of(test.name)
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
    return []


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
