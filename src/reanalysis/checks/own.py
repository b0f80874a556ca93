"""A printed statistic beside its own printed p-value, which needs no table."""

from scipy import special

from reanalysis.checks.findings import AGREES, DIFFERS, UNCHECKED
from reanalysis.checks.matching import printed_p_interval, rounding_interval, written
from reanalysis.checks.means import welch_dof
from reanalysis.checks.names import kind_of, one_sided
from reanalysis.checks.questions import Question
from reanalysis.printed import Printed, PrintedP

Dof = tuple[float, ...]
#: Computed value, verdict, procedures and sentence of a check.
Answer = tuple[str, str, str, str]


def tail(kind: str, statistic: float, dof: Dof) -> float:
    """Two-sided p-value (0-1) of a statistic: ``chi``, ``z``, ``t`` or ``F``."""
    if kind == "z":
        return float(2 * special.ndtr(-abs(statistic)))
    if kind == "t":
        return float(2 * special.stdtr(dof[0], -abs(statistic)))
    if kind == "F":
        return float(special.fdtrc(dof[0], dof[1], max(statistic, 0.0)))
    return float(special.chdtrc(dof[0], max(statistic, 0.0)))


def own_p(question: Question, alpha: float) -> Answer | None:
    """Say whether a printed statistic has its printed p-value.

    Returns
    -------
    (str, str, str, str) or None
        Computed value, verdict, procedures and sentence; None where only one of them is
        printed, or an effect that has no p-value of its own.
    """
    test = question.test
    if test.statistic is None or test.p is None or question.effect:
        return None
    of_means = question.means is not None
    kind = kind_of(test.name, of_means=of_means)
    if of_means and not test.name:
        kind = "t" if len(question.arms) == 2 else "F"
    if not kind:
        return "", UNCHECKED, "", f"The distribution of {test.name} is not known here."
    kinds = [kind] if test.name or of_means else [kind, "z"]
    pairs = [(one, dof) for one in kinds for dof in _dofs(question, one)]
    if not pairs:
        said = "The degrees of freedom are not printed and do not follow."
        return "", UNCHECKED, "", said
    times = 0.5 if one_sided(test.name) else 1.0
    value = abs(float(test.statistic.value))
    decimals = max(3, test.p.number.decimals if test.p.number else 0)
    fitting = [
        (one, dof)
        for one, dof in pairs
        if _fits(test.statistic, test.p, one, dof, alpha, times)
    ]
    kind, dof = (fitting or pairs)[0]
    text = written(tail(kind, value, dof) * times, decimals)
    said = f"{test.statistic.text} has the p-value {text}{_at(dof)}."
    if fitting:
        return text, AGREES, "", said
    saved = _saving(question, test.statistic, test.p, kind, dof, alpha)
    return text, DIFFERS, "", saved + said


def _fits(
    statistic: Printed,
    p: PrintedP,
    kind: str,
    dof: Dof,
    alpha: float,
    times: float = 1.0,
) -> bool:
    low, high = rounding_interval(statistic)
    most = min(1.0, tail(kind, max(low, 0.0), dof) * times)
    least = tail(kind, high, dof) * times
    first, last = printed_p_interval(p, alpha)
    return least <= last and most >= first


def _at(dof: Dof) -> str:
    if not dof:
        return ""
    shown = " and ".join(f"{float(d):g}" for d in dof)
    return f" at {shown} degree{'' if shown == '1' else 's'} of freedom"


def _dofs(question: Question, kind: str) -> list[Dof]:
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
    n = [cell.tested for cell in question.means if cell.tested is not None]
    if kind == "F":
        return [(len(n) - 1, sum(n) - len(n))]
    deviations = [cell.deviation() for cell in question.means]
    ends = [ends for ends in deviations if ends is not None]
    if len(n) != 2 or len(ends) != 2:
        return []
    return [(sum(n) - 2,), *((end,) for end in welch_dof(n, ends))]


def _saving(
    question: Question,
    statistic: Printed,
    p: PrintedP,
    kind: str,
    dof: Dof,
    alpha: float,
) -> str:
    """Name a reading in which the printed statistic has the printed p-value."""
    if kind == "chi" and not question.test.dof:
        for other in range(1, 11):
            if _fits(statistic, p, kind, (other,), alpha):
                return (
                    f"With {other} degrees of freedom it would fit, so that another "
                    "table was tested; "
                )
    if _fits(statistic, p, kind, dof, alpha, 0.5):
        return "If the p-value is one-sided it fits; "
    return "If the p-value is of another test than the statistic both may be right; "
