"""The few calls to the kernel that confinement needs, as a seam; no libseccomp, only ctypes."""

import ctypes
import errno
import os
import platform
import struct
import sys
from typing import Protocol

from edgekit.confine.syscalls import ARCHITECTURES, Architecture
from edgekit.errors import SealError

_SET_MODE_FILTER, _FLAG_TSYNC = 1, 1  # linux/seccomp.h


class Kernel(Protocol):
    """What a process asks of its kernel to confine itself; fakes stand in for machines."""

    @property
    def system(self) -> str:
        """The operating system, as sys.platform says it."""
        ...

    @property
    def machine(self) -> str:
        """The architecture of this process, as ``uname -m`` would say it."""
        ...

    @property
    def pid(self) -> int:
        """This process."""
        ...

    @property
    def parent(self) -> int:
        """The process that started this one."""
        ...

    def prctl(self, option: int, value: int) -> None:
        """Set one of the process's own options; raises OSError."""
        ...

    def seccomp(self, number: int, program: bytes) -> int:
        """Install a program of struct sock_filter on all threads by the call of this number.

        Returns 0, or the id of a thread that could not take it; raises OSError.
        """
        ...

    def call(self, name: str, *arguments: int | bytes) -> int:
        """Make a system call by its name in NUMBERS; bytes go by address. Raises OSError."""
        ...


class LinuxKernel:
    """The real one."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.syscall.restype = ctypes.c_long  # an address does not fit an int

    @property
    def system(self) -> str:
        """The operating system."""
        return sys.platform

    @property
    def machine(self) -> str:
        """The architecture; a 32-bit process on a 64-bit kernel speaks another language to it."""
        wide = struct.calcsize("P") == 8  # noqa: PLR2004 -- bytes of a 64-bit pointer
        return platform.machine() if wide else f"{platform.machine()} in 32 bits"

    @property
    def pid(self) -> int:
        """This process."""
        return os.getpid()

    @property
    def parent(self) -> int:
        """The process that started this one."""
        return os.getppid()

    def prctl(self, option: int, value: int) -> None:
        """Set one option; raises OSError."""
        unused = ctypes.c_ulong(0)
        result = self._libc.prctl(option, ctypes.c_ulong(value), unused, unused, unused)
        _require_success(result)

    def seccomp(self, number: int, program: bytes) -> int:
        """Install a program on all threads; raises OSError."""
        instructions = ctypes.create_string_buffer(program, len(program))
        # struct sock_fprog: unsigned short len; struct sock_filter *filter
        header = struct.pack("@HP", len(program) // 8, ctypes.addressof(instructions))
        result: int = self._libc.syscall(
            ctypes.c_long(number),
            ctypes.c_ulong(_SET_MODE_FILTER),
            ctypes.c_ulong(_FLAG_TSYNC),
            ctypes.create_string_buffer(header, len(header)),
        )
        _require_success(result)
        return result

    def call(self, name: str, *arguments: int | bytes) -> int:
        """Make a system call; raises OSError."""
        number = require_architecture(self).number(name)
        if number is None:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        # A buffer each: the kernel may write into it.
        words = [
            ctypes.c_long(a) if isinstance(a, int) else ctypes.create_string_buffer(a, len(a) + 1)
            for a in arguments
        ]
        result: int = self._libc.syscall(ctypes.c_long(number), *words)
        _require_success(result)
        return result


def require_architecture(kernel: Kernel) -> Architecture:
    """Return the row of this machine; SealError where edgekit has no rules for it."""
    if kernel.system != "linux":
        raise SealError(
            f"no seccomp on {kernel.system}: expected Linux",
            hint="run on Linux, or use edgekit's parts without a wall for trying things out",
        )
    for architecture in ARCHITECTURES:
        if architecture.machine == kernel.machine:
            return architecture
    known = " or ".join(architecture.machine for architecture in ARCHITECTURES)
    raise SealError(
        f"no seccomp rules for {kernel.machine}: expected {known}",
        hint="use a 64-bit system: on a Raspberry Pi, 64-bit Raspberry Pi OS",
    )


def _require_success(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
