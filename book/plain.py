"""Say what the machine lacks in one sentence, where Python would say fifty lines."""

import errno
import os
import socket
import sys
from collections.abc import Callable

NO_ROOM = "Make room on it, then call again: what was half done is done again."
NOT_OURS = "Copy the project to a folder in which you may write."
#: What helps against troubles that are the machine's.
HELPS = {
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EFBIG: NO_ROOM,
    errno.EROFS: NOT_OURS,
    errno.EACCES: NOT_OURS,
    errno.EPERM: NOT_OURS,
}


def sentence(error: OSError) -> str:
    """Say what the machine could not do, where, and what helps."""
    where = f" ({error.filename})" if error.filename else ""
    said = f"{error.strerror or error}{where}."
    return f"This cannot be done: {said} {HELPS.get(error.errno, '')}".strip()


def trouble(said: str) -> str:
    """Find in what a program said that the machine was in trouble; nothing if not."""
    for number, helps in HELPS.items():
        if os.strerror(number) in said:
            return f"This cannot be done: {os.strerror(number)}. {helps}"
    return ""


def loopback() -> str:
    """Say what is missing where programs cannot talk to each other on this machine."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError as error:
        return (
            "Chapters run in kernels, and these talk over 127.0.0.1, which this "
            f"machine does not let them ({error.strerror or error}). Switch the "
            "loopback on (ip link set lo up), or run it elsewhere."
        )
    return ""


def plainly(main: Callable[[], int | None]) -> int:
    """Run a program; say a trouble of the machine in a sentence."""
    try:
        return main() or 0
    except OSError as error:
        print(sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
