"""Kernels that begin with the libraries of the chapters in memory.

Most chapters need less time for their cells than a new kernel needs for its libraries.
So one process loads these, once, and each kernel is a fork of it. The project's own
code is not loaded before, and `make test` runs every chapter in a kernel that begins
with nothing and must give the same.
"""

import multiprocessing
import os
import sys
import threading
from importlib.metadata import EntryPoint

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

LIBRARIES = [
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
]

FORKS = multiprocessing.get_context("forkserver")


class Kernel(FORKS.Process):
    """A kernel that is a fork, with what is used of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """Say how it ended; nothing while it runs."""
        return self.exitcode

    def wait(self) -> int | None:
        """Wait for its end."""
        self.join()
        return self.exitcode


class WarmProvisioner(LocalProvisioner):
    """Where a kernel comes from."""

    async def launch_kernel(self, cmd: list[str], **how) -> dict:
        """Start a kernel by its command, `python ... -m ipykernel_launcher ...`."""
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.cwd = how.get("cwd") or os.getcwd()
        told = (arguments, str(self.cwd), dict(how["env"]))
        self.process = Kernel(target=become_kernel, args=told, daemon=True)
        self.process.start()
        self.pid = self.pgid = self.process.pid
        return self.connection_info


def become_kernel(arguments: list[str], folder: str, environment: dict) -> None:
    """Do what `python -m ipykernel_launcher` does; it does not return."""
    os.setsid()  # a signal for all of a kernel is not for its neighbors
    os.chdir(folder)
    os.environ |= environment
    del sys.path[0]  # the folder of the program that asks
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    threading.Thread(target=end_with_asker, daemon=True).start()
    from ipykernel.kernelapp import launch_new_instance

    # otherwise it takes who asked for it for its parent, and that one for lost
    parent = f"--IPKernelApp.parent_handle={os.getppid()}"
    launch_new_instance(argv=[*arguments, parent])


def end_with_asker() -> None:
    """End this process when the one that asked for it has ended, however it did."""
    multiprocessing.parent_process().join()
    os._exit(1)


def use() -> None:
    """Let every kernel that this process starts be a warm one."""
    if sys.platform != "linux":
        return  # elsewhere a library may not survive a fork
    # as a kernel has it, before anything is loaded
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    # as many kernels as there are cores run at once, and only a process with one
    # thread can be forked
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    FORKS.set_forkserver_preload(LIBRARIES)
    factory = KernelProvisionerFactory.instance()
    group = KernelProvisionerFactory.GROUP_NAME
    factory.provisioners["warm"] = EntryPoint("warm", "kernels:WarmProvisioner", group)
    factory.default_provisioner_name = "warm"
