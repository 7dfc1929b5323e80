"""What a zone remembers of one track, for a minute at most. Nothing here has passed the gate."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from edgekit.frames import Track
from edgekit.geometry import Ground, Point
from edgekit.perception.dwell import Presence
from edgekit.perception.heat import Footprint
from edgekit.perception.queue import Standing

LOST_WALKING_MS, LOST_STANDING_MS = 5_000, 60_000
"""A track that nobody sees any more is waited for so long. Whoever stood is expected to stand there
still: a crowd hides them, and found by motion alone they fade. Nothing is kept beyond a minute."""

REACH_BODIES = 0.5
"""Whoever appears this near, in heights of the body, to where a lost one should be continues it."""

DRIFT_BODIES_S = 0.3
"""And by so much more for each second that somebody who walked was out of sight."""

STEADY_MS = 500.0
"""Time constant of a velocity."""


@dataclass(slots=True, kw_only=True)
class Visitor:
    """One track beside or in a zone, and what came before it under other ids."""

    born_foot: Point
    born_ms: int
    foot: Point
    body_px: float
    seen_ms: int
    velocity: Point = (0.0, 0.0)  # px per ms
    mature: bool = False
    presence: Presence
    standing: Standing
    footprint: Footprint

    @classmethod
    def of(cls, track: Track, now_ms: int) -> "Visitor":
        """Begin with the first sighting of a track."""
        return cls(
            born_foot=track.foot,
            born_ms=now_ms,
            foot=track.foot,
            body_px=_body_px(track),
            seen_ms=now_ms,
            presence=Presence(),
            standing=Standing.at(track.foot, now_ms),
            footprint=Footprint(),
        )

    def move(self, track: Track, now_ms: int) -> None:
        """Take where a sighting says that it is."""
        passed_ms = now_ms - self.seen_ms
        if passed_ms > 0:
            (x, y), (u, v), (to_x, to_y) = self.foot, self.velocity, track.foot
            part = -math.expm1(-passed_ms / STEADY_MS)
            self.velocity = (
                u + part * ((to_x - x) / passed_ms - u),
                v + part * ((to_y - y) / passed_ms - v),
            )
        self.body_px += 0.3 * (_body_px(track) - self.body_px)
        self.foot, self.seen_ms = track.foot, now_ms

    def wait(self, *, ground: Ground | None) -> int | None:
        """Take the last sighting for the queue; return the ms waited where that ends a wait."""
        return self.standing.sight(self.foot, self.seen_ms, body_px=self.body_px, ground=ground)

    def continues(self, lost: "Visitor") -> None:
        """Take over the visit of one that was lost."""
        self.presence, self.standing, self.footprint = lost.presence, lost.standing, lost.footprint

    def rest(self) -> None:
        """Forget, outside, what belongs to no stay: a foot that flickered over the edge."""
        if self.footprint.trodden and self.presence.entered_ms is None:
            self.standing = Standing.at(self.foot, self.seen_ms)
            self.footprint = Footprint()

    @property
    def keep_ms(self) -> int:
        """How long to wait for it once it is out of sight."""
        return LOST_STANDING_MS if self.standing.waits(self.seen_ms) else LOST_WALKING_MS

    def distance_to(self, lost: "Visitor") -> float:
        """Return how far from where a lost one should be this was born, 1 being just in reach."""
        gap_ms = self.born_ms - lost.seen_ms
        if not 0 < gap_ms <= lost.keep_ms:
            return math.inf
        x, y = lost.foot
        reach = REACH_BODIES
        if lost.keep_ms == LOST_WALKING_MS:
            x, y = x + lost.velocity[0] * gap_ms, y + lost.velocity[1] * gap_ms
            reach += DRIFT_BODIES_S * gap_ms / 1000
        return math.dist(self.born_foot, (x, y)) / (reach * min(self.body_px, lost.body_px))


def nearest_lost(newcomer: Visitor, visitors: Iterable[tuple[int, Visitor]]) -> int | None:
    """Return the id of the visit that a newcomer most likely continues; None where there is none.

    Only an unfinished stay can be continued, and only by one who was born out of nothing near it.
    """
    near = [
        (newcomer.distance_to(visitor), tracker_id)
        for tracker_id, visitor in visitors
        if visitor is not newcomer and visitor.presence.entered_ms is not None
    ]
    distance, tracker_id = min(near, default=(math.inf, None))
    return tracker_id if distance < 1 else None


def _body_px(track: Track) -> float:
    _, y1, _, y2 = track.xyxy
    return max(y2 - y1, 1.0)
