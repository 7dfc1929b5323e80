"""Count passages through a line, once per change of side. Nothing here has passed the gate.

**What counts.** Somebody who really changes sides through the segment counts once per change:

- A foot is on a side when it is farther from the line than the band. It changes sides when it has
  been seen beyond the band on the other side for two sightings and 60 ms, or two that go on as fast
  as they came (`hysteresis`). Standing on the line, turning round on it and one bad box do not.
- It changes sides *through the segment* when the path between its sightings, net of what it came
  back, has passed the segment that way since it was last beyond the band on its old side: segment
  against segment, at any speed. Round the end of the line is a change of sides, but no passage.
- In and out are `edgekit.geometry.Line`'s; in - out is the net displacement through the segment.

**What is evidence.** Only sightings; what a tracker guesses moves nobody. What is unseen in between
is taken to go straight. A body is the same whatever its tracker calls it (`stitching`), as long as
place, motion and size say so.

**What is not known is not counted.** Who is first seen within the band comes from no side, and
who is last seen within it went to none: draw a line where people can be seen on both sides. One
sighting is a flicker until a second follows. A side that was seen in a single box is believed only
where the box fits the way that follows.

A body counts as what it was seen as most often until then, so a class that flips on the line
neither loses nor doubles a passage.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from edgekit.errors import ConfigError
from edgekit.frames import PERSON, Track
from edgekit.geometry import Line, Point
from edgekit.perception.hysteresis import Hysteresis
from edgekit.perception.naming import FORGET_MS
from edgekit.perception.stitching import Stitching
from edgekit.perception.walk import Sighting, Walk

Direction = Literal["in", "out"]

USUAL_MS = 100.0
LONGEST_USUAL_MS = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One passage: ``in`` is left to right of the line's direction (`edgekit.geometry.Line`).

    ``class_id`` is the COCO class that the body was seen as most often.
    """

    direction: Direction
    t_ms: int
    class_id: int


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

    Memory is bounded: 512 bodies, none for longer than a minute after it was last seen.
    """

    def __init__(self, line: Line, *, band_px: float = 10.0) -> None:
        if not 2 <= band_px <= 64:  # noqa: PLR2004 -- said in the docstring
            raise ConfigError(f"band of {band_px!r} px: expected 2 to 64")
        self.line = line
        self.band_px = band_px
        (ax, ay), (bx, by) = line.start, line.end
        self._unit = (bx - ax) / line.length_px, (by - ay) / line.length_px
        self._counts: dict[int, tuple[int, int]] = {}
        self._stitching = Stitching(self._begin)
        self._last_ms: int | None = None
        self._usual_ms = USUAL_MS
        self._now_ms = 0.0

    @property
    def in_count(self) -> int:
        """People that went in since the start."""
        return self._counts.get(PERSON, (0, 0))[0]

    @property
    def out_count(self) -> int:
        """People that went out since the start."""
        return self._counts.get(PERSON, (0, 0))[1]

    @property
    def counts(self) -> Mapping[int, tuple[int, int]]:
        """(in, out) since the start by COCO class id, of the classes that have passed."""
        return MappingProxyType(self._counts)

    def update(self, tracks: Iterable[Track], t_ms: int) -> tuple[Crossing, ...]:
        """Take the tracks of one frame and return the passages that it completes.

        ``t_ms`` is the frame's time in milliseconds. Where it stands still, goes back or leaps over
        tracks that live on, a frame is taken to be as long as the last.
        """
        seen = {track.tracker_id: track for track in tracks if track.seen}
        now_ms = self._advance(t_ms, seen)
        sightings = {name: Sighting.of(track, now_ms) for name, track in seen.items()}
        crossings: list[Crossing] = []
        for walk, piece in self._stitching.match(sightings, now_ms).items():
            for sighting in piece:
                side = self._step(walk, sighting)
                if side:
                    walk.passed = True
                    way: Direction = "in" if side > 0 else "out"
                    crossings.append(Crossing(direction=way, t_ms=t_ms, class_id=walk.class_id))
        for crossing in crossings:
            came, went = self._counts.get(crossing.class_id, (0, 0))
            inward = crossing.direction == "in"
            self._counts[crossing.class_id] = (came + inward, went + (not inward))
        return tuple(crossings)

    def _advance(self, t_ms: int, names: Iterable[int]) -> float:
        """Return the counter's own time, which always goes on."""
        elapsed_ms = self._usual_ms if self._last_ms is None else float(t_ms - self._last_ms)
        self._last_ms = t_ms
        # No tracker keeps an id for a minute unseen: it was the clock that was set.
        leapt = elapsed_ms > FORGET_MS and self._stitching.knows(names)
        if elapsed_ms <= 0 or leapt:
            elapsed_ms = self._usual_ms
        self._usual_ms = min(elapsed_ms, LONGEST_USUAL_MS)
        self._now_ms += elapsed_ms
        return self._now_ms

    def _begin(self, piece: Sequence[Sighting]) -> Walk:
        first = piece[0]
        walk = Walk(first, Hysteresis(self.band_px))
        walk.side.update(self._across_px(first.foot), 0, first.t_ms)
        for sighting in piece[1:]:
            self._step(walk, sighting)
        return walk

    def _step(self, walk: Walk, sighting: Sighting) -> int:
        across_px = self._across_px(sighting.foot)
        passages = self._passage(walk, sighting.foot, across_px)
        walk.move(sighting)
        return walk.side.update(across_px, passages, sighting.t_ms)

    def _across_px(self, foot: Point) -> float:
        """Return `Line.side`: signed distance from the endless line."""
        ux, uy = self._unit
        return ux * (foot[1] - self.line.start[1]) - uy * (foot[0] - self.line.start[0])

    def _passage(self, walk: Walk, end: Point, after_px: float) -> int:
        """Return 1 where the step goes in through the segment, -1 where it goes out, else 0."""
        before_px = walk.side.distance_px
        if (before_px < 0) == (after_px < 0):
            return 0
        start = walk.last.foot
        part = before_px / (before_px - after_px)
        (ax, ay), (ux, uy) = self.line.start, self._unit
        along_px = (start[0] + part * (end[0] - start[0]) - ax) * ux
        along_px += (start[1] + part * (end[1] - start[1]) - ay) * uy
        if not 0 <= along_px <= self.line.length_px:
            return 0
        return 1 if before_px < 0 else -1
