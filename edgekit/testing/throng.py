"""Who is in the synthetic crowd: people in lanes, alone or abreast, some of whom stop.

Everything is a closed form of the time, so that truth needs no simulation: a lane has one pace
and one direction, which keeps people from walking through each other at any density.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from math import pi, sin

import numpy as np

from edgekit.errors import ConfigError
from edgekit.testing.cast import CAST, Pose, Walker, Way
from edgekit.testing.pinhole import CENTRE_PX, EYE_PX

NEAR_M, FAR_M = 6.8, 10.0
"""Metres from the camera between which people walk: a broad pavement."""

AREA_M2 = CENTRE_PX / EYE_PX * (FAR_M**2 - NEAR_M**2)
"""Ground of that pavement in the picture: 30.7 m2."""

EMPTY_S = 3.0
"""Nobody is there before: the time in which a background is first seen."""

STOPPING = 0.5
"""Share of people who stop where anybody does."""

_LANE_M, _ABREAST_M, _BODY_M = 0.4, 0.55, 0.7
_BEYOND_M = 0.6  # so far outside the picture nothing of anybody shows
_STOP_M = 2.6
_SWAY_M, _SWAY_S = 0.02, 3.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Throng:
    """How people walk.

    Attributes:
        density_per_m2: people on each square metre of the pavement, on average; up to 2.
        speed_m_s: mean pace; lanes differ by up to 15 % from it.
        abreast: people walking side by side in step, 1 to 4.
        stand_s: for how long each second person stops on the way; 0: nobody does.

    Raises:
        ConfigError: a value outside its range.
    """

    density_per_m2: float = 0.1
    speed_m_s: float = 1.3
    abreast: int = 1
    stand_s: float = 0.0

    def __post_init__(self) -> None:
        require(
            ("density_per_m2", self.density_per_m2, 0.001, 2.0),
            ("speed_m_s", self.speed_m_s, 0.1, 10.0),
            ("abreast", self.abreast, 1, 4),
            ("stand_s", self.stand_s, 0.0, 3600.0),
        )

    @property
    def fill_s(self) -> float:
        """When the pavement is as full as it will be: the slowest have reached its far end."""
        return EMPTY_S + 2 * _edge(FAR_M) / (0.85 * self.speed_m_s) + STOPPING * self.stand_s


def require(*ranges: tuple[str, float, float, float]) -> None:
    """Raise ConfigError for the first (name, value, low, high) outside its range."""
    for name, value, low, high in ranges:
        if not low <= value <= high:
            raise ConfigError(f"{name} = {value!r}: expected {low:g} to {high:g}")


class People:
    """Everybody's ways, made once from a generator."""

    def __init__(self, rng: np.random.Generator, throng: Throng, *, seconds: float) -> None:
        width = _ABREAST_M * (throng.abreast - 1)
        lanes = np.arange(NEAR_M + _LANE_M / 2, FAR_M - width, _LANE_M).tolist()
        walkers = [w for far in lanes for w in _lane(rng, throng, far, len(lanes), seconds)]
        order = rng.permutation(CAST * (len(walkers) // CAST + 1)) % CAST
        dressed = (
            Walker(look=int(look), way=way) for look, way in zip(order, walkers, strict=False)
        )
        self.walkers = tuple(sorted(dressed, key=lambda walker: walker.start_s))
        self._starts = [walker.start_s for walker in self.walkers]
        self._longest_s = max((w.end_s - w.start_s for w in self.walkers), default=0.0)

    def present(self, t_s: float) -> list[tuple[int, Walker, Pose]]:
        """Everybody on the pavement at that time with their number, furthest first."""
        first = bisect_left(self._starts, t_s - self._longest_s)
        last = bisect_right(self._starts, t_s)
        here = [
            (number, walker, _swayed(number, walker.at(t_s), t_s))
            for number, walker in enumerate(self.walkers[first:last], first)
            if t_s <= walker.end_s
        ]
        return sorted(here, key=lambda one: -one[2].far_m)

    def crossings(self, until_s: float) -> tuple[int, int]:
        """Return passages of the middle up to that time: left to right, right to left."""
        passed = [right for w in self.walkers for t_s, right in w.passages() if t_s < until_s]
        return sum(passed), len(passed) - sum(passed)


def _lane(
    rng: np.random.Generator, throng: Throng, far_m: float, lanes: int, seconds: float
) -> list[tuple[Way, ...]]:
    """Return the ways of everybody who enters one lane before the end."""
    pace = throng.speed_m_s * rng.uniform(0.85, 1.15)
    side = 1.0 if rng.integers(2) else -1.0
    edge = _edge(far_m + _ABREAST_M * (throng.abreast - 1))
    in_view_s = 2 * edge / pace
    stay_s = in_view_s + STOPPING * throng.stand_s
    # Little's law: so many enter in a second that the density is as asked for.
    apart_s = stay_s * lanes * throng.abreast / (throng.density_per_m2 * _lanes_m2(edge))
    apart_s = max(apart_s, _BODY_M / pace)
    # Evenly scattered: a minute of it then has the density that was asked for.
    loose_s = min(apart_s / 2, apart_s - _BODY_M / pace)
    ways: list[tuple[Way, ...]] = []
    t_s = EMPTY_S + rng.uniform(0, apart_s)
    while t_s < seconds:
        stop_s = throng.stand_s if rng.random() < STOPPING else 0.0
        stop_m = rng.uniform(-_STOP_M, _STOP_M)
        for number in range(throng.abreast):
            jitter = rng.uniform(-0.1, 0.1)
            way = [(t_s, -edge + jitter, far_m + number * _ABREAST_M)]
            for x, rest in ((stop_m, stop_s), (edge, 0.0)):
                far = way[0][2]
                arrival = way[-1][0] + (x + jitter - way[-1][1]) / pace
                way.append((arrival, x + jitter, far))
                if rest:
                    way.append((arrival + rest, x + jitter, far))
            ways.append(tuple((t, side * x, far) for t, x, far in way))
        t_s += rng.uniform(apart_s - loose_s, apart_s + loose_s)
    return ways


def _lanes_m2(edge: float) -> float:
    """All lanes are as long as this one: the ground that this density is asked for."""
    return 2 * edge * (FAR_M - NEAR_M)


def _edge(far_m: float) -> float:
    return CENTRE_PX / EYE_PX * far_m + _BEYOND_M


def _swayed(number: int, pose: Pose, t_s: float) -> Pose:
    """Nobody who stands stands quite still."""
    if pose.speed_right or pose.speed_far:
        return pose
    sway = _SWAY_M * sin(2 * pi * t_s / _SWAY_S + number)
    return Pose(
        right_m=pose.right_m + sway,
        far_m=pose.far_m,
        speed_right=0.0,
        speed_far=0.0,
        walked_m=pose.walked_m,
    )
