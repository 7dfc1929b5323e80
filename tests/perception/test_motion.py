import cv2
import numpy as np
import pytest

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import PERSON, Frame, Pixels
from edgekit.perception.motion import MotionDetector

SIZE = (640, 480)
WALL = cv2.GaussianBlur(
    np.random.default_rng(3).integers(60, 200, (480, 640, 3)).astype(np.uint8), (0, 0), 3
)


def picture(index: int, *people: tuple[int, int], gain: float = 1.0) -> Frame:
    """A textured wall with noise and figures of 40x100 px standing at (x, foot y)."""
    pixels: Pixels = WALL.copy()
    for x, y in people:
        pixels[y - 100 : y, x - 20 : x + 20] = (30, 40, 200)
    noise = np.random.default_rng(index).normal(0, 2, pixels.shape)
    lit = np.clip(pixels * gain + noise, 0, 255).astype(np.uint8)
    return Frame(lit, index * 100, index)


def learned(frames: int = 25) -> MotionDetector:
    detector = MotionDetector(SIZE, fps=10)
    for index in range(frames):
        detector.detect(picture(index))
    return detector


def test_nothing_moves_nothing_is_found() -> None:
    detector = learned()
    assert not len(detector.detect(picture(99)))


def test_a_person_is_found_where_it_stands() -> None:
    found = learned().detect(picture(99, (300, 400)))
    assert len(found) == 1
    assert found.class_id[0] == PERSON
    assert found.xyxy[0] == pytest.approx((280, 300, 320, 400), abs=6)


def test_people_apart_are_found_apart() -> None:
    assert len(learned().detect(picture(99, (100, 300), (300, 400), (500, 350)))) == 3


def test_a_shadow_is_not_part_of_the_person() -> None:
    detector = learned()
    frame = picture(99, (300, 400))
    shaded = frame.pixels.copy()
    shaded[380:400, 320:440] = (shaded[380:400, 320:440] * 0.7).astype(np.uint8)
    found = detector.detect(Frame(shaded, 9900, 99))
    assert len(found) == 1
    assert found.xyxy[0][2] < 345


def test_a_sudden_change_of_light_counts_nobody_and_is_learned_fast() -> None:
    detector = learned(40)
    relearning = []
    for index in range(100, 130):
        assert not len(detector.detect(picture(index, gain=0.4)))
        relearning.append(detector.relearning)
    assert relearning[0]
    assert not relearning[-1]
    assert len(detector.detect(picture(200, (300, 400), gain=0.4))) == 1


def test_two_side_by_side_become_two_once_the_size_of_people_is_learned() -> None:
    detector = learned()
    assert detector.stature is None
    index = 100
    for foot in (200, 420):
        for x in range(40, 600, 10):
            index += 1
            detector.detect(picture(index, (x, foot)))
    assert detector.stature is not None
    assert detector.stature.height(300) == pytest.approx(100, abs=12)
    for _ in range(20):
        index += 1
        detector.detect(picture(index))
    assert len(detector.detect(picture(index + 1, (300, 300), (345, 306)))) == 2


def test_small_and_large_pictures_work() -> None:
    for size in ((32, 24), (1920, 1080), (480, 640)):
        detector = MotionDetector(size, fps=5)
        blank = np.full((size[1], size[0], 3), 90, np.uint8)
        for index in range(3):
            assert not len(detector.detect(Frame(blank.copy(), index, index)))


def test_a_frame_of_another_size_is_refused() -> None:
    with pytest.raises(SensorError, match="expected"):
        learned(2).detect(Frame(np.zeros((10, 10, 3), np.uint8), 0, 0))


@pytest.mark.parametrize(("size", "fps"), [((0, 480), 10.0), ((640, 480), 0.0)])
def test_a_senseless_size_or_rate_is_refused(size: tuple[int, int], fps: float) -> None:
    with pytest.raises(ConfigError, match="expected"):
        MotionDetector(size, fps=fps)
