"""Lines and zones in picture coordinates: what is drawn, authorised and counted.

Pixels of the frame, origin top left, x to the right, y down. Standard library only, so that both
sides of the wall can speak of the same line.
"""

import math
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.geometry.plane import self_crossing

Point = tuple[float, float]

MIN_LINE_PX = 16.0
"""A shorter line is shorter than the counter's dead band: nobody can be seen to cross it."""

MIN_EDGE_PX = 12.0
"""A line wholly this near to the picture's edge can never see both of its sides."""


@dataclass(frozen=True, slots=True)
class Line:
    """A directed segment from ``start`` to ``end``.

    *In* is the passage from its left to its right as seen on the screen when looking from start to
    end; *out* is the other way. Only the segment counts, never its extension.
    """

    name: str
    start: Point
    end: Point

    def __post_init__(self) -> None:
        require_name(self.name, "line")
        if self.length_px < MIN_LINE_PX:
            raise ConfigError(
                f"line {self.name!r} is {self.length_px:.0f} px long and can never count: "
                f"expected at least {MIN_LINE_PX:.0f} px",
                hint="draw it right across the way that people walk",
            )

    @property
    def length_px(self) -> float:
        """Length in pixels."""
        return _distance(self.start, self.end)

    def side(self, point: Point) -> float:
        """Signed distance in pixels from the endless line: < 0 left, > 0 right of start -> end."""
        (ax, ay), (bx, by) = self.start, self.end
        cross = (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)
        return cross / self.length_px

    def require_inside(self, width: int, height: int) -> None:
        """Raise ConfigError where the line can never count in a picture of this size."""
        for point in (self.start, self.end):
            _require_point(f"line {self.name!r}", point, width, height)
        for axis, size in ((0, width), (1, height)):
            low, high = sorted((self.start[axis], self.end[axis]))
            if high < MIN_EDGE_PX or low > size - MIN_EDGE_PX:
                raise ConfigError(
                    f"line {self.name!r} lies within {MIN_EDGE_PX:.0f} px of the picture's edge "
                    f"and can never count: nobody is seen on its far side",
                    hint=f"move it into the picture, which is {width}x{height}",
                )


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon of at least three corners, without crossing edges; the last joins the first."""

    name: str
    polygon: tuple[Point, ...]

    def __post_init__(self) -> None:
        require_name(self.name, "zone")
        if len(self.polygon) < 3:  # noqa: PLR2004 -- a polygon has three corners
            raise ConfigError(
                f"zone {self.name!r} has {len(self.polygon)} corners: expected at least 3",
                hint="give x and y of each of its corners",
            )
        if crossing := self_crossing(self.polygon):
            ((ax, ay), _), ((cx, cy), _) = crossing
            raise ConfigError(
                f"zone {self.name!r} crosses itself: the edges from ({ax:g}, {ay:g}) and from "
                f"({cx:g}, {cy:g}) meet",
                hint="give its corners in order, as one walks around it",
            )
        if self.area_px2 < MIN_LINE_PX**2:
            raise ConfigError(
                f"zone {self.name!r} encloses {self.area_px2:.0f} px², too little for a person",
                hint="draw it around the ground that several people can stand on",
            )

    @property
    def area_px2(self) -> float:
        """Enclosed area in square pixels (shoelace formula)."""
        corners = zip(self.polygon, self.polygon[1:] + self.polygon[:1], strict=True)
        return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in corners)) / 2

    def contains(self, point: Point) -> bool:
        """Whether the point lies inside (even-odd rule)."""
        x, y = point
        inside = False
        for (ax, ay), (bx, by) in zip(
            self.polygon, self.polygon[1:] + self.polygon[:1], strict=True
        ):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                inside = not inside
        return inside

    def require_inside(self, width: int, height: int) -> None:
        """Raise ConfigError where a corner lies outside a picture of this size."""
        for point in self.polygon:
            _require_point(f"zone {self.name!r}", point, width, height)


def require_name(name: str, what: str) -> None:
    """Raise ConfigError unless the name is 1 to 24 of ``a-z 0-9 _ -``, starting with a letter."""
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    if not 0 < len(name) <= 24 or not set(name) <= allowed or not name[0].isalpha():  # noqa: PLR2004 -- said in the docstring
        raise ConfigError(
            f"{what} name {name!r}: expected 1 to 24 of a-z, 0-9, _ and -, a letter first",
            hint="a short one will do, such as 'door'",
        )


def _distance(a: Point, b: Point) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


def _require_point(what: str, point: Point, width: int, height: int) -> None:
    x, y = point
    if not (0 <= x <= width and 0 <= y <= height):
        raise ConfigError(
            f"{what} has a point ({x:g}, {y:g}) outside the picture, which is {width}x{height}",
            hint="give pixels of the picture as the camera delivers it",
        )
