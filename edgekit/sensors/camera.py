"""A camera on this machine, by Video4Linux. Nothing here has passed the gate."""

import os
from collections.abc import Callable
from pathlib import Path

import cv2

from edgekit.errors import SensorError
from edgekit.frames import Frame
from edgekit.sensors.capture import Capture
from edgekit.sensors.image import fit

DEFAULT_FPS = 15.0
READ_TIMEOUT_MS = 4000


class CameraSource:
    """A V4L2 camera; motion JPEG where it has it, one buffer, so that frames are fresh.

    A camera picks the mode nearest to what it is asked for; frames of another size are brought to
    ``size``. A driver can block for longer than any timeout given to it: read through
    `edgekit.sensors.latest.LatestSource`, which notices.

    Args:
        device: its path, such as ``/dev/video0``.
        clock_ms: Unix time in milliseconds; gives each frame its time.
        size: (width, height) to ask for and to deliver; None = as the camera likes.
        fps: frames per second to ask for, > 0.

    Raises:
        SensorError: no such device, no right to it, or no camera; while reading: it is gone.
    """

    live = True

    def __init__(
        self,
        device: Path,
        *,
        clock_ms: Callable[[], int],
        size: tuple[int, int] | None = None,
        fps: float = DEFAULT_FPS,
    ) -> None:
        _require_device(device)
        self._device = device
        self._clock_ms = clock_ms
        asked = [] if size is None else _ask(size)
        self._capture = Capture(
            str(device),
            cv2.CAP_V4L2,
            parameters=(
                # The pixel format comes first: it decides which sizes and rates there are.
                *(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
                *asked,
                *(cv2.CAP_PROP_FPS, round(fps)),
            ),
            what=f"camera {device}",
            hint="another program may be using it, or it is no camera: try another number",
        )
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        self._capture.set(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS)
        native = (
            round(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            round(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        self.size = size or native
        told = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = told if told > 0 else fps
        self._index = 0
        self._closed = False

    def read(self) -> Frame | None:
        """Return the next frame; SensorError where the camera gives none."""
        if self._closed:
            return None
        pixels = self._capture.read()
        if pixels is None:
            raise SensorError(
                f"camera {self._device} gives no frames", hint="check its cable and power"
            )
        frame = Frame(fit(pixels, self.size), self._clock_ms(), self._index)
        self._index += 1
        return frame

    def close(self) -> None:
        """Let go of the device; harmless when repeated."""
        self._closed = True
        self._capture.close()


_NONE = "no camera is attached: plug one in, or name another source (a video, rtsp://…, plaza)"


def _ask(size: tuple[int, int]) -> list[int]:
    return [cv2.CAP_PROP_FRAME_WIDTH, size[0], cv2.CAP_PROP_FRAME_HEIGHT, size[1]]


def _require_device(device: Path) -> None:
    if not device.exists():
        there = sorted(str(path) for path in Path("/dev").glob("video*"))
        raise SensorError(
            f"camera {device} does not exist",
            hint=f"there are: {', '.join(there)}" if there else _NONE,
        )
    if not device.is_char_device():
        raise SensorError(f"camera {device} is not a device")
    if not os.access(device, os.R_OK | os.W_OK):
        raise SensorError(
            f"camera {device} may not be opened by this user",
            hint="add the user to the group video, then log in again",
        )
