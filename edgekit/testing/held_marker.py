"""The marker as a hand holds it up: drawn over a picture, far or near, turned and blurred."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.consent.marker import MARGIN, WIDTH, black_cells

Picture = NDArray[np.uint8]
CELL_PX = 12
FOCAL = 3.0
"""Distance of the eye from the marker, in sides of it: near, so that tilt bends it well."""


def sheet() -> Picture:
    """Return the printed marker with its margin, uint8 (side, side)."""
    side = (WIDTH + 2 * MARGIN) * CELL_PX
    paper = np.full((side, side), 255, np.uint8)
    for x, y in black_cells():
        left, top = (x + MARGIN) * CELL_PX, (y + MARGIN) * CELL_PX
        paper[top : top + CELL_PX, left : left + CELL_PX] = 0
    return paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How it is held: its side of the picture's height, turned, out of focus, in what light."""

    share: float
    tilt_deg: float = 0.0
    roll_deg: float = 0.0
    blur_px: float = 0.0
    noise: float = 4.0
    black: int = 30
    white: int = 220


def drawn(picture: Picture, held: Held, paper: Picture, chance: np.random.Generator) -> Picture:
    """Return the picture, uint8 (height, width, 3), with the marker held up in its middle."""
    height, width = picture.shape[:2]
    side = len(paper)
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    plane = cv2.getPerspectiveTransform(corners, _seen(held, width, height, side))
    tones = held.black + paper.astype(np.float32) * (held.white - held.black) / 255
    shown = cv2.warpPerspective(tones, plane, (width, height), flags=cv2.INTER_AREA)
    there = cv2.warpPerspective(np.full_like(paper, 255), plane, (width, height)) > 0
    result = picture.astype(np.float32)
    result[there] = shown[there][:, None]
    if held.blur_px:
        result = np.asarray(cv2.GaussianBlur(result, (0, 0), held.blur_px), np.float32)
    if held.noise:
        result += chance.normal(0, held.noise, result.shape).astype(np.float32)
    return np.clip(result, 0, 255).astype(np.uint8)


def _seen(held: Held, width: int, height: int, side: int) -> NDArray[np.float32]:
    """Return where the sheet's corners are in the picture."""
    tilt, roll = np.deg2rad(held.tilt_deg), np.deg2rad(held.roll_deg)
    flat = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    turned = flat @ np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    depth = FOCAL - turned[:, 0] * np.sin(tilt)
    across = np.stack([turned[:, 0] * np.cos(tilt), turned[:, 1]], axis=1) * FOCAL / depth[:, None]
    sheet_px = held.share * height * side / (WIDTH * CELL_PX)
    return np.asarray(across * sheet_px + np.array([width / 2, height / 2]), np.float32)
