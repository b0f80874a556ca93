"""Synthetic patients: who never were, with the outcomes that were printed.

A study that prints percentages alone cannot be rerun from its patients. A cohort made
up to fit them can be analyzed as the study was, from rows of patients to the printed
table: what comes back could have been found so, what does not come back could not.
"""

from collections.abc import Iterator, Sequence
from math import floor, inf
from typing import NamedTuple

import numpy as np
import pandas as pd

from reanalysis.counts import check_table, whole_number
from reanalysis.follow_up import check_survival, check_window, time_at
from reanalysis.origins import best_procedure, percent_texts, procedure_statistic
from reanalysis.printed import match_printed
from reanalysis.robustness import frechet_bounds
from reanalysis.study import Study
from reanalysis.tables import pearson_test

#: Most patients that `simulated_estimates` draws unless the caller allows more.
MOST_PATIENTS = 20_000_000

# of a patient drawn: time, entry, end and order, and what they are made from
_BYTES = 64

# of a patient in a row of a table
_BYTES_OF_ROW = 200

#: Patients screened for each one in an arm, unless the caller says how many: assumed.
SCREENED_PER_PATIENT = 2

#: Whole years beyond the allowed ages that some of the screened may have: assumed.
YEARS_BEYOND = 4

_OWN_COLUMNS = ("id", "eligible", "arm")


def synthetic_cohort(
    study: Study,
    *,
    screened: int | None = None,
    overlap: float = 1.0,
    seed: int = 0,
    most_patients: int = MOST_PATIENTS,
) -> pd.DataFrame:
    """Make up the patients of a study, from screening to outcomes.

    The counts of events are those of `recover_counts`, so every printed percentage that
    whole patients can give comes back. All else that the printed table leaves open is
    assumed: how many were screened, why some were not eligible (each for one reason,
    all reasons equally likely), ages (all equally likely), that every eligible patient
    came into an arm, that chance decided into which, and who had several outcomes.

    Parameters
    ----------
    study : Study
        Eligibility is read from its facts ``age_min, age_max, inclusion_*,
        exclusion_*``.
    screened : int, optional
        Patients screened, at least as many as the arms have; if left out, the
        assumption `SCREENED_PER_PATIENT` times as many, or as many as the arms have
        where the study names no reason to leave anybody out.
    overlap : float
        How far the same patients have several outcomes (0-1). Of the patients with an
        endpoint, those who also had the endpoint before it are as few as can be at 0
        and as many as can be at 1, and in proportion between, to the nearest whole
        patient (`frechet_bounds`). At 1, which is the default because outcomes such as
        remission and survival follow from one another, this holds for any two
        endpoints.
    seed : int
        Seed of `numpy.random.default_rng`.
    most_patients : int
        Most patients to make up. A million take a second, and 200 MB of memory.

    Returns
    -------
    DataFrame
        A row per screened patient: ``id`` (str, ``SYN-...``), ``age`` (whole years, if
        the study has ages), a bool column for each inclusion and exclusion fact, under
        its name (whether it is true of the patient), ``eligible`` (bool), ``arm`` (str;
        None if not eligible) and a column per reported endpoint: 1 with it, 0 without,
        missing in those who are in no arm or, where the table has fewer patients than
        the arm, not assessed.

    Raises
    ------
    TypeError
        If `screened` is not a whole number.
    ValueError
        If fewer are screened than are in the arms, or more and the study names no
        reason to leave anybody out, or more than allowed, `overlap` is not from 0 to 1,
        or an endpoint has the name of another column.

    Examples
    --------
    >>> from reanalysis import example
    >>> cohort = synthetic_cohort(example(), screened=100)
    >>> len(cohort), int(cohort["eligible"].sum())
    (100, 60)
    """
    n = int(study.arms["n"].sum())
    if screened is None:
        screened = SCREENED_PER_PATIENT * n if _reasons(study) else n
    screened = whole_number(screened, "screened")
    _check_patients(screened, most_patients)
    if screened < n:
        raise ValueError(f"{screened} screened for {n} patients in the arms")
    if screened > n and not _reasons(study):
        raise ValueError("the study names no reason to leave a patient out")
    if not 0 <= overlap <= 1:
        raise ValueError(f"overlap must be from 0 to 1, not {overlap}")
    random = np.random.default_rng(seed)
    cohort = _screen(study, screened, n, random)
    cohort["arm"] = _allocate(study, cohort["eligible"].to_numpy(), random)
    for endpoint, outcome in _outcomes(study, cohort["arm"], overlap, random):
        if endpoint in cohort.columns:
            raise ValueError(f"an endpoint has the name of a column, {endpoint!r}")
        cohort[endpoint] = outcome
    return cohort


def _criteria(study: Study, kind: str) -> dict[str, str]:
    """The facts of a kind, inclusion or exclusion, each with its value."""
    facts = study.facts.items()
    return {fact: value for fact, value in facts if fact.startswith(f"{kind}_")}


def _reasons(study: Study) -> dict[str, str]:
    """Why a patient may not be eligible, in words, by the column that says so."""
    words = {}
    if study.ages:
        words["age"] = f"age not {study.ages[0]} to {study.ages[1]}"
    words |= {f: f"not: {value}" for f, value in _criteria(study, "inclusion").items()}
    return words | _criteria(study, "exclusion")


def _screen(
    study: Study, screened: int, n: int, random: np.random.Generator
) -> pd.DataFrame:
    reasons = list(_reasons(study))
    # the number of the reason for which a patient is out; none for the eligible
    failed = np.full(screened, -1)
    out = random.permutation(screened)[n:]
    failed[out] = random.integers(len(reasons), size=len(out))
    width = len(str(screened))
    names = [f"SYN-{i:0{width}d}" for i in range(1, screened + 1)]
    cohort = pd.DataFrame({"id": names})
    for number, fact in enumerate(reasons):
        met = failed == number
        if fact == "age" and study.ages:
            cohort[fact] = _draw_ages(study.ages, met, random)
        else:
            cohort[fact] = met == fact.startswith("exclusion_")
    return cohort.assign(eligible=failed == -1)


def _draw_ages(
    ages: tuple[int, int], outside: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    low, high = ages
    allowed = np.arange(low, high + 1)
    below = np.arange(max(0, low - YEARS_BEYOND), low)
    above = np.arange(high + 1, high + 1 + YEARS_BEYOND)
    inside = random.choice(allowed, size=len(outside))
    beyond = random.choice(np.concatenate([below, above]), size=len(outside))
    return np.where(outside, beyond, inside)


def _allocate(
    study: Study, eligible: np.ndarray, random: np.random.Generator
) -> pd.Series:
    arms = np.repeat(study.arms["arm"].to_numpy(dtype=object), study.arms["n"])
    found = np.full(len(eligible), None, dtype=object)
    found[eligible] = random.permutation(arms)
    # not a column of text: there None would become another kind of missing
    return pd.Series(found, dtype=object)


def _outcomes(
    study: Study, arm: pd.Series, overlap: float, random: np.random.Generator
) -> Iterator[tuple[str, pd.Series]]:
    counts = study.counts
    # in each arm the patients stand in one line, and the first of it are taken
    lines = {a: random.permutation(np.flatnonzero(arm == a)) for a in study.arms["arm"]}
    before = {a: np.zeros(0, dtype=int) for a in lines}
    for number, (endpoint, part) in enumerate(counts.groupby("endpoint", sort=False)):
        outcome = pd.Series(pd.NA, index=arm.index, dtype="Int64")
        for row in part.itertuples():
            assessed = lines[row.arm][: row.n]
            if number:
                earlier = np.isin(assessed, before[row.arm])
                events = _choose(assessed, earlier, row.events, overlap)
            else:
                events = assessed[: row.events]
            outcome.iloc[assessed] = 0
            outcome.iloc[events] = 1
            before[row.arm] = events
        yield endpoint, outcome


def _choose(
    assessed: np.ndarray, earlier: np.ndarray, events: int, overlap: float
) -> np.ndarray:
    """Take so many patients, of whom some had the endpoint before."""
    low, high = frechet_bounds(int(earlier.sum()), events, len(assessed))
    shared = low + floor(overlap * (high - low) + 0.5)
    with_it, without = assessed[earlier], assessed[~earlier]
    return np.concatenate([with_it[:shared], without[: events - shared]])


# --- the way into the study -----------------------------------------------------------


def study_flow(study: Study) -> pd.DataFrame:
    """List the stages from screening to the analyzed patients, as a study reports them.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        Columns ``stage`` (``screened``, ``excluded``, ``eligible``, ``included``,
        ``arm`` and ``assessed``), ``label`` (the stage in words; a reason for each row
        of ``excluded``, a name for each of ``arm`` and ``assessed``) and ``n``, the
        patients, missing where the study has no such number. A `Study` has only the
        sizes of the arms and their sum.

    Examples
    --------
    >>> from reanalysis import example
    >>> flow = study_flow(example())
    >>> flow.loc[flow["stage"] == "included", "n"].tolist()
    [60]
    """
    sizes = dict(zip(study.arms["arm"], study.arms["n"], strict=True))
    return _flow(study, {"included": sum(sizes.values())}, {}, sizes, {})


def cohort_flow(cohort: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Count the patients of a cohort at each stage.

    Parameters
    ----------
    cohort : DataFrame
        From `synthetic_cohort`.
    study : Study

    Returns
    -------
    DataFrame
        As from `study_flow`. A patient with several reasons is counted at the first;
        ``assessed`` are those with a value for every endpoint.

    Raises
    ------
    ValueError
        If the cohort lacks a column, has an arm that the study does not have, an age
        that is missing, or something else than True and False where it says what is
        true of a patient.

    Examples
    --------
    >>> from reanalysis import example
    >>> study = example()
    >>> flow = cohort_flow(synthetic_cohort(study, screened=100), study)
    >>> flow.groupby("stage", sort=False)["n"].sum().tolist()
    [100, 40, 60, 60, 60, 60]
    """
    endpoints = list(study.tests["endpoint"])
    reasons = _reasons(study)
    _check_columns(cohort, [*_OWN_COLUMNS, *reasons, *endpoints])
    _check_arms(cohort, study)
    for fact in ("eligible", *reasons):
        if fact == "age":
            if not pd.to_numeric(cohort[fact], errors="coerce").notna().all():
                raise ValueError("a patient of the cohort has no age")
        elif not cohort[fact].isin([True, False]).all():
            raise ValueError(f"{fact} is True or False; the cohort has another value")
    met, counted = {}, pd.Series(False, index=cohort.index)
    for fact in reasons:
        out = cohort[fact]
        if fact == "age" and study.ages:
            out = ~out.between(*study.ages)
        else:  # turned round as a column of bool: of numbers, ~ is something else
            out = out.astype(bool) ^ fact.startswith("inclusion_")
        met[fact] = int((out & ~counted).sum())
        counted |= out
    stages = {
        "screened": len(cohort),
        "eligible": int(cohort["eligible"].sum()),
        "included": int(cohort["arm"].notna().sum()),
    }
    complete = cohort[cohort[endpoints].notna().all(axis=1)]
    per_arm = [
        {arm: int((rows["arm"] == arm).sum()) for arm in study.arms["arm"]}
        for rows in (cohort, complete)
    ]
    return _flow(study, stages, met, *per_arm)


def _flow(
    study: Study, stages: dict, reasons: dict, sizes: dict, assessed: dict
) -> pd.DataFrame:
    words = _reasons(study)
    arms = study.arms["arm"]
    rows = [
        ("screened", "screened", stages.get("screened")),
        *(("excluded", text, reasons.get(fact)) for fact, text in words.items()),
        ("eligible", "eligible", stages.get("eligible")),
        ("included", "in the study", stages.get("included")),
        *(("arm", arm, sizes.get(arm)) for arm in arms),
        *(("assessed", arm, assessed.get(arm)) for arm in arms),
    ]
    flow = pd.DataFrame(rows, columns=["stage", "label", "n"], dtype=object)
    return flow.astype({"n": "Int64"})


# --- the study's own analysis, on rows of patients ------------------------------------


class CohortAnalysis(NamedTuple):
    """A cohort analyzed as the study was.

    Attributes
    ----------
    percentages : DataFrame
        A row per endpoint and arm: ``endpoint, arm, n, events``, ``percent`` (str: with
        the decimals that were printed), ``printed`` and ``same`` (bool).
    tests : DataFrame
        A row per endpoint: ``endpoint``; ``statistic, dof, pvalue`` of the patients
        (`pearson_test`); ``computed``, the printed procedure on the cohort's
        percentages; ``printed`` and ``match`` (``rounded``, ``truncated``, ``no``).
    """

    percentages: pd.DataFrame
    tests: pd.DataFrame


def analyze_cohort(
    cohort: pd.DataFrame, study: Study, *, procedure: str | None = None
) -> CohortAnalysis:
    """Analyze rows of patients as the study was analyzed.

    Patients are counted by arm and outcome, percentages rounded as they were printed,
    and arms compared twice: by the chi-square test of the patients, and by the
    procedure from which the printed statistics came.

    Parameters
    ----------
    cohort : DataFrame
        Columns ``arm`` and one per reported endpoint, as from `synthetic_cohort`;
        patients with a missing value are left out of that endpoint.
    study : Study
        What was printed.
    procedure : str, optional
        Name of a candidate of `explain_statistics`; if left out, the one that gives
        the most of the printed statistics.

    Returns
    -------
    CohortAnalysis
        A percentage that ends on a half is rounded as it was printed, else up.

    Raises
    ------
    ValueError
        If the cohort lacks a column, has an outcome other than 0 and 1, an arm without
        patients or one that the study does not have, or there is no such procedure.

    Examples
    --------
    >>> from reanalysis import example
    >>> study = example()
    >>> found = analyze_cohort(synthetic_cohort(study), study)
    >>> int(found.percentages["same"].sum()), found.tests["match"].tolist()
    (8, ['truncated', 'rounded', 'rounded'])
    """
    _check_columns(cohort, ["arm", *study.tests["endpoint"]])
    _check_arms(cohort, study)
    procedure = procedure or best_procedure(study)
    parts, tests = [], []
    for test in study.tests.itertuples():
        part = _count(cohort, study, test.endpoint)
        parts.append(part)
        events, n = part["events"].tolist(), part["n"].tolist()
        patients = pearson_test(events, n)
        computed = procedure_statistic(
            procedure, part["percent"].astype(float), n, part["arm"].tolist()
        )
        fields = (patients.statistic, patients.dof, patients.pvalue, float(computed))
        match = str(match_printed(test.value, computed))
        tests.append((test.endpoint, *fields, test.value, match))
    columns = ["endpoint", "statistic", "dof", "pvalue", "computed", "printed", "match"]
    return CohortAnalysis(
        pd.concat(parts, ignore_index=True), pd.DataFrame(tests, columns=columns)
    )


def _count(cohort: pd.DataFrame, study: Study, endpoint: str) -> pd.DataFrame:
    known = cohort.loc[cohort["arm"].notna() & cohort[endpoint].notna()]
    if not known[endpoint].isin([0, 1]).all():
        raise ValueError(f"an outcome is 0 or 1; {endpoint} has another value")
    table = pd.crosstab(known["arm"], known[endpoint].astype(int))
    table = table.reindex(index=study.arms["arm"], columns=[0, 1], fill_value=0)
    outcomes = study.outcomes[study.outcomes["endpoint"] == endpoint]
    part = outcomes[["endpoint", "arm"]].reset_index(drop=True)
    part["n"], part["events"] = table.sum(axis=1).to_numpy(), table[1].to_numpy()
    if (part["n"] == 0).any():
        arm = part.loc[part["n"] == 0, "arm"].iloc[0]
        raise ValueError(f"no patient of the arm {arm} has a value for {endpoint}")
    part["printed"] = outcomes["percent"].to_numpy()
    cells = zip(part["events"], part["n"], part["printed"], strict=True)
    part["percent"] = [percent_texts([x], n, text)[0] for x, n, text in cells]
    part["same"] = part["percent"] == part["printed"]
    return part[["endpoint", "arm", "n", "events", "percent", "printed", "same"]]


def _check_columns(cohort: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in cohort.columns]
    if missing:
        raise ValueError(f"the cohort has no column {', '.join(missing)}")


def _check_arms(cohort: pd.DataFrame, study: Study) -> None:
    unknown = set(cohort["arm"].dropna()) - set(study.arm_names)
    if unknown:
        said = ", ".join(sorted(map(repr, unknown)))
        raise ValueError(f"the study has no arm {said}, which the cohort has")


# --- synthetic times ------------------------------------------------------------------


def synthetic_survival(
    counts: pd.DataFrame,
    years: float,
    seed: int,
    *,
    window: tuple[float, float] | None = None,
    most_patients: int = MOST_PATIENTS,
) -> pd.DataFrame:
    """Make up times for arms whose survival is known at one time only.

    Just as many patients as were counted are alive after `years`. The others die
    before, at times drawn from the constant hazard that gives this survival (where
    nobody is left, from that which leaves half a patient). Only the number of
    survivors is data; every time is made up.

    Parameters
    ----------
    counts : DataFrame
        Columns ``arm``, ``n`` and ``events``, the patients alive after `years`.
    years : float
        Time for which survivors were followed; nobody is followed beyond it.
    seed : int
        Of the random numbers. With and without a window the deaths are the same.
    window : tuple of float, optional
        Years of recruiting, and years from the first entry to the closing of the data:
        patients enter at times drawn uniformly, and none is followed beyond the
        closing. If left out, all are followed.
    most_patients : int
        Most patients to make up, in all arms together.

    Returns
    -------
    DataFrame
        A row per patient: ``arm``, ``entry`` (years since the first entry; 0 without a
        window), ``time`` (years followed) and ``event`` (whether the patient died).

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If events are not from 0 to `n`, `years` is not above 0, the window is none, or
        there are more patients than allowed.

    Examples
    --------
    >>> from reanalysis.survival import survival_curves
    >>> counts = pd.DataFrame({"arm": ["A", "B"], "n": 20, "events": [8, 14]})
    >>> patients = synthetic_survival(counts, years=2, seed=0)
    >>> survival_curves(patients).groupby("arm")["survival"].min().round(3).to_dict()
    {'A': 0.4, 'B': 0.7}
    """
    check_table(counts, keys=["arm"])
    _check_patients(sum(counts["n"].tolist()), most_patients)
    recruiting, closed = window or (1.0, 1.0 + years)
    check_window(years, recruiting, closed)
    random = np.random.default_rng(seed)
    parts = []
    for row in counts.itertuples():
        dead = row.n - row.events
        survival = max(row.events, 0.5) / row.n
        # the inverse of the distribution function of a death before the end
        drawn = random.uniform(survival, 1, dead)
        deaths = np.append(time_at(drawn, survival, years), np.full(row.events, inf))
        entry = random.uniform(0, recruiting, row.n)
        if window is None:
            entry = np.zeros(row.n)
        seen = np.minimum(closed - entry, years)
        parts.append(
            pd.DataFrame(
                {
                    "arm": row.arm,
                    "entry": entry,
                    "time": np.minimum(deaths, seen),
                    "event": deaths <= seen,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _check_patients(patients: int, most_patients: int) -> None:
    if patients > most_patients:
        raise ValueError(
            f"{patients:,} patients are more than most_patients={most_patients:,}; "
            f"they would need about {patients * _BYTES_OF_ROW / 1e9:,.1f} GB of memory"
        )


def simulated_estimates(
    n: int,
    survival: float,
    years: float,
    recruiting: float,
    closed: float,
    *,
    repeats: int = 10_000,
    seed: int = 0,
    most_patients: int = MOST_PATIENTS,
) -> np.ndarray:
    """Draw Kaplan-Meier estimates of survival, for a window and a constant hazard.

    Parameters
    ----------
    n : int
        Patients per estimate, at least 1.
    survival, years, recruiting, closed
        As in `effective_n`.
    repeats : int
        Number of estimates.
    seed : int
        Of the random numbers.
    most_patients : int
        Most patients to draw, in all estimates together.

    Returns
    -------
    ndarray, shape (repeats,)
        Estimates at `years` (0-1). Where nobody was followed for so long, the last
        value of the curve.

    Raises
    ------
    TypeError
        If `n` or `repeats` is not a whole number.
    ValueError
        As for `effective_n`, or if more patients are needed than allowed.

    Examples
    --------
    >>> simulated_estimates(20, 0.55, 2, recruiting=4, closed=4, repeats=3).round(3)
    array([0.403, 0.418, 0.614])
    """
    check_window(years, recruiting, closed)
    check_survival(survival)
    n, repeats = whole_number(n, "n", least=1), whole_number(repeats, "repeats")
    if n * repeats > most_patients:
        raise ValueError(
            f"{repeats:,} estimates of {n:,} patients need {n * repeats:,} of them, "
            f"more than most_patients={most_patients:,}, and about "
            f"{n * repeats * _BYTES / 1e9:,.1f} GB of memory"
        )
    random = np.random.default_rng(seed)
    deaths = time_at(random.uniform(size=(repeats, n)), survival, years)
    entry = random.uniform(0, recruiting, size=(repeats, n))
    seen = np.minimum(closed - entry, years)
    event = deaths <= seen
    order = np.argsort(np.minimum(deaths, seen), axis=1, kind="stable")
    at_risk = np.arange(n, 0, -1)
    left = 1 - np.take_along_axis(event, order, axis=1) / at_risk
    return left.prod(axis=1)
