"""Confidence intervals for a proportion, and for two: difference, ratio, number needed.

Two arms are compared by the score method of Miettinen and Nurminen: the limits are the
values that the score test at the same level just does not reject. So the interval
exists for every table, stays inside the possible values, and agrees with its test.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import acos, copysign, cos, exp, hypot, inf, nan, pi, sqrt

from scipy import optimize, special

from reanalysis.counts import check_counts

# as close as brentq can come
_TOLERANCE = {"xtol": 1e-15, "rtol": 1e-14}


@dataclass(frozen=True)
class Interval:
    """An estimate with its confidence limits.

    Attributes
    ----------
    estimate, low, high : float
        On the scale that the function names.
    """

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class NumberNeeded:
    """A number needed to treat, with its confidence interval.

    Numbers are signed: positive ones are patients to treat for one more to benefit
    (NNTB), negative ones patients to treat for one more to be harmed (NNTH). The scale
    runs from 1 (all benefit) up to infinity, which is no difference and the same place
    as minus infinity, and from there to -1 (all are harmed).

    Attributes
    ----------
    estimate : float
        One over the difference; `inf` if the arms do not differ.
    low, high : float
        One over the limits of the difference, the limit nearest to benefit first: the
        interval runs from `low` to `high` along the scale above. Where `low` is
        positive and `high` negative it passes through infinity.
    """

    estimate: float
    low: float
    high: float

    @property
    def through_infinity(self) -> bool:
        """Say whether both benefit and harm are inside the interval.

        Examples
        --------
        >>> NumberNeeded(10.0, 4.0, -20.0).through_infinity
        True
        """
        return self.low > 0 > self.high

    @property
    def text(self) -> str:
        """The interval in words, as Altman (1998) writes it.

        Numbers below 10 have one decimal, others none.

        Examples
        --------
        >>> NumberNeeded(10.0, 4.0, -20.0).text
        'NNTB 4.0 to infinity to NNTH 20'
        >>> NumberNeeded(4.0, 2.5, 25.0).text, NumberNeeded(-4.0, -25.0, -2.5).text
        ('NNTB 2.5 to 25', 'NNTH 2.5 to 25')
        """
        if self.through_infinity:
            return f"{_needed(self.low)} to infinity to {_needed(self.high)}"
        # The surest number first, whichever side it is on.
        near, far = sorted((self.low, self.high), key=abs)
        return f"{_needed(near)} to {_needed(far).removeprefix(_side(near) + ' ')}"

    @property
    def estimate_text(self) -> str:
        """The estimate in words.

        Examples
        --------
        >>> NumberNeeded(-3.36, -12.0, -2.1).estimate_text
        'NNTH 3.4'
        """
        return _needed(self.estimate)


def _side(number: float) -> str:
    return "NNTB" if number > 0 else "NNTH"


def _needed(number: float) -> str:
    if abs(number) == inf:
        return "infinity"
    size = abs(number)
    decimals = 1 if round(size, 1) < 10 else 0
    return f"{_side(number)} {size:.{decimals}f}"


def proportion(
    events: int, n: int, level: float = 0.95, method: str = "wilson"
) -> Interval:
    """Estimate a proportion, with Wilson's or Clopper and Pearson's interval.

    Wilson's limits are the values of ``p`` for which ``(events / n - p)**2`` equals
    ``z**2 * p * (1 - p) / n``, with ``z`` the normal quantile of `level`. Those of
    Clopper and Pearson are the values of ``p`` at which `events` or more, and `events`
    or fewer, have the probability ``(1 - level) / 2``: it never covers less often than
    it says, and is wider for it.

    Parameters
    ----------
    events, n : int
        Patients with the event, and patients.
    level : float
        Confidence level, between 0 and 1.
    method : str
        ``"wilson"`` or ``"clopper-pearson"``.

    Returns
    -------
    Interval
        Probabilities (0-1).

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If `events` is not from 0 to `n`, `level` not between 0 and 1, or `method` not
        known.

    References
    ----------
    E. B. Wilson, *Journal of the American Statistical Association* 22 (1927) 209-212,
    doi:10.1080/01621459.1927.10502953. C. J. Clopper and E. S. Pearson, *Biometrika*
    26 (1934) 404-413, doi:10.1093/biomet/26.4.404. Computed by statsmodels.

    Examples
    --------
    The first example of R. G. Newcombe, *Statistics in Medicine* 17 (1998) 857-872:
    81 of 263.

    >>> found = proportion(81, 263)
    >>> round(found.estimate, 4), round(found.low, 4), round(found.high, 4)
    (0.308, 0.2553, 0.3662)
    >>> found = proportion(81, 263, method="clopper-pearson")
    >>> round(found.low, 4), round(found.high, 4)
    (0.2527, 0.3676)
    """
    # statsmodels takes a second to import
    from statsmodels.stats.proportion import proportion_confint

    check_counts([events], [n])
    check_level(level)
    names = {"wilson": "wilson", "clopper-pearson": "beta"}
    _check_method(method, names)
    events, n = int(events), int(n)
    low, high = proportion_confint(events, n, alpha=1 - level, method=names[method])
    # rounding carries Wilson's limits past the ends: 0 of 7 would have more than 0
    return Interval(
        events / n, float(low) if events else 0.0, float(high) if events < n else 1.0
    )


def risk_difference(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    method: str = "miettinen-nurminen",
    level: float = 0.95,
) -> Interval:
    """Estimate the difference between the proportions of two arms.

    The estimate is ``events_1 / n_1 - events_0 / n_0``. The limits of Miettinen and
    Nurminen are the values ``d`` for which ``(estimate - d)**2`` equals ``z**2 * V``,
    with ``z`` the normal quantile of `level` and

    ``V = (p_1 * (1 - p_1) / n_1 + p_0 * (1 - p_0) / n_0) * N / (N - 1)``,

    where ``N = n_1 + n_0``, and ``p_1`` and ``p_0`` are the most likely proportions
    that differ by ``d`` (one root of a cubic, in closed form). Newcombe's limits
    (his method 10) put together Wilson's limits ``l`` and ``u`` of the two arms:
    ``estimate - sqrt((p_1 - l_1)**2 + (u_0 - p_0)**2)`` and
    ``estimate + sqrt((u_1 - p_1)**2 + (p_0 - l_0)**2)``, there with the observed
    proportions.

    Parameters
    ----------
    events_1, n_1 : int
        Patients with the event, and patients, in the first arm.
    events_0, n_0 : int
        The same in the arm that it is compared with.
    method : str
        ``"miettinen-nurminen"`` or ``"newcombe"``.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Differences of probabilities, from -1 to 1. Arms without any event, or with
        nothing else, need no correction: the difference is 0 and the interval has its
        width from the numbers of patients. A limit is -1 or 1 only where the estimate
        is.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If events are not from 0 to `n`, `level` not between 0 and 1, or `method` not
        known.

    References
    ----------
    O. Miettinen and M. Nurminen, *Statistics in Medicine* 4 (1985) 213-226,
    doi:10.1002/sim.4780040211. R. G. Newcombe, *Statistics in Medicine* 17 (1998)
    873-890, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    Example (a) of Newcombe (1998): 56 of 70 and 48 of 80.

    >>> found = risk_difference(56, 70, 48, 80)
    >>> round(found.estimate, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0528, 0.3382)
    >>> found = risk_difference(56, 70, 48, 80, method="newcombe")
    >>> round(found.low, 4), round(found.high, 4)
    (0.0524, 0.3339)
    """
    check_counts([events_1, events_0], [n_1, n_0])
    check_level(level)
    _check_method(method, ("miettinen-nurminen", "newcombe"))
    # numpy's whole numbers would overflow in the cubic without a word
    x_1, n_1, x_0, n_0 = int(events_1), int(n_1), int(events_0), int(n_0)
    # one division: 3 of 10 less 1 of 10 must not differ from 2 of 10 less 0 of 10
    estimate = (x_1 * n_0 - x_0 * n_1) / (n_1 * n_0)
    if method == "newcombe":
        arm_1, arm_0 = proportion(x_1, n_1, level), proportion(x_0, n_0, level)
        below = hypot(arm_1.estimate - arm_1.low, arm_0.high - arm_0.estimate)
        above = hypot(arm_1.high - arm_1.estimate, arm_0.estimate - arm_0.low)
        # rounding may carry a limit past the end of the scale
        low, high = max(-1.0, estimate - below), min(1.0, estimate + above)
        return Interval(estimate, low, high)

    def standing(difference: float) -> float:
        return _difference_standing(difference, x_1, n_1, x_0, n_0)

    target = _target(level)
    low = high = estimate
    if estimate > -1:
        low = optimize.brentq(
            lambda d: standing(d) + target, -1, estimate, **_TOLERANCE
        )
    if estimate < 1:
        high = optimize.brentq(
            lambda d: standing(d) - target, estimate, 1, **_TOLERANCE
        )
    return Interval(estimate, float(low), float(high))


def risk_ratio(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    method: str = "miettinen-nurminen",
    level: float = 0.95,
) -> Interval:
    """Estimate the ratio of the proportions of two arms, with a score interval.

    The estimate is ``(events_1 / n_1) / (events_0 / n_0)``. The limits are the values
    ``r`` for which ``(events_1 / n_1 - r * events_0 / n_0)**2`` equals ``z**2 * V``,
    with ``z`` the normal quantile of `level` and

    ``V = (p_1 * (1 - p_1) / n_1 + r**2 * p_0 * (1 - p_0) / n_0) * N / (N - 1)``,

    where ``N = n_1 + n_0``, and ``p_1`` and ``p_0`` are the most likely proportions
    whose ratio is ``r`` (a root of a quadratic). Koopman's limits leave
    ``N / (N - 1)`` out.

    Parameters
    ----------
    events_1, n_1 : int
        Patients with the event, and patients, in the first arm.
    events_0, n_0 : int
        The same in the arm that it is compared with.
    method : str
        ``"miettinen-nurminen"`` or ``"koopman"``.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Ratios, from 0 to infinity. Nothing is added to zero cells: without events in
        the first arm only, estimate and lower limit are 0; without events in the other
        arm only, estimate and upper limit are `inf`; the limit on the other side is
        finite and not 0. Without any event the data say nothing about the ratio: the
        estimate is `nan`, the limits are 0 and `inf`.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If events are not from 0 to `n`, `level` not between 0 and 1, or `method` not
        known.

    References
    ----------
    O. Miettinen and M. Nurminen, *Statistics in Medicine* 4 (1985) 213-226,
    doi:10.1002/sim.4780040211. P. A. R. Koopman, *Biometrics* 40 (1984) 513-517,
    doi:10.2307/2531405.

    Examples
    --------
    Koopman's example: 36 of 40 and 16 of 80.

    >>> found = risk_ratio(36, 40, 16, 80, method="koopman")
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (4.5, 2.94, 7.15)

    None of 20 and 5 of 20:

    >>> found = risk_ratio(0, 20, 5, 20)
    >>> found.estimate, found.low, round(found.high, 2)
    (0.0, 0.0, 0.7)
    """
    check_counts([events_1, events_0], [n_1, n_0])
    check_level(level)
    _check_method(method, ("miettinen-nurminen", "koopman"))
    x_1, n_1, x_0, n_0 = int(events_1), int(n_1), int(events_0), int(n_0)
    if x_1 == x_0 == 0:
        return Interval(nan, 0.0, inf)
    total = n_1 + n_0
    factor = total / (total - 1) if method == "miettinen-nurminen" else 1.0

    def standing(log_ratio: float) -> float:
        return _ratio_standing(log_ratio, x_1, n_1, x_0, n_0, factor)

    return Interval(
        x_1 * n_0 / (x_0 * n_1) if x_0 else inf,
        _solve_log(standing, -_target(level)) if x_1 else 0.0,
        _solve_log(standing, _target(level)) if x_0 else inf,
    )


def odds_ratio(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    method: str = "miettinen-nurminen",
    level: float = 0.95,
) -> Interval:
    """Estimate the ratio of the odds of two arms, with a score or an exact interval.

    The score estimate is ``events_1 * (n_0 - events_0)`` over
    ``events_0 * (n_1 - events_1)``. Its limits are the values ``r`` for which
    ``(events_1 - n_1 * p_1)**2`` equals ``z**2 * V``, with ``z`` the normal quantile of
    `level` and

    ``N / (N - 1) / V = 1 / (n_1 * p_1 * (1 - p_1)) + 1 / (n_0 * p_0 * (1 - p_0))``,

    where ``N = n_1 + n_0``, and ``p_1`` and ``p_0`` are the most likely proportions
    whose odds have the ratio ``r`` (a root of a quadratic). The conditional estimate
    and its exact limits take the number of all events as given: the count in the first
    arm then has Fisher's noncentral hypergeometric distribution, ``r`` its only
    parameter; at each limit the observed count or one further off has the probability
    ``(1 - level) / 2``.

    Parameters
    ----------
    events_1, n_1 : int
        Patients with the event, and patients, in the first arm.
    events_0, n_0 : int
        The same in the arm that it is compared with.
    method : str
        ``"miettinen-nurminen"`` or ``"conditional"``.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Ratios, from 0 to infinity. Nothing is added to zero cells: where the first arm
        has no events or the other arm nothing else, estimate and lower limit are 0;
        the other way round, estimate and upper limit are `inf`; the limit on the other
        side is finite and not 0. If all patients have the event or none has, the data
        say nothing about the ratio: the estimate is `nan`, the limits are 0 and `inf`.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If events are not from 0 to `n`, `level` not between 0 and 1, or `method` not
        known.

    References
    ----------
    O. Miettinen and M. Nurminen, *Statistics in Medicine* 4 (1985) 213-226,
    doi:10.1002/sim.4780040211. J. Cornfield, *Proceedings of the Third Berkeley
    Symposium* 4 (1956) 135-148. The conditional one is computed by
    `scipy.stats.contingency.odds_ratio`.

    Examples
    --------
    >>> found = odds_ratio(56, 70, 48, 80)
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (2.67, 1.28, 5.54)
    >>> found = odds_ratio(56, 70, 48, 80, method="conditional")
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (2.65, 1.21, 6.04)
    """
    check_counts([events_1, events_0], [n_1, n_0])
    check_level(level)
    _check_method(method, ("miettinen-nurminen", "conditional"))
    x_1, n_1, x_0, n_0 = int(events_1), int(n_1), int(events_0), int(n_0)
    if x_1 + x_0 in (0, n_1 + n_0):
        return Interval(nan, 0.0, inf)
    if method == "conditional":
        return _conditional_odds_ratio(x_1, n_1, x_0, n_0, level)

    def standing(log_ratio: float) -> float:
        return _odds_standing(log_ratio, x_1, n_1, x_0, n_0)

    for_1, for_0 = x_1 * (n_0 - x_0), x_0 * (n_1 - x_1)
    return Interval(
        for_1 / for_0 if for_0 else inf,
        _solve_log(standing, -_target(level)) if for_1 else 0.0,
        _solve_log(standing, _target(level)) if for_0 else inf,
    )


def number_needed_to_treat(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    wanted: bool = True,
    method: str = "miettinen-nurminen",
    level: float = 0.95,
) -> NumberNeeded:
    """Estimate how many patients to treat for one more to benefit, or to be harmed.

    It is one over the risk difference, and its limits are one over those of the risk
    difference. If that interval holds 0, as it does wherever the arms do not differ
    significantly, the limits lie on both sides of infinity, and the interval is not
    between them but outside: from the one through infinity to the other.

    Parameters
    ----------
    events_1, n_1 : int
        Patients with the event, and patients, in the arm that is treated.
    events_0, n_0 : int
        The same in the arm that it is compared with.
    wanted : bool
        Whether the event is a benefit or a harm.
    method : str
        As in `risk_difference`.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    NumberNeeded
        Patients; its `text` writes the interval.

    Raises
    ------
    TypeError, ValueError
        As for `risk_difference`.

    References
    ----------
    D. G. Altman, "Confidence intervals for the number needed to treat", *BMJ* 317
    (1998) 1309-1312, doi:10.1136/bmj.317.7168.1309.

    Examples
    --------
    >>> number_needed_to_treat(56, 70, 48, 80).text
    'NNTB 3.0 to 19'
    >>> found = number_needed_to_treat(12, 20, 9, 20)
    >>> found.estimate_text, found.text
    ('NNTB 6.7', 'NNTB 2.3 to infinity to NNTH 6.3')
    """
    arms = (events_1, n_1, events_0, n_0)
    if not wanted:
        arms = (events_0, n_0, events_1, n_1)
    benefit = risk_difference(*arms, method=method, level=level)
    # No difference is one place with two names; the interval stays on its own side.
    return NumberNeeded(
        1 / benefit.estimate if benefit.estimate else inf,
        1 / benefit.high if benefit.high else -inf,
        1 / benefit.low if benefit.low else inf,
    )


def check_level(level: float) -> None:
    """Refuse what cannot be a confidence level.

    Parameters
    ----------
    level : float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If it is not.

    Examples
    --------
    >>> check_level(95)
    Traceback (most recent call last):
        ...
    ValueError: level must be between 0 and 1, not 95
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}")


def _check_method(method: str, known: Collection[str]) -> None:
    if method not in known:
        raise ValueError(f"method must be {' or '.join(known)}, not {method!r}")


# --- score tests ----------------------------------------------------------------------
#
# A score test looks at the distance of a supposed value from the estimate in standard
# deviations, t. Its standing is t / sqrt(1 + t**2): as good as t, but from -1 to 1 also
# where the standard deviation is 0, so that a root can be sought over the whole scale.
# It rises with the supposed value, and is 0 at the estimate.


def _standing(distance: float, variance: float) -> float:
    # Nothing to explain needs no variance: 0 of 10 and 0 of 10 do not differ.
    return distance / hypot(distance, sqrt(variance)) if distance else 0.0


def _target(level: float) -> float:
    """Standing of the upper limit."""
    z = -float(special.ndtri((1 - level) / 2))
    return z / hypot(1, z)


def _variance(p: float, n: int) -> float:
    # rounding may carry a proportion past 0 or 1
    return max(0.0, p * (1 - p)) / n


def _difference_standing(
    difference: float, x_1: int, n_1: int, x_0: int, n_0: int
) -> float:
    total, events = n_1 + n_0, x_1 + x_0
    # The most likely p_0 is the middle root of N p**3 + a p**2 + b p + c, Miettinen
    # and Nurminen's L_3 to L_0.
    a = (n_1 + 2 * n_0) * difference - total - events
    b = (n_0 * difference - total - 2 * x_0) * difference + events
    c = x_0 * difference * (1 - difference)
    center = a / (3 * total)
    v = center**3 - a * b / (6 * total**2) + c / (2 * total)
    u = copysign(sqrt(max(0.0, center**2 - b / (3 * total))), v)
    cosine = v / u**3 if u else 0.0
    angle = (pi + acos(min(1.0, cosine))) / 3
    # rounding may carry it past the values that leave p_0 and p_0 + difference from 0
    # to 1; at the ends of the scale there is only one
    least, most = max(0.0, -difference), min(1.0, 1 - difference)
    p_0 = max(least, min(most, 2 * u * cos(angle) - center))
    variance = _variance(p_0 + difference, n_1) + _variance(p_0, n_0)
    distance = difference - (x_1 * n_0 - x_0 * n_1) / (n_1 * n_0)
    return _standing(distance, variance * total / (total - 1))


def _ratio_standing(
    log_ratio: float, x_1: int, n_1: int, x_0: int, n_0: int, factor: float
) -> float:
    ratio = exp(log_ratio)
    # The most likely p_0 is the smaller root of a p**2 - b p + c.
    a = (n_1 + n_0) * ratio
    b = (n_1 + x_0) * ratio + x_1 + n_0
    c = x_1 + x_0
    p_0 = 2 * c / (b + sqrt(max(0.0, b**2 - 4 * a * c)))
    variance = _variance(p_0 * ratio, n_1) + ratio**2 * _variance(p_0, n_0)
    return _standing(ratio * x_0 / n_0 - x_1 / n_1, variance * factor)


def _odds_standing(log_ratio: float, x_1: int, n_1: int, x_0: int, n_0: int) -> float:
    if log_ratio > 0:  # below 0 no two large numbers are subtracted
        return -_odds_standing(-log_ratio, x_0, n_0, x_1, n_1)
    ratio, total, events = exp(log_ratio), n_1 + n_0, x_1 + x_0
    # The most likely p_0 is the smaller root of n_0 (1 - ratio) p**2 - (a + b) p +
    # events. Its discriminant is written as a sum, which loses no digits.
    a = n_1 * ratio + n_0
    b = events * (1 - ratio)
    root = hypot(a - b, 2 * sqrt(n_1 * ratio * b))
    p_0 = 2 * events / (a + b + root)
    # and q_0 = 1 - p_0, which next to 0 has digits that p_0 has lost, is the larger
    # root of n_0 (1 - ratio) q**2 + c q - (total - events) ratio
    c = a + b - 2 * n_0 * (1 - ratio)
    if c > 0:
        q_0 = 2 * (total - events) * ratio / (c + root)
    else:
        q_0 = (root - c) / (2 * n_0 * (1 - ratio))
    odds_1 = ratio * p_0 + q_0
    p_1, q_1 = ratio * p_0 / odds_1, q_0 / odds_1
    spread_1, spread_0 = n_1 * p_1 * q_1, n_0 * p_0 * q_0
    variance = spread_1 * spread_0 / (spread_1 + spread_0)
    # n_1 p_1 - x_1, which loses its digits where next to nothing is left of it
    distance = n_0 * q_0 if x_0 == n_0 else n_1 * p_1 - x_1
    return _standing(distance, variance * total / (total - 1))


def _solve_log(standing: Callable[[float], float], target: float) -> float:
    """Find the ratio whose logarithm has this standing."""
    low, high = -1.0, 1.0
    while standing(low) > target:
        low *= 2
    while standing(high) < target:
        high *= 2
    return exp(optimize.brentq(lambda x: standing(x) - target, low, high, **_TOLERANCE))


def _conditional_odds_ratio(
    x_1: int, n_1: int, x_0: int, n_0: int, level: float
) -> Interval:
    # scipy.stats takes half a second to import
    from scipy.stats import contingency

    found = contingency.odds_ratio([[x_1, n_1 - x_1], [x_0, n_0 - x_0]])
    limits = found.confidence_interval(level)
    return Interval(float(found.statistic), float(limits.low), float(limits.high))
