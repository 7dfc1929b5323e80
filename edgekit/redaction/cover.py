"""What is laid over a picture: boxes over faces, polygons over windows and gardens.

Covers draw on pictures that they are given; they never look at what is under a solid one.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Mask, Pixels
from edgekit.geometry import Zone
from edgekit.redaction.box import Box

COVER_BGR = (180, 130, 70)
"""One flat colour for whoever is there."""

MASK_BGR = (0, 0, 0)

UNKNOWN_BGR = (48, 48, 48)
"""Where a background is not known yet."""

SHOWN, COVERED, BURNT, UNKNOWN = range(4)
"""What a pixel of a covered picture is: as it was seen, or under one of three covers."""

COVERS_BGR: Mapping[int, tuple[int, int, int]] = {
    COVERED: COVER_BGR,
    BURNT: MASK_BGR,
    UNKNOWN: UNKNOWN_BGR,
}
"""The flat colour of each cover, of fill ``solid``."""

MARGIN = 0.025
"""A box is widened by this share of its sides in each direction."""

GRAIN = 1 / 225
"""And by this share of the picture's longer side: what a detector's own pixels leave open."""

DOUBTFUL_MARGIN = -0.06
"""What is more likely no face than one gets a smaller cover, because false ones are many."""

TILES = 6
"""A pixelated face and what is around it have this many tiles across, however large it is."""

REACH = 0.5
"""So much of a box's sides around it gives the tiles their colours."""

BLUR = 0.15
"""Of a box's longer side: the Gaussian's standard deviation, as usual in such tools."""

TILE_LEVELS = 4
"""And so many levels a channel: 64 colours in all."""


def widened(box: Box, size: tuple[int, int], *, sure: bool = True) -> Box:
    """A box with its margin, in a picture of (width, height)."""
    x1, y1, x2, y2 = box
    share = MARGIN if sure else DOUBTFUL_MARGIN
    grain = GRAIN * max(size) if sure else 0.0
    across, down = share * (x2 - x1) + grain, share * (y2 - y1) + grain
    return x1 - across, y1 - down, x2 + across, y2 + down


def box_mask(boxes: Iterable[Box], size: tuple[int, int]) -> Mask:
    """Where boxes lie, every pixel that they touch; as `ellipse_mask`."""
    width, height = size
    mask = np.zeros((height, width), np.uint8)
    for x1, y1, x2, y2 in boxes:
        left, top = (max(0, math.floor(v)) for v in (x1, y1))
        right, bottom = (max(0, math.ceil(v)) for v in (x2, y2))
        mask[top:bottom, left:right] = 255
    return mask


def ellipse_mask(boxes: Iterable[Box], size: tuple[int, int]) -> Mask:
    """Where ellipses around boxes lie: each holds its box wholly, corners and all.

    Returns:
        uint8, shape (height, width): 255 inside; the picture's last row and column take part.
    """
    width, height = size
    mask = np.zeros((height, width), np.uint8)
    for x1, y1, x2, y2 in boxes:
        if x2 - x1 > width or y2 - y1 > height:
            mask[:] = 255
            return mask
        # An ellipse through the corners of a box has the box's half sides times the root of 2. A
        # pixel and a half more: the centre is rounded, and a box holds the pixels that it touches.
        across, down = (math.ceil((side / 2 + 1.5) * math.sqrt(2)) for side in (x2 - x1, y2 - y1))
        centre = (round((x1 + x2) / 2), round((y1 + y2) / 2))
        cv2.ellipse(mask, centre, (across, down), 0, 0, 360, 255, cv2.FILLED)
    return mask


def polygon_mask(zones: Iterable[Zone], size: tuple[int, int]) -> Mask:
    """Where polygons lie, with one pixel around them; uint8, shape (height, width), 255 inside."""
    width, height = size
    mask = np.zeros((height, width), np.uint8)
    for zone in zones:
        corners = np.rint(np.asarray(zone.polygon)).astype(np.int32)
        cv2.fillPoly(mask, [corners], 255)
        cv2.polylines(mask, [corners], isClosed=True, color=255, thickness=3)
    return mask


def flat(size: tuple[int, int], colour: tuple[int, int, int]) -> Pixels:
    """A picture of one colour."""
    width, height = size
    return np.full((height, width, 3), colour, np.uint8)


def pixelated(pixels: Pixels, boxes: Sequence[Box], *, onto: Pixels) -> Pixels:
    """A copy of ``onto`` where each box is a few tiles in the colours of what is around it.

    Nothing under any box takes part: tiles of a face tell which face it is, however few they are,
    to somebody who has its picture. Colours are of `TILE_LEVELS` levels a channel.
    """
    height, width = pixels.shape[:2]
    hidden = box_mask(boxes, (width, height))
    out = onto.copy()
    for x1, y1, x2, y2 in boxes:
        reach_x, reach_y = REACH * (x2 - x1) + 2, REACH * (y2 - y1) + 2
        left, right = (int(np.clip(v, 0, width)) for v in (x1 - reach_x, x2 + reach_x + 1))
        top, bottom = (int(np.clip(v, 0, height)) for v in (y1 - reach_y, y2 + reach_y + 1))
        patch = pixels[top:bottom, left:right]
        if not patch.size:
            continue
        around = hidden[top:bottom, left:right] == 0
        if not around.any():
            continue
        grid = (min(TILES, right - left), min(TILES, bottom - top))
        tiles = _tiles(patch, around.astype(np.float32), grid)
        coarse = ((tiles * TILE_LEVELS // 256) * 2 + 1) * 256 // (2 * TILE_LEVELS)
        out[top:bottom, left:right] = cv2.resize(
            coarse.astype(np.uint8), (right - left, bottom - top), interpolation=cv2.INTER_NEAREST
        )
    return out


def blurred(pixels: Pixels, boxes: Sequence[Box], *, onto: Pixels) -> Pixels:
    """A copy of ``onto`` with each box as seen through a Gaussian: it can be told whose it is."""
    height, width = pixels.shape[:2]
    out = onto.copy()
    for x1, y1, x2, y2 in boxes:
        reach_x, reach_y = REACH * (x2 - x1) + 2, REACH * (y2 - y1) + 2
        left, right = (int(np.clip(v, 0, width)) for v in (x1 - reach_x, x2 + reach_x + 1))
        top, bottom = (int(np.clip(v, 0, height)) for v in (y1 - reach_y, y2 + reach_y + 1))
        patch = pixels[top:bottom, left:right]
        if patch.size:
            sigma = max(1.0, BLUR * max(x2 - x1, y2 - y1))
            out[top:bottom, left:right] = cv2.GaussianBlur(patch, (0, 0), sigma)
    return out


def _tiles(patch: Pixels, weight: NDArray[np.float32], grid: tuple[int, int]) -> NDArray[np.int32]:
    """Mean colours on a grid of what has weight; where nothing has, the nearest tiles' mean."""
    area = cv2.INTER_AREA
    colour = cv2.resize(patch.astype(np.float32) * weight[:, :, None], grid, interpolation=area)
    share = np.asarray(cv2.resize(weight, grid, interpolation=area), np.float32)
    for _ in range(2 * TILES):
        if share.min() > 0:
            break
        # Known tiles keep their colour; each round the unknown ones next to them get one.
        near, total = cv2.blur(colour, (3, 3)), cv2.blur(share, (3, 3))
        empty = share == 0
        colour[empty], share[empty] = near[empty], total[empty]
    mean = colour / np.maximum(share, np.finfo(np.float32).tiny)[:, :, None]
    return np.clip(mean, 0, 255).astype(np.int32)
