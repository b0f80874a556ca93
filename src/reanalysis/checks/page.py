"""The page of an audit: one file, without a script and without a request.

Every text of the table is escaped. The page forbids scripts and every address itself,
too, so that even a mistake here could not run what a stranger wrote.
"""

from collections.abc import Iterable, Sequence
from html import escape
from math import floor, log10

from reanalysis.checks.auditing import Audit
from reanalysis.checks.findings import AGREES, DIFFERS, UNCHECKED, Check
from reanalysis.checks.whole import Missed

_STYLE = """
:root { color-scheme: light dark; --ink: #222; --paper: #fff; --soft: #f3f1ea;
  --rule: #d9d5c7; --faint: #5c5c5c; --rust: #a83a0d; --teal: #17636f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --paper: #14171a;
  --soft: #22252a; --rule: #454b54; --faint: #a9adb3; --rust: #f08a5d;
  --teal: #6cc0cc; } }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.55 system-ui, sans-serif; }
h1, h2, h3 { font-family: Charter, Cambria, Georgia, serif; line-height: 1.2; }
h2 { margin-top: 2.6rem; }
summary { cursor: pointer; }
summary h2 { display: inline-block; }
.answer p { margin: 0; }
.answer { padding: 0.8rem 1.1rem; background: var(--soft);
  border-inline-start: 4px solid var(--faint); }
.table { overflow-x: auto; }
.table:focus-visible, a:focus-visible { outline: 2px solid var(--teal); }
table { border-collapse: collapse; font-size: 0.9em;
  font-variant-numeric: tabular-nums; border-block: 1.5px solid var(--ink); }
caption { text-align: start; padding-bottom: 0.4em; color: var(--faint); }
th, td { padding: 0.4em 0.8em 0.4em 0; text-align: start; vertical-align: top;
  border-block-end: 1px solid var(--rule); overflow-wrap: break-word; }
td.number { white-space: nowrap; }
tr > :last-child { padding-inline-end: 0; }
td.words { min-width: 18rem; }
.differs { color: var(--rust); font-weight: 600; }
figure { margin: 1rem 0; }
figcaption { max-width: 40rem; color: var(--faint); font-size: 0.9em; }
svg { width: 100%; max-width: 27rem; height: auto; color: var(--ink); }
svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
svg .axis { stroke: currentColor; fill: none; }
svg .same { stroke: var(--faint); stroke-dasharray: 4 3; fill: none; }
svg .agrees { stroke: var(--teal); fill: none; stroke-width: 1.5; }
svg .differs { stroke: var(--rust); fill: none; stroke-width: 2; }
svg text.differs { stroke: none; fill: var(--rust); }
a { color: var(--teal); }
@media screen and (max-width: 44rem) {
  body { margin: 1rem auto; }
  h2 { margin-top: 2rem; }
  .table { overflow-x: visible; }
  .table table, .table tbody, .table tr, .table td, .table th, .table caption {
    display: block; }
  .table thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .table table { border-block: 0; }
  .table tr { padding: 0.7rem 0; border-block-start: 1px solid var(--rule); }
  .table td, .table th { border: 0; padding: 0.1rem 0; }
  .table td { display: grid; grid-template-columns: 6.2rem 1fr; gap: 0.6rem;
    min-width: 0; overflow-wrap: anywhere; }
  .table td.number { white-space: normal; }
  .table td::before { content: attr(data-label); color: var(--faint); }
  .table td:empty { display: none; } }
@media print { :root { --ink: #000; --paper: #fff; --faint: #444; --rust: #8a2f0a;
  --teal: #114b54; --soft: #f3f1ea; --rule: #bbb; color-scheme: light; }
  body { margin: 0; max-width: none; } .table { overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
  tr, svg { break-inside: avoid; } }
"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"


def page(audit: Audit, *, title: str = "A printed table, audited") -> str:
    """Write the page of an audit.

    Parameters
    ----------
    audit : Audit
    title : str
        Its heading.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> from reanalysis.checks import Table, audit
    >>> found = audit(Table.from_records([
    ...     {"endpoint": "<script>", "arm": "A", "n": "20", "count": "5"}]))
    >>> "&lt;script&gt;" in page(found), "<script>" in page(found)
    (True, False)
    """
    checks = audit.found
    several = len(audit.table.studies) > 1
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<div class="answer"><p>{escape(answer(checks))}</p></div>',
        _notes(audit.table.notes),
        _figure(checks),
        _section("What does not agree", _of(checks, DIFFERS), several),
        _section("What cannot be checked", _of(checks, UNCHECKED), several),
        _whole(audit, several),
        _folded(_section("What agrees", _of(checks, AGREES), several)),
        _METHOD,
    ]
    body = "\n".join(part for part in parts if part)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def answer(checks: Sequence[Check]) -> str:
    """Say in a sentence what an audit found.

    Examples
    --------
    >>> answer([])
    'Nothing in this table can be checked.'
    """
    if not checks:
        return "Nothing in this table can be checked."
    agree, differ, open_ = (
        len(_of(checks, verdict)) for verdict in (AGREES, DIFFERS, UNCHECKED)
    )
    checked = "check" if len(checks) == 1 else "checks"
    said = f"Of {len(checks)} {checked}, {agree} {'agrees' if agree == 1 else 'agree'}"
    not_so = "does not" if differ == 1 else "do not"
    said += f", {differ} {not_so}" if differ else " and none disagrees"
    if open_:
        return f"{said}; {open_} cannot be made."
    return f"{said}."


def _of(checks: Iterable[Check], verdict: str) -> list[Check]:
    return [check for check in checks if check.verdict == verdict]


def _notes(notes: Sequence[str]) -> str:
    if not notes:
        return ""
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f"<h2>How the file was read</h2>\n<ul>{items}</ul>"


def _section(heading: str, checks: Sequence[Check], several: bool) -> str:
    if not checks:
        return ""
    columns = ["study"] if several else []
    columns += ["endpoint", "arm", "check", "printed", "computed", "by", "sentence"]
    columns = [c for c in columns if any(getattr(check, c) for check in checks)]
    head = "".join(
        f'<th scope="col" role="columnheader">{_SAID.get(c, c)}</th>' for c in columns
    )
    rows = "\n".join(_row(check, columns) for check in checks)
    # the roles stay where a narrow screen shows the rows as blocks
    return (
        f"<h2>{heading}</h2>\n"
        f'<div class="table" role="region" aria-label="{heading}" tabindex="0">'
        '<table role="table"><thead role="rowgroup">'
        f'<tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


#: What the page calls the columns of `checks.csv`, and the class of their cells.
_SAID = {"by": "given by", "sentence": "in words"}
_CLASS = {"printed": "number", "computed": "number", "sentence": "words"}


def _folded(section: str) -> str:
    """Fold what need not be read, with its heading as what opens it."""
    heading, _, rest = section.partition("\n")
    return f"<details><summary>{heading}</summary>\n{rest}</details>" if section else ""


def _row(check: Check, columns: Sequence[str]) -> str:
    cells = []
    for i, name in enumerate(columns):
        text = escape(getattr(check, name))
        if i == 0:
            cells.append(f'<th scope="row" role="rowheader" dir="auto">{text}</th>')
            continue
        kind = f' class="{_CLASS[name]}"' if name in _CLASS else ""
        label = _SAID.get(name, name)
        cells.append(
            f'<td role="cell"{kind} data-label="{label}" dir="auto">{text}</td>'
        )
    return f'<tr role="row">{"".join(cells)}</tr>'


def _whole(audit: Audit, several: bool) -> str:
    if not audit.summaries:
        return ""
    parts = ["<h2>Which test the table follows</h2>"]
    for summary in audit.summaries:
        said = summary.sentence
        if summary.best:
            said += f" {luck_sentence(summary.by_luck)}"
        name = f"<strong>{escape(summary.study)}.</strong> " if several else ""
        parts.append(f"<p>{name}{escape(said)}</p>")
        rows = [one for one in summary.missed if summary.best]
        if rows:
            items = "".join(f"<li>{escape(missed_sentence(one))}</li>" for one in rows)
            parts.append(f"<ul>{items}</ul>")
    return "\n".join(parts)


def luck_sentence(expected: float) -> str:
    """Say how many procedures would do as well by luck.

    Examples
    --------
    >>> luck_sentence(0.031).partition(", ")[2]
    'at most 3.1% of tables would show as much.'
    """
    if expected != expected:
        return ""
    unrelated = "If the printed values had nothing to do with the patients"
    if expected >= 1:
        return f"{unrelated}, about {expected:.0f} of the tests tried would do as well."
    if expected < 0.0001:
        return f"{unrelated}, fewer than one table in 10,000 would show as much."
    share = f"{100 * expected:.2g}%"
    return f"{unrelated}, at most {share} of tables would show as much."


def missed_sentence(one: Missed) -> str:
    """Say of a row what the procedure of its table gives, and what would mend it."""
    said = f"{one.endpoint}: {one.printed} is printed, {one.computed} follows"
    if one.misprint:
        said += f"; a slip would explain it ({one.misprint})"
    if one.by:
        said += f"; it is given by {one.by}"
    return f"{said}."


# --- figure -----------------------------------------------------------------------

# A unit is a pixel on a telephone, so that its words can be read there.
_WIDTH, _HEIGHT, _EDGE = 360, 330, 44


def _figure(checks: Sequence[Check]) -> str:
    """Printed statistics, or p-values, against recomputed ones, both on log scales."""
    for name, what in (("statistic", "statistics"), ("p", "p-values")):
        every = [_point(check) for check in checks if check.check == name]
        points = [point for point in every if point is not None]
        if len(points) >= 2:
            return _scatter(points, what)
    return ""


Point = tuple[float, float, str, str]


def _point(check: Check) -> Point | None:
    try:
        printed = abs(float(check.printed))
        computed = abs(float(check.computed.split(" to ")[0]))
    except ValueError:
        return None
    if not (0 < printed < 1e12 and 1e-12 < computed < 1e12):
        return None
    return printed, computed, check.verdict, check.endpoint


def _scatter(points: Sequence[Point], what: str) -> str:
    values = [value for point in points for value in point[:2]]
    low, high = floor(log10(min(values))), floor(log10(max(values))) + 1
    inner_x, inner_y = _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE

    def x(value: float) -> float:
        return _EDGE + inner_x * (log10(value) - low) / (high - low)

    def y(value: float) -> float:
        return _HEIGHT - _EDGE - inner_y * (log10(value) - low) / (high - low)

    marks = []
    for power in range(low, high + 1):
        value, text = 10.0**power, f"{10.0**power:g}"
        marks.append(
            f'<text x="{x(value):.1f}" y="{_HEIGHT - _EDGE + 16}" '
            f'text-anchor="middle">{text}</text>'
            f'<text x="{_EDGE - 8}" y="{y(value) + 4:.1f}" '
            f'text-anchor="end">{text}</text>'
        )
    taken: list[tuple[float, float]] = []
    for printed, computed, verdict, endpoint in points:
        place = x(printed), y(computed)
        # a label that would lie on another is left to the table
        free = all(
            abs(place[1] - other[1]) > 14 or abs(place[0] - other[0]) > 150
            for other in taken
        )
        if verdict == DIFFERS and free:
            taken.append(place)
        marks.append(_mark(*place, verdict, endpoint, labeled=free))
    differ = sum(point[2] == DIFFERS for point in points)
    told = (
        f"{len(points)} printed {what} against recomputed ones, on logarithmic scales. "
        f"{len(points) - differ} lie on or near the line where both are the same; "
        f"{differ} marked with a cross {'does' if differ == 1 else 'do'} not agree."
    )
    left, right, bottom, top = _EDGE, _WIDTH - _EDGE, _HEIGHT - _EDGE, _EDGE
    return (
        "<h2>Printed against recomputed</h2>\n<figure>\n"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'aria-labelledby="figure-title figure-told">'
        f'<title id="figure-title">Printed {what} against recomputed ones</title>'
        f'<desc id="figure-told">{escape(told)}</desc>'
        f'<path class="axis" d="M{left} {top}V{bottom}H{right}"/>'
        f'<path class="same" d="M{left} {bottom}L{right} {top}"/>'
        f'<text x="{(left + right) // 2}" y="{_HEIGHT - 8}" '
        f'text-anchor="middle">printed</text>'
        f'<text x="{left - 8}" y="{top - 16}" text-anchor="start">recomputed</text>'
        f"{''.join(marks)}</svg>\n<figcaption>{escape(told)}</figcaption>\n</figure>"
    )


def _mark(x: float, y: float, verdict: str, endpoint: str, *, labeled: bool) -> str:
    if verdict != DIFFERS:
        kind = "agrees" if verdict == AGREES else "same"
        return (
            f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4">'
            f"<title>{escape(endpoint)}</title></circle>"
        )
    cross = f'<path class="differs" d="M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"/>'
    if not labeled:
        return cross
    shown = endpoint if len(endpoint) <= 20 else endpoint[:19] + "\u2026"
    side, anchor = (8, "start") if x < _WIDTH * 0.6 else (-8, "end")
    return (
        f'{cross}<text class="differs" x="{x + side:.1f}" y="{y + 4:.1f}" '
        f'text-anchor="{anchor}">{escape(shown)}</text>'
    )


_METHOD = """<h2>How to read this</h2>
<p>A check compares a printed value with what follows from other printed values, within
what rounding allows; further digits of a p-value may also have been cut off.
<strong>Agrees</strong> means that a test of the printed patients
gives the value; which ones do stands under <em>given by</em>. <strong>Does not
agree</strong> means that none of the tests tried here gives it. That is no judgment of
anybody: a misprint, patients who were not counted, an adjusted or a paired test, or
another test than those tried may all be behind it. <strong>Cannot be checked</strong>
says why.</p>
<p>Tried for counts and percentages: Pearson's chi-square, with Yates's correction and
in its N-1 form, the likelihood ratio, Armitage's and Mantel's tests of trend, Fisher's
exact test (two-sided, one-sided, mid-p), of all arms, of each pair, and of each arm
against the rest; and, as explanations only, percentages taken for counts and equal
shares of one column. Tried for several levels: Pearson's chi-square and its N-1 form,
the likelihood ratio, Mantel's test, the ranks of Kruskal and Wallis (with two arms, of
Mann and Whitney), and Fisher's exact test where the tables are not too many. Tried for
means: Student's t, Welch's t, the z test, and the analysis of variance, also Welch's.
Of ratios and differences that are printed as a statistic: each arm against each other,
without adjustment.</p>"""
