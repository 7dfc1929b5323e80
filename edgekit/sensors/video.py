"""A video file, every frame of it. Nothing here has passed the gate."""

import threading
from collections.abc import Callable
from pathlib import Path

import cv2

from edgekit.errors import SensorError
from edgekit.frames import Frame
from edgekit.sensors.capture import Capture
from edgekit.sensors.image import fit, require_file

DEFAULT_FPS = 25.0
"""For a file that does not say."""

MAX_FPS = 240.0
"""A file that says more does not know."""

UNREADABLE = "the file is damaged, cut off or no video"

MISSING_S = 1.0
MISSING_SHARE = 0.02
"""A file may lack this much of the frames that it announces, whichever is more, before it counts
as cut off: many containers only estimate their number of frames."""


class VideoSource:
    """Frames of a video file in order, none left out; time runs as in the file.

    Args:
        path: the file.
        clock_ms: Unix time in milliseconds; read once, for the time of the first frame, and
            again before each frame in real time.
        size: (width, height) to deliver, None = as it is.
        realtime: wait so that frames come no faster than they were taken.

    Raises:
        SensorError: there is no such file, or no video in it; while reading: it is cut off.
    """

    live = False

    def __init__(
        self,
        path: Path,
        *,
        clock_ms: Callable[[], int],
        size: tuple[int, int] | None = None,
        realtime: bool = False,
    ) -> None:
        require_file(path, "video")
        self._path = path
        self._clock_ms = clock_ms
        self._closed = threading.Event()
        self._capture = Capture(
            str(path.resolve()),  # resolved: a name with a colon is no address of FFmpeg's
            cv2.CAP_FFMPEG,
            parameters=(cv2.CAP_PROP_N_THREADS, 1),  # more of them hold more frames in memory
            what=f"video {path}",
            hint=UNREADABLE,
        )
        own = (
            round(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            round(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        if not all(side > 0 for side in own):
            self._capture.close()
            raise SensorError(f"video {path} holds no pictures", hint=UNREADABLE)
        self.size = size or own
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if 0 < fps <= MAX_FPS else DEFAULT_FPS
        self.frames = max(0, round(self._capture.get(cv2.CAP_PROP_FRAME_COUNT)))
        """How many frames the file announces; 0 = it does not say."""
        self._realtime = realtime
        self._start_ms = clock_ms()
        self._first_ms = 0.0
        self._last_ms = 0.0
        self._index = 0

    def read(self) -> Frame | None:
        """Return the next frame, or None at the end; SensorError where the file is cut off."""
        if self._closed.is_set():
            return None
        pixels = self._capture.read()
        if pixels is None:
            self._require_whole()
            return None
        t_ms = self._start_ms + round(self._elapsed_ms())
        if self._realtime:
            self._wait_until(t_ms)
        frame = Frame(fit(pixels, self.size), t_ms, self._index)
        self._index += 1
        return frame

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        self._closed.set()
        self._capture.close()

    def _elapsed_ms(self) -> float:
        """Time since the first frame: the file's own where it goes up, else by the frame rate."""
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC)
        if not self._index:
            self._first_ms = stamp
            return 0.0
        elapsed = stamp - self._first_ms
        # Files with reordered frames repeat or reset their stamps, most often on the last frame.
        self._last_ms = elapsed if elapsed > self._last_ms else self._last_ms + 1000 / self.fps
        return self._last_ms

    def _wait_until(self, t_ms: int) -> None:
        wait_s = (t_ms - self._clock_ms()) / 1000
        if wait_s > 0:
            self._closed.wait(min(wait_s, 1.0))  # capped: a clock set back must not stop the film

    def _require_whole(self) -> None:
        allowed = max(MISSING_S * self.fps, MISSING_SHARE * self.frames)
        if not self._index or self.frames - self._index > allowed:
            raise SensorError(
                f"video {self._path} ends after {self._index} of {self.frames} frames",
                hint="the file is damaged or cut off: copy it again",
            )
