"""Beta-binomial posteriors: what counts say about rates, and about patients to come.

A rate that is believed to follow a beta distribution still follows one after patients
have been counted. What two or more rates give is an integral over each of them but one
(`rates`); events among patients to come are added up outcome by outcome. Nothing is
drawn at random, so nothing needs a seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from scipy import optimize, special

from reanalysis.counts import check_counts, whole_number
from reanalysis.intervals import Interval, check_level
from reanalysis.rates import chances_of_highest, sum_of_rates

#: Jeffreys' prior for a proportion: beta with both shapes one half.
JEFFREYS = (0.5, 0.5)

#: Largest number of products that `predict_events` adds up unless the caller allows
#: more: about a second.
MOST_PRODUCTS = 1_000_000_000

# Time that the probability of one more event takes.
_PRODUCTS_PER_PATIENT = 50

# What differs by less is a tie: a tail of 1/40 must not lose to rounding.
_TIES = 1e-9


@dataclass(frozen=True)
class Posterior:
    """A beta distribution of a rate.

    Its density is proportional to ``p**(a - 1) * (1 - p)**(b - 1)``.

    Attributes
    ----------
    a, b : float
        Shapes, above 0: patients with and without the event, prior included.
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        """Refuse shapes that are none."""
        if not (0 < self.a < np.inf and 0 < self.b < np.inf):
            raise ValueError(
                f"the shapes of a posterior must be above 0, not {self.a} and {self.b}"
            )

    @property
    def mean(self) -> float:
        """Mean rate, ``a / (a + b)``."""
        return self.a / (self.a + self.b)

    def interval(self, *, level: float = 0.95) -> Interval:
        """Give the mean and the equal-tailed credible interval.

        Parameters
        ----------
        level : float
            Probability (0-1) that the rate is inside; half of the rest is on each side.

        Returns
        -------
        Interval
            Probabilities (0-1).

        Raises
        ------
        ValueError
            If `level` is not between 0 and 1.

        Examples
        --------
        >>> found = rate_posterior(16, 20).interval()
        >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
        (0.786, 0.592, 0.928)
        """
        check_level(level)
        tail = (1 - level) / 2
        low = special.betaincinv(self.a, self.b, tail)
        high = special.betainccinv(self.a, self.b, tail)
        return Interval(self.mean, float(low), float(high))

    def probability_above(self, rate: float) -> float:
        """Give the probability that the rate is above this one.

        Parameters
        ----------
        rate : float
            From 0 to 1.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If `rate` is not from 0 to 1.

        Examples
        --------
        >>> round(rate_posterior(16, 20).probability_above(0.5), 4)
        0.9971
        """
        if not 0 <= rate <= 1:
            raise ValueError(f"rate must be from 0 to 1, not {rate}")
        return float(special.betaincc(self.a, self.b, rate))


@dataclass(frozen=True)
class PosteriorDifference:
    """What the posterior says about the difference between two rates.

    Attributes
    ----------
    estimate : float
        Mean of the difference, on the scale that the function names.
    low, high : float
        Limits of its equal-tailed credible interval.
    probability : float
        Probability (0-1) that the difference is above the margin.
    """

    estimate: float
    low: float
    high: float
    probability: float


@dataclass(frozen=True, eq=False)
class Prediction:
    """How many of the patients to come will have the event.

    Attributes
    ----------
    mass : ndarray, shape (n + 1,)
        Probability (0-1) of 0, 1, ..., n events.
    """

    mass: np.ndarray

    @property
    def mean(self) -> float:
        """Expected number of events."""
        return float(self.mass @ np.arange(len(self.mass)))

    def interval(self, *, level: float = 0.95) -> Interval:
        """Give the mean and the equal-tailed interval of whole numbers.

        Fewer than the lower limit have at most half of ``1 - level``, and so have more
        than the upper one; no narrower limits do.

        Parameters
        ----------
        level : float
            Probability (0-1) that the number is inside, at least.

        Returns
        -------
        Interval
            Events; the estimate is their mean.

        Raises
        ------
        ValueError
            If `level` is not between 0 and 1.

        Examples
        --------
        >>> found = predict_events([rate_posterior(16, 20)], [100]).interval()
        >>> round(found.estimate, 3), found.low, found.high
        (78.571, 57, 94)
        """
        check_level(level)
        tail = (1 - level) / 2 * (1 + _TIES)
        # each tail is added up from its own end, where the small numbers are
        low = np.searchsorted(np.cumsum(self.mass), tail, side="right")
        above = np.searchsorted(np.cumsum(self.mass[::-1]), tail, side="right")
        return Interval(self.mean, int(low), int(len(self.mass) - 1 - above))

    def probability_above(self, events: int) -> float:
        """Give the probability of more events than this.

        Parameters
        ----------
        events : int
            From 0 to the number of patients.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If `events` is not from 0 to the number of patients.

        Examples
        --------
        >>> found = predict_events([rate_posterior(16, 20)], [100])
        >>> round(found.probability_above(50), 4)
        0.9937
        """
        count = whole_number(events, "events")
        if count >= len(self.mass):
            raise ValueError(
                f"events must be from 0 to {len(self.mass) - 1}, not {events}"
            )
        return float(self.mass[count + 1 :].sum())


def rate_posterior(
    events: int, n: int, *, prior: tuple[float, float] = JEFFREYS
) -> Posterior:
    """Give the posterior of a rate, for a beta prior.

    It is beta with shapes ``prior[0] + events`` and ``prior[1] + n - events``.

    Parameters
    ----------
    events, n : int
        Patients with the event, and patients.
    prior : tuple of float
        Shapes of the prior, above 0: Jeffreys' if left out; from a published study with
        `comparator_prior`.

    Returns
    -------
    Posterior

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If `events` is not from 0 to `n`, or a shape not above 0.

    References
    ----------
    H. Jeffreys, *Proceedings of the Royal Society A* 186 (1946) 453-461,
    doi:10.1098/rspa.1946.0056.

    Examples
    --------
    >>> rate_posterior(16, 20)
    Posterior(a=16.5, b=4.5)
    >>> rate_posterior(16, 20, prior=comparator_prior(52, 80, weight=0.5))
    Posterior(a=42.5, b=18.5)
    """
    (events,), (n,) = check_counts([events], [n])
    _check_prior(prior)
    a, b = prior
    return Posterior(float(a + events), float(b + (n - events)))


def comparator_prior(
    events: int,
    n: int,
    *,
    weight: float = 1.0,
    start: tuple[float, float] = JEFFREYS,
) -> tuple[float, float]:
    """Make a prior of the counts of a published study.

    It is the power prior of Ibrahim and Chen: the posterior of that study, with each of
    its patients worth only `weight` of a patient.

    Parameters
    ----------
    events, n : int
        Patients with the event, and patients, in the published study.
    weight : float
        From 0 (the study is ignored) to 1 (its patients count in full): how far its
        patients, treatment and endpoint are thought to be the same.
    start : tuple of float
        Shapes of the prior before that study, above 0.

    Returns
    -------
    tuple of float
        Shapes ``start[0] + weight * events`` and ``start[1] + weight * (n - events)``.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If `events` is not from 0 to `n`, `weight` not from 0 to 1, or a shape not
        above 0.

    References
    ----------
    J. G. Ibrahim and M.-H. Chen, *Statistical Science* 15 (2000) 46-60,
    doi:10.1214/ss/1009212673.

    Examples
    --------
    >>> comparator_prior(52, 80, weight=0.5)
    (26.5, 14.5)
    """
    (events,), (n,) = check_counts([events], [n])
    _check_prior(start)
    if not 0 <= weight <= 1:
        raise ValueError(f"weight must be from 0 to 1, not {weight}")
    return float(start[0] + weight * events), float(start[1] + weight * (n - events))


def posterior_difference(
    one: Posterior, other: Posterior, *, margin: float = 0.0, level: float = 0.95
) -> PosteriorDifference:
    """Compare the rates of two arms, thought of as independent.

    The probability that the difference is above a margin ``m`` is the integral, over
    the rates ``p`` of the other arm, of its density times the probability that the
    rate of the first arm is above ``p + m``. The limits of the interval are the margins
    at which this probability is ``(1 + level) / 2`` and ``(1 - level) / 2``.

    Parameters
    ----------
    one, other : Posterior
        The difference is the rate of `one` less that of `other`.
    margin : float
        From -1 to 1.
    level : float
        Probability (0-1) that the difference is inside the interval; half of the rest
        is on each side.

    Returns
    -------
    PosteriorDifference
        Differences of probabilities, from -1 to 1.

    Raises
    ------
    ValueError
        If `margin` is not from -1 to 1, `level` not between 0 and 1, or a shape so near
        0 (below about 0.03) that the integral would lose its digits.

    Examples
    --------
    >>> one, other = rate_posterior(16, 20), rate_posterior(12, 20)
    >>> found = posterior_difference(one, other, margin=0.1)
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.19, -0.082, 0.453)
    >>> round(found.probability, 4)
    0.7479
    """
    check_level(level)
    if not -1 <= margin <= 1:
        raise ValueError(f"margin must be from -1 to 1, not {margin}")
    # less the other one is plus its complement, less 1
    terms = [(1.0, one.a, one.b), (1.0, other.b, other.a)]
    return _compared(terms, -1.0, one.mean - other.mean, margin, level)


def probability_best(posteriors: Sequence[Posterior]) -> np.ndarray:
    """Give the probability of each arm that its rate is the highest.

    It is the integral, over the rates of the arm, of its density times the product of
    the probabilities that the rates of the other arms are below.

    Parameters
    ----------
    posteriors : sequence of Posterior, shape (k,)
        Of the arms, thought of as independent; k is at least 2.

    Returns
    -------
    ndarray, shape (k,)
        Probabilities (0-1); their sum is 1.

    Raises
    ------
    ValueError
        If there are fewer than two arms, or a shape is so near 0 (below about 0.03)
        that the integral would lose its digits.

    Examples
    --------
    >>> arms = [rate_posterior(events, 20) for events in (6, 12, 16)]
    >>> probability_best(arms).round(4).tolist()
    [0.0002, 0.0831, 0.9166]
    """
    if len(posteriors) < 2:
        raise ValueError("a comparison needs at least two arms")
    return chances_of_highest([(arm.a, arm.b) for arm in posteriors])


def predict_events(
    posteriors: Sequence[Posterior],
    n: Sequence[int],
    *,
    most_products: int = MOST_PRODUCTS,
) -> Prediction:
    """Predict the events among patients to come, of whom each arm treats some.

    The events of one arm are beta-binomial: with its posterior ``(a, b)`` and ``n``
    patients, ``x`` events have the probability ``C(n, x) * B(a + x, b + n - x) /
    B(a, b)``. It holds both what is not known of the rate and the chance that would
    remain if it were. The arms are independent, so that their sum is the convolution.

    Parameters
    ----------
    posteriors : sequence of Posterior, shape (k,)
        Of the arms, thought of as independent; k is at least 1.
    n : sequence of int, shape (k,)
        Patients to come, per arm; 0 is allowed.
    most_products : int
        Most products of a probability of one arm's events and one of the events of all
        arms before it, that are to be added up; each patient to come, whose
        probability is computed and kept, counts as fifty more. Time is in proportion
        to it, and memory to the patients.

    Returns
    -------
    Prediction

    Raises
    ------
    TypeError
        If a number of patients is not a whole number.
    ValueError
        If there is no arm, lengths differ, a number of patients is negative, or more
        products are needed than allowed.

    References
    ----------
    J. G. Skellam, *Journal of the Royal Statistical Society: Series B* 10 (1948)
    257-261, doi:10.1111/j.2517-6161.1948.tb00014.x.

    Examples
    --------
    Of a rate of which nothing is known, every number of events is equally probable:

    >>> predict_events([Posterior(1, 1)], [3]).mass.round(3).tolist()
    [0.25, 0.25, 0.25, 0.25]
    >>> arms = [rate_posterior(8, 20), rate_posterior(14, 20)]
    >>> found = predict_events(arms, [50, 50])
    >>> round(found.mean, 1), found.interval().low, found.interval().high
    (54.8, 38, 71)
    """
    sizes = _check_future(n, len(posteriors))
    products = _PRODUCTS_PER_PATIENT * sum(sizes) + sum(
        (before + 1) * (size + 1)
        for before, size in zip(accumulate(sizes, initial=0), sizes, strict=False)
    )
    if products > most_products:
        raise ValueError(
            f"{', '.join(f'{size:,}' for size in sizes)} patients to come need "
            f"{products:,} products, more than most_products={most_products:,}"
        )
    mass = np.ones(1)
    for arm, size in zip(posteriors, sizes, strict=True):
        mass = np.convolve(mass, _beta_binomial(size, arm))
    return Prediction(mass / mass.sum())


def _beta_binomial(n: int, arm: Posterior) -> np.ndarray:
    """Give the probability of 0, 1, ..., n events, shape (n + 1,)."""
    x = np.arange(n, dtype=float)
    steps = np.log((n - x) / (x + 1) * ((arm.a + x) / (arm.b + (n - x - 1))))
    # from the likeliest number outwards, so that what counts has its digits
    top = int(np.argmax(np.append(0, np.cumsum(steps))))
    down = -np.cumsum(steps[:top][::-1])[::-1]
    mass = np.exp(np.concatenate([down, [0.0], np.cumsum(steps[top:])]))
    return mass / mass.sum()


def compare_allocations(
    posteriors: Sequence[Posterior],
    one: Sequence[int],
    other: Sequence[int],
    *,
    margin: float = 0.0,
    level: float = 0.95,
) -> PosteriorDifference:
    """Compare the expected events of two ways to give patients to the same arms.

    Both depend on the same rates ``p``. So the difference of the expected events is the
    weighted sum ``w @ p`` with ``w = one - other``, and an arm that treats as many in
    both does not count. Its distribution is an integral over each rate with a weight
    but one.

    Parameters
    ----------
    posteriors : sequence of Posterior, shape (k,)
        Of the arms, thought of as independent; k is at least 1.
    one, other : sequence of int, shape (k,)
        Patients per arm; 0 is allowed. The difference is that of `one` less `other`.
    margin : float
        In events.
    level : float
        Probability (0-1) that the difference is inside the interval; half of the rest
        is on each side.

    Returns
    -------
    PosteriorDifference
        In expected events: the chance that remains when the rates are known is not in
        it. With one or two weights the probability has nine digits, however small it
        is; with more, about eight decimals, and six where a shape is below one half.

    Raises
    ------
    TypeError
        If a number of patients is not a whole number.
    ValueError
        If there is no arm, lengths differ, a number of patients is negative, `margin`
        not a number, `level` not between 0 and 1, or a shape so near 0 (below about
        0.03) that the integral would lose its digits.

    Examples
    --------
    >>> arms = [rate_posterior(events, 20) for events in (8, 11, 14)]
    >>> found = compare_allocations(arms, [0, 50, 50], [100, 0, 0])
    >>> round(found.estimate, 1), round(found.low, 1), round(found.high, 1)
    (21.4, -4.1, 45.5)
    >>> round(found.probability, 3)
    0.95
    """
    check_level(level)
    if not np.isfinite(margin):
        raise ValueError(f"margin must be a number, not {margin}")
    sizes = [_check_future(n, len(posteriors)) for n in (one, other)]
    pairs = zip(posteriors, *sizes, strict=True)
    weights = [(n_1 - n_0, arm) for arm, n_1, n_0 in pairs if n_1 != n_0]
    if not weights:
        return PosteriorDifference(0.0, 0.0, 0.0, float(margin < 0))
    estimate = float(sum(weight * arm.mean for weight, arm in weights))
    # a negative weight is that much lost, less what patients without events save
    terms = [(w, arm.a, arm.b) if w > 0 else (-w, arm.b, arm.a) for w, arm in weights]
    lowest = float(sum(min(weight, 0) for weight, _ in weights))
    return _compared(terms, lowest, estimate, margin, level)


def _compared(
    terms: list[tuple[float, float, float]],
    lowest: float,
    estimate: float,
    margin: float,
    level: float,
) -> PosteriorDifference:
    """Describe a weighted sum of rates that starts at its lowest value, not at 0."""
    found = sum_of_rates(terms)

    def tails(value: float) -> np.ndarray:
        x = min(max(value - lowest, 0.0), found.width)
        return found.tails(np.array(x), np.array(found.width - x))

    def limit(side: int) -> float:
        tail = (1 - level) / 2
        ends = lowest, lowest + found.width
        return float(optimize.brentq(lambda m: tails(m)[side] - tail, *ends))

    return PosteriorDifference(estimate, limit(0), limit(1), float(tails(margin)[1]))


def _check_prior(prior: tuple[float, float]) -> None:
    if len(prior) != 2:
        raise ValueError(f"a prior has two shapes, not {len(prior)}")
    a, b = prior
    if not (0 < a < np.inf and 0 < b < np.inf):
        raise ValueError(f"the shapes of a prior must be above 0, not {a} and {b}")


def _check_future(n: Sequence[int], k: int) -> list[int]:
    if k == 0:
        raise ValueError("a prediction needs at least one arm")
    if len(n) != k:
        raise ValueError(f"{len(n)} numbers of patients for {k} arms")
    return [whole_number(size, "patients to come") for size in n]
