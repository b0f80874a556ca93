"""One typed `Study`: its tables as printed, read from a folder and checked.

The description of the folder checks each cell (`read_tables`); `_sense` checks what no
description can say.
"""

import dataclasses
import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import pandas as pd

from reanalysis.counts import recover_counts
from reanalysis.package import DataError, Fault, read_tables
from reanalysis.printed import parse_printed

# The columns of the tables that a folder must have.
_NEEDED = {
    "design": "fact value place",
    "arms": "arm group n treatment place",
    "endpoints": "endpoint meaning reported place",
    "outcomes": "endpoint arm n percent place",
    "tests": "endpoint statistic value mark alpha place",
}

# Tables that a folder may leave out, with their columns: then they have no rows.
_OPTIONAL = {
    "claims": "claim section place statement check endpoint arm value needs note",
    "sources": "claim entry citation doi seen says value differs supports",
    "publications": "study label trial design setting population doi doi_from",
    "comparators": "study arm endpoint definition detail denominator time events n "
    "percent low high se seen derived prior",
    "reporting": "item section asks reported place note",
    "appraisal": "tool item part asks found place check judgement reason",
    "scenarios": "scenario arm n",
}


# What such a table without rows has in the columns that are not text.
_TYPES = {
    "sources": {"entry": "int64"},
    "comparators": {"events": "Int64", "n": "Int64"},
    "reporting": {"item": "int64"},
    "scenarios": {"n": "int64"},
}

# Facts that belong together: both are there, or none.
_RANGES = (("age_min", "age_max"), ("period_start", "period_end"))


@dataclass(frozen=True, eq=False)
class Study:
    """A study as printed.

    Printed numbers are strings: the count of their decimals is information.

    Attributes
    ----------
    design : DataFrame
        Columns ``fact, value, place``.
    arms : DataFrame
        Columns ``arm, group, n, treatment, place``.
    endpoints : DataFrame
        Columns ``endpoint, meaning, reported, place``; `reported` is yes or no.
    outcomes : DataFrame
        Columns ``endpoint, arm, n, percent, place``; a row for each reported endpoint
        and arm, in the order of `endpoints` and `arms`.
    tests : DataFrame
        Columns ``endpoint, statistic, value, mark, alpha, place``; a row for each
        reported endpoint.
    claims : DataFrame
        Columns ``claim, section, place, statement, check, endpoint, arm, value, needs,
        note``; a row for each factual statement.
    sources : DataFrame
        Columns ``claim, entry, citation, doi, seen, says, value, differs, supports``; a
        row for each work that is cited for a claim.
    publications : DataFrame
        Columns ``study, label, trial, design, setting, population, doi, doi_from``.
    comparators : DataFrame
        Columns ``study, arm, endpoint, definition, detail, denominator, time, events,
        n, percent, low, high, se, seen, derived, prior``; a row for each published
        figure.
    reporting : DataFrame
        Columns ``item, section, asks, reported, place, note``.
    appraisal : DataFrame
        Columns ``tool, item, part, asks, found, place, check, judgement, reason``.
    scenarios : DataFrame
        Columns ``scenario, arm, n``; each scenario adds up to 100.

    Notes
    -----
    From `claims` on, a folder may leave a table out; then it has no rows.
    """

    design: pd.DataFrame
    arms: pd.DataFrame
    endpoints: pd.DataFrame
    outcomes: pd.DataFrame
    tests: pd.DataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    publications: pd.DataFrame
    comparators: pd.DataFrame
    reporting: pd.DataFrame
    appraisal: pd.DataFrame
    scenarios: pd.DataFrame

    @property
    def facts(self) -> dict[str, str]:
        """The facts of the design, each with its value as printed."""
        return dict(zip(self.design["fact"], self.design["value"], strict=True))

    @property
    def arm_names(self) -> list[str]:
        """Names of the arms, in the study's order."""
        return self.arms["arm"].tolist()

    @property
    def silent_endpoints(self) -> list[str]:
        """Endpoints that are announced and have no result."""
        silent = self.endpoints["reported"] == "no"
        return self.endpoints.loc[silent, "endpoint"].tolist()

    @property
    def counts(self) -> pd.DataFrame:
        """Whole patients: `recover_counts` of the outcomes."""
        return recover_counts(self.outcomes)

    @property
    def alpha(self) -> float:
        """The strictest level (0-1) that a mark claims."""
        return float(self.tests["alpha"].astype(float).min())

    @property
    def ages(self) -> tuple[int, int] | None:
        """Lowest and highest allowed age; None if the study does not say."""
        return self._range("age_min", "age_max")

    @property
    def period(self) -> tuple[int, int] | None:
        """First and last calendar year; None if the study does not say."""
        return self._range("period_start", "period_end")

    def _range(self, first: str, last: str) -> tuple[int, int] | None:
        facts = self.facts
        return (int(facts[first]), int(facts[last])) if first in facts else None

    @property
    def priors(self) -> pd.DataFrame:
        """The published counts that serve as priors.

        Columns ``endpoint, arm, study, events, n, definition, population, doi``; in
        `study` stands the label of the publication.
        """
        chosen = self.comparators[self.comparators["prior"] == "yes"]
        found = chosen.merge(self.publications, on="study", validate="many_to_one")
        found = found.drop(columns="study").rename(columns={"label": "study"})
        columns = ["endpoint", "arm", "study", "events", "n", "definition"]
        return found[[*columns, "population", "doi"]]

    def with_percent(self, endpoint: str, arm: str, percent: str) -> "Study":
        """Give the same study with another printed percentage.

        Parameters
        ----------
        endpoint, arm : str
            Row and column of the table.
        percent : str
            From 0 to 100, as it would be printed.

        Returns
        -------
        Study

        Raises
        ------
        ValueError
            If the table has no such cell, or it cannot be printed so.

        Examples
        --------
        >>> from reanalysis import example
        >>> other = example().with_percent("asleep", "Quince", "90")
        >>> other.outcomes.loc[2, "percent"]
        '90'
        """
        cell = (self.outcomes["endpoint"] == endpoint) & (self.outcomes["arm"] == arm)
        if not cell.any():
            raise ValueError(f"the table has no cell {endpoint}, {arm}")
        if not 0 <= parse_printed(percent).value <= 100:
            raise ValueError(f"a percentage is from 0 to 100, not {percent}")
        outcomes = self.outcomes.assign(
            percent=self.outcomes["percent"].mask(cell, percent)
        )
        return dataclasses.replace(self, outcomes=outcomes)


def load_study(folder: str | Path = "data") -> Study:
    """Read and check a study.

    Parameters
    ----------
    folder : path
        Folder with ``datapackage.json`` and the CSV files that it describes.

    Returns
    -------
    Study

    Raises
    ------
    DataError
        If anything is wrong. It lists every fault found, each with file, row, column,
        value and the rule that it breaks.

    Examples
    --------
    >>> from reanalysis.example import FOLDER
    >>> load_study(FOLDER).outcomes.loc[0, "percent"]
    '44'
    """
    folder = Path(folder)
    tables, paths = read_tables(folder, _NEEDED, _OPTIONAL)
    try:
        faults = _sense(paths, tables)
    except (LookupError, TypeError, ValueError) as error:
        # a description of its own may let pass what no study can be made of
        rule = f"its types or required columns do not fit a study: {error}"
        faults = [Fault(str(folder / "datapackage.json"), None, None, None, rule)]
    if faults:
        raise DataError(faults)
    empty = {
        name: pd.DataFrame(columns=columns.split(), dtype="str").astype(
            _TYPES.get(name, {})
        )
        for name, columns in _OPTIONAL.items()
    }
    known = {field.name for field in dataclasses.fields(Study)} & set(tables)
    read = {name: tables[name].drop(columns="_row") for name in known}
    return Study(**(empty | read))


# --- what makes sense -----------------------------------------------------------------


def _sense(paths: dict[str, str], tables: dict[str, pd.DataFrame]) -> list[Fault]:
    endpoints, arms = tables["endpoints"], tables["arms"]
    reported = endpoints.loc[endpoints["reported"] == "yes", "endpoint"].tolist()
    expected = [(endpoint, arm) for endpoint in reported for arm in arms["arm"]]
    faults = _check_order(
        paths["outcomes"], tables["outcomes"], ["endpoint", "arm"], expected
    )
    faults += _check_order(
        paths["tests"], tables["tests"], ["endpoint"], [(e,) for e in reported]
    )
    outcomes, sizes = tables["outcomes"], arms.set_index("arm")["n"]
    for row, arm, n in zip(*(outcomes[c] for c in ("_row", "arm", "n")), strict=True):
        if n > sizes[arm]:
            rule = f"the arm has {sizes[arm]} patients"
            faults.append(Fault(paths["outcomes"], row, "n", str(n), rule))
    if "comparators" in tables:
        faults += _check_comparators(paths["comparators"], tables["comparators"])
    if "scenarios" in tables:
        faults += _check_scenarios(paths["scenarios"], tables["scenarios"])
    return faults + _check_design(paths["design"], tables["design"], arms)


def _check_comparators(path: str, comparators: pd.DataFrame) -> list[Fault]:
    faults = []
    for found in comparators.to_dict("records"):
        counted, sized = (not pd.isna(found[name]) for name in ("events", "n"))
        limits = [found[name] or found["percent"] for name in ("low", "high")]
        low, high = map(float, limits)
        for wrong, column, rule in (
            (counted and not sized, "n", "fill in the patients of this count"),
            (
                counted and sized and found["events"] > found["n"],
                "events",
                f"it must be at most n, {found['n']}",
            ),
            (
                counted and sized and not _rounds_to(found),
                "percent",
                f"{found['events']} of {found['n']} patients give another percentage",
            ),
            (
                (found["low"] == "") != (found["high"] == ""),
                "low",
                "write both limits or none",
            ),
            (
                not low <= float(found["percent"]) <= high,
                "percent",
                "it must lie within its interval, from low to high",
            ),
            (
                found["prior"] == "yes" and not (counted and found["arm"]),
                "prior",
                "a prior needs an arm and a count",
            ),
        ):
            if wrong:
                value = str(found[column])
                faults.append(Fault(path, found["_row"], column, value, rule))
    return faults


def _rounds_to(found: dict) -> bool:
    low, high = parse_printed(found["percent"]).rounded_from()
    if found["events"] > found["n"]:
        return True  # said already
    return low <= Fraction(100 * int(found["events"]), int(found["n"])) <= high


def _check_scenarios(path: str, scenarios: pd.DataFrame) -> list[Fault]:
    totals = scenarios.groupby("scenario", sort=False)["n"].sum()
    return [
        Fault(path, None, "n", name, f"the scenario adds up to {total}, not to 100")
        for name, total in totals.items()
        if total != 100
    ]


def _check_order(
    path: str, table: pd.DataFrame, columns: list[str], expected: list[tuple]
) -> list[Fault]:
    """Compare a table's keys with those it must have, once each, in this order."""
    found = list(table[columns].itertuples(index=False, name=None))
    where = ", ".join(columns)
    faults = [
        Fault(path, None, where, ", ".join(key), "this row is missing")
        for key in expected
        if key not in found
    ]
    faults += [
        Fault(path, row, where, ", ".join(key), "this endpoint is not reported")
        for row, key in zip(table["_row"], found, strict=True)
        if key not in expected
    ]
    if not faults and found != expected:
        number, key = next(
            (row, want)
            for row, want, have in zip(table["_row"], expected, found, strict=True)
            if want != have
        )
        rule = f"keep the order of endpoints and arms: {', '.join(key)} stands here"
        faults.append(Fault(path, number, where, None, rule))
    return faults


def _check_design(path: str, design: pd.DataFrame, arms: pd.DataFrame) -> list[Fault]:
    facts = {row.fact: (row.Index, row.value) for row in design.itertuples()}
    faults, numbers = [], {}
    known = [pair for pair in _RANGES if not facts.keys().isdisjoint(pair)]
    for fact in ("n", *chain(*known)):
        if fact not in facts:
            faults.append(Fault(path, None, "fact", fact, "this fact is missing"))
            continue
        index, value = facts[fact]
        if re.fullmatch("0|[1-9][0-9]{0,8}", value):
            numbers[fact] = int(value)
        else:
            row = design.loc[index, "_row"]
            faults.append(Fault(path, row, "value", value, "write a whole number"))
    if faults:
        return faults

    def fault(fact: str, rule: str) -> Fault:
        index, value = facts[fact]
        return Fault(path, design.loc[index, "_row"], "value", value, rule)

    if numbers["n"] != arms["n"].sum():
        faults.append(fault("n", f"the arms add up to {arms['n'].sum()} patients"))
    for first, last in known:
        if numbers[first] > numbers[last]:
            faults.append(
                fault(first, f"it must not be above {last}, {facts[last][1]}")
            )
    return faults
