import itertools

import numpy as np
import pytest

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import Detections, Frame
from edgekit.geometry import Ground, Line, Zone
from edgekit.perception.scene import Scene, SceneStep
from edgekit.records import Health

SIZE = (640, 480)
LINE = Line("door", (100, 240), (540, 240))
ZONE = Zone("below", ((100, 250), (540, 250), (540, 470), (100, 470)))
WALL = np.random.default_rng(0).integers(60, 200, (480, 640, 3)).astype(np.uint8)


class Scripted:
    """A detector that finds what it is told, frame by frame."""

    def __init__(self, script: list[list[tuple[int, int, int]]]) -> None:
        self._script = iter(script)

    def detect(self, frame: Frame) -> Detections:
        assert frame.size == SIZE
        found = next(self._script)
        boxes = np.array([(x - 20, y - 90, x + 20, y) for x, y, _ in found], np.float32)
        classes = np.array([kind for _, _, kind in found], np.int64)
        return Detections.of(boxes.reshape(-1, 4), class_id=classes)


def frame(index: int) -> Frame:
    noise = np.random.default_rng(index).integers(0, 4, WALL.shape, np.uint8)
    return Frame(WALL + noise, index * 100, index)


def play(
    script: list[list[tuple[int, int, int]]], *, ground: Ground | None = None
) -> list[SceneStep]:
    scene = Scene(
        size=SIZE,
        fps=10,
        ids=itertools.count(),
        detector=Scripted(script),
        lines=[Line("wall", (20, 40), (600, 40)), LINE],
        zones=[ZONE],
        ground=ground,
    )
    return [scene.step(frame(index)) for index in range(len(script))]


def test_somebody_walks_in_and_every_number_follows() -> None:
    steps = play([[(300, y, 0)] for y in range(150, 330, 6)])
    assert [crossing for step in steps for crossing in step.crossings] == [(1, 0, 1, 0)]
    assert [steps[0].people, steps[-1].people] == [0, 1]
    assert [steps[0].occupancy, steps[-1].occupancy] == [(0,), (1,)]
    assert {step.health for step in steps} == {Health.GOOD}
    assert len({step.illuminance_lux for step in steps}) <= 3
    assert steps[-1].illuminance_lux > 0
    assert steps[-1].t_ms == 2900


def test_what_a_zone_knows_is_in_the_step() -> None:
    ground = Ground.rectangle(
        ((120, 460), (520, 460), (440, 260), (200, 260)), width_cm=400, depth_cm=600
    )
    stands = [[(300, 330, 0)]] * 60
    leaves = [[(300 - 12 * k, 330 - 12 * k, 0)] for k in range(1, 12)]
    steps = play([*stands, *leaves, *[[]] * 15], ground=ground)
    assert [step.zones[0].people for step in steps] == [step.occupancy[0] for step in steps]
    assert (steps[55].zones[0].queue, steps[-1].zones[0].queue) == (1, 0)
    waits = [ms for step in steps for ms in step.zones[0].waits]
    stays = [stay.dwell_ms for step in steps for stay in step.zones[0].stays]
    assert stays == [pytest.approx(6_300, abs=500)]
    assert waits == [pytest.approx(5_900, abs=500)]
    assert sum(len(step.zones[0].visited) for step in steps) >= 1


def test_vehicles_cross_lines_but_are_no_people() -> None:
    ways = [[(300, y, 2), (400, 480 - y, 0), (200, y, 7)] for y in range(150, 330, 6)]
    steps = play(ways)
    crossings = {crossing for step in steps for crossing in step.crossings}
    assert crossings == {(1, 0, 0, 1), (1, 2, 1, 0), (1, 7, 1, 0)}
    assert max(step.people for step in steps) == 1
    assert [steps[0].occupancy, steps[-1].occupancy] == [(0,), (0,)]
    assert len(steps[-1].tracks) == 3


def test_what_is_neither_person_nor_vehicle_is_nothing() -> None:
    steps = play([[(300, y, 16)] for y in range(150, 330, 6)])
    assert not any(step.crossings or step.people or step.tracks for step in steps)


def test_a_flicker_is_nobody_and_a_short_gap_hides_nobody() -> None:
    present = [[(300, 400, 0)]] * 8
    steps = play([[(200, 200, 0)], [], *present, [], [], *present, *[[]] * 12])
    people = [step.people for step in steps]
    assert people[:7] == [0] * 7
    assert people[7:20] == [1] * 13
    assert people[-1] == 0


def test_motion_is_the_detector_by_default() -> None:
    scene = Scene(size=SIZE, fps=10, ids=itertools.count(), lines=[LINE])
    for index in range(10):
        scene.step(frame(index))
    for index in range(10, 60):
        pixels = frame(index).pixels.copy()
        y = 100 + 5 * (index - 10)
        pixels[y : y + 90, 280:320] = (20, 20, 220)
        scene.step(Frame(pixels, index * 100, index))
    assert (scene.lines[0].in_count, scene.lines[0].out_count) == (1, 0)


def test_a_line_or_zone_that_cannot_count_is_refused() -> None:
    for shapes in (
        {"lines": [Line("out", (0, 0), (900, 0))]},
        {"lines": [Line("edge", (0, 4), (640, 4))]},
        {"zones": [Zone("out", ((0, 0), (900, 0), (900, 90)))]},
    ):
        with pytest.raises(ConfigError):
            Scene(size=SIZE, fps=10, ids=itertools.count(), **shapes)


def test_a_zone_over_the_horizon_of_the_ground_is_refused() -> None:
    low = Ground.rectangle(
        ((100, 470), (540, 470), (340, 300), (300, 300)), width_cm=400, depth_cm=600
    )
    with pytest.raises(ConfigError, match=r"zone 'below'.*horizon"):
        play([], ground=low)


def test_a_source_that_changes_its_size_is_refused() -> None:
    scene = Scene(size=SIZE, fps=10, ids=itertools.count())
    with pytest.raises(SensorError, match="320x240"):
        scene.step(Frame(np.zeros((240, 320, 3), np.uint8), 0, 0))
