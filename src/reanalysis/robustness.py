"""What a result hangs on: a few patients, an unseen cause, a reading of the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan, nan, sqrt
from typing import NamedTuple

from reanalysis.counts import check_counts
from reanalysis.tables import MOST_LIKELIER, named_test, tables_of_test


@dataclass(frozen=True)
class Fragility:
    """The fewest patients on whom the decision of a test hangs.

    Attributes
    ----------
    index : int or None
        Patients, all in one arm; 0 if nothing needs to change, None if no number of
        them turns it.
    arm : int or None
        Position of that arm, from 0; None if no arm changes.
    events : tuple of int, or None
        Events per arm after the change; None if there is none that turns it.
    pvalue : float
        The test's p-value with these events; that of the table as it is if no change
        turns it.
    """

    index: int | None
    arm: int | None
    events: tuple[int, ...] | None
    pvalue: float


def fragility_index(
    events: Sequence[int],
    n: Sequence[int],
    *,
    test: str = "exact",
    alpha: float = 0.05,
    change: str = "any",
    most_tables: int = MOST_LIKELIER,
) -> Fragility:
    """Count the patients on whom a significant result rests.

    It is the smallest number of patients of one arm who, had their outcome been the
    other one, would have made ``p >= alpha``.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm; k is at least 2.
    test : str
        As in `pairwise_tests`.
    alpha : float
        Level of significance, between 0 and 1.
    change : str
        ``"any"``: every arm is tried in turn, with events added and with events taken
        away. It is defined for any k. ``"fewest"``: events are only added, to the arm
        with the fewest (the first of them), as Walsh and others define it for k = 2;
        never less than with ``"any"``.
    most_tables : int
        Most tables to look at in all tests together. There are up to ``sum(n)`` tests,
        one after each change of one more patient in each arm and way. One of two arms
        takes as long as a thousand tables, an exact one of more arms looks at about as
        many as are more probable (`exact_test`), an unconditional one at all.

    Returns
    -------
    Fragility
        Index 0 if ``p >= alpha`` already. With more than two arms no single arm may be
        able to: then None. Of several equal changes, the one with the largest p-value.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If there are fewer than two arms, lengths differ, a count is not from 0 to its
        `n`, there is no such test or change, `alpha` is not between 0 and 1, or so few
        tables are allowed that the index is not found.

    References
    ----------
    M. Walsh and others, *Journal of Clinical Epidemiology* 67 (2014) 622-628,
    doi:10.1016/j.jclinepi.2013.10.019.

    Examples
    --------
    The two trials of Walsh and others, both with p = 0.02:

    >>> fragility_index([1, 9], [100, 100], change="fewest").index
    1
    >>> fragility_index([200, 250], [4000, 4000], change="fewest").index
    9
    """
    return _fewest_changes(events, n, test, alpha, change, most_tables, False)


def reverse_fragility_index(
    events: Sequence[int],
    n: Sequence[int],
    *,
    test: str = "exact",
    alpha: float = 0.05,
    change: str = "any",
    most_tables: int = MOST_LIKELIER,
) -> Fragility:
    """Count the patients who keep a result from being significant.

    It is the smallest number of patients of one arm who, had their outcome been the
    other one, would have made ``p < alpha``.

    Parameters
    ----------
    events, n : sequence of int, shape (k,)
        Patients with the event and patients, per arm; k is at least 2.
    test, alpha : str, float
        As in `fragility_index`.
    change : str
        ``"any"``: every arm is tried in turn, with events added and with events taken
        away. ``"fewest"``: events are only taken away, from the arm with the fewest
        (the first of them), as Khan and others define it for k = 2.
    most_tables : int
        As in `fragility_index`.

    Returns
    -------
    Fragility
        Index 0 if ``p < alpha`` already; None if no single arm can bring it there. Of
        several equal changes, the one with the smallest p-value.

    Raises
    ------
    TypeError, ValueError
        As for `fragility_index`.

    References
    ----------
    M. S. Khan and others, *JAMA Network Open* 3 (2020) e2012469,
    doi:10.1001/jamanetworkopen.2020.12469.

    Examples
    --------
    >>> found = reverse_fragility_index([8, 11, 14], [20, 20, 20])
    >>> found.index, found.arm, found.events
    (2, 2, (8, 11, 16))
    """
    return _fewest_changes(events, n, test, alpha, change, most_tables, True)


def _fewest_changes(
    events: Sequence[int],
    n: Sequence[int],
    test: str,
    alpha: float,
    change: str,
    most_tables: int,
    significant: bool,
) -> Fragility:
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must be between 0 and 1, not {alpha}")
    if change not in ("any", "fewest"):
        raise ValueError(f"change is any or fewest, not {change!r}")
    compare = named_test(test)
    events, n = list(events), list(n)  # a Series has labels, not places
    pvalue = compare(events, n).pvalue
    before = tuple(int(x) for x in events)
    if bool(pvalue < alpha) == significant:
        return Fragility(0, None, before, pvalue)
    ways = [(arm, step) for arm in range(len(n)) for step in (-1, 1)]
    if change == "fewest":
        ways = [(before.index(min(before)), -1 if significant else 1)]
    looked_at = 0.0
    for index in range(1, max(n) + 1):
        found = []
        for arm, step in ways:
            after = (*before[:arm], before[arm] + index * step, *before[arm + 1 :])
            if 0 <= after[arm] <= n[arm]:
                looked_at += tables_of_test(test, after, n)
                if looked_at > most_tables:
                    raise ValueError(
                        f"{index - 1:,} patients of one arm do not turn the result; to "
                        f"try up to {max(n):,}, tests would look at about "
                        f"{looked_at * max(n) / index:,.0f} tables, more than "
                        f"most_tables={most_tables:,}"
                    )
                changed = compare(after, n).pvalue
                if bool(changed < alpha) == significant:
                    found.append(Fragility(index, arm, after, changed))
        if found:
            choose = min if significant else max
            return choose(found, key=lambda one: one.pvalue)
    return Fragility(None, None, None, pvalue)


class EValue(NamedTuple):
    """E-values of a ratio and of its confidence limit.

    Attributes
    ----------
    ratio : float
        How strongly, as a risk ratio, an unmeasured cause would have to go with both
        the arm and the outcome to explain the whole ratio away.
    limit : float or None
        The same for the confidence limit nearer to 1; 1 if the interval holds 1.
    """

    ratio: float
    limit: float | None


def e_value(ratio: float, *, limit: float | None = None) -> EValue:
    """Say how strong an unmeasured cause would have to be to explain a risk ratio.

    For a ratio ``R`` above 1 the E-value is ``R + sqrt(R * (R - 1))``; for one below
    1, that of ``1 / R``.

    Parameters
    ----------
    ratio : float
        Risk ratio, from 0 (no events in one arm) to infinity.
    limit : float, optional
        Its confidence limit nearer to 1: the lower one of a ratio above 1, the upper
        one of a ratio below 1.

    Returns
    -------
    EValue

    Raises
    ------
    ValueError
        If a number is negative or not a number, or `limit` is the limit farther
        from 1.

    References
    ----------
    T. J. VanderWeele and P. Ding, *Annals of Internal Medicine* 167 (2017) 268-274,
    doi:10.7326/M16-2607.

    Examples
    --------
    The paper's example: ratio 3.9 with limits 1.8 and 8.7.

    >>> found = e_value(3.9, limit=1.8)
    >>> round(found.ratio, 2), round(found.limit, 2)
    (7.26, 3.0)
    """
    for name, value in (("ratio", ratio), ("limit", limit)):
        if value is not None and (isnan(value) or value < 0):
            raise ValueError(f"{name} must be a number from 0, not {value}")
    if limit is None:
        return EValue(_away_from_one(ratio), None)
    if (ratio > 1 and limit > ratio) or (ratio < 1 and limit < ratio):
        raise ValueError(f"give the limit of {ratio} that is nearer to 1, not {limit}")
    if min(ratio, limit) <= 1 <= max(ratio, limit):
        return EValue(_away_from_one(ratio), 1.0)
    return EValue(_away_from_one(ratio), _away_from_one(limit))


def _away_from_one(ratio: float) -> float:
    if ratio == 0:
        return inf
    strength = max(ratio, 1 / ratio)
    return strength + sqrt(strength) * sqrt(strength - 1)


def bross_share(ratio: float, strength: float, *, share: float = 1.0) -> float:
    """Say how an unseen cause must be spread over two arms to explain a risk ratio.

    Whatever their treatment, patients with the cause are `strength` times as likely to
    have the event. If a share ``p`` of the arm with the higher risk has the cause, and
    treatments do nothing, then the ratio of the risks is ``R`` where in the other arm
    the share with the cause is ``((1 + (strength - 1) * p) / R - 1) / (strength - 1)``.

    Parameters
    ----------
    ratio : float
        The risk ratio ``R``, at least 1; of a ratio below 1, give its inverse.
    strength : float
        A risk ratio above 1.
    share : float
        Share (0-1) of the arm with the higher risk that has the cause.

    Returns
    -------
    float
        Share (0-1) of the other arm; NaN if none will do: the cause is too weak.

    Raises
    ------
    ValueError
        If a number is outside its range or not a number.

    References
    ----------
    I. D. J. Bross, *Journal of Chronic Diseases* 19 (1966) 637-647,
    doi:10.1016/0021-9681(66)90062-2.

    Examples
    --------
    A cause that makes an event three times as likely doubles the risk where all have
    it in the one arm and one in four in the other: 3 against 1 + 2 / 4.

    >>> bross_share(2, 3)
    0.25
    """
    if not ratio >= 1:
        raise ValueError(f"ratio must be at least 1, not {ratio}")
    if not 1 < strength < inf:
        raise ValueError(f"strength must be a number above 1, not {strength}")
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, not {share}")
    other = ((1 + (strength - 1) * share) / ratio - 1) / (strength - 1)
    return other if other >= 0 else nan


def confounded_ratio(strength: float, share_1: float, share_0: float) -> float:
    """Give the risk ratio that a cause makes where treatments do not differ.

    Patients with the cause are `strength` times as likely to have the outcome. With
    shares ``p1`` and ``p0`` of them in two arms the ratio is ``(1 + p1 (s - 1)) / (1 +
    p0 (s - 1))``. `bross_share` turns this formula round.

    Parameters
    ----------
    strength : float
        Risk ratio between patients with the cause and without it, above 0.
    share_1, share_0 : float
        Share (0-1) of patients with the cause in the arm, and in the other one.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `strength` is not above 0 and finite, or a share not from 0 to 1.

    References
    ----------
    I. D. J. Bross, *Journal of Chronic Diseases* 19 (1966) 637-647,
    doi:10.1016/0021-9681(66)90062-2.

    Examples
    --------
    >>> round(confounded_ratio(1.5, 1, 0.8), 3)
    1.071
    """
    if not 0 < strength < inf:
        raise ValueError(f"strength must be above 0, not {strength}")
    for share in (share_1, share_0):
        if not 0 <= share <= 1:
            raise ValueError(f"a share is from 0 to 1, not {share}")
    return (1 + share_1 * (strength - 1)) / (1 + share_0 * (strength - 1))


class FrechetBounds(NamedTuple):
    """The fewest and the most patients who can have both of two outcomes.

    Attributes
    ----------
    low, high : int
        Patients.
    """

    low: int
    high: int


def frechet_bounds(events_a: int, events_b: int, n: int) -> FrechetBounds:
    """Bound how many of the same patients had both of two outcomes.

    Only how many had each is known. With ``a`` and ``b`` of ``n``, at least
    ``max(0, a + b - n)`` and at most ``min(a, b)`` had both, and each number between
    is possible (Fréchet).

    Parameters
    ----------
    events_a, events_b : int
        Patients with the one outcome, and with the other.
    n : int
        Patients.

    Returns
    -------
    FrechetBounds

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If a count is not from 0 to `n`.

    References
    ----------
    M. Fréchet, *Fundamenta Mathematicae* 25 (1935) 379-387,
    doi:10.4064/fm-25-1-379-387.

    Examples
    --------
    Of 20, 12 had the one and 13 the other: 5 at least had both.

    >>> frechet_bounds(12, 13, 20)
    FrechetBounds(low=5, high=12)
    """
    check_counts([events_a, events_b], [n, n])
    a, b, total = int(events_a), int(events_b), int(n)
    return FrechetBounds(max(0, a + b - total), min(a, b))
