"""The parts into which lines divide a picture, and which of them lie on the sides of each line.

    regions = Regions(640, 480, lines)
    regions.sides(lines[0]), regions.of(zone), regions.closed

On a grid of square cells, finer than a body: who stands in a cell is in one part. A gap between the
end of a line and another line, or the picture's edge, that is narrower than ``reach_px`` is taken
as closed, for nobody passes there unseen by the line.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from edgekit.geometry.nearness import Segment, nearest, points_along
from edgekit.geometry.shape import Line, Point, Zone

CELLS = 64
"""Cells along the longer side of the picture."""

REACH = 16
"""A body near the camera is about as wide as the picture's diagonal over this."""

_QUARTER = 4
_PARTS = 64
_LEAST = 8  # a part that lies along less than 1/8 of a line, or has less of a zone, is a corner


def reach_px(width: int, height: int) -> float:
    """Return how many pixels a body is wide, about, in a picture of this size."""
    return math.hypot(width, height) / REACH


class Regions:
    """Parts of one picture, numbered from 0; a cell that a line runs through is in none.

    Attributes:
        number: how many parts there are.
        closed: those with lines along a quarter of their border or more. The rest is the picture's
            edge, behind which there may be walls; further out they are not likely all around.
    """

    def __init__(self, width: int, height: int, lines: Sequence[Line]) -> None:
        self._size_px = max(width, height) / CELLS
        self._columns = math.ceil(width / self._size_px)
        self._rows = math.ceil(height / self._size_px)
        walls = set()
        for segment in _walls(width, height, lines):
            walls |= self._cells_along(segment)
        self._label: dict[tuple[int, int], int] = {}
        self.number = 0
        for cell in self._grid():
            if cell not in walls and cell not in self._label:
                self._flood(cell, walls)
                self.number += 1
        self.closed = frozenset(self._closed())

    def sides(self, line: Line) -> tuple[tuple[int, int], ...]:
        """Return the parts to the left and right of a line, of each stretch of it.

        A stretch with the same part on both sides is one that people can walk round.
        """
        (ax, ay), (bx, by) = line.start, line.end
        step = 1.5 * self._size_px / line.length_px
        left, right = (step * (by - ay), step * (ax - bx)), (step * (ay - by), step * (bx - ax))
        pairs: Counter[tuple[int, int]] = Counter()
        for x, y in points_along(line, _PARTS):
            here = self._at((x + left[0], y + left[1]))
            there = self._at((x + right[0], y + right[1]))
            if here is not None and there is not None:
                pairs[here, there] += 1
        return tuple(sorted(pair for pair, count in pairs.items() if count * _LEAST >= _PARTS))

    def of(self, zone: Zone) -> frozenset[int]:
        """Return the parts that a zone lies in."""
        inside: Counter[int] = Counter()
        for cell, label in self._label.items():
            if zone.contains(self._middle(cell)):
                inside[label] += 1
        whole = inside.total()
        return frozenset(label for label, count in inside.items() if count * _LEAST >= whole)

    def _grid(self) -> Iterator[tuple[int, int]]:
        return ((column, row) for row in range(self._rows) for column in range(self._columns))

    def _middle(self, cell: tuple[int, int]) -> Point:
        return (cell[0] + 0.5) * self._size_px, (cell[1] + 0.5) * self._size_px

    def _cell(self, point: Point) -> tuple[int, int]:
        column, row = int(point[0] / self._size_px), int(point[1] / self._size_px)
        return min(column, self._columns - 1), min(row, self._rows - 1)

    def _at(self, point: Point) -> int | None:
        return self._label.get(self._cell(point)) if min(point) >= 0 else None

    def _closed(self) -> Iterator[int]:
        lines: Counter[int] = Counter()
        whole: Counter[int] = Counter()
        for cell, label in self._label.items():
            for near in _beside(cell):
                border = near not in self._label
                whole[label] += border
                lines[label] += border and self._inside(near)
        return (label for label in whole if 0 < whole[label] <= lines[label] * _QUARTER)

    def _inside(self, cell: tuple[int, int]) -> bool:
        return 0 <= cell[0] < self._columns and 0 <= cell[1] < self._rows

    def _cells_along(self, segment: Segment) -> set[tuple[int, int]]:
        """Return the cells of a segment: no step from one to the next is longer than a corner."""
        (ax, ay), (bx, by) = segment
        steps = max(1, math.ceil(2 * math.dist(*segment) / self._size_px))
        return {
            self._cell((ax + (bx - ax) * n / steps, ay + (by - ay) * n / steps))
            for n in range(steps + 1)
        }

    def _flood(self, cell: tuple[int, int], walls: set[tuple[int, int]]) -> None:
        """Label everything that can be reached over the sides of cells, never over corners."""
        self._label[cell] = self.number
        waiting = [cell]
        while waiting:
            for near in _beside(waiting.pop()):
                if self._inside(near) and near not in walls and near not in self._label:
                    self._label[near] = self.number
                    waiting.append(near)


def _beside(cell: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    column, row = cell
    return (column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)


def _walls(width: int, height: int, lines: Sequence[Line]) -> Iterator[Segment]:
    """Yield the lines, and the gaps at their ends that are too narrow to pass."""
    reach = reach_px(width, height)
    frame: tuple[Segment, ...] = (
        ((0, 0), (width, 0)),
        ((width, 0), (width, height)),
        ((width, height), (0, height)),
        ((0, height), (0, 0)),
    )
    for line in lines:
        yield line.start, line.end
        others = [(other.start, other.end) for other in lines if other is not line]
        for end in (line.start, line.end):
            for segment in (*frame, *others):
                near = nearest(end, segment)
                if math.dist(end, near) <= reach:
                    yield end, near
