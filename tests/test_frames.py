"""A frame stays where it was taken."""

import copy
import pickle
from collections.abc import Callable

import numpy as np
import pytest

from edgekit.errors import SensorError
from edgekit.frames import Frame

PIXELS = np.full((4, 6, 3), 7, np.uint8)


@pytest.mark.parametrize(
    "leave", [pickle.dumps, copy.copy, copy.deepcopy], ids=lambda f: f.__name__
)
def test_a_frame_stays_in_its_process(leave: Callable[[object], object]) -> None:
    frame = Frame(PIXELS.copy(), t_ms=1, index=2)
    with pytest.raises(TypeError, match="stays in the process that took it"):
        leave(frame)


def test_a_frame_prints_no_pixel_and_takes_no_change() -> None:
    frame = Frame(PIXELS.copy(), t_ms=1, index=2)
    assert repr(frame) == str(frame) == "<Frame 2: 6x4, stays>"
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0, 0] = 1


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 4), (0, 6, 3)])
def test_what_is_no_picture_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(SensorError, match="expected uint8"):
        Frame(np.zeros(shape, np.uint8), t_ms=0, index=0)
