"""Thousands of published tables, on the cores of this machine or on a cluster.

Tables go out in batches; each batch comes back as a part, written whole under its own
name. A run that stopped goes on where it was: parts that are there are not made again.
Only a few batches are in memory at a time, however many tables there are.
"""

import csv
import gzip
import hashlib
import io
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

import reanalysis
from reanalysis.corpus.batches import CHECKS, judge
from reanalysis.corpus.reading import LEFT_OUT, READ
from reanalysis.corpus.sources import Document, documents, find_files
from reanalysis.package import DataError, Fault

#: Documents of one batch: a few seconds of work, and a part of some hundred kB.
BATCH = 100

FRAMES = {"cells": READ, "checks": CHECKS, "left_out": LEFT_OUT}

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
                # workers start when there is something to do
                return stack.enter_context(_client(workers, scheduler))

            counts, parts = _all_parts(paths, out, made_by, batch, client, progress)
        for name, columns in FRAMES.items():
            counts[name] = _join(out, parts, name, columns)
        about = {"version": made_by, **counts, "sources": [str(p) for p in paths]}
        _write(out / "about.json", (json.dumps(about, indent=1) + "\n").encode())
        _parquet(out, made_by)
    except OSError as error:
        reason = f"{error.strerror or error}; what was done stays, start it again"
        raise DataError([Fault(str(out), None, None, None, reason)]) from error
    return counts


# -- parts ---------------------------------------------------------------------------


def _key(batch: Sequence[Document], made_by: str) -> str:
    digest = hashlib.sha256(made_by.encode())
    for document in batch:
        digest.update(
            f"\0{document.name}\0{document.study}\0{document.kind}\0".encode()
        )
        digest.update(document.text)
    return digest.hexdigest()[:16]


def _batched(found: Iterable[Document], size: int) -> Iterator[tuple[Document, ...]]:
    found = iter(found)
    while batch := tuple(islice(found, size)):
        yield batch


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

    def finish(path: Path, found: dict[str, list] | None) -> None:
        if found is not None:
            _write(path, _packed(found))
        counts["tables"] += (
            _tables(path) if found is None else int(found["tables"][0][0])
        )
        say(counts)

    def tasks() -> Iterator[tuple[Path, tuple[Document, ...]]]:
        for number, batch in enumerate(_batched(documents(paths), size)):
            path = out / "parts" / f"{number:06d}-{_key(batch, made_by)}.json.gz"
            parts.append(path)
            counts["parts"] += 1
            if path.is_file():
                counts["parts_there_before"] += 1
                finish(path, None)
            else:
                yield path, batch

    for path, found in _judged(tasks(), client):
        finish(path, found)
    say(counts, last=True)
    return counts, parts


def _judged(
    tasks: Iterable[tuple[Path, tuple[Document, ...]]], start: Callable[[], Any]
) -> Iterator[tuple[Path, dict[str, list]]]:
    """Judge batches, a few at a time, and give each back as it is done."""
    tasks = iter(tasks)
    first = next(tasks, None)
    if first is None:
        return
    client = start()
    tasks = chain([first], tasks)
    if client is None:
        for path, batch in tasks:
            yield path, judge(batch)
        return
    from distributed import wait

    waiting: dict[Any, tuple[Path, tuple[Document, ...]]] = {}
    most = 3 * max(1, sum(client.nthreads().values()))
    more = True
    while more or waiting:
        while more and len(waiting) < most:
            task = next(tasks, None)
            if task is None:
                more = False
                break
            future = client.submit(judge, task[1], pure=False, retries=1)
            waiting[future] = task
        if not waiting:
            break
        done, _ = wait(list(waiting), return_when="FIRST_COMPLETED")
        for future in done:
            path, batch = waiting.pop(future)
            yield path, _result(future, batch, client)


def _result(future: Any, batch: tuple[Document, ...], client: Any) -> dict[str, list]:
    """What a batch gave; where it killed its worker, table by table."""
    if future.status != "error":
        return future.result()
    if len(batch) > 1:
        found: dict[str, list] = {"cells": [], "checks": [], "left_out": []}
        tables = 0
        alone = [client.submit(judge, (d,), pure=False, retries=0) for d in batch]
        for document, one in zip(batch, alone, strict=True):
            part = _result_of_one(one, document)
            tables += int(part["tables"][0][0])
            for name in found:
                found[name] += part[name]
        return found | {"tables": [(str(tables),)]}
    return _result_of_one(future, batch[0])


def _result_of_one(future: Any, document: Document) -> dict[str, list]:
    error = future.exception()
    if error is None:
        return future.result()
    reason = f"the worker stopped on it: {type(error).__name__}"
    row = (document.study or document.name, document.name, "", reason)
    return {"cells": [], "checks": [], "left_out": [row], "tables": [("1",)]}


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
    dask.config.set({"distributed.comm.timeouts.connect": "60s"})
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


def _packed(found: dict[str, list]) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=5) as stream:
        stream.write(json.dumps(found, ensure_ascii=False).encode())
    return buffer.getvalue()


def _unpacked(path: Path) -> dict[str, list]:
    with gzip.open(path, "rb") as stream:
        return json.loads(stream.read())


def _tables(path: Path) -> int:
    try:
        return int(_unpacked(path)["tables"][0][0])
    except (OSError, EOFError, ValueError, KeyError) as error:
        path.unlink(missing_ok=True)
        rule = "this part was damaged and is removed: start the command again"
        raise DataError([Fault(str(path), None, None, None, rule)]) from error


def _join(out: Path, parts: list[Path], name: str, columns: Sequence[str]) -> int:
    """One CSV file of all parts, in their order."""
    target = out / f"{name}.csv"
    half = target.with_name(target.name + ".part")
    rows = 0
    try:
        with half.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            for path in parts:
                found = _unpacked(path)[name]
                writer.writerows(found)
                rows += len(found)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return rows


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
