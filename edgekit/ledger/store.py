"""The ledger on disk: SQLite with a write-ahead log, each append one durable transaction.

Cheap on purpose: an append writes the entries, of the tree every 256th leaf's node, and one row
more. One process appends; any number may read; what others write (an erasure, a co-signature)
does not change the tree.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from edgekit.errors import LedgerError, VerificationError
from edgekit.ledger import database
from edgekit.ledger.checkpoint import Checkpoint, origin_of, verify_note
from edgekit.ledger.cosignature import Witness, merged, only_signed_by
from edgekit.ledger.document import require_document
from edgekit.ledger.entry import SALT_BYTES, commitment
from edgekit.ledger.merkle import STRIDE, Frontier, leaf_hash
from edgekit.ledger.reader import LedgerReader
from edgekit.records import SignedRecord
from edgekit.signing.batch import Batch
from edgekit.signing.keys import PublicKey, Signer

DAY_S = 86_400
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

    def append(self, records: Batch | Sequence[SignedRecord], signer: Signer | None = None) -> None:
        """Append records, all of them or none, durably; their sequences follow on `size`.

        With a ``signer`` the checkpoint over the new state is signed and kept in the same step.
        ``last_t_s`` becomes the latest start of a window or time of an event.

        Raises:
            LedgerError: a record out of order or of another device or site, a signer that is not
                this ledger's device, a full disk, another writer; the ledger is then as it was.
        """
        batch = self._batch(records)
        last_t_s = max(filter(None, (self.last_t_s, batch.last_t_s)), default=batch.last_t_s)
        salts = self._entropy(SALT_BYTES * len(batch.records))
        entries: list[tuple[int, bytes, bytes, bytes]] = []
        for n, record in enumerate(batch.records):
            salt = salts[n * SALT_BYTES : (n + 1) * SALT_BYTES]
            data = commitment(salt, record.envelope)
            entries.append((record.sequence, data, salt, record.envelope))
        frontier, nodes = self._frontier.extend(
            [leaf_hash(entry[1]) for entry in entries], stride=STRIDE
        )
        with self._store.transaction():
            self._require_alone()
            self._store.write("INSERT INTO entry VALUES (?, ?, ?, ?)", entries)
            self._store.write("INSERT INTO node VALUES (?, ?, ?)", nodes)
            self._store.write("UPDATE log SET size = ?, last_t_s = ?", [(frontier.size, last_t_s)])
            if signer is not None:
                self._keep_checkpoint(frontier, last_t_s, signer)
        self._frontier, self.last_t_s = frontier, last_t_s

    def erase(self, sequences: Sequence[int]) -> None:
        """Overwrite records and their salts; the commitments stay, so that the tree verifies.

        Raises LedgerError where one of them does not exist or was erased; then none is.
        """
        with self._store.transaction():
            for sequence in sequences:
                self.record(sequence)
            self._store.write(
                "UPDATE entry SET salt = NULL, envelope = NULL WHERE sequence = ?",
                [(sequence,) for sequence in sequences],
            )
        self._store.forget_journal()

    def forget_journal(self) -> None:
        """Take what was erased out of the journal, as after a power cut in between.

        Raises LedgerError while somebody reads the ledger.
        """
        self._store.forget_journal()

    def compact(self) -> None:
        """Give the room of what was erased back to the disk; LedgerError where that fails."""
        self._store.vacuum()

    def sign_checkpoint(self, signer: Signer) -> str:
        """Sign, keep and return the note of the present state.

        Of the checkpoints of one day that no witness signed, only the last is kept.

        Raises LedgerError where the signer is not this ledger's device, or nothing can be written.
        """
        with self._store.transaction():
            self._require_alone()
            return self._keep_checkpoint(self._frontier, self.last_t_s, signer)

    def keep_cosigned(self, note: str, *, key: PublicKey, witnesses: Sequence[Witness]) -> int:
        """Keep a checkpoint of this log that a witness co-signed; return its size.

        Of other signatures than the log's and those of ``witnesses`` nothing is kept.

        Raises:
            VerificationError: not signed by ``key`` and one of the witnesses at least, or over
                another tree than this one.
            LedgerError: nothing can be written.
        """
        state = verify_note(note, self.origin, key)
        if self.frontier(state.size).root() != state.root or state.origin != self.origin:
            raise VerificationError(
                f"checkpoint of {state.size} was co-signed over another tree than this ledger's"
            )
        row = self._store.one("SELECT note FROM checkpoint WHERE size = ?", state.size)
        kept = only_signed_by(merged(note, *map(str, row or ())), key, witnesses)
        day = (self.last_t_s or 0) // DAY_S
        with self._store.transaction():
            self._store.write(
                "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, 1, ?)", [(state.size, day, kept)]
            )
        return state.size

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

    def _batch(self, records: Batch | Sequence[SignedRecord]) -> Batch:
        try:
            batch = records if isinstance(records, Batch) else Batch.read(records)
        except VerificationError as error:
            raise LedgerError(str(error)) from None
        if batch.records:
            found = (origin_of(str(batch.site), str(batch.device)), batch.first)
            if found != (self.origin, self.size):
                raise LedgerError(
                    f"record {found} cannot be appended: expected {(self.origin, self.size)}"
                )
        return batch

    def _keep_checkpoint(self, tree: Frontier, last_t_s: int | None, signer: Signer) -> str:
        if not self.origin.endswith(f"/{signer.key_id}"):
            raise LedgerError(f"key {signer.key_id} cannot sign for the log {self.origin}")
        state = Checkpoint(origin=self.origin, size=tree.size, root=tree.root())
        row = self._store.one(
            "SELECT note FROM checkpoint WHERE size = ? AND witnessed = 1", tree.size
        )
        if row is not None:
            return str(row[0])
        note, day = state.to_note(self.origin, signer), (last_t_s or 0) // DAY_S
        self._store.write("DELETE FROM checkpoint WHERE day = ? AND witnessed = 0", [(day,)])
        self._store.write(
            "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, 0, ?)", [(tree.size, day, note)]
        )
        return note

    def _require_alone(self) -> None:
        row = self._store.one("SELECT size FROM log")
        if row != (self.size,):
            raise LedgerError(
                f"ledger {self._store.path} was written by another process meanwhile",
                hint="stop one of them: a ledger has one writer",
            )
