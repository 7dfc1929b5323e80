"""What really happens on the rendered plaza: where the line and the zone lie, and who passes."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi

from edgekit.geometry import Line, Zone
from edgekit.testing.cast import Schedule
from edgekit.testing.pinhole import WIDTH, project
from edgekit.testing.stage import AMBIENT_LUX, LAMP_LUX

DEFAULT_LINE = Line("middle", (320.0, 472.0), (320.0, 168.0))
"""Right across the plaza, drawn away from the camera: *in* is from left to right on the screen."""

DEFAULT_ZONE = Zone("square", ((352.0, 186.0), (596.0, 186.0), (628.0, 462.0), (352.0, 462.0)))
"""The right half of the plaza, with the lamp and the bench."""

_LAMP_DIMS_S, _LAMP_LOW = (8.0, 16.0), 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One crossing of DEFAULT_LINE: when, in seconds of the scene, and which way."""

    t_s: float
    inward: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One stay in DEFAULT_ZONE, from the first frame inside to the first one outside.

    ``stood_s`` is for how long of it they stood still.
    """

    came_s: float
    left_s: float
    stood_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlazaTruth:
    """What was there: passages and visits in order; the other three have one entry a frame.

    ``people``: feet inside the picture; ``occupancy``: feet inside DEFAULT_ZONE; ``lux``:
    illuminance averaged over the picture. Visits are those that ended.
    """

    crossings: tuple[Passage, ...]
    visits: tuple[Visit, ...]
    people: tuple[int, ...]
    occupancy: tuple[int, ...]
    lux: tuple[int, ...]

    @property
    def in_count(self) -> int:
        """Passages from left to right."""
        return sum(passage.inward for passage in self.crossings)

    @property
    def out_count(self) -> int:
        """Passages from right to left."""
        return len(self.crossings) - self.in_count


def lamp_level(t_s: float) -> float:
    """How bright the lamp burns, 0..1: it starts bright and dims within a few seconds."""
    begin_s, end_s = _LAMP_DIMS_S
    gone = min(1.0, max(0.0, (t_s - begin_s) / (end_s - begin_s)))
    return _LAMP_LOW + (1 - _LAMP_LOW) * (0.5 + 0.5 * cos(pi * gone))


def lux_at(t_s: float) -> float:
    """Illuminance in lux, averaged over the picture."""
    return AMBIENT_LUX + LAMP_LUX * lamp_level(t_s)


def _visits(schedule: Schedule, times: list[float]) -> Iterator[Visit]:
    for walker in schedule.walkers:
        came_s: float | None = None
        stood_s = before_s = 0.0
        for t_s in (t for t in times if walker.start_s <= t <= walker.end_s):
            pose = walker.at(t_s)
            if DEFAULT_ZONE.contains(project(pose.right_m, pose.far_m)):
                came_s = t_s if came_s is None else came_s
                stood_s += 0 if pose.speed_right or pose.speed_far else t_s - before_s
            elif came_s is not None:
                yield Visit(came_s=came_s, left_s=t_s, stood_s=stood_s)
                came_s, stood_s = None, 0.0
            before_s = t_s


def truth_of(schedule: Schedule, *, seconds: float, fps: float) -> PlazaTruth:
    """Return the truth of the frames from 0 s on at that rate."""
    passages = sorted(p for walker in schedule.walkers for p in walker.passages())
    times = [index / fps for index in range(round(seconds * fps))]
    feet = [[project(pose.right_m, pose.far_m) for _, pose in schedule.present(t)] for t in times]
    return PlazaTruth(
        crossings=tuple(Passage(t_s=t, inward=inward) for t, inward in passages if t < seconds),
        visits=tuple(_visits(schedule, times)),
        people=tuple(sum(0 <= x < WIDTH for x, _ in here) for here in feet),
        occupancy=tuple(sum(map(DEFAULT_ZONE.contains, here)) for here in feet),
        lux=tuple(round(lux_at(t)) for t in times),
    )
