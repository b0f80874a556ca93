"""Kernels that begin with the libraries of the chapters in memory.

Most chapters need less time for their cells than a new kernel needs for its libraries.
So one process loads these, once, and each kernel is a fork of it. The project's own
code is not loaded before, and `make test` runs every chapter in a kernel that begins
with nothing and must give the same.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from importlib import import_module
from importlib.metadata import EntryPoint

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

LIBRARIES = (
    "ipykernel.kernelapp",
    "pandas",
    "pingouin",
    "scipy.integrate",
    "scipy.optimize",
    "scipy.special",
    "scipy.stats",
    "seaborn",
    "statsmodels.duration.survfunc",
    "statsmodels.stats.proportion",
)


# --- the process that is forked -------------------------------------------------------


def serve() -> None:
    """Start a kernel for each line of input; answer with its number."""
    # as a kernel does before it loads anything
    del sys.path[0]
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    for name in LIBRARIES:
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a kernel ended
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            become_kernel(**json.loads(line))
        print(pid, flush=True)


def become_kernel(arguments: list[str], folder: str, environment: dict) -> None:
    """Do what `python -m ipykernel_launcher` does; it does not return."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(folder)
    os.environ |= environment
    for own, other in ((0, os.O_RDONLY), (1, os.O_WRONLY)):
        os.dup2(os.open(os.devnull, other), own)
    from ipykernel.kernelapp import launch_new_instance

    # a kernel ends when its parent does
    parent = f"--IPKernelApp.parent_handle={os.getppid()}"
    launch_new_instance(argv=[*arguments, parent])
    os._exit(0)


# --- the process that asks for kernels ------------------------------------------------


class Forked:
    """A kernel that is another one's child: what is used of `Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def send_signal(self, number: int) -> None:
        """Send a signal, if the kernel is there."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def poll(self) -> int | None:
        """Say nothing while the kernel runs, and then that it has ended."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    wait = poll  # it is called when the kernel has ended


class Server:
    """The process that is forked."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        # one thread for linear algebra: as many kernels as there are cores run at once,
        # and a process with one thread can be forked
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # an interrupt from the keyboard is not for it
        )

    def fork(self, **kernel) -> Forked:
        """Start a kernel."""
        with self.lock:
            print(json.dumps(kernel), file=self.process.stdin, flush=True)
            return Forked(int(self.process.stdout.readline()))


class WarmProvisioner(LocalProvisioner):
    """Where a kernel comes from."""

    server: Server

    async def launch_kernel(self, cmd: list[str], **how) -> dict:
        """Start a kernel by its command, `python ... -m ipykernel_launcher ...`."""
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.cwd = how.get("cwd") or os.getcwd()
        self.process = self.server.fork(
            arguments=arguments, folder=str(self.cwd), environment=dict(how["env"])
        )
        self.pid = self.pgid = self.process.pid
        return self.connection_info


def use() -> None:
    """Let every kernel that this process starts be a warm one."""
    if sys.platform != "linux":
        return  # elsewhere a library may not survive a fork
    WarmProvisioner.server = Server()
    factory = KernelProvisionerFactory.instance()
    group = KernelProvisionerFactory.GROUP_NAME
    factory.provisioners["warm"] = EntryPoint("warm", "warm:WarmProvisioner", group)
    factory.default_provisioner_name = "warm"


if __name__ == "__main__":
    serve()
