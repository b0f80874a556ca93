"""Which arms a p-value compares, and whether it compares them simply."""

import re
from typing import NamedTuple

import reanalysis.corpus.words as words
from reanalysis.corpus.cells import fits, form_of, p_of, statistic_of
from reanalysis.corpus.columns import Arm, Column, mark_totals, without_n, without_time
from reanalysis.corpus.grids import GridCell
from reanalysis.corpus.lines import Line, mark_list
from reanalysis.corpus.sheets import Sheet, group_label, label_of


class Group(NamedTuple):
    """Arms that one column of p-values compares.

    Attributes
    ----------
    arms : list of Arm
    p_column : Column or None
    statistics : list of Column
    no_p : str
        Why its p-values compare no arms simply; empty where they do.
    """

    arms: list[Arm]
    p_column: Column | None
    statistics: list[Column]
    no_p: str


def without_sum(
    here: Sheet, treated: list[Arm], arms: list[Arm], lines: list[Line]
) -> list[Arm]:
    """Leave out an arm that holds the patients of all others."""
    if len(treated) < 3 or any(arm.n is None for arm in treated):
        return treated
    place = {id(arm): i for i, arm in enumerate(arms)}
    for arm in (treated[0], treated[-1]):
        others = [o for o in treated if o is not arm]
        if arm.n != sum(o.n or 0 for o in others):
            continue
        sums = same = 0
        for line in lines:
            counts = [line.forms[place[id(o)]].numbers[:1] for o in (arm, *others)]
            if all(c and c[0].isdigit() for c in counts):
                total, *parts = (int(c[0]) for c in counts)
                sums += 1
                same += total == sum(parts)
        if sums > 1 and same >= 0.8 * sums:
            return others
    return treated


def find_groups(here: Sheet, arms: list[Arm], lines: list[Line]) -> list[Group]:
    """Sets of arms, each with the column of the p-value that compares them."""
    ps = [c for c in here.columns if c.role == "p"]
    measures = list(dict.fromkeys(arm.measure for arm in arms))
    if len(measures) == 1:
        mark_totals(arms)
        return _groups(here, arms, arms, lines, ps)
    found: list[Group] = []
    for measure in measures:
        same = [arm for arm in arms if arm.measure == measure]
        mark_totals(same)
        mine = [p for p in ps if not measure or _is_of(here, p, measure)]
        found += _groups(here, same, arms, lines, mine)
    return found


def _is_of(here: Sheet, p: Column, measure: str) -> bool:
    """Whether a p-value stands below a measure, or beside an effect on it."""
    beside = [c for c in here.columns if c.over and c.over == p.over]
    return any(measure in map(without_n, c.path) for c in (p, *beside))


def _groups(
    here: Sheet,
    mine: list[Arm],
    arms: list[Arm],
    lines: list[Line],
    ps: list[Column],
) -> list[Group]:
    """Sets of arms of one measure; `arms` are all, in the order of the forms."""
    columns = here.columns
    statistics = [c for c in columns if c.role == "statistic"]
    treated = [arm for arm in mine if not arm.total]
    treated = without_sum(here, treated, arms, lines)
    if not treated:
        treated = mine
    if len(ps) <= 1:
        p = ps[0] if ps else None
        if p is not None and len(p.path) > 1:
            # the p-value stands under a head of its own, with its arms
            under = [arm for arm in treated if arm.over[:1] == p.path[:1]]
            if 1 < len(under) < len(treated):
                rest = [arm for arm in treated if all(arm is not u for u in under)]
                why = whole_reason(here, under) or head_reason(here, p, under)
                return [Group(under, p, statistics, why), Group(rest, None, [], "")]
        no_p = whole_reason(here, treated)
        if p is not None and not no_p:
            no_p = head_reason(here, p, treated)
        return [Group(treated, p, statistics, no_p)]
    found: list[Group] = []
    taken: list[int] = []
    for i, p in enumerate(ps):
        before = ps[i - 1].index if i else -1
        alone = sum(other.path[:1] == p.path[:1] for other in ps) == 1
        same = [arm for arm in treated if alone and arm.over[:1] == p.path[:1]]
        if len(p.path) < 2 or len(same) < 2:
            same = [arm for arm in treated if before < arm.first < p.index]
        near = [
            s for s in statistics if (ps[i - 1].index if i else -1) < s.index < p.index
        ]
        if len(same) < 2 or any(id(arm) in taken for arm in same):
            found = []
            break
        taken += [id(arm) for arm in same]
        no_p = whole_reason(here, same) or head_reason(here, p, same)
        found.append(Group(same, p, near, no_p))
    if found:
        rest = [arm for arm in treated if id(arm) not in taken]
        return found + ([Group(rest, None, [], "")] if rest else [])
    why = "several columns of p-values, which compares what is not clear"
    return [Group(treated, None, [], why)]


def head_reason(here: Sheet, p: Column, arms: list[Arm]) -> str:
    """Why the p-values of a column compare no arms, if so."""
    head = " ".join(p.path)
    if words.NOT_SIMPLE.search(head) or "corrected" in head.lower():
        return "the head of p names an adjusted or modeled test"
    if words.PAIRED.search(head) or re.search(
        r"\btime\b|\bbaseline\b|\bchange\b", head, re.IGNORECASE
    ):
        return "the head of p names a comparison within an arm"
    if re.search(r"\bvs\b|\bversus\b|compared", head, re.IGNORECASE) and len(arms) > 2:
        return "the head of p names two of several arms"
    return ""


def whole_reason(here: Sheet, arms: list[Arm]) -> str:
    """Why no p-value of this table compares its arms simply, if so."""
    if len(arms) < 2:
        return "fewer than two arms"
    names = [arm.name for arm in arms]
    if all(re.fullmatch(r"[\d.,\s–-]*", arm.name) for arm in arms) and any(
        arm.name for arm in arms
    ):
        return "the columns are numbers, not arms"
    sizes = [arm.n or 0 for arm in arms if arm.n_from in ("head", "row")]
    # phases of different sizes are different patients, before and after a change
    apart = len(sizes) == len(arms) and max(sizes) >= 1.25 * min(sizes)
    if all(arm.time for arm in arms) and not apart:
        return "the columns are times, not arms"
    bare = {without_time(arm.name) for arm in arms}
    if len(bare) < len(arms) and "" not in bare:
        return "the columns are one arm at several times"
    keys = [(arm.over, arm.name) for arm in arms]
    if len(set(keys)) < len(keys):
        return "two arms have one name"
    if any(arm.time for arm in arms) and len({arm.over for arm in arms}) > 1:
        return "the columns are arms at several times"
    if len(set(names)) < len(names):
        return "the columns are several sets of arms"
    if any(c.role == "effect" for c in here.columns):
        heads = " ".join(" ".join(c.path) for c in here.columns if c.role == "effect")
        if re.search(
            r"hazard|\ba?hr|\ba?ors?\b|odds|adjust|coefficient|β|\bbeta\b|slope"
            r"|\birr\b|estimate",
            heads,
            re.IGNORECASE,
        ):
            return "p stands beside an odds ratio, a hazard ratio or a coefficient"
    # what stands over the labels names the rows, not the test
    heads = " ".join(" ".join(c.path) for c in here.columns[here.labels :])
    heads = f"{heads} {here.over_all}"
    if re.search(r"surviv|\bOS\b|\bPFS\b|\bDFS\b", heads):
        return "the head names survival times"
    if re.search(r"\bpaired\b|within", heads, re.IGNORECASE):
        return "the head names a comparison within patients"
    if words.NOT_SIMPLE.search(f"{heads} {here.grid.caption}"):
        return "the head or the caption names an adjusted or modeled test"
    notes = here.grid.notes
    if words.CORRECTED.search(f"{here.grid.caption} {notes}"):
        return "its p-values are corrected, or its patients are weighted"
    said = words.RANK.search(here.grid.caption)
    if said and not words.SIMPLE.search(f"{here.grid.caption} {notes}"):
        return "the caption names a test of ranks"
    if words.NOT_SIMPLE.search(notes) and not words.SIMPLE.search(notes):
        return "the footnotes name an adjusted or modeled test"
    if re.search(
        r"cross-?over|before and after|pre-? and post",
        here.grid.caption,
        re.IGNORECASE,
    ) and any(arm.time for arm in arms):
        return "the caption names a comparison within patients"
    return ""


def judge_tests(here: Sheet, lines: list[Line], no_p: str) -> None:
    """Decide for each row whether its p compares the arms simply."""
    here.only_counts = all(
        line.kind in ("count", "levels", "heading", "empty") for line in lines
    )
    for line in lines:
        if line.kind not in ("count", "mean", "levels"):
            continue
        if not line.p and line.statistic == ("", "", ""):
            continue
        reason = line.no_p or no_p or own_reason(here, line)
        if reason:
            line.no_p = reason


def own_reason(here: Sheet, line: Line) -> str:
    """Why a row's p-value does not compare its arms simply, if so."""
    if line.kind == "levels" and len({c["arm"] for c in line.cells}) < 2:
        return "fewer than two arms"
    if len({cell["arm"] for cell in line.cells}) < len(here.chosen):
        return "an arm has no number in this row"
    if any(cell["n"] is None or cell.get("loose") for cell in line.cells):
        return "the number of patients of the row is not printed"
    dof = line.statistic[2] or _dof(here, line)
    patients = sum(cell["n"] for cell in line.cells)
    arms = len(line.cells)
    # fewer than the arms are degrees of freedom between them
    if line.kind == "mean" and dof.isdigit() and arms <= int(dof) < patients - arms:
        return "its degrees of freedom are of fewer patients"
    if re.search(
        r"\btrend\b|(?<!un)adjusted", f"{line.label} {line.section}", re.IGNORECASE
    ):
        return "the row names an adjusted test, or one of trend"
    notes = here.grid.notes
    said = _said(here, mark_list(line.p_mark))
    simple = words.MEAN_TEST if line.kind == "mean" else words.SIMPLE
    if re.search(r"\btests?\b|estimated", said, re.IGNORECASE) and not (
        simple.search(said)
    ):
        return "the footnote of its p names another test"
    bound = re.search(r"\bp\s?<\s?(0?\.\d+)", said, re.IGNORECASE)
    if bound and line.p[:1] in "0." and float(line.p or 0) >= float(bound[1]):
        return "a footnote of its p prints another"
    if line.kind == "count" and line.block < 0 and words.UNKNOWN.search(line.label):
        return "patients of whom nothing is known"
    # the test is named by a mark of the p-value, by one of the head, or for all
    test = _naming(said) or _naming(_said(here, head_marks(here))) or notes
    for_all = test is notes
    if words.STRATA.search(test):
        return "the footnotes name a test by strata"
    if words.NOT_SIMPLE.search(test) and not words.SIMPLE.search(test):
        return "the footnotes name an adjusted or modeled test"
    paired = words.PAIRED.search(test)
    ranks = words.RANK.search(test)
    if line.kind == "mean":
        if ranks and not words.MEAN_TEST.search(test):
            return "the footnotes name a test of ranks"
        between = words.UNPAIRED.search(test) or re.search("between", test, re.I)
        if paired and not between:
            return "the footnotes name a paired test"
        modeled = words.NOT_SIMPLE.search(test)
        if modeled and (for_all or not words.MEAN_TEST.search(test)):
            return "the footnotes name an adjusted or modeled test"
    elif paired and not words.SIMPLE.search(test):
        return "the footnotes name a paired test"
    elif ranks and not words.SIMPLE.search(test) and (not for_all or here.only_counts):
        return "the footnotes name a test of ranks"
    if any(
        cell.get("percent")
        and cell.get("count")
        and not fits(int(cell["count"]), cell["percent"], cell["n"], slack=1.5)
        for cell in line.cells
    ):
        return "the percentages are of another number of patients"
    return ""


def _dof(here: Sheet, line: Line) -> str:
    """Degrees of freedom that a column of their own prints."""
    columns = [c for c in here.columns if c.role == "dof"]
    return here.texts[line.index][columns[0].index] if len(columns) == 1 else ""


def _said(here: Sheet, marks: list[str]) -> str:
    return " ".join(here.grid.footnotes.get(mark, "") for mark in marks)


def _naming(text: str) -> str:
    """The text, if it names a test."""
    named = (words.SIMPLE, words.RANK, words.NOT_SIMPLE)
    return text if any(name.search(text) for name in named) else ""


def head_marks(here: Sheet) -> list[str]:
    """Footnote marks in the head of the p-values."""
    found = []
    for column in here.columns:
        if column is here.p_column:
            for h in here.heads:
                found += mark_list(here.grid.rows[h][column.index].marks)
    return found


class TestAlone(NamedTuple):
    """A printed statistic with its degrees of freedom and its p-value.

    These can be set beside each other without any patients.

    Attributes
    ----------
    row, column : int
        Where the statistic stands.
    label : str
    statistic : tuple of str
        Name, value and degrees of freedom.
    p : str
    """

    row: int
    column: int
    label: str
    statistic: tuple[str, str, str]
    p: str


_HEAD_DOF = re.compile(r"[tf]\s?[(\[]\s?(\d+(?:\s?[,;]\s?\d+)?)\s?[)\]]", re.IGNORECASE)


def tests_alone(here: Sheet) -> list[TestAlone]:
    """Find statistics whose degrees of freedom and p-values stand in their row."""
    found = []
    before = here.labels
    for p in [c for c in here.columns if c.role == "p"]:
        near = here.columns[before : p.index + 1]
        before = p.index + 1
        statistics = [c for c in near if c.role == "statistic"] or [p]
        dofs = [c for c in near if c.role == "dof"]
        if len(statistics) != 1 or len(dofs) > 1:
            continue
        (column,) = statistics
        for r in here.body:
            cell = here.grid.rows[r][column.index]
            text = here.texts[r][column.index]
            if cell.down or cell.across or not p_of(here.texts[r][p.index]):
                continue
            printed = statistic_of(text)
            if printed is None and form_of(text).name == "number":
                head = _HEAD_DOF.search(column.leaf)
                dof = here.texts[r][dofs[0].index] if dofs else head and head[1]
                printed = (column.name, form_of(text).numbers[0], dof or "")
            if printed is None or not re.fullmatch(
                r"\d+(?:\s?[,;]\s?\d+)?", printed[2]
            ):
                continue
            dof = ", ".join(re.findall(r"\d+", printed[2]))
            name = (printed[0], dof.count(","))
            if name not in (("t", 0), ("F", 1), ("chi-square", 0)):
                continue
            label = ": ".join(
                filter(None, (group_label(here, r)[0], label_of(here, r)))
            )
            found.append(
                TestAlone(
                    r, column.index, label, (printed[0], printed[1], dof),
                    p_of(here.texts[r][p.index]),
                )
            )  # fmt: skip
    return found


def take_test(
    here: Sheet, line: Line, p_column: Column | None, statistics: list[Column]
) -> None:
    """Read the p-value and the statistic that stand in a row."""
    if p_column is not None:
        cell: GridCell = here.grid.rows[line.index][p_column.index]
        text = here.texts[line.index][p_column.index]
        spans = cell.width > 1 and (cell.across or cell.width > here.width // 2)
        if not spans:
            if cell.down:
                text = ""
            line.p, line.p_mark = p_of(text), cell.marks
            first = line.index - cell.down
            line.p_rows = range(first, first + cell.height)
            if inside := statistic_of(text):
                line.statistic = inside
            elif text and not line.p and any(ch.isdigit() for ch in text):
                line.no_p = "the cell of p holds something else"
    if len(statistics) == 1 and p_column is not None:
        text = here.texts[line.index][statistics[0].index]
        cell = here.grid.rows[line.index][statistics[0].index]
        form = form_of(text)
        if form.name == "number" and not cell.down:
            line.statistic = (statistics[0].name, form.numbers[0], "")
        elif inside := statistic_of(text):
            line.statistic = inside
