"""What zones cover, measured on a grid of points; standard library only."""

from collections.abc import Iterator

from edgekit.geometry.plane import middle
from edgekit.geometry.shape import Point, Zone

CELLS = 32
"""The grid has so many cells a side: areas are right to about 2 %."""


def inside(zone: Zone, cells: int = CELLS) -> list[Point]:
    """Return the points inside a zone of a regular grid over it; its middle where none is."""
    found = [point for point in _grid(_box(zone), cells) if zone.contains(point)]
    return found or [middle(zone.polygon)]


def shared(one: Zone, other: Zone) -> float:
    """Return which share of the smaller of two zones lies in the other, 0..1, to about 2 %."""
    (left, top, right, low), (left2, top2, right2, low2) = _box(one), _box(other)
    box = max(left, left2), max(top, top2), min(right, right2), min(low, low2)
    if box[0] >= box[2] or box[1] >= box[3]:
        return 0.0
    both = sum(one.contains(point) and other.contains(point) for point in _grid(box, CELLS))
    area = (box[2] - box[0]) * (box[3] - box[1]) * both / CELLS**2
    return min(1.0, area / min(one.area_px2, other.area_px2))


def _box(zone: Zone) -> tuple[float, float, float, float]:
    xs, ys = zip(*zone.polygon, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _grid(box: tuple[float, float, float, float], cells: int) -> Iterator[Point]:
    left, top, right, low = box
    for row in range(cells):
        y = top + (row + 0.5) * (low - top) / cells
        for column in range(cells):
            yield left + (column + 0.5) * (right - left) / cells, y
