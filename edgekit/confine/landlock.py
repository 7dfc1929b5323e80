"""The second wall, where the kernel has it: which files may be opened, and no calls, no signals.

    restrict(reads=[Path("/usr")], writes=[Path("data")])

It binds the calling thread and those that it starts later, so it is put up before there are others.
Kernels of Raspberry Pi OS are built without it; then the filters stand alone.

Source: Linux Documentation/userspace-api/landlock.rst, uapi/linux/landlock.h (ABI 1 to 7).
"""

import errno
import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from edgekit.confine.kernel import Kernel, LinuxKernel
from edgekit.errors import SealError

_SET_NO_NEW_PRIVS = 38  # linux/prctl.h
_VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION
_PATH_BENEATH = 1  # LANDLOCK_RULE_PATH_BENEATH
_ABSENT = (errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM)
"""Not built in, not switched on, or kept from us by a container's own filter."""

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_EVERYTHING = ((1, 13), (2, 14), (3, 15), (5, 16))  # from this ABI on: so many rights on files
_MAKE = 0b11_1111_0000 & ~(
    1 << 6 | 1 << 9
)  # remove and make files and folders; no devices, sockets
_OF_FILES = _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_CALLING = 0b11  # binding and connecting by TCP, from ABI 4
_REACHING = 0b11  # abstract sockets and signals outside, from ABI 6
_NET_ABI, _SCOPE_ABI = 4, 6


def landlock_abi(kernel: Kernel | None = None) -> int:
    """Return what this kernel's Landlock can do: 1 and up, 0 where it has none."""
    try:
        return (kernel or LinuxKernel()).call("landlock_create_ruleset", 0, 0, _VERSION)
    except OSError as error:
        if error.errno in _ABSENT:
            return 0
        raise SealError(f"Landlock cannot be asked: {error.strerror}") from error


def restrict(
    *, reads: Iterable[Path], writes: Iterable[Path] = (), calls: bool, kernel: Kernel | None = None
) -> bool:
    """Leave this thread these paths and what lies beneath them; False where Landlock is absent.

    Args:
        reads: files and folders that may be read.
        writes: such as may also be written, made and removed. What does not exist is left out.
        calls: whether others may be called by TCP.
        kernel: a stand-in, for tests.

    Raises:
        SealError: the kernel has Landlock and refused.
    """
    kernel = kernel or LinuxKernel()
    if not (abi := landlock_abi(kernel)):
        return False
    rights = max(bits for since, bits in _EVERYTHING if abi >= since)
    handled = (1 << rights) - 1
    try:
        ruleset = kernel.call("landlock_create_ruleset", *_ruleset(abi, handled, calls=calls), 0)
        try:
            for paths, allowed in ((reads, _READ_FILE | _READ_DIR), (writes, ~0)):
                for path in paths:
                    _allow(kernel, ruleset, path, allowed & handled & ~1)
            kernel.prctl(_SET_NO_NEW_PRIVS, 1)
            kernel.call("landlock_restrict_self", ruleset, 0)
        finally:
            os.close(ruleset)
    except OSError as error:
        raise SealError(f"Landlock refused: {error.strerror}") from error
    return True


def _ruleset(abi: int, handled: int, *, calls: bool) -> tuple[bytes, int]:
    """Return struct landlock_ruleset_attr as this ABI knows it, and its size."""
    words = [handled]
    if abi >= _NET_ABI:
        words.append(0 if calls else _CALLING)
    if abi >= _SCOPE_ABI:
        words.append(_REACHING)
    return struct.pack(f"={len(words)}Q", *words), 8 * len(words)


def _allow(kernel: Kernel, ruleset: int, path: Path, allowed: int) -> None:
    with suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rights = allowed & (_OF_FILES | _READ_DIR | _MAKE | 1 << 13)
            if not path.is_dir():
                rights &= _OF_FILES
            # struct landlock_path_beneath_attr, packed: u64 allowed_access; s32 parent_fd
            rule = struct.pack("=Qi", rights, descriptor)
            kernel.call("landlock_add_rule", ruleset, _PATH_BENEATH, rule, 0)
        finally:
            os.close(descriptor)
