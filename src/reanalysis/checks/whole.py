"""The whole table: which procedure gives most rows, and which rows it does not give."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from reanalysis.checks.luck import expected_by_luck
from reanalysis.checks.matches import (
    fair_first,
    p_matches,
    reference,
    statistic_matches,
    value_text,
)
from reanalysis.checks.misprints import nearest_misprint
from reanalysis.checks.names import beyond, kind_of
from reanalysis.checks.questions import Question
from reanalysis.printed import PrintedP


@dataclass(frozen=True)
class Missed:
    """A row whose printed value the procedure of the table does not give.

    Attributes
    ----------
    endpoint, printed, computed : str
    by : str
        The procedures that do give it.
    misprint : str
        The slip after which the procedure of the table would give it.
    """

    endpoint: str
    printed: str
    computed: str
    by: str
    misprint: str


@dataclass(frozen=True)
class Summary:
    """What the statistics, or the p-values, of one study's table have in common.

    Attributes
    ----------
    study : str
    field : str
        ``statistic`` or ``p``.
    rows : int
        Rows with such a value that can be computed.
    given : dict
        How many of them each procedure gives, the most first.
    near : int
        Further rows that the first procedure gives but for less than one step of the
        last digit.
    alike : tuple of str
        Procedures that give as many rows as the first, and the same ones.
    missed : tuple of Missed
        The rows that the first procedure does not give.
    questions : tuple of Question
        All the rows.
    of_all : frozenset of str
        Procedures that are tests of all arms.
    """

    study: str
    field: str
    rows: int
    given: dict[str, int]
    near: int
    alike: tuple[str, ...]
    missed: tuple[Missed, ...]
    questions: tuple[Question, ...]
    of_all: frozenset[str] = frozenset()

    @property
    def best(self) -> str:
        """The procedure that gives most rows; empty if none gives any."""
        return next(iter(self.given), "")

    @property
    def shown(self) -> str:
        """The test of all arms that gives most rows, to be shown beside others."""
        return next((name for name in self.given if name in self.of_all), "Pearson")

    @cached_property
    def by_luck(self) -> float:
        """How many procedures would give as many rows if the values were unrelated.

        NaN where that cannot be said.
        """
        if not self.best:
            return float("nan")
        return expected_by_luck(self.questions, self.field, self.given[self.best])

    @property
    def sentence(self) -> str:
        """All of it in words."""
        what = "statistics" if self.field == "statistic" else "p-values"
        if not self.best:
            return f"No procedure gives any of the {self.rows} printed {what}."
        number = self.given[self.best]
        if 2 * number < self.rows:
            return f"No procedure gives more than {number} of the {self.rows} {what}."
        said = f"{self.best} gives {number} of {self.rows} printed {what}"
        if self.near:
            said += f", and {self.near} more but for one step of the last digit"
        if self.alike:
            *first, last = self.alike
            others = f"{', '.join(first)} and {last}" if first else last
            said += f"; on this table {others} cannot be told apart from it"
        return f"{said}."


def summarize(
    study: str, asked: Sequence[Question], field: str, alpha: float
) -> Summary:
    """Find the procedure of a table.

    Parameters
    ----------
    study : str
    asked : sequence of Question
    field : str
        ``statistic`` or ``p``.
    alpha : float
        What NS stands for.
    """
    able = [question for question in asked if _able(question, field)]
    sets: dict[str, set[int]] = {}
    close: dict[str, set[int]] = {}
    of_all: set[str] = set()
    for i, question in enumerate(able):
        if field == "statistic":
            matches = statistic_matches(question)
        else:
            matches = p_matches(question, alpha)
        for match in fair_first(matches):
            found = close if match.how == "near" else sets
            found.setdefault(match.name, set()).add(i)
            if match.fair and match.candidate.whole_row:
                of_all.add(match.name)
    # tests of the patients first, and Pearson, where several give as many
    order = sorted(
        sets,
        key=lambda name: (
            -len(sets[name]),
            name.startswith(("percentages", "one-way")),
            name != "Pearson",
        ),
    )
    best = order[0] if order else ""
    given = sets.get(best, set())
    near = close.get(best, set()) - given
    missed = [
        _missed(
            question, best, field, able, [name for name in order if i in sets[name]]
        )
        for i, question in enumerate(able)
        if i not in given | near
    ]
    return Summary(
        study,
        field,
        len(able),
        {name: len(sets[name]) for name in order},
        len(near),
        tuple(name for name in order[1:] if sets[name] == given),
        tuple(missed),
        tuple(able),
        frozenset(of_all),
    )


def _able(question: Question, field: str) -> bool:
    test = question.test
    if question.blocked or question.varied or question.means is not None:
        return False
    if question.nothing_to_compare or beyond(test.name):
        return False
    if field == "statistic":
        return test.statistic is not None and kind_of(test.name) in ("chi", "z")
    # a limit says too little to tell procedures apart
    return test.p is not None and test.p.sign == "="


def _missed(
    question: Question,
    best: str,
    field: str,
    able: Sequence[Question],
    by: Sequence[str],
) -> Missed:
    test, name = question.test, best or "Pearson"
    printed = test.statistic if field == "statistic" else test.p
    number = printed.number if isinstance(printed, PrintedP) else printed
    if printed is None or number is None:
        raise ValueError(f"the row has no {field}")
    computed = "statistic" if field == "statistic" else "pvalue"
    value = getattr(reference(question, name, computed), computed, None)
    text = value_text(value, printed, max(3, number.decimals))
    misprint = nearest_misprint(question, name, able) if field == "statistic" else ""
    return Missed(question.row.endpoint, printed.text, text, "; ".join(by), misprint)
