"""One device, stream or file behind cv2.VideoCapture. Nothing here has passed the gate.

Its noise is off and its failures are ours. Every open is given its backend: OpenCV's own choice
would read ``picture_%02d.jpg`` as a pattern and try each backend in turn on a wrong file.
"""

import ctypes
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from edgekit.errors import SensorError
from edgekit.frames import Pixels

_AV_LOG_QUIET = -8
"""libavutil/log.h: print no output."""


class Capture:
    """An open cv2.VideoCapture.

    Args:
        target: device path, file path or address.
        backend: one of cv2's ``CAP_…`` backends.
        parameters: pairs of property and value, set while opening.
        what: how errors call it.
        hint: what to do where it cannot be opened.

    Raises:
        SensorError: it cannot be opened.
    """

    def __init__(
        self,
        target: str,
        backend: int,
        *,
        parameters: Sequence[int] = (),
        what: str,
        hint: str | None = None,
    ) -> None:
        be_quiet()
        self._what = what
        try:
            self._capture = cv2.VideoCapture(target, backend, list(parameters))
        except cv2.error as error:
            raise SensorError(f"{what} cannot be opened: {error.err}", hint=hint) from error
        if not self._capture.isOpened():
            raise SensorError(f"{what} cannot be opened", hint=hint)

    def get(self, name: int) -> float:
        """A property's value; 0 or less where it is unknown."""
        return float(self._capture.get(name))

    def set(self, name: int, value: float) -> None:
        """Ask for a property; a backend that does not have it stays as it was."""
        self._capture.set(name, value)

    def read(self) -> Pixels | None:
        """Return the next picture (uint8, (height, width, 3), BGR), or None when none came."""
        try:
            came, pixels = self._capture.read()
        except cv2.error as error:
            raise SensorError(f"{self._what} gives no picture: {error.err}") from error
        return np.asarray(pixels, np.uint8) if came else None

    def retrieve(self, flag: int) -> Pixels | None:
        """Return something else that belongs to the picture just read, or None."""
        came, data = self._capture.retrieve(flag=flag)
        return np.asarray(data, np.uint8) if came and data is not None else None

    def close(self) -> None:
        """Let go of it; harmless when repeated."""
        self._capture.release()


@cache
def be_quiet() -> None:
    """Keep OpenCV and its FFmpeg from printing on stderr, by their own switches."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    # OpenCV sets FFmpeg's level when it first uses it, so that has to happen before ours.
    cv2.VideoCapture("", cv2.CAP_FFMPEG).release()
    for library in _mapped("libavutil"):
        ctypes.CDLL(library).av_log_set_level(_AV_LOG_QUIET)


def _mapped(name: str) -> set[str]:
    """Paths of the shared libraries in this process whose file name starts with ``name``."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text(encoding="utf-8").splitlines() if maps.exists() else []
    paths = {line.split(maxsplit=5)[-1] for line in lines if f"/{name}" in line}
    return {path for path in paths if Path(path).exists()}
