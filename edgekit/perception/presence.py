"""Remember what was found, and tell who came in from what was always there.

Nothing here has passed the gate. A box is believed when something moved in it, or when it goes on
from one that is believed. Who moved, and then stands in the way of the background, is believed for
as long as the network finds them; what merely shows again when somebody has passed is scenery.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Detections, Mask
from edgekit.perception.change import Region

MOVED = 0.15
"""Share of a box that is foreground or has stirred, from which on something moves in it."""

AFTERGLOW_MS = 1_000
"""A box is believed for so long after the last movement in it."""

SAME = 0.3
"""Boxes that overlap more than this (intersection over union) go on from one another."""

IN_PLACE = 0.5
"""A box that overlaps the one of its place less than this has moved on to another place."""

MISSED_LOOKS = 3
"""Who stands still and is not found is believed for so many looks more, but not where the picture
has changed over GONE of the box: they have left."""

GONE = 0.4

UNMOVED_LOOKS = 2
"""What was found so often without any movement is scenery, and its place is remembered."""

MAX_SCENERY = 64
EDGE_PX = 3.0
"""A box that ends within this distance of a region's inner edge is cut by it."""

Box = NDArray[np.float32]


@dataclass(slots=True, kw_only=True)
class _Thing:
    xyxy: Box
    confidence: float
    class_id: int
    place: Box  # the box in which it has stood since
    believed: bool = False
    stood_ms: int = 0  # foreground time in that place
    stands: bool = False
    last_ms: int | None = None  # when something last moved in it
    missed: int = 0
    unmoved: int = 0

    def goes_on_from(self, before: "_Thing") -> None:
        """Take over what is known of it from the look before."""
        self.believed, self.last_ms = before.believed, before.last_ms
        self.unmoved = before.unmoved
        if overlap(self.xyxy, before.place) >= IN_PLACE:
            self.place, self.stood_ms = before.place, before.stood_ms
            self.stands = before.stands


class Presence:
    """What the last looks found and what of it is somebody.

    Args:
        size: (width, height) of the frames in pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._things: list[_Thing] = []
        self._scenery: list[Box] = []
        self._t_ms: int | None = None

    def __bool__(self) -> bool:
        return any(thing.believed for thing in self._things)

    def look(self, region: Region, found: Detections, changed: Mask) -> None:
        """Take what the network found in a region; what lies elsewhere stays as it was.

        ``changed`` is a coarse mask of the whole picture: where it is another than at the last
        look.
        """
        inside = [thing for thing in self._things if _centred(thing.xyxy, region)]
        kept = [thing for thing in self._things if not _centred(thing.xyxy, region)]
        rows = zip(found.xyxy, found.confidence.tolist(), found.class_id.tolist(), strict=True)
        taken: set[int] = set()
        fresh = []
        for box, confidence, class_id in sorted(rows, key=lambda row: -row[1]):
            if self._cut(box, region) or any(overlap(box, other.xyxy) > SAME for other in kept):
                continue
            thing = _Thing(xyxy=box, confidence=confidence, class_id=class_id, place=box)
            before = _nearest(box, inside, taken)
            if before is not None:
                taken.add(id(before))
                thing.goes_on_from(before)
            if thing.last_ms is None:
                self._unmoved(thing)
            fresh.append(thing)
        missed = [thing for thing in inside if id(thing) not in taken and thing.believed]
        self._things = [*kept, *fresh, *self._still_there(missed, changed)]

    def settle(self, mask: Mask | None, stirred: Mask, t_ms: int, still_ms: int) -> Detections:
        """Judge what is remembered by this frame; return what is believed.

        Args:
            mask: the foreground; None where it says nothing.
            stirred: what has stirred within the last second.
            t_ms: the frame's time.
            still_ms: who was foreground in one place for so long stands there.
        """
        elapsed_ms = 0 if self._t_ms is None else max(0, t_ms - self._t_ms)
        self._t_ms = t_ms
        if mask is not None and self._things:
            moved = self._shares(self._things, np.asarray(cv2.bitwise_or(mask, stirred), np.uint8))
            there = self._shares(self._things, mask)
            for thing, share, covered in zip(self._things, moved, there, strict=True):
                if covered >= MOVED:
                    thing.stood_ms += elapsed_ms
                thing.stands |= thing.stood_ms >= still_ms
                self._judge(thing, share, t_ms)
        return _detections(thing for thing in self._things if thing.believed)

    def _judge(self, thing: _Thing, share: float, t_ms: int) -> None:
        if share >= MOVED:
            thing.believed, thing.last_ms = True, t_ms
            return
        if thing.last_ms is None or t_ms - thing.last_ms <= AFTERGLOW_MS:
            return
        scenery = any(overlap(thing.xyxy, place) >= IN_PLACE for place in self._scenery)
        if scenery or not thing.stands:
            thing.believed = thing.stands = False
            thing.stood_ms, thing.last_ms = 0, None

    def _unmoved(self, thing: _Thing) -> None:
        thing.unmoved += 1
        if thing.unmoved == UNMOVED_LOOKS:
            self._scenery = [*self._scenery, thing.xyxy][-MAX_SCENERY:]

    def _still_there(self, missed: list[_Thing], changed: Mask) -> list[_Thing]:
        for thing in missed:
            thing.missed += 1
        shares = self._shares(missed, changed)
        return [
            thing
            for thing, share in zip(missed, shares, strict=True)
            if share < GONE and thing.missed <= MISSED_LOOKS
        ]

    def _shares(self, things: list[_Thing], mask: Mask) -> list[float]:
        """Return which share of each box the mask covers."""
        total = cv2.integral(mask // 255)
        scale = np.asarray([mask.shape[1] / self._size[0], mask.shape[0] / self._size[1]] * 2)
        shares = []
        for thing in things:
            x1, y1, x2, y2 = (round(float(v)) for v in thing.xyxy * scale)
            area = max(1, (x2 - x1) * (y2 - y1))
            inside = int(total[y2, x2]) - int(total[y1, x2]) - int(total[y2, x1])
            shares.append((inside + int(total[y1, x1])) / area)
        return shares

    def _cut(self, box: Box, region: Region) -> bool:
        """Whether the region's edge, which is not the picture's, cuts the box."""
        limits = (0, 0, *self._size)
        return any(
            edge != limit and abs(float(side) - edge) < EDGE_PX
            for side, edge, limit in zip(box, region, limits, strict=True)
        )


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, each x1, y1, x2, y2."""
    wide = min(float(a[2]), float(b[2])) - max(float(a[0]), float(b[0]))
    high = min(float(a[3]), float(b[3])) - max(float(a[1]), float(b[1]))
    if wide <= 0 or high <= 0:
        return 0.0
    areas = [float((box[2] - box[0]) * (box[3] - box[1])) for box in (a, b)]
    return wide * high / (sum(areas) - wide * high)


def _centred(box: Box, region: Region) -> bool:
    x, y = float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2
    return region[0] <= x < region[2] and region[1] <= y < region[3]


def _nearest(box: Box, things: list[_Thing], taken: set[int]) -> _Thing | None:
    best, most = None, SAME
    for thing in things:
        shared = overlap(box, thing.xyxy)
        if id(thing) not in taken and shared > most:
            best, most = thing, shared
    return best


def _detections(things: Iterable[_Thing]) -> Detections:
    chosen = list(things)
    return Detections(
        xyxy=np.array([thing.xyxy for thing in chosen], np.float32).reshape(-1, 4),
        confidence=np.array([thing.confidence for thing in chosen], np.float32),
        class_id=np.array([thing.class_id for thing in chosen], np.int64),
    )
