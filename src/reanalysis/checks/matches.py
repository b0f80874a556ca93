"""Which candidates give what a row prints, and how that is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from reanalysis.checks.candidates import Candidate, Value
from reanalysis.checks.matching import (
    Way,
    any_meets,
    meets,
    printed_p_interval,
    ways,
    written,
)
from reanalysis.checks.names import kind_of, one_sided, welch
from reanalysis.checks.questions import Computed, Question
from reanalysis.printed import Printed, PrintedP


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate that gives a printed value.

    Attributes
    ----------
    candidate : Candidate
    reading : str
        Of the numbers of patients; empty for the printed one.
    how : str
        ``rounded``, ``truncated`` or ``near``.
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
    if printed is None:
        return []
    root = kind_of(question.test.name) == "z"
    allowed = ways(printed)
    found = []
    for computed, one in _every(question.effects or question.computed):
        if one.statistic is None or not same_kind(question, one):
            continue
        how = met(allowed, one.statistic, complete=computed.complete, root=root)
        if how != "no":
            found.append(Match(one, computed.reading, how))
        elif _may_be_z(question, one):
            how = met(allowed[:1], one.statistic, complete=computed.complete, root=True)
            if how != "no":
                found.append(Match(_as_z(one), computed.reading, how))
    return found


def _may_be_z(question: Question, one: Candidate) -> bool:
    """Whether a statistic without a name may be the root of a chi-square."""
    named = question.test.name or question.means is not None
    return not named and one.dof == 1 and one.of_patients and one.whole_row


def _as_z(one: Candidate) -> Candidate:
    value = one.statistic
    root = (
        (sqrt(value[0]), sqrt(value[1]))
        if isinstance(value, tuple)
        else np.sqrt(value)
        if isinstance(value, np.ndarray)
        else sqrt(value)
    )
    return Candidate(f"{one.name}, its root z", root, None, one.pvalue)


def _every(computed: Iterable[Computed]) -> Iterator[tuple[Computed, Candidate]]:
    return ((some, one) for some in computed for one in some.candidates)


def same_kind(question: Question, one: Candidate) -> bool:
    """Whether the printed name and degrees of freedom allow this candidate."""
    if question.effect and one.dof is None:
        return True
    dof = question.test.dof
    if question.means is not None:
        name = question.test.name
        kind = kind_of(name, of_means=True)
        own = {"F": "F", "z": "z"}.get(one.name.split(",")[0], "t")
        whole = one.whole_row and len(question.arms) > 2
        if whole and kind == "t" and welch(name):
            kind = "F"
        return own == (kind or ("F" if whole else "t")) or (kind, own) == ("z", "t")
    return len(dof) != 1 or one.dof == dof[0] or not one.of_patients


def met(
    allowed: tuple[Way, ...], value: Value, *, complete: bool, root: bool = False
) -> str:
    """Say how a candidate's value, or any of its values, meets a printed number."""
    if isinstance(value, tuple):
        low, high = (sqrt(end) for end in value) if root else value
        return meets(allowed, low, high)
    if not isinstance(value, np.ndarray):
        value = sqrt(value) if root else value
        return meets(allowed, value, value)
    value = np.sqrt(value) if root else value
    if not complete:
        value = value[~np.isnan(value)]
        return meets(allowed, float(value.min()), float(value.max()))
    return any_meets(allowed, value)


def p_matches(question: Question, alpha: float) -> list[Match]:
    """List the candidates that give the printed p-value."""
    printed = question.test.p
    if printed is None:
        return []
    allowed: tuple[Way, ...] = (("rounded", *printed_p_interval(printed, alpha)),)
    halves = one_sided(question.test.name) and len(question.arms) == 2
    found = []
    for computed, one in _every([*question.computed, *question.effects]):
        if one.pvalue is None:
            continue
        if question.means is not None and not same_kind(question, one):
            continue
        if met(allowed, one.pvalue, complete=computed.complete) != "no":
            found.append(Match(one, computed.reading, "rounded"))
            continue
        half = _half(one) if halves else None
        if half and met(allowed, half.pvalue, complete=computed.complete) != "no":
            found.append(Match(half, computed.reading, "rounded"))
    return found


def _half(one: Candidate) -> Candidate | None:
    """The one-sided form of a two-sided test that has one."""
    if one.statistic is None or one.dof not in (1, None):
        return None
    value = one.pvalue
    half = (value[0] / 2, value[1] / 2) if isinstance(value, tuple) else value / 2
    name = f"{one.name} one-sided"
    return Candidate(name, None, None, half, one.of_patients, one.whole_row)


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

    Of means it is the first that the printed name allows; of an effect the first.
    """
    computed = question.computed
    if field == "statistic" and question.effects:
        computed = question.effects
    able = [
        one
        for one in (computed[0].candidates if computed else [])
        if getattr(one, field) is not None
    ]
    named = [one for one in able if same_kind(question, one)]
    if field == "statistic" or question.means is not None:
        able = named or able
    return next((one for one in able if one.name == best), able[0] if able else None)


def near(value: Value, printed: Printed | PrintedP | None) -> float:
    """Of several computed values, the one nearest to the printed one."""
    number = printed.number if isinstance(printed, PrintedP) else printed
    target = abs(float(number.value)) if number is not None else 1.0
    if isinstance(value, tuple):
        return min(max(value[0], target), value[1])
    if not isinstance(value, np.ndarray):
        return float(value)
    distance = np.where(np.isnan(value), np.inf, np.abs(value - target))
    return float(value[np.argmin(distance)])


def value_text(
    value: Value,
    printed: Printed | PrintedP | None,
    decimals: int,
    *,
    root: bool = False,
) -> str:
    """Write a computed value; an interval by its ends, of several the nearest one."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        ends = [sqrt(end) for end in value] if root else value
        low, high = (written(end, decimals) for end in ends)
        return low if low == high else f"{low} to {high}"
    value = near(value, printed)
    return written(sqrt(value) if root else value, decimals)
