"""Files that are written whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


class OutputError(ValueError):
    """Something cannot be written, or a command cannot be carried out as asked."""


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write several text files into a folder, all of them or none.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    files : mapping
        Text (written as UTF-8) by name.

    Raises
    ------
    OutputError
        If they cannot be written; what stood there before still does.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_files(Path(folder) / "new", {"a.txt": "text"})
    ...     (Path(folder) / "new" / "a.txt").read_text()
    'text'
    """
    parts: list[tuple[str, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            if (folder / name).is_dir():
                raise OutputError(f"{folder / name} is a folder")
            # in the same folder, so that the last step is a renaming
            number, part = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
            parts.append((part, folder / name))
            with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            os.chmod(part, 0o666 & ~_mask())
        for part, path in parts:
            os.replace(part, path)
    except (OSError, ValueError) as error:
        if isinstance(error, OutputError):
            raise
        why = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"{folder} cannot be written to ({why})") from None
    finally:
        for part, _ in parts:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder with its files, whole or not at all.

    Parameters
    ----------
    folder : Path
        It is not there yet, or empty.
    files : mapping
        Content by path within the folder.

    Raises
    ------
    OutputError
        If something stands there, or it cannot be written.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_folder(Path(folder) / "new", {"a/b.txt": b"text"})
    ...     (Path(folder) / "new" / "a" / "b.txt").read_text()
    'text'
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(f"{folder} is already there, and not an empty folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as aside:
            made = Path(aside) / "made"
            for name, content in files.items():
                path = made / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            if folder.exists():
                folder.rmdir()
            os.replace(made, folder)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written to ({error.strerror})") from None


def _mask() -> int:
    """Rights that this process takes from new files."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
