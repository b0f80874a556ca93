"""Run what a target needs, one target at a time, and leave nothing running."""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stale import ROOT

PR_SET_PDEATHSIG = 1
#: Seconds that a process has to end before it is killed.
PATIENCE = 5
#: What a caller's settings may not change in the environment of the book.
NOT_OURS = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__")


class Stop(Exception):  # noqa: N818 - it may be a success of somebody else
    """The end of the work: a sentence for the person who called, and an exit code."""

    def __init__(self, said: str, code: int = 1):
        """Keep both."""
        super().__init__(said)
        self.code = code


def end_with_caller() -> None:
    """Let this process end when the one that started it has ended, however it did."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def alone(path: Path) -> Iterator[int]:
    """Wait until no other target is at work in this folder.

    The lock is the open file: it goes when all who have it open have ended, however
    they ended. So those that are started must have it too.
    """
    lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another make is at work in this folder: waiting for it.", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield lock
    finally:
        os.close(lock)


def end(process: subprocess.Popen) -> None:
    """End a process and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return


class Runner:
    """Starts processes that end with this one and keep the lock until they have ended.

    Each has a process group of its own: Ctrl-C is for this process, which ends them
    without a word of theirs.
    """

    def __init__(self, lock: int):
        """Keep the lock."""
        self.lock = lock
        self.environment = {k: v for k, v in os.environ.items() if k not in NOT_OURS}

    def start(self, command: list[str | Path], **how) -> subprocess.Popen:
        """Start a command in the project's folder."""
        return subprocess.Popen(
            list(map(str, command)),
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            pass_fds=(self.lock,),
            process_group=0,
            preexec_fn=end_with_caller,
            **how,
        )

    def run(self, command: list[str | Path]) -> int:
        """Run a command to its end and give its exit code."""
        process = self.start(command)
        try:
            return process.wait()
        except BaseException:
            end(process)
            raise

    def listen(
        self, command: list[str | Path], tell: Callable[[str], None] = len
    ) -> tuple[int, str]:
        """Run a command quietly; give its exit code and what it said, line by line."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        process, said = self.start(command, errors="replace", **pipes), []
        try:
            for line in process.stdout:
                said.append(line)
                tell(line)
            return process.wait(), "".join(said)
        except BaseException:
            end(process)
            raise
