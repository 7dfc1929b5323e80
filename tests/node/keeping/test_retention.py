"""The clerk erases what is too old by itself, whatever stops it half-way."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from ledger.conftest import START_S, records

from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.node.keeping.retention import EVERY_MS, Retention
from edgekit.records import ClockTrust
from edgekit.signing.keys import MemorySigner

SIGNER = MemorySigner.from_seed(b"\x07" * 32)
ORIGIN = origin_of("plaza", SIGNER.key_id)
DAY_S, WINDOW_S, MANY = 86_400, 900, 300
NOW_MS = (START_S + 30 * DAY_S + 12 * WINDOW_S) * 1000
"""Of records kept for 30 days, the first twelve are too old by then."""

Open = Callable[..., Ledger]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    return made


@pytest.fixture
def ledger(folder: Path) -> Ledger:
    return filled(folder, 20)


def opened(folder: Path, connection: type[sqlite3.Connection] = sqlite3.Connection) -> Ledger:
    return Ledger.open(
        folder / "ledger.sqlite", origin=ORIGIN, entropy=os.urandom, connection=connection
    )


def filled(folder: Path, count: int) -> Ledger:
    made = opened(folder)
    made.append(records(0, count, SIGNER), SIGNER)
    return made


def secrets(ledger: Ledger) -> list[bytes]:
    """Return what each entry holds that no other does."""
    found = [(entry.salt or b"", (entry.envelope or b"")[-90:-2]) for entry in ledger.entries()]
    return [piece for pieces in found for piece in pieces]


def require_gone(folder: Path, pieces: list[bytes], numbers: range) -> None:
    data = b"".join(file.read_bytes() for file in folder.iterdir())
    for number in numbers:
        gone = number % 5 != 0  # every fifth is an event, which stays
        for piece in pieces[2 * number : 2 * number + 2]:
            assert (piece not in data) == gone, number


def run(retention: Retention, now_ms: int = NOW_MS, turns: int = 8) -> None:
    for turn in range(turns):
        retention.turn(now_ms + turn, ClockTrust.FREE)


def test_numbers_go_when_their_time_is_over_and_the_log_verifies(
    folder: Path, ledger: Ledger
) -> None:
    pieces = secrets(ledger)
    run(Retention(ledger, "P30D"))
    require_gone(folder, pieces, range(12))
    report = verify_ledger(ledger, [SIGNER.public_key])
    assert (report.records, report.erased) == (20, 9)
    ledger.append(records(20, 22, SIGNER), SIGNER)
    assert verify_ledger(ledger, [SIGNER.public_key]).records == 22


def test_it_goes_on_as_time_goes_by_page_after_page(folder: Path) -> None:
    ledger = filled(folder, MANY)
    pieces, retention = secrets(ledger), Retention(ledger, "P30D")
    run(retention)
    assert verify_ledger(ledger, [SIGNER.public_key]).erased == 9
    later_ms = NOW_MS + MANY * WINDOW_S * 1000
    retention.turn(NOW_MS + EVERY_MS - 1, ClockTrust.FREE)
    assert verify_ledger(ledger, [SIGNER.public_key]).erased == 9
    run(retention, later_ms)
    assert verify_ledger(ledger, [SIGNER.public_key]).erased == MANY - MANY // 5
    require_gone(folder, pieces, range(MANY))


def test_a_clock_that_is_not_to_be_trusted_erases_nothing(ledger: Ledger) -> None:
    Retention(ledger, "P30D").turn(NOW_MS, ClockTrust.NONE)
    assert verify_ledger(ledger, [SIGNER.public_key]).erased == 0


def test_times_of_a_wrong_clock_count_as_when_it_was_set_right(folder: Path) -> None:
    ledger = filled(folder, 10)
    mended_s = START_S - 100 * DAY_S
    run(Retention(ledger, "P30D", (6, mended_s)), (START_S - 69 * DAY_S) * 1000)
    assert verify_ledger(ledger, [SIGNER.public_key]).erased == 4


def test_a_reader_delays_it_and_it_is_said_once(
    folder: Path, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    pieces, retention = secrets(ledger), Retention(ledger, "P30D")
    ledger.forget_journal()
    reader = sqlite3.connect(folder / "ledger.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entry").fetchone()
    for minute in range(3):
        run(retention, NOW_MS + minute * EVERY_MS)
    assert capsys.readouterr().err.count("erasing what is too old waits") == 1
    reader.close()
    run(retention, NOW_MS + 3 * EVERY_MS)
    require_gone(folder, pieces, range(12))


class Snapping(sqlite3.Connection):
    """Copies the folder before each statement: what a power cut there would leave."""

    source: Path
    snapshots: list[Path]

    def _snap(self) -> None:
        copy = self.source.with_name(f"cut-{len(self.snapshots)}")
        shutil.copytree(self.source, copy)
        self.snapshots.append(copy)

    def execute(self, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        self._snap()
        return super().execute(sql, values)

    def executemany(self, sql: str, rows: list[tuple[object, ...]]) -> sqlite3.Cursor:
        self._snap()
        return super().executemany(sql, rows)


def test_after_a_power_cut_at_any_step_the_next_start_finishes(folder: Path) -> None:
    first = filled(folder, 14)
    pieces = secrets(first)
    snapping = type("Here", (Snapping,), {"source": folder, "snapshots": []})
    ledger = opened(folder, snapping)
    begun = len(snapping.snapshots)
    run(Retention(ledger, "P30D"))
    assert len(snapping.snapshots) > begun + 5
    for cut in snapping.snapshots[begun:]:
        again = opened(cut)
        assert verify_ledger(again, [SIGNER.public_key]).records == 14
        run(Retention(again, "P30D"))
        assert verify_ledger(again, [SIGNER.public_key]).erased == 9
        require_gone(cut, pieces, range(12))
        again.close()


def test_what_was_erased_by_hand_meanwhile_is_no_trouble(folder: Path, ledger: Ledger) -> None:
    other = opened(folder)
    other.erase([1, 2])
    other.close()
    run(Retention(ledger, "P30D"))
    assert verify_ledger(ledger, [SIGNER.public_key]).erased == 9
