"""The capture thread: newest frame wins, and silence is noticed. Nothing here has passed the gate.

    source = LatestSource(open_source("/dev/video0", clock_ms=now_ms))
    frame = source.read()

One slot holds one frame, so that no queue can grow. A live source overwrites it; a file waits
until it is taken, so that nothing is lost.
"""

import logging
import threading
import time

from edgekit.errors import SensorError
from edgekit.frames import Frame
from edgekit.seams.closing import Closing
from edgekit.seams.eye import FrameSource

STALL_S = 5.0
JOIN_S = 1.0

_log = logging.getLogger(__name__)


class LatestSource(Closing):
    """A `FrameSource` that reads another one in a thread of its own.

    The thread starts here: make it before the process gives up the right to start threads. It also
    closes the source, because a capture may not be closed under a read.

    Args:
        source: what to read; it belongs to this one now.
        stall_s: without a new frame for this long the source counts as lost, > 0.
    """

    def __init__(self, source: FrameSource, *, stall_s: float = STALL_S) -> None:
        self.size = source.size
        self.fps = source.fps
        self.live = source.live
        self.dropped = 0
        """Frames that a newer one replaced unread."""
        self._source = source
        # A slow replay (one picture in ten seconds) is no stall.
        self._stall_s = stall_s if source.live else stall_s + 2 / source.fps
        self._turn = threading.Condition()
        self._slot: Frame | None = None
        self._ended = False
        self._stopping = False
        self._error: Exception | None = None
        self._arrived_s = time.monotonic()
        self._thread = threading.Thread(target=self._capture, name="capture", daemon=True)
        self._thread.start()

    def read(self) -> Frame | None:
        """Return the newest frame not yet returned, waiting for it; None when the source ended.

        Raises:
            SensorError: the source failed, or gave nothing for ``stall_s``.
        """
        with self._turn:
            self._turn.wait_for(self._has_news, timeout=self._patience_s())
            frame, self._slot = self._slot, None
            if not self.live:
                self._arrived_s = time.monotonic()  # it could not go on before this was taken
            self._turn.notify_all()
            if frame is not None and self._patience_s() > 0:
                return frame
            if self._ended or self._stopping:
                self._last_word()
                return None
            raise SensorError(
                f"no frame for {self._stall_s:g} s: the source has stalled",
                hint="check the camera's cable, power and network",
            )

    def close(self) -> None:
        """Stop the thread and wait for it; harmless when repeated."""
        with self._turn:
            self._stopping = True
            if self._slot is not None:
                self._slot.wipe()
            self._slot = None
            self._turn.notify_all()
        self._thread.join(JOIN_S)
        if self._thread.is_alive():
            # Only a driver that hangs in the kernel gets here; the thread ends with the process.
            _log.warning("capture thread still blocked after_s=%g", JOIN_S)

    def _has_news(self) -> bool:
        return self._slot is not None or self._ended or self._stopping

    def _patience_s(self) -> float:
        """How long the source may still stay silent."""
        return self._arrived_s + self._stall_s - time.monotonic()

    def _last_word(self) -> None:
        """Say why there is nothing more: silently at the end, with an error after one."""
        if isinstance(self._error, SensorError):
            raise SensorError(str(self._error), hint=self._error.hint) from self._error
        if self._error is not None:
            raise SensorError(f"the source failed: {self._error}") from self._error

    def _capture(self) -> None:
        error: Exception | None = None
        try:
            while self._offer(self._source.read()):
                pass
        except Exception as caught:  # noqa: BLE001 -- whatever it is, the reader has to hear of it
            error = caught
        finally:
            self._source.close()
            with self._turn:
                self._error = error
                self._ended = True
                self._turn.notify_all()

    def _offer(self, frame: Frame | None) -> bool:
        """Put a frame into the slot; False when it is time to end."""
        with self._turn:
            if frame is None:
                return False
            self._arrived_s = time.monotonic()
            if not self.live:
                self._turn.wait_for(lambda: self._slot is None or self._stopping)
            elif self._slot is not None:
                self.dropped += 1
            if self._stopping:
                return False
            self._slot = frame
            self._arrived_s = time.monotonic()
            self._turn.notify_all()
            return True
