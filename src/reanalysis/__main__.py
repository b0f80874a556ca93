"""The command line: ``reanalysis COMMAND`` or ``python -m reanalysis COMMAND``."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import reanalysis

#: A command is a module with `add_arguments(parser)` and `run(arguments) -> int`. It is
#: imported only when it is asked for.
COMMANDS = {
    "audit": ("reanalysis.checks.command", "audit a printed table"),
    "new": ("reanalysis.checks.compendium", "make a book of one's own table"),
    "read": ("reanalysis.corpus.draft", "read a published table into the audit's form"),
    "corpus": ("reanalysis.corpus.command", "read and judge thousands of tables"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after the program's name; those of the command line if left out.

    Returns
    -------
    int
        Its exit code: 2 for input or arguments that cannot be used.

    Examples
    --------
    >>> main(["--version"])
    reanalysis ...
    0
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # a name that this terminal cannot show must not stop the command
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        # a full disk behind the output, a place that may not be written
        print(f"reanalysis: {error.strerror or error}", file=sys.stderr)
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 2
    except KeyboardInterrupt:
        print("reanalysis: stopped", file=sys.stderr)
        code = 130
    return code


def _run(words: list[str]) -> int:
    top = argparse.ArgumentParser(
        prog="reanalysis",
        description="Audit printed tables of clinical studies.",
        epilog="\n".join(f"  {name:10}{said}" for name, (_, said) in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="store_true", help="print the version")
    top.add_argument("command", nargs="?", metavar="COMMAND", help="one of these:")
    first = words[:1]
    if first and first[0] in COMMANDS:
        module = import_module(COMMANDS[first[0]][0])
        parser = argparse.ArgumentParser(
            prog=f"reanalysis {first[0]}", description=COMMANDS[first[0]][1]
        )
        module.add_arguments(parser)
        return module.run(parser.parse_args(words[1:]))
    asked = top.parse_args(words)
    if asked.version:
        print(f"reanalysis {reanalysis.__version__}")
        return 0
    if asked.command is not None:
        top.error(f"there is no command {asked.command!r}: {', '.join(COMMANDS)}")
    top.print_help()
    return 2


if __name__ == "__main__":
    sys.exit(main())
