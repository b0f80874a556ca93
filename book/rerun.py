"""Run the chapters and write their outputs: python book/rerun.py [--stale | --compare]

The files that are published beside the pages are written along with them.
`results/manifest.sha256` lists what the outputs were computed from, the chapters with
their outputs and those files. With --stale only those that it no longer describes are
run, on all cores, the longest first. Nothing is written unless all of them ran; the
manifest is written last, so that what an interrupted call leaves behind is seen as
stale by the next one. With --compare nothing is written: it says which outputs come out
otherwise than they are.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Lock

import published_files

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "results" / "manifest.sha256"
COMPUTED_FROM = (
    "requirements.txt",
    "data/*.csv",
    "data/*.json",
    "chapters/answers.csv",
    "src/reanalysis/**/*.py",
)

ONE_AT_A_TIME = Lock()


def files(patterns: tuple[str, ...]) -> list[str]:
    """Paths below the root that match, sorted."""
    found = (path for pattern in patterns for path in ROOT.glob(pattern))
    return sorted(path.relative_to(ROOT).as_posix() for path in found if path.is_file())


def digests(names: list[str]) -> dict[str, str]:
    """Digest of each file's bytes."""
    return {name: sha256((ROOT / name).read_bytes()).hexdigest() for name in names}


def read_manifest() -> dict[str, str]:
    """Digest of each file when the outputs were written; empty if unknown."""
    if not MANIFEST.exists():
        return {}
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()
    return {
        name: digest for digest, _, name in (line.partition("  ") for line in lines)
    }


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is never seen half written."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)


def outputs() -> list[str]:
    """Files that are computed: the chapters, and those beside them, there or not."""
    return [*files(("chapters/*.ipynb",)), *published_files.FILES]


def stale_outputs() -> list[str]:
    """Outputs that the manifest does not vouch for."""
    computed, recorded = outputs(), read_manifest()
    now = digests(files(COMPUTED_FROM))
    if now != {name: d for name, d in recorded.items() if name not in computed}:
        return computed
    there = digests(files(tuple(computed)))
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


def run(name: str) -> str:
    """Compute one output and give its text."""
    start = time.monotonic()
    if compute := published_files.FILES.get(name):
        # what one of them says of warnings holds for the whole process
        with ONE_AT_A_TIME:
            text = compute(ROOT / "data")
    else:
        text = run_chapter(name)
    print(f"  ran {name} in {time.monotonic() - start:.1f} s", flush=True)
    return text


def run_chapter(name: str) -> str:
    """Run one chapter and give its text with the new outputs."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(ROOT / name, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,  # it would change with every run
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(ROOT / "chapters")}},
    )
    client.execute()
    # nothing of the machine that ran it belongs to the chapter
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    return nbformat.writes(notebook) + "\n"


def main() -> int:
    computed = outputs()
    todo = stale_outputs() if "--stale" in sys.argv[1:] else computed
    if not todo:
        return 0
    # imported here, as above: where nothing is stale, nobody should wait for it
    import kernels
    from nbclient.exceptions import CellExecutionError

    before = digests(files(COMPUTED_FROM))
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
    if "--compare" in sys.argv[1:]:
        there = digests(files(tuple(computed)))
        other = [
            name
            for name, future in running.items()
            if sha256(future.result().encode()).hexdigest() != there.get(name)
        ]
        for name in other:
            print(f"{name} comes out otherwise than it is.", file=sys.stderr)
        return 1 if other else 0
    for name, future in running.items():
        (ROOT / name).parent.mkdir(exist_ok=True)
        write_whole(ROOT / name, future.result())
    lines = [f"{d}  {name}\n" for name, d in (before | digests(computed)).items()]
    write_whole(MANIFEST, "".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
