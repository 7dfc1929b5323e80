"""The ledger on disk: SQLite with a write-ahead log, each append one durable transaction.

Cheap on purpose: an append writes the entries and the tree nodes that they complete, and reads one
row back. One process writes; any number may read.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from edgekit.errors import LedgerError, VerificationError
from edgekit.ledger import database
from edgekit.ledger.checkpoint import Checkpoint, origin_of
from edgekit.ledger.document import require_document
from edgekit.ledger.entry import SALT_BYTES, commitment
from edgekit.ledger.merkle import Node, leaf_hash
from edgekit.ledger.reader import LedgerReader
from edgekit.records import SignedRecord
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import Signer
from edgekit.signing.record import RECORD_TYPE, read_payload

Entropy = Callable[[int], bytes]


class Ledger(LedgerReader):
    """Signed records in order, under one Merkle tree; made by `open`, read by `open_readonly`."""

    _entropy: Entropy

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        origin: str,
        entropy: Entropy,
        connection: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> "Ledger":
        """Open the ledger of ``origin`` for writing, making it where there is none.

        ``entropy`` gives the random bytes of the salts (``os.urandom``); ``connection`` is the
        class that talks to the disk.

        Raises:
            LedgerError: the ledger of another device or site, a damaged one, no ledger at all, or
                a file that cannot be written.
        """
        if not path.exists():
            database.create(path, origin)
        ledger = cls._opened(database.connect(path, connection=connection))
        if ledger.origin != origin:
            ledger.close()
            raise LedgerError(
                f"ledger {path} belongs to {ledger.origin}: expected {origin}",
                hint="give each device and site a ledger of its own",
            )
        ledger._entropy = entropy  # noqa: SLF001 -- our own, just made
        return ledger

    def append(self, records: Sequence[SignedRecord]) -> None:
        """Append records, all of them or none, durably; their sequences follow on `size`.

        ``last_t_s`` becomes the latest start of a window or time of an event.

        Raises:
            LedgerError: a record out of order or of another device or site, a full disk, another
                writer; the ledger is then as it was.
        """
        frontier, last_t_s = self._frontier, self.last_t_s
        entries: list[tuple[int, bytes, bytes, bytes]] = []
        nodes: list[Node] = []
        for record in records:
            t_s = self._require_next(record, frontier.size)
            last_t_s = t_s if last_t_s is None else max(last_t_s, t_s)
            salt = self._entropy(SALT_BYTES)
            data = commitment(salt, record.envelope)
            entries.append((frontier.size, data, salt, record.envelope))
            frontier, completed = frontier.append(leaf_hash(data))
            # The leaf's own hash is that of the commitment: not stored twice.
            nodes.extend(completed[1:])
        with self._store.transaction():
            self._require_alone()
            self._store.write("INSERT INTO entry VALUES (?, ?, ?, ?)", entries)
            self._store.write(
                "INSERT INTO node VALUES (?, ?, ?)",
                [(node.level, node.index, node.value) for node in nodes],
            )
            self._store.write("UPDATE log SET size = ?, last_t_s = ?", [(frontier.size, last_t_s)])
        self._frontier, self.last_t_s = frontier, last_t_s

    def erase(self, sequence: int) -> None:
        """Overwrite a record and its salt; its commitment stays, so that the tree verifies.

        Raises LedgerError where there is no such record.
        """
        self.record(sequence)
        with self._store.transaction():
            self._store.write(
                "UPDATE entry SET salt = NULL, envelope = NULL WHERE sequence = ?", [(sequence,)]
            )
        self._store.forget_journal()

    def sign_checkpoint(self, signer: Signer) -> str:
        """Sign, store and return the note of the present state.

        Raises LedgerError where the signer is not this ledger's device, or nothing can be written.
        """
        if not self.origin.endswith(f"/{signer.key_id}"):
            raise LedgerError(f"key {signer.key_id} cannot sign for the log {self.origin}")
        state = Checkpoint(origin=self.origin, size=self.size, root=self.root())
        note = state.to_note(self.origin, signer)
        with self._store.transaction():
            self._store.write(
                "INSERT OR REPLACE INTO checkpoint VALUES (?, ?)", [(self.size, note)]
            )
        return note

    def set_delivered(self, outlet: str, next_sequence: int) -> None:
        """Remember how far an outlet is, durably; LedgerError beyond the ledger's size."""
        if not 0 <= next_sequence <= self.size:
            raise LedgerError(f"outlet {outlet!r} at {next_sequence}: expected 0 to {self.size}")
        with self._store.transaction():
            self._store.write(
                "INSERT OR REPLACE INTO delivered VALUES (?, ?)", [(outlet, next_sequence)]
            )

    def put_document(self, digest: str, data: bytes) -> None:
        """Keep the authorisation or notice that records name by digest; twice is harmless.

        ``data`` hashes to ``digest``, or is an envelope whose payload does; LedgerError otherwise.
        """
        try:
            require_document(digest, data)
        except VerificationError as error:
            raise LedgerError(str(error)) from None
        with self._store.transaction():
            self._store.write("INSERT OR IGNORE INTO document VALUES (?, ?)", [(digest, data)])

    def _require_next(self, record: SignedRecord, expected: int) -> int:
        """Return the record's time where it is the next of this log; LedgerError otherwise."""
        try:
            envelope = Envelope.from_bytes(record.envelope)
            fields = read_payload(envelope.payload)
        except VerificationError as error:
            raise LedgerError(f"record {record.sequence} is none: {error}") from None
        origin = origin_of(str(fields["site"]), str(fields["device"]))
        found = (envelope.payload_type, origin, fields["sequence"], record.sequence)
        wanted = (RECORD_TYPE, self.origin, expected, expected)
        if found != wanted:
            raise LedgerError(f"record {found} cannot be appended: expected {wanted}")
        t_s = fields["window_start_s"] if fields["type"] == "aggregate" else fields["t_s"]
        return int(str(t_s))

    def _require_alone(self) -> None:
        row = self._store.one("SELECT size FROM log")
        if row != (self.size,):
            raise LedgerError(
                f"ledger {self._store.path} was written by another process meanwhile",
                hint="stop one of them: a ledger has one writer",
            )
