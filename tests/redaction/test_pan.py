"""How a camera turned: found from two frames, and nothing where there is nothing to see."""

import cv2
import numpy as np
import pytest

from edgekit.redaction.pan import Pan


def place(seed: int = 3) -> np.ndarray:
    rough = np.random.default_rng(seed).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(rough, (960, 640), interpolation=cv2.INTER_CUBIC), np.uint8)


def test_it_follows_a_window_over_a_place_there_and_back() -> None:
    picture, pan = place(), Pan()
    for step in [*range(26), *range(25, -1, -1)]:
        x, y = 8 * step, 4 * step
        assert pan.follow(picture[y : y + 480, x : x + 640]) == pytest.approx((-x, -y), abs=8)


def test_a_camera_at_rest_has_not_moved_whoever_passes() -> None:
    picture, pan = place()[:480, :640], Pan()
    for step in range(30):
        shown = picture.copy()
        cv2.rectangle(shown, (20 * step, 100), (20 * step + 120, 400), (40, 60, 200), -1)
        assert pan.follow(shown) == pytest.approx((0, 0))


def test_another_scene_and_nothing_to_see_are_no_movement() -> None:
    pan = Pan()
    dice = np.random.default_rng(0)
    pan.follow(place()[:480, :640])
    at = pan.follow(place()[8:488, :640])
    for _ in range(5):
        assert pan.follow(dice.integers(0, 256, (480, 640, 3)).astype(np.uint8)) == at
    assert pan.follow(np.zeros((480, 640, 3), np.uint8)) == at
    assert pan.follow(np.zeros((2, 640, 3), np.uint8)) == at
    assert pan.follow(place()[:240, :320]) == at
