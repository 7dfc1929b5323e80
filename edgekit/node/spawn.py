"""Starting the node's processes clean: isolated Python, empty environment, named descriptors."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

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

ROLES = ("eye", "clerk", "herald")


def spawn(
    role: str, settings: Path, words: Sequence[str], *, pass_fds: Sequence[int], log_fd: int
) -> subprocess.Popen[bytes]:
    """Start one of the three; it gets nothing but the descriptors and words given here.

    Args:
        role: one of `ROLES`.
        settings: the node's site.toml.
        words: further arguments.
        pass_fds: descriptors that stay open in the child, under their numbers.
        log_fd: where its standard error goes.
    """
    code = f"from edgekit.node.{role} import main; main()"
    # -I: no user site, no PYTHON* variables, no working folder on the path. -B: an eye that may
    # not write needs no byte code cache either.
    command = [sys.executable, "-I", "-B", "-c", code, str(settings), *words]
    return subprocess.Popen(  # noqa: S603 -- our own interpreter and our own words
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=log_fd,
        env=ENVIRONMENT,
        pass_fds=tuple(pass_fds),
        close_fds=True,
        # A Ctrl-C at the terminal reaches the supervisor alone, which ends the three in order.
        process_group=0,
        cwd=os.sep,
    )
