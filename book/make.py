"""What make does: python book/make.py TARGET [--this-python]

This file can be read by every Python, so that an old one is told what is needed.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Python 3.11 or newer is needed, and {} is {}. Name another one, as in "
        "make PYTHON=python3.12 book".format(sys.executable, sys.version.split()[0])
    )
if sys.platform == "win32":
    sys.exit("On Windows the book is made in WSL, in a container or on Binder.")

if __name__ == "__main__":
    import targets

    sys.exit(targets.main(sys.argv[1:]))
