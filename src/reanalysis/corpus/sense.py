"""What the numbers of a row are: counts, percentages, means, or none of these."""

import math
import re

import reanalysis.corpus.sizes as sizes
import reanalysis.corpus.words as words
from reanalysis.corpus.cells import Form, fits
from reanalysis.corpus.columns import printed_n
from reanalysis.corpus.lines import Line, hundred, percent
from reanalysis.corpus.sheets import Sheet


def mostly_counts(here: Sheet, lines: list[Line]) -> bool:
    """Whether almost all pairs of numbers are counts with their percentages."""
    fit = total = 0
    for line in lines:
        for form, arm in zip(line.forms, here.chosen, strict=True):
            if form.name not in ("bracket", "number percent") or arm.n is None:
                continue
            a, b = form.numbers[:2]
            if not a.isdigit() or not percent(b) or not float(b):
                continue
            total += 1
            fit += fits(int(a), b, arm.n)
    return fit >= 4 and fit >= 0.7 * total


def shares(here: Sheet, lines: list[Line]) -> None:
    """Mark levels whose percentages add up to 100 in every arm.

    No quantity that is measured in percent does so.
    """
    run: list[Line] = []
    for line in lines:
        alone = all(
            form.name in ("number", "percent") and percent(form.numbers[0])
            for form in line.forms
        )
        if not alone or (run and line.section != run[0].section):
            run = []
        if not alone:
            continue
        run.append(line)
        columns = zip(*(one.forms for one in run), strict=True)
        if len(run) > 1 and all(hundred([f.numbers[0] for f in c]) for c in columns):
            for one in run:
                one.share = True
            run = []
    single = [
        line
        for line in lines
        if all(form.name in ("number", "percent") for form in line.forms)
        and not line.share
        and any(words.ONLY_PERCENT.search(t) for t in (line.label, line.section))
        and not words.MEASURED_PERCENT.search(f"{line.label} {line.section}")
    ]
    ns = [arm.n for arm in here.chosen]
    good = sum(feasible(here, line.forms, ns) for line in single)
    here.percents = good >= 3 and good >= 0.6 * len(single)


def near_words(here: Sheet, line: Line) -> str:
    """Words that say what the row's numbers are, the nearest first."""
    hints = " ".join(f"{' '.join(arm.over)} {arm.hint}" for arm in here.chosen)
    return "\n".join(
        (line.label, f"{line.section} {line.said}", hints, here.head_words)
    )


def make_sense(here: Sheet, line: Line, own_n: list[str] | None) -> None:
    """Decide what the numbers of a row are."""
    filled = [form for form in line.forms if form.name != "empty"]
    if not filled:
        line.kind = "heading" if line.label else "empty"
        return
    if any(form.name == "other" for form in filled):
        line.why = "a cell holds words, an interval or several numbers"
        return
    names = {form.name for form in filled}
    near, label = near_words(here, line), f"{line.label} {line.section}"
    if names <= {"over", "many"}:
        slashes(here, line)
        return
    rate = words.RATE.search(label) or words.RATE.search(near.split("\n")[2])
    if rate and not names <= {"bracket", "number percent", "number", "empty"}:
        line.why = "a rate, not a percentage of patients"
        return
    ns = [
        int(form.n) if form.n else int(own) if own else arm.n
        for form, arm, own in zip(
            line.forms, here.chosen, own_n or [""] * len(line.forms), strict=True
        )
    ]
    ns = sizes.n_of_marks(here, line, ns)
    total = printed_n(line.label)
    if total and not own_n and sum(n or 0 for n in ns) != total and total not in ns:
        line.no_p = "the row has patients of its own"
        if len(ns) == 1:
            ns = [total]
        else:
            ns = [
                None if not form.n else n
                for n, form in zip(ns, line.forms, strict=True)
            ]
    if names <= {"fraction", "over", "percent fraction"}:
        fractions(here, line)
    elif names == {"plus minus"} or names == {"two means"}:
        means(here, line, ns, stated=names == {"two means"})
    elif names <= {"bracket more"}:
        if words.MEDIAN.search(label):
            line.why = "a median"
        else:
            means(here, line, ns, stated=False)
    elif names <= {
        "bracket",
        "number percent",
        "percent number",
        "number less",
        "two numbers",
        "number",
        "count",
    } and names & {"bracket", "number percent", "percent number", "two numbers"}:
        pairs_of(here, line, ns, near, rate=bool(rate))
    elif rate:
        line.why = "a rate, not a percentage of patients"
    elif names <= {"number", "count", "percent"}:
        single(here, line, ns, near)
    else:
        line.why = "the cells of the row have several forms"


def slashes(here: Sheet, line: Line) -> None:
    """``16/9`` below "Sex (m/f)": the levels of one endpoint in one cell."""
    if not re.search(r"[/:]", f"{line.label} {line.section}") and not re.search(
        r"sex|gender|male", line.label, re.IGNORECASE
    ):
        over = [form for form in line.forms if form.name == "over"]
        if len(over) == len([f for f in line.forms if f.name != "empty"]):
            take_over(here, line)
        else:
            line.why = "levels without names in one cell"
        return
    levels = [
        re.split(r"\s?[/:]\s?", form.numbers[0])
        if form.name == "many"
        else list(form.numbers)
        for form in line.forms
        if form.name != "empty"
    ]
    if len({len(x) for x in levels}) != 1 or len(levels) != len(line.forms):
        line.why = "levels without names in one cell"
        return
    sums = [sum(map(int, x)) for x in levels]
    for arm, total in zip(here.chosen, sums, strict=True):
        if arm.n is not None and total != arm.n:
            line.why = "the levels in one cell are not all patients"
            return
    if any(arm.n is None for arm in here.chosen) and not re.search(
        r"sex|gender|male|female", line.label, re.IGNORECASE
    ):
        line.why = "levels in one cell, and no number of patients"
        return
    found = re.search(r"[(\[]?([\w\s\-<>≤≥]+(?:[/:][\w\s\-<>≤≥]+)+)[)\]]?", line.label)
    names = re.split(r"\s?[/:]\s?", found[1]) if found else []
    if len(names) != len(levels[0]):
        names = [str(i + 1) for i in range(len(levels[0]))]
    line.kind = "levels"
    line.cells = [
        {"arm": a, "n": total, "level": name.strip() or str(j + 1), "count": count}
        for a, (total, counts) in enumerate(zip(sums, levels, strict=True))
        for j, (name, count) in enumerate(zip(names, counts, strict=True))
    ]


def take_over(here: Sheet, line: Line) -> None:
    """``3/36``: a count of a number of patients."""
    filled = [
        (sum(map(int, form.numbers)), arm.n)
        for form, arm in zip(line.forms, here.chosen, strict=True)
        if form.name != "empty"
    ]
    if all(total == n for total, n in filled):
        line.why = "what stands before and after the stroke is not clear"
        return
    for form, arm in zip(line.forms, here.chosen, strict=True):
        if form.name == "empty":
            continue
        count, n = map(int, form.numbers)
        if count > n or n == 0 or (arm.n is not None and n > arm.n):
            line.why = "what stands before and after the stroke is not clear"
            return
        if arm.n is None and not words.COUNT.search(
            near_words(here, line).replace("\n", " ")
        ):
            line.why = "what stands before and after the stroke is not clear"
            return
    line.kind = "count"
    line.cells = [
        {"arm": a, "n": int(form.numbers[1]), "count": form.numbers[0]}
        for a, form in enumerate(line.forms)
        if form.name != "empty"
    ]


def fractions(here: Sheet, line: Line) -> None:
    """``12/36 (33%)``: a count, its patients and its percentage."""
    cells = []
    for a, form in enumerate(line.forms):
        if form.name == "empty":
            continue
        if form.name == "over":
            count, n, percent = *form.numbers, ""
        elif form.name == "fraction":
            count, n, percent = form.numbers
        else:
            percent, count, n = form.numbers
        if int(count) > int(n) or int(n) == 0:
            line.why = "a count that is larger than its patients"
            return
        cells.append({"arm": a, "n": int(n), "count": count, "percent": percent})
    line.kind, line.cells, line.own_n = "count", cells, True


def means(here: Sheet, line: Line, ns: list[int | None], *, stated: bool) -> None:
    """A mean and its SD, if nothing speaks against it."""
    label = f"{line.label} {line.section}"
    named = words.MEAN_LABEL.search(line.label) and words.SD.search(line.label)
    plain = not stated and "±" not in "".join(here.texts[line.index])
    if words.MEDIAN.search(line.label) and not named and plain:
        line.why = "a median, or an adjusted mean"
        return
    hints = " ".join(arm.hint for arm in here.chosen)
    said = (
        "sd"
        if stated
        else words.sd_or_se(
            line.label,
            line.section,
            hints,
            here.head_words,
            here.grid.caption,
            here.grid.notes,
        )
    )
    if said == "both":
        said = "se" if words.SE.search(label + hints) else "sd?"
    if not said:
        # rows with a p-value follow from such spreads as SD as often as from
        # spreads that are called SD, and hardly ever as standard errors
        said, line.doubt = "sd", "the spread is not named; taken as SD"
    if said != "sd":
        line.why = {
            "se": "the spread is a standard error",
            "sd?": "SD and standard error are both named",
        }[said]
        return
    if share_and_spread(line, label + hints):
        line.why = "a percentage of patients and the SD of the share"
        return
    if not all(form.n for form in line.forms if form.name != "empty"):
        line.why = sizes.why_of_others(here, line)
        if line.why:
            return
    cells = []
    for a, (form, n) in enumerate(zip(line.forms, ns, strict=True)):
        if form.name == "empty":
            continue
        mean, sd = form.numbers[:2]
        if n is not None and n < 2:
            n = None
        cells.append({"arm": a, "n": n, "mean": mean, "sd": sd.lstrip("-")})
    line.kind, line.cells = "mean", cells


def share_and_spread(line: Line, near: str) -> bool:
    """Whether percentages of patients stand beside ``sqrt(p (1 - p))``, or may.

    Such a row is one of counts, whose test is not that of means.
    """
    if words.PERCENT_OF_PATIENTS.search(line.label):
        return True
    pairs = [form.numbers[:2] for form in line.forms if form.name != "empty"]
    if not words.PERCENT.search(near) or not all(percent(a) for a, _ in pairs):
        return False
    return all(0 < float(a) < 100 and _spread_of(float(a), b) for a, b in pairs)


def _spread_of(value: float, spread: str) -> bool:
    """Whether a spread is that of a share, printed as one or in percent."""
    step = 10.0 ** -len(spread.partition(".")[2])
    one = math.sqrt(value * (100 - value))
    # small arms divide by n - 1, and the percentage itself is rounded
    return any(
        abs(float(spread) - scale * one) <= 0.51 * step + 0.02 * scale * one
        for scale in (0.01, 1.0)
    )


def pairs_of(
    here: Sheet, line: Line, ns: list[int | None], near: str, *, rate: bool
) -> None:
    """Two numbers, one in brackets: which of them is what?"""
    forms = line.forms
    label = f"{line.label} {line.section}"
    hints = near.split("\n")[2]
    signs = any(form.sign for form in forms)
    pairs: list[tuple[str, str] | None] = []
    for form in forms:
        if form.name in ("empty", "number", "count", "number less"):
            pairs.append(None)
        elif form.name == "percent number":
            pairs.append((form.numbers[1], form.numbers[0]))
        else:
            pairs.append((form.numbers[0], form.numbers[1]))
    known = [p for p in pairs if p is not None]
    if not signs and words.EVENTS.search(f"{near}\n{here.about}"):
        line.why = "numbers of events beside numbers of patients"
        return
    straight = all(a.isdigit() and percent(b) for a, b in known)
    turned = all(b.isdigit() and percent(a) for a, b in known)
    plain_ok = all(
        form.numbers[0].isdigit()
        for form in forms
        if form.name in ("number", "count", "number less")
    )
    head_mean = words.BRACKET_SD.search(hints) and not words.COUNT_PERCENT.search(hints)
    says_mean = (
        words.MEAN_SD.search(f"{line.label} {line.said}")
        or head_mean
        or (
            words.MEAN_SD.search(line.section) and not words.COUNT_PERCENT.search(label)
        )
    )
    says_median = words.MEDIAN.search(f"{line.label} {line.said}") or (
        words.MEDIAN.search(line.section) and not words.COUNT_PERCENT.search(label)
    )
    own = f"{line.label} {line.said}"
    if says_median and not (
        signs or words.COUNT_PERCENT.search(line.label) or words.MEAN_LABEL.search(own)
    ):
        line.why = "a median"
        return
    telling = [
        (a, b, n)
        for (a, b), n in (
            (p, n) for p, n in zip(pairs, ns, strict=True) if p is not None
        )
        if n is not None and (float(a) > 0 or float(b) > 0)
    ]
    good = good_turned = 0
    if straight:
        good = sum(fits(int(a), b, n) for a, b, n in telling)
    if turned:
        good_turned = sum(fits(int(b), a, n) for a, b, n in telling)
    strong = telling and not (says_mean and not signs)
    if straight and plain_ok and strong and good == len(telling):
        count_cells(here, line, ns, pairs, exact=True)
        return
    if (
        turned
        and plain_ok
        and strong
        and good_turned == len(telling)
        and good_turned > good
    ):
        count_cells(here, line, ns, [p and (p[1], p[0]) for p in pairs], exact=True)
        return
    if straight and plain_ok and telling and len(known) > 1 and not good:
        rows = sum(int(a) for a, _ in known)
        if all(fits(int(a), b, rows, slack=0.6) for a, b in known) and not says_mean:
            # percentages of the row, not of the arm
            count_cells(here, line, ns, [p and (p[0], "") for p in pairs], exact=True)
            return
    if rate:
        line.why = "a rate, not a percentage of patients"
        return
    if straight and all(float(a) == float(b) == 0 for a, b in known):
        count_cells(here, line, ns, pairs, exact=True)
        return
    if straight and plain_ok and here.counts and not says_mean and telling:
        near_fit = all(
            fits(int(a), b, n, slack=1 + 3 * 10 ** len(b.partition(".")[2]))
            for a, b, n in telling
        )
        if near_fit and good:
            count_cells(here, line, ns, pairs, exact=False)
            return
    says_count = (
        signs
        or words.COUNT_PERCENT.search(label)
        or words.COUNT_PERCENT.search(hints)
        or (words.COUNT_PERCENT.search(near) and not says_mean)
        or (
            words.COUNT_PERCENT.search(here.about)
            and not re.search(r"events|episodes", here.about, re.IGNORECASE)
            and not words.BRACKET_SD.search(f"{near} {here.about}")
        )
    )
    if any(form.name in ("two numbers", "percent number") for form in forms):
        says_count = True
    if (
        straight
        and plain_ok
        and says_count
        and not says_mean
        and (all(int(a) <= (n or 10**9) for a, _, n in telling))
    ):
        if turned and words.PERCENT_COUNT.search(label + hints) and good < len(telling):
            line.why = "which number is the count is not clear"
            return
        count_cells(here, line, ns, pairs, exact=False)
        return
    if (
        turned
        and plain_ok
        and (signs or words.PERCENT_COUNT.search(label + hints))
        and not says_mean
    ):
        count_cells(here, line, ns, [p and (p[1], p[0]) for p in pairs], exact=False)
        return
    about = words.BRACKET_SD.search(f"{hints} {here.head_words} {here.about}")
    if here.counts and not says_mean and straight:
        line.why = "counts or means: not said which"
        return
    if signs or any(form.name not in ("bracket", "empty") for form in forms):
        line.why = "which number is the count, and of how many, is not clear"
        return
    if says_mean or (about and not words.COUNT_PERCENT.search(line.label)):
        if not says_mean and words.MEDIAN.search(here.about):
            line.why = "mean and SD, or median and range: not said which"
            return
        if not says_mean and straight and good:
            line.why = "counts or means: not said which"
            return
        means(here, line, ns, stated=False)
        return
    if not straight and not words.UNLIKE_SD.search(
        f"{near} {here.about} {line.section}"
    ):
        means(here, line, ns, stated=False)
        return
    line.why = "what the two numbers are is not said"


def count_cells(
    here: Sheet,
    line: Line,
    ns: list[int | None],
    pairs: list[tuple[str, str] | None],
    *,
    exact: bool,
) -> None:
    """Take counts, with their percentages where they are printed."""
    cells = []
    for a, (form, pair, n) in enumerate(zip(line.forms, pairs, ns, strict=True)):
        if form.name == "empty":
            continue
        if pair is None:
            count, percent = form.numbers[0], ""
        else:
            count, percent = pair
        if n is not None and int(count) > n:
            line.why = "a count that is larger than its patients"
            return
        cells.append({"arm": a, "n": n, "count": count, "percent": percent})
        if n is not None and percent and here.chosen[a].n_from in sizes.TOLD:
            # only percentages told the patients: where one does not, who knows
            cells[-1]["loose"] = not fits(int(count), percent, n, slack=0.501)
    line.kind, line.cells = "count", cells
    line.doubt = "" if exact else "percent"


def single(here: Sheet, line: Line, ns: list[int | None], near: str) -> None:
    """One number per arm: a count, a percentage, or something measured."""
    forms = line.forms
    label = f"{line.label}\n{line.section}"
    hints = near.split("\n")[2]
    values = [form.numbers[0] for form in forms if form.name != "empty"]
    percents = all(form.name == "percent" for form in forms if form.name != "empty")
    counts = all(form.name == "count" for form in forms if form.name != "empty")
    said_percent = percents or any(
        words.ONLY_PERCENT.search(t) for t in (line.label, line.section, hints)
    )
    inherited = not words.ONLY_PERCENT.search(line.label) and not percents
    if inherited and re.search(r"\([^)%]*[a-z][^)%]*\)$", line.label, re.IGNORECASE):
        # a row with a unit of its own is not in the percent of its heading
        said_percent = line.share
    own = any(words.ONLY_PERCENT.search(t) for t in (line.label, line.section))
    about = label if own or percents else f"{label}\n{hints}"
    measured = words.MEASURED_PERCENT.search(about) or words.MEDIAN.search(label)
    whole = all(value.isdigit() for value in values)
    small = (
        all(
            n is None or (value.isdigit() and int(value) <= n)
            for value, n in zip(
                values,
                [n for n, f in zip(ns, forms, strict=True) if f.name != "empty"],
                strict=True,
            )
        )
        if whole
        else False
    )
    says_count = (
        counts
        or words.COUNT.search(line.label)
        or words.COUNT.search(line.section)
        or words.COUNT.search(hints)
    )
    if words.ONLY_PERCENT.search(line.label) and not counts:
        says_count = None
    zeros = whole and all(value == "0" for value in values)
    if (
        whole
        and small
        and not percents
        and not measured
        and (says_count or (zeros and words.COUNT_PERCENT.search(label + hints)))
    ):
        line.kind = "count"
        line.cells = [
            {"arm": a, "n": n, "count": form.numbers[0], "percent": ""}
            for a, (form, n) in enumerate(zip(forms, ns, strict=True))
            if form.name != "empty"
        ]
        return
    if whole and small and not percents and not measured and not said_percent:
        line.kind = "maybe count"
        if line.p and words.OR_NUMBER.search(here.about):
            line.kind = "count"
        line.cells = [
            {"arm": a, "n": n, "count": form.numbers[0], "percent": ""}
            for a, (form, n) in enumerate(zip(forms, ns, strict=True))
            if form.name != "empty"
        ]
        if line.kind == "maybe count":
            line.why = "whole numbers that are not said to be counts"
        return
    plain = not measured or line.share
    if said_percent and plain and all(percent(v) for v in values):
        shares = [float(value) for value in values]
        if len(shares) == 2 and abs(sum(shares) - 100) < 0.2 and shares[0] != 50:
            line.why = "percentages of the row, not of the arm"
            return
        sure = percents or line.share or here.percents or words.SHARE.search(about)
        if not sure and not feasible(here, forms, ns):
            line.why = "numbers in percent that no count of patients gives"
            return
        line.kind = "count"
        line.cells = [
            {"arm": a, "n": n, "percent": form.numbers[0]}
            for a, (form, n) in enumerate(zip(forms, ns, strict=True))
            if form.name != "empty"
        ]
        return
    line.why = "single numbers that are not said to be counts or percentages"


def feasible(here: Sheet, forms: list[Form], ns: list[int | None]) -> bool:
    """Whether whole patients give each printed percentage."""
    for form, n in zip(forms, ns, strict=True):
        if form.name == "empty":
            continue
        if n is None:
            return False
        count = round(float(form.numbers[0]) * n / 100)
        if not any(
            fits(c, form.numbers[0], n, slack=0.51)
            for c in (count - 1, count, count + 1)
            if c >= 0
        ):
            return False
    return True
