"""Copies, compaction, co-signatures and proofs of a ledger that is at work."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.errors import LedgerError, VerificationError
from edgekit.ledger.checkpoint import Checkpoint, read_unverified
from edgekit.ledger.cosignature import Witness, cosign, cosigned_at
from edgekit.ledger.proof import Proof
from edgekit.ledger.request import Request
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner

Make = Callable[..., list[SignedRecord]]
KEY = MemorySigner.from_seed(b"\x21" * 32)
WITNESS = Witness(name="example.org/w", key=KEY.public_key)
SECOND_KEY = MemorySigner.from_seed(b"\x22" * 32)
SECOND = Witness(name="example.org/v", key=SECOND_KEY.public_key)


def test_records_and_their_checkpoint_are_one_step(
    ledger: Ledger, make: Make, signer: MemorySigner, other: MemorySigner
) -> None:
    ledger.append(make(0, 3), signer)
    assert read_unverified(str(ledger.latest_checkpoint())).size == 3
    with pytest.raises(LedgerError, match="cannot sign for the log"):
        ledger.append(make(3, 5), other)
    assert (ledger.size, len(ledger.records(0, 9))) == (3, 3)
    ledger.append(make(3, 5), signer)
    assert read_unverified(str(ledger.latest_checkpoint())).size == 5


def test_a_copy_is_made_while_the_ledger_grows(
    ledger: Ledger, make: Make, signer: MemorySigner, path: Path, tmp_path: Path
) -> None:
    ledger.append(make(0, 5), signer)
    reader = Ledger.open_readonly(path)
    ledger.append(make(5, 9), signer)
    reader.copy_to(tmp_path / "copy.sqlite")
    reader.close()
    copy = Ledger.open_readonly(tmp_path / "copy.sqlite")
    assert verify_ledger(copy, [signer.public_key]).records == 5
    copy.close()
    assert (tmp_path / "copy.sqlite").stat().st_mode & 0o777 == 0o600
    with pytest.raises(LedgerError, match="exists already"):
        ledger.copy_to(tmp_path / "copy.sqlite")
    with pytest.raises(LedgerError, match="cannot be made"):
        ledger.copy_to(tmp_path / "none" / "copy.sqlite")


def test_a_copy_whose_name_cannot_be_given_leaves_nothing(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path, __: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(LedgerError, match="cannot be made: Input/output error"):
        ledger.copy_to(tmp_path / "copy.sqlite")
    assert not list(tmp_path.glob("copy*"))


def test_the_room_of_what_was_erased_is_given_back(
    ledger: Ledger, many: list[SignedRecord], signer: MemorySigner, path: Path
) -> None:
    ledger.append(many, signer)
    ledger._store.forget_journal()
    before = path.stat().st_size
    ledger.erase(range(300))
    ledger.compact()
    assert path.stat().st_size < before / 3
    assert ledger.problems() == []
    assert verify_ledger(ledger, [signer.public_key]).erased == 300


def test_what_a_reader_still_sees_is_not_claimed_to_be_gone(
    ledger: Ledger, make: Make, path: Path
) -> None:
    ledger.append(make(0, 5))
    ledger._store._connection.execute("PRAGMA busy_timeout = 0")
    reader = Ledger.open_readonly(path)
    assert reader.size == 5
    with pytest.raises(LedgerError, match="in its journal still"):
        ledger.erase([2])
    reader.close()
    ledger.compact()


def test_what_a_power_cut_left_in_the_journal_is_forgotten(
    ledger: Ledger, make: Make, path: Path
) -> None:
    ledger.append(make(0, 3))
    journal = path.with_name(f"{path.name}-wal")
    assert journal.stat().st_size > 0
    ledger.forget_journal()
    assert journal.stat().st_size == 0
    assert len(ledger.records(0, 3)) == 3


def test_problems_of_the_file_are_told(ledger: Ledger, many: list[SignedRecord]) -> None:
    ledger.append(many)
    ledger.erase([0])
    assert ledger.problems() == []
    connection = ledger._store._connection
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, 'salt BLOB', 'salt BLOB NOT NULL')"
    )
    connection.execute("PRAGMA writable_schema = RESET")
    assert ledger.problems() == ["NULL value in entry.salt"]


def cosigned(ledger: Ledger, *, key: MemorySigner = KEY, name: str = WITNESS.name) -> str:
    note = str(ledger.latest_checkpoint())
    return note + cosign(note, name, key, t_s=1_800_000_000)


def test_what_witnesses_signed_is_kept_for_good(
    ledger: Ledger, make: Make, signer: MemorySigner
) -> None:
    ledger.append(make(0, 3), signer)
    public = signer.public_key
    assert ledger.witnessed_size() == 0
    assert ledger.keep_cosigned(cosigned(ledger), key=public, witnesses=[WITNESS]) == 3
    second = cosigned(ledger, key=SECOND_KEY, name=SECOND.name)
    assert ledger.keep_cosigned(second, key=public, witnesses=[WITNESS, SECOND]) == 3
    assert ledger.sign_checkpoint(signer) == ledger.latest_checkpoint()
    ledger.append(make(3, 4), signer)
    ledger.append(make(4, 6), signer)
    assert [size for size, _ in ledger.checkpoints()] == [3, 6]  # of a day the last one, and it
    assert set(cosigned_at(ledger.checkpoints()[0][1], [WITNESS, SECOND])) == {
        WITNESS.name,
        SECOND.name,
    }
    proofs = [Proof.from_text(ledger.proof(n)) for n in (1, 4)]
    assert [read_unverified(one.note).size for one in proofs] == [3, 6]
    assert verify_ledger(ledger, [public]).head.size == 6


def test_only_what_is_of_this_tree_is_kept(
    ledger: Ledger, make: Make, signer: MemorySigner
) -> None:
    ledger.append(make(0, 3), signer)
    public = signer.public_key
    with pytest.raises(VerificationError, match="none of those expected"):
        ledger.keep_cosigned(cosigned(ledger), key=public, witnesses=[SECOND])
    state = Checkpoint(origin=ledger.origin, size=2, root=bytes(32))
    note = state.to_note(ledger.origin, signer)
    note += cosign(note, WITNESS.name, KEY, t_s=1)
    with pytest.raises(VerificationError, match="over another tree"):
        ledger.keep_cosigned(note, key=public, witnesses=[WITNESS])
    beyond = Checkpoint(origin=ledger.origin, size=9, root=bytes(32))
    with pytest.raises(LedgerError, match="holds 3 records, not 9"):
        ledger.keep_cosigned(beyond.to_note(ledger.origin, signer), key=public, witnesses=[WITNESS])


def test_a_witness_is_asked_from_what_it_knows_on(
    ledger: Ledger, make: Make, signer: MemorySigner
) -> None:
    with pytest.raises(LedgerError, match="no checkpoint yet"):
        ledger.request(0)
    ledger.append(make(0, 7), signer)
    request = Request.from_text(ledger.request(3))
    assert (request.old_size, len(request.path)) == (3, 4)
    with pytest.raises(VerificationError, match="cannot begin with"):
        ledger.request(8)


def test_missing_rows_are_found_where_they_are_asked_for(
    ledger: Ledger, many: list[SignedRecord]
) -> None:
    ledger.append(many)
    ledger._store.write("DELETE FROM entry WHERE sequence = 7", [()])
    with pytest.raises(LedgerError, match="of records 0 to 255 some are missing"):
        ledger.hashes(0, 0, 256)
    ledger._store.write("DELETE FROM node", [()])
    with pytest.raises(LedgerError, match="nodes 0 of level 8"):
        ledger.hash_at(8, 0)


def test_a_rewrite_of_the_tree_is_seen_by_the_writer_too(
    ledger: Ledger, make: Make, signer: MemorySigner, path: Path, origin: str
) -> None:
    second = Ledger.open(path, origin=origin, entropy=os.urandom)
    ledger.append(make(0, 2), signer)
    with pytest.raises(LedgerError, match="written by another process"):
        second.sign_checkpoint(signer)
    second.close()
