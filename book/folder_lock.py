"""Run a command while no other one does: python book/folder_lock.py COMMAND...

Two calls of make in one folder must not install, run or build into each other's files.
The lock is the open file: it goes when the command ends, however it ends.
"""

import ctypes
import fcntl
import os
import signal
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this line is for older ones
    sys.exit(f"Python 3.11 or newer is needed, {sys.executable} is {sys.version}")

lock = os.open(".make.lock", os.O_CREAT | os.O_RDWR, 0o666)
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    print("Another make is at work in this folder: waiting for it.", flush=True)
    fcntl.flock(lock, fcntl.LOCK_EX)
os.set_inheritable(lock, True)
# Whoever called may be killed alone: then the work ends, and nobody waits for it.
PR_SET_PDEATHSIG = 1
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
os.execvp(sys.argv[1], sys.argv[1:])
