"""What is too old is gone from the disk, and the log is none the worse."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from ledger.conftest import START_S

from edgekit.errors import LedgerError
from edgekit.ledger.retention import aged, retire
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner

Make = Callable[..., list[SignedRecord]]


def test_numbers_older_than_their_time_are_erased_and_events_stay(
    ledger: Ledger, make: Make, signer: MemorySigner, path: Path
) -> None:
    records = make(0, 20)
    ledger.append(records, signer)
    secrets = [record.envelope[-90:-2] for record in records]
    salts = [entry.salt for entry in ledger.entries()]
    assert all(
        any(secret in file.read_bytes() for file in path.parent.iterdir()) for secret in secrets
    )
    erased = retire(ledger, path, START_S + 900 * 12)
    assert (erased.records, erased.first_s, erased.last_s) == (9, START_S + 900, START_S + 900 * 11)
    assert path in erased.searched
    data = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for number, (secret, salt) in enumerate(zip(secrets, salts, strict=True)):
        kept = number >= 12 or number % 5 == 0
        assert (secret in data) == kept, number
        assert (salt in data) == kept, number
    report = verify_ledger(ledger, [signer.public_key])
    assert (report.records, report.erased, report.events) == (20, 9, 4)
    ledger.append(make(20, 22), signer)
    assert verify_ledger(ledger, [signer.public_key]).records == 22


def test_a_second_time_nothing_is_old(ledger: Ledger, make: Make, path: Path) -> None:
    ledger.append(make(0, 6))
    retire(ledger, path, START_S + 900 * 3)
    assert list(aged(ledger, START_S + 900 * 3)) == []
    again = retire(ledger, path, START_S + 900 * 3)
    assert (again.records, again.first_s, again.last_s) == (0, None, None)


def test_what_a_reader_keeps_in_the_journal_is_said(ledger: Ledger, make: Make, path: Path) -> None:
    ledger.append(make(0, 6))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entry").fetchone()
    with pytest.raises(LedgerError, match="is being read"):
        retire(ledger, path, START_S + 900 * 6)
    reader.close()


@pytest.mark.parametrize("where", ["salt", "signature", "payload"])
def test_a_copy_beside_it_is_found(where: str, ledger: Ledger, make: Make, path: Path) -> None:
    ledger.append(make(0, 6))
    (entry,) = ledger.entries(1, 2)
    assert entry.salt is not None
    assert entry.envelope is not None
    data = {"salt": entry.salt, "signature": entry.envelope, "payload": entry.envelope[-100:]}
    copy = path.with_name(f"{path.name}-journal.old")
    copy.write_bytes(bytes(1000) + data[where] + bytes(1000))
    with pytest.raises(LedgerError, match="still holds a part"):
        retire(ledger, path, START_S + 900 * 6)


def test_a_file_that_cannot_be_searched_is_named(
    ledger: Ledger, make: Make, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.append(make(0, 6))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(LedgerError, match="cannot be searched"):
        retire(ledger, path, START_S + 900 * 6)
