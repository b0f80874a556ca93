"""Thousands of published tables, on the cores of this machine or on a cluster.

Tables go out in batches; each batch comes back as a part, written whole under its own
name. A run that stopped goes on where it was: parts that are there are not made again.
Only a few batches are in memory at a time, however many tables there are.
"""

import csv
import gzip
import hashlib
import json
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

import reanalysis
from reanalysis.corpus.batches import CHECKS, part_of
from reanalysis.corpus.reading import LEFT_OUT, READ
from reanalysis.corpus.sources import Document, documents, find_files
from reanalysis.package import DataError, Fault

#: Documents of one batch: a few seconds of work, and a part of some hundred kB.
BATCH = 100

#: A batch of whole articles ends here, so that memory is bounded by bytes.
MOST_BYTES = 16_000_000

#: Seconds after which it is looked whether any worker is left.
PATIENCE = 30

Batch = tuple[Document, ...]

FRAMES = {"cells": READ, "checks": CHECKS, "left_out": LEFT_OUT}

#: How reading a part fails that was cut off or changed.
_DAMAGES = (
    gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError, IndexError, TypeError,
)  # fmt: skip

_MISSING = (
    "reanalysis corpus needs Dask: install it with pip install 'reanalysis[corpus]'"
)


def version() -> str:
    """The version that reads and judges: the release, and a sum of its source.

    Examples
    --------
    >>> len(version().split("+")[-1])
    8
    """
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    rooms = ("printed", "procedures", "tables", "robustness", "counts")
    files = [root / f"{room}.py" for room in rooms]
    files += [*root.glob("checks/*.py"), *root.glob("corpus/*.py")]
    for path in sorted(path for path in files if path.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"{reanalysis.__version__}+{digest.hexdigest()[:8]}"


def run(
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    batch: int = BATCH,
    progress: TextIO | None = None,
) -> dict[str, int]:
    """Read and judge all published tables of some files and folders.

    Parameters
    ----------
    paths : sequence of path
        JATS or HTML files, folders of them, or lines of JSON (``.jsonl``, ``.gz``).
    out : path
        Folder for ``checks.csv``, ``cells.csv``, ``left_out.csv`` and ``about.json``,
        the same as Parquet where pyarrow is installed, and the parts in between.
    workers : int, optional
        Processes on this machine; one per core if left out. With 0, everything runs in
        this process.
    scheduler : str, optional
        Address of a Dask scheduler to use instead.
    batch : int
        Documents per part.
    progress : text stream, optional
        Where to say how far it is.

    Returns
    -------
    dict
        Numbers of ``tables``, ``cells``, ``checks``, rows ``left_out``, ``parts`` and
        of parts that were there before.

    Raises
    ------
    DataError
        In one sentence, for unusable input, a full disk, or a scheduler that does not
        answer. What was done stays.
    """
    out = Path(out)
    find_files(paths)
    made_by = version()
    try:
        (out / "parts").mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:

            def client() -> Any:
                # workers start when there is something to do; new ones end the old
                stack.pop_all().close()
                return stack.enter_context(_client(workers, scheduler))

            counts, parts = _all_parts(paths, out, made_by, batch, client, progress)
        counts |= _join(out, parts)
        about = {"version": made_by, **counts, "sources": [str(p) for p in paths]}
        _write(out / "about.json", (json.dumps(about, indent=1) + "\n").encode())
        _parquet(out, made_by)
    except OSError as error:
        reason = f"{error.strerror or error}; what was done stays, start it again"
        raise DataError([Fault(str(out), None, None, None, reason)]) from error
    return counts


# -- parts ---------------------------------------------------------------------------


def _key(batch: Batch, made_by: str) -> str:
    digest = hashlib.sha256(made_by.encode())
    for document in batch:
        digest.update(
            f"\0{document.name}\0{document.study}\0{document.kind}\0".encode()
        )
        digest.update(document.text)
    return digest.hexdigest()[:16]


def _batched(found: Iterable[Document], size: int) -> Iterator[Batch]:
    batch: list[Document] = []
    held = 0
    for document in found:
        batch.append(document)
        held += len(document.text)
        if len(batch) == size or held >= MOST_BYTES:
            yield tuple(batch)
            batch, held = [], 0
    if batch:
        yield tuple(batch)


def _all_parts(
    paths: Sequence[str | Path],
    out: Path,
    made_by: str,
    size: int,
    client: Callable[[], Any],
    progress: TextIO | None,
) -> tuple[dict[str, int], list[Path]]:
    counts = {"tables": 0, "parts": 0, "parts_there_before": 0}
    parts: list[Path] = []
    say = _say(progress)

    def tasks() -> Iterator[tuple[Path, Batch]]:
        for number, batch in enumerate(_batched(documents(paths), size)):
            path = out / "parts" / f"{number:06d}-{_key(batch, made_by)}.json.gz"
            parts.append(path)
            counts["parts"] += 1
            there = _tables(path)
            if there is None:
                yield path, batch
                continue
            counts["parts_there_before"] += 1
            counts["tables"] += there
            say(counts)

    for path, tables, packed in _judged(tasks(), client):
        _write(path, packed)
        counts["tables"] += tables
        say(counts)
    say(counts, last=True)
    return counts, parts


def _judged(
    tasks: Iterable[tuple[Path, Batch]], start: Callable[[], Any]
) -> Iterator[tuple[Path, int, bytes]]:
    """Judge batches, a few at a time, and give each back as it is done."""
    tasks = iter(tasks)
    first = next(tasks, None)
    if first is None:
        return
    client = start()
    tasks = chain([first], tasks)
    if client is None:
        for path, batch in tasks:
            yield path, *part_of(batch)
        return
    waiting: dict[Any, tuple[Path, Batch]] = {}
    suspects: list[tuple[Path, Batch]] = []
    most = 3 * max(1, sum(client.nthreads().values()))
    while True:
        for path, batch in islice(tasks, most - len(waiting)):
            waiting[client.submit(part_of, batch, pure=False)] = path, batch
        if not waiting:
            break
        done = _first_done(waiting, client)
        if done is None:
            client = start()
            waiting = {
                client.submit(part_of, task[1], pure=False): task
                for task in waiting.values()
            }
            continue
        for future in done:
            path, batch = waiting.pop(future)
            if future.status == "error":
                suspects.append((path, batch))
            else:
                yield path, *future.result()
    # what waited at a worker when it died is under suspicion too: once nothing else
    # runs, a table that kills its worker alone is the one
    for path, batch in suspects:
        yield path, *_one_by_one(batch, start)


def _first_done(futures: Iterable[Any], client: Any) -> set[Any] | None:
    """Wait for some futures; None where no worker of this machine is left.

    Dask brings a worker back that dies, but for one that dies while it starts.
    """
    from distributed import wait

    while True:
        try:
            found: set[Any] = wait(
                list(futures), timeout=PATIENCE, return_when="FIRST_COMPLETED"
            ).done
            return found
        except TimeoutError:
            if client.cluster is not None and not client.nthreads():
                return None


def _one_by_one(batch: Batch, start: Callable[[], Any]) -> tuple[int, bytes]:
    """Judge a batch that lost its worker; leave out the tables that kill it twice."""
    client = start()
    kept: list[Document] = []
    for document in batch:
        for _ in range(2):
            future = client.submit(part_of, (document,), pure=False)
            if _first_done([future], client) is None:
                client = start()
            elif future.status != "error":
                kept.append(document)
                break
        else:
            kept.append(replace(document, kind="killed", text=b""))
    found: tuple[int, bytes] = client.submit(part_of, tuple(kept), pure=False).result()
    return found


def _client(workers: int | None, scheduler: str | None) -> AbstractContextManager[Any]:
    if workers == 0 and scheduler is None:
        return nullcontext(None)
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise DataError([Fault("corpus", None, None, None, _MISSING)]) from error
    if scheduler is not None:
        try:
            return Client(scheduler, timeout=20)
        except (OSError, ValueError) as error:
            rule = f"no Dask scheduler answers at {scheduler}"
            raise DataError([Fault("scheduler", None, None, None, rule)]) from error
    # a batch that loses its worker is judged table by table, when nothing else runs
    dask.config.set(
        {
            "distributed.comm.timeouts.connect": "60s",
            "distributed.scheduler.allowed-failures": 0,
        }
    )
    return Client(
        n_workers=workers or os.cpu_count() or 1,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    )


def _say(progress: TextIO | None) -> Callable[..., None]:
    begun = time.monotonic()
    said = [begun]
    terminal = progress is not None and progress.isatty()

    def say(counts: dict[str, int], *, last: bool = False) -> None:
        now = time.monotonic()
        pause = 0.5 if terminal else 5
        if progress is None or (now - said[0] < pause and not last):
            return
        said[0] = now
        speed = counts["tables"] / max(now - begun, 1e-9)
        end = "\n" if last or not terminal else ""
        start = "\r" if terminal else ""
        progress.write(f"{start}{counts['tables']} tables, {speed:.0f} a second{end}")
        progress.flush()

    return say


# -- files ---------------------------------------------------------------------------


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _unpacked(path: Path) -> dict[str, list[list[str]]]:
    with gzip.open(path, "rb") as stream:
        found: dict[str, list[list[str]]] = json.loads(stream.read())
    return found


def _tables(path: Path) -> int | None:
    """How many tables a part holds; None where it is not there, or is damaged."""
    try:
        return int(_unpacked(path)["tables"][0][0])
    except (FileNotFoundError, *_DAMAGES):
        return None


def _join(out: Path, parts: list[Path]) -> dict[str, int]:
    """One CSV file for each frame of all parts, in their order; gives their rows."""
    halves = {name: out / f"{name}.csv.part" for name in FRAMES}
    counts = dict.fromkeys(FRAMES, 0)
    try:
        with ExitStack() as stack:
            writers = {}
            for name, half in halves.items():
                stream = stack.enter_context(
                    half.open("w", encoding="utf-8", newline="")
                )
                writers[name] = csv.writer(stream, lineterminator="\n")
                writers[name].writerow(FRAMES[name])
            for path in parts:
                found = _unpacked(path)
                for name, writer in writers.items():
                    writer.writerows(found[name])
                    counts[name] += len(found[name])
        for half in halves.values():
            half.replace(half.with_suffix(""))
    finally:
        for half in halves.values():
            half.unlink(missing_ok=True)
    return counts


def _parquet(out: Path, made_by: str) -> None:
    """The CSV files once more as Parquet, a piece at a time."""
    try:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv
        from pyarrow import parquet
    except ImportError:
        return
    for name, columns in FRAMES.items():
        target = out / f"{name}.parquet"
        half = target.with_name(target.name + ".part")
        schema = pa.schema([(c, pa.string()) for c in columns])
        schema = schema.with_metadata({"reanalysis": made_by})
        options = arrow_csv.ConvertOptions(
            column_types=schema, strings_can_be_null=False
        )
        parse = arrow_csv.ParseOptions(newlines_in_values=True)
        try:
            with (
                arrow_csv.open_csv(
                    out / f"{name}.csv", convert_options=options, parse_options=parse
                ) as reader,
                parquet.ParquetWriter(half, schema) as writer,
            ):
                for piece in reader:
                    writer.write_batch(piece.cast(schema))
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)
