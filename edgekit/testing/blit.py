"""Putting sprites into a picture: an affine warp, one multiply, one add. All in place."""

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Mask, Pixels
from edgekit.testing.figure import FOOT, HEIGHT_PX
from edgekit.testing.stage import Occluder

Vector = tuple[float, float]
Box = tuple[int, int, int, int]
Matrix = NDArray[np.float64]
Labels = NDArray[np.uint16]

SOLID = 127
"""Alpha above which a pixel belongs to the sprite."""


def affine(foot: Vector, across: Vector, up: Vector, shrink: int) -> Matrix:
    """Return the 2x3 matrix from a sprite to the picture.

    Args:
        foot: where the sprite's foot goes, in pixels.
        across: what one figure's height to the sprite's right becomes, in pixels.
        up: what one figure's height upwards becomes, in pixels.
        shrink: how many times smaller than the largest sprite this one is.
    """
    right, down = np.array(across) / HEIGHT_PX, -np.array(up) / HEIGHT_PX
    # The centre of a small pixel lies between those of the large pixels that it averages.
    half = (shrink - 1) / 2
    origin = np.array(foot) + right * (half - FOOT[0]) + down * (half - FOOT[1])
    return np.column_stack([right * shrink, down * shrink, origin])


def draw_sprite(picture: Pixels, sprite: Pixels, matrix: Matrix) -> Box:
    """Lay a premultiplied BGRA sprite over the picture; return the box that it touched."""
    box = _bounds(sprite, matrix, picture)
    x1, y1, x2, y2 = box
    if x1 < x2 and y1 < y2:
        _lay(picture[y1:y2, x1:x2], _warp(sprite, matrix, box))
    return box


def mark_sprite(
    labels: Labels, sprite: Pixels, matrix: Matrix, mark: int
) -> tuple[int, int, int, int, int]:
    """Write the mark wherever a sprite is solid; return the box of those pixels and their number.

    Both are empty where nothing of it falls into the picture.
    """
    x1, y1, x2, y2 = box = _bounds(sprite, matrix, labels)
    if x1 >= x2 or y1 >= y2:
        return x1, y1, x1, y1, 0
    solid = _warp(np.asarray(cv2.extractChannel(sprite, 3), np.uint8), matrix, box) > SOLID
    labels[y1:y2, x1:x2][solid] = mark
    left, top, wide, high = cv2.boundingRect(solid.view(np.uint8))
    return x1 + left, y1 + top, x1 + left + wide, y1 + top + high, int(np.count_nonzero(solid))


def darken(picture: Pixels, mask: Mask, matrix: Matrix, strength: float) -> None:
    """Multiply the picture by 1 - strength x mask."""
    x1, y1, x2, y2 = box = _bounds(mask, matrix, picture)
    if x1 < x2 and y1 < y2:
        view = picture[y1:y2, x1:x2]
        keep = cv2.convertScaleAbs(_warp(mask, matrix, box), alpha=-strength, beta=255)
        cv2.multiply(view, cv2.cvtColor(keep, cv2.COLOR_GRAY2BGR), view, 1 / 255)


def draw_occluder(picture: Pixels, occluder: Occluder, within: Box) -> None:
    """Lay over the picture the part of the occluder that is inside the box."""
    left, top, right, low = occluder.box
    x1, y1 = max(left, within[0]), max(top, within[1])
    x2, y2 = min(right, within[2]), min(low, within[3])
    if x1 < x2 and y1 < y2:
        _lay(picture[y1:y2, x1:x2], occluder.pixels[y1 - top : y2 - top, x1 - left : x2 - left])


def _lay(view: Pixels, over: Pixels) -> None:
    through = cv2.bitwise_not(cv2.extractChannel(over, 3))
    cv2.multiply(view, cv2.cvtColor(through, cv2.COLOR_GRAY2BGR), view, 1 / 255)
    cv2.add(view, cv2.cvtColor(over, cv2.COLOR_BGRA2BGR), view)


def _bounds(sprite: Pixels | Mask, matrix: Matrix, picture: Pixels | Labels) -> Box:
    height, width = sprite.shape[:2]
    corners = np.array([(0, 0, 1), (width, 0, 1), (0, height, 1), (width, height, 1)]) @ matrix.T
    low, high = np.floor(corners.min(axis=0)) - 1, np.ceil(corners.max(axis=0)) + 1
    rows, columns = picture.shape[:2]
    return (
        max(0, int(low[0])),
        max(0, int(low[1])),
        min(columns, int(high[0])),
        min(rows, int(high[1])),
    )


def _warp(sprite: Pixels, matrix: Matrix, box: Box) -> Pixels:
    shifted = matrix.copy()
    shifted[:, 2] -= box[:2]
    size = (box[2] - box[0], box[3] - box[1])
    return np.asarray(cv2.warpAffine(sprite, shifted, size), np.uint8)
