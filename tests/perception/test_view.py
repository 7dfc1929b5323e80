from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest

from edgekit.frames import Pixels
from edgekit.perception.view import FROZEN_MS, ViewHealth
from edgekit.records import Health


def street() -> Pixels:
    rng = np.random.default_rng(5)
    pixels = np.full((480, 640, 3), 140, np.uint8)
    for _ in range(60):
        x, y = int(rng.integers(0, 600)), int(rng.integers(0, 440))
        colour = tuple(int(value) for value in rng.integers(30, 230, 3))
        size = rng.integers(20, 120, 2)
        cv2.rectangle(pixels, (x, y), (x + int(size[0]), y + int(size[1])), colour, -1)
    return pixels


STREET = street()


@cache
def noise(seed: int, shape: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """Noise of a camera; making it anew for every frame is what these tests took most time for."""
    return np.random.default_rng(seed).integers(-3, 4, shape, np.int16)


def noisy(pixels: Pixels, t_ms: int) -> Pixels:
    return np.clip(pixels + noise(t_ms // 500 % 13, pixels.shape), 0, 255).astype(np.uint8)


def watched() -> ViewHealth:
    view = ViewHealth()
    for t_ms in range(0, 20_000, 500):
        assert view.update(noisy(STREET, t_ms), t_ms) is Health.GOOD
    return view


def cap(pixels: Pixels) -> Pixels:
    return np.full_like(pixels, 4)


def hand(pixels: Pixels) -> Pixels:
    return np.full_like(pixels, 120)


def glare(pixels: Pixels) -> Pixels:
    return np.full_like(pixels, 255)


def night(pixels: Pixels) -> Pixels:
    dark = (pixels * 0.03).astype(np.uint8)
    dark[50:90, 100:160] = 255
    return dark


def unsharp(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 25), np.uint8)


def turned(pixels: Pixels) -> Pixels:
    return np.roll(pixels, (60, 150), axis=(0, 1))


def elsewhere(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.rotate(pixels, cv2.ROTATE_180), np.uint8)


WRONG = [
    (cap, Health.COVERED),
    (hand, Health.COVERED),
    (glare, Health.BLIND),
    (night, Health.BLIND),
    (unsharp, Health.BLIND),
    (turned, Health.MOVED),
    (elsewhere, Health.MOVED),
]


@pytest.mark.parametrize(("change", "health"), WRONG)
def test_what_is_wrong_is_named_within_ten_seconds_but_not_at_once(
    change: Callable[[Pixels], Pixels], health: Health
) -> None:
    view, wrong = watched(), change(STREET)
    states = [view.update(noisy(wrong, t_ms), t_ms) for t_ms in range(20_000, 31_000, 500)]
    assert set(states) == {Health.GOOD, health}
    assert states[:5] == [Health.GOOD] * 5
    assert states[-1] is health


@pytest.mark.parametrize(("change", "health"), WRONG)
def test_a_view_that_is_as_it_was_is_good_again(
    change: Callable[[Pixels], Pixels], health: Health
) -> None:
    view, wrong = watched(), change(STREET)
    for t_ms in range(20_000, 40_000, 500):
        view.update(noisy(wrong, t_ms), t_ms)
    assert view.health is health
    for t_ms in range(40_000, 44_000, 500):
        view.update(noisy(STREET, t_ms), t_ms)
    assert view.health is Health.GOOD


def test_a_passing_bus_is_not_named() -> None:
    view = watched()
    for t_ms in range(20_000, 40_000, 500):
        pixels = noisy(STREET, t_ms)
        left = (t_ms - 20_000) // 6 - 900
        if left < 640 and left + 900 > 0:
            pixels[60:470, max(0, left) : left + 900] = (40, 40, 180)
            pixels[120:250, max(0, left + 50) : max(0, left + 400)] = (60, 60, 60)
        assert view.update(pixels, t_ms) is Health.GOOD


def test_dusk_is_not_another_view() -> None:
    view = watched()
    for index, t_ms in enumerate(range(20_000, 200_000, 500)):
        dim = (STREET * (1 - 0.8 * index / 360)).astype(np.uint8)
        assert view.update(noisy(dim, t_ms), t_ms) is Health.GOOD


def test_people_walking_are_not_another_view() -> None:
    view = watched()
    for t_ms in range(20_000, 60_000, 500):
        pixels = noisy(STREET, t_ms)
        for number in range(10):
            x = (number * 67 + t_ms // 20) % 600
            pixels[150 + 20 * number : 270 + 20 * number, x : x + 40] = 20 * number
        assert view.update(pixels, t_ms) is Health.GOOD


def test_a_picture_that_repeats_to_the_bit_is_blind() -> None:
    view = ViewHealth()
    for t_ms in range(0, FROZEN_MS + 10_000, 500):
        view.update(STREET, t_ms)
    assert view.health is Health.BLIND


def test_looks_are_spaced_in_time() -> None:
    view = watched()
    for t_ms in range(20_000, 20_400, 33):
        view.update(noisy(cap(STREET), t_ms), t_ms)
    assert view.health is Health.GOOD


def test_a_moved_camera_stays_moved() -> None:
    view = watched()
    for t_ms in range(20_000, 320_000, 500):
        view.update(noisy(turned(STREET), t_ms), t_ms)
    assert view.health is Health.MOVED


def test_a_clock_that_is_set_back_holds_nothing_up() -> None:
    view = watched()
    for t_ms in range(-3_600_000, -3_580_000, 500):
        view.update(noisy(cap(STREET), abs(t_ms)), t_ms)
    assert view.health is Health.COVERED
