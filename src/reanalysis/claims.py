"""A verdict for every claim of a study.

A claim names its check. Each check is a small function below: it recomputes what the
claim says from what the study reports, and never reads a verdict from a file. Where
only a reader can judge, the data hold what was missing or what a source says, and
`judged` says so.

The rules, the same for every claim:

- A claim is *contradicted* only if it fails by every test and in every reading; if it
  holds in some readings and not in others, it *cannot be checked*.
- A value that no valid test of the patients gives, but another calculation does, is
  *reproduced, by a test that is not valid here*.
- A result without data for its arm or its endpoint is *stated without data*.
- A source *agrees* if it gives the same quantity, of the same patients, in the same
  words or numbers (`compare_stated`); it *differs* if both cannot be true; else it
  *does not settle* the claim.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import pandas as pd

from reanalysis.counts import grim, readings
from reanalysis.endpoints import check_tests, multiverse, pairwise_differences
from reanalysis.origins import count_matches, explain_statistics
from reanalysis.package import DataError, Fault
from reanalysis.printed import match_printed, parse_printed
from reanalysis.prose import listed, number, pvalue
from reanalysis.stated import compare_stated, parse_stated
from reanalysis.study import Study
from reanalysis.tables import named_test

REPRODUCED = "reproduced"
AGREES = "agrees with its source"
INVALID = "reproduced, by a test that is not valid here"
NOT_REPRODUCED = "not reproduced"
CONTRADICTED = "contradicted by the study itself"
DIFFERS = "differs from its source"
NO_DATA = "stated without data"
UNCHECKABLE = "cannot be checked from what is reported"
UNSOURCED = "no source named"
UNSETTLED = "the source does not settle it"
NOT_SEEN = "source not seen"

#: All verdicts, and what each says of the claim in a few words.
VERDICTS = {
    REPRODUCED: "holds",
    AGREES: "holds",
    INVALID: "only by an invalid test",
    NOT_REPRODUCED: "does not hold",
    CONTRADICTED: "does not hold",
    DIFFERS: "does not hold",
    NO_DATA: "stated without data",
    UNCHECKABLE: "cannot be told",
    UNSOURCED: "cannot be told",
    UNSETTLED: "cannot be told",
    NOT_SEEN: "cannot be told",
}

#: What stands before a verdict in a table, as in the figure of all claims.
MARKS = {
    "holds": "●",
    "only by an invalid test": "◐",
    "does not hold": "✕",
    "stated without data": "□",
    "cannot be told": "○",
}

COMPUTED = "by computation"
READ = "by a reader"

_TESTS = ("pearson", "exact")  # both, since a study seldom says which one it ran


class Finding(NamedTuple):
    """What a check found.

    Attributes
    ----------
    reported, recomputed : str
        What the study says, and what follows from its data; empty if nothing does.
    verdict : str
        One of `VERDICTS`.
    sentence : str
        Why.
    judged : str
        `COMPUTED` or `READ`.
    """

    reported: str
    recomputed: str
    verdict: str
    sentence: str
    judged: str = COMPUTED


class Recomputed:
    """What the checks share, each part computed when the first check asks for it."""

    def __init__(self, study: Study):
        self.study = study

    @cached_property
    def tests(self) -> pd.DataFrame:
        """The test that the design calls for, on the patients."""
        return check_tests(self.study)

    @cached_property
    def readings(self) -> pd.DataFrame:
        """Both tests of every reading of the table."""
        try:
            return multiverse(self.study, tests=_TESTS)
        except ValueError as error:  # so many patients that a percentage is many counts
            fault = Fault("outcomes.csv", None, "n", None, str(error))
            raise DataError([fault]) from None

    @cached_property
    def differences(self) -> pd.DataFrame:
        """The risk differences of every two arms."""
        return pairwise_differences(self.study.counts)

    @cached_property
    def origins(self) -> list[str]:
        """The procedures that give all printed statistics."""
        found = count_matches(explain_statistics(self.study))
        full = found["matches"] == len(self.study.tests)
        return found.loc[full, "procedure"].tolist()

    def rates(self, claim: Any) -> pd.DataFrame:
        """Printed percentages: a row per endpoint of the claim, a column per arm."""
        printed = self.study.outcomes
        if claim.endpoint:
            printed = printed[printed["endpoint"] == claim.endpoint]
        wide = printed.pivot(index="endpoint", columns="arm", values="percent")
        return wide.loc[printed["endpoint"].unique(), self.study.arm_names].astype(
            float
        )


@dataclass(frozen=True)
class Registered:
    """A check as it was registered.

    Attributes
    ----------
    judge : callable
        Takes a claim and an `Recomputed`, gives a `Finding`.
    needs : tuple of str
        Columns of the claim that must not be empty.
    whole : bool
        The claim's value must be a whole number.
    result : bool
        The claim states a result: without data for its arm or endpoint it has none.
    compares : bool
        The claim compares arms: in a study of one arm there is nothing to compare.
    """

    judge: Callable[[Any, Recomputed], Finding]
    needs: tuple[str, ...]
    whole: bool
    result: bool
    compares: bool


#: How each kind of claim is checked, by name; `check` adds to it.
CHECKS: dict[str, Registered] = {}


def check(
    name: str,
    *,
    needs: tuple[str, ...] = (),
    whole: bool = False,
    result: bool = False,
    compares: bool = False,
) -> Callable[[Callable], Callable]:
    """Register a check under the name that claims give."""

    def register(judge: Callable) -> Callable:
        CHECKS[name] = Registered(judge, needs, whole, result, compares)
        return judge

    return register


def verdicts(study: Study) -> pd.DataFrame:
    """Judge every claim of a study.

    Parameters
    ----------
    study : Study
        Its `claims` name a check each: one of `CHECKS`.

    Returns
    -------
    DataFrame
        A row per claim, in their order: ``claim``, ``section``, ``reported`` (what the
        study says), ``recomputed`` (what follows from its data; empty if nothing
        does), ``verdict`` (one of `VERDICTS`), ``sentence`` (why) and ``judged``
        (by computation, or by a reader).

    Raises
    ------
    DataError
        If a claim lacks what its check needs.

    Examples
    --------
    >>> from reanalysis import example
    >>> found = verdicts(example()).set_index("claim")
    >>> found.loc["asleep-statistic", ["reported", "recomputed"]].tolist()
    ['19.9', '4.00']
    """
    audit = Recomputed(study)
    rows = []
    for row, claim in enumerate(study.claims.itertuples(index=False), start=2):
        _check_claim(claim, row, study)
        found = _no_result(claim, audit) or CHECKS[claim.check].judge(claim, audit)
        if claim.note:
            found = found._replace(sentence=f"{found.sentence} {claim.note}.")
        rows.append((claim.claim, claim.section, *found))
    return pd.DataFrame(rows, columns=["claim", "section", *Finding._fields])


def appraise(study: Study) -> pd.DataFrame:
    """Fill in what a computation answers in the appraisal of a study.

    Parameters
    ----------
    study : Study
        Rows of its `appraisal` that name a check are answered by the claims with that
        check: no concern if all of them hold, else a concern.

    Returns
    -------
    DataFrame
        `study.appraisal` with ``judgement`` and ``reason`` filled in and ``judged`` (by
        computation, or by a reader) in the place of ``check``.

    Examples
    --------
    >>> from reanalysis import example
    >>> appraise(example()).loc[1, ["judgement", "reason", "judged"]].tolist()
    ['concern', '1 of 2 such claims hold', 'by computation']
    """
    names = study.claims[["claim", "check"]]
    found = verdicts(study).merge(names, on="claim")
    found["holds"] = found["verdict"].map(VERDICTS) == "holds"
    rows = []
    for row in study.appraisal.to_dict("records"):
        name = row.pop("check")
        if name:
            asked = found[found["check"] == name]
            failed = asked[~asked["holds"]]
            row["judgement"] = "concern" if len(failed) else "no concern"
            row["reason"] = _tally(len(asked) - len(failed), len(asked))
        rows.append(row | {"judged": COMPUTED if name else READ})
    columns = [*study.appraisal.columns.drop("check"), "judged"]
    return pd.DataFrame(rows, columns=columns)


def _tally(held: int, total: int) -> str:
    if total == 1:
        return f"The one such claim {'holds' if held else 'does not hold'}"
    return f"{held} of {total} such claims hold"


def _check_claim(claim: Any, row: int, study: Study) -> None:
    def fault(column: str, rule: str) -> DataError:
        value = getattr(claim, column)
        return DataError([Fault("claims.csv", row, column, value, rule)])

    if claim.check not in CHECKS:
        raise fault("check", f"write one of {', '.join(CHECKS)}")
    for column in CHECKS[claim.check].needs:
        if not getattr(claim, column):
            raise fault(column, f"a claim with the check {claim.check!r} needs it")
    arms = set(study.arm_names)
    if claim.check == "percent" and claim.arm not in arms:
        raise fault("arm", "no arm has this name")
    if claim.check == "effect" and claim.value not in arms - {claim.arm}:
        raise fault("value", "name the arm that it is set against")
    if CHECKS[claim.check].whole and not re.fullmatch("[0-9]{1,9}", claim.value):
        raise fault("value", "write a whole number")
    if claim.check == "repeats":
        try:
            parse_printed(claim.value)
        except ValueError as error:
            raise fault("value", str(error)) from None


def _no_result(claim: Any, audit: Recomputed) -> Finding | None:
    """Answer claims of which the study can have no result."""
    asked, verdict = CHECKS[claim.check], NO_DATA
    if asked.result and claim.arm and claim.arm not in audit.study.arm_names:
        said = f"No arm was given this: {claim.arm.lower()}."
    elif asked.result and claim.endpoint in audit.study.silent_endpoints:
        said = f"{claim.endpoint}: announced, and no result is reported."
    elif asked.compares and len(audit.study.arms) < 2:
        said, verdict = "The study has one arm: nothing is compared.", UNCHECKABLE
    else:
        return None
    return Finding(claim.statement, "", verdict, said)


# --- numbers of the table ---------------------------------------------------------


@check("percent", needs=("endpoint", "arm"), result=True)
def _percent(claim: Any, audit: Recomputed) -> Finding:
    counts = audit.study.counts
    chosen = (counts["endpoint"] == claim.endpoint) & (counts["arm"] == claim.arm)
    (row,) = counts[chosen].itertuples()
    share = f"{100 * row.events / row.n:.3g}%"
    found = f"{row.events} of {row.n}, {share}"
    if grim(row.percent, row.n):
        said = f"{row.percent}% of {row.n} is {row.events}, a whole number."
        return Finding(f"{row.percent}%", found, REPRODUCED, said)
    others = readings(row.percent, row.n).query("n != @row.n")
    fits = [f"{other.events} of {other.n}" for other in others.itertuples()]
    said = f"No whole number of {row.n} gives {row.percent}%; {row.events} is nearest."
    said += f" What would give it: {listed(fits)}." if fits else ""
    return Finding(f"{row.percent}%", found, NOT_REPRODUCED, said)


@check("statistic", needs=("endpoint",), result=True, compares=True)
def _statistic(claim: Any, audit: Recomputed) -> Finding:
    (row,) = audit.tests[audit.tests["endpoint"] == claim.endpoint].itertuples()
    recomputed = f"{row.statistic:.2f}"
    (match,) = match_printed(row.printed, [row.statistic])
    said = f"The chi-square test of the patients gives {recomputed}"
    if match != "no":
        return Finding(row.printed, recomputed, REPRODUCED, f"{said}.")
    said += f", not {row.printed}."
    verdict = _origin(audit)
    if verdict != NOT_REPRODUCED:
        said += f" What gives all printed values: {listed(audit.origins)}."
    return Finding(row.printed, recomputed, verdict, said)


def _origin(audit: Recomputed) -> str:
    """Say of what kind the procedures are that give all printed statistics."""
    if any(name.endswith("independence, whole patients") for name in audit.origins):
        return REPRODUCED
    return INVALID if audit.origins else NOT_REPRODUCED


@check("planned test", compares=True)
def _planned_test(claim: Any, audit: Recomputed) -> Finding:
    tests = audit.tests
    matches = [
        match_printed(printed, [statistic])[0] != "no"
        for printed, statistic in zip(tests["printed"], tests["statistic"], strict=True)
    ]
    recomputed = f"{sum(matches)} of {len(matches)} values"
    verdict = REPRODUCED if all(matches) else _origin(audit)
    said = f"On the patients, the planned test gives {recomputed} of the table."
    if verdict == INVALID:
        said += f" What gives all of them: {listed(audit.origins)}."
    return Finding(claim.statement, recomputed, verdict, said)


@check("printed p", compares=True)
def _printed_p(claim: Any, audit: Recomputed) -> Finding:
    """Judge the p-values that the printed statistics would have."""
    from scipy.stats import chi2

    tests = audit.tests.merge(audit.study.tests[["endpoint", "alpha"]])
    pvalues = chi2.sf(tests["printed"].astype(float), tests["dof"])
    below = pvalues < tests["alpha"].astype(float)
    own = chi2.sf(tests["statistic"], tests["dof"]) < tests["alpha"].astype(float)
    ends = "; ".join(
        f"{end}: p {pvalue(p)}"
        for end, p in zip(tests["endpoint"], pvalues, strict=True)
    )
    verdict = CONTRADICTED
    if below.all():
        verdict = REPRODUCED if own.all() else INVALID
    said = f"From the printed chi-square values: {ends}."
    if verdict == INVALID:
        said += " The test of the patients does not give these values."
    found = f"{below.sum()} of {len(below)} endpoints"
    return Finding(claim.statement, found, verdict, said)


@check("repeats", needs=("endpoint", "arm", "value"), result=True)
def _repeats(claim: Any, audit: Recomputed) -> Finding:
    printed = audit.rates(claim).loc[claim.endpoint, claim.arm]
    same = float(parse_printed(claim.value).value) == printed
    said = "The text and the table agree." if same else "The text and the table differ."
    verdict = REPRODUCED if same else CONTRADICTED
    return Finding(f"{claim.value}%", f"{printed:g}% in the table", verdict, said)


@check("sizes", needs=("value",), whole=True)
def _sizes(claim: Any, audit: Recomputed) -> Finding:
    sizes = audit.study.arms["n"]
    sum_of = " + ".join(map(str, sizes))
    same = int(claim.value) == sizes.sum()
    verdict = REPRODUCED if same else CONTRADICTED
    said = f"The arms add up: {sum_of} = {sizes.sum()}."
    return Finding(claim.value, str(sizes.sum()), verdict, said)


# --- sentences drawn from the table -----------------------------------------------


@check("significant", result=True, compares=True)
def _significant(claim: Any, audit: Recomputed) -> Finding:
    """Judge by every reading of the percentages and both tests."""
    limits = audit.study.tests.set_index("endpoint")["alpha"].astype(float)
    limits = limits[[claim.endpoint]] if claim.endpoint else limits
    spans, shares = [], []
    for endpoint, limit in limits.items():
        found = audit.readings[audit.readings["endpoint"] == endpoint]["pvalue"]
        spans.append(f"{endpoint}: {_span(found)}")
        shares.append((found < limit).mean())
    verdict = _decide(kindest=min(shares) > 0, strictest=min(shares) == 1)
    reported = f"p < {' or '.join(f'{limit:g}' for limit in limits.unique())}"
    if claim.endpoint:
        said = "By the chi-square and the exact test, over all readings of the table."
        return Finding(reported, spans[0].partition(": ")[2], verdict, said)
    passed = sum(share > 0 for share in shares)
    recomputed = f"{passed} of {len(shares)} endpoints"
    return Finding(f"{reported} for all", recomputed, verdict, "; ".join(spans) + ".")


@check("significantly higher", needs=("arm",), result=True, compares=True)
def _significantly_higher(claim: Any, audit: Recomputed) -> Finding:
    """Judge against each other arm and against all others together.

    The words allow both. Each is tried on every reading of the table, by both tests.
    """
    spans = []
    ways: dict[str, list[pd.Series]] = {_EACH: [], _ALL: []}
    for endpoint in audit.rates(claim).index:
        found = _against_others(claim.arm, endpoint, audit)
        for other, part in found.groupby("other", sort=False):
            spans.append(f"{endpoint}, {other}: {_span(part['pvalue'])}")
            way = _ALL if other == _ALL else _EACH
            # what is not higher is not significantly higher
            ways[way].append(part["pvalue"].where(part["higher"], 1.0))
    tried = {name: found for name, found in ways.items() if found}
    best = {name: max(p.min() for p in found) for name, found in tried.items()}
    worst = {name: max(p.max() for p in found) for name, found in tried.items()}
    verdict = _decide(
        kindest=min(best.values()) < audit.study.alpha,
        strictest=max(worst.values()) < audit.study.alpha,
    )
    said = "By the chi-square and the exact test of two groups, over all readings, not "
    said += "corrected for number."
    if verdict == UNCHECKABLE:
        can = [name for name, p in best.items() if p < audit.study.alpha]
        cannot = [name for name in best if name not in can]
        said += f" By some of these it holds against {listed(can)}"
        said += f", by none against {listed(cannot)}." if cannot else "."
    return Finding(claim.statement, "; ".join(spans), verdict, said)


_ALL = "all others together"
_EACH = "every other arm taken alone"


def _against_others(arm: str, endpoint: str, audit: Recomputed) -> pd.DataFrame:
    """Test an arm against each other and against all together, in every reading."""
    tried = audit.readings[audit.readings["endpoint"] == endpoint]
    tried = tried.drop_duplicates(["events", "n"])
    place = audit.study.arm_names.index(arm)
    rows = []
    for events, n in zip(tried["events"], tried["n"], strict=True):
        others = [
            (other, events[i], n[i])
            for i, other in enumerate(audit.study.arm_names)
            if other != arm
        ]
        if len(others) > 1:
            sums = [sum(column) for column in list(zip(*others, strict=True))[1:]]
            others.append((_ALL, *sums))
        for (other, x, size), test in product(others, _TESTS):
            found = named_test(test)([events[place], x], [n[place], size])
            higher = events[place] * size > x * n[place]
            rows.append((other, found.pvalue, higher))
    return pd.DataFrame(rows, columns=["other", "pvalue", "higher"])


def _decide(kindest: bool, strictest: bool) -> str:
    """Judge significance: it holds by every test and reading, by none, or by some."""
    if strictest:
        return REPRODUCED
    return UNCHECKABLE if kindest else CONTRADICTED


@check("rank", needs=("arm", "value"), whole=True, result=True, compares=True)
def _rank(claim: Any, audit: Recomputed) -> Finding:
    rates = audit.rates(claim)
    first, last = (
        rates.rank(axis=1, ascending=False, method=method)[claim.arm]
        for method in ("min", "max")
    )
    alone = ((first == last) & (first == int(claim.value))).all()
    found = "; ".join(
        f"{endpoint}: {a:.0f}" + (f" to {b:.0f}, shared" if a < b else "")
        for endpoint, a, b in zip(rates.index, first, last, strict=True)
    )
    said = "The printed percentages put it there; a rank says nothing of chance."
    if not alone:
        said = "The printed percentages do not put it there."
        if ((first <= int(claim.value)) & (int(claim.value) <= last)).all():
            said = "It shares the place with another arm."
    reported = f"rank {claim.value} of {len(audit.study.arm_names)}"
    return Finding(reported, found, REPRODUCED if alone else CONTRADICTED, said)


@check("higher", needs=("endpoint", "arm"), result=True, compares=True)
def _higher(claim: Any, audit: Recomputed) -> Finding:
    """Judge a comparison whose other side is not named."""
    rates = audit.rates(claim).loc[claim.endpoint]
    others = rates.drop(claim.arm)
    above = [arm for arm, rate in others.items() if rates[claim.arm] > rate]
    under = [arm for arm in others.index if arm not in above]
    found = f"{rates[claim.arm]:g}%; " + ", ".join(
        f"{arm} {rate:g}%" for arm, rate in others.items()
    )
    if not under:
        return Finding(claim.statement, found, REPRODUCED, "It is above all others.")
    if not above:
        return Finding(claim.statement, found, CONTRADICTED, "It is above no other.")
    said = f"Above {listed(above)}, not above {listed(under)}."
    if len(others) > 1:
        own = audit.study.counts[audit.study.counts["endpoint"] == claim.endpoint]
        rest = own[own["arm"] != claim.arm]
        share = 100 * rest["events"].sum() / rest["n"].sum()
        word = "above" if rates[claim.arm] > share else "not above"
        said += f" All others together have {share:.3g}%; it is {word} that."
    said += " The paper does not say what it is set against."
    return Finding(claim.statement, found, UNCHECKABLE, said)


@check("effect", needs=("arm", "value"), result=True, compares=True)
def _effect(claim: Any, audit: Recomputed) -> Finding:
    """Judge an effect: allocation by chance comes first, then the intervals."""
    pairs = audit.differences
    ahead = pairs[(pairs["arm"] == claim.arm) & (pairs["other"] == claim.value)]
    behind = pairs[(pairs["arm"] == claim.value) & (pairs["other"] == claim.arm)]
    low = [*ahead["low"], *-behind["high"]]
    estimate = [100 * value for value in (*ahead["estimate"], *-behind["estimate"])]
    clear = sum(value > 0 for value in low)
    # a text that began with a minus would be a formula to a spreadsheet
    found = f"from {min(estimate):.0f} to {max(estimate):.0f} points above "
    found += f"{claim.value}; {clear} of {len(low)} intervals lie above zero"
    if audit.study.facts.get("randomized") != "yes":
        said = "The arms were not formed by chance and are not compared as they began: "
        said += "an effect cannot be told from a difference that was there before."
        return Finding(claim.statement, found, UNCHECKABLE, said)
    said = "By the intervals of the differences between randomized arms."
    verdict = REPRODUCED if clear == len(low) else NOT_REPRODUCED
    return Finding(claim.statement, found, verdict, said)


# --- what was done ----------------------------------------------------------------


@check("arms", needs=("value",))
def _arms(claim: Any, audit: Recomputed) -> Finding:
    """Judge a statement that names treatments, parted by semicolons."""
    named = re.split(" *; *", claim.value)
    absent = [arm for arm in named if arm not in audit.study.arm_names]
    found = f"{len(named) - len(absent)} of {len(named)} treatments are arms"
    if not absent:
        said = "The table has an arm for each treatment that it names."
        return Finding(claim.statement, found, REPRODUCED, said)
    said = f"No arm was given this: {listed(absent).lower()}."
    return Finding(claim.statement, found, NO_DATA, said)


@check("assessed")
def _assessed(claim: Any, audit: Recomputed) -> Finding:
    total = len(audit.study.endpoints)
    found = f"{total - len(audit.study.silent_endpoints)} of {total} have results"
    if not audit.study.silent_endpoints:
        said = "Every endpoint that is announced has results."
        return Finding(claim.statement, found, REPRODUCED, said)
    said = f"Announced without a result: {listed(audit.study.silent_endpoints)}."
    return Finding(claim.statement, found, UNCHECKABLE, said)


@check("follow-up", needs=("value",), whole=True, result=True)
def _follow_up(claim: Any, audit: Recomputed) -> Finding:
    period, years = audit.study.period, int(claim.value)
    if period is None:
        said = "The years of the study are not reported."
        return Finding(f"{years} years", "", UNCHECKABLE, said)
    first, last = period
    found = f"only for those who entered by the end of {last - years}"
    if last - years < first:
        said = f"A study from {first} to {last} follows nobody for so long."
        return Finding(f"{years} years", "for nobody", CONTRADICTED, said)
    said = f"The study ran from {first} to {last}; dates of entry are not reported."
    return Finding(f"{years} years", found, UNCHECKABLE, said)


@check("stated", needs=("needs",))
def _stated(claim: Any, audit: Recomputed) -> Finding:
    said = f"Not reported: {claim.needs}."
    return Finding(claim.value or claim.statement, "", UNCHECKABLE, said, READ)


@check("without data", needs=("needs",))
def _without_data(claim: Any, audit: Recomputed) -> Finding:
    said = f"Not reported: {claim.needs}."
    return Finding(claim.value or claim.statement, "", NO_DATA, said, READ)


# --- what others found ------------------------------------------------------------


@check("source")
def _source(claim: Any, audit: Recomputed) -> Finding:
    sources = audit.study.sources
    cited = sources[sources["claim"] == claim.claim]
    reported = claim.value or claim.statement
    if cited.empty:
        return Finding(reported, "", UNSOURCED, "The sentence names no source.")
    seen = cited[cited["seen"] != "no"]
    missing = cited.loc[cited["seen"] == "no", "citation"]
    told = [f"{row.citation}: {row.says.rstrip('.')}." for row in seen.itertuples()]
    told += [f"Not seen: {listed(missing)}."] if len(missing) else []
    told += _above(claim, audit)
    found = "; ".join(filter(None, seen["value"]))
    said = " ".join(told)
    if seen.empty:
        return Finding(reported, "", NOT_SEEN, said, READ)
    weighed = [_weigh(row, claim.value) for row in seen.itertuples()]
    agreeing = [judged for verdict, judged in weighed if verdict == AGREES]
    if agreeing:
        judged = COMPUTED if COMPUTED in agreeing else READ
        return Finding(reported, found, AGREES, said, judged)
    judged = COMPUTED if {judged for _, judged in weighed} == {COMPUTED} else READ
    against = all(verdict == DIFFERS for verdict, _ in weighed)
    verdict = DIFFERS if against and missing.empty else UNSETTLED
    return Finding(reported, found, verdict, said, judged)


def _weigh(source: Any, value: str) -> tuple[str, str]:
    """Give the verdict of one source, and who judged it."""
    said, read = parse_stated(value), parse_stated(source.value)
    if said is None or read is None:
        typed = {"yes": AGREES, "no": DIFFERS}
        return typed.get(source.supports, UNSETTLED), READ
    if source.differs:  # another quantity, or other patients
        return UNSETTLED, READ
    computed = {"same": AGREES, "apart": DIFFERS, "compatible": UNSETTLED}
    return computed[compare_stated(said, read)], COMPUTED


def _above(claim: Any, audit: Recomputed) -> list[str]:
    """Say how many published rates lie above a highest one that is claimed."""
    said, known = parse_stated(claim.value), audit.study.comparators
    if said is None or said.kind != "at most" or not claim.endpoint:
        return []
    same = (known["arm"] == claim.arm) & (known["endpoint"] == claim.endpoint)
    same &= ~known["denominator"].isin(["responders", "subgroup"])
    rates = known.loc[same, "percent"].astype(float)
    if rates.empty:
        return []
    above = int((rates > said.high).sum())
    higher = f"{number(above)} {'is' if above == 1 else 'are'} higher"
    return [f"Of {len(rates)} published rates that we have, {higher}."]


@check("references", needs=("value",), whole=True)
def _references(claim: Any, audit: Recomputed) -> Finding:
    entries = sorted(set(audit.study.sources["entry"]))
    same = entries == list(range(1, int(claim.value) + 1))
    said = "Every entry of the list is cited in the text."
    if not same:
        said = "The entries that are cited are not those of the list."
    verdict = REPRODUCED if same else CONTRADICTED
    return Finding(claim.value, f"{len(entries)} cited", verdict, said)


def _span(pvalues: pd.Series) -> str:
    ends = [pvalue(p) for p in (pvalues.min(), pvalues.max())]
    return f"p {ends[0]} to {ends[1]}" if ends[0] != ends[1] else f"p {ends[0]}"
