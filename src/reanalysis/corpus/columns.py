"""What the columns of a published table are: labels, arms, p, statistics, the rest."""

import re
from dataclasses import dataclass, field

from reanalysis.corpus.cells import Form, p_of, statistic_of

_P_HEAD = re.compile(
    r"p[\s\-–‐]{0,2}val(?:ue)?s?\b.*|p(?:\s?\(.*|\s?[=<].*)?"
    r"|p[*†‡§¶#a-d1-3]{0,2}"
    r"|sig(?:n(?:if(?:icance)?)?)?\.?(?:\s?\(.*)?"
    r"|(?:level of )?significan(?:ce|t)\b.*"
    r"|probability|.*\bp[\s\-–‐]{1,2}values?\b.*|p\b.{0,30}",
    re.IGNORECASE,
)
_STATISTIC_HEAD = {
    "t": r"t|t[\s-]?(?:value|test|statistics?|score|ratio)s?(?:\s?\(.*)?"
    r"|student.{0,3} t.*",
    "F": r"f|f\s?[(\[]?\s?\d+(?:\s?[,.]\s?\d+)?\s?[)\]]?|f[\s-]?(?:value|test"
    r"|statistics?|ratio)s?(?:\s?\(.*)?",
    "chi-square": r"(?:χ|x|chi)[\s-]?\^?(?:2|²|squared?)(?:[\s-]?(?:value|test"
    r"|statistics?))?s?(?:\s?\(.*)?|pearson.*",
}
_STATISTIC = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in _STATISTIC_HEAD.items()
}
_MIXED_STATISTIC = re.compile(
    r"(?:t|f|z|u|χ\s?\^?2|χ²|x2|x²|chi.{0,8})(?:[\s-]?(?:values?"
    r"|tests?))?\s?(?:/|or|,|and)\s?(?:t|f|z|u|χ\s?\^?2|χ²|x2|x²"
    r"|chi.{0,10})(?:[\s-]?(?:values?|tests?|statistics?))?"
    r"|(?:test )?statistics?(?: value)?|test|test value|[zuhwqr]"
    r"|z[\s-]?(?:value|score)s?",
    re.IGNORECASE,
)
_DOF_HEAD = re.compile(r"d\.?\s?f\.?|degrees? of freedom|dof", re.IGNORECASE)
_EFFECT_HEAD = re.compile(
    r"\b(?:odds|risks?|rates?|hazards?|relative|prevalence|incidence"
    r"|likelihood)[\s-]?(?:ratios?|risk|difference|reduction)"
    r"|\b(?-i:a?ORs?|AORs?|a?RRs?|a?HRs?|AHRs?|IRRs?|CIs?|NNT|SMD|WMD)\b"
    r"|c\.i\."
    r"|\d\s?%\s?ci\b|confidence"
    r"|\bdifferences?\b|\bdiff\b|\beffects?\b|cohen|β|\bbeta\b|coefficient"
    r"|estimates?\b|std\.? ?err|standard error|\bse\b|s\.e\.|\bsem\b"
    r"|\bp?eta\b|η|\bicc\b"
    r"|\breduction|\bimprovement|% ?change|efficacy|\bratio\b|\bpower\b"
    r"|\bslope|interaction",
    re.IGNORECASE,
)
_TOTAL_HEAD = re.compile(
    r"(?:all|total|overall|entire|whole|combined|pooled|both|full)\b.*"
    r"|(?:study )?population|sum"
    r"|n\s?=\s?\d+|.*\btotal(?: (?:sample|group|population|patients|cohort))?",
    re.IGNORECASE,
)
_OTHER_HEAD = re.compile(
    r"(?-i:(?:^|(?<=\s))[rρ](?:\s?\(.*)?$)|\brho\b|correlation"
    r"|\bmedian|range|\biqr\b|interquart|quartile|percentile|\bmin(?:imum)?\b"
    r"|\bmax(?:imum)?\b|normal values?"
    r"|\brates?\s?(?:/|per\b)|(?:/|per)\s?1?00\s?(?:p|$)|(?:patient"
    r"|person)[- ]years?"
    r"|reference|units?$|references?|comments?|missing|references",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:baseline|pre|post|before|after|weeks?|wks?|months?|mo|days?|years?"
    r"|yrs?|hours?|hrs?|h|min(?:utes?)?|visits?"
    r"|follow[\s-]?up|time|initial|final|end|endpoint|end[\s-]point|entry"
    r"|admission|discharge|changes?"
    r"|pre[\s-]?test|post[\s-]?test|pretreatment|posttreatment|preoperative"
    r"|postoperative|intervention period|first|second|1st|2nd|phase|period"
    r"|session|cycle|evaluations?|assessments?|measurements?|test \d|trial \d"
    r"|stage of|examination|day\s?\d+|week\s?\d+|t\d)\b|Δ|^[dwmtv]\d+$|^delta",
    re.IGNORECASE,
)
_TREATMENT = re.compile(
    r"\b(?:groups?|arms?|placebo|controls?|treated|vs|cohort|twice|once|mg"
    r"|mcg|µg|μg|iu|units?|ml|dose|daily|kg|therapy)\b|/\s?(?:d|day|week|wk"
    r"|month)\b|\d\s?(?:mg|g|µg|μg|iu)\b",
    re.IGNORECASE,
)
_N_PRINTED = re.compile(
    r"[(\[]?\s?\bn\s?[=:]\s?(\d+)\s?(?:[)\]]|(?=\D|$))", re.IGNORECASE
)
_N_WITHOUT_SIGN = re.compile(r"[(\[]\s?n\s(\d+)\s?[)\]]|\bn\s(\d+)$", re.IGNORECASE)
_N_BARE = re.compile(
    r"[(\[]\s?(\d+)(?: (?:patients|subjects|participants|women|men|children"
    r"|eyes|cases))?\s?[)\]]$"
)
_N_WORDS = re.compile(
    r"[(\[]?\b(\d+) (?:patients|subjects|participants|women|children|infants"
    r"|eyes|cases)\b[)\]]?",
    re.IGNORECASE,
)
_LEAF_COUNT = re.compile(
    r"n|no\.?|number|freq(?:uency)?\.?|count|n\s?[=:]\s?\d+"
    r"|number of (?:patients|subjects|participants|cases|events)|patients|#",
    re.IGNORECASE,
)
_LEAF_PERCENT = re.compile(
    r"[(\[]?\s?(?:%|per\s?cent(?:age)?)\s?[)\]]?"
    r"|(?:%|percent(?:age)?) of (?:all |the )?(?:total|group|arm|patients|subjects"
    r"|participants|cases|n)",
    re.IGNORECASE,
)
_LEAF_MEAN = re.compile(r"mean|m|x̄|x|average", re.IGNORECASE)
_LEAF_SD = re.compile(
    r"[(±\s]*(?:s\.?d\.?|std\.?(?: ?dev(?:iation)?\.?)?|standard deviations?"
    r"|σ)[)\s]*",
    re.IGNORECASE,
)
_UNIT_HEAD = re.compile(
    r"n\s?[,(]?\s?%?\)?|no\.?\s?\(?%?\)?|\(?%\)?|mean.*|m\s?\(s\.?d\.?\)"
    r"|.*±.*|number.*|frequency.*|n, %|count.*|value",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Column:
    """One column: its heads from the top down, and what it is.

    Attributes
    ----------
    index : int
    path : tuple of str
        Different head texts, top down.
    role : str
        ``label``, ``p``, ``statistic``, ``dof``, ``effect``, ``total``, ``other``,
        ``value`` (a whole cell of an arm), ``count``, ``percent``, ``mean``, ``sd``,
        ``n`` or ``empty``.
    name : str
        For a statistic, its name.
    unit : str
        What stands in its heads as the unit of its numbers.
    """

    index: int
    path: tuple[str, ...]
    role: str = "value"
    name: str = ""
    unit: str = ""

    @property
    def leaf(self) -> str:
        """The head next to the numbers."""
        return self.path[-1] if self.path else ""

    @property
    def over(self) -> tuple[str, ...]:
        """The heads above the last."""
        return self.path[:-1]


@dataclass(slots=True)
class Arm:
    """Columns that print one arm (or one arm at one time).

    Attributes
    ----------
    name : str
    over : tuple of str
        Heads that stand above the arm's own.
    columns : dict
        From role to column.
    n : int or None
        Patients.
    n_from : str
        Where n was found.
    hint : str
        What the arm's head says of its numbers, such as ``n (%)``.
    measure : str
        What its numbers are of, where each arm has columns of several kinds.
    total, time : bool
        Whether it holds all patients; whether its name is a time.
    """

    name: str
    over: tuple[str, ...]
    columns: dict[str, int] = field(default_factory=dict)
    n: int | None = None
    n_from: str = ""
    hint: str = ""
    measure: str = ""
    total: bool = False
    time: bool = False

    @property
    def first(self) -> int:
        """The leftmost column that holds a number of it."""
        return min(c for role, c in self.columns.items() if role != "n")


def printed_n(text: str) -> int | None:
    """Find a number of patients in a head.

    Examples
    --------
    >>> printed_n("Placebo (n = 36)"), printed_n("Group A N=40"), printed_n("Day 7")
    (36, 40, None)
    """
    if found := _N_PRINTED.search(text):
        return int(found[1]) or None
    if found := _N_WITHOUT_SIGN.search(text):
        return int(found[1] or found[2]) or None
    return None


def bare_n(text: str) -> int | None:
    """Find a number of patients that stands in brackets alone, or before "patients"."""
    told = _N_WORDS.findall(text)
    if len(told) != 1 and len(re.findall(r"\d+", text)) != 1:
        return None
    found = (_N_WORDS.search(text) if told else None) or _N_BARE.search(text)
    n = int(found[1]) if found else 0
    # a year in brackets is no number of patients
    return None if not n or 1900 < n < 2100 else n


def without_n(text: str) -> str:
    """Take the number of patients and the kind of numbers off the name of an arm.

    Examples
    --------
    >>> without_n("Placebo (n = 36), n (%)"), without_n("Placebo mean ± SD")
    ('Placebo', 'Placebo')
    """
    text = _N_PRINTED.sub(" ", text)
    text = _N_WITHOUT_SIGN.sub(" ", text)
    text = re.sub(
        r"[,;(\[\s]*\b(?:n|no\.?|number)\s?[,(]?\s?\(?%\s?\)?[)\]]?",
        " ",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"[,;(\[\s]*(?:mean\b.*|m\s?\(s\.?d\.?\)|[±(]\s?s\.?d\.?\b.*|\(%\)"
        r"|%)\s?[)\]]?$",
        " ",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(r"[(\[]\s*[)\]]", " ", text)
    return " ".join(text.split()).strip(" ,;:/")


def is_time(text: str) -> bool:
    """Whether a head names a time rather than an arm.

    Examples
    --------
    >>> is_time("Week 12"), is_time("After treatment"), is_time("Placebo")
    (True, True, False)
    """
    return bool(_TIME.search(text)) and not _TREATMENT.search(text)


def is_effect_head(text: str) -> bool:
    """Whether a head announces an effect, an interval or a coefficient."""
    return bool(_EFFECT_HEAD.search(text)) and printed_n(text) is None


def without_time(text: str) -> str:
    """Take the words of time off a head, to see whether two heads name one arm.

    Examples
    --------
    >>> without_time("Group A, baseline") == without_time("Group A, 12 months")
    True
    """
    text = re.sub(
        rf"(?:\d+\s?-?)?(?:{_TIME.pattern})(?:\s?\d+)?", " ", text, flags=re.I
    )
    return " ".join(re.sub(r"[,;:]", " ", text.lower()).split())


def is_p_head(text: str) -> bool:
    """Whether a head announces p-values.

    Examples
    --------
    >>> [is_p_head(x) for x in ("P", "p value", "P*", "Placebo", "Sig.", "P (t test)")]
    [True, True, True, False, True, True]
    """
    text = " ".join(text.replace("‐", "-").split()).strip(" ,;:.")
    return bool(text) and len(text) < 90 and bool(_P_HEAD.fullmatch(text))


def _statistic_name(text: str) -> str:
    text = " ".join(text.split()).strip(" ,;:")
    for name, pattern in _STATISTIC.items():
        if pattern.fullmatch(text):
            return name
    return "?" if _MIXED_STATISTIC.fullmatch(text) else ""


def role_of(
    column: Column, forms: list[Form], texts: list[str], *, last: bool = False
) -> None:
    """Decide what a column is from its heads, its cells, and whether it is the last."""
    filled = [form for form in forms if form.name != "empty"]
    data = [form for form in filled if form.data]
    leaf, path = column.leaf, " ".join(column.path)
    # the last head that says anything is what counts, unless it is a unit
    heads = [
        re.sub(r"\b(?:adjusted|corrected)\s", "", text, flags=re.IGNORECASE)
        for text in column.path[-2:]
    ]
    if any(is_p_head(text) for text in heads):
        column.role = "p"
        return
    if not filled:
        column.role = "empty"
        return
    with_p = sum(
        bool(re.match(r"p\s?[<>=≤]", t, re.IGNORECASE))
        or (statistic_of(t) is not None and bool(p_of(t)))
        for t in texts
        if t
    )
    if with_p * 5 >= len(filled) * 4 and not printed_n(path):
        column.role = "p"
        return
    said = sum(
        bool(re.fullmatch(r"[<>=≤]?\s?0?\.\d{2,}.{0,2}|ns", t, re.IGNORECASE))
        for t in texts
        if t
    )
    if not path and last and len(filled) > 1 and said == len(filled):
        # a last column without a head that holds nothing but p-values
        column.role = "p"
        return
    if name := _statistic_name(leaf):
        column.role, column.name = "statistic", name
        return
    if _DOF_HEAD.fullmatch(leaf.strip()):
        column.role = "dof"
        return
    if _LEAF_PERCENT.fullmatch(leaf):
        column.role = "percent"
    elif _LEAF_SD.fullmatch(leaf):
        column.role = "sd"
    elif _LEAF_MEAN.fullmatch(leaf):
        column.role = "mean"
    elif _LEAF_COUNT.fullmatch(leaf):
        column.role = "count"
    elif (
        _OTHER_HEAD.search(leaf) and not printed_n(leaf) and "mean" not in leaf.lower()
    ):
        column.role = "other"
    elif (_EFFECT_HEAD.search(leaf) and not printed_n(leaf)) or any(
        _EFFECT_HEAD.search(text) and not printed_n(text) for text in column.over
    ):
        column.role = "effect"
    elif not path and not data:
        column.role = "empty"
    elif not path and len(data) * 2 > len(filled):
        found = sum(bool(p_of(text)) for text in texts if text)
        column.role = "other" if found == len(filled) else "value"
    elif len(data) * 5 < len(filled) * 2 and not printed_n(leaf):
        column.role = "other"


def arms_of(columns: list[Column]) -> list[Arm]:
    """Put the columns of an arm together.

    A count and its percentage, or a mean and its SD, may stand in two columns, with
    the patients in a third.
    """
    arms: list[Arm] = []
    values = [column for column in columns if column.role == "value"]
    leaves = {column.leaf for column in values}
    alone = len({column.over for column in values}) == len(values)
    if alone and len(values) > 1 and len(leaves) == 1 and all(c.over for c in values):
        # one text below all arms says what the numbers are
        for column in values:
            column.unit = column.leaf
            column.path = column.over
    others = len(values) > 0
    done: set[int] = set()
    for column in columns:
        if column.index in done:
            continue
        if column.role == "value":
            arms.append(_value_arm(column))
        elif column.role == "count" and not column.over and others:
            column.role = "other"
        elif column.role in ("count", "percent", "mean", "sd"):
            arms += _split_arms(column, columns, done)
    if any(arm.name for arm in arms):
        arms = [arm for arm in arms if arm.name or arm.n or "%" in arm.hint]
        for arm in arms:
            if not arm.name and not arm.n:
                # counts of all patients, beside what is printed of some effect
                arm.measure = arm.hint
    for arm in arms:
        arm.time = is_time(arm.name)
    _by_measure(arms)
    return _with_n_columns(arms, columns)


def _by_measure(arms: list[Arm]) -> None:
    """Under heads with n, the same heads again and again are measures, not arms."""
    over = list(dict.fromkeys(arm.over for arm in arms))
    names = [[arm.name for arm in arms if arm.over == head] for head in over]
    if len(over) < 2 or len(names[0]) < 2 or any(each != names[0] for each in names):
        return
    if not all(head and printed_n(head[-1]) for head in over):
        return
    if any(arm.time or arm.n_from != "over" for arm in arms):
        return
    for arm in arms:
        arm.measure, arm.name = arm.name, without_n(arm.over[-1])
        arm.over, arm.n_from = arm.over[:-1], "head"
        arm.hint = f"{arm.hint} {arm.measure}"


def mark_totals(arms: list[Arm]) -> None:
    """Say which arms hold the patients of all others: by name, and by their number."""
    for arm in arms:
        others = [o.n for o in arms if o is not arm and not _is_total(o.name)]
        # "Combined" may be an arm of its own: then it is not larger than all others
        small = arm.n is not None and others and all(others)
        small = small and (arm.n or 0) < 0.9 * sum(n or 0 for n in others)
        arm.total = _is_total(arm.name) and not small


def _is_total(name: str) -> bool:
    return bool(_TOTAL_HEAD.fullmatch(name))


def _value_arm(column: Column) -> Arm:
    path = list(column.path)
    hint = column.unit
    # the lowest head may say only the kind of number, or n
    while len(path) > 1 and (
        _UNIT_HEAD.fullmatch(without_n(path[-1]) or "n") or not without_n(path[-1])
    ):
        hint = f"{path[-1]} {hint}"
        path.pop()
    leaf = path[-1] if path else ""
    n = next((x for text in reversed(column.path) if (x := printed_n(text))), None)
    n = n or printed_n(column.unit)
    if "missing" in " ".join(column.path).lower():
        n = None
    own = next((x for text in (leaf, hint) if (x := printed_n(text))), None)
    arm = Arm(without_n(leaf), tuple(path[:-1]), {"value": column.index})
    arm.n, arm.n_from = n, ("head" if own else "over" if n else "")
    arm.hint = f"{hint} {leaf}".strip()
    return arm


def _split_arms(column: Column, columns: list[Column], done: set[int]) -> list[Arm]:
    """Take the columns that follow under the same head, until a role comes twice."""
    parts = {column.role: column.index}
    done.add(column.index)
    for other in columns[columns.index(column) + 1 :]:
        # "N = 28" may stand where the arm's name would be, over its second column
        under_n = other.over and not without_n(other.over[-1]) and other.role == "sd"
        if (other.over != column.over and not under_n) or other.role in parts:
            break
        if other.role not in ("count", "percent", "mean", "sd", "value"):
            break
        if other.role == "value":
            if "count" in parts and len(parts) == 1:
                parts["value"] = other.index
                done.add(other.index)
            break
        parts[other.role] = other.index
        done.add(other.index)
    over = list(column.over)
    while len(over) > 1 and not without_n(over[-1]):
        over.pop()
    name = without_n(over[-1]) if over else ""
    paths = [c.path for c in columns if c.index in parts.values()]
    n = next((x for p in paths for t in reversed(p) if (x := printed_n(t))), None)
    arm = Arm(name, tuple(over[:-1]), parts, n, "head" if n else "")
    arm.hint = " ".join(c.leaf for c in columns if c.index in parts.values())
    if set(parts) == {"value", "count"} or {"mean", "sd", "count"} <= set(parts):
        parts["n"] = parts.pop("count")
    elif ("mean" in parts and "sd" not in parts) or set(parts) == {"sd"}:
        return []
    return [arm]


def _with_n_columns(arms: list[Arm], columns: list[Column]) -> list[Arm]:
    kept = []
    for arm in arms:
        if set(arm.columns) <= {"n"}:
            continue
        kept.append(arm)
    return kept
