"""Count passages through a line, once per change of side. Nothing here has passed the gate.

A passage is the *net* way of a track's foot point through the segment, from well beyond its band on
one side to well beyond it on the other. Hysteresis in space (the band) and in time (two sightings,
60 ms) is what separates walking through from standing on it, turning round on it or flickering.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from edgekit.errors import ConfigError
from edgekit.frames import Track
from edgekit.geometry import Line, Point

Direction = Literal["in", "out"]

CONFIRM_SIGHTINGS = 2
CONFIRM_MS = 60
STITCH_MS = 2_000
FORGET_MS = 10_000
MAX_WALKS = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One passage: ``in`` is left to right of the line's direction (`edgekit.geometry.Line`)."""

    direction: Direction
    t_ms: int


@dataclass(slots=True, kw_only=True)
class _Walk:
    """What the counter remembers of one track."""

    foot: Point
    reach_px: float
    seen_ms: int
    velocity: Point = (0.0, 0.0)
    home: int = 0  # the side it was last known to be on; 0: not yet known
    passages: int = 0  # net, since it was last at home; > 0 is in
    beyond: int = 0  # sightings beyond the band on the side that is not home
    beyond_ms: int = 0
    sightings: int = 1


def band_for(line: Line, size: tuple[int, int]) -> float:
    """Return the dead band in pixels for a line in a picture of this (width, height).

    10 px at 640x480, 8 to 32 px elsewhere, and never more than half the room that the picture
    leaves on the line's narrower side: where a foot cannot be seen, nobody can be counted.
    """
    width, height = size
    corners = ((0, 0), (width, 0), (0, height), (width, height))
    sides = [line.side(corner) for corner in corners]
    room = min(max(sides), -min(sides))
    usual = min(32.0, max(8.0, 10.0 * math.hypot(width, height) / 800.0))
    return max(2.0, min(usual, room / 2))


class LineCounter:
    """Count passages of tracks through one line.

    Args:
        line: the directed segment; its docstring defines in and out.
        band_px: the foot has to be this far from the line to be on a side; see `band_for`.

    Raises:
        ConfigError: the band is not 2 to 64 px.

    A new track that appears where another has just ended continues its walk, so that a tracker
    which renames somebody on the line does not lose the passage. Memory is bounded.
    """

    def __init__(self, line: Line, *, band_px: float = 10.0) -> None:
        if not 2 <= band_px <= 64:  # noqa: PLR2004 -- said in the docstring
            raise ConfigError(f"band of {band_px!r} px: expected 2 to 64")
        self.line = line
        self.band_px = band_px
        self.in_count = 0
        self.out_count = 0
        self._walks: dict[int, _Walk] = {}

    def update(self, tracks: Iterable[Track], t_ms: int) -> tuple[Crossing, ...]:
        """Take the tracks of one frame and return the passages it completes.

        ``t_ms`` is the frame's time in milliseconds and must not decrease. Only sightings move a
        walk: a guess of the tracker is never evidence.
        """
        crossings = []
        seen = [track for track in tracks if track.seen]
        present = {track.tracker_id for track in seen}
        for track in seen:
            direction = self._sight(track, t_ms, present)
            if direction is not None:
                crossings.append(Crossing(direction=direction, t_ms=t_ms))
        self._forget(t_ms)
        self.in_count += sum(crossing.direction == "in" for crossing in crossings)
        self.out_count += sum(crossing.direction == "out" for crossing in crossings)
        return tuple(crossings)

    def _sight(self, track: Track, t_ms: int, present: set[int]) -> Direction | None:
        walk = self._walks.get(track.tracker_id)
        x1, y1, x2, y2 = track.xyxy
        if walk is None:
            walk = _Walk(foot=track.foot, reach_px=max(x2 - x1, y2 - y1), seen_ms=t_ms)
            self._walks[track.tracker_id] = walk
        else:
            # One box may be a flicker: only the second sighting of a new track is worth a stitch.
            if walk.sightings == 1:
                self._stitch(walk, present)
            self._move(walk, track.foot, t_ms)
            walk.reach_px = max(x2 - x1, y2 - y1)
            walk.sightings += 1
        return self._judge(walk, t_ms)

    def _move(self, walk: _Walk, foot: Point, t_ms: int) -> None:
        walk.passages += self._passage(walk.foot, foot)
        elapsed_ms = max(1, t_ms - walk.seen_ms)
        walk.velocity = (
            walk.velocity[0] / 2 + (foot[0] - walk.foot[0]) / elapsed_ms / 2,
            walk.velocity[1] / 2 + (foot[1] - walk.foot[1]) / elapsed_ms / 2,
        )
        walk.foot, walk.seen_ms = foot, t_ms

    def _passage(self, start: Point, end: Point) -> int:
        """Return 1 where the step goes in through the segment, -1 where it goes out, else 0."""
        before, after = self.line.side(start), self.line.side(end)
        if (before < 0) == (after < 0):
            return 0
        part = before / (before - after)
        (ax, ay), (bx, by) = self.line.start, self.line.end
        along = (start[0] + part * (end[0] - start[0]) - ax) * (bx - ax)
        along += (start[1] + part * (end[1] - start[1]) - ay) * (by - ay)
        if not 0 <= along <= self.line.length_px**2:
            return 0
        return 1 if before < 0 else -1

    def _judge(self, walk: _Walk, t_ms: int) -> Direction | None:
        distance = self.line.side(walk.foot)
        side = 1 if distance > 0 else -1
        if walk.home in (0, side):
            if abs(distance) > self.band_px:
                walk.home, walk.passages = side, 0
            walk.beyond = 0
            return None
        if abs(distance) < self.band_px / 2:
            walk.beyond = 0
        if abs(distance) <= self.band_px:
            return None
        walk.beyond += 1
        walk.beyond_ms = t_ms if walk.beyond == 1 else min(walk.beyond_ms, t_ms)
        if walk.beyond < CONFIRM_SIGHTINGS or t_ms - walk.beyond_ms < CONFIRM_MS:
            return None
        net, walk.home, walk.passages, walk.beyond = walk.passages, side, 0, 0
        if net * side <= 0:  # round the end of the segment: another side, no passage
            return None
        return "in" if side > 0 else "out"

    def _stitch(self, walk: _Walk, present: set[int]) -> None:
        """Let a new walk continue the nearest one that ended where and when it began."""
        best, best_px = None, math.inf
        for tracker_id, lost in self._walks.items():
            gap_ms = walk.seen_ms - lost.seen_ms
            if tracker_id in present or not 0 < gap_ms <= STITCH_MS:
                continue
            ahead = (
                lost.foot[0] + lost.velocity[0] * gap_ms,
                lost.foot[1] + lost.velocity[1] * gap_ms,
            )
            distance = math.dist(walk.foot, ahead)
            reach = 0.5 * min(lost.reach_px, walk.reach_px) * (1 + gap_ms / STITCH_MS)
            if distance < min(reach, best_px):
                best, best_px = tracker_id, distance
        if best is None:
            return
        lost = self._walks.pop(best)
        if lost.home == 0:
            return
        passages = lost.passages + self._passage(lost.foot, walk.foot) + walk.passages
        if walk.home not in (0, lost.home):
            walk.beyond, walk.beyond_ms = 1, walk.seen_ms
        walk.home, walk.passages = lost.home, passages

    def _forget(self, t_ms: int) -> None:
        old = [key for key, walk in self._walks.items() if t_ms - walk.seen_ms > FORGET_MS]
        for key in old:
            del self._walks[key]
        while len(self._walks) > MAX_WALKS:
            del self._walks[min(self._walks, key=lambda key: self._walks[key].seen_ms)]
