"""Who stands in a zone, and how long they waited. Nothing here has passed the gate.

A foot's way is cut into legs: each ends where the foot has come half a metre away from where the
leg began (fixations by dispersion, as Salvucci and Goldberg 2000 find them in a gaze). A leg that
takes long is standing, or shuffling on with the queue; a row of quick ones is walking.
"""

import math
from dataclasses import dataclass

from edgekit.geometry import Ground, Point

BODY_M = 1.7
"""Without a calibrated ground one height of the body stands for so many metres."""

LEG_M = 0.5
SLOW_M_S = 0.5
"""A third of the pace of walking (1.34 m/s, Weidmann 1993): what is slower stands or shuffles."""

NOISE_BODIES = 0.12
"""A foot that moves less than this share of the body's height in the picture has not moved."""

STAND_MS = 3_000
"""Whoever stands this long is in the queue, from the beginning of it."""

WALK_MS = 5_000
"""Whoever walks on this long has left the queue; for less it was a shuffle."""

SMOOTH_MS = 300.0
"""Time constant that evens out the jitter of a foot."""


@dataclass(slots=True)
class Standing:
    """Whether one track stands in the queue, and since when."""

    foot: Point
    seen_ms: int
    leg_from: Point
    leg_ms: int
    stands_ms: int | None = None
    walks_ms: int | None = None

    @classmethod
    def at(cls, foot: Point, now_ms: int) -> "Standing":
        """Begin with somebody of whom nothing is known yet."""
        return cls(foot=foot, seen_ms=now_ms, leg_from=foot, leg_ms=now_ms)

    def sight(
        self, foot: Point, now_ms: int, *, body_px: float, ground: Ground | None
    ) -> int | None:
        """Take a sighting; return how many ms were waited where that ends the waiting."""
        part = -math.expm1(-(now_ms - self.seen_ms) / SMOOTH_MS)
        x, y = self.foot
        self.foot = x + part * (foot[0] - x), y + part * (foot[1] - y)
        self.seen_ms = now_ms
        self._measure(now_ms, moved_m(self.leg_from, self.foot, body_px=body_px, ground=ground))
        if self.walks_ms is None or self.stands_ms is None:
            return None
        if not self.waits(self.walks_ms):
            self.stands_ms = None
            return None
        return self.leave(self.walks_ms) if now_ms - self.walks_ms >= WALK_MS else None

    def _measure(self, now_ms: int, moved: float) -> None:
        slow = moved * 1000 <= SLOW_M_S * (now_ms - self.leg_ms)
        if moved < LEG_M and (now_ms - self.leg_ms) * SLOW_M_S < LEG_M * 1000:
            return
        if slow:
            self.stands_ms = self.leg_ms if self.stands_ms is None else self.stands_ms
            self.walks_ms = None
        elif self.walks_ms is None:
            self.walks_ms = self.leg_ms
        if moved >= LEG_M:
            self.leg_from, self.leg_ms = self.foot, now_ms

    def waits(self, now_ms: int) -> bool:
        """Whether somebody who was here at this time is in the queue."""
        return self.stands_ms is not None and now_ms - self.stands_ms >= STAND_MS

    def leave(self, end_ms: int) -> int | None:
        """End the waiting; return how many ms it was, None where there was none."""
        end_ms = end_ms if self.walks_ms is None else min(end_ms, self.walks_ms)
        waited = end_ms - self.stands_ms if self.stands_ms is not None else 0
        self.stands_ms = None
        return waited if waited >= STAND_MS else None


def moved_m(a: Point, b: Point, *, body_px: float, ground: Ground | None) -> float:
    """Return roughly how many metres somebody of this height has moved between two pixels."""
    bodies = math.dist(a, b) / max(body_px, 1.0)
    if ground is None:
        return bodies * BODY_M
    # Far away a pixel is metres deep: what is jitter in the picture is no way on the ground.
    if bodies < NOISE_BODIES:
        return 0.0
    return math.dist(ground.to_ground(a), ground.to_ground(b))
