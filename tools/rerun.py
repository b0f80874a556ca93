"""Run the chapters and write their outputs in place: python tools/rerun.py [--stale]

`chapters/manifest.sha256` lists what the outputs were computed from and the chapters
with their outputs. With --stale only the chapters that it no longer describes are run.
Nothing is written unless all of them ran; the manifest is written last, so that what an
interrupted call leaves behind is seen as stale by the next one.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "chapters" / "manifest.sha256"
COMPUTED_FROM = (
    "requirements.txt",
    "data/*.csv",
    "data/*.json",
    "src/reanalysis/*.py",
)


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


def stale_chapters() -> list[str]:
    """Chapters whose outputs the manifest does not vouch for."""
    chapters, recorded = files(("chapters/*.ipynb",)), read_manifest()
    now = digests(files(COMPUTED_FROM))
    if now != {name: d for name, d in recorded.items() if name not in chapters}:
        return chapters
    return [name for name, d in digests(chapters).items() if recorded.get(name) != d]


def run(name: str) -> str:
    """Run one chapter and give its text with the new outputs."""
    start = time.monotonic()
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
    print(f"  ran {name} in {time.monotonic() - start:.1f} s", flush=True)
    return nbformat.writes(notebook) + "\n"


def main() -> int:
    chapters = files(("chapters/*.ipynb",))
    todo = stale_chapters() if "--stale" in sys.argv[1:] else chapters
    if not todo:
        return 0
    before = digests(files(COMPUTED_FROM))
    print(f"Running {len(todo)} of {len(chapters)} chapters:", flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {name: pool.submit(run, name) for name in todo}
    failed = 0
    for name, future in running.items():
        error = future.exception()
        if isinstance(error, CellExecutionError):
            failed += 1
            print(f"\n{name} failed, nothing was written:\n{error}", file=sys.stderr)
        elif error:
            raise error
    if failed:
        return 1
    if digests(files(COMPUTED_FROM)) != before:
        print("The inputs changed during the run: run it again.", file=sys.stderr)
        return 1
    for name, future in running.items():
        write_whole(ROOT / name, future.result())
    lines = [f"{d}  {name}\n" for name, d in (before | digests(chapters)).items()]
    write_whole(MANIFEST, "".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
