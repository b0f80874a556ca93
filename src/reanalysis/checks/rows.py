"""The checks of a row: its printed statistic, its printed p-value, and its mark."""

from collections.abc import Mapping, Sequence

import numpy as np

from reanalysis.checks.candidates import Candidate
from reanalysis.checks.findings import AGREES, DIFFERS, UNCHECKED, Check
from reanalysis.checks.matches import (
    Match,
    met,
    names,
    near,
    p_matches,
    reference,
    shown,
    statistic_matches,
    value_text,
)
from reanalysis.checks.matching import printed_p_interval, ways
from reanalysis.checks.names import beyond, exact, kind_of
from reanalysis.checks.own import Answer, own_p
from reanalysis.checks.questions import Question
from reanalysis.checks.ratios import CALLED
from reanalysis.printed import Printed, PrintedP

#: Tests that a mark without a p-value may stand for, beside the table's own.
USUAL = (
    *("Pearson", "Yates", "N-1", "likelihood ratio", "Fisher", "Kruskal-Wallis"),
    *("t", "Welch", "F"),
)

#: Where Fisher's test is not computed, a p-value so near to Pearson's may be Fisher's.
FISHER_NEAR = 1.5

_SAVED = "Unless patients are missing from it or the test was adjusted or paired"
_SAVED_MEANS = "Unless the test was adjusted, paired or one of ranks"
_SAVED_EFFECT = "Unless it was adjusted, or of other patients"
_VARIED = "A note says that not all patients were counted"


def row_checks(
    question: Question,
    best: Mapping[str, str],
    alpha: float,
    marks: Mapping[str, float],
) -> list[Check]:
    """Make the checks of one printed test.

    Parameters
    ----------
    question : Question
    best : mapping
        For ``statistic`` and ``p``, the procedure that gives most rows of the table.
    alpha : float
        What NS stands for.
    marks : mapping
        The level (0-1) below which each mark says that the p-value is.
    """
    test, found = question.test, []
    if test.statistic is not None:
        answer = _statistic(question, test.statistic, best["statistic"])
        found.append(_check(question, "statistic", test.statistic.text, answer))
    if test.p is not None:
        answer = _p(question, test.p, best["p"], alpha)
        found.append(_check(question, "p", test.p.text, answer))
    if test.statistic is not None and test.p is not None:
        both = f"{test.statistic.text} and {test.p.text}"
        if own := own_p(question, alpha):
            found.append(_check(question, "statistic and p", both, own))
    if test.mark:
        answer = _mark(question, test.mark, marks, best["statistic"])
        found.append(_check(question, "mark", test.mark, answer))
    return found


def _check(question: Question, check: str, printed: str, answer: Answer) -> Check:
    computed, verdict, by, sentence = answer
    if question.level:
        sentence = f"{question.level}: {sentence}"
    row = question.row
    return Check(
        row.study, row.endpoint, question.arm, check, printed, computed, verdict, by,
        sentence,
    )  # fmt: skip


def _statistic(question: Question, printed: Printed, best: str) -> Answer:
    name, of_means = question.test.name, question.means is not None
    kind = kind_of(name, of_means=of_means)
    fitting = ("t", "F", "z") if of_means else ("chi", "z")
    why = _unable(question)
    if not why and question.effect:
        if not any(one.candidates for one in question.effects):
            called = CALLED[question.effect]
            why = f"a {called} does not follow from what is printed"
    elif not why and name and kind not in fitting:
        what = "means" if of_means else "counts"
        why = f"{name} is not computed from {what} here"
    if why:
        return _unchecked(why)
    return _verdict(
        question,
        printed,
        shown(statistic_matches(question), best),
        reference(question, best, "statistic"),
        root=kind == "z" and not of_means,
    )


def _p(question: Question, printed: PrintedP, best: str, alpha: float) -> Answer:
    if printed.number is not None and not 0 <= printed.number.value <= 1:
        return "", DIFFERS, "", "A p-value is from 0 to 1."
    if why := _unable(question):
        return _unchecked(why)
    matches = shown(p_matches(question, alpha), best)
    chosen = reference(question, best, "pvalue")
    answer = _verdict(question, printed, matches, chosen)
    if answer[1] != DIFFERS:
        return answer
    computed, _, by, _ = answer
    if exact(question.test.name) and _no_fisher(question):
        said = "Fisher's exact test is not computed here: there are too many tables"
    elif not question.test.name and _no_fisher(question) and _close(printed, chosen):
        said = (
            "It is near Pearson's, and may be Fisher's, which is not computed here: "
            "there are too many tables"
        )
    elif question.effect and not any(m.fair for m in statistic_matches(question)):
        said = "The effect does not follow from these numbers, nor need its p-value"
    else:
        return answer
    return computed, UNCHECKED, by, f"{said}; {_gives(chosen, computed)}."


def _no_fisher(question: Question) -> bool:
    """Whether counts have no exact test, because it is too much work."""
    if question.means is not None or not question.computed:
        return False
    first = question.computed[0].candidates
    return bool(first) and not any(one.name == "Fisher" for one in first)


def _close(printed: PrintedP, chosen: Candidate | None) -> bool:
    if printed.number is None or chosen is None:
        return False
    low, high = printed_p_interval(printed, 0.05)
    value = near(chosen.pvalue, printed)
    return low / FISHER_NEAR <= value <= high * FISHER_NEAR


def _unable(question: Question) -> str:
    if what := beyond(question.test.name, of_means=question.means is not None):
        return f"the table names {what}, which needs more than these numbers"
    if question.blocked or any(one.candidates for one in question.computed):
        return question.blocked
    return "all patients are in one arm or in one level"


def _unchecked(why: str) -> Answer:
    return "", UNCHECKED, "", f"Nothing can be computed: {why}."


def gives(name: str) -> str:
    """Say as the beginning of a sentence what gives a value.

    Examples
    --------
    >>> gives("Pearson"), gives("percentages, one-way")
    ('Pearson gives', 'percentages taken for counts, one-way, give')
    """
    first, _, more = name.partition(", ")
    if first == "percentages":
        return f"{first} taken for counts{f', {more},' if more else ''} give"
    if more == "the nearest counts":
        return f"{first} of the nearest counts gives"
    return f"{name} gives"


def _gives(chosen: Candidate | None, computed: str) -> str:
    if chosen is None:
        return "nothing can be computed"
    return f"{gives(chosen.name)} {computed}"


def _verdict(
    question: Question,
    printed: Printed | PrintedP,
    matches: Sequence[Match],
    chosen: Candidate | None,
    *,
    root: bool = False,
) -> Answer:
    """Computed value, verdict, procedures and sentence of a printed value."""
    field = "pvalue" if isinstance(printed, PrintedP) else "statistic"
    number = printed.number if isinstance(printed, PrintedP) else printed
    decimals = max(3, number.decimals if number is not None else 0)

    def text(one: Candidate) -> str:
        return value_text(getattr(one, field), printed, decimals, root=root)

    by = names(list(matches))
    if matches and matches[0].fair and not question.varied:
        said = f"{gives(matches[0].name)} {text(matches[0].candidate)}."
        said += _HOW[matches[0].how]
        if question.nothing_to_compare and not question.effect:
            said = "All patients or none have the event, so nothing speaks against it."
        return text(matches[0].candidate), AGREES, by, said
    computed = "" if chosen is None else text(chosen)
    instead = _gives(chosen, computed)
    if question.varied:
        said = f"{_VARIED}, so no test can be done"
        return computed, UNCHECKED, by, f"{said}; on all of them {instead}."
    said = f"no {CALLED.get(question.effect, 'test')} gives {printed.text}"
    if field == "pvalue":
        said = f"no test gives {printed.text}"
    if matches:
        said = (
            f"only {gives(matches[0].name)} {printed.text}, which is no test of all "
            "these patients"
        )
    if question.doubtful and _saved_by_fewer(question, printed):
        said = "Some percentages of the table fit no count of its patients"
        reading = "if up to a tenth were not counted, Pearson may give it"
        by = "Pearson, fewer patients"
        return computed, UNCHECKED, by, f"{said}; {reading}; on all {instead}."
    saved = _SAVED_MEANS if question.means is not None else _SAVED
    if question.effect and field == "statistic":
        saved = _SAVED_EFFECT
    return computed, DIFFERS, by, f"{saved}, {said}; {instead}."


def _saved_by_fewer(question: Question, printed: Printed | PrintedP) -> bool:
    """Whether Pearson gives the printed value of fewer patients than are printed."""
    if question.effect and isinstance(printed, Printed):
        return False
    for computed in question.fewer_patients:
        for one in computed.candidates:
            if isinstance(printed, PrintedP):
                way = ("rounded", *printed_p_interval(printed, 0.05))
                found = met((way,), one.pvalue, complete=computed.complete)
            else:
                found = met(
                    ways(printed)[:1], one.statistic, complete=computed.complete
                )
            if found != "no":
                return True
    return False


_HOW = {
    "rounded": "",
    "truncated": " Its further digits are cut off.",
    "near": " It is less than one step of the last digit away.",
}


def _mark(
    question: Question, mark: str, marks: Mapping[str, float], best: str
) -> Answer:
    p = question.test.p
    level = marks.get(mark.replace(" ", ""))
    if level is None:
        return "", UNCHECKED, "", f"What {mark} stands for is not said."
    claim = f"{mark} says that the p-value is below {level:g}"
    if p is not None:
        verdict = AGREES if p.values(0.05)[0] < level else DIFFERS
        return p.text, verdict, "", f"{claim}, and {p.text} is printed."
    if why := _unable(question):
        return _unchecked(why)
    if question.varied:
        return _unchecked("a note says that not all patients were counted")
    below = _below(question, level, {*USUAL, best})
    chosen = below[0].candidate if below else reference(question, "Pearson", "pvalue")
    if chosen is None:
        return _unchecked("no test of these numbers is known here")
    text = value_text(chosen.pvalue, None, 3)
    if below:
        return text, AGREES, names(below), f"{claim}, and {gives(chosen.name)} {text}."
    saved = _SAVED_MEANS if question.means is not None else _SAVED
    said = f"{saved}, no p-value is below {level:g}; {gives(chosen.name)} {text}."
    return text, DIFFERS, "", said


def _below(question: Question, level: float, usual: set[str]) -> list[Match]:
    """Usual tests whose p-value may be below a level.

    Tests of all patients; or, where the mark stands beside one arm, of this arm and
    another.
    """
    found = []
    for computed in question.computed:
        for one in computed.candidates:
            test, _, who = one.name.partition(", ")
            of_arm = bool(question.arm) and question.arm in who.split(" and ")
            if one.pvalue is None or not (
                (one.whole_row and one.name in usual) or (of_arm and test in usual)
            ):
                continue
            least = one.pvalue[0] if isinstance(one.pvalue, tuple) else one.pvalue
            if np.min(least) < level:
                found.append(Match(one, computed.reading, "rounded"))
    return found
