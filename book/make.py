"""What make does: python book/make.py TARGET [--this-python]

This file can be read by every Python, so that an old one is told what is needed.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is for older ones
    sys.exit(
        "Python 3.11 or newer is needed, and %s is %s. Name another one: "
        "make PYTHON=python3.12 ..." % (sys.executable, sys.version.split()[0])  # noqa: UP031
    )

import targets

if __name__ == "__main__":
    sys.exit(targets.main(sys.argv[1:]))
