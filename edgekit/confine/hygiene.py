"""What a process that sees does about itself, besides the filter."""

import os
import resource
import struct
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL

from edgekit.confine.kernel import Kernel, LinuxKernel
from edgekit.errors import SealError

_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE = 1, 4  # linux/prctl.h
_LOCK_WHAT_IS_TOUCHED = 1 | 2 | 4  # MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT: linux/mman.h
_CAPABILITIES_3 = 0x20080522  # _LINUX_CAPABILITY_VERSION_3: linux/capability.h
_OVERRIDE_FILE_MODES = 1 << 1  # CAP_DAC_OVERRIDE: root may run a site whose files are another's


DUMPED = Path("/proc/self/coredump_filter")
"""Which memory a core dump would hold (core(5)): none, should a handler ask for one anyway."""


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
    with suppress(OSError):  # no such file where the kernel was built without core dumps
        DUMPED.write_text("0", encoding="ascii")
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


def lock_memory(*, kernel: Kernel | None = None) -> bool:
    """Keep what this process touches out of swap, where the system lets it lock that much.

    It needs an unlimited RLIMIT_MEMLOCK, as root and the service units have: with less, memory
    would run out instead. Return whether it was done.
    """
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    try:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, unlimited)
        (kernel or LinuxKernel()).call("mlockall", _LOCK_WHAT_IS_TOUCHED)
    except (OSError, ValueError):  # ValueError is what CPython makes of EPERM here
        return False
    return True


def drop_capabilities(*, kernel: Kernel | None = None) -> None:
    """Give up all that root may do besides opening files; harmless for everybody else.

    Raises:
        SealError: the kernel refused.
    """
    kernel = kernel or LinuxKernel()
    header = struct.pack("=Ii", _CAPABILITIES_3, 0)
    # Effective, permitted, inheritable; low half, then high half.
    low = _OVERRIDE_FILE_MODES if os.geteuid() == 0 else 0
    try:
        kernel.call("capset", header, struct.pack("=6I", low, low, 0, 0, 0, 0))
    except OSError:
        # In a container root may lack even this one: then there is none to keep.
        try:
            kernel.call("capset", header, bytes(24))
        except OSError as e:
            raise SealError(f"the kernel did not take capabilities: {e.strerror}") from e


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
