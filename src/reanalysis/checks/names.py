"""What the printed name of a test, or of its statistic, says about it."""

import re

# Tests that need more than a summary table: what each is called, and its name here.
_BEYOND = {
    r"adjust|ancova|covaria": "an adjusted test",
    r"regression|logistic|\bcox\b|hazard|\bhr\b|\bglm\b|\bgee\b|mixed|model": "a model",
    r"log.?rank|kaplan": "a test of times",
    r"mcnemar|paired|cochran'?s? q|friedman|repeated|within": "a paired test",
    r"mantel.?haenszel|\bcmh\b|stratif": "a stratified test",
    r"\b(incidence|rate).?(rate )?ratio|\birr\b": "a ratio of rates over time",
}
_RANKS = re.compile(r"mann|wilcoxon|kruskal|rank", re.IGNORECASE)
_Z = re.compile(r"\bz\b", re.IGNORECASE)
_T = re.compile(r"\bt\b|student|welch|t-?test", re.IGNORECASE)
_F = re.compile(r"\bf\b|anova|analysis of variance", re.IGNORECASE)
_CHI = re.compile(
    r"chi|\u03c7|\bx ?[2\u00b2]|pearson|fisher|yates|likelihood|\bg2?\b|mantel|linear"
    r"|armitage|trend",
    re.IGNORECASE,
)
_STATISTIC = re.compile(r"stat|value|test", re.IGNORECASE)
_ONE_SIDED = re.compile(r"\b(one|1|single)[- ]?(sided|tailed)", re.IGNORECASE)
_EXACT = re.compile(r"fisher|exact|freeman", re.IGNORECASE)


def beyond(name: str, *, of_means: bool = False) -> str:
    """Say what a named test needs more than a summary table for; empty if it does not.

    Examples
    --------
    >>> beyond("log-rank"), beyond("chi-square")
    ('a test of times', '')
    """
    for pattern, said in _BEYOND.items():
        if re.search(pattern, name, re.IGNORECASE):
            return said
    if of_means and _RANKS.search(name):
        return "a test of ranks"
    return ""


def kind_of(name: str, *, of_means: bool = False) -> str:
    """Distribution of a statistic by its printed name: chi, z, t, F or empty.

    Examples
    --------
    >>> kind_of("chi-square"), kind_of("F"), kind_of("U")
    ('chi', 'F', '')
    """
    for kind, pattern in (("chi", _CHI), ("F", _F), ("t", _T), ("z", _Z)):
        if pattern.search(name):
            return kind
    if _RANKS.search(name):
        return "chi" if "kruskal" in name.lower() else ""
    if name and not _STATISTIC.search(name):
        return ""
    return "" if of_means else "chi"


def one_sided(name: str) -> bool:
    """Whether a printed name says that the p-value is one-sided.

    Examples
    --------
    >>> one_sided("t test, one-tailed"), one_sided("t test")
    (True, False)
    """
    return bool(_ONE_SIDED.search(name))


def exact(name: str) -> bool:
    """Whether a printed name is that of an exact test.

    Examples
    --------
    >>> exact("Fisher's exact"), exact("chi-square")
    (True, False)
    """
    return bool(_EXACT.search(name))


def welch(name: str) -> bool:
    """Whether a printed name is that of a test of unequal variances.

    Examples
    --------
    >>> welch("Welch's t-test"), welch("t")
    (True, False)
    """
    return "welch" in name.lower()
