"""Files that hold published tables: one article, a folder of them, or lines of JSON."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reanalysis.corpus.grids import (
    Grid,
    docx_grids,
    html_grids,
    jats_grids,
    text_grids,
)
from reanalysis.package import DataError, Fault

_ARTICLES = (".xml", ".nxml", ".html", ".htm", ".xhtml")
_LINES = (".jsonl", ".jsonl.gz")
_OTHERS = (".docx", ".tsv", ".txt")
_LARGEST = 200_000_000
_READABLE = "give JATS (.xml), HTML, a Word document or text with tabulators"


@dataclass(frozen=True, slots=True)
class Document:
    """A piece of published text with tables in it.

    Attributes
    ----------
    name : str
        File, and line where a file holds several.
    study : str
        Name of the study, if the source says it.
    kind : str
        ``"jats"`` or ``"html"``.
    text : bytes
    """

    name: str
    study: str
    kind: str
    text: bytes

    def grids(self) -> list[Grid]:
        """Its tables."""
        if self.kind == "html":
            return html_grids(self.text, study=self.study)
        return jats_grids(self.text, study=self.study)


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return next((s for s in (*_LINES, *_ARTICLES, *_OTHERS) if name.endswith(s)), "")


def _fault(path: Path, rule: str) -> DataError:
    return DataError([Fault(str(path), None, None, None, rule)])


def find_files(paths: Iterable[str | Path]) -> list[Path]:
    """All files with published tables among files and folders, in order of name.

    Raises
    ------
    DataError
        Where a path is missing, or holds no such file.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = [
                p
                for p in sorted(path.rglob("*"))
                if p.is_file() and _suffix(p) in (*_ARTICLES, *_LINES)
            ]
            if not inside:
                raise _fault(path, "this folder holds no .xml, .html or .jsonl file")
            found += inside
        elif not path.is_file():
            raise _fault(path, "there is no such file or folder")
        elif _suffix(path) in (*_ARTICLES, *_LINES):
            found.append(path)
        else:
            rule = "give JATS (.xml, .nxml), HTML, or lines (.jsonl, .gz)"
            if path.name.lower().endswith((".zip", ".tar", ".tgz", ".tar.gz")):
                rule = "unpack it, and give the folder"
            raise _fault(path, rule)
    return found


def documents(paths: Iterable[str | Path]) -> Iterator[Document]:
    """Every piece of published text in files and folders, one after the other.

    A line of a ``.jsonl`` file has ``xml`` (or ``html``) and ``doi`` or ``pmcid``.
    """
    for path in find_files(paths):
        if _suffix(path) in _LINES:
            yield from _line_documents(path)
        else:
            if path.stat().st_size > _LARGEST:
                raise _fault(path, "this file is too large for an article")
            kind = "html" if "htm" in _suffix(path) else "jats"
            yield Document(path.name, "", kind, path.read_bytes())


def _line_documents(path: Path) -> Iterator[Document]:
    opened = gzip.open if path.name.lower().endswith(".gz") else open
    try:
        with opened(path, "rt", encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _line_document(path, number, line)
    except (OSError, EOFError) as error:
        raise _fault(path, f"the file cannot be read to its end ({error})") from error


def _line_document(path: Path, number: int, line: str) -> Document:
    name = f"{path.name}, line {number}"
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        # a broken line is one table that cannot be read, not the end of the rest
        return Document(name, name, "broken", line[:200].encode())
    study = str(record.get("doi") or record.get("pmcid") or name)
    kind = "jats" if "xml" in record else "html"
    text = record.get("xml", record.get("html"))
    if not isinstance(text, str):
        return Document(name, study, "broken", b"")
    return Document(name, study, kind, text.encode("utf-8", "replace"))


def _decoded(text: bytes) -> str:
    """Text as Excel and editors save it: UTF-8, UTF-16 or Windows-1252."""
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.decode("utf-16")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        return text.decode("windows-1252")


def grids_of_file(path: str | Path) -> list[Grid]:
    """All tables of one file: JATS, HTML, DOCX, or text set apart by tabulators.

    Raises
    ------
    DataError
        In one sentence, where the file is missing, has another form or no table.
    """
    path = Path(path)
    if path.is_dir():
        raise _fault(path, "this is a folder: give one file, or use reanalysis corpus")
    if not path.is_file():
        raise _fault(path, "there is no such file")
    suffix = _suffix(path)
    try:
        if suffix == ".docx":
            found = docx_grids(path)
        elif suffix in _LINES:
            found = [
                grid for document in documents([path]) for grid in document.grids()
            ]
        elif suffix in (".html", ".htm", ".xhtml"):
            found = html_grids(path.read_bytes())
        elif suffix in (".xml", ".nxml"):
            found = jats_grids(path.read_bytes())
        else:
            found = text_grids(_decoded(path.read_bytes()))
    except DataError:
        raise
    except UnicodeDecodeError as error:
        raise _fault(path, f"this is no text; {_READABLE}") from error
    except (ValueError, OSError, KeyError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise _fault(path, f"this file cannot be read ({reason})") from error
    if not found:
        raise _fault(path, f"no table was found; {_READABLE}")
    return found
