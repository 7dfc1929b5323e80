"""The hottest of a face, which no single bad pixel makes, and the black body's mean."""

import numpy as np
import pytest

from edgekit.errors import ConfigError
from edgekit.frames import ThermalFrame
from edgekit.perception.warmth import Box, Warmth, warmth

FACE, BODY = (4, 4, 16, 16), (20, 2, 26, 8)


def frame(**spots: float) -> ThermalFrame:
    celsius = np.full((24, 32), 21.0)
    celsius[5:15, 5:15] = 34.0
    celsius[7:9, 8:11] = 36.2
    celsius[2:8, 20:26] = 35.0
    for place, value in spots.items():
        row, column = map(int, place[1:].split("_"))
        celsius[row, column] = value
    return ThermalFrame(celsius, 25.0, 0, 0)


def test_face_and_black_body() -> None:
    assert warmth(frame(), face=FACE, body=BODY) == Warmth(face_c=36.2, reference_c=35.0)
    assert warmth(frame(), face=None, body=BODY).face_c is None


@pytest.mark.parametrize("value", [300.0, 44.0, -40.0, np.nan])
def test_one_bad_pixel_is_no_fever(value: float) -> None:
    assert warmth(frame(p12_12=value), face=FACE, body=BODY).face_c == 36.2


def test_what_is_no_face_is_none() -> None:
    assert warmth(frame(), face=(26, 12, 32, 20), body=BODY).face_c is None


def test_a_black_body_that_is_not_read_is_none() -> None:
    blind = ThermalFrame(np.full((24, 32), np.nan), 25.0, 0, 0)

    assert warmth(blind, face=FACE, body=BODY) == Warmth(face_c=None, reference_c=None)


@pytest.mark.parametrize("box", [(0, 0, 0, 4), (0, 0, 33, 4), (-1, 0, 4, 4), (5, 9, 9, 5)], ids=str)
def test_boxes_that_cannot_be(box: Box) -> None:
    with pytest.raises(ConfigError, match="within 32x24"):
        warmth(frame(), face=FACE, body=box)
