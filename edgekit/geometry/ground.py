"""The ground in a picture: four points of known distance tell how many metres lie where.

    corners = ((214, 430), (466, 430), (410, 222), (254, 222))
    ground = Ground.rectangle(corners, width_cm=400, depth_cm=900)
    ground.area_m2(zone.polygon), ground.to_ground((320, 300))

Holds for what is flat and level and seen through a lens without much distortion. Standard library
only, so that both sides of the wall can compute a density from the same four points.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from edgekit.errors import ConfigError
from edgekit.geometry.homography import Four, Homography
from edgekit.geometry.plane import turn
from edgekit.geometry.shape import Point

MIN_APART_PX, MIN_APART_CM = 8, 20
"""No point may lie nearer than this to the line through two others: it would tell too little."""

HORIZON_PX = 2.0
"""Nearer than this to the horizon a pixel is as long as a street."""

MAX_PX, MAX_CM = 65_535, 65_535

_TWICE = 2.0


@dataclass(frozen=True, slots=True)
class Ground:
    """The plane that people walk on, by four points of it.

    Attributes:
        points: their pixels in the picture, whole numbers, in order around the four.
        cm: where they lie on the ground, in whole centimetres from any origin along any two axes
            at right angles, in the same order.

    Raises:
        ConfigError: points that are no whole numbers, not in order around, or too nearly on one
            line to tell anything.
    """

    points: Four
    cm: Four
    picture_to_m: Homography = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _require_four("points", self.points, MAX_PX)
        _require_four("cm", self.cm, MAX_CM)
        _require_order(self.points, "in the picture", MIN_APART_PX, "px")
        _require_order(self.cm, "on the ground", MIN_APART_CM, "cm")
        object.__setattr__(self, "picture_to_m", _plane(self.points, self.cm))

    @classmethod
    def rectangle(cls, points: Four, *, width_cm: int, depth_cm: int) -> "Ground":
        """Make it from the corners of a rectangle on the ground.

        Args:
            points: its corners, in order around; the usual way is near left, near right, far
                right, far left.
            width_cm: from the first corner to the second.
            depth_cm: from the second corner to the third.
        """
        cm = ((0, 0), (width_cm, 0), (width_cm, depth_cm), (0, depth_cm))
        return cls(points, cm)

    def require_inside(self, width: int, height: int) -> None:
        """Raise ConfigError where one of the points lies outside a picture of this size."""
        for x, y in self.points:
            if not (0 <= x <= width and 0 <= y <= height):
                raise ConfigError(
                    f"ground point ({x:g}, {y:g}) lies outside the picture, which is "
                    f"{width}x{height}",
                    hint="give pixels of the picture as the camera delivers it",
                )

    def to_ground(self, point: Point) -> Point:
        """Return where a point of the picture lies on the ground, in metres.

        Raises ConfigError for a point on or beyond the horizon.
        """
        self._require_below_horizon(point)
        return self.picture_to_m.apply(point)

    def to_picture(self, point_m: Point) -> Point:
        """Return the pixel of a point of the ground in metres; ConfigError where there is none."""
        back = self.picture_to_m.inverse()
        if back.weight(point_m) <= 0:
            raise ConfigError(
                f"({point_m[0]:g} m, {point_m[1]:g} m) lies behind the camera: "
                "it has no place in the picture"
            )
        return back.apply(point_m)

    def area_m2(self, polygon: Sequence[Point]) -> float:
        """Return the area in m² on the ground of a polygon in the picture (shoelace formula).

        Exact: straight edges stay straight. Raises ConfigError for one that reaches the horizon.
        """
        for point in polygon:
            self._require_below_horizon(point)
        return _area(self.picture_to_m, polygon)

    def metres_per_pixel(self, point: Point) -> tuple[float, float]:
        """Return how many metres of ground a pixel is at a point: at least (across), at most."""
        self._require_below_horizon(point)
        return self.picture_to_m.stretch(point)

    def area_spread_m2(self, polygon: Sequence[Point], *, error_px: float = 1.0) -> float:
        """Return by how much the area is unsure when each point was set with this error.

        The standard deviation in m², to first order, when each coordinate of the four points is
        independently off by ``error_px`` (forward propagation, Hartley and Zisserman, result
        5.6); infinite where such an error would bring the polygon to the horizon.
        """
        self.area_m2(polygon)
        squares = 0.0
        for less, more in self.wobbled(error_px):
            if any(m.to_horizon(p) < HORIZON_PX for m in (less, more) for p in polygon):
                return math.inf
            squares += ((_area(more, polygon) - _area(less, polygon)) / _TWICE) ** 2
        return math.sqrt(squares)

    def wobbled(self, error_px: float) -> Iterator[tuple[Homography, Homography]]:
        """Yield, for each of the eight coordinates, the map with it that much less and more."""
        for index in range(8):
            yield self._moved(index, -error_px), self._moved(index, error_px)

    def _moved(self, index: int, by: float) -> Homography:
        moved = [list(point) for point in self.points]
        moved[index // 2][index % 2] += by
        a, b, c, d = ((x, y) for x, y in moved)
        return _plane((a, b, c, d), self.cm)

    def _require_below_horizon(self, point: Point) -> None:
        if not self.picture_to_m.to_horizon(point) >= HORIZON_PX:
            raise ConfigError(
                f"point ({point[0]:g}, {point[1]:g}) lies on or beyond the horizon of the ground, "
                "where metres have no end",
                hint="keep zones on the ground, below the horizon; or set the four points of "
                "[ground] again",
            )


def _plane(points: Four, cm: Four) -> Homography:
    metres = tuple((x / 100, y / 100) for x, y in cm)
    return Homography.between(points, (metres[0], metres[1], metres[2], metres[3]))


def _area(plane: Homography, polygon: Sequence[Point]) -> float:
    corners = [plane.apply(point) for point in polygon]
    ahead = corners[1:] + corners[:1]
    twice = sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(corners, ahead, strict=True))
    return abs(twice) / _TWICE


def _require_four(what: str, four: Sequence[Sequence[float]], most: int) -> None:
    if len(four) != 4 or any(len(point) != 2 for point in four):  # noqa: PLR2004 -- four points, each of two numbers
        raise ConfigError(
            f"ground {what}: expected four points [x, y], got {len(four)}",
            hint="measure four points of the ground, such as the corners of a parking space",
        )
    for value in (value for point in four for value in point):
        if type(value) is not int or abs(value) > most:
            raise ConfigError(
                f"ground {what}: {value!r} is no whole number from {-most} to {most}",
                hint="points are in pixels, cm in whole centimetres",
            )


def _require_order(four: Four, where: str, apart: float, unit: str) -> None:
    for a, b, c in combinations(range(4), 3):
        corners = four[a], four[b], four[c]
        longest = max(math.dist(p, q) for p, q in combinations(corners, 2))
        if not abs(turn(*corners)) >= apart * longest > 0:
            raise ConfigError(
                f"ground points {a + 1}, {b + 1} and {c + 1} lie nearly on one line {where}: "
                f"expected each at least {apart:g} {unit} off it",
                hint="choose four corners of a large patch of the ground, spread over the zones",
            )
    turns = {turn(four[i], four[(i + 1) % 4], four[(i + 2) % 4]) > 0 for i in range(4)}
    if len(turns) > 1:
        raise ConfigError(
            f"the four ground points are not in order around {where}",
            hint="give them as one walks around the patch, points and cm in the same order",
        )
