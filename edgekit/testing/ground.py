"""What the plaza's people walk on and past: paving, leaves, the café's front. Albedo only.

Drawn in metres at twice the picture's size and averaged down.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Pixels
from edgekit.testing.figure import Colour, shade
from edgekit.testing.pinhole import (
    CAMERA_M,
    CENTRE_PX,
    EYE_PX,
    HEIGHT,
    HORIZON_PX,
    SS,
    TREE,
    WALL_M,
    WIDTH,
    project,
)

_Grey = NDArray[np.float32]
_BAND_M = 0.22  # half the width of the bands of darker stone


def draw_ground(rng: np.random.Generator) -> Pixels:
    """Return uint8, shape (480, 640, 3), BGR: everything but people, light and occluders."""
    picture = _paving(rng)
    _front(picture, rng)
    return np.asarray(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def _grid() -> tuple[_Grey, _Grey]:
    """Metres to the right and from the camera of the ground under each large pixel."""
    y, x = np.mgrid[0 : HEIGHT * SS, 0 : WIDTH * SS].astype(np.float32)
    far = EYE_PX * CAMERA_M / np.maximum((y + 0.5) / SS - HORIZON_PX, 1.0)
    return (((x + 0.5) / SS - CENTRE_PX) * far / EYE_PX).astype(np.float32), far.astype(np.float32)


def _cloud(rng: np.random.Generator, cells: tuple[int, int], size: tuple[int, int]) -> _Grey:
    """Smooth noise between -1 and 1."""
    small = rng.uniform(-1, 1, cells).astype(np.float32)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _paving(rng: np.random.Generator) -> Pixels:
    right, far = _grid()
    row = np.floor(far / 0.62).astype(np.int32)
    column = np.floor(right / 0.94 + _half(row)).astype(np.int32)
    tint = rng.normal(0, 1, (64, 64)).astype(np.float32)[row % 64, column % 64]
    warm = rng.normal(0, 1, (64, 64)).astype(np.float32)[row % 64, column % 64]
    size = (WIDTH * SS, HEIGHT * SS)
    worn = _cloud(rng, (9, 12), size) * 5 + _cloud(rng, (60, 80), size) * 3
    grain = rng.normal(0, 3.0, size[::-1]).astype(np.float32)
    inlay = (np.abs(np.abs(right) - 5.2) < _BAND_M) | (np.abs(far - 12.9) < _BAND_M)
    value = 146 + 7 * tint + worn + grain - 34 * inlay.astype(np.float32)
    del tint, worn, grain, inlay, column  # large pictures: a small machine draws this too
    depth = np.minimum(_joint(far / 0.62, far, 0.62), _joint(right / 0.94 + _half(row), far, 0.94))
    value *= 0.66 + 0.34 * depth
    del depth, row, right
    value -= 26 * np.exp(-(WALL_M - np.minimum(far, WALL_M)) / 0.7)  # where wall and ground meet
    stones = np.empty((*value.shape, 3), np.uint8)
    for channel, (gain, warmth) in enumerate(((0.93, -1), (0.985, 0), (1.03, 2))):
        stones[..., channel] = np.clip(value * gain + warmth * warm, 0, 255)
    _leaves(stones, rng)
    return stones


def _half(row: NDArray[np.int32]) -> _Grey:
    """Every second row of stones is laid half a stone further."""
    return np.asarray((row % 2) * np.float32(0.5), np.float32)


def _joint(place: _Grey, far: _Grey, size_m: float) -> _Grey:
    """0 in the joint between two stones, 1 on the stone; softened with distance."""
    off = np.abs(place - np.round(place)) * size_m * EYE_PX / far
    sharp = np.clip(9 / far, 0, 1)
    return np.asarray(np.clip(off / 1.1, 0, 1) ** 0.7 * sharp + 1 - sharp, np.float32)


def _leaves(stones: Pixels, rng: np.random.Generator) -> None:
    for _ in range(150):
        right, far = TREE[0] + rng.normal(0, 1.5), TREE[1] + rng.normal(0, 1.6)
        x, y = project(right, max(far, 6.5))
        axes = (round(rng.uniform(0.05, 0.1) * EYE_PX / far * SS), round(0.03 * EYE_PX / far * SS))
        tone = shade((38, 104, 186), rng.uniform(0.7, 1.15))
        angle = rng.uniform(0, 180)
        cv2.ellipse(stones, (round(x * SS), round(y * SS)), axes, angle, 0, 360, tone, -1)


def _front(picture: Pixels, rng: np.random.Generator) -> None:
    """Draw the café's front at the far side of the plaza."""
    base = round(project(0, WALL_M)[1] * SS)
    wall = np.full((base, WIDTH * SS, 3), (158, 186, 206), np.float32)
    wall += (_cloud(rng, (8, 30), (WIDTH * SS, base)) * 5)[..., None]
    wall += rng.normal(0, 2.2, wall.shape[:2])[..., None]
    picture[:base] = np.clip(wall, 0, 255).astype(np.uint8)
    _box(picture, (-15, 0, 15, 0.45), (128, 140, 148))
    _box(picture, (-15, 3.75, 15, 3.95), (186, 206, 220))
    for number in range(-5, 6):
        _bay(picture, number * 2.6, number)
    _sign(picture)
    for right in (-9.1, -3.9, 3.9, 9.1):
        _planter(picture, right, rng)


def _bay(picture: Pixels, right: float, number: int) -> None:
    """One opening of the front with the window above it."""
    door = number % 4 == 0
    _box(picture, (right - 0.9, 0.0 if door else 0.5, right + 0.9, 2.85), (96, 112, 122))
    low = 0.08 if door else 0.95
    _box(
        picture,
        (right - 0.78, low, right + 0.78, 2.7),
        (92, 128, 150) if not door else (62, 74, 60),
    )
    _box(picture, (right - 0.04, low, right + 0.04, 2.7), (80, 92, 100))
    if not door:
        for k in range(10):
            tone = (214, 222, 226) if k % 2 else (70, 72, 168)
            left = right - 1.1 + 0.22 * k
            _box(picture, (left, 2.45, left + 0.22, 3.05), tone)
            _box(picture, (left, 2.4, left + 0.22, 2.47), shade(tone, 0.7))
    for side in (-1, 1):
        _box(
            picture,
            (right + side * 0.72 - 0.27, 4.35, right + side * 0.72 + 0.27, 6.0),
            (110, 122, 86),
        )
    _box(picture, (right - 0.45, 4.35, right + 0.45, 6.0), (176, 192, 200))
    _box(picture, (right - 0.38, 4.42, right + 0.38, 5.95), (104, 96, 84))


def _sign(picture: Pixels) -> None:
    x, y = project(-1.15, WALL_M, 3.12)
    place = (round(x * SS), round(y * SS))
    cv2.putText(
        picture, "C A F E", place, cv2.FONT_HERSHEY_DUPLEX, 0.62, (62, 70, 96), 2, cv2.LINE_AA
    )


def _planter(picture: Pixels, right: float, rng: np.random.Generator) -> None:
    _box(picture, (right - 0.5, 0.0, right + 0.5, 0.4), (74, 92, 126))
    for _ in range(60):
        x, y = project(right + rng.uniform(-0.5, 0.5), WALL_M, 0.45 + abs(rng.normal(0, 0.16)))
        tone = ((58, 116, 74), (48, 92, 62), (88, 88, 196))[int(rng.integers(3))]
        cv2.circle(picture, (round(x * SS), round(y * SS)), int(rng.integers(2, 5)), tone, -1)


def _box(picture: Pixels, box_m: tuple[float, float, float, float], colour: Colour) -> None:
    """Fill a rectangle on the wall, given in metres: left, low, right, high."""
    left, top = project(box_m[0], WALL_M, box_m[3])
    right, low = project(box_m[2], WALL_M, box_m[1])
    corners = [(round(left * SS), round(top * SS)), (round(right * SS), round(low * SS))]
    cv2.rectangle(picture, corners[0], corners[1], colour, -1)
