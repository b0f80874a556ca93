"""Chances of rates with shapes below one, and far tails: python extreme_posteriors.py.

Thirty digits and more (mpmath). A rate is p = sin(t)**2: then no density of shape one
half is unbounded, and an ordinary rule integrates over t. Each row of the result holds
the weights and shapes of two rates, a value, and the probabilities that the weighted
sum is below and above it. Counts among patients to come are added up one by
one.
"""

import csv
import sys

from mpmath import asin, beta, betainc, binomial, cos, mp, mpf, pi, quad, sin, sqrt

mp.dps = 30

SUMS = [
    # two arms without any event, and one with all
    (((50, "0.5", "20.5"), (-50, "0.5", "20.5")), 0),
    (((50, "0.5", "20.5"), (-30, "0.5", "20.5")), 0),
    (((50, "0.5", "20.5"), (-50, "0.5", "20.5")), 1),
    (((1, "0.5", "20.5"), (1, "20.5", "0.5")), 1),
    (((1, "0.5", "0.5"), (-1, "0.5", "0.5")), "0.25"),
    (((1, "0.5", "100.5"), (-1, "0.5", "10.5")), "0.1"),
    # far tails
    (((1, "20.5", "0.5"), (-1, "0.5", "20.5")), 0),
    (((1, "40.5", "0.5"), (-1, "0.5", "40.5")), "-0.25"),
    (((1, "16.5", "4.5"), (-1, "4.5", "16.5")), "-0.5"),
]

COUNTS = [
    ("0.5", "100.5", 20, 20),
    ("0.5", "100.5", 3, 20),
    ("100.5", "0.5", 0, 20),
    ("40.5", "60.5", 100, 100),
    ("0.5", "1000.5", 60, 60),
]


def tails(a, b, p):
    """Probabilities of a rate below and above p."""
    if p <= 0:
        return mpf(0), mpf(1)
    if p >= 1:
        return mpf(1), mpf(0)
    below = betainc(a, b, 0, p, regularized=True)
    return below, betainc(b, a, 0, 1 - p, regularized=True)


def of_sum(terms, value):
    """Probabilities of a weighted sum of two rates below and above a value."""
    (weight, a, b), (other, a_0, b_0) = terms
    # corners of the other rate's tails, as places of this one
    places = {(value - corner) / weight for corner in (0, other)} | {mpf(0), mpf(1)}
    ends = {asin(sqrt(p)) for p in places if 0 <= p <= 1}
    # a rate that is nearly 0 or 1 has all of its density there
    ends = sorted({*ends, *(pi / 2 * i / 8 for i in range(9))})

    def part(side):
        def integrand(t):
            p = sin(t) ** 2
            density = 2 * sin(t) ** (2 * a - 1) * cos(t) ** (2 * b - 1) / beta(a, b)
            found = tails(a_0, b_0, (value - weight * p) / other)
            return density * found[side if other > 0 else 1 - side]

        return quad(integrand, ends)

    return part(0), part(1)


def of_count(a, b, events, n):
    def mass(x):
        return binomial(n, x) * beta(a + x, b + n - x) / beta(a, b)

    return (
        mp.fsum(mass(x) for x in range(events + 1)),
        mp.fsum(mass(x) for x in range(events, n + 1)),
    )


def main():
    writer = csv.writer(sys.stdout, lineterminator="\n")
    print("kind,w_1,a_1,b_1,w_2,a_2,b_2,value,below,above")
    for terms, value in SUMS:
        numbers = [(mpf(w), mpf(a), mpf(b)) for w, a, b in terms]
        found = of_sum(numbers, mpf(value))
        cells = [cell for term in terms for cell in term]
        writer.writerow(["sum", *cells, value, *(mp.nstr(x, 18) for x in found)])
    mp.dps = 40
    for a, b, events, n in COUNTS:
        found = of_count(mpf(a), mpf(b), events, n)
        cells = ["count", n, a, b, "", "", "", events]
        writer.writerow([*cells, *(mp.nstr(x, 18) for x in found)])


if __name__ == "__main__":
    main()
