"""How many patients a number is of: printed somewhere, or told by percentages."""

import re
from collections import Counter

import reanalysis.corpus.words as words
from reanalysis.corpus.cells import denominators, fits
from reanalysis.corpus.columns import Arm, bare_n, printed_n
from reanalysis.corpus.lines import (
    OTHER_PATIENTS,
    Line,
    all_off,
    mark_list,
    only_n,
)
from reanalysis.corpus.sheets import Sheet

#: Where the patients of an arm are not printed but follow from its numbers.
TOLD = ("derived", "sum")


def n_rows(here: Sheet, arms: list[Arm], lines: list[Line]) -> list[Line]:
    """Take rows that print the number of patients of each arm."""
    kept: list[Line] = []
    for place, line in enumerate(lines):
        label = re.sub(r"[\s:,]+$", "", line.label)
        first = all(other.kind in ("heading", "empty") for other in kept)
        plain = [
            form.name in ("number", "count", "bracket", "number percent", "two numbers")
            and form.numbers[0].isdigit()
            for form in line.forms
            if form.name != "empty"
        ]
        named = words.N_ROW.fullmatch(label) is not None and not _some(line)
        if not label and first and plain and all(plain) and len(plain) == len(arms):
            # a first row without a label that no count below exceeds
            named = _above_all(line, lines[place + 1 :])
        if (
            named
            and plain
            and all(plain)
            and len(plain) == len(arms)
            and (first or place < 4)
        ):
            numbers = [int(f.numbers[0]) for f in line.forms if f.name != "empty"]
            others = label == "n" and [arm.n for arm in arms] != numbers
            if all(arm.n_from == "row" for arm in arms) or (
                others and all(arm.n for arm in arms)
            ):
                # patients of the rows below only
                kept.append(line)
                continue
            for arm, form in zip(arms, line.forms, strict=True):
                if arm.n is None and form.name != "empty":
                    arm.n, arm.n_from = int(form.numbers[0]) or None, "row"
            continue
        if len(kept) < 2 and plain and all(plain) and _fewer(arms, line):
            # of those patients only some were analyzed
            for arm, form in zip(arms, line.forms, strict=True):
                arm.n = int(form.numbers[0]) or None
            continue
        kept.append(line)
    return kept


def _some(line: Line) -> bool:
    """Whether percentages beside the counts say that they are only some patients."""
    beside = [float(form.numbers[1]) for form in line.forms if len(form.numbers) == 2]
    whole = all(share == 100 for share in beside)
    return bool(beside) and not whole and not 99 <= sum(beside) <= 101


def _fewer(arms: list[Arm], line: Line) -> bool:
    """Whether a row below the number of patients says of how many the others are."""
    if any(arm.n_from != "row" or arm.n is None for arm in arms):
        return False
    if any(form.name not in ("number", "count") for form in line.forms):
        return False
    told = re.search(
        r"\bdata\b|analy[sz]|evaluab|complete|available|assess|per[- ]protocol|sample",
        line.label,
        re.IGNORECASE,
    )
    numbers = [int(form.numbers[0]) for form in line.forms]
    return bool(told) and all(
        number <= (arm.n or 0) for number, arm in zip(numbers, arms, strict=True)
    )


def _above_all(line: Line, below: list[Line]) -> bool:
    """Whether no count below is larger, and some are there."""
    seen = 0
    for other in below:
        for top, form in zip(line.forms, other.forms, strict=True):
            if form.numbers and form.numbers[0].isdigit() and form.name != "plus minus":
                seen += 1
                if int(form.numbers[0]) > int(top.numbers[0]):
                    return False
    return seen >= 2 * len(line.forms)


def find_n(here: Sheet, arms: list[Arm], lines: list[Line]) -> None:
    """Patients of each arm: printed, or the only number that all counts allow."""
    over = [arm for arm in arms if arm.n_from == "over"]
    for arm in over:
        # patients of a head over several arms are not those of each
        same = [o for o in over if o.over and o.over[:1] == arm.over[:1]]
        if len(same) > 1 and not all(o.time for o in same):
            place = next(i for i, other in enumerate(arms) if other is arm)
            pairs = [(a, b) for a, b in count_pairs(here, place, lines) if a]
            if len(pairs) < 3 or sum(fits(a, b, arm.n or 0) for a, b in pairs) < 0.8 * (
                len(pairs)
            ):
                arm.n, arm.n_from = None, ""
    if all(arm.n is None for arm in arms) and len(arms) > 1:
        bare = [bare_n(" ".join(here.columns[arm.first].path)) for arm in arms]
        if all(bare):
            for arm, n in zip(arms, bare, strict=True):
                arm.n, arm.n_from = n, "head"
    if all(arm.n is None for arm in arms):
        found = {a or b for a, b in words.N_EACH.findall(here.about)}
        for arm in arms if len(found) == 1 else ():
            if not arm.total:
                arm.n, arm.n_from = int(next(iter(found))) or None, "caption"
    if all(arm.n is None for arm in arms):
        for arm in arms:
            if len(arm.name) < 1 or arm.time:
                continue
            name = re.sub(r"\s*(?:group|arm)s?$", "", arm.name, flags=re.IGNORECASE)
            if name.lower() not in here.about.lower():
                continue  # a pattern of each name would be costly
            name = re.escape(name)
            found = set(
                re.findall(
                    rf"(?<!\w){name}(?:\s?(?:group"
                    rf"|arm)s?)?[\s,;:=]*(?:\([^()=]{{0,30}}\)\s?)?[(\[]?\s?n\s?=\s?(\d+)(?!\d|\s*(?:at|on|before|after)\b)",
                    here.about,
                    re.IGNORECASE,
                )
            )
            if len(found) == 1:
                arm.n, arm.n_from = int(found.pop()) or None, "caption"
    if (len(arms) == 1 or all(arm.time for arm in arms)) and arms[0].n is None:
        # one arm, or the same patients at several times
        found = set(
            re.findall(
                r"\bn\s?=\s?(\d+)",
                f"{here.grid.caption} {here.head_words}",
                re.IGNORECASE,
            )
        )
        for arm in arms if len(found) == 1 else ():
            arm.n = arm.n or int(next(iter(found))) or None
            arm.n_from = arm.n_from or "caption"
    for place, arm in enumerate(arms):
        pairs = count_pairs(here, place, lines)
        if arm.n is not None:
            confirm(here, arm, pairs)
        elif derived := derived_n(here, place, lines, pairs):
            arm.n, arm.n_from = derived, "derived"
    known = {arm.n for arm in arms if arm.n_from == "derived"}
    for place, arm in enumerate(arms):
        pairs = [(a, b) for a, b in count_pairs(here, place, lines) if a > 0]
        for n in known if arm.n is None and len(known) == 1 else ():
            # what another arm's percentages tell may be this one's too
            if 3 * sum(fits(a, b, n or 0, slack=0.6) for a, b in pairs) >= 2 * max(
                len(pairs), 2
            ):
                arm.n, arm.n_from = n, "derived"
    if all(arm.n is None for arm in arms):
        for place, total in enumerate(sums_of_rows(lines) or ()):
            pairs = count_pairs(here, place, lines, said=True)
            if 2 * sum(fits(a, b, total) for a, b in pairs) >= len(pairs):
                arms[place].n, arms[place].n_from = total, "sum"

    _not_of_all(arms, lines)


def _not_of_all(arms: list[Arm], lines: list[Line]) -> None:
    """Percentages that tell the patients of all arms together tell no arm's.

    Where one column holds the sum of the others, equal numbers of patients can only
    be those of the whole table.
    """
    for whole, arm in enumerate(arms):
        others = [i for i, o in enumerate(arms) if i != whole and o.n_from in TOLD]
        if len(others) < 2 or any(arms[i].n != arm.n for i in others):
            continue
        rows = [[line.forms[i].numbers[:1] for i in (whole, *others)] for line in lines]
        counts = [
            [int(cell[0]) for cell in row]
            for row in rows
            if all(cell and cell[0].isdigit() for cell in row)
        ]
        same = sum(total == sum(parts) for total, *parts in counts)
        if len(counts) > 1 and same >= 0.8 * len(counts):
            for i in others:
                arms[i].n, arms[i].n_from = None, ""
            return


_SEXES = (("male", "female"), ("men", "women"), ("boy", "girl"), ("m", "f"))
_TOTAL_ROW = re.compile(r"(?:grand )?totals?(?: \(?n\)?| number)?|all|sum", re.I)


def sums_of_rows(lines: list[Line]) -> list[int] | None:
    """Patients of each arm where only counts tell them: men and women, or a total.

    A row "Total" is believed if the counts above it add up to it.
    """
    plain = [
        [int(form.numbers[0]) for form in line.forms]
        if all(
            form.name in ("number", "count", "bracket", "number percent")
            and form.numbers[0].isdigit()
            for form in line.forms
        )
        else None
        for line in lines
    ]
    for line in lines:
        names = re.split(r"\W+", line.label.lower())
        if all(form.name == "over" for form in line.forms) and any(
            {one, other} <= set(names) for one, other in _SEXES
        ):
            return [sum(map(int, form.numbers)) for form in line.forms]
    for i, (line, numbers) in enumerate(zip(lines, plain, strict=True)):
        if numbers is None:
            continue
        other = plain[i + 1] if i + 1 < len(plain) else None
        if other is not None:
            both = {_sex(line.label), _sex(lines[i + 1].label)}
            if any(both == set(pair) for pair in _SEXES):
                return [a + b for a, b in zip(numbers, other, strict=True)]
        above = []
        for before in reversed(plain[:i]):
            if before is None:
                break
            above.append(before)
        if (
            len(above) > 1
            and _TOTAL_ROW.fullmatch(line.label.strip(" :"))
            and numbers == [sum(column) for column in zip(*above, strict=True)]
        ):
            return numbers
    return None


def _sex(label: str) -> str:
    found = re.fullmatch(
        r"(?:no\. of |number of )?(males?|females?|men|women|boys?|girls?|m|f)"
        r"(?: sex| patients)?(?:[,\s]*\(?(?:n|no\.|%)\)?)*",
        label.lower().strip(" :"),
    )
    return re.sub(r"s$", "", found[1]) if found else ""


def derived_n(
    here: Sheet, place: int, lines: list[Line], pairs: list[tuple[int, str]]
) -> int | None:
    """Patients that all percentages share: the only number, or a sum of levels."""
    if len(pairs) >= 3 and (found := only_n(pairs)):
        return found
    if len(pairs) == 2 and all(len(denominators(a, b, 10**6)) == 1 for a, b in pairs):
        one, other = (denominators(a, b, 10**6)[0] for a, b in pairs)
        if one == other:
            return one
    sums: Counter[int] = Counter()
    run: list[tuple[int, str]] = []
    section = ""
    for line in [*lines, None]:
        pair = [] if line is None else count_pairs(here, place, [line])
        heading = line.section if line is not None else ""
        if pair and heading == section:
            run += pair
            continue
        total = sum(a for a, _ in run)
        if (
            len(run) > 1
            and total
            and all(fits(a, b, total, slack=0.501) for a, b in run)
        ):
            sums[total] += 1
        run, section = pair, heading
    telling = [(a, b) for a, b in pairs if a > 0]
    if sums and max(sums) <= 1.1 * min(sums):
        # some patients may be missing from some endpoints
        total = max(sums)
        fit = sum(fits(a, b, total, slack=0.6) for a, b in telling)
        # where two endpoints have one sum, the rest may hold misprints
        needed = 1.0 if sums[total] == 1 else 0.6
        if len(sums) > 1 or fit >= needed * len(telling):
            return total
    return None


def count_pairs(
    here: Sheet, place: int, lines: list[Line], *, said: bool = False
) -> list[tuple[int, str]]:
    """Counts with what may be their percentages, or (`said`) are called so."""
    pairs = []
    for line in lines:
        form = line.forms[place]
        if form.n:
            continue
        if form.name in ("bracket", "number percent", "two numbers"):
            a, b = form.numbers[:2]
        elif form.name == "percent number":
            b, a = form.numbers[:2]
        else:
            continue
        if a.isdigit() and 0 <= float(b) <= 100 and "-" not in b:
            called = form.sign or words.COUNT_PERCENT.search(
                f"{line.label} {line.section}"
            )
            mean = words.MEAN_SD.search(f"{line.label} {line.section}")
            if form.name == "bracket" and not called and (mean or said):
                continue
            pairs.append((int(a), b))
    return pairs


def confirm(here: Sheet, arm: Arm, pairs: list[tuple[int, str]]) -> None:
    """Drop a printed n that the arm's own percentages speak against."""
    telling = [(a, b) for a, b in pairs if a > 0 and float(b) > 0]
    n = arm.n
    if n is None or len(telling) < 4:
        return
    right = sum(fits(a, b, n) for a, b in telling)
    if right * 2 < len(telling):
        other = only_n(telling)
        if other and other <= n:
            arm.n, arm.n_from = other, "derived"
        else:
            arm.hint += " !n"


def of_a_row(lines: list[Line]) -> None:
    """Percentages of no arm's patients may be of the patients of a row above."""
    for i, line in enumerate(lines):
        if line.kind != "count" or line.own_n or not all_off(line.cells):
            continue
        telling = [c for c in line.cells if c.get("percent") and c.get("count")]
        telling = [c for c in telling if int(c["count"])]
        for above in reversed(lines[:i]) if len(telling) > 1 else ():
            if above.kind not in ("count", "maybe count"):
                continue
            counts = {c["arm"]: int(c["count"]) for c in above.cells if c.get("count")}
            if all(
                c["arm"] in counts
                and fits(int(c["count"]), c["percent"], counts[c["arm"]], slack=0.6)
                for c in telling
            ):
                for cell in line.cells:
                    cell["n"], cell["loose"] = counts.get(cell["arm"]), False
                line.own_n = True
                break


def of_the_few(lines: list[Line]) -> None:
    """Leave out means below a count of those whom their heading names.

    "Transfusion: number (%), units per patient": the mean may be of the few alone.
    """
    for before, count, line in zip(
        [Line(-1, ""), *lines], lines, lines[1:], strict=False
    ):
        if count.kind != "count" or line.kind != "mean" or line.own_n:
            continue
        # a later row of the heading is a level ("no", "yes"), not who had any
        first = before.kind == "heading" or before.section != count.section
        some = any(
            cell["n"] is None or int(cell.get("count") or 0) < cell["n"]
            for cell in count.cells
        )
        same = count.section and count.section == line.section
        if first and some and same and words.THOSE_COUNTED.fullmatch(count.label):
            line.kind, line.why = "other", "a mean that may be of the few counted above"


def why_of_others(here: Sheet, line: Line) -> str:
    """Why a mean may be of other patients than the head prints, if so."""
    if words.OF_SOME.search(line.label):
        return "a mean of some patients only"
    about = f"{here.grid.caption}\n{here.grid.notes}"
    place = f"{line.label} {line.section} {here.grid.caption}"
    if words.N_OF_BASELINE.search(about) and "baseline" not in place.lower():
        return "the notes say that the number of patients is that of baseline"
    return ""


def n_of_marks(here: Sheet, line: Line, ns: list[int | None]) -> list[int | None]:
    """Footnotes may print other patients, of a cell or of the whole row."""
    found = list(ns)
    for a, arm in enumerate(here.chosen):
        marks = mark_list(here.grid.rows[line.index][arm.first].marks)
        notes = [here.grid.footnotes.get(m, "") for m in marks]
        patients = {n for note in notes if (n := printed_n(note))}
        if len(patients) == 1 and not line.forms[a].n:
            found[a] = patients.pop()
    said = line.said_of_n
    numbers = re.findall(r"\bn\s?=\s?(\d+)((?:[^\d.;]{1,40}\d+)*)", said, re.IGNORECASE)
    if len(numbers) == 1 and len(here.chosen) > 1:
        every = [numbers[0][0], *re.findall(r"\d+", numbers[0][1])]
        if len(every) == len(here.chosen):
            return [int(x) for x in every]
    if re.search(
        r"\b(?:n|data|available|missing|based on|only)\b", said, re.IGNORECASE
    ) and re.search(r"\d", said):
        line.no_p = line.no_p or OTHER_PATIENTS
        line.other_n = True
    return found


def said_by_marks(here: Sheet, line: Line, *, heading: bool = False) -> str:
    """Footnotes of the marks that the row's label, or its heading, has."""
    if heading:
        marks = mark_list(line.section_marks)
        return " ".join(here.grid.footnotes.get(m, "") for m in marks)
    found = []
    for c in range(here.labels):
        own = mark_list(here.grid.rows[line.index][c].marks)
        found += [here.grid.footnotes.get(m, "") for m in own]
    return " ".join(found)
