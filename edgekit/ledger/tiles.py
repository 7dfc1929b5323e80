"""A log as static files, which any web server can host and anybody can check.

Source: c2sp.org/tlog-tiles: ``checkpoint``, ``tile/<L>/<N>[.p/<W>]``, ``tile/entries/<N>[.p/<W>]``.
A log entry is the record's commitment, 32 bytes. What it commits to lies beside it in
``tile/records/<N>[.p/<W>]``: one line a record, ``salt envelope``, or ``-`` where it was erased.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from edgekit.errors import LedgerError, VerificationError
from edgekit.ledger.checkpoint import read_unverified
from edgekit.ledger.entry import Entry
from edgekit.ledger.files import Files, replace_durably
from edgekit.ledger.merkle import HASH_BYTES, STRIDE, Frontier, leaf_hash, root_of
from edgekit.signing.canonical import from_base64, to_base64

WIDTH = 1 << STRIDE
"""Hashes in a full tile."""

MAX_FILE_BYTES = 1 << 28
_LENGTH = struct.Struct(">H")
_ERASED = b"-"
ENTRIES, RECORDS = "entries", "records"
"""Tiles of what the leaves are of, and of what those commit to."""


class Source(Protocol):
    """What is asked of the ledger that is published."""

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """Yield entries in order."""
        ...

    def hashes(self, level: int, start: int, end: int) -> list[bytes]:
        """Return nodes of level 0, 8, 16 and so on."""
        ...


def tile_path(level: str, index: int, width: int) -> str:
    """Return the path of a tile below the log's prefix; ``level`` may be ``entries`` as well."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield level, index and width of each tile of a tree of this size."""
    level = 0
    while count := size >> STRIDE * level:
        for index in range(count // WIDTH):
            yield level, index, WIDTH
        if count % WIDTH:
            yield level, count // WIDTH, count % WIDTH
        level += 1


def publish(
    source: Source,
    note: str,
    folder: Path,
    *,
    files: Files | None = None,
    watch: Callable[[Sequence[tuple[int, int, int]]], Iterator[tuple[int, int, int]]] = iter,
) -> int:
    """Write the log up to a checkpoint below a folder; return how many files were new.

    Full tiles are written once; records are compared, since they may have been erased meanwhile.
    The checkpoint comes last, so that whoever reads it finds all that it covers.

    Raises LedgerError where something cannot be written; what is there by then is right.
    """
    files = files or Files()
    size, written = read_unverified(note).size, 0
    try:
        for level, index, width in watch(list(tiles_of(size))):
            tile = folder / tile_path(str(level), index, width)
            if not tile.exists():
                written += _put(tile, tile_data(source, str(level), index, width), files)
            if level == 0:
                written += _put_entries(source, folder, (index, width), files)
        written += _put(folder / "checkpoint", note.encode(), files)
        _drop_partial(folder, size)
    except OSError as error:
        if isinstance(error, LedgerError):
            raise
        raise LedgerError(
            f"{folder} cannot be written: {error.strerror}; run it again to go on",
            hint="check that it may be written and has room",
        ) from error
    return written


def tile_data(source: Source, level: str, index: int, width: int) -> bytes:
    """Return the content of a tile; ``level`` may be ``entries`` or ``records`` as well.

    Raises LedgerError where the log has not so many entries.
    """
    start, end = index * WIDTH, index * WIDTH + width
    if level not in (ENTRIES, RECORDS):
        return b"".join(source.hashes(STRIDE * int(level), start, end))
    entries = list(source.entries(start, end))
    if len(entries) != width:
        raise LedgerError(f"the log has no entry {end - 1}")
    if level == RECORDS:
        return b"".join(_line(one) + b"\n" for one in entries)
    return b"".join(_LENGTH.pack(len(one.commitment)) + one.commitment for one in entries)


def _put_entries(source: Source, folder: Path, place: tuple[int, int], files: Files) -> int:
    index, width = place
    return sum(
        _put(folder / tile_path(name, index, width), tile_data(source, name, index, width), files)
        for name in (ENTRIES, RECORDS)
    )


def _line(entry: Entry) -> bytes:
    if entry.salt is None or entry.envelope is None:
        return _ERASED
    return to_base64(entry.salt).encode() + b" " + entry.envelope


def _put(path: Path, data: bytes, files: Files) -> int:
    with suppress(FileNotFoundError):
        if path.read_bytes() == data:
            return 0
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    replace_durably(path, data, files, mode=0o644)
    return 1


def _drop_partial(folder: Path, size: int) -> None:
    """Remove partial tiles that a larger one took the place of."""
    wanted = {tile_path(str(level), index, width) for level, index, width in tiles_of(size)}
    wanted |= {
        tile_path(name, index, width)
        for level, index, width in tiles_of(size)
        if level == 0
        for name in ("entries", "records")
    }
    for path in folder.glob("tile/**/*.p/*"):
        if path.relative_to(folder).as_posix() not in wanted:
            path.unlink()
            with suppress(OSError):  # not empty: another width is wanted still
                path.parent.rmdir()


class TileReader:
    """A published log, as `verify.verify_ledger` reads it.

    Raises VerificationError where the folder holds none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._note = self._file("checkpoint").decode("utf-8", "replace")
        state = read_unverified(self._note)
        self.origin, self.size = state.origin, state.size

    def entries(self) -> Iterator[Entry]:
        """Yield every entry in order."""
        for level, index, width in tiles_of(self.size):
            if level == 0:
                yield from self._bundle(index, width)

    def hash_at(self, level: int, index: int) -> bytes:
        """Return a complete tree node, as a tile holds it."""
        above = level % STRIDE
        first, count = index << above, 1 << above
        tile, offset = divmod(first, WIDTH)
        hashes = self._tile(level // STRIDE, tile)
        return root_of(hashes[offset : offset + count])

    def checkpoints(self) -> Sequence[tuple[int, str]]:
        """Return the one checkpoint."""
        return [(self.size, self._note)]

    def documents(self) -> Sequence[tuple[str, bytes]]:
        """Return none: they are not part of a published log."""
        return ()

    def root_at(self, size: int) -> bytes:
        """Return the root over the first ``size`` leaves; VerificationError beyond the log's."""
        if not 0 <= size <= self.size:
            raise VerificationError(f"the log holds {self.size} records, not {size}")
        return Frontier.of(size, self.hash_at).root()

    def _tile(self, level: int, index: int) -> list[bytes]:
        count = self.size >> STRIDE * level
        width = min(WIDTH, count - index * WIDTH)
        name = tile_path(str(level), index, width)
        data = self._file(name)
        if len(data) != width * HASH_BYTES:
            raise VerificationError(f"{name} has {len(data)} bytes: expected {width} hashes")
        return [data[n : n + HASH_BYTES] for n in range(0, len(data), HASH_BYTES)]

    def _bundle(self, index: int, width: int) -> Iterator[Entry]:
        name = tile_path("entries", index, width)
        step = _LENGTH.size + HASH_BYTES
        data = self._file(name)
        lines = self._file(tile_path("records", index, width)).split(b"\n")
        leaves = self._tile(0, index)
        if len(data) != width * step or len(lines) != width + 1 or lines[-1]:
            raise VerificationError(f"{name} or its records: expected {width} entries")
        for n, (line, leaf) in enumerate(zip(lines, leaves, strict=False)):
            sequence = index * WIDTH + n
            entry = data[n * step : (n + 1) * step]
            commitment = entry[_LENGTH.size :]
            if entry[: _LENGTH.size] != _LENGTH.pack(HASH_BYTES) or leaf_hash(commitment) != leaf:
                raise VerificationError(
                    f"record {sequence} is wrong: {name} and its tile do not agree",
                    sequence=sequence,
                )
            yield _entry(sequence, commitment, line)

    def _file(self, name: str) -> bytes:
        try:
            with (self._folder / name).open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise VerificationError(f"{name} cannot be read: {error.strerror}") from None
        if len(data) > MAX_FILE_BYTES:
            raise VerificationError(f"{name} is longer than any file of a log")
        return data


def _entry(sequence: int, commitment: bytes, line: bytes) -> Entry:
    if line == _ERASED:
        return Entry(sequence, commitment, None, None)
    salt, gap, envelope = line.partition(b" ")
    try:
        return Entry(sequence, commitment, from_base64(salt), envelope if gap else None)
    except VerificationError as error:
        raise VerificationError(f"record {sequence} is wrong: {error}", sequence=sequence) from None
