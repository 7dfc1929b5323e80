"""A named pipe in the node's folder, from the clerk to the lamplighter, which makes it.

The clerk writes where somebody reads, and waits for nobody. When it is gone, the end of the pipe
says so.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from edgekit.errors import LedgerError

MOST = 1 << 16
"""Bytes read at once: all that a pipe holds (pipe(7)), so that the last of them is the newest."""


class WriteEnd:
    """The clerk's end of the pipe at ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pipe: int | None = None

    def write(self, word: bytes) -> None:
        """Write it whole, or not at all where nobody reads."""
        try:
            os.write(self._open(), word)
        except BlockingIOError:
            pass  # a reader that does not read is late for its own lamp
        except OSError:
            self.close()  # nobody there (yet): next time

    def close(self) -> None:
        """Let go; harmless when repeated."""
        if self._pipe is not None:
            with suppress(OSError):
                os.close(self._pipe)
            self._pipe = None

    def _open(self) -> int:
        if self._pipe is None:
            pipe = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
            if not stat.S_ISFIFO(os.fstat(pipe).st_mode):
                os.close(pipe)
                raise FileNotFoundError(self._path)
            self._pipe = pipe
        return self._pipe


class ReadEnd:
    """The lamplighter's end; raises LedgerError where the pipe can't be made there."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.mkfifo(path, 0o600)
                path.chmod(0o620)  # the clerk may be another user, of the folder's group
            self._pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            raise LedgerError(
                f"no pipe can be made at {path}: {error.strerror}", hint="check the folder's owner"
            ) from error

    def read(self) -> bytes | None:
        """Return what came since: None = nothing yet, empty = there is no writer."""
        try:
            return os.read(self._pipe, MOST)
        except BlockingIOError:
            return None

    def close(self) -> None:
        """Let go."""
        os.close(self._pipe)
