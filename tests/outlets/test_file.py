"""The file outlet: each record once and whole, whatever the disk does."""

import base64
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgekit.errors import OutletError
from edgekit.outlets.disk import Disk, PosixDisk
from edgekit.outlets.file import FileOutlet
from edgekit.records import SignedRecord

if TYPE_CHECKING:
    from edgekit.seams.clerk import Outlet

COUNT = 24


def _record(sequence: int, *, device: str = "a") -> SignedRecord:
    payload = json.dumps({"v": 1, "device": device, "sequence": sequence}).encode()
    envelope = {"payload": base64.b64encode(payload).decode(), "payloadType": "x", "signatures": []}
    return SignedRecord(sequence=sequence, envelope=json.dumps(envelope).encode())


LINE = len(_record(10).envelope) + 1
RECORDS = [_record(sequence) for sequence in range(COUNT)]


def _outlet(
    folder: Path, *, lines: int = 1000, keep_free: int = 0, disk: Disk | None = None
) -> FileOutlet:
    return FileOutlet(
        folder / "out" / "records.jsonl",
        rotate_bytes=lines * LINE,
        keep_free_bytes=keep_free,
        disk=disk,
    )


def _files(folder: Path) -> list[str]:
    """Names in the order of what they hold: older files first, the one in use last."""
    return sorted(
        (path.name for path in (folder / "out").iterdir()), key=lambda name: (len(name) < 20, name)
    )


def _stored(folder: Path) -> list[SignedRecord]:
    lines = b"".join((folder / "out" / name).read_bytes() for name in _files(folder))
    assert lines == b"" or lines.endswith(b"\n")
    known = {record.envelope: record for record in RECORDS}
    return [known[line] for line in lines.splitlines()]


def test_each_record_is_a_line_as_it_was_signed(tmp_path: Path) -> None:
    outlet: Outlet = _outlet(tmp_path)
    for record in RECORDS:
        outlet.send(record)
    assert _stored(tmp_path) == RECORDS
    assert (outlet.name, outlet.leaves_device) == ("file records.jsonl", False)


def test_sending_twice_writes_once_also_after_opening_again(tmp_path: Path) -> None:
    for _ in range(2):
        outlet = _outlet(tmp_path, lines=5)
        outlet.send_batch([RECORDS[0], RECORDS[0], *RECORDS])
        outlet.send_batch(RECORDS)
        outlet.close()
        outlet.close()
    assert _stored(tmp_path) == RECORDS


def test_a_closed_outlet_takes_nothing(tmp_path: Path) -> None:
    outlet = _outlet(tmp_path)
    outlet.close()
    with pytest.raises(OutletError, match="closed"):
        outlet.send(RECORDS[0])


def test_a_full_file_is_renamed_by_its_first_sequence(tmp_path: Path) -> None:
    outlet = _outlet(tmp_path, lines=10)
    for record in RECORDS:
        outlet.send(record)
    assert _files(tmp_path) == [
        "records-000000000000.jsonl",
        "records-000000000010.jsonl",
        "records.jsonl",
    ]
    assert _stored(tmp_path) == RECORDS


def test_a_batch_larger_than_a_file_is_kept_whole(tmp_path: Path) -> None:
    outlet = _outlet(tmp_path, lines=2)
    outlet.send_batch(RECORDS[:5])
    outlet.send_batch(RECORDS[5:])
    assert _files(tmp_path) == ["records-000000000000.jsonl", "records.jsonl"]
    assert _stored(tmp_path) == RECORDS


@pytest.mark.parametrize("cut", range(1, LINE + 1))
def test_a_torn_last_line_is_cut_off_and_sent_again(tmp_path: Path, cut: int) -> None:
    outlet = _outlet(tmp_path)
    outlet.send_batch(RECORDS[:4])
    outlet.close()
    os.truncate(tmp_path / "out" / "records.jsonl", 4 * LINE - cut - 4)  # sequences of one digit
    again = _outlet(tmp_path)
    assert len(_stored(tmp_path)) in {2, 3}
    again.send_batch(RECORDS)
    assert _stored(tmp_path) == RECORDS


def test_a_crash_between_renaming_and_the_new_file_loses_nothing(tmp_path: Path) -> None:
    outlet = _outlet(tmp_path)
    outlet.send_batch(RECORDS[:6])
    outlet.close()
    (tmp_path / "out" / "records.jsonl").rename(tmp_path / "out" / "records-000000000000.jsonl")
    _outlet(tmp_path).send_batch(RECORDS)
    assert _stored(tmp_path) == RECORDS


def test_an_older_file_that_ends_in_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "records-000000000000.jsonl").write_bytes(b"")
    with pytest.raises(OutletError, match="does not end in a record"):
        _outlet(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"no json",
        b"[]",
        b'{"payload": "*"}',
        b'{"payload": 3}',
        b'{"payload": "W10="}',
        *(_record(sequence).envelope for sequence in (-1, 3)),
        _record(True).envelope,
    ],
)
def test_a_damaged_file_is_left_as_it_is_and_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "out" / "records.jsonl"
    path.parent.mkdir()
    path.write_bytes(_record(3).envelope + b"\n" + line + b"\n")
    before = path.read_bytes()
    with pytest.raises(OutletError, match="line 2 is no record in order") as caught:
        _outlet(tmp_path)
    assert caught.value.hint
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "record",
    [
        SignedRecord(sequence=1, envelope=RECORDS[2].envelope),
        SignedRecord(sequence=0, envelope=b"{}"),
        SignedRecord(sequence=1, envelope=RECORDS[1].envelope.replace(b" ", b"\n", 1)),
    ],
)
def test_only_an_envelope_of_its_sequence_is_written(tmp_path: Path, record: SignedRecord) -> None:
    outlet = _outlet(tmp_path)
    with pytest.raises(OutletError, match="no envelope of that sequence"):
        outlet.send_batch([RECORDS[0], record])
    assert _stored(tmp_path) == []


@pytest.mark.parametrize("sequence", [1, 12, 21, 23])
def test_a_record_of_another_ledger_is_refused_not_skipped(tmp_path: Path, sequence: int) -> None:
    outlet = _outlet(tmp_path, lines=10)
    for record in RECORDS:
        outlet.send(record)
    for _ in range(2):
        with pytest.raises(OutletError, match="of another ledger"):
            outlet.send(_record(sequence, device="b"))
    assert _stored(tmp_path) == RECORDS


def test_what_was_deleted_for_room_is_not_written_again(tmp_path: Path) -> None:
    outlet = _outlet(tmp_path, lines=10)
    for record in RECORDS:
        outlet.send(record)
    (tmp_path / "out" / "records-000000000000.jsonl").unlink()
    outlet.send(RECORDS[3])
    assert _stored(tmp_path) == RECORDS[10:]


def test_a_name_that_is_taken_is_not_overwritten(tmp_path: Path) -> None:
    outlet = _outlet(tmp_path, lines=10)
    outlet.send_batch(RECORDS[:10])
    taken = tmp_path / "out" / "records-000000000000.jsonl"
    taken.write_text("somebody's")
    with pytest.raises(OutletError, match="is there already"):
        outlet.send(RECORDS[10])
    assert taken.read_text() == "somebody's"


class Meter(PosixDisk):
    """A disk of a set size, of which the test files are all there is."""

    def __init__(self, size: int) -> None:
        self.size = size

    def free(self, folder: Path) -> int:
        return self.size - sum(path.stat().st_size for path in folder.iterdir())


def test_the_oldest_file_goes_first_when_room_runs_out(tmp_path: Path) -> None:
    outlet = _outlet(tmp_path, lines=5, keep_free=3 * LINE, disk=Meter(15 * LINE))
    for record in RECORDS:
        outlet.send(record)
    stored = _stored(tmp_path)
    assert stored == RECORDS[-len(stored) :]
    assert len(stored) >= 5
    assert all(path.stat().st_size <= 5 * LINE for path in (tmp_path / "out").iterdir())


def test_with_nothing_left_to_delete_it_says_so(tmp_path: Path) -> None:
    outlet = _outlet(tmp_path, keep_free=LINE, disk=Meter(4 * LINE))
    outlet.send_batch(RECORDS[:3])
    with pytest.raises(OutletError, match="bytes free") as caught:
        outlet.send(RECORDS[3])
    assert caught.value.hint
    assert _stored(tmp_path) == RECORDS[:3]


@pytest.mark.usefixtures("quick_disk")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("lasting", [1, 2, 3])
@pytest.mark.parametrize("crash", [False, True])
def test_a_failure_at_any_call_loses_and_doubles_nothing(
    tmp_path: Path, failing_disk: Callable[..., Any], number: int, lasting: int, *, crash: bool
) -> None:
    """For n = 1, 2, …: fail from the n-th call on, try again as the herald does, then look."""
    at, failed = 0, True
    while failed:
        at += 1
        folder = tmp_path / str(at)
        disk = failing_disk(at, number, lasting=lasting)
        _deliver(folder, disk, crash=crash)
        failed = disk.failed
        stored = _stored(folder)
        assert stored == RECORDS[COUNT - len(stored) :]
        if number != errno.ENOSPC:
            assert stored == RECORDS
    assert at > 50


def _deliver(folder: Path, disk: Disk, *, crash: bool) -> None:
    """Send all records in small batches, and again what was not taken."""
    outlet: FileOutlet | None = None
    waiting = RECORDS
    for _ in range(100):
        if not waiting:
            break
        try:
            outlet = outlet or _outlet(folder, lines=6, disk=disk)
            outlet.send_batch(waiting[:2])
            waiting = waiting[2:]
        except OutletError:
            if outlet and crash:
                outlet.close()
                outlet = None
    assert not waiting
    if outlet:
        outlet.close()


@pytest.mark.usefixtures("quick_disk")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    sizes=st.lists(st.integers(1, 7), min_size=1, max_size=8),
    lines=st.integers(1, 9),
    cut=st.integers(0, 3 * LINE),
)
def test_any_crash_is_repaired(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], lines: int, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("crash")
    outlet, at = _outlet(folder, lines=lines), 0
    for size in sizes:
        outlet.send_batch(RECORDS[at : at + size])
        at += size
    outlet.close()
    path = folder / "out" / "records.jsonl"
    os.truncate(path, max(0, path.stat().st_size - cut))
    again = _outlet(folder, lines=lines)
    for record in RECORDS:
        again.send(record)
    again.close()
    assert _stored(folder) == RECORDS
