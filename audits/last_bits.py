"""Change the last bits of what is computed: python audits/last_bits.py COMMAND ...

Another processor, another C library or another NumPy rounds otherwise. Few of them can
be had, so here each result of NumPy's, SciPy's and Python's functions (those that are
not exact by the standard of floating point) is moved by up to four units of its last
bit. How far depends on the result and on LAST_BITS, a number; the same result is moved
the same way, as on a processor. Whole numbers, which most functions give exactly, stay.

    python audits/last_bits.py python book/compare.py
    python audits/last_bits.py python -m pytest -q tests/library/test_tables.py

Outputs must not change. A test that fails asks for a last bit, or the code loses
digits.
"""

import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path

# Of NumPy, of Python, and of a distribution of SciPy.
SUMS = ("dot", "sum", "mean", "cumsum", "prod", "cumprod", "var", "std", "average")
CURVES = ("exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan")
OF_NUMPY = (*SUMS, *CURVES, "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan")
OF_PYTHON = (*CURVES, "pow", "atan", "lgamma", "gamma", "erf", "erfc")
MASS = ("pdf", "pmf", "logpdf", "logpmf")
OF_DISTRIBUTIONS = (*MASS, "cdf", "sf", "logcdf", "logsf", "ppf", "isf")
SPREAD = 0x9E3779B97F4A7C15  # an odd number: multiplied by it, all bits count


def moved(numbers, seed: int):
    """Move each number by up to four units of its last bit."""
    import numpy as np

    if isinstance(numbers, tuple):
        return tuple(moved(each, seed) for each in numbers)
    flat = np.atleast_1d(np.asarray(numbers))
    if flat.dtype != np.float64:
        return numbers
    bits = np.ascontiguousarray(flat).view(np.uint64) ^ np.uint64(seed)
    with np.errstate(all="ignore"):
        units = (bits * np.uint64(SPREAD) >> np.uint64(40)) % np.uint64(9)
        other = flat * (1 + (units.astype(float) - 4) * 2.0**-52)
    exact = ~np.isfinite(flat) | (flat == np.rint(flat))
    found = np.where(exact, flat, other).reshape(np.shape(numbers))
    return found if isinstance(numbers, np.ndarray) else type(numbers)(found)


class Moved:
    """A function whose results are moved; for the rest it is the function."""

    def __init__(self, function: Callable, seed: int):
        self.function, self.seed = function, seed

    def __call__(self, *arguments, **options):
        """Give the result, moved; one that is written into an array is not."""
        found = self.function(*arguments, **options)
        return found if options.get("out") is not None else moved(found, self.seed)

    def __getattr__(self, name: str):
        """Give what the function has, like `reduce`."""
        return getattr(self.function, name)

    def __reduce__(self):
        """Be copied as the function."""
        return self.function.__reduce__()


def change(name: str, module: object, seed: int) -> None:
    """Replace the functions of a module that was just loaded."""
    if name == "numpy":
        for each in OF_NUMPY:
            setattr(module, each, Moved(getattr(module, each), seed))
        for each in OF_PYTHON:
            setattr(math, each, Moved(getattr(math, each), seed))
    elif name == "scipy.special":
        ufunc = type(sys.modules["numpy"].add)
        for each, function in vars(module).copy().items():
            if isinstance(function, ufunc):
                setattr(module, each, Moved(function, seed))
    else:
        from scipy.stats import rv_continuous, rv_discrete

        for kind in (rv_continuous, rv_discrete):
            for each in OF_DISTRIBUTIONS:
                if function := vars(kind).get(each):
                    setattr(kind, each, method(function, seed))


def method(function: Callable, seed: int) -> Callable:
    """Give a method whose results are moved."""

    def call(self, *arguments, **options):
        return moved(function(self, *arguments, **options), seed)

    call.__name__ = function.__name__
    return call


class Finder(MetaPathFinder):
    """Change modules as they are loaded, before others take functions out of them."""

    def __init__(self, seed: int):
        self.seed, self.left = seed, {"numpy", "scipy.special", "scipy.stats"}

    def find_spec(self, name: str, path: object, target: object = None):
        """Find a module, and see to it that it is changed."""
        if name not in self.left:
            return None
        self.left.remove(name)
        spec = PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def load_and_change(module: object) -> None:
            load(module)
            change(name, module, self.seed)

        spec.loader.exec_module = load_and_change
        return spec


def install() -> None:
    """Change what this process will load."""
    sys.meta_path.insert(0, Finder(int(os.environ.get("LAST_BITS", "1")) * 7919))


def main() -> int:
    """Run a command whose every Python does so."""
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder, "sitecustomize.py")
        start.write_text("import last_bits\n\nlast_bits.install()\n", encoding="utf-8")
        own = os.environ.get("PYTHONPATH", "")
        path = [folder, str(Path(__file__).parent), *filter(None, [own])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path)}
        return subprocess.run(sys.argv[1:], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
