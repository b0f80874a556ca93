"""Measure the reader of published tables, and count what it found in many of them.

    python audits/corpus.py draw TABLES.jsonl.gz SAMPLE SEED
    python audits/corpus.py draw_called TABLES.jsonl.gz FOLDER SEED
    python audits/corpus.py agree
    python audits/corpus.py measure TABLES.jsonl.gz
    python audits/corpus.py count TABLES.jsonl.gz FOLDER

The first draws tables to read by eye, the second rows that a run called disagreeing,
and both print them. The third compares two people who read the same tables, and writes
`data/corpus/agreement.csv`. The fourth compares the reader with the tables of
`data/corpus/truth.csv`, which were read by eye, and writes `data/corpus/measured.csv`.
The last sums up the folder that `reanalysis corpus TABLES.jsonl.gz --out FOLDER` made,
and writes the other files of `data/corpus/` that a program makes. TABLES holds a line
of JSON for each table, with its PubMed Central number, DOI and JATS XML; it is not part
of this project.
"""

import csv
import gzip
import json
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from lxml import etree

from reanalysis.checks import Table, audit
from reanalysis.corpus import jats_grids, read_grid

DATA = Path(__file__).parents[1] / "data" / "corpus"
KINDS = ("counts", "named SD", "unnamed spread")
#: Kinds of tables whose arms stand in rows.
TURNED = ("S", "Q", "R", "K")
PRINTED = ("count", "percent", "mean", "sd")
csv.field_size_limit(10**8)


def rows(path):
    """Rows of a CSV file."""
    with Path(path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(name, columns, found):
    """Write a CSV file of `data/corpus/`."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(found)


def tables(path):
    """The tables, in the order of their lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def same(one, other):
    """Whether two printed numbers are the same digits."""
    plain = [
        re.sub(r"^(<?)0?\.", r"\1.", str(x or "").lstrip("-")) for x in (one, other)
    ]
    return plain[0] == plain[1]


# -- tables to read by eye -------------------------------------------------------------

#: Judgments that came before a sample, by their draw; later draws came after all.
JUDGED_BEFORE = {"4": ("1", "2", "percent", "statistic")}

_P = re.compile(r"(?<![A-Za-z])[Pp](?![A-Za-z])")


def says_p(record):
    """Whether p stands as a word in the text of a table."""
    root = etree.fromstring(record["xml"].encode(), etree.XMLParser(recover=True))
    return _P.search(" ".join(root.itertext())) is not None


def draw(source, sample, seed):
    """Print a random table of each of 160 papers of which none was looked at before.

    The first 60 papers are of all, the other 100 of those that have a table with a p;
    only such a table is drawn of them. Papers of earlier samples and of rows judged
    before are left out.
    """
    corpus, seen = tables(source), set()
    seen |= {r["pmcid"] for r in rows(DATA / "tables.csv") if r["sample"] < sample}
    # sample 4 was drawn with the line after each judged one, by a slip
    late = sample == "4"
    before = JUDGED_BEFORE.get(sample)
    for row in rows(DATA / "judgments.csv"):
        if before is None or row["draw"] in before:
            seen.add(corpus[int(row["line"]) - 1 + late]["pmcid"])
    places = defaultdict(list)
    for line, record in enumerate(corpus, start=1):
        if record["pmcid"] not in seen:
            places[record["pmcid"]].append(line)
    random.seed(int(seed))
    papers = sorted(places)
    random.shuffle(papers)
    found = [("all", random.choice(places[paper])) for paper in papers[:60]]
    for paper in papers[60:]:
        with_p = [line for line in places[paper] if says_p(corpus[line - 1])]
        if with_p and len(found) < 160:
            found.append(("p", random.choice(with_p)))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("frame", "line", "pmcid"))
    writer.writerows((frame, line, corpus[line - 1]["pmcid"]) for frame, line in found)


def draw_called(source, folder, seed):
    """Print 60 random rows whose p-value a run called disagreeing.

    They are of papers of which no table was read and no row was judged before.
    """
    corpus = tables(source)
    seen = {row["pmcid"] for row in rows(DATA / "tables.csv")}
    seen |= {
        corpus[int(row["line"]) - 1]["pmcid"] for row in rows(DATA / "judgments.csv")
    }
    lines = {}
    for line, record in enumerate(corpus, start=1):
        if record["pmcid"] not in seen:
            (grid,) = jats_grids(record["xml"], study=record["doi"] or record["pmcid"])
            # of two tables of one name, it is not known which was called
            key = grid.study, grid.label or "table"
            lines[key] = "" if key in lines else line
    called = [
        (lines[check["study"], check["table"]], check["row"], check["printed"])
        for check in rows(Path(folder) / "checks.csv")
        if check["check"] == "p"
        and check["verdict"] == "does not agree"
        and lines.get((check["study"], check["table"]))
    ]
    random.seed(int(seed))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("line", "row", "printed"))
    writer.writerows(sorted(random.sample(called, 60)))


# -- two readers of the same tables ----------------------------------------------------


def agree():
    """Compare what two people took from the same tables; writes `agreement.csv`.

    Cells of patients count: those that print a percentage or a p-value of their row. A
    total of the arms, which may be left out, does not.
    """
    tables_2 = {r["line"]: r["checkable"] for r in rows(DATA / "second_tables.csv")}
    tables_1 = {
        r["line"]: r["checkable"]
        for r in rows(DATA / "tables.csv")
        if r["sample"] == "4" and r["line"] in tables_2
    }
    first, second = (
        {
            (r["line"], r["row"], r["column"]): r
            for r in rows(DATA / name)
            if r["line"] in tables_1 and r["kind"] != "F" and not r["option"]
        }
        for name in ("truth.csv", "second_truth.csv")
    )
    both = first.keys() & second.keys()
    found = [
        ("tables: can they be checked",
         sum(tables_1[k] == tables_2[k] for k in tables_1), len(tables_1)),
        ("cells: taken by both, of those taken by one",
         len(both), len(first.keys() | second.keys())),
    ]  # fmt: skip
    for what, names in (("n", ["n"]), ("p", ["p"]), ("numbers", PRINTED)):
        alike = sum(all(first[k][x] == second[k][x] for x in names) for k in both)
        found.append((f"cells taken by both: the same {what}", alike, len(both)))
    write("agreement.csv", ("what", "alike", "of"), found)


# -- against the tables that were read by eye ------------------------------------------


def compare(truth, cells):
    """Count, for one table, what was read and what was read rightly."""
    found = Counter()
    got = defaultdict(list)
    for cell in cells:
        if cell["percent"] or cell["p"] or cell["statistic"]:
            got[cell["row"] - 1, cell["column"] - 1].append(cell)
    need = defaultdict(list)
    for row in truth:
        need[int(row["row"]), int(row["column"])].append(row)
    whole = defaultdict(list)
    for place, there in need.items():
        first = there[0]
        if all(row["option"] for row in there) or not (first["percent"] or first["p"]):
            continue
        turned = first["kind"] in TURNED
        named = first["block"] or first["endpoint"] + first["comparison"]
        read = got.get(place, [])
        cell = read[0] if read else dict.fromkeys((*PRINTED, "n", "p", "level"), "")
        right = len(read) >= len(there)
        right &= all(same(cell[name], first[name]) for name in PRINTED)
        n, p = str(cell["n"]) == first["n"], same(cell["p"], first["p"])
        found["cells there"] += 1
        found["cells read"] += bool(read)
        found["cells right"] += bool(read) and right
        found["n right"] += bool(read) and n
        if first["p"]:
            found["p there"] += 1
            found["p there of cells read"] += bool(read)
        if read and cell["p"]:
            found["p read"] += 1
            whole_p = first["kind"] == "p" or bool(first["block"]) == bool(
                cell["level"]
            )
            found["p right"] += bool(first["p"]) and p and whole_p
        whole[named if turned else place[0], first["p"]].append(right and n and p)
    found["cells read"] += sum(place not in need for place in got)
    found["rows there"] = len(whole)
    found["rows right"] = sum(all(each) for each in whole.values())
    return found


def wrong_rows(records, place):
    """The rows whose p-value or percentage does not agree, by place and digits.

    A p-value has the place of its endpoint's first row, a percentage that of its cell.
    """
    first, own = {}, {}
    for record in records:
        first.setdefault(record["endpoint"], place(record))
        own.setdefault((record["endpoint"], record["percent"]), place(record))
    found = set()
    for check in audit(Table.from_records(records)).found:
        if check.verdict == "does not agree" and check.check in ("p", "percent"):
            row = own.get((check.endpoint, check.printed), first[check.endpoint])
            row = first[check.endpoint] if check.check == "p" else row
            found.add((row, check.check, re.sub(r"^(<?)0\.", r"\1.", check.printed)))
    return found


def by_eye(truth):
    """Audit a table as it was read by eye; gives rows that do not agree."""
    records, names = [], {}
    for row in truth:
        if row["option"]:
            continue
        turned = row["kind"] in TURNED
        line = row["endpoint"] + row["column"] if turned else row["row"]
        line = row["comparison"] if row["kind"] == "K" else line
        key = (row["block"] or line, row["p"], row["comparison"])
        name = names.setdefault(key, f"e{len(names)}")
        arm, level = row["column"], row["row"]
        arm, level = (level, arm) if turned else (arm, level)
        level = (row["level"] or level) if row["block"] or row["level"] else ""
        printed = {key: row[key] for key in (*PRINTED, "n", "p")}
        names_of = {"endpoint": name, "arm": arm, "level": level, "row": row["row"]}
        records.append({"study": "x", **names_of, **printed})
    return wrong_rows(records, lambda record: int(record["row"]))


def by_reader(reading):
    """Audit a table as it was read by the program; gives rows that do not agree."""
    if not reading.cells:
        return set()
    return wrong_rows(reading.cells, lambda record: record["row"] - 1)


def measure(source):
    """Compare the reader with what was read by eye; writes `measured.csv`."""
    corpus = tables(source)
    truth = defaultdict(list)
    for row in rows(DATA / "truth.csv"):
        truth[row["sample"], int(row["line"])].append(row)
    total = defaultdict(Counter)
    for table in rows(DATA / "tables.csv"):
        record = corpus[int(table["line"]) - 1]
        (grid,) = jats_grids(record["xml"], study=record["doi"])
        reading = read_grid(grid)
        there = truth[table["sample"], int(table["line"])]
        found = compare(there, reading.cells)
        found["tables there"] = 1
        found["tables with rows"] = found["rows there"] > 0
        try:
            eye = by_eye(there) if there else set()
        except Exception as error:
            print(table["line"], repr(error))
            eye = set()
        reader = by_reader(reading)
        found["disagreeing there"] = len(eye)
        found["disagreeing found"] = len(eye & reader)
        found["disagreeing called"] = len(reader)
        total[table["sample"]] += found
        # tests that print a statistic with its degrees of freedom, and no patients
        if not any(row["kind"] == "F" for row in there):
            total[table["sample"] + " without tests alone"] += found
    names = sorted({name for each in total.values() for name in each})
    write(
        "measured.csv",
        ("sample", *names),
        [(k, *(each[name] for name in names)) for k, each in sorted(total.items())],
    )


# -- what a run found ------------------------------------------------------------------


def limits(text):
    """The ends of what was computed; the text is one number, or two with "to"."""
    numbers = [float(x) for x in re.findall(r"\d+(?:\.\d+)?(?:e-?\d+)?", text)]
    return (min(numbers), max(numbers)) if numbers else None


def side(printed):
    """Whether a printed p-value is below 0.05, at or above it, or neither is said."""
    if printed.upper() == "NS":
        return "above"
    found = re.fullmatch(r"([<>≤≥=]?)\s*(\d*\.?\d+)", printed)
    if not found:
        return ""
    sign, value = found[1], float(found[2])
    if sign in ("<", "≤"):
        return "below" if value <= 0.05 else ""
    if sign in (">", "≥"):
        return "above" if value >= 0.05 else ""
    return "below" if value < 0.05 else "above" if value > 0.05 else ""


def test_of(by):
    """The first test that gives the printed value, in a few words."""
    first = by.split(";")[0].split(",")[0].strip()
    families = {
        "Pearson": "Pearson's chi-square",
        "t": "Student's t",
        "F": "analysis of variance",
        "Fisher": "Fisher's exact test",
        "Yates": "chi-square with Yates's correction",
    }
    return families.get(first, "another test")


def count(source, folder):
    """Sum up a run; writes the files that the chapter needs."""
    folder = Path(folder)
    papers = {}
    for record in tables(source):
        papers[record["doi"] or record["pmcid"]] = record["pmcid"]
    by_paper = defaultdict(Counter)
    by_test = Counter()
    kinds = {}
    for cell in rows(folder / "cells.csv"):
        table = re.sub(r", row .*", "", cell["place"])
        kind = "counts" if not cell["mean"] else "named SD"
        if cell["mean"] and cell["doubt"].startswith("the spread"):
            kind = "unnamed spread"
        kinds[cell["study"], table, cell["endpoint"]] = kind
    seen = set()
    for check in rows(folder / "checks.csv"):
        paper = by_paper[papers.get(check["study"], check["study"])]
        what, verdict = check["check"], check["verdict"]
        if verdict == "cannot be checked" or what not in ("p", "percent", "statistic"):
            continue
        wrong = verdict == "does not agree"
        kind = kinds.get((check["study"], check["table"], check["endpoint"]), "counts")
        if what == "p":
            paper[f"{kind}: p"] += 1
            paper[f"{kind}: wrong"] += wrong
            if not wrong:
                fits = "" if "no test of all" in check["sentence"] else check["by"]
                by_test[kind, test_of(fits)] += 1
            ends, printed = limits(check["computed"]), side(check["printed"])
            if wrong and ends and printed:
                other = ends[0] > 0.05 if printed == "below" else ends[1] < 0.05
                paper[f"{kind}: changed"] += other
                paper[f"{kind}: lost"] += other and printed == "below"
            seen.add((check["study"], check["table"]))
        else:
            paper[what] += 1
            paper[f"{what} wrong"] += wrong
            if what == "percent" and wrong:
                cut = "cut off" in check["sentence"]
                near = "were some not counted" in check["sentence"]
                paper["percent cut off"] += cut
                paper["percent of others"] += near and not cut
    names = [
        f"{kind}: {what}"
        for kind in KINDS
        for what in ("p", "wrong", "changed", "lost")
    ]
    names += [
        "percent",
        "percent wrong",
        "percent cut off",
        "percent of others",
        "statistic",
        "statistic wrong",
    ]
    found = [tuple(each[name] for name in names) for each in by_paper.values()]
    # no row says which paper it is
    found = sorted(row for row in found if any(row))
    random.Random(17).shuffle(found)
    write("papers.csv", [re.sub(r"\W+", "_", name) for name in names], found)
    write(
        "tests.csv",
        ("kind", "test", "rows"),
        [
            (*key, n)
            for key, n in sorted(by_test.items(), key=lambda x: (x[0][0], -x[1]))
        ],
    )
    left = Counter(row["reason"] for row in rows(folder / "left_out.csv"))
    left = Counter({k: n for k, n in left.items() if n >= 20})
    write("reasons.csv", ("reason", "rows"), left.most_common())
    write("grim.csv", ("label", "n", "decimals", "means", "possible"), grim(folder))
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    parts = {
        row["place"].split(", row")[0] + row["study"]
        for row in rows(folder / "cells.csv")
    }
    write("run.csv", ("fact", "value"), [
        ("tables", about["tables"]), ("papers", len(set(papers.values()))),
        ("tables with cells", len(parts)), ("tables with p", len(seen)),
        ("cells", about["cells"]), ("rows left out", about["left_out"]),
        ("version", about["version"])])  # fmt: skip


_COUNTED = re.compile(r"^(?:mean )?(?:number|no\.) of|\bparity\b|gravid", re.IGNORECASE)


def grim(folder):
    """How many printed means a sum of whole numbers gives, where that can fail."""
    found = defaultdict(Counter)
    for cell in rows(folder / "cells.csv"):
        mean, n = cell["mean"].lstrip("-"), cell["n"]
        if not re.fullmatch(r"\d+\.\d+", mean) or not n:
            continue
        decimals, n = len(mean.partition(".")[2]), int(n)
        if n >= 10**decimals // 2 or n < 2:
            continue
        label = cell["endpoint"].split(": ")[-1]
        whole = _COUNTED.search(label)
        label = "a number of something" if whole else "anything else"
        unit, value = 10.0**-decimals, float(mean)
        nearest = round(value * n) / n
        found[label, n, decimals]["means"] += 1
        found[label, n, decimals]["possible"] += abs(nearest - value) <= unit / 2 + 1e-9
    return [
        (*key, each["means"], each["possible"]) for key, each in sorted(found.items())
    ]


if __name__ == "__main__":
    commands = {
        "draw": draw,
        "draw_called": draw_called,
        "agree": agree,
        "measure": measure,
        "count": count,
    }
    commands[sys.argv[1]](*sys.argv[2:])
