"""What a process that sees does about itself, besides the filter."""

import os
import resource
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path
from signal import SIGKILL

from edgekit.confine.kernel import Kernel, LinuxKernel
from edgekit.errors import SealError

_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE = 1, 4  # linux/prctl.h


def begin_clean(
    *, keeps_files: bool = False, die_with: int | None = None, kernel: Kernel | None = None
) -> None:
    """No core dump, no file that anybody can open; optionally no orphan.

    Args:
        keeps_files: whether files that it makes are to be opened.
        die_with: the process id of the parent; this process is killed when that one ends.
        kernel: a stand-in, for tests.

    Raises:
        SealError: the kernel refused, or the parent has ended already.
    """
    kernel = kernel or LinuxKernel()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not keeps_files:
        os.umask(0o777)
    if die_with is None:
        return
    _ask(kernel, _SET_PARENT_DEATH_SIGNAL, SIGKILL)
    # The parent may have ended before the signal was asked for: then it will never come.
    if die_with != kernel.parent:
        raise SealError(f"the parent, process {die_with}, has ended: nobody supervises this one")


def hide_memory(*, kernel: Kernel | None = None) -> None:
    """Nobody but root debugs this process or reads its memory, from here on.

    After this a supervisor of the same user cannot read this process's descriptors in /proc: let
    it take its `census` before, or accept descriptors that are unknown.

    Raises:
        SealError: the kernel refused.
    """
    _ask(kernel or LinuxKernel(), _SET_DUMPABLE, 0)


def keep_memory_private(*, kernel: Kernel | None = None) -> None:
    """No core dump, and nobody but root reads this process's memory: for whoever holds a key.

    Raises:
        SealError: the kernel refused.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hide_memory(kernel=kernel)


def _ask(kernel: Kernel, option: int, value: int) -> None:
    try:
        kernel.prctl(option, value)
    except OSError as e:
        raise SealError(f"the kernel refused to protect this process: {e.strerror}") from e


def close_descriptors(keep: Collection[int], *, proc: Path = Path("/proc")) -> None:
    """Close every open descriptor but these.

    Raises:
        SealError: /proc does not tell which ones are open.
    """
    try:
        last = max(int(entry.name) for entry in (proc / "self" / "fd").iterdir())
    except (OSError, ValueError) as e:
        raise SealError("cannot list open descriptors", hint="mount /proc") from e
    for below, above in pairwise([-1, *sorted(set(keep)), max([last, *keep]) + 1]):
        if below + 1 < above:  # an empty range closes everything in CPython 3.11
            os.closerange(below + 1, above)
