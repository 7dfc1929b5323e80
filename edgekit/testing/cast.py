"""Who walks on the plaza: looks with distinct clothes, their sprites, and when they walk where."""

import colorsys
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

import numpy as np

from edgekit.testing.figure import Colour, Cut, Look, shade
from edgekit.testing.pinhole import CENTRE_PX, EYE_PX

CAST = 18
"""Looks in the cast; a look comes back only after everybody else has walked."""

_LONGEST_S = 45.0
_NEAR, _MIDDLE, _FAR = (6.9, 8.1), (11.5, 12.4), (13.8, 17.2)
_SKINS = ((150, 178, 222), (120, 152, 205), (96, 128, 184), (72, 98, 148), (48, 66, 104))
_HAIRS = ((34, 32, 36), (40, 56, 88), (66, 104, 150), (92, 150, 200), (150, 150, 156))
_LEGS = ((84, 62, 48), (58, 52, 50), (110, 96, 84), (70, 84, 104), (46, 44, 60))

Way = tuple[float, float, float]
"""One point of a way: time in seconds, metres to the right, metres from the camera."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Where somebody is at one moment, in metres, and how they move (metres per second)."""

    right_m: float
    far_m: float
    speed_right: float
    speed_far: float
    walked_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """One passage of one figure: straight lines between points, at a steady pace in each."""

    look: int
    way: tuple[Way, ...]

    @property
    def start_s(self) -> float:
        """When they appear."""
        return self.way[0][0]

    @property
    def end_s(self) -> float:
        """When they are gone."""
        return self.way[-1][0]

    def at(self, t_s: float) -> Pose:
        """Return the pose at a time between start_s and end_s."""
        walked = 0.0
        for (t0, x0, z0), (t1, x1, z1) in pairwise(self.way):
            length = hypot(x1 - x0, z1 - z0)
            if t_s <= t1:
                part = (t_s - t0) / (t1 - t0)
                return Pose(
                    right_m=x0 + part * (x1 - x0),
                    far_m=z0 + part * (z1 - z0),
                    speed_right=(x1 - x0) / (t1 - t0),
                    speed_far=(z1 - z0) / (t1 - t0),
                    walked_m=walked + part * length,
                )
            walked += length
        raise ValueError(f"nobody at {t_s} s: expected {self.start_s} to {self.end_s}")

    def passages(self) -> tuple[tuple[float, bool], ...]:
        """Times at which they pass the middle, and whether from left to right."""
        return tuple(
            (t0 + (t1 - t0) * x0 / (x0 - x1), x1 > x0)
            for (t0, x0, _), (t1, x1, _) in pairwise(self.way)
            if (x0 < 0) != (x1 < 0)
        )


class Schedule:
    """Everybody's ways, made once from a generator, ordered by when they appear."""

    def __init__(self, rng: np.random.Generator, *, seconds: float, start_empty_s: float) -> None:
        walkers: list[Walker] = []
        t_s = start_empty_s
        while t_s < seconds:
            walkers += _arrivals(rng, t_s, len(walkers))
            t_s += rng.uniform(1.2, 3.6)
        self.walkers = tuple(sorted(walkers, key=lambda walker: walker.start_s))
        self._starts = [walker.start_s for walker in self.walkers]

    def present(self, t_s: float) -> list[tuple[Walker, Pose]]:
        """Everybody on stage at that time, furthest first."""
        first = bisect_left(self._starts, t_s - _LONGEST_S)
        last = bisect_right(self._starts, t_s)
        here = [(w, w.at(t_s)) for w in self.walkers[first:last] if t_s <= w.end_s]
        return sorted(here, key=lambda pair: -pair[1].far_m)


def looks(rng: np.random.Generator) -> tuple[Look, ...]:
    """Return CAST looks; hues of the clothes are evenly spread, so that no two are alike."""
    return tuple(_look(rng, number) for number in range(CAST))


def _look(rng: np.random.Generator, number: int) -> Look:
    hue = (number * 0.61803) % 1.0
    value = (0.84, 0.7, 0.5)[number % 3]
    r, g, b = colorsys.hsv_to_rgb(hue, (0.62, 0.45, 0.7)[number % 3], value)
    top: Colour = round(255 * b), round(255 * g), round(255 * r)
    child = number % 6 == 0
    return Look(
        skin=_SKINS[int(rng.integers(len(_SKINS)))],
        hair=_HAIRS[int(rng.integers(len(_HAIRS)))],
        top=top,
        legs=_LEGS[int(rng.integers(len(_LEGS)))],
        shoes=shade(_LEGS[int(rng.integers(len(_LEGS)))], 0.6),
        cut=tuple(Cut)[int(rng.integers(3))],
        long_hair=bool(rng.integers(2)),
        bag=bool(rng.integers(3) == 0),
        height_m=float(rng.uniform(1.15, 1.35) if child else rng.uniform(1.58, 1.9)),
    )


def _arrivals(rng: np.random.Generator, t_s: float, number: int) -> list[Walker]:
    way = (_straight, _straight, _diagonal, _diagonal, _pausing, _turning)[int(rng.integers(6))]
    first = _timed(way(rng), t_s, _pace(rng))
    if (kind := rng.integers(6)) == 0:
        second = _meeting(rng, first)
    elif kind == 1:
        second = tuple((t + 0.35, x, z + 0.45) for t, x, z in first)
    else:
        return [Walker(look=number % CAST, way=first)]
    return [
        Walker(look=number % CAST, way=first),
        Walker(look=(number + 1) % CAST, way=second),
    ]


def _straight(rng: np.random.Generator) -> list[tuple[float, float, float]]:
    far = _lane(rng)
    return _mirrored(rng, [(-_edge(far), far, 0.0), (_edge(far), far, 0.0)])


def _diagonal(rng: np.random.Generator) -> list[tuple[float, float, float]]:
    a, b = _lane(rng), _lane(rng)
    way = [(-_edge(a), a, 0.0), (-0.9, a, 0.0), (0.9, b, 0.0), (_edge(b), b, 0.0)]
    return _mirrored(rng, way)


def _pausing(rng: np.random.Generator) -> list[tuple[float, float, float]]:
    far = _lane(rng)
    stop = rng.choice((-1, 1)) * rng.uniform(1.1, 2.4)
    way = [(-_edge(far), far, 0.0), (stop, far, rng.uniform(2.0, 4.5)), (_edge(far), far, 0.0)]
    return _mirrored(rng, way)


def _turning(rng: np.random.Generator) -> list[tuple[float, float, float]]:
    far = _lane(rng)
    turn = -rng.uniform(0.13, 0.22) * far  # 70 to 125 px before the line, at every depth
    way = [(-_edge(far), far, 0.0), (turn, far, rng.uniform(0.4, 1.2)), (-_edge(far), far, 0.0)]
    return _mirrored(rng, way)


def _meeting(rng: np.random.Generator, other: tuple[Way, ...]) -> tuple[Way, ...]:
    """Somebody who walks the first's way backwards, slightly behind, and so meets them."""
    shift, nearer = rng.uniform(-0.5, 0.5), rng.choice((-0.4, 0.4))
    ends = other[0][0] + other[-1][0]
    return tuple((ends - t + shift + 0.6, x, z + nearer) for t, x, z in reversed(other))


def _mirrored(
    rng: np.random.Generator, way: list[tuple[float, float, float]]
) -> list[tuple[float, float, float]]:
    return [(-x, far, rest) for x, far, rest in way] if rng.integers(2) else way


def _timed(way: list[tuple[float, float, float]], t_s: float, pace: float) -> tuple[Way, ...]:
    """Give every point its time; a rest makes two points of one."""
    points: list[Way] = [(t_s, way[0][0], way[0][1])]
    for (x0, z0, _), (x1, z1, rest) in pairwise(way):
        arrival = points[-1][0] + hypot(x1 - x0, z1 - z0) / pace
        points.append((arrival, x1, z1))
        if rest:
            points.append((arrival + rest, x1, z1))
    return tuple(points)


def _pace(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.95, 1.75))


def _lane(rng: np.random.Generator) -> float:
    low, high = (_NEAR, _MIDDLE, _FAR)[int(rng.integers(3))]
    return float(rng.uniform(low, high))


def _edge(far_m: float) -> float:
    return CENTRE_PX / EYE_PX * far_m + 0.9
