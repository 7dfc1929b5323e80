"""Starting the node's processes clean: bare Python, empty environment, named descriptors."""

import os
import site
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import edgekit
from edgekit.confine.walls import Walls
from edgekit.node.processes.process import Process
from edgekit.node.service.door import knock
from edgekit.node.service.users import User

ENVIRONMENT: Mapping[str, str] = {
    "LC_ALL": "C.UTF-8",
    "ORT_DISABLE_TELEMETRY": "1",
    "ORT_TELEMETRY_DISABLED": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # glibc, mallopt(3): large arrays go back to the system at once instead of into a growing heap.
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_ARENA_MAX": "2",
}
"""All that a process of the node finds in its environment; nothing of it configures edgekit."""

ROLES = ("eye", "fetcher", "reviewer", "clerk", "herald", "page", "steward", "attacked")


def command(role: str, walls: Walls, words: Sequence[str]) -> list[str]:
    """Return the command line of one of the node's processes.

    -I: no user site, no PYTHON* variables, no working folder on the path. -B: an eye that may not
    write needs no byte code cache either. -S: no ``site``, so that no ``.pth`` file of whatever is
    installed runs before the walls stand; the folders that it would have found are named here,
    after the standard library's.

    Args:
        role: one of `ROLES`.
        walls: what stands around it from its first line on.
        words: its own arguments.
    """
    folders = [str(Path(edgekit.__file__).parents[1]), *site.getsitepackages()]
    found = [folder for folder in dict.fromkeys(folders) if Path(folder).is_dir()]
    code = f"import sys; sys.path += {found!r}; from edgekit.node.entry import main; main()"
    return [sys.executable, "-I", "-B", "-S", "-c", code, role, walls.to_word(), *words]


def spawn(
    role: str,
    walls: Walls,
    words: Sequence[str],
    *,
    pass_fds: Sequence[int],
    log_fd: int,
    user: User | None = None,
) -> Process:
    """Start a process of the node; it gets nothing but the descriptors and words given here.

    Args:
        role: one of `ROLES`.
        walls: what stands around it from its first line on.
        words: its own arguments.
        pass_fds: descriptors that stay open in the child, under their numbers.
        log_fd: where its standard error goes.
        user: whose process it is from its first instruction on; None = ours.

    Raises:
        ConfigError: a porter is to start it, and does not.
    """
    if user is not None and user.door is not None:
        return knock(user.door, walls.to_word(), words, pass_fds=pass_fds, log_fd=log_fd)
    return subprocess.Popen(  # noqa: S603 -- our own interpreter and our own words
        command(role, walls, words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=log_fd,
        env=ENVIRONMENT,
        pass_fds=tuple(pass_fds),
        close_fds=True,
        # A Ctrl-C at the terminal reaches the supervisor alone, which ends the three in order.
        process_group=0,
        cwd=os.sep,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=user.groups if user else None,
        umask=user.umask if user else -1,
    )
