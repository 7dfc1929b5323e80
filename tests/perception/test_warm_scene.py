"""A door under a thermal array: who really passed is who is counted."""

import itertools

import numpy as np
import pytest

from edgekit.errors import ConfigError
from edgekit.frames import ThermalFrame
from edgekit.geometry import Line, Zone
from edgekit.perception.scene import SceneStep
from edgekit.perception.warm_scene import WarmScene
from edgekit.records import Health, Quality
from edgekit.testing.warm_door import WarmDoor, WarmWalker

SIZE = (640, 480)
LINE = Line("door", (320, 480), (320, 0))
ROOM = Zone("left", ((0, 0), (320, 0), (320, 480), (0, 480)))


def play(door: WarmDoor, fps: float = 8.0) -> list[SceneStep]:
    scene = WarmScene(size=SIZE, fps=fps, ids=itertools.count(), lines=[LINE], zones=[ROOM])
    return [
        scene.step(ThermalFrame(celsius.astype(np.float64), 25.0, round(index * 1000 / fps), index))
        for index, celsius in enumerate(door.celsius)
    ]


def passages(steps: list[SceneStep]) -> tuple[int, int]:
    crossings = [one for step in steps for one in step.crossings]
    return sum(one[2] for one in crossings), sum(one[3] for one in crossings)


@pytest.mark.parametrize("seed", [1, 2])
def test_who_passes_is_counted_each_way(seed: int) -> None:
    door = WarmDoor(seed=seed, seconds=45)
    steps = play(door)
    ways = [way for _, way in door.passages]

    assert len(ways) > 5
    assert passages(steps) == (ways.count("in"), ways.count("out"))
    assert {(one.health, one.quality) for one in steps} == {(Health.GOOD, Quality.GOOD)}
    assert {one.illuminance_lux for one in steps} == {None}


def test_two_side_by_side_are_two_and_an_empty_door_is_nobody() -> None:
    both = tuple(
        WarmWalker(start_s=3.0, speed_m_s=1.2, lane_m=lane_m, rightward=True)
        for lane_m in (0.7, 1.5)
    )
    steps = play(WarmDoor(seconds=8, walkers=both))
    empty = play(WarmDoor(seconds=20, walkers=()))

    assert passages(steps) == (2, 0)
    assert max(step.people for step in steps) == 2
    assert max(step.occupancy[0] for step in steps) == 2
    assert {step.people for step in empty} == {0}


def test_a_line_outside_of_the_view_is_refused() -> None:
    with pytest.raises(ConfigError):
        WarmScene(
            size=(320, 240), fps=8, ids=itertools.count(), lines=[Line("x", (500, 10), (500, 200))]
        )


def test_a_door_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ConfigError, match="expected > 0"):
        WarmDoor(seconds=0)
