"""A camera's buffer: covered in place, in every format, and black when anything fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from edgekit.errors import MissingExtraError
from edgekit.frames import Detections, Frame
from edgekit.redaction.cover import COVER_BGR
from edgekit.redaction.redactor import Redactor
from edgekit.sensors.buffer import covering

SIZE = (32, 24)
GREY = np.full((24, 32, 3), 90, np.uint8)


class Corner:
    def detect(self, _: Frame) -> Detections:
        return Detections.of(np.asarray([[0, 0, 12, 12]], np.float32))


@contextmanager
def mapped(request: dict[str, np.ndarray], stream: str) -> Iterator[SimpleNamespace]:
    yield SimpleNamespace(array=request[stream])


def covered(buffer: np.ndarray) -> np.ndarray:
    redactor = Redactor(SIZE, mode="faces", detector=Corner())
    hook = covering(redactor, clock_ms=lambda: 0, stream="lores", map_buffer=mapped)
    hook({"lores": buffer})
    return buffer


@pytest.mark.parametrize("channels", [3, 4])
def test_colours_are_covered_in_place(channels: int) -> None:
    buffer = covered(np.full((24, 32, channels), 90, np.uint8))
    assert (buffer[2, 2, :3] == COVER_BGR).all()
    assert (buffer[20, 28] == 90).all()


def test_planes_of_brightness_and_colour_are_covered_in_place() -> None:
    buffer = covered(cv2.cvtColor(GREY, cv2.COLOR_BGR2YUV_I420))
    shown = cv2.cvtColor(buffer, cv2.COLOR_YUV2BGR_I420).astype(int)
    assert np.abs(shown[2:10, 2:10] - COVER_BGR).max() < 6
    assert np.abs(shown[18:, 20:] - 90).max() < 4


def test_rows_padded_to_a_stride_are_covered_where_they_show_something() -> None:
    padded = np.full((24, 64, 3), 90, np.uint8)
    buffer = covered(cv2.cvtColor(padded, cv2.COLOR_BGR2YUV_I420))
    shown = cv2.cvtColor(buffer, cv2.COLOR_YUV2BGR_I420).astype(int)
    assert np.abs(shown[2:10, 2:10] - COVER_BGR).max() < 6
    assert np.abs(shown[18:, 20:30] - 90).max() < 4
    assert shown[:, 34:].max() < 4


@pytest.mark.parametrize("channels", [3, 4])
def test_colours_in_padded_rows_are_covered_in_the_buffer_itself(channels: int) -> None:
    memory = np.full((24, 40 * channels), 90, np.uint8)
    covered(memory[:, : 32 * channels].reshape(24, 32, channels))
    assert (memory[2, 2 * channels : 2 * channels + 3] == COVER_BGR).all()
    assert (memory[:, 32 * channels :] == 90).all()


@pytest.mark.parametrize("shape", [(24, 32, 2), (24, 32, 3), (7, 32)])
def test_whatever_fails_leaves_the_buffer_black(shape: tuple[int, ...]) -> None:
    buffer = np.full(shape, 90, np.uint8)
    redactor = Redactor(SIZE, mode="faces", detector=Corner())

    def broken() -> int:
        raise OSError

    hook = covering(redactor, clock_ms=broken, stream="main", map_buffer=mapped)
    hook({"main": buffer})
    assert not buffer.any()


def test_a_buffer_of_another_kind_is_black() -> None:
    assert not covered(np.full((24, 32, 2), 90, np.uint8)).any()
    assert not covered(np.full((7, 32), 90, np.uint8)).any()


def test_without_picamera2_it_says_so() -> None:
    redactor = Redactor(SIZE, mode="faces", detector=Corner())
    with pytest.raises(MissingExtraError, match="picamera2"):
        covering(redactor, clock_ms=lambda: 0)
