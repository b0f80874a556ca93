"""Run a command as on another processor: python book/processors.py NAME COMMAND ...

The libraries take other code on other processors, and other code rounds otherwise. The
code of an older processor can be asked for: of both copies of OpenBLAS that come with
NumPy and SciPy, of NumPy itself, and of the C library. What a library really takes is
looked up, for it may decline. Without a command it is only said what NAME takes.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

# Of NumPy, as the version in the lock names its groups of instructions.
AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"
AVX2 = "X86_V3"
WITHOUT_FMA = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F"


def settings(kernel: str = "", numpy: str = "", libm: str = "", threads: str = ""):
    """Give the variables that ask for it."""
    asked = {
        "OPENBLAS_CORETYPE": kernel,
        "NPY_DISABLE_CPU_FEATURES": numpy,
        "GLIBC_TUNABLES": libm,
        "OPENBLAS_NUM_THREADS": threads,
    }
    return {name: value for name, value in asked.items() if value}


#: What is asked for, by name.
ASKED = {
    "own": {},
    "Nehalem": settings("Nehalem"),
    "Prescott": settings("Prescott"),
    "Haswell": settings("Haswell"),
    "SkylakeX": settings("SkylakeX"),
    "no-AVX-512": settings(numpy=AVX512),
    "no-AVX2": settings(numpy=f"{AVX2} {AVX512}"),
    "no-FMA": settings(libm=WITHOUT_FMA),
    "one-thread": settings(threads="1"),
    "two-threads": settings(threads="2"),
    "PC": settings("Haswell", AVX512),  # most of those that are in use
    "old": settings("Nehalem", f"{AVX2} {AVX512}", WITHOUT_FMA, "1"),
    "oldest": settings("Prescott", f"{AVX2} {AVX512}", WITHOUT_FMA),
    "ARM": settings("ARMV8"),
}

# Of one kernel in different releases of OpenBLAS.
ALSO_NAMED = {"Prescott": ("Katmai", "Core2"), "ARMV8": ("armv8",)}

LOOK = """
import json, math
import numpy, scipy.linalg
from numpy._core import _multiarray_umath as core
from threadpoolctl import threadpool_info
numpy.ones((9, 9)) @ numpy.ones((9, 9)) + scipy.linalg.inv(numpy.eye(9))
blas = [it for it in threadpool_info() if it["internal_api"] == "openblas"]
names = sorted({it["filepath"].rsplit("/", 2)[-2].split(".")[0] for it in blas})
has = [name for name in core.__cpu_dispatch__ if core.__cpu_features__.get(name)]
digits = [f(x / 7) for f in (math.exp, math.sin, math.tan) for x in range(1, 2000)]
print(json.dumps({
    "kernels": {it["filepath"].rsplit("/", 2)[-2].split(".")[0]: it["architecture"]
                for it in blas},
    "threads": sorted({it["num_threads"] for it in blas}),
    "numpy": [name for name in has if name in __import__("sys").argv[1].split()],
    "digits": hash(tuple(digits)),
}))
"""


@dataclass(frozen=True)
class Taken:
    """What the libraries take.

    Attributes
    ----------
    kernels : dict
        Of OpenBLAS, by the library that brings it.
    threads : list of int
        Of OpenBLAS.
    numpy : list of str
        Instructions that NumPy uses where the processor has them.
    digits : int
        Stands for what the C library computes, to the last bit.
    """

    kernels: dict[str, str]
    threads: list[int]
    numpy: list[str]
    digits: int

    def __str__(self) -> str:
        """Say it in a line."""
        kernels = " and ".join(sorted(set(self.kernels.values()))) or "none"
        threads = "/".join(map(str, self.threads))
        numpy = " ".join(self.numpy) or "its baseline"
        return f"OpenBLAS {kernels}, threads {threads}; NumPy with {numpy}"


def environment(name: str) -> dict[str, str]:
    """Give all variables of a command that is to run so."""
    ours = {key for asked in ASKED.values() for key in asked}
    own = {key: value for key, value in os.environ.items() if key not in ours}
    return own | ASKED[name]


@cache
def look(name: str, python: str = sys.executable) -> Taken | str:
    """Look up what the libraries take; what was said instead if they cannot run."""
    # names that NumPy does not know are only warned of
    command = [python, "-W", "ignore", "-c", LOOK, f"{AVX2} {AVX512}"]
    done = subprocess.run(
        command, env=environment(name), capture_output=True, text=True
    )
    if done.returncode < 0:
        return "this processor lacks its instructions"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["it does not run"])[-1]
    return Taken(**json.loads(done.stdout))


def refused(name: str, python: str = sys.executable) -> list[str]:
    """Say what of it is not forced here, and why; nothing if all of it is."""
    taken, own, asked = look(name, python), look("own", python), ASKED[name]
    if isinstance(own, str):
        return [own]
    if isinstance(taken, str):
        return [taken]
    said = []
    if kernel := asked.get("OPENBLAS_CORETYPE"):
        names = {kernel.lower(), *map(str.lower, ALSO_NAMED.get(kernel, ()))}
        if not taken.kernels:
            said.append("there is no OpenBLAS here")
        for library, took in taken.kernels.items():
            if took.lower() not in names:
                said.append(f"the OpenBLAS of {library} takes {took}")
    if (off := asked.get("NPY_DISABLE_CPU_FEATURES", "").split()) and (
        left := [feature for feature in taken.numpy if feature in off]
    ):
        said.append(f"NumPy keeps {' '.join(left)}")
    elif off and not [feature for feature in own.numpy if feature in off]:
        said.append("NumPy uses none of it on this processor as it is")
    if "GLIBC_TUNABLES" in asked and taken.digits == own.digits:
        said.append("the C library gives the same digits as without it")
    if threads := asked.get("OPENBLAS_NUM_THREADS"):
        said += [
            f"OpenBLAS takes {took} of {threads} threads"
            for took in taken.threads
            if str(took) != threads
        ]
    return said


def far(python: str = sys.executable) -> str:
    """Name what is farthest from this processor, of what can be forced here."""
    own = look("own", python)
    for name in ("old", "oldest", "PC", "ARM", "no-FMA", "one-thread"):
        taken = look(name, python)
        if not isinstance(taken, str) and taken.kernels != own.kernels:
            return name
    return "one-thread"


def main() -> int:
    name, *command = sys.argv[1:] or ["own"]
    if name == "far":
        name = far()
    if name not in ASKED:
        print(f"{name} is none of: far, {', '.join(ASKED)}", file=sys.stderr)
        return 2
    taken = look(name)
    if isinstance(taken, str):
        print(f"{name} cannot be forced here: {taken}", file=sys.stderr)
        return 1
    but = "".join(f"; but {reason}" for reason in refused(name))
    print(f"As on another processor ({name}): {taken}{but}.", flush=True)
    return subprocess.run(command, env=environment(name)).returncode if command else 0


if __name__ == "__main__":
    sys.exit(main())
