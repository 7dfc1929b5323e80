"""The foreground keeps to things: exposure, light and time are not things."""

import cv2
import numpy as np
import pytest

from edgekit.frames import Frame, Pixels
from edgekit.perception.change import Activity, Change
from edgekit.perception.foreground import Exposure, Foreground

SIZE = (320, 240)
WALL = cv2.GaussianBlur(
    np.random.default_rng(3).integers(60, 150, (240, 320, 3)).astype(np.uint8), (0, 0), 3
)
NOISE = np.random.default_rng(4).normal(0, 1.5, (7, 240, 320, 3)).astype(np.float32)


def picture(index: int, *, gain: float = 1.0, thing: int | None = None, grey: int = 230) -> Pixels:
    pixels = WALL.astype(np.float32)
    if thing is not None:
        pixels[100:180, thing : thing + 40] = grey
    return np.clip(pixels * np.float32(gain) + NOISE[index % 7], 0, 255).astype(np.uint8)


def learned(fps: float = 10, frames: int = 60) -> Foreground:
    foreground = Foreground(SIZE, fps=fps)
    for index in range(frames):
        foreground.update(Frame(picture(index), 0, index))
    return foreground


@pytest.mark.parametrize("gain", [0.75, 0.9, 1.15, 1.3])
def test_a_camera_that_changes_its_exposure_shows_nothing_new(gain: float) -> None:
    foreground = learned()
    shares = []
    for step in range(12):
        now = 1 + (gain - 1) * min(1, (step + 1) / 6)
        mask = foreground.update(Frame(picture(step, gain=now), 0, step))
        assert mask is not None
        shares.append(float((mask > 0).mean()))
    assert max(shares) < 0.01


def test_a_thing_shows_also_while_the_exposure_changes() -> None:
    foreground = learned()
    for step in range(6):
        mask = foreground.update(
            Frame(picture(step, gain=1 - 0.04 * step, thing=100 + 5 * step), 0, step)
        )
        assert mask is not None
    there = mask[105:175, 128:160]
    assert (there > 0).mean() > 0.95
    assert (mask > 0).mean() < 0.06


def test_what_stands_still_fades_after_the_stated_time() -> None:
    foreground = learned(fps=2, frames=1200)
    assert foreground.absorb_ms == pytest.approx(40_000, rel=0.02)
    seen = []
    for step in range(120):
        mask = foreground.update(Frame(picture(step, thing=100), 0, step))
        assert mask is not None
        seen.append(bool((mask[110:170, 105:135] > 0).mean() > 0.5))
    assert seen[:70] == [True] * 70
    assert not any(seen[-20:])


def test_an_exposure_that_leaps_too_far_is_left_alone() -> None:
    exposure = Exposure(rate=0.01)
    exposure.even(picture(0))
    dark = picture(1, gain=0.3)
    assert (exposure.even(dark) == dark).all()
    assert exposure.gain == 1.0
    exposure.begin()
    assert (exposure.even(dark) == dark).all()
    black = np.zeros_like(dark)
    assert not exposure.even(black).any()


def test_change_names_the_part_that_is_another_and_no_more() -> None:
    change = Change((640, 480))
    assert change.since_look(picture(0)) == (0, 0, 640, 480)
    change.looked((0, 0, 640, 480))
    for index in range(1, 7):
        assert change.since_look(picture(index)) is None
        assert change.since_look(picture(index, gain=1.02)) is None
    region = change.since_look(picture(9, thing=100))
    assert region is not None
    x1, y1, x2, y2 = region
    assert x1 < 200
    assert y1 < 200
    assert x2 > 280
    assert y2 > 360
    assert (x2 - x1) * (y2 - y1) < 0.75 * 640 * 480
    change.looked(region)
    assert change.since_look(picture(10, thing=100)) is None
    assert change.since_look(picture(11)) is not None


def test_a_region_stays_inside_the_picture() -> None:
    change = Change((640, 480))
    change.since_look(picture(0))
    change.looked((0, 0, 640, 480))
    for thing in (0, 280):
        region = change.since_look(picture(1, thing=thing))
        assert region is not None
        assert region[0] >= 0
        assert region[2] <= 640
        assert region[2] - region[0] >= 0.44 * 640
        assert region[3] - region[1] >= 0.44 * 480


def test_looking_before_seeing_changes_nothing() -> None:
    change = Change((640, 480))
    change.looked((0, 0, 640, 480))
    assert change.since_look(picture(0)) == (0, 0, 640, 480)


def test_activity_compares_with_a_second_ago() -> None:
    activity = Activity()
    for index in range(20):
        assert not activity.update(picture(index), index * 100).any()
    stirred = [
        (activity.update(picture(20 + k, thing=100), 2000 + k * 100)[110:170, 105:135] > 0).mean()
        for k in range(15)
    ]
    assert min(stirred[:10]) > 0.9
    assert max(stirred[12:]) < 0.1
    assert not activity.update(picture(0), 0).any()
