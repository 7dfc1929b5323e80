"""A coarse grid over a zone: where in it people stood, to a quarter of its width.

Coarse on purpose: a fine grid is a drawing of single people's ways.
"""

from dataclasses import dataclass, field

from edgekit.geometry.shape import Point, Zone

HEAT_COLUMNS, HEAT_ROWS = 4, 3
"""Cells over the box around the zone; they are numbered row by row, from 0 at the top left."""

_EDGE_PX = 1e-6
"""What only lies along a cell's edge does not touch it, whichever way the edge was rounded."""


@dataclass(frozen=True, slots=True)
class HeatGrid:
    """The cells of one zone; ``cells`` are the numbers of those that the polygon touches.

    A cell that the polygon does not touch does not exist: nobody in the zone can stand in it.
    """

    zone: Zone
    cells: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        touched = (
            cell for cell in range(HEAT_COLUMNS * HEAT_ROWS) if _touches(self.zone, self.box(cell))
        )
        object.__setattr__(self, "cells", tuple(touched))

    def box(self, cell: int) -> tuple[float, float, float, float]:
        """Return x1, y1, x2, y2 of a cell in pixels of the picture."""
        x1, y1, wide, high = self._frame()
        row, column = divmod(cell, HEAT_COLUMNS)
        return (
            x1 + wide * column / HEAT_COLUMNS,
            y1 + high * row / HEAT_ROWS,
            x1 + wide * (column + 1) / HEAT_COLUMNS,
            y1 + high * (row + 1) / HEAT_ROWS,
        )

    def cell_at(self, point: Point) -> int | None:
        """Return the cell that a point of the picture lies in; None where there is none."""
        x1, y1, wide, high = self._frame()
        right, down = (point[0] - x1) / wide, (point[1] - y1) / high
        if not (0 <= right <= 1 and 0 <= down <= 1):
            return None
        column = min(HEAT_COLUMNS - 1, int(right * HEAT_COLUMNS))
        row = min(HEAT_ROWS - 1, int(down * HEAT_ROWS))
        cell = row * HEAT_COLUMNS + column
        return cell if cell in self.cells else None

    def _frame(self) -> tuple[float, float, float, float]:
        xs, ys = zip(*self.zone.polygon, strict=True)
        return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def cell_name(cell: int) -> str:
    """Return ``c1r1`` for the cell at the top left to ``c4r3`` for the one at the bottom right."""
    row, column = divmod(cell, HEAT_COLUMNS)
    return f"c{column + 1}r{row + 1}"


def _touches(zone: Zone, box: tuple[float, float, float, float]) -> bool:
    """Whether zone and open box share an area: an edge runs through it, or all of it is inside."""
    x1, y1, x2, y2 = box
    core = (x1 + _EDGE_PX, y1 + _EDGE_PX, x2 - _EDGE_PX, y2 - _EDGE_PX)
    corners = zip(zone.polygon, zone.polygon[1:] + zone.polygon[:1], strict=True)
    if any(_runs_through(a, b, core) for a, b in corners):
        return True
    return zone.contains(((x1 + x2) / 2, (y1 + y2) / 2))


def _runs_through(a: Point, b: Point, box: tuple[float, float, float, float]) -> bool:
    """Whether more than a point of the segment lies in the open box (Liang and Barsky, 1984)."""
    x1, y1, x2, y2 = box
    enters, leaves = 0.0, 1.0
    for start, step, low, high in (
        (a[0], b[0] - a[0], x1, x2),
        (a[1], b[1] - a[1], y1, y2),
    ):
        if step == 0:
            if not low < start < high:
                return False
            continue
        near, far = sorted(((low - start) / step, (high - start) / step))
        enters, leaves = max(enters, near), min(leaves, far)
    return enters < leaves
