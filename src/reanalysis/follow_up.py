"""Follow-up: who can have been followed for long enough, and what it costs.

A *window* is the time in which patients are seen, in years since the first entry: they
enter steadily for `recruiting` years, and the data are closed `closed` years after the
first entry. Whoever enters at `e` can have been followed for ``closed - e`` years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log

import numpy as np
import pandas as pd
from scipy import integrate, optimize, special

from reanalysis.counts import whole_number
from reanalysis.intervals import Interval, check_level, wilson

#: Years that are nothing: dates such as 0.3 and 0.1 + 0.2 differ by less.
ROUNDING = 1e-12

# A hazard after which no float is left of survival.
_HIGHEST_HAZARD = 750.0


@dataclass(frozen=True)
class FollowUp:
    """Who can have been followed for long enough when the data were closed.

    Attributes
    ----------
    share : float
        Part (0-1) of the recruiting time whose patients can have been: under steady
        recruitment, their expected share.
    last_entry : float
        Date of the last entry that leaves enough time, as a decimal year.
    needed : float
        Date at which the data must be closed, or later, for all to have enough time.
    """

    share: float
    last_entry: float
    needed: float


def follow_up(
    start: float, end: float, years: float, *, closed: float | None = None
) -> FollowUp:
    """Work out who can have been followed for so many years.

    The share is ``(closed - years - start) / (end - start)``, at least 0 and at most 1.

    Parameters
    ----------
    start, end : float
        First and last date of recruitment, as decimal years: 2022 is the first moment
        of that year, and the end of 2025 is 2026.
    years : float
        Follow-up that is needed, above 0.
    closed : float, optional
        Date at which the data were closed, not before `end`: `end` if left out.

    Returns
    -------
    FollowUp

    Raises
    ------
    ValueError
        If `end` is not after `start`, `closed` before `end`, or `years` not above 0.

    Examples
    --------
    Recruited from 2022 to the end of 2025, closed then, or two years later:

    >>> follow_up(2022, 2026, 2)
    FollowUp(share=0.5, last_entry=2024, needed=2028)
    >>> follow_up(2022, 2026, 2, closed=2028).share
    1.0
    """
    closed = end if closed is None else closed
    check_window(years, end - start, closed - start)
    share = _still_seen(years, end - start, closed - start)
    return FollowUp(share, closed - years, end + years)


def follow_up_readings(
    first: int, last: int, years: int, n: int, *, known: int | None = None
) -> pd.DataFrame:
    """Work out who can have been followed, for each reading of a printed period.

    Where only years are printed, recruitment may have begun and ended at any time in
    them, and the data may have been closed later.

    Parameters
    ----------
    first, last : int
        First and last calendar year of the period.
    years : int
        Follow-up that is needed, above 0.
    n : int
        Patients.
    known : int, optional
        Calendar year, not before `last`, in which the results were known: the data
        were closed by its end. Without it they may have been closed at any time.

    Returns
    -------
    DataFrame
        A row per reading that the years allow: ``reading``, ``start, end, closed``
        (decimal years, see `follow_up`), ``share`` (0-1), ``n`` and ``followed``, the
        patients expected to have been followed.

    Raises
    ------
    TypeError
        If a number is not a whole one.
    ValueError
        If `last` is before `first`, `known` before `last`, or `years` not above 0.

    Examples
    --------
    >>> found = follow_up_readings(2022, 2025, 2, 60)
    >>> found[["start", "end", "closed", "followed"]]
       start   end  closed  followed
    0   2022  2026    2026      30.0
    1   2022  2025    2025      20.0
    2   2023  2025    2025       0.0
    3   2022  2025    2026      40.0
    4   2022  2024    2026      60.0
    5   2022  2026    2028      60.0

    If the results were known in 2026, the data cannot have been closed so late:

    >>> float(follow_up_readings(2022, 2025, 2, 60, known=2026)["followed"].iloc[-1])
    45.0
    """
    n, first, last, years = (
        whole_number(value, name)
        for name, value in (
            ("n", n),
            ("first", first),
            ("last", last),
            ("years", years),
        )
    )
    if last < first:
        raise ValueError(f"the last year, {last}, is before the first, {first}")
    if known is not None and whole_number(known, "known") < last:
        raise ValueError(f"the results were not known in {known}, before {last} ended")
    end = last + 1
    latest = end + years if known is None else min(end + years, known + 1)
    rows = [
        ("entry and data until the end of the last year", first, end, end),
        ("entry and data until the last year began", first, last, last),
        ("the shortest period: from the first year's end", first + 1, last, last),
        ("entry until the last year began, data until its end", first, last, end),
        (
            "entry ended in time, data until the last year's end",
            first,
            end - years,
            end,
        ),
        ("entry until the last year's end, data later", first, end, latest),
    ]
    columns = ["reading", "start", "end", "closed"]
    found = pd.DataFrame(
        [row for row in rows if row[1] < row[2]], columns=columns
    ).drop_duplicates(["start", "end", "closed"], ignore_index=True)
    dates = zip(found["start"], found["end"], found["closed"], strict=True)
    found["share"] = [follow_up(a, b, years, closed=c).share for a, b, c in dates]
    return found.assign(n=n, followed=n * found["share"])


# --- what shortened follow-up does ----------------------------------------------------


def effective_n(
    n: float, survival: float, years: float, recruiting: float, closed: float
) -> float:
    """Say how many patients, all followed in full, would tell as much.

    With a constant hazard ``h``, ``S(t) = exp(-h * t)``, and ``G(t)`` the share of
    patients who can have been followed to ``t``, Greenwood's variance of the logarithm
    of survival tends to ``V / n`` with ``V`` the integral of ``h / (S(t) * G(t))`` from
    0 to `years`. With everybody followed it is ``(1 - S) / (S * n)``. So the answer is
    ``n * (1 - S) / (S * V)``.

    Parameters
    ----------
    n : float
        Patients, above 0.
    survival : float
        True survival (0-1) after `years`. At 0 and 1 the limits of the formula hold.
    years : float
        Time of interest, above 0.
    recruiting, closed : float
        The window, in years since the first entry.

    Returns
    -------
    float
        From 0 (nobody can have been followed for so long) to `n`.

    Raises
    ------
    ValueError
        If `n` or `years` is not above 0, `survival` not from 0 to 1, or the window
        none.

    References
    ----------
    M. Greenwood, *The Natural Duration of Cancer*, Reports on Public Health and Medical
    Subjects 33, HMSO 1926. N. Breslow and J. Crowley, *Annals of Statistics* 2 (1974)
    437-453, doi:10.1214/aos/1176342705 (the limit).

    Examples
    --------
    Twenty patients who entered steadily over four years, closed at their end:

    >>> round(effective_n(20, 0.55, years=2, recruiting=4, closed=4), 1)
    13.9
    """
    check_window(years, recruiting, closed)
    check_survival(survival)
    if not 0 < n < inf:
        raise ValueError(f"n must be above 0, not {n}")
    share = _still_seen(years, recruiting, closed)
    if share in (0, 1) or survival == 0:
        return n * share
    # exprel(x), or (exp(x) - 1) / x, has no trouble with a hazard of 0
    hazard = -log(survival) / years
    full, over = max(0.0, closed - recruiting), closed - years
    # to `full` G is 1; then it is (closed - t) / recruiting, which may come near 0: on
    # the logarithm of closed - t the integral is that of a smooth function
    early = exp(-hazard * (years - full)) * full * special.exprel(-hazard * full)
    late, _ = integrate.quad(
        lambda v: exp(hazard * (over - exp(v))), log(over), log(recruiting)
    )
    everyone = years * special.exprel(-hazard * years)
    return n * float(everyone / (early + recruiting * late))


def expected_interval(
    n: float,
    survival: float,
    years: float,
    recruiting: float,
    closed: float,
    *,
    level: float = 0.95,
) -> Interval:
    """Give the interval of survival that such a follow-up may be expected to give.

    It is Wilson's interval for as many patients as `effective_n` says: Rothman's
    proposal. With everybody followed it is the interval of `proportion`.

    Parameters
    ----------
    n, survival, years, recruiting, closed
        As in `effective_n`.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Probabilities (0-1): from 0 to 1 where nobody can have been followed.

    Raises
    ------
    ValueError
        As for `effective_n`, or if `level` is not between 0 and 1.

    References
    ----------
    K. J. Rothman, *Journal of Chronic Diseases* 31 (1978) 557-560.

    Examples
    --------
    >>> full = expected_interval(20, 0.55, years=2, recruiting=4, closed=6)
    >>> half = expected_interval(20, 0.55, years=2, recruiting=4, closed=4)
    >>> [(round(found.low, 2), round(found.high, 2)) for found in (full, half)]
    [(0.34, 0.74), (0.31, 0.77)]
    """
    check_level(level)
    worth = effective_n(n, survival, years, recruiting, closed)
    if worth == 0:
        return Interval(survival, 0.0, 1.0)
    found = wilson(survival * worth, worth, level)
    return Interval(survival, found.low, found.high)


def intervals_by_share(
    n: float,
    survival: float,
    years: float,
    shares: Sequence[float],
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Give the interval of survival by the share of patients followed in full.

    Patients enter steadily, and the data are closed when the last one enters. So the
    share ``f`` belongs to recruiting for ``years / (1 - f)``.

    Parameters
    ----------
    n, survival, years, level
        As in `expected_interval`.
    shares : sequence of float
        Shares (0-1) of patients who can have been followed for so many years.

    Returns
    -------
    DataFrame
        A row per share: ``share, estimate, low, high, width`` (probabilities, 0-1) and
        ``worth``, the patients of `effective_n`.

    Raises
    ------
    ValueError
        If a share is not from 0 to 1, or as for `expected_interval`.

    Examples
    --------
    >>> intervals_by_share(20, 0.55, 2, shares=[0, 0.5, 1]).round(2)
       share  estimate   low  high  width  worth
    0    0.0      0.55  0.00  1.00   1.00   0.00
    1    0.5      0.55  0.31  0.77   0.46  13.95
    2    1.0      0.55  0.34  0.74   0.40  20.00
    """
    rows = []
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError(f"a share must be from 0 to 1, not {share}")
        recruiting = years / (1 - share) if share < 1 else years
        window = (recruiting, recruiting if share < 1 else 2 * years)
        found = expected_interval(n, survival, years, *window, level=level)
        worth = effective_n(n, survival, years, *window)
        ends = (found.estimate, found.low, found.high, found.high - found.low)
        rows.append((share, *ends, worth))
    columns = ["share", "estimate", "low", "high", "width", "worth"]
    return pd.DataFrame(rows, columns=columns)


def survival_behind_share(
    share: float, years: float, recruiting: float, closed: float
) -> float:
    """Give the survival behind a share of patients alive when last seen.

    Who entered late was last seen early, and could not yet have died later. Under a
    constant hazard ``h`` the expected share alive when last seen is the mean of
    ``exp(-h * min(u, years))`` over the follow-up ``u`` that the window allows. The
    hazard that makes it `share` gives the survival ``exp(-h * years)``.

    Parameters
    ----------
    share : float
        Patients alive when last seen or after `years`, whichever came first, over all
        (0-1).
    years, recruiting, closed
        As in `effective_n`.

    Returns
    -------
    float
        Survival (0-1) after `years`: never above `share`.

    Raises
    ------
    ValueError
        If `share` is not from 0 to 1, `years` not above 0, or the window none.

    Examples
    --------
    >>> round(survival_behind_share(0.55, years=2, recruiting=4, closed=4), 2)
    0.43
    """
    check_window(years, recruiting, closed)
    check_survival(share)
    shortest = max(0.0, closed - recruiting)
    seen = _still_seen(years, recruiting, closed)
    if share in (0, 1) or seen == 1:
        return float(share)

    # times as parts of `years`, so that hazards have one size whatever the unit
    shortest, recruiting = shortest / years, recruiting / years
    part = min(closed / years, 1.0) - shortest  # of entries, what leaves too little

    def alive(hazard: float) -> float:
        late = exp(-hazard * shortest) * part * special.exprel(-hazard * part)
        return seen * exp(-hazard) + float(late) / recruiting

    if alive(_HIGHEST_HAZARD) > share:
        return 0.0
    hazard = optimize.brentq(
        lambda h: alive(h) - share, 0, _HIGHEST_HAZARD, xtol=1e-15, rtol=1e-15
    )
    return exp(-hazard)


# --- what all of these use ------------------------------------------------------------


def _still_seen(time: float, recruiting: float, closed: float) -> float:
    """Share of patients who can have been followed for so long."""
    left = closed - time
    if abs(left) <= ROUNDING or abs(left - recruiting) <= ROUNDING:
        return float(left > recruiting / 2)
    return min(1.0, max(0.0, left / recruiting))


def check_window(years: float, recruiting: float, closed: float) -> None:
    """Refuse what cannot be a window, or a time of interest."""
    if not 0 < years < inf:
        raise ValueError(f"years must be above 0, not {years}")
    if not 0 < recruiting < inf:
        raise ValueError(f"recruitment must last above 0 years, not {recruiting}")
    if not recruiting - ROUNDING <= closed < inf:
        raise ValueError(
            f"data cannot be closed {closed} years after the first entry if patients "
            f"enter for {recruiting} years"
        )


def check_survival(survival: float) -> None:
    """Refuse what cannot be a survival (0-1)."""
    if not 0 <= survival <= 1:
        raise ValueError(f"survival must be from 0 to 1, not {survival}")


def time_at(left: np.ndarray, survival: float, years: float) -> np.ndarray:
    """Times at which so much survival is left, under a constant hazard."""
    if survival in (0, 1):
        return np.full(np.shape(left), inf if survival else 0.0)
    return years * np.log(left) / log(survival)
