from typing import TYPE_CHECKING

import numpy as np
import pytest

from edgekit.errors import OutletError, SensorError
from edgekit.records import SignedRecord
from edgekit.testing.fakes import START_MS, FakeClock, MemoryOutlet, ScriptedSource

if TYPE_CHECKING:
    from edgekit.seams.clerk import Outlet
    from edgekit.seams.eye import FrameSource

PICTURE = np.zeros((4, 6, 3), np.uint8)


def test_the_clock_moves_only_when_told() -> None:
    clock = FakeClock()
    assert clock.ms() == START_MS
    clock.sleep(1.5)
    assert (clock.ms(), clock.s(), clock.ns()) == (
        START_MS + 1500,
        START_MS // 1000 + 1,
        (START_MS + 1500) * 1_000_000,
    )


def test_the_memory_outlet_keeps_each_sequence_once() -> None:
    outlet = MemoryOutlet(leaves_device=True)
    seam: Outlet = outlet
    for sequence in (0, 1, 1):
        seam.send(SignedRecord(sequence=sequence, envelope=b"{}"))
    assert [record.sequence for record in outlet.records] == [0, 1]
    assert (seam.name, seam.leaves_device) == ("memory", True)
    seam.close()
    with pytest.raises(OutletError, match="closed"):
        seam.send(SignedRecord(sequence=2, envelope=b"{}"))


def test_the_memory_outlet_fails_at_the_call_it_was_told() -> None:
    outlet = MemoryOutlet(fail_at=2)
    outlet.send(SignedRecord(sequence=0, envelope=b"{}"))
    with pytest.raises(OutletError, match="as told"):
        outlet.send(SignedRecord(sequence=1, envelope=b"{}"))
    outlet.send(SignedRecord(sequence=1, envelope=b"{}"))
    assert len(outlet.records) == 2


def test_the_scripted_source_plays_and_ends() -> None:
    clock = FakeClock()
    source: FrameSource = ScriptedSource([PICTURE] * 2, clock=clock, fps=10)
    frames = [source.read(), source.read(), source.read()]
    assert [frame and (frame.index, frame.t_ms - START_MS) for frame in frames] == [
        (0, 0),
        (1, 100),
        None,
    ]
    assert (source.size, source.fps, source.live) == ((6, 4), 10, False)


def test_the_scripted_source_stalls_and_fails_as_told() -> None:
    clock = FakeClock()
    source = ScriptedSource([PICTURE] * 3, clock=clock, stall_at=1, fail_at=2)
    source.read()
    before = clock.ms()
    source.read()
    assert clock.ms() - before > 6000
    with pytest.raises(SensorError, match="frame 2"):
        source.read()
    source.close()
    with pytest.raises(SensorError, match="closed"):
        source.read()
