"""A cyclist is one cyclist: not a walker and a bicycle."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from edgekit.frames import CAR, PERSON, Detections, Frame
from edgekit.geometry import Line
from edgekit.perception.riders import ridden
from edgekit.perception.scene import Scene

BICYCLE, MOTORCYCLE = 1, 3
SIZE = (320, 240)
Boxes = Sequence[tuple[int, tuple[float, float, float, float]]]


def found(boxes: Boxes) -> Detections:
    return Detections.of(
        np.array([box for _, box in boxes], np.float32).reshape(-1, 4),
        np.full(len(boxes), 0.6, np.float32),
        np.array([class_id for class_id, _ in boxes], np.int64),
    )


def rider(x: float, y: float = 200, *, vehicle: int = BICYCLE) -> Boxes:
    """Seen from the side: a bicycle 88 px long and 52 high, feet on the pedals."""
    return [(PERSON, (x - 20, y - 92, x + 20, y - 8)), (vehicle, (x - 44, y - 52, x + 44, y))]


def ahead(x: float, y: float = 200) -> Boxes:
    """Seen from the front."""
    return [(PERSON, (x - 16, y - 90, x + 16, y - 6)), (BICYCLE, (x - 14, y - 52, x + 14, y))]


def pushing(x: float, y: float = 200) -> Boxes:
    """Beside it, feet on the ground."""
    return [(PERSON, (x - 40, y - 88, x - 8, y)), (BICYCLE, (x - 44, y - 52, x + 44, y))]


WALKER = (PERSON, (200.0, 110.0, 230.0, 200.0))


@pytest.mark.parametrize(
    ("boxes", "classes"),
    [
        (rider(100), [BICYCLE]),
        (ahead(100), [BICYCLE]),
        (rider(100, vehicle=MOTORCYCLE), [MOTORCYCLE]),
        (pushing(100), [PERSON, BICYCLE]),
        ([*rider(100), WALKER], [BICYCLE, PERSON]),
        ([WALKER, *reversed(rider(100))], [PERSON, BICYCLE]),
        ([*rider(80), *rider(180)], [BICYCLE, BICYCLE]),
        (rider(100, vehicle=CAR), [PERSON, CAR]),
        (rider(100)[:1], [PERSON]),
        (rider(100)[1:], [BICYCLE]),
        # A second one beside the rider walks; a bicycle has one rider.
        ([*rider(100), (PERSON, (110.0, 112.0, 140.0, 202.0))], [BICYCLE, PERSON]),
        # A child as high as the wheels before a bicycle, and a box without a size.
        ([(PERSON, (90, 150, 110, 195)), (BICYCLE, (56, 148, 144, 200))], [PERSON, BICYCLE]),
        ([(PERSON, (90, 150, 90, 150)), (BICYCLE, (56, 148, 144, 200))], [PERSON, BICYCLE]),
        ([], []),
    ],
)
def test_who_rides_is_one_box_of_what_is_ridden(boxes: Boxes, classes: list[int]) -> None:
    assert list(ridden(found(boxes)).class_id) == classes


def test_the_box_holds_both_and_the_surer_of_them() -> None:
    seen = found(rider(100))
    seen.confidence[0] = 0.9
    one = ridden(seen)
    assert one.xyxy.tolist() == [[56, 108, 144, 200]]
    assert one.confidence.tolist() == pytest.approx([0.9])
    assert seen.xyxy.tolist()[1] == [56, 148, 144, 200]  # what was handed in is as it was


class Played:
    """A detector that finds what it is told."""

    def __init__(self, boxes: Callable[[int], Boxes]) -> None:
        self._boxes = boxes

    def detect(self, frame: Frame) -> Detections:
        return found(self._boxes(frame.index))


def passing(boxes: Callable[[float], Boxes], *, misses: int = 0) -> dict[int, tuple[int, int]]:
    """Let it cross the middle of the picture; every so many frames one box of it is missed."""

    def at(index: int) -> Boxes:
        whole = list(boxes(40 + 4.0 * index))
        return whole[index // misses % 2 :][:1] if misses and not index % misses else whole

    scene = Scene(
        size=SIZE,
        fps=15,
        ids=itertools.count(),
        detector=Played(at),
        lines=[Line("middle", (160, 235), (160, 5))],
    )
    pixels = np.random.default_rng(1).integers(60, 200, (240, 320, 3), np.uint8)
    for index in range(60):
        scene.step(Frame(pixels.copy(), 66 * index, index))
    return dict(scene.lines[0].counts)


@pytest.mark.parametrize("misses", [0, 3])
@pytest.mark.parametrize(
    ("boxes", "counts"),
    [
        (rider, {BICYCLE: (1, 0)}),
        (ahead, {BICYCLE: (1, 0)}),
        (lambda x: pushing(x)[:1], {PERSON: (1, 0)}),
        (lambda x: rider(x, vehicle=MOTORCYCLE), {MOTORCYCLE: (1, 0)}),
        (lambda x: rider(x, vehicle=CAR)[1:], {CAR: (1, 0)}),
    ],
    ids=["rider", "ahead", "walker", "motorcycle", "car"],
)
def test_cyclists_walkers_and_vehicles_are_counted_once_by_class_and_way(
    boxes: Callable[[float], Boxes], counts: dict[int, tuple[int, int]], misses: int
) -> None:
    assert passing(boxes, misses=misses) == counts
