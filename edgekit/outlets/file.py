"""Signed records in a file, one envelope a line (JSON lines), for whoever fetches them by hand.

    outlet = FileOutlet(Path("records/records.jsonl"))
    outlet.send(record)

What is sent is on the disk when `send` returns. A full file is renamed to
``records-<first sequence, 12 digits>.jsonl``. Where the disk fills up, the oldest renamed file is
deleted first (its records are in the ledger still); with none left, `send` raises.
"""

import base64
import binascii
import hashlib
import json
import logging
import re
from collections.abc import Sequence
from errno import EDQUOT, ENOSPC
from pathlib import Path

from edgekit.errors import OutletError
from edgekit.outlets.disk import Disk, PosixDisk
from edgekit.records import SignedRecord

_MEBI = 1 << 20
_FULL = (ENOSPC, EDQUOT)
_NONE = -1  # no file is open
_BEGINNING = b'{"payload":'  # of every envelope
_log = logging.getLogger(__name__)


class FileOutlet:
    """Appends each record once, in the order of their sequence.

    Args:
        path: the file in use; older ones lie beside it.
        rotate_bytes: a file is renamed rather than grow beyond this (unless one batch is larger).
        keep_free_bytes: what must stay free on the volume.
        disk: a stand-in, for tests.

    Raises:
        OutletError: the file cannot be opened, or holds something else than records in order.
    """

    leaves_device = False

    def __init__(
        self,
        path: Path,
        *,
        rotate_bytes: int = 16 * _MEBI,
        keep_free_bytes: int = 64 * _MEBI,
        disk: Disk | None = None,
    ) -> None:
        self.name = f"file {path.name}"
        self._path = path
        self._limits = (rotate_bytes, keep_free_bytes)
        self._disk: Disk = disk or PosixDisk()
        self._rotated_name = re.compile(
            rf"{re.escape(path.stem)}-(\d{{12}}){re.escape(path.suffix)}"
        )
        self._descriptor = _NONE
        self._closed = False
        self._size = 0
        self._last = -1
        self._written: dict[int, bytes] = {}  # sequence: digest of the line, of the file in use
        self._looked_up: tuple[Path, dict[int, bytes]] = (path, {})  # the same of one older file
        self.send_batch(())

    def send(self, record: SignedRecord) -> None:
        """Append one record durably, unless it is there; raises OutletError."""
        self.send_batch((record,))

    def send_batch(self, records: Sequence[SignedRecord]) -> None:
        """Append records with one wait for the disk; after an OutletError, send them again."""
        if self._closed:
            raise OutletError(f"{self.name} is closed")
        try:
            while not self._attempt(records):
                oldest = self._path.with_name(self._rotated()[0])
                self._disk.remove(oldest)
                _log.warning("disk full: removed=%s", oldest.name)
        except OSError as e:
            raise self._error(e) from e

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        self._closed = True
        self._let_go()

    def _attempt(self, records: Sequence[SignedRecord]) -> bool:
        """Return whether they are stored; False where deleting an older file may make room."""
        try:
            if self._descriptor == _NONE:
                self._open()
            new = self._unwritten(records)
            if new:
                self._append(new)
        except OSError as e:
            if e.errno in _FULL and self._rotated():
                return False
            raise
        return True

    def _open(self) -> None:
        """Open the file in use; cut off the torn line that a crash has left."""
        found = self._disk.read(self._path)
        whole = found[: found.rfind(b"\n") + 1]
        # Only what was ours is cut off. A power cut may leave zeros instead of what was written.
        begun = found[: len(_BEGINNING)].rstrip(b"\0")
        if not whole and not _BEGINNING.startswith(begun):
            raise OutletError(f"{self.name} is no file of records", hint="name another file")
        written = _index(whole, self._path)
        self._last = max(written) if written else self._last_rotated()
        self._size, self._written = len(whole), written
        self._descriptor = self._disk.open(self._path)
        if whole != found:
            self._cut_back()
            _log.warning("torn line cut off: file=%s", self._path.name)

    def _last_rotated(self) -> int:
        """The last sequence of the newest older file, or -1."""
        names = self._rotated()
        if not names:
            return -1
        lines = self._disk.read(self._path.with_name(names[-1]))
        last = _sequence(lines[lines[:-1].rfind(b"\n") + 1 :])
        if last is None:
            raise OutletError(f"{names[-1]} does not end in a record", hint="move it away")
        return last

    def _unwritten(self, records: Sequence[SignedRecord]) -> dict[int, bytes]:
        """Lines of the records that are not there yet, by sequence.

        Raises OutletError for another record under a sequence that is there: it is of another
        ledger, and to skip it would be to lose it.
        """
        new: dict[int, bytes] = {}
        last = self._last
        for record in records:
            line = record.envelope + b"\n"
            if b"\n" in record.envelope or _sequence(line) != record.sequence:
                raise OutletError(f"record {record.sequence} is no envelope of that sequence")
            if record.sequence > last:
                new[record.sequence] = line
                last = record.sequence
            elif record.sequence not in new and self._conflicts(record.sequence, line):
                raise OutletError(
                    f"{self.name} holds another record {record.sequence}: it is of another ledger",
                    hint="move the file away; a new one is begun",
                )
        return new

    def _conflicts(self, sequence: int, line: bytes) -> bool:
        known = self._written.get(sequence) or self._in_older(sequence)
        return known not in (None, hashlib.sha256(line).digest())

    def _in_older(self, sequence: int) -> bytes | None:
        """Digest of a line in the older file that covers it; None where that is deleted."""
        covering = [name for name in self._rotated() if self._first(name) <= sequence]
        if not covering:
            return None
        older = self._path.with_name(covering[-1])
        if self._looked_up[0] != older:
            self._looked_up = older, _index(self._disk.read(older), older)
        return self._looked_up[1].get(sequence)

    def _append(self, new: dict[int, bytes]) -> None:
        data = b"".join(new.values())
        rotate_bytes, keep_free_bytes = self._limits
        if self._written and self._size + len(data) > rotate_bytes:
            self._rotate()
        free = self._disk.free(self._path.parent)
        if free - len(data) < keep_free_bytes:
            raise OSError(ENOSPC, f"{free} bytes free, {keep_free_bytes} are to stay free")
        self._write(data)
        self._size += len(data)
        self._written |= {seq: hashlib.sha256(line).digest() for seq, line in new.items()}
        self._last = max(new)

    def _write(self, data: bytes) -> None:
        try:
            rest = data
            while rest:
                rest = rest[self._disk.write(self._descriptor, rest) :]
            self._disk.sync(self._descriptor)
        except OSError:
            self._cut_back()
            raise

    def _cut_back(self) -> None:
        """Leave nothing half-written; where even that fails, the next opening repairs it."""
        try:
            self._disk.truncate(self._descriptor, self._size)
            self._disk.sync(self._descriptor)
        except OSError:
            self._let_go()
            raise

    def _rotate(self) -> None:
        name = f"{self._path.stem}-{min(self._written):012d}{self._path.suffix}"
        if name in self._rotated():
            raise OutletError(f"{name} is there already", hint="move it away")
        self._let_go()
        self._disk.rename(self._path, self._path.with_name(name))
        self._open()

    def _rotated(self) -> list[str]:
        """Names of the older files, oldest first."""
        names = self._disk.names(self._path.parent)
        return sorted(name for name in names if self._rotated_name.fullmatch(name))

    def _first(self, name: str) -> int:
        return int(name[len(self._path.stem) + 1 :][:12])

    def _let_go(self) -> None:
        descriptor, self._descriptor = self._descriptor, _NONE
        if descriptor != _NONE:
            self._disk.close(descriptor)

    def _error(self, e: OSError) -> OutletError:
        if isinstance(e, OutletError):
            return e
        hint = "make room, or set a smaller storage.rotate_mb" if e.errno in _FULL else None
        return OutletError(f"{self.name} cannot be written: {e.strerror}", hint=hint)


def _index(lines: bytes, path: Path) -> dict[int, bytes]:
    """Sequence and digest of each whole line; OutletError unless these are records in order."""
    found: dict[int, bytes] = {}
    last = -1
    for number, line in enumerate(lines.split(b"\n")[:-1], start=1):
        sequence = _sequence(line)
        if sequence is None or sequence <= last:
            raise OutletError(
                f"{path.name} line {number} is no record in order",
                hint="move the file away and look into it; a new one is begun",
            )
        found[sequence] = hashlib.sha256(line + b"\n").digest()
        last = sequence
    return found


def _sequence(line: bytes) -> int | None:
    """The sequence in a DSSE envelope's payload, or None where there is none."""
    try:
        payload = json.loads(line)["payload"]
        sequence = json.loads(base64.b64decode(payload, validate=True))["sequence"]
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError):
        return None
    whole = isinstance(sequence, int) and not isinstance(sequence, bool) and sequence >= 0
    return sequence if whole else None
