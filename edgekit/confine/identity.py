"""Becoming another user, and keeping only the few rights that looking after others takes.

    become(uid=990, gid=990, keeps=SUPERVISING)

Source: credentials(7), capabilities(7), setresuid(2), setgroups(2), capset(2).
"""

import struct
from collections.abc import Iterable, Sequence
from enum import IntEnum

from edgekit.confine.kernel import Kernel, LinuxKernel
from edgekit.errors import SealError

_KEEP_CAPABILITIES = 8  # PR_SET_KEEPCAPS: linux/prctl.h
_CAPABILITIES_3 = 0x20080522  # _LINUX_CAPABILITY_VERSION_3: linux/capability.h


class Right(IntEnum):
    """A capability by its number in linux/capability.h."""

    LIST_ANYTHING = 2  # CAP_DAC_READ_SEARCH: /proc/pid/fd is its user's alone to list
    SIGNAL_ANYBODY = 5  # CAP_KILL
    CHANGE_GROUP = 6  # CAP_SETGID
    CHANGE_USER = 7  # CAP_SETUID
    LOOK_INTO_ANYBODY = 19  # CAP_SYS_PTRACE: where another user's descriptors lead


SUPERVISING = tuple(Right)
"""Starting others as users of their own, looking at them from outside, and ending them."""


def become(
    *,
    uid: int,
    gid: int,
    groups: Sequence[int] = (),
    keeps: Iterable[Right] = (),
    kernel: Kernel | None = None,
) -> None:
    """Turn root into this user, in these groups alone, for good; call it while one thread runs.

    Raises:
        SealError: the kernel refused, as it does to whoever is not root.
    """
    kernel = kernel or LinuxKernel()
    kept = sum(1 << right for right in keeps)
    header = struct.pack("=Ii", _CAPABILITIES_3, 0)
    try:
        kernel.prctl(_KEEP_CAPABILITIES, 1)
        packed = struct.pack(f"={len(groups)}I", *groups) if groups else 0
        kernel.call("setgroups", len(groups), packed)
        kernel.call("setresgid", gid, gid, gid)
        kernel.call("setresuid", uid, uid, uid)
        # Effective, permitted, inheritable; low half, then high half.
        kernel.call("capset", header, struct.pack("=6I", kept, kept, 0, 0, 0, 0))
    except OSError as error:
        raise SealError(
            f"the kernel did not let this process become user {uid}: {error.strerror}",
            hint="start it as root, with CAP_SETUID, CAP_SETGID, CAP_KILL, CAP_SYS_PTRACE and "
            "CAP_DAC_READ_SEARCH",
        ) from error
