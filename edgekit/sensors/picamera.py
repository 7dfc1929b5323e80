"""A Raspberry Pi's own camera, by Picamera2 and libcamera. Nothing here has passed the gate.

libcamera opens devices, shares their memory and steers the sensor for each picture, in threads and
helpers of its own, so whoever reads from it cannot be left the closed list of calls that a V4L2
camera needs: `edgekit.confine` calls such an eye partly confined.

Source: The Picamera2 Library, Raspberry Pi Ltd, sections 4.2 and 4.3 and appendix A: ``RGB888``
comes as height x width x 3 in the order blue, green, red.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from edgekit.errors import MissingExtraError, SensorError
from edgekit.frames import Frame
from edgekit.sensors.image import fit

DEFAULT_SIZE = (640, 480)
DEFAULT_FPS = 15.0
_COLOURS = 3


class PicameraSource:
    """A camera by its number in libcamera's list; it captures from the first read on.

    Args:
        number: which camera, from 0.
        clock_ms: Unix time in milliseconds; gives each frame its time.
        size: (width, height) to ask for and to deliver; None = 640 x 480.
        fps: frames per second to ask for, > 0.

    Raises:
        MissingExtraError: Picamera2 is not installed.
        SensorError: no such camera, or another program has it; while reading: it is gone.
    """

    live = True

    def __init__(
        self,
        number: int,
        *,
        clock_ms: Callable[[], int],
        size: tuple[int, int] | None = None,
        fps: float = DEFAULT_FPS,
    ) -> None:
        self._what = f"camera {number} of libcamera"
        self._clock_ms = clock_ms
        self.size = size or DEFAULT_SIZE
        self.fps = fps
        self._index = 0
        self._started = self._closed = False
        self._camera = _open(number, self._what)
        lasts_us = round(1e6 / fps)
        try:
            asked = self._camera.create_video_configuration(
                main={"size": self.size, "format": "RGB888"},
                controls={"FrameDurationLimits": (lasts_us, lasts_us)},
            )
            self._camera.configure(asked)
        except Exception as error:
            self._camera.close()
            raise SensorError(
                f"{self._what} cannot give {self.size[0]} x {self.size[1]}: {error}",
                hint="ask for an even width and height that rpicam-hello --list-cameras names",
            ) from error

    def read(self) -> Frame | None:
        """Return the next frame; SensorError where the camera gives none."""
        if self._closed:
            return None
        try:
            if not self._started:
                self._camera.start()
                self._started = True
            pixels = np.asarray(self._camera.capture_array("main"))
        except Exception as error:
            raise SensorError(f"{self._what} gives no frames: {error}", hint=_CABLE) from error
        if pixels.ndim != _COLOURS or pixels.shape[2] != _COLOURS or pixels.dtype != np.uint8:
            raise SensorError(f"{self._what} gives {pixels.shape}, {pixels.dtype}: expected RGB888")
        frame = Frame(fit(np.ascontiguousarray(pixels), self.size), self._clock_ms(), self._index)
        self._index += 1
        return frame

    def close(self) -> None:
        """Let go of the camera; harmless when repeated."""
        if not self._closed:
            self._closed = True
            self._camera.close()


_CABLE = "check the camera's cable; rpicam-hello tells whether the system sees it"


def _open(number: int, what: str) -> Any:  # noqa: ANN401 -- picamera2.Picamera2, which brings no types
    try:
        library = import_module("picamera2")
    except ImportError as error:
        raise MissingExtraError(
            "picamera2 is not installed",
            hint="sudo apt install python3-picamera2, with a Python environment that sees the "
            "system's packages",
        ) from error
    try:
        return library.Picamera2(number)
    except (RuntimeError, IndexError) as error:
        raise SensorError(f"{what} cannot be opened: {error}", hint=_CABLE) from error
