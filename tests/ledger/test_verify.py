import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edgekit.errors import EdgekitError, VerificationError
from edgekit.ledger.checkpoint import Checkpoint
from edgekit.ledger.document import digest_of
from edgekit.ledger.entry import Entry, commitment
from edgekit.ledger.lines import verify_record
from edgekit.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.records import SignedRecord
from edgekit.signing import dsse
from edgekit.signing.canonical import from_bytes, to_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import RECORD_TYPE

Make = Callable[..., list[SignedRecord]]


def test_a_record_has_one_form_and_one_signature(
    make: Make, signer: MemorySigner, other: MemorySigner
) -> None:
    data = make(0, 1)[0].envelope
    keys = [signer.public_key, other.public_key]
    assert verify_record(data, keys)["sequence"] == 0
    payload = Envelope.from_bytes(data).payload
    two = dsse.sign(RECORD_TYPE, payload, signer, other).to_bytes()
    for odd in (data + b" ", data.replace(b":", b": ", 1), two):
        with pytest.raises(VerificationError, match="one form of a record"):
            verify_record(odd, keys)
    with pytest.raises(VerificationError, match=f"says device {signer.key_id}, but key"):
        verify_record(dsse.sign(RECORD_TYPE, payload, other).to_bytes(), keys)
    with pytest.raises(VerificationError, match="expected 'application/vnd"):
        verify_record(dsse.sign("text/plain", payload, signer).to_bytes(), keys)


class Log:
    """A ledger in memory, to lie about."""

    def __init__(self, origin: str, records: list[SignedRecord], signer: MemorySigner) -> None:
        self.origin, self.size, self.notes = origin, len(records), []
        self.papers: list[tuple[str, bytes]] = []
        self.nodes: dict[tuple[int, int], bytes] = {}
        frontier, self.rows = Frontier(), []
        for record in records:
            leaf = commitment(bytes(32), record.envelope)
            self.rows.append(
                Entry(
                    sequence=record.sequence,
                    commitment=leaf,
                    salt=bytes(32),
                    envelope=record.envelope,
                )
            )
            frontier, nodes = frontier.append(leaf_hash(leaf))
            self.nodes |= {(node.level, node.place): node.value for node in nodes}
            if frontier.size % 4 == 0:
                self.note(frontier.size, frontier.root(), signer)

    def note(self, size: int, root: bytes, signer: MemorySigner, origin: str = "") -> None:
        state = Checkpoint(origin=origin or self.origin, size=size, root=root)
        self.notes.append((size, state.to_note(self.origin, signer)))

    def entries(self) -> Iterator[Entry]:
        return iter(self.rows)

    def hash_at(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def checkpoints(self) -> list[tuple[int, str]]:
        return self.notes

    def documents(self) -> list[tuple[str, bytes]]:
        return self.papers


@pytest.fixture
def log(origin: str, make: Make, signer: MemorySigner) -> Log:
    return Log(origin, make(0, 10), signer)


def wrong(log: Log, signer: MemorySigner, message: str) -> int | None:
    with pytest.raises(VerificationError, match=message) as caught:
        verify_ledger(log, [signer.public_key])
    return caught.value.sequence


def test_a_good_ledger_is_summed_up(log: Log, signer: MemorySigner, other: MemorySigner) -> None:
    log.papers.append((digest_of(b"x"), b"x"))
    report = verify_ledger(log, [other.public_key, signer.public_key])
    assert (report.records, report.erased, report.first_sequence) == (10, 0, 0)
    assert report.head is not None
    assert (report.head.origin, report.head.size) == (log.origin, 8)
    log.notes.clear()
    assert verify_ledger(log, [signer.public_key]).head is None
    log.note(0, EMPTY_ROOT, signer)
    assert verify_ledger(log, [signer.public_key]).head is not None


def test_the_ledger_of_another_device_is_named(log: Log, other: MemorySigner) -> None:
    wrong(log, other, f"ledger {log.origin} of another device: the key given is {other.key_id}")
    with pytest.raises(VerificationError, match="the key given is none"):
        verify_ledger(log, [])


def test_an_empty_ledger_verifies_nothing(origin: str, signer: MemorySigner) -> None:
    wrong(Log(origin, [], signer), signer, "ledger is empty")


def test_every_altered_dropped_doubled_swapped_entry_is_named(
    log: Log, signer: MemorySigner
) -> None:
    rows = list(log.rows)
    for at in range(10):
        log.rows = [*rows[:at], rows[at]._replace(envelope=b"{}"), *rows[at + 1 :]]
        assert wrong(log, signer, f"record {at} was altered") == at
        log.rows = [*rows[:at], *rows[at + 1 :]]
        assert wrong(log, signer, f"record {at} is missing") == at
        log.rows = [*rows[: at + 1], *rows[at:]]
        assert wrong(log, signer, f"record {at} is wrong: it stands twice") == at
        renumbered = rows[(at + 1) % 10]._replace(sequence=at)
        log.rows = [*rows[:at], renumbered, *rows[at + 1 :]]
        assert wrong(log, signer, f"record {at} is wrong: record .* stands in its place") == at


def test_forged_entries_are_named(
    log: Log, make: Make, signer: MemorySigner, other: MemorySigner
) -> None:
    rows = list(log.rows)
    for record, message in [
        (make(3, 4, by=other)[0], "signed by key"),
        (make(3, 4, site="market")[0], "it is of site market"),
    ]:
        leaf = commitment(bytes(32), record.envelope)
        forged = Entry(sequence=3, commitment=leaf, salt=bytes(32), envelope=record.envelope)
        log.rows = [*rows[:3], forged, *rows[4:]]
        assert wrong(log, signer, f"record 3 is wrong: {message}") == 3


def test_rewritten_history_breaks_tree_and_checkpoint(
    log: Log, make: Make, signer: MemorySigner
) -> None:
    # Even with the device's key and good signatures.
    record = make(2, 3)[0]
    payload = from_bytes(Envelope.from_bytes(record.envelope).payload)
    envelope = dsse.sign(RECORD_TYPE, to_bytes(payload | {"boot": "f" * 16}), signer).to_bytes()
    leaf = commitment(bytes(32), envelope)
    log.rows[2] = Entry(sequence=2, commitment=leaf, salt=bytes(32), envelope=envelope)
    assert wrong(log, signer, "record 3 is wrong: the checkpoint of 4 has another root") == 3
    log.notes.clear()
    assert verify_ledger(log, [signer.public_key]).records == 10  # which is what a witness is for


def test_an_altered_node_above_many_records_is_named(
    origin: str, many: list[SignedRecord], signer: MemorySigner
) -> None:
    log = Log(origin, many, signer)
    assert verify_ledger(log, [signer.public_key]).records == 301
    log.nodes[8, 0] = bytes(32)
    assert wrong(log, signer, "record 255 is wrong: the tree over records 0 to 255") == 255


def test_a_ledger_shorter_or_longer_than_it_says_is_named(log: Log, signer: MemorySigner) -> None:
    log.size = 12
    assert wrong(log, signer, "records 10 to 11 are missing") == 10
    log.size = 9
    assert wrong(log, signer, "record 9 is wrong: the ledger does not know") == 9
    log.size, log.rows = 6, log.rows[:6]
    assert wrong(log, signer, "records 6 to 7 are missing") == 6


def test_wrong_checkpoints_and_documents_are_refused(
    log: Log, signer: MemorySigner, other: MemorySigner
) -> None:
    good = list(log.notes)
    log.notes = [(4, good[1][1])]
    wrong(log, signer, "checkpoint of 4 is of edgekit/plaza/.*, size 8: another one")
    log.notes = [(4, "x")]
    wrong(log, signer, "checkpoint of 4 is wrong: note without")
    log.notes = []
    log.note(4, bytes(32), other)
    wrong(log, signer, "checkpoint of 4 is wrong: checkpoint carries no signature")
    log.notes = []
    log.note(4, bytes(32), signer, origin="else")
    wrong(log, signer, "checkpoint of 4 is of else")
    log.notes = []
    log.note(0, bytes(32), signer)
    wrong(log, signer, "checkpoint of 0 has another root")
    log.notes, log.papers = good, [("sha256:0", b"x")]
    wrong(log, signer, "document sha256:0 has another content")


def test_erased_entries_count_but_cannot_be_forged(log: Log, signer: MemorySigner) -> None:
    log.rows[3] = log.rows[3]._replace(salt=None, envelope=None)
    assert verify_ledger(log, [signer.public_key]).erased == 1
    log.rows[3] = log.rows[3]._replace(commitment=bytes(32))
    wrong(log, signer, "record 3 is wrong: the checkpoint of 4 has another root")


def test_any_damage_to_the_file_gives_a_report_or_our_error(
    path: Path, ledger: Ledger, make: Make, signer: MemorySigner
) -> None:
    ledger.append(make(0, 12))
    ledger.sign_checkpoint(signer)
    ledger.put_document(digest_of(b"x"), b"x")
    ledger.close()
    whole = path.read_bytes()
    undetected = 0
    for step in range(400):
        data = bytearray(whole)
        data[(step * 7919 + step) % len(whole)] ^= 1 + step % 255
        path.write_bytes(data)
        try:
            reader = Ledger.open_readonly(path)
        except EdgekitError:
            continue
        try:
            report = verify_ledger(reader, [signer.public_key])
        except EdgekitError:
            continue
        finally:
            reader.close()
        # What goes unnoticed is empty room in the file, never a record.
        undetected += 1
        assert report.records == 12
        assert report.head is not None
    assert undetected < 400


def test_a_ledger_that_grows_while_it_is_read_verifies_as_it_was(
    path: Path, ledger: Ledger, make: Make, signer: MemorySigner
) -> None:
    ledger.append(make(0, 300))
    ledger.sign_checkpoint(signer)
    reader = Ledger.open_readonly(path)
    ledger.append(make(300, 310))
    ledger.sign_checkpoint(signer)

    def meanwhile(entries: Iterator[Entry]) -> Iterator[Entry]:
        for entry in entries:
            if entry.sequence == 7:
                ledger.append(make(310, 320))
                ledger.sign_checkpoint(signer)
            yield entry

    report = verify_ledger(reader, [signer.public_key], watch=meanwhile)
    assert (report.records, report.head.size) == (300, 300)
    reader.close()
    again = Ledger.open_readonly(path)
    assert verify_ledger(again, [signer.public_key]).records == 320
    again.close()


def test_an_erased_ledger_still_verifies_from_disk(
    path: Path, origin: str, ledger: Ledger, make: Make, signer: MemorySigner
) -> None:
    ledger.append(make(0, 3))
    ledger.sign_checkpoint(signer)
    for sequence in range(3):
        ledger.erase([sequence])
    ledger.close()
    again = Ledger.open(path, origin=origin, entropy=os.urandom)
    report = verify_ledger(again, [signer.public_key])
    assert (report.erased, report.site, report.first_s) == (3, None, None)
    again.close()


def test_a_table_missing_while_reading_is_our_error(
    path: Path, ledger: Ledger, make: Make, signer: MemorySigner
) -> None:
    ledger.append(make(0, 3))
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE document")
    connection.close()
    with pytest.raises(EdgekitError, match="no such table"):
        verify_ledger(ledger, [signer.public_key])
