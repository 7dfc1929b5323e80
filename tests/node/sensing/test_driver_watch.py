"""From frames to a driver's alarm, and that nothing but a word is made of a face."""

import tomllib
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import Detections, Frame
from edgekit.models.form import read_form
from edgekit.models.landmarks import LandmarkModel, Landmarks
from edgekit.models.marks import marks
from edgekit.models.onnx import OnnxModel
from edgekit.node.sensing.driver import DriverWatch
from edgekit.systems.drowsiness_state import Settings
from edgekit.testing.driver import FORM, SIDE, Pose, colours, draw, points_mm, seen

SIZE = (320, 240)
BOX = np.array([[96, 40, 224, 200]], np.float32)
BLANK = np.zeros((4, 4, 3), np.uint8)
Posed = Callable[[int], Pose | None]


class Face:
    """Finds a face wherever a pose is, and a smaller one behind it."""

    def __init__(self, posed: Posed) -> None:
        self._posed = posed

    def detect(self, frame: Frame) -> Detections:
        behind = BOX / 4
        boxes = behind if self._posed(frame.index) is None else np.concatenate([behind, BOX])
        sure = np.array([0.99, 0.7][: len(boxes)], np.float32)
        return Detections.of(boxes, confidence=sure)


class Exact:
    """Says where the points are, of the nearest face; of one behind that there is none."""

    def __init__(self, posed: Posed) -> None:
        self._posed = posed
        self.boxes: list[NDArray[np.float32]] = []

    def find(self, frame: Frame, box: NDArray[np.float32]) -> Landmarks:
        self.boxes.append(box)
        pose = self._posed(frame.index) or Pose()
        points = seen(points_mm(pose.ear), pose, SIZE)
        jitter = np.random.default_rng(frame.index).normal(0, 0.2, points.shape)
        near = float(box[3] - box[1]) > 100
        return Landmarks(points=(points + jitter).astype(np.float32), presence=float(near))


def watched(posed: Posed, *, seconds: float, fps: int = 15) -> list[tuple[float, str]]:
    """What was told, with the second of it."""
    watch = DriverWatch(Face(posed), Exact(posed), range(13), Settings())
    told: list[tuple[float, str]] = []
    for index in range(int(seconds * fps)):
        frame = Frame(BLANK.copy(), round(1000 * index / fps), index)
        told += [(index / fps, one.what) for one in watch.see(frame)]
    return told


def blinking(index: int) -> Pose:
    """A blink of three frames each four seconds, at 15 frames a second."""
    return Pose(ear=0.12 if index % 60 in (30, 31, 32) else 0.3)


def test_a_minute_is_learnt_and_a_microsleep_alarms_within_a_second_and_a_half() -> None:
    def posed(index: int) -> Pose:
        return Pose(ear=0.12) if 70 * 15 <= index < 72 * 15 else blinking(index)

    told = watched(posed, seconds=80)

    assert [what for _, what in told] == ["enrolled", "watching", "learned.eye", "microsleep"]
    at = {what: second for second, what in told}
    assert 60 <= at["learned.eye"] <= 62
    assert 71 <= at["microsleep"] <= 71.5


@pytest.mark.parametrize(
    "away",
    [None, Pose(yaw_deg=50), Pose(centre=(0.5, 0.5), height=0.1)],
    ids=["gone", "turned", "far"],
)
def test_who_is_not_seen_is_told_as_not_watched_and_never_alarms(away: Pose | None) -> None:
    def posed(index: int) -> Pose | None:
        return away if index >= 65 * 15 else blinking(index)

    told = watched(posed, seconds=75)

    assert [what for _, what in told if what != "fault.stale"][-1] == "not_watching"
    second = next(second for second, what in told if what == "not_watching")
    assert 66.5 <= second <= 68
    assert not {"microsleep", "perclos", "drowsy"} & {what for _, what in told}


def test_the_nearest_face_is_the_drivers() -> None:
    exact = Exact(blinking)
    watch = DriverWatch(Face(blinking), exact, range(13), Settings())

    watch.see(Frame(BLANK.copy(), 0, 0))

    assert exact.boxes[0].tolist() == BOX[0].tolist()


def test_pixels_become_a_ratio_within_a_twentieth() -> None:
    """The whole way of one frame: drawn, found by the model, measured."""
    finder = LandmarkModel(
        OnnxModel(marks(colours(), side=SIDE), name="dots"), read_form(tomllib.loads(FORM))
    )
    dice = np.random.default_rng(2)

    def measured() -> Iterator[tuple[float, float | None]]:
        for ear in (0.12, 0.2, 0.3, 0.4):
            watch = DriverWatch(Face(lambda _: Pose()), finder, range(13), Settings())
            watch.see(Frame(draw(Pose(ear=ear), size=SIZE, dice=dice, noise=4), 0, 0))
            yield ear, watch.state.vital.value

    for ear, found in measured():
        assert found == pytest.approx(ear, abs=0.05)


def test_a_model_that_fails_ends_the_eye() -> None:
    class Broken:
        def find(self, frame: Frame, box: NDArray[np.float32]) -> Landmarks:
            raise ModelError(f"no points of frame {frame.index} in {box}")

    watch = DriverWatch(Face(blinking), Broken(), range(13), Settings())
    with pytest.raises(ModelError):
        watch.see(Frame(BLANK.copy(), 0, 0))
