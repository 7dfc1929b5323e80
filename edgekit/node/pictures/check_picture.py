"""The picture by which somebody sees at a glance whether a calibration is right.

A metre grid laid on the ground, the four points, the zones with their areas, and people of known
height in outline. Drawn over a covered picture or over blank paper, never over a frame.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError
from edgekit.frames import Pixels, RedactedImage
from edgekit.geometry import Ground, Point
from edgekit.geometry.ground import HORIZON_PX
from edgekit.node.pictures.calibration import Calibration
from edgekit.node.pictures.canvas import PAPER, ZONE, Canvas, Colour, text_size, write

GRID: Colour = (60, 45, 30)
POINT: Colour = (60, 60, 220)
PERSON: Colour = (170, 60, 150)

AROUND_M = 4.0
"""The grid reaches this far around the points and zones."""

DENSE_PX = 7.0
"""Where lines a metre apart come nearer than this they would be a blot: they fade out."""

BOLD_M = 5

_ROW_PX, _FOOTER_PX = 26, 24

_BODY: Sequence[Point] = (
    *((-0.03, 0.0), (-0.075, 0.02), (-0.085, 0.42), (-0.12, 0.46), (-0.125, 0.76), (-0.09, 0.815)),
    *((-0.04, 0.84), (-0.04, 0.865), (-0.065, 0.9), (-0.065, 0.95), (-0.035, 0.99), (0.0, 1.0)),
)
"""Half of somebody who stands: across and up, in heights of the body, from the foot to the head."""


def draw_check(found: Calibration, covered: RedactedImage | None) -> bytes:
    """Return the check picture as PNG.

    Args:
        found: what is drawn.
        covered: the picture from the camera with everybody covered; blank paper if None.
    """
    base = _base(covered, found.size)
    wide = Canvas(base).size[0] - 48
    lines = [line for text in (*found.words(), _key(found)) for line in _wrapped(text, wide)]
    canvas = Canvas(base, footer_px=_FOOTER_PX + _ROW_PX * len(lines))
    _grid(canvas, found)
    _zones(canvas, found)
    for foot in _places(found):
        _person(canvas, found, foot)
    _points(canvas, found.ground)
    _sizes(canvas, found)
    for number, line in enumerate(lines, 1):
        write(canvas.pixels, line, (24, canvas.size[1] + number * _ROW_PX + 4))
    return canvas.png()


def draw_rulers(covered: RedactedImage | None, size: tuple[int, int]) -> bytes:
    """Return the covered picture with rulers in pixels, to read four points off it, as PNG."""
    canvas = Canvas(_base(covered, size))
    width, height = size
    step = next(step for step in (20, 50, 100, 200, 500, 1000) if max(size) / step <= 16)  # noqa: PLR2004 -- more rulers than that hide the ground
    for x in range(step, width, step):
        canvas.path(((x, 0), (x, height)), GRID, thickness=1)
        canvas.label(str(x), (x, 0), offset=(3, 18))
    for y in range(step, height, step):
        canvas.path(((0, y), (width, y)), GRID, thickness=1)
        canvas.label(str(y), (0, y), offset=(4, -4))
    return canvas.png()


def _base(covered: RedactedImage | None, size: tuple[int, int]) -> Pixels:
    if covered is None:
        return np.full((size[1], size[0], 3), PAPER, np.uint8)
    # A little paler, so that what is drawn stands out.
    return cv2.addWeighted(covered.pixels, 0.7, np.full_like(covered.pixels, PAPER), 0.3, 0).astype(
        np.uint8
    )


def _grid(canvas: Canvas, found: Calibration) -> None:
    height, width = canvas.picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float64) / canvas.scale
    (a, b, c), (d, e, f), (g, h, i) = found.ground.picture_to_m.matrix
    weight = g * x + h * y + i
    steep = float(np.hypot(g, h))
    below = weight > max(HORIZON_PX * steep, 1e-12)
    weight = np.where(below, weight, 1.0)
    east, north = (a * x + b * y + c) / weight, (d * x + e * y + f) / weight
    ink = np.zeros(weight.shape)
    for place, across, down in ((east, a, b), (north, d, e)):
        # Metres that one pixel of the sheet spans, across the lines: lines stay equally thick.
        span = np.hypot(across - g * place, down - h * place) / weight / canvas.scale
        for metres, strength, thick in ((1, 0.4, 0.75), (BOLD_M, 0.85, 1.25)):
            off = np.abs(place - metres * np.rint(place / metres)) / np.maximum(span, 1e-12)
            fading = np.clip(metres / np.maximum(span, 1e-12) / DENSE_PX - 1, 0, 1)
            ink = np.maximum(ink, strength * fading * np.clip(thick + 0.5 - off, 0, 1))
    ink *= below & _near(east, north, found)
    picture = canvas.picture
    picture[:] = np.rint(picture + ink[..., None] * (np.asarray(GRID) - picture)).astype(np.uint8)


def _near(
    east: NDArray[np.float64], north: NDArray[np.float64], found: Calibration
) -> NDArray[np.bool_]:
    corners = [p for zone in found.zones for p in zone.polygon] + list(found.ground.points)
    xs, ys = zip(*(found.ground.to_ground(point) for point in corners), strict=True)
    inside = (east >= np.floor(min(xs) - AROUND_M)) & (east <= np.ceil(max(xs) + AROUND_M))
    inside &= (north >= np.floor(min(ys) - AROUND_M)) & (north <= np.ceil(max(ys) + AROUND_M))
    return np.asarray(inside, np.bool_)


def _zones(canvas: Canvas, found: Calibration) -> None:
    for zone in found.zones:
        canvas.fill(zone.polygon, ZONE, share=0.15)
        canvas.path(zone.polygon, ZONE, closed=True, halo=PAPER)


def _sizes(canvas: Canvas, found: Calibration) -> None:
    sizes = {patch.name: patch.area_m2 for patch in found.patches}
    for zone in found.zones:
        top = min(zone.polygon, key=lambda point: point[1])
        canvas.label(f"{zone.name}: {sizes[zone.name]:.1f} m²", top, offset=(8, 24))


def _points(canvas: Canvas, ground: Ground) -> None:
    canvas.path(ground.points, POINT, thickness=1, closed=True)
    for number, (point, (x, y)) in enumerate(zip(ground.points, ground.cm, strict=True), 1):
        canvas.dot(point, POINT)
        canvas.label(f"{number}: {x / 100:g}, {y / 100:g} m", point, offset=(10, 22))


def _places(found: Calibration) -> list[Point]:
    """Feet of the outlines: the four points and their middle, as the ground has it."""
    if found.stature is None:
        return []
    metres = [found.ground.to_ground(point) for point in found.ground.points]
    middle = sum(x for x, _ in metres) / 4, sum(y for _, y in metres) / 4
    feet = [*found.ground.points, found.ground.to_picture(middle)]
    return sorted(feet, key=lambda foot: foot[1])


def _person(canvas: Canvas, found: Calibration, foot: Point) -> None:
    if found.view is None:
        return
    try:
        head = found.view.head(foot, person_m=found.person_m)
    except ConfigError:  # taller than the camera hangs, and right below it
        return
    up = head[0] - foot[0], head[1] - foot[1]
    outline = [(x, y) for x, y in _BODY] + [(-x, y) for x, y in reversed(_BODY)]
    drawn = [(foot[0] + y * up[0] - x * up[1], foot[1] + y * up[1] + x * up[0]) for x, y in outline]
    canvas.path(drawn, PERSON, closed=True, halo=PAPER)


def _key(found: Calibration) -> str:
    people = f"; outlines: people of {found.person_m:.2f} m" if found.stature else ""
    return f"grid: 1 m, bold every {BOLD_M} m{people}; red: the four points, and where they lie"


def _wrapped(text: str, width_px: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if text_size(longer, 0.5)[0] > width_px:
            lines.append(f"    {word}")
        else:
            lines[-1] = longer
    return lines
