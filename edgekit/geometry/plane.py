"""Segments and polygons in a plane: what crosses, what overlaps, how far; standard library only."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

Point = tuple[float, float]
Segment = tuple[Point, Point]


def turn(a: Point, b: Point, c: Point) -> float:
    """Return twice the signed area of a triangle; its sign tells which way round it goes."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def cross(one: Segment, other: Segment) -> bool:
    """Whether two segments cross in a point inside both; touching is no crossing."""
    (a, b), (c, d) = one, other
    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0


def edges(polygon: Sequence[Point]) -> Iterator[Segment]:
    """Yield the edges of a polygon; the last joins the first corner."""
    yield from zip(polygon, (*polygon[1:], *polygon[:1]), strict=True)


def self_crossing(polygon: Sequence[Point]) -> tuple[Segment, Segment] | None:
    """Return two edges of a polygon that cross each other, or None."""
    pairs = combinations(edges(polygon), 2)
    return next((pair for pair in pairs if cross(*pair)), None)


def distance(point: Point, segment: Segment) -> float:
    """Return the distance of a point from a segment."""
    (ax, ay), (bx, by) = segment
    length2 = (bx - ax) ** 2 + (by - ay) ** 2
    along = (point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)
    part = min(1.0, max(0.0, along / length2)) if length2 else 0.0
    return math.dist(point, (ax + part * (bx - ax), ay + part * (by - ay)))


def middle(points: Sequence[Point]) -> Point:
    """Return the mean of some points."""
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
