"""What a supervisor holds while it runs: its folder, alone, and the signals that stop it."""

import fcntl
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from edgekit.errors import ConfigError, LedgerError


class OneNode:
    """Holds the folder: two nodes on one ledger would sign two histories."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "node.lock"

    def __enter__(self) -> None:
        try:
            self._file = self._path.open("w", encoding="ascii")
        except OSError as error:
            raise LedgerError(f"cannot write in {self._path.parent}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise ConfigError(
                f"a node already runs in {self._path.parent}", hint="see `edgekit status`"
            ) from error

    def __exit__(self, *_: object) -> None:
        self._file.close()


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
