"""The third wall, where the kernel allows it: a network of one's own, and folders out of sight.

    withdraw(offline=True, hides=[Path("/proc"), Path("site/keys/device.key.pem")])

A process in a network namespace of its own has no interface but a loopback that is down; a folder
that is hidden is empty, a file that is hidden is /dev/null, for this process alone.

Source: namespaces(7), user_namespaces(7), mount_namespaces(7), unshare(2), mount(2).
"""

import errno
from collections.abc import Iterable
from pathlib import Path

from edgekit.confine.kernel import Kernel, LinuxKernel

_NEW_MOUNTS, _NEW_USER, _NEW_NETWORK = 0x0002_0000, 0x1000_0000, 0x4000_0000  # linux/sched.h
_READ_ONLY, _NO_SETUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8  # linux/mount.h
_BIND, _RECURSIVE, _PRIVATE = 4096, 16384, 1 << 18
_EMPTY = _READ_ONLY | _NO_SETUID | _NO_DEVICES | _NO_PROGRAMS
_NOT_HERE = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EINVAL, errno.ENOSPC, errno.EUSERS)


def withdraw(
    *, offline: bool, hides: Iterable[Path] = (), kernel: Kernel | None = None
) -> tuple[str, ...]:
    """Take this process out of the network and out of sight of some paths, as far as is allowed.

    Call it while there is one thread. Root needs no more than its rights; everybody else gets a
    user namespace for it, which some systems forbid.

    Args:
        offline: leave the network.
        hides: folders and files; what does not exist is left out.
        kernel: a stand-in, for tests.

    Returns:
        What was done: ``network``, ``files``; nothing where the system forbids it.
    """
    kernel = kernel or LinuxKernel()
    hidden = [path for path in hides if path.exists()]
    flags = (_NEW_NETWORK if offline else 0) | (_NEW_MOUNTS if hidden else 0)
    if not flags or not _unshare(kernel, flags):
        return ()
    done = ("network",) if offline else ()
    return (*done, "files") if hidden and _hide(kernel, hidden) else done


def _unshare(kernel: Kernel, flags: int) -> bool:
    for user in (0, _NEW_USER):
        try:
            kernel.call("unshare", flags | user)
        except OSError as error:
            if error.errno not in _NOT_HERE:
                raise
        else:
            return True
    return False


def _hide(kernel: Kernel, paths: Iterable[Path]) -> bool:
    # Files first: what covers them lies in /dev, which may be hidden, too.
    ordered = sorted(paths, key=lambda path: path.is_dir())
    try:
        kernel.call("mount", 0, b"/", 0, _RECURSIVE | _PRIVATE, 0)
        for path in ordered:
            place = str(path.resolve()).encode()
            if path.is_dir():
                kernel.call("mount", b"none", place, b"tmpfs", _EMPTY, b"size=4k,mode=555")
            else:
                kernel.call("mount", b"/dev/null", place, 0, _BIND, 0)
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise
        return False
    return True
