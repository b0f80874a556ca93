"""Confidence intervals for a proportion, and for two: difference, ratio, number needed.

Two arms are compared by the score method of Miettinen and Nurminen: the limits are the
values that the score test at the same level just does not reject. So the interval
exists for every table, stays inside the possible values, and agrees with its test.
No limit is taken from a difference of large numbers, so that arms of 1 and of a
million patients have their digits too.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import exp, hypot, inf, log, nan, sqrt
from numbers import Real

from scipy import optimize, special

from reanalysis.counts import check_counts

# Logarithms between which a pull on the arms is sought: from the smallest float to more
# than any that is needed.
_REACH = -600.0, 300.0

# A z nearer to 0 than this puts the limits where the estimate is.
_LEAST_Z = 1e-100

#: Highest level of the conditional limits: exact-tests takes no smaller tail.
_HIGHEST_CONDITIONAL = 1 - 2**-23


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
    events: int, n: int, *, level: float = 0.95, method: str = "wilson"
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
    26 (1934) 404-413, doi:10.1093/biomet/26.4.404. The latter's are computed by SciPy.

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
    (events,), (n,) = check_counts([events], [n])
    check_level(level)
    _check_method(method, ("wilson", "clopper-pearson"))
    if method == "wilson":
        return wilson(events, n, level)
    tail = (1 - level) / 2
    low = special.betaincinv(events, n - events + 1, tail) if events else 0.0
    high = special.betainccinv(events + 1, n - events, tail) if events < n else 1.0
    return Interval(events / n, float(low), float(high))


def wilson(events: float, n: float, level: float) -> Interval:
    """Give Wilson's interval, also of patients who count in part.

    Each limit is written as a quotient of sums, which loses no digits.

    Parameters
    ----------
    events, n : float
        Patients with the event, from 0 to `n`, and patients, above 0.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Probabilities (0-1).

    Examples
    --------
    >>> found = wilson(2.5, 10, 0.95)
    >>> round(found.low, 3), round(found.high, 3)
    (0.081, 0.558)
    """
    z = _normal_quantile(level)
    root = z * sqrt(z**2 + 4 * events * (n - events) / n)
    low = 2 * events**2 / (n * (2 * events + z**2 + root)) if events else 0.0
    high = (2 * events + z**2 + root) / (2 * (n + z**2)) if events < n else 1.0
    return Interval(events / n, low, min(1.0, high))


def risk_difference(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    *,
    level: float = 0.95,
    method: str = "miettinen-nurminen",
) -> Interval:
    """Estimate the difference between the proportions of two arms.

    The estimate is ``events_1 / n_1 - events_0 / n_0``. The limits of Miettinen and
    Nurminen are the values ``d`` for which ``(estimate - d)**2`` equals ``z**2 * V``,
    with ``z`` the normal quantile of `level` and

    ``V = (p_1 * (1 - p_1) / n_1 + p_0 * (1 - p_0) / n_0) * N / (N - 1)``,

    where ``N = n_1 + n_0``, and ``p_1`` and ``p_0`` are the most likely proportions
    that differ by ``d``. Newcombe's limits (his method 10) put together
    Wilson's limits ``l`` and ``u`` of the two arms, there with the observed
    proportions: ``estimate - sqrt((p_1 - l_1)**2 + (u_0 - p_0)**2)`` and
    ``estimate + sqrt((u_1 - p_1)**2 + (p_0 - l_0)**2)``.

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
    (x_1, x_0), (n_1, n_0) = check_counts([events_1, events_0], [n_1, n_0])
    check_level(level)
    _check_method(method, ("miettinen-nurminen", "newcombe"))
    # one division: 3 of 10 less 1 of 10 must not differ from 2 of 10 less 0 of 10
    estimate = (x_1 * n_0 - x_0 * n_1) / (n_1 * n_0)
    if method == "newcombe":
        z = _normal_quantile(level)
        below = hypot(_reach_down(x_1, n_1, z), _reach_down(n_0 - x_0, n_0, z))
        above = hypot(_reach_down(n_1 - x_1, n_1, z), _reach_down(x_0, n_0, z))
        # rounding may carry a limit past the end of the scale
        low, high = max(-1.0, estimate - below), min(1.0, estimate + above)
        return Interval(estimate, low, high)
    target = _target(level, n_1 + n_0)
    below = _difference_below(x_1, n_1, x_0, n_0, target)
    above = _difference_below(x_0, n_0, x_1, n_1, target)
    return Interval(estimate, max(-1.0, estimate - below), min(1.0, estimate + above))


def risk_ratio(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    *,
    level: float = 0.95,
    method: str = "miettinen-nurminen",
) -> Interval:
    """Estimate the ratio of the proportions of two arms, with a score interval.

    The estimate is ``(events_1 / n_1) / (events_0 / n_0)``. The limits are the values
    ``r`` for which ``(events_1 / n_1 - r * events_0 / n_0)**2`` equals ``z**2 * V``,
    with ``z`` the normal quantile of `level` and

    ``V = (p_1 * (1 - p_1) / n_1 + r**2 * p_0 * (1 - p_0) / n_0) * N / (N - 1)``,

    where ``N = n_1 + n_0``, and ``p_1`` and ``p_0`` are the most likely proportions
    whose ratio is ``r``. Koopman's limits leave ``N / (N - 1)`` out.

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
    (x_1, x_0), (n_1, n_0) = check_counts([events_1, events_0], [n_1, n_0])
    check_level(level)
    _check_method(method, ("miettinen-nurminen", "koopman"))
    if x_1 == x_0 == 0:
        return Interval(nan, 0.0, inf)
    target = _target(level, n_1 + n_0 if method == "miettinen-nurminen" else inf)
    return Interval(
        x_1 * n_0 / (x_0 * n_1) if x_0 else inf,
        _low_ratio(x_1, n_1, x_0, n_0, target),
        _turned_over(_low_ratio(x_0, n_0, x_1, n_1, target)),
    )


def odds_ratio(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    *,
    level: float = 0.95,
    method: str = "miettinen-nurminen",
) -> Interval:
    """Estimate the ratio of the odds of two arms, with a score or an exact interval.

    The score estimate is ``events_1 * (n_0 - events_0)`` over
    ``events_0 * (n_1 - events_1)``. Its limits are the values ``r`` for which
    ``(events_1 - n_1 * p_1)**2`` equals ``z**2 * V``, with ``z`` the normal quantile of
    `level` and

    ``N / (N - 1) / V = 1 / (n_1 * p_1 * (1 - p_1)) + 1 / (n_0 * p_0 * (1 - p_0))``,

    where ``N = n_1 + n_0``, and ``p_1`` and ``p_0`` are the most likely proportions
    whose odds have the ratio ``r``. The conditional estimate and its exact limits take
    the number of all events as given: the count in the first arm then has Fisher's
    noncentral hypergeometric distribution, ``r`` its only parameter; at each limit the
    observed count or one further off has the probability ``(1 - level) / 2``.

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
        If events are not from 0 to `n`, `level` not between 0 and 1 (or, for the
        conditional limits, above ``1 - 2**-23``), or `method` not known.

    References
    ----------
    O. Miettinen and M. Nurminen, *Statistics in Medicine* 4 (1985) 213-226,
    doi:10.1002/sim.4780040211. J. Cornfield, *Proceedings of the Third Berkeley
    Symposium* 4 (1956) 135-148. The conditional one is computed by exact-tests.

    Examples
    --------
    >>> found = odds_ratio(56, 70, 48, 80)
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (2.67, 1.28, 5.54)
    >>> found = odds_ratio(56, 70, 48, 80, method="conditional")
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (2.65, 1.21, 6.04)
    """
    (x_1, x_0), (n_1, n_0) = check_counts([events_1, events_0], [n_1, n_0])
    check_level(level)
    _check_method(method, ("miettinen-nurminen", "conditional"))
    if x_1 + x_0 in (0, n_1 + n_0):
        return Interval(nan, 0.0, inf)
    if method == "conditional":
        return _conditional_odds_ratio(x_1, n_1, x_0, n_0, level)
    for_1, for_0 = x_1 * (n_0 - x_0), x_0 * (n_1 - x_1)
    target = _target(level, n_1 + n_0)
    return Interval(
        for_1 / for_0 if for_0 else inf,
        _low_odds(x_1, n_1, x_0, n_0, target),
        _turned_over(_low_odds(x_0, n_0, x_1, n_1, target)),
    )


def number_needed_to_treat(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    *,
    wanted: bool = True,
    level: float = 0.95,
    method: str = "miettinen-nurminen",
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
    level : float
        Confidence level, between 0 and 1.
    method : str
        As in `risk_difference`.

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
    TypeError
        If it is no number.
    ValueError
        If it is not between them.

    Examples
    --------
    >>> check_level(95)
    Traceback (most recent call last):
        ...
    ValueError: level must be between 0 and 1, not 95
    """
    if not isinstance(level, Real):
        raise TypeError(f"level must be a number, not {level!r}")
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}")


def _check_method(method: str, known: Collection[str]) -> None:
    if method not in known:
        raise ValueError(f"method must be {' or '.join(known)}, not {method!r}")


def _normal_quantile(level: float) -> float:
    """Give z, between minus and plus which a normal value has this probability."""
    if level < 0.5:  # the tails would have lost the digits of a low level
        return sqrt(2) * float(special.erfinv(level))
    return -float(special.ndtri((1 - level) / 2))


def _reach_down(events: int, n: int, z: float) -> float:
    """Give the distance from a proportion down to its limit by Wilson."""
    root = z * sqrt(z**2 + 4 * events * (n - events) / n)
    return events * (z**2 + root) / (n * (2 * events + z**2 + root)) if events else 0.0


# --- score tests ----------------------------------------------------------------------
#
# The most likely proportions under a supposed difference, ratio or odds ratio are those
# that the data would give if a pull (a Lagrange multiplier) drew the first arm down and
# the other one up. Pull by pull the proportions, the supposed value and the score
# statistic are plain formulas of sums and products, and the statistic rises with the
# pull: the lower limit belongs to the pull at which it is z**2. The upper limit is the
# lower one of the swapped arms.


def _target(level: float, total: float) -> float:
    """Give the logarithm of z**2 * N / (N - 1), without the quotient if N is inf."""
    factor = 0.0 if total == inf else -log((total - 1) / total)
    return 2 * log(max(_normal_quantile(level), _LEAST_Z)) + factor


def _solve(statistic: Callable[[float], float], target: float) -> float:
    """Find where the logarithm of a statistic, which rises, is the target."""
    return optimize.brentq(
        lambda x: statistic(x) - target, *_REACH, xtol=1e-14, rtol=1e-14
    )


def _pulled(x: int, n: int, pull: float) -> tuple[float, float]:
    """Give the proportion p with ``x / p - (n - x) / (1 - p) = pull``, and 1 - p."""
    root = sqrt((n - pull) ** 2 + 4 * pull * (n - x))
    p = 2 * x / (n + pull + root)
    if pull < n:
        return p, 2 * (n - x) / (n - pull + root)
    return p, (root + pull - n) / (2 * pull)


def _difference_below(x_1: int, n_1: int, x_0: int, n_0: int, target: float) -> float:
    """Give the distance from the estimated difference down to its limit."""
    # as seen from the pull, which draws both down
    arms = (x_1, n_1), (n_0 - x_0, n_0)
    moving = [(x, n) for x, n in arms if x > 0]
    if not moving:
        return 0.0
    wanted = exp(target)
    if all(x == n for x, n in moving):
        # an arm stays at 1 until the pull is n; then its part of the statistic is
        # what is above n
        first, last = min(moving)[1], max(moving)[1]
        pull = first + wanted
        if len(moving) == 2 and pull > last:
            pull = (first + last + wanted) / 2
        return wanted / pull

    def statistic(x: float) -> float:
        pairs = [(_pulled(*arm, exp(x)), arm[1]) for arm in moving]
        return 2 * x + log(sum(p * q / n for (p, q), n in pairs))

    return wanted / exp(_solve(statistic, target))


def _low_ratio(x_1: int, n_1: int, x_0: int, n_0: int, target: float) -> float:
    """Give the lower limit of the ratio of two proportions."""
    if x_1 == 0:
        return 0.0
    without_1, without_0 = n_1 - x_1, n_0 - x_0
    if without_1 == 0:
        # the first arm stays at 1 until the pull is n_1, and gives way at that pull
        spread = exp(target) / n_1 - n_1 * without_0 / (n_0 * (x_0 + n_1))
        if spread >= 0:
            return (n_0 + n_1) / (x_0 + n_1) / (1 + spread)
        half = exp(target) * n_0 / (2 * without_0)
        pull = half + sqrt(half * (half + 2 * x_0))
        return (n_0 + pull) / (x_0 + pull)

    def statistic(x: float) -> float:
        pull, left = _split(x_1, x)
        spread = without_1 / (n_1 * left) + without_0 / (n_0 * (x_0 + pull))
        return 2 * log(pull) + log(spread)

    pull, left = _split(x_1, _solve(statistic, target))
    return left / (without_1 + left) * ((n_0 + pull) / (x_0 + pull))


def _low_odds(x_1: int, n_1: int, x_0: int, n_0: int, target: float) -> float:
    """Give the lower limit of the ratio of two odds."""
    most = min(x_1, n_0 - x_0)
    if most == 0:
        return 0.0
    rest_1, rest_0 = x_1 - most, n_0 - x_0 - most

    def statistic(x: float) -> float:
        pull, left = _split(most, x)
        spread_1 = (rest_1 + left) * (n_1 - x_1 + pull) / n_1
        spread_0 = (rest_0 + left) * (x_0 + pull) / n_0
        return 2 * log(pull) + log(1 / spread_1 + 1 / spread_0)

    pull, left = _split(most, _solve(statistic, target))
    return (rest_1 + left) / (n_1 - x_1 + pull) * ((rest_0 + left) / (x_0 + pull))


def _split(whole: int, x: float) -> tuple[float, float]:
    """Split a number of patients in two parts whose ratio has this logarithm."""
    if x > 0:
        return whole / (1 + exp(-x)), whole * exp(-x) / (1 + exp(-x))
    return whole * exp(x) / (1 + exp(x)), whole / (1 + exp(x))


def _turned_over(ratio: float) -> float:
    return 1 / ratio if ratio else inf


def _conditional_odds_ratio(
    x_1: int, n_1: int, x_0: int, n_0: int, level: float
) -> Interval:
    # it takes a while to import
    from exact_tests import cond_odds_ratio, cond_odds_ratio_ci

    if level > _HIGHEST_CONDITIONAL:
        raise ValueError(
            f"conditional limits are computed up to a level of {_HIGHEST_CONDITIONAL}"
        )
    if n_1 + n_0 >= 2**52:
        raise ValueError("conditional limits are computed of fewer than 2**52 patients")
    tail = (1 - level) / 2
    table = (x_1, n_1 - x_1, x_0, n_0 - x_0)
    low, _ = cond_odds_ratio_ci(*table, low=tail, high=0.5)
    # the upper limit is the lower one of the swapped arms: so its tail keeps its digits
    swapped, _ = cond_odds_ratio_ci(*table[2:], *table[:2], low=tail, high=0.5)
    return Interval(cond_odds_ratio(*table), low, _turned_over(swapped))
