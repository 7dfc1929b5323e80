"""Noise, rain, sway and light are told apart, and people in the picture are none of them."""

import math

import cv2
import numpy as np
import pytest

from edgekit.frames import Pixels
from edgekit.perception.conditions import Drift, DriftMeter, Grain, GrainMeter

RNG = np.random.default_rng(1)
WALL = np.asarray(
    cv2.resize(RNG.integers(60, 200, (30, 40, 3)).astype(np.uint8), (640, 480)), np.uint8
)


def grain(frames: list[Pixels]) -> Grain:
    meter = GrainMeter()
    found = [meter.take(pixels) for pixels in frames]
    assert found[:2] == [None, None]
    assert not meter.waiting
    last = found[2]
    assert last is not None
    return last


def noisy(sigma: float, pixels: Pixels = WALL) -> Pixels:
    noise = RNG.normal(0.0, sigma, pixels.shape)
    return np.clip(np.round(pixels + noise), 0, 255).astype(np.uint8)


def look(pixels: Pixels) -> np.ndarray:
    small = cv2.resize(pixels, (96, 72), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)


def drift(before: Pixels, after: Pixels) -> Drift:
    meter = DriftMeter()
    assert meter.take(look(before)) is None
    found = meter.take(look(after))
    assert found is not None
    return found


def moved(dx: float, dy: float) -> Pixels:
    matrix = np.array([[1, 0, dx], [0, 1, dy]])
    return np.asarray(cv2.warpAffine(WALL, matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE))


def crowded(left: int, people: int = 12) -> Pixels:
    """People of 60x160 pixels, six in a row."""
    pixels = WALL.copy()
    for number in range(people):
        x, y = left + 100 * (number % 6), 60 + 200 * (number // 6)
        pixels[y : y + 160, x : x + 60] = (20 * number, 200, 255 - 20 * number)
    return pixels


@pytest.mark.parametrize("sigma", [4.0, 10.0, 24.0])
def test_noise_is_measured_in_the_reduced_picture(sigma: float) -> None:
    """Four pixels become one: half the noise."""
    assert grain([noisy(sigma) for _ in range(3)]).noise == pytest.approx(sigma / 2, rel=0.12)


def test_people_and_light_make_no_noise_and_no_specks() -> None:
    walking = grain([noisy(4.0, crowded(20 + 8 * step)) for step in range(3)])
    assert walking.noise < 4
    assert walking.specks < 0.003
    gains = (0.9, 1.0, 1.1)
    brighter = [np.asarray(cv2.convertScaleAbs(noisy(4.0), alpha=gain)) for gain in gains]
    assert grain(brighter).specks == 0


def test_streaks_are_specks_and_someone_there_for_one_frame_is_not() -> None:
    frames = [noisy(4.0) for _ in range(3)]
    for x, y in RNG.integers(0, (630, 440), (300, 2)):
        frames[1][y : y + 24, x : x + 2] = 255
    assert 0.01 < grain(frames).specks < 0.1
    flash = [WALL.copy() for _ in range(3)]
    flash[1][100:300, 200:280] = 255
    assert grain(flash).specks < 0.002


@pytest.mark.parametrize("shift", [(0.0, 0.0), (1.0, 0.0), (0.0, -2.0), (3.0, 2.0), (-5.0, 1.0)])
def test_sway_is_the_shift_of_the_view(shift: tuple[float, float]) -> None:
    assert drift(WALL, moved(*shift)).sway * 640 == pytest.approx(math.hypot(*shift), abs=0.8)


def test_people_do_not_move_the_view() -> None:
    assert drift(crowded(20, 6), crowded(35, 6)).sway * 640 < 0.7


def test_light_is_the_factor_of_brightness() -> None:
    darker = np.asarray(cv2.convertScaleAbs(WALL, alpha=0.7), np.uint8)
    found = drift(WALL, darker)
    assert found.light == pytest.approx(math.log(0.7), abs=0.02)
    assert found.sway * 640 < 0.7
    assert drift(WALL, crowded(20)).light == pytest.approx(0.0, abs=0.02)


def test_a_view_without_texture_does_not_sway() -> None:
    flat = np.full((480, 640, 3), 120, np.uint8)
    assert drift(flat, flat + np.uint8(1)).sway == 0
