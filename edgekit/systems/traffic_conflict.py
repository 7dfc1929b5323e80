"""Near misses from positions, as a number: two that would have met within 1.5 s.

    movers = {7: Mover(kind=Kind.VEHICLE, at=(3.1, 0.4)), ...}
    state, near = watch(state, Moving(t_ms=t_ms, movers=movers))

Time to collision by the closest approach at the present speeds; below 1.5 s it is a conflict (FHWA
SSAM, FHWA-HRT-08-051, section 2). Each pair counts once until it has been apart for some seconds.
Ids mean nothing but "the same as a moment ago" and live for less than 10 s; nothing is told of who,
where or how fast. This runs where the positions are, in the eye, which keeps no state on disk.
"""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

REMEMBERED_MS, STEP_MS, FASTEST_M_S, SLOWEST_M_S = 5_000, 1_000, 50.0, 1.0
COLLISION_S, APART_M = 1.5, 1.5
Point = tuple[float, float]


class Kind(StrEnum):
    """What moves."""

    VEHICLE = "vehicle"
    CYCLIST = "cyclist"
    WALKER = "walker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """One that moves, in m on the ground."""

    kind: Kind
    at: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """Where all are at a moment."""

    t_ms: int
    movers: Mapping[int, Mover]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who was where a moment ago, and which pairs have been counted, when last near."""

    t_ms: int | None = None
    places: Mapping[int, Point] = field(default_factory=dict)
    counted: Mapping[tuple[int, int], int] = field(default_factory=dict)


def collision_s(at: Point, speed: Point, other: Point, other_speed: Point) -> float | None:
    """Return the time until two would be within 1.5 m of each other; None where they would not."""
    x, y = other[0] - at[0], other[1] - at[1]
    u, v = other_speed[0] - speed[0], other_speed[1] - speed[1]
    squared, closing = u * u + v * v, -(x * u + y * v)
    if closing <= 0 or squared == 0:
        return None
    nearest_s = closing / squared
    aside = math.hypot(x + u * nearest_s, y + v * nearest_s)
    if aside >= APART_M:
        return None
    return max(0.0, nearest_s - math.sqrt((APART_M**2 - aside**2) / squared))


def watch(state: Watch, moving: Moving) -> tuple[Watch, int]:
    """Take one moment; return how many near misses began in it. Walkers among themselves don't."""
    t_ms = moving.t_ms
    span_ms = 0 if state.t_ms is None else t_ms - state.t_ms
    movers = {k: m for k, m in moving.movers.items() if all(map(math.isfinite, m.at))}
    counted = {k: at for k, at in state.counted.items() if 0 <= t_ms - at < REMEMBERED_MS}
    speeds: dict[int, Point] = {}
    if 0 < span_ms <= STEP_MS:
        speeds = {
            key: speed
            for key, mover in movers.items()
            if key in state.places
            and math.hypot(*(speed := _speed(state.places[key], mover.at, span_ms))) < FASTEST_M_S
        }
    near = 0
    for pair in itertools.combinations(sorted(speeds), 2):
        if _conflict(movers[pair[0]], movers[pair[1]], speeds[pair[0]], speeds[pair[1]]):
            near += pair not in counted
            counted[pair] = t_ms
    places = {key: mover.at for key, mover in movers.items()}
    return Watch(t_ms=t_ms, places=places, counted=counted), near


def _speed(before: Point, at: Point, span_ms: int) -> Point:
    return (at[0] - before[0]) / span_ms * 1000, (at[1] - before[1]) / span_ms * 1000


def _conflict(one: Mover, other: Mover, speed: Point, other_speed: Point) -> bool:
    if one.kind is Kind.WALKER and other.kind is Kind.WALKER:
        return False
    if max(math.hypot(*speed), math.hypot(*other_speed)) < SLOWEST_M_S:
        return False
    until_s = collision_s(one.at, speed, other.at, other_speed)
    return until_s is not None and until_s < COLLISION_S
