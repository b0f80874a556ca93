"""What was made from what: the one way to say what is stale.

A record lists the digest of every file that something was made from, in the form that
`sha256sum --check` reads, and above them, after a `#`, what else it depends on. What
was made is stale where its record is not the one that would be written now.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[1]


def files(patterns: Iterable[str]) -> list[str]:
    """Paths below the root that match, sorted."""
    found = (path for pattern in patterns for path in ROOT.glob(pattern))
    return sorted(path.relative_to(ROOT).as_posix() for path in found if path.is_file())


def digests(names: Iterable[str]) -> dict[str, str]:
    """Digest of each file's bytes."""
    return {name: sha256((ROOT / name).read_bytes()).hexdigest() for name in names}


def write_all(texts: dict[Path, str]) -> None:
    """Write files so that none is ever seen half written: all of them, or none.

    They are written aside and take their places when all of them are there.
    """
    parts = {path: path.with_name(f".{path.name}.part") for path in texts}
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path].write_text(text, encoding="utf-8", newline="\n")
        for path, part in parts.items():
            os.replace(part, path)
    except BaseException:
        for part in parts.values():
            part.unlink(missing_ok=True)
        raise


@dataclass(frozen=True)
class Record:
    """Files by their names, each with its digest; facts by theirs."""

    digests: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Record":
        """Read a record; one that is not there, or is none, vouches for nothing."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return cls()
        found = cls()
        for line in lines:
            if line.startswith("# "):
                name, _, value = line.removeprefix("# ").partition(": ")
                found.facts[name] = value
            else:
                digest, _, name = line.partition("  ")
                found.digests[name] = digest
        return found

    def write(self, path: Path) -> None:
        """Write the record, whole."""
        lines = [f"# {name}: {value}\n" for name, value in self.facts.items()]
        lines += [f"{digest}  {name}\n" for name, digest in self.digests.items()]
        write_all({path: "".join(lines)})
