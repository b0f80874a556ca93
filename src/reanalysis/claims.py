"""A verdict for every claim of a study.

A claim names its check. Each check is a small function below: it recomputes what the
claim says from what the study reports, and never reads a verdict from a file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import pandas as pd

from reanalysis.counts import grim, readings, recover_counts
from reanalysis.endpoints import (
    check_tests,
    compare_pairs,
    multiverse,
    pairwise_differences,
)
from reanalysis.origins import count_matches, explain_statistics
from reanalysis.package import DataError, Fault
from reanalysis.printed import match_printed, parse_printed
from reanalysis.prose import listed, pvalue
from reanalysis.study import Study

REPRODUCED = "reproduced"
NOT_REPRODUCED = "not reproduced"
CONTRADICTED = "contradicted by the study's own data"
UNCHECKABLE = "cannot be checked from what is reported"
AGREES = "agrees with its source"
DIFFERS = "differs from its source"
NOT_SEEN = "source not seen"

#: All verdicts, and what each says of the claim in one word.
VERDICTS = {
    REPRODUCED: "holds",
    AGREES: "holds",
    NOT_REPRODUCED: "does not hold",
    CONTRADICTED: "does not hold",
    DIFFERS: "does not hold",
    UNCHECKABLE: "cannot be told",
    NOT_SEEN: "cannot be told",
}

#: What stands before a verdict in a table, as in the figure of all claims.
MARKS = {"holds": "●", "does not hold": "✕", "cannot be told": "○"}

_TESTS = ("pearson", "exact")  # both, since a study seldom says which one it ran


class Finding(NamedTuple):
    """What a check found: see `verdicts` for the fields."""

    reported: str
    recomputed: str
    verdict: str
    sentence: str


@dataclass(frozen=True, eq=False)
class _Audit:
    """What the checks share, computed once."""

    study: Study
    counts: pd.DataFrame
    tests: pd.DataFrame
    readings: pd.DataFrame
    pairs: pd.DataFrame
    differences: pd.DataFrame
    origins: list[str]

    @property
    def arms(self) -> list[str]:
        return self.study.arms["arm"].tolist()

    @property
    def silent(self) -> list[str]:
        endpoints = self.study.endpoints
        return endpoints.loc[endpoints["reported"] == "no", "endpoint"].tolist()

    @property
    def alpha(self) -> float:
        return self.study.tests["alpha"].astype(float).min()

    def rates(self, claim: Any) -> pd.DataFrame:
        """Printed percentages: a row per endpoint of the claim, a column per arm."""
        printed = self.study.outcomes
        if claim.endpoint:
            printed = printed[printed["endpoint"] == claim.endpoint]
        wide = printed.pivot(index="endpoint", columns="arm", values="percent")
        return wide.loc[printed["endpoint"].unique(), self.arms].astype(float)


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
        does), ``verdict`` (one of `VERDICTS`) and ``sentence`` (why).

    Raises
    ------
    DataError
        If a claim lacks what its check needs.

    Examples
    --------
    >>> from reanalysis import example
    >>> found = verdicts(example()).set_index("claim")
    >>> found.loc["asleep-statistic", ["reported", "recomputed", "verdict"]].tolist()
    ['19.9', '4.00', 'not reproduced']
    """
    audit = _audit(study)
    rows = []
    for row, claim in enumerate(study.claims.itertuples(index=False), start=2):
        _check_claim(claim, row, study)
        found = _no_result(claim, audit) or CHECKS[claim.check](claim, audit)
        rows.append((claim.claim, claim.section, *found))
    return pd.DataFrame(rows, columns=["claim", "section", *Finding._fields])


def _audit(study: Study) -> _Audit:
    counts = recover_counts(study.outcomes)
    try:
        tried = multiverse(study, _TESTS)
    except ValueError as error:  # so many patients that a percentage is many counts
        raise DataError([Fault("outcomes.csv", None, "n", None, str(error))]) from None
    found = count_matches(explain_statistics(study))
    return _Audit(
        study=study,
        counts=counts,
        tests=check_tests(study),
        readings=tried,
        pairs=pd.concat([compare_pairs(counts, test) for test in _TESTS]),
        differences=pairwise_differences(counts),
        origins=found.loc[found["matches"] == len(study.tests), "procedure"].tolist(),
    )


def _check_claim(claim: Any, row: int, study: Study) -> None:
    def fault(column: str, rule: str) -> DataError:
        value = getattr(claim, column)
        return DataError([Fault("claims.csv", row, column, value, rule)])

    if claim.check not in CHECKS:
        raise fault("check", f"write one of {', '.join(CHECKS)}")
    for column in _NEEDED.get(claim.check, ()):
        if not getattr(claim, column):
            raise fault(column, f"a claim with the check {claim.check!r} needs it")
    arms = set(study.arms["arm"])
    if claim.check == "percent" and claim.arm not in arms:
        raise fault("arm", "no arm has this name")
    if claim.check == "effect" and claim.value not in arms - {claim.arm}:
        raise fault("value", "name the arm that it is set against")
    if claim.check in _WHOLE and not re.fullmatch("[0-9]{1,9}", claim.value):
        raise fault("value", "write a whole number")
    if claim.check == "repeats":
        try:
            parse_printed(claim.value)
        except ValueError as error:
            raise fault("value", str(error)) from None


def _no_result(claim: Any, audit: _Audit) -> Finding | None:
    """Answer claims on an arm or an endpoint of which the study has no result."""
    if claim.arm and claim.arm not in audit.arms:
        said = f"No arm was given this: {claim.arm.lower()}."
    elif claim.endpoint in audit.silent:
        said = f"{claim.endpoint}: announced, and no result is reported."
    else:
        return None
    return Finding(claim.statement, "", UNCHECKABLE, said)


# --- numbers of the table ---------------------------------------------------------


def _percent(claim: Any, audit: _Audit) -> Finding:
    counts = audit.counts
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


def _statistic(claim: Any, audit: _Audit) -> Finding:
    (row,) = audit.tests[audit.tests["endpoint"] == claim.endpoint].itertuples()
    recomputed = f"{row.statistic:.2f}"
    (match,) = match_printed(row.printed, [row.statistic])
    if match != "no":
        said = f"The chi-square test of the patients gives {recomputed}."
        return Finding(row.printed, recomputed, REPRODUCED, said)
    said = f"The chi-square test of the patients gives {recomputed}, not {row.printed}."
    if len(audit.origins) == 1:
        said += f" One calculation gives all printed values: {audit.origins[0]}."
    return Finding(row.printed, recomputed, NOT_REPRODUCED, said)


def _planned_test(claim: Any, audit: _Audit) -> Finding:
    tests = audit.tests
    matches = [
        match_printed(printed, [statistic])[0] != "no"
        for printed, statistic in zip(tests["printed"], tests["statistic"], strict=True)
    ]
    recomputed = f"{sum(matches)} of {len(matches)} values"
    verdict = REPRODUCED if all(matches) else NOT_REPRODUCED
    said = f"On the patients, the planned test gives {recomputed} of the table."
    return Finding(claim.statement, recomputed, verdict, said)


def _repeats(claim: Any, audit: _Audit) -> Finding:
    printed = audit.rates(claim).loc[claim.endpoint, claim.arm]
    same = float(parse_printed(claim.value).value) == printed
    said = "The text and the table agree." if same else "The text and the table differ."
    verdict = REPRODUCED if same else CONTRADICTED
    return Finding(f"{claim.value}%", f"{printed:g}% in the table", verdict, said)


def _sizes(claim: Any, audit: _Audit) -> Finding:
    sizes = audit.study.arms["n"]
    sum_of = " + ".join(map(str, sizes))
    same = int(claim.value) == sizes.sum()
    verdict = REPRODUCED if same else CONTRADICTED
    said = f"The arms add up: {sum_of} = {sizes.sum()}."
    return Finding(claim.value, str(sizes.sum()), verdict, said)


# --- sentences drawn from the table -----------------------------------------------


def _significant(claim: Any, audit: _Audit) -> Finding:
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


def _significantly_higher(claim: Any, audit: _Audit) -> Finding:
    """Judge against each other arm, by both tests."""
    rates, spans, found = audit.rates(claim), [], []
    for endpoint, other in product(rates.index, rates.columns.drop(claim.arm)):
        pairs = audit.pairs[audit.pairs["endpoint"] == endpoint]
        both = pairs[["arm", "other"]].isin([claim.arm, other]).all(axis=1)
        spans.append(f"{endpoint}, {other}: {_span(pairs.loc[both, 'pvalue'])}")
        above = rates.loc[endpoint, claim.arm] > rates.loc[endpoint, other]
        found.append(pairs.loc[both, "pvalue"] if above else pd.Series([1.0]))
    verdict = _decide(
        kindest=max(pvalues.min() for pvalues in found) < audit.alpha,
        strictest=max(pvalues.max() for pvalues in found) < audit.alpha,
    )
    said = "By the chi-square and the exact test of two arms, not corrected for number."
    return Finding(claim.statement, "; ".join(spans), verdict, said)


def _decide(kindest: bool, strictest: bool) -> str:
    """Judge significance: it holds by every test and reading, by none, or by some."""
    if strictest:
        return REPRODUCED
    return UNCHECKABLE if kindest else CONTRADICTED


def _rank(claim: Any, audit: _Audit) -> Finding:
    ranks = audit.rates(claim).rank(axis=1, ascending=False, method="min")[claim.arm]
    same = (ranks == int(claim.value)).all()
    found = "; ".join(f"{endpoint}: {rank:.0f}" for endpoint, rank in ranks.items())
    said = "The printed percentages put it there; a rank says nothing of chance."
    if not same:
        said = "The printed percentages do not put it there."
    reported = f"rank {claim.value} of {len(audit.arms)}"
    return Finding(reported, found, REPRODUCED if same else CONTRADICTED, said)


def _higher(claim: Any, audit: _Audit) -> Finding:
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
    said = f"Above {listed(above)}, not above {listed(under)}. "
    said += "The paper does not say what it is set against."
    return Finding(claim.statement, found, UNCHECKABLE, said)


def _effect(claim: Any, audit: _Audit) -> Finding:
    """Judge an effect: allocation by chance comes first, then the intervals."""
    pairs = audit.differences
    ahead = pairs[(pairs["arm"] == claim.arm) & (pairs["other"] == claim.value)]
    behind = pairs[(pairs["arm"] == claim.value) & (pairs["other"] == claim.arm)]
    low = [*ahead["low"], *-behind["high"]]
    estimate = [100 * value for value in (*ahead["estimate"], *-behind["estimate"])]
    clear = sum(value > 0 for value in low)
    # a text that began with a minus would be a formula to a spreadsheet
    found = f"from {min(estimate):.0f} to {max(estimate):.0f} points above "
    found += f"{claim.value}; "
    found += f"{clear} of {len(low)} intervals exclude no difference"
    if audit.study.facts.get("randomized") != "yes":
        said = "The arms were not formed by chance and are not compared as they began: "
        said += "an effect cannot be told from a difference that was there before."
        return Finding(claim.statement, found, UNCHECKABLE, said)
    said = "By the intervals of the differences between randomized arms."
    verdict = REPRODUCED if clear == len(low) else NOT_REPRODUCED
    return Finding(claim.statement, found, verdict, said)


# --- what was done, and what others found -----------------------------------------


def _assessed(claim: Any, audit: _Audit) -> Finding:
    total = len(audit.study.endpoints)
    found = f"{total - len(audit.silent)} of {total} have results"
    if not audit.silent:
        said = "Every endpoint that is announced has results."
        return Finding(claim.statement, found, REPRODUCED, said)
    said = f"Announced without a result: {listed(audit.silent)}."
    return Finding(claim.statement, found, UNCHECKABLE, said)


def _follow_up(claim: Any, audit: _Audit) -> Finding:
    facts, years = audit.study.facts, int(claim.value)
    first, last = int(facts["period_start"]), int(facts["period_end"])
    found = f"only for those who entered by the end of {last - years}"
    if last - years < first:
        said = f"A study from {first} to {last} follows nobody for so long."
        return Finding(f"{years} years", "for nobody", CONTRADICTED, said)
    said = f"The study ran from {first} to {last}; dates of entry are not reported."
    return Finding(f"{years} years", found, UNCHECKABLE, said)


def _stated(claim: Any, audit: _Audit) -> Finding:
    said = f"Not reported: {claim.needs}."
    return Finding(claim.value or claim.statement, "", UNCHECKABLE, said)


def _source(claim: Any, audit: _Audit) -> Finding:
    sources = audit.study.sources
    cited = sources[sources["claim"] == claim.claim]
    reported = claim.value or claim.statement
    if cited.empty:
        return Finding(reported, "", NOT_SEEN, "The paper names no source for it.")
    seen = cited[cited["seen"] != "no"]
    said = " ".join(
        f"{row.citation}: {row.says.rstrip('.')}." for row in seen.itertuples()
    )
    missing = cited.loc[cited["seen"] == "no", "citation"]
    said += f" Not seen: {listed(missing)}." if len(missing) else ""
    found = "; ".join(filter(None, seen["value"]))
    supported = [_supports(row, claim.value) for row in seen.itertuples()]
    if any(supported):
        return Finding(reported, found, AGREES, said.strip())
    # an abstract that leaves the claim open speaks neither for it nor against it
    undecided = (seen["value"] == "") & (seen["supports"] == "")
    verdict = NOT_SEEN if len(missing) or undecided.any() else DIFFERS
    return Finding(reported, found, verdict, said.strip())


def _supports(source: Any, value: str) -> bool:
    if value and source.value:
        return _plain(source.value) == _plain(value)
    return source.supports == "yes"


def _references(claim: Any, audit: _Audit) -> Finding:
    entries = sorted(set(audit.study.sources["entry"]))
    same = entries == list(range(1, int(claim.value) + 1))
    said = "Every entry of the list is cited in the text."
    if not same:
        said = "The entries that are cited are not those of the list."
    verdict = REPRODUCED if same else CONTRADICTED
    return Finding(claim.value, f"{len(entries)} cited", verdict, said)


def _plain(number: str) -> str:
    return re.sub("[% ]", "", number.replace("\u2013", "-"))


def _span(pvalues: pd.Series) -> str:
    ends = [pvalue(p) for p in (pvalues.min(), pvalues.max())]
    return f"p {ends[0]} to {ends[1]}" if ends[0] != ends[1] else f"p {ends[0]}"


#: How each kind of claim is checked.
CHECKS: dict[str, Callable[[Any, _Audit], Finding]] = {
    "percent": _percent,
    "statistic": _statistic,
    "significant": _significant,
    "significantly higher": _significantly_higher,
    "rank": _rank,
    "higher": _higher,
    "effect": _effect,
    "repeats": _repeats,
    "sizes": _sizes,
    "assessed": _assessed,
    "planned test": _planned_test,
    "follow-up": _follow_up,
    "stated": _stated,
    "source": _source,
    "references": _references,
}

_NEEDED = {
    "percent": ("endpoint", "arm"),
    "statistic": ("endpoint",),
    "significantly higher": ("arm",),
    "rank": ("arm", "value"),
    "higher": ("endpoint", "arm"),
    "effect": ("arm", "value"),
    "repeats": ("endpoint", "arm", "value"),
    "sizes": ("value",),
    "follow-up": ("value",),
    "stated": ("needs",),
    "references": ("value",),
}
_WHOLE = ("rank", "sizes", "follow-up", "references")  # the value is a whole number
