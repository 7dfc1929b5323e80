"""A camera's own buffer, covered before an encoder or a screen sees it.

    picamera2.configure(picamera2.create_video_configuration({"size": (1280, 720)}))
    redactor = Redactor((1280, 720), mode="faces", detector=detector)
    picamera2.pre_callback = covering(redactor, clock_ms=now_ms)
    picamera2.start_recording(H264Encoder(), "covered.h264")

Picamera2 calls ``pre_callback`` with each request before its outputs get it (Picamera2 manual,
section 9.3). What is written into the buffer there is all that anybody gets. Nothing here has
passed the gate.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import MissingExtraError, SensorError
from edgekit.frames import Frame
from edgekit.redaction.redactor import Redactor

_COLOURS, _PADDED = 3, 4
_PLANES = 2


class Mapped(Protocol):
    """A buffer as an array that can be written."""

    @property
    def array(self) -> NDArray[np.uint8]:
        """The stream's pixels: (height, width, 3 or 4), or I420 as (height * 3/2, stride)."""
        ...


Map = Callable[[Any, str], AbstractContextManager[Mapped]]
"""Maps a request's stream, as ``picamera2.MappedArray`` does."""


def covering(
    redactor: Redactor,
    *,
    clock_ms: Callable[[], int],
    stream: str = "main",
    map_buffer: Map | None = None,
) -> Callable[[Any], None]:
    """Return what to set as ``pre_callback``.

    Streams of the formats BGR888, RGB888, XBGR8888, XRGB8888 and YUV420 are covered; any other,
    and any failure, leaves the buffer black.

    Args:
        redactor: of the stream's size; its detector looks while the camera waits.
        clock_ms: Unix time in milliseconds, for the hold.
        stream: which of the request's streams; every stream that anybody gets needs a hook.
        map_buffer: how to get at it; None = ``picamera2.MappedArray``.

    Raises:
        MissingExtraError: picamera2 is not installed.
    """
    mapping = map_buffer or _mapped_array()

    def cover(request: Any) -> None:  # noqa: ANN401 -- picamera2's CompletedRequest
        with mapping(request, stream) as mapped:
            array = mapped.array
            try:
                array[:] = _covered(redactor, array, clock_ms())
            except Exception:  # noqa: BLE001 -- whatever it was: nobody gets to see the frame
                array[:] = 0

    return cover


def _covered(redactor: Redactor, array: NDArray[np.uint8], t_ms: int) -> NDArray[np.uint8]:
    if array.ndim == _PLANES:
        picture = np.asarray(cv2.cvtColor(array, cv2.COLOR_YUV2BGR_I420), np.uint8)
        # Rows are padded to what the hardware likes; what lies there shows nothing: black.
        shown = np.zeros_like(picture)
        width = redactor.size[0]
        shown[:, :width] = redactor.redact(Frame(picture[:, :width].copy(), t_ms, 0)).pixels
        return np.asarray(cv2.cvtColor(shown, cv2.COLOR_BGR2YUV_I420), np.uint8)
    if array.shape[2] not in (_COLOURS, _PADDED):
        raise SensorError(f"a buffer of {array.shape[2]} channels: expected 3 or 4")
    shown = redactor.redact(Frame(array[:, :, :_COLOURS].copy(), t_ms, 0)).pixels
    if array.shape[2] == _COLOURS:
        return shown
    return np.dstack([shown, array[:, :, _COLOURS]])


def _mapped_array() -> Map:
    try:
        mapped: Map = import_module("picamera2").MappedArray
    except ImportError as error:
        raise MissingExtraError(
            "picamera2 is not installed", hint="sudo apt install python3-picamera2"
        ) from error
    return mapped
