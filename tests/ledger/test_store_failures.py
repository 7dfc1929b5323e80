import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.errors import LedgerError
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner


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
