"""Limits of very large, very unequal and empty arms: python extreme_intervals.py.

Fifty digits (mpmath) take the place of care: each limit is where its score statistic is
z**2, sought by halving, and so is the most likely proportion in it, where the slope of
the likelihood crosses 0. Nothing is taken from closed forms.
"""

import csv
import sys

from mpmath import betainc, binomial, erfinv, inf, mp, mpf, sqrt

mp.dps = 50
HALVINGS = 190

TABLES = [
    (1, 1, 100_000, 100_000),
    (100_000, 100_000, 1, 1),
    (0, 1, 0, 100_000),
    (0, 1, 100_000, 100_000),
    (1, 1, 0, 100_000),
    (1, 1, 50_000, 100_000),
    (0, 1, 1, 100_000),
    (1, 100_000, 0, 1),
    (1, 1, 1, 100_000),
    (99_999, 100_000, 1, 2),
    (2, 3, 99_999, 100_000),
    (30, 100_000, 3, 7),
    (1, 10**9, 1, 2),
    (5, 10**6, 10**6 - 3, 10**6),
    (0, 10**6, 0, 3),
    (3, 3, 10**9, 10**9),
    (12, 20, 9, 20),
]
LEVELS = ["1e-6", "0.9", "0.95", "0.999999"]


def halve(rises, low, high):
    """Find where a function that rises crosses 0."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if rises(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def part(count, value):
    """A count over a probability: none of 0."""
    if count == 0:
        return mpf(0)
    return count / value if value else inf


def slope(x, n, p, q):
    return part(x, p) - part(n - x, q)


def most_likely_difference(d, x_1, n_1, x_0, n_0):
    width = 1 - abs(d)

    def falls(s):
        p_1, q_1, p_0, q_0 = split(s)
        return -(slope(x_1, n_1, p_1, q_1) + slope(x_0, n_0, p_0, q_0))

    def split(s):
        # s is the smaller proportion, and width - s what the larger one lacks
        if d >= 0:
            return s + d, width - s, s, width - s + d
        return s, width - s - d, s - d, width - s

    return split(halve(falls, mpf(0), width))


def most_likely_ratio(r, x_1, n_1, x_0, n_0):
    most = min(mpf(1), 1 / r)

    def falls(p):
        return -(
            part(x_1 + x_0, p)
            - part(n_1 - x_1, (1 - r * p) / r)
            - part(n_0 - x_0, 1 - p)
        )

    p = halve(falls, mpf(0), most)
    return r * p, 1 - r * p, p, 1 - p


def most_likely_odds(t, x_1, n_1, x_0, n_0):
    def expit(u):
        return 1 / (1 + mp.exp(-u))

    u = halve(
        lambda u: n_1 * expit(t + u) + n_0 * expit(u) - x_1 - x_0, mpf(-300), mpf(300)
    )
    return expit(t + u), expit(-t - u), expit(u), expit(-u)


def difference(x_1, n_1, x_0, n_0, z, factor):
    estimate = mpf(x_1) / n_1 - mpf(x_0) / n_0

    def excess(d):
        p_1, q_1, p_0, q_0 = most_likely_difference(d, x_1, n_1, x_0, n_0)
        variance = (p_1 * q_1 / n_1 + p_0 * q_0 / n_0) * factor
        return (d - estimate) ** 2 - z**2 * variance

    low = high = estimate
    if estimate > -1:
        low = halve(lambda d: -excess(d), mpf(-1), estimate)
    if estimate < 1:
        high = halve(excess, estimate, mpf(1))
    return estimate, low, high


def on_logs(excess, estimate):
    """Limits by the logarithm of a ratio."""
    middle = mpf(0) if estimate in (0, inf) else mp.log(estimate)
    reach = mpf(120)
    low, high = mpf(0), inf
    if estimate > 0:
        top = reach if estimate == inf else middle
        low = mp.exp(halve(lambda t: -excess(t), -reach, top))
    if estimate < inf:
        bottom = -reach if estimate == 0 else middle
        high = mp.exp(halve(excess, bottom, reach))
    return estimate, low, high


def ratio(x_1, n_1, x_0, n_0, z, factor):
    if x_1 == x_0 == 0:
        return None

    def excess(t):
        r = mp.exp(t)
        p_1, q_1, p_0, q_0 = most_likely_ratio(r, x_1, n_1, x_0, n_0)
        variance = (p_1 * q_1 / n_1 + r**2 * p_0 * q_0 / n_0) * factor
        return (mpf(x_1) / n_1 - r * mpf(x_0) / n_0) ** 2 - z**2 * variance

    return on_logs(excess, mpf(x_1) * n_0 / (x_0 * n_1) if x_0 else inf)


def odds(x_1, n_1, x_0, n_0, z, factor):
    if x_1 + x_0 in (0, n_1 + n_0):
        return None
    with_0 = x_0 * (n_1 - x_1)

    def excess(t):
        p_1, q_1, p_0, q_0 = most_likely_odds(t, x_1, n_1, x_0, n_0)
        information = 1 / (n_1 * p_1 * q_1) + 1 / (n_0 * p_0 * q_0)
        return (x_1 - n_1 * p_1) ** 2 * information - z**2 * factor

    return on_logs(excess, mpf(x_1) * (n_0 - x_0) / with_0 if with_0 else inf)


def wilson(x, n, z):
    p = mpf(x) / n
    root = z * sqrt(p * (1 - p) / n + z**2 / (4 * mpf(n) ** 2))
    middle = p + z**2 / (2 * n)
    return p, (middle - root) / (1 + z**2 / n), (middle + root) / (1 + z**2 / n)


def newcombe(x_1, n_1, x_0, n_0, z, factor):
    p_1, low_1, high_1 = wilson(x_1, n_1, z)
    p_0, low_0, high_0 = wilson(x_0, n_0, z)
    d = p_1 - p_0
    return (
        d,
        d - sqrt((p_1 - low_1) ** 2 + (high_0 - p_0) ** 2),
        d + sqrt((high_1 - p_1) ** 2 + (p_0 - low_0) ** 2),
    )


def proportion(x_1, n_1, x_0, n_0, z, factor):
    return wilson(x_1, n_1, z)


def clopper_pearson(x, n, tail):
    """Limits of few patients, by adding up the binomial tails themselves."""

    def above(p):  # x or more
        return sum(binomial(n, i) * p**i * (1 - p) ** (n - i) for i in range(x, n + 1))

    low = halve(lambda p: above(p) - tail, mpf(0), mpf(1)) if x else mpf(0)
    high = mpf(1)
    if x < n:
        high = halve(
            lambda p: 1 - betainc(x + 1, n - x, p, 1, regularized=True) - (1 - tail),
            mpf(0),
            mpf(1),
        )
    return mpf(x) / n, low, high


METHODS = {
    ("difference", "miettinen-nurminen"): difference,
    ("difference", "newcombe"): newcombe,
    ("ratio", "miettinen-nurminen"): ratio,
    ("ratio", "koopman"): lambda *args: ratio(*args[:5], mpf(1)),
    ("odds", "miettinen-nurminen"): odds,
    ("proportion", "wilson"): proportion,
}


def rows():
    for level in LEVELS:
        z = sqrt(mpf(2)) * erfinv(mpf(level))
        for table in TABLES:
            total = mpf(table[1] + table[3])
            for (measure, method), limits in METHODS.items():
                found = limits(*table, z, total / (total - 1))
                if found:
                    yield measure, method, *table, level, *found
    for x, n in ((0, 9), (1, 9), (9, 9), (5, 12)):
        for level in LEVELS:
            found = clopper_pearson(x, n, (1 - mpf(level)) / 2)
            yield "proportion", "clopper-pearson", x, n, 0, 1, level, *found


def main():
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        [
            "measure",
            "method",
            "events_1",
            "n_1",
            "events_0",
            "n_0",
            "level",
            "estimate",
            "low",
            "high",
        ]
    )
    for row in rows():
        writer.writerow([*row[:7], *(mp.nstr(value, 20) for value in row[7:])])


if __name__ == "__main__":
    main()
