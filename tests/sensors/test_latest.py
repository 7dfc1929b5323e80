"""The capture thread against sources that end, fail, hang and hurry."""

import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import SensorError
from edgekit.frames import Frame
from edgekit.sensors.latest import LatestSource


class FakeSource:
    """Gives ``count`` frames, then ends, fails or hangs."""

    size = (4, 3)
    fps = 100.0

    def __init__(self, count: int, *, live: bool, then: Exception | str = "end") -> None:
        self.live = live
        self.given = 0
        self.closed = 0
        self.exhausted = threading.Event()
        self.release = threading.Event()
        self._count = count
        self._then = then

    def read(self) -> Frame | None:
        if self.given < self._count:
            self.given += 1
            return Frame(np.zeros((3, 4, 3), np.uint8), self.given, self.given - 1)
        self.exhausted.set()
        if isinstance(self._then, Exception):
            raise self._then
        if self._then == "hang":
            self.release.wait(60)
        return None

    def close(self) -> None:
        self.closed += 1


def indices(source: LatestSource) -> list[int]:
    found = []
    while (frame := source.read()) is not None:
        found.append(frame.index)
    return found


@settings(deadline=None, max_examples=25)
@given(count=st.integers(0, 40), live=st.booleans())
def test_frames_come_in_order_once_and_a_replay_loses_none(count: int, live: bool) -> None:
    inner = FakeSource(count, live=live)
    with LatestSource(inner) as source:
        found = indices(source)
        assert source.read() is None
    assert found == sorted(set(found))
    assert found[-1:] == list(range(count))[-1:]
    if live:
        assert len(found) + source.dropped == count
    else:
        assert found == list(range(count))
        assert source.dropped == 0
    assert inner.closed == 1


def test_a_live_source_gives_its_newest_frame_and_a_replay_waits() -> None:
    live = FakeSource(30, live=True, then="hang")
    source = LatestSource(live)
    live.exhausted.wait(60)
    frame = source.read()
    assert frame is not None
    assert frame.index == 29
    assert source.dropped == 29
    live.release.set()
    source.close()

    replay = FakeSource(30, live=False)
    with LatestSource(replay) as source:
        time.sleep(0.05)
        assert replay.given == 2  # one in the slot, one in hand


def test_a_slow_reader_of_a_replay_meets_no_stall() -> None:
    source = LatestSource(FakeSource(3, live=False), stall_s=0.03)
    found = []
    for _ in range(3):
        time.sleep(0.1)
        frame = source.read()
        assert frame is not None
        found.append(frame.index)
    assert found == [0, 1, 2]
    assert source.read() is None
    source.close()


def test_silence_is_noticed_in_time() -> None:
    inner = FakeSource(1, live=True, then="hang")
    source = LatestSource(inner, stall_s=0.1)
    source.read()
    with pytest.raises(SensorError, match="stalled"):
        source.read()
    assert not inner.release.is_set()
    inner.release.set()
    source.close()


def test_an_old_frame_of_a_dead_camera_is_not_shown_as_new() -> None:
    inner = FakeSource(1, live=True, then="hang")
    source = LatestSource(inner, stall_s=0.05)
    inner.exhausted.wait(60)
    time.sleep(0.1)
    with pytest.raises(SensorError, match="stalled"):
        source.read()
    inner.release.set()
    source.close()


@pytest.mark.parametrize(
    ("error", "match"),
    [(SensorError("unplugged", hint="plug it in"), "unplugged"), (OSError("odd"), "failed: odd")],
)
def test_an_error_reaches_the_reader_after_the_last_frame_and_stays(
    error: Exception, match: str
) -> None:
    inner = FakeSource(1, live=False, then=error)
    with LatestSource(inner) as source:
        assert source.read() is not None
        for _ in range(2):
            with pytest.raises(SensorError, match=match):
                source.read()
    assert inner.closed == 1


def test_close_joins_the_thread_wakes_a_reader_and_may_be_repeated() -> None:
    before = threading.active_count()
    inner = FakeSource(50, live=False)
    source = LatestSource(inner)
    source.close()
    source.close()
    assert threading.active_count() == before
    assert inner.closed == 1
    assert source.read() is None
    waiting = FakeSource(0, live=True, then="hang")
    other = LatestSource(waiting)
    threading.Timer(0.05, waiting.release.set).start()
    assert other.read() is None
    other.close()


def test_a_hanging_driver_does_not_hang_close(caplog: pytest.LogCaptureFixture) -> None:
    inner = FakeSource(0, live=True, then="hang")
    source = LatestSource(inner)
    source.close()
    assert not inner.release.is_set()
    assert "still blocked" in caplog.text
    inner.release.set()
