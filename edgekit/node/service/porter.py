"""Starts one role's process as its own user, in the service that systemd made for it.

    python -I -B -m edgekit.node.service.porter eye edgekit
    python -I -B -m edgekit.node.service.porter page edgekit 127.0.0.1:8710

The supervisor is another user and may start nothing as this one: it knocks, hands over what the
process gets, and is told its number and its end. One process for each that hangs on the line; who
hangs up has it killed, and so has a porter that ends. It takes no word from anybody else. The
page's opens its doors beside, at these addresses, and hands them on: the supervisor has no network.
"""

import fcntl
import json
import os
import pwd
import select
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from edgekit.config.web import read_address
from edgekit.confine.hygiene import begin_clean, keep_memory_private
from edgekit.confine.walls import Walls
from edgekit.errors import EdgekitError
from edgekit.node.page.doors import open_doors
from edgekit.node.processes.spawn import ENVIRONMENT, ROLES, command
from edgekit.node.service.door import MAX_PACKET, door_of
from edgekit.node.service.watchdog import EVERY_S, Watchdog

_MOST, _ABOVE, _PAGE_DOORS = 8, 512, 256
_FAILED = 127  # what a shell says of a program that it could not start


def listen(path: Path) -> socket.socket:
    """Return the door, open to everybody: who may come in is seen by who they are."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.bind(str(draft))
    draft.chmod(0o666)
    line.listen(4)
    draft.replace(path)  # whoever finds a door finds somebody behind it
    return line


def is_from(line: socket.socket, uid: int) -> bool:
    """Whether the kernel says that this user, or root, is at the other end (unix(7))."""
    form = "3i"
    data = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize(form))
    return struct.unpack(form, data)[1] in (uid, 0)


def keep(line: socket.socket, role: str, page_doors: Sequence[int] = ()) -> None:
    """Start what is asked for, tell its number, wait for its end or for a line that is cut."""
    data, descriptors, _, _ = socket.recv_fds(line, MAX_PACKET, _MOST)
    if not data:
        return
    walls, words, places = json.loads(data)
    # It dies with its keeper, which is its parent here.
    own = replace(Walls.from_word(walls), die_with=os.getpid())
    at = dict(zip([2, *places], descriptors, strict=True))
    at |= dict(enumerate(page_doors, _PAGE_DOORS))
    words += map(str, range(_PAGE_DOORS, _PAGE_DOORS + len(page_doors)))
    pid = _start(command(role, own, words), at)
    for descriptor in descriptors:
        os.close(descriptor)
    line.send(str(pid).encode())
    ended = os.pidfd_open(pid)
    if ended not in select.select([line.fileno(), ended], [], [])[0]:
        os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(OSError):  # who hung up need not hear it
        line.send(str(code).encode())


def _start(words: list[str], at: dict[int, int]) -> int:
    """Start a program with these descriptors, by the number that each is to have, and no others."""
    if pid := os.fork():
        return pid
    try:
        moved = {place: fcntl.fcntl(fd, fcntl.F_DUPFD, _ABOVE) for place, fd in at.items()}
        nothing = fcntl.fcntl(os.open(os.devnull, os.O_RDWR), fcntl.F_DUPFD, _ABOVE)
        for place, descriptor in {0: nothing, 1: nothing, **moved}.items():
            os.dup2(descriptor, place)
        held = sorted({0, 1, *at})
        for low, high in zip(held, [*held[1:], _ABOVE * 2], strict=True):
            os.closerange(low + 1, high)
        os.setpgid(0, 0)
        os.chdir(os.sep)
        os.execve(words[0], words, ENVIRONMENT)  # noqa: S606 -- our own interpreter and words
    finally:
        os._exit(_FAILED)


def serve(role: str, supervisor: int, page_doors: Sequence[int] = ()) -> None:
    """Listen until ended.

    Args:
        role: whose process is started.
        supervisor: the number of the one user who is let in.
        page_doors: listening sockets that the process gets besides.
    """
    keep_memory_private()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    dog = Watchdog()
    with listen(door_of(role)) as door:
        while True:
            dog.tick()
            if not select.select([door], [], [], EVERY_S)[0]:
                continue
            line, _ = door.accept()
            with line:
                porter = os.getpid()
                if is_from(line, supervisor) and not os.fork():
                    door.close()
                    _keeper(line, role, porter, page_doors)


def _keeper(line: socket.socket, role: str, porter: int, page_doors: Sequence[int]) -> None:
    """Be the process that one line hangs on, and end with it."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        begin_clean(keeps_files=True, die_with=porter)
        keep(line, role, page_doors)
    finally:
        os._exit(0)


def main() -> None:
    """Run as a service: ``ROLE SUPERVISOR ADDRESS…``."""
    role, supervisor, *addresses = sys.argv[1:]
    if role not in ROLES:
        sys.exit(f"no role {role!r}: expected {', '.join(ROLES)}")
    try:
        opened = open_doors([read_address(address) for address in addresses])
    except EdgekitError as error:
        sys.exit(str(error))
    serve(role, pwd.getpwnam(supervisor).pw_uid, [door.fileno() for door in opened])


if __name__ == "__main__":
    main()
