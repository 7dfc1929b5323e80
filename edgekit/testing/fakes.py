"""Small working fakes for users' own tests: a clock, an outlet, a scripted source of frames.

clock = FakeClock()
outlet = MemoryOutlet()
source = ScriptedSource([picture, picture, picture], clock=clock, fail_at=2)
"""

from collections.abc import Sequence

from edgekit.errors import OutletError, SensorError
from edgekit.frames import Frame, Pixels
from edgekit.records import SignedRecord

START_MS = 1_767_225_600_000
"""2026-01-01 00:00 UTC: on every grid that divides a day."""


class FakeClock:
    """Time that moves only when told to; all its readings agree with each other."""

    def __init__(self, t_ms: int = START_MS) -> None:
        self.t_ms = t_ms

    def ms(self) -> int:
        """Return Unix time in milliseconds."""
        return self.t_ms

    def s(self) -> int:
        """Return Unix time in whole seconds."""
        return self.t_ms // 1000

    def ns(self) -> int:
        """Return Unix time in nanoseconds."""
        return self.t_ms * 1_000_000

    def sleep(self, seconds: float) -> None:
        """Let that much time pass at once."""
        self.t_ms += round(seconds * 1000)


class MemoryOutlet:
    """An outlet that keeps records in a list, each sequence once.

    Args:
        leaves_device: what it claims about itself.
        fail_at: the number of the call to send, from 1, that raises OutletError.
    """

    def __init__(
        self, name: str = "memory", *, leaves_device: bool = False, fail_at: int | None = None
    ) -> None:
        self.name = name
        self.leaves_device = leaves_device
        self.records: list[SignedRecord] = []
        self.closed = False
        self._fail_at = fail_at
        self._calls = 0

    def send(self, record: SignedRecord) -> None:
        """Keep the record, unless it is here already."""
        self._calls += 1
        if self.closed:
            raise OutletError(f"outlet {self.name} is closed")
        if self._calls == self._fail_at:
            raise OutletError(f"outlet {self.name} fails at call {self._calls}, as told")
        if all(kept.sequence != record.sequence for kept in self.records):
            self.records.append(record)

    def close(self) -> None:
        """End; harmless when repeated."""
        self.closed = True


class ScriptedSource:
    """A source that plays given pictures, and may fail or stall at one of them.

    Args:
        pictures: uint8, shape (height, width, 3), BGR, all of one size; at least one.
        clock: gives the times and is moved on by 1 / fps with every frame.
        fail_at: index of the frame at which reading raises SensorError, ever after.
        stall_at: index of the frame before which ``stall_s`` seconds pass.
    """

    def __init__(  # noqa: PLR0913 -- keyword-only, and every one has a default but the clock
        self,
        pictures: Sequence[Pixels],
        *,
        clock: FakeClock,
        fps: float = 15.0,
        live: bool = False,
        fail_at: int | None = None,
        stall_at: int | None = None,
        stall_s: float = 6.0,
    ) -> None:
        self.size = (pictures[0].shape[1], pictures[0].shape[0])
        self.fps = fps
        self.live = live
        self.closed = False
        self._pictures = pictures
        self._clock = clock
        self._fail_at = fail_at
        self._stall = (stall_at, stall_s)
        self._index = 0

    def read(self) -> Frame | None:
        """Return the next frame, or None after the last."""
        index = self._index
        if self.closed:
            raise SensorError("the scripted source is closed")
        if index == self._fail_at:
            raise SensorError(f"the scripted source fails at frame {index}, as told")
        if index == len(self._pictures):
            return None
        if index == self._stall[0]:
            self._clock.sleep(self._stall[1])
        frame = Frame(self._pictures[index].copy(), self._clock.ms(), index)
        self._clock.sleep(1 / self.fps)
        self._index += 1
        return frame

    def close(self) -> None:
        """End; harmless when repeated."""
        self.closed = True
