"""Asking a porter to start a process as its own user; `edgekit.node.service.porter` is who answers.

A packet with what the process is told and gets, then the line stays: the porter says the number of
the process and at last its exit code. Who hangs up has it killed.
"""

import json
import select
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from edgekit.errors import ConfigError

PLACES = Path("/run")
ANSWER_S = 30.0
"""A small computer that has just booted takes long to start a Python."""

KILLED = -9
MAX_PACKET = 65_536


def door_of(role: str) -> Path:
    """Return where the porter of a role listens: a folder that systemd makes for its unit."""
    return PLACES / f"edgekit-{role}" / "door"


class Lodger:
    """A process behind a door: what `subprocess.Popen` is to a child of one's own."""

    def __init__(self, line: socket.socket, pid: int) -> None:
        self._line = line
        self._code: int | None = None
        self.pid = pid

    def poll(self) -> int | None:
        """Return its exit code once it has ended; negative: by that signal."""
        if self._code is None and select.select([self._line], [], [], 0)[0]:
            self._code = _number(self._line)
            self._line.close()
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; subprocess.TimeoutExpired where it does not come in time."""
        if self._code is None and not select.select([self._line], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        code = self.poll()
        return KILLED if code is None else code

    def kill(self) -> None:
        """End it: whoever hangs up has it killed."""
        if self._code is None:
            self._line.shutdown(socket.SHUT_WR)


def knock(
    door: Path, walls: str, words: Sequence[str], *, pass_fds: Sequence[int], log_fd: int
) -> Lodger:
    """Have a process started; the arguments are those of `edgekit.node.processes.spawn.spawn`.

    Raises:
        ConfigError: nobody answers.
    """
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.settimeout(ANSWER_S)
    try:
        line.connect(str(door))
        packet = json.dumps([walls, list(words), list(pass_fds)]).encode()
        socket.send_fds(line, [packet], [log_fd, *pass_fds])
        pid = _number(line)
    except OSError as error:
        line.close()
        raise ConfigError(
            f"no porter answers at {door}: {error.strerror or error}",
            hint=f"see: systemctl status {door.parent.name}",
        ) from error
    if pid <= 0:
        line.close()
        raise ConfigError(f"the porter at {door} started nothing", hint="see its journal")
    return Lodger(line, pid)


def _number(line: socket.socket) -> int:
    """Return the number that comes next; a porter that has gone took its process with it."""
    try:
        return int(line.recv(64) or str(KILLED).encode())
    except (ConnectionResetError, ValueError):
        return KILLED
