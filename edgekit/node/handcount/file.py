"""The file of a hand count: every row is on the disk before the next key is read."""

import csv
import fcntl
import io
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from edgekit.errors import ConfigError, OutletError
from edgekit.evaluation.diary import Diary
from edgekit.evaluation.handcount import read_counts
from edgekit.evaluation.tallying import HEADER, Cells


class TallyFile:
    """Appends rows to a CSV; a new file gets its header, an earlier tally is gone on with.

    Args:
        path: the file.

    Raises:
        ConfigError: it holds something else, is in use by another tally, or can't be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        except OSError as error:
            raise ConfigError(
                f"{path} cannot be written: {error.strerror}", hint="name another file"
            ) from error
        try:
            self.diary = self._take_over()
        except BaseException:
            os.close(self._descriptor)
            raise

    def write(self, rows: Iterable[Cells]) -> None:
        """Append rows; they are on the disk when this returns. Raises OutletError."""
        data = "".join(_line(row) for row in rows).encode()
        if not data:
            return
        before = os.fstat(self._descriptor).st_size
        try:
            written = os.write(self._descriptor, data)
            os.fsync(self._descriptor)
        except OSError as error:
            os.ftruncate(self._descriptor, before)
            raise OutletError(
                f"{self.path} cannot be written: {error.strerror}; all before this was kept",
                hint="make room on the disk and go on with the same file",
            ) from error
        if written < len(data):
            os.ftruncate(self._descriptor, before)
            raise OutletError(f"{self.path}: the disk is full", hint="make room and go on")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def _take_over(self) -> Diary:
        """Lock the file and read what is in it; cut off a row that a power cut has torn."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigError(
                f"{self.path} is being counted into by another tally", hint="name another file"
            ) from error
        data = _whole(self._descriptor)
        header = _line(HEADER).encode()
        if not data or header.startswith(data):
            os.ftruncate(self._descriptor, 0)
            self.write([HEADER])
            return Diary(entries=(), marked=True)
        if not data.startswith(header):
            raise ConfigError(
                f"{self.path} is no tally: expected a first line {','.join(HEADER)}",
                hint="name another file; nothing was changed",
            )
        whole = data[: data.rfind(b"\n") + 1]
        if whole == header:
            os.ftruncate(self._descriptor, len(whole))
            return Diary(entries=(), marked=True)
        sheet = read_counts(whole)
        os.ftruncate(self._descriptor, len(whole))
        return sheet.diary or Diary(entries=(), marked=True)


def _whole(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return file.read()


def _line(cells: Cells) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
