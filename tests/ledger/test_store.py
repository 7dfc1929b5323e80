import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.errors import EdgekitError, LedgerError
from edgekit.ledger import database, reader
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


def alter(path: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute(sql, values).rowcount
    connection.close()


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
        with pytest.raises(LedgerError, match=r"cannot be appended|is none"):
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
    assert reopen(path, origin).size == 1


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
    ledger.erase(4)
    with pytest.raises(LedgerError, match="or erased"):
        ledger.record(4)
    with pytest.raises(LedgerError, match="or erased"):
        ledger.erase(4)
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


@pytest.mark.parametrize(
    "case",
    [
        ("DELETE FROM entry WHERE sequence = 10", "its last one is number 9"),
        ("UPDATE log SET size = 12", "holds 12 records, its last one is number 10"),
        ("UPDATE log SET size = -1", "holds -1 records"),
        ("DELETE FROM log", "first row is not there"),
        ("DELETE FROM entry", "its last one is number -1"),
        ("DELETE FROM node WHERE level = 3", "node 0 of level 3 is missing"),
        ("UPDATE node SET hash = zeroblob(32) WHERE level = 3", "not what its checkpoint of 10"),
        ("UPDATE checkpoint SET note = 'x'", "note without a text"),
        ("UPDATE entry SET salt = zeroblob(32) WHERE sequence = 10", "record 10 was altered"),
        ("UPDATE entry SET salt = NULL WHERE sequence = 10", "erased by halves"),
        ("PRAGMA user_version = 2", "has version 2: expected 1"),
        ("PRAGMA application_id = 2", "no ledger of edgekit"),
        ("DROP TABLE node", "no such table"),
    ],
)
def test_a_damaged_ledger_is_refused_when_opened(
    ledger: Ledger,
    make: Callable[..., list[SignedRecord]],
    signer: MemorySigner,
    path: Path,
    origin: str,
    case: tuple[str, str],
) -> None:
    ledger.append(make(0, 10))
    ledger.sign_checkpoint(signer)
    ledger.append(make(10, 11))
    ledger.close()
    alter(path, case[0])
    with pytest.raises(LedgerError, match=case[1]):
        reopen(path, origin)
    with pytest.raises(LedgerError, match=case[1]):
        Ledger.open_readonly(path)


def test_a_value_of_another_type_than_the_schema_allows_is_our_error() -> None:
    assert reader._blob(b"x") == b"x"
    with pytest.raises(LedgerError, match="str where bytes should be"):
        reader._blob("x")


def test_a_rolled_back_ledger_does_not_fit_its_checkpoint(
    ledger: Ledger,
    make: Callable[..., list[SignedRecord]],
    signer: MemorySigner,
    path: Path,
    origin: str,
) -> None:
    ledger.append(make(0, 10))
    ledger.sign_checkpoint(signer)
    ledger.close()
    alter(path, "DELETE FROM entry WHERE sequence > 7")
    alter(path, "UPDATE log SET size = 8")
    with pytest.raises(LedgerError, match="its 8 records are not what its checkpoint of 10"):
        reopen(path, origin)


def test_other_files_are_refused(tmp_path: Path, origin: str) -> None:
    path = tmp_path / "ledger.sqlite"
    with pytest.raises(LedgerError, match="is no file"):
        Ledger.open_readonly(path)
    with pytest.raises(LedgerError, match="is no file"):
        reopen(tmp_path, origin)
    with pytest.raises(LedgerError, match="cannot be made: No such file"):
        reopen(tmp_path / "no" / "ledger.sqlite", origin)
    with pytest.raises(LedgerError, match="cannot be read: File name too long"):
        Ledger.open_readonly(tmp_path / ("x" * 300))
    path.write_bytes(b"")
    with pytest.raises(LedgerError, match="empty file: it was cut off"):
        reopen(path, origin)
    path.write_bytes(b"x")
    with pytest.raises(LedgerError, match="no ledger of edgekit"):
        reopen(path, origin)
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(LedgerError, match="not a database") as caught:
        Ledger.open_readonly(path)
    assert caught.value.hint == "give the ledger's own file, ledger.sqlite"


def test_a_file_cut_anywhere_is_refused(
    ledger: Ledger, make: Callable[..., list[SignedRecord]], signer: MemorySigner, path: Path
) -> None:
    ledger.append(make(0, 40))
    ledger.close()
    whole = path.read_bytes()
    for length in range(0, len(whole), 1023):
        path.write_bytes(whole[:length])
        with pytest.raises(EdgekitError):
            verify_ledger(Ledger.open_readonly(path), [signer.public_key])


def test_half_made_ledgers_are_never_found(
    tmp_path: Path, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite"
    monkeypatch.setattr(database, "_SCHEMA", "nonsense")
    with pytest.raises(LedgerError, match="syntax error"):
        reopen(path, origin)
    assert list(tmp_path.iterdir()) == []


class Failing(sqlite3.Connection):
    """Fails the n-th statement as a full disk does; `failing_at` counts down over all of them."""

    failing_at = -1

    def _count(self) -> None:
        Failing.failing_at -= 1
        if Failing.failing_at == 0:
            raise sqlite3.OperationalError("database or disk is full")

    def execute(self, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        self._count()
        return super().execute(sql, values)

    def executemany(self, sql: str, rows: list[tuple[object, ...]]) -> sqlite3.Cursor:
        self._count()
        return super().executemany(sql, rows)


def test_whichever_statement_fails_nothing_is_half_written(
    ledger: Ledger,
    make: Callable[..., list[SignedRecord]],
    signer: MemorySigner,
    path: Path,
    origin: str,
) -> None:
    ledger.append(make(0, 2))
    ledger.close()
    size, failures = 2, 0
    for nth in range(1, 40):
        Failing.failing_at = nth
        opened = None
        try:
            opened = Ledger.open(path, origin=origin, entropy=os.urandom, connection=Failing)
            opened.append(make(size, size + 2))
            size += 2
            opened.sign_checkpoint(signer)
            opened.set_delivered("file", size)
        except LedgerError as error:
            failures += "disk is full" in str(error)
        whole = Failing.failing_at > 0
        Failing.failing_at = -1
        if opened is not None:
            assert opened.size == size
            opened.close()
        opened = Ledger.open_readonly(path)
        assert opened.size == size
        assert verify_ledger(opened, [signer.public_key]).records == size
        opened.close()
        if whole:
            break
    assert whole
    assert failures == nth - 1


def test_a_disk_that_is_really_full_gives_one_clear_error(
    ledger: Ledger, make: Callable[..., list[SignedRecord]], signer: MemorySigner
) -> None:
    ledger.append(make(0, 2))
    (pages,) = ledger._store.one("PRAGMA page_count")
    ledger._store.one(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerError, match="disk is full") as caught:
        ledger.append(make(2, 60))
    assert "free some space" in str(caught.value.hint)
    assert ledger.size == 2
    assert verify_ledger(ledger, [signer.public_key]).records == 2
    ledger._store.one("PRAGMA max_page_count = 100000")
    ledger.append(make(2, 60))
    assert verify_ledger(ledger, [signer.public_key]).records == 60


APPENDING = """
import os, sys
from pathlib import Path
from edgekit.ledger.store import Ledger
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner

path, origin, lines = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_bytes().splitlines()
signer = MemorySigner.from_seed(bytes([7]) * 32)
ledger = Ledger.open(path, origin=origin, entropy=os.urandom)
for sequence in range(ledger.size, len(lines)):
    ledger.append([SignedRecord(sequence=sequence, envelope=lines[sequence])])
    print(sequence + 1, flush=True)
    ledger.sign_checkpoint(signer)
"""


def test_a_ledger_killed_at_any_time_verifies_and_lost_nothing(
    tmp_path: Path, make: Callable[..., list[SignedRecord]], signer: MemorySigner, origin: str
) -> None:
    path, lines = tmp_path / "ledger.sqlite", tmp_path / "lines"
    lines.write_bytes(b"".join(record.envelope + b"\n" for record in make(0, 600)))
    for stop in (1, 2, 17, 60, 97):
        child = subprocess.Popen(
            [sys.executable, "-c", APPENDING, path, origin, lines],
            stdout=subprocess.PIPE,
            text=True,
        )
        told = 0
        for _ in range(stop):
            told = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        opened = Ledger.open_readonly(path)
        assert opened.size >= told
        assert verify_ledger(opened, [signer.public_key]).records == opened.size
        opened.close()


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
