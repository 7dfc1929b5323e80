"""Run a program where six more users are known, and everybody may enter Python's folder.

``PROGRAM WORD…``, as root. All of it is in a mount namespace of its own: the machine keeps its
users, and root's folders stay shut to everybody else.
"""

import os
import stat
import sys
import tempfile
from pathlib import Path

from edgekit.confine.kernel import LinuxKernel

FIRST_UID = 61_800
ROLES = ("eye", "fetcher", "reviewer", "clerk", "herald")
NAMES = ("edgekit", *(f"edgekit-{role}" for role in ROLES))
UIDS = {name: FIRST_UID + number for number, name in enumerate(NAMES)}
NEW_MOUNTS, BIND, RECURSIVE, PRIVATE = 0x0002_0000, 4096, 16384, 1 << 18


def add_users(kernel: LinuxKernel, scratch: Path) -> None:
    """Put copies over the lists of users and groups that hold ours as well."""
    for name, row in (("passwd", "{0}:x:{1}:{1}::/:/bin/false"), ("group", "{0}:x:{1}:")):
        own = "".join(row.format(user, uid) + "\n" for user, uid in UIDS.items())
        copy = scratch / name
        copy.write_text(Path("/etc", name).read_text() + own)
        copy.chmod(0o644)
        kernel.call("mount", bytes(copy), f"/etc/{name}".encode(), b"", BIND, 0)


def open_up(kernel: LinuxKernel, folder: Path, scratch: Path) -> None:
    """Show a folder that lies in one which only root may enter."""
    shut = [path for path in folder.parents if not path.stat().st_mode & stat.S_IXOTH]
    if not shut:
        return
    kept = scratch / "python"
    kept.mkdir()
    kernel.call("mount", bytes(folder), bytes(kept), b"", BIND | RECURSIVE, 0)
    kernel.call("mount", b"none", bytes(shut[-1]), b"tmpfs", 0, b"mode=755")
    folder.mkdir(parents=True)
    kernel.call("mount", bytes(kept), bytes(folder), b"", BIND | RECURSIVE, 0)


def main() -> None:
    """Make the namespace and become the program."""
    kernel = LinuxKernel()
    kernel.call("unshare", NEW_MOUNTS)
    kernel.call("mount", b"none", b"/", b"", RECURSIVE | PRIVATE, 0)
    scratch = Path(tempfile.mkdtemp(prefix="edgekit-users-"))
    kernel.call("mount", b"none", bytes(scratch), b"tmpfs", 0, b"mode=755")
    add_users(kernel, scratch)
    open_up(kernel, Path(sys.base_prefix), scratch)
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
