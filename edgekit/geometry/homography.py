"""Maps from plane to plane that keep straight lines straight; standard library only.

Hartley and Zisserman, *Multiple View Geometry in Computer Vision*, 2nd ed., 2003, ch. 2.3 and 4.
"""

import math
from dataclasses import dataclass

from edgekit.geometry.plane import turn
from edgekit.geometry.shape import Point

Row = tuple[float, float, float]
Matrix = tuple[Row, Row, Row]
Four = tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Homography:
    """A projective map: (x, y, 1) times ``matrix`` is a point of the other plane, times a weight.

    Scaled so that the weight is 1 at the middle of the points it was made from, and above 0 on
    their side of the horizon.
    """

    matrix: Matrix

    @classmethod
    def between(cls, these: Four, those: Four) -> "Homography":
        """Return the one map that takes four points to four others.

        Each set is a projective basis, so that the map is a product of two (ch. 2.3; Heckbert,
        *Fundamentals of Texture Mapping and Image Warping*, 1989, ch. 2.2.3): the exact answer
        that the direct linear transform (alg. 4.1) gives for four points, whole numbers throughout
        where the points are whole. No three of either set may lie on one line.
        """
        raw = _times(_basis(those), _adjugate(_basis(these)))
        middle = (sum(x for x, _ in these) / 4, sum(y for _, y in these) / 4)
        return cls(_scaled(raw, 1 / _weight(raw, middle)))

    def inverse(self) -> "Homography":
        """Return the way back, with weights above 0 on the same side of the horizon."""
        raw = _adjugate(self.matrix)
        scale = _determinant(self.matrix)
        return Homography(_scaled(raw, 1 / scale))

    def weight(self, point: Point) -> float:
        """Return the weight: 0 on the horizon, which is a line; below 0 beyond it."""
        return _weight(self.matrix, point)

    def to_horizon(self, point: Point) -> float:
        """Return the distance to the horizon, < 0 beyond it; infinite where there is none."""
        across, down, _ = self.matrix[2]
        steep = math.hypot(across, down)
        weight = self.weight(point)
        return weight / steep if steep else math.copysign(math.inf, weight)

    def apply(self, point: Point) -> Point:
        """Return where a point of this side of the horizon lies on the other plane."""
        (a, b, c), (d, e, f), _ = self.matrix
        x, y = point
        weight = self.weight(point)
        return (a * x + b * y + c) / weight, (d * x + e * y + f) / weight

    def stretch(self, point: Point) -> tuple[float, float]:
        """Return the least and the greatest length that a unit step at a point becomes.

        The singular values of the map's derivative there.
        """
        (a, b, _), (d, e, _), (g, h, _) = self.matrix
        x, y = self.apply(point)
        weight = self.weight(point)
        p, q, r, s = a - g * x, b - h * x, d - g * y, e - h * y
        both, apart = math.hypot(p + s, q - r), math.hypot(p - s, q + r)
        return abs(both - apart) / (2 * weight), (both + apart) / (2 * weight)


def _basis(four: Four) -> Matrix:
    """Columns that take the unit points and (1, 1, 1) to these four."""
    a, b, c, d = four
    parts = (turn(d, b, c), turn(a, d, c), turn(a, b, d))
    columns = [(s * x, s * y, s) for s, (x, y) in zip(parts, (a, b, c), strict=True)]
    p, q, r = columns
    return (p[0], q[0], r[0]), (p[1], q[1], r[1]), (p[2], q[2], r[2])


def _weight(matrix: Matrix, point: Point) -> float:
    across, down, constant = matrix[2]
    return across * point[0] + down * point[1] + constant


def _times(left: Matrix, right: Matrix) -> Matrix:
    columns = tuple(zip(*right, strict=True))
    a, b, c = (tuple(_dot(row, column) for column in columns) for row in left)
    return (a[0], a[1], a[2]), (b[0], b[1], b[2]), (c[0], c[1], c[2])


def _dot(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(x * y for x, y in zip(one, other, strict=True))


def _scaled(matrix: Matrix, by: float) -> Matrix:
    a, b, c = ((x * by, y * by, z * by) for x, y, z in matrix)
    return a, b, c


def _determinant(matrix: Matrix) -> float:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def _adjugate(matrix: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    return (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
