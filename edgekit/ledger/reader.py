"""Reading a ledger: entries, tree nodes, checkpoints, proofs, documents; nothing here writes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

from edgekit.errors import EdgekitError, LedgerError, VerificationError
from edgekit.ledger import database
from edgekit.ledger.checkpoint import read_unverified
from edgekit.ledger.entry import Entry
from edgekit.ledger.merkle import (
    STRIDE,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from edgekit.ledger.proof import Proof
from edgekit.ledger.request import Request
from edgekit.records import SignedRecord

PAGE = 256
MAX_SEQUENCE = 2**53 - 1
_SOUND = frozenset({bytes, type(None)})


class LedgerReader:
    """A ledger as it lies on the disk, checked for soundness when opened.

    Opening asks for O(log n) rows: the size against the last entry, the tree's right edge, the
    latest checkpoint against the tree. `verify.verify_ledger` checks everything.
    """

    def __init__(self, store: database.Database) -> None:
        self._store = store
        row = store.one("SELECT origin, size, last_t_s FROM log")
        match row:
            case (str(origin), int(size), int() | None as last_t_s) if origin.isprintable():
                self.origin, self.last_t_s = origin, last_t_s
            case _:
                raise LedgerError(f"ledger {store.path} is damaged: its first row is not sound")
        self._require_end(size)
        self._frontier = Frontier.of(size, self.hash_at)
        self._require_checkpoint()

    @classmethod
    def open_readonly(cls, path: Path) -> "LedgerReader":
        """Open any ledger for reading as it is now, without a trace where nobody has it open.

        What is appended later is not seen: open it again.

        Raises LedgerError where it is none, damaged or not to be read.
        """
        return LedgerReader._opened(database.connect_readonly(path))

    @classmethod
    def _opened(cls, store: database.Database) -> Self:
        try:
            return cls(store)
        except EdgekitError:
            store.close()
            raise

    @property
    def size(self) -> int:
        """How many records were ever appended; the next sequence."""
        return self._frontier.size

    def root(self) -> bytes:
        """Return the root of the tree, 32 bytes."""
        return self._frontier.root()

    def record(self, sequence: int) -> SignedRecord:
        """Return one record; LedgerError where it does not exist or was erased."""
        found = self.records(sequence, 1)
        if not found or found[0].sequence != sequence:
            raise LedgerError(f"record {sequence} is not in the ledger of {self.size}, or erased")
        return found[0]

    def records(self, start: int, limit: int) -> list[SignedRecord]:
        """Return up to ``limit`` records from ``start`` on, in order, without the erased ones."""
        rows = self._store.rows(
            "SELECT sequence, envelope FROM entry "
            "WHERE sequence >= ? AND envelope IS NOT NULL ORDER BY sequence LIMIT ?",
            start,
            limit,
        )
        return [SignedRecord(sequence=sequence, envelope=_blob(data)) for sequence, data in rows]

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """Yield the entries from ``start`` up to, without, ``end`` in order, a page at a time."""
        sequence, last = start - 1, MAX_SEQUENCE if end is None else end - 1
        while rows := self._store.rows(
            "SELECT sequence, commitment, salt, envelope FROM entry "
            "WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?",
            sequence,
            last,
            PAGE,
        ):
            yield from map(_entry, rows)
            sequence = rows[-1][0]

    def commitments(self, start: int, end: int) -> list[bytes]:
        """Return the leaves' data from ``start`` up to ``end``; LedgerError where one is missing.

        A leaf's data is the commitment of its record, 32 bytes.
        """
        rows = self._store.rows(
            "SELECT commitment FROM entry WHERE sequence >= ? AND sequence < ? ORDER BY sequence",
            start,
            end,
        )
        if len(rows) != end - start:
            raise LedgerError(
                f"ledger is damaged: of records {start} to {end - 1} some are missing"
            )
        return [_blob(data) for (data,) in rows]

    def hashes(self, level: int, start: int, end: int) -> list[bytes]:
        """Return nodes of one level, ``start`` up to ``end``: level 0, or a multiple of 8.

        Raises LedgerError where one is missing.
        """
        if level == 0:
            return list(map(leaf_hash, self.commitments(start, end)))
        rows = self._store.rows(
            "SELECT hash FROM node WHERE level = ? AND place >= ? AND place < ? ORDER BY place",
            level,
            start,
            end,
        )
        if len(rows) != end - start:
            raise LedgerError(f"ledger is damaged: nodes {start} of level {level} are missing")
        return [_blob(data) for (data,) in rows]

    def hash_at(self, level: int, index: int) -> bytes:
        """Return a complete node of the tree, made of those that are kept below it.

        Raises LedgerError where one of them is missing.
        """
        above = level % STRIDE
        hashes = self.hashes(level - above, index << above, index + 1 << above)
        return root_of(hashes)

    def latest_checkpoint(self) -> str | None:
        """Return the note of the largest size that was signed, or None."""
        row = self._store.one("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
        return None if row is None else str(row[0])

    def witnessed_size(self) -> int:
        """Return how many records a witness co-signed last, 0 where none did."""
        row = self._store.one("SELECT max(size) FROM checkpoint WHERE witnessed = 1")
        return 0 if row is None or row[0] is None else int(row[0])

    def checkpoints(self) -> list[tuple[int, str]]:
        """Return every (size, note) that is kept, the smallest size first."""
        return [
            (size, str(note))
            for size, note in self._store.rows("SELECT size, note FROM checkpoint ORDER BY size")
        ]

    def proof(self, sequence: int) -> str:
        """Return the ``.tlog-proof`` of a record under the latest checkpoint that a witness signed.

        Where none of those covers it: under the latest.

        Raises LedgerError where the record is erased or no checkpoint covers it.
        """
        self.record(sequence)
        note = self._note_over(sequence)
        size = read_unverified(note).size
        ((salt,),) = self._store.rows("SELECT salt FROM entry WHERE sequence = ?", sequence)
        path = inclusion_proof(sequence, size, self.hash_at)
        return Proof(salt=_blob(salt), index=sequence, path=path, note=note).to_text()

    def request(self, old_size: int) -> str:
        """Return what a witness that knows the log up to ``old_size`` is asked to co-sign.

        The body of ``add-checkpoint`` (c2sp.org/tlog-witness). Raises LedgerError without a
        checkpoint, VerificationError where it is of fewer records.
        """
        note = self.latest_checkpoint()
        if note is None:
            raise LedgerError("the ledger has no checkpoint yet", hint="run the node for a window")
        size = read_unverified(note).size
        path = consistency_proof(old_size, size, self.hash_at)
        return Request(old_size=old_size, path=path, note=note).to_text()

    def frontier(self, size: int) -> Frontier:
        """Return the right edge of the first ``size`` leaves; LedgerError beyond the ledger's."""
        if not 0 <= size <= self.size:
            raise LedgerError(f"the ledger holds {self.size} records, not {size}")
        return Frontier.of(size, self.hash_at)

    def _note_over(self, sequence: int) -> str:
        row = self._store.one(
            "SELECT note FROM checkpoint WHERE size > ? ORDER BY witnessed DESC, size DESC",
            sequence,
        )
        if row is None:
            note = self.latest_checkpoint()
            size = 0 if note is None else read_unverified(note).size
            raise LedgerError(
                f"record {sequence} is under no checkpoint yet: the latest covers {size}",
                hint="wait for the end of the window, when the next one is signed",
            )
        return str(row[0])

    def delivered(self, outlet: str, *, unknown: int = 0) -> int:
        """Return the sequence that an outlet waits for next; ``unknown`` for one never heard of."""
        row = self._store.one("SELECT next_sequence FROM delivered WHERE outlet = ?", outlet)
        return unknown if row is None else int(row[0])

    def document(self, digest: str) -> bytes | None:
        """Return a document, or None."""
        row = self._store.one("SELECT data FROM document WHERE digest = ?", digest)
        return None if row is None else _blob(row[0])

    def documents(self) -> list[tuple[str, bytes]]:
        """Return every (digest, data)."""
        rows = self._store.rows("SELECT digest, data FROM document ORDER BY digest")
        return [(str(digest), _blob(data)) for digest, data in rows]

    def problems(self) -> list[str]:
        """Return what SQLite's own check of the file finds, nothing where it is sound."""
        rows = self._store.rows("PRAGMA integrity_check(10)")
        return [str(text) for (text,) in rows if text != "ok"]

    def copy_to(self, path: Path) -> None:
        """Copy the ledger as it is now to a new file; LedgerError where that cannot be."""
        self._store.copy_to(path)

    def close(self) -> None:
        """Close; harmless when repeated."""
        self._store.close()

    def _require_end(self, size: int) -> None:
        row = self._store.one(
            "SELECT sequence, commitment, salt, envelope FROM entry ORDER BY sequence DESC LIMIT 1"
        )
        found = 0 if row is None else row[0] + 1
        if found != size or size < 0:
            raise LedgerError(
                f"ledger {self._store.path} is damaged: "
                f"it says that it holds {size} records, its last one is number {found - 1}",
                hint="keep the file as it is, and restore a copy",
            )
        if row is not None:
            try:
                _entry(row).open()
            except VerificationError as error:
                raise LedgerError(f"ledger {self._store.path} is damaged: {error}") from None

    def _require_checkpoint(self) -> None:
        note = self.latest_checkpoint()
        if note is None:
            return
        try:
            state = read_unverified(note)
        except VerificationError as error:
            raise LedgerError(f"ledger {self._store.path} is damaged: {error}") from None
        whole = state.size <= self.size
        if not whole or Frontier.of(state.size, self.hash_at).root() != state.root:
            raise LedgerError(
                f"ledger {self._store.path} is damaged: its {self.size} records are not "
                f"what its checkpoint of {state.size} was signed over",
                hint="keep the file as it is, and restore a copy",
            )


def _entry(row: database.Row) -> Entry:
    entry = Entry(*row)
    if not _SOUND.issuperset(map(type, row[1:])) or entry.commitment is None:
        raise LedgerError(f"ledger is damaged: record {entry.sequence} is not in bytes")
    return entry


def _blob(value: object) -> bytes:
    # A damaged file can hand back another type than its own schema allows.
    if not isinstance(value, bytes):
        raise LedgerError(f"ledger is damaged: {type(value).__name__} where bytes should be")
    return value
