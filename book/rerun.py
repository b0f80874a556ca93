"""Run the chapters and write their outputs in place: python book/rerun.py [--stale]

The files that are published beside the pages are written along with them.
`results/manifest.sha256` records what the outputs were computed from, the chapters with
their outputs and those files. With --stale only those that it no longer describes are
run, on all cores, the longest first. Nothing is written unless all of them ran; the
manifest is written last, so that what an interrupted call leaves behind is seen as
stale by the next one.

Both accept the chapters as they are. With --unless-edited nothing is run, and the exit
code is 1, where the code of a chapter is not that which was accepted (see what_if.py).
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import published_files
import what_if
from plain import plainly
from stale import ROOT, Record, digests, files, write_all

MANIFEST = ROOT / "results" / "manifest.sha256"
COMPUTED_FROM = (
    "requirements-pages.txt",
    "requirements.txt",
    "data/*.csv",
    "data/*.json",
    "data/other/*.csv",
    "data/corpus/*.csv",
    "chapters/answers.csv",
    "src/reanalysis/**/*.py",
    "src/reanalysis/figures/typeface/*.ttf",
    # what writes the files beside the chapters
    "book/atlas.py",
    "book/functions_page.py",
    "book/published_files.py",
)

ONE_AT_A_TIME = Lock()


def chapters() -> list[str]:
    """Give the chapters that are run."""
    return files(("chapters/*.ipynb",))


def outputs() -> list[str]:
    """Files that are computed: the chapters, and those beside them, there or not."""
    return [*chapters(), *published_files.FILES]


def stale_outputs() -> list[str]:
    """Outputs that the manifest does not vouch for."""
    computed, recorded = outputs(), Record.read(MANIFEST).digests
    now = digests(files(COMPUTED_FROM))
    if now != {name: d for name, d in recorded.items() if name not in computed}:
        return computed
    there = digests(files(computed))
    return [name for name in computed if there.get(name, "") != recorded.get(name)]


def length(name: str) -> int:
    """Number of cells that an output takes; none for a file beside the chapters."""
    if name in published_files.FILES:
        return 0
    return (ROOT / name).read_text(encoding="utf-8").count('"cell_type": "code"')


def why_not(data: Path) -> str:
    """Say what is wrong with the data; nothing if all outputs can be computed."""
    from reanalysis import DataError, load_study

    try:
        load_study(data)
    except DataError as error:
        return str(error)
    return ""


def run(name: str) -> tuple[str, bool]:
    """Compute one output; give its text and whether it is of the study in `data`."""
    start, is_of_the_data = time.monotonic(), True
    if compute := published_files.FILES.get(name):
        # what one of them says of warnings holds for the whole process
        with ONE_AT_A_TIME:
            text = compute(ROOT / "data")
    else:
        text, is_of_the_data = run_chapter(name)
    print(f"  ran {name} in {time.monotonic() - start:.1f} s", flush=True)
    return text, is_of_the_data


def run_chapter(name: str) -> tuple[str, bool]:
    """Run one chapter; give its text with the new outputs, and what its study is."""
    import nbformat
    from nbclient import NotebookClient

    try:
        notebook = nbformat.read(ROOT / name, as_version=4)
    except nbformat.ValidationError as error:
        raise ValueError(f"it is not a notebook: {error}") from None
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,  # it would change with every run
        skip_cells_with_tag="",  # what is not run could be anything
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(ROOT / "chapters")}},
    )
    asked = nbformat.v4.new_code_cell(what_if.IS_ITS_STUDY_THAT_OF_THE_DATA)
    notebook.cells.append(asked)
    client.execute()
    notebook.cells.pop()
    is_of_the_data = asked.outputs[0]["data"]["text/plain"] == "True"
    # nothing of the machine that ran it belongs to the chapter
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    return nbformat.writes(notebook) + "\n", is_of_the_data


def record(
    inputs: dict[str, str], not_accepted: list[str], other_study: list[str]
) -> None:
    """Write the manifest: outputs, what they come from, and what was accepted."""
    known = Record.read(MANIFEST).facts
    facts = {}
    for name in chapters():
        key = what_if.CODE.format(name)
        if name not in not_accepted:
            facts[key] = what_if.code(name)
        elif key in known:
            facts[key] = known[key]
        if name in other_study:
            facts[what_if.STUDY.format(name)] = what_if.OTHER
    Record(inputs | digests(outputs()), facts).write(MANIFEST)


def is_refused(manifest: Record) -> bool:
    """Say whether chapters were played with, and name them, unless that is wanted."""
    played = what_if.found(chapters(), manifest)
    if not played or what_if.wanted():
        return False
    print(what_if.refusal(played), file=sys.stderr)
    return True


def main() -> int:
    computed, known = outputs(), Record.read(MANIFEST)
    unless_edited = "--unless-edited" in sys.argv[1:]
    try:
        not_accepted = what_if.edited(chapters(), known) if unless_edited else []
    except what_if.NotANotebookError as error:
        print(error, file=sys.stderr)
        return 1
    if unless_edited and is_refused(known):
        return 1
    todo = computed if sys.argv[1:] == [] else stale_outputs()
    before = digests(files(COMPUTED_FROM))
    other_study = what_if.with_another_study(computed, known)
    if not todo:
        if not unless_edited and what_if.edited(chapters(), known):
            record(before, [], other_study)
        return 0
    # imported here, as above: where nothing is stale, nobody should wait for it
    import kernels
    from nbclient.exceptions import CellExecutionError

    print(f"Running {len(todo)} of {len(computed)} outputs:", flush=True)
    # where there are fewer, a kernel is sooner there than what it would be forked from
    if sum(name not in published_files.FILES for name in todo) > os.cpu_count():
        kernels.use()
    # said once, and not by each chapter in turn
    if wrong := why_not(ROOT / "data"):
        print(f"The data are wrong, nothing was written:\n{wrong}", file=sys.stderr)
        return 1
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # the longest first, so that all cores are at work until the end
        longest_first = sorted(todo, key=length, reverse=True)
        running = {name: pool.submit(run, name) for name in longest_first}
    failed = 0
    for name, future in running.items():
        error = future.exception()
        # what an output says of its inputs is meant for the reader
        if isinstance(error, CellExecutionError | ValueError):
            failed += 1
            print(f"\n{name} failed, nothing was written:\n{error}", file=sys.stderr)
        elif error:
            raise error
    if failed:
        return 1
    if digests(files(COMPUTED_FROM)) != before:
        print("The inputs changed during the run: run it again.", file=sys.stderr)
        return 1
    other_study = [name for name in other_study if name not in todo]
    computed_now = {name: future.result() for name, future in running.items()}
    write_all({ROOT / name: text for name, (text, _) in computed_now.items()})
    for name, (_, is_of_the_data) in computed_now.items():
        if not is_of_the_data:
            other_study.append(name)
            print(f"  {name} computes with another study than that in data/")
    record(before, not_accepted, other_study)
    return int(unless_edited and is_refused(Record.read(MANIFEST)))


if __name__ == "__main__":
    sys.exit(plainly(main))
