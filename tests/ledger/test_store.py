import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.errors import LedgerError
from edgekit.ledger.checkpoint import Checkpoint, verify_note
from edgekit.ledger.document import digest_of
from edgekit.ledger.reader import LedgerReader
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.records import SignedRecord
from edgekit.signing import dsse
from edgekit.signing.canonical import from_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import MemorySigner


def reopen(path: Path, origin: str) -> Ledger:
    return Ledger.open(path, origin=origin, entropy=os.urandom)


def test_what_is_appended_stays(
    ledger: Ledger,
    make: Callable[..., list[SignedRecord]],
    signer: MemorySigner,
    path: Path,
    origin: str,
) -> None:
    assert (ledger.size, ledger.last_t_s, ledger.latest_checkpoint()) == (0, None, None)
    ledger.append(make(0, 3))
    ledger.append(make(3, 4))
    ledger.append([])
    note = ledger.sign_checkpoint(signer)
    ledger.set_delivered("file", 2)
    root = ledger.root()
    ledger.close()
    ledger.close()
    again = reopen(path, origin)
    assert (again.size, again.root(), again.origin) == (4, root, origin)
    assert again.last_t_s == 1_800_000_000 + 3 * 900
    assert again.records(0, 9) == make(0, 4)
    assert again.records(1, 2) == make(1, 3)
    assert again.records(4, 9) == []
    assert again.record(2) == make(2, 3)[0]
    assert again.latest_checkpoint() == note
    assert again.checkpoints() == [(4, note)]
    assert (again.delivered("file"), again.delivered("mqtt")) == (2, 0)
    assert verify_note(note, origin, signer.public_key) == Checkpoint(
        origin=origin, size=4, root=root
    )
    assert again.sign_checkpoint(signer) == note
    again.append(make(4, 5))
    assert [size for size, _ in again.checkpoints()] == [4]
    again.close()


def test_the_file_is_its_owners_and_every_commit_is_synced(ledger: Ledger, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ledger._store.one("PRAGMA journal_mode") == ("wal",)
    assert ledger._store.one("PRAGMA synchronous") == (2,)


def test_only_the_next_record_of_this_log_is_taken(
    ledger: Ledger, make: Callable[..., list[SignedRecord]], other: MemorySigner
) -> None:
    ledger.append(make(0, 2))
    mislabelled = SignedRecord(sequence=2, envelope=make(3, 4)[0].envelope)
    payload = Envelope.from_bytes(make(2, 3)[0].envelope).payload
    other_type = dsse.sign("text/plain", payload, other).to_bytes()
    for records in (
        make(1, 2),
        make(3, 4),
        make(2, 4)[::-1],
        make(2, 3) * 2,
        make(2, 3, by=other),
        make(2, 3, site="market"),
        [mislabelled],
        [SignedRecord(sequence=2, envelope=other_type)],
        [SignedRecord(sequence=2, envelope=b"{}")],
    ):
        with pytest.raises(LedgerError, match=r"cannot be (appended|taken)|is none"):
            ledger.append(records)
        assert ledger.size == 2
    ledger.append(make(2, 3))


def test_a_ledger_of_another_device_or_site_is_refused(
    ledger: Ledger, make: Callable[..., list[SignedRecord]], path: Path, origin: str
) -> None:
    ledger.append(make(0, 1))
    ledger.close()
    with pytest.raises(LedgerError, match=f"belongs to {origin}: expected edgekit/x/0"):
        reopen(path, "edgekit/x/0")
    again = reopen(path, origin)
    assert again.size == 1
    again.close()


def test_only_the_device_signs_checkpoints(ledger: Ledger, other: MemorySigner) -> None:
    with pytest.raises(LedgerError, match="cannot sign for the log"):
        ledger.sign_checkpoint(other)


def test_delivery_cannot_run_ahead(ledger: Ledger, make: Callable[..., list[SignedRecord]]) -> None:
    ledger.append(make(0, 2))
    for wrong in (-1, 3):
        with pytest.raises(LedgerError, match="expected 0 to 2"):
            ledger.set_delivered("file", wrong)


def test_documents_are_kept_by_what_they_say(ledger: Ledger, signer: MemorySigner) -> None:
    plain, signed = b'{"a":1}', dsse.sign("t", b'{"b":2}', signer).to_bytes()
    ledger.put_document(digest_of(plain), plain)
    ledger.put_document(digest_of(plain), plain)
    ledger.put_document(digest_of(b'{"b":2}'), signed)
    assert ledger.document(digest_of(plain)) == plain
    assert ledger.document(digest_of(b'{"b":2}')) == signed
    assert ledger.document("sha256:0") is None
    assert len(ledger.documents()) == 2
    for wrong in (plain, signed, b"\xff"):
        with pytest.raises(LedgerError, match="another content"):
            ledger.put_document("sha256:0", wrong)


def test_an_erased_record_is_gone_from_the_disk_and_the_tree_still_verifies(
    ledger: Ledger, make: Callable[..., list[SignedRecord]], signer: MemorySigner, path: Path
) -> None:
    ledger.append(make(0, 9))
    ledger.sign_checkpoint(signer)
    secret = make(4, 5)[0].envelope[-90:]
    ledger.erase([4])
    with pytest.raises(LedgerError, match="or erased"):
        ledger.record(4)
    with pytest.raises(LedgerError, match="or erased"):
        ledger.erase([4])
    with pytest.raises(LedgerError, match="or erased"):
        ledger.proof(4)
    assert [record.sequence for record in ledger.records(3, 2)] == [3, 5]
    report = verify_ledger(ledger, [signer.public_key])
    assert (report.records, report.erased, report.aggregates + report.events) == (9, 1, 8)
    for file in path.parent.iterdir():
        assert secret not in file.read_bytes()


def test_reading_leaves_no_trace_and_cannot_write(
    ledger: Ledger, make: Callable[..., list[SignedRecord]], signer: MemorySigner, path: Path
) -> None:
    ledger.append(make(0, 3))
    live = Ledger.open_readonly(path)
    assert (live.size, live.records(0, 9)) == (3, make(0, 3))
    assert not hasattr(live, "append")
    live.close()
    ledger.close()
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    cold = Ledger.open_readonly(path)
    assert isinstance(cold, LedgerReader)
    assert verify_ledger(cold, [signer.public_key]).records == 3
    with pytest.raises(LedgerError, match="readonly"):
        cold._store.write("DELETE FROM entry", [()])
    cold.close()
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_second_writer_is_noticed(
    ledger: Ledger, make: Callable[..., list[SignedRecord]], path: Path, origin: str
) -> None:
    second = reopen(path, origin)
    ledger.append(make(0, 1))
    with pytest.raises(LedgerError, match="written by another process"):
        second.append(make(0, 1))
    second.close()
    ledger.append(make(1, 2))


LIGHT = """
import sys
import edgekit.ledger.store, edgekit.ledger.verify, edgekit.signers.file
loud = {"numpy", "cv2", "onnxruntime"} & set(sys.modules)
print(sorted(loud), open("/proc/self/status").read().split("VmRSS:")[1].split()[0])
"""


def test_the_clerks_part_stays_light() -> None:
    out = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    loud, kilobytes = out.stdout.rsplit(" ", 1)
    assert loud == "[]"
    assert int(kilobytes) < 45_000


def test_every_appended_record_has_a_salt_of_its_own(
    ledger: Ledger, make: Callable[..., list[SignedRecord]]
) -> None:
    ledger.append(make(0, 20))
    assert len({entry.salt for entry in ledger.entries()}) == 20
    assert [
        from_bytes(Envelope.from_bytes(entry.open()).payload)["sequence"]
        for entry in ledger.entries()
    ] == list(range(20))
