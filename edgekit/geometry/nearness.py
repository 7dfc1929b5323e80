"""How near to each other, and how far into each other, shapes in a picture lie."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from edgekit.geometry.shape import Line, Point, Zone

Segment = tuple[Point, Point]

_SAMPLES = 64
_ALONG = math.cos(math.radians(45))


def edges(zone: Zone) -> tuple[Segment, ...]:
    """Return the edges of a zone, in order around it."""
    return tuple(zip(zone.polygon, zone.polygon[1:] + zone.polygon[:1], strict=True))


def nearest(point: Point, segment: Segment) -> Point:
    """Return the point of a segment that is nearest to a point."""
    (ax, ay), (bx, by) = segment
    along = max(0.0, min(1.0, _along(point, segment)))
    return ax + along * (bx - ax), ay + along * (by - ay)


def _along(point: Point, segment: Segment) -> float:
    """Return where along a segment a point lies beside it: 0 at its start, 1 at its end."""
    (ax, ay), (bx, by) = segment
    squared = (bx - ax) ** 2 + (by - ay) ** 2
    if not squared:
        return 0.0
    return ((point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)) / squared


def distance_px(point: Point, segment: Segment) -> float:
    """Return how far a point is from a segment."""
    return math.dist(point, nearest(point, segment))


def points_along(line: Line, number: int = _SAMPLES) -> Iterator[Point]:
    """Yield the middles of that many equal parts of a line, from its start to its end."""
    (ax, ay), (bx, by) = line.start, line.end
    for part in range(number):
        share = (part + 0.5) / number
        yield ax + share * (bx - ax), ay + share * (by - ay)


def run_together(one: Line, other: Line, within_px: float) -> bool:
    """Whether whoever crosses one of two lines nearly always crosses the other.

    So it is where they differ by less than 45 degrees in direction and more than half of one lies
    beside the other, within ``within_px`` of it.
    """
    (ax, ay), (bx, by) = one.start, one.end
    (cx, cy), (dx, dy) = other.start, other.end
    cosine = ((bx - ax) * (dx - cx) + (by - ay) * (dy - cy)) / (one.length_px * other.length_px)
    if abs(cosine) < _ALONG:
        return False
    return any(2 * _beside(a, b, within_px) > _SAMPLES for a, b in ((one, other), (other, one)))


def _beside(one: Line, other: Line, within_px: float) -> int:
    segment = other.start, other.end
    return sum(
        0 <= _along(point, segment) <= 1 and distance_px(point, segment) <= within_px
        for point in points_along(one)
    )


def comes_near(line: Line, zone: Zone, within_px: float) -> bool:
    """Whether a line runs into a zone, or within so many pixels of it."""
    segment = line.start, line.end
    if zone.contains(line.start) or any(_crosses(segment, edge) for edge in edges(zone)):
        return True
    ends = (distance_px(end, edge) for end in segment for edge in edges(zone))
    corners = (distance_px(corner, segment) for corner in zone.polygon)
    return min(*ends, *corners) <= within_px


def overlap_px2(one: Zone, other: Zone) -> float:
    """Return the area that two zones share, exactly, by horizontal slices.

    Between two heights at which a corner lies or edges cross, all widths change evenly, so that
    each slice is its height times its width in the middle.
    """
    heights = {y for zone in (one, other) for _, y in zone.polygon}
    heights |= {y for a in edges(one) for b in edges(other) for y in _meeting_y(a, b)}
    return sum(
        (low - high) * _shared_px(_spans(one, (high + low) / 2), _spans(other, (high + low) / 2))
        for high, low in pairwise(sorted(heights))
    )


def _spans(zone: Zone, y: float) -> list[tuple[float, float]]:
    """Return from where to where a horizontal line is inside (even-odd rule)."""
    crossings = sorted(
        ax + (y - ay) * (bx - ax) / (by - ay)
        for (ax, ay), (bx, by) in edges(zone)
        if (ay > y) != (by > y)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def _shared_px(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> float:
    return sum(max(0.0, min(b, d) - max(a, c)) for a, b in one for c, d in other)


def _meeting_y(one: Segment, other: Segment) -> Iterator[float]:
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    turn = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if turn:
        along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / turn
        if 0 <= along <= 1:
            yield ay + along * (by - ay)


def _crosses(one: Segment, other: Segment) -> bool:
    a, b = (_side(other, point) for point in one)
    c, d = (_side(one, point) for point in other)
    return a * b < 0 and c * d < 0


def _side(segment: Segment, point: Point) -> float:
    (ax, ay), (bx, by) = segment
    return (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)
