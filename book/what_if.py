"""What if a chapter was played with, and saved?

In JupyterLab a reader may change a number, look, and save. Such a chapter is not the
one that was accepted, and nobody should read it as if it were. Two things tell it
apart: its code is not the code that the manifest records, or, when it was last run, its
study was not the one in `data/`. `make book` then stops, or says it on the page.
"""

import json
import os
from hashlib import sha256

from stale import ROOT, Record, digests

#: What the manifest records of a chapter, besides its digest.
CODE, STUDY = "code of {}", "study of {}"
OTHER = "not the one in data"

# Asked of a chapter when it has run. Its study is the one that it calls `study`.
IS_ITS_STUDY_THAT_OF_THE_DATA = """
import dataclasses
from reanalysis.study import Study, load_study
def same(one, other):
    names = [field.name for field in dataclasses.fields(one)]
    pairs = [(getattr(one, name), getattr(other, name)) for name in names]
    return all(a.equals(b) if hasattr(a, "equals") else a == b for a, b in pairs)
told = {n: v for n, v in globals().items()
        if isinstance(v, Study) and not n.startswith("_")}
told = [told["study"]] if "study" in told else [*told.values()]
committed = load_study("../data") if told else None
not told or any(same(one, committed) for one in told)
"""


class NotANotebookError(ValueError):
    """A chapter that cannot be read."""


def code_cells(name: str) -> list[str]:
    """Read the code of a chapter, cell by cell."""
    try:
        notebook = json.loads((ROOT / name).read_text(encoding="utf-8"))
        cells = [(cell["cell_type"], cell["source"]) for cell in notebook["cells"]]
        return ["".join(source) for kind, source in cells if kind == "code"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise NotANotebookError(
            f"{name} is not a notebook ({error}): undo what was done to it "
            f"(git checkout {name})"
        ) from None


def code(name: str) -> str:
    """Digest of what a chapter computes: of its code, not of its words or outputs."""
    return sha256(json.dumps(code_cells(name)).encode()).hexdigest()


def wanted() -> bool:
    """Say whether whoever calls wants to see chapters that were played with."""
    return os.environ.get("WHATIF", "") not in ("", "0")


def edited(chapters: list[str], manifest: Record) -> list[str]:
    """Chapters whose code is not the one that the manifest records.

    Where there is no manifest, nothing was recorded to compare with.
    """
    if not manifest.digests:
        return []
    return [
        name for name in chapters if manifest.facts.get(CODE.format(name)) != code(name)
    ]


def lost(manifest: Record) -> list[str]:
    """Chapters that the manifest records, and that are no files any more."""
    known = [name for name in manifest.digests if CODE.format(name) in manifest.facts]
    return [name for name in known if not (ROOT / name).is_file()]


def with_another_study(chapters: list[str], manifest: Record) -> list[str]:
    """Chapters that computed with another study than that of the data.

    What the manifest says of a chapter holds for the file that it describes.
    """
    said = [name for name in chapters if STUDY.format(name) in manifest.facts]
    there = digests(said)
    return [name for name in said if there[name] == manifest.digests.get(name)]


def found(chapters: list[str], manifest: Record) -> dict[str, str]:
    """Give the chapters that are not to be published unseen, and why."""
    played = dict.fromkeys(
        with_another_study(chapters, manifest),
        "its study is not the one in data/",
    )
    played |= dict.fromkeys(
        edited(chapters, manifest),
        "its code was changed since its outputs were accepted",
    )
    return played | dict.fromkeys(lost(manifest), "it is not there any more")


def refusal(played: dict[str, str]) -> str:
    """Say what was found, and the ways on."""
    names = " ".join(played)
    said = "\n".join(f"  {name}: {why}" for name, why in played.items())
    return f"""What may be a what-if is not published:
{said}
To undo it:                     git checkout {names}
To see it, marked as a what-if: make book WHATIF=1
To accept changed code:         make rerun (another study is never accepted)"""
