"""Lines, zones and people drawn over a picture. Nothing here has passed the gate.

    draw_zone(picture, zone.name, zone.polygon, scale=1.5)
    draw_line(picture, line.name, (line.start, line.end), scale=1.5)

What is drawn on is a covered picture, a blank ground, or a window on the local screen. Shapes are
given by their points, so that one which may not be configured can be shown all the same.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from edgekit.frames import Pixels
from edgekit.geometry import Point
from edgekit.node.pictures.canvas import INK, LINE, PAPER, ZONE, Colour, text_size, write

Box = tuple[int, int, int, int]
"""x1, y1, x2, y2 in pixels: what a label covers."""

IN: Colour = (150, 130, 20)
PERSON: Colour = (170, 90, 120)

LABEL = 0.55
"""Size of the words on a plate, as OpenCV measures it."""

ARROW_PX = 34
"""Length of the arrow that shows which way is in."""

_FAR_PX = 30_000
"""OpenCV draws with 16-bit coordinates: what lies further out is cut there."""


def at(point: Point, scale: float) -> tuple[int, int]:
    """Return a point of the frame as a pixel of a picture that is ``scale`` times as large."""
    x, y = (round(min(max(part * scale, -_FAR_PX), _FAR_PX)) for part in point)
    return x, y


def enlarged(picture: Pixels, width: int) -> Pixels:
    """Return a copy of a picture, brought to this width."""
    size = (width, round(picture.shape[0] * width / picture.shape[1]))
    method = cv2.INTER_AREA if width < picture.shape[1] else cv2.INTER_CUBIC
    return np.array(cv2.resize(picture, size, interpolation=method), np.uint8)


def draw_zone(
    image: Pixels, name: str, polygon: Sequence[Point], *, scale: float, colour: Colour = ZONE
) -> tuple[Box, ...]:
    """Tint a zone, draw its edge and write its name in its corner; return what words cover."""
    corners = np.array([at(point, scale) for point in polygon], np.int32)
    tint = image.copy()
    cv2.fillPoly(tint, [corners], colour)
    cv2.addWeighted(tint, 0.25, image, 0.75, 0, dst=image)
    cv2.polylines(image, [corners], isClosed=True, color=colour, thickness=2, lineType=cv2.LINE_AA)
    left, top = corners.min(axis=0)
    return (draw_label(image, name, (int(left) + 8, int(top) + 22)),)


def draw_line(
    image: Pixels,
    name: str,
    ends: tuple[Point, Point],
    *,
    scale: float,
    colour: Colour = LINE,
) -> tuple[Box, ...]:
    """Draw a line with its name, a dot where it starts, and an arrow on the side that is in.

    Returns what words and arrow cover.
    """
    start, end = (at(point, scale) for point in ends)
    cv2.line(image, start, end, colour, 3, cv2.LINE_AA)
    cv2.circle(image, start, 5, colour, cv2.FILLED, cv2.LINE_AA)
    boxes = (draw_label(image, name, (start[0] + 10, start[1] - 14)),)
    length = math.dist(start, end)
    if not length:
        return boxes
    # *In* is from left to right of start -> end: along the normal where `Line.side` is > 0.
    normal = ((start[1] - end[1]) / length, (end[0] - start[0]) / length)
    return boxes + _sides(image, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), normal)


def draw_person(
    image: Pixels,
    foot: Point,
    size_px: tuple[float, float],
    *,
    scale: float,
    colour: Colour = PERSON,
) -> None:
    """Outline an upright person of (width, height) whose feet are at a point."""
    width, height = (part * scale for part in size_px)
    x, y = at(foot, scale)
    head = max(1, round(height / 14))
    neck = round(y - height + 2 * head)
    cv2.circle(image, (x, neck - head), head, colour, 2, cv2.LINE_AA)
    half = max(1, round(width / 2))
    middle = round((neck + y) / 2)
    axes = (half, max(1, round((y - neck) / 2)))
    cv2.ellipse(image, (x, middle), axes, 0, 0, 360, colour, 2, cv2.LINE_AA)
    cv2.line(image, (x - half, y), (x + half, y), colour, 2, cv2.LINE_AA)


def draw_label(
    image: Pixels, text: str, place: tuple[int, int], *, paper: Colour = PAPER, ink: Colour = INK
) -> Box:
    """Write a text on a plate of its own, moved so far that all of it lies in the picture.

    Returns what the plate covers.
    """
    width, height = text_size(text, LABEL)
    x = max(6, min(place[0], image.shape[1] - width - 6))
    y = max(height + 6, min(place[1], image.shape[0] - 8))
    box = (x - 4, y - height - 4, x + width + 4, y + 6)
    cv2.rectangle(image, box[:2], box[2:], paper, cv2.FILLED)
    write(image, text, (x, y), scale=LABEL, colour=ink)
    return box


def _sides(image: Pixels, middle: Point, normal: Point) -> tuple[Box, ...]:
    tip = (middle[0] + ARROW_PX * normal[0], middle[1] + ARROW_PX * normal[1])
    cv2.arrowedLine(image, at(middle, 1), at(tip, 1), IN, 3, cv2.LINE_AA, tipLength=0.35)
    (x1, x2), (y1, y2) = (sorted(at((middle[i], tip[i]), 1)) for i in (0, 1))
    boxes: list[Box] = [(x1 - 8, y1 - 8, x2 + 8, y2 + 8)]
    for text, far in (("in", ARROW_PX + 16), ("out", -26)):
        # The plate's corner is not its middle: half of a text's size is taken off.
        x = middle[0] + far * normal[0] - 5 * len(text)
        place = (round(x), round(middle[1] + far * normal[1] + 5))
        boxes.append(draw_label(image, text, place))
    return tuple(boxes)
