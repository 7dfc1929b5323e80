"""The way of one body: where it is, moves and looks like. Nothing here has passed the gate.

The filter is alpha-beta with growing memory (Brookner, "Tracking and Kalman Filtering Made Easy",
1998, section 1.2.10), down to gains that the clock fixes, related as in Benedict and Bordner
(1962): it forgets as much in a second at 2 frames a second as at 60.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from edgekit.frames import Track
from edgekit.geometry import Point
from edgekit.perception.hysteresis import Hysteresis

SMOOTH_MS = 150.0

WALKS_ON_MS = 1_000.0
"""Who is unseen is thought to walk on for so long, and to stand then."""

REACH = 0.5
"""Who was lost is found within so many bodies of where he is expected, and within twice that
after `REACH_MS`."""

REACH_MS = 2_000.0

STILL, STOOD, STOOD_MS = 0.25, 0.25, 20_000.0
"""Who stood when he was lost, at less than so many bodies a second, is found within so many bodies
of there for so long: detectors lose people who stand."""

ALIKE = 2.0
"""One body is seen at most so many times larger than before."""


class Sighting(NamedTuple):
    """One track in one frame; ``body_px`` is the longer side of its box."""

    foot: Point
    body_px: float
    class_id: int
    t_ms: float

    @classmethod
    def of(cls, track: Track, t_ms: float) -> "Sighting":
        """Return what the counter needs of a track; ``t_ms`` is the counter's own time."""
        x1, y1, x2, y2 = track.xyxy
        return cls(track.foot, max(x2 - x1, y2 - y1, 1.0), track.class_id, t_ms)


class Walk:
    """What is remembered of one body.

    Attributes:
        last: its last sighting.
        side: the side of the line that it is on.
        names: the ids that its tracker gave it, the latest last.
        twin: the walk beside which it began, if it may be the same body under another name.
        alone: its first sighting since its twin was lost.
        passed: whether it has completed a passage.
    """

    __slots__ = (
        "_before",
        "_sightings",
        "_votes",
        "_vx",
        "_vy",
        "_x",
        "_y",
        "alone",
        "last",
        "names",
        "passed",
        "side",
        "twin",
    )

    def __init__(self, first: Sighting, side: Hysteresis) -> None:
        self.last = first
        self.side = side
        self.names: list[int] = []
        self.twin: Walk | None = None
        self.alone: Sighting | None = None
        self.passed = False
        self._sightings = 1
        self._votes = {first.class_id: 1}
        self._x, self._y = first.foot
        self._vx = self._vy = 0.0  # px/ms
        self._before = (self._x, self._y, 0.0, 0.0), first.t_ms

    @property
    def class_id(self) -> int:
        """What it was seen as most often; of two that are even the earlier."""
        return max(self._votes, key=self._votes.__getitem__)

    def miss_px(self, seen: Sighting) -> float:
        """Return how far from where it was expected this sighting is."""
        return _miss_px((self._x, self._y, self._vx, self._vy), self.last.t_ms, seen)

    def stray_px(self, seen: Sighting) -> float:
        """Return the same, if its last sighting may have been a bad box that led its name away."""
        return min(self.miss_px(seen), _miss_px(*self._before, seen))

    def reaches(self, seen: Sighting) -> bool:
        """Whether it can have gone on to this sighting unseen."""
        return self.stray_px(seen) < reach_px(self.last, seen)

    def misfit(self, piece: Sequence[Sighting]) -> float:
        """Return how badly these go on from where it was lost; 1 or more is another body."""
        most_px = reach_px(self.last, piece[0])
        if most_px:
            return sum(map(self.stray_px, piece)) / len(piece) / most_px
        return self._stood_misfit(piece[0])

    def _stood_misfit(self, seen: Sighting) -> float:
        body_px = self.last.body_px
        gap_ms = seen.t_ms - self.last.t_ms
        stood = math.hypot(self._vx, self._vy) * 1000.0 < STILL * body_px
        if not stood or not REACH_MS < gap_ms <= STOOD_MS or not _alike(self.last, seen):
            return 1.0
        return math.dist(seen.foot, self.last.foot) / (STOOD * body_px)

    def move(self, seen: Sighting) -> None:
        """Go on to this sighting, which is later than the last."""
        elapsed_ms = seen.t_ms - self.last.t_ms
        self._before = (self._x, self._y, self._vx, self._vy), self.last.t_ms
        n = self._sightings
        fixed = 1 - math.exp(-elapsed_ms / SMOOTH_MS)
        place = max(2 * (2 * n + 1) / ((n + 1) * (n + 2)), fixed)
        turn = max(6 / ((n + 1) * (n + 2)), fixed**2 / (2 - fixed)) / elapsed_ms
        self._x += self._vx * elapsed_ms
        self._y += self._vy * elapsed_ms
        wide, high = seen.foot[0] - self._x, seen.foot[1] - self._y
        self._x += place * wide
        self._y += place * high
        self._vx += turn * wide
        self._vy += turn * high
        self._votes[seen.class_id] = self._votes.get(seen.class_id, 0) + 1
        self._sightings = n + 1
        self.last = seen


def _miss_px(motion: tuple[float, float, float, float], from_ms: float, seen: Sighting) -> float:
    x, y, vx, vy = motion
    ahead_ms = min(seen.t_ms - from_ms, WALKS_ON_MS)
    return math.hypot(seen.foot[0] - x - vx * ahead_ms, seen.foot[1] - y - vy * ahead_ms)


def reach_px(lost: Sighting, seen: Sighting) -> float:
    """Return how far from where it is expected a lost body may be seen; 0 where it is another."""
    gap_ms = seen.t_ms - lost.t_ms
    smaller = min(lost.body_px, seen.body_px)
    if not 0 < gap_ms <= REACH_MS or not _alike(lost, seen):
        return 0.0
    return REACH * smaller * (1 + gap_ms / REACH_MS)


def _alike(one: Sighting, other: Sighting) -> bool:
    smaller, larger = sorted((one.body_px, other.body_px))
    return larger <= ALIKE * smaller
