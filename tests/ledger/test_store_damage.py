import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from edgekit.errors import EdgekitError, LedgerError
from edgekit.ledger import database, reader
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner


def reopen(path: Path, origin: str) -> Ledger:
    return Ledger.open(path, origin=origin, entropy=os.urandom)


def alter(path: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute(sql, values).rowcount
    connection.close()


@pytest.mark.parametrize(
    "case",
    [
        ("DELETE FROM entry WHERE sequence = 300", "its last one is number 299"),
        ("DELETE FROM entry WHERE sequence = 270", "of records 256 to 287 some are missing"),
        ("UPDATE log SET size = 12", "holds 12 records, its last one is number 300"),
        ("UPDATE log SET size = -1", "holds -1 records"),
        ("DELETE FROM log", "first row is not sound"),
        ("UPDATE log SET origin = char(27) || origin", "first row is not sound"),
        ("DELETE FROM entry", "its last one is number -1"),
        ("DELETE FROM node WHERE level = 8", "nodes 0 of level 8 are missing"),
        ("UPDATE node SET hash = zeroblob(32) WHERE level = 8", "not what its checkpoint of 300"),
        ("UPDATE checkpoint SET note = 'x'", "note without a text"),
        ("UPDATE entry SET salt = zeroblob(32) WHERE sequence = 300", "record 300 was altered"),
        ("UPDATE entry SET salt = NULL WHERE sequence = 300", "erased by halves"),
        ("PRAGMA user_version = 1", "has version 1: expected 2"),
        ("PRAGMA application_id = 2", "no ledger of edgekit"),
        ("DROP TABLE node", "holds other tables"),
    ],
)
def test_a_damaged_ledger_is_refused_when_opened(
    ledger: Ledger,
    many: list[SignedRecord],
    signer: MemorySigner,
    path: Path,
    origin: str,
    case: tuple[str, str],
) -> None:
    ledger.append(many[:300])
    ledger.sign_checkpoint(signer)
    ledger.append(many[300:])
    ledger.close()
    alter(path, case[0])
    with pytest.raises(LedgerError, match=case[1]):
        reopen(path, origin)
    with pytest.raises(LedgerError, match=case[1]):
        Ledger.open_readonly(path)


@pytest.mark.parametrize(
    "code",
    [
        "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM checkpoint; END",
        (
            "ALTER TABLE entry RENAME TO old; CREATE VIEW entry AS WITH RECURSIVE n(sequence) AS "
            "(SELECT 0 UNION ALL SELECT sequence + 1 FROM n) "
            "SELECT sequence, zeroblob(32) AS commitment, NULL AS salt, NULL AS envelope FROM n"
        ),
    ],
    ids=["trigger", "endless view"],
)
def test_a_ledger_that_brings_code_is_refused_before_it_runs(
    ledger: Ledger, path: Path, origin: str, code: str
) -> None:
    ledger.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(code)
    for opened in (Ledger.open_readonly, partial(reopen, origin=origin)):
        with pytest.raises(LedgerError, match="other tables than a ledger"):
            opened(path)


def test_a_value_too_large_to_be_ours_is_not_fetched(
    ledger: Ledger, make: Callable[..., list[SignedRecord]], path: Path
) -> None:
    ledger.append(make(0, 2))
    ledger.close()
    alter(path, f"UPDATE entry SET envelope = zeroblob({database.MAX_VALUE_BYTES + 1})")
    with pytest.raises(LedgerError, match="too big"):
        Ledger.open_readonly(path)


def test_a_value_of_another_type_than_the_schema_allows_is_our_error() -> None:
    assert reader._blob(b"x") == b"x"
    with pytest.raises(LedgerError, match="str where bytes should be"):
        reader._blob("x")
    for row in ((3, "x", None, None), (3, None, None, None), (3, b"x", b"", 1)):
        with pytest.raises(LedgerError, match="record 3 is not in bytes"):
            reader._entry(row)


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
        with pytest.raises(EdgekitError), closing(Ledger.open_readonly(path)) as cut:
            verify_ledger(cut, [signer.public_key])


def test_half_made_ledgers_are_never_found(
    tmp_path: Path, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite"
    monkeypatch.setattr(database, "_SCHEMA", "nonsense")
    with pytest.raises(LedgerError, match="syntax error"):
        reopen(path, origin)
    assert list(tmp_path.iterdir()) == []
