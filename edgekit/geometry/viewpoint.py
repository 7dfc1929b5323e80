"""Where the camera hangs, as far as four points of the ground tell, and how high people look.

    view = Viewpoint.of(ground, size=(640, 480))
    view.height_m, view.head((320, 400), person_m=1.7)

A picture of a plane fixes the camera when one thing about its lens is known (Zhang, "A Flexible New
Technique for Camera Calibration", IEEE PAMI 22(11), 2000, section 3.1; Hartley and Zisserman, 2nd
ed., ch. 8.8). What has to be taken for granted here: square pixels, no distortion, and a lens axis
that meets the picture in its middle, as it does unless the picture was cropped or shifted. Two
equations are left for the one unknown, the focal length; where they contradict each other, or where
a pixel's error in the four points would move the answer much, it is refused.
"""

import math
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.geometry.ground import Ground
from edgekit.geometry.homography import Homography
from edgekit.geometry.shape import Point

PERSON_M = 1.7
"""Height of a grown person."""

WRONG_AT_MOST = 0.15
"""How far the two equations may contradict each other: cosine of an angle that should be right."""

UNSURE_AT_MOST = 0.1
"""Share of a person's height that a pixel's error in each of the four points may move."""

FIELD_OF_VIEW = (8.0, 140.0)
"""Degrees across the picture's diagonal: no camera that counts people sees less or more."""

Vector = tuple[float, float, float]

_BY_HAND = (
    "measure two people in the picture instead, one in front and one at the back: "
    "stature = [[row of the feet, height], [row of the feet, height]] in [camera]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewpoint:
    """A camera over level ground.

    Attributes:
        focal_px: focal length in pixels.
        height_m: how high it hangs over the ground.
        wrong: how far the two equations contradict each other, 0..1.
    """

    centre: Point
    focal_px: float
    height_m: float
    wrong: float
    picture_to_m: Homography
    pose: tuple[Vector, Vector, Vector, Vector]  # along the ground's x and y, up, to its origin

    @classmethod
    def of(
        cls, ground: Ground, *, size: tuple[int, int], centre: Point | None = None
    ) -> "Viewpoint":
        """Derive it from the ground.

        Args:
            ground: four points.
            size: (width, height) of the picture in pixels.
            centre: where the lens's axis meets the picture; its middle if None.

        Raises:
            ConfigError: the four points do not tell it, or not surely.
        """
        middle = (size[0] / 2, size[1] / 2) if centre is None else centre
        view = _derive(ground.picture_to_m, middle)
        low, high = FIELD_OF_VIEW
        seen = 2 * math.degrees(math.atan2(math.hypot(*size) / 2, view.focal_px))
        if not (view.wrong <= WRONG_AT_MOST and low <= seen <= high):
            raise ConfigError(
                f"the four ground points do not agree with each other about the camera "
                f"({100 * view.wrong:.0f} % wrong, {seen:.0f}° of view): a point or a distance is "
                "wrong, or the picture was cropped",
                hint=f"measure again; or {_BY_HAND}",
            )
        return view

    def head(self, foot: Point, *, person_m: float = PERSON_M) -> Point:
        """Return the pixel of the head of whoever stands upright with the feet at a pixel."""
        x, y = self.picture_to_m.apply(foot)
        right, down, away = (
            ex * x + ey * y + up * person_m + start
            for ex, ey, up, start in zip(*self.pose, strict=True)
        )
        if away <= 0:
            raise ConfigError(
                f"who stands at ({foot[0]:g}, {foot[1]:g}) has the head behind the lens"
            )
        return (
            self.centre[0] + self.focal_px * right / away,
            self.centre[1] + self.focal_px * down / away,
        )

    def person_px(self, foot: Point, *, person_m: float = PERSON_M) -> float:
        """Return how many rows high whoever stands at a pixel looks."""
        return foot[1] - self.head(foot, person_m=person_m)[1]


def stature_of(
    ground: Ground,
    view: Viewpoint,
    *,
    column: float,
    rows: tuple[float, float],
    person_m: float = PERSON_M,
) -> tuple[Point, Point]:
    """Return (row of the feet, height) of a person near and far, in pixels, as [camera] takes it.

    Args:
        ground: the four points that the viewpoint was derived from.
        view: the viewpoint.
        column: where in the picture to measure, in pixels from the left.
        rows: near row and far row of the feet.
        person_m: how high they stand.

    Raises:
        ConfigError: a pixel's error in the four points would move the heights too much.
    """
    measured = []
    for row in rows:
        height = view.person_px((column, row), person_m=person_m)
        unsure = _spread_px(ground, view.centre, (column, row), person_m) / abs(height)
        if not (height > 0 and unsure <= UNSURE_AT_MOST):
            raise ConfigError(
                f"the four ground points tell the height of a person at row {row:.0f} only "
                f"to {100 * min(unsure, 9.99):.0f} %",
                hint=_BY_HAND,
            )
        measured.append((round(row), round(height)))
    return measured[0], measured[1]


def _spread_px(ground: Ground, centre: Point, foot: Point, person_m: float) -> float:
    """Standard deviation of a person's height when each coordinate was set with 1 px of error."""
    squares = 0.0
    for pair in ground.wobbled(1.0):
        try:
            views = [_derive(plane, centre) for plane in pair]
            less, more = (view.person_px(foot, person_m=person_m) for view in views)
        except ConfigError:
            return math.inf
        squares += ((more - less) / 2) ** 2
    return math.sqrt(squares)


def _derive(plane: Homography, centre: Point) -> Viewpoint:
    a, b, c = plane.inverse().matrix
    across = [p - centre[0] * w for p, w in zip(a, c, strict=True)]
    down = [q - centre[1] * w for q, w in zip(b, c, strict=True)]
    # The two axes of the ground are at right angles and of one length. Both equations are linear
    # in 1 / focal²; as a pair (2 first, second) they only turn when the ground's axes turn.
    first = (across[0] * across[1] + down[0] * down[1], c[0] * c[1])
    second = (
        across[0] ** 2 + down[0] ** 2 - across[1] ** 2 - down[1] ** 2,
        c[0] ** 2 - c[1] ** 2,
    )
    steep = 4 * first[0] ** 2 + second[0] ** 2
    inverse_square = -(4 * first[0] * first[1] + second[0] * second[1]) / steep if steep else 0.0
    if not inverse_square > 0:
        raise ConfigError(
            "the four ground points show too little perspective to tell where the camera hangs: "
            "it looks straight down, they lie too near each other, or a distance is wrong",
            hint=_BY_HAND,
        )
    focal = inverse_square**-0.5
    raw = [(p / focal, q / focal, w) for p, q, w in zip(across, down, c, strict=True)]
    lengths = math.hypot(*raw[0]), math.hypot(*raw[1])
    x, y, start = (_times(v, 2 / (lengths[0] + lengths[1])) for v in raw)
    up = _unit(_cross(x, y))
    height = -sum(u * s for u, s in zip(up, start, strict=True))
    residual = (
        2 * (first[0] * inverse_square + first[1]),
        second[0] * inverse_square + second[1],
    )
    return Viewpoint(
        centre=centre,
        focal_px=focal,
        height_m=abs(height),
        wrong=math.hypot(*residual) / (lengths[0] ** 2 + lengths[1] ** 2),
        picture_to_m=plane,
        # Axes may be given either way round; up is where the camera is.
        pose=(x, y, _times(up, math.copysign(1.0, height)), start),
    )


def _times(vector: Vector, by: float) -> Vector:
    return vector[0] * by, vector[1] * by, vector[2] * by


def _unit(vector: Vector) -> Vector:
    return _times(vector, 1 / math.hypot(*vector))


def _cross(a: Vector, b: Vector) -> Vector:
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
