"""What a supervisor holds while it runs: its folder, alone, and the signals that stop it."""

import fcntl
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from edgekit.errors import ConfigError, LedgerError

LOCK = "node.lock"
PATIENCE_S = 2.0
"""A node whose supervisor was killed needs a moment to close its books."""


class OneNode:
    """Holds the folder: two nodes on one ledger would sign two histories.

    Entering gives the descriptor of the lock. Whoever inherits it holds the folder, too: the clerk
    does, so that no new node begins before the old one's books are closed.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / LOCK

    def __enter__(self) -> int:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = self._path.open("w", encoding="ascii")
        except OSError as error:
            raise LedgerError(
                f"cannot write in {self._path.parent}: {error.strerror}",
                hint="check its owner and the room on its disk, or set storage.directory",
            ) from error
        until_s = time.monotonic() + PATIENCE_S
        while not _locked(self._file.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > until_s:
                self._file.close()
                raise ConfigError(
                    f"a node already runs in {self._path.parent}", hint="see `edgekit status`"
                )
            time.sleep(0.05)
        return self._file.fileno()

    def __exit__(self, *_: object) -> None:
        self._file.close()


def is_held(directory: Path) -> bool:
    """Whether a node runs in this folder: unlike a process id, a lock dies with its holder."""
    try:
        file = (directory / LOCK).open(encoding="ascii")
    except FileNotFoundError:
        return False
    with file:
        return not _locked(file.fileno(), fcntl.LOCK_SH)


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class StopSignals:
    """Turns SIGTERM and SIGINT into an orderly stop while the node runs."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop

    def __enter__(self) -> None:
        def on_signal(_number: int, _frame: FrameType | None) -> None:
            self._stop()

        self._old = {n: signal.signal(n, on_signal) for n in (signal.SIGTERM, signal.SIGINT)}

    def __exit__(self, *_: object) -> None:
        for number, old in self._old.items():
            signal.signal(number, old)
